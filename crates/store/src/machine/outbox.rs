//! What waits to be sent, and the one act that commits an intent.
//!
//! The owner of a connector's lanes reads a chosen stream by keyset, encodes, and then *takes* exactly the chosen rows:
//! in one transaction the law is asked once more (stream running, law epoch, no suppression, still valid), the rows
//! leave the outbox and stand in `flight`. Only then may bytes be written.

use crate::ledger::sent::{self, Sent};
use crate::machine::client_out::{self, Told};
use crate::machine::lapse;
use crate::machine::stops::Stops;
use crate::machine::stream;
use crate::machine::tally::Tally;
use crate::{Bell, Count, Result, Tx, Val, list_of, params, sql};
use sms::{Class, Code, Spelling, Status};
use std::collections::{BTreeSet, HashMap, HashSet};

/// One row of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Connector × 8 + lane rank.
    pub lane: i64,
    /// Its stream.
    pub stream: i64,
    /// Not before, ms.
    pub due: i64,
    /// The message.
    pub id: i64,
    /// Tag of the recipient.
    pub tag: i64,
    /// The earliest moment at which the verdict lapses by itself.
    pub until: i64,
    /// Parts that are to go: all of the message, or those that were not taken yet.
    pub parts: i64,
}

/// Puts rows of messages that were stored in this very transaction.
pub fn put_new(tx: &mut Tx<'_>, rows: &[Row], tally: &mut Tally) -> Result<()> {
    tx.put_many(
        sql!(
            "INSERT INTO outbox (lane, stream, due, id, tag, until, parts)
             SELECT r.lane, r.stream, r.due, r.id, r.tag, r.until, r.parts
             FROM ROWS(lane BIGINT, stream BIGINT, due BIGINT, id BIGINT, tag BIGINT, until BIGINT, parts BIGINT) AS r
             WHERE true"
        ),
        &[],
        rows.iter().map(|r| params![r.lane, r.stream, r.due, r.id, r.tag, r.until, r.parts]),
        Count::All,
    )?;
    for row in rows {
        tally.depth(row.stream, 1);
        tx.ring(Bell::Outbox(row.lane / 8));
    }
    Ok(())
}

/// Puts rows into lanes and rings their connectors' bells. A row that stands there already is counted once.
pub fn put(tx: &mut Tx<'_>, rows: &[Row], tally: &mut Tally) -> Result<()> {
    let [first, rest @ ..] = rows else { return Ok(()) };
    let put = sql!(
        "INSERT INTO outbox (lane, stream, due, id, tag, until, parts)
         SELECT r.lane, r.stream, r.due, r.id, r.tag, r.until, r.parts
         FROM ROWS(lane BIGINT, stream BIGINT, due BIGINT, id BIGINT, tag BIGINT, until BIGINT, parts BIGINT) AS r
         WHERE true ON CONFLICT (lane, stream, due, id) DO NOTHING RETURNING stream"
    );
    let values = rows.iter().map(|r| params![r.lane, r.stream, r.due, r.id, r.tag, r.until, r.parts]);
    if rest.iter().all(|r| r.stream == first.stream) {
        // Nearly every call is of one stream: how many went in says all, and no row is read back.
        let put = sql!(
            "INSERT INTO outbox (lane, stream, due, id, tag, until, parts)
             SELECT r.lane, r.stream, r.due, r.id, r.tag, r.until, r.parts
             FROM ROWS(lane BIGINT, stream BIGINT, due BIGINT, id BIGINT, tag BIGINT, until BIGINT, parts BIGINT) AS r
             WHERE true ON CONFLICT (lane, stream, due, id) DO NOTHING"
        );
        let n = tx.many(put, &[], values)?;
        tally.depth(first.stream, i64::try_from(n).unwrap_or(i64::MAX));
    } else {
        for stream in tx.many_rows(put, &[], values, |r| r.get(0))? {
            tally.depth(stream, 1);
        }
    }
    for row in rows {
        tx.ring(Bell::Outbox(row.lane / 8));
    }
    Ok(())
}

