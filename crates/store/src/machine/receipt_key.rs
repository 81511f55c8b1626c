//! Which part a carrier's id means, while its receipt is expected.
//!
//! One function to put and one to find; the rows stand in [`crate::generation`].

use crate::generation::{self, Entry, Kind};
use crate::{Result, Tx};

/// What a carrier's id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Hash of the normalised id.
    pub h: i64,
    /// The message.
    pub message: i64,
    /// The part, from 0.
    pub part: i64,
    /// Which try it belongs to.
    pub attempt: i64,
}

/// Accounts have ids of their own: the same carrier id of two of them is two hashes. Its own inverse.
pub fn of_account(account: i64, h: i64) -> i64 {
    h ^ account.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

/// Part in the low 16 bits, the try above.
fn packed(part: i64, attempt: i64) -> i64 {
    attempt << 16 | part & 0xFFFF
}

/// The part and its try.
pub fn unpacked(packed: i64) -> (i64, i64) {
    (packed & 0xFFFF, packed >> 16)
}

/// Remembers the ids of accepted parts of one account.
pub(crate) fn put(tx: &mut Tx<'_>, account: i64, keys: &[Key]) -> Result<()> {
    let entry = |k: &Key| Entry { h: of_account(account, k.h), a: k.message, b: packed(k.part, k.attempt) };
    generation::put(tx, Kind::Receipt, keys.iter().map(entry))
}

/// All that these hashes stand for; where a carrier used an id twice there may be several.
pub(crate) fn find(tx: &mut Tx<'_>, account: i64, hashes: &[i64]) -> Result<Vec<Key>> {
    let hashes: Vec<i64> = hashes.iter().map(|h| of_account(account, *h)).collect();
    let found = generation::find(tx, Kind::Receipt, &hashes)?;
    let key = |e: Entry| {
        let (part, attempt) = unpacked(e.b);
        Key { h: of_account(account, e.h), message: e.a, part, attempt }
    };
    Ok(found.into_iter().map(key).collect())
}

/// Forgets what is older than `before` (ms), at most `limit`. Gives how many.
pub fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<u64> {
    generation::forget(tx, Kind::Receipt, before, limit)
}
