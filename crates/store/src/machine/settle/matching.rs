//! Which part a receipt means: carriers write ids in hex and decimal, with and without zeros, and use them again.
//!
//! An id that two messages had means the newest whose recipient the receipt names. What nobody fits is kept as an
//! orphan; it is never credited by guess.

use super::said::Digits;
use super::{Batch, Receipt, swift};
use crate::machine::receipt_key::Key;
use crate::machine::{alarm, dialect, orphan, receipt_key};
use crate::{Result, Tx, generation, list_of, params, sql};
use sms::{Code, Status};
use std::collections::{BTreeMap, HashMap};

/// How an id was read when it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// As it is written; zeros before it and the case of letters do not count.
    Plain,
    /// The receipt is decimal, the answer was hex.
    Hex,
    /// The receipt is hex, the answer was decimal.
    Decimal,
}

impl Reading {
    /// Every reading, in the order of the columns of `receipt_dialect`.
    pub const ALL: [Reading; 3] = [Reading::Plain, Reading::Hex, Reading::Decimal];

    fn key(self, receipt: &Receipt) -> Option<i64> {
        let other = || sms::receipt::id_key_alternatives(&receipt.smsc_id);
        match self {
            Reading::Plain => Some(receipt.h),
            Reading::Hex => other().as_hex.map(|h| h as i64),
            Reading::Decimal => other().as_decimal.map(|h| h as i64),
        }
    }
}

/// How long the answer of an ambiguous part may be overtaken by its receipt before another trace is followed.
const PATIENCE_MS: i64 = 1_000;

/// Applies receipts of one account. Those of unknown ids are kept as orphans.
pub fn receipts(tx: &mut Tx<'_>, account: i64, receipts: &[Receipt]) -> Result<()> {
    if receipts.is_empty() {
        return Ok(());
    }
    let mut batch = Batch::load(tx, account, std::iter::empty())?;
    let found = find(tx, account, receipts, &mut batch)?;
    let orphans: Vec<&Receipt> = receipts.iter().zip(&found).filter(|f| f.1.is_none()).map(|f| f.0).collect();
    orphan::put(tx, account, &orphans)?;
    let rest = swift::reported(tx, receipts, &found, &mut batch)?;
    batch.more(tx, rest.iter().map(|(_, key)| key.message))?;
    for (receipt, key) in rest {
        batch.receipt(&key, receipt);
    }
    batch.write(tx)
}

/// The part of each receipt, as far as one is known. Its message need not be in the batch.
fn find(tx: &mut Tx<'_>, account: i64, receipts: &[Receipt], batch: &mut Batch) -> Result<Vec<Option<Key>>> {
    let mut found: Vec<Option<Key>> = vec![None; receipts.len()];
    let learnt = dialect::learnt(tx, account)?;
    let mut order = Reading::ALL.to_vec();
    order.sort_by_key(|r| *r != learnt);
    let mut counts = [0; 3];
    for reading in order {
        let open: Vec<(usize, i64)> = receipts
            .iter()
            .enumerate()
            .filter(|(i, r)| found[*i].is_none() && !r.smsc_id.is_empty())
            .filter_map(|(i, r)| Some((i, reading.key(r)?)))
            .collect();
        if open.is_empty() {
            continue;
        }
        let hashes: Vec<i64> = open.iter().map(|(_, h)| *h).collect();
        let mut keys: HashMap<i64, Vec<Key>> = HashMap::new();
        for key in receipt_key::find(tx, account, &hashes)? {
            keys.entry(key.h).or_default().push(key);
        }
        let alone =
            keys.values().filter_map(|of| if let [one] = of.as_slice() { Some(one.message) } else { None });
        swift::remember(tx, alone)?;
        let plain = |i: usize, h: i64| match keys.get(&h).map(Vec::as_slice) {
            Some([one]) => swift::recipient(tx, one.message)
                .filter(|to| names(&receipts[i], *to) != Some(false))
                .map(|_| *one),
            _ => None,
        };
        let plain: Vec<Option<Key>> = open.iter().map(|(i, h)| plain(*i, *h)).collect();
        let looked = open.iter().zip(&plain).filter(|(_, plain)| plain.is_none());
        batch.more(tx, looked.filter_map(|((_, h), _)| keys.get(h)).flatten().map(|k| k.message))?;
        for ((i, h), plain) in open.into_iter().zip(plain) {
            found[i] = plain.or_else(|| newest(keys.get(&h)?, &receipts[i], batch));
            counts[reading as usize] += i64::from(found[i].is_some());
        }
    }
    let mixed = alarm::About::connector(alarm::Kind::ReceiptIds, account);
    match dialect::count(tx, account, counts)? {
        Some(true) => alarm::raise(tx, &mixed, 0, "")?,
        Some(false) => alarm::clear(tx, &mixed)?,
        None => {}
    }
    Ok(found)
}

/// The newest message that had this id and whose recipient the receipt does not contradict.
fn newest(keys: &[Key], receipt: &Receipt, batch: &Batch) -> Option<Key> {
    let fits = |key: &&Key| {
        batch
            .facts
            .get(&key.message)
            .is_some_and(|f| names(receipt, Digits::of(&f.recipient)).unwrap_or(true))
    };
    keys.iter().filter(fits).max_by_key(|k| (k.message, k.attempt)).copied()
}

