//! The connections: is it us or the carrier, at a glance; and the form of a new one.

use engine::connector::{Quality, SIMULATOR};
use maud::{Markup, html};
use sms::form::{FieldKind, KindInfo};
use sms::live::{Limit, LinkState};

use super::head;
use super::trial::{self, Trial};
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::charts::{Beat, bar1, heartbeat};
use crate::ui::form::{Choice, Field, Input, csrf, input, select};
use crate::ui::state::{Tone, link, link_look, pill};
use crate::ui::table::{table, th, th_num};
use crate::ui::{code, icon, icon_flip, number};
use crate::words::Words;

/// One connection as a card.
#[derive(Debug, Clone)]
pub struct ConnectionCard {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Kind by its name.
    pub kind: String,
    /// State.
    pub state: LinkState,
    /// Since when.
    pub since: i64,
    /// The last error, as the link told it; empty where there is none.
    pub error: String,
    /// The last hour.
    pub beats: Vec<Beat>,
    /// Parts a second now, in tenths.
    pub rate_tenths: i64,
    /// The limit, in tenths; none where there is none.
    pub limit_tenths: Option<i64>,
    /// Messages waiting for it.
    pub queued: i64,
    /// Parts whose outcome is not known yet.
    pub flight: i64,
    /// Requests without an answer.
    pub window: i64,
    /// When it last said how it stands.
    pub heard: Option<i64>,
    /// Whether that is too long ago to be believed.
    pub stale: bool,
    /// What can be done about the error: the end of its key in the catalogue.
    pub hint: Option<&'static str>,
    /// How well it carried what the workspace sent in the last day.
    pub quality: Quality,
    /// Its lanes with something in them.
    pub lanes: Vec<LaneLine>,
    /// Age of the oldest that waits, ms.
    pub oldest: Option<i64>,
    /// Until it is empty at this rate, ms.
    pub drain: Option<i64>,
    /// What holds it back.
    pub limit: Limit,
}

