//! `packs`: what a text that comes in means. Pure: it needs no store and no server.

use super::{Call, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum Packs {
    /// Judge a text as if it had come in
    Try {
        /// A country's pack, or `all`
        pack: String,
        #[arg(long, value_name = "T")]
        text: String,
    },
}

impl Packs {
    pub(super) fn run(self, call: &Call) -> Done {
        let Packs::Try { text, .. } = self;
        let verdict = engine::refusal::judge(&text);
        let (kind, rule) = (verdict.kind.name(), &verdict.rule);
        let value = json!({ "verdict": kind, "rule": rule, "normalised": verdict.normalised });
        show::one(call.format, &value, &format!("{kind} ({rule}): {}", verdict.normalised));
        Ok(())
    }
}
