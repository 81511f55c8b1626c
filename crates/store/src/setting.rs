//! Facts about the installation as a whole, by name.

use crate::{Result, Tx, params, sql};

/// Where people's browsers reach this installation; links in messages begin with it.
pub const PUBLIC_URL: &str = "public_url";

/// The value of a setting.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    tx.one(sql!("SELECT value FROM setting WHERE name = $1"), &params![name], |r| r.get(0))
}

/// Forgets a setting.
pub fn remove(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    tx.exec(sql!("DELETE FROM setting WHERE name = $1"), &params![name]).map(drop)
}

/// Keeps a setting.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        &params![name, value],
    )
    .map(drop)
}
