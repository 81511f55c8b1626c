//! A rule as a sentence: what must hold, then where it goes.

use engine::route::doc::{DAYS, Doc, HoursDoc, decimal};
use maud::{Markup, html};
use store::route::Choose;

use crate::args;
use crate::ui::{number, user_text};
use crate::words::Words;

/// The whole sentence.
pub fn sentence(w: &Words, rule: &Doc) -> Markup {
    let when = conditions(w, rule);
    html! {
        p class="rule" {
            @if when.is_empty() { b { (w.t("routes-every")) } }
            @for (n, piece) in when.iter().enumerate() { @if n > 0 { ", " } (piece) }
            " " span class="muted" aria-hidden="true" { (if w.language.dir == "rtl" { "←" } else { "→" }) } " "
            (way(w, rule))
            @if let Some(most) = rule.ceiling_micros { ", " (w.rich("routes-says-ceiling", args!(), &[("price", number(&decimal(most)))])) }
            (rewriting(w, rule))
        }
    }
}

/// Words of one kind, joined.
fn list(all: &[String], one: impl Fn(&str) -> Markup) -> Markup {
    html! { @for (n, item) in all.iter().enumerate() { @if n > 0 { ", " } (one(item)) } }
}

fn conditions(w: &Words, rule: &Doc) -> Vec<Markup> {
    let mut out = Vec::new();
    let mut say = |all: &[String], key: &str, one: &dyn Fn(&str) -> Markup| {
        if !all.is_empty() {
            out.push(w.rich(key, args!(n: all.len() as i64), &[("what", list(all, one))]));
        }
    };
    say(&rule.countries, "routes-says-country", &|iso| user_text(&country(w, iso)));
    say(&rule.prefixes, "routes-says-prefix", &number);
    say(&rule.networks, "routes-says-network", &number);
    let classes: Vec<String> = rule.classes.iter().map(|c| c.name().to_owned()).collect();
    say(&classes, "routes-says-class", &|class| html! { (w.t(&format!("class-{class}"))) });
    say(&rule.senders, "routes-says-sender", &|sender| html! { bdi dir="auto" { (sender) } });
    say(&rule.workspaces, "routes-says-workspace", &user_text);
    say(&rule.contains, "routes-says-words", &|word| html! { "“" (user_text(word)) "”" });
    if !rule.pattern.is_empty() {
        out.push(w.rich("routes-says-pattern", args!(), &[("what", crate::ui::code(&rule.pattern))]));
    }
    if let Some(hours) = &rule.hours {
        out.push(hours_says(w, hours));
    }
    out
}

/// A country in words, or its letters where there are none.
pub(super) fn country(w: &Words, iso: &str) -> String {
    let key = format!("country-{}", iso.to_ascii_lowercase());
    if w.has(&key) { w.t(&key) } else { iso.to_owned() }
}

fn hours_says(w: &Words, hours: &HoursDoc) -> Markup {
    let named = |(n, _): (usize, _)| w.t(&format!("weekday-short-{}", n + 1));
    let days: Vec<String> =
        DAYS.iter().enumerate().filter(|(_, d)| hours.days.iter().any(|x| x == *d)).map(named).collect();
    let zone = hours.zone.rsplit('/').next().unwrap_or_default().replace('_', " ");
    html! {
        @if days.len() < 7 { (days.join(", ")) " " }
        @if hours.from != hours.to { (number(&format!("{}–{}", hours.from, hours.to))) " " }
        span class="muted" { "(" bdi { (zone) } ")" }
    }
}

fn way(w: &Words, rule: &Doc) -> Markup {
    let name = |name: &String| html! { b { bdi { (name) } } };
    match rule.choose {
        Choose::Order => html! {
            @for (n, to) in rule.to.iter().enumerate() { @if n > 0 { ", " (w.t("routes-then")) " " } (name(to)) }
        },
        Choose::Cheapest => html! {
            (w.t("routes-cheapest")) " " @for (n, to) in rule.to.iter().enumerate() { @if n > 0 { ", " } (name(to)) }
        },
        Choose::Share => {
            let whole: i64 = rule.weights.iter().sum();
            html! {
                (w.t("routes-shared")) " "
                @for (n, to) in rule.to.iter().enumerate() {
                    @if n > 0 { ", " }
                    (name(to)) " "
                    @let weight = rule.weights.get(n).copied().unwrap_or(1);
                    @if weight == 0 { span class="muted" { (w.t("routes-share-none")) } } @else { (number(&w.percent(weight, whole))) }
                }
            }
        }
    }
}

fn rewriting(w: &Words, rule: &Doc) -> Markup {
    let r = &rule.rewrite;
    html! {
        @if !r.strip.is_empty() || !r.add.is_empty() {
            ", " (w.rich("routes-says-number", args!(), &[("old", number(&r.strip)), ("new", number(&r.add))]))
        }
        @if !r.sender.is_empty() { ", " (w.rich("routes-says-shows", args!(), &[("what", user_text(&r.sender))])) }
        @if !r.words.is_empty() { ", " (w.f("routes-says-replaces", args!(n: r.words.len() as i64))) }
    }
}
