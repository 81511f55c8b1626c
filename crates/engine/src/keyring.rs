//! The key ring as people see it: how many keys for numbers, since when, whether a copy lies in a safe place.
//!
//! It never gives a key away: the ring is the installation's and not a workspace's, so only whoever sits at the server can
//! export it or add a key (`sendword keys export`, `sendword keys rotate`).

use crate::{Ctx, Permission, Result};
use store::{Tx, keys, setting};

/// What is told of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Keys for numbers.
    pub keys: usize,
    /// When the newest was added, ms; nothing while there is only the first.
    pub renewed_at: Option<i64>,
    /// When a copy of all of them was last put away, ms.
    pub exported_at: Option<i64>,
    /// Refusals that stood under a former key when the newest was added: their numbers are known to nobody.
    pub left: i64,
}

/// The ring.
///
/// # Errors
/// When the store cannot be read.
pub fn look(tx: &mut Tx<'_>) -> Result<Ring> {
    let number = |text: Option<String>| text.and_then(|n| n.parse::<i64>().ok());
    Ok(Ring {
        keys: tx.keys().count(),
        renewed_at: number(setting::get(tx, setting::KEYS_RENEWED)?),
        exported_at: keys::exported(tx)?,
        left: number(setting::get(tx, setting::KEYS_LEFT)?).unwrap_or(0),
    })
}

/// The same, for who may see it.
///
/// # Errors
/// When it may not be asked.
pub fn shown(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Ring> {
    ctx.need(Permission::Admin)?;
    look(tx)
}
