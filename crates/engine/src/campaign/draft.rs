//! Writing a mailing down: what may stand in a draft, and what must stand in it before it can be launched.

use crate::route::Table;
use crate::{Ctx, Error, Permission, Result, template};
use sms::Class;
use store::campaign as rows;
use store::{Tx, workspace};

const NAME_CHARS: usize = 120;
/// A text that no carrier would take is refused before it is compiled.
const TEXT_CHARS: usize = 10_000;
const SENDER_LETTERS: usize = 11;
const SENDER_DIGITS: std::ops::RangeInclusive<usize> = 3..=15;

/// What a person writes. Only the name must be there from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What people call it.
    pub name: String,
    /// The text with its merge fields.
    pub text: String,
    /// What the handset shows; `None` takes the workspace's own.
    pub sender: Option<String>,
    /// What it is for; `None` is marketing.
    pub class: Option<Class>,
    /// What it is about, by a topic's name; who refused that topic does not get it. `None` is nothing in particular.
    pub topic: Option<String>,
    /// Who gets it.
    pub list: Option<i64>,
    /// Not before this moment, ms since 1970; `None` is at once.
    pub due: Option<i64>,
}

/// Adds a draft; gives its id.
///
/// # Errors
/// `Invalid` names what is wrong with it.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, draft: &Draft) -> Result<i64> {
    ctx.need(Permission::Campaigns)?;
    let draft = checked(tx, ctx, draft)?;
    Ok(rows::add(tx, ctx.workspace, &draft)?)
}

/// Writes a draft anew; `version` is the one the writer had before him. Gives the next version.
///
/// # Errors
/// `changed_meanwhile` when somebody else wrote it since, `already_launched` when it is no draft any more.
pub fn update(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, version: i64, draft: &Draft) -> Result<i64> {
    ctx.need(Permission::Campaigns)?;
    let draft = checked(tx, ctx, draft)?;
    if rows::change(tx, ctx.workspace, id, version, &draft)? {
        return Ok(version + 1);
    }
    let found = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let draft = found.state == rows::State::Draft;
    Err(Error::Conflict(if draft { "changed_meanwhile" } else { "already_launched" }))
}

fn checked(tx: &mut Tx<'_>, ctx: &Ctx, draft: &Draft) -> Result<rows::Draft> {
    let name = draft.name.trim();
    if name.is_empty() {
        return Err(Error::invalid("name", "required", ""));
    }
    if name.chars().count() > NAME_CHARS {
        return Err(Error::invalid("name", "too_long", format!("at most {NAME_CHARS} characters")));
    }
    let class = draft.class.unwrap_or(Class::Marketing);
    if matches!(class, Class::Otp | Class::Emergency | Class::Control) {
        return Err(Error::invalid("class", "not_for_campaigns", format!("{class} is not sent to a list")));
    }
    let sender = draft.sender.as_deref().unwrap_or_default().trim();
    if !sender.is_empty() && !plausible_sender(sender) {
        return Err(Error::invalid(
            "sender",
            "sender_implausible",
            "a sender is a number, or a name of at most 11 letters and digits",
        ));
    }
    let topic = topic_of(tx, ctx, draft.topic.as_deref().unwrap_or_default().trim())?;
    let wanted = draft.list.map(|list| rows::list_of(tx, ctx.workspace, list)).transpose()?;
    if wanted.is_some_and(|found| found.is_none()) {
        return Err(Error::invalid("list", "unknown", "there is no such list"));
    }
    let text = sms::parts::normalise(&draft.text);
    if !text.trim().is_empty() {
        check_text(tx, ctx, &text)?;
    }
    Ok(rows::Draft {
        name: name.to_owned(),
        text: text.into(),
        sender: sender.to_owned(),
        class,
        topic,
        list: draft.list.unwrap_or(0),
        due: draft.due.unwrap_or(0).max(0),
    })
}

/// The row of a topic; one that is offered no more still means what it meant.
fn topic_of(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<i64> {
    if name.is_empty() {
        return Ok(0);
    }
    let found = store::topic::by_name(tx, ctx.workspace, name)?;
    found.map(|t| t.id).ok_or_else(|| Error::invalid("topic", "unknown", "there is no such topic"))
}

/// A text must compile, and fit the workspace's limit even where every field is empty.
fn check_text(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> Result<()> {
    if text.chars().count() > TEXT_CHARS {
        return Err(Error::invalid("text", "too_long", format!("at most {TEXT_CHARS} characters")));
    }
    let compiled = template::check(text)?;
    let most = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?.parts_max;
    let parts = super::letter::shortest_parts(&compiled, Table::load(tx)?.common_ability(ctx.test));
    if parts > most {
        return Err(Error::invalid(
            "text",
            "too_many_parts",
            format!("it needs {parts} parts, at most {most} are allowed"),
        ));
    }
    Ok(())
}

/// Whether a handset could show it: a number, or a short name with a letter in it.
fn plausible_sender(sender: &str) -> bool {
    let digits = sender.strip_prefix('+').unwrap_or(sender);
    if digits.chars().all(|c| c.is_ascii_digit()) {
        return SENDER_DIGITS.contains(&digits.len());
    }
    sender.len() <= SENDER_LETTERS
        && sender.chars().any(|c| c.is_ascii_alphabetic())
        && sender.chars().all(|c| c.is_ascii_alphanumeric() || " -_.&".contains(c))
}

/// What a launch asks beyond what a draft does.
pub(super) fn complete(tx: &mut Tx<'_>, ctx: &Ctx, draft: &rows::Draft) -> Result<()> {
    if draft.text.trim().is_empty() {
        return Err(Error::invalid("text", "required", ""));
    }
    check_text(tx, ctx, &draft.text)?;
    match rows::list_of(tx, ctx.workspace, draft.list)? {
        None => Err(Error::invalid("list", "required", "")),
        Some((_, size)) if size <= 0 => Err(Error::invalid("list", "empty", "nobody is in the list")),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::plausible_sender;

    #[test]
    fn senders_are_numbers_or_short_names() {
        for good in ["NOA-SHOP", "A", "Bank of 11.", "+972501234567", "4545", "R&B"] {
            assert!(plausible_sender(good), "{good}");
        }
        for bad in ["ABCDEFGHIJKL", "12", "1234567890123456", "חנות", "a\nb", "+", "-.-", "Ünal"] {
            assert!(!plausible_sender(bad), "{bad}");
        }
    }
}
