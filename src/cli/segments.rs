//! `segments`: live audiences by criteria.

use super::link::Link;
use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Segments {
    /// All of them
    List,
    /// Make one, or change the one of this name
    Save {
        name: String,
        /// As: city = Haifa and (tag = gold or replied > 30d ago) and not consent = left
        #[arg(long, value_name = "CRITERIA")]
        text: String,
    },
    /// Count what criteria find, without keeping them
    Count {
        #[arg(value_name = "CRITERIA")]
        text: String,
        /// Say why this number is in, or is not
        #[arg(long, value_name = "NUMBER")]
        why: Option<String>,
    },
    /// Make a list of whom one finds now
    Freeze { name: String, list: String },
    /// Remove one; lists made of it stay
    Remove { name: String },
}

impl Segments {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Segments::List => {
                let all = link.list("/v1/segments", usize::MAX)?;
                show::many(call.format, &all, &[("name", "name"), ("criteria", "text")]);
            }
            Segments::Save { name, text } => {
                let body = json!({ "name": name, "text": text });
                let told = match find(&link, &name)? {
                    Some(id) => link.call("PATCH", &format!("/v1/segments/{id}"), Some(&body))?,
                    None => link.post("/v1/segments", &body)?,
                };
                gathered(link.store())?;
                show::one(call.format, &told, &format!("{}: {}", name, show::cell(&told["text"])));
            }
            Segments::Count { text, why } => {
                let body = json!({ "text": text, "number": why });
                let mut told = link.post("/v1/segments/count", &body)?;
                if told["gathering"] == true && link.store().is_some() {
                    gathered(link.store())?;
                    told = link.post("/v1/segments/count", &body)?;
                }
                show::one(call.format, &told, &people(&told));
                if told["gathering"] == true {
                    return Err(Failure::new(Exit::Partly, "its fields are still being gathered")
                        .fix("ask again in a moment"));
                }
            }
            Segments::Freeze { name, list } => {
                let id = known(&link, &name)?;
                let told = link.post(&format!("/v1/segments/{id}/freeze"), &json!({ "name": list }))?;
                show::one(call.format, &told, &format!("{list}: {}", show::cell(&told["list"])));
            }
            Segments::Remove { name } => {
                let id = known(&link, &name)?;
                link.call("DELETE", &format!("/v1/segments/{id}"), None)?;
            }
        }
        Ok(())
    }
}

fn find(link: &Link, name: &str) -> Done<Option<String>> {
    let all = link.list("/v1/segments", usize::MAX)?;
    let found = all.iter().find(|s| s["name"] == name || s["id"] == name);
    Ok(found.and_then(|s| s["id"].as_str()).map(str::to_owned))
}

fn known(link: &Link, name: &str) -> Done<String> {
    find(link, name)?.ok_or_else(|| Failure::new(Exit::NotFound, format!("there is no segment '{name}'")))
}

/// The list that stands for a segment in campaigns.
pub(super) fn live_list(link: &Link, segment: &str) -> Done<String> {
    let id = known(link, segment)?;
    gathered(link.store())?;
    let made = link.post(&format!("/v1/segments/{id}/list"), &json!({}))?;
    Ok(made["list"].as_str().unwrap_or_default().to_owned())
}

/// Without a server nobody else gathers what a new field holds.
fn gathered(db: Option<&store::Db>) -> Done {
    if let Some(db) = db {
        engine::jobs::run_due(db)
            .map_err(|e| Failure::new(Exit::Failure, "the fields could not be gathered").why(e))?;
    }
    Ok(())
}

fn people(told: &Value) -> String {
    let mut out = vec![format!("{}: {}", show::cell(&told["text"]), told["count"])];
    for step in told["why"]["steps"].as_array().into_iter().flatten() {
        let depth = usize::try_from(step["depth"].as_u64().unwrap_or_default()).unwrap_or_default();
        let holds = if step["holds"] == true { "yes" } else { "no " };
        out.push(format!("{holds} {}{}", "  ".repeat(depth), show::cell(&step["text"])));
    }
    if told["why"]["known"] == false {
        out.push("no contact has this number".into());
    }
    out.join("\n")
}
