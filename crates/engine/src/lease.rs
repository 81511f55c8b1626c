//! Words on shared codes: whose they are, from when to when, and which word a text begins with.
//!
//! A word belongs to one workspace at a time, and so does everything that looks like it. Who holds a code sees which words
//! are taken on it; whose the others are, nobody sees but who may look after all workspaces.

use crate::refusal::{self, Kind, Verdict};
use crate::{Actor, Ctx, Error, Permission, Result, access};
use store::machine::inbound::number_of;
use store::machine::lease::{self as machine, Lease};
use store::{Tx, lease, number};

/// Words by which our own answers say that one comes back: they mean everybody on a code, whoever they refused.
const RETURNS: &[&str] = &["START", "UNSTOP", "СТАРТ", "הצטרף", "ALTA", "اشتراك"];
/// Words a keyword may have.
const WORDS_MAX: usize = 3;
const LETTERS_MAX: usize = 30;

/// A lease as one workspace may see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct View {
    /// Its id.
    pub id: i64,
    /// The code.
    pub code: String,
    /// The word.
    pub word: String,
    /// Whose it is; `None` where that is not for these eyes.
    pub workspace: Option<String>,
    /// Whether it is of the workspace that looks.
    pub own: bool,
    /// From when on, ms.
    pub from_at: i64,
    /// Until before when, ms; `None` has no end.
    pub until_at: Option<i64>,
    /// `running`, `coming` or `over`.
    pub state: &'static str,
    /// Whether who looks may end it.
    pub may_end: bool,
}

/// A lease to be made.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// The code.
    pub code: String,
    /// The word.
    pub word: String,
    /// The workspace it is for, by its name; empty is the one that asks.
    pub workspace: String,
    /// From when on, ms; `None` is now.
    pub from_at: Option<i64>,
    /// Until before when, ms; `None` has no end.
    pub until_at: Option<i64>,
}

/// Where a text to a shared code would go.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Tried {
    /// The word it begins with, where one is leased.
    pub word: Option<String>,
    /// Whose that is, where that may be seen.
    pub workspace: Option<String>,
    /// Whether it is of the workspace that asks.
    pub own: bool,
    /// What the rest asks: `inbox`, `optout`, …
    pub verdict: &'static str,
}

/// The holder of a shared code, or an error where it is none.
fn holder(tx: &mut Tx<'_>, code: &str) -> Result<i64> {
    match number_of(tx, code)? {
        Some((workspace, kind)) if kind == "shared" => Ok(workspace),
        _ => Err(Error::invalid("code", "no_shared_code", format!("'{code}' is no shared code here"))),
    }
}

/// Whether who asks looks after a code: it is of their workspace, or they look after all.
fn holds(ctx: &Ctx, holder: i64) -> bool {
    holder == ctx.workspace || matches!(ctx.actor, Actor::Console | Actor::System)
}

/// Leases a word. Only who holds the code gives its words away.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, new: &New) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    let code = new.code.trim();
    let holder = holder(tx, code)?;
    if !holds(ctx, holder) {
        return Err(Error::invalid("code", "no_shared_code", format!("'{code}' is no shared code here")));
    }
    let (word, shape) = checked(&new.word)?;
    let workspace = match new.workspace.trim() {
        "" => ctx.workspace,
        name => {
            let known = access::workspaces(tx, ctx)?.into_iter().find(|w| w.name == name).map(|w| w.id);
            known.ok_or_else(|| Error::invalid("workspace", "unknown", format!("there is no '{name}'")))?
        }
    };
    let from_at = new.from_at.unwrap_or_else(|| tx.now());
    let until_at = new.until_at.unwrap_or(0);
    if until_at != 0 && until_at <= from_at {
        return Err(Error::invalid("until", "ends_before_it_begins", "must be after its beginning"));
    }
    let lease = Lease { id: 0, workspace, code: code.to_owned(), word, shape, from_at, until_at };
    let detail = "this word, or one that looks like it, is taken in that time";
    machine::add(tx, &lease)?.ok_or_else(|| Error::invalid("word", "word_taken", detail))
}

