//! Numbers we must not write to. Tied to no contact: a row outlives the contact, an erasure and a new import.
//!
//! The number itself is never kept: its tag finds the row, the full HMAC beside it proves the match.

use crate::ledger::refusals::What;
pub use crate::ledger::refusals::{TOPICS, WAITING};
use crate::retag::heal;
use crate::{Result, Row, Tx, params, sql};

/// Scope: marketing of one workspace.
pub const MARKETING: i64 = 1;
/// Scope: everything but what the person asks for this minute.
pub const ALL: i64 = 2;

/// Scope: advertising from one shared code, whoever writes from it; `workspace` is then the row of the code.
pub const POOL: i64 = 3;
/// Scope: everything from one shared code.
pub const POOL_ALL: i64 = 4;

/// What a refusal stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Advertising.
    Marketing,
    /// Everything but the answer to a refusal.
    All,
}

impl Scope {
    /// Both.
    pub const ALL: &'static [Scope] = &[Scope::Marketing, Scope::All];

    /// The stored number; never reused.
    pub const fn number(self) -> i64 {
        match self {
            Scope::Marketing => MARKETING,
            Scope::All => ALL,
        }
    }

    /// The word on pages and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::Marketing => "marketing",
            Scope::All => "all",
        }
    }

    /// The scope of a stored number.
    pub fn from_number(n: i64) -> Option<Scope> {
        Scope::ALL.iter().copied().find(|s| s.number() == n)
    }
}

/// One number that must not be written to.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// For whom; 0 is the whole platform.
    pub workspace: i64,
    /// The number, E.164.
    pub number: &'a str,
    /// What is stopped.
    pub scope: Scope,
    /// Why: `self_reply`, `link`, `staff`, `carrier`, …
    pub reason: &'a str,
    /// What shows it: the id of the message in, the token, a note.
    pub evidence: &'a str,
}

/// One row, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The tag of the number.
    pub tag: i64,
    /// What is stopped, as stored.
    pub scope: i64,
    /// Why.
    pub reason: String,
    /// What shows it.
    pub evidence: String,
    /// Since when.
    pub at: i64,
}

/// One answer of [`of_tags`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hit {
    /// The tag asked for.
    pub tag: i64,
    /// 0 when the whole platform must not write there.
    pub workspace: i64,
    /// What is stopped, as stored.
    pub scope: i64,
}

impl Hit {
    /// Whether it stands against all advertising or more, and not against one topic.
    pub const fn of_everything(&self) -> bool {
        self.scope > 0 && self.scope < TOPICS
    }
}

/// Whether a row of this reason is no word of the person's: it waits for somebody to look, or one of ours wrote it for many.
pub fn is_ours(reason: &str) -> bool {
    WAITING.contains(&reason) || reason == "bulk"
}

/// The tag in a digest.
pub const fn tag_of(digest: &[u8; 32]) -> i64 {
    crate::keys::tag_of(digest)
}

/// Stops a number; `false` when it was stopped already, whose first reason then stays.
pub fn add(tx: &mut Tx<'_>, new: &New<'_>) -> Result<bool> {
    heal(tx, new.workspace, [new.number])?;
    let (hmac, place) = (tx.keys().hmac_number(new.number), tx.keys().place());
    add_under(tx, new, hmac, place)
}

/// Stops the number of a keyed digest, whose number itself is known to nobody any more. Which key it was made with is not
/// known either: it counts as made with the first.
pub fn add_digest(tx: &mut Tx<'_>, new: &New<'_>, hmac: [u8; 32]) -> Result<bool> {
    add_under(tx, new, hmac, 0)
}

fn add_under(tx: &mut Tx<'_>, new: &New<'_>, hmac: [u8; 32], place: i64) -> Result<bool> {
    let (tag, now) = (crate::keys::tag_of(&hmac), tx.now());
    let changed = tx.exec(
        sql!(
            "INSERT INTO suppression (tag, workspace, scope, hmac, reason, evidence, at, ring)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tag, workspace, scope) DO NOTHING"
        ),
        &params![tag, new.workspace, new.scope.number(), hmac, new.reason, new.evidence, now, place],
    )?;
    if changed > 0 {
        tx.refusal_logged(What::Refused, new.workspace, new.scope.number(), new.reason, hmac, now);
    }
    Ok(changed > 0)
}

