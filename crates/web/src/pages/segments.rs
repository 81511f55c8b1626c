//! Live audiences: their list, and one as text and as conditions; both are the same thing.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Choice, Field, Input, csrf, field, input, options};
use crate::ui::table::{table, th};
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// One segment of the list.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// One line of the conditions: a group or a criterion.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it stands in the tree, as `0.2.1`; empty is the whole.
    pub path: String,
    /// How deep it stands.
    pub depth: usize,
    /// `all`, `any`, `not`, `is`.
    pub kind: &'static str,
    /// A criterion as text; empty for a group.
    pub text: String,
}

/// What a text finds.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// How many.
    pub count: i64,
    /// Whether values are still gathered.
    pub gathering: bool,
    /// Why the text is none.
    pub fault: Option<String>,
    /// Examples: public id, name, number as written here.
    pub sample: Vec<(String, String, String)>,
    /// Why a number is in or out: depth, text, whether it holds.
    pub why: Vec<(usize, String, bool)>,
    /// The number that was asked about is nobody's here.
    pub unknown_number: bool,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct SegmentsView {
    /// All of them.
    pub segments: Vec<Segment>,
    /// Public id of the one that is edited; empty is a new one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The number asked about.
    pub number: String,
    /// Its conditions.
    pub lines: Vec<Line>,
    /// Names that a condition can begin with.
    pub subjects: Vec<Choice>,
    /// What it finds.
    pub found: Found,
    /// Why the name was refused.
    pub name_fault: Option<String>,
}

const HERE: &str = "/contacts/segments";

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &SegmentsView) -> Markup {
    let heading = html! { h1 { (w.f("segments-heading", args!(n: v.segments.len() as i64))) } };
    let main = html! {
        (head(&heading, &html! { (w.t("segments-under")) }, &html! {}))
        (all(w, shell, v))
        div class="grid" {
            div class="c8 stack s4" { (editor(w, shell, v)) (conditions(w, shell, v)) }
            div class="c4" { (found(w, v)) }
        }
    };
    page(w, shell, &Page::new(&w.t("nav-segments"), Place::Segments), &main)
}

fn all(w: &Words, shell: &Shell, v: &SegmentsView) -> Markup {
    let columns = html! { (th(&w.t("segments-name"))) (th(&w.t("segments-text"))) (th(&w.t("lists-do"))) };
    let button = |segment: &Segment, act: &str, word: &str| {
        html! {
            form method="post" action={ (HERE) "/" (segment.id) "/" (act) } {
                (csrf(&shell.csrf))
                button class="btn sm" { (w.t(word)) span class="vh" { ": " (user_text(&segment.name)) } }
            }
        }
    };
    let rows = html! {
        @for segment in &v.segments {
            tr {
                th scope="row" { a href={ (HERE) "?id=" (segment.id) } { (user_text(&segment.name)) } }
                td class="textcell" { code class="wraps" dir="ltr" { (segment.text) } }
                td { div class="row" {
                    (button(segment, "use", "lists-write"))
                    (button(segment, "freeze", "segments-freeze"))
                    (button(segment, "remove", "segments-remove"))
                } }
            }
        }
    };
    html! {
        section class="card flush" {
            @if v.segments.is_empty() {
                (empty("filter", &w.t("segments-empty"), &w.t("segments-empty-says"), &html! {}))
            } @else { (table(&w.t("nav-segments"), &columns, &rows)) }
        }
    }
}

fn editor(w: &Words, shell: &Shell, v: &SegmentsView) -> Markup {
    let name = Field { id: "name", label: &w.t("segments-name"), help: None, error: v.name_fault.as_deref() };
    let text = Field {
        id: "text",
        label: &w.t("segments-criteria"),
        help: Some(&w.t("segments-criteria-help")),
        error: v.found.fault.as_deref(),
    };
    let why = Field { id: "number", label: &w.t("segments-why"), ..Field::default() };
    html! {
        section class="card" aria-labelledby="edit" {
            h2 id="edit" { @if v.id.is_empty() { (w.t("segments-new")) } @else { (w.t("segments-change")) } }
            form class="stack" method="post" action=(HERE) hx-get={ (HERE) "?part=found" } hx-target="#found"
                hx-swap="outerHTML" hx-trigger="input delay:250ms" {
                (csrf(&shell.csrf))
                input type="hidden" name="id" value=(v.id);
                (field(&text, &html! {
                    textarea id="text" name="text" rows="3" class="input mono" dir="ltr" spellcheck="false"
                        aria-describedby=[crate::ui::form::described(&text)] aria-invalid=[text.error.map(|_| "true")] { (v.text) }
                }))
                (input(&why, &Input { kind: "tel", name: "number", value: &v.number, ltr: true, autocomplete: "off", ..Input::default() }))
                (input(&name, &Input { name: "name", value: &v.name, autocomplete: "off", ..Input::default() }))
                div class="row wrap" {
                    button class="btn primary" { (w.t("segments-save")) }
                    button class="btn" formmethod="get" formaction=(HERE) { (w.t("segments-look")) }
                }
            }
        }
    }
}

