//! What can go wrong in the store, in the few kinds that callers act on.

use std::fmt;

/// The store's own result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A unique key is taken; nothing was written.
    Unique(String),
    /// The disk is full; nothing was written.
    Full,
    /// The clock is far behind the newest id: what was accepted now would seem older than what is there.
    ClockBehind,
    /// A closure asked for another write from inside its own.
    Nested,
    /// A closure panicked; its changes were undone.
    Panicked(String),
    /// The store is closing; nothing was written.
    Closed,
    /// The transaction was undone by somebody else's fault; the call may be repeated.
    Undone,
    /// The database cannot be reached, or cut the connection.
    Unreachable(String),
    /// A file or directory of the store cannot be used.
    File(String),
    /// The database answered something else.
    Driver(String),
    /// A row holds what this version cannot read.
    Shape(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unique(what) => write!(f, "already there: {what}"),
            Error::Full => f.write_str("the disk of the store is full; nothing was written"),
            Error::ClockBehind => f.write_str(
                "the clock of this machine is more than ten minutes behind the newest message; set it right",
            ),
            Error::Nested => f.write_str("a write was asked for from inside a write"),
            Error::Panicked(what) => write!(f, "a store closure panicked and was undone: {what}"),
            Error::Closed => f.write_str("the store is closing"),
            Error::Undone => f.write_str("the transaction was undone; nothing was written"),
            Error::Unreachable(what) => write!(f, "the database cannot be reached: {what}"),
            Error::File(what) => write!(f, "{what}"),
            Error::Driver(what) => write!(f, "database: {what}"),
            Error::Shape(what) => write!(f, "a stored row is damaged, or of another version: {what}"),
        }
    }
}

impl std::error::Error for Error {}
