//! The resources of `/v1`, one file each.

mod access;
mod alarms;
mod audit;
mod bulk;
mod campaigns;
mod clients;
mod contacts;
mod delivery;
mod doctor;
mod filters;
mod imports;
mod inbound;
mod law;
mod lists;
mod lookups;
mod merges;
mod messages;
mod modems;
mod people;
mod phones;
mod proof;
mod queues;
mod reconfirm;
mod registries;
mod restore;
mod routes;
mod segments;
mod templates;
mod traces;
mod unconfirmed;

use crate::Doors;
use crate::api::Api;
use crate::caller::Caller;
pub(crate) use crate::page::id;
use crate::problem::{Answer, Problem};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::Tx;

pub(crate) fn mount(api: &mut Api) {
    messages::mount(api);
    inbound::mount(api);
    people::mount(api);
    contacts::mount(api);
    merges::mount(api);
    filters::mount(api);
    bulk::mount(api);
    lists::mount(api);
    imports::mount(api);
    campaigns::mount(api);
    delivery::mount(api);
    clients::mount(api);
    routes::mount(api);
    traces::mount(api);
    lookups::mount(api);
    modems::mount(api);
    phones::mount(api);
    queues::mount(api);
    alarms::mount(api);
    unconfirmed::mount(api);
    doctor::mount(api);
    access::mount(api);
    audit::mount(api);
    proof::mount(api);
    reconfirm::mount(api);
    templates::mount(api);
    segments::mount(api);
    restore::mount(api);
    law::mount(api);
    registries::mount(api);
}

/// The number behind an id in a path; what is no id is simply not there.
pub(crate) fn path_id(kind: &'static str, what: &str, text: &str) -> Answer<i64> {
    sms::id::parse(kind, text).ok_or_else(|| Problem::not_found(what))
}

/// What a closure ends with when its changes are only to be seen.
enum Ended<T> {
    Seen(T),
    Failed(engine::Error),
}

impl<T> From<store::Error> for Ended<T> {
    fn from(e: store::Error) -> Ended<T> {
        Ended::Failed(e.into())
    }
}

/// Does it, or with `?dry_run=true` does it, looks, and undoes it.
pub(crate) async fn write<T, F>(doors: &Doors, caller: &Caller, name: &'static str, f: F) -> Answer<T>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>, &engine::Ctx) -> engine::Result<T> + Send + 'static,
{
    let (mut f, ctx, dry_run) = (f, caller.ctx.clone(), caller.dry_run);
    let ended = doors.db().write(name, move |tx| match f(tx, &ctx) {
        Ok(value) if dry_run => Err(Ended::Seen(value)),
        Ok(value) => Ok(value),
        Err(e) => Err(Ended::Failed(e)),
    });
    match ended.await {
        Ok(value) | Err(Ended::Seen(value)) => Ok(value),
        Err(Ended::Failed(e)) => Err(e.into()),
    }
}

/// Reads from one snapshot.
pub(crate) async fn read<T, F>(doors: &Doors, caller: &Caller, f: F) -> Answer<T>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>, &engine::Ctx) -> engine::Result<T> + Send + 'static,
{
    let (mut f, ctx) = (f, caller.ctx.clone());
    Ok(doors.db().read(move |tx| f(tx, &ctx)).await?)
}

/// 201 with what was made; a dry run says so with 200.
pub(crate) fn created<T: Serialize>(caller: &Caller, value: T) -> Response {
    let status = if caller.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    (status, Json(value)).into_response()
}
