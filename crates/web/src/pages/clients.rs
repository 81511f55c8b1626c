//! Clients: other people's programs that send through us by SMPP; who is bound this moment, and the form of an account.

use maud::{Markup, html};
use sms::form::KindInfo;

use super::connection::{FailedLine, failures};
use super::connections::{ConnectionForm, fields, name_field};
use super::head;
use super::trace::{self, TraceView};
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Choice, Field, Input, csrf, input, select};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th, th_num};
use crate::ui::{code, icon, number, user_text};
use crate::words::Words;

/// A bound session.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// `transmitter`, `receiver` or `transceiver`.
    pub bind: &'static str,
    /// From where.
    pub address: String,
    /// The version it speaks.
    pub version: &'static str,
    /// Whether it came by TLS.
    pub tls: bool,
    /// Since when.
    pub since: i64,
    /// Messages a second.
    pub rate: i64,
    /// Messages accepted.
    pub accepted: i64,
    /// Messages refused.
    pub refused: i64,
}

/// One client.
#[derive(Debug, Clone)]
pub struct ClientLine {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it binds as.
    pub system_id: String,
    /// Whether it may bind.
    pub enabled: bool,
    /// Who is bound.
    pub sessions: Vec<SessionLine>,
    /// What waits for it.
    pub waiting: i64,
    /// When it bound last.
    pub bound_at: Option<i64>,
    /// From where.
    pub bound_from: String,
    /// Numbers whose messages it gets.
    pub numbers: Vec<String>,
}

impl ClientLine {
    fn rate(&self) -> i64 {
        self.sessions.iter().map(|s| s.rate).sum()
    }
}

/// A password made a moment ago; shown once.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// What the client binds as.
    pub system_id: String,
    /// The password.
    pub password: String,
}

/// The page of all.
#[derive(Debug, Clone, Default)]
pub struct ClientsView {
    /// The clients.
    pub clients: Vec<ClientLine>,
}

/// The page of one.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// The client.
    pub client: ClientLine,
    /// Its settings as typed or stored.
    pub form: ConnectionForm,
    /// A password made just now.
    pub fresh: Option<Fresh>,
    /// Numbers of the workspace that it might be given.
    pub offered: Vec<String>,
    /// What stands on its wire; none where this person does not look after connections.
    pub trace: Option<TraceView>,
    /// What of it failed last, newest first; none as above.
    pub failed: Option<Vec<FailedLine>>,
}

/// The page of all.
pub fn view(w: &Words, shell: &Shell, v: &ClientsView) -> Markup {
    page(w, shell, &Page::new(&w.t("nav-clients"), Place::Clients), &part(w, shell, v))
}

/// The living part, which is all of it.
pub fn part(w: &Words, _shell: &Shell, v: &ClientsView) -> Markup {
    let bound = v.clients.iter().filter(|c| !c.sessions.is_empty()).count() as i64;
    let heading = match v.clients.len() as i64 {
        0 => html! { h1 { (w.t("clients-none")) } },
        all => html! { h1 { (w.f("clients-heading", args!(bound: bound, all: all))) } },
    };
    let add =
        html! { a class="btn primary" href="/delivery/clients/new" { (icon("plus")) (w.t("clients-add")) } };
    html! {
        div id="clients" class="page-in" data-live="connectors" hx-get="/delivery/clients?part=all" hx-trigger="ring, every 5s" hx-swap="outerMorph" {
            (head(&heading, &html! { (w.t("clients-under")) }, &add))
            section class="card flush" {
                @if v.clients.is_empty() { (empty("plug", &w.t("clients-none"), &w.t("clients-none-says"), &add)) }
                @else { (list(w, v)) }
            }
        }
    }
}

