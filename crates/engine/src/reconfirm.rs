//! Asking people once more, while we still may: whose permission ends soon, or who are spoken for by nobody but us.
//!
//! The question is an advertisement like any other: it goes through the whole gate, so it reaches nobody whose permission
//! has ended, who refused, or who had their share. It is asked once a year at the most. A yes is a permission of the
//! person's own with its proof; silence ends the permission it was asked about. Who was not reached keeps what he had.

use crate::collect::again;
use crate::law::{Law, shelf};
use crate::work::{Next, Work};
use crate::{Ctx, Error, Permission, Result, audit};
use serde::Serialize;
use store::consent::State as Consent;
use store::machine::job::{self, JobKind};
use store::reconfirm::{self as rows, Person, Run, State};
use store::workspace::Workspace;
use store::{Bell, Tx, contact, list, signup, workspace};

const DAY_MS: i64 = 86_400_000;
/// Nobody is asked again sooner.
const AGAIN_MS: i64 = 365 * DAY_MS;
/// People of a slice: each costs many statements.
const SLICE: i64 = 50;
/// People that a slice looks at: most of them may be none whom the run is for.
const WINDOW: i64 = 2_000;
/// People that are looked at before anybody is asked; there may be more.
const LOOKED: usize = 100_000;
/// The same where none of them is somebody to be asked: a plan that says nobody has looked far.
const LOOKED_FAR: usize = 10 * LOOKED;
/// A moment that the store does not believe yet is looked at again after this long.
const DOUBT_MS: i64 = 60_000;
/// Runs of one page.
const SHOWN: i64 = 50;

/// What the packs of the workspace's country say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Whether it may be asked at all.
    pub allowed: bool,
    /// Permissions that end in so many days are asked about.
    pub before_days: i64,
    /// So many days an answer is waited for.
    pub answer_days: i64,
    /// How a permission is known that is weak, each as the record says it.
    pub weak: Vec<String>,
}

fn rule_of(law: &Law, house: &Workspace) -> Rule {
    let packs = law.of_sender(&house.country);
    let each = || packs.iter().map(|p| &p.file.consent.reconfirm).filter(|r| r.answer_days > 0);
    let mut weak: Vec<String> = each().flat_map(|r| r.weak_methods.iter().cloned()).collect();
    weak.sort_unstable();
    weak.dedup();
    Rule {
        allowed: each().next().is_some() && each().all(|r| r.allowed),
        before_days: each().map(|r| r.before_end_days).min().unwrap_or(0),
        // The longest patience of those who have one.
        answer_days: each().map(|r| r.answer_days).max().unwrap_or(0),
        weak,
    }
}

/// Who would be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The rule.
    pub rule: Rule,
    /// People whose permission ends soon.
    pub ending: i64,
    /// People who are spoken for by nobody but us.
    pub weak: i64,
    /// Whether there may be more of either: not everybody was looked at.
    pub more: bool,
    /// What the handset would show; nothing where the workspace has no number that can be answered.
    pub sender: Option<String>,
    /// The words, in the workspace's language.
    pub text: String,
}

/// A run as pages and programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Public id.
    pub id: String,
    /// `ending`, `weak`.
    pub kind: String,
    /// `asking`, `waiting`, `over`, `stopped`.
    pub state: String,
    /// Who began it.
    pub actor: String,
    /// When, ms.
    pub at: i64,
    /// When it was over, ms; `None`: it is not.
    pub done_at: Option<i64>,
    /// How many came to which end, by its word.
    pub counts: Vec<(&'static str, i64)>,
}

fn house(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Workspace> {
    workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))
}

/// The first number of the workspace: a name cannot be answered.
fn sender(tx: &mut Tx<'_>, workspace: i64) -> Result<Option<String>> {
    Ok(store::admission::shows(tx, workspace)?.1.into_iter().next())
}

