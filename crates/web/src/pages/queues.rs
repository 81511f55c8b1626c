//! The queues: how much waits for which connection, since when, how long it will take, what holds it back, and whose
//! it is.

use maud::{Markup, html};
use sms::live::Limit;

use super::connections::{ConnectionCard, kind_word, lanes, rate};
use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Choice, csrf, options};
use crate::ui::state::{Tone, link, pill};
use crate::ui::table::{Pager, pager, table, th, th_num};
use crate::ui::{icon, user_text};
use crate::words::Words;

/// One stream: a campaign, or a kind of message, in one lane.
#[derive(Debug, Clone)]
pub struct StreamLine {
    /// Public id.
    pub id: String,
    /// The campaign: its id and name.
    pub campaign: Option<(String, String)>,
    /// Its class by name.
    pub class: String,
    /// The connection: its id and name.
    pub connection: (String, String),
    /// The lane by name.
    pub lane: &'static str,
    /// `running`, `paused`, `stopped`, `held`.
    pub state: &'static str,
    /// Messages waiting.
    pub waiting: i64,
    /// Age of the oldest, ms.
    pub oldest: Option<i64>,
    /// Whether this person may halt it.
    pub may: bool,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct QueuesView {
    /// The connections with their queues.
    pub queues: Vec<ConnectionCard>,
    /// The one connection looked at: its id and name.
    pub only: Option<(String, String)>,
    /// Streams in all.
    pub all: i64,
    /// What was searched for, and the order: `oldest`, `deepest` or `newest`.
    pub search: (String, &'static str),
    /// This page of streams.
    pub streams: Vec<StreamLine>,
    /// The way on.
    pub pager: Pager,
    /// The address of this very page, for its living part.
    pub here: String,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &QueuesView) -> Markup {
    page(w, shell, &Page::new(&w.t("nav-queues"), Place::Queues), &part(w, shell, v))
}

/// The living part, which is all of it.
pub fn part(w: &Words, shell: &Shell, v: &QueuesView) -> Markup {
    let all: i64 = v.queues.iter().map(|q| q.queued).sum();
    let oldest = v.queues.iter().filter_map(|q| q.oldest).max();
    let heading = html! { h1 { (w.f("queues-heading", args!(n: all))) } };
    let under = html! {
        @match (all, oldest) {
            (0, _) => (w.t("queues-none-says")),
            (_, Some(age)) => (w.attr("queues-oldest", args!(age: w.lasting(age)))),
            (_, None) => (w.t("queues-later")),
        }
    };
    let actions = html! {
        @if v.only.is_some() { a class="btn" href=(Place::Queues.path()) { (w.t("queues-all")) } }
        a class="btn" href=(Place::Connections.path()) { (icon("plug")) (w.t("nav-connections")) }
    };
    html! {
        div id="queues" class="page-in" data-live="connectors" hx-get=(v.here) hx-trigger="ring" hx-swap="outerMorph" {
            (head(&heading, &under, &actions))
            @for q in v.queues.iter().filter(|q| is_busy(v, q)) { (queue(w, q)) }
            (idle(w, v))
            (streams(w, shell, v))
        }
    }
}

/// Whether something is to be said of a queue: it holds something, or it is the one that was asked for.
fn is_busy(v: &QueuesView, q: &ConnectionCard) -> bool {
    v.only.is_some() || q.queued > 0 || q.flight > 0
}

/// The connections in which nothing waits, a line each.
fn idle(w: &Words, v: &QueuesView) -> Markup {
    let idle: Vec<&ConnectionCard> = v.queues.iter().filter(|q| !is_busy(v, q)).collect();
    html! {
        @if !idle.is_empty() {
            section class="card flush" aria-labelledby="idle-h" {
                header class="cardhead" { h2 id="idle-h" { (w.t("queues-idle")) } }
                ul class="list inset" {
                    @for q in idle {
                        li {
                            a class="plainlink" href={ "/delivery/connections/" (q.id) } { b { bdi { (q.name) } } }
                            span class="muted" { (kind_word(w, &q.kind)) }
                            span class="push" { (link(w, q.state, q.hint)) }
                        }
                    }
                }
            }
        }
    }
}

fn queue(w: &Words, q: &ConnectionCard) -> Markup {
    html! {
        section class="card flush" aria-label=(q.name) {
            header class="cardhead" {
                h2 { a class="plainlink" href={ "/delivery/connections/" (q.id) } { bdi { (q.name) } } }
                span class="muted" { (kind_word(w, &q.kind)) }
                span class="push" { (link(w, q.state, q.hint)) }
            }
            div class="pad stack" {
                div class="tiles" {
                    div class="tile" { span class="v" { (w.n(q.queued)) } span class="k" { (w.t("fact-queued")) } }
                    div class="tile" { span class="v" { @match q.oldest { Some(age) => (w.lasting(age)), None => "–" } } span class="k" { (w.t("lane-oldest")) } }
                    div class="tile" { span class="v" { @match q.drain { Some(time) => (w.lasting(time)), None => "–" } } span class="k" { (w.t("queue-drain")) } span class="d" { (rate(w, q)) } }
                    div class="tile" { span class="v" { (w.n(q.flight)) } span class="k" { (w.t("fact-flight")) } }
                }
                @if q.queued > 0 { p { (limited(w, q.limit)) " " span class="muted" { (w.t(&format!("limit-{}-says", limit_key(q.limit)))) } } }
            }
            @if !q.lanes.is_empty() { (lanes(w, &q.name, &q.lanes)) }
        }
    }
}

/// The end of a limit's keys.
fn limit_key(limit: Limit) -> String {
    if limit == Limit::Nothing { "nothing".into() } else { limit.name().replace('_', "-") }
}

fn limited(w: &Words, limit: Limit) -> Markup {
    let (tone, icon_name) = match limit {
        Limit::Nothing => (Tone::Delivered, "delivered"),
        Limit::Later => (Tone::Waiting, "calendar"),
        Limit::Pace | Limit::Window => (Tone::Waiting, "sending"),
        Limit::Throttled => (Tone::Attention, "attention"),
        Limit::Paused | Limit::Disabled => (Tone::Attention, "paused"),
        Limit::LinkDown => (Tone::Failed, "failed"),
    };
    pill(tone, icon_name, &w.t(&format!("limit-{}", limit_key(limit))))
}

fn streams(w: &Words, shell: &Shell, v: &QueuesView) -> Markup {
    let columns = html! { (th(&w.t("streams-what"))) (th(&w.t("message-connection"))) (th(&w.t("lane"))) (th(&w.t("col-status"))) (th_num(&w.t("lane-waiting"))) (th_num(&w.t("lane-oldest"))) (th(&w.t("streams-do"))) };
    let rows = html! {
        @for s in &v.streams {
            tr {
                th scope="row" {
                    @match &s.campaign {
                        Some((id, name)) => a href={ "/campaigns/" (id) } { (user_text(name)) },
                        None => (w.t(&format!("class-{}", s.class))),
                    }
                }
                td { bdi { (s.connection.1) } }
                td { (w.t(&format!("lane-{}", s.lane))) }
                td { (state(w, s.state)) }
                td class="num" { (w.n(s.waiting)) }
                td class="num" { @match s.oldest { Some(age) => (w.lasting(age)), None => "–" } }
                td { (deeds(w, shell, s)) }
            }
        }
    };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 { (w.t("streams")) } @if v.all > 0 { span class="muted n" { (w.n(v.all)) } } @if let Some((_, name)) = &v.only { span class="muted" { bdi { (name) } } } }
            @if v.all > FEW || !v.search.0.is_empty() { (searching(w, v)) }
            @if v.streams.is_empty() && !v.search.0.is_empty() { p class="pad muted" { (w.t("streams-not-found")) } }
            @else if v.streams.is_empty() { (empty("queued", &w.t("streams-none"), &w.t("streams-none-says"), &html! {})) }
            @else { (table(&w.t("streams"), &columns, &rows)) }
            (pager(w, &v.pager))
        }
    }
}

