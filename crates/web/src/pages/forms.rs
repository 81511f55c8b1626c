//! Sign-up forms as the staff writes them: all of them with what they brought, one with its words in each language.

use engine::collect::form::{Asked, Draft, Kind, LANGUAGES, View};
use engine::collect::{keyword, topic};
use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Choice, Field, Input, act, csrf, described, field, input, select};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th, th_num};
use crate::ui::{code, icon, number, user_text};
use crate::words::{Words, pick_public};

/// Rows of questions that are there to be filled in; one more stands ready where they are full, up to [`QUESTIONS_MAX`].
const QUESTIONS: usize = 5;
/// Questions a form has at the most.
pub const QUESTIONS_MAX: usize = 8;

/// All forms.
#[derive(Debug, Clone, Default)]
pub struct FormsView {
    /// The forms: public id and what it is.
    pub forms: Vec<(String, View)>,
    /// What people may choose to hear about.
    pub topics: Vec<topic::View>,
    /// Words that sign up.
    pub words: Vec<keyword::View>,
    /// Our numbers.
    pub numbers: Vec<String>,
    /// The form at fault (`topic`, `word`) and why.
    pub fault: Option<(String, String)>,
}

fn place(id: &str) -> String {
    format!("{}/{id}", Place::Forms.path())
}

fn state(w: &Words, form: &View) -> Markup {
    match (form.version, form.closed) {
        (0, _) => pill(Tone::Neutral, "edit", &w.t("forms-draft")),
        (_, true) => pill(Tone::Neutral, "stop", &w.t("forms-closed")),
        (n, false) => pill(Tone::Delivered, "delivered", &w.attr("forms-version", args!(n: n))),
    }
}

/// The page of all forms.
pub fn view(w: &Words, shell: &Shell, v: &FormsView) -> Markup {
    let heading = html! { h1 { (w.f("forms-heading", args!(n: v.forms.len() as i64))) } };
    let new = html! { a class="btn primary" href=(place("new")) { (icon("plus")) (w.t("forms-new")) } };
    let main = html! {
        (head(&heading, &html! { (w.t("forms-under")) }, &new))
        section class="card flush" {
            @if v.forms.is_empty() {
                (empty("people", &w.t("forms-empty"), &w.t("forms-empty-says"), &new))
            } @else { (all(w, v)) }
        }
        (words(w, shell, v))
        (topics(w, shell, v))
    };
    page(w, shell, &Page::new(&w.t("nav-forms"), Place::Forms), &main)
}

fn all(w: &Words, v: &FormsView) -> Markup {
    let columns = html! {
        (th(&w.t("forms-name"))) (th(&w.t("col-status"))) (th_num(&w.t("forms-taken"))) (th_num(&w.t("forms-waiting")))
        (th_num(&w.t("forms-lapsed"))) (th(&w.t("forms-address")))
    };
    let rows = html! {
        @for (id, form) in &v.forms {
            tr {
                th scope="row" { a href=(place(id)) { (user_text(&form.name)) } }
                td { (state(w, form)) @if form.changed && form.version > 0 { " " span class="small muted" { (w.t("forms-changed")) } } }
                td class="num" { (w.n(form.taken)) }
                td class="num" { (w.n(form.waiting)) }
                td class="num" { (w.n(form.lapsed)) }
                td { @if form.version > 0 { a href={ "/f/" (form.slug) } dir="ltr" { "/f/" (form.slug) } } }
            }
        }
    };
    table(&w.t("nav-forms"), &columns, &rows)
}

fn fault<'a>(v: &'a Option<(String, String)>, at: &str) -> Option<&'a str> {
    v.as_ref().filter(|(param, _)| param == at).map(|(_, why)| why.as_str())
}