fn list(w: &Words, v: &ClientsView) -> Markup {
    let columns = html! {
        (th(&w.t("clients-name"))) (th(&w.t("field-system-id"))) (th(&w.t("clients-state"))) (th_num(&w.t("clients-rate")))
        (th_num(&w.t("clients-waiting"))) (th(&w.t("clients-last")))
    };
    let rows = html! {
        @for client in &v.clients {
            tr {
                th scope="row" { a href={ "/delivery/clients/" (client.id) } { bdi { (client.name) } } }
                td { (code(&client.system_id)) }
                td { (state(w, client)) }
                td class="num" { (w.n(client.rate())) }
                td class="num" { (w.n(client.waiting)) }
                td class="nowrap muted" { @match client.bound_at { Some(at) => { (w.when(at)) " " (number(&client.bound_from)) }, None => (w.t("clients-never")) } }
            }
        }
    };
    table(&w.t("nav-clients"), &columns, &rows)
}

fn state(w: &Words, client: &ClientLine) -> Markup {
    match client.sessions.len() as i64 {
        _ if !client.enabled => pill(Tone::Attention, "paused", &w.t("clients-off")),
        0 => pill(Tone::Waiting, "queued", &w.t("clients-unbound")),
        n => pill(Tone::Delivered, "plug", &w.attr("clients-bound", args!(n: n))),
    }
}

/// The form of a new account.
pub fn new(w: &Words, shell: &Shell, info: &KindInfo, form: &ConnectionForm) -> Markup {
    let main = html! {
        div class="head" { div { div class="crumb" { a href="/delivery/clients" { (w.t("nav-clients")) } } h1 { (w.t("clients-add")) } p { (w.t("clients-new-says")) } } }
        form class="card narrow" method="post" action="/delivery/clients" {
            (csrf(&shell.csrf))
            (name_field(w, form))
            (system_id(w, form))
            (fields(w, info, form))
            div { button class="btn primary" { (icon("key")) (w.t("clients-make")) } }
        }
    };
    page(w, shell, &Page::new(&w.t("clients-add"), Place::Clients), &main)
}

fn system_id(w: &Words, form: &ConnectionForm) -> Markup {
    let error = form.fault.as_ref().filter(|(field, _)| field == "system_id").map(|(_, why)| why.as_str());
    let value = form.values.iter().find(|(n, _)| n == "system_id").map_or("", |(_, v)| v.as_str());
    let about = Field {
        id: "f-system_id",
        label: &w.t("field-system-id"),
        help: Some(&w.t("clients-system-id-help")),
        error,
    };
    input(&about, &Input { name: "system_id", value, autocomplete: "off", ltr: true, ..Input::default() })
}

/// The page of one.
pub fn one(w: &Words, shell: &Shell, info: &KindInfo, v: &ClientView) -> Markup {
    let (c, base) = (&v.client, format!("/delivery/clients/{}", v.client.id));
    let main = html! {
        div class="head" {
            div {
                div class="crumb" { a href="/delivery/clients" { (w.t("nav-clients")) } }
                h1 { bdi { (c.name) } }
                p { (code(&c.system_id)) " " (state(w, c)) }
            }
        }
        @if let Some(fresh) = &v.fresh { (shown_once(w, fresh)) }
        (living(w, v))
        @if let Some(of) = &v.trace { (trace::tail(w, shell, of)) }
        @if let Some(failed) = &v.failed { (failures(w, failed)) }
        (numbers(w, shell, v, &base))
        section class="card" aria-labelledby="settings" {
            h2 id="settings" { (w.t("connection-settings")) }
            form class="stack narrow" method="post" action=(base) {
                (csrf(&shell.csrf))
                (fields(w, info, &v.form))
                div { button class="btn primary" { (w.t("clients-save")) } }
            }
        }
        section class="card" aria-labelledby="account" {
            h2 id="account" { (w.t("clients-account")) }
            p class="muted" { (w.t("clients-account-says")) }
            div class="row wrap" {
                (button(w, shell, &format!("{base}/password"), "key", "clients-password", ""))
                @if c.enabled { (button(w, shell, &format!("{base}/disable"), "paused", "connection-off", "")) }
                @else { (button(w, shell, &format!("{base}/enable"), "bolt", "connection-on", "")) }
                (button(w, shell, &format!("{base}/remove"), "trash", "clients-remove", "danger"))
            }
        }
    };
    page(w, shell, &Page::new(&c.name, Place::Clients), &main)
}

