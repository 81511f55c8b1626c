//! Sender names: checked as they are typed, asked for with papers, approved by a second person, shown until they expire.
//!
//! Who asks is never who approves. Only the operator at the server's own console is both, for he answers for the
//! installation. In test mode nothing is shown to anybody, so nothing is asked.

use crate::law::{name, shelf};
use crate::{Actor, Ctx, Error, Permission, Result};
use serde::Serialize;
use store::sender::{self as rows, Decision, New, Paper};
use store::workspace::{self, Mode};
use store::{Bell, Tx, number};

/// A paper may be so large.
pub const PAPER_MAX: usize = 5 << 20;
/// Papers of one sender.
const PAPERS_MAX: usize = 10;
/// An approval lasts so long at the most.
const LONGEST_MS: i64 = 3 * 366 * 86_400_000;

/// What can be said of a name while it is typed.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    /// Its length in characters.
    pub length: usize,
    /// The most there may be.
    pub longest: usize,
    /// What is wrong with it; empty where nobody need object.
    pub problems: Vec<name::Problem>,
    /// Whether it looks like a name another business shows.
    pub alike: bool,
    /// Whether people can answer it.
    pub answerable: bool,
    /// Why no advertising can go out under it: `no_reply_number` where people could not leave.
    pub reply_path: &'static str,
}

/// A sender with its story.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Its id.
    #[serde(skip)]
    pub id: i64,
    /// What the handset shows.
    pub name: String,
    /// The country it is for; empty for all.
    pub country: String,
    /// `submitted`, `approved`, `rejected`, `expired`.
    pub status: &'static str,
    /// Its number in a public register.
    pub reference: String,
    /// Until when it is approved, ms; 0 has no end.
    pub until: i64,
    /// Who asked for it.
    pub asked_by: String,
    /// Whether people can answer it.
    pub answerable: bool,
    /// Whether it looks like a name another business shows.
    pub alike: bool,
    /// Whether whoever asks this may decide about it.
    pub may_decide: bool,
    /// What was decided, oldest first.
    pub decisions: Vec<Decision>,
    /// The papers.
    pub papers: Vec<Paper>,
    /// Since when it is there, ms.
    pub created_at: i64,
}

/// Whether a handset can answer what it shows.
pub fn answerable(shown: &str) -> bool {
    !shown.chars().any(char::is_alphabetic)
}

/// Looks at a name as it is typed.
///
/// # Errors
/// When it may not be asked.
pub fn check(tx: &mut Tx<'_>, ctx: &Ctx, given: &str, country: &str) -> Result<Checked> {
    ctx.need(Permission::Read)?;
    let given = given.trim();
    let law = shelf::load(tx)?;
    let home = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?.country;
    let mut packs = law.of_sender(&home);
    packs.extend(law.of_sender(&country.trim().to_ascii_uppercase()));
    let own_number = number::list(tx, ctx.workspace)?.iter().any(|n| n.number == given);
    let problems = if own_number || given.is_empty() { Vec::new() } else { name::problems(given, &packs) };
    let shape = name::shape(given);
    let alike = !shape.is_empty() && rows::looks_like_anothers(tx, ctx.workspace, &shape)?;
    let numbers = number::list(tx, ctx.workspace)?;
    let answerable = answerable(given);
    let reply_path = if answerable || !numbers.is_empty() { "" } else { "no_reply_number" };
    Ok(Checked {
        length: given.chars().count(),
        longest: name::LONGEST,
        problems,
        alike,
        answerable,
        reply_path,
    })
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The name, or the number with its country's code; as it shall be shown, letter case included.
    pub name: String,
    /// The country it is for; empty for all.
    pub country: String,
    /// Its number in a public register.
    pub reference: String,
}

