//! A table of routes as a file: a JSON array with one object a rule, in their order.
//!
//! It is read with the line of each rule, so that whoever wrote it is told where to look, and written without what is
//! empty, so that a person can read it. A file decides nothing: it becomes the draft, or nothing at all.

use super::check;
use super::doc::{Doc, Names};
use super::draft::{self, Change};
use crate::{Ctx, Error, Permission, Result};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use store::route::Choose;
use store::{Tx, rate};

/// What `routes list --json` says twice: the first of a condition, and the list it stands in.
const TWICE: [(&str, &str); 3] = [("prefix", "prefixes"), ("class", "classes"), ("from", "senders")];

/// A rule and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The line it begins on, from 1.
    pub line: usize,
    /// The rule.
    pub doc: Doc,
    /// How it is written there.
    text: String,
}

/// What is wrong, and where.
#[derive(Debug)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// Which rule, from 1; 0 where it is the file.
    pub rule: usize,
    /// Why.
    pub why: Error,
}

/// The rules of a file, or everything that keeps it from being read.
pub fn read(bytes: &[u8]) -> std::result::Result<Vec<Placed>, Vec<Fault>> {
    let whole = |line: usize, why: &'static str, detail: &str| {
        vec![Fault { line, rule: 0, why: Error::invalid("file", why, detail.to_owned()) }]
    };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = lines(&bytes[..e.valid_up_to()]) + 1;
        whole(line, "no_text", "it is no UTF-8 text")
    })?;
    if let Err(e) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(whole(e.line().max(1), "no_json", "from here on it is no JSON"));
    }
    if !text.trim_start().starts_with('[') {
        return Err(whole(1, "no_table", "it must be a list of rules: [ … ]"));
    }
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (n, (line, text)) in pieces(text).into_iter().enumerate() {
        match piece(text) {
            Ok(doc) => found.push(Placed { line, doc, text: text.to_owned() }),
            Err((below, why)) => faults.push(Fault { line: line + below, rule: n + 1, why }),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

fn lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

/// The members of an array that is known to be JSON, each with the line it begins on.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let (mut out, mut depth, mut line, mut quoted, mut escaped) = (Vec::new(), 0_usize, 1, false, false);
    let mut begun: Option<(usize, usize)> = None;
    for (at, byte) in text.bytes().enumerate() {
        let outside = !quoted;
        match byte {
            b'\n' => line += 1,
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        let ends = outside && depth == 1 && (byte == b',' || byte == b']');
        if ends && let Some((line, from)) = begun.take() {
            out.push((line, text[from..at].trim_end()));
        }
        if outside && depth >= 1 && !ends && begun.is_none() && !byte.is_ascii_whitespace() {
            begun = Some((line, at));
        }
        match byte {
            b'[' | b'{' if outside => depth += 1,
            b']' | b'}' if outside => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    out
}

/// A rule as it is written, or how many lines below its beginning it is wrong, and why.
fn piece(text: &str) -> std::result::Result<Doc, (usize, Error)> {
    serde_json::from_str(text).or_else(|e| {
        let listed = serde_json::from_str::<Map<String, Value>>(text)
            .ok()
            .filter(|map| TWICE.iter().any(|(one, _)| map.contains_key(*one)));
        let plain = listed.and_then(|map| serde_json::from_value(once(map).into()).ok());
        plain.ok_or_else(|| (e.line().saturating_sub(1), unread(&e)))
    })
}

/// A rule without what is said twice; what is said once goes where it belongs.
fn once(mut map: Map<String, Value>) -> Map<String, Value> {
    for (one, list) in TWICE {
        let said = map.remove(one).filter(|value| value.as_str().is_some_and(|text| !text.is_empty()));
        let listed = map.get(list).and_then(Value::as_array).is_some_and(|all| !all.is_empty());
        if let Some(said) = said.filter(|_| !listed) {
            map.insert(list.to_owned(), Value::Array(vec![said]));
        }
    }
    map
}

fn unread(e: &serde_json::Error) -> Error {
    let says = e.to_string();
    let named = says.split('`').nth(1).unwrap_or_default();
    if says.starts_with("unknown field") {
        return Error::invalid("file", "no_such_field", format!("a rule has no '{named}'"));
    }
    if says.starts_with("unknown variant") {
        return Error::invalid(
            "file",
            "no_such_word",
            format!("'{named}' is none of the words that may stand here"),
        );
    }
    Error::invalid("file", "wrong_kind", "this value is not of the kind that stands here")
}

/// Makes the draft of a file that was read; `edit` is the change of the draft that was looked at. Everything that is wrong
/// is found at once, and then nothing is kept.
pub fn bring(tx: &mut Tx<'_>, ctx: &Ctx, edit: Option<i64>, rules: &[Placed]) -> Result<Vec<Fault>> {
    ctx.need(Permission::Delivery)?;
    let names = Names::load(tx, ctx)?;
    let lists = rate::lists(tx)?;
    let mut faults = Vec::new();
    for (n, placed) in rules.iter().enumerate() {
        let judged = names.read(&placed.doc).and_then(|rule| check::table(&[rule], &lists));
        if let Err(why) = judged {
            faults.push(Fault { line: placed.line + below(&placed.text, &why), rule: n + 1, why });
        }
    }
    if !faults.is_empty() {
        return Ok(faults);
    }
    let docs = rules.iter().map(|placed| placed.doc.clone()).collect();
    match draft::change(tx, ctx, edit, &Change::Whole(docs)) {
        Ok(_) => Ok(Vec::new()),
        Err(why @ Error::Invalid { .. }) => Ok(vec![Fault { line: 1, rule: 0, why }]),
        Err(e) => Err(e),
    }
}

/// How many lines below its beginning a rule says what is wrong: where the word at fault stands, else its field.
fn below(text: &str, why: &Error) -> usize {
    let Error::Invalid { param, detail, .. } = why else { return 0 };
    let word = detail.split('\'').nth(1).filter(|word| !word.is_empty());
    let at = word
        .and_then(|word| text.find(&Value::from(word).to_string()))
        .or_else(|| text.find(&format!("\"{param}")))
        .unwrap_or(0);
    lines(&text.as_bytes()[..at])
}

/// The file of a table.
pub fn write(rules: &[Doc]) -> String {
    let plain = |rule: &Doc| {
        let mut value = serde_json::to_value(rule).unwrap_or_default(); // texts and numbers alone: it cannot fail
        if let Some(map) = value.as_object_mut() {
            map.retain(|_, value| !is_empty(value));
            if rule.choose == Choose::Order {
                map.remove("choose");
            }
            if let Some(Value::Object(rewrite)) = map.get_mut("rewrite") {
                rewrite.retain(|_, value| !is_empty(value));
            }
            map.retain(|_, value| !is_empty(value));
        }
        value
    };
    let all: Vec<Value> = rules.iter().map(plain).collect();
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n" // as above
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(usize, usize, String)> {
        let why = |f: Fault| match f.why {
            Error::Invalid { why, detail, .. } => {
                (f.line, f.rule, format!("{why} {}", detail.split('\'').nth(1).unwrap_or_default()))
            }
            other => panic!("{other}"),
        };
        read(text.as_bytes()).expect_err("a file with faults").into_iter().map(why).collect()
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let said = |line, rule, why: &str| (line, rule, why.to_owned());
        assert_eq!(faults(""), [said(1, 0, "no_json ")]);
        assert_eq!(faults("[\n {\"to\": [\"a\"]}\n {}\n]"), [said(3, 0, "no_json ")]);
        assert_eq!(faults("{\"rules\": []}"), [said(1, 0, "no_table ")]);
        let two = "[{\"to\": [\"a\"]},\n  {\n    \"name\": \"} ] \\\" ,\",\n    \"too\": [\"a\"]\n  },\n\n  {\"choose\":\n \"dearest\"}, 7]";
        assert_eq!(
            faults(two),
            [said(4, 2, "no_such_field too"), said(8, 3, "no_such_word dearest"), said(8, 4, "wrong_kind ")]
        );
        assert_eq!(read(b"[\n\"\xFF\"]").expect_err("no text")[0].line, 2);
    }

    #[test]
    fn a_table_comes_back_as_it_was_written() {
        let rule = Doc {
            id: "row_1".into(),
            prefixes: vec!["+972".into()],
            choose: Choose::Share,
            to: vec!["a".into(), "b".into()],
            weights: vec![3, 0],
            ..Doc::default()
        };
        let all = [rule, Doc { to: vec!["a".into()], ..Doc::default() }];
        let text = write(&all);
        assert!(!text.contains("rewrite") && !text.contains("\"off\""), "{text}");
        let back: Vec<Doc> =
            read(text.as_bytes()).expect("its own file").into_iter().map(|p| p.doc).collect();
        assert_eq!(back, all);
        assert_eq!(read("\u{feff}[]".as_bytes()).expect("an empty table"), []);
    }

    #[test]
    fn the_list_of_the_command_is_read_too() {
        let text = r#"[{"prefix": "+972", "prefixes": ["+972"], "class": null, "from": "", "to": ["a"]},
            {"prefix": "+36", "to": ["a"]}]"#;
        let read = read(text.as_bytes()).expect("what the command wrote");
        let prefixes: Vec<&str> = read.iter().flat_map(|p| &p.doc.prefixes).map(String::as_str).collect();
        assert_eq!(prefixes, ["+972", "+36"]);
    }
}