fn words(w: &Words, shell: &Shell, v: &FormsView) -> Markup {
    let columns = html! { (th(&w.t("forms-word"))) (th(&w.t("contacts-number"))) (th(&w.t("nav-forms"))) (th(&w.t("lists-do"))) };
    let named = |id: i64| v.forms.iter().find(|(_, f)| f.id == id).map_or("", |(_, f)| f.name.as_str());
    let rows = html! {
        @for k in &v.words {
            tr {
                th scope="row" { (user_text(&k.word)) }
                td { @if k.number.is_empty() { (w.t("forms-every-number")) } @else { (number(&k.number)) } }
                td { (user_text(named(k.form))) }
                td { (act(&shell.csrf, &format!("/contacts/forms/words/{}/remove", sms::id::public(sms::id::kind::ROW, k.id)), "sm", "trash", &w.t("routes-remove"))) }
            }
        }
    };
    let forms: Vec<Choice> =
        v.forms.iter().filter(|(_, f)| f.version > 0).map(|(id, f)| Choice::new(id, &f.name)).collect();
    let mut numbers = vec![Choice::new("", w.t("forms-every-number"))];
    numbers.extend(v.numbers.iter().map(|n| Choice::new(n, n)));
    let word = Field { id: "k-w", label: &w.t("forms-word"), help: None, error: fault(&v.fault, "word") };
    html! {
        section class="card flush" id="words" {
            header class="cardhead" { h2 { (w.t("forms-words")) } span class="muted small" { (w.t("forms-words-says")) } }
            @if v.words.is_empty() { p class="muted pad" { (w.t("forms-words-none")) } } @else { (table(&w.t("forms-words"), &columns, &rows)) }
            @if !forms.is_empty() {
                form class="row wrap end foot" method="post" action="/contacts/forms/words" {
                    (csrf(&shell.csrf))
                    (input(&word, &Input { name: "word", required: true, autocomplete: "off", placeholder: "JOIN", ..Input::default() }))
                    (select(&Field { id: "k-n", label: &w.t("contacts-number"), ..Field::default() }, "number", &numbers, ""))
                    (select(&Field { id: "k-f", label: &w.t("forms-form"), ..Field::default() }, "form", &forms, ""))
                    button class="btn" { (icon("plus")) (w.t("forms-word-add")) }
                }
            }
        }
    }
}

