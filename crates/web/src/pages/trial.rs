//! A provider tried before it is used: what would be sent, and how what it answers and calls us with would be read.
//!
//! Nothing here sends anything: it shows what the same code as the link's makes of the settings.

use maud::{Markup, html};
use sms::form::{KindInfo, Tried};

use crate::ui::form::{Choice, Field, Input, field, input, select};
use crate::ui::icon;
use crate::words::Words;

/// What a connection is tried with, as typed; and what came of it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// To whom.
    pub to: String,
    /// From whom.
    pub from: String,
    /// What.
    pub text: String,
    /// The status of the pasted answer.
    pub status: String,
    /// The pasted answer.
    pub answer: String,
    /// `status` or `inbound`.
    pub place: String,
    /// What stands behind the question mark of the webhook.
    pub query: String,
    /// The body of the webhook.
    pub webhook: String,
    /// What would happen.
    pub tried: Option<Tried>,
}

impl Default for Trial {
    fn default() -> Trial {
        Trial {
            to: "+972541234567".into(),
            from: "Shop".into(),
            text: "שלום, Dana & co.".into(),
            status: "200".into(),
            answer: String::new(),
            place: "status".into(),
            query: String::new(),
            webhook: String::new(),
            tried: None,
        }
    }
}

/// Whether connections of a kind can be tried so: those whose provider calls us.
pub fn can_be_tried(kind: &KindInfo) -> bool {
    kind.fields.iter().any(|field| field.name == "hook_user")
}

/// The part of a connection's form that tries it; its button sends the same form elsewhere.
pub fn form(w: &Words, kind: &KindInfo, t: &Trial, action: &str) -> Markup {
    if !can_be_tried(kind) {
        return html! {};
    }
    html! {
        details class="by" id="try" open[t.tried.is_some()] {
            summary { (icon("search")) (w.t("try-title")) }
            div class="stack" {
                p class="small muted" { (w.t("try-says")) }
                (line(w, "try-to", "try_to", &t.to, true))
                (line(w, "try-from", "try_from", &t.from, false))
                (area(w, "try-text", "try_text", &t.text, None, "auto"))
                (area(w, "try-answer", "try_answer", &t.answer, Some("try-answer-help"), "ltr"))
                (line(w, "try-status", "try_status", &t.status, true))
                (place(w, t))
                (query(w, t))
                (area(w, "try-webhook", "try_webhook", &t.webhook, None, "ltr"))
                div { button class="btn" formaction=(action) formnovalidate { (icon("search")) (w.t("try-do")) } }
            }
        }
    }
}

fn line(w: &Words, key: &str, name: &str, value: &str, ltr: bool) -> Markup {
    let about = Field { id: key, label: &w.t(key), ..Field::default() };
    input(&about, &Input { name, value, ltr, autocomplete: "off", ..Input::default() })
}

fn query(w: &Words, t: &Trial) -> Markup {
    let about = Field {
        id: "try-query",
        label: &w.t("try-query"),
        help: Some(&w.t("try-query-help")),
        ..Field::default()
    };
    let typed =
        Input { name: "try_query", value: &t.query, ltr: true, autocomplete: "off", ..Input::default() };
    input(&about, &typed)
}

fn place(w: &Words, t: &Trial) -> Markup {
    let about = Field { id: "try-place", label: &w.t("try-place"), ..Field::default() };
    let choices = ["status", "inbound"].map(|p| Choice::new(p, w.t(&format!("try-place-is-{p}"))));
    select(&about, "try_place", &choices, &t.place)
}

fn area(w: &Words, key: &str, name: &str, value: &str, help: Option<&str>, dir: &str) -> Markup {
    let (label, help) = (w.t(key), help.map(|help| w.t(help)));
    let about = Field { id: key, label: &label, help: help.as_deref(), ..Field::default() };
    let described = help.is_some().then(|| format!("{key}-h"));
    let class = if dir == "ltr" { "input mono" } else { "input" };
    let control = html! {
        textarea class=(class) id=(key) name=(name) rows="3" dir=(dir) spellcheck="false" aria-describedby=[described] { (value) }
    };
    field(&about, &control)
}

/// What would happen, where it was asked.
pub fn outcome(w: &Words, t: &Trial) -> Markup {
    let Some(tried) = &t.tried else { return html! {} };
    html! {
        section class="card" id="tried" aria-labelledby="tried-h" tabindex="-1" autofocus {
            header {
                h2 id="tried-h" { (icon("check")) (w.t("try-would")) }
                span class="small muted" { (w.t("try-nothing-sent")) }
            }
            h3 { (w.t("try-request")) }
            pre class="pdu" tabindex="0" role="region" aria-label=(w.t("try-request")) { (tried.request) }
            @if let Some(answer) = &tried.answer { h3 { (w.t("try-meaning")) } p { bdi { (answer) } } }
            @if let Some(webhook) = &tried.webhook {
                h3 { (w.t("try-reads")) }
                ul { @for line in webhook { li { bdi { (line) } } } }
            }
        }
    }
}
