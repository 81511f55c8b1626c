//! Moments as programs write them: RFC 3339 in UTC outside, milliseconds since 1970 inside.

use serde::Serializer;

/// A moment in RFC 3339.
pub fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default()
}

/// Reads a moment; any offset is understood.
pub fn parse(text: &str) -> Option<i64> {
    text.trim().parse::<jiff::Timestamp>().ok().map(|t| t.as_millisecond())
}

/// For `#[serde(serialize_with)]`: a moment, or `null` for 0.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
pub(crate) fn moment<S: Serializer>(ms: &i64, s: S) -> Result<S::Ok, S::Error> {
    if *ms == 0 { s.serialize_none() } else { s.serialize_str(&rfc3339(*ms)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_back() {
        assert_eq!(rfc3339(1_767_225_600_000), "2026-01-01T00:00:00Z");
        assert_eq!(parse("2026-01-01T02:00:00.250+02:00"), Some(1_767_225_600_250));
        assert_eq!(parse("tomorrow"), None);
    }
}
