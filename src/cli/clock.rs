//! `clock`: whether the server believes the time, and a person's word for it after a jump.

use super::link::Link;
use super::{Call, show};
use crate::failure::Done;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum Clock {
    /// What time it is for the server, and whether it is believed
    Show,
    /// The time is right: expiry and scheduled starts go by it from now on
    Confirm,
}

impl Clock {
    pub(super) fn run(self, call: &Call) -> Done {
        // Each process watches its own clock: without a server there is none to ask.
        let link = Link::server(&call.place)?;
        match self {
            Clock::Show => {
                let clock = link.get("/v1/clock")?;
                let now = show::cell(&clock["now"]);
                let people = match clock["jump_ms"].as_i64() {
                    Some(0) => format!("It is {now}, and that is believed."),
                    jump => format!(
                        "It says {now}, after a jump of {} s that is not believed yet.\nIf it is right: sendword clock confirm",
                        jump.unwrap_or_default() / 1_000
                    ),
                };
                show::one(call.format, &clock, &people);
            }
            Clock::Confirm => {
                let done = link.post("/v1/clock/confirm", &json!({}))?;
                let people = match done["jump_ms"].as_i64() {
                    Some(0) => "It was believed already.".to_owned(),
                    jump => format!("Believed, with the jump of {} s.", jump.unwrap_or_default() / 1_000),
                };
                show::one(call.format, &done, &people);
            }
        }
        Ok(())
    }
}
