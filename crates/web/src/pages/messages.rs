//! The message log: every message, filtered by what the address says.

use maud::{Markup, html};
use sms::life::Status;
use sms::reason::Code;

use super::head;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Choice, options};
use crate::ui::state::{reason_short, status};
use crate::ui::table::{Pager, pager, table, th, th_num};
use crate::ui::{icon, number, user_text, who};
use crate::words::Words;

/// One message.
#[derive(Debug, Clone)]
pub struct MessageLine {
    /// Public id.
    pub id: String,
    /// When it was accepted.
    pub at: i64,
    /// Name; may be empty.
    pub name: String,
    /// Number.
    pub to: String,
    /// Sender.
    pub from: String,
    /// The text.
    pub text: String,
    /// Status.
    pub status: Status,
    /// Reason.
    pub reason: Code,
    /// Parts.
    pub parts: i64,
    /// Whether it may have arrived twice.
    pub possible_duplicate: bool,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct MessagesView {
    /// What was searched for.
    pub query: String,
    /// The status looked at.
    pub status: String,
    /// The campaign looked at: its id and name.
    pub campaign: Option<(String, String)>,
    /// The reason looked at.
    pub reason: Option<Code>,
    /// Whether only today is looked at.
    pub today: bool,
    /// This page of messages, newest first.
    pub messages: Vec<MessageLine>,
    /// The way on.
    pub pager: Pager,
}

/// The statuses one can filter by; `waiting` and `failed` stand for groups.
pub const FILTERS: &[(&str, &str)] = &[
    ("", "messages-any"),
    ("waiting", "slice-rest"),
    ("submitted", "slice-waiting"),
    ("delivered", "slice-delivered"),
    ("failed", "slice-failed"),
    ("unknown", "slice-unknown"),
    ("suppressed", "slice-suppressed"),
    ("cancelled", "status-cancelled"),
];

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &MessagesView) -> Markup {
    let heading = html! { h1 { (w.t("nav-messages")) } };
    let main = html! {
        (head(&heading, &html! { (w.t("messages-under")) }, &html! { a class="btn" href="/messages/unconfirmed" { (icon("unknown")) (w.t("unconfirmed")) } }))
        (filters(w, v))
        (list(w, v))
    };
    page(w, shell, &Page::new(&w.t("nav-messages"), Place::Messages), &main)
}

fn filters(w: &Words, v: &MessagesView) -> Markup {
    let statuses: Vec<Choice> = FILTERS.iter().map(|(value, key)| Choice::new(*value, w.t(key))).collect();
    html! {
        form class="row wrap" role="search" aria-label=(w.t("messages-search")) method="get" action="/messages" hx-get="/messages?part=list" hx-target="#messages" hx-swap="outerHTML"
            hx-trigger="change, input delay:250ms" {
            label class="vh" for="q" { (w.t("messages-search")) }
            input class="input sm grow" id="q" type="search" name="q" value=(v.query) placeholder=(w.t("messages-search")) dir="auto" autocomplete="off";
            label class="vh" for="status" { (w.t("col-status")) }
            select class="sm" id="status" name="status" { (options(&statuses, &v.status)) }
            label class="chip pick" { input class="vh" type="checkbox" name="day" value="today" checked[v.today]; (w.t("home-today")) }
            @if let Some((id, name)) = &v.campaign { (chip(w, "campaign", id, &user_text(name))) }
            @if let Some(code) = v.reason { (chip(w, "reason", code.name(), &html! { (reason_short(w, code)) })) }
            button class="btn sm" { (icon("search")) (w.t("contacts-find")) }
        }
    }
}

fn chip(w: &Words, name: &str, value: &str, word: &Markup) -> Markup {
    html! {
        span class="chip on" {
            input type="hidden" name=(name) value=(value);
            (word)
            a class="x" href="/messages" aria-label=(w.t("messages-clear")) { (icon("x")) }
        }
    }
}

/// The table by itself, for search as one types.
pub fn list(w: &Words, v: &MessagesView) -> Markup {
    let columns = html! { (th(&w.t("col-when"))) (th(&w.t("messages-to"))) (th(&w.t("composer-from"))) (th(&w.t("col-text"))) (th_num(&w.t("messages-parts"))) (th(&w.t("col-status"))) };
    let rows = html! {
        @for line in &v.messages {
            tr {
                td class="nowrap" { a href={ "/messages/" (line.id) } { (w.when(line.at)) } }
                th scope="row" { (who(&line.name, &line.to)) @if !line.name.is_empty() { " " span class="muted light" { (number(&line.to)) } } }
                td { (number(&line.from)) }
                td class="textcell" dir="auto" { (line.text) }
                td class="num" { (w.n(line.parts)) }
                td {
                    (status(w, line.status))
                    @if line.reason != Code::None { div class="small muted" { (reason_short(w, line.reason)) } }
                    @if line.possible_duplicate { div class="small muted" { (w.t("messages-twice")) } }
                }
            }
        }
    };
    html! {
        section class="card flush" id="messages" {
            @if v.messages.is_empty() { (empty("search", &w.t("messages-none"), &w.t("messages-none-says"), &html! {})) }
            @else { (table(&w.t("nav-messages"), &columns, &rows)) }
            (pager(w, &v.pager))
        }
    }
}
