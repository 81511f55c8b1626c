//! `doctor`: one list of checks, of the running server or, where none runs, of the store as it lies there.

use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::Args;
use engine::health::{self, Measured};
use serde_json::Value;

/// Looks only; ends with 0 when all is well, 6 with warnings, 1 when something does not work.
#[derive(Args)]
pub(super) struct Doctor {}

impl Doctor {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        let report = match link.store() {
            Some(db) => {
                let measured = Measured::now(db, false);
                let report = db.read_blocking(move |tx| health::report(tx, &measured))?;
                serde_json::to_value(report)
                    .map_err(|e| Failure::new(Exit::Failure, "the report cannot be written").why(e))?
            }
            None => link.get("/v1/doctor")?,
        };
        match call.format {
            show::Format::Lines => {
                let checks = report["checks"].as_array().cloned().unwrap_or_default();
                show::many(call.format, &checks, &[]);
            }
            _ => show::one(call.format, &report, &people(&report)),
        }
        match report["state"].as_str() {
            Some("fail") => Err(Failure::new(Exit::Failure, "something does not work")),
            Some("warn") => Err(Failure::new(Exit::Partly, "somebody should look")),
            _ => Ok(()),
        }
    }
}

fn people(report: &Value) -> String {
    let line = |check: &Value| {
        let cell = |name: &str| show::cell(&check[name]);
        let fix = check["fix"].as_str().filter(|fix| !fix.is_empty());
        let fix = fix.map_or(String::new(), |fix| format!("\n{:9}{:17}do: {fix}", "", ""));
        format!("{:9}{:17}{}{fix}", cell("state"), cell("name"), cell("says"))
    };
    let checks = report["checks"].as_array();
    checks.into_iter().flatten().map(line).collect::<Vec<_>>().join("\n")
}
