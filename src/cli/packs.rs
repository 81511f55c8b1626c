//! `packs`: what a text that comes in means. Pure: it needs no store and no server.

use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use engine::refusal;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum Packs {
    /// Judge a text as if it had come in
    Try {
        /// A country's pack (il, hu, es, ua, ru, us …), or `all`
        pack: String,
        #[arg(long, value_name = "T")]
        text: String,
    },
}

impl Packs {
    pub(super) fn run(self, call: &Call) -> Done {
        let Packs::Try { pack, text } = self;
        let Some(pack) = refusal::pack(&pack) else {
            let known = refusal::PACKS.join(", ");
            return Err(Failure::new(Exit::NotFound, format!("there is no pack '{pack}'"))
                .fix(format!("name one of {known}")));
        };
        let verdict = refusal::judge(&text);
        let (kind, rule) = (verdict.kind.name(), &verdict.rule);
        let value = json!({ "pack": pack, "verdict": kind, "rule": rule, "normalised": verdict.normalised });
        show::one(call.format, &value, &format!("{kind} ({rule}): {}", verdict.normalised));
        Ok(())
    }
}
