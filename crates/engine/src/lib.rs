//! The product's decisions: admission and law, campaigns, audience, consent, inbox, routing, access. Plain functions over a transaction.

pub mod import;
