//! `connectors`, `numbers`, `senders`: the ways out and in.

use super::link::Link;
use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::time::Duration;

#[derive(Subcommand)]
pub(super) enum Connectors {
    /// Add one
    Add {
        name: String,
        /// smpp, …
        #[arg(long)]
        kind: String,
        /// Settings, as host=smsc.example port=2775
        #[arg(long, num_args = 1.., value_name = "KEY=VALUE")]
        set: Vec<String>,
    },
    /// List them and how they stand
    List,
    /// Change settings
    Set {
        name: String,
        #[arg(num_args = 1.., value_name = "KEY=VALUE")]
        set: Vec<String>,
    },
    /// Show what settings of an HTTP provider would do; nothing is sent
    Try {
        #[arg(long)]
        kind: String,
        /// Settings, as base=https://api.example.com
        #[arg(long, num_args = 1.., value_name = "KEY=VALUE")]
        set: Vec<String>,
        /// What the provider would answer
        #[arg(long, value_name = "BODY")]
        answer: Option<String>,
        /// …with this status of HTTP
        #[arg(long, value_name = "STATUS")]
        answer_status: Option<u16>,
        /// What the provider would call us with
        #[arg(long, value_name = "BODY")]
        webhook: Option<String>,
        /// …at this place: status, inbound, or either with a query
        #[arg(long, value_name = "PLACE")]
        webhook_place: Option<String>,
    },
    /// Switch one on
    Enable { name: String },
    /// Switch one off
    Disable { name: String },
    /// Drop the link and build it anew
    Reconnect { name: String },
    /// Look at its wire for some minutes
    Watch {
        name: String,
        /// Only at this number, or a piece of one
        #[arg(long, default_value = "")]
        number: String,
        #[arg(long, default_value_t = 15)]
        minutes: i64,
    },
    /// Look no longer
    Unwatch { name: String },
    /// What stood on its wire while somebody looked
    Trace {
        name: String,
        #[command(flatten)]
        how: Told,
    },
    /// Remove one that nothing uses
    Remove { name: String },
}

/// How a wire is told.
#[derive(clap::Args)]
pub(super) struct Told {
    /// The octets as text2pcap reads them
    #[arg(long)]
    hex: bool,
    /// Go on with what comes, until it is interrupted
    #[arg(long, conflicts_with = "hex")]
    follow: bool,
}

/// The wire is looked at again this often.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

impl Told {
    pub(super) fn show(&self, call: &Call, path: &str) -> Done {
        if self.follow { follow(call, path) } else { trace(call, path, self.hex) }
    }
}

