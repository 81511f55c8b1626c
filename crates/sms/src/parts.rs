//! Long messages: counting, choosing the encoding, cutting into parts.
//!
//! Capacities follow from the 140 octets of 3GPP 23.040 clause 9.2.3.24; [`size`], [`count`] and [`split`]
//! run the same cutter, so what was shown is what is sent. Nothing here changes the text: callers run
//! [`normalise`] once, when they accept it.

mod costly;
mod normal;

use unicode_segmentation::UnicodeSegmentation;

use crate::alphabet::{gsm7, ucs2};
use crate::closed::closed_list;
use crate::udh::Concat;

pub use crate::udh::Reference;
pub use costly::{Costly, Count, MOST_COSTLY, Why, count};
pub use normal::normalise;

closed_list! {
    /// How a text travels.
    pub enum Encoding {
        /// GSM 7-bit default alphabet, 3GPP 23.038 clause 6.2.1.
        Gsm7 = 0 "GSM-7",
        /// UCS-2 (UTF-16 big-endian on the wire), 3GPP 23.038 clause 6.2.3.
        Ucs2 = 1 "UCS-2",
        /// Raw octets.
        Octets = 2 "8-bit",
    }
}

/// Octets of user data in one message.
const OCTETS: usize = 140;

impl Encoding {
    /// Units (septets, UTF-16 units, octets) that fit beside a header of so many octets.
    pub const fn capacity(self, header: usize) -> usize {
        let free = OCTETS.saturating_sub(header);
        match self {
            Encoding::Gsm7 => free * 8 / 7,
            Encoding::Ucs2 => free / 2,
            Encoding::Octets => free,
        }
    }
}

/// The cheapest encoding that changes no character.
pub fn choose(text: &str) -> Encoding {
    if text.chars().all(|ch| gsm7::septets(ch).is_some()) { Encoding::Gsm7 } else { Encoding::Ucs2 }
}

/// How long a text is, with the 8-bit reference that is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Size {
    /// How it travels.
    pub encoding: Encoding,
    /// Septets or UTF-16 units of the whole text.
    pub units: usize,
    /// Parts it takes; an empty text is one empty part.
    pub parts: usize,
    /// Units that fit one part: 160 or 70 alone, 153 or 67 of several.
    pub per_part: usize,
    /// Units still free in the last part.
    pub left: usize,
}

/// Counts without looking for the causes; see [`count`] for those.
pub fn size(text: &str) -> Size {
    let encoding = choose(text);
    let (units, per_part) = units_and_limit(text, encoding, Reference::Eight(0));
    let (mut parts, mut last) = (0, 0);
    if units <= per_part {
        (parts, last) = (1, units);
    } else {
        cut(text, encoding, per_part, |_, units| {
            parts += 1;
            last = units;
        });
    }
    Size { encoding, units, parts, per_part, left: per_part - last }
}

/// One message of those a text became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The user data header, length octet included; empty when the text fits one message.
    pub udh: Vec<u8>,
    /// Unpacked septets, or UTF-16 big-endian.
    pub body: Vec<u8>,
    /// Septets or UTF-16 units of the body.
    pub units: usize,
}

/// A text cut into parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// How all parts travel.
    pub encoding: Encoding,
    /// In order; never empty.
    pub parts: Vec<Part>,
}

/// A text that needs more parts than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyParts {
    /// What it needs.
    pub parts: usize,
    /// What is allowed.
    pub most: u8,
}

impl std::fmt::Display for TooManyParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the text needs {} parts, at most {} are allowed", self.parts, self.most)
    }
}

impl std::error::Error for TooManyParts {}

/// Cuts a text into at most `most` parts (255 is what the header can count, clause 9.2.3.24.1).
///
/// No cut falls into an escape pair, a surrogate pair, or a grapheme cluster that fits a part by itself.
pub fn split(text: &str, reference: Reference, most: u8) -> Result<Split, TooManyParts> {
    let encoding = choose(text);
    let (units, limit) = units_and_limit(text, encoding, reference);
    if units <= limit {
        let parts = vec![Part { udh: Vec::new(), body: body(text, encoding), units }];
        return Ok(Split { encoding, parts });
    }
    let mut pieces = Vec::with_capacity(units / limit + 1);
    cut(text, encoding, limit, |piece, units| pieces.push((piece, units)));
    let total = match u8::try_from(pieces.len()) {
        Ok(total) if total <= most => total,
        _ => return Err(TooManyParts { parts: pieces.len(), most }),
    };
    let parts = pieces.into_iter().zip(1..=total).map(|((piece, units), seq)| {
        let udh = Concat { reference, total, seq }.header();
        Part { udh, body: body(piece, encoding), units }
    });
    Ok(Split { encoding, parts: parts.collect() })
}

/// Units of the whole text, and the limit per part that follows from it.
fn units_and_limit(text: &str, encoding: Encoding, reference: Reference) -> (usize, usize) {
    let units = text.chars().map(|ch| char_units(ch, encoding)).sum();
    let alone = encoding.capacity(0);
    (units, if units <= alone { alone } else { encoding.capacity(reference.header_len()) })
}

#[inline]
fn char_units(ch: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Gsm7 => gsm7::septets(ch).unwrap_or(1),
        Encoding::Ucs2 => ch.len_utf16(),
        Encoding::Octets => ch.len_utf8(),
    }
}

fn body(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        // `choose` saw that every character has its septets.
        Encoding::Gsm7 => gsm7::encode(text).unwrap_or_default(),
        Encoding::Ucs2 => ucs2::encode(text),
        Encoding::Octets => text.as_bytes().to_vec(),
    }
}

/// Calls `part` with every piece of the text, in order, and its units; at least once.
fn cut<'t>(text: &'t str, encoding: Encoding, limit: usize, mut part: impl FnMut(&'t str, usize)) {
    let (mut start, mut end, mut units) = (0, 0, 0);
    let mut place = |bytes: usize, cost: usize| {
        if units + cost > limit {
            part(&text[start..end], units);
            (start, units) = (end, 0);
        }
        end += bytes;
        units += cost;
    };
    for cluster in text.graphemes(true) {
        let cost = cluster.chars().map(|ch| char_units(ch, encoding)).sum();
        if cost <= limit {
            place(cluster.len(), cost);
        } else {
            cluster.chars().for_each(|ch| place(ch.len_utf8(), char_units(ch, encoding)));
        }
    }
    part(&text[start..], units);
}

#[cfg(test)]
mod tests;