/// A row with all that is needed to send it.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The row.
    pub row: Row,
    /// The workspace.
    pub workspace: i64,
    /// The campaign, or 0.
    pub campaign: i64,
    /// What it is for.
    pub class: Class,
    /// What the handset shows.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// The text.
    pub text: String,
    /// How it travels.
    pub spelling: Spelling,
    /// Which try, from 0.
    pub attempt: i64,
    /// Parts of the whole message.
    pub whole: i64,
    /// Not after, ms: what is left of it goes to the carrier as validity.
    pub valid_until: i64,
    /// Optional parameters of SMPP, a line each.
    pub tlvs: String,
    /// Who is told what becomes of it: see [`client_out::Notify`]; 0 nobody.
    pub notify: i64,
}

/// What some of these carry beside their text; most carry nothing, and nobody asks for them.
fn with_tlvs(tx: &mut Tx<'_>, mut rows: Vec<Ready>) -> Result<Vec<Ready>> {
    let ids: Vec<i64> = rows.iter().filter(|r| r.spelling.tlvs).map(|r| r.row.id).collect();
    if ids.is_empty() {
        return Ok(rows);
    }
    let found = tx.rows(
        sql!("SELECT message, tlvs FROM message_tlv WHERE message IN LIST($1) AND workspace <> 0"),
        &params![list_of(&ids)],
        |r| Ok((r.get::<i64>(0)?, r.get::<String>(1)?)),
    )?;
    let mut found: HashMap<i64, String> = found.into_iter().collect();
    for row in &mut rows {
        row.tlvs = found.remove(&row.row.id).unwrap_or_default();
    }
    Ok(rows)
}

/// Reads a stream in order, from behind `after` on, as far as it is due. Takes nothing.
pub fn read(
    tx: &mut Tx<'_>,
    lane: i64,
    stream: i64,
    after: (i64, i64),
    now: i64,
    limit: i64,
) -> Result<Vec<Ready>> {
    let rows = tx.rows(
        sql!(
            "SELECT o.due, o.id, o.tag, o.until, o.parts, m.class, m.sender, m.recipient, m.text, m.encoding, m.attempt, m.until,
               m.parts, m.workspace, m.campaign, m.notify
             FROM outbox o JOIN message m ON m.id = o.id
             WHERE o.lane = $1 AND o.stream = $2 AND (o.due, o.id) > ($3, $4) AND o.due <= $5
             ORDER BY o.due, o.id LIMIT $6"
        ),
        &params![lane, stream, after.0, after.1, now, limit],
        |r| {
            let (until, valid_until): (i64, i64) = (r.get(3)?, r.get(11)?);
            Ok(Ready {
                row: Row {
                    lane,
                    stream,
                    due: r.get(0)?,
                    id: r.get(1)?,
                    tag: r.get(2)?,
                    until,
                    parts: r.get(4)?,
                },
                class: r.get(5)?,
                sender: r.get(6)?,
                recipient: r.get(7)?,
                text: r.get(8)?,
                spelling: r.get(9)?,
                attempt: r.get(10)?,
                // Closed hours bind the carrier too: what it cannot deliver by then it shall not deliver at night.
                valid_until: if until < valid_until {
                    valid_until.min(until + lapse::TAIL_MS)
                } else {
                    valid_until
                },
                whole: r.get(12)?,
                workspace: r.get(13)?,
                campaign: r.get(14)?,
                tlvs: String::new(),
                notify: r.get(15)?,
            })
        },
    )?;
    with_tlvs(tx, rows)
}

/// All that is due in a connector's lanes.
pub struct AllDue {
    /// The rows, strict lanes first.
    pub rows: Vec<Ready>,
    /// Whether nothing else waits there: nothing that is due later, either.
    pub all: bool,
}

/// Which lanes of a connector are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lanes {
    /// All of them.
    All,
    /// Those that go before all others.
    Strict,
}

/// All that is due in a connector's lanes, when no more than `limit` rows wait there; `None` when more do.
pub fn all_due(tx: &mut Tx<'_>, connector: i64, lanes: Lanes, limit: i64) -> Result<Option<AllDue>> {
    let now = tx.now();
    let mut streams = match lanes {
        Lanes::All => stream::with_work(tx, connector)?,
        Lanes::Strict => stream::with_strict_work(tx, connector)?,
    };
    let depth: i64 = streams.iter().map(|s| s.depth).sum();
    if depth > limit {
        return Ok(None);
    }
    streams.retain(|s| s.due <= now);
    streams.sort_unstable_by_key(|s| (s.key.lane, s.due));
    let mut rows = Vec::new();
    for s in streams {
        rows.extend(read(tx, s.key.lane, s.id, (i64::MIN, 0), now, limit)?);
    }
    let all = i64::try_from(rows.len()) == Ok(depth);
    Ok(Some(AllDue { rows, all }))
}

