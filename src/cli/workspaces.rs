//! `workspaces`: which there are, and turning one from test mode to live.

use super::{Call, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum Workspaces {
    /// List them
    List,
    /// Turn one from test mode to live: from then on messages leave this computer
    Live { name: String },
}

impl Workspaces {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Workspaces::List => {
                let all = call.link()?.list("/v1/workspaces", usize::MAX)?;
                let columns = [
                    ("name", "name"),
                    ("mode", "mode"),
                    ("country", "country"),
                    ("language", "language"),
                    ("id", "id"),
                ];
                show::many(call.format, &all, &columns);
            }
            Workspaces::Live { name } => {
                let mut place = call.place.clone();
                place.workspace = Some(name.clone());
                let live = super::Link::open(&place)?.post("/v1/workspaces/live", &json!({}))?;
                show::one(call.format, &live, &format!("{name} is live."));
            }
        }
        Ok(())
    }
}
