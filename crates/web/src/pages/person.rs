//! One person: who they are, whether we may write and why, what was written.

use maud::{Markup, html};

use super::head;
use super::person_more::{More, fields, groups, merging, story};
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::form::{Choice, Field, Input, act, csrf, input, select};
use crate::ui::state::{May, may_said};
use crate::ui::{icon, number, user_text, who};
use crate::words::Words;

/// One event of consent or refusal, newest first.
#[derive(Debug, Clone)]
pub struct ConsentEvent {
    /// When it happened.
    pub at: i64,
    /// Whether it gave permission; otherwise it took it away.
    pub given: bool,
    /// Where it came from, already in words.
    pub source: String,
    /// The exact wording shown or written.
    pub wording: String,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct PersonView {
    /// Public id.
    pub id: String,
    /// Name as shown.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Number as written here.
    pub phone: String,
    /// Whether we may write.
    pub may: May,
    /// The events behind it.
    pub consents: Vec<ConsentEvent>,
    /// Fields of their own and values.
    pub fields: Vec<(String, String)>,
    /// Their thread, where there is one.
    pub thread: Option<String>,
    /// All that happened, groups, fields, doubles.
    pub more: More,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &PersonView) -> Markup {
    let heading = html! {
        div class="crumb" { a href="/contacts" { (w.t("nav-contacts")) } }
        div class="row wrap gap" { h1 { (who(&v.name, &v.phone)) } (may_said(w, v.may)) }
    };
    let under = html! { (number(&v.phone)) };
    let actions = html! {
        @if let Some(thread) = &v.thread {
            a class="btn primary" href={ "/inbox/" (thread) } { (icon("inbox")) (w.t("person-thread")) }
        } @else {
            a class="btn primary" href={ "/inbox/new?to=" (v.id) } { (icon("edit")) (w.t("person-write")) }
        }
        @if v.may != May::Left {
            (act(&shell.csrf, &format!("/contacts/{}/stop", v.id), "danger", "suppressed", &w.t("person-stop")))
        }
    };
    let main = html! {
        (head(&heading, &under, &actions))
        div class="grid" {
            div class="c8 stack s4" { (story(w, &v.more)) (consents(w, v)) }
            div class="c4 stack s4" { (facts(w, v)) (groups(w, shell, &v.id, &v.more)) (edit(w, shell, v)) (merging(w, shell, &v.id, &v.more)) }
        }
    };
    let title = if v.name.is_empty() { &v.phone } else { &v.name };
    page(w, shell, &Page::new(title, Place::Contacts), &main)
}

fn consents(w: &Words, v: &PersonView) -> Markup {
    html! {
        section class="card" aria-labelledby="proof" {
            h2 id="proof" { (w.t("person-proof")) }
            @if v.consents.is_empty() { p class="muted" { (w.t("person-proof-none")) } }
            @else {
                ol class="time" {
                    @for event in &v.consents {
                        li {
                            span class="at" { (w.day_time(event.at)) }
                            span class={ "mk " @if event.given { "st-delivered" } @else { "st-suppressed" } } {
                                (icon(if event.given { "delivered" } else { "suppressed" }))
                            }
                            div class="ev" {
                                b { @if event.given { (w.t("person-gave")) } @else { (w.t("person-took")) } }
                                div class="muted" { (user_text(&event.source)) }
                                @if !event.wording.is_empty() { div class="plain" { (event.wording) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn facts(w: &Words, v: &PersonView) -> Markup {
    html! {
        section class="card" aria-labelledby="facts" {
            h2 id="facts" { (w.t("person-details")) }
            dl class="kv" {
                dt { (w.t("contacts-number")) } dd { (number(&v.phone)) }
                @for (name, value) in &v.fields { dt { (user_text(name)) } dd { (user_text(value)) } }
            }
        }
    }
}

fn edit(w: &Words, shell: &Shell, v: &PersonView) -> Markup {
    let first = Field { id: "fn", label: &w.t("first-name"), ..Field::default() };
    let last = Field { id: "ln", label: &w.t("last-name"), ..Field::default() };
    let phone = Field {
        id: "pn",
        label: &w.t("contacts-number"),
        error: v.more.fault(&["number"]),
        ..Field::default()
    };
    html! {
        section class="card" aria-labelledby="edit" {
            h2 id="edit" { (w.t("person-change")) }
            form method="post" action={ "/contacts/" (v.id) } class="stack" {
                (csrf(&shell.csrf))
                (input(&first, &Input { name: "first_name", value: v.more.typed("first_name", &v.first_name), autocomplete: "off", ..Input::default() }))
                (input(&last, &Input { name: "last_name", value: v.more.typed("last_name", &v.last_name), autocomplete: "off", ..Input::default() }))
                (input(&phone, &Input { kind: "tel", name: "phone", value: v.more.typed("phone", &v.phone), required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                (fields(w, &v.more))
                div { button class="btn" { (w.t("save")) } }
            }
            @if v.may != May::Left { (told_us(w, shell, v)) }
            @if v.may == May::Unknown || v.may == May::No {
                p class="small muted" { (w.f("person-consent-says", args!(business: shell.workspace.as_str()))) }
                (act(&shell.csrf, &format!("/contacts/{}/consent", v.id), "sm", "check", &w.t("person-consent")))
            }
        }
    }
}

/// The person called or wrote on paper: one of us writes it down with what shows it.
fn told_us(w: &Words, shell: &Shell, v: &PersonView) -> Markup {
    let how = Field { id: "how", label: &w.t("person-how"), ..Field::default() };
    let why = v.more.fault(&["evidence"]);
    let note = Field { id: "evidence", label: &w.t("person-evidence"), help: None, error: why };
    let ways = [Choice::new("call", w.t("method-call")), Choice::new("paper", w.t("method-paper"))];
    html! {
        details open[why.is_some()] {
            summary { (w.t("person-told-us")) }
            form method="post" action={ "/contacts/" (v.id) "/stop" } class="stack" {
                (csrf(&shell.csrf))
                (select(&how, "how", &ways, v.more.typed("how", "call")))
                (input(&note, &Input { name: "evidence", value: v.more.typed("evidence", ""), required: true, autocomplete: "off", ..Input::default() }))
                div { button class="btn danger" { (w.t("person-write-down")) } }
            }
        }
    }
}
