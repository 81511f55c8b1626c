//! Looking numbers up: the question of a workspace or of all, what was answered, and the messages that wait for it.
//!
//! A message that waits stands on the agenda as kind 2 until the answer is there or its time is over; then it is of kind 0
//! like any other and is admitted. Nothing here asks anybody.

use crate::connector::{Secrets, Settings, open_sealed, seal_for};
use crate::machine::job::{self, JobKind};
use crate::sql::Engine;
use crate::{Bell, Error, Result, Row, Tx, Val, params, sql, texts_of};
use std::collections::{HashMap, HashSet};

/// The question of those who have none of their own.
pub const ALL: i64 = 0;
/// The kind of rows of the agenda that wait for an answer.
const WAITING: i64 = 2;
/// Who was asked and says nothing for so long is asked again: the process that asked has ended.
const LOST_MS: i64 = 120_000;
/// The place on the agenda before every instant.
pub(super) const FIRST: i64 = 1;

/// How numbers are looked up.
#[derive(Clone, PartialEq, Eq)]
pub struct Hook {
    /// Whose it is; [`ALL`] is everybody's.
    pub workspace: i64,
    /// What is not secret; with [`open`], all of it.
    pub settings: Settings,
    /// Another with each change.
    pub stamp: i64,
}

/// Without the settings: an opened one has secrets in it.
impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hook")
            .field("workspace", &self.workspace)
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

/// What is known of a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Answer {
    /// MCC and MNC; empty where nobody said.
    pub network: String,
    /// Two letters, or empty.
    pub country: String,
    /// What sort of number it is, in the provider's word.
    pub sort: String,
    /// Whether it was carried to another network, where that was said.
    pub ported: Option<bool>,
    /// Why there is no answer; empty where there is one.
    pub error: String,
    /// When, ms since 1970.
    pub at: i64,
    /// Until when it counts.
    pub until: i64,
}

/// Writes down how numbers are looked up.
pub fn set(tx: &mut Tx<'_>, workspace: i64, settings: &Settings, secrets: &Secrets) -> Result<()> {
    let plain = serde_json::to_string(settings).map_err(|e| Error::Shape(format!("settings: {e}")))?;
    let (sealed, stamp, now) =
        (seal_for(tx.keys(), workspace, secrets)?, super::route::fresh_stamp(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO lookup_hook (workspace, settings, secrets, stamp, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace) DO UPDATE SET settings = excluded.settings, secrets = excluded.secrets,
               stamp = excluded.stamp, at = excluded.at"
        ),
        &params![workspace, plain, sealed, stamp, now],
    )?;
    tx.ring(Bell::Lookups);
    Ok(())
}

/// Asks no more. What was answered to it is forgotten with it.
pub fn unset(tx: &mut Tx<'_>, workspace: i64) -> Result<bool> {
    tx.exec(sql!("DELETE FROM lookup WHERE hook = $1"), &params![workspace])?;
    Ok(tx.exec(sql!("DELETE FROM lookup_hook WHERE workspace = $1"), &params![workspace])? > 0)
}

fn settings(r: &Row<'_>) -> Result<Hook> {
    let text: String = r.get(1)?;
    let settings = serde_json::from_str(&text).map_err(|e| Error::Shape(format!("settings: {e}")))?;
    Ok(Hook { workspace: r.get(0)?, settings, stamp: r.get(2)? })
}

/// The question of a workspace alone, without its secrets.
pub fn own(tx: &mut Tx<'_>, workspace: i64) -> Result<Option<Hook>> {
    let sql = sql!("SELECT workspace, settings, stamp FROM lookup_hook WHERE workspace = $1");
    tx.one(sql, &params![workspace], settings)
}

/// The question that holds for a workspace: its own, else everybody's.
pub fn of(tx: &mut Tx<'_>, workspace: i64) -> Result<Option<Hook>> {
    let sql = sql!(
        "SELECT workspace, settings, stamp FROM lookup_hook WHERE workspace IN ($1, 0) ORDER BY workspace DESC LIMIT 1"
    );
    tx.one(sql, &params![workspace], settings)
}

