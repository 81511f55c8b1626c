//! The whole store under a new key for numbers ([`crate::retag`] says what moves with a number).
//!
//! [`run`] goes through everything once, before anybody works on the store; a kill costs the slice at hand. It never runs
//! beside a server, and never moves anything back to a former key.

use crate::generation::{self, Entry, Kind};
use crate::retag::{Move, moves, shift};
use crate::{Db, Result, Tx, Val, list_of, params, setting, sql};
use std::collections::{HashMap, HashSet};

/// Rows looked at in one transaction.
const SLICE: i64 = 2_000;

/// One of the things that are gone through: it takes a slice behind a place and gives the next place.
type Stage = fn(&mut Tx<'_>, &str) -> Result<Option<String>>;

/// What is gone through, in this order: rows that hold a number first, then those that follow a message.
const STAGES: &[Stage] = &[contacts, threads, links, signups, doubles, messages, pages, queues];

/// Brings the store under the ring's newest key, if it is not.
pub(crate) fn run(db: &Db) -> Result<()> {
    if !db.keys().is_renewed() {
        return Ok(());
    }
    let check = db.keys().check_value();
    let stands = db.read_blocking(|tx| setting::get(tx, setting::TAGGED))?;
    if stands.as_ref() == Some(&check) {
        return Ok(());
    }
    tracing::info!("numbers are tagged under the newest key; nothing is sent meanwhile");
    while !db.background_blocking("tag anew", step)? {}
    tracing::info!("all numbers that are known stand under the newest key");
    Ok(())
}

/// The same once more: a restore brought rows under former keys.
pub(crate) fn run_again(db: &Db) -> Result<()> {
    if db.keys().is_renewed() {
        db.write_blocking("tag again", |tx| setting::remove(tx, setting::TAGGED))?;
    }
    run(db)
}

/// How many refusals stand under a former key, for numbers that nobody knows.
pub fn left(tx: &mut Tx<'_>) -> Result<i64> {
    let place = tx.keys().place();
    let sql = sql!("SELECT count(*) FROM suppression WHERE ring < $1");
    Ok(tx.one(sql, &params![place], |r| r.get(0))?.unwrap_or(0))
}

/// One slice; `true` once there is nothing more to do.
fn step(tx: &mut Tx<'_>) -> Result<bool> {
    let check = tx.keys().check_value();
    if setting::get(tx, setting::TAGGED)?.as_ref() == Some(&check) {
        return Ok(true); // another node that started with this one has come to the end
    }
    let place = setting::get(tx, setting::TAGGING)?.unwrap_or_default();
    // A place that was reached under another ring is none under this one.
    let place = place.strip_prefix(&format!("{check} ")).unwrap_or("0 ");
    let (stage, cursor) = place.split_once(' ').unwrap_or(("0", ""));
    let stage: usize = stage.parse().unwrap_or(0);
    let Some(slice) = STAGES.get(stage) else {
        let (now, left) = (tx.now().to_string(), left(tx)?.to_string());
        setting::remove(tx, setting::TAGGING)?;
        setting::set(tx, setting::KEYS_RENEWED, &now)?;
        setting::set(tx, setting::KEYS_LEFT, &left)?;
        setting::set(tx, setting::TAGGED, &check)?;
        return Ok(true);
    };
    let next = match slice(tx, cursor)? {
        Some(cursor) => format!("{check} {stage} {cursor}"),
        None => format!("{check} {} ", stage + 1),
    };
    setting::set(tx, setting::TAGGING, &next)?;
    Ok(false)
}

/// A row that holds a number and its tag.
struct Held {
    id: i64,
    workspace: i64,
    number: String,
    tag: i64,
}

fn held(r: &crate::Row<'_>) -> Result<Held> {
    Ok(Held { id: r.get(0)?, workspace: r.get(1)?, number: r.get(2)?, tag: r.get(3)? })
}

/// Rows whose tag is a former one of their number, with the tag that counts; everything else of these numbers is moved.
fn anew(tx: &mut Tx<'_>, rows: &[Held]) -> Result<Vec<[i64; 2]>> {
    let keys = tx.keys().clone();
    let (mut out, mut all, mut seen) = (Vec::new(), Vec::<Move>::new(), HashSet::new());
    for row in rows.iter().filter(|row| !row.number.is_empty()) {
        let of = moves(&keys, row.workspace, &row.number);
        if let Some(one) = of.iter().find(|m| m.from == row.tag) {
            out.push([row.id, one.to]);
        }
        if seen.insert((row.workspace, row.number.as_str())) {
            all.extend(of);
        }
    }
    shift(tx, &all)?;
    Ok(out)
}

fn number_of(cursor: &str) -> i64 {
    cursor.parse().unwrap_or(i64::MIN)
}

fn next(rows: &[Held]) -> Option<String> {
    rows.last().map(|row| row.id.to_string())
}

fn contacts(tx: &mut Tx<'_>, cursor: &str) -> Result<Option<String>> {
    let sql = sql!("SELECT id, workspace, number, tag FROM contact WHERE id > $1 ORDER BY id LIMIT $2");
    let rows = tx.rows(sql, &params![Val::Int(number_of(cursor)), SLICE], held)?;
    let new = anew(tx, &rows)?;
    tx.many(
        sql!("UPDATE contact SET tag = r.tag FROM ROWS(id BIGINT, tag BIGINT) AS r WHERE contact.id = r.id"),
        &[],
        new.iter().map(|row| row.map(Val::Int)),
    )?;
    Ok(next(&rows))
}

fn threads(tx: &mut Tx<'_>, cursor: &str) -> Result<Option<String>> {
    let sql = sql!("SELECT id, workspace, address, tag FROM thread WHERE id > $1 ORDER BY id LIMIT $2");
    let rows = tx.rows(sql, &params![Val::Int(number_of(cursor)), SLICE], held)?;
    let new = anew(tx, &rows)?;
    tx.many(
        sql!("UPDATE thread SET tag = r.tag FROM ROWS(id BIGINT, tag BIGINT) AS r WHERE thread.id = r.id"),
        &[],
        new.iter().map(|row| row.map(Val::Int)),
    )?;
    Ok(next(&rows))
}

/// Links bear no tag; their numbers are known by them long after the contact is gone.
fn links(tx: &mut Tx<'_>, cursor: &str) -> Result<Option<String>> {
    let rows = tx.rows(
        sql!("SELECT token, workspace, number FROM unsubscribe WHERE token > $1 ORDER BY token LIMIT $2"),
        &params![*cursor, SLICE],
        |r| Ok((r.get::<String>(0)?, Held { id: 0, workspace: r.get(1)?, number: r.get(2)?, tag: 0 })),
    )?;
    let last = rows.last().map(|(token, _)| token.clone());
    let rows: Vec<Held> = rows.into_iter().map(|(_, row)| row).collect();
    anew(tx, &rows)?;
    Ok(last)
}

fn signups(tx: &mut Tx<'_>, cursor: &str) -> Result<Option<String>> {
    let sql = sql!("SELECT id, workspace, number, tag FROM signup WHERE id > $1 ORDER BY id LIMIT $2");
    let rows = tx.rows(sql, &params![Val::Int(number_of(cursor)), SLICE], held)?;
    let new = anew(tx, &rows)?;
    tx.many(
        sql!("UPDATE signup SET tag = r.tag FROM ROWS(id BIGINT, tag BIGINT) AS r WHERE signup.id = r.id"),
        &[],
        new.iter().map(|row| row.map(Val::Int)),
    )?;
    Ok(next(&rows))
}

fn doubles(tx: &mut Tx<'_>, cursor: &str) -> Result<Option<String>> {
    let sql =
        sql!("SELECT id, workspace, gone_number, gone_tag FROM merged WHERE id > $1 ORDER BY id LIMIT $2");
    let rows = tx.rows(sql, &params![Val::Int(number_of(cursor)), SLICE], held)?;
    let new = anew(tx, &rows)?;
    tx.many(
        sql!(
            "UPDATE merged SET gone_tag = r.tag FROM ROWS(id BIGINT, tag BIGINT) AS r WHERE merged.id = r.id"
        ),
        &[],
        new.iter().map(|row| row.map(Val::Int)),
    )?;
    Ok(next(&rows))
}

fn messages(tx: &mut Tx<'_>, cursor: &str) -> Result<Option<String>> {
    let sql = sql!("SELECT id, workspace, recipient, tag FROM message WHERE id > $1 ORDER BY id LIMIT $2");
    let rows = tx.rows(sql, &params![Val::Int(number_of(cursor)), SLICE], held)?;
    let new = anew(tx, &rows)?;
    tx.many(
        sql!("UPDATE message SET tag = r.tag FROM ROWS(id BIGINT, tag BIGINT) AS r WHERE message.id = r.id"),
        &[],
        new.iter().map(|row| row.map(Val::Int)),
    )?;
    generation::put(tx, Kind::Number, new.iter().map(|[id, tag]| Entry { h: *tag, a: *id, b: 0 }))?;
    Ok(next(&rows))
}

/// Octets of one recipient on a page: contact, tag.
const PERSON: usize = 16;

fn contact_of(row: &[u8; PERSON]) -> i64 {
    row[..8].iter().fold(0, |n, octet| (n << 8) | i64::from(*octet))
}

/// Recipients that are frozen and not yet messages.
fn pages(tx: &mut Tx<'_>, cursor: &str) -> Result<Option<String>> {
    let (campaign, at) = cursor.split_once('/').unwrap_or(("", ""));
    let found = tx.one(
        sql!(
            "SELECT campaign, page, people FROM campaign_page WHERE done < size AND (campaign, page) > ($1, $2)
             ORDER BY campaign, page LIMIT 1"
        ),
        &params![Val::Int(number_of(campaign)), Val::Int(number_of(at))],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<Vec<u8>>(2)?)),
    )?;
    let Some((campaign, at, people)) = found else { return Ok(None) };
    let mut people = people;
    let (rows, _) = people.as_chunks_mut::<PERSON>();
    let ids: Vec<i64> = rows.iter().map(contact_of).collect();
    let tags: HashMap<i64, i64> = tx
        .rows(sql!("SELECT id, tag FROM contact WHERE id IN LIST($1)"), &params![list_of(&ids)], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?
        .into_iter()
        .collect();
    for row in rows {
        if let Some(tag) = tags.get(&contact_of(row)) {
            row[8..].copy_from_slice(&tag.to_be_bytes());
        }
    }
    tx.exec(
        sql!("UPDATE campaign_page SET people = $3 WHERE campaign = $1 AND page = $2"),
        &params![campaign, at, people],
    )?;
    Ok(Some(format!("{campaign}/{at}")))
}