/// Asks for a sender whose shape was found to be right. Gives its id.
pub(crate) fn ask(tx: &mut Tx<'_>, ctx: &Ctx, wanted: &Wanted) -> Result<i64> {
    let checked = check(tx, ctx, &wanted.name, &wanted.country)?;
    let live = workspace::get(tx, ctx.workspace)?.is_some_and(|w| w.mode == Mode::Live);
    let digits = wanted.name.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit());
    let bad = checked
        .problems
        .iter()
        .find(|p| !matches!(p, name::Problem::Digits | name::Problem::NoLetter if digits));
    if let Some(problem) = bad.filter(|_| live) {
        let detail = match problem {
            name::Problem::Generic { word } => format!("'{word}' does not say who writes"),
            name::Problem::Protected { name, .. } => format!("it is, or looks like, the name '{name}'"),
            _ => "no handset shows it so".into(),
        };
        return Err(Error::invalid("name", problem.name(), detail));
    }
    let trusted = matches!(ctx.actor, Actor::Console | Actor::System) || !live;
    let status = if trusted { "approved" } else { "submitted" };
    let actor = ctx.actor_name();
    let new = New {
        name: &wanted.name,
        country: &wanted.country,
        status,
        shape: &name::shape(&wanted.name),
        reference: &wanted.reference,
        until_at: 0,
        asked_by: &actor,
    };
    let id = rows::add(tx, ctx.workspace, &new)?;
    let first = Decision { status: status.into(), actor, reason: String::new(), at: 0 };
    rows::note(tx, ctx.workspace, id, &first)?;
    if trusted {
        workspace::bump_law_epoch(tx, ctx.workspace)?; // a name that only waits changes no verdict
    }
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(id)
}

/// All senders of the workspace with their stories.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let (now, me) = (tx.now(), ctx.actor_name());
    let decisions = rows::decisions(tx, ctx.workspace)?;
    let papers = rows::papers(tx, ctx.workspace)?;
    let mut out = Vec::new();
    for s in rows::list(tx, ctx.workspace)? {
        let alike = rows::looks_like_anothers(tx, ctx.workspace, &name::shape(&s.name))?;
        out.push(View {
            status: match s.status.as_str() {
                "approved" if s.until_at != 0 && s.until_at <= now => "expired",
                "approved" => "approved",
                "rejected" => "rejected",
                _ => "submitted",
            },
            answerable: answerable(&s.name),
            alike,
            may_decide: ctx.may(Permission::Admin) && may_decide(ctx, &me, &s.asked_by),
            decisions: decisions.iter().filter(|(id, _)| *id == s.id).map(|(_, d)| d.clone()).collect(),
            papers: papers.iter().filter(|p| p.sender == s.id).cloned().collect(),
            id: s.id,
            name: s.name,
            country: s.country,
            reference: s.reference,
            until: s.until_at,
            asked_by: s.asked_by,
            created_at: s.created_at,
        });
    }
    Ok(out)
}

/// A workspace begins to reach people: what nobody looked at while nothing was shown to anybody is asked about now. A name
/// that whoever wanted it approved waits for a second person; one that no live workspace is given is rejected.
pub(crate) fn ask_again(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let decisions = rows::decisions(tx, ctx.workspace)?;
    for s in rows::list(tx, ctx.workspace)?.into_iter().filter(|s| s.status == "approved") {
        let last = decisions.iter().rev().find(|(id, _)| *id == s.id).map(|(_, d)| d.actor.as_str());
        let by_itself = last.is_none_or(|by| by == s.asked_by)
            && !["console", "system"].contains(&last.unwrap_or("console"));
        let digits = s.name.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit());
        let allowed =
            |p: &name::Problem| matches!(p, name::Problem::Digits | name::Problem::NoLetter if digits);
        let problems = check(tx, ctx, &s.name, &s.country)?.problems;
        let status = match problems.iter().find(|p| !allowed(p)) {
            Some(_) => "rejected",
            None if by_itself => "submitted",
            None => continue,
        };
        let reason = problems.iter().find(|p| !allowed(p)).map_or("go_live", name::Problem::name).to_owned();
        let decision = Decision { status: status.into(), actor: ctx.actor_name(), reason, at: 0 };
        rows::decide(tx, ctx.workspace, s.id, &decision, 0, &s.reference)?;
    }
    workspace::bump_law_epoch(tx, ctx.workspace)?;
    tx.ring(Bell::Jobs);
    Ok(())
}

