//! Public lists of numbers that want no advertising, as they were taken in last. Numbers are kept by their tags alone.
//!
//! A list is written beside the one that counts and takes its place in one step: half a list never counts.

use crate::{Result, Tx, Val, list_of, params, sql};

/// A list as it was taken in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Taken {
    /// Which one, as a pack names it.
    pub registry: String,
    /// Where it came from.
    pub source: String,
    /// Of which moment it is, ms.
    pub as_of: i64,
    /// When it was taken in, ms.
    pub loaded_at: i64,
    /// By whom.
    pub actor: String,
    /// Numbers in it.
    pub entries: i64,
    /// Lines that are no number, or a hidden one.
    pub skipped: i64,
    /// The digest of the file.
    pub sha256: String,
    /// Names its rows.
    #[serde(skip)]
    pub generation: i64,
}

/// The lists of a workspace.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Taken>> {
    tx.rows(
        sql!(
            "SELECT registry, source, as_of, loaded_at, actor, entries, skipped, sha256, generation FROM registry
             WHERE workspace = $1 ORDER BY registry"
        ),
        &params![workspace],
        |r| {
            Ok(Taken {
                registry: r.get(0)?,
                source: r.get(1)?,
                as_of: r.get(2)?,
                loaded_at: r.get(3)?,
                actor: r.get(4)?,
                entries: r.get(5)?,
                skipped: r.get(6)?,
                sha256: r.get(7)?,
                generation: r.get(8)?,
            })
        },
    )
}

/// Adds numbers to a list that does not count yet.
pub fn add(tx: &mut Tx<'_>, workspace: i64, registry: &str, generation: i64, tags: &[i64]) -> Result<u64> {
    tx.many(
        sql!(
            "INSERT INTO registry_entry (tag, workspace, registry, generation)
             SELECT r.tag, $1, $2, $3 FROM ROWS(tag BIGINT) AS r WHERE true
             ON CONFLICT (tag, workspace, registry, generation) DO NOTHING"
        ),
        &params![workspace, registry, generation],
        tags.iter().map(|tag| [Val::Int(*tag)]),
    )
}

/// From now on this one counts; gives the generation whose place it took, 0 where there was none.
///
/// `None` where a list of a later day, or a later upload of this day, counts already.
pub fn take(tx: &mut Tx<'_>, workspace: i64, t: &Taken) -> Result<Option<i64>> {
    let now = tx.now();
    let before = tx.one(
        sql!("SELECT generation FROM registry WHERE workspace = $1 AND registry = $2 FOR UPDATE"),
        &params![workspace, t.registry],
        |r| r.get(0),
    )?;
    let taken = tx.exec(
        sql!(
            "INSERT INTO registry (workspace, registry, source, as_of, loaded_at, actor, entries, skipped, sha256, generation)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (workspace, registry) DO UPDATE SET source = excluded.source, as_of = excluded.as_of,
               loaded_at = excluded.loaded_at, actor = excluded.actor, entries = excluded.entries,
               skipped = excluded.skipped, sha256 = excluded.sha256, generation = excluded.generation
             WHERE (registry.as_of, registry.generation) < (excluded.as_of, excluded.generation)"
        ),
        &params![
            workspace, t.registry, t.source, t.as_of, now, t.actor, t.entries, t.skipped, t.sha256, t.generation
        ],
    )?;
    Ok((taken > 0).then_some(before.unwrap_or(0)))
}

/// Drops up to `limit` rows of a list that does not count. Gives how many.
pub fn sweep(tx: &mut Tx<'_>, workspace: i64, registry: &str, generation: i64, limit: i64) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM registry_entry WHERE (tag, workspace, registry, generation) IN (
               SELECT tag, workspace, registry, generation FROM registry_entry
               WHERE workspace = $1 AND registry = $2 AND generation = $3 LIMIT $4)"
        ),
        &params![workspace, registry, generation, limit],
    )
}

/// No upload takes so long: rows that are older and do not count were left by one that ended in the middle, ms.
const LEFT_MS: i64 = 86_400_000;

/// Uploads whose rows are there, and that will never count.
pub fn left(tx: &mut Tx<'_>, workspace: i64, registry: &str) -> Result<Vec<i64>> {
    let edge = sms::id::compose((tx.now() - LEFT_MS).max(sms::id::EPOCH_MS), 0, 0);
    let counts = tx.one(
        sql!("SELECT generation FROM registry WHERE workspace = $1 AND registry = $2"),
        &params![workspace, registry],
        |r| r.get::<i64>(0),
    )?;
    // From one upload to the next by the index, never through the millions of rows of one.
    let (mut out, mut after) = (Vec::new(), i64::MIN);
    while let Some(next) = next_upload(tx, workspace, registry, (after, edge))? {
        if counts != Some(next) {
            out.push(next);
        }
        after = next;
    }
    Ok(out)
}

fn next_upload(
    tx: &mut Tx<'_>,
    workspace: i64,
    registry: &str,
    (after, edge): (i64, i64),
) -> Result<Option<i64>> {
    tx.one(
        sql!(
            "SELECT generation FROM registry_entry WHERE workspace = $1 AND registry = $2 AND generation > $3
             AND generation < $4 ORDER BY generation LIMIT 1"
        ),
        &params![workspace, registry, after, edge],
        |r| r.get(0),
    )
}

/// How many rows stand there of a list, of uploads that count and of others; for tests.
#[cfg(any(test, feature = "testing"))]
pub fn rows(tx: &mut Tx<'_>, workspace: i64, registry: &str) -> Result<i64> {
    let sql = sql!("SELECT count(*) FROM registry_entry WHERE workspace = $1 AND registry = $2");
    Ok(tx.one(sql, &params![workspace, registry], |r| r.get(0))?.unwrap_or(0))
}

/// Which of these numbers stand in which list that counts.
pub fn of_tags(tx: &mut Tx<'_>, workspace: i64, tags: &[i64]) -> Result<Vec<(i64, String)>> {
    tx.rows(
        sql!(
            "SELECT e.tag, e.registry FROM registry_entry AS e JOIN registry AS r
               ON r.workspace = e.workspace AND r.registry = e.registry AND r.generation = e.generation
             WHERE e.tag IN LIST($2) AND e.workspace = $1"
        ),
        &params![workspace, list_of(tags)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
