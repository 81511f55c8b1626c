//! The two pages before anybody is inside: first run and sign in.

use maud::{Markup, html};

use crate::args;
use crate::shell::{Theme, bare};
use crate::ui::form::{Choice, Field, Input, described, field, input, select};
use crate::ui::{icon, mark};
use crate::words::{Words, languages};

/// The first-run page.
#[derive(Debug, Clone, Default)]
pub struct FirstRunView {
    /// The one-time token of the address, where the server is not on loopback.
    pub token: String,
    /// What was typed before, after a refusal.
    pub business: String,
    /// E-mail or username.
    pub login: String,
    /// The guessed country, ISO code.
    pub country: String,
    /// Countries to choose from.
    pub countries: Vec<Choice>,
    /// The guessed zone.
    pub zone: String,
    /// Zones to choose from.
    pub zones: Vec<Choice>,
    /// Field at fault and what is wrong with it.
    pub error: Option<(String, String)>,
}

/// The sign-in page.
#[derive(Debug, Clone, Default)]
pub struct LoginView {
    /// The only workspace's name, empty where there are several.
    pub workspace: String,
    /// The host people came by.
    pub host: String,
    /// What was typed before.
    pub login: String,
    /// What went wrong.
    pub error: Option<LoginError>,
    /// Where to go after.
    pub next: String,
}

/// Why a sign in was refused.
#[derive(Debug, Clone, Copy)]
pub enum LoginError {
    /// Name and password do not match.
    Mismatch,
    /// Too many tries; this many minutes to wait.
    Paused(i64),
}

fn error_of<'a>(view: &'a FirstRunView, name: &str) -> Option<&'a str> {
    view.error.as_ref().filter(|(field, _)| field == name).map(|(_, why)| why.as_str())
}

fn language_row(w: &Words, path: &str) -> Markup {
    html! {
        nav class="row wrap" aria-label=(w.t("language")) {
            @for language in languages() {
                @let on = language.code == w.language.code;
                a class={ "chip" @if on { " on" } } href={ (path) (if path.contains('?') { "&" } else { "?" }) "lang=" (language.code) }
                    lang=(language.code) hreflang=(language.code) aria-current=[on.then_some("true")] { (language.name) }
            }
        }
    }
}

fn password(w: &Words, about: &Field, autocomplete: &str) -> Markup {
    let control = html! {
        span class="affix" {
            input class={ "input" @if about.error.is_some() { " bad" } } id=(about.id) name="password" type="password"
                autocomplete=(autocomplete) required dir="ltr" aria-invalid=[about.error.map(|_| "true")]
                aria-describedby=[described(about)];
            button class="ib" type="button" hidden data-reveal=(about.id) aria-label=(w.t("password-show")) aria-pressed="false" {
                (icon("eye"))
            }
        }
    };
    field(about, &control)
}

/// Three fields, then you are in.
pub fn first_run(w: &Words, theme: Theme, view: &FirstRunView) -> Markup {
    let path = if view.token.is_empty() {
        "/first-run".to_owned()
    } else {
        format!("/first-run?token={}", view.token)
    };
    let name =
        Field { id: "b", label: &w.t("first-business"), error: error_of(view, "business"), help: None };
    let login = Field { id: "u", label: &w.t("login-name"), error: error_of(view, "login"), help: None };
    let help = w.t("first-password-help");
    let secret =
        Field { id: "p", label: &w.t("password"), error: error_of(view, "password"), help: Some(&help) };
    let inside = html! {
        div class="door" {
            main {
                form method="post" action="/first-run" {
                    div class="brand" { (mark()) "Sendword" }
                    div { h1 { (w.t("first-heading")) } p class="muted" { (w.t("first-under")) } }
                    @if let Some(why) = error_of(view, "") { p class="st st-failed wraps" role="alert" { (icon("failed")) (why) } }
                    input type="hidden" name="token" value=(view.token);
                    (input(&name, &Input { name: "business", value: &view.business, autocomplete: "organization", required: true, ..Input::default() }))
                    (input(&login, &Input { name: "login", value: &view.login, autocomplete: "username", required: true, ltr: true, ..Input::default() }))
                    (password(w, &secret, "new-password"))
                    details class="by" {
                        summary { (icon("globe")) (w.t("first-guessed")) }
                        div class="stack" {
                            (select(&Field { id: "c", label: &w.t("country"), ..Field::default() }, "country", &view.countries, &view.country))
                            (select(&Field { id: "z", label: &w.t("time-zone"), ..Field::default() }, "zone", &view.zones, &view.zone))
                        }
                    }
                    button class="btn primary lg" { (w.t("first-create")) }
                }
            }
            aside aria-label=(w.t("first-aside")) {
                div class="stack asidebox lg" {
                    (language_row(w, &path))
                    div {
                        h2 { (w.t("first-minutes")) }
                        ol class="five" {
                            @for (n, title, says) in [
                                (1, w.t("first-step-test"), w.t("first-step-test-says")),
                                (1, w.t("first-step-answer"), w.t("first-step-answer-says")),
                                (2, w.t("first-step-campaign"), w.t("first-step-campaign-says")),
                                (3, w.t("first-step-live"), w.t("first-step-live-says")),
                            ] {
                                li { span class="n" { (w.attr("age-minutes", args!(n: n))) } div { b { (title) } div class="muted" { (says) } } }
                            }
                        }
                    }
                }
            }
        }
    };
    bare(w, &w.t("first-title"), theme, &["shell.js"], &inside)
}

/// Name and password.
pub fn login(w: &Words, theme: Theme, view: &LoginView) -> Markup {
    let why = view.error.map(|error| match error {
        LoginError::Mismatch => w.t("login-mismatch"),
        LoginError::Paused(minutes) => w.attr("login-paused", args!(minutes: minutes)),
    });
    let name = Field { id: "u", label: &w.t("login-name"), ..Field::default() };
    let secret = Field { id: "p", label: &w.t("password"), error: why.as_deref(), help: None };
    let heading = if view.workspace.is_empty() {
        w.t("login-heading")
    } else {
        w.f("login-heading-to", args!(workspace: view.workspace.as_str()))
    };
    let inside = html! {
        div class="door" {
            main {
                form method="post" action="/login" {
                    div class="brand" { (mark()) "Sendword" }
                    div { h1 { (heading) } p class="muted" { bdi dir="ltr" { (view.host) } } }
                    input type="hidden" name="next" value=(view.next);
                    (input(&name, &Input { name: "login", value: &view.login, autocomplete: "username", required: true, ltr: true, ..Input::default() }))
                    (password(w, &secret, "current-password"))
                    button class="btn primary lg" { (w.t("login-enter")) }
                }
            }
            aside aria-label=(w.t("language")) {
                div class="stack asidebox lg" {
                    div class="bubbles talk" aria-hidden="true" {
                        p class="bub out" lang="en" { (w.t("talk-1")) }
                        p class="bub" lang="he" { (w.t("talk-2")) }
                        p class="bub out" lang="hu" { (w.t("talk-3")) }
                        p class="bub" lang="uk" { (w.t("talk-4")) }
                        p class="bub out" lang="es" { (w.t("talk-5")) }
                        p class="bub" lang="ru" { (w.t("talk-6")) }
                    }
                    (language_row(w, "/login"))
                }
            }
        }
    };
    bare(w, &w.t("login-title"), theme, &["shell.js"], &inside)
}
