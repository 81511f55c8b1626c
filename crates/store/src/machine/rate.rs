//! Price lists: what one SMS through a connector costs, by the beginning of the number, in millionths of a currency.

use crate::{Result, Tx, params, sql};
use std::collections::BTreeMap;

/// A price list as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The connector.
    pub connector: i64,
    /// The currency, three letters.
    pub currency: String,
    /// A number of its own, by which what was made of it is known again.
    pub stamp: i64,
    /// How many prices it has.
    pub size: i64,
    /// Since when it is there.
    pub at: i64,
}

/// All lists.
pub fn lists(tx: &mut Tx<'_>) -> Result<Vec<List>> {
    tx.rows(sql!("SELECT connector, currency, stamp, size, at FROM rate_list ORDER BY connector"), &[], |r| {
        Ok(List {
            connector: r.get(0)?,
            currency: r.get(1)?,
            stamp: r.get(2)?,
            size: r.get(3)?,
            at: r.get(4)?,
        })
    })
}

/// Puts a list in place of what the connector had.
pub fn replace(
    tx: &mut Tx<'_>,
    connector: i64,
    currency: &str,
    prices: &BTreeMap<String, i64>,
) -> Result<()> {
    forget(tx, connector)?;
    let (now, stamp) = (tx.now(), super::route::fresh_stamp());
    let size = i64::try_from(prices.len()).unwrap_or(i64::MAX);
    tx.many(
        sql!(
            "INSERT INTO rate (connector, prefix, price) SELECT $1, r.prefix, r.price
             FROM ROWS(prefix TEXT, price BIGINT) AS r WHERE true"
        ),
        &params![connector],
        prices.iter().map(|(prefix, price)| params![*prefix, *price]),
    )?;
    tx.exec(
        sql!("INSERT INTO rate_list (connector, currency, stamp, size, at) VALUES ($1, $2, $3, $4, $5)"),
        &params![connector, currency, stamp, size, now],
    )
    .map(drop)
}

/// Forgets the list of a connector. `false` where it had none.
pub fn forget(tx: &mut Tx<'_>, connector: i64) -> Result<bool> {
    tx.exec(sql!("DELETE FROM rate WHERE connector = $1"), &params![connector])?;
    Ok(tx.exec(sql!("DELETE FROM rate_list WHERE connector = $1"), &params![connector])? > 0)
}

/// The prices of a connector.
pub fn prices(tx: &mut Tx<'_>, connector: i64) -> Result<Vec<(String, i64)>> {
    tx.rows(
        sql!("SELECT prefix, price FROM rate WHERE connector = $1 ORDER BY prefix"),
        &params![connector],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
