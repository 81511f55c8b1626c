//! The form of one rule: when it holds, where it leads, what is rewritten. It goes into the draft.

use engine::route::doc::{DAYS, Doc, decimal};
use maud::{Markup, html};
use store::route::Choose;

use super::BASE;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::form::{Choice, Field, Input, csrf, field, input, options, radios, select};
use crate::ui::{icon, icon_flip};
use crate::words::Words;

/// Connections a rule names, with room for one more.
#[derive(Debug, Clone, Copy)]
pub struct Legs;

impl Legs {
    /// The most a form offers.
    pub const MAX: usize = 8;
    /// The least it offers.
    pub const MIN: usize = 3;
}

/// The form.
#[derive(Debug, Clone, Default)]
pub struct RuleForm {
    /// The rule; its id is empty for a new one.
    pub rule: Doc,
    /// What was typed as the highest price.
    pub ceiling: String,
    /// Connections to choose from.
    pub connections: Vec<Choice>,
    /// Zones to choose from.
    pub zones: Vec<Choice>,
    /// The zone of a rule without hours.
    pub zone: String,
    /// The field at fault and why.
    pub fault: Option<(String, String)>,
}

struct At<'a> {
    w: &'a Words,
    v: &'a RuleForm,
}

impl At<'_> {
    fn error(&self, name: &str) -> Option<&str> {
        self.v.fault.as_ref().filter(|(at, _)| at == name).map(|(_, why)| why.as_str())
    }

    /// A field whose words are `rule-NAME` and `rule-NAME-help`.
    fn text(&self, name: &str, value: &str, ltr: bool, placeholder: &str) -> Markup {
        let (label, help) = (self.w.t(&format!("rule-{name}")), format!("rule-{name}-help"));
        let help = self.w.has(&help).then(|| self.w.t(&help));
        let id = format!("f-{name}");
        let about = Field { id: &id, label: &label, help: help.as_deref(), error: self.error(name) };
        input(&about, &Input { name, value, ltr, autocomplete: "off", placeholder, ..Input::default() })
    }
}

/// The page of a rule.
pub fn form_page(w: &Words, shell: &Shell, v: &RuleForm) -> Markup {
    let title = w.t(if v.rule.id.is_empty() { "routes-add" } else { "rule-heading" });
    let at = At { w, v };
    let action = if v.rule.id.is_empty() { BASE.to_owned() } else { format!("{BASE}/{}", v.rule.id) };
    let main = html! {
        div class="head" { div { div class="crumb" { a href=(BASE) { (w.t("routes")) } } h1 { (title) } p { (w.t("rule-says")) } } }
        @if let Some((_, why)) = &v.fault { div class="banner failed" role="alert" { (icon("failed")) p { (why) } } }
        form class="stack ruleform" method="post" action=(action) {
            (csrf(&shell.csrf))
            section class="card stack" { (at.text("name", &v.rule.name, false, "")) }
            (when(&at))
            (to(&at))
            (rewriting(&at))
            div class="row" {
                button class="btn primary" { (icon("check")) (w.t("rule-save")) }
                a class="btn" href=(BASE) { (w.t("rule-cancel")) }
            }
        }
    };
    page(w, shell, &Page::new(&title, Place::Routes), &main)
}

fn when(at: &At<'_>) -> Markup {
    let (w, rule) = (at.w, &at.v.rule);
    let joined = |all: &[String]| all.join(", ");
    let hours = rule.hours.clone().unwrap_or_default();
    let zone = if hours.zone.is_empty() { at.v.zone.clone() } else { hours.zone.clone() };
    html! {
        section class="card stack" aria-labelledby="when-h" {
            h2 id="when-h" { (w.t("rule-when")) }
            p class="muted" { (w.t("rule-when-says")) }
            div class="pair" {
                (at.text("countries", &joined(&rule.countries), true, "IL, HU"))
                (at.text("prefixes", &joined(&rule.prefixes), true, "+972, +3620"))
                (at.text("networks", &joined(&rule.networks), true, "42501"))
                (at.text("senders", &joined(&rule.senders), true, "SHOP, NOA*"))
            }
            fieldset {
                legend class="label" { (w.t("message-class")) }
                div class="row wrap" {
                    @for class in sms::Class::ALL {
                        label class="opt" { input type="checkbox" name="class" value=(class.name()) checked[rule.classes.contains(class)]; (w.t(&format!("class-{}", class.name()))) }
                    }
                }
            }
            details class="by" open[rule.hours.is_some() || !rule.contains.is_empty() || !rule.pattern.is_empty() || !rule.workspaces.is_empty()] {
                summary { (icon_flip("next")) (w.t("rule-more")) }
                div class="stack" {
                    fieldset {
                        legend class="label" { (w.t("rule-days")) }
                        div class="row wrap" {
                            @for (n, day) in DAYS.iter().enumerate() {
                                label class="opt" { input type="checkbox" name="day" value=(day) checked[rule.hours.is_some() && hours.days.iter().any(|d| d == day)]; (w.t(&format!("weekday-short-{}", n + 1))) }
                            }
                        }
                    }
                    div class="pair" {
                        (time(at, "hour-from", if rule.hours.is_some() { &hours.from } else { "" }))
                        (time(at, "hour-to", if rule.hours.is_some() { &hours.to } else { "" }))
                        (select(&Field { id: "f-zone", label: &w.t("rule-zone"), error: at.error("hours"), ..Field::default() }, "zone", &at.v.zones, &zone))
                    }
                    (at.text("workspaces", &joined(&rule.workspaces), false, ""))
                    div class="pair" {
                        (at.text("contains", &joined(&rule.contains), false, ""))
                        (at.text("pattern", &rule.pattern, true, r"\b\d{6}\b"))
                    }
                }
            }
        }
    }
}

