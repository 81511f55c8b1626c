//! What a text must carry: looked for, added where the pack has words for it, refused where it has none.
//!
//! What is added is part of the text from then on: it is counted, priced, shown before anybody approves, and stored.

use super::pack::Level;
use super::rules::{Ruled, Rules};
use crate::refusal;
use sms::{Class, Code};
use std::borrow::Cow;

/// A text and what is known of who sends it.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'t, 'a> {
    /// The text as it was written and rendered.
    pub text: &'t str,
    /// What it is for.
    pub class: Class,
    /// Whether the handset shows a name: nobody can answer that.
    pub name_shown: bool,
    /// Whether the name was looked at and approved.
    pub name_approved: bool,
    /// Whether the number shown is one that we receive on.
    pub two_way: bool,
    /// The business that advertises.
    pub advertiser: &'a str,
    /// A number of the workspace that can be answered; empty where it has none.
    pub reply_number: &'a str,
    /// How links to the page for leaving begin.
    pub link: &'a str,
    /// The person's own link to it; empty where nobody knows it.
    pub own_link: &'a str,
    /// Whether whatever is shown can be answered, as at the simulator.
    pub all_answer: bool,
}

/// A text that carries what it must, and what was added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Elements that were added.
    pub added: Vec<&'static str>,
}

/// Why a text may not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacks {
    /// The reason.
    pub code: Code,
    /// The rule, with its pack.
    pub rule: String,
}

/// Marks of direction, which are not read.
const MARKS: &[char] = &[
    '\u{200e}', '\u{200f}', '\u{061c}', '\u{202a}', '\u{202b}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{feff}',
];

/// Finishes a text.
///
/// # Errors
/// The first element that is missing and cannot be added.
pub fn finish<'t>(rules: &Rules, letter: &Letter<'t, '_>) -> Result<Finished<'t>, Lacks> {
    let mut out = Finished { text: Cow::Borrowed(letter.text), added: Vec::new() };
    if !matches!(letter.class, Class::Marketing | Class::Political) {
        return Ok(out);
    }
    for ruled in &rules.elements {
        if ruled.element.level < Level::Insert {
            continue;
        }
        match ruled.element.id.as_str() {
            "ad_label" if letter.class == Class::Marketing => label(ruled, &mut out)?,
            "sender_name" => named(rules, ruled, letter, &mut out)?,
            "refusal_path" => way_out(rules, ruled, letter, &mut out)?,
            _ => {}
        }
    }
    linked(rules, letter, &mut out)?;
    Ok(out)
}

/// The link for leaving, where the workspace wishes it in every advertisement.
fn linked(rules: &Rules, letter: &Letter<'_, '_>, out: &mut Finished<'_>) -> Result<(), Lacks> {
    let Some((level, rule)) = rules.link else { return Ok(()) };
    if !letter.link.is_empty() && out.text.contains(letter.link) {
        return Ok(());
    }
    if level >= Level::Require || letter.own_link.is_empty() {
        return Err(Lacks { code: Code::ContentMissing, rule: rule.to_owned() });
    }
    add_link(rules, letter, out);
    Ok(())
}

fn add_link(rules: &Rules, letter: &Letter<'_, '_>, out: &mut Finished<'_>) {
    let words = rules.link_words.as_deref().unwrap_or("\n{unsub_url}");
    let words = words.replace("{unsub_url}", letter.own_link);
    out.text = Cow::Owned(format!("{}{words}", out.text.trim_end()));
    out.added.push(LINK);
}

/// What the person's own link is called among what was added.
pub const LINK: &str = "unsubscribe_link";

fn lacks<T>(ruled: &Ruled, code: Code) -> Result<T, Lacks> {
    Err(Lacks { code, rule: ruled.rule.clone() })
}

/// The length of the label a text opens with, with the sign and spaces behind it; nothing where it opens otherwise.
fn label_of(prefixes: &[String], text: &str) -> Option<usize> {
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || MARKS.contains(&c));
    let skipped = text.len() - begins.len();
    let found = prefixes.iter().find(|p| {
        let mut chars = begins.chars();
        p.chars().all(|p| chars.next().is_some_and(|c| c.to_lowercase().eq(p.to_lowercase())))
    })?;
    let length: usize = begins.chars().take(found.chars().count()).map(char::len_utf8).sum();
    let rest = begins[length..]
        .trim_start_matches(|c: char| c.is_whitespace() || ":-–".contains(c) || MARKS.contains(&c));
    Some(skipped + begins.len() - rest.len())
}

