//! The closed list of connector kinds and the fields of their forms.

use crate::field::{ERRORS, NATIONAL, TLS, TLS_CA, TLS_NAME, TLS_PIN, number, secret, text};
use crate::http;
use sms::form::{Field, FieldKind, KindInfo};

const fn choice(name: &'static str, words: &'static [&'static str], default: &'static str) -> Field {
    crate::field::choice(name, words, default, true)
}

/// SMPP as a client of a carrier.
pub const SMPP: KindInfo = crate::smpp::KIND;

/// EMI/UCP as a client of a carrier. Without a user the carrier knows us by our address.
pub const UCP: KindInfo = KindInfo {
    name: "ucp",
    fields: &[
        text("host", None, false),
        number("port", 1, 65_535, "5000", false),
        TLS,
        TLS_CA,
        TLS_PIN,
        TLS_NAME,
        text("user", Some(""), false),
        secret("password", Some(""), false),
        number("window", 1, 99, "10", false),
        choice("international", &["zeros", "plain"], "zeros"),
        number("oton", 0, 9, "6", true),
        number("onpi", 0, 9, "5", true),
        text("clock_min", Some(""), true),
        number("binds", 1, 32, "1", true),
        number("rate", 0, 100_000, "0", true),
        number("answer_timeout_s", 1, 600, "60", true),
        number("enquire_s", 5, 600, "30", true),
        ERRORS,
    ],
};

/// CIMD2 as a client of a carrier.
pub const CIMD2: KindInfo = KindInfo {
    name: "cimd2",
    fields: &[
        text("host", None, false),
        number("port", 1, 65_535, "9971", false),
        TLS,
        TLS_CA,
        TLS_PIN,
        TLS_NAME,
        text("user", None, false),
        secret("password", Some(""), false),
        number("window", 1, 127, "1", false),
        choice("international", &["plus", "zeros", "plain"], "plus"),
        number("binds", 1, 32, "1", true),
        number("rate", 0, 100_000, "0", true),
        number("answer_timeout_s", 1, 600, "60", true),
        number("enquire_s", 5, 600, "30", true),
        ERRORS,
    ],
};

/// A GSM modem at a serial port, or behind TCP.
pub const MODEM: KindInfo = KindInfo {
    name: "modem",
    fields: &[
        text("device", None, false),
        Field { name: "pin", kind: FieldKind::Secret, default: Some(""), advanced: false },
        text("number", Some(""), false),
        number("per_hour", 0, 100_000, "0", false),
        number("per_day", 0, 1_000_000, "0", false),
        number("delay_ms", 0, 600_000, "4000", false),
        choice("reports", &["on", "off"], "on"),
        text("smsc", Some(""), true),
        NATIONAL,
        number("baud", 300, 4_000_000, "115200", true),
        number("answer_timeout_s", 10, 600, "120", true),
        text("quirks", Some(""), true),
        ERRORS,
    ],
};

/// An Android phone with our app: it asks us.
pub const PHONE: KindInfo = KindInfo {
    name: "phone",
    fields: &[
        choice("sims", &["all", "1", "2"], "all"),
        text("sim1_number", Some(""), false),
        text("sim2_number", Some(""), false),
        number("per_hour", 0, 100_000, "0", false),
        number("per_day", 0, 1_000_000, "0", false),
        number("delay_ms", 0, 600_000, "4000", false),
        Field {
            name: "reports",
            kind: FieldKind::Choice(&["on", "off"]),
            default: Some("on"),
            advanced: false,
        },
        number("window", 1, 50, "2", true),
        number("away_s", 5, 3_600, "60", true),
        number("answer_timeout_s", 20, 3_600, "120", true),
        ERRORS,
    ],
};

/// The built-in simulator: real SMPP to a pretend carrier inside this program.
pub const SIMULATOR: KindInfo = KindInfo {
    name: "simulator",
    fields: &[number("window", 1, 5_000, "100", true), number("rate", 0, 100_000, "0", false)],
};

/// All kinds: sessions, providers, and at the end the one that pretends.
pub const ALL: &[KindInfo] = &joined();

const SESSIONS: &[KindInfo] = &[SMPP, UCP, CIMD2, MODEM, PHONE];

const fn joined() -> [KindInfo; SESSIONS.len() + http::KINDS.len() + 1] {
    let mut all = [SIMULATOR; SESSIONS.len() + http::KINDS.len() + 1];
    let mut n = 0;
    while n < SESSIONS.len() {
        all[n] = SESSIONS[n];
        n += 1;
    }
    while n < SESSIONS.len() + http::KINDS.len() {
        all[n] = http::KINDS[n - SESSIONS.len()];
        n += 1;
    }
    all
}
