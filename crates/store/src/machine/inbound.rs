//! Messages in, from the carrier's delivery to the moment the engine has handled them.
//!
//! A delivery is stored before it is answered. The same delivery twice changes nothing; two equal votes stay two.
//! What a message means is for the engine to say.

use crate::{Bell, Result, Row, Tx, Val, list_of, params, sql};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// How long a delivery is recognised when it comes again.
const REMEMBERED_MS: i64 = 7 * 86_400_000;
/// How long the parts of a joined message are kept to recognise a late repetition.
const PARTS_KEPT_MS: i64 = 86_400_000;
/// How long a long message waits for its missing parts before it is shown as far as it came.
const PARTS_WAIT_MS: i64 = 3_600_000;
/// Stands where a part never came.
const GAP: &str = "…";

/// Where a part stands in its long message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concat {
    /// The sender's reference.
    pub reference: i64,
    /// How many parts there are.
    pub total: i64,
    /// Which one this is, from 1.
    pub seq: i64,
}

/// One delivery from a carrier.
#[derive(Debug, Clone)]
pub struct NewInbound {
    /// Through which connector.
    pub connector: i64,
    /// Who wrote.
    pub sender: String,
    /// To which of our addresses.
    pub recipient: String,
    /// What, decoded.
    pub text: String,
    /// When, ms since 1970.
    pub received_at: i64,
    /// What this delivery is recognised by when it may be a repetition: the provider's id, the modem's time and hash,
    /// or [`fingerprint`] for one of the deliveries whose answer a broken link may have swallowed. Empty: it is new.
    pub dedupe: Vec<u8>,
    /// Its place in a long message.
    pub concat: Option<Concat>,
    /// Optional parameters of SMPP that its connector keeps, a line each as `sms::tlv` reads them.
    pub tlvs: String,
}

/// A message that waits to be handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub id: i64,
    /// Through which connector it came.
    pub connector: i64,
    /// Who wrote.
    pub sender: String,
    /// To which of our addresses.
    pub recipient: String,
    /// What.
    pub text: String,
    /// When.
    pub received_at: i64,
}

/// What a delivery looks like where the carrier gives no id: equal for equal deliveries. A delivery without a
/// `dedupe` of its own is stored under this, so that a repetition after a reconnect can be recognised.
pub fn fingerprint(sender: &str, recipient: &str, text: &str, concat: Option<Concat>) -> Vec<u8> {
    let mut hash = Sha256::new();
    for word in [sender, recipient, text] {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word);
    }
    if let Some(c) = concat {
        for n in [c.reference, c.total, c.seq] {
            hash.update(n.to_be_bytes());
        }
    }
    hash.finalize()[..16].to_vec()
}

/// Stores deliveries and gives the ids of the messages that are whole now. Repetitions change nothing.
pub fn insert(tx: &mut Tx<'_>, deliveries: &[NewInbound]) -> Result<Vec<i64>> {
    let known = known(tx, deliveries)?;
    let mut seen = HashSet::new();
    let mut whole = Vec::new();
    for (i, d) in deliveries.iter().enumerate() {
        let again = known.contains(&i) || (!d.dedupe.is_empty() && !seen.insert((d.connector, &d.dedupe)));
        match d.concat {
            Some(c) if c.total > 1 && (1..=c.total).contains(&c.seq) => {
                if let Some(parts) = part(tx, d, c)? {
                    let text = parts.iter().map(|p| p.text.as_str()).collect();
                    let tlvs = all_tlvs(&parts);
                    whole.push(NewInbound { text, tlvs, dedupe: Vec::new(), concat: None, ..d.clone() });
                }
            }
            _ if again => {}
            _ => whole.push(d.clone()),
        }
    }
    put(tx, &whole)
}

/// Which of these, by place, were delivered before.
fn known(tx: &mut Tx<'_>, deliveries: &[NewInbound]) -> Result<HashSet<usize>> {
    let since = tx.now() - REMEMBERED_MS;
    let asked = deliveries.iter().enumerate().filter(|(_, d)| !d.dedupe.is_empty() && d.concat.is_none());
    let found = tx.many_rows(
        sql!(
            "SELECT r.place FROM ROWS(place BIGINT, connector BIGINT, dedupe BYTEA) AS r
             JOIN inbound AS i ON i.connector = r.connector AND i.dedupe = r.dedupe AND i.received_at > $1"
        ),
        &params![since],
        asked.map(|(i, d)| [Val::Int(i as i64), Val::Int(d.connector), Val::Bytes(&d.dedupe)]),
        |r| r.get::<i64>(0),
    )?;
    Ok(found.into_iter().filter_map(|n| usize::try_from(n).ok()).collect())
}

