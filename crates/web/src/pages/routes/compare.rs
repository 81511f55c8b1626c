//! The bar of a draft: nothing of it is in force, what it would have done with yesterday's messages, and the button.

use engine::route::doc::{Doc, decimal};
use engine::route::replay::{Difference, Move};
use engine::route::steps::{Step, What};
use maud::{Markup, html};
use sms::id::{kind, public};

use super::{BASE, DraftBar, sentence};
use crate::args;
use crate::shell::Shell;
use crate::ui::form::{act, csrf};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th, th_num};
use crate::ui::{icon, icon_flip, number, user_text};
use crate::words::Words;

/// Steps that are shown without being asked for, and those that are shown at all.
const STEPS_OPEN: usize = 8;
const STEPS_MAX: usize = 50;

pub(super) fn bar(w: &Words, shell: &Shell, d: &DraftBar) -> Markup {
    html! {
        section class="card draftbar" id="draft" aria-labelledby="draft-h" {
            div class="row wrap between" {
                div {
                    h2 id="draft-h" { (w.f("draft-heading", args!(n: d.steps.len() as i64))) }
                    p class="muted" { (w.t("draft-says")) }
                    @if d.overtaken { p class="st st-attention wraps" { (icon("attention")) (w.t("draft-overtaken")) } }
                }
                div class="row wrap" {
                    @if d.difference.is_none() { a class="btn" href={ (BASE) "?compare=1#draft" } { (icon("eye")) (w.t("draft-compare")) } }
                    (act(&shell.csrf, &format!("{BASE}/discard"), "", "trash", &w.t("draft-discard")))
                    form class="act" method="post" action={ (BASE) "/publish" } {
                        (csrf(&shell.csrf))
                        input type="hidden" name="edit" value=(d.edit);
                        input type="hidden" name="version" value=(d.version);
                        button class="btn primary" { (icon("check")) (w.f("draft-publish", args!(n: d.steps.len() as i64))) }
                    }
                }
            }
            @if !d.steps.is_empty() { (steps(w, &d.steps)) }
            @if let Some(found) = &d.difference { (difference(w, found)) }
        }
    }
}

/// Rule by rule: what is new, gone, changed, elsewhere.
fn steps(w: &Words, all: &[Step]) -> Markup {
    let of = |step: &Step| match &step.what {
        What::Added => (Tone::Delivered, "plus", "step-added"),
        What::Removed => (Tone::Failed, "trash", "step-removed"),
        What::Kept { was: Some(_), .. } => (Tone::Attention, "edit", "step-changed"),
        What::Kept { was: None, .. } => (Tone::Waiting, "route", "step-moved"),
    };
    html! {
        details class="by" open[all.len() <= STEPS_OPEN] {
            summary { (icon_flip("next")) (w.t("draft-steps")) }
            ol class="rules told" {
                @for step in all.iter().take(STEPS_MAX) {
                    @let (tone, icon_name, key) = of(step);
                    li {
                        span class="place n" aria-hidden="true" { (w.n(step.place as i64)) }
                        div class="grow" {
                            @if !step.rule.name.is_empty() { div { b { (user_text(&step.rule.name)) } } }
                            @if let What::Kept { was: Some(was), .. } = &step.what { @if !same_words(was, &step.rule) { del class="muted block" { (sentence(w, was)) } } }
                            (sentence(w, &step.rule))
                        }
                        div class="stack tight" {
                            (pill(tone, icon_name, &w.t(key)))
                            @if let What::Kept { from: Some(from), .. } = &step.what { span class="small muted" { (w.f("step-from", args!(n: *from as i64))) } }
                            @if let What::Kept { was: Some(was), .. } = &step.what {
                                @if was.off != step.rule.off { span class="small muted" { (w.t(if step.rule.off { "step-off" } else { "step-on" })) } }
                            }
                        }
                    }
                }
                @if all.len() > STEPS_MAX { li { (w.f("step-more", args!(n: (all.len() - STEPS_MAX) as i64))) } }
            }
        }
    }
}

/// Whether two rules differ in nothing that a sentence says.
fn same_words(was: &Doc, is: &Doc) -> bool {
    Doc { off: is.off, name: is.name.clone(), ..was.clone() } == *is
}

fn difference(w: &Words, d: &Difference) -> Markup {
    let columns = html! { (th(&w.t("compare-from"))) (th(&w.t("compare-to"))) (th_num(&w.t("compare-messages"))) (th_num(&w.t("compare-parts"))) (th(&w.t("compare-samples"))) };
    let side = |name: &Option<String>| {
        html! {
            @match name { Some(name) => bdi { (name) }, None => span class="muted" { (w.t("compare-nobody")) } }
        }
    };
    let rows = html! {
        @for m in &d.moves {
            tr {
                td { (side(&m.from)) }
                th scope="row" { (side(&m.to)) }
                td class="num" { (w.n(m.messages)) }
                td class="num" { (w.n(m.parts)) }
                td { (samples(w, m)) }
            }
        }
    };
    html! {
        h3 { (w.f("compare-heading", args!(moved: d.moved, all: d.messages))) }
        p class="muted small" {
            (w.f("compare-since", args!(when: w.when(d.since))))
            @if d.more { " " (w.f("compare-more", args!(n: d.messages))) }
            @if d.changed > 0 { " " (w.f("compare-changed", args!(n: d.changed))) }
        }
        @if !d.moves.is_empty() { (table(&w.t("compare-moves"), &columns, &rows)) }
        @if !d.costs.is_empty() {
            dl class="kv" {
                @for cost in &d.costs {
                    dt { (w.rich("compare-cost", args!(), &[("currency", number(&cost.currency))])) }
                    dd {
                        (number(&decimal(cost.before))) " " (w.t("compare-becomes")) " " b { (number(&decimal(cost.after))) }
                        " " span class="muted" { "(" (number(&signed(cost.after - cost.before))) ")" }
                    }
                }
            }
        }
        @if d.unpriced > 0 { p class="muted small" { (w.f("compare-unpriced", args!(n: d.unpriced))) } }
    }
}

fn signed(micros: i64) -> String {
    let sign = if micros < 0 { "\u{2212}" } else { "+" };
    format!("{sign}{}", decimal(micros.abs()))
}

fn samples(w: &Words, m: &Move) -> Markup {
    html! {
        @for (n, id) in m.samples.iter().enumerate() {
            a href={ "/messages/" (public(kind::MESSAGE, *id)) } { (w.f("compare-sample", args!(n: n as i64 + 1))) } " "
        }
    }
}
