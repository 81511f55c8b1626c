//! The box that asks the rules: a number and what is known of the message, and every rule's yes or no.

use engine::route::doc::decimal;
use engine::route::explain::{Explained, Hop};
use maud::{Markup, html};

use super::{BASE, sentence};
use crate::args;
use crate::ui::form::{Choice, Field, Input, input, select};
use crate::ui::state::{Tone, pill};
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub struct AskForm {
    /// The number.
    pub number: String,
    /// The class by its name.
    pub class: String,
    /// The sender.
    pub from: String,
    /// The text.
    pub text: String,
    /// Why it could not be asked.
    pub error: Option<String>,
}

/// The answer, with the number as people write it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The answer.
    pub said: Explained,
    /// The number as this workspace writes it.
    pub number: String,
}

pub(super) fn card(w: &Words, form: &AskForm, told: Option<&Told>, draft: bool) -> Markup {
    let classes: Vec<Choice> =
        sms::Class::ALL.iter().map(|c| Choice::new(c.name(), w.t(&format!("class-{}", c.name())))).collect();
    let about = Field { id: "a-n", label: &w.t("contacts-number"), help: None, error: form.error.as_deref() };
    let chosen = if form.class.is_empty() { "transactional" } else { &form.class };
    html! {
        section class="card" id="ask" aria-labelledby="ask-h" {
            h2 id="ask-h" { (w.t("ask-heading")) }
            p class="muted" { (w.t(if draft { "ask-says-draft" } else { "ask-says" })) }
            form class="asked" method="get" action={ (BASE) "#ask" } role="search" aria-labelledby="ask-h" {
                (input(&about, &Input { kind: "tel", name: "number", value: &form.number, required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                (select(&Field { id: "a-c", label: &w.t("message-class"), ..Field::default() }, "class", &classes, chosen))
                (input(&Field { id: "a-f", label: &w.t("senders-name"), ..Field::default() }, &Input { name: "from", value: &form.from, autocomplete: "off", ..Input::default() }))
                (input(&Field { id: "a-t", label: &w.t("composer-text"), ..Field::default() }, &Input { name: "text", value: &form.text, autocomplete: "off", ..Input::default() }))
                button class="btn" { (icon("route")) (w.t("ask-button")) }
            }
            @if let Some(told) = told { (answer(w, told)) }
        }
    }
}

fn price(w: &Words, hop: &Hop) -> Markup {
    match hop.price {
        Some(price) => w.rich(
            "ask-price",
            args!(),
            &[("price", number(&format!("{} {}", decimal(price), hop.currency)))],
        ),
        None => html! { (w.t("ask-no-price")) },
    }
}

fn answer(w: &Words, told: &Told) -> Markup {
    let said = &told.said;
    html! {
        div class="answer stack" role="status" {
            p {
                b { (number(&told.number)) }
                @if let Some(iso) = &said.country { " " (user_text(&super::sentence::country(w, iso))) }
                @if let Some(network) = &said.network { ", " (w.rich("routes-says-network", args!(n: 1_i64), &[("what", number(network))])) }
            }
            @if let Some(looked) = &said.looked { (crate::pages::lookup::told(w, looked)) }
            @if said.waits { p class="st st-waiting wraps" { (icon("clock")) (w.t("lookup-waits")) } }
            @if said.test { p class="st st-attention wraps" { (icon("sim")) (w.t("ask-test")) } }
            @if said.hops.is_empty() { p { (pill(Tone::Failed, "failed", &w.t("reason-no-route"))) " " (w.t("reason-no-route-you")) } }
            @else {
                ol class="hops" {
                    @for (n, hop) in said.hops.iter().enumerate() {
                        li {
                            span class="muted" { (w.t(if n == 0 { "ask-first" } else { "ask-then" })) } " "
                            b { bdi { (hop.connector) } } ", " (price(w, hop))
                        }
                    }
                }
            }
            @if let (true, Some(encoding)) = (said.parts > 0, said.encoding) {
                p {
                    (w.f("ask-parts", args!(n: said.parts))) ", " (w.t(&format!("encoding-{}", encoding.name().to_ascii_lowercase())))
                    @if let (Some(cost), Some(hop)) = (said.cost(), said.hops.first()) { ", " (w.rich("ask-cost", args!(), &[("price", number(&format!("{} {}", decimal(cost), hop.currency)))])) }
                }
            }
            @if let Some(r) = &said.rewritten {
                dl class="kv" {
                    @if let Some(new) = &r.number { dt { (w.t("event-rewritten-number")) } dd { (number(new)) } }
                    @if let Some(new) = &r.sender { dt { (w.t("event-rewritten-sender")) } dd { (user_text(new)) } }
                    @if let Some(new) = &r.text { dt { (w.t("event-rewritten-text")) } dd { (user_text(new)) } }
                }
            }
            ol class="rules told" {
                @for (n, step) in said.steps.iter().enumerate() {
                    li {
                        span class="place n" aria-hidden="true" { (w.n(n as i64 + 1)) }
                        div class="grow" {
                            @if !step.rule.name.is_empty() { div { b { (user_text(&step.rule.name)) } } }
                            (sentence(w, &step.rule))
                        }
                        @match step.miss {
                            None => (pill(Tone::Delivered, "check", &w.t("ask-fits"))),
                            Some(miss) => (pill(Tone::Neutral, "x", &w.t(&format!("miss-{}", miss.name())))),
                        }
                    }
                }
            }
            @if said.unasked > 0 { p class="muted small" { (w.f("ask-unasked", args!(n: said.unasked as i64))) } }
        }
    }
}
