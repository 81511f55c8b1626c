//! Clients of the SMPP server: all of them, one, a new one, its password.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::client::{self, INFO, Made, View};
use engine::{Ctx, Error, Permission, connector};
use sms::id::{kind, public};
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::home::Part;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::clients::{self as pages, ClientLine, ClientView, ClientsView, Fresh, SessionLine};
use crate::pages::connection::FailedLine;
use crate::pages::connections::ConnectionForm;
use crate::pages::trace::{self as trace_page, TraceView};

const BASE: &str = "/delivery/clients";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(list).post(add))
        .route("/delivery/clients/new", get(new))
        .route("/delivery/clients/{id}", get(one).post(save))
        .route("/delivery/clients/{id}/password", post(password))
        .route("/delivery/clients/{id}/numbers", post(numbers))
        .route("/delivery/clients/{id}/enable", post(enable))
        .route("/delivery/clients/{id}/disable", post(disable))
        .route("/delivery/clients/{id}/remove", post(remove))
}

fn line(c: &View) -> ClientLine {
    let session = |s: &client::SessionView| SessionLine {
        bind: s.bind,
        address: s.address.clone(),
        version: s.version,
        tls: s.tls,
        since: s.since,
        rate: s.rate,
        accepted: s.accepted,
        refused: s.refused,
    };
    ClientLine {
        id: c.id.clone(),
        name: c.name.clone(),
        system_id: c.system_id.clone(),
        enabled: c.enabled,
        sessions: c.sessions.iter().map(session).collect(),
        waiting: c.waiting,
        bound_at: c.bound_at,
        bound_from: c.bound_from.clone(),
        numbers: c.numbers.clone(),
    }
}

fn view(c: &View, owned: &[String], fresh: Option<Fresh>) -> ClientView {
    let offered = owned.iter().filter(|n| !c.numbers.contains(n)).cloned().collect();
    let form = ConnectionForm {
        name: c.name.clone(),
        kind: INFO.name.to_owned(),
        values: c.settings.clone().into_iter().collect(),
        fault: None,
        exists: true,
        ..ConnectionForm::default()
    };
    ClientView { client: line(c), form, fresh, offered, trace: None, failed: None }
}

/// What stands and failed on its wire, for those who look after connections.
type Wire = (Option<TraceView>, Option<Vec<FailedLine>>);

