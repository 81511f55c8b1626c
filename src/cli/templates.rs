//! `templates`: texts that are looked at before they are sent.

use super::{Call, escaped, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum Templates {
    /// Texts that wait, and those that were decided about
    List,
    /// Ask for a text to be approved: places stand in double braces, as {{first_name}}
    Ask {
        #[arg(long)]
        text: String,
        #[arg(long, default_value = "marketing")]
        class: String,
        /// The country whose register it is for; everywhere when absent
        #[arg(long, value_name = "CC", default_value = "")]
        country: String,
        /// Its number in a public register
        #[arg(long, value_name = "NUMBER", default_value = "")]
        reference: String,
    },
    /// Approve a text
    Approve {
        id: String,
        /// Its number in a public register
        #[arg(long, value_name = "NUMBER", default_value = "")]
        reference: String,
        /// Until when it holds, as 2027-01-01T00:00:00Z
        #[arg(long, value_name = "MOMENT")]
        until: Option<String>,
    },
    /// Refuse one
    Refuse {
        id: String,
        #[arg(long, value_name = "WHY")]
        note: String,
    },
    /// End an approval
    End { id: String },
}

impl Templates {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        let decide = |id: &str, body: serde_json::Value| -> Done {
            link.post(&format!("/v1/templates/{}/decide", escaped(id)), &body)?;
            show::one(call.format, &json!({ "id": id, "decided": true }), &format!("{id} is decided."));
            Ok(())
        };
        match self {
            Templates::List => {
                let columns = [
                    ("id", "id"),
                    ("state", "state"),
                    ("class", "class"),
                    ("country", "country"),
                    ("text", "text"),
                    ("asked by", "asked_by"),
                    ("decided by", "decided_by"),
                    ("until", "until"),
                ];
                show::many(call.format, &link.list("/v1/templates", usize::MAX)?, &columns);
                Ok(())
            }
            Templates::Ask { text, class, country, reference } => {
                let body =
                    json!({ "text": text, "class": class, "country": country, "reference": reference });
                let made = link.post("/v1/templates", &body)?;
                show::one(call.format, &made, &format!("{} waits.", show::cell(&made["id"])));
                Ok(())
            }
            Templates::Approve { id, reference, until } => {
                decide(&id, json!({ "approve": true, "reference": reference, "until": until }))
            }
            Templates::Refuse { id, note } => decide(&id, json!({ "approve": false, "note": note })),
            Templates::End { id } => {
                link.post(&format!("/v1/templates/{}/end", escaped(&id)), &json!({}))?;
                show::one(call.format, &json!({ "id": id, "ended": true }), &format!("{id} is ended."));
                Ok(())
            }
        }
    }
}
