//! Whatever is due in more than 15 minutes: kept apart from the lanes, admitted anew when its time comes.

use crate::{Bell, Result, Tx, params, sql};

/// Rows due later than this from now stand here instead of in a lane.
pub const AHEAD_MS: i64 = 15 * 60_000;

/// Keeps messages for later.
pub fn put(tx: &mut Tx<'_>, workspace: i64, rows: &[(i64, i64)]) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO agenda (due, id, workspace, kind) SELECT r.due, r.id, $1, 0 FROM ROWS(due BIGINT, id BIGINT) AS r
             WHERE true ON CONFLICT (due, id) DO NOTHING"
        ),
        &params![workspace],
        rows.iter().map(|(due, id)| params![*due, *id]),
    )?;
    tx.ring(Bell::Jobs);
    Ok(())
}

/// Takes out up to `limit` messages whose time has come within `ahead` ms.
pub fn take_due(tx: &mut Tx<'_>, ahead: i64, limit: i64) -> Result<Vec<i64>> {
    let horizon = tx.now() + ahead;
    tx.rows(
        sql!(
            "DELETE FROM agenda WHERE (due, id) IN (SELECT due, id FROM agenda WHERE due <= $1 ORDER BY due, id LIMIT $2)
             RETURNING id"
        ),
        &params![horizon, limit],
        |r| r.get(0),
    )
}
