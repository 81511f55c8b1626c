//! A connector's row as the settings of its links, by its kind.

use crate::errors::Errors;
use crate::http::Bridge;
use crate::kind;
use crate::net::Net;
use crate::talk::{Settings, Tongue};
use crate::times::Times;
use crate::tls::{self, Tls};
use crate::{cimd, http, modem, phone, smpp, ucp};
use sms::tpdu::Address;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use store::connector::{self, Row};
use store::machine::modem::Caps;
use wire::at::Quirks;

/// A number of a form, or what it is when nothing is given.
pub(crate) fn number(settings: &connector::Settings, name: &str, default: i64) -> i64 {
    settings.get(name).and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// The links' settings; `None` for a kind that is not carried here, or the simulator while it does not run.
pub(crate) fn of(
    row: &Row,
    simulator: Option<SocketAddr>,
    times: Times,
    net: &Arc<dyn Net>,
) -> Option<Settings> {
    let provider = http::of(&row.kind, &row.settings)
        .map(|provider| http::Account { provider, hooks: row.hooks.clone() });
    let (proxy, base) = (text(row, "proxy"), text(row, "base"));
    let port = |default| address(&text(row, "host"), number(&row.settings, "port", default));
    let (tongue, address, window): (Arc<dyn Tongue>, _, _) = match row.kind.as_str() {
        "simulator" => (smpp(row), simulator?.to_string(), 100),
        "smpp" => (smpp(row), port(2_775), 10),
        "ucp" => (ucp(row), port(5_000), 10),
        "cimd2" => (cimd(row), port(9_971), 1),
        "phone" => (phone(row), String::new(), 2),
        "modem" => (modem(row), text(row, "device").trim_start_matches("tcp:").to_owned(), 1),
        _ => {
            let way = if proxy.is_empty() { &base } else { &proxy };
            (Arc::new(provider?), http::address(way)?, 10)
        }
    };
    let inside = kind::ALL.iter().find(|k| k.name == row.kind).is_none_or(|k| {
        k.fields.iter().find(|f| f.name == "base").is_none_or(|f| f.default != Some(base.as_str()))
    });
    let net: Arc<dyn Net> =
        if http::is_kind(&row.kind) { Arc::new(Bridge::new(proxy, inside)) } else { secured(row, net) };
    let seconds = |own: i64, name: &str, default| {
        if own > 0 { own } else { number(&row.settings, name, default) * 1_000 }
    };
    Some(Settings {
        name: row.name.clone(),
        address,
        window: usize::try_from(number(&row.settings, "window", window)).unwrap_or(1),
        rate: number(&row.settings, "rate", 0),
        answer_ms: seconds(times.answer, "answer_timeout_s", 60),
        enquire_ms: seconds(times.enquire, "enquire_s", 30),
        link: 0,
        times,
        tongue,
        net,
    })
}

fn text(row: &Row, name: &str) -> String {
    row.settings.get(name).cloned().unwrap_or_default()
}

fn errors(row: &Row) -> Errors {
    let (errors, unread) = Errors::read(&text(row, "errors"));
    if !unread.is_empty() {
        tracing::warn!(connector = %row.name, ?unread, "these entries of its table of errors cannot be read");
    }
    errors
}

fn smpp(row: &Row) -> Arc<dyn Tongue> {
    Arc::new(match row.kind.as_str() {
        "simulator" => smpp::Account::at_simulator(&row.name),
        _ => smpp::account(&row.settings, errors(row)),
    })
}

/// The network of a connector whose settings ask for TLS.
fn secured(row: &Row, net: &Arc<dyn Net>) -> Arc<dyn Net> {
    if text(row, "tls") != "on" {
        return Arc::clone(net);
    }
    let name = Some(text(row, "tls_name")).filter(|name| !name.is_empty());
    Arc::new(Tls::new(
        Arc::clone(net),
        tls::Wanted {
            name: name.unwrap_or_else(|| text(row, "host")),
            authorities: text(row, "tls_ca"),
            pins: text(row, "tls_pin"),
        },
    ))
}

fn ucp(row: &Row) -> Arc<dyn Tongue> {
    let small = |name: &str, default| u8::try_from(number(&row.settings, name, default)).unwrap_or_default();
    Arc::new(ucp::Account {
        user: text(row, "user"),
        password: text(row, "password"),
        ton: small("oton", 6),
        npi: small("onpi", 5),
        errors: errors(row),
        plus: plus(row),
        zone_min: text(row, "clock_min").trim().parse().ok(),
    })
}

fn cimd(row: &Row) -> Arc<dyn Tongue> {
    Arc::new(cimd::Account {
        user: text(row, "user"),
        password: text(row, "password"),
        errors: errors(row),
        plus: plus(row),
    })
}

fn modem(row: &Row) -> Arc<dyn Tongue> {
    let (quirks, unknown) = Quirks::read(&text(row, "quirks"));
    if !unknown.is_empty() {
        tracing::warn!(connector = %row.name, ?unknown, known = ?Quirks::WORDS, "no such quirks");
    }
    let caps = Caps { hour: number(&row.settings, "per_hour", 0), day: number(&row.settings, "per_day", 0) };
    Arc::new(modem::Modem(Arc::new(modem::Account {
        connector: row.id,
        place: modem::Place::read(&text(row, "device")),
        baud: u32::try_from(number(&row.settings, "baud", 115_200)).unwrap_or(115_200),
        // What is no PIN would be a command of its own.
        pin: Some(text(row, "pin")).filter(|pin| wire::at::is_pin(pin)).unwrap_or_default(),
        smsc: Address::new(&text(row, "smsc")).ok(),
        number: text(row, "number"),
        reports: text(row, "reports") != "off",
        delay_ms: number(&row.settings, "delay_ms", 4_000),
        caps,
        quirks,
        errors: errors(row),
        session: Mutex::default(),
        found: Mutex::default(),
    })))
}

fn phone(row: &Row) -> Arc<dyn Tongue> {
    Arc::new(phone::Phone(Arc::new(phone::Account::of(row.id, &row.settings, errors(row)))))
}

/// What stands before an international number.
fn plus(row: &Row) -> &'static str {
    match text(row, "international").as_str() {
        "zeros" => "00",
        "plain" => "",
        // Of a CIMD2 address the plus is part.
        _ if row.kind == "cimd2" => "+",
        _ => "00",
    }
}

/// `host:port`, with the brackets an IPv6 address needs.
fn address(host: &str, port: i64) -> String {
    if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}
