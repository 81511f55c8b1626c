//! Texts that are looked at before they are sent, as registers of templates want them: who asked, who approved, until when.
//!
//! A text fits an approved one if it is that text with its places filled: each with one short value, in which no address of
//! a page hides. Where a pack or the workspace requires it, a mailing whose text fits none is not launched, and a single
//! message waits for a person. Nothing here changes a text.

use crate::law::shelf;
use crate::{Actor, Ctx, Error, Permission, Result, audit, template};
use serde::Serialize;
use sms::Class;
use std::collections::BTreeSet;
use store::template_review::{self as rows, Template};
use store::{Bell, Tx, workspace};

/// What is put in one place has so many characters at the most.
const VALUE_MAX: usize = 60;
/// Texts of a page.
const SHOWN: i64 = 500;
/// The longest text.
const TEXT_MAX: usize = 2_000;
/// An approval holds so long at the most.
const LONGEST_MS: i64 = 3 * 366 * 86_400_000;

/// One text as pages and programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its row.
    #[serde(skip)]
    pub row: i64,
    /// Public id.
    pub id: String,
    /// The class it is sent as.
    pub class: Class,
    /// Where it is registered; empty is everywhere.
    pub country: String,
    /// The text with its places.
    pub text: String,
    /// Its number in a public register.
    pub reference: String,
    /// `waits`, `approved`, `expired`, `refused`, `ended`.
    pub state: String,
    /// Who asked.
    pub asked_by: String,
    /// When, ms.
    pub at: i64,
    /// Who decided; empty is nobody.
    pub decided_by: String,
    /// When, ms.
    pub decided_at: Option<i64>,
    /// Until when it holds, ms.
    pub until: Option<i64>,
    /// What was said to the decision.
    pub note: String,
    /// Whether who looks may decide.
    pub may_decide: bool,
}

/// What somebody wants approved.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// The text with its places.
    pub text: String,
    /// The class, by its word.
    pub class: String,
    /// Two letters; empty is everywhere.
    pub country: String,
    /// Its number in a public register.
    pub reference: String,
}

/// A decision.
#[derive(Debug, Clone, Default)]
pub struct Say {
    /// Whether it may be sent.
    pub approve: bool,
    /// Why not; or what was noticed.
    pub note: String,
    /// Its number in a public register, where it got one.
    pub reference: String,
    /// Until when it holds, ms; 0 has no end.
    pub until: i64,
}

/// Asks for a review; gives its id.
///
/// # Errors
/// When it may not be asked; the text is none or asked about already; class or country is none.
pub fn propose(tx: &mut Tx<'_>, ctx: &Ctx, new: &New) -> Result<i64> {
    ctx.need(Permission::Campaigns)?;
    let text = new.text.trim();
    if text.is_empty() || text.chars().count() > TEXT_MAX {
        return Err(Error::invalid("text", "required", "1 to 2000 characters"));
    }
    template::check(text)?;
    let class: Class =
        new.class.parse().map_err(|_| Error::invalid("class", "unknown", "marketing, service, …"))?;
    let country = new.country.trim().to_ascii_uppercase();
    if !country.is_empty() && sms::number::calling(&country).is_none() {
        return Err(Error::invalid("country", "unknown", "two letters, as IN; empty for everywhere"));
    }
    let known = rows::list(tx, ctx.workspace, SHOWN)?;
    let same = |t: &&Template| {
        t.class == class.number() && t.country == country && squeezed(&t.text) == squeezed(text)
    };
    if known.iter().filter(same).any(|t| matches!(t.state.as_str(), "waits" | "approved")) {
        return Err(Error::invalid("text", "taken", "this text waits already, or was approved"));
    }
    let template = Template {
        id: 0,
        class: class.number(),
        country,
        text: text.to_owned(),
        reference: new.reference.trim().chars().take(100).collect(),
        state: "waits".into(),
        asked_by: ctx.actor_name(),
        at: 0,
        decided_by: String::new(),
        decided_at: 0,
        until_at: 0,
        note: String::new(),
    };
    let id = rows::add(tx, ctx.workspace, &template)?;
    audit::note(tx, ctx, "template.asked", &sms::id::public(sms::id::kind::ROW, id), "")?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(id)
}

