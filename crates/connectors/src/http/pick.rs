//! How the generic provider finds a value in what came in: a pointer into JSON, a field, what stands after some words, or
//! a pattern.

use super::read;
use regex::Regex;
use serde_json::Value;

/// Octets of a compiled pattern.
const PATTERN_MAX: usize = 256 * 1024;

/// Where a value stands.
#[derive(Debug, Clone, Default)]
pub(crate) enum Pick {
    /// Nowhere.
    #[default]
    Nothing,
    /// `/a/0/b` in JSON.
    Pointer(String),
    /// A field of a form, a query or of the top of JSON.
    Field(String),
    /// After these words, to the next blank, quote or end of line.
    After(String),
    /// The first group of a pattern, or all of it.
    Pattern(Regex),
}

impl Pick {
    /// Reads how one is written: `/data/id`, `id`, `after:OK: `, `regex:id=(\w+)`.
    pub(crate) fn read(text: &str) -> Result<Pick, String> {
        if let Some(pattern) = text.strip_prefix("regex:") {
            let made = regex::RegexBuilder::new(pattern).size_limit(PATTERN_MAX).build();
            return made.map(Pick::Pattern).map_err(|e| format!("the pattern cannot be read: {e}"));
        }
        Ok(match text {
            "" => Pick::Nothing,
            _ if text.starts_with("after:") => Pick::After(text.trim_start_matches("after:").to_owned()),
            _ if text.starts_with('/') => Pick::Pointer(text.to_owned()),
            _ => Pick::Field(text.to_owned()),
        })
    }

    /// The value in an answer.
    pub(crate) fn of(&self, body: &str) -> String {
        self.within(body, &read::json(body), &[])
    }

    /// The value in something that was read already.
    pub(crate) fn within(&self, body: &str, json: &Value, fields: &[(String, String)]) -> String {
        match self {
            Pick::Nothing => String::new(),
            Pick::Pointer(pointer) => json.pointer(pointer).map(read::said).unwrap_or_default(),
            Pick::Field(name) => match read::get(fields, name) {
                "" => read::said(&json[name.as_str()]),
                value => value.to_owned(),
            },
            Pick::After(words) => {
                let rest = body.split_once(words.as_str()).map_or("", |(_, rest)| rest).trim_start();
                let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '<' | '|'));
                rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().to_owned()
            }
            Pick::Pattern(pattern) => {
                let found = pattern.captures(body);
                found.and_then(|c| c.get(1).or(c.get(0)).map(|m| m.as_str().to_owned())).unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_as_they_are_asked_for() {
        for (pick, body, value) in [
            ("/data/0/id", r#"{"data":[{"id":77}]}"#, "77"),
            ("id", r#"{"id":"a"}"#, "a"),
            ("after:Success \"", "Success \"ab-1\"", "ab-1"),
            ("after:OK:", "OK: 55|x", "55"),
            (r"regex:id=(\w+)", "x id=9z;", "9z"),
            (r"regex:\d+", "a 12 b", "12"),
            ("/a", "no json", ""),
            ("", "x", ""),
        ] {
            assert_eq!(Pick::read(pick).unwrap().of(body), value, "{pick}");
        }
        assert!(Pick::read("regex:(").is_err());
        assert!(Pick::read("regex:(a{1000}){1000}").is_err(), "no pattern may eat the memory");
    }
}
