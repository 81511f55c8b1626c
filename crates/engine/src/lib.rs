//! The product's decisions: admission and law, campaigns, audience, consent, inbox, routing, access.
//!
//! Plain functions over a transaction: `fn(&mut Tx, &Ctx, input) -> Result<…>`. Nothing here sends: effects are rows.
//! SQL stands in `store`; this crate only says what is to be done.

pub mod access;
pub mod alarm;
pub mod audience;
pub mod audit;
pub mod bulk;
pub mod campaign;
pub mod client;
pub mod collect;
pub mod connector;
pub mod consent;
mod ctx;
pub mod demo;
mod error;
pub mod health;
pub mod history;
pub mod hold;
pub mod import;
pub mod inbound;
pub mod inbox;
pub mod jobs;
pub mod keep;
pub mod keyring;
pub mod law;
pub mod lease;
pub mod lookup;
pub mod message;
pub mod modem;
pub mod phone;
pub mod proof;
pub mod queue;
pub mod reconfirm;
pub mod refusal;
pub mod restore;
pub mod route;
mod secret;
pub mod segment;
pub mod sender;
mod sheet;
pub mod submit;
pub mod template;
pub mod template_review;
#[cfg(test)]
mod testing;
pub mod trace;
pub mod unconfirmed;
pub mod unsubscribe;
pub mod work;

pub use ctx::{Actor, Ctx, Permission, Role};
pub use error::{Error, Result};
pub use sheet::Format;
pub use submit::{Accepted, Admitted, Judged, Refusal, Submission, admit, store, submit};
