//! A segment as a list: frozen once for a person, or kept beside the segment for the campaigns that are written to it.

use super::{members, rows};
use crate::audience::list_create;
use crate::{Ctx, Error, Permission, Result};
use std::collections::HashSet;
use store::{Db, Tx, list};

/// People of one slice.
const AT_ONCE: usize = 500;
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
    // The question is asked once: it may cost as much for five hundred as for all.
    let people = db.read_blocking(move |tx| members(tx, workspace, id, 0, i64::MAX))?;
    for slice in people.chunks(AT_ONCE) {
        let put = slice.to_vec();
        db.background_blocking("segment.freeze", move |tx| list::add(tx, workspace, list, &put))?;
    }
    Ok(list)
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
    let (wanted, there) = db.read_blocking(move |tx| {
        let wanted = members(tx, workspace, segment, 0, i64::MAX)?;
        Ok::<_, Error>((wanted, rows::members_between(tx, workspace, list, (0, i64::MAX))?))
    })?;
    // Both by contact; what is in both is not touched.
    let (gone, new) = (without_those(&there, &wanted), without_those(&wanted, &there));
    for slice in gone.chunks(AT_ONCE) {
        let out = slice.to_vec();
        db.background_blocking("segment.refresh", move |tx| list::take_out(tx, workspace, list, &out))?;
    }
    for slice in new.chunks(AT_ONCE) {
        let put = slice.to_vec();
        db.background_blocking("segment.refresh", move |tx| list::add(tx, workspace, list, &put))?;
    }
    Ok(())
}

/// Those of `all` that are not in `but`.
fn without_those(all: &[i64], but: &[i64]) -> Vec<i64> {
    let but: HashSet<i64> = but.iter().copied().collect();
    all.iter().copied().filter(|one| !but.contains(one)).collect()
}
