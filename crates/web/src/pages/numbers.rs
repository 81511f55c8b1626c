//! Numbers we receive on and senders we show: two short lists.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::form::{Choice, Field, Input, csrf, input, select};
use crate::ui::table::{table, th};
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// A number we receive on.
#[derive(Debug, Clone)]
pub struct NumberLine {
    /// Public id.
    pub id: String,
    /// The number.
    pub number: String,
    /// `long`, `short` or `shared`.
    pub kind: String,
    /// The connector it comes by; empty for any.
    pub connector: String,
}

/// A name we show.
#[derive(Debug, Clone)]
pub struct SenderLine {
    /// Public id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The country it is for; empty for every.
    pub country: String,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct NumbersView {
    /// Numbers.
    pub numbers: Vec<NumberLine>,
    /// Senders.
    pub senders: Vec<SenderLine>,
    /// Connectors to choose from, id and name.
    pub connectors: Vec<Choice>,
    /// Messages that came to numbers nobody owns.
    pub unassigned: Vec<(String, i64)>,
    /// The form at fault (`number`, `sender`) and why.
    pub fault: Option<(String, String)>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &NumbersView) -> Markup {
    let main = html! {
        (head(&html! { h1 { (w.t("nav-numbers")) } }, &html! { (w.t("numbers-under")) }, &html! {}))
        (numbers(w, shell, v))
        (senders(w, shell, v))
    };
    page(w, shell, &Page::new(&w.t("nav-numbers"), Place::Numbers), &main)
}

fn error<'a>(v: &'a NumbersView, form: &str) -> Option<&'a str> {
    v.fault.as_ref().filter(|(at, _)| at == form).map(|(_, why)| why.as_str())
}

fn numbers(w: &Words, shell: &Shell, v: &NumbersView) -> Markup {
    let columns = html! { (th(&w.t("contacts-number"))) (th(&w.t("numbers-kind"))) (th(&w.t("message-connection"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for line in &v.numbers {
            tr {
                th scope="row" { (number(&line.number)) }
                td { (w.t(&format!("number-{}", line.kind))) }
                td { @if line.connector.is_empty() { (w.t("numbers-any")) } @else { bdi { (line.connector) } } }
                (remove(w, shell, "numbers", &line.id))
            }
        }
    };
    let kinds = ["long", "short", "shared"].map(|kind| Choice::new(kind, w.t(&format!("number-{kind}"))));
    let mut connectors = vec![Choice::new("", w.t("numbers-any"))];
    connectors.extend(v.connectors.iter().cloned());
    let field = Field { id: "n-n", label: &w.t("contacts-number"), help: None, error: error(v, "number") };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 { (w.t("numbers-receive")) } }
            @if v.numbers.is_empty() { p class="muted pad" { (w.t("numbers-none")) } } @else { (table(&w.t("numbers-receive"), &columns, &rows)) }
            @if !v.unassigned.is_empty() {
                ul class="list inset" {
                    @for (to, n) in &v.unassigned { li { (icon("attention")) span class="grow" { (w.rich("numbers-unassigned", args!(n: *n), &[("number", number(to))])) } } }
                }
            }
            form class="row wrap end foot" method="post" action="/delivery/numbers" {
                (csrf(&shell.csrf)) input type="hidden" name="what" value="number";
                (input(&field, &Input { kind: "tel", name: "number", required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                (select(&Field { id: "n-k", label: &w.t("numbers-kind"), ..Field::default() }, "kind", &kinds, "long"))
                (select(&Field { id: "n-c", label: &w.t("message-connection"), ..Field::default() }, "connector", &connectors, ""))
                button class="btn" { (icon("plus")) (w.t("numbers-add")) }
            }
        }
    }
}

fn senders(w: &Words, shell: &Shell, v: &NumbersView) -> Markup {
    let columns = html! { (th(&w.t("senders-name"))) (th(&w.t("country"))) (th(&w.t("senders-answers"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for line in &v.senders {
            tr {
                th scope="row" { (number(&line.name)) }
                td { @if line.country.is_empty() { (w.t("senders-every")) } @else { (user_text(&line.country)) } }
                td class="muted" { @if line.name.chars().any(char::is_alphabetic) { (w.t("senders-no-answer")) } @else { (w.t("senders-answer")) } }
                (remove(w, shell, "senders", &line.id))
            }
        }
    };
    let name = Field {
        id: "s-n",
        label: &w.t("senders-name"),
        help: Some(&w.t("senders-help")),
        error: error(v, "sender"),
    };
    let country = Field { id: "s-c", label: &w.t("senders-country"), ..Field::default() };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 { (w.t("senders")) } }
            @if v.senders.is_empty() { p class="muted pad" { (w.t("senders-none")) } } @else { (table(&w.t("senders"), &columns, &rows)) }
            form class="row wrap end foot" method="post" action="/delivery/numbers" {
                (csrf(&shell.csrf)) input type="hidden" name="what" value="sender";
                (input(&name, &Input { name: "name", required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                (input(&country, &Input { name: "country", ltr: true, autocomplete: "off", placeholder: "IL", ..Input::default() }))
                button class="btn" { (icon("plus")) (w.t("senders-add")) }
            }
        }
    }
}

/// The cell that takes a row away.
fn remove(w: &Words, shell: &Shell, what: &str, id: &str) -> Markup {
    html! {
        td {
            form class="act" method="post" action={ "/delivery/" (what) "/" (id) "/remove" } {
                (csrf(&shell.csrf)) button class="btn sm" { (icon("trash")) (w.t("routes-remove")) }
            }
        }
    }
}
