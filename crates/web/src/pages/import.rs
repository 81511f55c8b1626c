//! Import in four steps on one page: file, columns, rules, check. Nothing is saved before the last button.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::{Trouble, banner, trouble};
use crate::ui::charts::{Slice, stacked};
use crate::ui::form::{Choice, Field, Input, act, csrf, input, options, radios, select};
use crate::ui::state::Tone;
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// The page before a file was chosen.
#[derive(Debug, Clone, Default)]
pub struct ImportStartView {
    /// Why the last file was refused.
    pub trouble: Option<Trouble>,
    /// Earlier imports, newest first.
    pub earlier: Vec<Earlier>,
}

/// An earlier import.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Public id.
    pub id: String,
    /// The file's name.
    pub file: String,
    /// When.
    pub at: i64,
    /// People created and updated.
    pub people: i64,
}

/// How a cell will be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// As it stands in the file.
    Same,
    /// Restored or normalised.
    Changed,
    /// It cannot be used.
    Bad,
    /// The column is skipped.
    Skipped,
}

/// One column of the file.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its place in the file, from 0.
    pub index: usize,
    /// Its head in the file.
    pub head: String,
    /// What it becomes, one of the choices.
    pub target: String,
    /// What it can become.
    pub targets: Vec<Choice>,
    /// What was seen in it, already in words.
    pub seen: String,
}

/// A row of the preview: its number in the file, and its cells.
#[derive(Debug, Clone)]
pub struct Row {
    /// Row in the file.
    pub number: i64,
    /// Text, how it is kept, and whether it is a phone number.
    pub cells: Vec<(String, Cell, bool)>,
}

/// What the file will do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// People who will be new.
    pub created: i64,
    /// People who will be updated.
    pub updated: i64,
    /// Mobiles that stand twice.
    pub duplicates: i64,
    /// Phones that are no mobile, and rows without one.
    pub invalid: i64,
    /// People who left earlier.
    pub suppressed: i64,
    /// Problem rows to download.
    pub problems: i64,
}

/// The page once a file is there.
#[derive(Debug, Clone)]
pub struct ImportView {
    /// Public id.
    pub id: String,
    /// The file's name.
    pub file: String,
    /// What was detected: encoding, separator, sheet; already in words.
    pub detected: String,
    /// Rows of data.
    pub rows: i64,
    /// Columns.
    pub columns: Vec<Column>,
    /// The first rows as they will be saved.
    pub preview: Vec<Row>,
    /// Numbers whose lost zero was restored.
    pub restored: i64,
    /// Numbers that cannot be restored.
    pub lost: i64,
    /// The country numbers are read in.
    pub country: String,
    /// Countries to choose from.
    pub countries: Vec<Choice>,
    /// `fill`, `overwrite` or `skip`.
    pub existing: String,
    /// The list to fill, by name.
    pub list: String,
    /// Where permission came from.
    pub consent_source: String,
    /// The day it was given, `2026-03-14`.
    pub consent_date: String,
    /// What the file will do.
    pub counts: Counts,
    /// Where it stands.
    pub stage: Stage,
    /// A rule that was refused: the field and why.
    pub fault: Option<(String, String)>,
}

/// Where an import stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// It waits for the button.
    Check,
    /// Rows done so far.
    Running { done: i64 },
    /// Through, after so many milliseconds.
    Done { took: i64, list: Option<String> },
    /// It stopped midway; what was saved stays. Some can go on.
    Stopped { done: i64, why: String, again: bool },
    /// It is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
}