/// A word in its own writing and its shape: not empty, not long, and no word by which people refuse.
fn checked(word: &str) -> Result<(String, String)> {
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
    let tokens = refusal::tokens(&word);
    let shape = refusal::shape(&word);
    let fits = (1..=WORDS_MAX).contains(&tokens.len()) && word.chars().count() <= LETTERS_MAX;
    if !fits || shape.is_empty() {
        let detail = format!("must be 1 to {WORDS_MAX} words of at most {LETTERS_MAX} letters");
        return Err(Error::invalid("word", "no_keyword", detail));
    }
    // A word of the law in any language, typed under any keyboard, or one slip away from one.
    // One by which people ask to be written to is a keyword as good as any.
    let reserved = |text: &str| !matches!(refusal::judge(text).kind, Kind::Inbox | Kind::Optin);
    let returns = RETURNS.iter().any(|word| refusal::shape(word) == shape);
    if returns || reserved(&word) || reserved(&tokens.concat()) || reserved(&shape) {
        let detail = format!("'{word}' is, or looks like, a word by which people refuse or ask for help");
        return Err(Error::invalid("word", "word_reserved", detail));
    }
    Ok((word, shape))
}

/// The leases of this workspace, and those on the codes it holds.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let mut all = lease::list(tx, ctx.workspace)?;
    let mut held = Vec::new();
    for code in number::list(tx, ctx.workspace)?.into_iter().filter(|n| n.kind == "shared") {
        let there = machine::of_code(tx, &code.number)?;
        all.extend(there.into_iter().filter(|l| l.workspace != ctx.workspace));
        held.push(code.number);
    }
    all.sort_by(|a, b| (&a.code, &a.word, b.id).cmp(&(&b.code, &b.word, a.id)));
    let known = access::workspaces(tx, ctx)?;
    let (now, may) = (tx.now(), ctx.may(Permission::Delivery));
    let name = |id: i64| known.iter().find(|w| w.id == id).map(|w| w.name.clone());
    Ok(all
        .into_iter()
        .map(|l| View {
            workspace: name(l.workspace),
            own: l.workspace == ctx.workspace,
            may_end: may && (held.contains(&l.code) || l.workspace == ctx.workspace || holds(ctx, 0)),
            state: match (now < l.from_at, l.until_at != 0 && l.until_at <= now) {
                (true, _) => "coming",
                (_, true) => "over",
                _ => "running",
            },
            id: l.id,
            code: l.code,
            word: l.word,
            from_at: l.from_at,
            until_at: (l.until_at != 0).then_some(l.until_at),
        })
        .collect())
}

/// Ends a lease now: by who holds the code, or by whose word it is.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    let lease = machine::get(tx, id)?.ok_or(Error::NotFound("lease"))?;
    let holder = number_of(tx, &lease.code)?.map_or(0, |(workspace, _)| workspace);
    if lease.workspace != ctx.workspace && !holds(ctx, holder) {
        return Err(Error::NotFound("lease"));
    }
    let now = tx.now();
    if machine::end(tx, id, now)? { Ok(()) } else { Err(Error::Conflict("already_ended")) }
}

/// Where a text to a shared code would go by its words; nothing is kept.
pub fn try_text(tx: &mut Tx<'_>, ctx: &Ctx, code: &str, text: &str) -> Result<Tried> {
    ctx.need(Permission::Read)?;
    let code = code.trim();
    let holder = holder(tx, code)?;
    let own = lease::list(tx, ctx.workspace)?.iter().any(|l| l.code == code);
    if !holds(ctx, holder) && !own {
        return Err(Error::invalid("code", "no_shared_code", format!("'{code}' is no shared code here")));
    }
    let now = tx.now();
    let running = machine::at(tx, code, now)?;
    let (found, verdict) = match find(&running, text) {
        Some((lease, verdict)) => (Some(lease), verdict),
        None => (None, refusal::judge(text)),
    };
    let known = access::workspaces(tx, ctx)?;
    // A stranger's word is told of as nobody's by who does not hold the code.
    let found = found.filter(|l| l.workspace == ctx.workspace || holds(ctx, holder));
    let whose = found.map(|l| l.workspace);
    Ok(Tried {
        word: found.map(|l| l.word.clone()),
        workspace: whose.and_then(|id| known.iter().find(|w| w.id == id).map(|w| w.name.clone())),
        own: whose == Some(ctx.workspace),
        verdict: verdict.kind.name(),
    })
}

