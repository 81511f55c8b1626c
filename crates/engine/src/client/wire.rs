//! What stands on a client's wire, while somebody of its workspace looks, and the last of it that failed.
//!
//! The rows are those of connectors' wires under the client's own id. All of it is the workspace's: who may read its inbox
//! sees numbers and texts, everybody else who looks after delivery sees them masked.

use super::found;
use crate::trace::{self, View};
use crate::{Ctx, Error, Permission, Result};
use store::Tx;
use store::live;
use store::machine::{client as machine, trace as rows};

pub use store::live::{FAILED_KEPT, Failed};
pub use store::machine::trace::{Packet, Watch};

/// Looks at a client's wire for some minutes from now on; until when.
///
/// # Errors
/// `NotFound`, `NotAllowed`.
pub fn watch(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, mask: &str, minutes: i64) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    found(tx, ctx, id)?;
    trace::begin(tx, ctx, id, mask, minutes)
}

/// Ends all looking at a client's wire.
///
/// # Errors
/// `NotFound`, `NotAllowed`.
pub fn unwatch(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    found(tx, ctx, id)?;
    Ok(rows::unwatch(tx, id).map(drop)?)
}

/// The newest packets of a client, newest first.
///
/// # Errors
/// `NotFound`, `NotAllowed`.
pub fn tail(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, limit: i64) -> Result<Vec<View>> {
    ctx.need(Permission::Delivery)?;
    found(tx, ctx, id)?;
    let open = ctx.may(Permission::Inbox);
    let packets = rows::newest(tx, id, limit.clamp(1, rows::KEPT))?;
    Ok(packets.into_iter().map(|packet| trace::view(packet, open, false)).collect())
}

/// Until when somebody looks at a client's wire, and at which numbers.
///
/// # Errors
/// `NotFound`, `NotAllowed`.
pub fn watched(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Option<(i64, String)>> {
    ctx.need(Permission::Delivery)?;
    found(tx, ctx, id)?;
    let all = rows::watches(tx)?.into_iter().filter(|w| w.connector == id);
    Ok(all.max_by_key(|w| w.until_at).map(|w| (w.until_at, w.mask)))
}

/// One packet of a client.
///
/// # Errors
/// `NotFound`, `NotAllowed`.
pub fn packet(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, packet: i64) -> Result<View> {
    ctx.need(Permission::Delivery)?;
    found(tx, ctx, id)?;
    let found = rows::get(tx, packet)?.filter(|p| p.connector == id).ok_or(Error::NotFound("packet"))?;
    Ok(trace::view(found, ctx.may(Permission::Inbox), false))
}

/// What of a client failed last, newest first, without numbers and text.
///
/// # Errors
/// `NotFound`, `NotAllowed`.
pub fn failed(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Vec<Failed>> {
    ctx.need(Permission::Delivery)?;
    found(tx, ctx, id)?;
    Ok(live::failed(tx, id)?)
}

/// Everybody who looks at anything; for the server, which knows its own clients among them.
///
/// # Errors
/// Those of the store.
pub fn watches(tx: &mut Tx<'_>) -> Result<Vec<Watch>> {
    Ok(rows::watches(tx)?)
}

/// Keeps what stood on a client's wire and what failed there. Of a client that is gone nothing is kept.
///
/// # Errors
/// Those of the store.
pub fn keep(
    tx: &mut Tx<'_>,
    client: i64,
    workspace: i64,
    packets: &[Packet],
    failed: &[Failed],
) -> Result<()> {
    if !machine::is_there(tx, client)? {
        return Ok(());
    }
    if !packets.is_empty() {
        rows::put(tx, client, packets, &[workspace])?;
    }
    if !failed.is_empty() {
        live::put_failed(tx, client, failed)?;
    }
    Ok(())
}
