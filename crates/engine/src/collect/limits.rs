//! What a flood may cost: nothing. Counted in the rows themselves, so that a restart forgets nothing and two nodes count
//! together.

use crate::{Result, secret};
use store::keys::Keys;
use store::{Tx, signup};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Requests of one network address: a family, a shop's guest network.
const ADDRESS_HOUR: i64 = 8;
const ADDRESS_DAY: i64 = 30;
/// Requests of one form.
const FORM_HOUR: i64 = 200;
const FORM_DAY: i64 = 1_000;
/// Requests of one form for numbers that differ in the last four digits alone: nobody's customers do.
const BLOCK_HOUR: i64 = 10;
/// Questions to one number, from whichever workspace…
const NUMBER_DAY: i64 = 1;
/// …and in a month.
const NUMBER_MONTH: i64 = 3;

/// A keyed hash for counting; what it was made of cannot be found again. Never 0, which counts for nobody.
pub(super) fn counted(keys: &Keys, what: &str, value: &str) -> i64 {
    let mac = keys.mac(what, &[value.as_bytes()]);
    let mut octets = [0; 8];
    octets.copy_from_slice(&mac[..8]);
    i64::from_be_bytes(octets) | 1
}

/// The number without its last four digits.
pub(super) fn block(number: &str) -> &str {
    number.get(..number.len().saturating_sub(4)).unwrap_or_default()
}

/// Whether a form, from an address, to a block of numbers, has had its share for now.
pub(super) fn spent(tx: &mut Tx<'_>, workspace: i64, form: i64, addr: i64, block: i64) -> Result<bool> {
    let now = tx.now();
    if addr != 0
        && (signup::of_addr(tx, addr, now - HOUR_MS)? >= ADDRESS_HOUR
            || signup::of_addr(tx, addr, now - DAY_MS)? >= ADDRESS_DAY)
    {
        return Ok(true);
    }
    Ok(signup::of_form(tx, workspace, form, now - HOUR_MS)? >= FORM_HOUR
        || signup::of_form(tx, workspace, form, now - DAY_MS)? >= FORM_DAY
        || signup::of_block(tx, workspace, form, block, now - HOUR_MS)? >= BLOCK_HOUR)
}

/// Whether a number was asked lately, by anybody: then it is not asked again.
pub(super) fn asked_lately(tx: &mut Tx<'_>, number: &str) -> Result<bool> {
    let now = tx.now();
    Ok(signup::asked_number(tx, number, now - DAY_MS)? >= NUMBER_DAY
        || signup::asked_number(tx, number, now - 30 * DAY_MS)? >= NUMBER_MONTH)
}

/// A token of 82 bits for a row, which says nothing of it.
pub(super) fn token(keys: &Keys, what: &str, id: i64) -> String {
    secret::base58(&keys.mac(what, &[&id.to_be_bytes()]), super::confirm::TOKEN)
}