/// The lease whose word a text begins with, longest first, and what the rest of it asks; or the one whose word a refusal
/// names (`STOP CLUB`).
pub(crate) fn find<'l>(leases: &'l [Lease], text: &str) -> Option<(&'l Lease, Verdict)> {
    let tokens = refusal::tokens(text);
    let of = |words: &[String]| {
        let shape = refusal::shape(&words.concat());
        leases.iter().find(|lease| lease.shape == shape)
    };
    for n in (1..=tokens.len().min(WORDS_MAX + 1)).rev() {
        if let Some(lease) = of(&tokens[..n]) {
            // The word itself may ask to be written to; it is judged where nothing follows it.
            let rest = if n == tokens.len() { text.to_owned() } else { tokens[n..].join(" ") };
            return Some((lease, refusal::judge(&rest)));
        }
    }
    for n in (1..tokens.len().min(WORDS_MAX + 1)).rev() {
        let (head, tail) = tokens.split_at(tokens.len() - n);
        let verdict = refusal::judge(&head.join(" "));
        if let (Kind::Optout, Some(lease)) = (verdict.kind, of(tail)) {
            return Some((lease, verdict));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(workspace: i64, word: &str) -> Lease {
        let shape = refusal::shape(word);
        Lease {
            id: workspace,
            workspace,
            code: "5050".into(),
            word: word.into(),
            shape,
            from_at: 0,
            until_at: 0,
        }
    }

    #[test]
    fn a_word_is_found_however_it_is_written_and_the_longest_wins() {
        let all =
            [lease(1, "CLUB"), lease(2, "CLUB VIP"), lease(3, "הצבעה"), lease(4, "1"), lease(5, "JOIN")];
        let who = |text: &str| find(&all, text).map(|(l, v)| (l.workspace, v.kind));
        for (text, owner, kind) in [
            ("club", 1, Kind::Inbox),
            ("C l u b !", 1, Kind::Inbox),
            ("Сlub please", 1, Kind::Inbox),
            ("club vip tonight", 2, Kind::Inbox),
            ("clubvip", 2, Kind::Inbox),
            ("join", 5, Kind::Optin),
            ("הצבעה 4", 3, Kind::Inbox),
            ("club stop", 1, Kind::Optout),
            ("STOP club", 1, Kind::Optout),
            ("הסר הצבעה", 3, Kind::Optout),
            ("1", 4, Kind::Inbox),
        ] {
            assert_eq!(who(text), Some((owner, kind)), "{text}");
        }
        for text in ["stop", "please club", "clubs", "", "11"] {
            assert_eq!(who(text), None, "{text}");
        }
    }

    #[test]
    fn words_of_the_law_are_nobodys() {
        for word in [
            "STOP", "stop all", "הסר", "стоп", "СТОР", "HELP", "start", "S T O P", "ST0P", "stpo", "baja",
            "alta", "UNST0P",
        ] {
            let refused = checked(word);
            assert!(
                matches!(refused, Err(Error::Invalid { why: "word_reserved", .. })),
                "{word}: {refused:?}"
            );
        }
        for word in ["", "…", "one two three four", &"x".repeat(31)] {
            let refused = checked(word);
            assert!(matches!(refused, Err(Error::Invalid { why: "no_keyword", .. })), "{word}: {refused:?}");
        }
        assert_eq!(checked("  Club   VIP ").unwrap(), ("Club VIP".into(), refusal::shape("clubvip")));
        assert!(checked("4").is_ok() && checked("JOIN").is_ok() && checked("הצבעה").is_ok());
    }
}
