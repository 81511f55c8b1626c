//! Messages out: the row, its parts, its events. A single-part message lives in the columns of its one row.

use crate::generation::{self, Entry, Kind};
use crate::{Cell, Count, Result, Row, Tx, Val, list_of, params, sql};
use sms::{Class, Code, OnAmbiguous, Spelling, Status};
use std::collections::HashSet;

/// A message about to be stored.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id, minted before.
    pub id: i64,
    /// The workspace.
    pub workspace: i64,
    /// The campaign, or 0.
    pub campaign: i64,
    /// The contact, or 0.
    pub contact: i64,
    /// The thread, or 0.
    pub thread: i64,
    /// What it is for.
    pub class: Class,
    /// The connector whose lane it waits in.
    pub connector: i64,
    /// Connector ids in the order to be tried, joined by commas.
    pub candidates: String,
    /// The rule that chose them, or 0.
    pub route: i64,
    /// What the first of them is expected to cost, in millionths; 0 where nobody knows.
    pub price: i64,
    /// What the handset shows.
    pub sender: String,
    /// E.164, or what the simulator takes.
    pub recipient: String,
    /// Tag of the recipient.
    pub tag: i64,
    /// The text, normalised.
    pub text: String,
    /// How it travels.
    pub spelling: Spelling,
    /// How many SMS it is.
    pub parts: i64,
    /// `queued` or `scheduled`.
    pub status: Status,
    /// What an unknown outcome means.
    pub on_ambiguous: OnAmbiguous,
    /// Whether only the simulator may carry it.
    pub test: bool,
    /// The door it came through.
    pub source: String,
    /// The sender's own reference.
    pub client_ref: String,
    /// Not before, ms.
    pub due: i64,
    /// Not after, ms.
    pub until: i64,
    /// Who is to be told what becomes of it: see [`crate::machine::client_out::Notify`]; 0 nobody.
    pub notify: i64,
    /// Optional parameters of SMPP, a line each; empty for a message read back.
    pub tlvs: String,
}

/// Messages of a number that are looked at together.
const NUMBER_PAGE: usize = 500;

/// Stores messages; those of a campaign whose id is there already are left alone. Gives the ids that are new.
///
/// Who is there is asked beforehand: on SQLite a RETURNING makes each row pay for a statement journal.
pub fn insert(tx: &mut Tx<'_>, messages: &[NewMessage]) -> Result<Vec<i64>> {
    let now = tx.now();
    let known = stored(tx, messages)?;
    let fresh = || messages.iter().filter(|m| !known.contains(&m.id));
    let new: Vec<i64> = fresh().map(|m| m.id).collect();
    // Where another hand stored one of them meanwhile, nothing of this counts.
    tx.put_many(
        sql!(
            "INSERT INTO message (id, workspace, campaign, contact, thread, class, connector, candidates, sender, recipient,
               tag, text, encoding, parts, status, on_ambiguous, test, source, client_ref, due, until, accepted_at,
               code, detail, attempt, possible_duplicate, smsc_id, submitted_at, done_at, notify, route, price)
             SELECT r.id, r.workspace, r.campaign, r.contact, r.thread, r.class, r.connector, r.candidates, r.sender,
               r.recipient, r.tag, r.body, r.encoding, r.parts, r.status, r.on_ambiguous, r.test, r.source, r.client_ref,
               r.due, r.until, $1, 0, '', 0, 0, '', 0, 0, r.notify, r.route, r.price
             FROM ROWS(id BIGINT, workspace BIGINT, campaign BIGINT, contact BIGINT, thread BIGINT, class BIGINT,
               connector BIGINT, candidates TEXT, sender TEXT, recipient TEXT, tag BIGINT, body TEXT, encoding BIGINT,
               parts BIGINT, status BIGINT, on_ambiguous BIGINT, test BIGINT, source TEXT, client_ref TEXT, due BIGINT,
               until BIGINT, notify BIGINT, route BIGINT, price BIGINT) AS r WHERE true
             ON CONFLICT (id) DO NOTHING"
        ),
        &params![now],
        fresh().map(|m| {
            params![
                m.id, m.workspace, m.campaign, m.contact, m.thread, m.class, m.connector, m.candidates, m.sender,
                m.recipient, m.tag, m.text, m.spelling, m.parts, m.status, m.on_ambiguous, m.test, m.source,
                m.client_ref, m.due, m.until, m.notify, m.route, m.price
            ]
        }),
        Count::All,
    )?;
    generation::put(tx, Kind::Number, fresh().map(|m| Entry { h: m.tag, a: m.id, b: 0 }))?;
    make_parts(tx, fresh().filter(|m| m.parts > 1))?;
    if fresh().any(|m| !m.tlvs.is_empty()) {
        put_tlvs(tx, fresh().filter(|m| !m.tlvs.is_empty()))?;
    }
    Ok(new)
}

