//! Deeds done to many people at once: what, to whom, how far it got, and what each of them was before.

use crate::{Result, Row, Tx, list_of, params, sql};

/// One deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Its id.
    pub id: i64,
    /// What is done: a word of the engine.
    pub deed: String,
    /// To whom, as JSON of the engine.
    pub filter: String,
    /// The tag or list it is about, or 0.
    pub target: i64,
    /// A reason, a name.
    pub words: String,
    /// Who asked for it.
    pub actor: String,
    /// `running`, `done`, `stopped`, `undoing`, `undone`.
    pub state: String,
    /// The last contact that was looked at.
    pub place: i64,
    /// How many people there were to look at, as far as it was known.
    pub of: i64,
    /// How many were looked at.
    pub seen: i64,
    /// How many were changed.
    pub changed: i64,
    /// How many could not be.
    pub left_out: i64,
    /// When it was asked for.
    pub created_at: i64,
    /// When it ended, or 0.
    pub done_at: i64,
}

fn read(r: &Row<'_>) -> Result<Bulk> {
    Ok(Bulk {
        id: r.get(0)?,
        deed: r.get(1)?,
        filter: r.get(2)?,
        target: r.get(3)?,
        words: r.get(4)?,
        actor: r.get(5)?,
        state: r.get(6)?,
        place: r.get(7)?,
        of: r.get(8)?,
        seen: r.get(9)?,
        changed: r.get(10)?,
        left_out: r.get(11)?,
        created_at: r.get(12)?,
        done_at: r.get(13)?,
    })
}

/// Asks for a deed; gives its id.
pub fn add(
    tx: &mut Tx<'_>,
    workspace: i64,
    (deed, filter): (&str, &str),
    (target, words): (i64, &str),
    (actor, of): (&str, i64),
) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO bulk (id, workspace, deed, filter, target, words, actor, state, place, of, seen, changed,
               left_out, created_at, done_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', 0, $8, 0, 0, 0, $9, 0)"
        ),
        &params![id, workspace, deed, filter, target, words, actor, of, now],
    )?;
    Ok(id)
}

/// One deed.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Bulk>> {
    tx.one(
        sql!(
            "SELECT id, deed, filter, target, words, actor, state, place, of, seen, changed, left_out, created_at, done_at
             FROM bulk WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// One deed, held until the end of the transaction; `None` unless it stands at this place in this state.
pub fn hold(tx: &mut Tx<'_>, workspace: i64, id: i64, (state, place): (&str, i64)) -> Result<Option<Bulk>> {
    tx.one(
        sql!(
            "SELECT id, deed, filter, target, words, actor, state, place, of, seen, changed, left_out, created_at, done_at
             FROM bulk WHERE workspace = $1 AND id = $2 AND state = $3 AND place = $4 FOR UPDATE"
        ),
        &params![workspace, id, state, place],
        read,
    )
}

/// The newest deeds.
pub fn list(tx: &mut Tx<'_>, workspace: i64, limit: i64) -> Result<Vec<Bulk>> {
    tx.rows(
        sql!(
            "SELECT id, deed, filter, target, words, actor, state, place, of, seen, changed, left_out, created_at, done_at
             FROM bulk WHERE workspace = $1 ORDER BY id DESC LIMIT $2"
        ),
        &params![workspace, limit],
        read,
    )
}

/// Moves it on by one slice.
pub fn advance(
    tx: &mut Tx<'_>,
    workspace: i64,
    id: i64,
    place: i64,
    (seen, changed, left_out): (i64, i64, i64),
) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE bulk SET place = $3, seen = seen + $4, changed = changed + $5, left_out = left_out + $6
             WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id, place, seen, changed, left_out],
    )
    .map(drop)
}