fn topics(w: &Words, shell: &Shell, v: &FormsView) -> Markup {
    let columns = html! { (th(&w.t("forms-topic"))) (th(&w.t("forms-titles"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for t in &v.topics {
            tr {
                th scope="row" { (user_text(&t.name)) }
                td { @for (language, title) in &t.titles { bdi class="muted small" { (language) } " " (user_text(title)) " " } }
                td { (act(&shell.csrf, &format!("/contacts/forms/topics/{}/retire", sms::id::public(sms::id::kind::ROW, t.id)), "sm", "trash", &w.t("routes-remove"))) }
            }
        }
    };
    let name = Field { id: "t-n", label: &w.t("forms-topic"), help: None, error: fault(&v.fault, "topic") };
    html! {
        section class="card flush" id="topics" {
            header class="cardhead" { h2 { (w.t("forms-topics")) } span class="muted small" { (w.t("forms-topics-says")) } }
            @if v.topics.is_empty() { p class="muted pad" { (w.t("forms-topics-none")) } } @else { (table(&w.t("forms-topics"), &columns, &rows)) }
            form class="row wrap end foot" method="post" action="/contacts/forms/topics" {
                (csrf(&shell.csrf))
                (input(&name, &Input { name: "name", required: true, autocomplete: "off", ..Input::default() }))
                @for code in LANGUAGES {
                    @let id = format!("t-{code}");
                    (input(&Field { id: &id, label: &pick_public(Some(code), None).name, ..Field::default() }, &Input { name: code, autocomplete: "off", ..Input::default() }))
                }
                button class="btn" { (icon("plus")) (w.t("forms-topic-add")) }
            }
        }
    }
}

/// One form.
#[derive(Debug, Clone, Default)]
pub struct EditView {
    /// Its public id; `new` before it is kept.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What is being written.
    pub draft: Draft,
    /// What is kept of it; `None` before it is kept.
    pub kept: Option<View>,
    /// Versions as they were published: which, digest, by whom, when.
    pub versions: Vec<(i64, String, String, i64)>,
    /// Lists to join.
    pub lists: Vec<Choice>,
    /// Senders and numbers.
    pub senders: Vec<Choice>,
    /// Topics there are, by name.
    pub topics: Vec<String>,
    /// What stands beside a published form: addresses, snippet, tills.
    pub beside: Markup,
    /// The input at fault and why.
    pub fault: Option<(String, String)>,
}

/// The page of one form.
pub fn edit(w: &Words, shell: &Shell, v: &EditView) -> Markup {
    let title = if v.name.is_empty() { w.t("forms-new") } else { v.name.clone() };
    let under = html! {
        @match &v.kept {
            Some(kept) => { (state(w, kept)) " " @if kept.changed && kept.version > 0 { (w.t("forms-changed-says")) } }
            None => { (w.t("forms-new-says")) }
        }
    };
    let actions = html! {
        a class="btn" href=(Place::Forms.path()) { (w.t("nav-forms")) }
        @if let Some(kept) = v.kept.as_ref().filter(|k| k.version > 0) {
            @let (to, word) = if kept.closed { ("open", "forms-open") } else { ("close", "forms-close") };
            (act(&shell.csrf, &format!("{}/{to}", place(&v.id)), "", if kept.closed { "check" } else { "stop" }, &w.t(word)))
        }
    };
    let main = html! {
        (head(&html! { h1 { (user_text(&title)) } }, &under, &actions))
        (v.beside)
        form class="stack s4" method="post" action=(place(&v.id)) {
            (csrf(&shell.csrf))
            (basics(w, v))
            (questions(w, v))
            @for code in LANGUAGES { (language(w, v, code)) }
            (sites(w, v))
            div class="row wrap" {
                button class="btn primary" name="do" value="publish" { (icon("check")) (w.t("forms-publish")) }
                button class="btn" name="do" value="save" { (w.t("forms-save")) }
                span class="muted small" { (w.t("forms-publish-says")) }
            }
        }
        @if !v.versions.is_empty() { (versions(w, v)) }
    };
    page(w, shell, &Page::new(&title, Place::Forms), &main)
}

fn tick(id: &str, name: &str, value: &str, on: bool, word: &Markup) -> Markup {
    html! {
        label class="opt" for=(id) { input type="checkbox" id=(id) name=(name) value=(value) checked[on]; " " (word) }
    }
}

fn basics(w: &Words, v: &EditView) -> Markup {
    let labels = ["forms-name", "forms-list", "forms-sender", "country"].map(|key| w.t(key));
    let name = Field { id: "f-name", label: &labels[0], help: None, error: fault(&v.fault, "name") };
    let country = Field { id: "f-country", label: &labels[3], help: None, error: fault(&v.fault, "country") };
    let countries: Vec<String> =
        std::iter::once(&v.draft.country).chain(&v.draft.countries).cloned().collect();
    let list =
        if v.draft.list == 0 { String::new() } else { sms::id::public(sms::id::kind::LIST, v.draft.list) };
    html! {
        section class="card stack" {
            h2 { (w.t("forms-basics")) }
            div class="row wrap" {
                (input(&name, &Input { name: "name", value: &v.name, required: true, autocomplete: "off", ..Input::default() }))
                (select(&Field { id: "f-list", label: &labels[1], help: None, error: fault(&v.fault, "list") }, "list", &v.lists, &list))
                (select(&Field { id: "f-sender", label: &labels[2], help: None, error: fault(&v.fault, "sender") }, "sender", &v.senders, &v.draft.sender))
                (input(&country, &Input { name: "countries", value: &countries.join(" "), required: true, ltr: true, autocomplete: "off", placeholder: "IL", ..Input::default() }))
            }
            (tick("f-double", "double", "yes", v.draft.double_optin, &html! { (w.t("forms-double")) }))
            p class="hint" { (w.t("forms-double-says")) }
            fieldset {
                legend class="label" { (w.t("forms-languages")) }
                div class="row wrap" {
                    @for code in LANGUAGES {
                        (tick(&format!("l-{code}"), "languages", code, v.draft.languages.iter().any(|l| l == code), &html! { (pick_public(Some(code), None).name) }))
                    }
                }
                @if let Some(why) = fault(&v.fault, "languages") { span class="st st-failed wraps" { (icon("failed")) (why) } }
            }
            @if !v.topics.is_empty() {
                fieldset {
                    legend class="label" { (w.t("forms-offers")) }
                    div class="row wrap" {
                        @for (n, name) in v.topics.iter().enumerate() {
                            (tick(&format!("o-{n}"), "topics", name, v.draft.topics.contains(name), &user_text(name)))
                        }
                    }
                }
            }
        }
    }
}

fn questions(w: &Words, v: &EditView) -> Markup {
    let kinds: Vec<Choice> =
        Kind::ALL.iter().map(|k| Choice::new(k.name(), w.t(&format!("forms-kind-{}", k.name())))).collect();
    let columns = html! { (th(&w.t("forms-field"))) (th(&w.t("forms-kind"))) (th(&w.t("forms-must"))) (th(&w.t("forms-choices"))) };
    let none = Asked::default();
    let rows = html! {
        @for n in 0..QUESTIONS.max(v.draft.fields.len() + 1).min(QUESTIONS_MAX) {
            @let asked = v.draft.fields.get(n).unwrap_or(&none);
            tr {
                td { input class="input" name={ "q" (n) "-name" } value=(asked.name) aria-label=(w.attr("forms-field-n", args!(n: n as i64 + 1))) dir="auto" autocomplete="off"; }
                td { select name={ "q" (n) "-kind" } aria-label=(w.attr("forms-kind-n", args!(n: n as i64 + 1))) { (crate::ui::form::options(&kinds, asked.kind.name())) } }
                td { input type="checkbox" name={ "q" (n) "-must" } value="yes" checked[asked.required] aria-label=(w.attr("forms-must-n", args!(n: n as i64 + 1))); }
                td { input class="input" name={ "q" (n) "-choices" } value=(asked.choices.join(", ")) aria-label=(w.attr("forms-choices-n", args!(n: n as i64 + 1))) dir="auto" autocomplete="off"; }
            }
        }
    };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 { (w.t("forms-questions")) } span class="muted small" { (w.t("forms-questions-says")) } }
            @if let Some(why) = fault(&v.fault, "fields") { p class="st st-failed wraps pad" { (icon("failed")) (why) } }
            (table(&w.t("forms-questions"), &columns, &rows))
        }
    }
}

