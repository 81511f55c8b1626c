//! The marks by which a copy of the database knows how old it is.

use crate::ledger::sent::{self, Sent};
use crate::{Result, Tx, params, setting, sql};

/// The settings by which a copy knows how old it is: a mark that stands in the sent-log too, and its moment. One is
/// written when a backup is whole, one by each node all the time, so that copies made by other tools know it as well.
pub(crate) const SETTING: &str = "backup";

/// Sets this node's mark, in the database and in the sent-log.
pub fn mark(tx: &mut Tx<'_>) -> Result<()> {
    let (id, now, node) = (tx.id(), tx.now(), tx.node());
    setting::set(tx, &format!("{SETTING}.{node}"), &format!("{id} {now}"))?;
    tx.sent_logged(Sent::of(sent::Kind::Backup, id, now));
    Ok(())
}

/// The marks a copy knows, each with its moment.
pub fn marks(tx: &mut Tx<'_>) -> Result<Vec<(i64, i64)>> {
    let texts = tx.rows(
        sql!("SELECT value FROM setting WHERE name = $1 OR name LIKE $2"),
        &params![SETTING, format!("{SETTING}.%")],
        |r| r.get::<String>(0),
    )?;
    Ok(texts.iter().filter_map(|text| named(text)).collect())
}

/// A mark as it is written down: its id and its moment.
fn named(text: &str) -> Option<(i64, i64)> {
    let (id, at) = text.split_once(' ')?;
    Some((id.parse().ok()?, at.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_names_itself() {
        assert_eq!(named("7 1700000000000"), Some((7, 1_700_000_000_000)));
        assert_eq!([named(""), named("7"), named("x 1")], [None, None, None]);
    }
}