/// What messages carry beside their text.
fn put_tlvs<'m>(tx: &mut Tx<'_>, with: impl Iterator<Item = &'m NewMessage>) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO message_tlv (message, workspace, tlvs) SELECT r.message, r.workspace, r.tlvs
             FROM ROWS(message BIGINT, workspace BIGINT, tlvs TEXT) AS r WHERE true ON CONFLICT (message) DO NOTHING"
        ),
        &[],
        with.map(|m| params![m.id, m.workspace, m.tlvs]),
    )
    .map(drop)
}

/// A message that was replaced brings these instead of what it had; where it brings none, what it says it still has stays.
pub fn bring_tlvs(tx: &mut Tx<'_>, row: &NewMessage) -> Result<()> {
    if row.tlvs.is_empty() && row.spelling.tlvs {
        return Ok(());
    }
    let sql = sql!("DELETE FROM message_tlv WHERE workspace = $1 AND message = $2");
    tx.exec(sql, &params![row.workspace, row.id])?;
    if row.tlvs.is_empty() { Ok(()) } else { put_tlvs(tx, std::iter::once(row)) }
}

/// The optional parameters a message was handed in with.
pub fn tlvs(tx: &mut Tx<'_>, workspace: i64, message: i64) -> Result<String> {
    let sql = sql!("SELECT tlvs FROM message_tlv WHERE workspace = $1 AND message = $2");
    Ok(tx.one(sql, &params![workspace, message], |r| r.get(0))?.unwrap_or_default())
}

/// The rows of the parts of long messages.
pub(crate) fn make_parts<'m>(tx: &mut Tx<'_>, long: impl Iterator<Item = &'m NewMessage>) -> Result<()> {
    tx.put_many(
        sql!(
            "INSERT INTO message_part (message, part, workspace, status, code, attempt, smsc_id, connector, submitted_at, done_at)
             SELECT r.message, r.part, r.workspace, 2, 0, 0, '', 0, 0, 0
             FROM ROWS(message BIGINT, part BIGINT, workspace BIGINT) AS r WHERE true
             ON CONFLICT (message, part) DO NOTHING"
        ),
        &[],
        long.flat_map(|m| (0..m.parts).map(move |part| [Val::Int(m.id), Val::Int(part), Val::Int(m.workspace)])),
        Count::Any,
    )
}

/// Which of these a campaign stored before; ids of others are minted in their own transaction.
fn stored(tx: &mut Tx<'_>, messages: &[NewMessage]) -> Result<HashSet<i64>> {
    let ids: Vec<i64> = messages.iter().filter(|m| m.campaign != 0).map(|m| m.id).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let found = tx.rows(
        sql!("SELECT id FROM message WHERE id IN LIST($1) AND workspace <> 0"),
        &params![list_of(&ids)],
        |r| r.get(0),
    )?;
    Ok(found.into_iter().collect())
}

/// A stored message as pages and doors show it.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id.
    pub id: i64,
    /// The campaign, or 0.
    pub campaign: i64,
    /// The contact, or 0.
    pub contact: i64,
    /// What it is for.
    pub class: Class,
    /// The connector it went through, or waits for.
    pub connector: i64,
    /// What the handset shows.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// The text.
    pub text: String,
    /// How it travels.
    pub spelling: Spelling,
    /// How many SMS.
    pub parts: i64,
    /// Where it stands.
    pub status: Status,
    /// Why.
    pub code: Code,
    /// The carrier's own word for why.
    pub detail: String,
    /// Which try, from 0.
    pub attempt: i64,
    /// Whether it may have arrived twice.
    pub possible_duplicate: bool,
    /// Whether only the simulator carried it.
    pub test: bool,
    /// The door it came through.
    pub source: String,
    /// The sender's own reference.
    pub client_ref: String,
    /// The carrier's id.
    pub smsc_id: String,
    /// ms since 1970.
    pub accepted_at: i64,
    /// Not before, ms.
    pub due: i64,
    /// Not after, ms.
    pub until: i64,
    /// ms, or 0.
    pub submitted_at: i64,
    /// ms, or 0.
    pub done_at: i64,
    /// Whether an intent is open: it may be on the wire this moment.
    pub in_flight: bool,
    /// The rule that chose its connectors, or 0.
    pub route: i64,
    /// Connectors in the order to be tried, joined by commas.
    pub candidates: String,
    /// What the first of them was expected to cost, in millionths; 0 where nobody knew.
    pub price: i64,
}

