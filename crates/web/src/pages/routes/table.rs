//! The whole table as a file: taken away, and brought back into the draft; what is wrong with one, line by line.

use maud::{Markup, html};

use super::{BASE, RoutesView};
use crate::args;
use crate::shell::Shell;
use crate::ui::form::{Field, csrf, described, field};
use crate::ui::icon;
use crate::words::Words;

/// Faults that are listed; a file that is all wrong needs no more to be told so.
const SHOWN: usize = 20;

/// What is wrong in a file, and where.
#[derive(Debug, Clone)]
pub struct FaultLine {
    /// The line, from 1.
    pub line: usize,
    /// Which rule, from 1; 0 where it is the file.
    pub rule: usize,
    /// Why, in words.
    pub why: String,
}

pub(super) fn card(w: &Words, shell: &Shell, v: &RoutesView) -> Markup {
    let help = w.t(if v.draft.is_some() { "table-help-draft" } else { "table-help" });
    let about = Field { id: "table-f", label: &w.t("table-file"), help: Some(&help), ..Field::default() };
    let control = html! {
        input id="table-f" class="input" type="file" name="file" accept=".json,application/json" required aria-describedby=[described(&about)];
    };
    html! {
        section class="card stack" id="table" aria-labelledby="table-h" {
            h2 id="table-h" { (w.t("table")) }
            @if !v.faults.is_empty() { (faults(w, &v.faults)) }
            div class="grid" {
                div class="c6 stack" {
                    p class="muted" { (w.t("table-says")) }
                    div class="row wrap" {
                        a class="btn" href={ (BASE) "/table.json" } download { (icon("download")) (w.t("table-take")) }
                        @if v.draft.is_some() { a class="btn" href={ (BASE) "/table.json?draft=1" } download { (icon("download")) (w.t("table-take-draft")) } }
                    }
                }
                form class="c6 stack" method="post" action={ (BASE) "/table" } enctype="multipart/form-data" {
                    (csrf(&shell.csrf))
                    input type="hidden" name="edit" value=(v.draft.as_ref().map_or(0, |d| d.edit));
                    (field(&about, &control))
                    div { button class="btn" { (icon("upload")) (w.t("table-bring")) } }
                }
            }
        }
    }
}

fn faults(w: &Words, all: &[FaultLine]) -> Markup {
    html! {
        div class="banner failed" role="alert" {
            (icon("failed"))
            div class="stack" {
                p { b { (w.f("table-refused", args!(n: all.len() as i64))) } " " (w.t("table-kept")) }
                ul class="stack tight" {
                    @for fault in all.iter().take(SHOWN) {
                        li {
                            b { (w.f("table-line", args!(n: fault.line as i64))) }
                            @if fault.rule > 0 { ", " (w.f("table-rule", args!(n: fault.rule as i64))) }
                            ": " (fault.why)
                        }
                    }
                    @if all.len() > SHOWN { li { (w.f("table-more", args!(n: (all.len() - SHOWN) as i64))) } }
                }
            }
        }
    }
}
