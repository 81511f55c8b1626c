//! What the sent-log knows becomes the state of messages, so that nothing that had left leaves again.

use crate::ledger::sent::{Kind, Sent};
use crate::machine::receipt_key::{self, Key};
use crate::machine::tally::Tally;
use crate::machine::unconfirmed;
use crate::{Result, Tx, Val, list_of, params, sql};
use sms::{Code, Status};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What of a message decides.
struct Facts {
    workspace: i64,
    campaign: i64,
    connector: i64,
    parts: i64,
    status: Status,
    code: Code,
    attempt: i64,
}

/// What marking did.
#[derive(Debug, Default)]
pub(super) struct Marked {
    /// Messages that had left.
    pub(super) sent: i64,
    /// Messages of which nobody knows.
    pub(super) unknown: i64,
    /// Records of messages that are not in the store.
    pub(super) absent: Vec<Sent>,
}

fn facts(tx: &mut Tx<'_>, ids: &[i64]) -> Result<HashMap<i64, Facts>> {
    let found = tx.rows(
        sql!(
            "SELECT id, workspace, campaign, connector, parts, status, code, attempt FROM message
             WHERE id IN LIST($1) AND workspace <> 0"
        ),
        &params![list_of(ids)],
        |r| {
            let facts = Facts {
                workspace: r.get(1)?,
                campaign: r.get(2)?,
                connector: r.get(3)?,
                parts: r.get(4)?,
                status: r.get(5)?,
                code: r.get(6)?,
                attempt: r.get(7)?,
            };
            Ok((r.get(0)?, facts))
        },
    )?;
    Ok(found.into_iter().collect())
}

/// Marks messages by their records: accepted ones have left, of an intent alone nobody knows.
pub(super) fn mark(tx: &mut Tx<'_>, records: &[Sent]) -> Result<Marked> {
    let mut by_message: BTreeMap<i64, Vec<&Sent>> = BTreeMap::new();
    for record in records {
        by_message.entry(record.message).or_default().push(record);
    }
    let ids: Vec<i64> = by_message.keys().copied().collect();
    let facts = facts(tx, &ids)?;
    let mut marked = Marked::default();
    let (mut tally, mut changes) = (Tally::default(), Vec::new());
    let (mut entered, mut left) = (Vec::new(), Vec::new());
    keys(tx, records, &facts)?;
    for (id, of) in by_message {
        let Some(facts) = facts.get(&id) else {
            marked.absent.extend(of.into_iter().copied());
            continue;
        };
        let Some((status, at)) = stands(tx, id, facts, &of)? else { continue };
        let attempt = of.iter().map(|r| i64::from(r.attempt)).max().unwrap_or(0).max(facts.attempt);
        let code = if status == Status::Unknown { Code::AmbiguousSubmit } else { Code::None };
        tally.moved(facts.workspace, facts.campaign, (facts.status, facts.code), (status, code));
        tally.traffic(facts.workspace, facts.connector, status);
        crate::message::note(tx, facts.workspace, id, "sent_log", "")?;
        match (facts.status == Status::Unknown, status == Status::Unknown) {
            (false, true) => entered.push((facts.workspace, facts.campaign, id)),
            (true, false) => left.push((facts.workspace, facts.campaign, id)),
            _ => {}
        }
        changes.push((id, status, code, attempt, at));
        if status == Status::Unknown { marked.unknown += 1 } else { marked.sent += 1 }
    }
    tx.many(
        sql!(
            "UPDATE message SET status = r.status, code = r.code, attempt = r.attempt, submitted_at = r.at
             FROM ROWS(id BIGINT, status BIGINT, code BIGINT, attempt BIGINT, at BIGINT) AS r
             WHERE message.id = r.id AND message.workspace <> 0"
        ),
        &[],
        changes.iter().map(|(id, status, code, attempt, at)| params![*id, *status, *code, *attempt, *at]),
    )?;
    unconfirmed::leave(tx, left.into_iter())?;
    unconfirmed::enter(tx, entered.into_iter())?;
    tally.flush(tx);
    Ok(marked)
}

