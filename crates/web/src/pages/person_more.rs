//! The rest of a person's page: everything that ever happened, tags, lists, own fields, and doubles made one.

use maud::{Markup, html};
use sms::life::Status;

use crate::args;
use crate::shell::Shell;
use crate::ui::form::{Choice, Field, Input, act, csrf, input, select};
use crate::ui::state::status;
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// One thing that happened.
#[derive(Debug, Clone, Default)]
pub struct Happened {
    /// When.
    pub at: i64,
    /// Its mark: an icon of the set.
    pub icon: &'static str,
    /// What, in words.
    pub what: String,
    /// The text of a message, a wording, a value; as it was written.
    pub text: String,
    /// More, in words.
    pub more: String,
    /// Where it leads; empty is nowhere.
    pub href: String,
    /// Where a message stands.
    pub status: Option<Status>,
}

/// Somebody who may be the same person.
#[derive(Debug, Clone, Default)]
pub struct Double {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Number as written here.
    pub phone: String,
}

/// What the page needs beside the person.
#[derive(Debug, Clone, Default)]
pub struct More {
    /// What happened, newest first.
    pub story: Vec<Happened>,
    /// The address of what happened before; empty where that is all.
    pub older: String,
    /// Whether this is not the first page.
    pub later: bool,
    /// Tags of the person, by name.
    pub tags: Vec<String>,
    /// Lists the person is on: public id and name.
    pub on: Vec<(String, String)>,
    /// Lists the person is not on.
    pub off: Vec<Choice>,
    /// Fields and values.
    pub fields: Vec<(String, String)>,
    /// Merges that can be taken back: public id and number as written here.
    pub merges: Vec<(String, String)>,
    /// Who may be the same person; none where nobody looked yet.
    pub doubles: Option<Vec<Double>>,
    /// What was wrong with the last press: the input at fault, and why.
    pub fault: Option<(String, String)>,
    /// What was typed then, by name.
    pub typed: Vec<(String, String)>,
}

impl More {
    /// What was typed into an input, or what is known.
    pub(crate) fn typed<'a>(&'a self, name: &str, known: &'a str) -> &'a str {
        self.typed.iter().find(|(n, _)| n == name).map_or(known, |(_, value)| value.as_str())
    }

    /// Why one of these inputs is at fault.
    pub(crate) fn fault(&self, of: &[&str]) -> Option<&str> {
        self.fault.as_ref().filter(|(param, _)| of.contains(&param.as_str())).map(|(_, why)| why.as_str())
    }

    /// Why what has no input of its own is at fault.
    pub(crate) fn other_fault(&self) -> Option<&str> {
        let own = ["number", "tag", "tags", "evidence"];
        self.fault.as_ref().filter(|(param, _)| !own.contains(&param.as_str())).map(|(_, why)| why.as_str())
    }
}

/// Everything that happened.
pub fn story(w: &Words, v: &More) -> Markup {
    html! {
        section class="card" aria-labelledby="story" {
            h2 id="story" { (w.t("story-heading")) }
            @if v.story.is_empty() { p class="muted" { (w.t("story-nothing")) } }
            @else {
                ol class="time" {
                    @for e in &v.story {
                        li {
                            span class="at" { (w.day_time(e.at)) }
                            span class="mk" { (icon(e.icon)) }
                            div class="ev" {
                                div class="row wrap" {
                                    @if e.href.is_empty() { b { (e.what) } } @else { a href=(e.href) { b { (e.what) } } }
                                    @if let Some(state) = e.status { (status(w, state)) }
                                }
                                @if !e.text.is_empty() { div class="plain" dir="auto" { (e.text) } }
                                @if !e.more.is_empty() { div class="small muted" dir="auto" { (e.more) } }
                            }
                        }
                    }
                }
            }
            @if v.later || !v.older.is_empty() {
                nav class="row" aria-label=(w.t("pager-label")) {
                    @if v.later { a class="btn sm" href="?" { (w.t("pager-first")) } }
                    @if !v.older.is_empty() { a class="btn sm" rel="next" href=(v.older) { (w.t("story-older")) } }
                }
            }
        }
    }
}

