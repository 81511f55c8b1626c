//! Texts that are looked at before they are sent: the queue with its decisions, and the register of what was approved.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Choice, Field, Input, csrf, input, options};
use crate::ui::state::{Tone, pill};
use crate::ui::{icon, user_text};
use crate::words::Words;

/// Where it is.
pub const BASE: &str = "/settings/law/templates";

/// One text.
#[derive(Debug, Clone, Default)]
pub struct TemplateRow {
    /// Public id.
    pub id: String,
    /// The class, in words.
    pub class: String,
    /// Where it is registered; empty is everywhere.
    pub country: String,
    /// The text with its places.
    pub text: String,
    /// Its number in a public register.
    pub reference: String,
    /// `waits`, `approved`, `expired`, `refused`, `ended`.
    pub state: String,
    /// Who asked, by name.
    pub asked_by: String,
    /// When.
    pub at: i64,
    /// Who decided, by name; empty is nobody.
    pub decided_by: String,
    /// Until when it holds.
    pub until: Option<i64>,
    /// What was said to the decision.
    pub note: String,
    /// Whether who looks may decide.
    pub may_decide: bool,
    /// Whether who looks asked for it.
    pub own: bool,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct TemplatesView {
    /// `off`, `warn`, `require`: what packs and the workspace ask for.
    pub level: String,
    /// Whether who looks may end approvals.
    pub may_end: bool,
    /// All of them, those that wait first.
    pub rows: Vec<TemplateRow>,
    /// Classes to choose from.
    pub classes: Vec<Choice>,
    /// What was typed and refused: the text, and why.
    pub fault: Option<(String, String)>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &TemplatesView) -> Markup {
    let heading = html! {
        div class="crumb" { a href="/settings/law" { (w.t("law")) } }
        h1 { (w.t("tpl")) }
    };
    let waits = v.rows.iter().filter(|r| r.state == "waits").count() as i64;
    let main = html! {
        (head(&heading, &html! { (w.t(&format!("tpl-level-{}", v.level))) }, &html! {}))
        section class="card" aria-labelledby="tq" {
            h2 id="tq" { (w.f("tpl-waiting", args!(n: waits))) }
            @if waits == 0 { (empty("template", &w.t("tpl-none"), &w.t("tpl-none-says"), &html! {})) }
            @for row in v.rows.iter().filter(|r| r.state == "waits") { (one(w, shell, row, v)) }
        }
        (ask(w, shell, v))
        @if v.rows.len() as i64 > waits {
            section class="card" aria-labelledby="td" {
                h2 id="td" { (w.t("tpl-decided")) }
                @for row in v.rows.iter().filter(|r| r.state != "waits") { (one(w, shell, row, v)) }
            }
        }
    };
    page(w, shell, &Page::new(&w.t("tpl"), Place::Settings), &main)
}

fn one(w: &Words, shell: &Shell, r: &TemplateRow, v: &TemplatesView) -> Markup {
    let (tone, sign) = match r.state.as_str() {
        "approved" => (Tone::Delivered, "delivered"),
        "waits" => (Tone::Attention, "waiting"),
        "refused" => (Tone::Failed, "failed"),
        _ => (Tone::Neutral, "clock"),
    };
    html! {
        article class="stack" aria-label=(r.text) {
            blockquote class="plain" dir="auto" { (r.text) }
            p class="small muted" {
                (pill(tone, sign, &w.t(&format!("tpl-is-{}", r.state)))) " " (r.class)
                @if !r.country.is_empty() { " · " bdi dir="ltr" { (r.country) } }
                @if !r.reference.is_empty() { " · " bdi dir="ltr" { (r.reference) } }
                " · " (w.f("tpl-asked-by", args!(who: r.asked_by.as_str(), at: w.when(r.at))))
                @if !r.decided_by.is_empty() { " · " (w.f("tpl-decided-by", args!(who: r.decided_by.as_str()))) }
                @if let Some(until) = r.until { " · " (w.f("tpl-until", args!(day: w.day(until)))) }
                @if !r.note.is_empty() { " · " (user_text(&r.note)) }
            }
            @if r.state == "waits" && r.may_decide { (decision(w, shell, r)) }
            @if r.state == "waits" && r.own && !r.may_decide { p class="small muted" { (w.t("tpl-second")) } }
            @if r.state == "approved" && v.may_end {
                form method="post" action={ (BASE) "/" (r.id) "/end" } {
                    (csrf(&shell.csrf)) button class="btn sm danger" { (w.t("tpl-end")) span class="vh" { ": " (r.text) } }
                }
            }
        }
    }
}

fn decision(w: &Words, shell: &Shell, r: &TemplateRow) -> Markup {
    html! {
        form class="row wrap end" method="post" action={ (BASE) "/" (r.id) "/decide" } {
            (csrf(&shell.csrf))
            div class="field" { label for={ "n-" (r.id) } { (w.t("tpl-note")) } input class="input" id={ "n-" (r.id) } name="note" maxlength="500" autocomplete="off"; }
            div class="field" { label for={ "r-" (r.id) } { (w.t("tpl-reference")) } input class="input" id={ "r-" (r.id) } name="reference" maxlength="100" dir="ltr" autocomplete="off"; }
            button class="btn primary" name="do" value="approve" { (icon("check")) (w.t("tpl-approve")) }
            button class="btn danger" name="do" value="refuse" { (icon("x")) (w.t("tpl-refuse")) }
        }
    }
}

fn ask(w: &Words, shell: &Shell, v: &TemplatesView) -> Markup {
    let (typed, error) =
        v.fault.as_ref().map_or(("", None), |(text, why)| (text.as_str(), Some(why.as_str())));
    let country =
        Field { id: "tc", label: &w.t("tpl-country"), help: Some(&w.t("tpl-country-help")), error: None };
    let reference = Field { id: "tr", label: &w.t("tpl-reference"), help: None, error: None };
    html! {
        section class="card" aria-labelledby="tn" {
            h2 id="tn" { (w.t("tpl-ask")) }
            form class="stack narrow" method="post" action=(BASE) {
                (csrf(&shell.csrf))
                div class="field" {
                    label for="tt" { (w.t("tpl-text")) }
                    textarea class="input" id="tt" name="text" rows="3" required maxlength="2000" dir="auto" aria-describedby="th" aria-invalid=[error.map(|_| "true")] { (typed) }
                    p class="help" id="th" { (w.t("tpl-text-help")) }
                    @if let Some(error) = error { p class="error" { (error) } }
                }
                div class="field" { label for="tk" { (w.t("tpl-class")) } select id="tk" name="class" { (options(&v.classes, "marketing")) } }
                (input(&country, &Input { name: "country", ltr: true, autocomplete: "off", ..Input::default() }))
                (input(&reference, &Input { name: "reference", ltr: true, autocomplete: "off", ..Input::default() }))
                div { button class="btn primary" { (icon("send")) (w.t("tpl-ask")) } }
            }
        }
    }
}
