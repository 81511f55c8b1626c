//! `messages`: what became of them.

use super::link::Link;
use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Value, json};
use std::io::{BufRead, IsTerminal};

#[derive(Subcommand)]
pub(super) enum Messages {
    /// One, with its parts and reason
    Show { id: String },
    /// Everything that happened to one
    Trace {
        id: String,
        /// What of it stood on the wire, while somebody looked
        #[arg(long)]
        wire: bool,
        /// With --wire: the octets as text2pcap reads them
        #[arg(long, requires = "wire")]
        hex: bool,
    },
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
    /// Those of which nobody knows whether they arrived
    Unconfirmed {
        #[arg(long)]
        campaign: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Say what is to become of unconfirmed ones
    Decide {
        /// Which; or a campaign's, or all
        #[arg(required_unless_present_any = ["campaign", "all"], conflicts_with_all = ["campaign", "all"])]
        ids: Vec<String>,
        /// Send again (may arrive twice), leave as it is, or count as failed
        #[arg(long = "as", value_parser = ["resend", "leave", "fail"])]
        decision: String,
        #[arg(long, conflicts_with = "all")]
        campaign: Option<String>,
        /// All of the workspace
        #[arg(long)]
        all: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
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
            Messages::Trace { id, wire: true, hex } => {
                super::delivery::trace(call, &format!("/v1/messages/{}/trace", escaped(&id)), hex)?;
            }
            Messages::Trace { id, .. } => {
                let story = link.list(&format!("/v1/messages/{}/events", escaped(&id)), usize::MAX)?;
                show::many(call.format, &story, &[("at", "at"), ("what", "kind"), ("in words", "text")]);
            }
            Messages::Unconfirmed { campaign, limit } => {
                let of = campaign.map_or(String::new(), |c| format!("&campaign={}", escaped(&c)));
                let all = link.list(&format!("/v1/unconfirmed?limit={}{of}", limit.clamp(1, 200)), limit)?;
                let columns = [
                    ("id", "id"),
                    ("to", "to"),
                    ("class", "class"),
                    ("why", "reason"),
                    ("connector", "connector"),
                    ("accepted", "accepted_at"),
                ];
                show::many(call.format, &all, &columns);
            }
            Messages::Decide { ids, decision, campaign, all, yes } => {
                decide(call, &link, &Wanted { ids, decision, campaign, all }, yes)?;
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

struct Wanted {
    ids: Vec<String>,
    decision: String,
    campaign: Option<String>,
    all: bool,
}

/// Asks with the number, then does it.
fn decide(call: &Call, link: &Link, wanted: &Wanted, yes: bool) -> Done {
    let mut body = json!({ "decision": wanted.decision });
    let n = if wanted.campaign.is_some() || wanted.all {
        let of = wanted.campaign.as_ref().map_or(String::new(), |c| format!("?campaign={}", escaped(c)));
        let n = link.get(&format!("/v1/unconfirmed/count{of}"))?["count"].as_i64().unwrap_or(0);
        body["expected"] = json!(n);
        n
    } else {
        wanted.ids.len() as i64
    };
    match &wanted.campaign {
        Some(campaign) => body["campaign"] = json!(campaign),
        None if wanted.all => body["all"] = json!(true),
        None => body["messages"] = json!(wanted.ids),
    }
    let what = match wanted.decision.as_str() {
        "resend" => format!("{n} messages go again and may arrive twice"),
        "leave" => format!("{n} messages stay unconfirmed"),
        _ => format!("{n} messages count as failed"),
    };
    if n > 0 && !yes {
        agreed(&what)?;
    }
    let done = link.post("/v1/unconfirmed/decide", &body)?;
    let refused: i64 =
        done["refused"].as_object().into_iter().flatten().filter_map(|(_, n)| n.as_i64()).sum();
    show::one(
        call.format,
        &done,
        &format!("{} decided, {refused} refused by a rule.", show::cell(&done["decided"])),
    );
    if refused > 0 { Err(Failure::new(Exit::Partly, "a rule is against some of them")) } else { Ok(()) }
}

fn agreed(what: &str) -> Done {
    if !std::io::stdin().is_terminal() {
        return Err(
            Failure::new(Exit::Usage, format!("{what}, and nobody is there to agree")).fix("add: --yes")
        );
    }
    show::hint(&format!("{what}. Type yes to do it:"));
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if read.is_err() || line.trim() != "yes" {
        return Err(Failure::new(Exit::Failure, "nothing was done"));
    }
    Ok(())
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