/// One lane of a connection.
#[derive(Debug, Clone)]
pub struct LaneLine {
    /// Its name: `otp`, `bulk` …
    pub lane: &'static str,
    /// Messages waiting.
    pub waiting: i64,
    /// Of them those that somebody halted.
    pub paused: i64,
    /// Age of the oldest, ms.
    pub oldest: Option<i64>,
    /// Until it is empty at this rate, ms.
    pub drain: Option<i64>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct ConnectionsView {
    /// The connections.
    pub connections: Vec<ConnectionCard>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &ConnectionsView) -> Markup {
    page(w, shell, &Page::new(&w.t("nav-connections"), Place::Connections), &part(w, shell, v))
}

/// The living part, which is all of it.
pub fn part(w: &Words, shell: &Shell, v: &ConnectionsView) -> Markup {
    // Where people are live the simulator is beside the point, as it is in the bar above.
    let counted = |c: &&ConnectionCard| shell.test || c.kind != SIMULATOR;
    let all = v.connections.iter().filter(counted).count();
    let up = v.connections.iter().filter(counted).filter(|c| is_up(c.state)).count();
    let heading = match all {
        0 => html! { h1 { (w.t("connections-none")) } },
        all => html! { h1 { (w.f("connections-heading", args!(up: up as i64, all: all as i64))) } },
    };
    let under = if shell.test {
        html! { (w.t("connections-test")) }
    } else {
        html! {}
    };
    let scan = html! { a class="btn" href="/delivery/connections/new?kind=modem#scan" { (icon("modem")) (w.t("modem-scan")) } };
    let add = html! { a class="btn primary" href="/delivery/connections/new" { (icon("plus")) (w.t("connections-add")) } };
    html! {
        div id="connections" class="page-in" data-live="connectors" hx-get="/delivery/connections?part=all" hx-trigger="ring" hx-swap="outerMorph" {
            (head(&heading, &under, &html! { (scan) (add) }))
            @if v.connections.is_empty() { section class="card" { (empty("plug", &w.t("connections-none"), &w.t("connections-none-says"), &add)) } }
            @else { div class="grid conns" { @for connection in &v.connections { (card(w, shell, connection)) } } }
        }
    }
}

fn card(w: &Words, shell: &Shell, c: &ConnectionCard) -> Markup {
    let href = format!("/delivery/connections/{}", c.id);
    html! {
        section class="card" aria-label=(c.name) {
            header {
                h2 class="big" { a class="plainlink" href=(href) { bdi { (c.name) } } }
                span class="muted" { (kind_word(w, &c.kind)) }
                span class="push" { (link(w, c.state, c.hint)) }
            }
            (hour(w, c))
            (state_line(w, c))
            div class="tiles facts" {
                (tile(&w.t("fact-queued"), &w.n(c.queued)))
                (tile(&w.t("fact-flight"), &w.n(c.flight)))
                (tile(&w.t("quality-reported"), &w.percent0(c.quality.reported, c.quality.sent)))
                (tile(&w.t("quality-time"), &lasting(w, c.quality.half_ms)))
                (tile(&w.t("quality-most-of"), &lasting(w, c.quality.most_ms)))
            }
            @if !c.lanes.is_empty() {
                dl class="kv small" {
                    @for lane in &c.lanes { dt { (lane_word(w, lane)) } dd { (lane_says(w, lane)) } }
                }
            }
            div class="row wrap" {
                a class="btn sm" href={ (href) "#test" } { (icon_flip("send")) (w.t("connection-test")) }
                form class="act" method="post" action={ (href) "/reconnect" } { (csrf(&shell.csrf)) button class="btn sm" { (icon("refresh")) (w.t("connection-reconnect")) } }
                a class="btn sm" href={ "/delivery/queues?connection=" (c.id) } { (icon("queued")) (w.t("queue-of")) }
            }
        }
    }
}

/// Whether a state carries messages.
const fn is_up(state: LinkState) -> bool {
    matches!(state, LinkState::Bound | LinkState::Throttled | LinkState::NoTraffic)
}

/// The last hour, with the speed of now against its limit between its ends. Time runs from left to right everywhere.
pub fn hour(w: &Words, c: &ConnectionCard) -> Markup {
    html! {
        @if !c.beats.is_empty() {
            (heartbeat(&w.t("connections-beat"), &c.beats))
            div class="row small muted between undertow" dir="ltr" {
                span class="n" aria-hidden="true" { (w.time(w.now - 3_600_000)) }
                bdi dir=(w.language.dir) { (rate(w, c)) }
                span class="n" aria-hidden="true" { (w.time(w.now)) }
            }
        } @else { p class="small muted" { (rate(w, c)) } }
    }
}

/// A figure under its name.
pub fn tile(name: &str, figure: &str) -> Markup {
    html! { div class="tile" { span class="k" { (name) } span class="fv n" { (figure) } } }
}

/// A time, or a dash where there is none.
pub fn lasting(w: &Words, ms: Option<i64>) -> String {
    ms.map_or_else(|| "–".into(), |ms| w.lasting(ms))
}

/// The word of a kind, its own name where the catalogue has none.
pub fn kind_word(w: &Words, kind: &str) -> String {
    let key = format!("kind-{kind}");
    if w.has(&key) { w.t(&key) } else { kind.to_owned() }
}

/// The speed of now.
pub fn rate(w: &Words, c: &ConnectionCard) -> String {
    match c.limit_tenths {
        Some(limit) => {
            w.attr("connection-rate-of", args!(rate: w.tenths(c.rate_tenths), limit: w.tenths(limit)))
        }
        None => w.attr("connection-rate", args!(rate: w.tenths(c.rate_tenths))),
    }
}

/// State, since when, how fast, the last error in words with what can be done about it, and when it was last heard.
pub fn state_line(w: &Words, c: &ConnectionCard) -> Markup {
    let (tone, icon_name) = link_look(c.state);
    let why = match c.hint {
        Some(hint) => format!("{} {}", w.t(&format!("link-said-{hint}")), w.t("link-waits")),
        None => w.t(&format!("link-{}-why", c.state.name().replace('_', "-"))),
    };
    html! {
        p {
            span class={ "st st-" (tone.class()) } { (icon(icon_name)) (w.attr("connection-since", args!(when: w.clock(c.since)))) }
            " " span { (why) }
        }
        @if let Some(hint) = c.hint { p { b { (w.t(&format!("link-hint-{hint}"))) } } }
        @if !c.error.is_empty() { p class="small muted wraps" { (w.t("link-literally")) " " (code(&c.error)) } }
        p class="small muted" { (heard(w, c)) }
    }
}

/// When the process that carries it last gave a sign of life.
fn heard(w: &Words, c: &ConnectionCard) -> Markup {
    html! {
        @match c.heard {
            _ if c.state == LinkState::Disabled => {}
            None => (pill(Tone::Attention, "attention", &w.t("connection-never"))),
            Some(at) if c.stale => (pill(Tone::Attention, "attention", &w.attr("connection-stale", args!(age: w.lasting(w.now - at))))),
            Some(at) => (w.attr("connection-heard", args!(age: w.lasting((w.now - at) / 1_000 * 1_000)))),
        }
    }
}

/// The word of a lane.
pub fn lane_word(w: &Words, lane: &LaneLine) -> String {
    w.t(&format!("lane-{}", lane.lane))
}

fn lane_says(w: &Words, lane: &LaneLine) -> String {
    let waiting = w.attr("lane-says", args!(n: lane.waiting));
    match lane.oldest {
        Some(age) => format!("{waiting}, {}", w.attr("lane-says-oldest", args!(age: w.lasting(age)))),
        None => waiting,
    }
}

/// The lanes of a connection as a table, which bears its name: a page may have several.
pub fn lanes(w: &Words, name: &str, lanes: &[LaneLine]) -> Markup {
    let most = lanes.iter().map(|lane| lane.waiting).max().unwrap_or(0);
    let columns = html! { (th(&w.t("lane"))) (th_num(&w.t("lane-waiting"))) (th_num(&w.t("lane-oldest"))) (th_num(&w.t("lane-drain"))) (th(&w.t("lane-share"))) };
    let rows = html! {
        @for lane in lanes {
            tr {
                th scope="row" {
                    (lane_word(w, lane))
                    @if lane.paused > 0 { div class="small light" { (pill(Tone::Attention, "paused", &w.attr("lane-paused", args!(n: lane.paused)))) } }
                }
                td class="num" { (w.n(lane.waiting)) }
                td class="num" { @match lane.oldest { Some(age) => (w.lasting(age)), None => "–" } }
                td class="num" { @match lane.drain { Some(time) => (w.lasting(time)), None => "–" } }
                td class="barcol" { (bar1(lane.waiting, most, if lane.lane == "bulk" { "f-accent" } else { "f-waiting" })) }
            }
        }
    };
    table(&format!("{}: {name}", w.t("lanes")), &columns, &rows)
}

/// What was typed into the form of a connection.
#[derive(Debug, Clone, Default)]
pub struct ConnectionForm {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Values by field.
    pub values: Vec<(String, String)>,
    /// Field at fault and why.
    pub fault: Option<(String, String)>,
    /// Whether it exists already: secrets may then stay as they are.
    pub exists: bool,
    /// What it is tried with before it is used.
    pub trial: Trial,
}

/// The page of a new connection: one form per kind, made from what the kind says of itself, with what helps `beside`.
pub fn new(w: &Words, shell: &Shell, kinds: &[KindInfo], form: &ConnectionForm, beside: &Markup) -> Markup {
    let kind = kinds.iter().find(|kind| kind.name == form.kind).or(kinds.first());
    let main = html! {
        div class="head" { div { div class="crumb" { a href="/delivery/connections" { (w.t("nav-connections")) } } h1 { (w.t("connections-add")) } p { (w.t("connection-new-says")) } } }
        @if kinds.len() > 1 {
            nav class="tabs" aria-label=(w.t("connection-kind")) {
                @for one in kinds {
                    a href={ "/delivery/connections/new?kind=" (one.name) } aria-current=[(kind.map(|k| k.name) == Some(one.name)).then_some("page")] { (kind_word(w, one.name)) }
                }
            }
        }
        (beside)
        (trial::outcome(w, &form.trial))
        @if let Some(kind) = kind {
            form class="card narrow" method="post" action="/delivery/connections" {
                (csrf(&shell.csrf))
                input type="hidden" name="kind" value=(kind.name);
                (name_field(w, form))
                (fields(w, kind, form))
                div { button class="btn primary" { (icon("plug")) (w.t("connection-connect")) } }
                (trial::form(w, kind, &form.trial, "/delivery/connections/try"))
            }
        }
    };
    page(w, shell, &Page::new(&w.t("connections-add"), Place::Connections), &main)
}

/// The name of a connection.
pub fn name_field(w: &Words, form: &ConnectionForm) -> Markup {
    let error = form.fault.as_ref().filter(|(field, _)| field == "name").map(|(_, why)| why.as_str());
    let about = Field {
        id: "f-name",
        label: &w.t("connection-name"),
        help: Some(&w.t("connection-name-help")),
        error,
    };
    input(
        &about,
        &Input { name: "name", value: &form.name, required: true, autocomplete: "off", ..Input::default() },
    )
}

/// The fields of a kind; the rare ones behind *More settings*.
pub fn fields(w: &Words, kind: &KindInfo, form: &ConnectionForm) -> Markup {
    let at_fault = form.fault.as_ref().map(|(field, _)| field.as_str());
    let open = kind.fields.iter().any(|field| field.advanced && at_fault == Some(field.name));
    html! {
        @for field in kind.fields.iter().filter(|field| !field.advanced) { (one(w, field, form)) }
        @if kind.fields.iter().any(|field| field.advanced) {
            details class="by" open[open] {
                summary { (icon_flip("next")) (w.t("connection-more")) }
                div class="stack" { @for field in kind.fields.iter().filter(|field| field.advanced) { (one(w, field, form)) } }
            }
        }
    }
}

fn one(w: &Words, field: &sms::form::Field, form: &ConnectionForm) -> Markup {
    let said = |end: &str| {
        let key = format!("field-{}{end}", field.name.replace('_', "-"));
        w.has(&key).then(|| w.t(&key))
    };
    let label = said("").unwrap_or_else(|| field.name.to_owned());
    let secret_stays = form.exists && field.kind == FieldKind::Secret;
    let help = if secret_stays { Some(w.t("field-secret-stays")) } else { said("-help") };
    let id = format!("f-{}", field.name);
    let error = form.fault.as_ref().filter(|(name, _)| name == field.name).map(|(_, why)| why.as_str());
    let about = Field { id: &id, label: &label, help: help.as_deref(), error };
    let typed = form.values.iter().find(|(name, _)| name == field.name).map(|(_, value)| value.as_str());
    let value = typed.or(field.default).unwrap_or("");
    match field.kind {
        FieldKind::Choice(words) => {
            let choices: Vec<Choice> =
                words.iter().map(|word| Choice::new(*word, choice_word(w, field.name, word))).collect();
            select(&about, field.name, &choices, value)
        }
        FieldKind::Lines(_) => {
            let control = html! { textarea class="input mono" id=(id) name=(field.name) rows="4" dir="ltr" spellcheck="false" { (value) } };
            crate::ui::form::field(&about, &control)
        }
        kind => {
            let typed_as = match kind {
                FieldKind::Secret => "password",
                FieldKind::Number { .. } => "number",
                _ => "text",
            };
            let required = field.default.is_none() && !secret_stays;
            let shown = if kind == FieldKind::Secret { "" } else { value };
            let autocomplete = if kind == FieldKind::Secret { "new-password" } else { "off" };
            input(
                &about,
                &Input {
                    kind: typed_as,
                    name: field.name,
                    value: shown,
                    autocomplete,
                    required,
                    ltr: true,
                    ..Input::default()
                },
            )
        }
    }
}

fn choice_word(w: &Words, field: &str, word: &str) -> String {
    let key = format!("field-{}-is-{word}", field.replace('_', "-"));
    if w.has(&key) { w.t(&key) } else { word.to_owned() }
}

/// A line of settings as they stand, secrets left out.
pub fn settings(w: &Words, kind: &KindInfo, values: &[(String, String)]) -> Markup {
    html! {
        dl class="kv" {
            @for field in kind.fields.iter().filter(|field| field.kind != FieldKind::Secret) {
                @let key = format!("field-{}", field.name.replace('_', "-"));
                @let value = values.iter().find(|(name, _)| name == field.name).map(|(_, value)| value.as_str());
                dt { @if w.has(&key) { (w.t(&key)) } @else { (field.name) } }
                dd { (number(value.or(field.default).unwrap_or(""))) }
            }
        }
    }
}
