//! What one character could become.

use unicode_normalization::char::{decompose_canonical, decompose_compatible};

use super::Change;
use super::table::{DROPPED, LOOK_ALIKES, MARKED, SPELLED, TYPOGRAPHY};
use crate::alphabet::gsm7;
use crate::parts::normal::is_mark;

/// The new text of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Char(char),
    Text(&'static str),
}

impl To {
    pub(super) fn push(self, out: &mut String) {
        match self {
            To::Char(ch) => out.push(ch),
            To::Text(text) => out.push_str(text),
        }
    }
}

/// The replacement, if there is one. What the default alphabet has in one septet stays.
pub(super) fn replacement(ch: char) -> Option<(Change, To)> {
    if gsm7::septets(ch) == Some(1) {
        return None;
    }
    let of = |list: &'static [(&'static str, char)]| {
        list.iter().find(|(letters, _)| letters.contains(ch)).map(|(_, to)| To::Char(*to))
    };
    if DROPPED.contains(ch) {
        return Some((Change::Invisible, To::Text("")));
    }
    if MARKED.contains(ch) || is_mark(ch) {
        return Some((Change::Marks, To::Text("")));
    }
    for (change, list) in TYPOGRAPHY {
        if let Some(to) = of(list) {
            return Some((*change, to));
        }
    }
    if let Some((_, change, to)) = SPELLED.iter().find(|(from, ..)| *from == ch) {
        return Some((*change, To::Text(to)));
    }
    if let Some((_, to)) = LOOK_ALIKES.iter().find(|(from, _)| *from == ch) {
        return Some((Change::LookAlikes, To::Char(*to)));
    }
    bare(ch)
}

/// The letter without its accents, or the plain form of a compatibility character.
fn bare(ch: char) -> Option<(Change, To)> {
    let mut first = None;
    decompose_canonical(ch, |part| first = first.or(Some(part)));
    if let Some(letter) = first.filter(|letter| *letter != ch && gsm7::septets(*letter).is_some()) {
        return Some((Change::Accents, To::Char(letter)));
    }
    let (mut plain, mut count) = (ch, 0);
    decompose_compatible(ch, |part| {
        plain = part;
        count += 1;
    });
    (count == 1 && plain != ch && gsm7::septets(plain).is_some())
        .then_some((Change::LookAlikes, To::Char(plain)))
}
