//! What an account is allowed and how its messages are read: the settings of a client, checked and typed.

use sms::Class;
use sms::form::{Field, FieldKind, KindInfo, Refused};
use std::net::IpAddr;
use std::str::FromStr;
use store::client::Settings;

/// Classes an account may send. A warning to many people is nobody's default.
const CLASSES: &[&str] = &["transactional", "otp", "service", "conversational", "marketing", "political"];

/// The fields of an account, in the order of its form; `system_id` and `password` stand apart.
pub const INFO: KindInfo = KindInfo {
    name: "client",
    fields: &[
        Field {
            name: "bind",
            kind: FieldKind::Choice(&["any", "trx", "tx", "rx"]),
            default: Some("any"),
            advanced: false,
        },
        Field {
            name: "binds",
            kind: FieldKind::Number { min: 1, max: 1_000 },
            default: Some("5"),
            advanced: false,
        },
        Field {
            name: "rate",
            kind: FieldKind::Number { min: 0, max: 100_000 },
            default: Some("0"),
            advanced: false,
        },
        Field {
            name: "window",
            kind: FieldKind::Number { min: 1, max: 10_000 },
            default: Some("50"),
            advanced: false,
        },
        Field {
            name: "class",
            kind: FieldKind::Choice(CLASSES),
            default: Some("transactional"),
            advanced: false,
        },
        Field { name: "allow", kind: FieldKind::Text, default: Some(""), advanced: false },
        Field { name: "from", kind: FieldKind::Text, default: Some(""), advanced: true },
        Field { name: "services", kind: FieldKind::Text, default: Some(""), advanced: true },
        Field {
            name: "charset",
            kind: FieldKind::Choice(&["gsm7", "latin1", "utf8"]),
            default: Some("gsm7"),
            advanced: true,
        },
        Field {
            name: "receipts",
            kind: FieldKind::Choice(&["asked", "always", "never"]),
            default: Some("asked"),
            advanced: true,
        },
    ],
};

/// What data_coding 0 means in an account's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// The GSM alphabet, one septet an octet.
    Gsm7,
    /// ISO 8859-1.
    Latin1,
    /// UTF-8.
    Utf8,
}

/// Which messages of an account are reported on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipts {
    /// Those that ask for it.
    Asked,
    /// All.
    Always,
    /// None.
    Never,
}

/// A range of addresses, as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    bits: u128,
    length: u32,
}

impl Range {
    /// Whether an address is in it. An IPv4 address is itself, however it is written.
    pub fn holds(&self, address: IpAddr) -> bool {
        let mask = if self.length == 0 { 0 } else { u128::MAX << (128 - self.length) };
        bits(address) & mask == self.bits & mask
    }
}

/// IPv4 stands in the block that IPv6 keeps for it.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

impl FromStr for Range {
    type Err = ();

    fn from_str(text: &str) -> Result<Range, ()> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().map_err(drop)?)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(drop)?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(whole);
        if length > whole {
            return Err(());
        }
        Ok(Range { bits: bits(address), length: length + 128 - whole })
    }
}

/// The settings of an account, typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The one kind of bind that is allowed, by its number; `None` any.
    pub bind: Option<i64>,
    /// Sessions at one time.
    pub binds: i64,
    /// Messages a second; 0 without a limit.
    pub rate: u32,
    /// Requests without an answer at one time, either way.
    pub window: usize,
    /// What its messages are for unless their service type says.
    pub class: Class,
    /// Service types that say it.
    pub services: Vec<(String, Class)>,
    /// Where it may come from; empty from everywhere.
    pub allow: Vec<Range>,
    /// What handsets may show; empty anything.
    pub from: Vec<String>,
    /// What data_coding 0 means.
    pub charset: Charset,
    /// What is reported.
    pub receipts: Receipts,
}

