//! `messages`: what became of them.

use super::{Call, escaped, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::Value;

#[derive(Subcommand)]
pub(super) enum Messages {
    /// One, with its parts and reason
    Show { id: String },
    /// Everything that happened to one
    Trace { id: String },
    /// The newest
    List {
        #[arg(long)]
        campaign: Option<String>,
        #[arg(long)]
        status: Option<String>,
        /// The number it went to
        #[arg(long)]
        to: Option<String>,
        /// Only those that may have arrived twice
        #[arg(long)]
        possible_duplicate: bool,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

impl Messages {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Messages::Show { id } => {
                let message = link.get(&format!("/v1/messages/{}", escaped(&id)))?;
                show::one(call.format, &message, &people(&message));
            }
            Messages::Trace { id } => {
                let story = link.list(&format!("/v1/messages/{}/events", escaped(&id)), usize::MAX)?;
                show::many(call.format, &story, &[("at", "at"), ("what", "kind"), ("detail", "detail")]);
            }
            Messages::List { campaign, status, to, possible_duplicate, limit } => {
                let mut path = format!("/v1/messages?limit={}", limit.clamp(1, 200));
                for (name, value) in [("campaign", campaign), ("status", status), ("to", to)] {
                    if let Some(value) = value {
                        path.push_str(&format!("&{name}={}", escaped(&value)));
                    }
                }
                if possible_duplicate {
                    path.push_str("&possible_duplicate=true");
                }
                let all = link.list(&path, limit)?;
                let columns = [
                    ("id", "id"),
                    ("status", "status"),
                    ("to", "to"),
                    ("from", "from"),
                    ("accepted", "accepted_at"),
                ];
                show::many(call.format, &all, &columns);
            }
        }
        Ok(())
    }
}

/// A message as a person reads it.
pub(super) fn people(message: &Value) -> String {
    let mut lines = Vec::new();
    for name in
        ["id", "status", "to", "from", "class", "text", "encoding", "accepted_at", "submitted_at", "done_at"]
    {
        lines.push(format!("{name:13}{}", show::cell(&message[name])));
    }
    let reason = &message["reason"];
    if reason["code"] != "none" {
        lines.push(format!("{:13}{} {}", "reason", show::cell(&reason["code"]), show::cell(&reason["text"])));
    }
    if message["possible_duplicate"] == true {
        lines.push("It may have arrived twice.".into());
    }
    for (n, part) in message["parts"].as_array().into_iter().flatten().enumerate() {
        let words = ["status", "connector", "smsc_id"].map(|name| show::cell(&part[name]));
        lines.push(format!("part {:<8}{}", n + 1, words.join("  ")));
    }
    lines.join("\n")
}
