//! Facts about the installation as a whole, by name.

use crate::{Result, Tx, params, sql};

/// Where people's browsers reach this installation; links in messages begin with it.
pub const PUBLIC_URL: &str = "public_url";

/// Which packs are in force, as `il:sha256 hu:sha256`; without it those built in are.
pub const PACKS: &str = "packs";

/// `advise` where the law is told and not kept: development and checks, with connectors that lead nowhere.
pub const LAW_MODE: &str = "law_mode";

/// When the key ring was last exported, ms since 1970.
pub const KEYS_EXPORTED: &str = "keys_exported";

/// Under which ring the numbers of this store are tagged: its check value.
pub const TAGGED: &str = "tagged";

/// How far tagging anew has got, as `stage cursor`; without it nothing is under way.
pub const TAGGING: &str = "tagging";

/// How many refusals stood under a former key when that was done.
pub const KEYS_LEFT: &str = "keys_left";

/// When the newest key for numbers came to count, ms since 1970.
pub const KEYS_RENEWED: &str = "keys_renewed";

/// The value of a setting.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    tx.one(sql!("SELECT value FROM setting WHERE name = $1"), &params![name], |r| r.get(0))
}

/// What admission asks of the installation, in one look: the packs in force, the mode of the law, where links begin.
pub fn of_law(tx: &mut Tx<'_>) -> Result<(String, String, String)> {
    let mut out = (String::new(), String::new(), String::new());
    let rows = tx.rows(
        sql!("SELECT name, value FROM setting WHERE name IN ('packs', 'law_mode', 'public_url')"),
        &[],
        |r| Ok((r.get::<String>(0)?, r.get::<String>(1)?)),
    )?;
    for (name, value) in rows {
        match name.as_str() {
            PACKS => out.0 = value,
            LAW_MODE => out.1 = value,
            _ => out.2 = value,
        }
    }
    Ok(out)
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
