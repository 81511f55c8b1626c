//! How people come in: pages, live updates, unsubscribe.
//!
//! A page is a pure function from words, shell and one plain view struct to markup; handlers fill the view
//! structs from the engine. No page reads the store by itself, no sentence a person reads stands in Rust (they
//! are in `locales/`), and nothing here ever sends a message.

pub mod assets;
pub mod pages;
pub mod serve;
pub mod shell;
pub mod ui;
pub mod words;
