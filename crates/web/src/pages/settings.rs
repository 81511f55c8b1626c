//! Settings: the workspace, one's own language and look, going live.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, Theme, page};
use crate::ui::form::{Choice, Field, csrf, options, radios, select};
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
    /// Its country, in words.
    pub country: String,
    /// Its zone.
    pub zone: String,
    /// The language of its pages and of answers by itself.
    pub language: String,
    /// What going live needs.
    pub live_steps: Vec<LiveStep>,
    /// The key ring, for who may see it.
    pub ring: Option<RingLine>,
}

/// What is told of the key ring.
#[derive(Debug, Clone, Default)]
pub struct RingLine {
    /// Keys for numbers.
    pub keys: i64,
    /// When the newest was added, ms.
    pub renewed: Option<i64>,
    /// When all of them were last exported, ms.
    pub exported: Option<i64>,
    /// Refusals under a former key; nothing where they are not of this workspace alone.
    pub left: Option<i64>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &SettingsView) -> Markup {
    let main = html! {
        (head(&html! { h1 { (w.t("nav-settings")) } }, &html! { (user_text(&shell.workspace)) }, &html! {}))
        div class="grid" {
            (workspace(w, shell, v))
            (own(w, shell))
            (law(w))
            @if let Some(ring) = &v.ring { (keyring(w, ring)) }
            (live(w, shell, v))
        }
    };
    page(w, shell, &Page::new(&w.t("nav-settings"), Place::Settings), &main)
}

fn workspace(w: &Words, shell: &Shell, v: &SettingsView) -> Markup {
    let offered: Vec<Choice> =
        languages().iter().map(|l| Choice::new(l.code.as_str(), l.name.as_str())).collect();
    let language = Field {
        id: "ws-lang",
        label: &w.t("language"),
        help: Some(&w.t("settings-language-help")),
        error: None,
    };
    html! {
        section class="card c6" aria-labelledby="ws-h" {
            h2 id="ws-h" { (w.t("settings-workspace")) }
            dl class="kv" {
                dt { (w.t("first-business")) } dd { (user_text(&v.name)) }
                dt { (w.t("country")) } dd { (v.country) }
                dt { (w.t("time-zone")) } dd { bdi dir="ltr" { (v.zone) } }
            }
            form class="stack" method="post" action="/settings" {
                (csrf(&shell.csrf))
                (select(&language, "language", &offered, &v.language))
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

fn law(w: &Words) -> Markup {
    html! {
        section class="card c12" aria-labelledby="law-h" {
            header {
                h2 id="law-h" { (w.t("law")) }
                span class="push" { a class="btn sm" href="/settings/law" { (icon("shield")) (w.t("open")) span class="vh" { ": " (w.t("law")) } } }
            }
            p { (w.t("law-under")) }
        }
    }
}

/// It is looked at here and changed at the server alone: it is the installation's, not the workspace's.
fn keyring(w: &Words, ring: &RingLine) -> Markup {
    let command = |words: &str| html! { pre class="pdu" tabindex="0" { (words) } };
    html! {
        section class="card c12" id="ring" aria-labelledby="ring-h" {
            header {
                h2 id="ring-h" { (w.t("ring")) }
                span class="push" {
                    @if ring.exported.is_some() { (pill(Tone::Delivered, "delivered", &w.t("ring-is-exported"))) } @else { (pill(Tone::Attention, "key", &w.t("ring-not-exported"))) }
                }
            }
            p { (w.t("ring-says")) }
            dl class="kv" {
                dt { (w.t("ring-keys")) } dd { (w.f("ring-count", args!(n: ring.keys))) }
                @if let Some(at) = ring.renewed { dt { (w.t("ring-renewed")) } dd { (w.when(at)) } }
                @if let Some(at) = ring.exported { dt { (w.t("ring-exported")) } dd { (w.when(at)) } }
                @if let Some(left) = ring.left.filter(|_| ring.keys > 1) { dt { (w.t("ring-left")) } dd { (w.f("ring-left-says", args!(n: left))) } }
            }
            p { (w.t("ring-export-says")) }
            (command("sendword keys export FILE --passphrase-file FILE"))
            p { (w.t("ring-rotate-says")) }
            (command("sendword keys rotate --yes"))
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

/// Countries a workspace may stand in: ISO code, and the zones of most of its people.
const COUNTRIES: &[(&str, &[&str])] = &[
    ("AR", &["America/Argentina/Buenos_Aires"]),
    ("AT", &["Europe/Vienna"]),
    ("CH", &["Europe/Zurich"]),
    ("CL", &["America/Santiago"]),
    ("CO", &["America/Bogota"]),
    ("CZ", &["Europe/Prague"]),
    ("DE", &["Europe/Berlin"]),
    ("ES", &["Europe/Madrid"]),
    ("FR", &["Europe/Paris"]),
    ("GB", &["Europe/London"]),
    ("HU", &["Europe/Budapest"]),
    ("IE", &["Europe/Dublin"]),
    ("IL", &["Asia/Jerusalem"]),
    ("IT", &["Europe/Rome"]),
    ("KZ", &["Asia/Almaty"]),
    ("MX", &["America/Mexico_City"]),
    ("NL", &["Europe/Amsterdam"]),
    ("PL", &["Europe/Warsaw"]),
    ("PT", &["Europe/Lisbon"]),
    ("RO", &["Europe/Bucharest"]),
    ("RU", &["Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok"]),
    ("UA", &["Europe/Kyiv"]),
    ("US", &["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]),
    ("UY", &["America/Montevideo"]),
];

/// The countries by their names.
pub fn countries(w: &Words) -> Vec<Choice> {
    let mut all: Vec<Choice> = COUNTRIES
        .iter()
        .map(|(code, _)| Choice::new(*code, w.t(&format!("country-{}", code.to_ascii_lowercase()))))
        .collect();
    all.sort_by(|a, b| a.word.cmp(&b.word));
    all
}

/// The zones of those countries; the first choice leaves it to the country.
pub fn zones(w: &Words) -> Vec<Choice> {
    let zones = COUNTRIES.iter().flat_map(|(_, zones)| zones.iter());
    let mut all: Vec<Choice> = zones.map(|zone| Choice::new(*zone, zone.replace('_', " "))).collect();
    all.sort_by(|a, b| a.word.cmp(&b.word));
    all.insert(0, Choice::new("", w.t("zone-of-country")));
    all
}

/// The codes of the countries, for the test on their words.
pub fn country_codes() -> impl Iterator<Item = &'static str> {
    COUNTRIES.iter().map(|(code, _)| *code)
}
