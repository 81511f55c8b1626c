//! What stands on a connection's wire, while somebody looks: its tail beside the connection, and packets field by field.

use engine::trace::{Sort, View};
use maud::{Markup, html};
use sms::id::{kind, public};

use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Choice, Field, Input, act, csrf, input, select};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th};
use crate::ui::{code, icon, number};
use crate::words::Words;

/// The tail of a connection.
#[derive(Debug, Clone, Default)]
pub struct TraceView {
    /// The page of the connection or client it is of.
    pub base: String,
    /// Until when somebody looks, and at which numbers.
    pub watched: Option<(i64, String)>,
    /// The newest packets, newest first.
    pub packets: Vec<View>,
}

/// The tail, which lives by itself.
pub fn tail(w: &Words, shell: &Shell, v: &TraceView) -> Markup {
    let base = &v.base;
    let columns = html! { (th(&w.t("failed-when"))) (th(&w.t("trace-way"))) (th(&w.t("failed-what"))) (th(&w.t("failed-answer"))) (th(&w.t("trace-seq"))) (th(&w.t("failed-message"))) };
    let rows = html! {
        @for p in &v.packets {
            tr {
                td { span class="n nowrap" { (w.time_ms(p.at)) } }
                td { (way(w, p)) }
                th scope="row" { a href={ (base) "/trace/" (public(kind::ROW, p.id)) } { (code(&p.command)) } }
                td { @if !p.status.is_empty() { (code(&p.status)) } }
                td class="n" { (number(&p.seq.to_string())) }
                td { @if let Some(id) = p.message { a href={ "/messages/" (public(kind::MESSAGE, id)) "/trace" } { (w.t("failed-open")) } } }
            }
        }
    };
    html! {
        section class="card flush" id="trace" data-live="connectors" hx-get={ (base) "?part=trace" } hx-trigger="ring" hx-swap="outerMorph" {
            header class="cardhead wraps" {
                h2 id="trace-h" { (w.t("trace")) }
                @match &v.watched {
                    Some((until, mask)) => {
                        (pill(Tone::Waiting, "eye", &w.attr("trace-until", args!(time: w.time(*until)))))
                        @if !mask.is_empty() { span class="small" { (number(mask)) } }
                        span class="push" { (act(&shell.csrf, &format!("{base}/unwatch"), "sm", "stop", &w.t("trace-stop"))) }
                    }
                    None => { span class="muted small" { (w.t("trace-says")) } }
                }
            }
            @if v.packets.is_empty() { p class="pad muted" { (w.t(if v.watched.is_some() { "trace-none-yet" } else { "trace-none" })) } }
            @else {
                div class="tall" { (table(&w.t("trace"), &columns, &rows)) }
                div class="row wrap pad" {
                    a class="btn sm" href={ (base) "/trace.txt" } download { (icon("download")) (w.t("trace-text")) }
                    a class="btn sm" href={ (base) "/trace.hex" } download { (icon("download")) (w.t("trace-hex")) }
                }
            }
            @if v.watched.is_none() { (form(w, shell, base)) }
        }
    }
}

fn form(w: &Words, shell: &Shell, base: &str) -> Markup {
    let minutes = ["5", "15", "60"]
        .map(|n| Choice::new(n, w.attr("trace-minutes", args!(n: n.parse::<i64>().unwrap_or(5)))));
    let about =
        Field { id: "w-n", label: &w.t("trace-number"), help: Some(&w.t("trace-number-help")), error: None };
    html! {
        form class="row wrap end foot" method="post" action={ (base) "/watch" } {
            (csrf(&shell.csrf))
            (input(&about, &Input { kind: "tel", name: "number", ltr: true, autocomplete: "off", ..Input::default() }))
            (select(&Field { id: "w-m", label: &w.t("trace-for"), ..Field::default() }, "minutes", &minutes, "15"))
            button class="btn" { (icon("eye")) (w.t("trace-watch")) }
        }
    }
}

fn way(w: &Words, p: &View) -> Markup {
    let (icon_name, key) = if p.ours { ("upload", "trace-sent") } else { ("download", "trace-read") };
    html! { span class="st" { (icon(icon_name)) (w.t(key)) } }
}

/// The page of some packets: one of a connection, or all of a message.
#[derive(Debug, Clone, Default)]
pub struct PacketsView {
    /// Where it leads back to, and in which words.
    pub back: (String, String),
    /// The heading.
    pub title: String,
    /// Where it can be had as text and as octets, without its ending; empty for nowhere.
    pub file: String,
    /// The packets, oldest first.
    pub packets: Vec<View>,
}

/// The page.
pub fn packets_page(w: &Words, shell: &Shell, place: Place, v: &PacketsView) -> Markup {
    let masked = v.packets.iter().any(|p| p.raw.is_none());
    let main = html! {
        div class="head" {
            div { div class="crumb" { a href=(v.back.0) { (v.back.1) } } h1 { bdi { (v.title) } } p { (w.t("trace-page-says")) } }
            @if !v.file.is_empty() && !v.packets.is_empty() {
                div class="row wrap" {
                    a class="btn sm" href={ (v.file) ".txt" } download { (icon("download")) (w.t("trace-text")) }
                    a class="btn sm" href={ (v.file) ".hex" } download { (icon("download")) (w.t("trace-hex")) }
                }
            }
        }
        @if masked { div class="banner waiting" { (icon("lock")) p { (w.t("trace-masked")) } } }
        @if v.packets.is_empty() { section class="card" { (empty("eye", &w.t("trace-nothing"), &w.t("trace-nothing-says"), &html! {})) } }
        @for (n, p) in v.packets.iter().enumerate() { (packet(w, n, p)) }
    };
    page(w, shell, &Page::new(&v.title, place), &main)
}

fn packet(w: &Words, n: usize, p: &View) -> Markup {
    let id = format!("p-{n}");
    html! {
        section class="card" aria-labelledby=(id) {
            header class="row wrap gap" {
                h2 id=(id) { (code(&p.command)) }
                (way(w, p))
                @if !p.status.is_empty() { (code(&p.status)) }
                span class="muted small n push" { (w.time_ms(p.at)) ", " (w.attr("trace-link", args!(n: p.link + 1))) ", " (w.t("trace-seq")) " " (number(&p.seq.to_string())) }
            }
            dl class="kv packet" {
                @for f in &p.fields {
                    dt { (code(&f.name)) }
                    dd {
                        @match f.sort {
                            Sort::Text => bdi dir="auto" { (f.value) },
                            Sort::Secret => span class="muted" { (icon("lock")) (w.t("trace-secret")) },
                            _ => bdi dir="ltr" class="mono" { (f.value) },
                        }
                    }
                }
            }
            @if let Some(raw) = &p.raw {
                details class="pd" {
                    summary { (w.f("trace-octets", args!(n: raw.len() as i64))) }
                    pre class="pdu" dir="ltr" tabindex="0" role="region" aria-label=(w.t("message-raw")) { (dump(raw)) }
                }
            }
        }
    }
}

/// Sixteen octets a line, with what of them can be read.
fn dump(raw: &[u8]) -> String {
    let mut out = String::new();
    for (n, line) in raw.chunks(16).enumerate() {
        let octets: String = line.iter().map(|b| format!("{b:02x} ")).collect();
        let read: String =
            line.iter().map(|b| if (0x20..0x7F).contains(b) { char::from(*b) } else { '.' }).collect();
        out.push_str(&format!("{:04x}  {octets:<48} {read}\n", n * 16));
    }
    out
}