/// What waits and what is on the wire bears the tag of its message. Codes on their way to a phone are asked for anew.
fn queues(tx: &mut Tx<'_>, cursor: &str) -> Result<Option<String>> {
    let mut at = cursor.split('/').map(number_of);
    let mut part = || at.next().unwrap_or(i64::MIN);
    let (lane, stream, due, id) = (part(), part(), part(), part());
    let rows = tx.rows(
        sql!(
            "SELECT o.lane, o.stream, o.due, o.id, m.tag FROM outbox AS o JOIN message AS m ON m.id = o.id
             WHERE (o.lane, o.stream, o.due, o.id) > ($1, $2, $3, $4) ORDER BY o.lane, o.stream, o.due, o.id LIMIT $5"
        ),
        &params![lane, stream, due, id, SLICE],
        |r| Ok([r.get::<i64>(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?]),
    )?;
    if let Some([lane, stream, due, id, _]) = rows.last() {
        tx.many(
            sql!(
                "UPDATE outbox SET tag = r.tag
                 FROM ROWS(lane BIGINT, stream BIGINT, due BIGINT, id BIGINT, tag BIGINT) AS r
                 WHERE outbox.lane = r.lane AND outbox.stream = r.stream AND outbox.due = r.due AND outbox.id = r.id
                   AND outbox.tag <> r.tag"
            ),
            &[],
            rows.iter().map(|row| row.map(Val::Int)),
        )?;
        return Ok(Some(format!("{lane}/{stream}/{due}/{id}")));
    }
    // At most twice the windows of all links.
    tx.exec(
        sql!(
            "UPDATE flight SET tag = m.tag FROM message AS m WHERE m.id = flight.message AND m.tag <> flight.tag"
        ),
        &[],
    )?;
    tx.exec(sql!("DELETE FROM who_code"), &[])?;
    Ok(None)
}
