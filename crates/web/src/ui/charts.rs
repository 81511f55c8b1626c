//! Bars drawn on the server: stacked states, sorted reasons, hours, the waterfall of people.
//!
//! Still pictures without script; widths are percentages, so nothing here needs an inline style.

use maud::{Markup, html};

use crate::ui::state::{Tone, pill};
use crate::ui::{icon_as, number};
use crate::words::Words;

/// One piece of a stacked bar, with its word in the legend.
#[derive(Debug, Clone)]
pub struct Slice {
    /// Its colour.
    pub tone: Tone,
    /// Its icon in the legend.
    pub icon: &'static str,
    /// Its word.
    pub word: String,
    /// How many.
    pub n: i64,
    /// The list behind it, where there is one.
    pub href: Option<String>,
}

fn width(part: i64, whole: i64) -> String {
    if whole <= 0 { "0%".into() } else { format!("{:.2}%", part as f64 * 100.0 / whole as f64) }
}

/// The hatch that failed and suppressed bars carry; stands once in every page.
pub fn hatch() -> Markup {
    html! {
        svg class="sprite" aria-hidden="true" {
            defs {
                pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    path d="M0 0V5" class="h-line" {}
                }
            }
        }
    }
}

/// A stacked bar of states.
pub fn stacked(slices: &[Slice], class: &str) -> Markup {
    let whole: i64 = slices.iter().map(|slice| slice.n).sum();
    let label = slices.iter().filter(|s| s.n > 0).map(|s| format!("{} {}", s.word, s.n)).collect::<Vec<_>>();
    let mut from = 0;
    let placed: Vec<(i64, &Slice)> = slices
        .iter()
        .filter(|slice| slice.n > 0)
        .map(|slice| {
            let at = from;
            from += slice.n;
            (at, slice)
        })
        .collect();
    // An empty bar says nothing: there is no picture to name yet.
    let (label, hidden) =
        if label.is_empty() { (None, Some("true")) } else { (Some(label.join(", ")), None) };
    html! {
        svg class={ "sbar mirror " (class) } role=[label.as_ref().map(|_| "img")] aria-label=[label]
            aria-hidden=[hidden] {
            @for (at, slice) in &placed {
                rect x=(width(*at, whole)) width=(width(slice.n, whole)) height="100%" class=(slice.tone.fill()) {}
                @if slice.tone.hatched() {
                    rect x=(width(*at, whole)) width=(width(slice.n, whole)) height="100%" fill="url(#hatch)" {}
                }
                @if *at > 0 {
                    rect x=(width(*at, whole)) width="1.5" height="100%" fill="var(--page)" transform="translate(-1.5)" {}
                }
            }
        }
    }
}

/// The words and counts under a stacked bar, each a link to its list.
pub fn legend(w: &Words, slices: &[Slice], shares: bool) -> Markup {
    let whole: i64 = slices.iter().map(|slice| slice.n).sum();
    let inner = |slice: &Slice| {
        html! {
            (pill(slice.tone, slice.icon, &slice.word)) " " b class="n" { (w.n(slice.n)) }
            @if shares { " " span class="muted n" { (w.percent(slice.n, whole)) } }
        }
    };
    html! {
        div class="legend" {
            @for slice in slices {
                @match &slice.href {
                    Some(href) => a href=(href) { (inner(slice)) },
                    None => span class="item" { (inner(slice)) },
                }
            }
        }
    }
}

/// One line of a bar list.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it counts.
    pub word: String,
    /// How many.
    pub n: i64,
    /// Its colour.
    pub tone: Tone,
    /// The list behind it.
    pub href: Option<String>,
}

/// Sorted bars, longest first; all lists of a page share `longest` so that they compare.
pub fn bars(w: &Words, bars: &[Bar], longest: i64) -> Markup {
    html! {
        ul class="bars" {
            @for bar in bars {
                li {
                    span class="k" {
                        @match &bar.href { Some(href) => a href=(href) { (bar.word) }, None => (bar.word), }
                    }
                    svg class="mirror" aria-hidden="true" {
                        rect width=(width(bar.n, longest)) height="100%" rx="2" class=(bar.tone.fill()) {}
                        @if bar.tone.hatched() {
                            rect width=(width(bar.n, longest)) height="100%" rx="2" fill="url(#hatch)" {}
                        }
                    }
                    span class="v" { (w.n(bar.n)) }
                }
            }
        }
    }
}

