//! Messages that ended long ago, as if they had gone the whole way.

use crate::machine::carrier_word;
use crate::message::NewMessage;
use crate::{Result, Tx, params, sql};
use sms::{Code, Status};

/// A message of a workspace to a number that ended so, accepted at a moment (0 is now); gives its id.
pub fn ended(tx: &mut Tx<'_>, workspace: i64, number: &str, end: (Status, Code), at: i64) -> Result<i64> {
    ended_as(tx, workspace, number, sms::Class::Marketing, end, at)
}

/// The same of another class.
pub fn ended_as(
    tx: &mut Tx<'_>,
    workspace: i64,
    number: &str,
    class: sms::Class,
    (status, code): (Status, Code),
    at: i64,
) -> Result<i64> {
    let now = tx.now();
    let new = said(tx, workspace, number, class);
    let id = crate::message::insert(tx, &[new])?.pop().unwrap_or_default();
    end(tx, workspace, &[id], (status, code), if at == 0 { now } else { at })?;
    let word = carrier_word::kind_of(code).map(|kind| (id, kind, workspace));
    carrier_word::keep(tx, word.as_slice())?;
    Ok(id)
}

/// Advertisements of a workspace to these numbers that arrived, accepted at a moment.
pub fn delivered(tx: &mut Tx<'_>, workspace: i64, numbers: &[String], at: i64) -> Result<()> {
    let new: Vec<_> = numbers.iter().map(|n| said(tx, workspace, n, sms::Class::Marketing)).collect();
    let ids = crate::message::insert(tx, &new)?;
    end(tx, workspace, &ids, (Status::Delivered, Code::None), at)
}

fn end(tx: &mut Tx<'_>, workspace: i64, ids: &[i64], (status, code): (Status, Code), at: i64) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE message SET status = $3, code = $4, accepted_at = $5, submitted_at = $5, done_at = $5
             WHERE +workspace = $1 AND id IN LIST($2)"
        ),
        &params![workspace, crate::list_of(ids), status, code, at],
    )
    .map(drop)
}

fn said(tx: &mut Tx<'_>, workspace: i64, number: &str, class: sms::Class) -> NewMessage {
    let now = tx.now();
    NewMessage {
        id: tx.id(),
        workspace,
        campaign: 0,
        contact: 0,
        thread: 0,
        class,
        connector: 0,
        candidates: String::new(),
        route: 0,
        price: 0,
        sender: "Shop".to_owned(),
        recipient: number.to_owned(),
        tag: tx.tag(number),
        text: "Hello".to_owned(),
        spelling: sms::parts::size("Hello").into(),
        parts: 1,
        status: Status::Queued,
        on_ambiguous: class.on_ambiguous(),
        test: false,
        source: "test".to_owned(),
        client_ref: String::new(),
        due: now,
        until: now,
        notify: 0,
        tlvs: String::new(),
    }
}

/// Makes deeds of a kind so much older, ms. Their chain does not hold afterwards.
pub fn backdate(tx: &mut Tx<'_>, workspace: i64, deed: &str, by: i64) -> Result<()> {
    let sql = sql!("UPDATE deed SET at = at - $3 WHERE workspace = $1 AND deed = $2");
    tx.exec(sql, &params![workspace, deed, by]).map(drop)
}

/// Whether anything will bring a message to a carrier: a row in a lane, on the agenda, or on the agenda until a look-up of
/// its number is answered that is really waited for.
pub fn stands_somewhere(tx: &mut Tx<'_>, message: i64) -> Result<bool> {
    let found = tx.one(
        sql!(
            "SELECT (SELECT count(*) FROM outbox WHERE id = $1)
               + (SELECT count(*) FROM agenda WHERE id = $1 AND kind = 0 AND workspace <> 0)
               + (SELECT count(*) FROM agenda AS a JOIN lookup_wait AS w ON w.message = a.id AND w.due = a.due
                  WHERE a.id = $1 AND a.kind = 2 AND a.workspace <> 0)"
        ),
        &params![message],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.unwrap_or(0) > 0)
}
