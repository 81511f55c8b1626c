//! Templates of the generic provider: text with named places, each written as the place where it stands wants it.
//!
//! A template is data. Nothing in it is run, no value of it can become a place, and a place that is not known is refused
//! with its line and column.

use super::read::escaped;
use std::fmt::Write;

/// The places there are, with what they stand for.
pub(crate) const PLACES: &[&str] = &[
    "to",
    "to_digits",
    "from",
    "from_bare",
    "text",
    "text_utf16",
    "id",
    "try",
    "hook",
    "validity_s",
    "validity_min",
    "coding",
    "user",
    "password",
    "key",
];

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// In an address or a form.
    Url,
    /// Inside a string of JSON.
    Json,
    /// Inside an element or attribute of XML.
    Xml,
    /// In a header: one line.
    Header,
    /// As it is.
    Plain,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(&'static str),
}

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Template(Vec<Piece>);

impl Template {
    /// Reads one; a brace that begins no name is a brace.
    pub(crate) fn read(text: &str) -> Result<Template, String> {
        let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, after) = rest.split_at(at);
            plain.push_str(before);
            let inner = after.get(1..).unwrap_or_default();
            let name = inner.split('}').next().filter(|name| is_name(name) && inner.len() > name.len());
            let Some(name) = name else {
                plain.push('{');
                rest = inner;
                continue;
            };
            let Some(place) = PLACES.iter().find(|place| **place == name) else {
                let done = text.len() - after.len();
                let before = text.get(..done).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                return Err(format!(
                    "line {line}, column {column}: there is no {{{name}}}; there is {}",
                    PLACES.map_to_words()
                ));
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Place(place));
            rest = inner.get(name.len() + 1..).unwrap_or_default();
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Template(pieces))
    }

    /// Writes it with these values.
    pub(crate) fn write(&self, manner: Manner, value: impl Fn(&str) -> String) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Place(name) => put(&mut out, manner, &value(name)),
            }
        }
        out
    }
}

/// A list of places for people.
trait Words {
    fn map_to_words(&self) -> String;
}

impl Words for [&str] {
    fn map_to_words(&self) -> String {
        self.iter().map(|place| format!("{{{place}}}")).collect::<Vec<_>>().join(" ")
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 40
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn put(out: &mut String, manner: Manner, value: &str) {
    match manner {
        Manner::Url => out.push_str(&escaped(value)),
        Manner::Plain => out.push_str(value),
        Manner::Header => out.extend(value.chars().filter(|c| !c.is_control())),
        Manner::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            out.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
        }
        Manner::Xml => {
            for c in value.chars() {
                match c {
                    '&' => out.push_str("&amp;"),
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '"' => out.push_str("&quot;"),
                    '\'' => out.push_str("&apos;"),
                    c if c.is_control() => {
                        // Of the control characters XML has only these three.
                        let _ = if matches!(c, '\t' | '\n' | '\r') {
                            write!(out, "&#{};", c as u32)
                        } else {
                            Ok(())
                        };
                    }
                    c => out.push(c),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(template: &str, manner: Manner, text: &str) -> String {
        Template::read(template).unwrap().write(manner, |_| text.to_owned())
    }

    #[test]
    fn a_value_is_a_value_wherever_it_stands() {
        let nasty = "a\"b\\{to}</x>&c=d\r\nE: f";
        let json = written(r#"{"text":"{text}","n":{"x":1}}"#, Manner::Json, nasty);
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((read["text"].as_str(), &read["n"]["x"]), (Some(nasty), &serde_json::json!(1)));
        assert_eq!(written("t={text}", Manner::Url, "a&b=c d"), "t=a%26b%3Dc%20d");
        let xml = written("<t>{text}</t>", Manner::Xml, nasty);
        assert!(!xml.contains("</x>") && xml.starts_with("<t>a&quot;b\\{to}&lt;/x&gt;&amp;c"), "{xml}");
        assert_eq!(written("X: {key}", Manner::Header, "k\r\nEvil: 1"), "X: kEvil: 1");
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_place() {
        let wrong = Template::read("{\n  \"a\": \"{txet}\"}").unwrap_err();
        assert!(wrong.starts_with("line 2, column 9: there is no {txet}"), "{wrong}");
        for fine in ["", "{", "{}", "{ to }", "{To}", "{{to}}", "}{", "{\"a\":{}}"] {
            assert!(Template::read(fine).is_ok(), "{fine}");
        }
        assert_eq!(written("{{to}}", Manner::Plain, "x"), "{x}");
    }
}
