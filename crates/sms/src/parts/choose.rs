//! The cheapest way to write a text, by trying: every allowed pair of tables and UCS-2 is cut for real.
//!
//! What costs no less is not used: of ways with equally many parts the one that more handsets read is taken, that is
//! the default alphabet, then UCS-2, then a single shift, then a locking one, then both.

use super::cut::{cut, fill};
use super::{Encoding, Manner, Spelling};
use crate::alphabet::Shift;

/// How a text will be sent, and what that takes.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) encoding: Encoding,
    pub(super) shift: Shift,
    pub(super) units: usize,
    pub(super) per_part: usize,
    /// Where each part ends in the text, and its units; never empty.
    pub(super) cuts: Vec<(usize, usize)>,
}

impl Plan {
    pub(super) fn parts(&self) -> usize {
        self.cuts.len()
    }
}

/// The cheapest encoding that changes no character, without national tables.
pub fn choose(text: &str) -> Encoding {
    if septets(text, Shift::NONE).is_some() { Encoding::Gsm7 } else { Encoding::Ucs2 }
}

/// What each character takes. Only asked for texts that can be so written.
pub(super) fn costs(encoding: Encoding, shift: Shift) -> impl Fn(char) -> usize {
    let tables = shift.tables();
    move |ch| match encoding {
        Encoding::Gsm7 => tables.septets(ch).unwrap_or(1),
        Encoding::Ucs2 => ch.len_utf16(),
        Encoding::Octets => ch.len_utf8(),
    }
}

fn septets(text: &str, shift: Shift) -> Option<usize> {
    let tables = shift.tables();
    let mut sum = 0;
    for ch in text.chars() {
        sum += tables.septets(ch)?;
    }
    Some(sum)
}

pub(super) fn plan(text: &str, manner: &Manner) -> Plan {
    let written = !manner.latin1 || text.chars().all(|ch| ch <= '\u{FF}');
    let default =
        septets(text, Shift::NONE).filter(|_| written).map(|units| (Encoding::Gsm7, Shift::NONE, units));
    let unicode = || (Encoding::Ucs2, Shift::NONE, text.chars().map(char::len_utf16).sum());
    let (encoding, shift, units) = default.unwrap_or_else(unicode);
    let plain = simulate(text, manner, encoding, shift, units);
    if manner.shifts.is_none() || plain.parts() == 1 {
        return plain;
    }
    national(text, manner, plain)
}

/// The plan of a text whose spelling is decided.
pub(super) fn spelt(text: &str, spelling: Spelling, manner: &Manner) -> Plan {
    let Spelling { encoding, shift, .. } = spelling;
    let units = match encoding {
        Encoding::Gsm7 => septets(text, shift),
        Encoding::Ucs2 => Some(text.chars().map(char::len_utf16).sum()),
        Encoding::Octets => None,
    };
    match units {
        Some(units) => simulate(text, manner, encoding, shift, units),
        None => plan(text, manner),
    }
}

/// The best of what national tables offer, if it takes fewer parts than `plain`.
fn national(text: &str, manner: &Manner, plain: Plan) -> Plan {
    let letters = Letters::of(text);
    let mut offers: Vec<(usize, u8, usize, Shift)> = manner
        .shifts
        .pairs()
        .skip(1)
        .filter_map(|shift| {
            let units = letters.septets(shift)?;
            let (alone, several) = manner.limits(Encoding::Gsm7, shift);
            let least = if units <= alone { 1 } else { units.div_ceil(several) };
            let rank = u8::from(shift.single.is_some()) + 2 * u8::from(shift.locking.is_some());
            Some((least, rank, units, shift))
        })
        .collect();
    offers.sort_unstable_by_key(|(least, rank, units, shift)| {
        (*least, *rank, *units, shift.locking.map(|l| l.id()), shift.single.map(|l| l.id()))
    });
    let mut best = plain;
    for (least, _, units, shift) in offers {
        // Whatever follows takes at least as many parts.
        if least >= best.parts() {
            break;
        }
        let offer = simulate(text, manner, Encoding::Gsm7, shift, units);
        if offer.parts() < best.parts() {
            best = offer;
        }
    }
    best
}

fn simulate(text: &str, manner: &Manner, encoding: Encoding, shift: Shift, units: usize) -> Plan {
    let (alone, several) = manner.limits(encoding, shift);
    if units <= alone {
        return Plan { encoding, shift, units, per_part: alone, cuts: vec![(text.len(), units)] };
    }
    // As many units as octets, and nothing beyond ASCII: every character is one of each. (Without the second an `ö` of one
    // septet and two octets would make up for a `[` of two septets and one.)
    let cuts = if units == text.len() && text.is_ascii() {
        cut(text, &|_| 1, several, |rest| (rest.len().min(several), rest.len().min(several)))
    } else {
        let costs = costs(encoding, shift);
        cut(text, &costs, several, |rest| fill(rest, &costs, several))
    };
    Plan { encoding, shift, units, per_part: several, cuts }
}

/// The different characters of a text and how often each stands in it, so that many pairs of tables can be asked
/// without reading the text again.
struct Letters {
    seen: Vec<(char, usize)>,
}

impl Letters {
    fn of(text: &str) -> Letters {
        let mut latin = [0_usize; 256];
        let mut others: Vec<char> = Vec::with_capacity(text.len() / 2);
        for ch in text.chars() {
            match latin.get_mut(ch as usize) {
                Some(count) => *count += 1,
                None => others.push(ch),
            }
        }
        others.sort_unstable();
        let others = others.chunk_by(|a, b| a == b).map(|same| (same[0], same.len()));
        let latin = (0_u8..=255).zip(latin).filter(|(_, count)| *count > 0);
        Letters { seen: others.chain(latin.map(|(octet, count)| (char::from(octet), count))).collect() }
    }

    /// Septets of the text with these tables, `None` where they lack a character.
    fn septets(&self, shift: Shift) -> Option<usize> {
        let tables = shift.tables();
        self.seen.iter().try_fold(0, |sum, (ch, count)| Some(sum + count * tables.septets(*ch)?))
    }
}
