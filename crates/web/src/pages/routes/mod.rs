//! The routes: ordered sentences of which the first that fits wins, the draft of them with its difference, what a message
//! would do, and what was in force before.

mod ask;
mod compare;
mod form;
mod sentence;
mod table;

pub use ask::{AskForm, Told};
pub use form::{Legs, RuleForm, form_page};
pub use sentence::sentence;
pub use table::FaultLine;

use engine::route::doc::Doc;
use engine::route::list::{NetworksView, RateView};
use engine::route::replay::Difference;
use engine::route::steps::Step;
use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Choice, Field, Input, csrf, field, input, select};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table as rows_of, th, th_num};
use crate::ui::{icon, icon_flip, number, user_text};
use crate::words::Words;

/// Where the page is.
pub const BASE: &str = "/delivery/routes";

/// A version as a line.
#[derive(Debug, Clone)]
pub struct VersionLine {
    /// Its number.
    pub version: i64,
    /// When it came in force; 0 before there were versions.
    pub at: i64,
    /// How many rules it has.
    pub rules: usize,
    /// The version it brought back, or 0.
    pub restored: i64,
}

/// The draft beside what is in force.
#[derive(Debug, Clone)]
pub struct DraftBar {
    /// Which change of it was looked at.
    pub edit: i64,
    /// The version it was compared with.
    pub version: i64,
    /// Rules that are new, gone, changed or elsewhere.
    pub steps: Vec<Step>,
    /// Whether something else came in force since it was begun.
    pub overtaken: bool,
    /// What it would have done with yesterday's messages, where that was asked.
    pub difference: Option<Difference>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct RoutesView {
    /// The rules: of the draft, where there is one.
    pub rules: Vec<Doc>,
    /// The draft.
    pub draft: Option<DraftBar>,
    /// Whether this person may change them.
    pub may: bool,
    /// The rule that was touched last, and how: its button keeps the focus.
    pub touched: Option<(String, String)>,
    /// What is asked of them.
    pub ask: AskForm,
    /// The answer.
    pub told: Option<Told>,
    /// Versions, newest first.
    pub history: Vec<VersionLine>,
    /// Price lists.
    pub rates: Vec<RateView>,
    /// Ranges and carried numbers.
    pub networks: NetworksView,
    /// Connections to choose from.
    pub connections: Vec<Choice>,
    /// The form at fault and why.
    pub fault: Option<(String, String)>,
    /// What is wrong in a file that was brought.
    pub faults: Vec<FaultLine>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &RoutesView) -> Markup {
    let heading = html! { h1 { (w.f("routes-heading", args!(n: v.rules.len() as i64))) } };
    let add = html! {
        @if v.may && !v.connections.is_empty() { a class="btn primary" href={ (BASE) "/new" } { (icon("plus")) (w.t("routes-add")) } }
    };
    let main = html! {
        (head(&heading, &html! { (w.t("routes-says")) }, &add))
        @if let Some(draft) = &v.draft { (compare::bar(w, shell, draft)) }
        @if let Some((form, why)) = &v.fault {
            @if form.is_empty() { div class="banner failed" role="alert" { (icon("failed")) p { (why) } } }
        }
        (rules(w, shell, v))
        (ask::card(w, &v.ask, v.told.as_ref(), v.draft.is_some()))
        @if v.may { div class="grid" { (rates(w, shell, v)) (networks(w, shell, v)) } (table::card(w, shell, v)) (history(w, shell, v)) }
    };
    page(w, shell, &Page::new(&w.t("routes"), Place::Routes), &main)
}

fn rules(w: &Words, shell: &Shell, v: &RoutesView) -> Markup {
    html! {
        section class="card flush" aria-labelledby="rules-h" {
            header class="cardhead" {
                h2 id="rules-h" { (w.t(if v.draft.is_some() { "routes-draft" } else { "routes-in-force" })) }
                span class="muted small push" { (w.t("routes-first-wins")) }
            }
            @if v.rules.is_empty() { (empty("route", &w.t("routes-none"), &w.t("routes-none-says"), &html! {})) }
            @else {
                ol class="rules" {
                    @for (n, rule) in v.rules.iter().enumerate() { (one(w, shell, v, n, rule)) }
                }
            }
        }
    }
}

fn one(w: &Words, shell: &Shell, v: &RoutesView, n: usize, rule: &Doc) -> Markup {
    let place = w.n(n as i64 + 1);
    html! {
        li id={ "r-" (rule.id) } class=[rule.off.then_some("dim")] {
            span class="place n" aria-hidden="true" { (place) }
            div class="grow" {
                @if !rule.name.is_empty() { div { b { (user_text(&rule.name)) } } }
                (sentence(w, rule))
                @if rule.off { " " (pill(Tone::Neutral, "paused", &w.t("routes-off"))) }
            }
            @if v.may {
                div class="row deeds" {
                    (step(w, shell, v, rule, "up", n == 0, &place))
                    (step(w, shell, v, rule, "down", n + 1 == v.rules.len(), &place))
                    a class="btn sm" href={ (BASE) "/" (rule.id) } aria-label=(w.attr("routes-edit-n", args!(n: place.as_str()))) { (icon("edit")) (w.t("routes-edit")) }
                    (deed(w, shell, rule, if rule.off { "on" } else { "off" }, &place))
                    (deed(w, shell, rule, "remove", &place))
                }
            }
        }
    }
}

/// A button that does something to a rule.
fn deed(w: &Words, shell: &Shell, rule: &Doc, verb: &str, place: &str) -> Markup {
    let (icon_name, key) = match verb {
        "on" => ("play", "routes-on-n"),
        "off" => ("pause", "routes-off-n"),
        _ => ("trash", "routes-remove-n"),
    };
    html! {
        form class="act" method="post" action={ (BASE) "/" (rule.id) "/" (verb) } {
            (csrf(&shell.csrf)) button class="ib" aria-label=(w.attr(key, args!(n: place))) { (icon(icon_name)) }
        }
    }
}

/// A button that moves a rule by one place; after it was pressed it keeps the focus, so that a key can be pressed again.
fn step(w: &Words, shell: &Shell, v: &RoutesView, rule: &Doc, way: &str, end: bool, place: &str) -> Markup {
    let here = v.touched.as_ref().is_some_and(|(id, deed)| *id == rule.id && deed == way);
    let key = if way == "up" { "routes-up-n" } else { "routes-down-n" };
    html! {
        form class="act" method="post" action={ (BASE) "/" (rule.id) "/" (way) } {
            (csrf(&shell.csrf))
            button class="ib" disabled[end] autofocus[here && !end] aria-label=(w.attr(key, args!(n: place))) { (icon(if way == "up" { "up" } else { "down" })) }
        }
    }
}

fn error<'a>(v: &'a RoutesView, form: &str) -> Option<&'a str> {
    v.fault.as_ref().filter(|(at, _)| at == form).map(|(_, why)| why.as_str())
}