fn wire(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> engine::Result<Wire> {
    let failed = ctx.may(Permission::Delivery).then(|| client::failed(tx, ctx, id)).transpose()?;
    let failed = failed.map(|all| all.iter().map(failed_line).collect());
    Ok((super::traces::of_client(tx, ctx, id)?, failed))
}

fn failed_line(f: &client::Failed) -> FailedLine {
    let fields = f.fields.lines().filter_map(|line| line.split_once(": "));
    FailedLine {
        at: f.at,
        ours: f.ours,
        command: f.command.clone(),
        status: (f.status != connector::NO_ANSWER).then(|| f.status.clone()),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        message: (f.message != 0).then(|| public(kind::MESSAGE, f.message)),
    }
}

async fn list(seat: Seat, Query(wanted): Query<Part>) -> Answer {
    let found = seat.read(client::list).await?;
    let data = ClientsView { clients: found.iter().map(line).collect() };
    let shell = seat.shell().await?;
    if wanted.part == "all" {
        return Ok(reply::page(pages::part(&seat.words, &shell, &data)));
    }
    Ok(seat.page(pages::view(&seat.words, &shell, &data)))
}

async fn new(seat: Seat) -> Answer {
    let shell = seat.shell().await?;
    Ok(seat.page(pages::new(&seat.words, &shell, &INFO, &ConnectionForm::default())))
}

/// What a form says of an account; what is empty is as it was, or as a new account has it.
fn given(posted: &Posted) -> Vec<(String, String)> {
    let all = posted.all().iter().filter(|(name, _)| name != "csrf" && name != "name");
    all.filter(|(name, value)| name != "system_id" || !value.is_empty()).cloned().collect()
}

async fn add(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (name, settings) = (posted.get("name").to_owned(), given(&posted));
    let (n, s) = (name.clone(), settings.clone());
    let made = seat.write("add client", move |tx, ctx| client::add(tx, ctx, &n, &s)).await;
    match made {
        Ok(made) => fresh(seat, made).await,
        Err(e @ Error::Invalid { .. }) => {
            let fault = Some(shown::why(&seat.words, &e));
            let form = ConnectionForm { name, values: settings, fault, ..ConnectionForm::default() };
            let shell = seat.shell().await?;
            Ok(reply::refused(pages::new(&seat.words, &shell, &INFO, &form)))
        }
        Err(e) => Err(e.into()),
    }
}

/// The page of an account with its password, in this one answer; it is kept nowhere, not even in an address.
async fn fresh(seat: &Seat, made: Made) -> Answer {
    let owned = owned(seat).await?;
    let fresh = Fresh { system_id: made.client.system_id.clone(), password: made.password };
    let data = view(&made.client, &owned, Some(fresh));
    let shell = seat.shell().await?;
    Ok(reply::page(pages::one(&seat.words, &shell, &INFO, &data)))
}

async fn owned(seat: &Seat) -> Result<Vec<String>, Oops> {
    Ok(seat.read(connector::numbers).await?.into_iter().map(|n| n.number).collect())
}

async fn one(seat: Seat, Path(id): Path<String>, Query(wanted): Query<Part>) -> Answer {
    let stored = id_of(kind::CLIENT, &id)?;
    let read = seat.read(move |tx, ctx| Ok((client::get(tx, ctx, stored)?, wire(tx, ctx, stored)?)));
    let (found, (trace, failed)) = read.await?;
    let shell = seat.shell().await?;
    if let (true, Some(trace)) = (wanted.part == "trace", &trace) {
        return Ok(reply::page(trace_page::tail(&seat.words, &shell, trace)));
    }
    let data = ClientView { trace, failed, ..view(&found, &owned(&seat).await?, None) };
    if wanted.part == "living" {
        return Ok(reply::page(pages::living(&seat.words, &data)));
    }
    Ok(seat.page(pages::one(&seat.words, &shell, &INFO, &data)))
}

async fn save(Path(id): Path<String>, posted: Posted) -> Answer {
    let (stored, seat, settings) = (id_of(kind::CLIENT, &id)?, &posted.seat, given(&posted));
    let wanted = settings.clone();
    let saved = seat.write("save client", move |tx, ctx| client::update(tx, ctx, stored, &wanted)).await;
    match saved {
        Ok(_) => Ok(reply::done(&format!("{BASE}/{id}"), "said-saved", None)),
        Err(e @ Error::Invalid { .. }) => {
            let found = seat.read(move |tx, ctx| client::get(tx, ctx, stored)).await?;
            let mut data = view(&found, &owned(seat).await?, None);
            (data.form.values, data.form.fault) = (settings, Some(shown::why(&seat.words, &e)));
            let shell = seat.shell().await?;
            Ok(reply::refused(pages::one(&seat.words, &shell, &INFO, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn password(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CLIENT, &id)?;
    let made =
        posted.seat.write("client password", move |tx, ctx| client::reset_password(tx, ctx, stored)).await?;
    fresh(&posted.seat, made).await
}

async fn numbers(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CLIENT, &id)?;
    let (give, take) = (posted.get("give").to_owned(), posted.get("take").to_owned());
    let given = posted.seat.write("client number", move |tx, ctx| {
        if give.is_empty() {
            client::give_number(tx, ctx, &take, None)
        } else {
            client::give_number(tx, ctx, &give, Some(stored))
        }
    });
    given.await?;
    Ok(reply::done(&format!("{BASE}/{id}"), "said-saved", None))
}

async fn enable(Path(id): Path<String>, posted: Posted) -> Answer {
    switch(&id, &posted, true).await
}

async fn disable(Path(id): Path<String>, posted: Posted) -> Answer {
    switch(&id, &posted, false).await
}

async fn switch(id: &str, posted: &Posted, on: bool) -> Answer {
    let stored = id_of(kind::CLIENT, id)?;
    posted.seat.write("switch client", move |tx, ctx| client::set_enabled(tx, ctx, stored, on)).await?;
    let said = if on { "said-switched-on" } else { "said-switched-off" };
    Ok(reply::done(&format!("{BASE}/{id}"), said, None))
}

async fn remove(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CLIENT, &id)?;
    posted.seat.write("remove client", move |tx, ctx| client::remove(tx, ctx, stored)).await?;
    Ok(reply::done(BASE, "said-removed", None))
}
