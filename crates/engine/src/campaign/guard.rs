//! The volume guard: a mailing far larger than what a workspace, or a sender, sends in a day waits for a named person.
//!
//! A stolen password launches to everybody at three in the morning; whoever owns the business looks first. It never
//! refuses, and never judges what is said.

use crate::law::{policy, shelf};
use crate::{Actor, Ctx, Error, Permission, Result};
use serde::Serialize;
use sms::Code;
use store::campaign::guard::{self as rows, Guard};
use store::campaign::people;
use store::campaign::{self as campaigns, Draft, State};
use store::machine::job::{self, JobKind};
use store::{Bell, Tx, person};

/// So many times the largest of the days before is.
const TIMES: i64 = 5;
/// Days that are looked back over.
const DAYS: i64 = 30;

/// What makes a mailing unusual.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unusual {
    rule: &'static str,
    people: i64,
    usual: i64,
}

/// So many are unusual after such days; the first of them is today. Gives the largest of the others.
fn unusual(people: i64, days: &[i64], floor: i64) -> Option<i64> {
    let (today, before) = days.split_first()?;
    let usual = before.iter().copied().max().unwrap_or_default();
    (today + people > floor.max(usual.saturating_mul(TIMES))).then_some(usual)
}

fn look(tx: &mut Tx<'_>, workspace: i64, draft: &Draft) -> Result<Option<Unusual>> {
    if !shelf::load(tx)?.kept {
        return Ok(None);
    }
    let people = people::waterfall(tx, workspace, draft, true)?;
    let people = people.iter().find(|(code, _)| *code == Code::None).map_or(0, |(_, n)| *n);
    let (wishes, _) = policy::wishes(tx, workspace)?;
    let floor = policy::volume(&wishes).unwrap_or(policy::VOLUME_FLOOR);
    let now = tx.now();
    let all = rows::days(tx, workspace, now, DAYS)?;
    if let Some(usual) = unusual(people, &all, floor) {
        return Ok(Some(Unusual { rule: "volume.workspace", people, usual }));
    }
    let own = rows::days_of_sender(tx, workspace, &draft.sender, now, DAYS)?;
    Ok(unusual(people, &own, floor).map(|usual| Unusual { rule: "volume.sender", people, usual }))
}

/// Lets a mailing of unusual size wait. `true` where it does: it stands as halted, and nobody is written down yet.
pub(super) fn waits(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, draft: &Draft) -> Result<bool> {
    if rows::get(tx, ctx.workspace, id)?.is_some_and(|g| g.decided_at > 0) {
        return Ok(false);
    }
    let Some(found) = look(tx, ctx.workspace, draft)? else { return Ok(false) };
    if !campaigns::step(tx, ctx.workspace, id, &[State::Draft], State::Paused)? {
        return Err(Error::Conflict("already_launched"));
    }
    let guard = Guard {
        campaign: id,
        rule: found.rule.into(),
        people: found.people,
        usual: found.usual,
        asked_by: ctx.actor_name(),
        at: 0,
        decided_by: String::new(),
        decided_at: 0,
    };
    rows::put(tx, ctx.workspace, &guard)?;
    let words = format!(
        "{}: {} people, at most {} in a day before; a named person lets it go",
        Code::RateAbuse.name(),
        found.people,
        found.usual
    );
    campaigns::tell(tx, ctx.workspace, id, &words)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(true)
}

/// Whether a halted mailing waits for a named person, so that resuming is not enough.
pub(super) fn is_waiting(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<bool> {
    Ok(rows::get(tx, ctx.workspace, id)?.is_some_and(|g| g.decided_at == 0))
}

/// A mailing that waits, as pages and programs show it.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// The mailing.
    #[serde(skip)]
    pub campaign: i64,
    /// What it is called.
    pub name: String,
    /// Which rule found it unusual.
    pub rule: String,
    /// People it would go to.
    pub people: i64,
    /// The most in one day until then.
    pub usual: i64,
    /// Who launched it.
    pub asked_by: String,
    /// When, ms.
    pub at: i64,
    /// Who may let it go, by name or address.
    pub deciders: Vec<String>,
    /// Whether whoever asks this may.
    pub may_decide: bool,
}

/// The mailings that wait for a named person.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let members = person::members(tx, ctx.workspace)?;
    let mut out = Vec::new();
    for g in rows::waiting(tx, ctx.workspace)? {
        let Some(found) = campaigns::get(tx, ctx.workspace, g.campaign)? else { continue };
        let may = |role: &str| {
            crate::Role::parse(role).is_some_and(|r| r.permissions().contains(&Permission::Admin))
        };
        let other = |id: i64| Ctx::new(0, Actor::Person(id), false, &[]).actor_name() != g.asked_by;
        let deciders = members.iter().filter(|(p, role)| may(role) && other(p.id));
        let named = |p: &person::Person| if p.name.is_empty() { p.email.clone() } else { p.name.clone() };
        out.push(View {
            campaign: g.campaign,
            name: found.draft.name,
            rule: g.rule.clone(),
            people: g.people,
            usual: g.usual,
            at: g.at,
            deciders: deciders.map(|(p, _)| named(p)).collect(),
            may_decide: ctx.may(Permission::Admin) && may_decide(ctx, &g.asked_by),
            asked_by: g.asked_by,
        });
    }
    Ok(out)
}

fn may_decide(ctx: &Ctx, asked_by: &str) -> bool {
    matches!(ctx.actor, Actor::Console) || ctx.actor_name() != asked_by
}

/// A named person lets a mailing of unusual size go: it starts, or waits for its hour.
///
/// # Errors
/// `NotFound` where it does not wait; `needs_a_second_person` for whoever launched it.
pub fn release(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let found =
        rows::get(tx, ctx.workspace, id)?.filter(|g| g.decided_at == 0).ok_or(Error::NotFound("campaign"))?;
    if !may_decide(ctx, &found.asked_by) {
        return Err(Error::Conflict("needs_a_second_person"));
    }
    rows::decided(tx, ctx.workspace, id, &ctx.actor_name())?;
    let due = campaigns::get(tx, ctx.workspace, id)?.map_or(0, |c| c.draft.due);
    let (to, kind, due) = if due > tx.now() {
        (State::Scheduled, JobKind::CampaignDue, due)
    } else {
        (State::Freezing, JobKind::CampaignFreeze, tx.now())
    };
    if !campaigns::step(tx, ctx.workspace, id, &[State::Paused], to)? {
        return Err(Error::NotFound("campaign"));
    }
    campaigns::tell(tx, ctx.workspace, id, "")?;
    campaigns::launched(tx, ctx.workspace, id)?;
    job::put(tx, kind, ctx.workspace, id, due)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::unusual;

    #[test]
    fn what_is_far_more_than_any_day_before_is_unusual() {
        assert_eq!(unusual(10_000, &[0; 30], 10_000), None, "the first mailing of a shop");
        assert_eq!(unusual(10_001, &[0; 30], 10_000), Some(0));
        assert_eq!(unusual(5_000, &[5_001, 0], 10_000), Some(0), "what went today counts");
        assert_eq!(unusual(50_000, &[0, 9_000, 10_000], 10_000), None, "five times the largest day");
        assert_eq!(unusual(50_001, &[0, 9_000, 10_000], 10_000), Some(10_000));
        assert_eq!(unusual(101, &[0, 20], 100), Some(20), "a stricter wish");
        assert_eq!(unusual(i64::MAX / 2, &[0, i64::MAX / 2], 1), None, "no overflow");
    }
}