fn put(tx: &mut Tx<'_>, whole: &[NewInbound]) -> Result<Vec<i64>> {
    if whole.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, Vec<u8>, String)> = whole
        .iter()
        .map(|d| {
            let dedupe = match d.dedupe.is_empty() {
                true => fingerprint(&d.sender, &d.recipient, &d.text, None),
                false => d.dedupe.clone(),
            };
            // PostgreSQL keeps no NUL in a text, and no phone shows one.
            (tx.id(), dedupe, d.text.replace('\0', " "))
        })
        .collect();
    tx.many(
        sql!(
            "INSERT INTO inbound
             (id, workspace, thread, contact, connector, sender, recipient, text, state, effect, received_at, dedupe, tlvs)
             SELECT r.id, 0, 0, 0, r.connector, r.sender, r.recipient, r.text, 0, '', r.received_at, r.dedupe, r.tlvs
             FROM ROWS(id BIGINT, connector BIGINT, sender TEXT, recipient TEXT, text TEXT, received_at BIGINT,
                       dedupe BYTEA, tlvs TEXT) AS r"
        ),
        &[],
        whole.iter().zip(&rows).map(|(d, (id, dedupe, text))| {
            params![*id, d.connector, d.sender, d.recipient, *text, d.received_at, *dedupe, d.tlvs]
        }),
    )?;
    tx.ring(Bell::Inbound);
    Ok(rows.into_iter().map(|(id, ..)| id).collect())
}

/// One part that is kept.
struct Kept {
    seq: i64,
    text: String,
    tlvs: String,
}

/// What they brought beside their texts, a line each, each once, as many as one message may have.
fn all_tlvs(parts: &[Kept]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for line in parts.iter().flat_map(|p| p.tlvs.lines()) {
        if all.contains(&line) {
            continue;
        }
        all.push(line);
        if sms::tlv::read(&all.join("\n")).is_err() {
            all.pop();
        }
    }
    all.join("\n")
}

/// Keeps one part; gives all of them when it was the last one missing.
///
/// The parts stay for a day, so that a part that comes again finds its set complete and makes nothing. A part that
/// differs from the one in its place belongs to another message: references come round.
fn part(tx: &mut Tx<'_>, d: &NewInbound, c: Concat) -> Result<Option<Vec<Kept>>> {
    let text = d.text.replace('\0', " ");
    let kept = parts(tx, d, c)?;
    let complete = kept.len() as i64 == c.total;
    let in_place = kept.iter().find(|p| p.seq == c.seq).map(|p| p.text == text);
    match in_place {
        Some(true) if !complete || !d.dedupe.is_empty() => return Ok(None),
        Some(_) => forget(tx, d, c)?,
        None => {}
    }
    tx.exec(
        sql!(
            "INSERT INTO inbound_part (connector, sender, recipient, reference, total, seq, text, at, tlvs)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &params![
            d.connector,
            d.sender,
            d.recipient,
            c.reference,
            c.total,
            c.seq,
            text,
            d.received_at,
            d.tlvs
        ],
    )?;
    let now = parts(tx, d, c)?;
    Ok((now.len() as i64 == c.total).then_some(now))
}

fn parts(tx: &mut Tx<'_>, d: &NewInbound, c: Concat) -> Result<Vec<Kept>> {
    tx.rows(
        sql!(
            "SELECT seq, text, tlvs FROM inbound_part WHERE connector = $1 AND sender = $2 AND recipient = $3
             AND reference = $4 AND total = $5 ORDER BY seq"
        ),
        &params![d.connector, d.sender, d.recipient, c.reference, c.total],
        |r| Ok(Kept { seq: r.get(0)?, text: r.get(1)?, tlvs: r.get(2)? }),
    )
}

fn forget(tx: &mut Tx<'_>, d: &NewInbound, c: Concat) -> Result<()> {
    tx.exec(
        sql!(
            "DELETE FROM inbound_part WHERE connector = $1 AND sender = $2 AND recipient = $3
             AND reference = $4 AND total = $5"
        ),
        &params![d.connector, d.sender, d.recipient, c.reference, c.total],
    )
    .map(drop)
}

/// Shows long messages whose missing parts did not come in an hour as far as they came, and forgets the parts of
/// those that were joined a day ago. A hundred at a time; gives the ids of what is to be handled now.
pub fn give_up_waiting(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    let (now, mut whole) = (tx.now(), Vec::new());
    let sets = tx.rows(
        sql!(
            "SELECT connector, sender, recipient, reference, total, count(*), max(at) FROM inbound_part
             GROUP BY connector, sender, recipient, reference, total
             HAVING max(at) < $1 AND (count(*) < total OR max(at) < $2) LIMIT 100"
        ),
        &params![now - PARTS_WAIT_MS, now - PARTS_KEPT_MS],
        |r| {
            let d = NewInbound {
                connector: r.get(0)?,
                sender: r.get(1)?,
                recipient: r.get(2)?,
                text: String::new(),
                received_at: r.get(6)?,
                dedupe: Vec::new(),
                concat: None,
                tlvs: String::new(),
            };
            Ok((d, Concat { reference: r.get(3)?, total: r.get(4)?, seq: 0 }, r.get::<i64>(5)?))
        },
    )?;
    for (d, c, count) in sets {
        if count < c.total {
            let kept = parts(tx, &d, c)?;
            let piece = |seq| kept.iter().find(|p| p.seq == seq).map_or(GAP, |p| p.text.as_str());
            let tlvs = all_tlvs(&kept);
            whole.push(NewInbound { text: (1..=c.total).map(piece).collect(), tlvs, ..d.clone() });
        }
        forget(tx, &d, c)?;
    }
    put(tx, &whole)
}