/// A list that is typed or pasted: two columns a line.
fn lines(about: &Field, name: &str, example: &str) -> Markup {
    let control = html! {
        textarea class="input mono" id=(about.id) name=(name) rows="3" dir="ltr" required placeholder=(example) aria-describedby=[crate::ui::form::described(about)] aria-invalid=[about.error.map(|_| "true")] {}
    };
    field(about, &control)
}

fn rates(w: &Words, shell: &Shell, v: &RoutesView) -> Markup {
    let columns = html! { (th(&w.t("message-connection"))) (th(&w.t("rates-currency"))) (th_num(&w.t("rates-size"))) (th(&w.t("rates-since"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for list in &v.rates {
            tr {
                th scope="row" { bdi { (list.connector) } }
                td { (number(&list.currency)) }
                td class="num" { (w.n(list.size)) }
                td { (w.when(list.at)) }
                td {
                    form class="act" method="post" action={ (BASE) "/rates/remove" } {
                        (csrf(&shell.csrf)) input type="hidden" name="connector" value=(list.connector);
                        button class="btn sm" aria-label=(w.attr("rates-remove-named", args!(name: list.connector.as_str()))) { (icon("trash")) (w.t("routes-remove")) }
                    }
                }
            }
        }
    };
    let about = Field {
        id: "rates-l",
        label: &w.t("rates-lines"),
        help: Some(&w.t("rates-help")),
        error: error(v, "rates"),
    };
    html! {
        section class="card flush c6" id="rates" {
            header class="cardhead" { h2 id="rates-h" { (w.t("rates")) } }
            @if v.rates.is_empty() { p class="pad muted" { (w.t("rates-none")) } } @else { (rows_of(&w.t("rates"), &columns, &rows)) }
            @if !v.connections.is_empty() {
                form class="stack pad" method="post" action={ (BASE) "/rates" } {
                    (csrf(&shell.csrf))
                    div class="row wrap" {
                        (select(&Field { id: "rates-c", label: &w.t("message-connection"), ..Field::default() }, "connector", &v.connections, ""))
                        (input(&Field { id: "rates-y", label: &w.t("rates-currency"), ..Field::default() }, &Input { name: "currency", required: true, ltr: true, autocomplete: "off", placeholder: "EUR", ..Input::default() }))
                    }
                    (lines(&about, "lines", "972,0.0612\n97250,0.058"))
                    div { button class="btn" { (icon("upload")) (w.t("rates-put")) } }
                }
            }
        }
    }
}

fn networks(w: &Words, shell: &Shell, v: &RoutesView) -> Markup {
    let size = |found: Option<(i64, i64)>| found.map_or(0, |(size, _)| size);
    let about = Field {
        id: "net-l",
        label: &w.t("networks-lines"),
        help: Some(&w.t("networks-help")),
        error: error(v, "networks"),
    };
    let kinds = ["ranges", "ported"].map(|kind| Choice::new(kind, w.t(&format!("networks-{kind}"))));
    html! {
        section class="card c6" id="networks" aria-labelledby="net-h" {
            h2 id="net-h" { (w.t("networks")) }
            p class="muted" { (w.t("networks-says")) }
            dl class="kv" {
                dt { (w.t("networks-ranges")) } dd class="n" { (w.n(size(v.networks.ranges))) }
                dt { (w.t("networks-ported")) } dd class="n" { (w.n(size(v.networks.ported))) }
            }
            form class="stack" method="post" action={ (BASE) "/networks" } {
                (csrf(&shell.csrf))
                (select(&Field { id: "net-k", label: &w.t("networks-kind"), ..Field::default() }, "kind", &kinds, "ranges"))
                (lines(&about, "lines", "97250,42501\n97254,42502"))
                div { button class="btn" { (icon("upload")) (w.t("networks-put")) } }
            }
            p { a class="btn sm" href=(super::lookup::BASE) { (icon("search")) (w.t("lookup-open")) } }
        }
    }
}

fn history(w: &Words, shell: &Shell, v: &RoutesView) -> Markup {
    let columns = html! { (th(&w.t("routes-version"))) (th(&w.t("routes-since"))) (th_num(&w.t("routes-rules"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for (n, line) in v.history.iter().enumerate() {
            tr {
                th scope="row" {
                    (number(&line.version.to_string()))
                    @if line.restored > 0 { div class="small muted light" { (w.f("routes-restored", args!(n: line.restored.to_string()))) } }
                }
                td { (w.when(line.at)) }
                td class="num" { (w.n(line.rules as i64)) }
                td {
                    @if n == 0 { (pill(Tone::Delivered, "delivered", &w.t("routes-now"))) }
                    @else {
                        form class="act" method="post" action={ (BASE) "/restore" } {
                            (csrf(&shell.csrf)) input type="hidden" name="version" value=(line.version);
                            button class="btn sm" aria-label=[(n > 1).then(|| w.attr("routes-restore-n", args!(n: line.version.to_string())))] { (icon_flip("undo")) (w.t(if n == 1 { "routes-undo" } else { "routes-restore" })) }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if !v.history.is_empty() {
            section class="card flush" id="history" {
                header class="cardhead" { h2 { (w.t("routes-history")) } span class="muted small" { (w.t("routes-history-says")) } }
                (rows_of(&w.t("routes-history"), &columns, &rows))
            }
        }
    }
}
