//! Which network a number belongs to: ranges as they were given out, and numbers that were carried to another.

use crate::{Result, Tx, params, sql, texts_of};
use std::collections::{BTreeMap, HashMap};

/// Which of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Ranges, by the beginning of the number.
    Ranges = 1,
    /// Single numbers.
    Ported = 2,
}

/// How many a list has and since when; nothing where it is not there.
pub fn size(tx: &mut Tx<'_>, which: Which) -> Result<Option<(i64, i64)>> {
    let id = which as i64;
    tx.one(sql!("SELECT size, at FROM network_list WHERE id = $1"), &params![id], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })
}

/// The ranges.
pub fn ranges(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>> {
    tx.rows(sql!("SELECT prefix, network FROM network_range ORDER BY prefix"), &[], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })
}

/// Those of these numbers that were carried to another network.
pub fn ported(tx: &mut Tx<'_>, numbers: &[&str]) -> Result<HashMap<String, String>> {
    let found = tx.rows(
        sql!("SELECT number, network FROM ported WHERE number IN LIST($1 TEXT)"),
        &params![texts_of(numbers)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(found.into_iter().collect())
}

/// Puts ranges in place of those there were.
pub fn replace_ranges(tx: &mut Tx<'_>, ranges: &BTreeMap<String, String>) -> Result<()> {
    tx.exec(sql!("DELETE FROM network_range"), &[])?;
    tx.many(
        sql!(
            "INSERT INTO network_range (prefix, network) SELECT r.prefix, r.network
             FROM ROWS(prefix TEXT, network TEXT) AS r WHERE true"
        ),
        &[],
        ranges.iter().map(|(prefix, network)| params![*prefix, *network]),
    )?;
    noted(tx, Which::Ranges)
}

/// Adds numbers that were carried, or changes where to.
pub fn add_ported(tx: &mut Tx<'_>, numbers: &BTreeMap<String, String>) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO ported (number, network) SELECT r.number, r.network
             FROM ROWS(number TEXT, network TEXT) AS r WHERE true
             ON CONFLICT (number) DO UPDATE SET network = excluded.network"
        ),
        &[],
        numbers.iter().map(|(number, network)| params![*number, *network]),
    )?;
    noted(tx, Which::Ported)
}

/// Forgets all of a list.
pub fn forget(tx: &mut Tx<'_>, which: Which) -> Result<()> {
    match which {
        Which::Ranges => tx.exec(sql!("DELETE FROM network_range"), &[])?,
        Which::Ported => tx.exec(sql!("DELETE FROM ported"), &[])?,
    };
    let id = which as i64;
    tx.exec(sql!("DELETE FROM network_list WHERE id = $1"), &params![id]).map(drop)
}

fn noted(tx: &mut Tx<'_>, which: Which) -> Result<()> {
    let count = match which {
        Which::Ranges => tx.one(sql!("SELECT count(*) FROM network_range"), &[], |r| r.get::<i64>(0))?,
        Which::Ported => tx.one(sql!("SELECT count(*) FROM ported"), &[], |r| r.get::<i64>(0))?,
    };
    let (id, size, now, stamp) =
        (which as i64, count.unwrap_or_default(), tx.now(), super::route::fresh_stamp());
    tx.exec(
        sql!(
            "INSERT INTO network_list (id, stamp, size, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp, size = excluded.size, at = excluded.at"
        ),
        &params![id, stamp, size, now],
    )
    .map(drop)
}