/// Says what stands on a wire as it comes, each once.
fn follow(call: &Call, path: &str) -> Done {
    let link = Link::server(&call.place)?;
    let mut told: HashSet<String> = HashSet::new();
    loop {
        let mut all = link.list(path, usize::MAX)?;
        all.reverse(); // it is given newest first
        let ids = all.iter().map(|p| show::cell(&p["id"])).collect();
        for packet in all.iter().filter(|p| !told.contains(&show::cell(&p["id"]))) {
            let people = if call.format == show::Format::People { line(packet) } else { String::new() };
            show::one(call.format, packet, &people);
        }
        told = ids;
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// A packet as a line, and its fields below it.
fn line(packet: &Value) -> String {
    let of = |name: &str| show::cell(&packet[name]);
    let mut out =
        format!("{} {} {} {} {}", of("at"), of("direction"), of("command"), of("status"), of("seq"));
    for field in packet["fields"].as_array().into_iter().flatten() {
        out.push_str(&format!("\n  {}: {}", show::cell(&field["name"]), show::cell(&field["value"])));
    }
    out
}

/// What stood on a wire: field by field, or its octets.
pub(super) fn trace(call: &Call, path: &str, hex: bool) -> Done {
    let link = call.link()?;
    if call.format != show::Format::People {
        let all = link.list(path, usize::MAX)?;
        show::many(call.format, &all, &[]);
        return Ok(());
    }
    let told = link.get(&format!("{path}?format={}", if hex { "hex" } else { "text" }))?;
    show::out(told.as_str().unwrap_or_default().trim_end());
    Ok(())
}

impl Connectors {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        let find = |name: &str| -> Done<String> {
            let all = link.list("/v1/connectors", usize::MAX)?;
            let found = all.iter().find(|c| c["name"] == name || c["id"] == name);
            let id = found.and_then(|c| c["id"].as_str()).map(str::to_owned);
            id.ok_or_else(|| {
                Failure::new(Exit::NotFound, format!("there is no connector '{name}'"))
                    .fix("see them with: sendword connectors list")
            })
        };
        let patch = |name: &str, body: Value| -> Done {
            let changed = link.call("PATCH", &format!("/v1/connectors/{}", find(name)?), Some(&body))?;
            show::one(call.format, &changed, &format!("{name} is {}.", show::cell(&changed["state"])));
            Ok(())
        };
        match self {
            Connectors::Add { name, kind, set } => {
                let body = json!({ "name": name, "kind": kind, "settings": pairs(&set)? });
                let made = link.post("/v1/connectors", &body)?;
                show::one(call.format, &made, &format!("{name} is added."));
            }
            Connectors::List => {
                let all = link.list("/v1/connectors", usize::MAX)?;
                let columns = [
                    ("name", "name"),
                    ("kind", "kind"),
                    ("state", "state"),
                    ("since", "since"),
                    ("error", "error"),
                ];
                show::many(call.format, &all, &columns);
            }
            Connectors::Set { name, set } => patch(&name, json!({ "settings": pairs(&set)? }))?,
            Connectors::Try { kind, set, answer, answer_status, webhook, webhook_place } => {
                let body = json!({
                    "kind": kind, "settings": pairs(&set)?, "answer": answer, "answer_status": answer_status,
                    "webhook": webhook, "webhook_place": webhook_place,
                });
                tried(call, &link.post("/v1/connectors/try", &body)?);
            }
            Connectors::Enable { name } => patch(&name, json!({ "enabled": true }))?,
            Connectors::Disable { name } => patch(&name, json!({ "enabled": false }))?,
            Connectors::Reconnect { name } => {
                let asked = link.post(&format!("/v1/connectors/{}/reconnect", find(&name)?), &json!({}))?;
                show::one(call.format, &asked, &format!("{name} is asked to connect anew."));
            }
            Connectors::Watch { name, number, minutes } => {
                let body = json!({ "number": number, "minutes": minutes });
                let made = link.post(&format!("/v1/connectors/{}/watch", find(&name)?), &body)?;
                show::one(
                    call.format,
                    &made,
                    &format!("Looking at {name} until {}.", show::cell(&made["until"])),
                );
            }
            Connectors::Unwatch { name } => {
                link.call("DELETE", &format!("/v1/connectors/{}/watch", find(&name)?), None)?;
                show::one(call.format, &json!({ "name": name, "watched": false }), "Nobody looks any more.");
            }
            Connectors::Trace { name, how } => {
                how.show(call, &format!("/v1/connectors/{}/trace", find(&name)?))?;
            }
            Connectors::Remove { name } => {
                link.call("DELETE", &format!("/v1/connectors/{}", find(&name)?), None)?;
                show::one(
                    call.format,
                    &json!({ "name": name, "removed": true }),
                    &format!("{name} is removed."),
                );
            }
        }
        Ok(())
    }
}

/// What settings would do, for people and programs.
fn tried(call: &Call, tried: &Value) {
    let mut said = tried["request"].as_str().unwrap_or_default().to_owned();
    for (word, place) in [("The answer", "answer"), ("The webhook", "webhook")] {
        if !tried[place].is_null() {
            said = format!("{said}\n{word}: {}", show::cell(&tried[place]));
        }
    }
    show::one(call.format, tried, &said);
}

pub(super) fn pairs(set: &[String]) -> Done<Map<String, Value>> {
    let pair = |word: &String| {
        let (name, value) = word.split_once('=').ok_or_else(|| {
            Failure::new(Exit::Usage, format!("'{word}' is no setting")).fix("write it as KEY=VALUE")
        })?;
        Ok((name.to_owned(), Value::String(value.to_owned())))
    };
    set.iter().map(pair).collect()
}

#[derive(Subcommand)]
pub(super) enum Numbers {
    /// Add an address we receive on
    Add {
        number: String,
        /// long, short or shared
        #[arg(long = "type")]
        kind: Option<String>,
        /// The connector it comes in by
        #[arg(long)]
        connector: Option<String>,
    },
    /// List them
    List,
    /// Lease a word on a shared code
    Lease {
        number: String,
        word: String,
        /// The workspace it is for [default: this one]
        #[arg(long = "for", value_name = "WORKSPACE", default_value = "")]
        whose: String,
        /// From when on, as 2027-01-31 or 2027-01-31T12:00:00Z [default: now]
        #[arg(long)]
        from: Option<String>,
        /// Until before when [default: no end]
        #[arg(long)]
        until: Option<String>,
    },
    /// List leased words
    Leases,
    /// End the lease of a word
    Unlease { id: String },
    /// Where a text to a shared code would go
    Try { number: String, text: String },
    /// Remove one
    Remove { id: String },
}

impl Numbers {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Numbers::Add { number, kind, connector } => {
                let body = json!({ "number": number, "type": kind, "connector": connector });
                let made = call.link()?.post("/v1/numbers", &body)?;
                show::one(call.format, &made, &format!("{} is added.", show::cell(&made["number"])));
            }
            Numbers::List => {
                let all = call.link()?.list("/v1/numbers", usize::MAX)?;
                let columns =
                    [("id", "id"), ("number", "number"), ("type", "type"), ("connector", "connector")];
                show::many(call.format, &all, &columns);
            }
            Numbers::Lease { number, word, whose, from, until } => {
                let body = json!({
                    "number": number, "word": word, "workspace": whose, "from": from, "until": until,
                });
                let made = call.link()?.post("/v1/numbers/leases", &body)?;
                show::one(call.format, &made, &format!("{word} on {number} is leased."));
            }
            Numbers::Leases => {
                let all = call.link()?.list("/v1/numbers/leases", usize::MAX)?;
                let columns = [
                    ("id", "id"),
                    ("number", "number"),
                    ("word", "word"),
                    ("workspace", "workspace"),
                    ("state", "state"),
                    ("from", "from"),
                    ("until", "until"),
                ];
                show::many(call.format, &all, &columns);
            }
            Numbers::Unlease { id } => remove(call, "numbers/leases", &id)?,
            Numbers::Try { number, text } => {
                let path = format!("/v1/numbers/try?number={}&text={}", escaped(&number), escaped(&text));
                let told = call.link()?.get(&path)?;
                let people = match told["word"].as_str() {
                    Some(word) => format!(
                        "{word} → {} ({})",
                        show::cell(&told["workspace"]),
                        show::cell(&told["verdict"])
                    ),
                    None => format!("no leased word ({})", show::cell(&told["verdict"])),
                };
                show::one(call.format, &told, &people);
            }
            Numbers::Remove { id } => remove(call, "numbers", &id)?,
        }
        Ok(())
    }
}

