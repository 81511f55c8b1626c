//! The law: packs as data, what binds one message, and what follows from that.
//!
//! A pack is a file ([`pack`], [`read`]); those in force are the shelf ([`shelf`]); what applies to a recipient is merged
//! once and shared ([`rules`]); hours, texts and names are judged by pure functions. It never sends, and it never asks the
//! network: whoever wants to know why something went or did not go finds pack, version, digest and rule in the decision.

mod areas;
pub mod case;
mod holidays;
pub mod hours;
pub mod judge;
pub mod load;
pub mod name;
pub mod pack;
pub mod policy;
pub mod read;
pub mod registry;
mod rules;
pub mod shelf;
#[cfg(test)]
mod tests;
pub mod text;
mod zones;

pub use load::{Loaded, Offered, PackView};
pub use policy::{Wish, WishView};
pub use read::{Pack, Wrong};
pub use rules::{Cap, Rules};
pub use shelf::Law;
pub use store::machine::law::{Fault, Review};

use crate::{Ctx, Permission, Result};
use serde::Serialize;
use store::{Tx, setting};

/// What was refused at a door, as programs see it.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionView {
    /// The class it had.
    pub class: sms::Class,
    /// The reason.
    pub code: sms::Code,
    /// Which rule said so, with its pack.
    pub rule: String,
    /// The packs that were asked, each as `id@version#sha256`.
    pub law: String,
    /// What was asked, without number and text.
    pub inputs: serde_json::Value,
    /// Through which door it came.
    pub source: String,
    /// When, ms.
    pub at: i64,
}

/// The newest refusals of a workspace.
///
/// # Errors
/// When it may not be asked.
pub fn decisions(tx: &mut Tx<'_>, ctx: &Ctx, limit: i64) -> Result<Vec<DecisionView>> {
    ctx.need(Permission::Read)?;
    let rows = store::decision::list(tx, ctx.workspace, i64::MAX, limit.clamp(1, 1_000))?;
    let view = |d: store::decision::Decision| DecisionView {
        class: d.class,
        code: d.code,
        rule: d.rule,
        law: d.law,
        inputs: serde_json::from_str(&d.inputs).unwrap_or_default(),
        source: d.source,
        at: d.at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Whether rules are kept, or only told: development and checks, where every connector leads back to this machine.
///
/// # Errors
/// When the store refuses.
pub fn keep(tx: &mut Tx<'_>, kept: bool) -> Result<()> {
    match kept {
        true => Ok(setting::remove(tx, setting::LAW_MODE)?),
        false => Ok(setting::set(tx, setting::LAW_MODE, "advise")?),
    }
}
