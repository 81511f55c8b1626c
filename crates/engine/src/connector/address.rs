//! The addresses of a workspace: numbers it receives on, names and numbers a handset may show.

use super::by_name;
use crate::{Ctx, Error, Permission, Result};
use store::{Tx, number, sender};

/// An address we receive on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberView {
    /// Its id.
    pub id: i64,
    /// The address.
    pub number: String,
    /// `long`, `short` or `shared`.
    pub kind: String,
    /// The connector it comes in by; empty for any.
    pub connector: String,
    /// Since when it is there.
    pub created_at: i64,
}

/// What a handset may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderView {
    /// Its id.
    pub id: i64,
    /// The name or number.
    pub name: String,
    /// The country it is for; empty for all.
    pub country: String,
    /// Since when it is there.
    pub created_at: i64,
}

const KINDS: &[&str] = &["long", "short", "shared"];
/// Digits of the longest short code.
const SHORT_MAX: usize = 6;
/// Letters of the longest name a handset shows, 3GPP 23.040 clause 9.1.2.5: 11 characters of the 7-bit alphabet.
const NAME_MAX: usize = 11;
/// Digits of the longest number there is.
const DIGITS_MAX: usize = 15;

/// Adds an address. Without a kind, six digits or fewer are a short code.
pub fn number_add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    number: &str,
    kind: Option<&str>,
    connector: Option<&str>,
) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    let number = checked_number(number)?;
    let kind = kind.unwrap_or(if number.starts_with('+') { "long" } else { "short" });
    if !KINDS.contains(&kind) {
        return Err(Error::invalid("type", "invalid", format!("must be one of {}", KINDS.join(", "))));
    }
    let connector = match connector {
        Some(name) => by_name(tx, "connector", name)?,
        None => 0,
    };
    number::add(tx, ctx.workspace, &number, kind, connector).map_err(|e| match e {
        store::Error::Unique(_) => Error::invalid("number", "taken", format!("{number} is there already")),
        e => e.into(),
    })
}

/// All of the workspace.
pub fn numbers(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<NumberView>> {
    ctx.need(Permission::Read)?;
    let connectors = store::connector::list(tx)?;
    let name = |id: i64| connectors.iter().find(|c| c.id == id).map(|c| c.name.clone()).unwrap_or_default();
    let view = |n: number::Number| NumberView {
        connector: name(n.connector),
        id: n.id,
        number: n.number,
        kind: n.kind,
        created_at: n.created_at,
    };
    Ok(number::list(tx, ctx.workspace)?.into_iter().map(view).collect())
}

/// Forgets an address.
pub fn number_remove(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    let code = number::list(tx, ctx.workspace)?.into_iter().find(|n| n.id == id && n.kind == "shared");
    if let Some(code) = code {
        let now = tx.now();
        let held = store::machine::lease::of_code(tx, &code.number)?;
        if held.iter().any(|l| l.workspace != ctx.workspace && (l.until_at == 0 || l.until_at > now)) {
            return Err(Error::Conflict("words_leased"));
        }
    }
    if !number::remove(tx, ctx.workspace, id)? {
        return Err(Error::NotFound("number"));
    }
    // What waits may name it as the number to answer to.
    store::workspace::bump_law_epoch(tx, ctx.workspace)?;
    Ok(())
}

/// Adds a name or number that a handset may show.
pub fn sender_add(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, country: Option<&str>) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    let name = checked_sender(name)?;
    let country = country.unwrap_or("").trim().to_ascii_uppercase();
    if !country.is_empty() && (country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase())) {
        return Err(Error::invalid("country", "invalid", "must be the two letters of a country, as IL"));
    }
    let wanted = crate::sender::Wanted { name: name.clone(), country, reference: String::new() };
    crate::sender::ask(tx, ctx, &wanted).map_err(|e| match e {
        Error::Store(store::Error::Unique(_)) => {
            Error::invalid("name", "taken", format!("'{name}' is there already"))
        }
        e => e,
    })
}

/// All of the workspace.
pub fn senders(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<SenderView>> {
    ctx.need(Permission::Read)?;
    let view = |s: sender::Sender| SenderView {
        id: s.id,
        name: s.name,
        country: s.country,
        created_at: s.created_at,
    };
    Ok(sender::list(tx, ctx.workspace)?.into_iter().map(view).collect())
}

/// Forgets a sender.
pub fn sender_remove(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    store::workspace::bump_law_epoch(tx, ctx.workspace)?;
    if sender::remove(tx, ctx.workspace, id)? { Ok(()) } else { Err(Error::NotFound("sender")) }
}

/// A sender as it is stored: a name of up to 11 characters, or digits with an optional plus.
pub(crate) fn shown_sender(given: &str) -> Option<String> {
    let digits = given.strip_prefix('+').unwrap_or(given);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return (digits.len() <= DIGITS_MAX).then(|| given.to_owned());
    }
    let fits = given.chars().count() <= NAME_MAX && given.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    (fits && given.chars().any(|c| c.is_ascii_alphabetic())).then(|| given.to_owned())
}

/// `+` and digits, or a short code as it is.
fn checked_number(number: &str) -> Result<String> {
    let bare: String = number.chars().filter(|c| !" -().".contains(*c)).collect();
    let international = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"));
    let digits = international.unwrap_or(&bare);
    let wrong = |why: &str| Err(Error::invalid("number", "invalid", why));
    if digits.is_empty() || digits.len() > DIGITS_MAX || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return wrong("must be a short code, or a number with its country's code, as +972541234567");
    }
    if international.is_none() && digits.len() <= SHORT_MAX {
        return Ok(digits.to_owned());
    }
    if digits.len() <= SHORT_MAX || digits.starts_with('0') {
        return wrong("needs its country's code, as +972541234567");
    }
    Ok(format!("+{digits}"))
}

/// Up to eleven characters every handset shows, at least one of them a letter; or a number.
fn checked_sender(name: &str) -> Result<String> {
    let name = name.trim();
    let digits = name.strip_prefix('+').unwrap_or(name);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return checked_number(name).map_err(|_| {
            Error::invalid(
                "name",
                "invalid",
                "a number as sender needs its country's code, or is a short code",
            )
        });
    }
    let shown = |c: char| c.is_ascii_alphanumeric() || " -_.&".contains(c);
    if name.len() > NAME_MAX || !name.chars().all(shown) || !name.chars().any(|c| c.is_ascii_alphabetic()) {
        let detail = format!("must be at most {NAME_MAX} letters a-z, digits, spaces or - _ . &");
        return Err(Error::invalid("name", "invalid", detail));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_the_carrier_writes_them() {
        for (given, kept) in [
            ("4545", Some("4545")),
            ("+972 54-123-4567", Some("+972541234567")),
            ("00972541234567", Some("+972541234567")),
            ("972541234567", Some("+972541234567")),
            ("0541234567", None),
            ("+12", None),
            ("shop", None),
            ("", None),
            ("1234567890123456", None),
        ] {
            assert_eq!(checked_number(given).ok().as_deref(), kept, "{given}");
        }
    }

    #[test]
    fn a_sender_fits_a_handset() {
        for (given, fits) in
            [("Shop", true), ("Dana & Co.", true), ("TwelveLetter", false), ("חנות", false), ("...", false)]
        {
            assert_eq!(checked_sender(given).is_ok(), fits, "{given}");
        }
        assert_eq!(checked_sender("972541234567").unwrap(), "+972541234567");
    }
}