/// What one of ours stopped for many people is now said by the person: the row is theirs, and no undoing lifts it.
/// `false` where no such row stands.
pub fn said_again(tx: &mut Tx<'_>, new: &New<'_>) -> Result<bool> {
    heal(tx, new.workspace, [new.number])?;
    let (hmac, tag, now) = (tx.keys().hmac_number(new.number), tx.tag(new.number), tx.now());
    let changed = tx.exec(
        sql!(
            "UPDATE suppression SET reason = $4, evidence = $5, at = $6
             WHERE tag = $1 AND workspace = $2 AND scope = $3 AND reason = 'bulk'"
        ),
        &params![tag, new.workspace, new.scope.number(), new.reason, new.evidence, now],
    )?;
    if changed > 0 {
        tx.refusal_logged(What::Refused, new.workspace, new.scope.number(), new.reason, hmac, now);
    }
    Ok(changed > 0)
}

/// What the person said before they say again: the row that stands is as new as this. `false` where none stands, or one that
/// is newer than the clock.
pub fn said_anew(tx: &mut Tx<'_>, new: &New<'_>) -> Result<bool> {
    heal(tx, new.workspace, [new.number])?;
    let (hmac, tag, now) = (tx.keys().hmac_number(new.number), tx.tag(new.number), tx.now());
    let changed = tx.exec(
        sql!(
            "UPDATE suppression SET reason = $4, evidence = $5, at = $6
             WHERE tag = $1 AND workspace = $2 AND scope = $3 AND at <= $6"
        ),
        &params![tag, new.workspace, new.scope.number(), new.reason, new.evidence, now],
    )?;
    if changed > 0 {
        tx.refusal_logged(What::Refused, new.workspace, new.scope.number(), new.reason, hmac, now);
    }
    Ok(changed > 0)
}

/// Brings what stands for these numbers under former keys to the one that counts, before many of them are looked at by tag.
pub fn settle_keys<'n>(
    tx: &mut Tx<'_>,
    workspace: i64,
    numbers: impl IntoIterator<Item = &'n str>,
) -> Result<()> {
    heal(tx, workspace, numbers)
}

/// What is stopped for these tags, by this workspace or by the platform.
pub fn of_tags(tx: &mut Tx<'_>, workspace: i64, tags: &[i64]) -> Result<Vec<Hit>> {
    tx.rows(
        sql!(
            "SELECT tag, workspace, scope FROM suppression
             WHERE tag IN LIST($2) AND (workspace = $1 OR workspace = 0)"
        ),
        &params![workspace, crate::list_of(tags)],
        |r| Ok(Hit { tag: r.get(0)?, workspace: r.get(1)?, scope: r.get(2)? }),
    )
}