/// Tags and lists, to be changed.
pub fn groups(w: &Words, shell: &Shell, id: &str, v: &More) -> Markup {
    let tags = Field {
        id: "tags",
        label: &w.t("person-tags"),
        help: Some(&w.t("person-tags-help")),
        error: v.fault(&["tag", "tags"]),
    };
    let known = v.tags.join(", ");
    let add = Field { id: "join", label: &w.t("person-join"), ..Field::default() };
    html! {
        section class="card" aria-labelledby="groups" {
            h2 id="groups" { (w.t("person-groups")) }
            form method="post" action={ "/contacts/" (id) "/tags" } class="stack" {
                (csrf(&shell.csrf))
                (input(&tags, &Input { name: "tags", value: v.typed("tags", &known), autocomplete: "off", ..Input::default() }))
                div { button class="btn" { (w.t("save")) } }
            }
            h3 { (w.t("contacts-lists")) }
            @if v.on.is_empty() { p class="muted" { (w.t("person-no-lists")) } }
            ul class="plainlist" {
                @for (list, name) in &v.on {
                    li class="row" {
                        a href={ "/contacts?list=" (list) } { (user_text(name)) }
                        form class="inline push" method="post" action={ "/contacts/" (id) "/lists" } {
                            (csrf(&shell.csrf))
                            input type="hidden" name="leave" value=(list);
                            button class="btn sm" { (w.t("person-leave")) span class="vh" { ": " (user_text(name)) } }
                        }
                    }
                }
            }
            @if !v.off.is_empty() {
                form class="row wrap end" method="post" action={ "/contacts/" (id) "/lists" } {
                    (csrf(&shell.csrf))
                    (select(&add, "join", &v.off, ""))
                    button class="btn" { (w.t("person-join-do")) }
                }
            }
        }
    }
}

/// Own fields, to be changed; an empty value is no value.
pub fn fields(w: &Words, v: &More) -> Markup {
    html! {
        @for (n, (name, value)) in v.fields.iter().enumerate() {
            @let of = format!("field-{n}");
            @let field = Field { id: &of, label: name, ..Field::default() };
            @let under = format!("field:{name}");
            (input(&field, &Input { name: &under, value: v.typed(&under, value), autocomplete: "off", ..Input::default() }))
        }
        @let name = w.t("person-field-name");
        @let value = w.t("person-field-value");
        div class="grid" {
            div class="c6" { (input(&Field { id: "nf", label: &name, help: None, error: v.other_fault() }, &Input { name: "new_field", value: v.typed("new_field", ""), autocomplete: "off", ..Input::default() })) }
            div class="c6" { (input(&Field { id: "nv", label: &value, ..Field::default() }, &Input { name: "new_value", value: v.typed("new_value", ""), autocomplete: "off", ..Input::default() })) }
        }
    }
}

/// Doubles: looked for when asked, made one by a press, and two again by another.
pub fn merging(w: &Words, shell: &Shell, id: &str, v: &More) -> Markup {
    let other = Field {
        id: "other",
        label: &w.t("merge-number"),
        help: Some(&w.t("merge-says")),
        ..Field::default()
    };
    html! {
        section class="card" aria-labelledby="merge" {
            h2 id="merge" { (w.t("merge-heading")) }
            @match &v.doubles {
                None => p { a class="btn" href={ "/contacts/" (id) "?doubles=look#merge" } { (icon("search")) (w.t("merge-look")) } },
                Some(found) => {
                    @if found.is_empty() { p class="muted" { (w.t("merge-none")) } }
                    ul class="plainlist" {
                        @for d in found {
                            li class="row wrap" {
                                a href={ "/contacts/" (d.id) } { (user_text(&d.name)) } (number(&d.phone))
                                form class="inline push" method="post" action={ "/contacts/" (id) "/merge" } {
                                    (csrf(&shell.csrf))
                                    input type="hidden" name="other" value=(d.id);
                                    button class="btn sm" { (w.attr("merge-do", args!(name: d.name.as_str()))) }
                                }
                            }
                        }
                    }
                },
            }
            details {
                summary { (w.t("merge-by-number")) }
                form class="stack" method="post" action={ "/contacts/" (id) "/merge" } {
                    (csrf(&shell.csrf))
                    (input(&other, &Input { kind: "tel", name: "number", required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                    div { button class="btn" { (w.t("merge-one")) } }
                }
            }
            @for (merge, phone) in &v.merges {
                div class="row wrap" {
                    span { (w.t("merge-was")) " " (number(phone)) }
                    (act(&shell.csrf, &format!("/contacts/{id}/unmerge/{merge}"), "sm", "undo", &w.t("merge-undo")))
                }
            }
        }
    }
}
