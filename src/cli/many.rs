//! `bulk` and `filters`: what is done to many people at once, and filters of people under a name.

use super::contacts::list_id;
use super::link::Link;
use super::named::{filter_id, person_id, tag_id};
use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Bulk {
    /// The newest deeds
    List,
    /// Do something to many people
    Start(Start),
    /// How far one got
    Show { id: String },
    /// Halt one; what was done stays
    Stop { id: String },
    /// Take one back
    Undo { id: String },
}

#[derive(Args)]
pub(super) struct Start {
    /// add_tag, remove_tag, add_list, remove_list, suppress or erase
    deed: String,
    /// The name of the tag; the name or id of the list
    #[arg(long, default_value = "")]
    target: String,
    /// Who asked for it, and how; needed for suppress and erase
    #[arg(long, default_value = "")]
    reason: String,
    /// One person by number or id; may be said again
    #[arg(long, value_name = "WHO")]
    contact: Vec<String>,
    /// All whom a saved filter finds
    #[arg(long, value_name = "NAME", conflicts_with_all = ["search", "list", "tag", "consent"])]
    filter: Option<String>,
    #[command(flatten)]
    narrow: Narrow,
    /// Everybody
    #[arg(long)]
    everybody: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Which people are meant.
#[derive(Args)]
pub(super) struct Narrow {
    /// Words of a name, or a piece of a number
    #[arg(long)]
    search: Option<String>,
    /// Members of this list, by name or id
    #[arg(long, value_name = "L")]
    list: Option<String>,
    /// Marked with this tag, by name or id
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// granted, unknown, refused or left
    #[arg(long)]
    consent: Option<String>,
}

impl Narrow {
    /// As the API has it; nothing where nothing narrows.
    fn body(&self, link: &Link) -> Done<Option<Value>> {
        let list = self.list.as_deref().map(|l| list_id(link, l)).transpose()?;
        let tag = self.tag.as_deref().map(|t| tag_id(link, t)).transpose()?;
        let said = [("search", &self.search), ("list", &list), ("tag", &tag), ("consent", &self.consent)];
        let some =
            said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?))));
        let body: serde_json::Map<String, Value> = some.collect();
        Ok((!body.is_empty()).then_some(Value::Object(body)))
    }
}

#[derive(Subcommand)]
pub(super) enum Filters {
    /// All of them
    List,
    /// Keep one, or change the one of this name
    Save {
        name: String,
        #[command(flatten)]
        narrow: Narrow,
    },
    /// Forget one
    Remove { name: String },
}

impl Bulk {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Bulk::List => {
                let columns = [
                    ("id", "id"),
                    ("deed", "deed"),
                    ("target", "target"),
                    ("state", "state"),
                    ("looked at", "seen"),
                    ("changed", "changed"),
                    ("left out", "left_out"),
                    ("by", "actor"),
                    ("since", "created_at"),
                ];
                show::many(call.format, &link.list("/v1/bulk?limit=100", usize::MAX)?, &columns);
                Ok(())
            }
            Bulk::Start(start) => start.run(call, &link),
            Bulk::Show { id } => told(call, &link.get(&format!("/v1/bulk/{}", escaped(&id)))?),
            Bulk::Stop { id } => step(call, &link, &id, "stop"),
            Bulk::Undo { id } => step(call, &link, &id, "undo"),
        }
    }
}

impl Start {
    fn run(self, call: &Call, link: &Link) -> Done {
        let target = match self.deed.as_str() {
            "add_list" | "remove_list" => list_id(link, &self.target)?,
            _ => self.target.clone(),
        };
        let mut body = json!({ "deed": self.deed, "target": target, "reason": self.reason });
        if !self.contact.is_empty() {
            let all = self.contact.iter().map(|who| person_id(link, who)).collect::<Done<Vec<_>>>()?;
            body["contacts"] = json!(all);
        }
        if let Some(name) = &self.filter {
            body["saved_filter"] = json!(filter_id(link, name)?);
        }
        if let Some(narrow) = self.narrow.body(link)? {
            body["filter"] = narrow;
        }
        if self.everybody {
            body["everybody"] = json!(true);
        }
        let counted = link.post("/v1/bulk?dry_run=true", &body)?;
        if !self.yes {
            let least = if counted["of_at_least"] == true { "at least " } else { "" };
            let what = format!("{} is about {least}{} people", self.deed, show::cell(&counted["of"]));
            return Err(Failure::new(Exit::Usage, what).fix("say --yes to do it"));
        }
        let begun = link.post("/v1/bulk", &body)?;
        done_here(link)?;
        told(call, &link.get(&format!("/v1/bulk/{}", show::cell(&begun["id"])))?)
    }
}

impl Filters {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Filters::List => {
                let all = link.list("/v1/filters", usize::MAX)?;
                show::many(call.format, &all, &[("id", "id"), ("name", "name"), ("filter", "filter")]);
            }
            Filters::Save { name, narrow } => {
                let filter = narrow.body(&link)?.unwrap_or_else(|| json!({}));
                let kept = link.post("/v1/filters", &json!({ "name": name, "filter": filter }))?;
                show::one(call.format, &kept, &format!("{name}: {}", kept["filter"]));
            }
            Filters::Remove { name } => {
                let id = filter_id(&link, &name)?;
                link.call("DELETE", &format!("/v1/filters/{id}"), None)?;
            }
        }
        Ok(())
    }
}

fn step(call: &Call, link: &Link, id: &str, verb: &str) -> Done {
    link.post(&format!("/v1/bulk/{}/{verb}", escaped(id)), &json!({}))?;
    done_here(link)?;
    told(call, &link.get(&format!("/v1/bulk/{}", escaped(id)))?)
}

/// Without a server nobody else does what was begun.
fn done_here(link: &Link) -> Done {
    if let Some(db) = link.store() {
        engine::jobs::run_due(db)
            .map_err(|e| Failure::new(Exit::Failure, "what was begun could not be done").why(e))?;
    }
    Ok(())
}

fn told(call: &Call, deed: &Value) -> Done {
    let cell = |name: &str| show::cell(&deed[name]);
    let target = if deed["target"] == "" { String::new() } else { format!(" {}", cell("target")) };
    let people = format!(
        "{} {}{target}: {}, {} of {} looked at, {} changed, {} left out",
        cell("id"),
        cell("deed"),
        cell("state"),
        cell("seen"),
        cell("of"),
        cell("changed"),
        cell("left_out")
    );
    show::one(call.format, deed, &people);
    Ok(())
}