fn read(r: &Row<'_>) -> Result<Message> {
    Ok(Message {
        id: r.get(0)?,
        campaign: r.get(1)?,
        contact: r.get(2)?,
        class: r.get(3)?,
        connector: r.get(4)?,
        sender: r.get(5)?,
        recipient: r.get(6)?,
        text: r.get(7)?,
        spelling: r.get(8)?,
        parts: r.get(9)?,
        status: r.get(10)?,
        code: r.get(11)?,
        detail: r.get(12)?,
        attempt: r.get(13)?,
        possible_duplicate: r.get(14)?,
        test: r.get(15)?,
        source: r.get(16)?,
        client_ref: r.get(17)?,
        smsc_id: r.get(18)?,
        accepted_at: r.get(19)?,
        due: r.get(20)?,
        until: r.get(21)?,
        submitted_at: r.get(22)?,
        done_at: r.get(23)?,
        in_flight: i64::cell(r, 24)? > 0,
        route: r.get(25)?,
        candidates: r.get(26)?,
        price: r.get(27)?,
    })
}

/// One message.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Message>> {
    tx.one(
        sql!(
            "SELECT m.id, m.campaign, m.contact, m.class, m.connector, m.sender, m.recipient, m.text, m.encoding, m.parts,
               m.status, m.code, m.detail, m.attempt, m.possible_duplicate, m.test, m.source, m.client_ref, m.smsc_id,
               m.accepted_at, m.due, m.until, m.submitted_at, m.done_at,
               (SELECT count(*) FROM flight f WHERE f.message = m.id), m.route, m.candidates, m.price
             FROM message m WHERE m.workspace = $1 AND m.id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// Which messages a list shows. What is `None` or 0 does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this campaign.
    pub campaign: i64,
    /// With this status.
    pub status: Option<Status>,
    /// With this reason.
    pub code: Option<Code>,
    /// Only those that may have arrived twice.
    pub possible_duplicate: bool,
    /// To the number with this tag.
    pub tag: Option<i64>,
    /// With this reference of the sender's own.
    pub client_ref: Option<String>,
    /// Older than this id, or 0.
    pub before: i64,
    /// How many at the most.
    pub limit: i64,
}

/// Messages, newest first.
pub fn list(tx: &mut Tx<'_>, workspace: i64, filter: &Filter) -> Result<Vec<Message>> {
    let before = if filter.before == 0 { i64::MAX } else { filter.before };
    let status = filter.status.map_or(-1, Status::number);
    let code = filter.code.map_or(-1, Code::number);
    let client_ref = filter.client_ref.clone().unwrap_or_default();
    let rest = params![
        workspace,
        before,
        status,
        code,
        filter.possible_duplicate,
        client_ref,
        filter.limit,
        filter.campaign
    ];
    if let Some(tag) = filter.tag {
        return of_number(tx, workspace, tag, filter);
    }
    if filter.campaign != 0 {
        return tx.rows(
            sql!(
                "SELECT m.id, m.campaign, m.contact, m.class, m.connector, m.sender, m.recipient, m.text, m.encoding, m.parts,
                   m.status, m.code, m.detail, m.attempt, m.possible_duplicate, m.test, m.source, m.client_ref, m.smsc_id,
                   m.accepted_at, m.due, m.until, m.submitted_at, m.done_at,
                   (SELECT count(*) FROM flight f WHERE f.message = m.id), m.route, m.candidates, m.price
                 FROM message m
                 WHERE m.campaign = $8 AND m.campaign <> 0 AND m.workspace = $1 AND m.id < $2
                   AND ($3 = -1 OR m.status = $3) AND ($4 = -1 OR m.code = $4)
                   AND ($5 = 0 OR m.possible_duplicate = 1) AND ($6 = '' OR m.client_ref = $6)
                 ORDER BY m.id DESC LIMIT $7"
            ),
            &rest,
            read,
        );
    }
    tx.rows(
        sql!(
            "SELECT m.id, m.campaign, m.contact, m.class, m.connector, m.sender, m.recipient, m.text, m.encoding, m.parts,
               m.status, m.code, m.detail, m.attempt, m.possible_duplicate, m.test, m.source, m.client_ref, m.smsc_id,
               m.accepted_at, m.due, m.until, m.submitted_at, m.done_at,
               (SELECT count(*) FROM flight f WHERE f.message = m.id), m.route, m.candidates, m.price
             FROM message m
             WHERE m.workspace = $1 AND m.id < $2 AND ($3 = -1 OR m.status = $3) AND ($4 = -1 OR m.code = $4)
               AND ($5 = 0 OR m.possible_duplicate = 1) AND ($6 = '' OR m.client_ref = $6)
             ORDER BY m.id DESC LIMIT $7"
        ),
        &rest[..7],
        read,
    )
}

/// Messages to one number, newest first.
fn of_number(tx: &mut Tx<'_>, workspace: i64, tag: i64, filter: &Filter) -> Result<Vec<Message>> {
    let status = filter.status.map_or(-1, Status::number);
    let code = filter.code.map_or(-1, Code::number);
    let client_ref = filter.client_ref.clone().unwrap_or_default();
    let wanted = usize::try_from(filter.limit).unwrap_or(0);
    let mut before = if filter.before == 0 { i64::MAX } else { filter.before };
    let mut out = Vec::new();
    // What narrows further is not known by the number: pages of ids until enough are left, or none is.
    while out.len() < wanted {
        let ids = generation::newest(tx, Kind::Number, tag, before, NUMBER_PAGE)?;
        let Some(last) = ids.last() else { break };
        before = *last;
        out.extend(tx.rows(
            sql!(
                "SELECT m.id, m.campaign, m.contact, m.class, m.connector, m.sender, m.recipient, m.text, m.encoding, m.parts,
                   m.status, m.code, m.detail, m.attempt, m.possible_duplicate, m.test, m.source, m.client_ref, m.smsc_id,
                   m.accepted_at, m.due, m.until, m.submitted_at, m.done_at,
                   (SELECT count(*) FROM flight f WHERE f.message = m.id), m.route, m.candidates, m.price
                 FROM message m
                 WHERE +m.workspace = $1 AND m.id IN LIST($2) AND ($3 = -1 OR m.status = $3) AND ($4 = -1 OR m.code = $4)
                   AND ($5 = 0 OR m.possible_duplicate = 1) AND ($6 = '' OR m.client_ref = $6)
                   AND ($7 = 0 OR m.campaign = $7)
                 ORDER BY m.id DESC"
            ),
            &params![
                workspace,
                list_of(&ids),
                status,
                code,
                filter.possible_duplicate,
                client_ref,
                filter.campaign
            ],
            read,
        )?);
        if ids.len() < NUMBER_PAGE {
            break;
        }
    }
    out.truncate(wanted);
    Ok(out)
}

/// The newest messages to a number, of all workspaces, at most `limit`.
pub(crate) fn newest_to(tx: &mut Tx<'_>, tag: i64, limit: usize) -> Result<Vec<i64>> {
    generation::newest(tx, Kind::Number, tag, i64::MAX, limit)
}

/// Scheduled messages among these ids, as they were stored.
pub(crate) fn scheduled(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<NewMessage>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, campaign, contact, thread, class, connector, candidates, sender, recipient, tag, text,
               encoding, parts, status, on_ambiguous, test, source, client_ref, due, until, notify, route, price
             FROM message WHERE id IN LIST($1) AND status = 1 AND workspace <> 0 ORDER BY id"
        ),
        &params![crate::list_of(ids)],
        read_new,
    )
}

