//! Number, sender and text of one message, as its route rewrites them. It judges nothing but that something is left.

use super::Refusal;
use crate::route::{Choice, Rewritten};
use sms::{Code, number};

/// What is written on a message, before and after its route rewrote it.
pub(super) struct Letter {
    pub(super) number: String,
    pub(super) sender: String,
    pub(super) text: String,
    pub(super) rewritten: Vec<(&'static str, String)>,
}

impl Letter {
    pub(super) fn rewrite(mut self, way: &Choice) -> Result<Letter, Refusal> {
        let Some(Rewritten { number, sender, text }) = way.rewritten.clone() else { return Ok(self) };
        if let Some(new) = number {
            if !number::is_e164(&new) {
                return Err(Refusal::of(Code::InvalidNumber, "route.rewrite"));
            }
            self.rewritten.push(("rewritten_number", std::mem::replace(&mut self.number, new)));
        }
        if let Some(new) = sender {
            self.rewritten.push(("rewritten_sender", std::mem::replace(&mut self.sender, new)));
        }
        if let Some(new) = text {
            let new = sms::parts::normalise(&new).into_owned();
            if new.trim().is_empty() {
                return Err(Refusal::of(Code::ContentMissing, "route.rewrite"));
            }
            self.rewritten.push(("rewritten_text", std::mem::replace(&mut self.text, new)));
        }
        Ok(self)
    }
}
