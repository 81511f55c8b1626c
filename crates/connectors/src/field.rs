//! How the fields of kinds' forms are written down: one line each.

use sms::form::{Field, FieldKind};

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
