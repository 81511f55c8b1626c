//! One connection: its state, a test message, its settings, what happened to it.

use maud::{Markup, html};
use sms::form::KindInfo;
use sms::live::LinkState;

use super::connections::{
    ConnectionCard, ConnectionForm, fields, hour, kind_word, lanes, lasting, name_field, state_line, tile,
};
use super::modem::{self, ModemCard};
use super::phone::{self, Offer, PhoneCard};
use super::trace::TraceView;
use super::trial;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::form::{Field, Input, act, csrf, field, input};
use crate::ui::state::{Tone, link_look, link_word, pill, pill_solid};
use crate::ui::table::{table, th};
use crate::ui::{code, icon_flip};
use crate::words::Words;

/// A PDU that failed.
#[derive(Debug, Clone)]
pub struct FailedLine {
    /// When.
    pub at: i64,
    /// Whether we sent it.
    pub ours: bool,
    /// Its command.
    pub command: String,
    /// What it was answered with; none where nobody did.
    pub status: Option<String>,
    /// Its fields: names and values, no number and no text among them.
    pub fields: Vec<(String, String)>,
    /// The message it carried, by its public id, where it is one of the workspace.
    pub message: Option<String>,
}

/// Where the provider calls us, and what came there last.
#[derive(Debug, Clone, Default)]
pub struct HooksLine {
    /// The address; empty while nobody knows how this installation is reached.
    pub address: String,
    /// When one was taken, and what it was.
    pub taken: Option<(i64, String)>,
    /// When one was refused, and why.
    pub refused: Option<(i64, String)>,
}

/// The page.
#[derive(Debug, Clone)]
pub struct ConnectionView {
    /// Its card.
    pub card: ConnectionCard,
    /// Its settings.
    pub form: ConnectionForm,
    /// What its kind says of itself.
    pub kind: KindInfo,
    /// What failed last, newest first; none where this person does not look after connections.
    pub failed: Option<Vec<FailedLine>>,
    /// What stands on its wire; none where this person does not look after connections.
    pub trace: Option<TraceView>,
    /// Its webhooks, where it is called by its provider and this person looks after connections.
    pub hooks: Option<HooksLine>,
    /// What is known of its modem, if it is one.
    pub modem: Option<ModemCard>,
    /// What is known of its phone, if it is one.
    pub phone: Option<PhoneCard>,
    /// A code for a phone, shown this once.
    pub offer: Option<Offer>,
    /// The number a test goes to, as typed last.
    pub test_to: String,
    /// Why the test was refused.
    pub test_error: Option<String>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &ConnectionView) -> Markup {
    let base = format!("/delivery/connections/{}", v.card.id);
    let main = html! {
        (living(w, shell, v))
        @if let Some(offer) = &v.offer { (phone::offer(w, offer)) }
        (trial::outcome(w, &v.form.trial))
        @if let Some(trace) = &v.trace { (super::trace::tail(w, shell, trace)) }
        div class="grid" {
            section class="card c6" id="test" aria-labelledby="test-h" { (test(w, shell, v, &base)) }
            section class="card c6" aria-labelledby="set-h" {
                h2 id="set-h" { (w.t("connection-settings")) }
                form class="stack" method="post" action=(base) {
                    (csrf(&shell.csrf))
                    (name_field(w, &v.form))
                    (fields(w, &v.kind, &v.form))
                    div { button class="btn" { (w.t("connection-save")) } }
                    (trial::form(w, &v.kind, &v.form.trial, &format!("{base}/try")))
                }
            }
        }
    };
    page(w, shell, &Page::new(&v.card.name, Place::Connections), &main)
}

/// The part that lives: state and events.
pub fn living(w: &Words, shell: &Shell, v: &ConnectionView) -> Markup {
    let c = &v.card;
    let (tone, icon_name) = link_look(c.state);
    let base = format!("/delivery/connections/{}", c.id);
    html! {
        div id="connection" class="page-in" data-live="connectors" hx-get={ (base) "?part=living" } hx-trigger="ring" hx-swap="outerMorph" {
            div class="head" {
                div {
                    div class="crumb" { a href="/delivery/connections" { (w.t("nav-connections")) } }
                    div class="row wrap gap" {
                        h1 { bdi { (c.name) } }
                        (pill_solid(tone, icon_name, &link_word(w, c.state, c.hint)))
                    }
                    p { (kind_word(w, &c.kind)) }
                }
                div class="row wrap" {
                    (act(&shell.csrf, &format!("{base}/reconnect"), "", "refresh", &w.t("connection-reconnect")))
                    @if c.state == LinkState::Disabled { (act(&shell.csrf, &format!("{base}/enable"), "primary", "play", &w.t("connection-on"))) }
                    @else { (act(&shell.csrf, &format!("{base}/disable"), "", "pause", &w.t("connection-off"))) }
                }
            }
            section class="card" aria-labelledby="st-h" {
                h2 id="st-h" { (w.t("connection-state")) }
                (hour(w, c))
                (state_line(w, c))
                (quality(w, v))
                @if !c.lanes.is_empty() { (lanes(w, &c.name, &c.lanes)) }
                p { a href={ "/delivery/queues?connection=" (c.id) } { (w.t("queue-of")) } }
            }
            @if let Some(hooks) = &v.hooks { (called(w, hooks)) }
            @if let Some(of) = &v.modem { (modem::card(w, shell, &base, of)) }
            @if let Some(of) = &v.phone { (phone::card(w, shell, &base, of)) }
            @if let Some(failed) = &v.failed { (failures(w, failed)) }
        }
    }
}