/// Long messages among these of which the carrier has some part already: what they say is said.
pub fn begun(tx: &mut Tx<'_>, workspace: i64, ids: &[i64]) -> Result<HashSet<i64>> {
    let found = tx.rows(
        sql!(
            "SELECT DISTINCT message FROM message_part
             WHERE workspace = $1 AND message IN LIST($2) AND (smsc_id <> '' OR submitted_at > 0 OR status > 2)"
        ),
        &params![workspace, list_of(ids)],
        |r| r.get(0),
    )?;
    Ok(found.into_iter().collect())
}

/// Columns 0 to 23 of a message, as it was stored.
pub(crate) fn read_new(r: &Row<'_>) -> Result<NewMessage> {
    Ok(NewMessage {
        id: r.get(0)?,
        workspace: r.get(1)?,
        campaign: r.get(2)?,
        contact: r.get(3)?,
        thread: r.get(4)?,
        class: r.get(5)?,
        connector: r.get(6)?,
        candidates: r.get(7)?,
        sender: r.get(8)?,
        recipient: r.get(9)?,
        tag: r.get(10)?,
        text: r.get(11)?,
        spelling: r.get(12)?,
        parts: r.get(13)?,
        status: r.get(14)?,
        on_ambiguous: r.get(15)?,
        test: r.get(16)?,
        source: r.get(17)?,
        client_ref: r.get(18)?,
        due: r.get(19)?,
        until: r.get(20)?,
        notify: r.get(21)?,
        route: r.get(22)?,
        price: r.get(23)?,
        tlvs: String::new(),
    })
}

