//! Messages that wait and are called back by whoever sent them: before an intent takes them, never after.

use super::client_out::{self, Told};
use super::lookup::FIRST;
use super::tally::Tally;
use crate::message::NewMessage;
use crate::{Bell, Result, Tx, params, sql};
use sms::{Code, Status};

/// Takes a waiting message out of its lane, or off the agenda. `false` where an intent, or its time, was faster.
pub fn take_back(tx: &mut Tx<'_>, row: &NewMessage) -> Result<bool> {
    if row.status == Status::Scheduled {
        let gone =
            // What is urgent and was looked up stands before everything else there.
            tx.exec(sql!("DELETE FROM agenda WHERE due IN ($1, $3) AND id = $2"), &params![row.due, row.id, FIRST])?;
        // What waits for a person stands nowhere else.
        let mut held = || {
            tx.exec(
                sql!("DELETE FROM law_hold WHERE workspace = $1 AND message = $2"),
                &params![row.workspace, row.id],
            )
        };
        return Ok(gone > 0 || held()? > 0);
    }
    let lane = row.class.lane(row.campaign != 0).of(row.connector);
    // Where it first stood; a message that was put off stands under another due.
    let mut stream = tx.one(
        sql!(
            "DELETE FROM outbox WHERE lane = $1 AND due = $2 AND id = $3 AND stream IN
               (SELECT id FROM stream WHERE lane = $1 AND workspace = $4 AND campaign = $5) RETURNING stream"
        ),
        &params![lane, row.due, row.id, row.workspace, row.campaign],
        |r| r.get::<i64>(0),
    )?;
    if stream.is_none() {
        stream = tx.one(
            sql!(
                "DELETE FROM outbox WHERE lane = $1 AND id = $2 AND stream IN
                   (SELECT id FROM stream WHERE lane = $1 AND workspace = $3 AND campaign = $4) RETURNING stream"
            ),
            &params![lane, row.id, row.workspace, row.campaign],
            |r| r.get::<i64>(0),
        )?;
    }
    let Some(stream) = stream else { return Ok(false) };
    let mut tally = Tally::default();
    tally.depth(stream, -1);
    tally.flush(tx);
    Ok(true)
}

/// Ends a waiting message as cancelled. `false` where it was too late.
pub fn cancel(tx: &mut Tx<'_>, row: &NewMessage) -> Result<bool> {
    if !take_back(tx, row)? {
        return Ok(false);
    }
    let (now, to) = (tx.now(), (Status::Cancelled, Code::CancelledByPerson));
    let told = tx.rows(
        sql!(
            "UPDATE message SET status = $3, code = $4, done_at = $5
             WHERE workspace = $1 AND id = $2 AND status IN (1, 2) RETURNING id, notify"
        ),
        &params![row.workspace, row.id, to.0, to.1, now],
        |r| Ok(Told::of((r.get(0)?, r.get(1)?), to.0, to.1, "")),
    )?;
    tx.exec(
        sql!(
            "UPDATE message_part SET status = $3, code = $4, done_at = $5
             WHERE workspace = $1 AND message = $2 AND status = 2"
        ),
        &params![row.workspace, row.id, to.0, to.1, now],
    )?;
    client_out::tell(tx, told)?;
    let mut tally = Tally::default();
    tally.moved(row.workspace, row.campaign, (row.status, Code::None), to);
    tally.traffic(row.workspace, row.connector, to.0);
    tally.flush(tx);
    tx.ring(Bell::Workspace(row.workspace));
    Ok(true)
}

/// Another time for a message that waits; what the carrier has of it stays taken.
pub fn put_off(tx: &mut Tx<'_>, row: &NewMessage) -> Result<()> {
    tx.exec(
        sql!("UPDATE message SET due = $3, until = $4 WHERE workspace = $1 AND id = $2 AND status IN (1, 2)"),
        &params![row.workspace, row.id, row.due, row.until],
    )?;
    tx.ring(Bell::Workspace(row.workspace));
    Ok(())
}

/// Writes what a message that was taken back is from now on; of one that ended meanwhile nothing.
pub fn rewrite(tx: &mut Tx<'_>, row: &NewMessage) -> Result<()> {
    let changed = tx.exec(
        sql!(
            "UPDATE message SET text = $3, encoding = $4, parts = $5, status = $6, due = $7, until = $8, notify = $9,
               connector = $10, candidates = $11, sender = $12, recipient = $13, route = $14, price = $15
             WHERE workspace = $1 AND id = $2 AND status IN (1, 2)"
        ),
        &params![
            row.workspace, row.id, row.text, row.spelling, row.parts, row.status, row.due, row.until,
            row.notify, row.connector, row.candidates, row.sender, row.recipient, row.route, row.price
        ],
    )?;
    if changed == 0 {
        return Ok(());
    }
    tx.exec(
        sql!("DELETE FROM message_part WHERE workspace = $1 AND message = $2"),
        &params![row.workspace, row.id],
    )?;
    if row.parts > 1 {
        crate::message::make_parts(tx, std::iter::once(row))?;
    }
    tx.ring(Bell::Workspace(row.workspace));
    Ok(())
}
