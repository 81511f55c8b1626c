//! The public pages of signing up: the form, what follows it, the number's own yes, what a person wishes.
//!
//! No cookie, no script, no font, one small stylesheet. Nothing on them depends on whether a number is known.

use std::collections::BTreeMap;

use engine::collect::confirm::Stage;
use engine::collect::fill::{Open, Question};
use engine::collect::wishes::{self, Often};
use maud::{DOCTYPE, Markup, html};

use crate::ui::initials;
use crate::words::{Words, pick_public, public_languages};
use crate::{args, assets};

/// A page of the public kind around what it shows.
pub fn frame(w: &Words, title: &str, inside: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(w.language.code) dir=(w.language.dir) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="no-referrer";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::url("public.css"));
            }
            body { main { (inside) } }
        }
    }
}

/// Who asks, at the head of a card.
pub fn who(business: &str, under: &str) -> Markup {
    html! {
        div class="who" {
            span aria-hidden="true" { (initials(business)) }
            div { b { bdi { (business) } } @if !under.is_empty() { bdi class="m" dir="ltr" { (under) } } }
        }
    }
}

/// A page with one thing to say.
pub fn says(w: &Words, business: &str, title: &str, text: &str) -> Markup {
    let inside = html! {
        div class="card" {
            @if !business.is_empty() { (who(business, "")) }
            h1 { (title) }
            p class="m" { (text) }
        }
    };
    frame(w, title, &inside)
}

/// What was typed before, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The number.
    pub number: String,
    /// Answers by field.
    pub answers: BTreeMap<String, String>,
    /// Topics that were ticked.
    pub topics: Vec<String>,
    /// Faults by field; `None` where it is shown for the first time.
    pub faults: Option<Vec<(String, &'static str)>>,
}

impl Typed {
    fn fault(&self, field: &str) -> Option<&'static str> {
        self.faults.iter().flatten().find(|(f, _)| f == field).map(|(_, why)| *why)
    }
}

/// The words of what is wrong with a field.
pub fn wrong(w: &Words, field: &str, why: &str) -> String {
    match (field, why) {
        ("agreed", _) => w.t("pub-wrong-agreed"),
        ("topics", _) => w.t("pub-wrong-topics"),
        (_, "required") => w.t("pub-wrong-required"),
        (_, "not_a_number") => w.t("pub-wrong-not-a-number"),
        (_, "other_country") => w.t("pub-wrong-other-country"),
        (_, "too_long") => w.t("pub-wrong-too-long"),
        (_, "no_links") => w.t("pub-wrong-no-links"),
        _ => w.t("pub-wrong-invalid"),
    }
}

fn flaw(w: &Words, typed: &Typed, field: &str, id: &str) -> Markup {
    html! {
        @if let Some(why) = typed.fault(field) { span class="bad" id={ (id) "-e" } { (wrong(w, field, why)) } }
    }
}

/// The form.
pub fn form(w: &Words, open: &Open, typed: &Typed) -> Markup {
    let inside = html! {
        div class="card" {
            (who(&open.business, ""))
            h1 { (open.title) }
            @if !open.intro.is_empty() { p class="m" { (open.intro) } }
            @if let Some(faults) = &typed.faults {
                p class="bad" role="alert" {
                    @if faults.is_empty() { (w.t("pub-again-stale")) } @else { (w.t("pub-again")) }
                }
            }
            (asked(w, open, typed))
        }
        footer class="s m" {
            p { (w.t("pub-foot")) }
            @if open.languages.len() > 1 { (languages(w, open)) }
        }
    };
    frame(w, &open.title, &inside)
}

fn languages(w: &Words, open: &Open) -> Markup {
    html! {
        nav aria-label=(w.t("pub-language")) {
            @for code in open.languages.iter().filter(|l| **l != open.language) {
                @let language = pick_public(Some(code), None);
                a href={ "/f/" (open.slug) "?lang=" (code) } lang=(code) dir=(language.dir) { (language.name) } " "
            }
        }
    }
}

fn asked(w: &Words, open: &Open, typed: &Typed) -> Markup {
    html! {
        form method="post" action={ "/f/" (open.slug) } novalidate {
            input type="hidden" name="nonce" value=(open.nonce);
            input type="hidden" name="language" value=(open.language);
            @for field in &open.fields { (question(w, field, typed)) }
            div class="f" {
                label for="number" { (w.t("pub-number")) }
                input id="number" name="number" type="tel" dir="ltr" inputmode="tel" autocomplete="tel" required maxlength="40" value=(typed.number)
                    aria-invalid=[typed.fault("number").map(|_| "true")]
                    aria-describedby=(if typed.fault("number").is_some() { "number-e number-h" } else { "number-h" });
                (flaw(w, typed, "number", "number"))
                span class="s m" id="number-h" { @if open.asks { (w.t("pub-number-help")) } }
            }
            @if !open.topics.is_empty() {
                fieldset aria-describedby=[typed.fault("topics").map(|_| "topics-e")] {
                    legend { (w.t("pub-topics")) }
                    @for (n, (name, title)) in open.topics.iter().enumerate() {
                        label class="tick" for={ "t" (n) } {
                            input type="checkbox" id={ "t" (n) } name="topic" value=(name) checked[typed.topics.contains(name)];
                            span { (title) }
                        }
                    }
                    (flaw(w, typed, "topics", "topics"))
                }
            }
            div class="hp" aria-hidden="true" {
                label for="website" { (w.t("pub-trap")) }
                input id="website" name="website" type="text" tabindex="-1" autocomplete="off";
            }
            label class="tick" for="agreed" {
                input type="checkbox" id="agreed" name="agreed" value="yes" required
                    aria-invalid=[typed.fault("agreed").map(|_| "true")] aria-describedby=[typed.fault("agreed").map(|_| "agreed-e")];
                span { (open.wording) }
            }
            (flaw(w, typed, "agreed", "agreed"))
            button { (w.t("pub-send")) }
        }
    }
}

