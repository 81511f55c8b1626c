//! The pretend world: SMSCs and virtual phones, with faults and one seed.
//!
//! It speaks the carriers' real protocols over real sockets, so what is tried against it is the product's own
//! path. It knows nothing of the store or the engine, and keeps its memory bounded whatever is sent to it.

#![warn(missing_docs)]

mod app;
mod chance;
mod config;
mod gsm;
mod handset;
mod journal;
mod nasty;
mod numbers;
mod outcome;
mod provider;
pub mod proxy;
mod scenario;
pub mod smsc;

pub use app::{App, AppFaults};
pub use config::{AtPart, Config, Cut, Faults, Ids, Protocol, Receipts};
pub use gsm::{Code as UssdCode, Form as UssdForm, Modem, ModemFaults, Socket};
pub use handset::Shown;
pub use journal::{Entry, What};
pub use nasty::{Answers, Greeting, ReportForm, ReportId, Reports};
pub use numbers::{Directory, Numbers};
pub use outcome::{Mix, Outcome};
pub use scenario::{BadScenario, Scenario};
