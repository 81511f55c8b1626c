//! Messages whose verdict lapsed before they left: the hour is over, or the law changed. They go back to the agenda and
//! are judged anew; nothing of them ends here.

use super::outbox::{Row, remove};
use super::stream::Gate;
use super::tally::Tally;
use crate::{Bell, Result, Tx, Val, list_of, params, sql};
use sms::{Code, Status};
use std::collections::HashSet;

/// So long before closing nothing is handed over any more; what was handed over before may arrive until then.
pub const TAIL_MS: i64 = 15 * 60_000;

/// What was held after a restore waits for a person on the agenda too (1); a mailing's waits with its mailing.
fn kept(gate: &Gate) -> i64 {
    i64::from(gate.run == super::stream::Run::Held && gate.campaign == 0)
}

/// Of rows that left their lane because their time was over, those whose own validity is not: they are put on the agenda.
pub(super) fn put_back(tx: &mut Tx<'_>, left: &[(i64, &Gate)], tally: &mut Tally) -> Result<HashSet<i64>> {
    let ids: Vec<i64> = left.iter().map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let now = tx.steady_now();
    let back: HashSet<i64> = tx
        .rows(
            sql!(
                "UPDATE message SET status = 1 WHERE id IN LIST($1) AND status = 2 AND until > $2 AND workspace <> 0
                 RETURNING id"
            ),
            &params![list_of(&ids), now],
            |r| r.get(0),
        )?
        .into_iter()
        .collect();
    let rows = left.iter().filter(|(id, _)| back.contains(id));
    tx.many(
        sql!(
            "INSERT INTO agenda (due, id, workspace, kind) SELECT $1, r.id, r.workspace, r.kind
             FROM ROWS(id BIGINT, workspace BIGINT, kind BIGINT) AS r WHERE true ON CONFLICT (due, id) DO NOTHING"
        ),
        &params![now],
        rows.clone().map(|(id, gate)| [Val::Int(*id), Val::Int(gate.workspace), Val::Int(kept(gate))]),
    )?;
    for (_, gate) in rows {
        tally.moved(
            gate.workspace,
            gate.campaign,
            (Status::Queued, Code::None),
            (Status::Scheduled, Code::None),
        );
        tx.ring(Bell::Workspace(gate.workspace));
    }
    if !back.is_empty() {
        tx.ring(Bell::Jobs);
    }
    Ok(back)
}

/// Whether anything waits that was admitted under an older law.
pub fn waits(tx: &mut Tx<'_>) -> Result<bool> {
    let found = tx.one(
        sql!(
            "SELECT 1 FROM stream s JOIN workspace w ON w.id = s.workspace AND w.law_epoch <> s.law_epoch
             WHERE s.law_epoch <> 0 AND s.state = 0 AND s.depth > 0 LIMIT 1"
        ),
        &[],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// Takes up to `limit` rows out of streams that were admitted under an older law and runs them to be judged anew. Gives how
/// many.
pub fn recall(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let found = tx.rows(
        sql!(
            "SELECT o.lane, o.stream, o.due, o.id, s.workspace, s.campaign, s.class
             FROM stream s JOIN workspace w ON w.id = s.workspace AND w.law_epoch <> s.law_epoch
             JOIN outbox o ON o.lane = s.lane AND o.stream = s.id
             WHERE s.law_epoch <> 0 AND s.state = 0 AND s.depth > 0 LIMIT $1"
        ),
        &params![limit],
        |r| {
            let (lane, stream, due, id) = (r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?);
            let gate = Gate {
                id: stream,
                run: super::stream::Run::Running,
                law_holds: false,
                workspace: r.get(4)?,
                campaign: r.get(5)?,
                class: r.get(6)?,
                topic: 0,
            };
            Ok((Row { lane, stream, due, id, tag: 0, until: 0, parts: 0 }, gate))
        },
    )?;
    let gone = remove(tx, found.iter().map(|(row, _)| row))?;
    let mut tally = Tally::default();
    let left: Vec<(i64, &Gate)> =
        found.iter().filter(|(row, _)| gone.contains(&row.id)).map(|(row, gate)| (row.id, gate)).collect();
    left.iter().for_each(|(_, gate)| tally.depth(gate.id, -1));
    let back = put_back(tx, &left, &mut tally)?;
    // Whose own time is over too goes the way of all that is late.
    let late: Vec<(i64, Status, Code, &Gate)> = left
        .iter()
        .filter(|(id, _)| !back.contains(id))
        .map(|(id, gate)| (*id, Status::Expired, Code::ExpiredHere, *gate))
        .collect();
    super::outbox::end(tx, &late, 0, &mut tally)?;
    tally.flush(tx);
    Ok(gone.len())
}

/// Takes back up to `limit` messages of a stopped mailing that wait on the agenda. Gives how many. Their places there are
/// dropped by whoever wakes them and finds them ended: searching for them would read the whole agenda.
pub fn clear_stopped(tx: &mut Tx<'_>, workspace: i64, campaign: i64, limit: i64) -> Result<usize> {
    let now = tx.now();
    let told = tx.rows(
        sql!(
            "UPDATE message SET status = 11, code = 7, done_at = $4 WHERE id IN (
               SELECT id FROM message WHERE campaign = $2 AND campaign <> 0 AND workspace = $1 AND status = 1
               ORDER BY id LIMIT $3)
             RETURNING id, notify"
        ),
        &params![workspace, campaign, limit, now],
        |r| {
            let of = (r.get(0)?, r.get(1)?);
            Ok(super::client_out::Told::of(of, Status::Cancelled, Code::Stopped, ""))
        },
    )?;
    let ids: Vec<i64> = told.iter().map(|t| t.message).collect();
    super::client_out::tell(tx, told)?;
    tx.exec(
        sql!("DELETE FROM law_hold WHERE workspace = $1 AND message IN LIST($2)"),
        &params![workspace, list_of(&ids)],
    )?;
    let mut tally = Tally::default();
    for _ in &ids {
        let to = (Status::Cancelled, Code::Stopped);
        tally.moved(workspace, campaign, (Status::Scheduled, Code::None), to);
    }
    tally.flush(tx);
    tx.ring(Bell::Workspace(workspace));
    Ok(ids.len())
}
