//! One connection: its state, a test message, its settings, what happened to it.

use maud::{Markup, html};
use sms::form::KindInfo;
use sms::live::LinkState;

use super::connections::{ConnectionCard, ConnectionForm, fields, kind_word, lanes, name_field, state_line};
use crate::shell::{Page, Place, Shell, page};
use crate::ui::charts::heartbeat;
use crate::ui::form::{Field, Input, act, csrf, field, input};
use crate::ui::state::{Tone, link_look, pill_solid};
use crate::ui::{icon, icon_flip, user_text};
use crate::words::Words;

/// Something that happened to the link.
#[derive(Debug, Clone)]
pub struct LinkEvent {
    /// When.
    pub at: i64,
    /// Its colour.
    pub tone: Tone,
    /// What, in words.
    pub says: String,
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
    /// What happened, newest first.
    pub events: Vec<LinkEvent>,
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
        div class="grid" {
            section class="card c6" id="test" aria-labelledby="test-h" { (test(w, shell, v, &base)) }
            section class="card c6" aria-labelledby="set-h" {
                h2 id="set-h" { (w.t("connection-settings")) }
                form class="stack" method="post" action=(base) {
                    (csrf(&shell.csrf))
                    (name_field(w, &v.form))
                    (fields(w, &v.kind, &v.form))
                    div { button class="btn" { (w.t("connection-save")) } }
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
                        (pill_solid(tone, icon_name, &w.t(&format!("link-{}", c.state.name().replace('_', "-")))))
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
                (heartbeat(&w.t("connections-beat"), &c.beats))
                (state_line(w, c))
                @if !c.lanes.is_empty() { (lanes(w, &c.lanes)) }
                p { a href={ "/delivery/queues?connection=" (c.id) } { (w.t("queue-of")) } }
                @if !v.events.is_empty() {
                    ol class="time" {
                        @for event in &v.events {
                            li {
                                span class="at n" { (w.when(event.at)) }
                                span class={ "mk st-" (event.tone.class()) } { (icon(if event.tone == Tone::Failed { "failed" } else { "sent" })) }
                                div class="ev" { (user_text(&event.says)) }
                            }
                        }
                    }
                }
            }
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
