//! Tablets at tills. A code pairs one, once; from then on it shows a secret of which only the digest is kept.

use crate::{Result, Row, Tx, params, sql};

/// One tablet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kiosk {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub workspace: i64,
    /// The form it shows.
    pub form: i64,
    /// What it is called.
    pub name: String,
    /// Until when its code pairs, ms; 0 when it was used.
    pub code_until: i64,
    /// When it was seen last, ms; 0 is never.
    pub seen_at: i64,
    /// When it was unpaired, ms; 0 is not.
    pub ended_at: i64,
}

/// Makes one that waits to be paired.
pub fn add(
    tx: &mut Tx<'_>,
    workspace: i64,
    form: i64,
    name: &str,
    (code, until): (&str, i64),
) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    let none: &[u8] = &[];
    tx.exec(
        sql!(
            "INSERT INTO kiosk (id, workspace, form, name, code, code_until, secret, seen_at, ended_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)"
        ),
        &params![id, workspace, form, name, code, until, none, now],
    )?;
    Ok(id)
}

/// Pairs the one that waits with this code; its secret's digest is kept and the code is void.
pub fn pair(tx: &mut Tx<'_>, code: &str, secret: &[u8; 32]) -> Result<Option<Kiosk>> {
    let now = tx.now();
    tx.one(
        sql!(
            "UPDATE kiosk SET code = '', code_until = 0, secret = $2, seen_at = $3
             WHERE code = $1 AND code <> '' AND code_until > $3 AND ended_at = 0 AND workspace <> 0
             RETURNING id, workspace, form, name, code_until, seen_at, ended_at"
        ),
        &params![code, *secret, now],
        read,
    )
}

/// The tablet of a secret, which itself names the workspace.
pub fn by_secret(tx: &mut Tx<'_>, secret: &[u8; 32]) -> Result<Option<Kiosk>> {
    tx.one(
        sql!(
            "SELECT id, workspace, form, name, code_until, seen_at, ended_at FROM kiosk
             WHERE secret = $1 AND ended_at = 0"
        ),
        &params![*secret],
        read,
    )
}

/// That it was here.
pub fn seen(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<()> {
    let now = tx.now();
    let sql = sql!("UPDATE kiosk SET seen_at = $3 WHERE workspace = $1 AND id = $2");
    tx.exec(sql, &params![workspace, id, now]).map(drop)
}

/// Unpairs it; `false` where there is none.
pub fn end(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let now = tx.now();
    let sql =
        sql!("UPDATE kiosk SET ended_at = $3, code = '' WHERE workspace = $1 AND id = $2 AND ended_at = 0");
    Ok(tx.exec(sql, &params![workspace, id, now])? > 0)
}

/// Those of a form that are paired or wait, the newest first.
pub fn of_form(tx: &mut Tx<'_>, workspace: i64, form: i64) -> Result<Vec<Kiosk>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, form, name, code_until, seen_at, ended_at FROM kiosk
             WHERE workspace = $1 AND form = $2 AND ended_at = 0 ORDER BY id DESC"
        ),
        &params![workspace, form],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Kiosk> {
    Ok(Kiosk {
        id: r.get(0)?,
        workspace: r.get(1)?,
        form: r.get(2)?,
        name: r.get(3)?,
        code_until: r.get(4)?,
        seen_at: r.get(5)?,
        ended_at: r.get(6)?,
    })
}
