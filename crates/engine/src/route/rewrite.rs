//! What a rule rewrites in a message that takes it: number, sender, words of the text. Pure.
//!
//! Links are never touched: in them stand the ways to leave, and a word replaced inside one would break it.

use super::Question;
use std::borrow::Cow;
use store::route::Rewrite;

/// What became another; what is `None` stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// The number it goes to.
    pub number: Option<String>,
    /// The sender it shows.
    pub sender: Option<String>,
    /// What it says.
    pub text: Option<String>,
}

/// What a rule makes of a message; `None` where all of it stays.
pub(super) fn rewritten(rewrite: &Rewrite, asked: &Question<'_>) -> Option<Rewritten> {
    let out = Rewritten {
        number: number(rewrite, asked.number),
        sender: Some(&rewrite.sender).filter(|s| !s.is_empty() && s.as_str() != asked.sender).cloned(),
        text: match words(&rewrite.words, asked.text) {
            Cow::Owned(text) if text != asked.text => Some(text),
            _ => None,
        },
    };
    (out != Rewritten::default()).then_some(out)
}

fn number(rewrite: &Rewrite, number: &str) -> Option<String> {
    if rewrite.strip.is_empty() && rewrite.add.is_empty() {
        return None;
    }
    let strip = if rewrite.strip.is_empty() { "+" } else { &rewrite.strip };
    let rest = number.strip_prefix(strip)?;
    let add = if rewrite.add.is_empty() { "+" } else { &rewrite.add };
    Some(format!("{add}{rest}")).filter(|new| new != number)
}

/// The text with words replaced, links left as they are.
fn words<'t>(pairs: &[(String, String)], text: &'t str) -> Cow<'t, str> {
    if pairs.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut plain = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        if is_link(word) {
            out.push_str(&replaced(pairs, std::mem::take(&mut plain)));
            out.push_str(word);
        } else {
            plain.push_str(word);
        }
    }
    out.push_str(&replaced(pairs, plain));
    Cow::Owned(out)
}

/// Whether a word is a link, or has one glued to it.
fn is_link(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains("://") || word.contains("www.")
}

fn replaced(pairs: &[(String, String)], text: String) -> String {
    pairs.iter().fold(text, |text, (from, to)| if from.is_empty() { text } else { text.replace(from, to) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect()
    }

    #[test]
    fn links_are_left_alone() {
        let text = "Sale at shop! https://shop.example/u/shop-7 shop www.shop.example\nshop";
        let out = words(&pairs(&[("shop", "store")]), text);
        assert_eq!(out, "Sale at store! https://shop.example/u/shop-7 store www.shop.example\nstore");
        assert_eq!(words(&pairs(&[("₪", "ILS ")]), "₪5 (₪6)"), "ILS 5 (ILS 6)");
        assert_eq!(words(&pairs(&[("", "x")]), "abc"), "abc");
        assert_eq!(words(&pairs(&[("a b", "c")]), "a b a b"), "c c", "more words than one");
    }

    #[test]
    fn the_beginning_of_a_number_becomes_another() {
        let rule =
            |strip: &str, add: &str| Rewrite { strip: strip.into(), add: add.into(), ..Rewrite::default() };
        assert_eq!(number(&rule("+521", "+52"), "+5215512345678").as_deref(), Some("+525512345678"));
        assert_eq!(number(&rule("+521", "+52"), "+525512345678"), None);
        assert_eq!(number(&rule("", ""), "+1"), None);
        assert_eq!(number(&rule("", "+99"), "+1").as_deref(), Some("+991"));
    }
}