/// From one state to another, from the beginning; `false` where it is not in the first.
pub fn step(tx: &mut Tx<'_>, workspace: i64, id: i64, from: &str, to: &str) -> Result<bool> {
    let done_at = if matches!(to, "done" | "stopped" | "undone") { tx.now() } else { 0 };
    let sql = sql!(
        "UPDATE bulk SET state = $4, done_at = $5, place = CASE WHEN $4 = 'undoing' THEN 0 ELSE place END
         WHERE workspace = $1 AND id = $2 AND state = $3"
    );
    Ok(tx.exec(sql, &params![workspace, id, from, to, done_at])? > 0)
}

/// Remembers what people were: contact, and what it was as JSON of the engine. Who is remembered stays as at first.
pub fn touch(tx: &mut Tx<'_>, workspace: i64, source: i64, people: &[(i64, String)]) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO touched (source, contact, workspace, before) SELECT $2, r.contact, $1, r.before
             FROM ROWS(contact BIGINT, before TEXT) AS r WHERE true ON CONFLICT (source, contact) DO NOTHING"
        ),
        &params![workspace, source],
        people.iter().map(|(contact, before)| params![*contact, *before]),
    )
    .map(drop)
}

/// Whom a deed or an import changed, behind a contact.
pub fn touched(
    tx: &mut Tx<'_>,
    workspace: i64,
    source: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    tx.rows(
        sql!(
            "SELECT contact, before FROM touched WHERE workspace = $1 AND source = $2 AND contact > $3
             ORDER BY contact LIMIT $4"
        ),
        &params![workspace, source, after, limit],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Forgets the oldest of what people were, of deeds and imports before one: at most so many rows. Gives the source it came
/// to, and how many went; `None` where there is none.
pub fn sweep_touched(
    tx: &mut Tx<'_>,
    workspace: i64,
    (place, edge): (i64, i64),
    limit: i64,
) -> Result<Option<(i64, u64)>> {
    let rows = tx.rows(
        sql!(
            "SELECT source, contact FROM touched WHERE workspace = $1 AND source > $2 AND source < $3
             ORDER BY source, contact LIMIT $4"
        ),
        &params![workspace, place, edge, limit],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
    )?;
    let Some((last, _)) = rows.last().copied() else { return Ok(None) };
    let gone = tx.many(
        sql!(
            "DELETE FROM touched USING ROWS(workspace BIGINT, source BIGINT, contact BIGINT) AS r
             WHERE touched.workspace = r.workspace AND touched.source = r.source AND touched.contact = r.contact"
        ),
        &[],
        rows.iter().map(|(source, contact)| params![workspace, *source, *contact]),
    )?;
    Ok(Some((last, gone)))
}

/// Forgets what these people were: they are erased, or it was taken back.
pub fn forget_touched(tx: &mut Tx<'_>, workspace: i64, contacts: &[i64]) -> Result<u64> {
    tx.exec(
        sql!("DELETE FROM touched WHERE workspace = $1 AND contact IN LIST($2)"),
        &params![workspace, list_of(contacts)],
    )
}

/// The deeds that changed one person, the newest first.
pub fn of_contact(tx: &mut Tx<'_>, workspace: i64, contact: i64, limit: i64) -> Result<Vec<Bulk>> {
    tx.rows(
        sql!(
            "SELECT b.id, b.deed, b.filter, b.target, b.words, b.actor, b.state, b.place, b.of, b.seen, b.changed,
               b.left_out, b.created_at, b.done_at
             FROM touched AS t JOIN bulk AS b ON b.id = t.source AND b.workspace = $1
             WHERE t.workspace = $1 AND t.contact = $2 ORDER BY b.id DESC LIMIT $3"
        ),
        &params![workspace, contact, limit],
        read,
    )
}

/// Forgets what one source has changed of these people.
pub fn forget_touch(tx: &mut Tx<'_>, workspace: i64, source: i64, contacts: &[i64]) -> Result<u64> {
    tx.exec(
        sql!("DELETE FROM touched WHERE workspace = $1 AND source = $2 AND contact IN LIST($3)"),
        &params![workspace, source, list_of(contacts)],
    )
}