/// Who takes: the link and the epoch of its lease.
#[derive(Debug, Clone, Copy)]
pub struct Taker {
    /// The connector.
    pub connector: i64,
    /// The link of it.
    pub link: i64,
    /// The epoch of the lease; a take under an old one takes nothing.
    pub epoch: i64,
}

/// A chosen row and its try.
#[derive(Debug, Clone, Copy)]
pub struct Chosen {
    /// The row.
    pub row: Row,
    /// The workspace of its stream: what the intent takes the barrier of.
    pub workspace: i64,
    /// Which try, from 0.
    pub attempt: i64,
    /// Parts of the whole message.
    pub whole: i64,
}

impl Ready {
    /// The row as it is chosen to be taken.
    pub fn chosen(&self) -> Chosen {
        Chosen { row: self.row, workspace: self.workspace, attempt: self.attempt, whole: self.whole }
    }
}

/// Commits the intent to send these rows. Gives the messages that may be written now, each with its parts, from 0: of
/// a long one only those the carrier has not taken.
///
/// Rows that are gone were taken or cleared by somebody: they are dropped. A row of a stream that does not run stays.
/// A suppressed or lapsed one ends here. Empty when the lease is lost.
pub fn take(tx: &mut Tx<'_>, taker: Taker, chosen: &[Chosen]) -> Result<HashMap<i64, Vec<i64>>> {
    let ids: BTreeSet<i64> = chosen.iter().map(|c| c.row.stream).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    for workspace in chosen.iter().map(|c| c.workspace).collect::<BTreeSet<i64>>() {
        tx.hold_intents(workspace)?;
    }
    // Asked behind the barrier: a pause that committed before it is seen.
    tx.foresee(|tx| {
        super::flight::holds(tx, taker.connector, taker.epoch)?;
        stream::gates(tx, &ids).map(drop)
    })?;
    if !super::flight::holds(tx, taker.connector, taker.epoch)? {
        return Ok(HashMap::new());
    }
    let mut gates: HashMap<i64, stream::Gate> =
        stream::gates(tx, &ids)?.into_iter().map(|g| (g.id, g)).collect();
    gates.retain(|_, g| g.run == stream::Run::Running && g.law_holds);
    let held = |c: &&Chosen| gates.get(&c.row.stream).is_some_and(|g| g.workspace == c.workspace);
    let open: Vec<&Chosen> = chosen.iter().filter(held).collect();
    tx.foresee(|tx| Stops::load(tx, &open).map(drop))?;
    let taken = remove(tx, open.iter().map(|c| &c.row))?;
    let open: Vec<&Chosen> = open.into_iter().filter(|c| taken.contains(&c.row.id)).collect();
    sort_out(tx, taker, &gates, &open)
}

/// Sorts what left the outbox into flight, suppressed, expired and settled meanwhile.
fn sort_out(
    tx: &mut Tx<'_>,
    taker: Taker,
    gates: &HashMap<i64, stream::Gate>,
    open: &[&Chosen],
) -> Result<HashMap<i64, Vec<i64>>> {
    let (now, steady) = (tx.now(), tx.steady_now());
    let stops = Stops::load(tx, open)?;
    let settled = settled_meanwhile(tx, open)?;
    let mut missing = missing(tx, open)?;
    let mut tally = Tally::default();
    let mut go: HashMap<i64, Vec<i64>> = HashMap::with_capacity(open.len());
    let mut intents: Vec<(Chosen, i64)> = Vec::with_capacity(open.len());
    let mut ended: Vec<(i64, Status, Code, &stream::Gate)> = Vec::new();
    for one in open {
        let Some(gate) = gates.get(&one.row.stream) else { continue };
        tally.depth(one.row.stream, -1);
        let id = one.row.id;
        let rest = if one.whole > 1 { missing.remove(&id) } else { Some((one.attempt, vec![0])) };
        let Some((attempt, parts)) = rest.filter(|_| !settled.contains(&id)) else { continue };
        let stop = stops.of(one, gate);
        match stop {
            Some(code) => ended.push((id, Status::Suppressed, code, gate)),
            None if one.row.until <= steady => ended.push((id, Status::Expired, Code::ExpiredHere, gate)),
            None => {
                intents.extend(parts.iter().map(|part| (Chosen { attempt, ..**one }, *part)));
                go.insert(id, parts);
            }
        }
    }
    super::flight::insert(tx, taker, &intents)?;
    for (one, part) in &intents {
        let record = Sent::part(sent::Kind::Intent, one.row.id, *part, one.attempt, now);
        tx.sent_logged(Sent { stream: one.row.stream, ..record });
    }
    let done = end(tx, &ended, taker.connector, &mut tally)?;
    debug_assert!(done <= ended.len());
    tally.flush(tx);
    Ok(go)
}

