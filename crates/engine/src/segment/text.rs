//! The text form: `city = Haifa and (tag = gold or replied > 30d ago) and not list = "Spring"`. Pure.
//!
//! What [`print`] writes, [`parse`] reads as the same tree. Names of lists, tags and campaigns are looked up by the
//! caller; nothing of a text ever becomes SQL.

use super::tree::{CRITERIA_MAX, Criterion, DEPTH_MAX, Deed, Node, Op, When};
use crate::{Error, Result};

/// What names mean.
pub trait Names {
    /// The id of a list of this name.
    fn list(&self, name: &str) -> Option<i64>;
    /// The id of a tag of this name.
    fn tag(&self, name: &str) -> Option<i64>;
    /// The id of a campaign of this name.
    fn campaign(&self, name: &str) -> Option<i64>;
    /// The name of a list; empty where it is gone.
    fn list_name(&self, id: i64) -> String;
    /// The name of a tag.
    fn tag_name(&self, id: i64) -> String;
    /// The name of a campaign.
    fn campaign_name(&self, id: i64) -> String;
}

/// Words that people are described by and that are no fields of their own.
const KNOWN: &[&str] = &[
    "list",
    "tag",
    "consent",
    "number",
    "text",
    "added",
    "received",
    "delivered",
    "replied",
    "and",
    "or",
    "not",
    "is",
    "everybody",
];
/// Of them, those that a condition begins with.
pub const SUBJECTS: &[&str] =
    &["list", "tag", "consent", "number", "text", "added", "received", "delivered", "replied"];
const CONSENTS: &[&str] = &["yes", "unknown", "no", "left"];
/// The longest text.
const TEXT_MAX: usize = 8_000;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(Op),
    IsNot,
    Open,
    Close,
}

fn wrong(at: usize, why: &'static str, detail: impl Into<String>) -> Error {
    Error::invalid("text", why, format!("{} (at character {})", detail.into(), at + 1))
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>> {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut i) = (Vec::new(), 0);
    while i < chars.len() {
        let (at, c) = (i, chars[i]);
        i += 1;
        let token = match c {
            c if c.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '"' => Token::Quoted(quoted(&chars, &mut i, at)?),
            '!' if chars.get(i) == Some(&'=') => {
                i += 1;
                Token::IsNot
            }
            '<' | '>' | '=' | '~' => {
                let two: String = chars[at..chars.len().min(at + 2)].iter().collect();
                let found = Op::ALL.iter().find(|(sign, _)| two.starts_with(sign));
                let (sign, op) = found.copied().unwrap_or(("=", Op::Is));
                i = at + sign.len();
                Token::Sign(op)
            }
            _ => {
                while i < chars.len() && !chars[i].is_whitespace() && !"()\"<>=~!".contains(chars[i]) {
                    i += 1;
                }
                Token::Word(chars[at..i].iter().collect())
            }
        };
        out.push((at, token));
    }
    Ok(out)
}

fn quoted(chars: &[char], i: &mut usize, at: usize) -> Result<String> {
    let mut out = String::new();
    loop {
        match chars.get(*i) {
            None => return Err(wrong(at, "quote_open", "a quotation mark is not closed")),
            Some('"') => break,
            Some('\\') => {
                *i += 1;
                out.extend(chars.get(*i));
            }
            Some(c) => out.push(*c),
        }
        *i += 1;
    }
    *i += 1;
    Ok(out)
}

struct Reader<'a> {
    tokens: Vec<(usize, Token)>,
    at: usize,
    end: usize,
    names: &'a dyn Names,
}

/// Reads a text.
///
/// # Errors
/// When it is none, naming the place and what was expected there.
pub fn parse(text: &str, names: &dyn Names) -> Result<Node> {
    if text.chars().count() > TEXT_MAX {
        return Err(wrong(TEXT_MAX, "too_long", "a segment has at most 8000 characters"));
    }
    let mut reader = Reader { tokens: tokens(text)?, at: 0, end: text.chars().count(), names };
    if reader.tokens.is_empty() {
        return Ok(Node::All(Vec::new()));
    }
    let node = reader.any(0)?;
    if reader.at < reader.tokens.len() {
        return Err(wrong(reader.place(), "unexpected", "'and', 'or' or the end was expected"));
    }
    let node = node.plain();
    if node.size().0 > CRITERIA_MAX {
        return Err(wrong(0, "too_many", "a segment has at most 60 criteria"));
    }
    Ok(node)
}

