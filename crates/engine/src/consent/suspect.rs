//! Messages that may be refusals: advertising waits, a person decides, and silence is a refusal.

use super::{Method, Refuse, SUSPECT, not_a_refusal, refused_by};
use crate::work::{Next, Work};
use crate::{Ctx, Error, Permission, Result};
use store::suppression::{self, Scope};
use store::{Bell, Db, Tx, inbound, thread, workspace};

/// Nobody decided for so long: it was a refusal.
pub const PATIENCE_MS: i64 = 86_400_000;
/// Rows looked at in one go.
const AT_ONCE: i64 = 200;

/// A message that may be a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The message; its stored id.
    pub inbound: i64,
    /// Who wrote, E.164.
    pub number: String,
    /// What was written.
    pub text: String,
    /// When advertising was held, ms.
    pub at: i64,
    /// When silence becomes a refusal, ms.
    pub until: i64,
}

/// What waits for a decision, the oldest first.
///
/// # Errors
/// When it may not be asked.
pub fn suspects(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Suspect>> {
    ctx.need(Permission::Read)?;
    let rows = suppression::waiting(tx, ctx.workspace, SUSPECT, i64::MAX, AT_ONCE)?;
    rows.iter().filter_map(|row| read(tx, ctx.workspace, row).transpose()).collect()
}

/// The message behind a row, as long as it is there and is of this number.
fn read(tx: &mut Tx<'_>, workspace: i64, row: &suppression::Entry) -> Result<Option<Suspect>> {
    let Some(id) = sms::id::parse(sms::id::kind::INBOUND, &row.evidence) else { return Ok(None) };
    let Some(message) = inbound::get(tx, workspace, id)? else { return Ok(None) };
    let Some(thread) = thread::get(tx, workspace, message.thread)? else { return Ok(None) };
    let fits = tx.tag(&thread.address) == row.tag;
    Ok(fits.then(|| Suspect {
        inbound: id,
        number: thread.address,
        text: message.text,
        at: row.at,
        until: row.at + PATIENCE_MS,
    }))
}

/// A person looked: it was a refusal, or it was none.
///
/// # Errors
/// When it may not be asked; there is no such message, or it was decided already.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, message: i64, refusal: bool) -> Result<()> {
    ctx.need(Permission::Inbox)?;
    let all = suspects(tx, ctx)?;
    let one = all.into_iter().find(|s| s.inbound == message).ok_or(Error::NotFound("suspect"))?;
    if !refusal {
        return not_a_refusal(tx, ctx, &one.number);
    }
    let evidence = sms::id::public(sms::id::kind::INBOUND, message);
    let refusal = Refuse { number: one.number, scope: Scope::Marketing, method: Method::Staff, evidence };
    refused_by(tx, ctx.workspace, &refusal, &ctx.actor_name())?;
    Ok(())
}

/// Makes refusals of what nobody decided in time.
pub(crate) fn run(work: &Work<'_>) -> Result<Next> {
    for space in work.db.read_blocking(workspace::list)? {
        one(work.db, space.id)?;
        if !work.go_on() {
            return Ok(Next::Again(work.db.now_ms()));
        }
    }
    Ok(Next::Done)
}

fn one(db: &Db, workspace: i64) -> Result<()> {
    let before = db.now_ms() - PATIENCE_MS;
    let waits = db.read_blocking(move |tx| suppression::waiting(tx, workspace, SUSPECT, before, 1))?;
    if waits.is_empty() {
        return Ok(());
    }
    db.write_blocking("suspect.timeout", move |tx| time_out(tx, workspace).map(drop))
}

/// Makes refusals of what is older than a day in one workspace; gives how many.
pub(crate) fn time_out(tx: &mut Tx<'_>, workspace: i64) -> Result<usize> {
    let before = tx.now() - PATIENCE_MS;
    let mut n = 0;
    for row in suppression::waiting(tx, workspace, SUSPECT, before, AT_ONCE)? {
        let Some(one) = read(tx, workspace, &row)? else {
            // The message was erased meanwhile: the stop stays, and is no question any more.
            suppression::settle(tx, workspace, row.tag, "timeout")?;
            continue;
        };
        let refusal = Refuse {
            number: one.number,
            scope: Scope::Marketing,
            method: Method::Timeout,
            evidence: row.evidence,
        };
        refused_by(tx, workspace, &refusal, "system")?;
        n += 1;
    }
    tx.ring(Bell::Workspace(workspace));
    Ok(n)
}