fn conditions(w: &Words, shell: &Shell, v: &SegmentsView) -> Markup {
    let hidden = html! {
        (csrf(&shell.csrf))
        input type="hidden" name="id" value=(v.id);
        input type="hidden" name="name" value=(v.name);
        input type="hidden" name="text" value=(v.text);
    };
    let joins = [
        Choice::new("and", w.t("segments-and")),
        Choice::new("or", w.t("segments-or")),
        Choice::new("not", w.t("segments-not")),
    ];
    let signs: Vec<Choice> =
        ["=", "!=", "<", "<=", ">", ">=", "~"].iter().map(|s| Choice::new(*s, *s)).collect();
    html! {
        section class="card" aria-labelledby="conditions" {
            h2 id="conditions" { (w.t("segments-conditions")) }
            ul class="plainlist stack" {
                @for line in &v.lines {
                    li class={ "row wrap in" (line.depth.min(6)) } {
                        @if line.kind == "is" { code dir="ltr" { (line.text) } }
                        @else { b { (w.t(&format!("segments-group-{}", line.kind))) } }
                        @if !line.path.is_empty() {
                            form method="post" action={ (HERE) "/edit" } {
                                (hidden)
                                input type="hidden" name="drop" value=(line.path);
                                button class="btn sm" { (w.t("segments-drop")) span class="vh" { ": " (line.text) } }
                            }
                        }
                    }
                }
            }
            form class="row wrap end" method="post" action={ (HERE) "/edit" } {
                (hidden)
                label class="vh" for="join" { (w.t("segments-join")) }
                select id="join" name="join" class="sm" { (options(&joins, "and")) }
                label class="vh" for="subject" { (w.t("segments-subject")) }
                input id="subject" name="subject" class="input sm" list="subjects" required dir="auto"
                    placeholder=(w.t("segments-subject")) autocomplete="off";
                datalist id="subjects" { @for s in &v.subjects { option value=(s.value) { (s.word) } } }
                label class="vh" for="sign" { (w.t("segments-sign")) }
                select id="sign" name="sign" class="sm" { (options(&signs, "=")) }
                label class="vh" for="value" { (w.t("segments-value")) }
                input id="value" name="value" class="input sm" required dir="auto" placeholder=(w.t("segments-value")) autocomplete="off";
                button class="btn sm" { (icon("plus")) (w.t("segments-add")) }
            }
        }
    }
}

/// What the text finds: replaced while it is typed.
pub fn found(w: &Words, v: &SegmentsView) -> Markup {
    let f = &v.found;
    html! {
        section class="card" id="found" aria-live="polite" {
            @if let Some(fault) = &f.fault {
                h2 { (w.t("segments-fault")) }
                p class="muted" { (fault) }
            } @else if f.gathering {
                h2 { (w.t("segments-gathering")) }
                p class="muted" { (w.t("segments-gathering-says")) }
            } @else {
                h2 { (w.f("people-count", args!(n: f.count))) }
                ul class="plainlist" {
                    @for (id, name, phone) in &f.sample {
                        li { a href={ "/contacts/" (id) } { @if name.is_empty() { (number(phone)) } @else { (user_text(name)) } } }
                    }
                }
                @if f.unknown_number { p class="muted" { (w.t("segments-nobody")) } }
                @if !f.why.is_empty() {
                    h3 { (w.t("segments-why-heading")) }
                    ul class="plainlist" {
                        @for (depth, text, holds) in &f.why {
                            li class={ "in" ((*depth).min(6)) } {
                                @if *holds { (icon("check")) span class="vh" { (w.t("segments-holds")) } }
                                @else { (icon("x")) span class="vh" { (w.t("segments-holds-not")) } }
                                " " code dir="ltr" { (text) }
                            }
                        }
                    }
                }
            }
        }
    }
}