/// What the carrier reported of a day's messages, and how soon.
fn quality(w: &Words, v: &ConnectionView) -> Markup {
    let q = &v.card.quality;
    html! {
        div class="tiles facts six" {
            (tile(&w.t("quality-sent"), &w.n(q.sent)))
            (tile(&w.t("quality-reported"), &w.percent0(q.reported, q.sent)))
            (tile(&w.t("quality-delivered"), &w.percent0(q.delivered, q.reported)))
            (tile(&w.t("quality-time"), &lasting(w, q.half_ms)))
            (tile(&w.t("quality-most-of"), &lasting(w, q.most_ms)))
            (tile(&w.t("fact-window"), &w.n(v.card.window)))
        }
    }
}

/// Where the provider calls us.
fn called(w: &Words, hooks: &HooksLine) -> Markup {
    let line = |last: &Option<(i64, String)>| {
        html! {
            @match last {
                Some((at, what)) => { span class="n" { (w.when(*at)) } " " bdi { (what) } },
                None => (w.t("hooks-never")),
            }
        }
    };
    html! {
        section class="card" aria-labelledby="hk-h" {
            h2 id="hk-h" { (w.t("hooks-title")) }
            @if hooks.address.is_empty() { p { (w.t("hooks-unknown")) } }
            @else {
                p class="muted" { (w.t("hooks-says")) }
                @for (word, place) in [("hooks-status", "status"), ("hooks-inbound", "inbound")] {
                    p class="wraps" { span class="muted" { (w.t(word)) } " " (code(&format!("{}/{place}", hooks.address))) }
                }
            }
            p class="small" { span class="muted" { (w.t("hooks-taken")) } " " (line(&hooks.taken)) }
            p class="small" { span class="muted" { (w.t("hooks-refused")) } " " (line(&hooks.refused)) }
        }
    }
}

/// The last PDUs that failed, decoded.
pub(super) fn failures(w: &Words, failed: &[FailedLine]) -> Markup {
    let columns = html! { (th(&w.t("failed-when"))) (th(&w.t("failed-what"))) (th(&w.t("failed-answer"))) (th(&w.t("failed-fields"))) (th(&w.t("failed-message"))) };
    let rows = html! {
        @for f in failed {
            tr {
                td { span class="n" { (w.when(f.at)) } }
                th scope="row" {
                    (code(&f.command))
                    div class="small muted light" { (w.t(if f.ours { "failed-ours" } else { "failed-theirs" })) }
                }
                td { @match &f.status { Some(status) => (code(status)), None => (pill(Tone::Attention, "unknown", &w.t("failed-no-answer"))) } }
                td class="small" {
                    @for (name, value) in &f.fields { span class="fieldof" { bdi dir="ltr" class="mono" { span class="muted" { (name) } " " (value) } } " " }
                }
                td { @if let Some(id) = &f.message { a href={ "/messages/" (id) } { (w.t("failed-open")) } } }
            }
        }
    };
    html! {
        section class="card flush" {
            header { h2 { (w.t("failed-title")) } span class="muted small" { (w.t("failed-says")) } }
            @if failed.is_empty() { p class="pad muted" { (w.t("failed-none")) } }
            @else { (table(&w.t("failed-title"), &columns, &rows)) }
        }
    }
}

fn test(w: &Words, shell: &Shell, v: &ConnectionView, base: &str) -> Markup {
    let to = Field {
        id: "t-to",
        label: &w.t("inbox-to-label"),
        help: Some(&w.t("connection-test-help")),
        error: v.test_error.as_deref(),
    };
    let text = Field { id: "t-text", label: &w.t("composer-text"), ..Field::default() };
    let area = html! { textarea class="input" id="t-text" name="text" rows="2" required dir="auto" { (w.t("connection-test-text")) } };
    html! {
        h2 id="test-h" { (w.t("connection-test")) }
        form class="stack" method="post" action={ (base) "/test" } {
            (csrf(&shell.csrf))
            (input(&to, &Input { kind: "tel", name: "to", value: &v.test_to, required: true, ltr: true, autocomplete: "off", ..Input::default() }))
            (field(&text, &area))
            div { button class="btn primary" { (icon_flip("send")) (w.t("connection-test-send")) } }
        }
    }
}
