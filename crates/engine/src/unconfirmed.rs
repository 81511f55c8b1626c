//! Messages of which nobody knows whether they arrived, and what a person decides about them: send again (it may arrive
//! twice), leave it as it is, count it as failed.
//!
//! Decisions are taken slice by slice; each leaves a line in the message's story with who decided. A receipt that comes
//! later still tells the truth.

use crate::submit::{self, Refusal};
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use sms::{Code, Status};
use std::collections::BTreeMap;
use store::campaign::State;
use store::machine::outbox;
use store::machine::tally::Tally;
use store::machine::unconfirmed as machine;
use store::unconfirmed::{self as rows, Filter};
use store::{Bell, Tx, message};

/// Messages one call decides about at the most.
pub const SLICE: i64 = 500;
/// Messages a list gives at the most.
pub const PAGE_MAX: i64 = 200;

/// What a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It goes once more and may arrive twice.
    Resend,
    /// It stays unknown, and nobody is asked again.
    Leave,
    /// It counts as not delivered.
    Fail,
}

impl Decision {
    /// All of them.
    pub const ALL: &'static [Decision] = &[Decision::Resend, Decision::Leave, Decision::Fail];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Decision::Resend => "resend",
            Decision::Leave => "leave",
            Decision::Fail => "fail",
        }
    }

    /// The decision of a name.
    pub fn parse(name: &str) -> Option<Decision> {
        Decision::ALL.iter().copied().find(|d| d.name() == name)
    }

    /// The line it leaves in the message's story.
    const fn event(self) -> &'static str {
        match self {
            Decision::Resend => "sent_again",
            Decision::Leave => "let_be",
            Decision::Fail => "given_up",
        }
    }
}

/// About which messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All of the workspace, as far as they stood there when somebody looked: none newer than `upto`.
    All {
        /// The newest message meant; 0 is no bound.
        upto: i64,
    },
    /// All of a campaign.
    Campaign(i64),
    /// These.
    These(Vec<i64>),
}

impl Which {
    const fn campaign(&self) -> Option<i64> {
        match self {
            Which::Campaign(id) => Some(*id),
            _ => None,
        }
    }
}

/// What came of one slice of decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// Messages decided about.
    pub decided: i64,
    /// Not sent again because a rule is against it, by reason; they stay as they are.
    pub refused: BTreeMap<&'static str, i64>,
    /// Where the next slice begins; `None` when this was the last.
    #[serde(skip)]
    pub next: Option<(i64, i64)>,
}

impl Decided {
    /// Adds what came of a further slice.
    pub fn and(&mut self, more: &Decided) {
        self.decided += more.decided;
        for (code, n) in &more.refused {
            *self.refused.entry(code).or_default() += n;
        }
        self.next = more.next;
    }
}

/// How many wait for a decision: of the workspace, or of one campaign.
///
/// # Errors
/// When who asks may not read.
pub fn count(tx: &mut Tx<'_>, ctx: &Ctx, campaign: Option<i64>) -> Result<i64> {
    ctx.need(Permission::Read)?;
    Ok(rows::count(tx, ctx.workspace, campaign)?)
}

/// Those that wait for a decision, behind `after`; and where the next page begins.
///
/// # Errors
/// When who asks may not read.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    campaign: Option<i64>,
    after: i64,
    limit: i64,
) -> Result<(Vec<crate::message::View>, Option<i64>)> {
    ctx.need(Permission::Read)?;
    let limit = limit.clamp(1, PAGE_MAX);
    let cursor = match message::get(tx, ctx.workspace, after)? {
        Some(last) => (last.campaign, last.id),
        None => (0, 0),
    };
    let mut found =
        rows::list(tx, ctx.workspace, &Filter { campaign, after: cursor, upto: 0, limit: limit + 1 })?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = found.last().filter(|_| more).map(|(_, id)| *id);
    let views: Result<Vec<_>> = found.iter().map(|(_, id)| crate::message::get(tx, ctx, *id)).collect();
    Ok((views?, next))
}

/// Decides about one slice, from `after` on (`(0, 0)` at first, then [`Decided::next`]).
///
/// # Errors
/// When who asks may not, or `NotFound` for a single message that nobody has to decide about.
pub fn decide(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    decision: Decision,
    which: &Which,
    after: (i64, i64),
) -> Result<Decided> {
    ctx.need(Permission::Send)?;
    if which.campaign().is_some() {
        ctx.need(Permission::Campaigns)?;
    }
    let (slice, more) = slice(tx, ctx, which, after)?;
    let ids: Vec<i64> = slice.iter().map(|(_, id)| *id).collect();
    let mut out = match decision {
        Decision::Resend => resend(tx, ctx, &ids)?,
        Decision::Leave => {
            rows::let_be(tx, ctx.workspace, &ids)?;
            note(tx, ctx, &ids, decision)?;
            Decided { decided: ids.len() as i64, ..Decided::default() }
        }
        Decision::Fail => give_up(tx, ctx, &ids)?,
    };
    out.next = slice.last().copied().filter(|_| more);
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(out)
}

