//! The closed list of connector kinds and the fields of their forms.

use sms::form::{Field, FieldKind, KindInfo};

const fn text(name: &'static str, default: Option<&'static str>, advanced: bool) -> Field {
    Field { name, kind: FieldKind::Text, default, advanced }
}

const fn number(name: &'static str, min: i64, max: i64, default: &'static str, advanced: bool) -> Field {
    Field { name, kind: FieldKind::Number { min, max }, default: Some(default), advanced }
}

const fn choice(name: &'static str, words: &'static [&'static str], default: &'static str) -> Field {
    Field { name, kind: FieldKind::Choice(words), default: Some(default), advanced: true }
}

/// SMPP 3.4 as a client of a carrier.
pub const SMPP: KindInfo = KindInfo {
    name: "smpp",
    fields: &[
        text("host", None, false),
        number("port", 1, 65_535, "2775", false),
        text("system_id", None, false),
        Field { name: "password", kind: FieldKind::Secret, default: Some(""), advanced: false },
        text("system_type", Some(""), true),
        choice("bind", &["trx", "tx", "rx"], "trx"),
        number("binds", 1, 32, "1", true),
        number("window", 1, 5_000, "10", true),
        number("rate", 0, 100_000, "0", true),
        choice("tls", &["off"], "off"),
        choice("alphabet", &["gsm", "latin1"], "gsm"),
        number("answer_timeout_s", 1, 600, "60", true),
        number("enquire_s", 5, 600, "30", true),
        text("errors", Some(""), true),
    ],
};

/// The built-in simulator: real SMPP to a pretend carrier inside this program.
pub const SIMULATOR: KindInfo = KindInfo {
    name: "simulator",
    fields: &[number("window", 1, 5_000, "100", true), number("rate", 0, 100_000, "0", false)],
};

/// All kinds.
pub const ALL: &[KindInfo] = &[SMPP, SIMULATOR];
