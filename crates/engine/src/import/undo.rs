//! An import taken back: whoever it made goes, whoever it changed is again what they were, and the permissions it claimed
//! end. Whoever somebody has changed since, or who has answered, stays; so does every refusal, wherever it stood.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use sms::id::{self, kind};
use store::contact::bulk::Known;
use store::contact::{self, Before};
use store::import::{self as rows, Import, State};
use store::machine::job::{self, JobKind};
use store::{Bell, Tx, bulk, consent, list};

use super::start::Frozen;
use crate::audience::{text, values_changed};
use crate::work::{Next, Work};
use crate::{Ctx, Error, Permission, Result, audit};

/// So far apart clocks of nodes may be.
const CLOCKS_APART_MS: i64 = 600_000;
/// People of one slice.
const AT_ONCE: i64 = 200;

/// What somebody was before a file changed them.
#[derive(Debug, Serialize, Deserialize)]
struct Was {
    first: String,
    last: String,
    fields: String,
    consent: i64,
    joined: bool,
}

/// What is kept of somebody before a file changes them.
pub(super) fn was(old: &Known, joined: bool) -> String {
    text::json(&Was {
        first: old.first_name.clone(),
        last: old.last_name.clone(),
        fields: old.fields.clone(),
        consent: old.consent,
        joined,
    })
}

/// Who of these is in the import's list already.
pub(super) fn inside<'a>(
    tx: &mut Tx<'_>,
    import: &Frozen,
    people: impl Iterator<Item = &'a Known>,
) -> Result<HashSet<i64>> {
    if import.list == 0 {
        return Ok(HashSet::new());
    }
    let ids: Vec<i64> = people.map(|k| k.id).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    Ok(list::members_of(tx, import.workspace, import.list, &ids)?.into_iter().collect())
}

/// Asks for an import to be taken back; a job does it.
///
/// # Errors
/// When it may not be asked, there is none, or it has not ended.
pub fn undo(tx: &mut Tx<'_>, ctx: &Ctx, import: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    let row = rows::get(tx, ctx.workspace, import)?.ok_or(Error::NotFound("import"))?;
    let over = [State::Done, State::Stopped, State::Failed];
    if !rows::step(tx, ctx.workspace, import, &over, State::Undoing, "")? {
        return Err(Error::Conflict("not_over"));
    }
    // Whom it made came after it: ids are in the order of time, as far as the clocks of nodes agree.
    rows::place_undo(
        tx,
        ctx.workspace,
        import,
        import - (CLOCKS_APART_MS << (id::NODE_BITS + id::SEQ_BITS)),
    )?;
    audit::note(tx, ctx, "import.undone", &id::public(kind::IMPORT, import), &row.name)?;
    let now = tx.now();
    job::put(tx, JobKind::ImportUndo, ctx.workspace, import, now)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// The job.
pub(crate) fn run(work: &Work<'_>) -> Result<Next> {
    let (workspace, import) = (work.job.workspace, work.job.subject);
    while work.db.background_blocking("import.undo", move |tx| slice(tx, workspace, import))? {
        if !work.go_on() {
            return Ok(Next::Again(work.db.now_ms()));
        }
    }
    Ok(Next::Done)
}

/// One slice; `false` when all is taken back.
fn slice(tx: &mut Tx<'_>, workspace: i64, import: i64) -> Result<bool> {
    let row = rows::get(tx, workspace, import)?.filter(|row| row.state == State::Undoing);
    let Some(row) = row else { return Ok(false) };
    tx.ring(Bell::Workspace(workspace));
    let changed = bulk::touched(tx, workspace, import, 0, AT_ONCE)?;
    if !changed.is_empty() {
        restore(tx, workspace, &row, &changed)?;
        return Ok(true);
    }
    let made = rows::made(tx, workspace, import, row.place, AT_ONCE)?;
    let Some(last) = made.last().map(|one| one.id) else {
        rows::step(tx, workspace, import, &[State::Undoing], State::Undone, "")?;
        return Ok(false);
    };
    let tags: Vec<i64> = made.iter().map(|one| one.tag).collect();
    end_claims(tx, workspace, import, &tags)?;
    for one in &made {
        if one.changed {
            withdraw(tx, workspace, &one.number)?;
        } else {
            contact::remove(tx, workspace, one.id)?;
        }
    }
    rows::place_undo(tx, workspace, import, last)?;
    Ok(true)
}

/// Whoever stays does not stay permitted by a file that was taken back.
fn withdraw(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<()> {
    let tag = tx.tag(number);
    let said = contact::bulk::history(tx, workspace, &[tag])?;
    // Somebody else's word beside the file's still holds.
    let other = said.iter().any(|s| s.grant && !s.import);
    if consent::state(tx, workspace, number)? == consent::State::Granted && !other {
        let now = tx.now();
        consent::set_state(tx, workspace, number, consent::State::Unknown, now)?;
    }
    Ok(())
}

/// People who were there before are again what they were.
fn restore(tx: &mut Tx<'_>, workspace: i64, row: &Import, changed: &[(i64, String)]) -> Result<()> {
    // The end of a file is the last moment at which it changed anybody; a run that was cut off ended when it was stopped.
    let until = if row.done_at == 0 { tx.now() } else { row.done_at };
    let (mut tags, mut leave) = (Vec::new(), Vec::new());
    for (id, before) in changed {
        let Some(now) = contact::get(tx, workspace, *id)? else { continue };
        let Ok(was) = serde_json::from_str::<Was>(before) else { continue };
        tags.push(now.tag);
        if was.joined {
            leave.push(*id);
        }
        let search = text::search(&was.first, &was.last, &now.number, &text::fields(&was.fields));
        let back = Before {
            id: *id,
            first_name: &was.first,
            last_name: &was.last,
            fields: &was.fields,
            search: &search,
            consent: was.consent,
            consent_at: now.consent_at,
            unless_after: until,
        };
        if contact::put_back(tx, workspace, &[back])? > 0 {
            values_changed(tx, workspace, || vec![(*id, was.fields.clone())])?;
        } else {
            withdraw(tx, workspace, &now.number)?;
        }
    }
    list::take_out(tx, workspace, row.list, &leave)?;
    end_claims(tx, workspace, row.id, &tags)?;
    let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
    bulk::forget_touch(tx, workspace, row.id, &ids)?;
    Ok(())
}

/// The permissions that the file claimed end; that they were claimed, and taken back, stays on record.
fn end_claims(tx: &mut Tx<'_>, workspace: i64, import: i64, tags: &[i64]) -> Result<()> {
    let name = id::public(kind::IMPORT, import);
    let (now, claimed) = (tx.now(), rows::claimed(tx, workspace, &name, tags)?);
    let events: Vec<consent::New<'_>> = claimed
        .iter()
        .map(|tag| consent::New {
            workspace,
            tag: *tag,
            purpose: "marketing",
            action: "expire",
            method: "import",
            evidence: &name,
            claimed_at: now,
            ..consent::New::default()
        })
        .collect();
    if !events.is_empty() {
        consent::add(tx, &events)?;
    }
    Ok(())
}
