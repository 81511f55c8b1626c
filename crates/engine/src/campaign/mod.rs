//! Mailings: written, checked, counted, launched, halted, ended, reported.
//!
//! Launch, pause, resume and stop are one short transaction each; whatever takes long is a job in slices
//! ([`jobs`]). Nothing here sends: recipients become messages through the one gate, `submit`.

mod audience;
mod clear;
mod draft;
mod expand;
mod freeze;
pub mod guard;
pub(crate) mod jobs;
mod letter;
mod plan;
mod report;
mod run;
#[cfg(test)]
mod tests;
mod view;

pub use audience::{Ability, Audience, Bar, Preview, ability, audience, preview};
pub use draft::{Draft, create, update};
pub use plan::Plan;
pub use report::{Report, Shown, Way, report};
pub use run::{Stopped, launch, pause, resume, stop};
pub use view::{Answer, Skip, View, answers, get, list, reasons, skipped};