fn time(at: &At<'_>, name: &str, value: &str) -> Markup {
    let (id, label) = (format!("f-{name}"), at.w.t(&format!("rule-{name}")));
    let about = Field { id: &id, label: &label, ..Field::default() };
    input(&about, &Input { kind: "time", name, value, ltr: true, autocomplete: "off", ..Input::default() })
}

fn to(at: &At<'_>) -> Markup {
    let (w, rule) = (at.w, &at.v.rule);
    let ways = [("order", Choose::Order), ("share", Choose::Share), ("cheapest", Choose::Cheapest)];
    let choices: Vec<Choice> =
        ways.iter().map(|(name, _)| Choice::new(*name, w.t(&format!("rule-choose-{name}")))).collect();
    let chosen = ways.iter().find(|(_, way)| *way == rule.choose).map_or("order", |(name, _)| name);
    let legs = (rule.to.len() + 1).clamp(Legs::MIN, Legs::MAX);
    let mut connections = vec![Choice::new("", w.t("rule-no-connection"))];
    connections.extend(at.v.connections.iter().cloned());
    html! {
        section class="card stack" aria-labelledby="to-h" {
            h2 id="to-h" { (w.t("routes-to")) }
            @if let Some(why) = at.error("to").or(at.error("weights")) { p class="st st-failed wraps" { (icon("failed")) (why) } }
            (radios(&w.t("rule-choose"), "choose", &choices, chosen))
            ol class="legs" {
                @for n in 0..legs {
                    li class="row wrap" {
                        (leg(at, n, &connections))
                    }
                }
            }
            (ceiling(at))
        }
    }
}

fn leg(at: &At<'_>, n: usize, connections: &[Choice]) -> Markup {
    let (w, rule) = (at.w, &at.v.rule);
    let place = w.n(n as i64 + 1);
    let name = rule.to.get(n).map_or("", String::as_str);
    let weight = rule.weights.get(n).copied().unwrap_or(1).to_string();
    let (id, weight_id) = (format!("f-to-{n}"), format!("f-weight-{n}"));
    let label = w.attr("rule-leg", crate::args!(n: place.as_str()));
    let control = html! { select id=(id) name="to" { (options(connections, name)) } };
    let weighed = Field { id: &weight_id, label: &w.t("rule-weight"), ..Field::default() };
    html! {
        (field(&Field { id: &id, label: &label, ..Field::default() }, &control))
        (input(&weighed, &Input { kind: "number", name: "weight", value: &weight, ltr: true, autocomplete: "off", ..Input::default() }))
    }
}

fn ceiling(at: &At<'_>) -> Markup {
    let typed = if at.v.ceiling.is_empty() {
        at.v.rule.ceiling_micros.map(decimal)
    } else {
        Some(at.v.ceiling.clone())
    };
    at.text("ceiling", &typed.unwrap_or_default(), true, "0.06")
}

fn rewriting(at: &At<'_>) -> Markup {
    let (w, r) = (at.w, &at.v.rule.rewrite);
    let pairs = (r.words.len() + 1).clamp(2, 6);
    html! {
        section class="card stack" aria-labelledby="rw-h" {
            h2 id="rw-h" { (w.t("rule-rewrite")) }
            p class="muted" { (w.t("rule-rewrite-says")) }
            div class="pair" {
                (at.text("strip", &r.strip, true, "+521"))
                (at.text("add", &r.add, true, "+52"))
            }
            (at.text("sender", &r.sender, true, ""))
            fieldset {
                legend class="label" { (w.t("rule-words")) }
                @if let Some(why) = at.error("words") { span class="st st-failed wraps" { (icon("failed")) (why) } }
                @for n in 0..pairs {
                    @let (old, new) = r.words.get(n).cloned().unwrap_or_default();
                    div class="swap" {
                        input class="input" name="old" dir="auto" autocomplete="off" value=(old) aria-label=(w.attr("rule-word-old", crate::args!(n: n as i64 + 1)));
                        span class="muted" aria-hidden="true" { (if w.language.dir == "rtl" { "←" } else { "→" }) }
                        input class="input" name="new" dir="auto" autocomplete="off" value=(new) aria-label=(w.attr("rule-word-new", crate::args!(n: n as i64 + 1)));
                    }
                }
            }
        }
    }
}
