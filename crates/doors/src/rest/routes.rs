//! `/v1/routes`, `/v1/rates`, `/v1/networks`: which way messages go, what it costs, and whose numbers are whose.
//!
//! A rule posted to `/v1/routes` is in force at once. A table is changed with more care through its draft: write it, compare
//! it with what is in force, publish it, bring an older one back.

use super::messages::word;
use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::time::rfc3339;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use engine::route::doc::{Doc, decimal};
use engine::route::draft::{self, Change, View};
use engine::route::explain::{self, Asked, Explained};
use engine::route::{list, replay};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::Class;
use sms::id::{kind, public};
use store::network::Which;

/// Largest list of prices or numbers that is brought in one request.
const FILE_MAX: usize = 32 << 20;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/routes", "List routes in their order", routes);
    api.post("/v1/routes", "Add a route", add);
    api.get("/v1/routes/explain", "Which way a message would go, and why", told);
    api.get("/v1/routes/draft", "Read the draft of a table of routes", draft_read);
    api.post("/v1/routes/draft", "Write the draft: all rules, or one more", draft_write);
    api.delete("/v1/routes/draft", "Forget the draft", draft_forget);
    api.get("/v1/routes/replay", "What the draft would do with the messages of the last day", replayed);
    api.post("/v1/routes/publish", "Put the draft in force", publish);
    api.post("/v1/routes/undo", "Bring an older table of routes back", undo);
    api.get("/v1/routes/versions", "List tables that were in force, newest first", versions);
    api.delete("/v1/routes/{id}", "Remove a route", remove);
    api.get("/v1/rates", "List price lists", rates);
    api.post_large("/v1/rates", "Bring a price list: the file is the body", rates_put, FILE_MAX);
    api.delete("/v1/rates/{id}", "Forget the price list of a connector", rates_forget);
    api.get("/v1/networks", "How many ranges and carried numbers are known", networks);
    api.post_large(
        "/v1/networks",
        "Bring ranges or carried numbers: the file is the body",
        networks_put,
        FILE_MAX,
    );
    api.delete("/v1/networks/{id}", "Forget all ranges, or all carried numbers", networks_forget);
}

/// A rule with the words it had before there were lists: the first of each condition.
fn rule(doc: &Doc) -> Value {
    let mut value = serde_json::to_value(doc).unwrap_or_default(); // texts and numbers alone: it cannot fail
    let first = |all: &[String]| all.first().cloned().unwrap_or_default();
    value["prefix"] = json!(first(&doc.prefixes));
    value["class"] = json!(doc.classes.first());
    value["from"] = json!(first(&doc.senders));
    value
}

