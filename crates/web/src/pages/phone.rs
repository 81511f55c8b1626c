//! The phone of a connection: how it stands, its battery and cards, what they have sent; the code that pairs one.

use fast_qr::qr::QRBuilder;
use maud::{Markup, html};

use crate::args;
use crate::shell::Shell;
use crate::ui::charts::bar1;
use crate::ui::form::act;
use crate::ui::state::{Tone, pill};
use crate::ui::{code, icon, number, user_text};
use crate::words::Words;

/// Bars of a full signal.
const BARS: i64 = 4;
/// A battery below this is worth a word.
const LOW: i64 = 20;
/// A clock that is further off than this is worth a word.
const SKEW_MS: i64 = 120_000;

/// A card of the phone.
#[derive(Debug, Clone, Default)]
pub struct SimLine {
    /// Its place.
    pub slot: i64,
    /// The network.
    pub carrier: String,
    /// The telephone number.
    pub number: String,
    /// Bars of signal.
    pub bars: Option<i64>,
    /// It can send.
    pub ready: bool,
    /// It is abroad.
    pub roaming: bool,
    /// The settings let it send.
    pub chosen: bool,
    /// Parts sent in an hour and in a day, each with what it may be; 0 is no bound.
    pub sent: [(i64, i64); 2],
    /// Until when it may send nothing.
    pub rests_until: Option<i64>,
}

/// A phone as its card shows it.
#[derive(Debug, Clone, Default)]
pub struct PhoneCard {
    /// Since when it is paired.
    pub paired_at: Option<i64>,
    /// When it was heard last.
    pub seen_at: Option<i64>,
    /// It asks at this moment.
    pub asks: bool,
    /// Until when a code that nobody has used may be used.
    pub offered_until: Option<i64>,
    /// Make and model.
    pub model: String,
    /// The version of Android.
    pub android: String,
    /// The version of the app.
    pub app: String,
    /// Percent.
    pub battery: Option<i64>,
    /// It is being charged.
    pub charging: bool,
    /// How far its clock is ahead.
    pub skew_ms: i64,
    /// Its cards.
    pub sims: Vec<SimLine>,
}

/// A code, once.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// As a person types it.
    pub code: String,
    /// Where the app is to ask.
    pub address: String,
    /// What the app reads from the picture.
    pub link: String,
    /// Until when it may be used.
    pub until: i64,
}

/// The card: what lives of a phone.
pub fn card(w: &Words, shell: &Shell, base: &str, p: &PhoneCard) -> Markup {
    html! {
        section class="card" aria-labelledby="phone-h" {
            header {
                h2 id="phone-h" { (icon("phone")) (w.t("phone-title")) }
                @if let Some(at) = p.seen_at { span class="muted small" { (w.attr("phone-seen", args!(when: w.clock(at)))) } }
            }
            @if p.paired_at.is_some() {
                div class="grid" {
                    div class="c6 stack" { (about(w, p)) }
                    div class="c6 stack" { @for sim in &p.sims { (sim_line(w, sim)) } }
                }
            } @else {
                p { (w.t("phone-none")) }
            }
            @if let Some(until) = p.offered_until {
                p { (pill(Tone::Attention, "clock", &w.attr("phone-offered", args!(when: w.clock(until))))) }
            }
            div class="row wrap" {
                (act(&shell.csrf, &format!("{base}/phone/pair"), if p.paired_at.is_none() { "primary" } else { "" }, "plus", &w.t(if p.paired_at.is_none() { "phone-pair" } else { "phone-pair-other" })))
                @if p.paired_at.is_some() { (act(&shell.csrf, &format!("{base}/phone/revoke"), "", "x", &w.t("phone-revoke"))) }
            }
            @if p.paired_at.is_some() { p class="small muted" { (w.t("phone-revoke-says")) } }
        }
    }
}