/// Choosing a file.
pub fn start(w: &Words, shell: &Shell, v: &ImportStartView) -> Markup {
    let heading = html! { h1 { (w.t("import-heading")) } };
    let main = html! {
        (head(&heading, &html! { (w.t("import-under")) }, &html! {}))
        @if let Some(why) = &v.trouble { (trouble(w, why)) }
        div class="wiz" {
            section class="wstep now" aria-labelledby="w1" {
                header { span class="no" aria-hidden="true" { "1" } h2 id="w1" { (w.t("import-file")) } }
                form class="in" method="post" action="/contacts/import" enctype="multipart/form-data" {
                    (csrf(&shell.csrf))
                    file-drop class="drop-zone" data-drop=(w.t("import-drop-here")) {
                        (icon("upload"))
                        label for="file" { (w.t("import-choose")) }
                        input id="file" type="file" name="file" required accept=".xlsx,.csv,.tsv,.txt,.vcf" aria-describedby="file-h";
                        span class="hint muted small" id="file-h" { (w.t("import-kinds")) }
                    }
                    div { button class="btn primary" { (w.t("import-read")) } }
                }
                details class="in" {
                    summary { (w.t("import-paste")) }
                    form class="stack" method="post" action="/contacts/import/paste" {
                        (csrf(&shell.csrf))
                        label class="small muted" for="pasted" { (w.t("import-paste-help")) }
                        textarea id="pasted" name="text" rows="8" required dir="auto" {}
                        div { button class="btn" { (w.t("import-paste-do")) } }
                    }
                }
            }
            @for (n, word) in [(2, "import-columns"), (3, "import-rules"), (4, "import-check")] {
                section class="wstep" { header { span class="no" aria-hidden="true" { (n) } h2 class="muted" { (w.t(word)) } } }
            }
        }
        @if !v.earlier.is_empty() { (earlier(w, &v.earlier)) }
    };
    let title = w.t("import-title");
    let page_of = Page { scripts: &["file-drop.js"], ..Page::new(&title, Place::Import) };
    page(w, shell, &page_of, &main)
}

fn earlier(w: &Words, earlier: &[Earlier]) -> Markup {
    html! {
        section class="card" aria-labelledby="earlier" {
            h2 id="earlier" { (w.t("import-earlier")) }
            ul class="list" {
                @for import in earlier {
                    li {
                        (icon("file"))
                        div class="grow" { a href={ "/contacts/imports/" (import.id) } { (user_text(&import.file)) } }
                        span class="muted" { (w.f("people-count", args!(n: import.people))) ", " (w.when(import.at)) }
                    }
                }
            }
        }
    }
}

/// The other steps.
pub fn view(w: &Words, shell: &Shell, v: &ImportView) -> Markup {
    let main = match &v.stage {
        Stage::Check => html! {
            (head(&html! { h1 { (w.t("import-heading")) } }, &html! { (w.t("import-under")) }, &html! {}))
            div class="wiz" { (file_step(w, v)) (steps(w, shell, v)) }
        },
        _ => outcome(w, shell, v),
    };
    page(w, shell, &Page::new(&w.t("import-title"), Place::Import), &main)
}

fn file_step(w: &Words, v: &ImportView) -> Markup {
    html! {
        section class="wstep done" aria-labelledby="w1" {
            header {
                span class="no" { (icon("delivered")) } h2 id="w1" { (w.t("import-file")) }
                span { b { (user_text(&v.file)) } ", " (v.detected) }
                @if v.stage == Stage::Check { a class="push" href="/contacts/import" { (w.t("import-change-file")) } }
            }
        }
    }
}

fn steps(w: &Words, shell: &Shell, v: &ImportView) -> Markup {
    html! {
        form class="wiz" method="post" action={ "/contacts/imports/" (v.id) } {
            (csrf(&shell.csrf))
            @if let Some((_, why)) = v.fault.as_ref().filter(|(field, _)| field == "columns") { p class="st st-failed wraps" role="alert" { (icon("failed")) (why) } }
            (columns(w, v))
            (rules(w, v))
            section class="wstep now" aria-labelledby="w4" {
                header { span class="no" aria-hidden="true" { "4" } h2 id="w4" { (w.t("import-check")) } }
                div class="in" {
                    (counts(w, v))
                    div class="row wrap" {
                        (problems(w, v))
                        button class="btn" name="do" value="again" { (icon("refresh")) (w.t("import-again")) }
                        button class="btn primary lg push" name="do" value="import" {
                            (w.f("import-do", args!(n: v.counts.created + v.counts.updated)))
                        }
                    }
                }
            }
        }
    }
}

fn columns(w: &Words, v: &ImportView) -> Markup {
    html! {
        section class="wstep now" aria-labelledby="w2" {
            header { span class="no" aria-hidden="true" { "2" } h2 id="w2" { (w.t("import-columns")) } span class="muted" { (w.t("import-columns-says")) } }
            div class="in" {
                div class="row wrap" {
                    label for="country" { (w.t("import-country")) }
                    select class="sm" id="country" name="country" { (options(&v.countries, &v.country)) }
                }
                @if v.restored > 0 || v.lost > 0 {
                    (banner(Tone::Attention, "attention", &html! {
                        div {
                            @if v.restored > 0 { p { b { (w.f("import-restored", args!(n: v.restored))) } } }
                            @if v.lost > 0 { p class="muted" { (w.f("import-lost", args!(n: v.lost))) } }
                        }
                    }))
                }
                (preview(w, v))
                p class="small muted" {
                    (w.f("import-first-rows", args!(shown: v.preview.len() as i64, rows: v.rows))) " "
                    (w.rich("import-marks", args!(), &[
                        ("tinted", html! { span class="chg" { (w.t("import-tinted")) } }),
                        ("red", html! { span class="cellbad" { (w.t("import-red")) } }),
                    ]))
                }
            }
        }
    }
}