/// The secrets of a question.
pub fn secrets(tx: &mut Tx<'_>, workspace: i64) -> Result<Secrets> {
    let sql = sql!("SELECT secrets FROM lookup_hook WHERE workspace = $1");
    let sealed = tx.one(sql, &params![workspace], |r| r.get::<Vec<u8>>(0))?;
    sealed.map_or_else(|| Ok(Secrets::new()), |sealed| open_sealed(tx.keys(), workspace, &sealed))
}

/// All questions with their secrets; for whoever asks.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<Hook>> {
    let mut all = tx.rows(
        sql!("SELECT workspace, settings, stamp FROM lookup_hook ORDER BY workspace"),
        &[],
        settings,
    )?;
    for hook in &mut all {
        hook.settings.extend(secrets(tx, hook.workspace)?);
    }
    Ok(all)
}

fn answer(r: &Row<'_>) -> Result<(String, Answer)> {
    let ported = r.get::<i64>(4)?;
    let read = Answer {
        network: r.get(1)?,
        country: r.get(2)?,
        sort: r.get(3)?,
        ported: (ported >= 0).then_some(ported == 1),
        error: r.get(5)?,
        at: r.get(6)?,
        until: r.get(7)?,
    };
    Ok((r.get(0)?, read))
}

/// What was answered about these numbers, or that nobody answered; also what no longer counts.
pub fn known(tx: &mut Tx<'_>, hook: i64, numbers: &[&str]) -> Result<HashMap<String, Answer>> {
    let found = tx.rows(
        sql!(
            "SELECT number, network, country, sort, ported, error, at, until FROM lookup
             WHERE hook = $1 AND number IN LIST($2 TEXT) AND state > 1"
        ),
        &params![hook, texts_of(numbers)],
        answer,
    )?;
    Ok(found.into_iter().collect())
}

/// Has numbers asked about that are not being asked about already; what is urgent, before all that is not.
pub fn want(tx: &mut Tx<'_>, hook: i64, numbers: &[&str], urgent: bool) -> Result<()> {
    let now = tx.now();
    tx.many(
        sql!(
            "INSERT INTO lookup (hook, number, state, network, country, sort, ported, error, at, until, urgent)
             SELECT $1, r.number, 0, '', '', '', -1, '', $2, $2, $3 FROM ROWS(number TEXT) AS r WHERE true
             ON CONFLICT (hook, number) DO UPDATE SET state = CASE WHEN lookup.state > 1 THEN 0 ELSE lookup.state END,
               at = CASE WHEN lookup.state > 1 THEN excluded.at ELSE lookup.at END,
               urgent = CASE WHEN excluded.urgent = 1 THEN 1 ELSE lookup.urgent END"
        ),
        &params![hook, now, urgent],
        numbers.iter().map(|number| params![*number]),
    )?;
    tx.ring(Bell::Lookups);
    Ok(())
}

/// A message that waits for an answer.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The message.
    pub message: i64,
    /// Its workspace.
    pub workspace: i64,
    /// Whose question.
    pub hook: i64,
    /// About whom.
    pub number: String,
    /// When nobody waits any longer; the message is due then.
    pub due: i64,
    /// A person waits for it: it goes before everything that is not so.
    pub urgent: bool,
}

/// Lets messages wait, and has their numbers asked about. Patience runs by the clock that is believed: a jump of the other
/// neither ends nor prolongs it.
pub fn wait(tx: &mut Tx<'_>, waiting: &[Waiting]) -> Result<()> {
    let jump = tx.now() - tx.steady_now();
    tx.many(
        sql!(
            "INSERT INTO agenda (due, id, workspace, kind) SELECT r.due, r.id, r.workspace, $1
             FROM ROWS(due BIGINT, id BIGINT, workspace BIGINT) AS r WHERE true ON CONFLICT (due, id) DO NOTHING"
        ),
        &params![WAITING],
        waiting.iter().map(|w| params![w.due, w.message, w.workspace]),
    )?;
    tx.many(
        sql!(
            "INSERT INTO lookup_wait (message, hook, number, due, urgent, patience)
             SELECT r.message, r.hook, r.number, r.due, r.urgent, r.due - $1
             FROM ROWS(message BIGINT, hook BIGINT, number TEXT, due BIGINT, urgent BIGINT) AS r WHERE true
             ON CONFLICT (message) DO UPDATE SET hook = excluded.hook, number = excluded.number, due = excluded.due,
               urgent = excluded.urgent, patience = excluded.patience"
        ),
        &params![jump],
        waiting.iter().map(|w| params![w.message, w.hook, w.number, w.due, w.urgent]),
    )?;
    let mut hooks: Vec<i64> = waiting.iter().map(|w| w.hook).collect();
    hooks.sort_unstable();
    hooks.dedup();
    for hook in hooks {
        for urgent in [true, false] {
            let of = waiting.iter().filter(|w| w.hook == hook && w.urgent == urgent);
            let numbers: Vec<&str> = of.map(|w| w.number.as_str()).collect();
            if !numbers.is_empty() {
                want(tx, hook, &numbers, urgent)?;
            }
        }
    }
    Ok(())
}