fn language(w: &Words, v: &EditView, code: &str) -> Markup {
    let language = pick_public(Some(code), None);
    let said = v.draft.texts.get(code).cloned().unwrap_or_default();
    let on = v.draft.languages.iter().any(|l| l == code);
    let ids = ["title", "intro", "wording"].map(|what| format!("{what}-{code}"));
    let labels = ["forms-title", "forms-intro", "forms-wording"].map(|key| w.t(key));
    let text = |n: usize, value: &str| {
        let about = Field { id: &ids[n], label: &labels[n], help: None, error: fault(&v.fault, &ids[n]) };
        input(&about, &Input { name: &ids[n], value, autocomplete: "off", ..Input::default() })
    };
    let wording = Field {
        id: &ids[2],
        label: &labels[2],
        help: Some(&w.t("forms-wording-help")),
        error: fault(&v.fault, &ids[2]),
    };
    let area = html! {
        textarea class="input" id=(ids[2]) name=(ids[2]) rows="3" lang=(code) dir=(language.dir) aria-describedby=[described(&wording)] { (said.wording) }
    };
    html! {
        details class="card" open[on] {
            summary { h2 lang=(code) { (language.name) } }
            div class="stack" {
            (text(0, &said.title)) (text(1, &said.intro)) (field(&wording, &area))
            @for asked in v.draft.fields.iter().filter(|f| !f.name.is_empty()) {
                @let id = format!("label-{code}-{}", asked.name);
                (input(
                    &Field { id: &id, label: &w.attr("forms-label", args!(field: asked.name.as_str())), ..Field::default() },
                    &Input { name: &id, value: said.labels.get(&asked.name).map_or("", String::as_str), autocomplete: "off", ..Input::default() },
                ))
            }
            }
        }
    }
}

fn sites(w: &Words, v: &EditView) -> Markup {
    let about = Field {
        id: "f-sites",
        label: &w.t("forms-sites"),
        help: Some(&w.t("forms-sites-says")),
        error: fault(&v.fault, "sites"),
    };
    let area = html! {
        textarea class="input" id="f-sites" name="sites" rows="2" dir="ltr" aria-describedby=[described(&about)] placeholder="https://www.shop.example" { (v.draft.sites.join("\n")) }
    };
    html! { section class="card" { (field(&about, &area)) } }
}

fn versions(w: &Words, v: &EditView) -> Markup {
    let columns = html! { (th_num(&w.t("forms-version-n"))) (th(&w.t("forms-published"))) (th(&w.t("forms-by"))) (th("SHA-256")) };
    let rows = html! {
        @for (n, hash, by, at) in &v.versions {
            tr { td class="num" { (w.n(*n)) } td class="nowrap" { (w.day_time(*at)) } td { bdi dir="ltr" { (by) } } td { (code(hash)) } }
        }
    };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 { (w.t("forms-versions")) } span class="muted small" { (w.t("forms-versions-says")) } }
            (table(&w.t("forms-versions"), &columns, &rows))
        }
    }
}
