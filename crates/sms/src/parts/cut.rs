//! Where a text may be cut: never within a character's units, nor within a grapheme cluster that fits a part.
//!
//! One pass over the characters; clusters are looked at only where a part is full.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The end of each piece of the text and its units, in order; at least one. `reach` says how far a part reaches when
/// nothing but room matters, and the units of that.
///
/// `limit` must hold any one character.
pub(super) fn cut(
    text: &str,
    cost: &impl Fn(char) -> usize,
    limit: usize,
    reach: impl Fn(&str) -> (usize, usize),
) -> Vec<(usize, usize)> {
    let mut cuts = Vec::with_capacity(text.len() / limit + 1);
    let mut start = 0;
    loop {
        let rest = &text[start..];
        let (full, units) = reach(rest);
        let end = if full == rest.len() { full } else { seam(rest, full, cost, limit) };
        let back: usize = rest[end..full].chars().map(cost).sum();
        cuts.push((start + end, units - back));
        start += end;
        if start == text.len() {
            return cuts;
        }
    }
}

/// How far a part reaches when nothing but room matters, and the units of that.
pub(super) fn fill(text: &str, cost: &impl Fn(char) -> usize, limit: usize) -> (usize, usize) {
    let mut units = 0;
    for (at, ch) in text.char_indices() {
        let next = units + cost(ch);
        if next > limit {
            return (at, units);
        }
        units = next;
    }
    (text.len(), units)
}

/// The last lawful cut up to `full`, which lies within the text.
fn seam(text: &str, full: usize, cost: &impl Fn(char) -> usize, limit: usize) -> usize {
    let plain = |byte: u8| byte.is_ascii() && byte != b'\r';
    let octets = text.as_bytes();
    if plain(octets[full - 1]) && plain(octets[full]) {
        return full;
    }
    // The whole text is at hand, so the cursor never asks for more of it.
    let mut cursor = GraphemeCursor::new(full, text.len(), true);
    if cursor.is_boundary(text, 0).unwrap_or(true) {
        return full;
    }
    match cursor.prev_boundary(text, 0) {
        Ok(Some(start)) if start > 0 && fits(&text[start..], cost, limit) => start,
        _ => full,
    }
}

/// Whether the first cluster fits a part.
fn fits(text: &str, cost: &impl Fn(char) -> usize, limit: usize) -> bool {
    let (full, _) = fill(text, cost, limit);
    let next = text[full..].chars().next().map_or(0, char::len_utf8);
    let window = &text[..full + next];
    next == 0 || window.graphemes(true).next().is_some_and(|cluster| cluster.len() <= full)
}