/// So many lines are looked through without searching and sorting.
const FEW: i64 = 8;
const SORTS: [(&str, &str); 3] =
    [("oldest", "streams-oldest"), ("deepest", "streams-deepest"), ("newest", "streams-newest")];

fn searching(w: &Words, v: &QueuesView) -> Markup {
    let choices: Vec<Choice> = SORTS.iter().map(|(value, key)| Choice::new(*value, w.t(key))).collect();
    html! {
        form class="pad row wrap filters" method="get" action=(Place::Queues.path()) role="search" aria-label=(w.t("streams")) {
            @if let Some((id, _)) = &v.only { input type="hidden" name="connection" value=(id); }
            input class="input" type="search" name="q" value=(v.search.0) placeholder=(w.t("streams-search")) aria-label=(w.t("streams-search")) autocomplete="off";
            select name="sort" aria-label=(w.t("streams-sort")) { (options(&choices, v.search.1)) }
            button class="btn" { (icon("search")) (w.t("streams-show")) }
        }
    }
}

fn state(w: &Words, word: &'static str) -> Markup {
    let (tone, icon_name) = match word {
        "running" => (Tone::Waiting, "sending"),
        "paused" | "held" => (Tone::Attention, "paused"),
        _ => (Tone::Neutral, "stop"),
    };
    pill(tone, icon_name, &w.t(&format!("stream-{word}")))
}

fn deeds(w: &Words, shell: &Shell, s: &StreamLine) -> Markup {
    let name = match &s.campaign {
        Some((_, name)) => name.clone(),
        None => w.t(&format!("class-{}", s.class)),
    };
    let deed = |verb: &str, icon_name: &'static str, key: &str| {
        html! {
            form class="act" method="post" action={ "/delivery/queues/" (s.id) "/" (verb) } {
                (csrf(&shell.csrf))
                button class="btn sm" aria-label=(w.attr(&format!("{key}-named"), args!(name: name.as_str()))) { (icon(icon_name)) (w.t(key)) }
            }
        }
    };
    html! {
        @if s.may {
            div class="row" {
                @match s.state {
                    "running" => (deed("pause", "pause", "stream-pause")),
                    "paused" => (deed("resume", "play", "stream-resume")),
                    _ => {}
                }
                @if let (Some((id, _)), "running" | "paused") = (&s.campaign, s.state) {
                    a class="btn sm danger" href={ "/campaigns/" (id) "/stop" } aria-label=(w.attr("stream-stop-named", args!(name: name.as_str()))) { (icon("stop")) (w.t("stream-stop")) }
                }
            }
        }
    }
}