fn may_decide(ctx: &Ctx, asked_by: &str) -> bool {
    ctx.may(Permission::Admin) && (matches!(ctx.actor, Actor::Console) || ctx.actor_name() != asked_by)
}

/// Those that wait first, then all others, the newest first.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let now = tx.now();
    let view = |t: Template| View {
        row: t.id,
        id: sms::id::public(sms::id::kind::ROW, t.id),
        class: Class::from_number(t.class).unwrap_or(Class::Marketing),
        country: t.country,
        text: t.text,
        reference: t.reference,
        may_decide: t.state == "waits" && may_decide(ctx, &t.asked_by),
        state: match t.state.as_str() {
            "approved" if t.until_at != 0 && t.until_at <= now => "expired".to_owned(),
            _ => t.state,
        },
        asked_by: t.asked_by,
        at: t.at,
        decided_by: t.decided_by,
        decided_at: (t.decided_at != 0).then_some(t.decided_at),
        until: (t.until_at != 0).then_some(t.until_at),
        note: t.note,
    };
    Ok(rows::list(tx, ctx.workspace, SHOWN)?.into_iter().map(view).collect())
}

/// Approves or refuses. What waits to be sent is judged anew.
///
/// # Errors
/// `needs_a_second_person` for whoever asked; `Invalid` for a refusal without a reason, or a day that is past.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, say: &Say) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let found = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("template"))?;
    if !may_decide(ctx, &found.asked_by) {
        return Err(Error::Conflict("needs_a_second_person"));
    }
    if !say.approve && say.note.trim().is_empty() {
        return Err(Error::invalid("reason", "required", "a rejection says why"));
    }
    let now = tx.now();
    if say.until != 0 && !(now + 1..=now + LONGEST_MS).contains(&say.until) {
        return Err(Error::invalid("until", "invalid", "a day ahead, within three years"));
    }
    let given = say.reference.trim();
    let to = Template {
        state: if say.approve { "approved" } else { "refused" }.into(),
        decided_by: ctx.actor_name(),
        until_at: say.until,
        note: say.note.trim().chars().take(500).collect(),
        reference: if given.is_empty() { found.reference.clone() } else { given.chars().take(100).collect() },
        ..found
    };
    settled(tx, ctx, "waits", &to)
}

/// An approval is over; what waits under it is judged anew.
///
/// # Errors
/// When it may not be asked, or the text is not approved.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let found = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("template"))?;
    let to = Template { state: "ended".into(), decided_by: ctx.actor_name(), ..found };
    settled(tx, ctx, "approved", &to)
}

fn settled(tx: &mut Tx<'_>, ctx: &Ctx, from: &str, to: &Template) -> Result<()> {
    if !rows::decide(tx, ctx.workspace, from, to)? {
        return Err(Error::Conflict("already_decided"));
    }
    let (deed, subject) = (format!("template.{}", to.state), sms::id::public(sms::id::kind::ROW, to.id));
    audit::note(tx, ctx, &deed, &subject, &to.note)?;
    workspace::bump_law_epoch(tx, ctx.workspace)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    tx.ring(Bell::Jobs);
    Ok(())
}

/// Whether some rule of a workspace asks for approved texts: the level, by the strictest pack and its own wish.
///
/// # Errors
/// When it may not be asked.
pub fn level(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<&'static str> {
    ctx.need(Permission::Read)?;
    let (wishes, _) = crate::law::policy::wishes(tx, ctx.workspace)?;
    let country = workspace::get(tx, ctx.workspace)?.map(|w| w.country).unwrap_or_default();
    let law = shelf::load(tx)?;
    Ok(law.rules("", &country, &wishes).template_level().name())
}

/// Words with one space between them: how texts are compared.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An approved text, ready to be compared with.
#[derive(Debug, Clone)]
pub(crate) struct Approved {
    class: i64,
    country: String,
    /// What stands between the places.
    literals: Vec<String>,
    /// Until when, ms.
    pub(crate) until: i64,
}