fn may_decide(ctx: &Ctx, me: &str, asked_by: &str) -> bool {
    matches!(ctx.actor, Actor::Console) || me != asked_by
}

/// A person's decision about a sender.
#[derive(Debug, Clone, Default)]
pub struct Say {
    /// Whether it may be shown.
    pub approve: bool,
    /// Why; a rejection needs it.
    pub reason: String,
    /// Until when, ms; 0 has no end.
    pub until: i64,
    /// Its number in a public register.
    pub reference: String,
}

/// Approves or rejects. What waits under the name is judged anew.
///
/// # Errors
/// `needs_a_second_person` for whoever asked for it; `Invalid` for a rejection without a reason, or a date that is past.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, say: &Say) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let found = rows::list(tx, ctx.workspace)?.into_iter().find(|s| s.id == id);
    let found = found.ok_or(Error::NotFound("sender"))?;
    if !may_decide(ctx, &ctx.actor_name(), &found.asked_by) {
        return Err(Error::Conflict("needs_a_second_person"));
    }
    if !say.approve && say.reason.trim().is_empty() {
        return Err(Error::invalid("reason", "required", "a rejection says why"));
    }
    let now = tx.now();
    if say.until != 0 && !(now + 1..=now + LONGEST_MS).contains(&say.until) {
        return Err(Error::invalid("until", "invalid", "a day ahead, within three years"));
    }
    let reference =
        if say.reference.trim().is_empty() { found.reference } else { say.reference.trim().to_owned() };
    let decision = Decision {
        status: if say.approve { "approved" } else { "rejected" }.into(),
        actor: ctx.actor_name(),
        reason: say.reason.trim().to_owned(),
        at: 0,
    };
    rows::decide(tx, ctx.workspace, id, &decision, say.until, &reference)?;
    workspace::bump_law_epoch(tx, ctx.workspace)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    tx.ring(Bell::Jobs);
    Ok(())
}

/// Keeps a paper that shows whose a name is.
///
/// # Errors
/// `Invalid` for what is empty, too large, or too many.
pub fn add_paper(tx: &mut Tx<'_>, ctx: &Ctx, sender: i64, name: &str, body: &[u8]) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    if !rows::list(tx, ctx.workspace)?.iter().any(|s| s.id == sender) {
        return Err(Error::NotFound("sender"));
    }
    if body.is_empty() || body.len() > PAPER_MAX {
        return Err(Error::invalid("file", "too_long", "a paper has between one octet and 5 MiB"));
    }
    if rows::papers(tx, ctx.workspace)?.iter().filter(|p| p.sender == sender).count() >= PAPERS_MAX {
        return Err(Error::invalid("file", "too_many", "ten papers are kept for a name"));
    }
    use sha2::{Digest, Sha256};
    let sha256 = Sha256::digest(body).iter().map(|b| format!("{b:02x}")).collect();
    let plain: String = name.chars().filter(|c| !c.is_control() && !"/\\".contains(*c)).take(120).collect();
    let paper = Paper { id: 0, sender, name: plain, sha256, actor: ctx.actor_name(), at: 0 };
    let id = rows::add_paper(tx, ctx.workspace, &paper, body)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(id)
}

/// A paper's name and what is in it.
///
/// # Errors
/// `NotFound`.
pub fn paper(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<(String, Vec<u8>)> {
    ctx.need(Permission::Delivery)?;
    rows::paper(tx, ctx.workspace, id)?.ok_or(Error::NotFound("paper"))
}
