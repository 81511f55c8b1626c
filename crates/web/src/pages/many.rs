//! What is done to many people at once: the bar under the table, saved filters, and the page of one deed.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::form::{Choice, Field, Input, act, csrf, input, options, select};
use crate::ui::{icon, user_text};
use crate::words::Words;

/// What the people's page needs for it.
#[derive(Debug, Clone, Default)]
pub struct Many {
    /// The filter as the address has it; empty is everybody.
    pub query: String,
    /// People whom it finds, in words: “12,418” or “more than 100,000”.
    pub found: String,
    /// Every tag, by name.
    pub tags: Vec<String>,
    /// Lists, by public id and name.
    pub lists: Vec<Choice>,
    /// Saved filters: public id, name, query.
    pub saved: Vec<(String, String, String)>,
    /// Whether who looks may erase.
    pub may_erase: bool,
    /// The last deeds: public id and what they are in words.
    pub deeds: Vec<(String, String)>,
    /// What was pressed last and could not be done, and why; `param` names the input at fault.
    pub fault: Option<(Typed, String, String)>,
}

/// What was typed into the bar.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The deed, by its word.
    pub deed: String,
    /// Whether all whom the filter finds were meant.
    pub found: bool,
    /// Who was chosen, by public id.
    pub who: Vec<String>,
    /// The tag.
    pub tag: String,
    /// The list, by public id.
    pub list: String,
    /// Why.
    pub words: String,
}

/// What is asked before it is done.
#[derive(Debug, Clone, Default)]
pub struct SureView {
    /// The filter as the address has it.
    pub query: String,
    /// What was typed.
    pub typed: Typed,
    /// How many people it would be; where there are more than are counted, so many at least.
    pub n: i64,
    /// The same in words: “12,418” or “100,000+”.
    pub people: String,
}

/// One deed.
#[derive(Debug, Clone, Default)]
pub struct DeedView {
    /// Public id.
    pub id: String,
    /// What it does, in words.
    pub what: String,
    /// `running · done · stopped · undoing · undone`.
    pub state: String,
    /// People to look at.
    pub of: i64,
    /// People looked at.
    pub seen: i64,
    /// People changed.
    pub changed: i64,
    /// People who could not be.
    pub left_out: i64,
    /// Whether it can be taken back.
    pub undoes: bool,
    /// Whether it does not get on by itself.
    pub stuck: bool,
    /// Why, as it was given.
    pub words: String,
}

/// The form's id: the boxes of the table belong to it.
pub const FORM: &str = "many";

/// The box of one person.
pub fn pick(w: &Words, v: &Many, id: &str, name: &str) -> Markup {
    let chosen = v.fault.as_ref().is_some_and(|(typed, ..)| typed.who.iter().any(|one| one == id));
    html! {
        td class="pick" {
            input type="checkbox" id={ "who-" (id) } name="who" value=(id) form=(FORM) checked[chosen]
                aria-label=(w.attr("many-pick", args!(name: name)));
        }
    }
}

/// Saved filters, above the table.
pub fn saved(w: &Words, shell: &Shell, v: &Many) -> Markup {
    html! {
        @if !v.saved.is_empty() || !v.query.is_empty() {
            div class="row wrap" id="saved" {
                @for (id, name, query) in &v.saved {
                    span class="chip kept" {
                        a href={ "/contacts?" (query) } { (user_text(name)) }
                        form method="post" action={ "/contacts/filters/" (id) "/forget" } {
                            (csrf(&shell.csrf))
                            button class="x" aria-label=(w.attr("many-forget", args!(name: name.as_str()))) { (icon("x")) }
                        }
                    }
                }
                @if !v.query.is_empty() {
                    form class="row" method="post" action="/contacts/filters" {
                        (csrf(&shell.csrf))
                        input type="hidden" name="query" value=(v.query);
                        label class="vh" for="fname" { (w.t("many-filter-name")) }
                        input class="input sm" id="fname" name="name" required maxlength="120" placeholder=(w.t("many-filter-name")) autocomplete="off";
                        button class="btn sm" { (w.t("many-filter-keep")) }
                    }
                }
            }
        }
    }
}

