//! What the rows say, read by the judge's own queries.

use crate::ledger::{Covers, Name, word_of};
use crate::scene::workspace_id;
use sms::Status;
use std::collections::{BTreeMap, BTreeSet};
use store::inline::Disk;
use store::machine::receipt_key::unpacked;

/// One message as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: i64,
    pub(crate) workspace: i64,
    pub(crate) campaign: i64,
    pub(crate) status: Status,
    pub(crate) code: i64,
    pub(crate) attempt: i64,
    pub(crate) parts: i64,
    pub(crate) possible_duplicate: bool,
    pub(crate) hold: bool,
    pub(crate) name: Name,
}

/// The rows of one disk.
pub(crate) struct Rows(pub(crate) Disk);

pub(crate) fn int(cell: &str) -> i64 {
    cell.parse().unwrap_or(0)
}

impl Rows {
    /// All rows of a query, each value as text.
    pub(crate) fn all(&self, text: &str) -> Vec<Vec<String>> {
        self.0.look(text).unwrap_or_else(|e| panic!("the judge's own query failed: {text}: {e}"))
    }

    /// The first value of a query.
    pub(crate) fn one(&self, text: &str) -> i64 {
        self.all(text).first().and_then(|row| row.first()).map_or(0, |cell| int(cell))
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        let found = self.all(
            "SELECT id, workspace, campaign, status, code, attempt, parts, possible_duplicate, on_ambiguous,
               text, recipient FROM message ORDER BY id",
        );
        found
            .iter()
            .map(|r| Message {
                id: int(&r[0]),
                workspace: int(&r[1]),
                campaign: int(&r[2]),
                status: Status::from_number(int(&r[3])).unwrap_or(Status::Accepted),
                code: int(&r[4]),
                attempt: int(&r[5]),
                parts: int(&r[6]),
                possible_duplicate: r[7] == "1",
                hold: r[8] == "1",
                name: (word_of(&r[9]).unwrap_or_default().to_owned(), r[10].clone()),
            })
            .collect()
    }

    /// Pairs of numbers by their first.
    pub(crate) fn map(&self, text: &str) -> BTreeMap<i64, i64> {
        self.all(text).iter().map(|r| (int(&r[0]), int(&r[1]))).collect()
    }

    /// Which message and part a carrier's id of an account stands for.
    pub(crate) fn keys(&self) -> BTreeMap<i64, (i64, i64)> {
        let found = self.all(
            "SELECT h, a, b FROM recent_key WHERE kind = 1
             UNION SELECT k.h, k.a, k.b FROM sorted_key k JOIN generation g ON g.gen = k.gen AND g.kind = 1",
        );
        found.iter().map(|r| (int(&r[0]), (int(&r[1]), unpacked(int(&r[2])).0))).collect()
    }

    /// The connectors in the order of their carriers.
    pub(crate) fn connectors(&self) -> Vec<i64> {
        self.all("SELECT id FROM connector ORDER BY name").iter().map(|r| int(&r[0])).collect()
    }

    /// Names and parts whose intent stands at this moment.
    pub(crate) fn in_flight(&self, covers: &Covers) -> BTreeSet<(Name, i64)> {
        let found = self.all(
            "SELECT m.text, m.recipient, f.part, m.workspace FROM flight f JOIN message m ON m.id = f.message",
        );
        found
            .iter()
            .map(|r| ((word_of(&r[0]).unwrap_or_default().to_owned(), r[1].clone()), int(&r[2]), int(&r[3])))
            .filter(|(name, _, workspace)| match covers {
                Covers::Number(ws, number) => *workspace == workspace_id(*ws) && name.1 == *number,
                Covers::Campaign(word) => name.0 == *word,
            })
            .map(|(name, part, _)| (name, part))
            .collect()
    }
}
