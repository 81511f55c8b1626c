//! `alarms`: what is wrong, and that somebody knows of it.

use super::{Call, escaped, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum Alarms {
    /// Open ones first, then those that are over lately
    List,
    /// Say that you know: it stays until its cause is gone, and is counted no longer
    Known { id: String },
}

impl Alarms {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Alarms::List => {
                let all = link.list("/v1/alarms", usize::MAX)?;
                let columns = [
                    ("id", "id"),
                    ("state", "state"),
                    ("alarm", "kind"),
                    ("connector", "connector_name"),
                    ("campaign", "campaign_name"),
                    ("figure", "value"),
                    ("since", "since"),
                    ("words", "detail"),
                ];
                show::many(call.format, &all, &columns);
            }
            Alarms::Known { id } => {
                let after = link.post(&format!("/v1/alarms/{}/known", escaped(&id)), &json!({}))?;
                show::one(call.format, &after, &format!("Somebody knows of {id} now."));
            }
        }
        Ok(())
    }
}