/// The bar: to whom, what, and the press.
pub fn bar(w: &Words, shell: &Shell, v: &Many) -> Markup {
    let mut deeds = vec![
        Choice::new("add_tag", w.t("deed-add-tag")),
        Choice::new("remove_tag", w.t("deed-remove-tag")),
        Choice::new("add_list", w.t("deed-add-list")),
        Choice::new("remove_list", w.t("deed-remove-list")),
        Choice::new("suppress", w.t("deed-suppress")),
    ];
    if v.may_erase {
        deeds.push(Choice::new("erase", w.t("deed-erase")));
    }
    let none = Typed::default();
    let (typed, param, why) =
        v.fault.as_ref().map_or((&none, "", ""), |(typed, param, why)| (typed, param.as_str(), why.as_str()));
    let at = |places: &[&str]| places.contains(&param).then_some(why);
    let deed = Field { id: "deed", label: &w.t("many-do"), ..Field::default() };
    let tag = Field { id: "dtag", label: &w.t("many-tag"), help: None, error: at(&["tag"]) };
    let list = Field { id: "dlist", label: &w.t("contacts-list"), help: None, error: at(&["target"]) };
    let reason = Field {
        id: "dwhy",
        label: &w.t("many-why"),
        help: Some(&w.t("many-why-help")),
        error: at(&["reason"]),
    };
    let mut lists = vec![Choice::new("", w.t("contacts-no-list"))];
    lists.extend(v.lists.iter().cloned());
    html! {
        section class="card" aria-labelledby="many-h" {
            h2 id="many-h" { (w.t("many-heading")) }
            form id=(FORM) method="post" action="/contacts/many" class="stack" {
                (csrf(&shell.csrf))
                input type="hidden" name="query" value=(v.query);
                fieldset class="row wrap" {
                    legend class="vh" { (w.t("many-whom")) }
                    label class="opt" { input type="radio" name="whom" value="chosen" checked[!typed.found]; (w.t("many-chosen")) }
                    label class="opt" { input type="radio" name="whom" value="found" checked[typed.found]; (w.f("many-found", args!(n: v.found.as_str()))) }
                    @if let Some(why) = at(&["people"]) { span class="st st-failed wraps" { (icon("failed")) (why) } }
                }
                div class="grid" {
                    div class="c3" { (select(&deed, "deed", &deeds, if typed.deed.is_empty() { "add_tag" } else { &typed.deed })) }
                    div class="c3" {
                        (input(&tag, &Input { name: "tag", value: &typed.tag, autocomplete: "off", ..Input::default() }))
                        @if !v.tags.is_empty() {
                            p class="small muted" { (w.t("many-tags")) " " @for tag in v.tags.iter().take(12) { span class="tagc" { (user_text(tag)) } " " } }
                        }
                    }
                    div class="c3" { (select(&list, "list", &lists, &typed.list)) }
                    div class="c3" { (input(&reason, &Input { name: "words", value: &typed.words, autocomplete: "off", ..Input::default() })) }
                }
                div class="row wrap" { button class="btn" { (icon("check")) (w.t("many-go")) } span class="muted small" { (w.t("many-undo-says")) } }
            }
            div class="row wrap" {
                form class="row wrap" method="post" action="/contacts/export" {
                    (csrf(&shell.csrf))
                    input type="hidden" name="query" value=(v.query);
                    label for="fmt" { (w.f("many-export", args!(n: v.found.as_str()))) }
                    select class="sm" id="fmt" name="format" { (options(&[Choice::new("xlsx", "Excel"), Choice::new("csv", "CSV")], "xlsx")) }
                    button class="btn sm" { (icon("download")) (w.t("many-export-do")) }
                }
            }
            @if !v.deeds.is_empty() {
                h3 { (w.t("many-last")) }
                ul class="plainlist" { @for (id, what) in &v.deeds { li { a href={ "/contacts/deeds/" (id) } { (user_text(what)) } } } }
            }
        }
    }
}

