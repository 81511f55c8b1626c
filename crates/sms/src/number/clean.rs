//! From what stands in a cell to plain digits: marks, labels, brackets, URIs and what spreadsheets did to
//! them.

use super::{Problem, Repair};

/// The digits of one number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Digits {
    buffer: [u8; MOST],
    length: usize,
    /// Written with `+`.
    pub(super) plus: bool,
    /// Written with `*` before it.
    pub(super) star: bool,
    pub(super) repaired: Option<Repair>,
}

/// Longer than any number with its prefixes; more digits are too long whatever they are.
const MOST: usize = 24;

/// Digits from which a number may be whole, so that what follows can be an extension.
const WHOLE: usize = 7;

impl Digits {
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.buffer[..self.length]).unwrap_or_default()
    }

    fn push(&mut self, digit: u8) -> Result<(), Problem> {
        *self.buffer.get_mut(self.length).ok_or(Problem::TooLong)? = digit;
        self.length += 1;
        Ok(())
    }
}

/// Reads the digits; `Ok(None)` when the cell is empty.
pub(super) fn clean(raw: &str) -> Result<Option<Digits>, Problem> {
    let text = raw.trim_matches(|ch: char| is_mark(ch) || matches!(ch, '\'' | '"' | '\0'));
    if text.is_empty() {
        return Ok(None);
    }
    let text = without_scheme(text);
    if let Some(exact) = spreadsheet(text) {
        return exact.map(Some);
    }
    scan(without_label(text)).map(Some)
}

/// Blanks of every width and marks that show nothing: bidi controls, joiners, the byte order mark.
pub(super) fn is_mark(ch: char) -> bool {
    ch.is_whitespace()
        || matches!(ch, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
        || matches!(ch, '\u{FEFF}' | '\u{AD}' | '\u{61C}' | '\u{180E}')
}

/// The part of a `tel:` or `sms:` URI that is the number (RFC 3966, RFC 5724); parameters go.
fn without_scheme(text: &str) -> &str {
    let number = ["tel:", "sms:", "callto:"].iter().find_map(|scheme| {
        let head = text.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    });
    number.map_or(text, |rest| rest.split([';', '?']).next().unwrap_or(rest))
}

/// Words before the number (`Mobile:`, `моб.`, `נייד:`).
fn without_label(text: &str) -> &str {
    let start = text.find(|ch| digit(ch).is_some() || matches!(ch, '+' | '＋' | '*'));
    start.map_or("", |at| &text[at..])
}

/// `524598755.0` and exponents. An exponent is exact only while its mantissa still holds every digit.
fn spreadsheet(text: &str) -> Option<Result<Digits, Problem>> {
    let (whole, fraction) = text.split_once(['.', ','])?;
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) {
        return None;
    }
    let (fraction, exponent) = match fraction.split_once(['e', 'E']) {
        Some((fraction, exponent)) => (fraction, exponent.trim_start_matches('+').parse().ok()?),
        None if whole.len() >= WHOLE && fraction.bytes().all(|b| b == b'0') => ("", 0),
        None => return None,
    };
    if !(fraction.is_empty() || all_digits(fraction)) {
        return None;
    }
    Some(exact(whole, fraction, exponent))
}

fn exact(whole: &str, fraction: &str, exponent: usize) -> Result<Digits, Problem> {
    if fraction.len() != exponent {
        return Err(Problem::DigitsLost);
    }
    let mut digits = Digits { repaired: Some(Repair::Spreadsheet), ..Digits::default() };
    whole.bytes().chain(fraction.bytes()).try_for_each(|digit| digits.push(digit))?;
    Ok(digits)
}

fn scan(text: &str) -> Result<Digits, Problem> {
    let mut digits = Digits::default();
    for (at, ch) in text.char_indices() {
        match ch {
            '0'..='9' => digits.push(ch as u8)?,
            '+' | '＋' if digits.length == 0 => digits.plus = true,
            '*' if digits.length == 0 => digits.star = true,
            '+' | '＋' => return Err(Problem::TwoNumbers),
            ',' | ';' | '#' | '*' => return tail(digits, &text[at..], Problem::TwoNumbers),
            'o' | 'O' | 'о' | 'О' if is_zero_in_disguise(text, at, ch) => {
                digits.push(b'0')?;
                digits.repaired = Some(Repair::LetterO);
            }
            _ => match digit(ch) {
                Some(value) => digits.push(value)?,
                None if ch.is_alphabetic() => return tail(digits, &text[at..], Problem::Letters),
                None => {}
            },
        }
    }
    if digits.length == 0 { Err(Problem::NoDigits) } else { Ok(digits) }
}

/// What follows a whole number: words, or an extension of a few digits. Else the number is broken.
fn tail(digits: Digits, rest: &str, problem: Problem) -> Result<Digits, Problem> {
    let more = rest.chars().filter(|ch| digit(*ch).is_some()).count();
    if digits.length == 0 {
        return Err(Problem::NoDigits);
    }
    let whole = digits.length >= WHOLE && more < WHOLE;
    if more == 0 || (whole && extension(rest, problem)) { Ok(digits) } else { Err(problem) }
}

/// Whether a tail with digits is an extension: `,12`, `#12`, or a word that says so.
fn extension(rest: &str, problem: Problem) -> bool {
    const WORDS: &[&str] =
        &["ext", "x", "int", "extn", "anexo", "доб", "вн", "дод", "mellék", "m", "שלוחה", "של"];
    if problem != Problem::Letters {
        return true;
    }
    let word: String =
        rest.chars().take_while(|ch| ch.is_alphabetic()).flat_map(char::to_lowercase).collect();
    WORDS.contains(&word.as_str())
}

/// An O that touches a digit on one side and no other letter on any.
fn is_zero_in_disguise(text: &str, at: usize, ch: char) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + ch.len_utf8()..].chars().next();
    let letter =
        |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && !matches!(c, 'o' | 'O' | 'о' | 'О'));
    let number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    (number(before) || number(after)) && !letter(before) && !letter(after)
}

/// The value of a digit in ASCII, full width, Arabic or Persian.
fn digit(ch: char) -> Option<u8> {
    let zero = match ch {
        '0'..='9' => '0',
        '０'..='９' => '０',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6F0}'..='\u{6F9}' => '\u{6F0}',
        _ => return None,
    };
    u8::try_from(u32::from(ch) - u32::from(zero)).ok().map(|value| b'0' + value)
}