/// Where a message stands by its records; `None` where the store knows more than they do.
fn stands(tx: &mut Tx<'_>, id: i64, facts: &Facts, of: &[&Sent]) -> Result<Option<(Status, i64)>> {
    let waits = facts.status.rank() < Status::Submitted.rank() || facts.status == Status::Unknown;
    let newest = of.iter().map(|r| i64::from(r.attempt)).max().unwrap_or(0);
    if !waits || newest < facts.attempt {
        return Ok(None);
    }
    let at = of.iter().map(|r| r.at).max().unwrap_or(0);
    let accepted: Vec<&&Sent> = of.iter().filter(|r| r.kind == Kind::Accepted).collect();
    if facts.parts > 1 {
        parts(tx, facts, of)?;
        let waiting = tx.one(
            sql!(
                "SELECT count(*) FROM message_part WHERE message = $1 AND workspace <> 0 AND status NOT IN (4, 5, 7)"
            ),
            &params![id],
            |r| r.get::<i64>(0),
        )?;
        // Some parts taken and others not known: a person decides.
        let status = if waiting == Some(0) { Status::Submitted } else { Status::Unknown };
        return Ok((status != facts.status).then_some((status, at)));
    }
    let status = if accepted.is_empty() { Status::Unknown } else { Status::Submitted };
    Ok((status != facts.status).then_some((status, at)))
}

/// Marks the parts of a long message: accepted ones have left, of an intent alone nobody knows.
fn parts(tx: &mut Tx<'_>, facts: &Facts, of: &[&Sent]) -> Result<()> {
    let row = |r: &&Sent| {
        let (part, attempt) = (i64::from(r.part), i64::from(r.attempt));
        [Val::Int(r.message), Val::Int(part), Val::Int(attempt), Val::Int(r.at)]
    };
    tx.many(
        sql!(
            "UPDATE message_part SET status = 4, attempt = r.attempt, connector = $1, submitted_at = r.at
             FROM ROWS(message BIGINT, part BIGINT, attempt BIGINT, at BIGINT) AS r
             WHERE message_part.message = r.message AND message_part.part = r.part
               AND message_part.workspace <> 0 AND message_part.status < 7"
        ),
        &params![facts.connector],
        of.iter().filter(|r| r.kind == Kind::Accepted).map(row),
    )?;
    tx.many(
        sql!(
            "UPDATE message_part SET status = 6, code = $1, attempt = r.attempt
             FROM ROWS(message BIGINT, part BIGINT, attempt BIGINT, at BIGINT) AS r
             WHERE message_part.message = r.message AND message_part.part = r.part
               AND message_part.workspace <> 0 AND message_part.status = 2 AND message_part.attempt <= r.attempt"
        ),
        &params![Code::AmbiguousSubmit],
        of.iter().filter(|r| r.kind == Kind::Intent).map(row),
    )
    .map(drop)
}

