//! The kinds of connectors this binary carries, for pages, API and command line.

use sms::form::{Field, FieldKind, KindInfo};

const fn text(name: &'static str, default: Option<&'static str>) -> Field {
    Field { name, kind: FieldKind::Text, default, advanced: false }
}

const fn more(name: &'static str, kind: FieldKind, default: &'static str) -> Field {
    Field { name, kind, default: Some(default), advanced: true }
}

const fn number(min: i64, max: i64) -> FieldKind {
    FieldKind::Number { min, max }
}

/// All of them.
pub const KINDS: &[KindInfo] = &[
    KindInfo {
        name: "smpp",
        fields: &[
            text("host", None),
            Field { name: "port", kind: number(1, 65_535), default: Some("2775"), advanced: false },
            text("system_id", None),
            Field { name: "password", kind: FieldKind::Secret, default: Some(""), advanced: false },
            more("system_type", FieldKind::Text, ""),
            more("bind", FieldKind::Choice(&["trx", "tx", "rx"]), "trx"),
            more("binds", number(1, 16), "1"),
            more("window", number(1, 10_000), "10"),
            more("rate", number(0, 100_000), "0"),
            more("tls", FieldKind::Choice(&["off"]), "off"),
        ],
    },
    KindInfo { name: engine::connector::SIMULATOR, fields: &[] },
];