/// Who would be asked, and how.
///
/// # Errors
/// When it may not be asked.
pub fn plan(tx: &mut Tx<'_>, ctx: &Ctx, list: i64) -> Result<Plan> {
    ctx.need(Permission::Read)?;
    let house = house(tx, ctx)?;
    let rule = rule_of(&*shelf::load(tx)?, &house);
    let (ending, more_ending) = count(tx, ctx.workspace, draft(&rule, "ending", list, ""))?;
    let (weak, more_weak) = count(tx, ctx.workspace, draft(&rule, "weak", list, ""))?;
    let text = again::words(&house.language, &house.name, "…");
    let more = more_ending || more_weak;
    Ok(Plan { rule, ending, weak, more, sender: sender(tx, ctx.workspace)?, text })
}

/// How many a run would ask, and whether there may be more.
fn count(tx: &mut Tx<'_>, workspace: i64, mut run: Run) -> Result<(i64, bool)> {
    let since = tx.now() - AGAIN_MS;
    let (mut found, mut seen) = (0, 0);
    loop {
        let looked = rows::window(tx, workspace, &run, WINDOW)?;
        let Some(last) = looked.last().copied() else { return Ok((found, false)) };
        found += rows::people(tx, workspace, &run, &looked, (since, WINDOW))?.len() as i64;
        seen += looked.len();
        let enough = if found > 0 { LOOKED } else { LOOKED_FAR };
        if seen >= enough {
            return Ok((found, true));
        }
        run.place = last;
    }
}

fn draft(rule: &Rule, kind: &str, list: i64, sender: &str) -> Run {
    Run {
        id: 0,
        kind: kind.to_owned(),
        list,
        state: String::new(),
        sender: sender.to_owned(),
        before_days: rule.before_days,
        answer_days: rule.answer_days,
        weak: rule.weak.join(" "),
        place: 0,
        actor: String::new(),
        at: 0,
        done_at: 0,
    }
}

/// Begins a run; gives its id.
///
/// # Errors
/// When it may not be asked; the kind or the list is none; a pack forbids it; no number of ours could be answered; one runs.
pub fn start(tx: &mut Tx<'_>, ctx: &Ctx, kind: &str, list: i64) -> Result<i64> {
    ctx.need(Permission::Campaigns)?;
    if !["ending", "weak"].contains(&kind) {
        return Err(Error::invalid("kind", "unknown", "ending or weak"));
    }
    if list != 0 && self::list::get(tx, ctx.workspace, list)?.is_none() {
        return Err(Error::NotFound("list"));
    }
    let house = house(tx, ctx)?;
    let rule = rule_of(&*shelf::load(tx)?, &house);
    if !rule.allowed {
        return Err(Error::invalid(
            "kind",
            "forbidden",
            "the packs of this country give no leave to ask again",
        ));
    }
    let Some(from) = sender(tx, ctx.workspace)? else {
        let detail = "whoever is asked must be able to answer: add a number that receives";
        return Err(Error::invalid("sender", "no_reply_path", detail));
    };
    if rows::list(tx, ctx.workspace, SHOWN)?.iter().any(|run| run.kind == kind && run.state == "asking") {
        return Err(Error::Conflict("already_asking"));
    }
    let run = Run { actor: ctx.actor_name(), ..draft(&rule, kind, list, &from) };
    let id = rows::add(tx, ctx.workspace, &run)?;
    let now = tx.now();
    job::put(tx, JobKind::ReconfirmRun, ctx.workspace, id, now)?;
    audit::note(tx, ctx, "reconfirm.started", &sms::id::public(sms::id::kind::ROW, id), kind)?;
    tx.ring(Bell::Jobs);
    Ok(id)
}

/// The runs of a workspace, the newest first.
///
/// # Errors
/// When it may not be asked.
pub fn runs(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let mut out = Vec::new();
    for run in rows::list(tx, ctx.workspace, SHOWN)? {
        let tally = rows::tally(tx, ctx.workspace, run.id)?;
        let of = |state: State| tally.iter().find(|(n, _)| *n == state.number()).map_or(0, |(_, n)| *n);
        out.push(View {
            id: sms::id::public(sms::id::kind::ROW, run.id),
            kind: run.kind,
            state: run.state,
            actor: run.actor,
            at: run.at,
            done_at: (run.done_at != 0).then_some(run.done_at),
            counts: State::ALL.iter().map(|s| (s.name(), of(*s))).collect(),
        });
    }
    Ok(out)
}

