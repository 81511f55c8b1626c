//! Delimited text: which separator, how many rows, and a walk over its records in bounded memory.

use std::io::Read;

use super::encoding::{Decoded, Script};
use super::record::{Cut, Flow, Record, Splitter};
use super::refused::Refused;

/// In the order they win when they fit equally well.
const SEPARATORS: [u8; 4] = [b';', b'\t', b',', b'|'];
const TRIAL_BYTES: usize = 256 * 1024;
const TRIAL_ROWS: usize = 400;

/// How a text is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) script: Script,
    pub(super) cut: Cut,
    /// The first line says `sep=;` to Excel and is no record.
    pub(super) hint_line: bool,
}

/// The start of the text, decoded: as much as the separator is judged by.
fn opening(input: impl Read, script: Script) -> Result<String, Refused> {
    let mut decoded = Decoded::new(input, script)?;
    let mut head = String::new();
    while head.len() < TRIAL_BYTES {
        match decoded.next()? {
            Some(text) => head.push_str(text),
            None => break,
        }
    }
    Ok(head)
}

/// `sep=X` on the first line, as Excel writes and reads it.
fn hinted(head: &str) -> Option<u8> {
    let line = head.lines().next()?.trim_end_matches('\r').trim_matches('"');
    let mark = line.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).and(line.as_bytes().get(4))?;
    (line.len() == 5 && SEPARATORS.contains(mark)).then_some(*mark)
}

/// Judges the layout; a separator that was asked for is taken as it is.
pub(super) fn layout(input: impl Read, script: Script, asked: Option<Option<u8>>) -> Result<Layout, Refused> {
    let head = opening(input, script)?;
    if head.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() {
        return Err(Refused::Empty);
    }
    let hint = hinted(&head);
    let separator = asked.unwrap_or_else(|| hint.or_else(|| judge(&head)));
    Ok(Layout { script, cut: Cut { separator }, hint_line: hint.is_some() })
}

/// The separator that cuts most records into the same number of cells, if it cuts most of them at all.
fn judge(head: &str) -> Option<u8> {
    let mut best: Option<(f64, u8)> = None;
    for separator in SEPARATORS {
        let widths = trial(head, separator);
        let mut tally = std::collections::BTreeMap::new();
        for &width in &widths {
            *tally.entry(width).or_insert(0usize) += 1;
        }
        let Some((&width, &times)) = tally.iter().max_by_key(|(_, times)| **times) else { continue };
        if width < 2 {
            continue;
        }
        let share = times as f64 / widths.len() as f64;
        if share > 0.5 && best.is_none_or(|(other, _)| share > other + 0.01) {
            best = Some((share, separator));
        }
    }
    best.map(|(_, separator)| separator)
}

/// The number of cells of the first records under a separator; what breaks later is found by the walk.
fn trial(head: &str, separator: u8) -> Vec<usize> {
    let mut widths = Vec::new();
    let mut splitter = Splitter::new(Cut { separator: Some(separator) });
    let mut sink = |record: &mut Record| {
        widths.push(record.len());
        Ok(if widths.len() < TRIAL_ROWS { Flow::Continue(()) } else { Flow::Break(()) })
    };
    let fed = splitter.feed(head, &mut sink);
    if matches!(fed, Ok(flow) if flow.is_continue()) && head.len() < TRIAL_BYTES {
        // A text that ends inside a quote is refused by the walk with the line; here its good records count.
        let _ = splitter.finish(&mut sink);
    }
    widths
}

/// Hands every record to `sink` until it breaks off. Returns whether a character could not be decoded.
pub(super) fn walk(
    input: impl Read,
    layout: Layout,
    sink: &mut dyn FnMut(&mut Record) -> Result<Flow, Refused>,
) -> Result<bool, Refused> {
    let mut decoded = Decoded::new(input, layout.script)?;
    let mut splitter = Splitter::new(layout.cut);
    let mut hint_line = layout.hint_line;
    let mut sink = |record: &mut Record| {
        if std::mem::take(&mut hint_line) {
            return Ok(Flow::Continue(()));
        }
        sink(record)
    };
    while let Some(text) = decoded.next()? {
        if splitter.feed(text, &mut sink)?.is_break() {
            return Ok(decoded.replaced);
        }
    }
    let _ = splitter.finish(&mut sink)?;
    Ok(decoded.replaced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::UTF_8;

    fn separator(text: &str) -> Option<u8> {
        let script = Script { encoding: UTF_8, mark: 0 };
        layout(text.as_bytes(), script, None).expect("not empty").cut.separator
    }

    #[test]
    fn separators_are_judged_by_agreement() {
        assert_eq!(separator("a,b,c\n1,2,3\n4,5,6\n"), Some(b','));
        assert_eq!(separator("a;b\n1,5;2,7\n3,1;4\n"), Some(b';'));
        assert_eq!(separator("a\tb\nx, y\tz, w\nx, y\tz, w\n"), Some(b'\t'));
        assert_eq!(separator("a|b\r1|2\r3|4\r"), Some(b'|'));
        assert_eq!(
            separator("a,b\n\"x;y;z\",1\n\"x;y;z\",2\n"),
            Some(b','),
            "quoted separators do not count"
        );
        assert_eq!(separator("Title\n\nname;phone;city\nA;1;x\nB;2;y\nC;3;z\n"), Some(b';'));
    }

    #[test]
    fn a_bare_list_has_no_separator() {
        assert_eq!(separator("0501234567\n0501234568\n"), None);
        assert_eq!(separator("050 123\n051 124 # Noa, night\n052 111\n# x\n"), None);
        assert_eq!(separator("phone\n0501234567\n"), None);
    }

    #[test]
    fn excels_hint_is_taken_and_is_no_record() {
        let text = "sep=|\nname|phone\nA|1\n";
        let script = Script { encoding: UTF_8, mark: 0 };
        let layout = layout(text.as_bytes(), script, None).expect("not empty");
        let mut rows = Vec::new();
        let mut sink = |record: &mut Record| {
            rows.push((record.line, record.len()));
            Ok(Flow::Continue(()))
        };
        assert!(!walk(text.as_bytes(), layout, &mut sink).expect("well formed"));
        assert_eq!(rows, [(2, 2), (3, 2)]);
    }

    #[test]
    fn blanks_alone_are_an_empty_file() {
        let script = Script { encoding: UTF_8, mark: 0 };
        assert_eq!(layout(&b" \r\n\t\n"[..], script, None).err(), Some(Refused::Empty));
    }
}