impl Terms {
    /// Of stored settings, which were checked when they were stored; what is absent is as a new account has it.
    pub fn of(settings: &Settings) -> Terms {
        let given = settings.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        let known = given.filter(|(k, _)| INFO.fields.iter().any(|f| f.name == *k));
        let all: Settings =
            INFO.settle(known).unwrap_or_default().into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let text = |name: &str| all.get(name).map(String::as_str).unwrap_or_default();
        let number = |name: &str, least: i64| text(name).parse::<i64>().unwrap_or(least).max(least);
        Terms {
            bind: ["tx", "rx", "trx"].iter().zip(0..).find(|(w, _)| **w == text("bind")).map(|(_, n)| n),
            binds: number("binds", 1),
            rate: u32::try_from(number("rate", 0)).unwrap_or(u32::MAX),
            window: usize::try_from(number("window", 1)).unwrap_or(1),
            class: text("class").parse().unwrap_or(Class::Transactional),
            services: services(text("services")).filter_map(Result::ok).collect(),
            allow: words(text("allow")).filter_map(|w| w.parse().ok()).collect(),
            from: senders(text("from")).map(str::to_owned).collect(),
            charset: match text("charset") {
                "latin1" => Charset::Latin1,
                "utf8" => Charset::Utf8,
                _ => Charset::Gsm7,
            },
            receipts: match text("receipts") {
                "always" => Receipts::Always,
                "never" => Receipts::Never,
                _ => Receipts::Asked,
            },
        }
    }

    /// What a message of this service type is for; `None` where the account has no such type.
    pub fn class_of(&self, service_type: &str) -> Option<Class> {
        if service_type.is_empty() || self.services.is_empty() {
            return Some(self.class);
        }
        let found = self.services.iter().find(|(name, _)| name.eq_ignore_ascii_case(service_type));
        // Types of the clause mean a bearer, not a purpose.
        let bearer = ["CMT", "CPT", "VMN", "VMA", "WAP", "USSD"];
        match found {
            Some((_, class)) => Some(*class),
            None if bearer.iter().any(|b| b.eq_ignore_ascii_case(service_type)) => Some(self.class),
            None => None,
        }
    }

    /// Whether an address may bind.
    pub fn lets_in(&self, address: IpAddr) -> bool {
        self.allow.is_empty() || self.allow.iter().any(|range| range.holds(address))
    }

    /// Whether handsets may show this sender. With or without its plus, a number is one.
    pub fn may_show(&self, sender: &str) -> bool {
        let bare = |text: &str| text.trim_start_matches('+').to_ascii_lowercase();
        self.from.is_empty() || sender.is_empty() || self.from.iter().any(|f| bare(f) == bare(sender))
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', ' ', '\n']).map(str::trim).filter(|w| !w.is_empty())
}

/// A sender may have spaces in it.
fn senders(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '\n']).map(str::trim).filter(|w| !w.is_empty())
}

/// `OTP=otp, PROMO=marketing`: each entry, or what could not be read.
fn services(text: &str) -> impl Iterator<Item = Result<(String, Class), &str>> {
    text.split([',', ';', '\n']).map(str::trim).filter(|e| !e.is_empty()).map(|entry| {
        let (name, class) = entry.split_once('=').ok_or(entry)?;
        let (name, class) = (name.trim(), class.trim());
        let class = Some(class).filter(|c| CLASSES.contains(c)).and_then(|c| c.parse().ok()).ok_or(entry)?;
        let fits = (1..=5).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok((name.to_owned(), class)) } else { Err(entry) }
    })
}

/// What a list of values cannot say by its type alone.
pub(super) fn check(settings: &Settings) -> Result<(), Refused> {
    let text = |name: &str| settings.get(name).map(String::as_str).unwrap_or_default();
    let refuse = |field: &str, why: String| Err(Refused { field: field.to_owned(), why });
    if let Some(wrong) = words(text("allow")).find(|w| w.parse::<Range>().is_err()) {
        return refuse("allow", format!("'{wrong}' is no address or range; write 192.0.2.7 or 10.0.0.0/8"));
    }
    if let Some(wrong) = senders(text("from")).find(|w| crate::connector::shown_sender(w).is_none()) {
        return refuse("from", format!("'{wrong}' is no sender: a number, or a name of up to 11 signs"));
    }
    if let Some(wrong) = services(text("services")).find_map(Result::err) {
        let known = CLASSES.join(", ");
        return refuse("services", format!("'{wrong}' cannot be read: write OTP=otp with one of {known}"));
    }
    Ok(())
}