/// The oldest messages that wait to be handled.
pub fn open_ids(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<i64>> {
    tx.rows(sql!("SELECT id FROM inbound WHERE state = 0 ORDER BY id LIMIT $1"), &params![limit], |r| {
        r.get(0)
    })
}

/// Takes those of these that still wait, oldest first, in the transaction that handles them: nobody else gets them.
pub fn take(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Open>> {
    let mut taken = tx.rows(
        sql!(
            "UPDATE inbound SET state = 1 WHERE id IN LIST($1) AND state = 0
             RETURNING id, connector, sender, recipient, text, received_at"
        ),
        &params![list_of(ids)],
        open_row,
    )?;
    taken.sort_by_key(|m| m.id);
    Ok(taken)
}

fn open_row(r: &Row<'_>) -> Result<Open> {
    Ok(Open {
        id: r.get(0)?,
        connector: r.get(1)?,
        sender: r.get(2)?,
        recipient: r.get(3)?,
        text: r.get(4)?,
        received_at: r.get(5)?,
    })
}

/// Where a message belongs and what it did.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The workspace, or 0 while nobody knows whose it is.
    pub workspace: i64,
    /// Its conversation, or 0.
    pub thread: i64,
    /// Its contact, or 0.
    pub contact: i64,
    /// What it did: empty, or a word and the rule that said so.
    pub effect: &'a str,
}

/// Writes down where a taken message belongs and what it did.
pub fn settle(tx: &mut Tx<'_>, id: i64, place: Place<'_>) -> Result<()> {
    let sql = sql!("UPDATE inbound SET workspace = $2, thread = $3, contact = $4, effect = $5 WHERE id = $1");
    tx.exec(sql, &params![id, place.workspace, place.thread, place.contact, *place.effect]).map(drop)
}

/// The fingerprints of a connector's last deliveries, newest first: what a link that starts anew may be given again.
pub fn last_of(tx: &mut Tx<'_>, connector: i64, limit: i64) -> Result<Vec<Vec<u8>>> {
    tx.rows(
        sql!("SELECT dedupe FROM inbound WHERE connector = $1 ORDER BY id DESC LIMIT $2"),
        &params![connector, limit],
        |r| r.get(0),
    )
}

/// One of our addresses: its workspace and its type.
pub fn number_of(tx: &mut Tx<'_>, address: &str) -> Result<Option<(i64, String)>> {
    tx.one(sql!("SELECT workspace, type FROM number WHERE number = $1"), &params![address], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })
}

/// The same message once more, for another workspace that it is meant for too; taken, as its twin is.
pub fn twin(tx: &mut Tx<'_>, message: &Open) -> Result<Open> {
    let id = tx.id();
    tx.exec(
        sql!(
            "INSERT INTO inbound
             (id, workspace, thread, contact, connector, sender, recipient, text, state, effect, received_at, dedupe)
             SELECT $1, 0, 0, 0, connector, sender, recipient, text, 1, '', received_at, dedupe FROM inbound WHERE id = $2"
        ),
        &params![id, message.id],
    )?;
    Ok(Open { id, ..message.clone() })
}

/// So many of the newest messages to a number are looked at for who sent them.
const WROTE_MAX: usize = 200;

/// The workspaces, the installation itself left out, that wrote to the number with this tag from one of our addresses, and when last; the last one first.
pub fn wrote_from(tx: &mut Tx<'_>, tag: i64, address: &str) -> Result<Vec<(i64, i64)>> {
    let newest = crate::message::newest_to(tx, tag, WROTE_MAX)?;
    tx.rows(
        sql!(
            "SELECT workspace, max(submitted_at) FROM message
             WHERE id IN LIST($1) AND sender = $2 AND workspace > 1 AND submitted_at > 0
             GROUP BY workspace ORDER BY max(submitted_at) DESC, workspace"
        ),
        &params![list_of(&newest), address],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// The workspace of one of our addresses.
pub fn owner_of(tx: &mut Tx<'_>, address: &str) -> Result<Option<i64>> {
    tx.one(sql!("SELECT workspace FROM number WHERE number = $1"), &params![address], |r| r.get(0))
}

/// The one workspace whose numbers all come in by this connector; `None` when there are none or several.
pub fn only_tenant_of(tx: &mut Tx<'_>, connector: i64) -> Result<Option<i64>> {
    let sql = sql!("SELECT DISTINCT workspace FROM number WHERE connector = $1 AND workspace <> 0 LIMIT 2");
    let two = tx.rows(sql, &params![connector], |r| r.get::<i64>(0))?;
    Ok(if let [one] = two[..] { Some(one) } else { None })
}
