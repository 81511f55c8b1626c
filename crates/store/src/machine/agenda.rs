//! Whatever is due in more than 15 minutes: kept apart from the lanes, admitted anew when its time comes.

use crate::machine::client_out::{self, Told};
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
    let horizon = tx.steady_now() + ahead;
    tx.rows(
        sql!(
            "DELETE FROM agenda WHERE (due, id) IN (SELECT due, id FROM agenda WHERE due <= $1 AND kind = 0 ORDER BY due, id LIMIT $2)
             RETURNING id"
        ),
        &params![horizon, limit],
        |r| r.get(0),
    )
}

/// The earliest due of all, or `None` when nothing waits.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    tx.one(sql!("SELECT min(due) FROM agenda WHERE kind = 0"), &[], |r| r.get::<Option<i64>>(0))
        .map(Option::flatten)
}

/// Messages among these that still wait for their time.
pub fn scheduled(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<crate::message::NewMessage>> {
    crate::message::scheduled(tx, ids)
}

/// What a message became when its time came.
#[derive(Debug, Clone)]
pub struct Woken {
    /// The message.
    pub id: i64,
    /// `queued`, or the final it ended in.
    pub status: sms::Status,
    /// Why, for a final.
    pub code: sms::Code,
    /// The connector that carries it now.
    pub connector: i64,
    /// Connectors in the order to be tried.
    pub candidates: String,
}

/// Writes what they became. Gives the ids that still waited.
pub fn wake(tx: &mut Tx<'_>, woken: &[Woken]) -> Result<Vec<i64>> {
    let now = tx.now();
    let told = tx.many_rows(
        sql!(
            "UPDATE message SET status = r.status, code = r.code, connector = r.connector, candidates = r.candidates,
               done_at = CASE WHEN r.status > 6 THEN $1 ELSE message.done_at END
             FROM ROWS(id BIGINT, status BIGINT, code BIGINT, connector BIGINT, candidates TEXT) AS r
             WHERE message.id = r.id AND message.status = 1
             RETURNING message.id, message.notify, message.status, message.code"
        ),
        &params![now],
        woken.iter().map(|w| params![w.id, w.status, w.code, w.connector, w.candidates]),
        |r| Ok(Told::of((r.get(0)?, r.get(1)?), r.get(2)?, r.get(3)?, "")),
    )?;
    let ids = told.iter().map(|t| t.message).collect();
    client_out::tell(tx, told)?;
    Ok(ids)
}
