//! `lookups`: how numbers are looked up before they are routed.

use super::delivery::pairs;
use super::link::Link;
use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Lookups {
    /// Have numbers looked up, or change how
    Set {
        /// Settings, as base=https://hlr.example answer_network=/mccmnc
        #[arg(num_args = 1.., value_name = "KEY=VALUE")]
        set: Vec<String>,
        /// For every workspace that has no question of its own
        #[arg(long)]
        all: bool,
    },
    /// How they are looked up
    Show,
    /// Look one up now
    Try { number: String },
    /// Look them up no more, and forget what was answered
    Remove {
        #[arg(long)]
        all: bool,
    },
}

impl Lookups {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Lookups::Set { set, all } => {
                let made =
                    call.link()?.post("/v1/lookups", &json!({ "settings": pairs(&set)?, "all": all }))?;
                show::one(call.format, &made, "Numbers are looked up where a route asks for their network.");
            }
            Lookups::Show => {
                let mut all = call.link()?.list("/v1/lookups", usize::MAX)?;
                if call.format == show::Format::People {
                    all.iter_mut().for_each(plain);
                }
                let columns = [("for all", "all"), ("asks", "base"), ("when", "when"), ("settings", "rest")];
                show::many(call.format, &all, &columns);
            }
            Lookups::Try { number } => {
                let told =
                    Link::server(&call.place)?.post("/v1/lookups/try", &json!({ "number": number }))?;
                show::one(call.format, &told, &said(&told));
                if told["answer"].is_null() || told["answer"]["error"] != "" {
                    return Err(Failure::new(Exit::Failure, "the number could not be looked up"));
                }
            }
            Lookups::Remove { all } => {
                let path = if all { "/v1/lookups?all=true" } else { "/v1/lookups" };
                call.link()?.call("DELETE", path, None)?;
                show::one(call.format, &json!({ "removed": true }), "Numbers are looked up no more.");
            }
        }
        Ok(())
    }
}

/// The settings that say most, beside the others.
fn plain(one: &mut Value) {
    let settings = one["settings"].as_object().cloned().unwrap_or_default();
    let of = |name: &str| settings.get(name).map(show::cell).unwrap_or_default();
    let rest =
        settings.iter().filter(|(name, value)| !["base", "when"].contains(&name.as_str()) && **value != "");
    let rest: Vec<String> = rest.map(|(name, value)| format!("{name}={}", show::cell(value))).collect();
    (one["base"], one["when"], one["rest"]) = (of("base").into(), of("when").into(), rest.join(" ").into());
}

fn said(told: &Value) -> String {
    let (number, answer) = (show::cell(&told["number"]), &told["answer"]);
    if answer.is_null() {
        return format!("{number}: nobody answered");
    }
    if let Some(error) = answer["error"].as_str().filter(|e| !e.is_empty()) {
        return format!("{number}: {error}");
    }
    let of = |name: &str| show::cell(&answer[name]);
    format!(
        "{number}: network {}, country {}, type {}, ported {}",
        of("network"),
        of("country"),
        of("type"),
        of("ported")
    )
}
