//! Lists that people bring for routing: prices of a connector, ranges of networks, numbers carried to another network.
//!
//! A list is a file with two columns, in any of the shapes contacts come in. All of it is read before any of it is kept.

use super::check;
use super::doc::micros;
use crate::import::Source;
use crate::{Ctx, Error, Permission, Result};
use std::collections::BTreeMap;
use store::network::Which;
use store::{Tx, connector, network, rate};

/// Rows of a list.
const ROWS_MAX: usize = 200_000;
/// Rows that are told of as wrong.
const TOLD_MAX: usize = 20;

/// A file as it was read: what is good, and which rows are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<T> {
    /// What stands in it.
    pub rows: BTreeMap<String, T>,
    /// Rows that could not be read, by their number in the file, with the cell at fault.
    pub wrong: Vec<(usize, String)>,
    /// How many there are of them in all.
    pub wrong_total: usize,
}

/// A price list of a connector, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RateView {
    /// The connector.
    pub connector: String,
    /// The currency.
    pub currency: String,
    /// How many prices it has.
    pub size: i64,
    /// Since when it is there, ms.
    pub at: i64,
}

/// How many ranges and carried numbers there are, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct NetworksView {
    /// Ranges and since when.
    pub ranges: Option<(i64, i64)>,
    /// Carried numbers and since when.
    pub ported: Option<(i64, i64)>,
}

/// Reads a price list: how numbers begin, and what one SMS costs.
pub fn read_rates(bytes: &[u8]) -> Result<Read<i64>> {
    read(bytes, |key| check::prefix("file", key).ok(), micros)
}

/// Reads ranges or carried numbers: digits, and MCC with MNC.
pub fn read_networks(bytes: &[u8]) -> Result<Read<String>> {
    let network = |text: &str| Some(text.replace(['-', ' '], "")).filter(|n| check::is_network(n));
    read(bytes, |key| check::prefix("file", key).ok(), network)
}

fn read<T>(
    bytes: &[u8],
    key: impl Fn(&str) -> Option<String>,
    value: impl Fn(&str) -> Option<T>,
) -> Result<Read<T>> {
    let unreadable = |e: crate::import::Refused| Error::invalid("file", "unreadable", e.to_string());
    let table = Source::bytes(bytes.to_vec()).and_then(|s| s.table(ROWS_MAX + 1)).map_err(unreadable)?;
    if table.len() > ROWS_MAX + 1 {
        return Err(Error::invalid("file", "too_many", format!("at most {ROWS_MAX} rows")));
    }
    let mut out = Read { rows: BTreeMap::new(), wrong: Vec::new(), wrong_total: 0 };
    for (n, row) in table.iter().enumerate() {
        let cell = |at: usize| row.get(at).map_or("", String::as_str);
        match (key(cell(0)), value(cell(1))) {
            (Some(key), Some(value)) => drop(out.rows.insert(key, value)),
            // What stands over the columns is no row.
            (None, None) if n == 0 => {}
            (key, _) => {
                out.wrong_total += 1;
                if out.wrong.len() < TOLD_MAX {
                    out.wrong.push((n + 1, cell(usize::from(key.is_some())).to_owned()));
                }
            }
        }
    }
    Ok(out)
}

fn whole<T>(read: &Read<T>) -> Result<()> {
    if let Some((row, cell)) = read.wrong.first() {
        let more = read.wrong_total - 1;
        return Err(Error::invalid("file", "bad_rows", format!("row {row}: '{cell}'; and {more} more")));
    }
    if read.rows.is_empty() {
        return Err(Error::invalid("file", "empty", "there is no row in it"));
    }
    Ok(())
}

/// Puts a price list in place of what the connector had. Gives how many prices it has.
pub fn put_rates(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, currency: &str, read: &Read<i64>) -> Result<usize> {
    ctx.need(Permission::Delivery)?;
    let id = crate::connector::by_name(tx, "connector", name)?;
    let currency = currency.trim().to_ascii_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Error::invalid("currency", "no_currency", "must be three letters, as EUR"));
    }
    whole(read)?;
    rate::replace(tx, id, &currency, &read.rows)?;
    // A rule in force that compares it with others must still be able to.
    let rules = store::route::list(tx)?;
    let lists = rate::lists(tx)?;
    check::table(&rules, &lists)?;
    Ok(read.rows.len())
}

/// The price lists.
pub fn rates(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<RateView>> {
    ctx.need(Permission::Read)?;
    let known = connector::list(tx)?;
    let name = |id: i64| known.iter().find(|c| c.id == id).map(|c| c.name.clone()).unwrap_or_default();
    Ok(rate::lists(tx)?
        .into_iter()
        .map(|l| RateView { connector: name(l.connector), currency: l.currency, size: l.size, at: l.at })
        .collect())
}

/// Forgets the price list of a connector.
pub fn forget_rates(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    let id = crate::connector::by_name(tx, "connector", name)?;
    if !rate::forget(tx, id)? {
        return Err(Error::NotFound("price list"));
    }
    let rules = store::route::list(tx)?;
    let lists = rate::lists(tx)?;
    check::table(&rules, &lists)
}

/// Keeps ranges of networks in place of those there were, or adds numbers that were carried.
pub fn put_networks(tx: &mut Tx<'_>, ctx: &Ctx, which: Which, read: &Read<String>) -> Result<usize> {
    ctx.need(Permission::Delivery)?;
    whole(read)?;
    match which {
        Which::Ranges => network::replace_ranges(tx, &read.rows)?,
        Which::Ported => network::add_ported(tx, &read.rows)?,
    }
    Ok(read.rows.len())
}

/// How many of each there are.
pub fn networks(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<NetworksView> {
    ctx.need(Permission::Read)?;
    Ok(NetworksView { ranges: network::size(tx, Which::Ranges)?, ported: network::size(tx, Which::Ported)? })
}

/// Forgets all ranges, or all carried numbers.
pub fn forget_networks(tx: &mut Tx<'_>, ctx: &Ctx, which: Which) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    Ok(network::forget(tx, which)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_or_without_a_head_and_says_what_is_wrong() {
        let read = read_rates(b"prefix;price\n972;0,0612\n+36 20;0.1\n").unwrap();
        assert_eq!(read.rows["+972"], 61_200);
        assert_eq!(read.rows["+3620"], 100_000);
        assert!(read.wrong.is_empty());
        let read = read_rates(b"972,0.06\n36,free\nshop,1\n").unwrap();
        assert_eq!(read.wrong, [(2, "free".to_owned()), (3, "shop".to_owned())]);
        assert!(whole(&read).is_err());
        let read = read_networks(b"number,network\n+972501234567,425-01\n").unwrap();
        assert_eq!(read.rows["+972501234567"], "42501");
    }
}