/// Takes up to `limit` numbers of a question that are to be asked about: those that are urgent, then up to `ordinary` in all,
/// of each those first that wait longest.
pub fn take(tx: &mut Tx<'_>, hook: i64, limit: i64, ordinary: i64) -> Result<Vec<String>> {
    let now = tx.now();
    // Whoever asked about these has ended.
    let sql = sql!("UPDATE lookup SET state = 0 WHERE state = 1 AND at < $1 AND hook = $2");
    tx.exec(sql, &params![now - LOST_MS, hook])?;
    let mut taken = tx.rows(
        sql!(
            "UPDATE lookup SET state = 1, at = $3 WHERE hook = $1 AND state = 0 AND number IN
               (SELECT number FROM lookup WHERE hook = $1 AND state = 0 AND urgent = 1 ORDER BY at LIMIT $2)
             RETURNING number"
        ),
        &params![hook, limit, now],
        |r| r.get(0),
    )?;
    let left = ordinary.min(limit) - i64::try_from(taken.len()).unwrap_or(i64::MAX);
    if left > 0 {
        taken.extend(tx.rows(
            sql!(
                "UPDATE lookup SET state = 1, at = $3 WHERE hook = $1 AND state = 0 AND number IN
                   (SELECT number FROM lookup WHERE state = 0 AND hook = $1 ORDER BY at LIMIT $2)
                 RETURNING number"
            ),
            &params![hook, left, now],
            |r| r.get::<String>(0),
        )?);
    }
    Ok(taken)
}

/// Whether anything is to be asked about, or waits for its time to be over.
pub fn has_work(tx: &mut Tx<'_>) -> Result<bool> {
    let now = tx.steady_now();
    let found = tx.one(
        sql!(
            "SELECT (SELECT count(*) FROM (SELECT 1 AS one FROM lookup WHERE state < 2 LIMIT 1) AS a)
                  + (SELECT count(*) FROM (SELECT 1 AS one FROM lookup_wait WHERE patience <= $1 LIMIT 1) AS b)"
        ),
        &params![now],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.unwrap_or_default() > 0)
}

/// Writes down what was answered, and wakes who waited for it.
pub fn told(tx: &mut Tx<'_>, hook: i64, answers: &[(String, Answer)]) -> Result<()> {
    tx.many(
        sql!(
            "UPDATE lookup SET state = r.state, network = r.network, country = r.country, sort = r.sort, ported = r.ported,
               error = r.error, at = r.at, until = r.until, urgent = 0
             FROM ROWS(hook BIGINT, number TEXT, state BIGINT, network TEXT, country TEXT, sort TEXT, ported BIGINT,
                       error TEXT, at BIGINT, until BIGINT) AS r
             WHERE lookup.hook = r.hook AND lookup.number = r.number"
        ),
        &[],
        answers.iter().map(|(number, a)| {
            [
                Val::Int(hook),
                Val::Text(number),
                Val::Int(if a.error.is_empty() { 2 } else { 3 }),
                Val::Text(&a.network),
                Val::Text(&a.country),
                Val::Text(&a.sort),
                Val::Int(a.ported.map_or(-1, i64::from)),
                Val::Text(&a.error),
                Val::Int(a.at),
                Val::Int(a.until),
            ]
        }),
    )?;
    let woken = tx.many_rows(
        sql!(
            "DELETE FROM lookup_wait USING ROWS(hook BIGINT, number TEXT) AS r
             WHERE lookup_wait.hook = r.hook AND lookup_wait.number = r.number
             RETURNING lookup_wait.message, lookup_wait.due, lookup_wait.urgent"
        ),
        &[],
        answers.iter().map(|(number, _)| params![hook, *number]),
        |r| Ok(Woken { message: r.get(0)?, due: r.get(1)?, urgent: r.get(2)? }),
    )?;
    wake(tx, &woken)
}

