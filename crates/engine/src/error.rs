//! Why a decision was no. Doors and pages turn these into their own words; the codes are stable.

use crate::Permission;
use sms::Code;
use std::fmt;

/// The engine's own result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A no, and its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The store could not do it.
    Store(store::Error),
    /// There is no such thing in this workspace.
    NotFound(&'static str),
    /// An input is wrong: which one, and a stable word for why (`required`, `too_long`, `taken`, …).
    Invalid {
        /// Name of the input.
        param: String,
        /// Why, as a stable word.
        why: &'static str,
        /// The detail in English, for programs; may be empty.
        detail: String,
    },
    /// It is not the moment: a stable word (`already_launched`, `not_running`, …).
    Conflict(&'static str),
    /// A rule refuses it.
    Refused {
        /// The reason.
        code: Code,
        /// Pack, version and rule, or our own rule's name.
        rule: String,
    },
    /// Who asks may not.
    NotAllowed(Permission),
    /// Not signed in, or with wrong proof.
    NotKnown,
    /// Too often; again after so many seconds.
    TooOften {
        /// Seconds to wait.
        retry_after_s: i64,
    },
}

impl Error {
    /// A wrong input.
    pub fn invalid(param: impl Into<String>, why: &'static str, detail: impl Into<String>) -> Error {
        Error::Invalid { param: param.into(), why, detail: detail.into() }
    }

    /// The stable code of this error, as programs see it.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Store(store::Error::Full) => "STORE_FULL",
            Error::Store(_) => "store_unavailable",
            Error::NotFound(_) => "not_found",
            Error::Invalid { why, .. } => why,
            Error::Conflict(what) => what,
            Error::Refused { code, .. } => code.name(),
            Error::NotAllowed(_) => "not_allowed",
            Error::NotKnown => "not_known",
            Error::TooOften { .. } => "too_often",
        }
    }
}

impl From<store::Error> for Error {
    fn from(e: store::Error) -> Error {
        Error::Store(e)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Store(e) => write!(f, "{e}"),
            Error::NotFound(what) => write!(f, "there is no such {what} in this workspace"),
            Error::Invalid { param, why, detail } if detail.is_empty() => {
                write!(f, "{param}: {}", why.replace('_', " "))
            }
            Error::Invalid { param, detail, .. } => write!(f, "{param}: {detail}"),
            Error::Conflict(what) => write!(f, "not now: {}", what.replace('_', " ")),
            Error::Refused { code, rule } => write!(f, "refused: {code} ({rule})"),
            Error::NotAllowed(p) => write!(f, "this needs the permission '{}'", p.name()),
            Error::NotKnown => f.write_str("not signed in, or with wrong proof"),
            Error::TooOften { retry_after_s } => write!(f, "too often; again in {retry_after_s} s"),
        }
    }
}

impl std::error::Error for Error {}
