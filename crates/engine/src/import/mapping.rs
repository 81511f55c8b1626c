//! A file whose header came before is read as a person chose then: nobody maps the same export twice.

use sha2::{Digest, Sha256};
use store::{Tx, import_mapping as rows};

use super::columns::Target;
use super::plan::Plan;
use crate::audience::text;
use crate::{Ctx, Permission, Result};

/// The digest of a header; `None` where a column has no name, for then it says too little.
fn header(plan: &Plan) -> Option<[u8; 32]> {
    let mut digest = Sha256::new();
    for column in &plan.columns {
        if column.header.trim().is_empty() {
            return None;
        }
        digest.update((column.header.len() as u64).to_be_bytes());
        digest.update(column.header.as_bytes());
    }
    (!plan.columns.is_empty()).then(|| digest.finalize().into())
}

/// The plan with what was chosen for its header before; `true` where something was.
///
/// # Errors
/// When it may not be asked.
pub fn remembered(tx: &mut Tx<'_>, ctx: &Ctx, plan: &mut Plan) -> Result<bool> {
    ctx.need(Permission::Contacts)?;
    let Some(header) = header(plan) else { return Ok(false) };
    let Some(kept) = rows::get(tx, ctx.workspace, &header)? else { return Ok(false) };
    let chosen: Vec<Target> = serde_json::from_str(&kept).unwrap_or_default();
    if chosen.len() != plan.columns.len() {
        return Ok(false);
    }
    let places: Vec<usize> = plan.columns.iter().map(|c| c.index).collect();
    for (index, target) in places.into_iter().zip(chosen) {
        plan.set(index, target);
    }
    Ok(true)
}

/// Remembers what was chosen for the header of a plan.
pub(super) fn remember(tx: &mut Tx<'_>, workspace: i64, plan: &Plan) -> Result<()> {
    let Some(header) = header(plan) else { return Ok(()) };
    let targets: Vec<&Target> = plan.columns.iter().map(|c| &c.target).collect();
    Ok(rows::put(tx, workspace, &header, &text::json(&targets))?)
}