fn preview(w: &Words, v: &ImportView) -> Markup {
    html! {
        div class="tablewrap boxed" tabindex="0" role="region" aria-label=(w.t("import-preview")) {
            table {
                thead {
                    tr {
                        th scope="col" class="num" { (w.t("import-row")) }
                        @for column in &v.columns {
                            th scope="col" {
                                span class="mapth" {
                                    b { (user_text(&column.head)) }
                                    label class="vh" for={ "m" (column.index) } { (w.attr("import-goes-to", args!(column: column.head.as_str()))) }
                                    select class="sm" id={ "m" (column.index) } name={ "column_" (column.index) } { (options(&column.targets, &column.target)) }
                                    (column.seen)
                                }
                            }
                        }
                    }
                }
                tbody {
                    @for row in &v.preview {
                        tr {
                            td class="muted num" { (row.number) }
                            @for (text, kept, phone) in &row.cells { (cell(w, text, *kept, *phone)) }
                        }
                    }
                }
            }
        }
    }
}

fn cell(w: &Words, text: &str, kept: Cell, phone: bool) -> Markup {
    let shown = if phone { number(text) } else { user_text(text) };
    html! {
        @match kept {
            Cell::Same => td { (shown) },
            Cell::Changed => td { span class="chg" { (shown) } },
            Cell::Bad => td { span class="cellbad" { (user_text(text)) } },
            Cell::Skipped => td class="muted" { (w.t("import-skipped")) },
        }
    }
}

fn rules(w: &Words, v: &ImportView) -> Markup {
    let existing = [
        Choice::new("fill", w.t("import-fill")),
        Choice::new("overwrite", w.t("import-overwrite")),
        Choice::new("skip", w.t("import-skip")),
    ];
    let sources = [
        Choice::new("", w.t("import-source-none")),
        Choice::new("till", w.t("import-source-till")),
        Choice::new("web", w.t("import-source-web")),
        Choice::new("contract", w.t("import-source-contract")),
        Choice::new("phone", w.t("import-source-phone")),
    ];
    let error = |name: &str| v.fault.as_ref().filter(|(field, _)| field == name).map(|(_, why)| why.as_str());
    let list = Field {
        id: "li",
        label: &w.t("import-list"),
        help: Some(&w.t("import-list-help")),
        error: error("name"),
    };
    let source = Field {
        id: "src",
        label: &w.t("import-source"),
        help: Some(&w.t("import-source-help")),
        error: error("consent_source"),
    };
    let says = |target: &str| v.columns.iter().any(|c| c.target == target);
    let by_row = w.t("import-given-help");
    let help = says("consent_date").then_some(by_row.as_str());
    let given = Field { id: "pd", label: &w.t("import-given"), help, error: error("consent_date") };
    html! {
        section class="wstep now" aria-labelledby="w3" {
            header { span class="no" aria-hidden="true" { "3" } h2 id="w3" { (w.t("import-rules")) } }
            div class="in" {
                div class="grid" {
                    div class="c4" { (radios(&w.t("import-existing"), "existing", &existing, &v.existing)) }
                    div class="c4 stack" { (input(&list, &Input { name: "list", value: &v.list, autocomplete: "off", ..Input::default() })) }
                    div class="c4 stack" {
                        (select(&source, "consent_source", &sources, &v.consent_source))
                        (input(&given, &Input { kind: "date", name: "consent_date", value: &v.consent_date, ltr: true, ..Input::default() }))
                    }
                }
                @if says("consent") && v.consent_source.is_empty() {
                    (banner(Tone::Attention, "attention", &html! { p { (w.t("import-consent-where")) } }))
                }
                p class="muted row" { (icon("lock")) (w.t("import-left-stay-out")) }
            }
        }
    }
}

