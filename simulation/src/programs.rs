//! The programs that use the REST door: what they ask and when, what they hear, and how they repeat what they did not.

use crate::agenda::Event;
use crate::asked::{Asked, Message, What};
use crate::dice::Dice;
use crate::ledger::{Campaign, Covers, Halt, Wanted};
use crate::plan::LONG;
use crate::rows::Rows;
use crate::scene::{LISTS, number_of, workspace_name};
use crate::world::World;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use sms::id::{kind, parse};

/// What a program sends.
pub(crate) struct Call {
    pub(crate) request: Request<Body>,
    /// How long it waits; `None` for ever.
    pub(crate) patience_ms: Option<u64>,
}

/// The last two wait ten minutes for a receipt before they go again.
const CLASSES: [&str; 8] = [
    "transactional",
    "transactional",
    "otp",
    "emergency",
    "marketing",
    "marketing",
    "conversational",
    "service",
];

fn classes(world: &World) -> &'static [&'static str] {
    if world.plan.slow { &CLASSES } else { &CLASSES[..6] }
}

/// Draws what will be asked.
pub(crate) fn plan(world: &mut World) {
    let (plan, mut d) = (world.plan.clone(), Dice::of(world.plan.seed, "programs"));
    let mut asks: Vec<(i64, usize, What, bool)> = Vec::new();
    let workspace = |d: &mut Dice| usize::try_from(d.next() % plan.workspaces as u64).unwrap_or(0);
    for _ in 0..plan.singles {
        let ws = workspace(&mut d);
        let message = message(world, ws, &mut d);
        asks.push((d.within(0, plan.storm_ms), ws, What::Single(message), d.often(600)));
    }
    for _ in 0..plan.batches {
        let ws = workspace(&mut d);
        let messages = (0..d.within(1, 40)).map(|_| message(world, ws, &mut d)).collect();
        asks.push((d.within(0, plan.storm_ms), ws, What::Batch(messages), d.often(800)));
    }
    for n in 0..plan.campaigns {
        campaign(world, n, workspace(&mut d), &mut d, &mut asks);
    }
    for _ in 0..plan.refusals {
        let (ws, number) = (workspace(&mut d), number_of(d.within(0, 99)));
        let at = d.within(0, plan.storm_ms);
        if d.often(500) {
            asks.push((at, ws, What::Refuse(number), false));
        } else {
            let carrier = usize::try_from(d.next() % plan.ways.len() as u64).unwrap_or(0);
            let (to, text) = (crate::scene::line_of(ws), d.pick(&["STOP", "stop", "hello"]).to_owned());
            world.agenda.at(at, Event::Text { carrier, from: number, to, text });
        }
    }
    for _ in 0..plan.decisions {
        let (ws, word) = (workspace(&mut d), d.pick(&["resend", "resend", "leave", "fail"]));
        asks.push((d.within(5_000, plan.storm_ms + 30_000), ws, What::Decide(word), false));
    }
    for (n, (at, workspace, what, keyed)) in asks.into_iter().enumerate() {
        let key = keyed.then(|| format!("key-{n}"));
        world.programs.asked.push(Asked { workspace, what, key, settled: false, under_way: false, tries: 0 });
        world.agenda.at(at, Event::Ask(n));
    }
}

/// In the end every campaign runs.
pub(crate) fn resume_all(world: &mut World) {
    let now = world.now();
    let words: Vec<(String, usize)> =
        world.ledger.campaigns.iter().map(|(w, c)| (w.clone(), c.workspace)).collect();
    for (word, workspace) in words {
        let what = What::Resume(word);
        world.programs.asked.push(Asked {
            workspace,
            what,
            key: None,
            settled: false,
            under_way: false,
            tries: 0,
        });
        world.agenda.at(now + 2_000, Event::Ask(world.programs.asked.len() - 1));
    }
}

/// The process died: whoever waited asks again, or never learns.
pub(crate) fn hung_up(world: &mut World) {
    let waiting: Vec<usize> =
        world.programs.asked.iter().enumerate().filter(|(_, a)| a.under_way).map(|(n, _)| n).collect();
    for n in waiting {
        unheard(world, n);
    }
}