/// One thin bar of a table cell.
pub fn bar1(part: i64, whole: i64, fill: &str) -> Markup {
    html! {
        div class="bars1" {
            svg class="mirror" aria-hidden="true" { rect width=(width(part, whole)) height="100%" rx="2" class=(fill) {} }
        }
    }
}

/// One step of the waterfall: people taken out, or the line at the top or bottom.
#[derive(Debug, Clone)]
pub struct Step {
    /// Why they are out, in words.
    pub word: String,
    /// How many.
    pub n: i64,
    /// The people behind it, where there is a list of them.
    pub href: Option<String>,
}

/// The waterfall: everybody chosen, minus each rule's people, is who will get it.
pub fn waterfall(w: &Words, all: &Step, out: &[Step], rest: &Step) -> Markup {
    let mut left = all.n;
    let mut lines = vec![("in", all, 0, all.n)];
    for step in out {
        left -= step.n;
        lines.push(("out", step, step.n, left));
    }
    lines.push(("sum", rest, 0, rest.n));
    let line = |class: &str, step: &Step, gone: i64, left: i64| {
        html! {
            span class="q" {
                @if class == "out" { bdi dir="ltr" { "\u{2212} " (w.n(step.n)) } } @else { (number(&w.n(step.n))) }
            }
            span class="w" { (step.word) }
            @if step.href.is_some() { (icon_as("i flip go", "next")) } @else { span {} }
            svg class="track mirror" aria-hidden="true" {
                rect width="100%" height="100%" rx="2.5" class="f-rest" {}
                rect width=(width(left, all.n)) height="100%" rx="2.5" class=(if class == "sum" { "f-accent" } else { "f-ghost" }) {}
                @if gone > 0 {
                    rect x=(width(left, all.n)) width=(width(gone, all.n)) height="100%" class="f-suppressed" {}
                }
            }
        }
    };
    html! {
        ol class="fall" aria-label=(w.t("waterfall-label")) {
            @for (class, step, gone, left) in lines {
                li class=(class) {
                    @match &step.href {
                        Some(href) => a href=(href) { (line(class, step, gone, left)) },
                        None => div class="flat" { (line(class, step, gone, left)) },
                    }
                }
            }
        }
    }
}

/// Twenty-four hours as columns; hours that have not come are left out.
pub fn hours(label: &str, by_hour: &[i64; 24]) -> Markup {
    let top = by_hour.iter().copied().max().unwrap_or(0).max(1);
    html! {
        div dir="ltr" {
            svg class="hourbars" role="img" aria-label=(label) {
                @for (hour, n) in by_hour.iter().enumerate().filter(|(_, n)| **n > 0) {
                    rect x=(format!("{:.2}%", hour as f64 * 100.0 / 24.0)) width="3.25%"
                        y=(width(top - n, top)) height=(width(*n, top)) rx="1" class="f-accent" {}
                }
                line x1="0" x2="100%" y1="100%" y2="100%" class="axis" {}
            }
            div class="row between small muted n" aria-hidden="true" {
                @for hour in ["00", "06", "12", "18", "23"] { span { (hour) } }
            }
        }
    }
}

/// What one cell of a heartbeat says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// Up, with traffic.
    Up,
    /// Up, silent.
    Idle,
    /// Slowed.
    Slow,
    /// Down.
    Down,
    /// Nobody said anything.
    Silent,
}

/// A heartbeat bar, oldest first, over a line that stands for the minutes of which nobody said anything.
pub fn heartbeat(label: &str, beats: &[Beat]) -> Markup {
    let step = 100.0 / beats.len().max(1) as f64;
    html! {
        @if !beats.is_empty() { svg class="beat" role="img" aria-label=(label) {
            rect x="0" width="100%" y="94%" height="6%" class="f-ghost" {}
            @for (i, beat) in beats.iter().enumerate().filter(|(_, beat)| **beat != Beat::Silent) {
                @let (y, h, class) = match beat {
                    Beat::Up => ("30%", "70%", "f-delivered"),
                    Beat::Idle => ("76%", "24%", "f-ghost"),
                    Beat::Slow => ("30%", "70%", "f-attention"),
                    Beat::Down => ("0%", "100%", "f-failed"),
                    Beat::Silent => ("0%", "0%", "f-ghost"),
                };
                rect x=(format!("{:.2}%", i as f64 * step)) width=(format!("{:.2}%", step * 0.7)) y=(y) height=(h) rx="1" class=(class) {}
            }
        } }
    }
}
