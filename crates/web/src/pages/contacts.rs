//! The people: search, filters, one table, the way to import.

use maud::{Markup, html};

use super::head;
use super::many::{Many, bar, pick, saved};
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::{banner, empty};
use crate::ui::form::{Choice, Field, Input, csrf, input, options, select};
use crate::ui::state::{May, Tone, may};
use crate::ui::table::{Pager, pager, table, th};
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// One person of the table.
#[derive(Debug, Clone)]
pub struct Person {
    /// Public id.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// Number as written here.
    pub phone: String,
    /// Whether we may write.
    pub may: May,
    /// Names of their lists.
    pub lists: Vec<String>,
    /// Their tags.
    pub tags: Vec<String>,
    /// Last message to them.
    pub last_out: Option<i64>,
    /// Last message from them.
    pub last_in: Option<i64>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct ContactsView {
    /// People in all.
    pub all: i64,
    /// Whether there are more of them than are counted.
    pub more: bool,
    /// Of them, who may be messaged.
    pub may: i64,
    /// Who left.
    pub left: i64,
    /// Whose permission nobody knows.
    pub unknown: i64,
    /// What was searched for.
    pub query: String,
    /// The list looked at, empty for everybody.
    pub list: String,
    /// The permission looked at, empty for every.
    pub permission: String,
    /// Lists to filter by and to add to.
    pub lists: Vec<Choice>,
    /// The tag looked at, empty for every.
    pub tag: String,
    /// Tags to filter by.
    pub tags: Vec<Choice>,
    /// What can be done to many.
    pub many: Many,
    /// This page of people.
    pub people: Vec<Person>,
    /// The way on.
    pub pager: Pager,
    /// What was typed into *Add person* and is at fault, with the reason.
    pub fault: Option<(AddPerson, String)>,
}

/// What was typed into *Add person*.
#[derive(Debug, Clone, Default)]
pub struct AddPerson {
    /// Number.
    pub phone: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &ContactsView) -> Markup {
    let count = if v.more { "people-count-more" } else { "people-count" };
    let heading = html! { h1 { (w.f(count, args!(n: v.all))) } };
    let under = html! {
        @if !v.more { (w.f("contacts-under", args!(may: v.may, left: v.left, unknown: v.unknown))) }
    };
    let actions = html! {
        a class="btn" href=(Place::Import.path()) { (icon("upload")) (w.t("contacts-import")) }
        a class="btn primary" href="#add" { (icon("plus")) (w.t("contacts-add")) }
    };
    let main = html! {
        (head(&heading, &under, &actions))
        @if let Some((_, _, why)) = &v.many.fault {
            (banner(Tone::Attention, "attention", &html! { p role="alert" { (w.t("many-not-done")) " " (why) " " a href="#many-h" { (w.t("many-heading")) } } }))
        }
        @if v.all == 0 {
            section class="card" {
                (empty("people", &w.t("contacts-empty"), &w.t("contacts-empty-says"),
                    &html! { a class="btn primary" href=(Place::Import.path()) { (icon("upload")) (w.t("contacts-import")) } }))
            }
        } @else { (filters(w, v)) (found(w, shell, v)) }
        (add(w, shell, v))
    };
    page(w, shell, &Page::new(&w.t("nav-contacts"), Place::Contacts), &main)
}

fn filters(w: &Words, v: &ContactsView) -> Markup {
    let mut lists = vec![Choice::new("", w.t("contacts-any-list"))];
    lists.extend(v.lists.iter().cloned());
    let permissions = [
        Choice::new("", w.t("contacts-any-may")),
        Choice::new("yes", w.t("may-yes")),
        Choice::new("unknown", w.t("may-unknown")),
        Choice::new("no", w.t("may-no")),
        Choice::new("left", w.t("may-left")),
    ];
    html! {
        form class="row wrap" role="search" aria-label=(w.t("contacts-search")) action="/contacts" method="get" hx-get="/contacts?part=people" hx-target="#found"
            hx-swap="outerMorph" hx-trigger="change, input delay:250ms" {
            label class="vh" for="q" { (w.t("contacts-search")) }
            input class="input sm grow" id="q" type="search" name="q" value=(v.query) placeholder=(w.t("contacts-search")) autocomplete="off";
            label class="vh" for="list" { (w.t("contacts-list")) }
            select class="sm" id="list" name="list" { (options(&lists, &v.list)) }
            @if v.tags.len() > 1 {
                label class="vh" for="tag" { (w.t("many-tag")) }
                select class="sm" id="tag" name="tag" { (options(&v.tags, &v.tag)) }
            }
            label class="vh" for="may" { (w.t("contacts-may")) }
            select class="sm" id="may" name="may" { (options(&permissions, &v.permission)) }
            button class="btn sm" { (icon("search")) (w.t("contacts-find")) }
        }
    }
}

/// What hangs on the filter, by itself, for search as one types: the table, and with it whom a deed for all would meet.
pub fn found(w: &Words, shell: &Shell, v: &ContactsView) -> Markup {
    html! {
        div class="stack s4" id="found" { (saved(w, shell, &v.many)) (people(w, v)) (bar(w, shell, &v.many)) }
    }
}

fn people(w: &Words, v: &ContactsView) -> Markup {
    let columns = html! {
        th scope="col" class="pick" { span class="vh" { (w.t("many-whom")) } }
        (th(&w.t("contacts-name"))) (th(&w.t("contacts-number"))) (th(&w.t("contacts-may"))) (th(&w.t("contacts-lists")))
        (th(&w.t("contacts-last-out"))) (th(&w.t("contacts-last-in")))
    };
    let rows = html! {
        @for person in &v.people {
            // A search puts new rows over the old: by its id a row, and its tick, stays with its person.
            tr id=(person.id) {
                (pick(w, &v.many, &person.id, if person.name.is_empty() { &person.phone } else { &person.name }))
                th scope="row" {
                    a href={ "/contacts/" (person.id) } {
                        @if person.name.is_empty() { (w.t("no-name")) } @else { (user_text(&person.name)) }
                    }
                }
                td { (number(&person.phone)) }
                td { (may(w, person.may)) }
                td { @for list in &person.lists { span class="tagc" { bdi { (list) } } " " } @for tag in &person.tags { span class="tagc" { (icon("tag")) bdi { (tag) } } " " } }
                td class="muted nowrap" { @if let Some(at) = person.last_out { (w.when(at)) } }
                td class="muted nowrap" { @if let Some(at) = person.last_in { (w.when(at)) } }
            }
        }
    };
    html! {
        section class="card flush" id="people" {
            @if v.people.is_empty() {
                (empty("search", &w.t("contacts-none"), &w.t("contacts-none-says"), &html! { a class="btn" href="/contacts" { (w.t("contacts-all")) } }))
            } @else { (table(&w.t("contacts-table"), &columns, &rows)) }
            (pager(w, &v.pager))
        }
    }
}

fn add(w: &Words, shell: &Shell, v: &ContactsView) -> Markup {
    let nobody = AddPerson::default();
    let (typed, error) = v.fault.as_ref().map_or((&nobody, None), |(typed, why)| (typed, Some(why.as_str())));
    let phone =
        Field { id: "a-p", label: &w.t("contacts-number"), help: Some(&w.t("contacts-number-help")), error };
    let first = Field { id: "a-f", label: &w.t("first-name"), ..Field::default() };
    let last = Field { id: "a-l", label: &w.t("last-name"), ..Field::default() };
    let list = Field { id: "a-li", label: &w.t("contacts-list"), ..Field::default() };
    let mut lists = vec![Choice::new("", w.t("contacts-no-list"))];
    lists.extend(v.lists.iter().cloned());
    html! {
        section class="card" id="add" aria-labelledby="add-h" {
            h2 id="add-h" { (w.t("contacts-add")) }
            form method="post" action="/contacts" class="stack" {
                (csrf(&shell.csrf))
                div class="grid" {
                    div class="c3" { (input(&phone, &Input { kind: "tel", name: "phone", value: &typed.phone, required: true, ltr: true, autocomplete: "off", ..Input::default() })) }
                    div class="c3" { (input(&first, &Input { name: "first_name", value: &typed.first_name, autocomplete: "off", ..Input::default() })) }
                    div class="c3" { (input(&last, &Input { name: "last_name", value: &typed.last_name, autocomplete: "off", ..Input::default() })) }
                    div class="c3" { (select(&list, "list", &lists, "")) }
                }
                label class="opt" { input type="checkbox" name="consent" value="yes"; (w.t("contacts-add-consent")) }
                div { button class="btn primary" { (w.t("contacts-add-save")) } }
            }
        }
    }
}
