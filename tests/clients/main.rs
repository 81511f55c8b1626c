//! The SMPP server for clients, through the finished program and real sockets. Cases are named as in the list of
//! protocol cases: SES framing and session, PDU content, F faults.

#[path = "../support/mod.rs"]
mod support;

mod binds;
mod esme;
mod house;
mod jasmin;
mod kannel;
mod lookups;
mod memory;
mod parameters;
mod peers;
mod receipts;
mod sends;
