//! Asking people once more: who would be asked, with which words, and what came of it.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::csrf;
use crate::ui::icon;
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th};
use crate::words::Words;

/// Where it is.
pub const BASE: &str = "/compliance/reconfirm";

/// One run.
#[derive(Debug, Clone, Default)]
pub struct RunRow {
    /// Public id.
    pub id: String,
    /// `ending`, `weak`.
    pub kind: String,
    /// `asking`, `waiting`, `over`, `stopped`.
    pub state: String,
    /// When it began.
    pub at: i64,
    /// How many: still asked, yes, silent, not reached, no.
    pub counts: [i64; 5],
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct ReconfirmView {
    /// Whether the packs give leave.
    pub allowed: bool,
    /// Permissions that end in so many days are asked about.
    pub before_days: i64,
    /// So many days an answer is waited for.
    pub answer_days: i64,
    /// People whose permission ends soon, and people who are weakly proven.
    pub people: [(&'static str, i64); 2],
    /// What the handset shows; none where no number could be answered.
    pub sender: Option<String>,
    /// The words.
    pub text: String,
    /// Why it could not be begun.
    pub fault: Option<String>,
    /// Whether who looks may begin.
    pub may: bool,
    /// What was asked.
    pub runs: Vec<RunRow>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &ReconfirmView) -> Markup {
    let heading = html! {
        div class="crumb" { a href="/compliance" { (w.t("nav-compliance")) } }
        h1 { (w.t("again")) }
    };
    let main = html! {
        (head(&heading, &html! { (w.t("again-under")) }, &html! {}))
        @if let Some(fault) = &v.fault { section class="banner attention" role="alert" { (icon("attention")) p { (fault) } } }
        section class="card" aria-labelledby="ag-ask" {
            h2 id="ag-ask" { (w.t("again-whom")) }
            @if !v.allowed { p class="muted" { (w.t("again-forbidden")) } }
            @else { (asking(w, shell, v)) }
        }
        section class="card flush" aria-labelledby="ag-runs" {
            header class="cardhead" { h2 id="ag-runs" { (w.t("again-runs")) } }
            @if v.runs.is_empty() { (empty("sent", &w.t("again-none"), &w.t("again-none-says"), &html! {})) }
            @else { (runs(w, shell, v)) }
        }
    };
    page(w, shell, &Page::new(&w.t("again"), Place::Compliance), &main)
}

fn asking(w: &Words, shell: &Shell, v: &ReconfirmView) -> Markup {
    html! {
        blockquote class="plain" dir="auto" { (v.text) }
        p class="muted" { (w.f("again-silence", args!(n: v.answer_days))) }
        ul class="checks" {
            @for (kind, n) in &v.people {
                li {
                    (icon("user"))
                    span class="grow" {
                        b { (w.f(&format!("again-{kind}"), args!(n: *n, days: v.before_days))) }
                        div class="small muted" { (w.t(&format!("again-{kind}-says"))) }
                    }
                    @if v.may && *n > 0 && v.sender.is_some() {
                        form method="post" action=(BASE) {
                            (csrf(&shell.csrf))
                            input type="hidden" name="kind" value=(kind);
                            button class="btn sm primary" { (w.t("again-start")) span class="vh" { ": " (w.f(&format!("again-{kind}"), args!(n: *n, days: v.before_days))) } }
                        }
                    }
                }
            }
        }
        @if v.sender.is_none() { p class="muted" { (w.t("again-no-number")) } }
    }
}

fn runs(w: &Words, shell: &Shell, v: &ReconfirmView) -> Markup {
    let columns = html! {
        (th(&w.t("col-when"))) (th(&w.t("again-whom"))) (th(&w.t("col-status")))
        @for word in ["asked", "agreed", "silent", "missed", "refused"] { (th(&w.t(&format!("again-is-{word}")))) }
        (th(&w.t("lists-do")))
    };
    let open = |r: &RunRow| matches!(r.state.as_str(), "asking" | "waiting");
    let rows = html! {
        @for r in &v.runs {
            tr {
                th scope="row" class="nowrap" { (w.when(r.at)) }
                td { (w.t(&format!("again-kind-{}", r.kind))) }
                td { (pill(if open(r) { Tone::Attention } else { Tone::Delivered }, if open(r) { "clock" } else { "check" }, &w.t(&format!("again-state-{}", r.state)))) }
                @for n in r.counts { td { (w.n(n)) } }
                td { @if v.may && open(r) {
                    form method="post" action={ (BASE) "/" (r.id) "/stop" } {
                        (csrf(&shell.csrf)) button class="btn sm" { (w.t("again-stop")) span class="vh" { ": " (w.when(r.at)) } }
                    }
                } }
            }
        }
    };
    table(&w.t("again-runs"), &columns, &rows)
}
