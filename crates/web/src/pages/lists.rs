//! The lists people stand on.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Field, Input, csrf, input};
use crate::ui::table::{table, th, th_num};
use crate::ui::{icon, user_text};
use crate::words::Words;

/// One list.
#[derive(Debug, Clone)]
pub struct List {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// People on it.
    pub people: i64,
    /// When it was made.
    pub made: i64,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct ListsView {
    /// Every list.
    pub lists: Vec<List>,
    /// A name that was refused, and why.
    pub fault: Option<(String, String)>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &ListsView) -> Markup {
    let heading = html! { h1 { (w.f("lists-heading", args!(n: v.lists.len() as i64))) } };
    let columns = html! { (th(&w.t("lists-name"))) (th_num(&w.t("col-people"))) (th(&w.t("lists-made"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for list in &v.lists {
            tr {
                th scope="row" { a href={ "/contacts?list=" (list.id) } { (user_text(&list.name)) } }
                td class="num" { (w.n(list.people)) }
                td class="nowrap muted" { (w.when(list.made)) }
                td { a class="btn sm" href={ "/campaigns/new?list=" (list.id) } { (w.t("lists-write")) span class="vh" { ": " (user_text(&list.name)) } } }
            }
        }
    };
    let (name, error) =
        v.fault.as_ref().map_or(("", None), |(name, why)| (name.as_str(), Some(why.as_str())));
    let field = Field { id: "name", label: &w.t("lists-name"), help: None, error };
    let main = html! {
        (head(&heading, &html! { (w.t("lists-under")) }, &html! {}))
        section class="card flush" {
            @if v.lists.is_empty() {
                (empty("people", &w.t("lists-empty"), &w.t("lists-empty-says"),
                    &html! { a class="btn primary" href=(Place::Import.path()) { (icon("upload")) (w.t("contacts-import")) } }))
            } @else { (table(&w.t("nav-lists"), &columns, &rows)) }
        }
        section class="card" aria-labelledby="new-list" {
            h2 id="new-list" { (w.t("lists-new")) }
            form class="row wrap end" method="post" action="/contacts/lists" {
                (csrf(&shell.csrf))
                (input(&field, &Input { name: "name", value: name, required: true, autocomplete: "off", ..Input::default() }))
                button class="btn" { (icon("plus")) (w.t("lists-make")) }
            }
        }
    };
    page(w, shell, &Page::new(&w.t("nav-lists"), Place::Lists), &main)
}