fn counts(w: &Words, v: &ImportView) -> Markup {
    let c = v.counts;
    let tile = |n: i64, word: &str| html! { div class="tile" { span class="v" { (w.n(n)) } span class="k" { (w.t(word)) } } };
    let slice = |tone, n, word: &str| Slice { tone, icon: "", word: w.t(word), n, href: None };
    let slices = [
        slice(Tone::Delivered, c.created, "import-new"),
        slice(Tone::Waiting, c.updated, "import-updated"),
        slice(Tone::Neutral, c.duplicates, "import-twice"),
        slice(Tone::Failed, c.invalid, "import-invalid"),
        slice(Tone::Suppressed, c.suppressed, "import-left"),
    ];
    html! {
        div class="tiles" {
            (tile(c.created, "import-new")) (tile(c.updated, "import-updated")) (tile(c.duplicates, "import-twice"))
            (tile(c.invalid, "import-invalid")) (tile(c.suppressed, "import-left"))
        }
        (stacked(&slices, ""))
    }
}

fn problems(w: &Words, v: &ImportView) -> Markup {
    html! {
        @if v.counts.problems > 0 {
            a class="btn" href={ "/contacts/imports/" (v.id) "/problems.xlsx" } { (icon("download")) (w.f("import-problems", args!(n: v.counts.problems))) " (Excel)" }
            a class="btn" href={ "/contacts/imports/" (v.id) "/problems.csv" } { "CSV" }
            span class="small muted" { (w.t("import-problems-says")) }
        }
    }
}

/// The living part while it runs, and what stands after: the heading too, which says how it went.
pub fn outcome(w: &Words, shell: &Shell, v: &ImportView) -> Markup {
    let heading = match &v.stage {
        Stage::Check => w.t("import-heading"),
        Stage::Running { .. } => w.t("import-heading-running"),
        Stage::Done { .. } => w.attr("import-heading-done", args!(n: v.counts.created + v.counts.updated)),
        Stage::Stopped { .. } => w.t("import-heading-stopped"),
        Stage::Undoing => w.t("import-undoing"),
        Stage::Undone => w.t("import-undone"),
    };
    html! {
        div class="page-in" id="outcome" data-live={ "import:" (v.id) } hx-get={ "/contacts/imports/" (v.id) "?part=outcome" }
            hx-trigger="ring" hx-swap="outerMorph" {
            (head(&html! { h1 { (heading) } }, &html! {}, &html! {}))
            div class="wiz" { (file_step(w, v)) (stands(w, shell, v)) }
        }
    }
}

fn stands(w: &Words, shell: &Shell, v: &ImportView) -> Markup {
    html! {
        section class="wstep now" aria-label=(w.t("import-check")) {
            div class="in pad-top" {
                @match &v.stage {
                    Stage::Check => {},
                    Stage::Running { done } => {
                        p { b { (w.f("import-running", args!(done: *done, rows: v.rows))) } " " span class="muted" { (w.t("import-leave")) } }
                        progress class="wide" max=(v.rows.max(1)) value=(done) aria-label=(w.t("import-heading-running")) {}
                        div class="row wrap" {
                            (act(&shell.csrf, &format!("/contacts/imports/{}/pause", v.id), "", "pause", &w.t("import-pause")))
                            (act(&shell.csrf, &format!("/contacts/imports/{}/stop", v.id), "danger", "stop", &w.t("import-stop")))
                        }
                    },
                    Stage::Undoing => p role="status" { b { (w.t("import-undoing")) } },
                    Stage::Undone => p role="status" { b { (w.t("import-undone")) } },
                    Stage::Done { took, list } => {
                        p { (w.f("import-done", args!(time: w.lasting(*took)))) }
                        (counts(w, v))
                        div class="row wrap" {
                            @if let Some(list) = list {
                                a class="btn primary" href={ "/campaigns/new?list=" (list) } { (icon("edit")) (w.t("import-write")) }
                            }
                            a class={ "btn" @if list.is_none() { " primary" } } href={ "/contacts" @if let Some(list) = list { "?list=" (list) } } { (icon("people")) (w.t("import-open")) }
                            (problems(w, v))
                            (act(&shell.csrf, &format!("/contacts/imports/{}/undo", v.id), "", "undo", &w.t("import-undo")))
                        }
                        p class="small muted" { (w.t("import-undo-says")) }
                    },
                    Stage::Stopped { done, why, again } => {
                        (trouble(w, &Trouble { what: why.clone(), kept: w.attr("import-stopped-kept", args!(done: *done)), fix: w.t("import-stopped-fix"),
                            code: "IMPORT_STOPPED".into(), request: String::new() }))
                        @if *again {
                        form class="act" method="post" action={ "/contacts/imports/" (v.id) } {
                            (csrf(&shell.csrf))
                            button class="btn primary" name="do" value="import" { (w.t("import-resume")) }
                        }
                        }
                    },
                }
            }
        }
    }
}
