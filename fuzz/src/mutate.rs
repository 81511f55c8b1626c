//! Changes of a case: of octets and of what they mean. Words of the language go in, pieces are doubled, moved, cut and
//! taken from other cases, numbers become the next ones and the last ones; then, mostly, lengths and checksums are
//! written right again, so that not every case ends at the door.

use crate::Target;
use crate::chance::Chance;

/// Octets at which readers change their mind.
const EDGES: &[u8] =
    &[0, 1, 2, 3, 0x0A, 0x0D, 0x1A, 0x1B, 0x20, 0x2F, 0x3E, 0x40, 0x7F, 0x80, 0x8C, 0xA0, 0xFE, 0xFF];

/// A case made of another one.
pub(crate) fn mutate(target: &Target, case: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut out = case.to_vec();
    let most = if chance.one_in(4) { 12 } else { 3 };
    let changes = 1 + chance.below(most);
    for _ in 0..changes {
        change(target, &mut out, other, chance);
    }
    if let Some(mend) = target.mend.filter(|_| !chance.one_in(5)) {
        mend(&mut out);
    }
    out.truncate(target.longest);
    out
}

fn change(target: &Target, out: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    let at = chance.below(out.len() + 1);
    match chance.below(14) {
        0 => set(out, at, |_| chance.octet()),
        1 => {
            let edge = chance.pick(EDGES).copied().unwrap_or_default();
            set(out, at, |_| edge);
        }
        2 => set(out, at, |octet| octet ^ 1 << chance.below(8)),
        3 => {
            let by = 1 + chance.below(3) as u8;
            let up = chance.one_in(2);
            set(out, at, |octet| if up { octet.wrapping_add(by) } else { octet.wrapping_sub(by) });
        }
        4 => out.truncate(at),
        5 => drop(out.drain(at..piece(at, out.len(), chance))),
        6 => {
            let copy = out[at..piece(at, out.len(), chance)].to_vec();
            let times = if chance.one_in(8) { 1 + chance.below(64) } else { 1 };
            let to = chance.below(out.len() + 1);
            out.splice(to..to, copy.repeat(times));
        }
        7 => {
            let from = chance.below(other.len() + 1);
            let taken = &other[from..piece(from, other.len(), chance)];
            out.splice(at..at, taken.iter().copied());
        }
        8 => {
            let from = chance.below(other.len() + 1);
            out.truncate(at);
            out.extend_from_slice(&other[from..]);
        }
        9 => {
            let octet = chance.pick(EDGES).copied().unwrap_or_default();
            out.splice(at..at, std::iter::repeat_n(octet, 1 + chance.below(20)));
        }
        10 => number(out, at, chance),
        // Words of the language are what makes other outcomes most often.
        _ => {
            let word = chance.pick(target.words).copied().unwrap_or_default();
            let end = if chance.one_in(2) { (at + word.len()).min(out.len()) } else { at };
            out.splice(at..end, word.iter().copied());
        }
    }
}

fn set(out: &mut [u8], at: usize, to: impl FnOnce(u8) -> u8) {
    if let Some(octet) = out.get_mut(at) {
        *octet = to(*octet);
    }
}

/// The end of a piece, mostly a short one.
fn piece(from: usize, end: usize, chance: &mut Chance) -> usize {
    let most = if chance.one_in(4) { end - from } else { (end - from).min(16) };
    from + chance.below(most + 1)
}

/// Two or four octets as one number, or digits as one, of a size that is hard to hold.
fn number(out: &mut Vec<u8>, at: usize, chance: &mut Chance) {
    const NUMBERS: &[u32] =
        &[0, 1, 15, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, u32::MAX];
    let number = chance.pick(NUMBERS).copied().unwrap_or_default();
    let octets = match chance.below(4) {
        0 => (number as u16).to_be_bytes().to_vec(),
        1 => number.to_be_bytes().to_vec(),
        2 => number.to_string().into_bytes(),
        _ => b"99999999999999999999"[..1 + chance.below(20)].to_vec(),
    };
    let end = (at + octets.len()).min(out.len());
    out.splice(at..end, octets);
}