/// The last question, with the number: what is not taken back, and what stops everybody, is not done by one press.
pub fn sure(w: &Words, shell: &Shell, v: &SureView) -> Markup {
    let key = if v.typed.deed == "erase" { "many-sure-erase" } else { "many-sure-suppress" };
    let back = if v.query.is_empty() { "/contacts".to_owned() } else { format!("/contacts?{}", v.query) };
    let said = |key: &str| w.f(key, args!(n: v.n, people: v.people.as_str()));
    let heading = html! {
        div class="crumb" { a href=(back) { (w.t("nav-contacts")) } }
        h1 { (said(key)) }
    };
    let says = w.t(&format!("{key}-says"));
    let main = html! {
        (head(&heading, &html! { (says) }, &html! {}))
        p { (w.t("many-why")) ": " (user_text(&v.typed.words)) }
        form class="row wrap" method="post" action="/contacts/many" {
            (csrf(&shell.csrf))
            input type="hidden" name="query" value=(v.query);
            input type="hidden" name="deed" value=(v.typed.deed);
            input type="hidden" name="whom" value=(if v.typed.found { "found" } else { "chosen" });
            @for id in &v.typed.who { input type="hidden" name="who" value=(id); }
            input type="hidden" name="words" value=(v.typed.words);
            input type="hidden" name="sure" value="yes";
            a class="btn lg" href=(back) { (w.t("back")) }
            button class="btn lg danger" { (icon("check")) (said(&format!("{key}-do"))) }
        }
    };
    page(w, shell, &Page::new(&w.t("nav-contacts"), Place::Contacts), &main)
}

/// The page of a deed.
pub fn deed(w: &Words, shell: &Shell, v: &DeedView) -> Markup {
    let heading = html! {
        div class="crumb" { a href="/contacts" { (w.t("nav-contacts")) } }
        h1 { (user_text(&v.what)) }
    };
    let under = html! { @if !v.words.is_empty() { (user_text(&v.words)) } };
    let main = html! { (head(&heading, &under, &html! {})) (outcome(w, shell, v)) };
    page(w, shell, &Page::new(&v.what, Place::Contacts), &main)
}

/// The living part.
pub fn outcome(w: &Words, shell: &Shell, v: &DeedView) -> Markup {
    let base = format!("/contacts/deeds/{}", v.id);
    html! {
        section class="card" id="outcome" aria-label=(w.t("many-state")) data-live={ "deed:" (v.id) }
            hx-get={ (base) "?part=outcome" } hx-trigger="ring" hx-swap="outerMorph" {
            p role="status" { b { (w.t(&format!("deed-state-{}", v.state))) } }
            @if v.stuck { p class="st st-failed wraps" { (icon("failed")) (w.t("deed-failed")) } }
            @if v.state == "running" {
                progress class="wide" max=(v.of.max(1)) value=(v.seen) aria-label=(w.t("many-state")) {}
            }
            dl class="kv" {
                dt { (w.t("deed-seen")) } dd { (w.n(v.seen)) }
                dt { (w.t("deed-changed")) } dd { (w.n(v.changed)) }
                @if v.left_out > 0 { dt { (w.t("deed-left-out")) } dd { (w.n(v.left_out)) } }
            }
            div class="row wrap" {
                @if v.state == "running" { (act(&shell.csrf, &format!("{base}/stop"), "danger", "stop", &w.t("deed-stop"))) }
                @if v.undoes { (act(&shell.csrf, &format!("{base}/undo"), "", "undo", &w.t("deed-undo"))) }
                a class="btn" href="/contacts" { (icon("people")) (w.t("nav-contacts")) }
            }
        }
    }
}