/// The try and the parts of long messages that still wait to be taken. The rows decide, not what was read ahead: a part
/// that the carrier has must never go again by a stale look.
fn missing(tx: &mut Tx<'_>, open: &[&Chosen]) -> Result<HashMap<i64, (i64, Vec<i64>)>> {
    let mut out: HashMap<i64, (i64, Vec<i64>)> = HashMap::new();
    let long: Vec<i64> = open.iter().filter(|c| c.whole > 1).map(|c| c.row.id).collect();
    if long.is_empty() {
        return Ok(out);
    }
    let found = tx.rows(
        sql!(
            "SELECT p.message, p.part, m.attempt FROM message_part p JOIN message m ON m.id = p.message AND m.status = 2
             WHERE p.message IN LIST($1) AND p.workspace <> 0 AND p.status = 2 ORDER BY p.message, p.part"
        ),
        &params![list_of(&long)],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<i64>(2)?)),
    )?;
    for (message, part, attempt) in found {
        out.entry(message).or_insert((attempt, Vec::new())).1.push(part);
    }
    Ok(out)
}

/// Deletes exactly these rows; gives the messages of those that were there.
pub(super) fn remove<'r>(tx: &mut Tx<'_>, rows: impl Iterator<Item = &'r Row>) -> Result<HashSet<i64>> {
    let ids = tx.many_rows(
        sql!(
            "DELETE FROM outbox USING ROWS(lane BIGINT, stream BIGINT, due BIGINT, id BIGINT) AS r
             WHERE outbox.lane = r.lane AND outbox.stream = r.stream AND outbox.due = r.due AND outbox.id = r.id
             RETURNING r.id"
        ),
        &[],
        rows.map(|r| params![r.lane, r.stream, r.due, r.id]),
        |r| r.get(0),
    )?;
    Ok(ids.into_iter().collect())
}

/// Messages that go a second time may have been settled by a late receipt while they waited.
fn settled_meanwhile(tx: &mut Tx<'_>, open: &[&Chosen]) -> Result<HashSet<i64>> {
    let again: Vec<i64> = open.iter().filter(|c| c.attempt > 0 && c.whole <= 1).map(|c| c.row.id).collect();
    if again.is_empty() {
        return Ok(HashSet::new());
    }
    let ids = tx.rows(
        sql!("SELECT id FROM message WHERE id IN LIST($1) AND status <> 2"),
        &params![list_of(&again)],
        |r| r.get(0),
    )?;
    Ok(ids.into_iter().collect())
}

/// Ends queued messages here, without the carrier. Whose hour is over and whose validity is not waits for another one.
pub(super) fn end(
    tx: &mut Tx<'_>,
    ended: &[(i64, Status, Code, &stream::Gate)],
    connector: i64,
    tally: &mut Tally,
) -> Result<usize> {
    let late: Vec<_> = ended.iter().filter(|e| e.1 == Status::Expired).map(|e| (e.0, e.3)).collect();
    let back = lapse::put_back(tx, &late, tally)?;
    let ended: Vec<_> = ended.iter().filter(|e| !back.contains(&e.0)).copied().collect();
    let now = tx.now();
    let done = tx.many_rows(
        sql!(
            "UPDATE message SET status = r.status, code = r.code, done_at = $1
             FROM ROWS(id BIGINT, status BIGINT, code BIGINT) AS r WHERE message.id = r.id AND message.status IN (1, 2)
             RETURNING r.id, message.notify, r.status, r.code"
        ),
        &params![now],
        ended.iter().map(|(id, status, code, _)| params![*id, *status, *code]),
        |r| Ok(Told::of((r.get(0)?, r.get(1)?), r.get(2)?, r.get(3)?, "")),
    )?;
    let done_ids: HashSet<i64> = done.iter().map(|t| t.message).collect();
    client_out::tell(tx, done)?;
    tx.many(
        sql!(
            "UPDATE message_part SET status = r.status, code = r.code, done_at = $1
             FROM ROWS(id BIGINT, status BIGINT, code BIGINT) AS r
             WHERE message_part.message = r.id AND message_part.status = 2 AND message_part.workspace <> 0"
        ),
        &params![now],
        ended
            .iter()
            .filter(|e| done_ids.contains(&e.0))
            .map(|(id, status, code, _)| params![*id, *status, *code]),
    )?;
    for (_, status, code, gate) in ended.iter().filter(|e| done_ids.contains(&e.0)) {
        tally.moved(gate.workspace, gate.campaign, (Status::Queued, Code::None), (*status, *code));
        tally.traffic(gate.workspace, connector, *status);
        tx.ring(Bell::Workspace(gate.workspace));
    }
    Ok(done_ids.len())
}

