//! Settings: the workspace, one's own language and look, going live.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, Theme, page};
use crate::ui::form::{Choice, Field, Input, csrf, input, options, radios, select};
use crate::ui::state::{Tone, pill};
use crate::ui::{icon, user_text};
use crate::words::{Words, languages};

/// One thing to be done before going live.
#[derive(Debug, Clone)]
pub struct LiveStep {
    /// What, in words.
    pub says: String,
    /// Whether it is done.
    pub done: bool,
    /// Where to do it.
    pub href: String,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct SettingsView {
    /// The business's name.
    pub name: String,
    /// Its country.
    pub country: String,
    /// Countries to choose from.
    pub countries: Vec<Choice>,
    /// Its zone.
    pub zone: String,
    /// Zones to choose from.
    pub zones: Vec<Choice>,
    /// Field at fault and why.
    pub fault: Option<(String, String)>,
    /// What going live needs.
    pub live_steps: Vec<LiveStep>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &SettingsView) -> Markup {
    let main = html! {
        (head(&html! { h1 { (w.t("nav-settings")) } }, &html! { (user_text(&shell.workspace)) }, &html! {}))
        div class="grid" {
            (workspace(w, shell, v))
            (own(w, shell))
            (live(w, shell, v))
        }
    };
    page(w, shell, &Page::new(&w.t("nav-settings"), Place::Settings), &main)
}

fn workspace(w: &Words, shell: &Shell, v: &SettingsView) -> Markup {
    let error = |name: &str| v.fault.as_ref().filter(|(field, _)| field == name).map(|(_, why)| why.as_str());
    let name = Field {
        id: "ws-name",
        label: &w.t("first-business"),
        help: Some(&w.t("settings-name-help")),
        error: error("name"),
    };
    let country = Field {
        id: "ws-country",
        label: &w.t("country"),
        help: Some(&w.t("settings-country-help")),
        error: error("country"),
    };
    let zone = Field { id: "ws-zone", label: &w.t("time-zone"), help: None, error: error("zone") };
    html! {
        section class="card c6" aria-labelledby="ws-h" {
            h2 id="ws-h" { (w.t("settings-workspace")) }
            form class="stack" method="post" action="/settings" {
                (csrf(&shell.csrf))
                (input(&name, &Input { name: "name", value: &v.name, required: true, autocomplete: "organization", ..Input::default() }))
                (select(&country, "country", &v.countries, &v.country))
                (select(&zone, "zone", &v.zones, &v.zone))
                div { button class="btn primary" { (w.t("save")) } }
            }
        }
    }
}

fn own(w: &Words, shell: &Shell) -> Markup {
    let offered: Vec<Choice> =
        languages().iter().map(|l| Choice::new(l.code.as_str(), l.name.as_str())).collect();
    let themes = [Theme::System, Theme::Light, Theme::Dark]
        .map(|theme| Choice::new(theme.name(), w.t(&format!("theme-{}", theme.name()))));
    html! {
        section class="card c6" aria-labelledby="own-h" {
            h2 id="own-h" { (w.t("settings-own")) }
            form class="stack" method="post" action="/preferences" {
                (csrf(&shell.csrf))
                input type="hidden" name="back" value="/settings";
                div class="field" { label for="own-lang" { (w.t("language")) } select id="own-lang" name="language" { (options(&offered, &w.language.code)) } }
                (radios(&w.t("settings-theme"), "theme", &themes, shell.theme.name()))
                div { button class="btn" { (w.t("save")) } }
            }
        }
    }
}

fn live(w: &Words, shell: &Shell, v: &SettingsView) -> Markup {
    let missing = v.live_steps.iter().filter(|step| !step.done).count() as i64;
    html! {
        section class="card c12" id="live" aria-labelledby="live-h" {
            header {
                h2 id="live-h" { (w.t("test-go-live")) }
                span class="push" {
                    @if shell.test { (pill(Tone::Attention, "sim", &w.t("settings-is-test"))) } @else { (pill(Tone::Delivered, "delivered", &w.t("settings-is-live"))) }
                }
            }
            @if shell.test {
                p { (w.t("settings-live-says")) }
                ul class="checks" {
                    @for step in &v.live_steps {
                        li class=(if step.done { "ok" } else { "warn" }) {
                            (icon(if step.done { "delivered" } else { "draft" })) span class="grow" { (step.says) }
                            @if !step.done { a class="btn sm" href=(step.href) { (w.t("open")) span class="vh" { ": " (step.says) } } }
                        }
                    }
                }
                form class="row wrap" method="post" action="/settings/live" {
                    (csrf(&shell.csrf))
                    button class="btn primary" disabled[missing > 0] { (icon("bolt")) (w.t("test-go-live")) }
                    @if missing > 0 { span class="muted" { (w.f("settings-missing", args!(n: missing))) } }
                }
            } @else { p { (w.t("settings-live-on")) } }
        }
    }
}