fn question(w: &Words, field: &Question, typed: &Typed) -> Markup {
    let id = format!("a-{}", field.name);
    let value = typed.answers.get(&field.name).map_or("", String::as_str);
    let fault = typed.fault(&field.name);
    let complete = match (field.name.as_str(), field.kind) {
        ("first_name", _) => Some("given-name"),
        ("last_name", _) => Some("family-name"),
        (_, "email") => Some("email"),
        _ => None,
    };
    let described = fault.map(|_| format!("{id}-e"));
    html! {
        div class="f" {
            label for=(id) { (field.label) @if !field.required { " " span class="s m" { "(" (w.t("pub-optional")) ")" } } }
            @if field.kind == "choice" {
                select id=(id) name=(id) required[field.required] aria-invalid=[fault.map(|_| "true")] aria-describedby=[described] {
                    option value="" { (w.t("pub-choose")) }
                    @for choice in &field.choices { option value=(choice) selected[choice == value] { (choice) } }
                }
            } @else {
                input id=(id) name=(id) type=(field.kind) maxlength="200" dir=(if field.kind == "text" { "auto" } else { "ltr" })
                    required[field.required] autocomplete=[complete] value=(value)
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[described];
            }
            (flaw(w, typed, &field.name, &id))
        }
    }
}

/// The page behind the link in the question to a number.
pub fn confirm(w: &Words, v: &engine::collect::confirm::View, action: &str) -> Markup {
    let title = match v.stage {
        Stage::Ask => w.attr("pub-confirm-ask", args!(business: v.business.as_str())),
        Stage::Done => w.t("pub-confirm-done"),
        Stage::Over => w.t("pub-confirm-over"),
    };
    let inside = html! {
        div class="card" {
            (who(&v.business, &v.number))
            h1 { (title) }
            @match v.stage {
                Stage::Ask => {
                    p class="m" { (w.t("pub-confirm-says")) }
                    blockquote { (v.wording) }
                    form method="post" action=(action) {
                        input type="hidden" name="nonce" value=(v.nonce);
                        button { (w.t("pub-confirm-button")) }
                    }
                    p class="s m" { (w.t("pub-confirm-no")) }
                }
                Stage::Done => p class="m" { (w.f("pub-confirm-done-says", args!(business: v.business.as_str()))) }
                Stage::Over => p class="m" { (w.t("pub-confirm-over-says")) }
            }
        }
    };
    frame(w, &title, &inside)
}

/// What a person wishes of a business. `saved`: whether what was sent was written down; `None` is the first look.
pub fn wishes(w: &Words, v: &wishes::View, token: &str, saved: Option<bool>) -> Markup {
    let title = w.attr("pref-title", args!(business: v.business.as_str()));
    let inside = html! {
        div class="card" {
            (who(&v.business, &v.number))
            h1 { (title) }
            @match saved {
                Some(true) => p role="status" { b { (w.t("pref-saved")) } " " (w.t("pref-saved-says")) }
                Some(false) => p class="bad" role="alert" { (w.t("pub-again-stale")) }
                None => {}
            }
            @if v.stopped { p { (w.f("unsub-done-says", args!(business: v.business.as_str()))) } }
            form method="post" action={ "/p/" (token) } {
                input type="hidden" name="nonce" value=(v.nonce);
                @if !v.topics.is_empty() {
                    fieldset {
                        legend { (w.t("pref-topics")) }
                        @for (n, (name, title, on)) in v.topics.iter().enumerate() {
                            label class="tick" for={ "t" (n) } {
                                input type="checkbox" id={ "t" (n) } name="topic" value=(name) checked[*on];
                                span { (title) }
                            }
                        }
                    }
                }
                fieldset {
                    legend { (w.t("pref-often")) }
                    @for often in Often::ALL {
                        @let id = format!("o-{}", often.name());
                        label class="tick" for=(id) {
                            input type="radio" id=(id) name="often" value=(often.name()) checked[*often == v.often];
                            span { (w.t(&format!("pref-often-{}", often.name()))) }
                        }
                    }
                }
                div class="f" {
                    label for="language" { (w.t("pref-language")) }
                    select id="language" name="language" {
                        @for language in public_languages() {
                            option value=(language.code) lang=(language.code) selected[language.code == v.language] { (language.name) }
                        }
                    }
                }
                button { (w.t("pref-save")) }
            }
        }
        @if !v.stopped { footer class="m" { p { a href={ "/u/" (token) } { (w.t("pref-stop")) } } } }
    };
    frame(w, &title, &inside)
}