/// Ends up to `limit` waiting messages of a campaign that was stopped. 0 when none is left.
pub fn clear_stopped(tx: &mut Tx<'_>, workspace: i64, campaign: i64, limit: i64) -> Result<usize> {
    let rows = tx.rows(
        sql!(
            "SELECT o.lane, o.stream, o.due, o.id FROM stream s JOIN outbox o ON o.lane = s.lane AND o.stream = s.id
             WHERE s.workspace = $1 AND s.campaign = $2 AND s.campaign <> 0 AND s.state = 2 LIMIT $3"
        ),
        &params![workspace, campaign, limit],
        |r| {
            Ok(Row { lane: r.get(0)?, stream: r.get(1)?, due: r.get(2)?, id: r.get(3)?, tag: 0, until: 0, parts: 0 })
        },
    )?;
    clear(tx, workspace, campaign, &rows)
}

fn clear(tx: &mut Tx<'_>, workspace: i64, campaign: i64, rows: &[Row]) -> Result<usize> {
    let gone = remove(tx, rows.iter())?;
    let mut tally = Tally::default();
    let gate = stream::Gate {
        id: 0,
        run: stream::Run::Stopped,
        law_holds: true,
        workspace,
        campaign,
        class: Class::Marketing,
        topic: 0,
    };
    let mut ended = Vec::new();
    for row in rows.iter().filter(|r| gone.contains(&r.id)) {
        tally.depth(row.stream, -1);
        ended.push((row.id, Status::Cancelled, Code::Stopped, &gate));
    }
    end(tx, &ended, rows.first().map_or(0, |r| r.lane / 8), &mut tally)?;
    tally.flush(tx);
    Ok(gone.len())
}

/// Ends up to `limit` rows of a connector whose validity ran out while they waited. Gives how many.
pub fn expire(tx: &mut Tx<'_>, connector: i64, limit: i64) -> Result<usize> {
    let now = tx.steady_now();
    let found = tx.rows(
        sql!(
            "SELECT o.lane, o.stream, o.due, o.id, s.workspace, s.campaign, s.class, s.state FROM stream s
             JOIN outbox o ON o.lane = s.lane AND o.stream = s.id
             WHERE s.lane >= $1 AND s.lane < $2 AND s.depth > 0 AND o.until <= $3 LIMIT $4"
        ),
        &params![Val::Int(connector * 8), Val::Int(connector * 8 + 8), now, limit],
        |r| {
            let row = Row {
                lane: r.get(0)?,
                stream: r.get(1)?,
                due: r.get(2)?,
                id: r.get(3)?,
                tag: 0,
                until: 0,
                parts: 0,
            };
            let gate = stream::Gate {
                id: row.stream,
                run: stream::Run::of(r.get(7)?),
                law_holds: true,
                workspace: r.get(4)?,
                campaign: r.get(5)?,
                class: r.get(6)?,
                topic: 0,
            };
            Ok((row, gate))
        },
    )?;
    let gone = remove(tx, found.iter().map(|(row, _)| row))?;
    let mut tally = Tally::default();
    let mut ended = Vec::new();
    for (row, gate) in found.iter().filter(|(row, _)| gone.contains(&row.id)) {
        tally.depth(row.stream, -1);
        ended.push((row.id, Status::Expired, Code::ExpiredHere, gate));
    }
    end(tx, &ended, connector, &mut tally)?;
    tally.flush(tx);
    Ok(gone.len())
}
