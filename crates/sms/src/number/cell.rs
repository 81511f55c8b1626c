//! Cells that hold several numbers.

use super::clean::is_mark;

/// Digits that make a number by themselves on either side of a weak separator.
const WHOLE: usize = 7;
/// Digits of a number in one piece that a blank parts from the next.
const PIECE: usize = 9;
/// Octets of the longest cell that is looked into; beyond it stands no list of phones but a broken file.
const LONGEST: usize = 500;
/// Digits of the shortest number there is.
const SHORTEST: usize = 3;

/// Words that stand between two numbers, each surrounded by blanks.
const WORDS: &[&str] = &[
    "או", "or", "and", "или", "и", "або", "та", "чи", "vagy", "és", "y", "o", "u", "e", "ou", "et", "oder",
    "&",
];

/// Parts a cell into its numbers, trimmed. A cell with one number, or with none, comes back whole; pieces
/// without digits are left out when another piece has some.
///
/// Line ends, `;`, `|`, ` / ` and a word of [`WORDS`] part whatever has digits on both sides; a comma, and a
/// `/` without blanks, part only two whole numbers, because `06-30/123-4567` is one and `050-1234567,12` has
/// an extension.
pub fn split_cell(cell: &str) -> Vec<&str> {
    let mut numbers = Vec::new();
    let mut rest = trim(cell);
    if rest.len() > LONGEST {
        return vec![rest];
    }
    while let Some((left, right)) = first_cut(rest) {
        if digits(left) > 0 {
            numbers.push(trim(left));
        }
        rest = trim(right);
    }
    if numbers.is_empty() || digits(rest) > 0 {
        numbers.push(rest);
    }
    numbers
}

fn trim(text: &str) -> &str {
    text.trim_matches(|ch| is_mark(ch) || matches!(ch, ',' | ';' | '|'))
}

fn digits(text: &str) -> usize {
    text.chars().filter(|ch| ch.is_numeric()).count()
}

/// The first place where the text parts into a number and a rest that has one too.
fn first_cut(text: &str) -> Option<(&str, &str)> {
    let uri = text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("tel:"));
    text.char_indices().find_map(|(at, ch)| {
        let (left, right) = (&text[..at], &text[at + ch.len_utf8()..]);
        let blank = |c: Option<char>| c.is_some_and(is_mark);
        let least = match ch {
            ';' if uri => return None,
            '\n' | '\r' | ';' | '|' => SHORTEST,
            '/' | '\\' if blank(left.chars().next_back()) && blank(right.chars().next()) => SHORTEST,
            ',' | '/' | '\\' => WHOLE,
            ch if is_mark(ch) => return after_blank(left, right),
            _ => return None,
        };
        let next = right.split(['\n', '\r', ';', '|', ',']).find(|piece| digits(piece) > 0)?;
        let fits = if least == WHOLE {
            digits(left) >= WHOLE && (digits(next) >= WHOLE || trim(next).starts_with('*'))
        } else {
            digits(right) >= SHORTEST || digits(left) == 0
        };
        fits.then_some((left, right))
    })
}

/// A blank parts numbers when a separating word or a `+` follows, or when both sides are whole numbers
/// written in one piece.
fn after_blank<'t>(left: &'t str, right: &'t str) -> Option<(&'t str, &'t str)> {
    let (word, after) = right.split_once(is_mark).unwrap_or((right, ""));
    let is_word = WORDS.contains(&word) || WORDS.contains(&word.to_lowercase().as_str());
    if is_word {
        return (digits(left) >= SHORTEST && digits(after) >= SHORTEST).then_some((left, after));
    }
    let whole = |piece: &str| {
        let bare = piece.strip_prefix('+').unwrap_or(piece);
        bare.len() >= PIECE && bare.bytes().all(|b| b.is_ascii_digit())
    };
    let plus = word.starts_with('+') && digits(left) >= WHOLE && digits(right) >= WHOLE;
    (plus || (whole(left) && whole(word))).then_some((left, right))
}
