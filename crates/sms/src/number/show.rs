//! E.164 as text: its form, and how it is shown where the whole number must not be.

/// Whether this is `+`, a digit from 1, and 7 to 15 digits in all: the form only (ITU-T E.164 clause 6).
pub fn is_e164(text: &str) -> bool {
    match text.as_bytes() {
        [b'+', b'1'..=b'9', rest @ ..] => {
            (6..=14).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// The number for pages and logs: `+97250***4567`. What is too short to hide anything shows its last two
/// alone.
pub fn mask(e164: &str) -> String {
    let chars: Vec<char> = e164.chars().collect();
    let (head, tail) = match chars.len() {
        0..=4 => (0, 0),
        5..=9 => (0, 2),
        10..=11 => (3, 4),
        _ => (6, 4),
    };
    let shown = |part: &[char]| part.iter().collect::<String>();
    format!("{}***{}", shown(&chars[..head]), shown(&chars[chars.len() - tail..]))
}