/// Asks nobody more, and takes nobody's silence for an answer. Who said yes, said yes.
///
/// # Errors
/// When it may not be asked, or there is none that runs.
pub fn stop(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Campaigns)?;
    let run = rows::hold(tx, ctx.workspace, id)?.ok_or(Error::NotFound("run"))?;
    if !["asking", "waiting"].contains(&run.state.as_str()) {
        return Err(Error::Conflict("already_over"));
    }
    rows::step(tx, ctx.workspace, id, "stopped", run.place)?;
    audit::note(tx, ctx, "reconfirm.stopped", &sms::id::public(sms::id::kind::ROW, id), "")?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// What the next look at a run is.
enum Look {
    Now,
    At(i64),
    Never,
}

/// The job.
pub(crate) fn run(work: &Work<'_>) -> Result<Next> {
    let (workspace, id) = (work.job.workspace, work.job.subject);
    loop {
        match work.db.background_blocking("reconfirm", move |tx| slice(tx, workspace, id))? {
            Look::Now if work.go_on() => {}
            Look::Now => return Ok(Next::Again(work.db.now_ms())),
            Look::At(due) => {
                // What is due by a clock that jumped is not due for the store yet: the job does not spin until it is.
                let now = work.db.now_ms();
                return Ok(Next::Again(if due > now { due } else { now + DOUBT_MS }));
            }
            Look::Never => return Ok(Next::Done),
        }
    }
}

