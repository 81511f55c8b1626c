//! A segment as a list: frozen once for a person, or kept beside the segment for the campaigns that are written to it.

use super::{members, rows};
use crate::audience::list_create;
use crate::{Ctx, Error, Permission, Result};
use std::collections::HashSet;
use store::{Db, Tx, list};

/// People of one slice.
const AT_ONCE: i64 = 500;
/// Makes a list of whom a segment finds now and gives it. For callers that hold the store: it takes its own slices.
///
/// # Errors
/// When it may not be asked, there is no such segment, or the name is taken.
pub fn freeze(db: &Db, ctx: &Ctx, id: i64, name: &str) -> Result<i64> {
    let (asked, wanted, workspace) = (ctx.clone(), name.to_owned(), ctx.workspace);
    let list = db.write_blocking("segment.freeze", move |tx| {
        asked.need(Permission::Contacts)?;
        rows::get(tx, asked.workspace, id)?.ok_or(Error::NotFound("segment"))?;
        list_create(tx, &asked, &wanted)
    })?;
    let mut after = 0;
    loop {
        let people = db.read_blocking(move |tx| members(tx, workspace, id, after, AT_ONCE))?;
        let Some(last) = people.last().copied() else { return Ok(list) };
        let put = people.clone();
        db.background_blocking("segment.freeze", move |tx| list::add(tx, workspace, list, &put))?;
        after = last;
    }
}

/// The list that stands for a segment in campaigns, made where there is none, with whom it finds now. Who is in it is
/// settled anew at each launch.
///
/// # Errors
/// When it may not be asked, there is no such segment, or its fields are still gathered.
pub fn live(db: &Db, ctx: &Ctx, id: i64) -> Result<i64> {
    let (asked, workspace) = (ctx.clone(), ctx.workspace);
    let list = db.write_blocking("segment.list", move |tx| live_list(tx, &asked, id))?;
    refresh(db, workspace, list)?;
    Ok(list)
}

fn live_list(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<i64> {
    ctx.need(Permission::Campaigns)?;
    let segment = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("segment"))?;
    let public = sms::id::public(sms::id::kind::SEGMENT, id);
    let taken = list::by_name(tx, ctx.workspace, &segment.name)?.is_some();
    let name = if taken { format!("{} ({public})", segment.name) } else { segment.name };
    Ok(rows::list_of_segment(tx, ctx.workspace, id, &name)?)
}

/// Settles who is in the list of a segment, slice by slice: whom it finds now, and nobody else. A list of its own is left
/// as it is.
pub(crate) fn refresh(db: &Db, workspace: i64, list: i64) -> Result<()> {
    let segment = db.read_blocking(move |tx| rows::of_list(tx, workspace, list))?;
    if segment == 0 {
        return Ok(());
    }
    let mut after = 0;
    loop {
        let found = db.read_blocking(move |tx| members(tx, workspace, segment, after, AT_ONCE))?;
        let whole = found.len() as i64 == AT_ONCE;
        let upto = found.last().copied().filter(|_| whole).unwrap_or(i64::MAX);
        let put = found.clone();
        db.background_blocking("segment.refresh", move |tx| {
            let there = rows::members_between(tx, workspace, list, (after, upto))?;
            let wanted: HashSet<i64> = put.iter().copied().collect();
            let gone: Vec<i64> = there.into_iter().filter(|c| !wanted.contains(c)).collect();
            list::take_out(tx, workspace, list, &gone)?;
            list::add(tx, workspace, list, &put).map(drop)
        })?;
        if !whole {
            return Ok(());
        }
        after = upto;
    }
}
