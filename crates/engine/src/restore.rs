//! A store restored from a copy, as people see it: what is held, and letting it go. Nothing of it goes by itself.

use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use sms::Class;
use store::machine::restored::{self as rows, Item, Restored, Thing};
use store::{Db, Tx};

/// What is known of a restore whose held work waits for a person.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// When it was restored, ms since 1970.
    pub at: i64,
    /// When the copy was made, ms since 1970; 0 where it does not say.
    pub backup_at: i64,
    /// `whole`, `missing` or `damaged`: how far the sent-log could be believed. Unless it is whole, what is held may
    /// have left already.
    pub sent_log: String,
    /// What the machine as a whole found; for its operator alone.
    pub machine: Option<Restored>,
    /// What is held.
    pub held: Vec<HeldView>,
}

/// One thing that is held.
#[derive(Debug, Clone, Serialize)]
pub struct HeldView {
    /// Its id, as `release` takes it.
    pub id: i64,
    /// `campaign`, `messages`, `scheduled`, `job`.
    pub kind: &'static str,
    /// For whom.
    pub workspace: i64,
    /// The campaign's or connector's name, the job's kind.
    pub name: String,
    /// The class of its messages.
    pub class: Option<Class>,
    /// Messages that wait in it.
    pub waiting: i64,
}

/// What is to be let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Everything one may see.
    All,
    /// One thing of the list.
    One(i64),
}

/// Reads the ledgers of `ledgers` into a copy and holds everything. Nothing else may run on the store.
///
/// # Errors
/// When the ledgers or the store cannot be read.
pub fn replay(db: &Db, ledgers: &std::path::Path) -> Result<rows::Outcome> {
    Ok(rows::replay(db, ledgers)?)
}

/// How things stand; `None` where nothing is held by a restore. A console without a workspace sees all of them.
///
/// # Errors
/// When it may not be asked.
pub fn status(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Option<View>> {
    ctx.need(Permission::Admin)?;
    let Some(restored) = rows::get(tx)? else { return Ok(None) };
    let held = rows::held(tx, ctx.workspace)?.into_iter().map(|h| HeldView {
        id: h.item.id,
        kind: h.item.thing.name(),
        workspace: h.item.workspace,
        name: h.name,
        class: h.class,
        waiting: h.waiting,
    });
    Ok(Some(View {
        at: restored.at,
        backup_at: restored.backup_at,
        sent_log: restored.sent_log.clone(),
        held: held.collect(),
        machine: (ctx.workspace == 0).then_some(restored),
    }))
}

/// How many things of this workspace are held; for whoever sees its pages.
///
/// # Errors
/// When the store cannot be read.
pub fn waiting(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<i64> {
    if rows::get(tx)?.is_none() {
        return Ok(0);
    }
    Ok(i64::try_from(rows::held(tx, ctx.workspace)?.len()).unwrap_or(i64::MAX))
}

/// Lets held things go; gives how many. Where the sent-log is not whole they may have left before the restore, and
/// `may_repeat` must say that this is meant.
///
/// # Errors
/// `sent_log_not_whole`, `not_restored`, `NotFound`.
pub fn release(tx: &mut Tx<'_>, ctx: &Ctx, which: Which, may_repeat: bool) -> Result<i64> {
    ctx.need(Permission::Admin)?;
    let Some(restored) = rows::get(tx)? else { return Err(Error::Conflict("not_restored")) };
    if restored.sent_log != "whole" && !may_repeat {
        return Err(Error::Conflict("sent_log_not_whole"));
    }
    let held = rows::held(tx, ctx.workspace)?;
    let wanted: Vec<Item> = match which {
        // Campaigns first: their jobs go with them.
        Which::All => held.iter().map(|h| h.item).collect(),
        Which::One(id) => held.iter().map(|h| h.item).filter(|item| item.id == id).collect(),
    };
    if wanted.is_empty() && which != Which::All {
        return Err(Error::NotFound("held item"));
    }
    debug_assert!(wanted.windows(2).all(|w| w[1].thing != Thing::Campaign || w[0].thing == Thing::Campaign));
    let mut released = 0;
    for item in wanted {
        released += i64::from(rows::release(tx, item)?);
    }
    Ok(released)
}
