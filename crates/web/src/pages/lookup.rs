//! Looking numbers up: the question that is asked over HTTP, and asking it about one number.

use engine::lookup::Answer;
use maud::{Markup, html};
use sms::form::KindInfo;

use super::connections::{ConnectionForm, fields};
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::form::{Field, Input, act, csrf, input};
use crate::ui::state::{Tone, pill};
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// Where it is.
pub const BASE: &str = "/delivery/lookups";

/// What was asked about a number, and what came of it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The number as it was typed.
    pub number: String,
    /// What was answered; none where nobody answered.
    pub answer: Option<Answer>,
    /// Why it could not be asked.
    pub error: Option<String>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct LookupView {
    /// The settings as typed or stored.
    pub form: ConnectionForm,
    /// Whether they are for every workspace that has none of its own.
    pub all: bool,
    /// Whether there is a question at all.
    pub asks: bool,
    /// One number that was asked about.
    pub asked: Option<Asked>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, info: &KindInfo, v: &LookupView) -> Markup {
    let main = html! {
        div class="head" { div { div class="crumb" { a href="/delivery/routes" { (w.t("routes")) } } h1 { (w.t("lookup")) } p { (w.t("lookup-says")) } } }
        @if v.asks { (trial(w, shell, v)) }
        section class="card" aria-labelledby="lk-h" {
            h2 id="lk-h" { (w.t("lookup-question")) }
            form class="stack narrow" method="post" action=(BASE) {
                (csrf(&shell.csrf))
                (fields(w, info, &v.form))
                label class="opt" { input type="checkbox" name="all" value="on" checked[v.all]; (w.t("lookup-all")) }
                div { button class="btn primary" { (icon("check")) (w.t("clients-save")) } }
            }
        }
        @if v.asks {
            section class="card" aria-labelledby="lk-no" {
                h2 id="lk-no" { (w.t("lookup-no-more")) }
                p class="muted" { (w.t("lookup-no-more-says")) }
                (act(&shell.csrf, &format!("{BASE}/remove{}", if v.all { "?all=true" } else { "" }), "", "trash", &w.t("lookup-no-more")))
            }
        }
    };
    page(w, shell, &Page::new(&w.t("lookup"), Place::Routes), &main)
}

fn trial(w: &Words, shell: &Shell, v: &LookupView) -> Markup {
    let typed = v.asked.as_ref().map_or("", |a| a.number.as_str());
    let error = v.asked.as_ref().and_then(|a| a.error.as_deref());
    let about =
        Field { id: "lk-n", label: &w.t("contacts-number"), help: Some(&w.t("lookup-try-help")), error };
    html! {
        section class="card" id="try" aria-labelledby="lk-t" {
            h2 id="lk-t" { (w.t("lookup-try")) }
            form class="row wrap end" method="post" action={ (BASE) "/try" } {
                (csrf(&shell.csrf))
                (input(&about, &Input { kind: "tel", name: "number", value: typed, required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                button class="btn" { (icon("search")) (w.t("lookup-ask")) }
            }
            @if let (Some(asked), None) = (&v.asked, error) {
                div class="answer stack" role="status" {
                    p { b { (number(&asked.number)) } }
                    @match &asked.answer {
                        Some(answer) => (told(w, answer)),
                        None => p { (pill(Tone::Failed, "failed", &w.t("lookup-nobody"))) },
                    }
                }
            }
        }
    }
}

/// What is known of a number by asking.
pub(crate) fn told(w: &Words, a: &Answer) -> Markup {
    let dash = |text: &str| {
        if text.is_empty() {
            html! { "–" }
        } else {
            user_text(text)
        }
    };
    let ported = a
        .ported
        .map_or("lookup-ported-unknown", |p| if p { "lookup-ported-yes" } else { "lookup-ported-no" });
    html! {
        @if !a.error.is_empty() {
            p class="st st-failed wraps" { (icon("failed")) span { (w.t("lookup-failed")) " " bdi dir="auto" { (a.error) } } }
        } @else {
            dl class="kv" {
                dt { (w.t("lookup-network")) } dd { @if a.network.is_empty() { "–" } @else { (number(&a.network)) } }
                dt { (w.t("lookup-country")) } dd { (dash(&a.country)) }
                dt { (w.t("lookup-sort")) } dd { (dash(&a.sort)) }
                dt { (w.t("lookup-ported")) } dd { (w.t(ported)) }
            }
        }
        p class="muted small" { (w.attr("lookup-at", args!(time: w.when(a.at)))) }
    }
}
