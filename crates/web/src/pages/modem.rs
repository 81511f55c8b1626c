//! The modem of a connection: signal, card, network, what it has sent and stored, a code to its network; and the
//! modems that a look at the ports has found.

use maud::{Markup, html};

use crate::args;
use crate::shell::Shell;
use crate::ui::charts::bar1;
use crate::ui::form::{Field, Input, act, csrf, input};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th};
use crate::ui::{code, icon, number, user_text};
use crate::words::Words;

/// Bars of a full signal.
const BARS: u8 = 5;

/// A modem as its card shows it.
#[derive(Debug, Clone, Default)]
pub struct ModemCard {
    /// Make and model.
    pub model: String,
    /// The port it was found at.
    pub port: String,
    /// Its own number.
    pub imei: String,
    /// The end of its card's number.
    pub sim: String,
    /// The telephone number.
    pub number: String,
    /// The service centre.
    pub centre: String,
    /// The network.
    pub operator: String,
    /// `home`, `roaming` …; empty where it does not say.
    pub registration: String,
    /// Bars, and dBm.
    pub signal: Option<(u8, i64)>,
    /// `ready`, `pin`, `puk`, `absent`, `failed`, `unknown`.
    pub card: String,
    /// Tries left for the PIN.
    pub pin_left: Option<i64>,
    /// Places taken and places there are.
    pub memory: (i64, i64),
    /// Whether the memory is nearly full.
    pub nearly_full: bool,
    /// Parts sent in an hour and in a day, each with what it may be; 0 is no bound.
    pub sent: [(i64, i64); 2],
    /// Until when the card may send nothing.
    pub rests_until: Option<i64>,
    /// What the network answered to a code, and when.
    pub balance: Option<(String, i64)>,
    /// Things nobody could read.
    pub aside: i64,
    /// When all this was said.
    pub at: i64,
}

/// The card: what lives of a modem.
pub fn card(w: &Words, shell: &Shell, base: &str, m: &ModemCard) -> Markup {
    html! {
        section class="card" aria-labelledby="modem-h" {
            header {
                h2 id="modem-h" { (icon("modem")) (w.t("modem-title")) }
                span class="muted small" { (w.attr("modem-at", args!(when: w.clock(m.at)))) }
            }
            div class="grid" {
                div class="c6 stack" { (about(w, m)) }
                div class="c6 stack" { (limits(w, m)) (codes(w, shell, base, m)) }
            }
        }
    }
}

fn about(w: &Words, m: &ModemCard) -> Markup {
    html! {
        dl class="kv" {
            dt { (w.t("modem-model")) } dd { (code(&m.model)) }
            dt { (w.t("modem-port")) } dd { (code(&m.port)) }
            @if !m.imei.is_empty() { dt { (w.t("modem-imei")) } dd { (number(&m.imei)) } }
            dt { (w.t("modem-signal")) }
            dd {
                @match m.signal {
                    Some((bars, dbm)) => {
                        (signal(w, bars)) " " (number(&format!("{dbm} dBm")))
                    }
                    None => (w.t("modem-unknown")),
                }
            }
            dt { (w.t("modem-network")) } dd { @if m.operator.is_empty() && m.registration.is_empty() { (w.t("modem-unknown")) } @else { (user_text(&m.operator)) " " (registration(w, &m.registration)) } }
            dt { (w.t("modem-sim")) } dd { (sim(w, m)) " " (number(&m.sim)) }
            @if !m.number.is_empty() { dt { (w.t("modem-number")) } dd { (number(&m.number)) } }
            @if !m.centre.is_empty() { dt { (w.t("modem-centre")) } dd { (number(&m.centre)) } }
        }
    }
}

/// Bars of different heights; those that are not there are pale.
fn signal(w: &Words, bars: u8) -> Markup {
    let label = w.attr("modem-bars", args!(n: i64::from(bars), of: i64::from(BARS)));
    html! {
        svg class="i" viewBox="0 0 20 16" width="20" height="16" role="img" aria-label=(label) {
            @for n in 1..=BARS {
                @let height = 2 + n * 2 + n / 2;
                rect x=(u16::from(n - 1) * 4) y=(16 - height) width="3" height=(height) rx="1" fill="currentColor" opacity=[(n > bars).then_some("0.25")] {}
            }
        }
    }
}

fn registration(w: &Words, registration: &str) -> Markup {
    let (tone, icon_name) = match registration {
        "home" | "roaming" => (Tone::Delivered, "check"),
        "denied" => (Tone::Failed, "failed"),
        "" => return html! {},
        _ => (Tone::Attention, "attention"),
    };
    pill(tone, icon_name, &w.t(&format!("modem-net-{registration}")))
}

fn sim(w: &Words, m: &ModemCard) -> Markup {
    let (tone, icon_name) = match m.card.as_str() {
        "ready" => (Tone::Delivered, "check"),
        "unknown" => (Tone::Neutral, "unknown"),
        "pin" => (Tone::Attention, "lock"),
        _ => (Tone::Failed, "failed"),
    };
    html! {
        (pill(tone, icon_name, &w.t(&format!("modem-sim-{}", m.card))))
        @if let (Some(left), "pin") = (m.pin_left, m.card.as_str()) { " " span class="small" { (w.attr("modem-pin-left", args!(n: left))) } }
    }
}

