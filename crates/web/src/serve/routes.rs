//! The routes: reading them with their draft, changing the draft, publishing it, asking them.

use axum::Router;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query};
use axum::routing::{get, post};
use engine::route::doc::{Doc, HoursDoc, micros};
use engine::route::draft::{self, Change, View};
use engine::route::explain::{self, Asked};
use engine::route::file::{self, Fault};
use engine::route::{list, replay, steps};
use engine::{Ctx, Error, Permission, connector};
use serde::Deserialize;
use sms::Class;
use sms::id::kind;
use store::Tx;
use store::network::Which;
use store::route::{Choose, Rewrite};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::{Oops, unread};
use super::reply::{self, Answer};
use super::shown;
use crate::pages::error::Kind;
use crate::pages::routes::{
    AskForm, BASE, DraftBar, FaultLine, Legs, RoutesView, RuleForm, Told, VersionLine, form_page, view,
};
use crate::pages::settings::zones;
use crate::ui::form::Choice;

/// Largest list that is pasted; more is brought by the command or the API.
const PASTED_MAX: usize = 4 << 20;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(show).post(add))
        .route("/delivery/routes/new", get(new))
        .route("/delivery/routes/publish", post(publish))
        .route("/delivery/routes/discard", post(discard))
        .route("/delivery/routes/restore", post(restore))
        .route("/delivery/routes/table", post(bring))
        .route("/delivery/routes/table.json", get(take))
        .route("/delivery/routes/rates", post(rates))
        .route("/delivery/routes/rates/remove", post(rates_remove))
        .route("/delivery/routes/networks", post(networks))
        .route("/delivery/routes/{id}", get(edit).post(save))
        .route("/delivery/routes/{id}/{deed}", post(deed))
        .layer(DefaultBodyLimit::max(PASTED_MAX))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    compare: String,
    at: String,
    by: String,
    number: String,
    class: String,
    from: String,
    text: String,
}

/// What a page of routes is made of.
struct Found {
    current: View,
    draft: Option<View>,
    history: Vec<View>,
    rates: Vec<list::RateView>,
    networks: list::NetworksView,
    difference: Option<replay::Difference>,
    connectors: Vec<connector::View>,
}

fn found(tx: &mut Tx<'_>, ctx: &Ctx, compare: bool) -> engine::Result<Found> {
    let may = ctx.may(Permission::Delivery);
    let draft = if may { draft::draft(tx, ctx)? } else { None };
    let compared = may && compare && draft.is_some();
    Ok(Found {
        current: draft::current(tx, ctx)?,
        difference: compared.then(|| replay::replay(tx, ctx)).transpose()?,
        draft,
        history: if may { draft::history(tx, ctx)? } else { Vec::new() },
        rates: list::rates(tx, ctx)?,
        networks: list::networks(tx, ctx)?,
        connectors: connector::list(tx, ctx)?,
    })
}

fn choices(connectors: &[connector::View]) -> Vec<Choice> {
    let real = connectors.iter().filter(|c| c.kind != connector::SIMULATOR);
    real.map(|c| Choice::new(c.name.clone(), c.name.clone())).collect()
}

async fn data(seat: &Seat, wanted: &Wanted, fault: Option<(String, String)>) -> Result<RoutesView, Oops> {
    let compare = !wanted.compare.is_empty();
    let found = seat.read(move |tx, ctx| found(tx, ctx, compare)).await?;
    let draft = found.draft.as_ref().map(|d| DraftBar {
        edit: d.edit,
        version: found.current.version,
        steps: steps::steps(&found.current.rules, &d.rules),
        overtaken: d.version != found.current.version,
        difference: found.difference.clone(),
    });
    let line =
        |v: &View| VersionLine { version: v.version, at: v.at, rules: v.rules.len(), restored: v.restored };
    let mut view = RoutesView {
        draft,
        may: seat.ctx().may(Permission::Delivery),
        touched: (!wanted.at.is_empty()).then(|| (wanted.at.clone(), wanted.by.clone())),
        ask: AskForm {
            number: wanted.number.clone(),
            class: wanted.class.clone(),
            from: wanted.from.clone(),
            text: wanted.text.clone(),
            error: None,
        },
        told: None,
        history: found.history.iter().map(line).collect(),
        rates: found.rates,
        networks: found.networks,
        connections: choices(&found.connectors),
        rules: found.draft.map_or(found.current.rules, |d| d.rules),
        fault,
        faults: Vec::new(),
    };
    if !wanted.number.trim().is_empty() {
        ask(seat, &mut view).await?;
    }
    Ok(view)
}

