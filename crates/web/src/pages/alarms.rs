//! What is wrong now and was lately: what happened, what was kept, what to do, and where to do it.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::csrf;
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th, th_num};
use crate::ui::{code, icon, user_text};
use crate::words::Words;

/// One alarm.
#[derive(Debug, Clone)]
pub struct AlarmLine {
    /// Public id.
    pub id: String,
    /// Its kind, by name.
    pub kind: String,
    /// The connection: its id and name.
    pub connection: Option<(String, String)>,
    /// The campaign: its id and name.
    pub campaign: Option<(String, String)>,
    /// The figure its sentence tells.
    pub value: i64,
    /// The carrier's or the system's own words.
    pub detail: String,
    /// What can be done about them: the end of its key in the catalogue.
    pub hint: Option<&'static str>,
    /// Since when.
    pub at: i64,
    /// When somebody said that they know.
    pub known: Option<i64>,
    /// When its cause was gone.
    pub cleared: Option<i64>,
    /// Whether this person may say that they know.
    pub may: bool,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct AlarmsView {
    /// Open ones: the new first.
    pub open: Vec<AlarmLine>,
    /// Those that are over, the last first.
    pub past: Vec<AlarmLine>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &AlarmsView) -> Markup {
    page(w, shell, &Page::new(&w.t("nav-alarms"), Place::Alarms), &part(w, shell, v))
}

/// The living part, which is all of it.
pub fn part(w: &Words, shell: &Shell, v: &AlarmsView) -> Markup {
    let heading = html! { h1 { (w.f("alarms-heading", args!(n: v.open.len() as i64))) } };
    let under = html! { (w.t("alarms-under")) };
    html! {
        div id="alarms" class="page-in" data-live="alarms" hx-get={ (Place::Alarms.path()) "?part=all" } hx-trigger="ring" hx-swap="outerMorph" {
            (head(&heading, &under, &html! {}))
            @if v.open.is_empty() {
                section class="card" { (empty("delivered", &w.t("alarms-none"), &w.t("alarms-none-says"), &html! {})) }
            }
            @for alarm in &v.open { (open(w, shell, alarm)) }
            @if !v.past.is_empty() { (past(w, v)) }
        }
    }
}

/// A sentence of a kind, with what it names.
fn says(w: &Words, a: &AlarmLine, end: &str) -> String {
    let name = a.campaign.as_ref().or(a.connection.as_ref()).map_or("", |(_, name)| name);
    let locked = a.kind == "auth_failed" && matches!(a.hint, Some("pin" | "puk"));
    let kind = if locked { "card-locked".to_owned() } else { a.kind.replace('_', "-") };
    w.f(&format!("alarm-{kind}{end}"), args!(name: name, n: a.value))
}

/// Where it is mended, and the word of the link.
fn place(w: &Words, a: &AlarmLine) -> Option<(String, String)> {
    match (a.kind.as_str(), &a.campaign, &a.connection) {
        ("urgent_waits", ..) => Some((Place::Queues.path().into(), w.t("nav-queues"))),
        ("held_after_restore", ..) => Some(("/restore".into(), w.t("bar-held-open"))),
        (_, Some((id, _)), _) => Some((format!("/campaigns/{id}"), w.t("alarm-open-campaign"))),
        (_, None, Some((id, _))) => {
            Some((format!("{}/{id}", Place::Connections.path()), w.t("alarm-open-connection")))
        }
        _ => None,
    }
}

fn open(w: &Words, shell: &Shell, a: &AlarmLine) -> Markup {
    let h = format!("h-{}", a.id);
    let (tone, icon_name) =
        if a.known.is_some() { (Tone::Neutral, "eye") } else { (Tone::Failed, "attention") };
    html! {
        section class="card" aria-labelledby=(h) {
            header {
                h2 class="big" id=(h) { (says(w, a, "")) }
                span class="push" {
                    @match a.known {
                        Some(at) => (pill(tone, icon_name, &w.attr("alarm-known", args!(when: w.clock(at))))),
                        None => (pill(tone, icon_name, &w.t("alarm-new"))),
                    }
                }
            }
            p class="muted" {
                (w.f("alarm-since", args!(when: w.clock(a.at), age: w.lasting((w.now - a.at).max(0) / 1_000 * 1_000))))
                @if !a.detail.is_empty() { " " (code(&a.detail)) }
            }
            dl class="kv" {
                dt { (w.t("alarm-kept")) } dd { (says(w, a, "-kept")) }
                dt { (w.t("alarm-do")) }
                dd {
                    @match a.hint { Some(hint) => (w.t(&format!("link-hint-{hint}"))), None => (says(w, a, "-do")) }
                    @if let Some(command) = command(&a.kind) { " " (code(command)) }
                }
            }
            div class="row wrap" {
                @if let Some((path, word)) = place(w, a) { a class="btn sm" href=(path) { (word) } }
                @if a.may && a.known.is_none() {
                    form class="act" method="post" action={ (Place::Alarms.path()) "/" (a.id) "/known" } {
                        (csrf(&shell.csrf))
                        button class="btn sm" { (icon("eye")) (w.t("alarm-know")) span class="vh" { ": " (says(w, a, "")) } }
                    }
                }
            }
        }
    }
}

/// The command that mends it, where it is one of the command line.
fn command(kind: &str) -> Option<&'static str> {
    match kind {
        "clock_wrong" => Some("sendword clock confirm"),
        "keys_not_exported" => Some("sendword keys export FILE --passphrase-file FILE"),
        "keys_unsafe" | "store_slow" | "jobs_failed" => Some("sendword doctor"),
        _ => None,
    }
}

fn past(w: &Words, v: &AlarmsView) -> Markup {
    let columns = html! { (th(&w.t("alarm-what"))) (th(&w.t("alarm-began"))) (th(&w.t("alarm-ended"))) (th_num(&w.t("alarm-lasted"))) };
    let rows = html! {
        @for a in &v.past {
            tr {
                th scope="row" {
                    @match place(w, a) { Some((path, _)) => a class="plainlink" href=(path) { (says(w, a, "")) }, None => (says(w, a, "")) }
                    @if !a.detail.is_empty() { div class="small muted light" { (user_text(&a.detail)) } }
                }
                td { (w.when(a.at)) }
                td { @if let Some(at) = a.cleared { (w.when(at)) } }
                td class="num" { @if let Some(at) = a.cleared { (w.lasting((at - a.at).max(0) / 1_000 * 1_000)) } }
            }
        }
    };
    html! {
        section class="card flush" {
            header { h2 { (w.t("alarms-past")) } }
            (table(&w.t("alarms-past"), &columns, &rows))
        }
    }
}
