//! What a command says: data on stdout, as a table for people or JSON for programs; everything else on stderr.

use serde_json::Value;
use std::io::{self, Write};

/// How data are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Tables and lines.
    People,
    /// One document.
    Json,
    /// A value a line.
    Lines,
}

/// One thing: the document, or the lines a person reads.
pub(super) fn one(format: Format, value: &Value, people: &str) {
    match format {
        Format::People => out(people),
        Format::Json | Format::Lines => out(&value.to_string()),
    }
}

/// Many things: a document, one a line, or a table of some of their members.
pub(super) fn many(format: Format, values: &[Value], columns: &[(&str, &str)]) {
    match format {
        Format::Json => out(&Value::Array(values.to_vec()).to_string()),
        Format::Lines => values.iter().for_each(|v| out(&v.to_string())),
        Format::People => out(&table(values, columns)),
    }
}

/// A line on stdout. A reader that went away is no error of ours.
pub(super) fn out(text: &str) {
    if !text.is_empty() {
        let _ = writeln!(io::stdout().lock(), "{text}");
    }
}

/// A line on stderr: progress, hints.
pub(super) fn hint(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn table(values: &[Value], columns: &[(&str, &str)]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(columns.iter().map(|(head, _)| head.to_uppercase()));
    for value in values {
        table.add_row(columns.iter().map(|(_, name)| cell(&value[*name])));
    }
    table.trim_fmt()
}

/// A value as a person reads it.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => "–".into(),
        Value::String(text) if text.is_empty() => "–".into(),
        Value::String(text) => text.replace(['\n', '\r', '\t'], " "),
        Value::Array(all) => all.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A span of seconds in its two largest units.
pub(super) fn lasting(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let first = units.iter().position(|(size, _)| seconds >= *size).unwrap_or(units.len() - 1);
    let mut rest = seconds.max(0);
    let mut words = Vec::new();
    for (size, unit) in units.iter().skip(first).take(2) {
        if rest / size > 0 || words.is_empty() {
            words.push(format!("{} {unit}", rest / size));
        }
        rest %= size;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::lasting;

    #[test]
    fn a_span_is_told_in_two_units() {
        for (seconds, told) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_725, "1 h 2 min"), (180_000, "2 d 2 h")]
        {
            assert_eq!(lasting(seconds), told);
        }
    }
}