async fn ask(seat: &Seat, view: &mut RoutesView) -> Result<(), Oops> {
    let asked = Asked {
        number: view.ask.number.clone(),
        class: view.ask.class.parse::<Class>().ok(),
        from: view.ask.from.trim().to_owned(),
        text: view.ask.text.clone(),
        draft: view.draft.is_some(),
    };
    let ctx = seat.ctx().clone();
    match seat.web.db().read(move |tx| explain::explain(tx, &ctx, &asked)).await {
        Ok(said) => view.told = Some(Told { number: seat.number(&said.number), said }),
        Err(e @ Error::Invalid { .. }) => view.ask.error = Some(shown::why(&seat.words, &e).1),
        Err(e) => return Err(e.into()),
    }
    Ok(())
}

async fn show(seat: Seat, Query(wanted): Query<Wanted>) -> Answer {
    let data = data(&seat, &wanted, None).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

/// The page again with what is wrong.
async fn refused(seat: &Seat, form: &str, e: &Error) -> Answer {
    let (_, says) = shown::why(&seat.words, e);
    let data = data(seat, &Wanted::default(), Some((form.to_owned(), says))).await?;
    let shell = seat.shell().await?;
    Ok(reply::refused(view(&seat.words, &shell, &data)))
}

async fn form(
    seat: &Seat,
    rule: Doc,
    ceiling: String,
    fault: Option<(String, String)>,
) -> Result<RuleForm, Oops> {
    if !seat.ctx().may(Permission::Delivery) {
        return Err(Error::NotAllowed(Permission::Delivery).into());
    }
    let connectors = seat.read(connector::list).await?;
    let zone = seat.signed_in.workspace.zone.clone();
    let mut zones: Vec<Choice> = zones(&seat.words).into_iter().filter(|z| !z.value.is_empty()).collect();
    for other in [&zone, &rule.hours.as_ref().map_or(String::new(), |h| h.zone.clone())] {
        if !other.is_empty() && !zones.iter().any(|z| z.value == *other) {
            zones.push(Choice::new(other.clone(), other.replace('_', " ")));
        }
    }
    Ok(RuleForm { rule, ceiling, connections: choices(&connectors), zones, zone, fault })
}

async fn new(seat: Seat) -> Answer {
    let form = form(&seat, Doc::default(), String::new(), None).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(form_page(&seat.words, &shell, &form)))
}

async fn edit(Path(id): Path<String>, seat: Seat) -> Answer {
    let (current, draft) = seat
        .read(|tx, ctx| {
            ctx.need(Permission::Delivery)?;
            Ok((draft::current(tx, ctx)?, draft::draft(tx, ctx)?))
        })
        .await?;
    let rules = draft.map_or(current.rules, |d| d.rules);
    let rule = rules.into_iter().find(|r| r.id == id).ok_or(Oops::Page(Kind::NotFound))?;
    let form = form(&seat, rule, String::new(), None).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(form_page(&seat.words, &shell, &form)))
}

