//! Words that sign up who texts them to a number of ours. What follows is the form they belong to.

use crate::{Result, Tx, params, sql};

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyword {
    /// Its id.
    pub id: i64,
    /// Our number; empty is every one of the workspace.
    pub number: String,
    /// As it was written.
    pub word: String,
    /// The form whose list it leads to.
    pub form: i64,
}

/// Adds one; `None` when the word is taken there.
pub fn add(
    tx: &mut Tx<'_>,
    workspace: i64,
    (number, word, folded): (&str, &str, &str),
    form: i64,
) -> Result<Option<i64>> {
    let (id, now) = (tx.id(), tx.now());
    let kept = tx.exec(
        sql!(
            "INSERT INTO keyword (id, workspace, number, word, folded, form, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace, number, folded) DO NOTHING"
        ),
        &params![id, workspace, number, word, folded, form, now],
    )?;
    Ok((kept > 0).then_some(id))
}

/// Every word of a workspace.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Keyword>> {
    tx.rows(
        sql!("SELECT id, number, word, form FROM keyword WHERE workspace = $1 ORDER BY id"),
        &params![workspace],
        |r| Ok(Keyword { id: r.get(0)?, number: r.get(1)?, word: r.get(2)?, form: r.get(3)? }),
    )
}

/// The form a word at a number leads to; a word of that number goes before one of all.
pub fn form_of(tx: &mut Tx<'_>, workspace: i64, number: &str, folded: &str) -> Result<Option<i64>> {
    tx.one(
        sql!(
            "SELECT form FROM keyword WHERE workspace = $1 AND folded = $3 AND (number = $2 OR number = '')
             ORDER BY length(number) DESC LIMIT 1"
        ),
        &params![workspace, number, folded],
        |r| r.get(0),
    )
}

/// Takes one away; `false` where there is none.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    Ok(tx.exec(sql!("DELETE FROM keyword WHERE workspace = $1 AND id = $2"), &params![workspace, id])? > 0)
}