/// No answer came: what may be repeated is.
pub(crate) fn unheard(world: &mut World, n: usize) {
    let now = world.now();
    let again = now + world.dice.within(50, 4_000);
    let Some(asked) = world.programs.asked.get_mut(n) else { return };
    asked.under_way = false;
    asked.settled =
        asked.key.is_none() && matches!(asked.what, What::Single(_) | What::Batch(_) | What::Create { .. });
    if !asked.settled {
        world.agenda.at(again, Event::Ask(n));
    }
}

/// What a program sends now; `None` when it has nothing to ask any more.
pub(crate) fn call(world: &mut World, n: usize) -> Option<Call> {
    let campaigns = world.ledger.campaigns.clone();
    let id = |word: &String| campaigns.get(word).and_then(|c| c.id.clone());
    let (impatient, patience) = (world.dice.often(60), world.dice.within(0, 30));
    let calm = world.calm;
    let asked = world.programs.asked.get_mut(n)?;
    asked.tries += 1;
    let step = |verb: &str, word: &String| Some((format!("/v1/campaigns/{}/{verb}", id(word)?), json!({})));
    let (path, body) = match &asked.what {
        What::Single(m) => Some(("/v1/messages".to_owned(), m.body.clone())),
        What::Batch(all) => {
            let all: Vec<&Value> = all.iter().map(|m| &m.body).collect();
            Some(("/v1/messages/batch".to_owned(), json!({ "messages": all })))
        }
        What::Create { word, list, class, long } => {
            let text = if *long {
                format!("{word} {{{{first_name}}}} ").repeat(40)
            } else {
                format!("{word} {{{{first_name}}}}")
            };
            let list = crate::scene::list_id(asked.workspace, *list);
            Some((
                "/v1/campaigns".to_owned(),
                json!({ "name": word, "text": text, "class": class, "list": list }),
            ))
        }
        What::Launch(word) => step("send", word),
        What::Pause(word) => step("pause", word),
        What::Resume(word) => step("resume", word),
        What::Stop(word) => step("stop", word),
        What::Refuse(number) => {
            Some(("/v1/suppressions".to_owned(), json!({ "number": number, "evidence": "said so" })))
        }
        What::Decide(word) => {
            Some(("/v1/unconfirmed/decide".to_owned(), json!({ "decision": word, "all": true })))
        }
    }
    .or_else(|| {
        asked.settled = true; // its campaign was never made
        None
    })?;
    asked.under_way = true;
    let mut request = Request::post(path)
        .header("content-type", "application/json")
        .header(doors::WORKSPACE, workspace_name(asked.workspace));
    if let Some(key) = &asked.key {
        request = request.header("idempotency-key", key);
    }
    let request = request.body(Body::from(body.to_string())).ok()?;
    let patience_ms = (impatient && !calm).then(|| u64::try_from(patience).unwrap_or(0));
    if let What::Resume(word) = asked.what.clone() {
        let step = world.step;
        let over = world.ledger.halts.iter_mut();
        over.filter(|h| h.covers == Covers::Campaign(word.clone()) && h.stoppable)
            .for_each(|h| h.until = h.until.or(Some(step)));
    }
    Some(Call { request, patience_ms })
}

/// The door has answered. Whether the program hears it is another matter; what it says is judged all the same.
pub(crate) fn answered(world: &mut World, n: usize, status: u16, body: &Value, rows: &Rows) {
    let now = world.now();
    world.trace.add(now, format_args!("request {n} answered {status}"));
    world.step += 1;
    let deaf = if world.calm { 0 } else { world.plan.unheard };
    let heard = !world.dice.often(deaf);
    let Some(asked) = world.programs.asked.get_mut(n) else { return };
    asked.under_way = false;
    let (what, workspace) = (asked.what.clone(), asked.workspace);
    let done = (200..300).contains(&status);
    world.ledger.count(if done { "requests granted" } else { "requests refused" });
    match &what {
        What::Single(m) if done => accepted(world, m.wanted, body, heard),
        What::Batch(all) if done => {
            let results = body["results"].as_array().cloned().unwrap_or_default();
            if results.len() != all.len() {
                world.ledger.complain(format!("a batch of {} got {} answers", all.len(), results.len()));
            }
            for (m, result) in all.iter().zip(&results) {
                accepted(world, m.wanted, result, heard);
            }
        }
        What::Create { word, .. } if done => {
            if let Some(c) = world.ledger.campaigns.get_mut(word) {
                c.id = body["id"].as_str().map(str::to_owned);
            }
        }
        What::Launch(word) if done || status == 409 => {
            if let Some(c) = world.ledger.campaigns.get_mut(word) {
                c.launched = true;
            }
        }
        What::Pause(word) | What::Stop(word) if done => {
            let for_good = matches!(what, What::Stop(_));
            halt(world, Covers::Campaign(word.clone()), !for_good, rows);
        }
        What::Refuse(number) if done => halt(world, Covers::Number(workspace, number.clone()), false, rows),
        _ => {}
    }
    let busy = matches!(status, 503 | 500 | 429 | 507);
    if !heard || busy {
        return unheard(world, n);
    }
    if let Some(asked) = world.programs.asked.get_mut(n) {
        asked.settled = true;
    }
}

