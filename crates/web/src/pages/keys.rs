//! API keys: who may come in by program, and the one moment a secret is shown.

use maud::{Markup, html};

use super::head;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Field, Input, csrf, input};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th};
use crate::ui::{code, icon, user_text};
use crate::words::Words;

/// One key.
#[derive(Debug, Clone)]
pub struct KeyLine {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The last characters of the secret, enough to know it by.
    pub hint: String,
    /// Whether all it sends is simulated.
    pub test: bool,
    /// When it was made.
    pub made: i64,
    /// When it was used last.
    pub used: Option<i64>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct KeysView {
    /// The keys.
    pub keys: Vec<KeyLine>,
    /// The secret that was made just now; shown once.
    pub fresh: Option<String>,
    /// A name that was refused, and why.
    pub fault: Option<(String, String)>,
    /// The address of this server, for the example.
    pub base: String,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &KeysView) -> Markup {
    let (name, error) =
        v.fault.as_ref().map_or(("", None), |(name, why)| (name.as_str(), Some(why.as_str())));
    let about = Field { id: "key-name", label: &w.t("keys-name"), help: Some(&w.t("keys-name-help")), error };
    let main = html! {
        (head(&html! { h1 { (w.t("nav-keys")) } }, &html! { (w.t("keys-under")) }, &html! {}))
        @if let Some(secret) = &v.fresh { (fresh(w, v, secret)) }
        section class="card flush" { (list(w, shell, v)) }
        section class="card" aria-labelledby="new-key" {
            h2 id="new-key" { (w.t("keys-new")) }
            form class="stack" method="post" action="/dev/keys" {
                (csrf(&shell.csrf))
                (input(&about, &Input { name: "name", value: name, required: true, autocomplete: "off", ..Input::default() }))
                label class="opt" { input type="checkbox" name="test" value="yes" checked[shell.test]; (w.t("keys-test")) }
                div { button class="btn primary" { (icon("key")) (w.t("keys-make")) } }
            }
        }
    };
    page(w, shell, &Page::new(&w.t("nav-keys"), Place::Keys), &main)
}

fn fresh(w: &Words, v: &KeysView, secret: &str) -> Markup {
    let example = format!(
        "curl {}/v1/messages -H 'Authorization: Bearer {secret}' -H 'Content-Type: application/json' -d '{{\"to\":\"+9995550100\",\"text\":\"Hello\",\"class\":\"transactional\"}}'",
        v.base
    );
    html! {
        section class="banner delivered" role="status" {
            (icon("key"))
            div class="shrink" {
                p { b { (w.t("keys-fresh")) } }
                p class="secret" { (code(secret)) }
                p { (w.t("keys-fresh-says")) }
                pre class="pdu" tabindex="0" role="region" aria-label=(w.t("keys-example")) { (example) }
            }
        }
    }
}

fn list(w: &Words, shell: &Shell, v: &KeysView) -> Markup {
    let columns = html! { (th(&w.t("keys-name"))) (th(&w.t("keys-secret"))) (th(&w.t("keys-kind"))) (th(&w.t("keys-made"))) (th(&w.t("keys-used"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for key in &v.keys {
            tr {
                th scope="row" { (user_text(&key.name)) }
                td { (code(&format!("{}…{}", if key.test { "sk_test_" } else { "sk_live_" }, key.hint))) }
                td { @if key.test { (pill(Tone::Attention, "sim", &w.t("ws-test"))) } @else { (pill(Tone::Delivered, "bolt", &w.t("ws-live"))) } }
                td class="nowrap muted" { (w.when(key.made)) }
                td class="nowrap muted" { @match key.used { Some(at) => (w.when(at)), None => (w.t("keys-never")) } }
                td {
                    form class="act" method="post" action={ "/dev/keys/" (key.id) "/revoke" } {
                        (csrf(&shell.csrf)) button class="btn sm danger" { (w.t("keys-revoke")) span class="vh" { ": " (user_text(&key.name)) } }
                    }
                }
            }
        }
    };
    if v.keys.is_empty() {
        return empty("key", &w.t("keys-empty"), &w.t("keys-empty-says"), &html! {});
    }
    table(&w.t("nav-keys"), &columns, &rows)
}
