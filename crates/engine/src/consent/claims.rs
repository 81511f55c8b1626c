//! A file says that somebody agreed after they had refused. The refusal stands; what a file says alone lifts nobody's word.
//! Somebody with the right may show the paper, or leave all as it is.

use super::{Grant, Method, Personal, Terms, granted_on};
use crate::{Ctx, Error, Permission, Result, audit};
use store::consent_claim as rows;
use store::suppression::{self, Scope};
use store::{Bell, Tx};

/// Claims of one page.
const SHOWN: i64 = 200;
/// The longest name of a paper.
const DOCUMENT_MAX: usize = 300;

/// A claim that waits.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Claim {
    /// Public id.
    pub id: String,
    /// The number, E.164.
    pub number: String,
    /// The import, by its public id.
    pub import: String,
    /// The row of the file.
    pub row: i64,
    /// The words it is said to have been given under.
    pub wording: String,
    /// When it is said to have been given, ms.
    pub claimed_at: i64,
    /// When the person refused, ms.
    pub refused_at: i64,
}

/// What waits, the oldest first.
///
/// # Errors
/// When it may not be asked.
pub fn claims(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Claim>> {
    ctx.need(Permission::Read)?;
    let view = |c: rows::Claim| Claim {
        id: sms::id::public(sms::id::kind::ROW, c.id),
        number: c.number,
        import: sms::id::public(sms::id::kind::IMPORT, c.import),
        row: c.file_row,
        wording: c.wording,
        claimed_at: c.claimed_at,
        refused_at: c.refused_at,
    };
    Ok(rows::waiting(tx, ctx.workspace, SHOWN)?.into_iter().map(view).collect())
}

/// The paper shows it, so the newer word counts; or there is none, and the refusal stays.
///
/// # Errors
/// When it may not be asked; there is no such claim; no paper is named; the person refused once more since.
pub fn settle_claim(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, document: Option<&str>) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let claim = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("claim"))?;
    let evidence = format!("{} row {}", sms::id::public(sms::id::kind::IMPORT, claim.import), claim.file_row);
    let Some(document) = document.map(str::trim) else {
        rows::end(tx, ctx.workspace, id, false, &ctx.actor_name())?;
        return audit::note(tx, ctx, "claim.left", &evidence, "");
    };
    if document.is_empty() || document.chars().count() > DOCUMENT_MAX {
        return Err(Error::invalid(
            "document",
            "required",
            "where the paper lies that the person signed after refusing",
        ));
    }
    let stop = suppression::get(tx, ctx.workspace, &claim.number, Scope::Marketing)?;
    if stop.as_ref().is_some_and(|row| row.at >= claim.claimed_at) {
        return Err(Error::Conflict("refused_since"));
    }
    rows::end(tx, ctx.workspace, id, true, &ctx.actor_name())?;
    suppression::lift(tx, ctx.workspace, &claim.number, Scope::Marketing)?;
    let grant = Grant {
        number: claim.number,
        method: Method::Paper,
        wording: claim.wording,
        evidence: evidence.clone(),
        claimed_at: claim.claimed_at,
    };
    let personal = Personal {
        document: document.to_owned(),
        attested_by: ctx.actor_name(),
        note: evidence.clone(),
        ..Personal::default()
    };
    granted_on(tx, ctx.workspace, &grant, &Terms { actor: ctx.actor_name(), personal, ..Terms::default() })?;
    audit::note(tx, ctx, "claim.shown", &evidence, "")?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}
