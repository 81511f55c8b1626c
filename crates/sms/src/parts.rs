//! Long messages: counting, choosing the encoding, cutting into parts.
//!
//! Capacities follow from the 140 octets of 3GPP 23.040 clause 9.2.3.24; [`size`], [`count`] and [`split`]
//! run the same cutter, so what was shown is what is sent. Nothing here changes the text: callers run
//! [`normalise`] once, when they accept it, and [`fit`] only proposes.

mod choose;
mod costly;
mod cut;
pub mod fit;
mod normal;
mod octets;
mod spelling;

use crate::alphabet::{Shift, Shifts, gsm7, ucs2};
use crate::closed::closed_list;
use crate::udh::{self, Concat, Ports};

pub use crate::udh::Reference;
pub use choose::choose;
pub use costly::{Costly, Count, MOST_COSTLY, Why, count};
pub use normal::{Marks, normalise, normalise_with};
pub use octets::split_octets;
pub use spelling::{Ability, Spelling};

use choose::{Plan, plan, spelt};

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

/// How parts that belong together say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joining {
    /// By an element of the user data header.
    Header(Reference),
    /// By the carrier, from what [`Part::place`] says in its own protocol (the SAR parameters of SMPP 3.4 clause
    /// 5.3.2.22). Room is left for the 8-bit element it will write.
    Carrier(Reference),
    /// Not at all: one body of any length, which the carrier cuts (message_payload, SMPP 3.4 clause 5.3.2.32).
    Whole,
}

/// What a connector makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// How parts are tied together.
    pub joining: Joining,
    /// The national tables it may use.
    pub shifts: Shifts,
    /// The carrier's default alphabet is ISO 8859-1: a text with a character that it lacks goes as UCS-2.
    pub latin1: bool,
    /// Application ports, in every part.
    pub ports: Option<Ports>,
    /// The most parts it may take; 255 is what the header can count (clause 9.2.3.24.1).
    pub most: u8,
}

impl Default for Manner {
    fn default() -> Self {
        Manner {
            joining: Joining::Header(Reference::Eight(0)),
            shifts: Shifts::NONE,
            latin1: false,
            ports: None,
            most: u8::MAX,
        }
    }
}

/// The most octets of one body that no header cuts: the length of a TLV is 16 bits.
const WHOLE_MOST: usize = u16::MAX as usize;

impl Manner {
    /// Units that fit one part: alone, and of several.
    fn limits(&self, encoding: Encoding, shift: Shift) -> (usize, usize) {
        let mut elements = Vec::with_capacity(16);
        self.elements(shift, &mut elements);
        let others = elements.len();
        let alone = if others == 0 { 0 } else { others + 1 };
        let concat = match self.joining {
            Joining::Header(reference) => reference.header_len(),
            Joining::Carrier(_) | Joining::Whole => Reference::Eight(0).header_len(),
        };
        (encoding.capacity(alone), encoding.capacity(others + concat))
    }

    /// The elements that every part has.
    fn elements(&self, shift: Shift, out: &mut Vec<u8>) {
        if let Some(ports) = self.ports {
            ports.write(out);
        }
        udh::write_shift(shift, out);
    }

    /// The whole header of a part, length octet first; empty where nothing is to be said.
    fn header(&self, shift: Shift, place: Option<Concat>) -> Vec<u8> {
        let mut header = Vec::with_capacity(20);
        header.push(0);
        if let (Joining::Header(_), Some(place)) = (self.joining, place) {
            place.write(&mut header);
        }
        self.elements(shift, &mut header);
        if header.len() == 1 {
            return Vec::new();
        }
        // At most 4 (ports) + 2 + 6 (tables) + 6 (place) octets.
        header[0] = (header.len() - 1) as u8;
        header
    }

    fn reference(&self) -> Reference {
        match self.joining {
            Joining::Header(reference) | Joining::Carrier(reference) => reference,
            Joining::Whole => Reference::Eight(0),
        }
    }
}

