//! `audit`: what people and programs did, and whether the record is what was written.

use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::Value;

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Check every row of consent and deeds; names the first that was changed (exit 1)
    Verify {
        /// An end that was printed earlier, consent:HASH or deeds:HASH: it must still be in the chain
        #[arg(long, value_name = "END")]
        end: Option<String>,
    },
    /// What was done, newest first
    List {
        #[arg(long, default_value_t = 100, value_name = "N")]
        limit: usize,
    },
}

impl Audit {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Audit::List { limit } => {
                let all = link.list("/v1/audit", limit)?;
                let columns = [("at", "at"), ("actor", "actor"), ("deed", "deed"), ("subject", "subject")];
                show::many(call.format, &all, &columns);
                Ok(())
            }
            Audit::Verify { end } => {
                let query = end.map_or(String::new(), |end| format!("?end={}", escaped(&end)));
                let told = link.get(&format!("/v1/audit/verify{query}"))?;
                show::one(call.format, &told, &people(&told));
                if told["holds"] == true {
                    return Ok(());
                }
                let why = match told["end_found"] == false {
                    true => "the end that was kept is not in the chain: something was cut off or made anew",
                    false => "the record is not what was written",
                };
                Err(Failure::new(Exit::Failure, why))
            }
        }
    }
}

fn people(told: &Value) -> String {
    let line = |c: &Value| {
        let cell = |name: &str| show::cell(&c[name]);
        let whose = if c["workspace"] == "platform" { " (platform)" } else { "" };
        let broken = &c["broken"];
        let state = match broken.is_null() {
            true => format!("holds: {} rows in {} links, end {}", cell("rows"), cell("links"), cell("end")),
            false => {
                let row = broken["row"].as_str().map_or(String::new(), |row| format!(" at {row}"));
                format!("BROKEN{row}: {} in link {}", show::cell(&broken["what"]), broken["link"])
            }
        };
        format!("{}{whose} {state}", cell("chain"))
    };
    let chains = told["chains"].as_array();
    chains.into_iter().flatten().map(line).collect::<Vec<_>>().join("\n")
}
