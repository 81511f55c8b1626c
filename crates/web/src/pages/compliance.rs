//! May we write, and how do we know: one number's proof, and the messages that a person must decide about.

use maud::{Markup, html};
use sms::life::Status;

use super::claims::{self, ClaimRow};
use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Field, Input, csrf, input};
use crate::ui::state::status;
use crate::ui::table::{table, th};
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// A message that may be a refusal.
#[derive(Debug, Clone)]
pub struct Suspect {
    /// Public id of the message.
    pub id: String,
    /// The number as written here.
    pub phone: String,
    /// What was written.
    pub text: String,
    /// When.
    pub at: i64,
    /// When silence becomes a refusal.
    pub until: i64,
}

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    /// When it happened.
    pub at: i64,
    /// When it was written down.
    pub noted_at: i64,
    /// `grant`, `refuse`, `expire`, `ask`.
    pub action: String,
    /// How we know, in words.
    pub method: String,
    /// The exact words.
    pub wording: String,
    /// Their SHA-256.
    pub wording_hash: String,
    /// What shows it.
    pub evidence: String,
    /// What else is known: name and value.
    pub facts: Vec<(String, String)>,
    /// Its link of the chain; 0 is none.
    pub link: i64,
}

/// One message in either direction.
#[derive(Debug, Clone)]
pub struct Line {
    /// When.
    pub at: i64,
    /// The text; empty where it was erased.
    pub text: String,
    /// Where it stands; none for theirs.
    pub status: Option<Status>,
}

