//! The simulator's phones: what arrived on them, what they write back, what each number ending does.

use maud::{Markup, html};
use sms::life::Status;

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::form::csrf;
use crate::ui::state::{Tone, pill, status};
use crate::ui::{icon_flip, number, user_text};
use crate::words::Words;

/// A virtual phone.
#[derive(Debug, Clone)]
pub struct Phone {
    /// Its owner's name.
    pub name: String,
    /// Its number.
    pub number: String,
    /// Its number as people write it.
    pub shown: String,
    /// The code of the language it is set to.
    pub lang: String,
    /// The number or name that wrote last, to answer to.
    pub peer: String,
    /// The same as people write it.
    pub peer_shown: String,
    /// What stands on it, oldest first.
    pub lines: Vec<PhoneLine>,
}

/// One message on a phone.
#[derive(Debug, Clone)]
pub struct PhoneLine {
    /// When.
    pub at: i64,
    /// The text, parts joined.
    pub text: String,
    /// Whether the phone wrote it.
    pub sent: bool,
    /// Parts it came in.
    pub parts: i64,
    /// The unsubscribe link in it, where there is one.
    pub link: Option<String>,
}

/// One thing on the wire, newest first.
#[derive(Debug, Clone)]
pub struct WireLine {
    /// The message.
    pub id: String,
    /// When.
    pub at: i64,
    /// Its status now.
    pub status: Status,
    /// Whose phone.
    pub who: String,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct SimulatorView {
    /// The phones.
    pub phones: Vec<Phone>,
    /// The last messages.
    pub wire: Vec<WireLine>,
    /// The text of the prefilled test.
    pub test_text: String,
}

/// The ten endings and what they do.
const ENDINGS: [(&str, &str, Tone, &str, &str); 10] = [
    ("00", "ending-00", Tone::Delivered, "delivered", "ends-delivered"),
    ("01", "ending-01", Tone::Attention, "attention", "ends-then-delivered"),
    ("02", "ending-02", Tone::Failed, "failed", "ends-failed"),
    ("03", "ending-03", Tone::Failed, "failed", "ends-expired"),
    ("04", "ending-04", Tone::Attention, "attention", "ends-then-delivered"),
    ("05", "ending-05", Tone::Suppressed, "suppressed", "ends-leaves"),
    ("06", "ending-06", Tone::Delivered, "delivered", "ends-delivered"),
    ("07", "ending-07", Tone::Attention, "unknown", "ends-no-report"),
    ("08", "ending-08", Tone::Failed, "failed", "ends-rejected"),
    ("09", "ending-09", Tone::Delivered, "delivered", "ends-delivered"),
];

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &SimulatorView) -> Markup {
    let heading = html! { h1 { (w.f("sim-heading", args!(n: v.phones.len() as i64))) } };
    let actions = html! {
        @if let Some(first) = v.phones.first() {
            form class="act" method="post" action="/delivery/simulator/test" {
                (csrf(&shell.csrf))
                input type="hidden" name="to" value=(first.number);
                input type="hidden" name="text" value=(v.test_text);
                button class="btn primary" { (icon_flip("send")) (w.f("sim-test", args!(name: first.name.as_str()))) }
            }
        }
    };
    let main = html! {
        (head(&heading, &html! { (w.t("sim-under")) }, &actions))
        div class="sim" {
            (phones(w, shell, v))
            (wire(w, v))
        }
        (endings(w))
    };
    page(w, shell, &Page::new(&w.t("nav-simulator"), Place::Simulator), &main)
}

/// The phones, renewed by the live stream; what is being typed on one stays.
pub fn phones(w: &Words, shell: &Shell, v: &SimulatorView) -> Markup {
    html! {
        div class="phones" id="phones" data-live="simulator" hx-get="/delivery/simulator?part=phones" hx-trigger="ring" hx-swap="outerMorph" {
            @for (i, phone) in v.phones.iter().enumerate() { (handset(w, shell, i, phone)) }
        }
    }
}

fn handset(w: &Words, shell: &Shell, i: usize, phone: &Phone) -> Markup {
    let label = w.attr("sim-phone", args!(name: phone.name.as_str()));
    html! {
        section class="stack" aria-label=(label) {
            div class="row wrap" { b { (user_text(&phone.name)) } span class="muted" { (number(&phone.shown)) } }
            div class="handset" {
                div class="screen" lang=(phone.lang) {
                    header { b { (number(&phone.peer_shown)) } }
                    div class="bubbles" id={ "screen-" (i) } data-bottom role="log" tabindex="0" aria-label=(w.attr("sim-messages", args!(name: phone.name.as_str()))) {
                        @for line in &phone.lines {
                            p class={ "bub" @if line.sent { " out" } } { (line.text) }
                            div class={ "bmeta" @if line.sent { " out" } } lang=(w.language.code) {
                                (w.time(line.at))
                                @if !line.sent { " · " (w.attr("parts-count", args!(n: line.parts))) }
                                @if let Some(link) = &line.link { " · " a href=(link) { (w.t("sim-link")) } }
                            }
                        }
                    }
                    form method="post" action="/delivery/simulator/write" class="phonefoot" hx-post="/delivery/simulator/write?part=yes" hx-target="#phones" hx-swap="outerMorph" {
                        (csrf(&shell.csrf))
                        input type="hidden" name="from" value=(phone.number);
                        input type="hidden" name="to" value=(phone.peer);
                        label class="vh" for={ "in-" (i) } lang=(w.language.code) { (w.attr("sim-answer", args!(name: phone.name.as_str()))) }
                        input class="input" id={ "in-" (i) } name="text" dir="auto" required autocomplete="off" placeholder=(w.t("sim-placeholder"));
                        button class="ib" aria-label=(w.attr("sim-send-as", args!(name: phone.name.as_str()))) { (icon_flip("send")) }
                    }
                }
            }
        }
    }
}

/// The last messages, renewed by the live stream.
pub fn wire(w: &Words, v: &SimulatorView) -> Markup {
    html! {
        section class="card" id="wire" aria-labelledby="wire-h" data-live="simulator" hx-get="/delivery/simulator?part=wire" hx-trigger="ring" hx-swap="outerMorph" {
            header { h2 id="wire-h" { (w.t("sim-wire")) } @if let Some(last) = v.wire.first() { a class="push small" href={ "/messages/" (last.id) } { (w.t("sim-last")) } } }
            @if v.wire.is_empty() { p class="muted" { (w.t("sim-wire-none")) } }
            @else {
                div class="wirebox" tabindex="0" role="log" aria-label=(w.t("sim-wire-label")) {
                    ol class="wire" {
                        @for line in &v.wire {
                            li { span class="at n" { (w.time_s(line.at)) } a class="plainlink" href={ "/messages/" (line.id) } { (status(w, line.status)) } span class="ell" { (user_text(&line.who)) } }
                        }
                    }
                }
            }
        }
    }
}

fn endings(w: &Words) -> Markup {
    html! {
        section class="card" aria-labelledby="dg" {
            header { h2 id="dg" { (w.t("sim-digits")) } span class="push small muted" { (w.t("sim-live-refuse")) } }
            ul class="digits" {
                @for (digits, says, tone, icon_name, end) in ENDINGS {
                    li { code dir="ltr" { "…" (digits) } span class="grow" { (w.t(says)) } (pill(tone, icon_name, &w.t(end))) }
                }
            }
        }
    }
}
