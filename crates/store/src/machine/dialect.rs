//! How a carrier spells in receipts the ids it gave in answers: learnt per account from what matched.
//!
//! A carrier that spells them alike leaves no row here and costs no write.

use crate::machine::settle::Reading;
use crate::{Result, Tx, Val, params, sql};

/// Matches before a habit is believed.
const ENOUGH: i64 = 20;
/// What shows a habit: 95 of 100.
const HABIT: (i64, i64) = (95, 100);
/// Above this the counts are halved, so that a carrier may change its habit.
const MOST: i64 = 1_000;

/// The reading under which this account's receipts are found, as a habit.
pub fn learnt(tx: &mut Tx<'_>, account: i64) -> Result<Reading> {
    Ok(habit(counts(tx, account)?.unwrap_or_default()))
}

fn habit(counts: [i64; 3]) -> Reading {
    let total: i64 = counts.iter().sum();
    let most = Reading::ALL.into_iter().find(|r| counts[*r as usize] * HABIT.1 >= total * HABIT.0);
    most.filter(|_| total >= ENOUGH).unwrap_or(Reading::Plain)
}

fn counts(tx: &mut Tx<'_>, account: i64) -> Result<Option<[i64; 3]>> {
    tx.one(
        sql!("SELECT plain, hex, decimal FROM receipt_dialect WHERE account = $1"),
        &params![account],
        |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?]),
    )
}

/// Counts matches by reading. `true` when the carrier mixes its spellings, told once.
pub(crate) fn count(tx: &mut Tx<'_>, account: i64, new: [i64; 3]) -> Result<bool> {
    if new.iter().sum::<i64>() == 0 {
        return Ok(false);
    }
    let old = counts(tx, account)?;
    if old.is_none() && new[1..].iter().all(|n| *n == 0) {
        return Ok(false);
    }
    let before = old.unwrap_or_default();
    let mut after = [before[0] + new[0], before[1] + new[1], before[2] + new[2]];
    while after.iter().sum::<i64>() > MOST {
        after = after.map(|n| n / 2);
    }
    tx.exec(
        sql!(
            "INSERT INTO receipt_dialect (account, plain, hex, decimal) VALUES ($1, $2, $3, $4)
             ON CONFLICT (account) DO UPDATE SET plain = excluded.plain, hex = excluded.hex, decimal = excluded.decimal"
        ),
        &params![account, Val::Int(after[0]), Val::Int(after[1]), Val::Int(after[2])],
    )?;
    Ok(is_mixed(after) && !is_mixed(before))
}

/// Two spellings, neither of them an exception.
fn is_mixed(counts: [i64; 3]) -> bool {
    let total: i64 = counts.iter().sum();
    total >= ENOUGH && counts.iter().filter(|n| **n * 20 > total).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_habit_needs_enough_and_nearly_all() {
        assert_eq!(habit([0, 19, 0]), Reading::Plain);
        assert_eq!(habit([0, 20, 0]), Reading::Hex);
        assert_eq!(habit([1, 0, 20]), Reading::Decimal);
        assert_eq!(habit([2, 0, 20]), Reading::Plain);
        assert!(is_mixed([10, 10, 0]) && !is_mixed([1, 30, 0]) && !is_mixed([5, 5, 0]));
    }
}