/// The pieces of a field that holds several, parted by commas or lines.
fn pieces(text: &str) -> Vec<String> {
    text.split([',', ';', '\n', '،']).map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// What the form says; a price that is none is told beside it.
fn posted_rule(posted: &Posted, id: &str) -> Doc {
    let several = |name: &str| pieces(posted.get(name));
    let all = |name: &str| -> Vec<String> {
        posted.all().iter().filter(|(n, _)| n == name).map(|(_, v)| v.trim().to_owned()).collect()
    };
    let (from, to, days) = (posted.get("hour-from"), posted.get("hour-to"), all("day"));
    let hours = (!from.is_empty() || !to.is_empty() || !days.is_empty()).then(|| HoursDoc {
        days,
        from: from.into(),
        to: to.into(),
        zone: posted.get("zone").into(),
    });
    let legs = all("to").into_iter().zip(all("weight")).take(Legs::MAX).filter(|(name, _)| !name.is_empty());
    let (to, weights): (Vec<String>, Vec<i64>) =
        legs.map(|(name, weight)| (name, weight.parse().unwrap_or(-1))).unzip();
    let words =
        all("old").into_iter().zip(all("new")).filter(|(old, new)| !old.is_empty() || !new.is_empty());
    Doc {
        id: id.into(),
        name: posted.get("name").into(),
        off: false,
        prefixes: several("prefixes"),
        countries: several("countries"),
        networks: several("networks"),
        senders: several("senders"),
        classes: all("class").iter().filter_map(|c| c.parse().ok()).collect(),
        workspaces: several("workspaces"),
        hours,
        contains: several("contains"),
        pattern: posted.get("pattern").into(),
        ceiling_micros: micros(posted.get("ceiling")),
        choose: match posted.get("choose") {
            "share" => Choose::Share,
            "cheapest" => Choose::Cheapest,
            _ => Choose::Order,
        },
        to,
        weights,
        rewrite: Rewrite {
            strip: posted.get("strip").into(),
            add: posted.get("add").into(),
            sender: posted.get("sender").into(),
            words: words.collect(),
        },
    }
}

async fn add(posted: Posted) -> Answer {
    keep(&posted, "").await
}

async fn save(Path(id): Path<String>, posted: Posted) -> Answer {
    id_of(kind::ROW, &id)?;
    keep(&posted, &id).await
}

async fn keep(posted: &Posted, id: &str) -> Answer {
    let seat = &posted.seat;
    let mut rule = posted_rule(posted, id);
    let ceiling = posted.get("ceiling").to_owned();
    let is_new = id.is_empty();
    let (stored, wanted) = (id_of(kind::ROW, id).ok(), rule.clone());
    let kept = if !ceiling.is_empty() && rule.ceiling_micros.is_none() {
        Err(Error::invalid("ceiling", "no_price", "must be a price, as 0.06"))
    } else {
        seat.write("draft route", move |tx, ctx| {
            let mut doc = wanted.clone();
            if let Some(id) = stored {
                // Whether it is passed over is switched elsewhere.
                let rules = match draft::draft(tx, ctx)? {
                    Some(draft) => draft.rules,
                    None => draft::current(tx, ctx)?.rules,
                };
                let public = sms::id::public(kind::ROW, id);
                doc.off = rules.iter().any(|r| r.id == public && r.off);
            }
            let change = if is_new { Change::Add(Box::new(doc)) } else { Change::Set(Box::new(doc)) };
            draft::change(tx, ctx, None, &change)
        })
        .await
    };
    match kept {
        Ok(_) => Ok(reply::done(BASE, "said-drafted", None)),
        Err(e @ (Error::Invalid { .. } | Error::Conflict(_))) => {
            rule.weights.iter_mut().for_each(|weight| *weight = (*weight).max(0));
            let form = form(seat, rule, ceiling, Some(shown::why(&seat.words, &e))).await?;
            let shell = seat.shell().await?;
            Ok(reply::refused(form_page(&seat.words, &shell, &form)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn deed(Path((id, deed)): Path<(String, String)>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let change = match deed.as_str() {
        "up" => Change::Move(stored, -1),
        "down" => Change::Move(stored, 1),
        "on" => Change::Switch(stored, false),
        "off" => Change::Switch(stored, true),
        "remove" => Change::Remove(stored),
        _ => return Err(Oops::Page(Kind::NotFound)),
    };
    let done = posted.seat.write("draft route", move |tx, ctx| draft::change(tx, ctx, None, &change)).await;
    match (done, deed.as_str()) {
        // No fragment: a browser that goes to one gives the focus to nobody.
        (Ok(_), "up" | "down") => Ok(reply::see(&format!("{BASE}?at={id}&by={deed}"))),
        (Ok(_), _) => Ok(reply::done(BASE, "said-drafted", None)),
        (Err(e @ (Error::Invalid { .. } | Error::Conflict(_))), _) => refused(&posted.seat, "", &e).await,
        (Err(e), _) => Err(e.into()),
    }
}

async fn publish(posted: Posted) -> Answer {
    let (edit, version) = (posted.get("edit").parse().ok(), posted.get("version").parse().ok());
    let done =
        posted.seat.write("publish routes", move |tx, ctx| draft::publish(tx, ctx, edit, version)).await;
    after(&posted.seat, "", done.map(drop), "said-published").await
}

async fn discard(posted: Posted) -> Answer {
    let done = posted.seat.write("discard draft", draft::discard).await;
    after(&posted.seat, "", done, "said-discarded").await
}

async fn restore(posted: Posted) -> Answer {
    let version = posted.get("version").parse().ok();
    let done = posted.seat.write("restore routes", move |tx, ctx| draft::restore(tx, ctx, version)).await;
    after(&posted.seat, "", done.map(drop), "said-restored").await
}

async fn after(seat: &Seat, form: &str, done: engine::Result<()>, said: &str) -> Answer {
    match done {
        Ok(()) => Ok(reply::done(BASE, said, None)),
        Err(e @ (Error::Invalid { .. } | Error::Conflict(_))) => refused(seat, form, &e).await,
        Err(e) => Err(e.into()),
    }
}

async fn rates(posted: Posted) -> Answer {
    let (name, currency) = (posted.get("connector").to_owned(), posted.get("currency").to_owned());
    let read = list::read_rates(posted.raw("lines").as_bytes());
    let done = match read {
        Ok(read) => {
            let put = move |tx: &mut Tx<'_>, ctx: &Ctx| list::put_rates(tx, ctx, &name, &currency, &read);
            posted.seat.write("price list", put).await.map(drop)
        }
        Err(e) => Err(e),
    };
    after(&posted.seat, "rates", done, "said-added").await
}

async fn rates_remove(posted: Posted) -> Answer {
    let name = posted.get("connector").to_owned();
    let done = posted.seat.write("price list", move |tx, ctx| list::forget_rates(tx, ctx, &name)).await;
    after(&posted.seat, "rates", done, "said-removed").await
}

async fn networks(posted: Posted) -> Answer {
    let which = if posted.get("kind") == "ported" { Which::Ported } else { Which::Ranges };
    let done = match list::read_networks(posted.raw("lines").as_bytes()) {
        Ok(read) => {
            let put = move |tx: &mut Tx<'_>, ctx: &Ctx| list::put_networks(tx, ctx, which, &read);
            posted.seat.write("networks", put).await.map(drop)
        }
        Err(e) => Err(e),
    };
    after(&posted.seat, "networks", done, "said-added").await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Taken {
    draft: String,
}

/// The table as a file: what is in force, or the draft where that is asked for and there.
async fn take(seat: Seat, Query(which): Query<Taken>) -> Answer {
    let wanted = !which.draft.is_empty();
    let view = seat
        .read(move |tx, ctx| {
            ctx.need(Permission::Delivery)?;
            let draft = if wanted { draft::draft(tx, ctx)? } else { None };
            draft.map_or_else(|| draft::current(tx, ctx), Ok)
        })
        .await?;
    let name =
        if view.edit > 0 { "routes-draft.json".into() } else { format!("routes-{}.json", view.version) };
    Ok(super::campaigns::file(&name, "application/json", file::write(&view.rules)))
}

/// A file that becomes the draft, whole or not at all.
async fn bring(seat: Seat, mut form: Multipart) -> Answer {
    let broken = |e: MultipartError| unread(e.status());
    let (mut guarded, mut edit) = (false, None);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("csrf") => guarded = seat.signed_in.csrf_ok(&field.text().await.map_err(broken)?),
            Some("edit") => edit = field.text().await.map_err(broken)?.parse().ok(),
            // The guard stands before the file in the form: nothing of a stranger's is read.
            Some("file") if guarded => {
                let body = field.bytes().await.map_err(broken)?;
                return brought(&seat, edit, &body).await;
            }
            _ => {}
        }
    }
    if guarded { Ok(reply::see(BASE)) } else { Err(Oops::Page(Kind::Stale)) }
}

async fn brought(seat: &Seat, edit: Option<i64>, body: &[u8]) -> Answer {
    let done = match file::read(body) {
        Ok(rules) => seat.write("draft routes", move |tx, ctx| file::bring(tx, ctx, edit, &rules)).await,
        Err(faults) => Ok(faults),
    };
    let faults = match done {
        Ok(faults) if faults.is_empty() => return Ok(reply::done(BASE, "said-drafted", None)),
        Ok(faults) => faults,
        Err(e @ Error::Conflict(_)) => return refused(seat, "", &e).await,
        Err(e) => return Err(e.into()),
    };
    let line = |f: &Fault| FaultLine { line: f.line, rule: f.rule, why: shown::why(&seat.words, &f.why).1 };
    let mut data = data(seat, &Wanted::default(), None).await?;
    data.faults = faults.iter().map(line).collect();
    let shell = seat.shell().await?;
    Ok(reply::refused(view(&seat.words, &shell, &data)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_parted_by_commas_and_lines() {
        assert_eq!(pieces(" IL, HU;UA\nRU ,,"), ["IL", "HU", "UA", "RU"]);
        assert!(pieces(" ").is_empty());
    }
}
