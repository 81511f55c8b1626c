//! Which numbers of a workbook are dates, and how a number is written as people know it.

use std::io::{Read, Seek};

use jiff::civil::DateTime;
use jiff::{SignedDuration, civil};
use quick_xml::events::Event;

use super::package::{Package, attribute};
use crate::import::refused::Refused;

const FORMATS_MAX: usize = 70_000;

/// What a number format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Number,
    Date,
    Time,
}

/// By the number of the cell's style.
#[derive(Debug)]
pub(super) struct Styles {
    shown: Vec<Shown>,
    since_1904: bool,
}

impl Styles {
    pub(super) fn plain(since_1904: bool) -> Self {
        Self { shown: Vec::new(), since_1904 }
    }

    /// A number as text: never `.0`, never scientific, a date as ISO.
    pub(super) fn write(&self, raw: &str, style: usize, out: &mut String) {
        let raw = raw.trim();
        let shown = self.shown.get(style).copied().unwrap_or(Shown::Number);
        let plain = raw.strip_prefix('-').unwrap_or(raw);
        if shown == Shown::Number && plain.len() < 16 && plain.bytes().all(|b| b.is_ascii_digit()) {
            return out.push_str(raw);
        }
        let Ok(value) = raw.parse::<f64>() else { return out.push_str(raw) };
        let written = match shown {
            Shown::Number => None,
            Shown::Date => date(value, self.since_1904),
            Shown::Time => time(value).or_else(|| date(value, self.since_1904)),
        };
        out.push_str(&written.unwrap_or_else(|| number(value)));
    }
}

/// As Excel shows it: fifteen digits at most, no exponent.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value == value.trunc() && value.abs() < 9e15 {
        return format!("{value:.0}");
    }
    // Rounding in decimal takes the noise of binary fractions away; `{}` never writes an exponent.
    format!("{value:.14e}").parse::<f64>().unwrap_or(value).to_string()
}

fn date(value: f64, since_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    let epoch: DateTime = if since_1904 {
        civil::datetime(1904, 1, 1, 0, 0, 0, 0)
    } else if value < 60.0 {
        civil::datetime(1899, 12, 31, 0, 0, 0, 0)
    } else {
        // Excel believes in 29 February 1900.
        civil::datetime(1899, 12, 30, 0, 0, 0, 0)
    };
    let at = epoch.checked_add(SignedDuration::from_secs((value * 86_400.0).round() as i64)).ok()?;
    let midnight = at.time() == civil::Time::midnight();
    Some(if midnight { at.date().to_string() } else { at.strftime("%Y-%m-%d %H:%M:%S").to_string() })
}

fn time(value: f64) -> Option<String> {
    let seconds = (value.fract() * 86_400.0).round() as i64 % 86_400;
    (0.0..1.0)
        .contains(&value)
        .then(|| format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))
}

/// The date a bare serial stands for, where a column of dates holds one.
pub(in crate::import) fn serial(value: f64) -> Option<String> {
    (value >= 1.0 && value == value.trunc()).then(|| date(value, false)).flatten()
}

fn builtin(id: u32) -> Shown {
    match id {
        14..=17 | 22 | 27..=31 | 34..=36 | 50..=58 => Shown::Date,
        18..=21 | 32 | 33 | 45..=47 => Shown::Time,
        _ => Shown::Number,
    }
}

/// Judges a format by its letters outside quotes, escapes and brackets.
fn custom(code: &str) -> Shown {
    let mut letters = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                if inside.bytes().all(|b| matches!(b.to_ascii_lowercase(), b'h' | b'm' | b's')) {
                    letters.push('h');
                }
            }
            ';' => break,
            _ => letters.push(c.to_ascii_lowercase()),
        }
    }
    if letters.contains("general") {
        Shown::Number
    } else if letters.contains(['y', 'd']) || letters.contains("mmm") {
        Shown::Date
    } else if letters.contains(['h', 's']) {
        Shown::Time
    } else {
        Shown::Number
    }
}

pub(super) fn read<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    since_1904: bool,
) -> Result<Styles, Refused> {
    let mut styles = Styles::plain(since_1904);
    let Some(mut xml) = package.part(part)? else { return Ok(styles) };
    let mut formats = std::collections::HashMap::new();
    let mut in_cells = false;
    loop {
        match xml.next()? {
            Event::Start(e) | Event::Empty(e) => match e.local_name().as_ref() {
                b"numFmt" => {
                    let id = attribute(&e, b"numFmtId")?.and_then(|id| id.parse::<u32>().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&e, b"formatCode")?) {
                        formats.insert(id, custom(&code));
                    }
                }
                b"cellXfs" => in_cells = true,
                b"xf" if in_cells => {
                    let id = attribute(&e, b"numFmtId")?.and_then(|id| id.parse::<u32>().ok()).unwrap_or(0);
                    styles.shown.push(formats.get(&id).copied().unwrap_or_else(|| builtin(id)));
                }
                _ => {}
            },
            Event::End(e) if e.local_name().as_ref() == b"cellXfs" => in_cells = false,
            Event::Eof => return Ok(styles),
            _ => {}
        }
        if formats.len() > FORMATS_MAX || styles.shown.len() > FORMATS_MAX {
            return Err(Refused::Damaged("too many styles"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(raw: &str, shown: Shown) -> String {
        let mut out = String::new();
        Styles { shown: vec![shown], since_1904: false }.write(raw, 0, &mut out);
        out
    }

    #[test]
    fn numbers_are_written_as_people_know_them() {
        for (raw, text) in [
            ("972535503367", "972535503367"),
            ("9.72535503367E+11", "972535503367"),
            ("5.24598755E8", "524598755"),
            ("524598755.0", "524598755"),
            ("0.1", "0.1"),
            ("0.30000000000000004", "0.3"),
            ("1e-7", "0.0000001"),
            ("-12", "-12"),
            ("1E400", ""),
            ("odd", "odd"),
        ] {
            assert_eq!(written(raw, Shown::Number), text, "{raw}");
        }
    }

    #[test]
    fn dates_are_iso() {
        for (raw, text) in [
            ("26349", "1972-02-20"),
            ("1", "1900-01-01"),
            ("59", "1900-02-28"),
            ("61", "1900-03-01"),
            ("45752.5", "2025-04-05 12:00:00"),
            ("-4", "-4"),
            ("99999999", "99999999"),
        ] {
            assert_eq!(written(raw, Shown::Date), text, "{raw}");
        }
        assert_eq!(written("0.75", Shown::Time), "18:00:00");
        let mut out = String::new();
        Styles { shown: vec![Shown::Date], since_1904: true }.write("0", 0, &mut out);
        assert_eq!(out, "1904-01-01");
    }

    #[test]
    fn formats_are_judged_by_their_letters() {
        for (code, shown) in [
            ("dd/mm/yyyy", Shown::Date),
            ("d\\-mmm;@", Shown::Date),
            ("[$-40D]dddd, d mmmm", Shown::Date),
            ("h:mm", Shown::Time),
            ("[h]:mm:ss", Shown::Time),
            ("0.00E+00", Shown::Number),
            ("#,##0 \"days\"", Shown::Number),
            ("[Red]General", Shown::Number),
            ("@", Shown::Number),
            ("_-* #,##0\\ [$₪-40D]_-", Shown::Number),
        ] {
            assert_eq!(custom(code), shown, "{code}");
        }
    }
}
