//! `campaigns`: mailings to a list or a segment.

use super::contacts::list_id;
use super::link::Link;
use super::segments::live_list;
use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Value, json};
use std::io::{BufRead, IsTerminal};
use std::time::Duration;

const LOOK_AGAIN: Duration = Duration::from_millis(500);

#[derive(Subcommand)]
pub(super) enum Campaigns {
    /// Write one down
    Create {
        #[arg(long, value_name = "N")]
        name: String,
        /// The list's name or id
        #[arg(long, value_name = "L", required_unless_present = "segment")]
        list: Option<String>,
        /// Instead of a list: a segment's name or id; who is in it is settled at the launch
        #[arg(long, value_name = "S", conflicts_with = "list")]
        segment: Option<String>,
        #[arg(long, value_name = "T")]
        text: String,
        /// What the handset shows
        #[arg(long, value_name = "S")]
        from: Option<String>,
        /// marketing when absent
        #[arg(long, value_name = "C")]
        class: Option<String>,
        /// What it is about, by a topic's name: who refused that topic is left out
        #[arg(long, value_name = "T")]
        topic: Option<String>,
    },
    /// Launch one
    Send {
        id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Wait until it is over
        #[arg(long)]
        wait: bool,
    },
    /// Follow one until it is over
    Watch { id: String },
    /// Hold one
    Pause { id: String },
    /// Go on
    Resume { id: String },
    /// End one for good
    Stop { id: String },
    /// Let one go that waits because it is unusually large
    Release { id: String },
    /// Who was left out, and by which rule
    Skipped { id: String },
    /// Count its recipients
    Report { id: String },
    /// List them
    List,
}

impl Campaigns {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Campaigns::Create { name, list, segment, text, from, class, topic } => {
                let link = call.link()?;
                let list = match segment {
                    Some(segment) => live_list(&link, &segment)?,
                    None => list_id(&link, &list.unwrap_or_default())?,
                };
                let mut body = json!({ "name": name, "list": list, "text": text });
                for (name, value) in [("from", from), ("class", class), ("topic", topic)] {
                    if let Some(value) = value {
                        body[name] = json!(value);
                    }
                }
                let made = link.post("/v1/campaigns", &body)?;
                show::one(call.format, &made, show::cell(&made["id"]).as_str());
            }
            Campaigns::Send { id, yes, wait } => send(call, &id, yes, wait)?,
            Campaigns::Watch { id } => watch(call, &Link::server(&call.place)?, &id)?,
            Campaigns::Pause { id } => step(call, &id, "pause")?,
            Campaigns::Resume { id } => step(call, &id, "resume")?,
            Campaigns::Stop { id } => step(call, &id, "stop")?,
            Campaigns::Release { id } => {
                let of = format!("/v1/law/volumes/{}/release", escaped(&id));
                let link = call.link()?;
                link.post(&of, &json!({}))?;
                let told = link.get(&path(&id, ""))?;
                show::one(call.format, &told, &format!("{id} is {}", show::cell(&told["state"])));
            }
            Campaigns::Skipped { id } => {
                let all = call.link()?.list(&path(&id, "/skipped"), 1_000)?;
                let columns = [("number", "number"), ("code", "code"), ("rule", "rule")];
                show::many(call.format, &all, &columns);
            }
            Campaigns::Report { id } => {
                let report = call.link()?.get(&path(&id, "/report"))?;
                show::one(call.format, &report, &people(&report));
            }
            Campaigns::List => {
                let all = call.link()?.list("/v1/campaigns", 200)?;
                let columns = [
                    ("id", "id"),
                    ("name", "name"),
                    ("state", "state"),
                    ("audience", "audience"),
                    ("delivered", "delivered"),
                ];
                show::many(call.format, &all, &columns);
            }
        }
        Ok(())
    }
}

fn path(id: &str, rest: &str) -> String {
    format!("/v1/campaigns/{}{rest}", escaped(id))
}

fn send(call: &Call, id: &str, yes: bool, wait: bool) -> Done {
    let link = if wait { Link::server(&call.place)? } else { call.link()? };
    if !yes {
        let reach = link.get(&path(id, "/preview"))?;
        let n = show::cell(&reach["will_send"]);
        if !std::io::stdin().is_terminal() {
            let what = format!("it would go to {n} people, and nobody is there to agree");
            return Err(Failure::new(Exit::Usage, what).fix("add: --yes"));
        }
        show::hint(&format!("It goes to {n} people. Type yes to send:"));
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        if read.is_err() || line.trim() != "yes" {
            return Err(Failure::new(Exit::Failure, "not sent"));
        }
    }
    let launched = link.post(&path(id, "/send"), &json!({}))?;
    if wait {
        return watch(call, &link, id);
    }
    show::one(call.format, &launched, &format!("{id} is {}.", show::cell(&launched["state"])));
    if link.store().is_some() {
        show::hint(&format!(
            "It is stored; no server runs. Start it: sendword serve{}",
            super::shown(&call.place.dir)
        ));
    }
    Ok(())
}

fn step(call: &Call, id: &str, verb: &str) -> Done {
    let after = call.link()?.post(&path(id, &format!("/{verb}")), &json!({}))?;
    show::one(call.format, &after, &format!("{id} is {}.", show::cell(&after["state"])));
    Ok(())
}

/// Follows a campaign; progress on stderr, the last report on stdout.
fn watch(call: &Call, link: &Link, id: &str) -> Done {
    let mut said = String::new();
    loop {
        let report = link.get(&path(id, "/report"))?;
        let state = report["state"].as_str().unwrap_or_default().to_owned();
        let line = format!(
            "{state}: {} of {} delivered",
            show::cell(&report["delivered"]),
            show::cell(&report["audience"])
        );
        if line != said && call.format == show::Format::People {
            show::hint(&line);
            said = line;
        }
        if call.format == show::Format::Lines {
            show::out(&report.to_string());
        }
        if matches!(state.as_str(), "completed" | "completed_with_failures" | "stopped") {
            if call.format != show::Format::Lines {
                show::one(call.format, &report, &people(&report));
            }
            return match state.as_str() {
                "completed_with_failures" => Err(Failure::new(Exit::Partly, "not everybody got it")),
                _ => Ok(()),
            };
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn people(report: &Value) -> String {
    let Some(members) = report.as_object() else { return String::new() };
    let mut lines = Vec::new();
    for (name, value) in members {
        match value {
            Value::Object(codes) => {
                lines.extend(codes.iter().map(|(code, n)| format!("{name:20}{n:>9}  {code}")));
            }
            Value::Number(n) => lines.push(format!("{name:20}{n:>9}")),
            Value::String(text) => lines.push(format!("{name:20}{text:>9}")),
            _ => {}
        }
    }
    lines.join("\n")
}