fn button(w: &Words, shell: &Shell, action: &str, sign: &str, word: &str, tone: &str) -> Markup {
    html! {
        form class="act" method="post" action=(action) {
            (csrf(&shell.csrf)) button class={ "btn " (tone) } { (icon(sign)) (w.t(word)) }
        }
    }
}

fn shown_once(w: &Words, fresh: &Fresh) -> Markup {
    html! {
        section class="banner delivered" role="status" {
            (icon("key"))
            div class="shrink" {
                p { b { (w.t("clients-fresh")) } }
                dl class="kv" {
                    dt { (w.t("field-system-id")) } dd class="secret" { (code(&fresh.system_id)) }
                    dt { (w.t("field-password")) } dd class="secret" { (code(&fresh.password)) }
                }
                p { (w.t("clients-fresh-says")) }
            }
        }
    }
}

/// Who is bound, as it changes.
pub fn living(w: &Words, v: &ClientView) -> Markup {
    let columns = html! {
        (th(&w.t("clients-address"))) (th(&w.t("field-bind"))) (th(&w.t("clients-since"))) (th_num(&w.t("clients-rate")))
        (th_num(&w.t("clients-accepted"))) (th_num(&w.t("clients-refused")))
    };
    let rows = html! {
        @for s in &v.client.sessions {
            tr {
                th scope="row" { (number(&s.address)) }
                td { (w.t(&format!("clients-{}", s.bind))) " " span class="muted" { (s.version) @if s.tls { " TLS" } } }
                td class="nowrap" { (w.when(s.since)) }
                td class="num" { (w.n(s.rate)) }
                td class="num" { (w.n(s.accepted)) }
                td class="num" { (w.n(s.refused)) }
            }
        }
    };
    let href = format!("/delivery/clients/{}?part=living", v.client.id);
    html! {
        section id="sessions" class="card flush" hx-get=(href) hx-trigger="every 5s" hx-swap="outerMorph" {
            header class="cardhead" {
                h2 { (w.t("clients-sessions")) }
                span class="muted small" { (w.attr("clients-waits", args!(n: v.client.waiting))) }
            }
            @if v.client.sessions.is_empty() { p class="muted pad" { (w.t("clients-nobody")) } }
            @else { (table(&w.t("clients-sessions"), &columns, &rows)) }
        }
    }
}

fn numbers(w: &Words, shell: &Shell, v: &ClientView, base: &str) -> Markup {
    let choices: Vec<Choice> = v.offered.iter().map(|n| Choice::new(n.clone(), n.clone())).collect();
    let about = Field { id: "c-n", label: &w.t("contacts-number"), ..Field::default() };
    html! {
        section class="card" aria-labelledby="numbers" {
            h2 id="numbers" { (w.t("clients-numbers")) }
            p class="muted" { (w.t("clients-numbers-says")) }
            @for given in &v.client.numbers {
                form class="row wrap" method="post" action={ (base) "/numbers" } {
                    (csrf(&shell.csrf)) input type="hidden" name="take" value=(given);
                    (user_text(given))
                    button class="btn sm" { (icon("trash")) (w.t("routes-remove")) span class="vh" { ": " (given) } }
                }
            }
            @if !choices.is_empty() {
                form class="row wrap end" method="post" action={ (base) "/numbers" } {
                    (csrf(&shell.csrf))
                    (select(&about, "give", &choices, ""))
                    button class="btn" { (icon("plus")) (w.t("clients-give")) }
                }
            }
        }
    }
}