impl Reader<'_> {
    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(at, _)| *at)
    }

    fn word(&self) -> Option<String> {
        match self.tokens.get(self.at) {
            Some((_, Token::Word(word))) => Some(word.to_lowercase()),
            _ => None,
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.word().is_some_and(|w| w == word);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self, depth: usize) -> Result<Node> {
        if depth > DEPTH_MAX {
            return Err(wrong(self.place(), "too_deep", "at most 8 groups may stand in one another"));
        }
        let mut all = vec![self.all(depth)?];
        while self.takes("or") {
            all.push(self.all(depth)?);
        }
        Ok(Node::Any(all))
    }

    fn all(&mut self, depth: usize) -> Result<Node> {
        let mut all = vec![self.one(depth)?];
        while self.takes("and") {
            all.push(self.one(depth)?);
        }
        Ok(Node::All(all))
    }

    fn one(&mut self, depth: usize) -> Result<Node> {
        if depth > DEPTH_MAX {
            return Err(wrong(self.place(), "too_deep", "at most 8 groups may stand in one another"));
        }
        if self.takes("not") {
            return Ok(Node::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes("everybody") {
            return Ok(Node::All(Vec::new()));
        }
        if matches!(self.tokens.get(self.at), Some((_, Token::Open))) {
            self.at += 1;
            let node = self.any(depth + 1)?;
            if !matches!(self.tokens.get(self.at), Some((_, Token::Close))) {
                return Err(wrong(self.place(), "not_closed", "')' was expected"));
            }
            self.at += 1;
            return Ok(node);
        }
        self.criterion()
    }

    /// `subject sign value`, `field is set`, `deed campaign "…"`.
    fn criterion(&mut self) -> Result<Node> {
        let at = self.place();
        let subject = match self.tokens.get(self.at) {
            Some((_, Token::Word(word))) => word.clone(),
            _ => return Err(wrong(at, "expected", "a criterion was expected, as city = Haifa")),
        };
        self.at += 1;
        if self.takes("is") {
            return self.is_set(&subject, at);
        }
        let lower = subject.to_lowercase();
        let deed = Deed::ALL.iter().find(|(word, _)| *word == lower).map(|(_, deed)| *deed);
        if let Some(deed) = deed.filter(|d| *d != Deed::Replied)
            && self.takes("campaign")
        {
            let (at, name) = self.value()?;
            let id = self.names.campaign(&name);
            let id =
                id.ok_or_else(|| wrong(at, "unknown_campaign", format!("there is no campaign '{name}'")))?;
            return Ok(Node::Is(Criterion::Campaign(deed, id)));
        }
        let (op, negated) = match self.tokens.get(self.at) {
            Some((_, Token::Sign(op))) => (*op, false),
            Some((_, Token::IsNot)) => (Op::Is, true),
            _ => return Err(wrong(self.place(), "expected", "one of = != < <= > >= ~ was expected")),
        };
        self.at += 1;
        if let Some(deed) = deed {
            return self.happened(|when| Criterion::Since(deed, when), op, negated);
        }
        if lower == "added" {
            return self.happened(Criterion::Added, op, negated);
        }
        let node = self.compared(&subject, &lower, op, at)?;
        Ok(if negated { Node::Not(Box::new(node)) } else { node })
    }

    fn is_set(&mut self, subject: &str, at: usize) -> Result<Node> {
        let field = self.field(subject, at)?;
        let set = Node::Is(Criterion::Set(field));
        match (self.takes("set"), self.takes("empty")) {
            (true, _) => Ok(set),
            (_, true) => Ok(Node::Not(Box::new(set))),
            _ => Err(wrong(self.place(), "expected", "'set' or 'empty' was expected")),
        }
    }

    fn field(&self, subject: &str, at: usize) -> Result<String> {
        let sound = crate::audience::text::is_field_name(subject);
        if !sound || KNOWN.contains(&subject.to_lowercase().as_str()) {
            return Err(wrong(at, "no_field", format!("'{subject}' is no field of people")));
        }
        Ok(subject.to_owned())
    }

    fn value(&mut self) -> Result<(usize, String)> {
        let at = self.place();
        let value = match self.tokens.get(self.at) {
            Some((_, Token::Word(word) | Token::Quoted(word))) => word.clone(),
            _ => return Err(wrong(at, "expected", "a value was expected")),
        };
        self.at += 1;
        Ok((at, value))
    }

    fn compared(&mut self, subject: &str, lower: &str, op: Op, at: usize) -> Result<Node> {
        let (place, value) = self.value()?;
        let only_is = |criterion: Criterion| match op {
            Op::Is => Ok(Node::Is(criterion)),
            _ => Err(wrong(at, "bad_sign", format!("{lower} takes = or !="))),
        };
        match lower {
            "list" => {
                let id = self.names.list(&value);
                let id =
                    id.ok_or_else(|| wrong(place, "unknown_list", format!("there is no list '{value}'")))?;
                only_is(Criterion::List(id))
            }
            "tag" => {
                let id = self.names.tag(&value);
                let id =
                    id.ok_or_else(|| wrong(place, "unknown_tag", format!("there is no tag '{value}'")))?;
                only_is(Criterion::Tag(id))
            }
            "consent" if CONSENTS.contains(&value.to_lowercase().as_str()) => {
                only_is(Criterion::Consent(value.to_lowercase()))
            }
            "consent" => Err(wrong(place, "bad_value", "consent is yes, unknown, no or left")),
            "number" => match (op, number_prefix(&value)) {
                (Op::Holds, Some(prefix)) => Ok(Node::Is(Criterion::Number(prefix))),
                _ => Err(wrong(at, "bad_sign", "write the beginning of numbers, as number ~ +97250")),
            },
            "text" => match op {
                Op::Holds => Ok(Node::Is(Criterion::Text(value))),
                _ => Err(wrong(at, "bad_sign", "text takes ~, as text ~ cohen")),
            },
            _ => Ok(Node::Is(Criterion::Field(self.field(subject, at)?, op, value))),
        }
    }

    /// `> 30d ago`, `>= 2026-03-14`, `< …` as its opposite, `= never`.
    fn happened(&mut self, of: impl Fn(When) -> Criterion, op: Op, negated: bool) -> Result<Node> {
        let (at, value) = self.value()?;
        let is = |when| Node::Is(of(when));
        let not = |when| Node::Not(Box::new(Node::Is(of(when))));
        let ever = || When::Day("1970-01-01".into());
        if value.eq_ignore_ascii_case("never") && op == Op::Is {
            return Ok(if negated { is(ever()) } else { not(ever()) });
        }
        let days = value.to_lowercase().strip_suffix('d').and_then(|n| n.parse::<i64>().ok());
        let when = match days {
            Some(days) if (0..=36_500).contains(&days) && self.takes("ago") => When::DaysAgo(days),
            None if crate::audience::text::day_ms(&value).is_some() => When::Day(value),
            _ => return Err(wrong(at, "bad_moment", "write 30d ago, a day as 2026-03-14, or = never")),
        };
        match (op, negated) {
            (Op::More | Op::AtLeast, false) => Ok(is(when)),
            (Op::Less | Op::AtMost, false) => Ok(not(when)),
            _ => Err(wrong(at, "bad_sign", "write > for later and < for not since")),
        }
    }
}

fn number_prefix(value: &str) -> Option<String> {
    let digits = value.strip_prefix('+').unwrap_or(value);
    let sound = !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| format!("+{digits}"))
}

/// Writes a tree.
pub fn print(node: &Node, names: &dyn Names) -> String {
    written(node, names, 0)
}

/// How tightly what stands around holds: 0 nothing, 1 `or`, 2 `and`, 3 `not`.
fn written(node: &Node, names: &dyn Names, around: u8) -> String {
    let group = |all: &[Node], word: &str, own: u8| {
        let inner: Vec<String> = all.iter().map(|n| written(n, names, own)).collect();
        let text = inner.join(word);
        if around >= own { format!("({text})") } else { text }
    };
    match node {
        Node::All(all) if all.is_empty() => "everybody".into(),
        Node::Any(all) if all.is_empty() => "not everybody".into(),
        Node::All(all) => group(all, " and ", 2),
        Node::Any(all) => group(all, " or ", 1),
        Node::Not(one) => format!("not {}", written(one, names, 3)),
        Node::Is(criterion) => said(criterion, names),
    }
}

fn said(criterion: &Criterion, names: &dyn Names) -> String {
    match criterion {
        Criterion::List(id) => format!("list = {}", quote(&names.list_name(*id))),
        Criterion::Tag(id) => format!("tag = {}", quote(&names.tag_name(*id))),
        Criterion::Consent(word) => format!("consent = {word}"),
        Criterion::Field(name, op, value) => format!("{name} {} {}", op.sign(), quote(value)),
        Criterion::Set(name) => format!("{name} is set"),
        Criterion::Number(prefix) => format!("number ~ {prefix}"),
        Criterion::Text(text) => format!("text ~ {}", quote(text)),
        Criterion::Added(when) => format!("added {}", moment(when)),
        Criterion::Since(deed, When::Day(day)) if day == "1970-01-01" => format!("{} != never", deed.word()),
        Criterion::Since(deed, when) => format!("{} {}", deed.word(), moment(when)),
        Criterion::Campaign(deed, id) => {
            format!("{} campaign {}", deed.word(), quote(&names.campaign_name(*id)))
        }
    }
}

fn moment(when: &When) -> String {
    match when {
        When::Day(day) => format!("> {day}"),
        When::DaysAgo(days) => format!("> {days}d ago"),
    }
}

fn quote(value: &str) -> String {
    let plain = !value.is_empty()
        && value.chars().all(|c| c.is_alphanumeric() || "-_.:/+@".contains(c))
        && !KNOWN.contains(&value.to_lowercase().as_str());
    if plain {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
