//! `init`: a live workspace and its owner, without a browser.

use super::link::Link;
use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Init {
    /// The owner's e-mail address
    #[arg(long, value_name = "E")]
    owner_email: String,
    /// A file whose first line is the owner's password
    #[arg(long, value_name = "F")]
    owner_password_file: PathBuf,
    /// The country's two letters, as IL
    #[arg(long)]
    country: String,
}

impl Init {
    pub(super) fn run(self, call: &Call) -> Done {
        let Some(workspace) = call.place.workspace.clone() else {
            return Err(Failure::new(Exit::Usage, "a workspace needs a name").fix("add: --workspace NAME"));
        };
        let path = self.owner_password_file.display().to_string();
        let text = std::fs::read_to_string(&self.owner_password_file)
            .map_err(|e| Failure::new(Exit::Usage, format!("{path} cannot be read")).why(e))?;
        let password = text.lines().next().unwrap_or_default();
        let link = Link::open_or_make(&call.place)?;
        let body = json!({
            "workspace": workspace, "country": self.country,
            "owner_email": self.owner_email, "owner_password": password,
        });
        let made = link.post("/v1/workspaces", &body)?;
        let people = format!(
            "Workspace {workspace} is there and live; {} owns it.\nNext: sendword connectors add NAME --kind smpp --set host=… port=…",
            self.owner_email
        );
        show::one(call.format, &made, &people);
        Ok(())
    }
}