/// How long a text is, with the 8-bit reference that is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Size {
    /// How it travels.
    pub encoding: Encoding,
    /// With which national tables.
    #[serde(skip_serializing_if = "Shift::is_none")]
    pub shift: Shift,
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
    size_as(text, &Manner::default())
}

/// Counts as a connector will send it.
pub fn size_as(text: &str, manner: &Manner) -> Size {
    let plan = plan(text, manner);
    let last = plan.cuts.last().map_or(0, |(_, units)| *units);
    let Plan { encoding, shift, units, per_part, .. } = plan;
    Size { encoding, shift, units, parts: plan.parts(), per_part, left: per_part - last }
}

/// One message of those a text became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The user data header, length octet included; empty where there is nothing to say.
    pub udh: Vec<u8>,
    /// Unpacked septets, UTF-16 big-endian, or octets.
    pub body: Vec<u8>,
    /// Septets, UTF-16 units or octets of the body.
    pub units: usize,
    /// Which of several it is.
    pub place: Option<Concat>,
}

/// A text cut into parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// How all parts travel.
    pub encoding: Encoding,
    /// With which national tables; each part's header says so.
    pub shift: Shift,
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

/// Cuts a text into at most `most` parts in the default alphabet or UCS-2.
///
/// No cut falls into an escape pair, a surrogate pair, or a grapheme cluster that fits a part by itself.
pub fn split(text: &str, reference: Reference, most: u8) -> Result<Split, TooManyParts> {
    split_as(text, &Manner { joining: Joining::Header(reference), most, ..Manner::default() })
}

/// Cuts a text as a connector sends it.
pub fn split_as(text: &str, manner: &Manner) -> Result<Split, TooManyParts> {
    cut_up(text, plan(text, manner), manner)
}

/// Cuts a text as it was planned. A spelling in which it cannot be written gives way to the plain choice.
pub fn split_spelt(text: &str, spelling: Spelling, manner: &Manner) -> Result<Split, TooManyParts> {
    cut_up(text, spelt(text, spelling, manner), manner)
}

fn cut_up(text: &str, plan: Plan, manner: &Manner) -> Result<Split, TooManyParts> {
    let Plan { encoding, shift, units, .. } = plan;
    let too_many = Err(TooManyParts { parts: plan.parts(), most: manner.most });
    let Some(total) = u8::try_from(plan.parts()).ok().filter(|n| *n <= manner.most) else { return too_many };
    if total == 1 || manner.joining == Joining::Whole {
        let body = body(text, encoding, shift, units);
        if body.len() > WHOLE_MOST {
            return too_many;
        }
        let part = Part { udh: manner.header(shift, None), body, units, place: None };
        return Ok(Split { encoding, shift, parts: vec![part] });
    }
    let mut start = 0;
    let parts = plan.cuts.into_iter().zip(1..=total).map(|((end, units), seq)| {
        let place = Some(Concat { reference: manner.reference(), total, seq });
        let body = body(&text[start..end], encoding, shift, units);
        start = end;
        Part { udh: manner.header(shift, place), body, units, place }
    });
    Ok(Split { encoding, shift, parts: parts.collect() })
}

fn body(text: &str, encoding: Encoding, shift: Shift, units: usize) -> Vec<u8> {
    match encoding {
        // The plan saw that every character has its septets.
        Encoding::Gsm7 => gsm7::write(text, shift.tables(), units),
        Encoding::Ucs2 => ucs2::write(text, units),
        Encoding::Octets => text.as_bytes().to_vec(),
    }
}

#[inline]
fn char_units(ch: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Gsm7 => gsm7::septets(ch).unwrap_or(1),
        Encoding::Ucs2 => ch.len_utf16(),
        Encoding::Octets => ch.len_utf8(),
    }
}

#[cfg(test)]
mod tests;
