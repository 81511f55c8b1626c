//! The words in their normal form, ready to be looked up; made once.

use super::Kind;
use super::normal::{folded, words};
use super::words::{EVERYDAY, FILLER, HELP, NEIGHBOURS, NOT, PHRASES, REFUSE, REFUSE_ALL, REJOIN, Words};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a word or phrase means.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// It refuses everything, not only advertising.
    pub(super) all: bool,
    /// The languages it belongs to.
    pub(super) languages: Vec<&'static str>,
}

pub(super) struct Lexicon {
    /// Alone or with filler.
    pub(super) keywords: HashMap<String, Entry>,
    /// Anywhere.
    phrases: HashMap<String, Entry>,
    not: HashSet<String>,
    pub(super) filler: HashSet<String>,
    pub(super) everyday: HashSet<String>,
    /// Single words of four letters and more that refuse, and those that rejoin.
    pub(super) refusing: Vec<Vec<char>>,
    pub(super) rejoining: Vec<Vec<char>>,
    neighbours: HashSet<String>,
    /// The words that any entry begins with; most words of most texts are none.
    beginnings: HashSet<String>,
    /// The most words in one entry.
    longest: usize,
}

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

fn normal(text: &str) -> String {
    words(&folded(text))
}

fn all_of(list: &[&str]) -> HashSet<String> {
    list.iter().map(|w| normal(w)).collect()
}

fn add(into: &mut HashMap<String, Entry>, lists: Words, kind: Kind, all: bool) {
    for (language, list) in lists {
        for word in *list {
            let entry = into.entry(normal(word)).or_insert(Entry { kind, all, languages: Vec::new() });
            entry.languages.push(language);
        }
    }
}

impl Lexicon {
    fn new() -> Lexicon {
        let mut keywords = HashMap::new();
        add(&mut keywords, REFUSE_ALL, Kind::Optout, true);
        add(&mut keywords, REFUSE, Kind::Optout, false);
        add(&mut keywords, REJOIN, Kind::Optin, false);
        add(&mut keywords, HELP, Kind::Help, false);
        let mut phrases = HashMap::new();
        add(&mut phrases, PHRASES, Kind::Optout, false);
        let not = all_of(NOT);
        let single = |kind: Kind| {
            let long = |w: &&String| !w.contains(' ') && w.chars().count() >= 4;
            let of_kind = keywords.iter().filter(|(_, e)| e.kind == kind).map(|(w, _)| w);
            of_kind.filter(long).map(|w| w.chars().collect::<Vec<char>>()).collect::<Vec<_>>()
        };
        let (refusing, rejoining) = (single(Kind::Optout), single(Kind::Optin));
        let entries = || keywords.keys().chain(phrases.keys()).chain(&not);
        let longest = entries().map(|w| w.split(' ').count()).max().unwrap_or(1);
        let beginnings = entries().filter_map(|w| w.split(' ').next()).map(str::to_owned).collect();
        Lexicon {
            phrases,
            not,
            filler: all_of(FILLER),
            everyday: all_of(EVERYDAY),
            refusing,
            rejoining,
            neighbours: all_of(NEIGHBOURS),
            beginnings,
            longest,
            keywords,
        }
    }

    /// The longest keyword at the beginning of these words, and how many of them it takes.
    pub(super) fn keyword(&self, tokens: &[&str]) -> Option<(usize, &str, &Entry)> {
        self.longest_at(tokens, |w| self.keywords.get_key_value(w)).map(|(n, (w, e))| (n, w.as_str(), e))
    }

    /// The longest phrase at the beginning of these words.
    pub(super) fn phrase(&self, tokens: &[&str]) -> Option<(&str, &Entry)> {
        self.longest_at(tokens, |w| self.phrases.get_key_value(w)).map(|(_, (w, e))| (w.as_str(), e))
    }

    /// The longest look-alike at the beginning of these words that is no refusal.
    pub(super) fn harmless(&self, tokens: &[&str]) -> Option<(usize, &str)> {
        self.longest_at(tokens, |w| self.not.get(w)).map(|(n, w)| (n, w.as_str()))
    }

    fn longest_at<'s, T>(
        &'s self,
        tokens: &[&str],
        look: impl Fn(&str) -> Option<T> + 's,
    ) -> Option<(usize, T)> {
        if !self.beginnings.contains(*tokens.first()?) {
            return None;
        }
        let most = tokens.len().min(self.longest);
        (1..=most).rev().find_map(|n| look(&tokens[..n].join(" ")).map(|found| (n, found)))
    }

    /// The refusing word that this one is a slip of the finger away from. Never where it is as near to the opposite.
    pub(super) fn near(&self, word: &str) -> Option<String> {
        if self.neighbours.contains(word) || self.keywords.contains_key(word) {
            return None;
        }
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < 4 || self.rejoining.iter().any(|r| one_slip(&letters, r)) {
            return None;
        }
        self.refusing.iter().find(|r| one_slip(&letters, r)).map(|r| r.iter().collect())
    }
}

/// Whether one letter added, lost, changed, or two neighbours exchanged make one word of the other.
fn one_slip(a: &[char], b: &[char]) -> bool {
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    match (a, b) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([x, y], [z, w]) => x == w && y == z,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        let chars = |w: &str| w.chars().collect::<Vec<char>>();
        for (a, b, near) in [
            ("stpo", "stop", true),
            ("stp", "stop", true),
            ("sttop", "stop", true),
            ("stip", "stop", true),
            ("stop", "stop", false),
            ("spot", "stop", false),
            ("start", "stop", false),
        ] {
            assert_eq!(one_slip(&chars(a), &chars(b)), near, "{a} {b}");
        }
    }

    #[test]
    fn no_word_means_two_things() {
        for (word, entry) in &LEXICON.keywords {
            assert!(!LEXICON.filler.contains(word), "{word} is also filler");
            assert!(!entry.languages.is_empty());
        }
        for rejoin in &LEXICON.rejoining {
            let word: String = rejoin.iter().collect();
            assert_eq!(LEXICON.near(&word), None, "{word}");
        }
        let everyday = LEXICON.everyday.iter().all(|w| LEXICON.keywords.contains_key(w));
        assert!(everyday, "an everyday word that is no keyword");
    }
}