fn label(ruled: &Ruled, out: &mut Finished<'_>) -> Result<(), Lacks> {
    if label_of(&ruled.element.any_of_prefix, &out.text).is_some() {
        return Ok(());
    }
    let Some(words) = &ruled.element.default_insert else { return lacks(ruled, Code::ContentMissing) };
    out.text = Cow::Owned(format!("{words}{}", out.text));
    out.added.push("ad_label");
    Ok(())
}

/// The advertiser is named by an approved name on the handset, or in the text.
fn named(rules: &Rules, ruled: &Ruled, letter: &Letter<'_, '_>, out: &mut Finished<'_>) -> Result<(), Lacks> {
    let advertiser = letter.advertiser.trim();
    let said = || {
        // As it is written, first: of a mailing nearly every text says it so.
        if !advertiser.is_empty() && out.text.contains(advertiser) {
            return !refusal::shape(advertiser).is_empty();
        }
        let shape = refusal::shape(advertiser);
        !shape.is_empty() && refusal::shape(&out.text).contains(&shape)
    };
    if (letter.name_shown && letter.name_approved) || said() {
        return Ok(());
    }
    let Some(words) = ruled.element.default_insert.as_ref().filter(|_| !advertiser.is_empty()) else {
        return lacks(ruled, Code::ContentMissing);
    };
    let words = words.replace("{advertiser}", advertiser);
    let prefixes: Vec<String> = rules.elements.iter().flat_map(|r| r.element.any_of_prefix.clone()).collect();
    let at = label_of(&prefixes, &out.text).unwrap_or(0);
    out.text = Cow::Owned(format!("{}{words}{}", &out.text[..at], &out.text[at..]));
    out.added.push("sender_name");
    Ok(())
}

/// What tells people to write a word.
const ASKS: &[&str] = &[
    "reply",
    "send",
    "text",
    "txt",
    "answer",
    "השב",
    "השיבו",
    "השיבי",
    "שלח",
    "שלחו",
    "שלחי",
    "responde",
    "responda",
    "envia",
    "envie",
    "ответьте",
    "ответ",
    "отправьте",
    "відповідь",
    "надішліть",
    "valasz",
    "kuldje",
    "kuldjon",
    "ارسل",
];

/// Whether a text tells how to refuse: the word stands last, shortly behind "reply" or "send", or shortly before the number.
fn tells(rules: &Rules, words: &[String], number: &str) -> bool {
    words.iter().enumerate().any(|(n, word)| {
        let asked = || words[n.saturating_sub(2)..n].iter().any(|before| ASKS.contains(&before.as_str()));
        let to = || !number.is_empty() && words[n + 1..].iter().take(3).any(|after| after == number);
        rules.refusing.contains(word) && (n + 1 == words.len() || asked() || to())
    })
}

fn way_out(
    rules: &Rules,
    ruled: &Ruled,
    letter: &Letter<'_, '_>,
    out: &mut Finished<'_>,
) -> Result<(), Lacks> {
    let element = &ruled.element;
    let link = !letter.link.is_empty() && out.text.contains(letter.link);
    let link_is_enough = element.at_least_one.iter().any(|w| w == "link")
        && !(letter.name_shown && element.alpha_sender_needs_reply_number && !letter.all_answer);
    if link && link_is_enough {
        return Ok(());
    }
    let tells = tells(rules, &refusal::tokens(&out.text), &digits(letter.reply_number));
    let answered = letter.two_way || letter.all_answer;
    let number = letter.reply_number;
    let names_number = !number.is_empty() && digits(&out.text).contains(&digits(number));
    if tells && (answered || names_number) {
        return Ok(());
    }
    let words = match (&element.default_insert, &element.default_insert_alpha) {
        (Some(words), _) if answered => words.clone(),
        (_, Some(words)) if !number.is_empty() => words.replace("{reply_number}", number),
        // Nobody can answer it: the link is the way out, where the pack takes a link for one.
        _ if number.is_empty()
            && link_is_enough
            && rules.link_words.is_some()
            && !letter.own_link.is_empty() =>
        {
            add_link(rules, letter, out);
            return Ok(());
        }
        _ if number.is_empty() => return lacks(ruled, Code::NoReplyPath),
        _ => return lacks(ruled, Code::ContentMissing),
    };
    out.text = Cow::Owned(format!("{}{words}", out.text.trim_end()));
    out.added.push("refusal_path");
    Ok(())
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