/// A rule as it is posted: with lists, or with one of each.
#[derive(Deserialize)]
struct NewRule {
    #[serde(default)]
    prefix: String,
    class: Option<String>,
    #[serde(default)]
    from: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

impl NewRule {
    fn doc(self) -> Answer<Doc> {
        let class = word::<Class>("class", self.class.as_deref(), Class::ALL.iter().map(|c| c.name()))?;
        let mut doc: Doc = serde_json::from_value(self.rest.into()).map_err(|e| body::fault(&e))?;
        doc.prefixes.extend(Some(self.prefix).filter(|p| !p.is_empty()));
        doc.senders.extend(Some(self.from).filter(|s| !s.is_empty()));
        doc.classes.extend(class);
        Ok(doc)
    }
}

async fn routes(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Value>>> {
    let view = read(&doors, &caller, draft::current).await?;
    Ok(Json(List::whole(view.rules.iter().map(rule).collect())))
}

async fn add(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let doc = body::read::<NewRule>(&bytes)?.doc()?;
    let made = write(&doors, &caller, "route_add", move |tx, ctx| draft::add(tx, ctx, &doc)).await?;
    Ok(created(&caller, rule(&made)))
}

async fn remove(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::ROW, "route", &id)?;
    write(&doors, &caller, "route_remove", move |tx, ctx| draft::remove(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    number: String,
    class: Option<String>,
    from: Option<String>,
    text: Option<String>,
    draft: Option<String>,
}

async fn told(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let (way, _): (Way, _) = page::query(&uri)?;
    let class = word::<Class>("class", way.class.as_deref(), Class::ALL.iter().map(|c| c.name()))?;
    let asked = Asked {
        number: way.number,
        class,
        from: way.from.unwrap_or_default(),
        text: way.text.unwrap_or_default(),
        draft: way.draft.as_deref() == Some("true"),
    };
    let told = read(&doors, &caller, move |tx, ctx| explain::explain(tx, ctx, &asked)).await?;
    Ok(Json(explained(&told)))
}

fn explained(told: &Explained) -> Value {
    let names: Vec<&str> = told.hops.iter().map(|hop| hop.connector.as_str()).collect();
    let to = if told.test { vec!["simulator"] } else { names };
    let steps = told.steps.iter().map(|step| {
        json!({ "rule": rule(&step.rule), "fits": step.miss.is_none(), "why_not": step.miss.map(|m| m.name()) })
    });
    let way = told.hops.iter().map(|hop| {
        json!({
            "connector": hop.connector, "price_micros": hop.price, "price": hop.price.map(decimal),
            "currency": hop.currency,
        })
    });
    let rewritten = told.rewritten.as_ref();
    json!({
        "number": told.number, "country": told.country, "network": told.network, "test": told.test,
        "looked_up": told.looked.as_ref().map(super::lookups::answer), "waits_for_look_up": told.waits,
        "rule": if told.test { None } else { told.rule().map(rule) }, "to": to,
        "code": if told.hops.is_empty() && !told.test { Some(sms::Code::NoRoute) } else { None },
        "steps": steps.collect::<Vec<_>>(), "unasked": told.unasked, "way": way.collect::<Vec<_>>(),
        "parts": told.parts, "encoding": told.encoding, "cost_micros": told.cost(), "cost": told.cost().map(decimal),
        "rewritten": rewritten.map(|r| json!({ "to": r.number, "from": r.sender, "text": r.text })),
    })
}

fn table(view: &View) -> Value {
    json!({
        "version": view.version, "edit": view.edit, "rules": view.rules.iter().map(rule).collect::<Vec<_>>(),
        "actor": view.actor, "restored": view.restored, "at": (view.at > 0).then(|| rfc3339(view.at)),
    })
}

async fn draft_read(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let found = read(&doors, &caller, draft::draft).await?;
    Ok(Json(table(&found.ok_or_else(|| Problem::not_found("draft"))?)))
}

/// All rules of a draft, or one that is added to it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewDraft {
    rules: Option<Vec<NewRule>>,
    add: Option<NewRule>,
    edit: Option<i64>,
}

async fn draft_write(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Value>> {
    let new: NewDraft = body::read(&bytes)?;
    let change = match (new.rules, new.add) {
        (Some(rules), None) => Change::Whole(rules.into_iter().map(posted).collect::<Answer<_>>()?),
        (None, Some(one)) => Change::Add(Box::new(one.doc()?)),
        _ => return Err(Problem::input("rules", "required", "give all 'rules', or one to 'add'")),
    };
    let edit = new.edit;
    let made = write(&doors, &caller, "route_draft", move |tx, ctx| {
        draft::change(tx, ctx, edit, &change)?;
        draft::draft(tx, ctx)
    });
    Ok(Json(made.await?.as_ref().map(table).unwrap_or_default()))
}

/// A rule of a list that was read here before: the words of one of each are already in its lists.
fn posted(new: NewRule) -> Answer<Doc> {
    let listed = |name: &str| new.rest.get(name).and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    let (prefixes, senders, classes) = (listed("prefixes"), listed("senders"), listed("classes"));
    let bare = NewRule {
        prefix: if prefixes { String::new() } else { new.prefix },
        from: if senders { String::new() } else { new.from },
        class: if classes { None } else { new.class },
        rest: new.rest,
    };
    bare.doc()
}

async fn draft_forget(State(doors): State<Doors>, caller: Caller) -> Answer<StatusCode> {
    write(&doors, &caller, "route_discard", draft::discard).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn replayed(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let found = read(&doors, &caller, replay::replay).await?;
    let moves = found.moves.iter().map(|m| {
        let samples: Vec<String> = m.samples.iter().map(|id| public(kind::MESSAGE, *id)).collect();
        json!({ "from": m.from, "to": m.to, "messages": m.messages, "parts": m.parts, "samples": samples })
    });
    let costs = found.costs.iter().map(|c| {
        json!({
            "currency": c.currency, "before_micros": c.before, "after_micros": c.after,
            "before": decimal(c.before), "after": decimal(c.after),
        })
    });
    Ok(Json(json!({
        "since": rfc3339(found.since), "messages": found.messages, "more": found.more, "moved": found.moved,
        "changed": found.changed, "moves": moves.collect::<Vec<_>>(), "costs": costs.collect::<Vec<_>>(),
        "unpriced_parts": found.unpriced,
    })))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Seen {
    edit: Option<i64>,
    version: Option<i64>,
}

async fn publish(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Value>> {
    let seen: Seen = body::read(&bytes)?;
    let made = write(&doors, &caller, "route_publish", move |tx, ctx| {
        draft::publish(tx, ctx, seen.edit, seen.version)
    });
    Ok(Json(json!({ "version": made.await? })))
}

async fn undo(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Value>> {
    let wanted: Seen = body::read(&bytes)?;
    let made = write(&doors, &caller, "route_undo", move |tx, ctx| draft::restore(tx, ctx, wanted.version));
    Ok(Json(json!({ "version": made.await? })))
}

async fn versions(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Value>>> {
    let all = read(&doors, &caller, draft::history).await?;
    Ok(Json(List::whole(all.iter().map(table).collect())))
}

async fn rates(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Value>>> {
    let all = read(&doors, &caller, list::rates).await?;
    let shown = |r: list::RateView| json!({ "connector": r.connector, "currency": r.currency, "prices": r.size, "at": rfc3339(r.at) });
    Ok(Json(List::whole(all.into_iter().map(shown).collect())))
}

/// The file of a request.
async fn file(doors: &Doors, request: Request) -> Answer<Bytes> {
    body::whole(request, doors).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRates {
    connector: String,
    currency: String,
}

async fn rates_put(State(doors): State<Doors>, caller: Caller, request: Request) -> Answer<Json<Value>> {
    let (new, _): (NewRates, _) = page::query(request.uri())?;
    let bytes = file(&doors, request).await?;
    let found = list::read_rates(&bytes)?;
    let made = write(&doors, &caller, "rates", move |tx, ctx| {
        list::put_rates(tx, ctx, &new.connector, &new.currency, &found)
    });
    Ok(Json(json!({ "prices": made.await? })))
}

async fn rates_forget(
    State(doors): State<Doors>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<StatusCode> {
    write(&doors, &caller, "rates_forget", move |tx, ctx| list::forget_rates(tx, ctx, &name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn networks(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let found = read(&doors, &caller, list::networks).await?;
    let one = |o: Option<(i64, i64)>| o.map(|(size, at)| json!({ "size": size, "at": rfc3339(at) }));
    Ok(Json(json!({ "ranges": one(found.ranges), "ported": one(found.ported) })))
}

fn which(text: &str) -> Answer<Which> {
    match text {
        "ranges" => Ok(Which::Ranges),
        "ported" => Ok(Which::Ported),
        _ => Err(Problem::input("kind", "invalid", "kind: must be 'ranges' or 'ported'")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewNetworks {
    kind: String,
}

async fn networks_put(State(doors): State<Doors>, caller: Caller, request: Request) -> Answer<Json<Value>> {
    let (new, _): (NewNetworks, _) = page::query(request.uri())?;
    let which = which(&new.kind)?;
    let bytes = file(&doors, request).await?;
    let found = list::read_networks(&bytes)?;
    let made = write(&doors, &caller, "networks", move |tx, ctx| list::put_networks(tx, ctx, which, &found));
    Ok(Json(json!({ "rows": made.await? })))
}

async fn networks_forget(
    State(doors): State<Doors>,
    caller: Caller,
    Path(kind): Path<String>,
) -> Answer<StatusCode> {
    let which = which(&kind)?;
    write(&doors, &caller, "networks_forget", move |tx, ctx| list::forget_networks(tx, ctx, which)).await?;
    Ok(StatusCode::NO_CONTENT)
}