fn slice(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Look> {
    let Some(run) = rows::hold(tx, workspace, id)? else { return Ok(Look::Never) };
    let look = match run.state.as_str() {
        "asking" => asking(tx, workspace, &run)?,
        "waiting" => waiting(tx, workspace, &run)?,
        _ => Look::Never,
    };
    tx.ring(Bell::Workspace(workspace));
    Ok(look)
}

fn asking(tx: &mut Tx<'_>, workspace: i64, run: &Run) -> Result<Look> {
    let since = tx.now() - AGAIN_MS;
    let looked = rows::window(tx, workspace, run, WINDOW)?;
    let Some(end) = looked.last().copied() else {
        rows::step(tx, workspace, run.id, "waiting", run.place)?;
        return Ok(Look::Now);
    };
    let people = rows::people(tx, workspace, run, &looked, (since, SLICE))?;
    // Where more of the window may be left, the next look begins behind the last of these.
    let last = people.last().filter(|_| people.len() as i64 == SLICE).map_or(end, |p| p.contact);
    let house = workspace::get(tx, workspace)?.ok_or(Error::NotFound("workspace"))?;
    let law = shelf::load(tx)?;
    for person in &people {
        ask(tx, (&house, &law), run, person)?;
    }
    rows::step(tx, workspace, run.id, "asking", last)?;
    Ok(Look::Now)
}

fn ask(tx: &mut Tx<'_>, (house, law): (&Workspace, &Law), run: &Run, person: &Person) -> Result<()> {
    let forbids = |p: &std::sync::Arc<crate::law::Pack>| {
        let rule = &p.file.consent.reconfirm;
        rule.answer_days > 0 && !rule.allowed
    };
    let until = tx.now() + run.answer_days * DAY_MS;
    let packs = law.rules(&person.number, &house.country, &[]);
    let (signup, state, code) = match packs.packs.iter().any(forbids) {
        true => (0, State::Missed, 0),
        false => {
            let lasts = if person.until > person.since && person.until != 0 {
                person.until - person.since
            } else {
                0
            };
            let question =
                again::Question { run: run.id, contact: person.contact, sender: &run.sender, until, lasts };
            match again::ask(tx, house, &person.number, &question)? {
                Ok(signup) => (signup, State::Asked, 0),
                Err(code) => (0, State::Missed, code.number()),
            }
        }
    };
    Ok(rows::asked(tx, house.id, run.id, (person.contact, signup), (state, code, until))?)
}

fn waiting(tx: &mut Tx<'_>, workspace: i64, run: &Run) -> Result<Look> {
    let now = tx.steady_now();
    let due = rows::due(tx, workspace, run.id, now, SLICE)?;
    if due.is_empty() {
        return match rows::next_due(tx, workspace, run.id)? {
            Some(at) => Ok(Look::At(at)),
            None => {
                rows::step(tx, workspace, run.id, "over", run.place)?;
                Ok(Look::Never)
            }
        };
    }
    for one in due {
        let state = end(tx, workspace, &one)?;
        rows::settle(tx, workspace, run.id, one.contact, state)?;
    }
    Ok(Look::Now)
}

/// What became of the question: an answer, silence, or nothing at all because it never arrived.
fn end(tx: &mut Tx<'_>, workspace: i64, one: &rows::Ask) -> Result<State> {
    let Some((answer, message)) = rows::answer(tx, workspace, one.signup)? else { return Ok(State::Missed) };
    if answer == signup::State::Taken.number() {
        return Ok(State::Agreed);
    }
    if answer == signup::State::Refused.number() {
        return Ok(State::Refused);
    }
    signup::end(tx, workspace, one.signup, signup::State::Lapsed)?;
    let Some(person) = contact::get(tx, workspace, one.contact)? else { return Ok(State::Missed) };
    let stands = Consent::from_number(person.consent);
    // A file may have said no without an answer to the question: silence does not make that unknown again.
    if stands == Consent::Refused {
        return Ok(State::Refused);
    }
    let status = rows::reached(tx, workspace, message)?.and_then(sms::Status::from_number);
    if !matches!(status, Some(sms::Status::Delivered)) {
        return Ok(State::Missed);
    }
    if stands == Consent::Granted {
        // Whoever agreed anew another way meanwhile was not silent.
        if person.consent_at > one.at {
            return Ok(State::Agreed);
        }
        crate::consent::lapsed(tx, workspace, &person.number)?;
    }
    Ok(State::Silent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, on_each};

    /// Somebody permitted, and asked by a message that arrived.
    fn asked(h: &House, number: &'static str) -> rows::Ask {
        let contact = h.contact(number);
        h.write(move |tx, ctx| {
            let now = tx.now();
            store::consent::set_state(tx, ctx.workspace, number, Consent::Granted, now - 1)?;
            let new = signup::New {
                workspace: ctx.workspace,
                form: 0,
                version: 0,
                number,
                state: signup::State::Waits,
                language: "en",
                ask: "{}",
                nonce: number,
                addr: 0,
                block: 0,
                until: now,
            };
            let id = signup::add(tx, &new, |id| format!("{id:014}"))?.unwrap();
            let arrived = (sms::Status::Delivered, sms::Code::None);
            let message = store::testing::ended(tx, ctx.workspace, number, arrived, 0)?;
            signup::asked(tx, ctx.workspace, id, message)?;
            Ok(rows::Ask { contact, signup: id, at: now })
        })
    }

    /// What a file or one of ours wrote of somebody while the answer was waited for is no silence.
    #[test]
    fn silence_ends_what_was_asked_about_and_nothing_that_came_since() {
        on_each("silence_ends_what_was_asked_about", |h: &House| {
            for (number, since, came, left) in [
                ("+972502345671", None, State::Silent, Consent::Unknown),
                ("+972502345672", Some((Consent::Refused, -5)), State::Refused, Consent::Refused),
                ("+972502345673", Some((Consent::Refused, 5)), State::Refused, Consent::Refused),
                ("+972502345674", Some((Consent::Granted, 5)), State::Agreed, Consent::Granted),
                ("+972502345675", Some((Consent::Unknown, 5)), State::Silent, Consent::Unknown),
            ] {
                let one = asked(h, number);
                let told = h.write(move |tx, ctx| {
                    if let Some((state, by)) = since {
                        store::consent::set_state(tx, ctx.workspace, number, state, one.at + by)?;
                    }
                    let came = end(tx, ctx.workspace, &one)?;
                    Ok((came, store::consent::state(tx, ctx.workspace, number)?))
                });
                assert_eq!(told, (came, left), "{number}");
            }
        });
    }
}