/// What a choice of the way saw of a message.
#[derive(Debug, Clone)]
pub struct Past {
    /// Its id.
    pub id: i64,
    /// What it was for.
    pub class: Class,
    /// What the handset showed.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// What it said.
    pub text: String,
    /// How many SMS.
    pub parts: i64,
    /// ms since 1970.
    pub accepted_at: i64,
}

/// Messages accepted since a moment, newest first, below the id `before`.
///
/// Ids of campaigns are given when it is frozen, which may be days before: the walk ends a week further back.
pub fn past(tx: &mut Tx<'_>, workspace: i64, since: i64, before: i64, limit: i64) -> Result<Vec<Past>> {
    let floor = sms::id::compose((since - 7 * 86_400_000).max(sms::id::EPOCH_MS), 0, 0);
    tx.rows(
        sql!(
            "SELECT id, class, sender, recipient, text, parts, accepted_at FROM message
             WHERE workspace = $1 AND id < $3 AND id >= $5 AND accepted_at >= $2 ORDER BY id DESC LIMIT $4"
        ),
        &params![workspace, since, before, limit, floor],
        |r| {
            Ok(Past {
                id: r.get(0)?,
                class: r.get(1)?,
                sender: r.get(2)?,
                recipient: r.get(3)?,
                text: r.get(4)?,
                parts: r.get(5)?,
                accepted_at: r.get(6)?,
            })
        },
    )
}

/// Newest messages of a workspace that are looked at for how long a connector takes.
const LOOKED_AT: i64 = 2_000;

/// How long a connector took from sending to the report of a delivery, ms, of the newest messages of a workspace.
pub fn took(tx: &mut Tx<'_>, workspace: i64, connector: i64) -> Result<Vec<i64>> {
    let delivered = Status::Delivered.number();
    tx.rows(
        sql!(
            "SELECT m.done_at - m.submitted_at FROM
               (SELECT connector, status, submitted_at, done_at FROM message WHERE workspace = $1
                ORDER BY id DESC LIMIT $4) AS m
             WHERE m.connector = $2 AND m.status = $3 AND m.submitted_at > 0 AND m.done_at >= m.submitted_at"
        ),
        &params![workspace, connector, delivered, LOOKED_AT],
        |r| r.get(0),
    )
}

/// One part of a long message.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its number, from 0.
    pub part: i64,
    /// Where it stands.
    pub status: Status,
    /// Why.
    pub code: Code,
    /// The carrier's id.
    pub smsc_id: String,
    /// The connector.
    pub connector: i64,
    /// ms, or 0.
    pub submitted_at: i64,
    /// ms, or 0.
    pub done_at: i64,
}

/// The parts of a long message, in order; empty for a single one.
pub fn parts(tx: &mut Tx<'_>, workspace: i64, message: i64) -> Result<Vec<Part>> {
    tx.rows(
        sql!(
            "SELECT part, status, code, smsc_id, connector, submitted_at, done_at FROM message_part
             WHERE workspace = $1 AND message = $2 ORDER BY part"
        ),
        &params![workspace, message],
        |r| {
            Ok(Part {
                part: r.get(0)?,
                status: r.get(1)?,
                code: r.get(2)?,
                smsc_id: r.get(3)?,
                connector: r.get(4)?,
                submitted_at: r.get(5)?,
                done_at: r.get(6)?,
            })
        },
    )
}

/// Something beyond the ordinary that happened to a message.
#[derive(Debug, Clone)]
pub struct Event {
    /// A stable word: `retry`, `ambiguous`, `resent`, `late_receipt`, `conflict`, …
    pub kind: String,
    /// What goes with it.
    pub detail: String,
    /// ms since 1970.
    pub at: i64,
}

/// Keeps an event of a message.
pub fn note(tx: &mut Tx<'_>, workspace: i64, message: i64, kind: &str, detail: &str) -> Result<()> {
    let (id, at) = (tx.id(), tx.now());
    tx.exec(
        sql!("INSERT INTO message_event (id, workspace, message, kind, detail, at) VALUES ($1, $2, $3, $4, $5, $6)"),
        &params![id, workspace, message, kind, detail, at],
    )
    .map(drop)
}

/// The events of a message, oldest first.
pub fn events(tx: &mut Tx<'_>, workspace: i64, message: i64) -> Result<Vec<Event>> {
    tx.rows(
        sql!("SELECT kind, detail, at FROM message_event WHERE workspace = $1 AND message = $2 ORDER BY id"),
        &params![workspace, message],
        |r| Ok(Event { kind: r.get(0)?, detail: r.get(1)?, at: r.get(2)? }),
    )
}