#[derive(Subcommand)]
pub(super) enum Senders {
    /// Add a name or number a handset may show
    Add {
        name: String,
        /// The country it is for, as IL
        #[arg(long, value_name = "CC")]
        country: Option<String>,
    },
    /// List them
    List,
    /// Look at a name before asking for it
    Check {
        name: String,
        #[arg(long, value_name = "CC", default_value = "")]
        country: String,
    },
    /// Approve one that somebody asked for
    Approve {
        id: String,
        #[arg(long, default_value = "")]
        reason: String,
        /// Until when, as 2027-03-01T00:00:00Z
        #[arg(long)]
        until: Option<String>,
        /// Its number in a public register
        #[arg(long, default_value = "")]
        reference: String,
    },
    /// Reject one
    Reject {
        id: String,
        #[arg(long)]
        reason: String,
    },
    /// Remove one
    Remove { id: String },
}

impl Senders {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Senders::Add { name, country } => {
                let made = call.link()?.post("/v1/senders", &json!({ "name": name, "country": country }))?;
                show::one(call.format, &made, &format!("{} is added.", show::cell(&made["name"])));
            }
            Senders::List => {
                let all = call.link()?.list("/v1/senders", usize::MAX)?;
                let columns = [
                    ("id", "id"),
                    ("name", "name"),
                    ("country", "country"),
                    ("status", "status"),
                    ("until", "until"),
                    ("asked by", "asked_by"),
                ];
                show::many(call.format, &all, &columns);
            }
            Senders::Check { name, country } => {
                let path = format!("/v1/senders/check?name={}&country={}", escaped(&name), escaped(&country));
                let found = call.link()?.get(&path)?;
                let wrong: Vec<String> = found["problems"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|p| show::cell(&p["problem"]).to_string())
                    .collect();
                let says =
                    if wrong.is_empty() { "Nothing is wrong with it.".into() } else { wrong.join(", ") };
                show::one(call.format, &found, &says);
            }
            Senders::Approve { id, reason, until, reference } => {
                let body = json!({ "reason": reason, "until": until, "reference": reference });
                let made = call.link()?.post(&format!("/v1/senders/{}/approve", escaped(&id)), &body)?;
                show::one(call.format, &made, &format!("{} is approved.", show::cell(&made["name"])));
            }
            Senders::Reject { id, reason } => {
                let body = json!({ "reason": reason });
                let made = call.link()?.post(&format!("/v1/senders/{}/reject", escaped(&id)), &body)?;
                show::one(call.format, &made, &format!("{} is rejected.", show::cell(&made["name"])));
            }
            Senders::Remove { id } => remove(call, "senders", &id)?,
        }
        Ok(())
    }
}

pub(super) fn remove(call: &Call, noun: &str, id: &str) -> Done {
    call.link()?.call("DELETE", &format!("/v1/{noun}/{}", escaped(id)), None)?;
    show::one(call.format, &json!({ "id": id, "removed": true }), &format!("{id} is removed."));
    Ok(())
}
