//! What a text from a person asks of us: to be left alone, to be written to again, who we are, or something else.
//!
//! Pure. Generous and asymmetric: a false refusal costs one reader, a missed one breaks the law. Three answers stand
//! against each other: `optout` acts at once, `suspect` pauses advertising until a person looks, `inbox` is ordinary.
//! What a word does to consent is decided elsewhere; an open question that expects the word is asked before this.

mod lexicon;
mod normal;
mod pack;
mod words;

pub use normal::{shape, tokens};
pub use pack::{PACKS, pack};

use lexicon::{Entry, LEXICON, Lexicon};
use serde::Serialize;
use store::suppression::Scope;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// To be left alone.
    Optout,
    /// Perhaps to be left alone: a person must look.
    Suspect,
    /// Something else.
    Inbox,
    /// To be written to again.
    Optin,
    /// Who we are.
    Help,
}

impl Kind {
    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Optout => "optout",
            Kind::Suspect => "suspect",
            Kind::Inbox => "inbox",
            Kind::Optin => "optin",
            Kind::Help => "help",
        }
    }
}

/// What a text asks, and why we think so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// What is asked.
    #[serde(rename = "verdict")]
    pub kind: Kind,
    /// Which rule said so: `keyword:stop`, `phrase:…`, `layout:…`, `not:…`, `among:…`, `near:…`, `none`.
    pub rule: String,
    /// The text as it was judged.
    pub normalised: String,
    /// Whether everything is refused, not only advertising.
    #[serde(skip)]
    pub all: bool,
    /// The languages the word belongs to; empty when none is known.
    #[serde(skip)]
    pub languages: Vec<&'static str>,
}

impl Verdict {
    /// What the refusal stops.
    pub const fn scope(&self) -> Scope {
        if self.all { Scope::All } else { Scope::Marketing }
    }

    /// The language to answer in: the workspace's own where the word is of it, else the word's.
    pub fn language<'a>(&self, workspace: &'a str) -> &'a str
    where
        'static: 'a,
    {
        match self.languages.first() {
            Some(_) if self.languages.contains(&workspace) => workspace,
            Some(first) => first,
            None => workspace,
        }
    }
}

/// Judges a text.
pub fn judge(text: &str) -> Verdict {
    let lexicon = &*LEXICON;
    let folded = normal::folded(text);
    let normalised = normal::words(&folded);
    let tokens: Vec<&str> = normalised.split(' ').filter(|t| !t.is_empty()).collect();
    let found = whole(lexicon, &tokens, "keyword")
        .or_else(|| parts(lexicon, &tokens))
        .or_else(|| otherwise(lexicon, &folded))
        .or_else(|| slip(lexicon, &tokens))
        .unwrap_or_else(|| Found::of(Kind::Inbox, "none".into()));
    Verdict { kind: found.kind, rule: found.rule, normalised, all: found.all, languages: found.languages }
}

struct Found {
    kind: Kind,
    rule: String,
    all: bool,
    languages: Vec<&'static str>,
}

impl Found {
    fn of(kind: Kind, rule: String) -> Found {
        Found { kind, rule, all: false, languages: Vec::new() }
    }

    fn by(entry: &Entry, rule: String) -> Found {
        Found { kind: entry.kind, rule, all: entry.all, languages: entry.languages.clone() }
    }
}

/// Nothing but keywords and filler.
fn whole(lexicon: &Lexicon, tokens: &[&str], rule: &str) -> Option<Found> {
    let (mut at, mut found): (usize, Option<Found>) = (0, None);
    while at < tokens.len() {
        if let Some((n, word, entry)) = lexicon.keyword(&tokens[at..]) {
            let now = || Found::by(entry, format!("{rule}:{word}"));
            found = Some(match found {
                None => now(),
                Some(before) => stronger(before, now()),
            });
            at += n;
        } else if lexicon.filler.contains(tokens[at]) {
            at += 1;
        } else {
            return None;
        }
    }
    found
}

/// Two keywords in one text: a refusal is stronger than a question; a refusal beside its opposite is for a person.
fn stronger(a: Found, b: Found) -> Found {
    match (a.kind, b.kind) {
        (Kind::Optout, Kind::Optin) | (Kind::Optin, Kind::Optout) => {
            Found { kind: Kind::Suspect, rule: format!("both:{}", a.rule), ..a }
        }
        (Kind::Optout, Kind::Optout) => Found { all: a.all || b.all, ..a },
        (Kind::Suspect | Kind::Optout, _) => a,
        (_, Kind::Optout) => b,
        _ => a,
    }
}

/// A text of which a part refuses, or only seems to.
fn parts(lexicon: &Lexicon, tokens: &[&str]) -> Option<Found> {
    let (mut at, mut harmless, mut among) = (0, None, None);
    while at < tokens.len() {
        if let Some((n, word)) = lexicon.harmless(&tokens[at..]) {
            harmless = Some(Found::of(Kind::Inbox, format!("not:{word}")));
            at += n;
            continue;
        }
        if let Some((phrase, entry)) = lexicon.phrase(&tokens[at..]) {
            return Some(Found::by(entry, format!("phrase:{phrase}")));
        }
        let keyword = lexicon.keyword(&tokens[at..]);
        if let Some((_, word, entry)) =
            keyword.filter(|(_, w, e)| e.kind == Kind::Optout && !lexicon.everyday.contains(*w))
        {
            among =
                among.or(Some(Found { kind: Kind::Suspect, ..Found::by(entry, format!("among:{word}")) }));
        }
        at += 1;
    }
    among.or(harmless)
}

/// Typed under another keyboard layout, or with letters of another script that look alike.
fn otherwise(lexicon: &Lexicon, folded: &str) -> Option<Found> {
    normal::meant(folded).iter().find_map(|meant| {
        let words = normal::words(meant);
        let tokens: Vec<&str> = words.split(' ').filter(|t| !t.is_empty()).collect();
        let enough = words.chars().count() > 2; // two letters are anything
        whole(lexicon, &tokens, "layout").filter(|_| enough)
    })
}

/// One word, and it is one slip of the finger away from a refusal.
fn slip(lexicon: &Lexicon, tokens: &[&str]) -> Option<Found> {
    let mut left = tokens.iter().filter(|t| !lexicon.filler.contains(**t));
    let (one, None) = (left.next()?, left.next()) else { return None };
    let near = lexicon.near(one)?;
    let languages = lexicon.keywords.get(&near).map(|e| e.languages.clone()).unwrap_or_default();
    Some(Found { kind: Kind::Suspect, rule: format!("near:{near}"), all: false, languages })
}

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
