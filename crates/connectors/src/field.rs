//! How the fields of kinds' forms are written down: one line each.

use sms::form::{Check, Field, FieldKind};

pub(crate) const fn text(name: &'static str, default: Option<&'static str>, advanced: bool) -> Field {
    Field { name, kind: FieldKind::Text, default, advanced }
}

pub(crate) const fn secret(name: &'static str, default: Option<&'static str>, advanced: bool) -> Field {
    Field { name, kind: FieldKind::Secret, default, advanced }
}

pub(crate) const fn number(
    name: &'static str,
    min: i64,
    max: i64,
    default: &'static str,
    advanced: bool,
) -> Field {
    Field { name, kind: FieldKind::Number { min, max }, default: Some(default), advanced }
}

pub(crate) const fn choice(
    name: &'static str,
    words: &'static [&'static str],
    default: &'static str,
    advanced: bool,
) -> Field {
    Field { name, kind: FieldKind::Choice(words), default: Some(default), advanced }
}

pub(crate) const fn checked(
    name: &'static str,
    check: fn(&str) -> Result<(), String>,
    advanced: bool,
) -> Field {
    Field { name, kind: FieldKind::Checked(Check(check)), default: Some(""), advanced }
}

pub(crate) const fn lines(
    name: &'static str,
    check: fn(&str) -> Result<(), String>,
    advanced: bool,
) -> Field {
    Field { name, kind: FieldKind::Lines(Check(check)), default: Some(""), advanced }
}

/// Whether the carrier is spoken to inside TLS, and how it is known there; see [`crate::tls::Wanted`].
pub(crate) const TLS: Field = choice("tls", &["off", "on"], "off", false);
pub(crate) const TLS_CA: Field = lines("tls_ca", crate::tls::check_authorities, true);
pub(crate) const TLS_PIN: Field = checked("tls_pin", crate::tls::check_pins, true);
pub(crate) const TLS_NAME: Field = text("tls_name", Some(""), true);

/// The national tables that the carrier and its handsets are trusted with.
pub(crate) const NATIONAL: Field = checked("national", is_national, true);

fn is_national(text: &str) -> Result<(), String> {
    let read = text.parse::<sms::alphabet::Shifts>();
    read.map(drop)
        .map_err(|e| format!("{e}: write languages, as turkish, spanish:single, hindi, all or none"))
}

/// The carrier's own meanings of its error numbers.
pub(crate) const ERRORS: Field = Field {
    name: "errors",
    kind: FieldKind::Codes(crate::errors::CLASS_WORDS),
    default: Some(""),
    advanced: true,
};

/// A kind of HTTP provider: its own fields, then those that all of them have.
macro_rules! provider {
    ($name:literal, $base:expr, [$($own:expr),* $(,)?]) => {
        sms::form::KindInfo {
            name: $name,
            fields: &[
                $($own,)*
                crate::field::text("base", $base, $base.is_some()),
                crate::field::number("window", 1, 500, "10", true),
                crate::field::number("rate", 0, 100_000, "0", true),
                crate::field::number("answer_timeout_s", 1, 600, "30", true),
                crate::field::number("enquire_s", 5, 3_600, "300", true),
                crate::field::text("proxy", Some(""), true),
                crate::field::text("hook_user", Some(""), true),
                crate::field::secret("hook_password", Some(""), true),
                crate::field::ERRORS,
            ],
        }
    };
}
pub(crate) use provider;