fn slice(tx: &mut Tx<'_>, ctx: &Ctx, which: &Which, after: (i64, i64)) -> Result<(Vec<(i64, i64)>, bool)> {
    if let Which::These(ids) = which {
        if ids.len() as i64 > SLICE {
            return Err(Error::invalid("messages", "too_many", format!("at most {SLICE} at once")));
        }
        let found = rows::among(tx, ctx.workspace, ids)?;
        return if found.is_empty() {
            Err(Error::NotFound("unconfirmed message"))
        } else {
            Ok((found, false))
        };
    }
    let upto = if let Which::All { upto } = which { *upto } else { 0 };
    let filter = Filter { campaign: which.campaign(), after, upto, limit: SLICE };
    let found = rows::list(tx, ctx.workspace, &filter)?;
    let more = found.len() as i64 == SLICE;
    Ok((found, more))
}

fn note(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[i64], decision: Decision) -> Result<()> {
    let who = ctx.actor_name();
    for id in ids {
        message::note(tx, ctx.workspace, *id, decision.event(), &who)?;
    }
    Ok(())
}

fn give_up(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[i64]) -> Result<Decided> {
    let found = machine::unknown(tx, ctx.workspace, ids)?;
    let mut tally = Tally::default();
    for one in &found {
        let to = (Status::Undelivered, one.code);
        tally.moved(ctx.workspace, one.row.campaign, (Status::Unknown, one.code), to);
        tally.traffic(ctx.workspace, one.row.connector, Status::Undelivered);
    }
    let ids: Vec<i64> = found.iter().map(|u| u.row.id).collect();
    machine::give_up(tx, &ids)?;
    finish(tx, ctx, &found, Decision::Fail, tally)?;
    Ok(Decided { decided: ids.len() as i64, ..Decided::default() })
}

/// Admits them anew, by the law of this moment, and puts them into their lanes.
fn resend(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[i64]) -> Result<Decided> {
    let found = machine::unknown(tx, ctx.workspace, ids)?;
    let (verdicts, now) = (submit::readmit(tx, found.iter().map(|u| &u.row))?, tx.now());
    let (mut go, mut again, mut lanes, mut tally) = (Vec::new(), Vec::new(), Vec::new(), Tally::default());
    let mut out = Decided::default();
    let mut halted: BTreeMap<i64, bool> = BTreeMap::new();
    for (one, verdict) in found.into_iter().zip(verdicts) {
        let refused = match &verdict {
            Ok(_) if is_halted(tx, ctx, one.row.campaign, &mut halted)? => Some(Code::Stopped),
            Ok(_) => None,
            Err(Refusal { code, .. }) => Some(*code),
        };
        if let Some(code) = refused {
            *out.refused.entry(code.name()).or_default() += 1;
        }
        let (Ok(admitted), None) = (verdict, refused) else { continue };
        let until = now + (one.row.until - one.row.due).max(one.row.class.validity_s() * 1_000);
        lanes.push(submit::lane_again(tx, &one.row, &admitted, now, until)?);
        tally.moved(
            ctx.workspace,
            one.row.campaign,
            (Status::Unknown, one.code),
            (Status::Queued, Code::None),
        );
        tally.traffic(ctx.workspace, admitted.row.connector, Status::Queued);
        if !one.possible_duplicate {
            tally.possible_duplicate(ctx.workspace, one.row.campaign);
        }
        again.push(machine::Again {
            id: one.row.id,
            connector: admitted.row.connector,
            candidates: admitted.row.candidates.clone(),
            until,
            attempt: one.attempt + 1,
            taken: one.code == Code::NoReceipt,
        });
        go.push(one);
    }
    machine::requeue(tx, &again)?;
    outbox::put(tx, &lanes, &mut tally)?;
    finish(tx, ctx, &go, Decision::Resend, tally)?;
    out.decided = go.len() as i64;
    Ok(out)
}

/// Whether a person halted the mailing: then nothing of it is sent again either.
fn is_halted(tx: &mut Tx<'_>, ctx: &Ctx, campaign: i64, known: &mut BTreeMap<i64, bool>) -> Result<bool> {
    if campaign == 0 {
        return Ok(false);
    }
    if let Some(halted) = known.get(&campaign) {
        return Ok(*halted);
    }
    let state = store::campaign::get(tx, ctx.workspace, campaign)?.map(|c| c.state);
    let halted = matches!(state, Some(State::Paused | State::Stopped));
    known.insert(campaign, halted);
    Ok(halted)
}

fn finish(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    decided: &[machine::Unknown],
    decision: Decision,
    tally: Tally,
) -> Result<()> {
    let ids: Vec<i64> = decided.iter().map(|u| u.row.id).collect();
    note(tx, ctx, &ids, decision)?;
    let keys: Vec<_> = decided.iter().map(|u| (ctx.workspace, u.row.campaign, u.row.id)).collect();
    machine::decided(tx, &keys)?;
    tally.flush(tx);
    Ok(())
}

#[cfg(test)]
mod tests;
