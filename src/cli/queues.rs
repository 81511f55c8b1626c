//! `queues`: what waits, what holds it back, and the streams in it.

use super::{Call, escaped, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Queues {
    /// What waits in each connector
    List,
    /// The streams one by one: what each campaign and kind of message has waiting
    Streams,
    /// Hold a stream
    Pause { id: String },
    /// Let a stream go on
    Resume { id: String },
}

impl Queues {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Queues::List => {
                let mut all = link.list("/v1/queues", usize::MAX)?;
                if call.format == show::Format::People {
                    all.iter_mut().for_each(lasting);
                }
                let columns = [
                    ("connector", "connector"),
                    ("queued", "queued"),
                    ("flight", "flight"),
                    ("submitted", "submitted"),
                    ("rate", "rate"),
                    ("oldest", "oldest"),
                    ("drains in", "drain"),
                    ("limited by", "limited_by"),
                ];
                show::many(call.format, &all, &columns);
            }
            Queues::Streams => {
                let mut all = link.list("/v1/queues/streams?limit=200", usize::MAX)?;
                if call.format == show::Format::People {
                    all.iter_mut().for_each(lasting);
                }
                let columns = [
                    ("id", "id"),
                    ("connector", "connector"),
                    ("lane", "lane"),
                    ("workspace", "workspace"),
                    ("campaign", "campaign_name"),
                    ("state", "state"),
                    ("queued", "queued"),
                    ("oldest", "oldest"),
                ];
                show::many(call.format, &all, &columns);
            }
            Queues::Pause { id } => step(call, &id, "pause")?,
            Queues::Resume { id } => step(call, &id, "resume")?,
        }
        Ok(())
    }
}

fn step(call: &Call, id: &str, verb: &str) -> Done {
    let path = format!("/v1/queues/streams/{}/{verb}", escaped(id));
    let after = call.link()?.post(&path, &json!({}))?;
    show::one(call.format, &after, &format!("{id} is {}.", show::cell(&after["state"])));
    Ok(())
}

/// Adds the times of a queue as people read them.
fn lasting(queue: &mut Value) {
    let seconds = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), show::lasting);
    let (oldest, drain) = (queue["oldest_ms"].as_i64().map(|ms| ms / 1_000), queue["drain_s"].as_i64());
    queue["oldest"] = json!(seconds(oldest));
    queue["drain"] = json!(seconds(drain));
}