/// Whether a receipt names this number; `None` when it names no number of a phone at all.
fn names(receipt: &Receipt, recipient: Digits) -> Option<bool> {
    let numbers = [Digits::of(&receipt.from), Digits::of(&receipt.to)];
    let mut phones = numbers.iter().filter(|n| n.is_phone()).peekable();
    phones.peek()?;
    // Carriers write national forms, and some do not turn sender and recipient round.
    Some(phones.any(|n| n.same_phone(recipient)))
}

fn digits(address: &str) -> String {
    let plain: String = address.chars().filter(char::is_ascii_digit).collect();
    plain.trim_start_matches('0').to_owned()
}

/// How long a receipt and its outcome may take to cross.
const CROSSING_MS: i64 = 10 * 60_000;

/// Applies up to `limit` recent orphans whose part is known by now, or can only be one. Gives how many.
pub fn adopt_orphans(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let now = tx.now();
    let waiting = orphan::recent(tx, now - CROSSING_MS, limit)?;
    let mut by_account: BTreeMap<i64, Vec<orphan::Waiting>> = BTreeMap::new();
    for one in waiting {
        by_account.entry(one.account).or_default().push(one);
    }
    let mut adopted = 0;
    for (account, list) in by_account {
        let receipts: Vec<Receipt> = list.iter().map(|w| w.receipt.clone()).collect();
        let mut batch = Batch::load(tx, account, std::iter::empty())?;
        let mut found = find(tx, account, &receipts, &mut batch)?;
        for (one, found) in list.iter().zip(&mut found) {
            if found.is_none() && one.at < now - PATIENCE_MS {
                *found = only_ambiguous(tx, account, &one.receipt, &mut batch)?;
            }
        }
        let gone: Vec<i64> = list.iter().zip(&found).filter(|f| f.1.is_some()).map(|f| f.0.id).collect();
        orphan::remove(tx, &gone)?;
        adopted += gone.len();
        batch.more(tx, found.iter().flatten().map(|key| key.message))?;
        for (one, key) in list.iter().zip(&found) {
            if let Some(key) = key {
                batch.receipt(key, &one.receipt);
            }
        }
        batch.write(tx)?;
    }
    Ok(adopted)
}

/// The one ambiguous message of this account that a receipt without a known id can mean: same number, same sender and
/// the same beginning of the text. `None` where there is none, or more than one.
fn only_ambiguous(
    tx: &mut Tx<'_>,
    account: i64,
    receipt: &Receipt,
    batch: &mut Batch,
) -> Result<Option<Key>> {
    if !Digits::of(&receipt.from).is_phone() || receipt.smsc_id.is_empty() {
        return Ok(None);
    }
    let number = digits(&receipt.from);
    let tag = tx.tag(&format!("+{number}"));
    let ids = generation::newest(tx, generation::Kind::Number, tag, i64::MAX, 50)?;
    let found = tx.rows(
        sql!(
            "SELECT id, attempt, sender, text FROM message WHERE id IN LIST($1) AND connector = $2 AND parts = 1
               AND code = $3 AND status IN (2, 6)"
        ),
        &params![list_of(&ids), account, Code::AmbiguousSubmit],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<String>(2)?, r.get::<String>(3)?)),
    )?;
    let fits = |sender: &str, text: &str| {
        let same = sender.eq_ignore_ascii_case(&receipt.to) || digits(sender) == digits(&receipt.to);
        same && text.chars().zip(receipt.text.chars()).all(|(a, b)| a == b || b == '?')
    };
    let mut found = found.into_iter().filter(|(_, _, sender, text)| fits(sender, text));
    let (Some((message, attempt, ..)), None) = (found.next(), found.next()) else { return Ok(None) };
    batch.more(tx, std::iter::once(message))?;
    let Some(facts) = batch.facts.get(&message) else { return Ok(None) };
    // While a second try waits, the first one is what the carrier reports on.
    let attempt = if facts.status == Status::Queued { facts.attempt } else { attempt };
    let key = Key { h: receipt.h, message, part: 0, attempt };
    batch.keys.push(key);
    batch.notes.push((facts.workspace, message, "adopted", receipt.smsc_id.clone()));
    Ok(Some(key))
}

impl Batch {
    /// Loads the facts of further messages.
    pub(super) fn more(&mut self, tx: &mut Tx<'_>, ids: impl Iterator<Item = i64>) -> Result<()> {
        let mut ids: Vec<i64> = ids.filter(|id| !self.facts.contains_key(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        self.facts.extend(super::facts(tx, &ids)?);
        self.load_long(tx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(from: &str, to: &str) -> Receipt {
        Receipt {
            h: 0,
            smsc_id: String::new(),
            status: Status::Delivered,
            code: Code::None,
            detail: String::new(),
            from: from.into(),
            to: to.into(),
            text: String::new(),
        }
    }

    #[test]
    fn a_number_is_known_in_every_spelling_and_no_other_one() {
        for (from, to, named) in [
            ("+972501234567", "4545", Some(true)),
            ("0501234567", "SHOP", Some(true)),
            ("501234567", "", Some(true)),
            ("00972501234567", "", Some(true)),
            ("SHOP", "972501234567", Some(true)),
            ("972501234568", "4545", Some(false)),
            ("+44123456789", "", Some(false)),
            ("4545", "SHOP", None),
            ("", "", None),
        ] {
            assert_eq!(names(&receipt(from, to), Digits::of("+972501234567")), named, "{from} {to}");
        }
    }
}
