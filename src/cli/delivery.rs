//! `connectors`, `routes`, `numbers`, `senders`, `queues`: the ways out and in.

use super::link::Link;
use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Map, Value, json};

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
    /// Remove one that nothing uses
    Remove { name: String },
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

fn pairs(set: &[String]) -> Done<Map<String, Value>> {
    let pair = |word: &String| {
        let (name, value) = word.split_once('=').ok_or_else(|| {
            Failure::new(Exit::Usage, format!("'{word}' is no setting")).fix("write it as KEY=VALUE")
        })?;
        Ok((name.to_owned(), Value::String(value.to_owned())))
    };
    set.iter().map(pair).collect()
}

#[derive(Subcommand)]
pub(super) enum Routes {
    /// Add a rule; the first that fits wins
    Add {
        /// How the number begins, as +972
        #[arg(long)]
        prefix: Option<String>,
        #[arg(long)]
        class: Option<String>,
        /// The sender it is for
        #[arg(long)]
        from: Option<String>,
        /// Connectors, best first
        #[arg(long, required = true, value_delimiter = ',')]
        to: Vec<String>,
    },
    /// List rules in their order
    List,
    /// Which way a message would go, and why
    Explain {
        number: String,
        #[arg(long)]
        class: Option<String>,
        /// The sender it would show
        #[arg(long)]
        from: Option<String>,
    },
    /// Remove a rule
    Remove { id: String },
}

impl Routes {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Routes::Add { prefix, class, from, to } => {
                let body = json!({
                    "prefix": prefix.unwrap_or_default(), "class": class, "from": from.unwrap_or_default(), "to": to,
                });
                let made = link.post("/v1/routes", &body)?;
                show::one(call.format, &made, &format!("Route {} is added.", show::cell(&made["id"])));
            }
            Routes::List => {
                let all = link.list("/v1/routes", usize::MAX)?;
                let columns =
                    [("id", "id"), ("prefix", "prefix"), ("class", "class"), ("from", "from"), ("to", "to")];
                show::many(call.format, &all, &columns);
            }
            Routes::Explain { number, class, from } => explain(call, &link, &number, class, from)?,
            Routes::Remove { id } => remove(call, "routes", &id)?,
        }
        Ok(())
    }
}

fn explain(call: &Call, link: &Link, number: &str, class: Option<String>, from: Option<String>) -> Done {
    let mut path = format!("/v1/routes/explain?number={}", escaped(number));
    for (name, value) in [("class", class), ("from", from)] {
        if let Some(value) = value {
            path.push_str(&format!("&{name}={}", escaped(&value)));
        }
    }
    let told = link.get(&path)?;
    let way = match (told["to"].as_array().map(Vec::len), told["test"] == true, told["rule"]["id"].as_str()) {
        (None | Some(0), ..) => "nothing carries it".to_owned(),
        (_, true, _) => "by test mode".to_owned(),
        (.., rule) => format!("by route {}", rule.unwrap_or("–")),
    };
    let people = format!("{}: {} ({way})", show::cell(&told["number"]), show::cell(&told["to"]));
    show::one(call.format, &told, &people);
    Ok(())
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
                show::many(call.format, &all, &[("id", "id"), ("name", "name"), ("country", "country")]);
            }
            Senders::Remove { id } => remove(call, "senders", &id)?,
        }
        Ok(())
    }
}

fn remove(call: &Call, noun: &str, id: &str) -> Done {
    call.link()?.call("DELETE", &format!("/v1/{noun}/{}", escaped(id)), None)?;
    show::one(call.format, &json!({ "id": id, "removed": true }), &format!("{id} is removed."));
    Ok(())
}
