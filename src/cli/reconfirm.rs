//! `reconfirm`: asking people once more whether we may go on writing to them.

use super::{Call, escaped, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum Reconfirm {
    /// Who would be asked, and what the packs say
    Plan {
        /// Members of this list alone, by id
        #[arg(long, value_name = "L", default_value = "")]
        list: String,
    },
    /// Ask: `ending` people whose permission runs out soon, `weak` those whom only a file, a program or one of us speaks for
    Start {
        kind: String,
        /// Members of this list alone, by id
        #[arg(long, value_name = "L", default_value = "")]
        list: String,
    },
    /// What was asked, and what came of it
    List,
    /// Ask nobody more, and take nobody's silence for an answer
    Stop { id: String },
}

impl Reconfirm {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Reconfirm::Plan { list } => {
                let plan = link.get(&format!("/v1/reconfirm/plan?list={}", escaped(&list)))?;
                let people = match plan["rule"]["allowed"] == true {
                    false => "The packs of this country give no leave to ask again.".to_owned(),
                    true => format!(
                        "{} people whose permission ends within {} days, {} who are weakly proven.\n\
                         Answers are waited for {} days; silence ends the permission. From {}: {}",
                        plan["ending"],
                        plan["rule"]["before_days"],
                        plan["weak"],
                        plan["rule"]["answer_days"],
                        show::cell(&plan["sender"]),
                        show::cell(&plan["text"])
                    ),
                };
                show::one(call.format, &plan, &people);
            }
            Reconfirm::Start { kind, list } => {
                let list = Some(list).filter(|list| !list.is_empty());
                let made = link.post("/v1/reconfirm", &json!({ "kind": kind, "list": list }))?;
                show::one(call.format, &made, &format!("{} has begun.", show::cell(&made["id"])));
            }
            Reconfirm::List => {
                let all = link.list("/v1/reconfirm", usize::MAX)?;
                let flat = all.into_iter().map(|mut one| {
                    let counts = one["counts"].take();
                    for word in ["asked", "agreed", "silent", "missed", "refused"] {
                        one[word] = counts[word].clone();
                    }
                    one
                });
                let columns = [
                    ("id", "id"),
                    ("kind", "kind"),
                    ("state", "state"),
                    ("waiting", "asked"),
                    ("yes", "agreed"),
                    ("silent", "silent"),
                    ("not reached", "missed"),
                    ("no", "refused"),
                    ("at", "at"),
                ];
                show::many(call.format, &flat.collect::<Vec<_>>(), &columns);
            }
            Reconfirm::Stop { id } => {
                link.post(&format!("/v1/reconfirm/{}/stop", escaped(&id)), &json!({}))?;
                show::one(call.format, &json!({ "id": id, "stopped": true }), &format!("{id} is stopped."));
            }
        }
        Ok(())
    }
}