/// The proof of one number.
#[derive(Debug, Clone, Default)]
pub struct ProofView {
    /// The number as it was asked for.
    pub asked: String,
    /// As written here.
    pub phone: String,
    /// Whether advertising may go there.
    pub may: bool,
    /// Why not, in words; or what it rests on.
    pub why: String,
    /// Since when; 0 is not known.
    pub since: i64,
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// Refusals: when, and how many advertisements left after.
    pub silences: Vec<(i64, i64)>,
    /// Messages, oldest first.
    pub lines: Vec<Line>,
    /// Whether the record was checked for this page; a long one is checked while the page is read.
    pub checked: bool,
    /// Whether the record is what was written.
    pub holds: bool,
    /// The end of the chain.
    pub end: String,
    /// Where the page is with the record checked.
    pub whole: String,
    /// Where the same is as JSON.
    pub json: String,
    /// Where all that is held is, for the person.
    pub access: String,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct ComplianceView {
    /// What was asked for.
    pub number: String,
    /// Why it was refused.
    pub fault: Option<String>,
    /// The proof, where a number was asked for.
    pub proof: Option<ProofView>,
    /// What waits for a decision.
    pub suspects: Vec<Suspect>,
    /// Whether who looks may erase.
    pub may_erase: bool,
    /// Numbers that may be somebody else's by now.
    pub stale: Vec<StaleRow>,
    /// People who refused and agreed later, by what a file says.
    pub claims: Vec<ClaimRow>,
}

/// A number that may be somebody else's by now.
#[derive(Debug, Clone, Default)]
pub struct StaleRow {
    /// Public id of the contact.
    pub contact: String,
    /// The name; may be empty.
    pub name: String,
    /// The number as written here.
    pub phone: String,
    /// `nobody` or `silence`.
    pub why: String,
    /// Since when advertising waits.
    pub at: i64,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &ComplianceView) -> Markup {
    let heading = html! { h1 { (w.t("nav-compliance")) } };
    let field = Field { id: "number", label: &w.t("contacts-number"), help: None, error: v.fault.as_deref() };
    let main = html! {
        (head(&heading, &html! { (w.t("compliance-under")) }, &html! {}))
        section class="card noprint" {
            form class="row wrap end" method="get" action="/compliance" role="search" aria-label=(w.t("compliance-search")) {
                (input(&field, &Input { kind: "tel", name: "number", value: &v.number, required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                button class="btn primary" { (icon("search")) (w.t("compliance-search")) }
            }
        }
        @match &v.proof {
            Some(proof) => (proven(w, shell, v, proof)),
            None => { (suspects(w, shell, v)) (claims::section(w, shell, v.may_erase, &v.claims)) (stale(w, shell, v)) },
        }
    };
    page(w, shell, &Page::new(&w.t("nav-compliance"), Place::Compliance), &main)
}

fn suspects(w: &Words, shell: &Shell, v: &ComplianceView) -> Markup {
    let columns = html! {
        (th(&w.t("contacts-number"))) (th(&w.t("col-text"))) (th(&w.t("col-when"))) (th(&w.t("suspect-until"))) (th(&w.t("lists-do")))
    };
    let button = |s: &Suspect, act: &str, word: &str, class: &str| {
        html! {
            form method="post" action={ "/compliance/suspects/" (s.id) "/" (act) } {
                (csrf(&shell.csrf))
                button class={ "btn sm " (class) } { (w.t(word)) span class="vh" { ": " (s.phone) } }
            }
        }
    };
    let rows = html! {
        @for s in &v.suspects {
            tr {
                th scope="row" { (number(&s.phone)) }
                td class="textcell" dir="auto" { (s.text) }
                td class="nowrap muted" { (w.when(s.at)) }
                td class="nowrap muted" { (w.day_time(s.until)) }
                td { div class="row" {
                    (button(s, "refusal", "suspect-yes", "danger"))
                    (button(s, "none", "suspect-no", ""))
                } }
            }
        }
    };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 id="suspects" { (w.f("suspect-heading", args!(n: v.suspects.len() as i64))) } }
            @if v.suspects.is_empty() {
                (empty("shield", &w.t("suspect-empty"), &w.t("suspect-empty-says"), &html! {}))
            } @else {
                p class="muted pad" { (w.t("suspect-says")) }
                (table(&w.f("suspect-heading", args!(n: v.suspects.len() as i64)), &columns, &rows))
            }
        }
    }
}

fn stale(w: &Words, shell: &Shell, v: &ComplianceView) -> Markup {
    let columns = html! {
        (th(&w.t("contacts-name"))) (th(&w.t("contacts-number"))) (th(&w.t("many-why"))) (th(&w.t("col-when"))) (th(&w.t("lists-do")))
    };
    let button = |s: &StaleRow, act: &str, word: &str, class: &str| {
        html! {
            form method="post" action={ "/compliance/stale/" (s.contact) "/" (act) } {
                (csrf(&shell.csrf))
                button class={ "btn sm " (class) } { (w.t(word)) span class="vh" { ": " (s.phone) } }
            }
        }
    };
    let rows = html! {
        @for s in &v.stale {
            tr {
                th scope="row" { a href={ "/contacts/" (s.contact) } { @if s.name.is_empty() { (w.t("no-name")) } @else { (user_text(&s.name)) } } }
                td { (number(&s.phone)) }
                td { (w.t(&format!("stale-why-{}", s.why))) }
                td class="nowrap muted" { (w.when(s.at)) }
                td { div class="row" { (button(s, "keep", "stale-keep", "")) (button(s, "end", "stale-end", "danger")) } }
            }
        }
    };
    html! {
        section class="card flush" {
            header class="cardhead" {
                h2 id="stale" { (w.f("stale-heading", args!(n: v.stale.len() as i64))) }
                span class="push row" {
                    a href="/compliance/reconfirm" { (w.t("again")) }
                    a href="/compliance/keep" { (w.t("keep-heading")) }
                }
            }
            p class="muted pad" { (w.t("stale-says")) }
            @if !v.stale.is_empty() { (table(&w.f("stale-heading", args!(n: v.stale.len() as i64)), &columns, &rows)) }
        }
    }
}

/// One clock of the page that says how long what is kept.
#[derive(Debug, Clone, Default)]
pub struct ClockRow {
    /// The kind, by its word.
    pub kind: String,
    /// Days; 0 is for good.
    pub days: i64,
    /// When it last ran.
    pub ran_at: Option<i64>,
    /// How many rows it took in all.
    pub gone: i64,
}

/// How long what is kept.
pub fn keep(w: &Words, shell: &Shell, may_choose: bool, clocks: &[ClockRow]) -> Markup {
    let heading = html! {
        div class="crumb" { a href="/compliance" { (w.t("nav-compliance")) } }
        h1 { (w.t("keep-heading")) }
    };
    let columns = html! {
        (th(&w.t("keep-kind"))) (th(&w.t("keep-days"))) (th(&w.t("keep-ran"))) (th(&w.t("keep-gone")))
    };
    let rows = html! {
        @for c in clocks {
            @let word = w.t(&format!("keep-{}", c.kind.replace('_', "-")));
            tr {
                th scope="row" { (word) }
                td {
                    @if may_choose && c.kind != "code_texts" {
                        form class="row" method="post" action="/compliance/keep" {
                            (csrf(&shell.csrf))
                            input type="hidden" name="kind" value=(c.kind);
                            label class="vh" for={ "k-" (c.kind) } { (w.t("keep-days")) ": " (word) }
                            input class="input sm" id={ "k-" (c.kind) } type="number" name="days" min="0" max="3653" value=(c.days);
                            button class="btn sm" { (w.t("save")) span class="vh" { ": " (word) } }
                        }
                    } @else { (w.n(c.days)) }
                }
                td class="nowrap muted" { @if let Some(at) = c.ran_at { (w.when(at)) } @else { (w.t("keep-never")) } }
                td { (w.n(c.gone)) }
            }
        }
    };
    let main = html! {
        (head(&heading, &html! { (w.t("keep-says")) }, &html! {}))
        section class="card flush" {
            (table(&w.t("keep-heading"), &columns, &rows))
            p class="muted pad small" { (w.t("keep-forever")) }
        }
    };
    page(w, shell, &Page::new(&w.t("keep-heading"), Place::Compliance), &main)
}

/// What the check of the whole record found.
pub fn record(w: &Words, holds: bool, end: &str) -> Markup {
    html! {
        p class="small" id="record" role="status" {
            @if holds { (icon("check")) (w.t("proof-holds")) } @else { (icon("attention")) (w.t("proof-broken")) }
            @if !end.is_empty() { " " code dir="ltr" { (end.get(..16).unwrap_or(end)) } }
        }
    }
}

fn proven(w: &Words, shell: &Shell, v: &ComplianceView, p: &ProofView) -> Markup {
    html! {
        section class="card" aria-labelledby="may" {
            h2 id="may" { (number(&p.phone)) " " @if p.may { (w.t("proof-may")) } @else { (w.t("proof-may-not")) } }
            p { (p.why) @if p.since > 0 { " · " (w.day_time(p.since)) } }
            @if p.checked { (record(w, p.holds, &p.end)) }
            @else {
                p class="small" id="record" hx-get="/compliance?part=record" hx-trigger="load" hx-swap="outerHTML" {
                    (icon("clock")) (w.t("proof-checking")) " "
                    a class="noprint" href=(p.whole) { (w.t("proof-check")) }
                }
            }
            div class="row wrap noprint" {
                a class="btn" href=(p.json) { (icon("download")) (w.t("proof-json")) }
                a class="btn" href=(p.access) { (icon("user")) (w.t("access-export")) }
                span class="muted small" { (w.t("proof-print")) }
            }
        }
        (events(w, p))
        section class="card" aria-labelledby="silence" {
            h2 id="silence" { (w.t("proof-refusals")) }
            @if p.silences.is_empty() { p class="muted" { (w.t("proof-no-refusals")) } }
            ul class="plainlist" {
                @for (at, n) in &p.silences { li { (w.day_time(*at)) " · " (w.f("proof-left-after", args!(n: *n))) } }
            }
        }
        (messages(w, p))
        @if v.may_erase { (erase(w, shell, p)) }
    }
}

/// How an event of the record is marked: only a permission and a refusal decide anything.
fn sign(action: &str) -> (&'static str, &'static str) {
    match action {
        "grant" => ("st-delivered", "delivered"),
        "refuse" => ("st-suppressed", "suppressed"),
        "retract" => ("muted", "undo"),
        _ => ("muted", "clock"),
    }
}

fn events(w: &Words, p: &ProofView) -> Markup {
    html! {
        section class="card" aria-labelledby="events" {
            h2 id="events" { (w.t("person-proof")) }
            @if p.events.is_empty() { p class="muted" { (w.t("person-proof-none")) } }
            ol class="time" {
                @for e in &p.events {
                    li {
                        span class="at" { (w.day_time(e.at)) }
                        @let (tone, sign) = sign(&e.action);
                        span class={ "mk " (tone) } { (icon(sign)) }
                        div class="ev" {
                            b { (w.t(&format!("proof-{}", e.action))) }
                            div class="muted" { (user_text(&e.method)) @if !e.evidence.is_empty() { " · " (user_text(&e.evidence)) } }
                            @if !e.wording.is_empty() { blockquote class="plain" dir="auto" { (e.wording) } }
                            @if !e.wording_hash.is_empty() {
                                div class="small muted" { "SHA-256 " code dir="ltr" { (e.wording_hash.get(..16).unwrap_or_default()) } }
                            }
                            @for (name, value) in &e.facts { div class="small" { (user_text(name)) ": " (user_text(value)) } }
                            div class="small muted" {
                                (w.f("proof-noted", args!(at: w.day_time(e.noted_at))))
                                @if e.link > 0 { " · " (w.f("proof-link", args!(n: e.link))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn messages(w: &Words, p: &ProofView) -> Markup {
    let columns = html! { (th(&w.t("col-when"))) (th(&w.t("col-text"))) (th(&w.t("col-status"))) };
    let rows = html! {
        @for line in &p.lines {
            tr {
                td class="nowrap muted" { (w.day_time(line.at)) }
                td class="textcell" dir="auto" { @if line.text.is_empty() { span class="muted" { (w.t("proof-erased")) } } @else { (line.text) } }
                td class="nowrap" { @match line.status { Some(state) => (status(w, state)), None => span class="muted" { (w.t("person-wrote")) } } }
            }
        }
    };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 { (w.t("person-messages")) } }
            @if p.lines.is_empty() { p class="muted pad" { (w.t("person-messages-none")) } }
            @else { (table(&w.t("person-messages"), &columns, &rows)) }
        }
    }
}

fn erase(w: &Words, shell: &Shell, p: &ProofView) -> Markup {
    let reason = Field { id: "reason", label: &w.t("proof-erase-reason"), ..Field::default() };
    html! {
        section class="card noprint" aria-labelledby="erase" {
            h2 id="erase" { (w.t("proof-erase")) }
            p class="muted" { (w.t("proof-erase-says")) }
            form class="row wrap end" method="post" action="/compliance/erase" {
                (csrf(&shell.csrf))
                input type="hidden" name="number" value=(p.asked);
                (input(&reason, &Input { name: "reason", required: true, autocomplete: "off", ..Input::default() }))
                button class="btn danger" { (icon("trash")) (w.t("proof-erase")) }
            }
        }
    }
}
