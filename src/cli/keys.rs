//! `keys`: which programs may come in.

use super::{Call, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Make a key; its secret is shown this once
    Create {
        name: String,
        /// What it may do: send, read, contacts, campaigns, inbox, delivery, admin; all when absent
        #[arg(long, value_delimiter = ',')]
        scopes: Vec<String>,
        /// Whatever it sends goes to the simulator
        #[arg(long)]
        test: bool,
    },
    /// List keys
    List,
    /// Make a key open nothing from now on
    Revoke { id: String },
}

impl Keys {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Keys::Create { name, scopes, test } => {
                let made = link.post("/v1/keys", &json!({ "name": name, "scopes": scopes, "test": test }))?;
                show::one(call.format, &made, made["key"].as_str().unwrap_or_default());
                if call.format == show::Format::People {
                    show::hint("This is the only time it is shown.");
                }
            }
            Keys::List => {
                let all = link.list("/v1/keys", usize::MAX)?;
                let columns = [
                    ("id", "id"),
                    ("name", "name"),
                    ("ends in", "hint"),
                    ("scopes", "scopes"),
                    ("test", "test"),
                    ("last used", "used_at"),
                    ("revoked", "revoked_at"),
                ];
                show::many(call.format, &all, &columns);
            }
            Keys::Revoke { id } => {
                link.call("DELETE", &format!("/v1/keys/{}", super::escaped(&id)), None)?;
                show::one(call.format, &json!({ "id": id, "revoked": true }), &format!("{id} is revoked."));
            }
        }
        Ok(())
    }
}
