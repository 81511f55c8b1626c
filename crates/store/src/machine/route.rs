//! Routes: ordered rules that choose connectors. The first that fits wins; choosing is the engine's.

use crate::{Error, Result, Row, Tx, params, sql};
use sms::Class;

/// One rule. An empty prefix or sender and no class fit everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its id.
    pub id: i64,
    /// Its place in the order.
    pub place: i64,
    /// How the number must begin, with `+`; empty fits all.
    pub prefix: String,
    /// The class it is for.
    pub class: Option<Class>,
    /// The sender it is for; empty fits all.
    pub sender: String,
    /// Connectors, best first.
    pub connectors: Vec<i64>,
}

/// Adds a rule before the default one (the rule without any condition), else at the end.
pub fn add(
    tx: &mut Tx<'_>,
    prefix: &str,
    class: Option<Class>,
    sender: &str,
    connectors: &[i64],
) -> Result<i64> {
    let (id, now, names) = (tx.id(), tx.now(), joined(connectors));
    let open_end = prefix.is_empty() && class.is_none() && sender.is_empty();
    let default = if open_end { None } else { default(tx)? };
    let place = match default {
        Some(default) => {
            tx.exec(sql!("UPDATE route SET place = place + 1 WHERE place >= $1"), &params![default.place])?;
            default.place
        }
        None => {
            tx.one(sql!("SELECT coalesce(max(place), 0) + 1 FROM route"), &[], |r| r.get(0))?.unwrap_or(1)
        }
    };
    tx.exec(
        sql!(
            "INSERT INTO route (id, place, prefix, class, sender, connectors, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &params![id, place, prefix, class, sender, names, now],
    )?;
    Ok(id)
}

/// The first rule without any condition.
pub fn default(tx: &mut Tx<'_>) -> Result<Option<Route>> {
    Ok(list(tx)?.into_iter().find(|r| r.prefix.is_empty() && r.class.is_none() && r.sender.is_empty()))
}

/// Forgets one. `false` where there is no such rule.
pub fn remove(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    Ok(tx.exec(sql!("DELETE FROM route WHERE id = $1"), &params![id])? > 0)
}

/// All of them in their order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Route>> {
    tx.rows(
        sql!("SELECT id, place, prefix, class, sender, connectors FROM route ORDER BY place, id"),
        &[],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Route> {
    let connectors = r.get::<String>(5)?;
    let ids = connectors.split(',').filter(|word| !word.is_empty()).map(str::parse);
    Ok(Route {
        id: r.get(0)?,
        place: r.get(1)?,
        prefix: r.get(2)?,
        class: r.get(3)?,
        sender: r.get(4)?,
        connectors: ids.collect::<Result<_, _>>().map_err(|e| Error::Shape(format!("a route: {e}")))?,
    })
}

fn joined(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}
