//! The two ledgers: what programs were promised, and what carriers saw and said. Nothing here was asked of the store.

use std::collections::{BTreeMap, BTreeSet};

/// By what a message is known outside: the word it begins with, and its recipient.
pub(crate) type Name = (String, String);

/// One message that a program handed in.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) name: Name,
    pub(crate) workspace: usize,
    /// Whether a refusal of advertising stops it.
    pub(crate) advert: bool,
    /// The id it was answered with, once it was.
    pub(crate) id: Option<i64>,
    /// Whether a program heard that it was accepted.
    pub(crate) promised: bool,
}

/// One part as it reached a carrier.
#[derive(Debug, Clone)]
pub(crate) struct Copy {
    /// The step of the world at which its last octet was written.
    pub(crate) step: u64,
    /// Whether the carrier took it: then a phone gets it.
    pub(crate) taken: bool,
}

/// One receipt that a carrier handed over and was told to be kept.
#[derive(Debug, Clone)]
pub(crate) struct Reported {
    pub(crate) carrier: usize,
    pub(crate) id: String,
    pub(crate) status: sms::Status,
}

/// A confirmed refusal, pause or stop: from this step on nothing new may leave.
#[derive(Debug, Clone)]
pub(crate) struct Halt {
    pub(crate) step: u64,
    /// Where it ended again (a resume), if it can.
    pub(crate) until: Option<u64>,
    pub(crate) stoppable: bool,
    /// Whom it covers.
    pub(crate) covers: Covers,
    /// Names and parts whose intent stood when it was confirmed: each may still leave once.
    pub(crate) in_flight: BTreeSet<(Name, i64)>,
}

/// Whom a halt covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Covers {
    /// Advertisements of a workspace to a number.
    Number(usize, String),
    /// A campaign, by the word its messages begin with.
    Campaign(String),
}

/// All that was seen from outside.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) wanted: Vec<Wanted>,
    /// Words of campaigns → the workspace.
    pub(crate) campaigns: BTreeMap<String, Campaign>,
    /// What reached carriers, by name and part.
    pub(crate) copies: BTreeMap<(Name, i64), Vec<Copy>>,
    /// Parts with no word of ours: answers to refusals.
    pub(crate) nameless: usize,
    pub(crate) reported: Vec<Reported>,
    pub(crate) halts: Vec<Halt>,
    /// Refusals in the file beside the database: workspace and tag.
    pub(crate) refused: BTreeSet<(i64, i64)>,
    /// How often the file beside the database says that a part of a message may leave.
    pub(crate) intents: BTreeMap<(i64, i64), usize>,
    /// Messages in that carriers were told to be kept: sender and text.
    pub(crate) inbound: Vec<(String, String)>,
    /// What is wrong already.
    pub(crate) wrong: Vec<String>,
    /// How often something happened, for whoever reads the figures.
    pub(crate) counts: BTreeMap<&'static str, u64>,
}

/// A campaign as its program knows it.
#[derive(Debug, Clone)]
pub(crate) struct Campaign {
    pub(crate) workspace: usize,
    pub(crate) id: Option<String>,
    pub(crate) launched: bool,
    pub(crate) people: i64,
    pub(crate) advert: bool,
}

impl Ledger {
    pub(crate) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    pub(crate) fn complain(&mut self, what: String) {
        if self.wrong.len() < 20 {
            self.wrong.push(what);
        }
    }
}

/// The word by which a text is known: `#12.` of a single message, `~3.` of a campaign's.
pub(crate) fn word_of(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| {
        let inner = word.strip_prefix(['#', '~']).and_then(|w| w.strip_suffix('.'));
        inner.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    })
}
