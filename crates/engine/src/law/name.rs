//! Names as senders: what a handset can show, what says nothing, what belongs to somebody else, what only looks like it.
//!
//! Pure. Whether a name was approved is asked elsewhere; this says what nobody may be given.

use super::read::Pack;
use crate::refusal;
use serde::Serialize;

/// Characters of the longest name, 3GPP 23.040 clause 9.1.2.5.
pub const LONGEST: usize = 11;

/// What is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// Longer than a handset shows.
    TooLong {
        /// Its length.
        length: usize,
    },
    /// A character that is not of the plain alphabet; look-alikes of another script are the usual reason.
    Character {
        /// The character.
        character: char,
        /// The plain letter it looks like, where it does.
        like: Option<char>,
    },
    /// Nothing but digits, and not a number that we own: it would pass for a number.
    Digits,
    /// No letter in it.
    NoLetter,
    /// A word that says nothing about who writes.
    Generic {
        /// The word.
        word: String,
    },
    /// The name of a bank, an office or somebody else who is impersonated, or what looks like it.
    Protected {
        /// Whose name.
        name: String,
        /// Whether it is not the name itself but something that looks like it.
        alike: bool,
    },
}

impl Problem {
    /// The word for pages and programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Problem::TooLong { .. } => "too_long",
            Problem::Character { .. } => "character",
            Problem::Digits => "digits",
            Problem::NoLetter => "no_letter",
            Problem::Generic { .. } => "generic",
            Problem::Protected { .. } => "protected",
        }
    }
}

/// A name without spelling: what looks the same is the same.
pub fn shape(name: &str) -> String {
    refusal::shape(name)
        .replace("rn", "m")
        .replace("vv", "w")
        .replace('0', "o")
        .replace('5', "s")
        .replace(['l', '1'], "i")
}

/// The plain letter that a letter of another script looks like.
fn like(c: char) -> Option<char> {
    let shape = refusal::shape(&c.to_string());
    let one = shape.chars().next().filter(char::is_ascii_alphanumeric)?;
    Some(if c.is_uppercase() { one.to_ascii_uppercase() } else { one })
}

/// Everything that is wrong with a name in the eyes of these packs, the worst first.
pub fn problems(name: &str, packs: &[std::sync::Arc<Pack>]) -> Vec<Problem> {
    let mut out = Vec::new();
    let length = name.chars().count();
    if length > LONGEST {
        out.push(Problem::TooLong { length });
    }
    let plain = |c: &char| c.is_ascii_alphanumeric() || " -_.&".contains(*c);
    if let Some(character) = name.chars().find(|c| !plain(c)) {
        out.push(Problem::Character { character, like: like(character) });
    }
    if !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()) {
        out.push(Problem::Digits);
    } else if !name.chars().any(char::is_alphabetic) {
        out.push(Problem::NoLetter);
    }
    out.extend(taken(name, packs));
    out
}

/// Whether it says nothing, or is somebody else's.
pub fn taken(name: &str, packs: &[std::sync::Arc<Pack>]) -> Option<Problem> {
    let own = shape(name);
    for pack in packs {
        let ids = &pack.file.sender_id;
        if let Some(word) = ids.generic_refused.iter().find(|w| shape(w) == own) {
            return Some(Problem::Generic { word: word.clone() });
        }
        if let Some(theirs) = ids.protected_names.iter().find(|p| shape(p) == own) {
            let alike = !theirs.eq_ignore_ascii_case(name);
            return Some(Problem::Protected { name: theirs.clone(), alike });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::shelf::BUILTIN;

    fn found(name: &str) -> Vec<&'static str> {
        let packs: Vec<_> = BUILTIN.iter().filter(|p| p.id() == "il").cloned().collect();
        problems(name, &packs).iter().map(Problem::name).collect()
    }

    #[test]
    fn s8_names_that_nobody_is_given() {
        for (name, what) in [
            ("INFO", &["generic"][..]),
            ("I N F 0", &["generic"]),
            ("lnfo", &["generic"]),
            ("\u{392}ank", &["character", "generic"]),
            ("8ANK", &["generic"]),
            ("B A N K", &["generic"]),
            ("TwelveLetter", &["too_long"]),
            ("12345", &["digits"]),
            ("...", &["no_letter"]),
            ("leumi", &["protected"]),
            ("Ieumi", &["protected"]),
            ("L E U M I", &["protected"]),
            ("1eumi", &["protected"]),
            ("\u{43b}eumi", &["character"]),
            ("חנות", &["character"]),
        ] {
            assert_eq!(found(name), what, "{name}");
        }
        for name in ["NOA-SHOP", "Dana & Co.", "R&B", "Banker", "Info-Shop", "Sendword", "A1"] {
            assert_eq!(found(name), Vec::<&str>::new(), "{name}");
        }
    }

    #[test]
    fn a_letter_of_another_script_is_named_with_the_one_it_looks_like() {
        let packs: Vec<_> = BUILTIN.iter().cloned().collect();
        let problem = problems("\u{412}ank", &packs).remove(0);
        assert_eq!(problem, Problem::Character { character: '\u{412}', like: Some('B') });
    }
}