fn limits(w: &Words, m: &ModemCard) -> Markup {
    let (used, places) = m.memory;
    html! {
        dl class="kv" {
            @for (key, (sent, most)) in ["modem-hour", "modem-day"].into_iter().zip(m.sent) {
                dt { (w.t(key)) }
                dd {
                    @if most > 0 { (w.attr("modem-of", args!(n: sent, of: most))) (bar1(sent, most, if sent >= most { "f-failed" } else { "f-accent" })) }
                    @else { (w.n(sent)) }
                }
            }
            @if places > 0 {
                dt { (w.t("modem-memory")) }
                dd {
                    (w.attr("modem-of", args!(n: used, of: places)))
                    @if m.nearly_full { " " (pill(Tone::Attention, "attention", &w.t("modem-full"))) }
                }
            }
            @if m.aside > 0 { dt { (w.t("modem-aside")) } dd { (w.n(m.aside)) " " span class="small muted" { (w.t("modem-aside-says")) } } }
        }
        @if let Some(until) = m.rests_until { p class="st st-attention wraps" { (icon("clock")) (w.attr("modem-rests", args!(when: w.clock(until)))) } }
    }
}

fn codes(w: &Words, shell: &Shell, base: &str, m: &ModemCard) -> Markup {
    let about =
        Field { id: "m-code", label: &w.t("modem-code"), help: Some(&w.t("modem-code-help")), error: None };
    html! {
        @if let Some((said, at)) = &m.balance {
            p { b { (w.t("modem-said")) } " " (user_text(said)) " " span class="small muted" { (w.when(*at)) } }
        }
        form class="stack" method="post" action={ (base) "/ussd" } {
            (csrf(&shell.csrf))
            (input(&about, &Input { name: "code", value: "*100#", ltr: true, required: true, autocomplete: "off", ..Input::default() }))
            div { button class="btn" { (icon("send")) (w.t("modem-ask")) } }
        }
        @if m.card == "pin" {
            div class="stack" {
                p class="small" { (w.t("modem-pin-says")) }
                (act(&shell.csrf, &format!("{base}/pin"), "", "lock", &w.t("modem-pin-try")))
            }
        }
    }
}

/// Who answered at one port.
#[derive(Debug, Clone, Default)]
pub struct FoundLine {
    /// What the setting is to be.
    pub device: String,
    /// Whether it is the port of its modem to use.
    pub best: bool,
    /// The connection that has it.
    pub connection: Option<String>,
    /// Make and model.
    pub model: String,
    /// Its own number.
    pub imei: String,
    /// The network.
    pub operator: String,
    /// `ready`, `pin` …; empty where nobody answered.
    pub card: String,
    /// The signal in dBm.
    pub signal_dbm: Option<i64>,
    /// Why nothing is known of it.
    pub error: String,
}

/// The button that looks at the ports, and what it found.
pub fn scan(w: &Words, shell: &Shell, found: Option<&[FoundLine]>) -> Markup {
    let about = Field {
        id: "m-at",
        label: &w.t("modem-scan-at"),
        help: Some(&w.t("modem-scan-at-help")),
        ..Field::default()
    };
    html! {
        section class="card" id="scan" {
            header { h2 id="scan-h" { (w.t("modem-scan")) } }
            p class="muted" { (w.t("modem-scan-says")) }
            form class="row wrap end" method="post" action="/delivery/modems/scan" {
                (csrf(&shell.csrf))
                (input(&about, &Input { name: "at", ltr: true, autocomplete: "off", placeholder: "192.0.2.7:4001", ..Input::default() }))
                button class="btn" { (icon("search")) (w.t("modem-scan-do")) }
            }
            @match found {
                None => {}
                Some([]) => p { (w.t("modem-scan-none")) },
                Some(found) => (table(&w.t("modem-scan"), &columns(w), &rows(w, found))),
            }
        }
    }
}

fn columns(w: &Words) -> Markup {
    html! { (th(&w.t("modem-port"))) (th(&w.t("modem-model"))) (th(&w.t("modem-sim"))) (th(&w.t("modem-network"))) (th(&w.t("modem-use"))) }
}

fn rows(w: &Words, found: &[FoundLine]) -> Markup {
    html! {
        @for f in found {
            tr {
                th scope="row" { (code(&f.device)) }
                td { (user_text(&f.model)) @if !f.imei.is_empty() { div class="small muted" { (number(&f.imei)) } } }
                td { @if !f.card.is_empty() { (w.t(&format!("modem-sim-{}", f.card))) } }
                td {
                    (user_text(&f.operator))
                    @if let Some(dbm) = f.signal_dbm { div class="small muted" { (number(&format!("{dbm} dBm"))) } }
                }
                td {
                    @match (&f.connection, f.best) {
                        (Some(name), _) => (user_text(&w.attr("modem-taken", args!(name: name.clone())))),
                        (None, true) => a class="btn sm" href={ "/delivery/connections/new?kind=modem&device=" (escaped(&f.device)) } { (w.t("modem-use-this")) },
                        (None, false) if f.imei.is_empty() => span class="small" { (user_text(&f.error)) },
                        (None, false) => span class="small muted" { (w.t("modem-other-port")) },
                    }
                }
            }
        }
    }
}

/// A value of a query.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}
