//! Tenants. Every other row of a customer names one of these; 0 stands for the platform itself.

use crate::{Error, Result, Row, Tx, params, sql};

/// The installation itself where it has to speak for several tenants at once. Nobody is a member of it, and no list
/// shows it: what it says is seen by the person it is said to and by none of the tenants.
pub const HOUSE: i64 = 1;

/// Whether what a workspace sends may reach a real phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only the simulator carries it.
    Test,
    /// Carriers carry it.
    Live,
}

impl Mode {
    /// The word in the store and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Test => "test",
            Mode::Live => "live",
        }
    }

    fn parse(word: &str) -> Result<Mode> {
        match word {
            "test" => Ok(Mode::Test),
            "live" => Ok(Mode::Live),
            other => Err(Error::Shape(format!("{other} is no mode of a workspace"))),
        }
    }
}

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: i64,
    /// What people call it; unique in the installation.
    pub name: String,
    /// ISO 3166 code of the country whose numbers may be written without a prefix.
    pub country: String,
    /// Language of its pages and of answers whose own language is not known.
    pub language: String,
    /// IANA time zone.
    pub zone: String,
    /// Test or live.
    pub mode: Mode,
    /// Grows with every change of law that could make an earlier verdict wrong.
    pub law_epoch: i64,
    /// A message of more parts is refused.
    pub parts_max: i64,
    /// When it was made.
    pub created_at: i64,
}

/// What is given for a new one.
#[derive(Debug, Clone)]
pub struct New {
    /// Its name.
    pub name: String,
    /// ISO 3166 code, two capital letters.
    pub country: String,
    /// Language code.
    pub language: String,
    /// IANA time zone.
    pub zone: String,
    /// Test or live.
    pub mode: Mode,
    /// A message of more parts is refused.
    pub parts_max: i64,
}

fn read(r: &Row<'_>) -> Result<Workspace> {
    Ok(Workspace {
        id: r.get(0)?,
        name: r.get(1)?,
        country: r.get(2)?,
        language: r.get(3)?,
        zone: r.get(4)?,
        mode: Mode::parse(&r.get::<String>(5)?)?,
        law_epoch: r.get(6)?,
        parts_max: r.get(7)?,
        created_at: r.get(8)?,
    })
}

/// Makes one; `Unique` when the name is taken.
pub fn insert(tx: &mut Tx<'_>, new: &New) -> Result<Workspace> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO workspace (id, name, country, language, zone, mode, law_epoch, parts_max, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8)"
        ),
        &params![id, new.name, new.country, new.language, new.zone, new.mode.name(), new.parts_max, now],
    )?;
    Ok(Workspace {
        id,
        name: new.name.clone(),
        country: new.country.clone(),
        language: new.language.clone(),
        zone: new.zone.clone(),
        mode: new.mode,
        law_epoch: 1,
        parts_max: new.parts_max,
        created_at: now,
    })
}

/// The installation's own workspace, made when it first speaks: in the country and the zone of one of those it speaks for.
pub fn house(tx: &mut Tx<'_>, like: &Workspace) -> Result<i64> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO workspace (id, name, country, language, zone, mode, law_epoch, parts_max, created_at)
             VALUES ($1, '', $2, $3, $4, 'live', 1, $5, $6) ON CONFLICT (id) DO NOTHING"
        ),
        &params![HOUSE, like.country, like.language, like.zone, like.parts_max, now],
    )?;
    Ok(HOUSE)
}

/// The workspace of an id.
pub fn get(tx: &mut Tx<'_>, workspace: i64) -> Result<Option<Workspace>> {
    tx.one(
        sql!(
            "SELECT id, name, country, language, zone, mode, law_epoch, parts_max, created_at
             FROM workspace WHERE id = $1"
        ),
        &params![workspace],
        read,
    )
}

/// The workspace of a name, as it is written.
pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Workspace>> {
    tx.one(
        sql!(
            "SELECT id, name, country, language, zone, mode, law_epoch, parts_max, created_at
             FROM workspace WHERE name = $1 AND id <> $2"
        ),
        &params![name, HOUSE],
        read,
    )
}

/// All of them, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Workspace>> {
    tx.rows(
        sql!(
            "SELECT id, name, country, language, zone, mode, law_epoch, parts_max, created_at
             FROM workspace WHERE id <> $1 ORDER BY id"
        ),
        &params![HOUSE],
        read,
    )
}

/// The only workspace of the installation; `None` when there are none or several.
pub fn only(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    let two =
        tx.rows(sql!("SELECT id FROM workspace WHERE id <> $1 ORDER BY id LIMIT 2"), &params![HOUSE], |r| {
            r.get::<i64>(0)
        })?;
    Ok(if let [one] = two[..] { Some(one) } else { None })
}

/// Turns test into live or back; says whether there was such a workspace.
pub fn set_mode(tx: &mut Tx<'_>, workspace: i64, mode: Mode) -> Result<bool> {
    Ok(tx.exec(sql!("UPDATE workspace SET mode = $2 WHERE id = $1"), &params![workspace, mode.name()])? > 0)
}

/// Changes the language of its pages and answers.
pub fn set_language(tx: &mut Tx<'_>, workspace: i64, language: &str) -> Result<bool> {
    Ok(tx.exec(sql!("UPDATE workspace SET language = $2 WHERE id = $1"), &params![workspace, language])? > 0)
}

/// The current law epoch, 0 for a workspace that is not there.
pub fn law_epoch(tx: &mut Tx<'_>, workspace: i64) -> Result<i64> {
    let sql = sql!("SELECT law_epoch FROM workspace WHERE id = $1");
    Ok(tx.one(sql, &params![workspace], |r| r.get(0))?.unwrap_or(0))
}

/// Begins a new law epoch and gives it.
pub fn bump_law_epoch(tx: &mut Tx<'_>, workspace: i64) -> Result<i64> {
    let sql = sql!("UPDATE workspace SET law_epoch = law_epoch + 1 WHERE id = $1 RETURNING law_epoch");
    Ok(tx.one(sql, &params![workspace], |r| r.get(0))?.unwrap_or(0))
}