/// The approved texts of a workspace.
pub(crate) fn approved(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Approved>> {
    let ready = |t: Template| Approved {
        class: t.class,
        country: t.country,
        literals: literals(&squeezed(&t.text)),
        until: if t.until_at == 0 { i64::MAX } else { t.until_at },
    };
    Ok(rows::approved(tx, workspace)?.into_iter().map(ready).collect())
}

/// What stands before, between and behind the places of a text.
fn literals(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, place)) = rest.split_once("{{") {
        out.push(before.to_owned());
        rest = place.split_once("}}").map_or("", |(_, behind)| behind);
    }
    out.push(rest.to_owned());
    out
}

/// What hides an address is no value: `bit.ly/x` as little as `https://…`.
fn is_value(text: &str) -> bool {
    let text = text.to_lowercase();
    !["://", "www.", "http"].iter().any(|mark| text.contains(mark)) && !text.split_whitespace().any(is_domain)
}

/// Whether a word has a dot with a letter or digit before it and two letters behind it, as names of hosts have.
fn is_domain(word: &str) -> bool {
    word.match_indices('.').any(|(at, _)| {
        let before = word[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        before && word[at + 1..].chars().take_while(|c| c.is_alphabetic()).nth(1).is_some()
    })
}

impl Approved {
    /// Whether a text to a country, of a class, is this one with its places filled.
    pub(crate) fn covers(&self, class: Class, country: &str, text: &str) -> bool {
        let here = self.country.is_empty() || self.country == country;
        self.class == class.number() && here && fits(&squeezed(text), &self.literals)
    }
}

fn fits(text: &str, literals: &[String]) -> bool {
    let Some((first, rest)) = literals.split_first() else { return false };
    if !text.starts_with(first.as_str()) {
        return false;
    }
    // Every end that a place may have; a text is short, and so are values.
    let mut at = BTreeSet::from([first.len()]);
    for literal in rest {
        let mut next = BTreeSet::new();
        for from in &at {
            let behind = &text[*from..];
            let ends = behind.char_indices().map(|(n, _)| n).chain([behind.len()]).take(VALUE_MAX + 1);
            for end in ends.filter(|end| behind[*end..].starts_with(literal.as_str())) {
                if is_value(&behind[..end]) {
                    next.insert(from + end + literal.len());
                }
            }
        }
        at = next;
    }
    at.contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fits_with_short_values_in_its_places_and_nothing_else() {
        let table: &[(&str, &str, bool)] = &[
            ("Your code is {{code}}.", "Your code is 1234.", true),
            ("Your code is {{code}}.", "Your code is 1234. Call us!", false),
            ("Your code is {{code}}.", "Your  code\nis 1234.", true),
            ("Your code is {{code}}.", "My code is 1234.", false),
            (
                "Hello {{first_name|default(\"you\")}}, see you at {{time}}",
                "Hello Dana, see you at 10:00",
                true,
            ),
            ("Hello {{name}}, bye", "Hello http://evil.example, bye", false),
            ("Hello {{name}}, bye", "Hello www.evil.example, bye", false),
            ("Hello {{name}}, bye", "Hello bit.ly/x1, bye", false),
            ("It is {{sum}} now", "It is 12.50 now", true),
            ("Hello {{name}}, bye", "Hello J. Cohen, bye", true),
            ("Hello", "Hello", true),
            ("Hello", "Hello ", true),
            ("Hello", "Hello you", false),
            ("{{a}} and {{a}}", "one and two and three", true),
            ("שלום {{name}}, התור נקבע", "שלום דנה, התור נקבע", true),
            ("שלום {{name}}, התור נקבע", "שלום דנה, התור בוטל", false),
        ];
        for (template, text, expected) in table {
            assert_eq!(
                fits(&squeezed(text), &literals(&squeezed(template))),
                *expected,
                "{template} / {text}"
            );
        }
        let long = format!("Hello {}", "x".repeat(VALUE_MAX + 1));
        assert!(!fits(&long, &literals("Hello {{name}}")), "a value is no letter of its own");
    }
}