/// How long nobody asks again after nobody answered, ms.
pub const FAILED_MS: i64 = 60_000;

/// Wakes messages for whose numbers nobody answered in time. Gives how many. An answer that comes later is kept all the same.
pub fn overdue(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let now = tx.steady_now();
    let over = tx.rows(
        sql!(
            "DELETE FROM lookup_wait WHERE message IN
               (SELECT message FROM lookup_wait WHERE patience <= $1 ORDER BY patience LIMIT $2)
             RETURNING message, due, urgent, hook, number"
        ),
        &params![now, limit],
        |r| {
            let woken = Woken { message: r.get(0)?, due: r.get(1)?, urgent: r.get(2)? };
            Ok((woken, r.get::<i64>(3)?, r.get::<String>(4)?))
        },
    )?;
    let (at, until) = (tx.now(), tx.now() + FAILED_MS);
    tx.many(
        sql!(
            "UPDATE lookup SET state = 3, error = 'nobody answered in time', at = $1, until = $2, urgent = 0
             FROM ROWS(hook BIGINT, number TEXT) AS r
             WHERE lookup.hook = r.hook AND lookup.number = r.number AND +lookup.state < 2"
        ),
        &params![at, until],
        over.iter().map(|(_, hook, number)| params![*hook, *number]),
    )?;
    let woken: Vec<Woken> = over.into_iter().map(|(woken, ..)| woken).collect();
    wake(tx, &woken)?;
    Ok(woken.len())
}

/// The clock went back by `-ms`: whoever waits does not wait for so much longer.
pub(crate) fn moved(tx: &mut Tx<'_>, ms: i64) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        return Ok(()); // the clock is the server's
    }
    tx.exec(sql!("UPDATE lookup_wait SET patience = patience + $1"), &params![ms]).map(drop)
}

/// A message that waits no longer.
struct Woken {
    message: i64,
    due: i64,
    urgent: bool,
}

/// Messages that wait no longer are due now, by the clock that is believed; what is urgent goes before all that the agenda has.
/// Those that were called back meanwhile stand on no agenda and stay away.
fn wake(tx: &mut Tx<'_>, woken: &[Woken]) -> Result<()> {
    if woken.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let due = now.min(tx.steady_now());
    let there = tx.many_rows(
        sql!(
            "DELETE FROM agenda USING ROWS(due BIGINT, id BIGINT) AS r
             WHERE agenda.due = r.due AND agenda.id = r.id AND agenda.kind = $1
             RETURNING agenda.id, agenda.workspace"
        ),
        &params![WAITING],
        woken.iter().map(|w| params![w.due, w.message]),
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
    )?;
    let first: HashSet<i64> = woken.iter().filter(|w| w.urgent).map(|w| w.message).collect();
    tx.many(
        sql!(
            "INSERT INTO agenda (due, id, workspace, kind) SELECT r.due, r.id, r.workspace, 0
             FROM ROWS(id BIGINT, workspace BIGINT, due BIGINT) AS r WHERE true ON CONFLICT (due, id) DO NOTHING"
        ),
        &[],
        there.iter().map(|(id, workspace)| {
            let at = if first.contains(id) { FIRST } else { due };
            [Val::Int(*id), Val::Int(*workspace), Val::Int(at)]
        }),
    )?;
    tx.many(
        sql!(
            "UPDATE message SET due = $1 FROM ROWS(id BIGINT, workspace BIGINT) AS r
             WHERE message.id = r.id AND message.workspace = r.workspace AND message.status = 1"
        ),
        &params![due],
        there.iter().map(|(id, workspace)| params![*id, *workspace]),
    )?;
    job::put(tx, JobKind::AgendaDue, 0, 0, now)
}

/// Forgets answers that count no longer since then.
pub(super) fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM lookup WHERE (hook, number) IN
               (SELECT hook, number FROM lookup WHERE until < $1 AND state > 1 LIMIT $2)"
        ),
        &params![before, limit],
    )
}