fn about(w: &Words, p: &PhoneCard) -> Markup {
    html! {
        dl class="kv" {
            dt { (w.t("phone-state")) }
            dd {
                @if p.asks { (pill(Tone::Delivered, "check", &w.t("phone-asks"))) }
                @else if p.seen_at.is_some() { (pill(Tone::Neutral, "clock", &w.t("phone-between"))) }
                @else { (pill(Tone::Attention, "unknown", &w.t("phone-never"))) }
            }
            @if !p.model.is_empty() { dt { (w.t("phone-model")) } dd { (user_text(&p.model)) } }
            @if !p.android.is_empty() { dt { (w.t("phone-android")) } dd { (number(&p.android)) } }
            @if !p.app.is_empty() { dt { (w.t("phone-app")) } dd { (number(&p.app)) } }
            dt { (w.t("phone-battery")) }
            dd {
                @match p.battery {
                    None => (w.t("phone-unknown")),
                    Some(percent) => {
                        (w.percent0(percent, 100)) " "
                        @if p.charging { (pill(Tone::Neutral, "bolt", &w.t("phone-charging"))) }
                        @else if percent < LOW { (pill(Tone::Attention, "attention", &w.t("phone-low"))) }
                        (bar1(percent, 100, if percent < LOW && !p.charging { "f-failed" } else { "f-accent" }))
                    }
                }
            }
            @if let Some(at) = p.paired_at { dt { (w.t("phone-paired")) } dd { span class="n" { (w.when(at)) } } }
            @if p.skew_ms.abs() > SKEW_MS {
                dt { (w.t("phone-clock")) }
                dd { (pill(Tone::Attention, "clock", &w.attr(if p.skew_ms > 0 { "phone-ahead" } else { "phone-behind" }, args!(time: w.lasting(p.skew_ms.abs()))))) }
            }
        }
    }
}

fn sim_line(w: &Words, s: &SimLine) -> Markup {
    html! {
        div class="stack" role="group" aria-label=(w.attr("phone-sim", args!(n: s.slot))) {
            div class="row wrap gap" {
                b { (w.attr("phone-sim", args!(n: s.slot))) }
                (user_text(&s.carrier)) " " (number(&s.number))
                @if let Some(bars) = s.bars { (signal(w, bars)) }
                @if !s.chosen { (pill(Tone::Neutral, "pause", &w.t("phone-sim-unused"))) }
                @else if !s.ready { (pill(Tone::Failed, "failed", &w.t("phone-sim-cannot"))) }
                @else if s.roaming { (pill(Tone::Attention, "globe", &w.t("phone-sim-roaming"))) }
                @else { (pill(Tone::Delivered, "check", &w.t("phone-sim-ready"))) }
            }
            dl class="kv" {
                @for (key, (sent, most)) in ["modem-hour", "modem-day"].into_iter().zip(s.sent) {
                    dt { (w.t(key)) }
                    dd {
                        @if most > 0 { (w.attr("modem-of", args!(n: sent, of: most))) (bar1(sent, most, if sent >= most { "f-failed" } else { "f-accent" })) }
                        @else { (w.n(sent)) }
                    }
                }
            }
            @if let Some(until) = s.rests_until { p class="st st-attention wraps" { (icon("clock")) (w.attr("modem-rests", args!(when: w.clock(until)))) } }
        }
    }
}

/// Bars of different heights; those that are not there are pale.
fn signal(w: &Words, bars: i64) -> Markup {
    let label = w.attr("modem-bars", args!(n: bars, of: BARS));
    html! {
        svg class="i" viewBox="0 0 16 16" width="16" height="16" role="img" aria-label=(label) {
            @for n in 1..=BARS {
                rect x=((n - 1) * 4) y=(14 - n * 3) width="3" height=(n * 3 + 2) rx="1" fill="currentColor" opacity=[(n > bars).then_some("0.25")] {}
            }
        }
    }
}

/// The code, once: to be typed, or read from the picture.
pub fn offer(w: &Words, o: &Offer) -> Markup {
    html! {
        section class="card" id="pairing" aria-labelledby="pairing-h" tabindex="-1" autofocus {
            h2 id="pairing-h" { (icon("phone")) (w.t("phone-offer")) }
            p { (w.t("phone-offer-says")) }
            div class="pairing" {
                (picture(w, &o.link))
                dl class="kv" {
                    dt { (w.t("phone-code")) } dd { span class="code-big" { (number(&o.code)) } }
                    dt { (w.t("phone-address")) } dd class="wraps" { (code(&o.address)) }
                    dt { (w.t("phone-until")) } dd { span class="n" { (w.clock(o.until)) } }
                }
            }
            @if !o.address.starts_with("https://") { p { span class="st st-attention wraps" { (icon("attention")) (w.t("phone-plain")) } } }
        }
    }
}

/// The picture of a link, dark on light whatever the page's colours: cameras want it so.
fn picture(w: &Words, link: &str) -> Markup {
    let Ok(qr) = QRBuilder::new(link).build() else { return html! {} };
    let size = qr.size;
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| qr[y][*x].value()) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + 4, y + 4));
        }
    }
    let whole = size + 8;
    html! {
        svg class="qr" viewBox={ "0 0 " (whole) " " (whole) } role="img" aria-label=(w.t("phone-picture")) shape-rendering="crispEdges" {
            rect width=(whole) height=(whole) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}
