//! The lists of a workspace, as choices.

use engine::Ctx;
use sms::id::{kind, public};
use store::{Tx, list};

use crate::ui::form::Choice;

/// Every list there is, by its public id and name.
pub(super) fn choices(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Vec<Choice>> {
    ctx.need(engine::Permission::Read)?;
    let all = list::all(tx, ctx.workspace)?;
    Ok(all.into_iter().map(|l| Choice::new(public(kind::LIST, l.id), l.name)).collect())
}