/// From here on nothing new may leave for whom it covers; what stands in flight may, once.
fn halt(world: &mut World, covers: Covers, stoppable: bool, rows: &Rows) {
    // A resume that is under way may already have been obeyed: then this says nothing about what follows.
    let resumed = world.programs.asked.iter().any(|a| {
        let same = matches!(&a.what, What::Resume(word) if covers == Covers::Campaign(word.clone()));
        same && a.tries > 0 && stoppable
    });
    if resumed {
        return;
    }
    let in_flight = rows.in_flight(&covers);
    world.step += 1;
    let now = world.now();
    world.trace.add(now, format_args!("halt of {covers:?}, {} in flight", in_flight.len()));
    world.ledger.halts.push(Halt { covers, step: world.step, until: None, stoppable, in_flight });
}

fn accepted(world: &mut World, wanted: usize, answer: &Value, heard: bool) {
    let Some(id) = answer["id"].as_str().and_then(|id| parse(kind::MESSAGE, id)) else { return };
    let ledger = &mut world.ledger;
    let one = &mut ledger.wanted[wanted];
    one.promised |= heard;
    match one.id {
        Some(before) if before != id => {
            let name = one.name.0.clone();
            ledger.complain(format!(
                "{name} was answered with {before}, and with {id} when it was asked again"
            ));
        }
        _ => one.id = Some(id),
    }
    ledger.count("acceptances");
}

/// One message, written down as wanted.
fn message(world: &mut World, workspace: usize, d: &mut Dice) -> Message {
    let wanted = world.ledger.wanted.len();
    let (word, number, class) = (format!("#{wanted}."), number_of(d.within(0, 99)), d.pick(classes(world)));
    let text =
        if d.often(LONG) { format!("{word} ").repeat(40 + wanted % 90) } else { format!("{word} hello") };
    let mut body = json!({ "to": number, "text": text.trim_end(), "class": class });
    if d.often(100) {
        body["on_ambiguous"] = json!(d.pick(&["hold", "resend"]));
    }
    if d.often(60) {
        body["validity_s"] = json!(d.within(1, 120));
    }
    world.ledger.wanted.push(Wanted {
        name: (word, number),
        workspace,
        advert: class == "marketing",
        id: None,
        promised: false,
    });
    Message { wanted, body }
}

/// A campaign's life: made, launched, perhaps paused and resumed, perhaps stopped.
fn campaign(
    world: &mut World,
    n: i64,
    workspace: usize,
    d: &mut Dice,
    asks: &mut Vec<(i64, usize, What, bool)>,
) {
    let (word, list) = (format!("~{n}."), usize::try_from(d.within(0, 2)).unwrap_or(0));
    let slow = if world.plan.slow { "service" } else { "transactional" };
    let class = d.pick(&["marketing", "marketing", "transactional", slow]);
    let people = LISTS[list];
    let it = Campaign { workspace, id: None, launched: false, people, advert: class == "marketing" };
    world.ledger.campaigns.insert(word.clone(), it);
    let mut at = d.within(0, world.plan.storm_ms / 2);
    let long = d.often(LONG);
    asks.push((at, workspace, What::Create { word: word.clone(), list, class, long }, false));
    at += d.within(1_000, 3_000);
    asks.push((at, workspace, What::Launch(word.clone()), false));
    if d.often(500) {
        at += d.within(100, 5_000);
        asks.push((at, workspace, What::Pause(word.clone()), false));
        if d.often(700) {
            at += d.within(2_000, 8_000);
            asks.push((at, workspace, What::Resume(word.clone()), false));
        }
    }
    if d.often(300) {
        asks.push((at + d.within(200, 8_000), workspace, What::Stop(word), false));
    }
}