/// What is stopped for one number, by this workspace or by the platform.
pub fn of_number(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<Vec<Hit>> {
    let tags = tx.tags(number);
    of_tags(tx, workspace, &tags)
}

/// The workspace's own row for a number and a scope.
pub fn get(tx: &mut Tx<'_>, workspace: i64, number: &str, scope: Scope) -> Result<Option<Entry>> {
    for tag in tx.tags(number) {
        if let Some(found) = of_scope(tx, workspace, tag, scope)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The workspace's own row for a tag and a scope.
pub fn of_scope(tx: &mut Tx<'_>, workspace: i64, tag: i64, scope: Scope) -> Result<Option<Entry>> {
    tx.one(
        sql!(
            "SELECT tag, scope, reason, evidence, at FROM suppression
             WHERE tag = $1 AND workspace = $2 AND scope = $3"
        ),
        &params![tag, workspace, scope.number()],
        entry,
    )
}

/// Lifts a workspace's own row; `false` when there was none. Whether it may be lifted is for the caller to know.
pub fn lift(tx: &mut Tx<'_>, workspace: i64, number: &str, scope: Scope) -> Result<bool> {
    heal(tx, workspace, [number])?;
    let tag = tx.tag(number);
    let sql = sql!("DELETE FROM suppression WHERE tag = $1 AND workspace = $2 AND scope = $3 RETURNING at");
    let Some(since) = tx.one(sql, &params![tag, workspace, scope.number()], |r| r.get(0))? else {
        return Ok(false);
    };
    let hmac = tx.keys().hmac_number(number);
    tx.refusal_logged(What::Lifted, workspace, scope.number(), "", hmac, since);
    Ok(true)
}

/// Lifts a row that only waits for somebody to look; `None` where there is none, or it is a refusal by now; else why it
/// waited.
pub fn lift_waiting(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<Option<String>> {
    heal(tx, workspace, [number])?;
    let (tag, scope) = (tx.tag(number), Scope::Marketing.number());
    let sql = sql!(
        "DELETE FROM suppression WHERE tag = $1 AND workspace = $2 AND scope = $3 AND reason IN ('suspect', 'stale')
         RETURNING at, reason"
    );
    let read = |r: &Row<'_>| Ok((r.get::<i64>(0)?, r.get::<String>(1)?));
    let Some((since, reason)) = tx.one(sql, &params![tag, workspace, scope], read)? else { return Ok(None) };
    let hmac = tx.keys().hmac_number(number);
    tx.refusal_logged(What::Lifted, workspace, scope, &reason, hmac, since);
    Ok(Some(reason))
}

/// Stops a number on a shared code, for everybody who writes from it now or later; `false` when it was stopped already.
pub fn add_pool(tx: &mut Tx<'_>, code: i64, number: &str, everything: bool, evidence: &str) -> Result<bool> {
    heal(tx, code, [number])?;
    let (hmac, tag, now) = (tx.keys().hmac_number(number), tx.tag(number), tx.now());
    let (scope, place) = (if everything { POOL_ALL } else { POOL }, tx.keys().place());
    let changed = tx.exec(
        sql!(
            "INSERT INTO suppression (tag, workspace, scope, hmac, reason, evidence, at, ring)
             VALUES ($1, $2, $3, $4, 'self_reply', $5, $6, $7) ON CONFLICT (tag, workspace, scope) DO NOTHING"
        ),
        &params![tag, code, scope, hmac, evidence, now, place],
    )?;
    if changed > 0 {
        tx.refusal_logged(What::Refused, code, scope, "self_reply", hmac, now);
    }
    Ok(changed > 0)
}

/// Takes back what stops advertising to a number from a shared code: the person wrote there that they want it.
pub fn lift_pool(tx: &mut Tx<'_>, code: i64, number: &str) -> Result<bool> {
    heal(tx, code, [number])?;
    let tag = tx.tag(number);
    let sql = sql!("DELETE FROM suppression WHERE tag = $1 AND workspace = $2 AND scope = $3 RETURNING at");
    let Some(since) = tx.one(sql, &params![tag, code, POOL], |r| r.get(0))? else { return Ok(false) };
    let hmac = tx.keys().hmac_number(number);
    tx.refusal_logged(What::Lifted, code, POOL, "", hmac, since);
    Ok(true)
}

/// Stops advertising about one topic to a number; the scope of such a row is the topic's id.
pub fn add_topic(
    tx: &mut Tx<'_>,
    workspace: i64,
    number: &str,
    topic: i64,
    reason: &str,
    evidence: &str,
) -> Result<bool> {
    heal(tx, workspace, [number])?;
    let (hmac, tag, now) = (tx.keys().hmac_number(number), tx.tag(number), tx.now());
    let place = tx.keys().place();
    let changed = tx.exec(
        sql!(
            "INSERT INTO suppression (tag, workspace, scope, hmac, reason, evidence, at, ring)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tag, workspace, scope) DO NOTHING"
        ),
        &params![tag, workspace, topic, hmac, reason, evidence, now, place],
    )?;
    if changed > 0 {
        tx.refusal_logged(What::Refused, workspace, topic, reason, hmac, now);
    }
    Ok(changed > 0)
}

/// Lifts the stop of one topic; `false` when there was none.
pub fn lift_topic(tx: &mut Tx<'_>, workspace: i64, number: &str, topic: i64) -> Result<bool> {
    heal(tx, workspace, [number])?;
    let tag = tx.tag(number);
    let sql = sql!("DELETE FROM suppression WHERE tag = $1 AND workspace = $2 AND scope = $3 RETURNING at");
    let Some(since) = tx.one(sql, &params![tag, workspace, topic], |r| r.get(0))? else { return Ok(false) };
    let hmac = tx.keys().hmac_number(number);
    tx.refusal_logged(What::Lifted, workspace, topic, "", hmac, since);
    Ok(true)
}

/// What is stopped on shared codes for these tags; [`Hit::workspace`] is the row of the code.
pub fn of_pools(tx: &mut Tx<'_>, tags: &[i64], codes: &[i64]) -> Result<Vec<Hit>> {
    tx.rows(
        sql!(
            "SELECT tag, workspace, scope FROM suppression
             WHERE tag IN LIST($1) AND workspace IN LIST($2) AND scope IN (3, 4)"
        ),
        &params![crate::list_of(tags), crate::list_of(codes)],
        |r| Ok(Hit { tag: r.get(0)?, workspace: r.get(1)?, scope: r.get(2)? }),
    )
}

/// The workspace's own rows, newest first, behind the one with this moment, tag and scope.
pub fn list(
    tx: &mut Tx<'_>,
    workspace: i64,
    (at, tag, scope): (i64, i64, i64),
    limit: i64,
) -> Result<Vec<Entry>> {
    tx.rows(
        sql!(
            "SELECT tag, scope, reason, evidence, at FROM suppression
             WHERE workspace = $1 AND (at < $2 OR (at = $2 AND (tag, scope) > ($3, $4)))
             ORDER BY at DESC, tag, scope LIMIT $5"
        ),
        &params![workspace, at, tag, scope, limit],
        entry,
    )
}

/// Rows that wait for a person to look for one [reason](WAITING), not younger than a moment, the oldest first.
pub fn waiting(tx: &mut Tx<'_>, workspace: i64, reason: &str, before: i64, limit: i64) -> Result<Vec<Entry>> {
    tx.rows(
        sql!(
            "SELECT tag, scope, reason, evidence, at FROM suppression
             WHERE workspace = $1 AND reason = $4 AND at <= $2 ORDER BY at, tag LIMIT $3"
        ),
        &params![workspace, before, limit, reason],
        entry,
    )
}

/// Makes of a row that waits one that stands.
pub fn settle(tx: &mut Tx<'_>, workspace: i64, tag: i64, reason: &str) -> Result<()> {
    let sql =
        sql!("UPDATE suppression SET reason = $3 WHERE workspace = $1 AND tag = $2 AND reason = 'suspect'");
    tx.exec(sql, &params![workspace, tag, reason]).map(drop)
}

/// How many numbers this workspace must not write to.
pub fn count(tx: &mut Tx<'_>, workspace: i64) -> Result<i64> {
    let sql = sql!("SELECT count(DISTINCT tag) FROM suppression WHERE workspace = $1");
    Ok(tx.one(sql, &params![workspace], |r| r.get(0))?.unwrap_or(0))
}

fn entry(r: &Row<'_>) -> Result<Entry> {
    Ok(Entry { tag: r.get(0)?, scope: r.get(1)?, reason: r.get(2)?, evidence: r.get(3)?, at: r.get(4)? })
}

/// How many numbers were stopped since a moment (ms since 1970).
pub fn since(tx: &mut Tx<'_>, workspace: i64, at: i64) -> Result<i64> {
    let n = tx.one(
        sql!("SELECT count(*) FROM suppression WHERE workspace = $1 AND at >= $2"),
        &params![workspace, at],
        |r| r.get(0),
    )?;
    Ok(n.unwrap_or(0))
}
