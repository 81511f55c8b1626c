//! What providers call us with: receipts whose id means a whole message, and receipts that bring back the name of a try.
//!
//! Nothing is guessed: an id that is known is followed, a name of ours is believed for a message of this account alone,
//! and everything else is a receipt like any other.

use super::{Late, Receipt, late, receipts};
use crate::machine::receipt_key;
use crate::{Result, Tx, params, sql};
use sms::receipt::id_key;

/// A receipt of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it says.
    pub receipt: Receipt,
    /// The message and try it names as ours, where it does.
    pub named: Option<(i64, i64)>,
    /// The part it is about, where it says so under the id of the whole.
    pub part: Option<i64>,
}

/// The id of a part of a message that a provider took under one id.
pub fn part_id(id: &str, part: i64) -> String {
    if part == 0 || id.is_empty() { id.to_owned() } else { format!("{id}#{part}") }
}

/// Applies what a provider of this account told.
pub fn called(tx: &mut Tx<'_>, account: i64, told: &[Told]) -> Result<()> {
    let mut all = Vec::with_capacity(told.len());
    for one in told {
        let known = receipt_key::find(tx, account, &[one.receipt.h])?;
        let found = match known.iter().max_by_key(|k| (k.message, k.attempt)) {
            Some(key) => parts_of(tx, account, key.message)?,
            None => unseen(tx, account, one)?,
        };
        let whole = found.filter(|parts| *parts > 1 && owns_rest(tx, account, &one.receipt.smsc_id));
        match whole {
            Some(parts) if one.part.is_some_and(|part| (0..parts).contains(&part)) => {
                all.push(of_part(&one.receipt, one.part.unwrap_or_default()));
            }
            Some(parts) => all.extend((0..parts).map(|part| of_part(&one.receipt, part))),
            None => all.push(one.receipt.clone()),
        }
    }
    receipts(tx, account, &all)
}

/// The id is not known yet: its answer was lost, or is overtaken. Where it names a try of ours, that one was taken.
fn unseen(tx: &mut Tx<'_>, account: i64, told: &Told) -> Result<Option<i64>> {
    let Some((message, attempt)) = told.named.filter(|_| !told.receipt.smsc_id.is_empty()) else {
        return Ok(None);
    };
    let Some(parts) = parts_of(tx, account, message)? else { return Ok(None) };
    let answers: Vec<Late> = (0..parts)
        .map(|part| {
            let id = part_id(&told.receipt.smsc_id, part);
            Late { message, part, attempt, answer: Ok((id.clone(), key(&id))) }
        })
        .collect();
    late(tx, account, &answers)?;
    Ok(Some(parts))
}

/// Whether further parts of its message go by this id: not where the provider gave each part a name.
fn owns_rest(tx: &mut Tx<'_>, account: i64, id: &str) -> bool {
    let next = key(&part_id(id, 1));
    receipt_key::find(tx, account, &[next]).is_ok_and(|found| !found.is_empty())
}

/// Parts of a message that this account carries; `None` where it carries none such.
pub fn parts_of(tx: &mut Tx<'_>, account: i64, message: i64) -> Result<Option<i64>> {
    let sql = sql!("SELECT parts FROM message WHERE id = $1 AND connector = $2");
    tx.one(sql, &params![message, account], |r| r.get(0))
}

fn of_part(receipt: &Receipt, part: i64) -> Receipt {
    let smsc_id = part_id(&receipt.smsc_id, part);
    Receipt { h: key(&smsc_id), smsc_id, ..receipt.clone() }
}

fn key(id: &str) -> i64 {
    id_key(id.as_bytes()) as i64
}