/// Receipts of what had left are recognised.
fn keys(tx: &mut Tx<'_>, records: &[Sent], facts: &HashMap<i64, Facts>) -> Result<()> {
    let accepted = || records.iter().filter(|r| r.kind == Kind::Accepted && r.h != 0);
    let mut streams: Vec<i64> = accepted().map(|r| r.stream).collect();
    streams.sort_unstable();
    streams.dedup();
    let lanes: HashMap<i64, i64> = tx
        .rows(sql!("SELECT id, lane FROM stream WHERE id IN LIST($1)"), &params![list_of(&streams)], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?
        .into_iter()
        .collect();
    let mut by_account: BTreeMap<i64, Vec<Key>> = BTreeMap::new();
    for r in accepted() {
        let Some(facts) = facts.get(&r.message) else { continue };
        let account = lanes.get(&r.stream).map_or(facts.connector, |lane| lane / 8);
        let key = Key { h: r.h, message: r.message, part: i64::from(r.part), attempt: i64::from(r.attempt) };
        by_account.entry(account).or_default().push(key);
    }
    for (account, keys) in by_account {
        receipt_key::put(tx, account, &keys)?;
    }
    Ok(())
}

/// Where the id blocks of frozen campaigns begin: ids in them may become messages yet.
pub fn in_pages(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    tx.rows(
        sql!("SELECT base FROM campaign_page WHERE workspace <> 0 AND done < size ORDER BY base"),
        &[],
        |r| r.get(0),
    )
}

/// Keeps the records of messages that a campaign is still to make.
pub(super) fn keep(tx: &mut Tx<'_>, records: &[Sent]) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO sent_before (message, part, kind, attempt, stream, h, at)
             SELECT r.message, r.part, r.kind, r.attempt, r.stream, r.h, r.at
             FROM ROWS(message BIGINT, part BIGINT, kind BIGINT, attempt BIGINT, stream BIGINT, h BIGINT, at BIGINT) AS r
             WHERE true ON CONFLICT (message, part) DO UPDATE SET kind = excluded.kind, attempt = excluded.attempt,
               stream = excluded.stream, h = excluded.h, at = excluded.at"
        ),
        &[],
        records.iter().map(|r| {
            [
                Val::Int(r.message),
                Val::Int(i64::from(r.part)),
                Val::Int(r.kind as i64),
                Val::Int(i64::from(r.attempt)),
                Val::Int(r.stream),
                Val::Int(r.h),
                Val::Int(r.at),
            ]
        }),
    )
    .map(drop)
}

/// A campaign made these messages just now; those that had left before the restore are taken out of their lanes again
/// and stand where they stood. Called in the transaction that made them. Gives how many.
pub fn expanded(tx: &mut Tx<'_>, workspace: i64, campaign: i64, ids: &[i64]) -> Result<i64> {
    let records = tx.rows(
        sql!("SELECT message, part, kind, attempt, stream, h, at FROM sent_before WHERE message IN LIST($1)"),
        &params![list_of(ids)],
        |r| {
            let kind = if r.get::<i64>(2)? == Kind::Accepted as i64 { Kind::Accepted } else { Kind::Intent };
            let record = Sent::part(kind, r.get(0)?, r.get(1)?, r.get(3)?, r.get(6)?);
            Ok(Sent { stream: r.get(4)?, h: r.get(5)?, ..record })
        },
    )?;
    if records.is_empty() {
        return Ok(0);
    }
    let marked = mark(tx, &records)?;
    let gone: HashSet<i64> = records.iter().map(|r| r.message).collect();
    let gone: Vec<i64> = gone.into_iter().collect();
    let rows = tx.rows(
        sql!(
            "SELECT s.lane, s.id, m.due, m.id FROM message m JOIN stream s ON s.workspace = m.workspace
               AND s.campaign = m.campaign WHERE m.id IN LIST($1) AND m.workspace = $2 AND m.campaign = $3"
        ),
        &params![list_of(&gone), workspace, campaign],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
    )?;
    take_out(tx, &rows)?;
    tx.exec(sql!("DELETE FROM sent_before WHERE message IN LIST($1)"), &params![list_of(&gone)])?;
    Ok(marked.sent + marked.unknown)
}

/// Takes rows out of the outbox: (lane, stream, due, message).
pub(super) fn take_out(tx: &mut Tx<'_>, rows: &[(i64, i64, i64, i64)]) -> Result<()> {
    let streams = tx.many_rows(
        sql!(
            "DELETE FROM outbox USING ROWS(lane BIGINT, stream BIGINT, due BIGINT, id BIGINT) AS r
             WHERE outbox.lane = r.lane AND outbox.stream = r.stream AND outbox.due = r.due AND outbox.id = r.id
             RETURNING r.stream"
        ),
        &[],
        rows.iter().map(|(lane, stream, due, id)| params![*lane, *stream, *due, *id]),
        |r| r.get::<i64>(0),
    )?;
    let mut tally = Tally::default();
    for stream in streams {
        tally.depth(stream, -1);
    }
    tally.flush(tx);
    Ok(())
}
