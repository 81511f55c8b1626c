//! Frozen recipients become messages, a little ahead of sending, until the mailing is over.
//!
//! Contacts are read and texts made beside the writer; a slice brings finished rows. It moves the page's cursor, the
//! planned count, messages, skips and counters in one transaction, so a kill between any two slices loses and doubles
//! nothing; and it holds the mailing's row, so a pause or stop is never overtaken.

use super::letter::Letter;
use super::report::{self, Counts};
use crate::submit::{self, Admitted, Submission};
use crate::work::{Next, Work};
use crate::{Error, Result, unsubscribe};
use sms::Code;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use store::campaign::count::{self, Skip};
use store::campaign::page::{self, Frozen, Page};
use store::campaign::people::{self, Person};
use store::campaign::{self as rows, Campaign, State};
use store::machine::restored;
use store::machine::tally::Tally;
use store::workspace::{self, Mode};
use store::{Bell, Db};

/// Recipients in one slice.
const SLICE: usize = 512;
/// Slices that may wait for the writer, which takes one a batch.
const UNDER_WAY: usize = 3;
/// Expansion stays so many seconds of sending ahead…
const AHEAD_S: i64 = 10;
/// …and, where no rate is known yet, by as many messages as have left already, up to so many…
const AHEAD_BLIND: i64 = 50_000;
/// …and within these bounds.
const AHEAD_LEAST: i64 = 2_000;
const AHEAD_MOST: i64 = 400_000;
/// How soon to look again when far enough ahead: where the carrier's rate is known, what waits lasts for seconds.
const REST_MS: i64 = 250;
const REST_BLIND_MS: i64 = 100;
/// How soon to look again whether everything has left.
const LOOK_MS: i64 = 500;

/// Everything a turn knows of the mailing it expands.
struct Mailing {
    workspace: i64,
    id: i64,
    class: sms::Class,
    sender: Option<String>,
    test: bool,
    letter: Letter,
    /// So long its people are spread behind an opening.
    spread_ms: i64,
}

/// A recipient of a slice, judged.
#[derive(Default)]
struct Slice {
    admitted: Vec<Admitted>,
    skips: Vec<Skip>,
}

/// One turn: expands while there is room ahead, then watches until everything has left.
pub(crate) fn expand(work: &Work<'_>) -> Result<Next> {
    let (db, workspace, id) = (work.db, work.job.workspace, work.job.subject);
    let mut page: Option<Page> = None;
    let mut mailing: Option<Mailing> = None;
    while work.my_turn() {
        let Some((campaign, counts, rate)) = look(db, workspace, id)? else { return Ok(Next::Done) };
        if campaign.planned > 0 && db.disk() >= store::disk::Level::NoBulk {
            return Err(Error::Store(store::Error::Full)); // told on the mailing's page, and tried again
        }
        if campaign.planned == 0 {
            return watch(db, workspace, &campaign, &counts);
        }
        if mailing.is_none() {
            mailing = Some(mailing_of(db, workspace, &campaign)?);
        }
        let mut room = ahead(rate, counts.accepted() - counts.waiting()) - counts.waiting();
        if room <= 0 {
            let rest = if rate > 0 { REST_MS } else { REST_BLIND_MS };
            return Ok(Next::Again(db.now_ms() + rest));
        }
        let Some(mailing) = &mailing else { continue };
        // While some slices are stored, the next is judged.
        let mut under_way = UnderWay::default();
        while room > 0 && work.my_turn() {
            if page.as_ref().is_none_or(|p| p.done >= p.people.len()) {
                if !under_way.leave(0)? {
                    page = None; // halted; the next look says how
                    break;
                }
                page = db.read_blocking(move |tx| page::next(tx, workspace, id, -1))?;
            }
            let Some(now) = &mut page else { break };
            let (from, to) = (now.done, (now.done + SLICE).min(now.people.len()));
            let judged = judge(db, mailing, now, from, to)?;
            if !under_way.leave(UNDER_WAY - 1)? {
                page = None;
                break;
            }
            under_way.slices.push_back(begin(db, mailing, now.page, (from, to), judged)?);
            now.done = to;
            room -= length(from, to);
        }
        if !under_way.leave(0)? {
            page = None;
        }
    }
    Ok(Next::Again(db.now_ms()))
}

/// The running mailing, its counts, and the rate of the connectors it waits for. `None` when it does not run.
fn look(db: &Db, workspace: i64, id: i64) -> Result<Option<(Campaign, Counts, i64)>> {
    db.read_blocking(move |tx| {
        let Some(campaign) = rows::get(tx, workspace, id)?.filter(|c| c.state == State::Running) else {
            return Ok(None);
        };
        let counts = Counts::read(tx, workspace, id)?;
        let rate: i64 = count::ways(tx, workspace, id)?.iter().map(|w| w.rate).sum();
        Ok(Some((campaign, counts, rate)))
    })
}

/// So many may wait, by the rate of their way and by how many have left.
fn ahead(rate: i64, left: i64) -> i64 {
    let ahead = if rate > 0 { rate.saturating_mul(AHEAD_S) } else { left.min(AHEAD_BLIND) };
    ahead.clamp(AHEAD_LEAST, AHEAD_MOST)
}

fn mailing_of(db: &Db, workspace: i64, c: &Campaign) -> Result<Mailing> {
    let text = c.draft.text.clone();
    let (found, letter) = db.read_blocking(move |tx| {
        let found = workspace::get(tx, workspace)?.ok_or(Error::NotFound("workspace"))?;
        Ok::<_, Error>((found, Letter::new(tx, workspace, &text)?))
    })?;
    Ok(Mailing {
        workspace,
        id: c.id,
        class: c.draft.class,
        sender: Some(c.draft.sender.clone()).filter(|s| !s.is_empty()),
        test: found.mode == Mode::Test,
        letter,
        spread_ms: submit::spread(c.audience),
    })
}

/// Nothing is planned any more: notes when the last one left, and ends the job when the mailing is over.
fn watch(db: &Db, workspace: i64, c: &Campaign, counts: &Counts) -> Result<Next> {
    let (id, now, gone) = (c.id, db.now_ms(), counts.waiting() == 0);
    let over = report::is_over(c, counts, now);
    if over || gone != (c.done_at > 0) {
        db.write_blocking("campaign.watch", move |tx| {
            rows::emptied(tx, workspace, id, if gone { now } else { 0 })?;
            if over {
                rows::step(tx, workspace, id, &[State::Running], State::Completed)?;
            }
            tx.ring(Bell::Workspace(workspace));
            Ok::<_, store::Error>(())
        })?;
    }
    Ok(if over { Next::Done } else { Next::Again(now + LOOK_MS) })
}

/// A slice that is being stored.
type Stored = store::Pending<bool, Error>;

/// Slices that are being stored, in their order.
#[derive(Default)]
struct UnderWay {
    /// Each `false` when the mailing does not run any more, and nothing was written.
    slices: VecDeque<Stored>,
}

impl UnderWay {
    /// Waits until no more than `most` are left. `false` when the mailing was halted: then none is left.
    fn leave(&mut self, most: usize) -> Result<bool> {
        while self.slices.len() > most {
            if let Some(first) = self.slices.pop_front()
                && !first.wait()?
            {
                // What follows a slice that was not stored finds its page elsewhere, and is not stored either.
                self.slices.drain(..).for_each(|rest| drop(rest.wait()));
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn length(from: usize, to: usize) -> i64 {
    i64::try_from(to - from).unwrap_or(i64::MAX)
}

/// Begins to store judged recipients of a page.
fn begin(db: &Db, mailing: &Mailing, number: i64, of: (usize, usize), judged: Slice) -> Result<Stored> {
    let (workspace, id, (from, to)) = (mailing.workspace, mailing.id, of);
    let n = length(from, to);
    let links = mailing.letter.has_links();
    db.background_queued("campaign.expand", move |tx| {
        if !rows::plan(tx, workspace, id, State::Running, 0, -n)? {
            return Ok(false);
        }
        if !page::advance(tx, workspace, id, number, from, to)? {
            return Err(Error::Store(store::Error::Undone)); // another hand moved the page: nothing of this counts
        }
        if links {
            let numbers: Vec<&str> = judged.admitted.iter().map(|a| a.row.recipient.as_str()).collect();
            unsubscribe::tokens(tx, workspace, &numbers)?;
        }
        submit::insert(tx, &judged.admitted)?;
        // Of a restored store: who had it already before stands where they stood, and is not written to again.
        let made: Vec<i64> = judged.admitted.iter().map(|a| a.row.id).collect();
        restored::expanded(tx, workspace, id, &made)?;
        count::skip(tx, workspace, id, &judged.skips)?;
        let mut tally = Tally::default();
        judged.skips.iter().for_each(|s| tally.skipped(workspace, id, s.code, 1));
        tally.flush(tx);
        tx.ring(Bell::Workspace(workspace));
        Ok(true)
    })
}

/// Who of a page's next recipients becomes a message, and who is left out and why.
fn judge(db: &Db, mailing: &Mailing, page: &Page, from: usize, to: usize) -> Result<Slice> {
    let frozen = &page.people[from..to];
    let (workspace, ids) = (mailing.workspace, frozen.iter().map(|f| f.contact).collect::<Vec<_>>());
    let found = db.read_blocking(move |tx| people::of_ids(tx, workspace, &ids))?;
    let mut found: HashMap<i64, Person> = found.into_iter().map(|p| (p.id, p)).collect();
    let mut slice = Slice::default();
    let mut wanted = Vec::with_capacity(frozen.len());
    for (k, frozen) in (from..to).zip(frozen) {
        let id = page.base + i64::try_from(k).unwrap_or(0);
        match submission(mailing, frozen, found.remove(&frozen.contact), id) {
            Ok(submission) => wanted.push(submission),
            Err(skip) => slice.skips.push(skip),
        }
    }
    let wanted = Arc::new(wanted);
    let asked = Arc::clone(&wanted);
    let verdicts = db.read_blocking(move |tx| submit::admit(tx, &asked))?;
    for (verdict, wanted) in verdicts.into_iter().zip(wanted.iter()) {
        match verdict {
            Ok(admitted) => slice.admitted.push(admitted),
            Err(refusal) => {
                let number = wanted.to.clone();
                let (rule, law) = (refusal.rule.into(), refusal.law);
                slice.skips.push(Skip { contact: wanted.contact, number, code: refusal.code, rule, law });
            }
        }
    }
    Ok(slice)
}

fn submission(
    mailing: &Mailing,
    frozen: &Frozen,
    person: Option<Person>,
    id: i64,
) -> Result<Submission, Skip> {
    let none = || Arc::<str>::from("");
    let skip =
        |number: String, code| Skip { contact: frozen.contact, number, code, rule: none(), law: none() };
    let Some(person) = person else { return Err(skip(String::new(), Code::ContactGone)) };
    if person.tag != frozen.tag {
        return Err(skip(person.number, Code::NumberChanged));
    }
    let Some(text) = mailing.letter.to(&person) else {
        return Err(skip(person.number, Code::TemplateError));
    };
    Ok(Submission {
        workspace: mailing.workspace,
        to: person.number,
        text,
        from: mailing.sender.clone(),
        class: Some(mailing.class),
        campaign: mailing.id,
        contact: frozen.contact,
        read: true,
        id,
        test: mailing.test,
        source: "campaign",
        spread_ms: mailing.spread_ms,
        ..Submission::default()
    })
}

/// One slice of so many recipients, whatever room there is ahead; gives how many it moved.
#[cfg(test)]
pub(super) fn one_slice(db: &Db, workspace: i64, id: i64, most: usize) -> Result<i64> {
    let Some((campaign, ..)) = look(db, workspace, id)? else { return Ok(0) };
    let Some(page) = db.read_blocking(move |tx| page::next(tx, workspace, id, -1))? else { return Ok(0) };
    let mailing = mailing_of(db, workspace, &campaign)?;
    let (from, to) = (page.done, (page.done + most).min(page.people.len()));
    let judged = judge(db, &mailing, &page, from, to)?;
    let moved = begin(db, &mailing, page.page, (from, to), judged)?.wait()?;
    Ok(if moved { length(from, to) } else { 0 })
}

#[cfg(test)]
mod unit {
    use super::ahead;

    #[test]
    fn ahead_is_ten_seconds_within_bounds() {
        let by_rate = [0, 100, 1_000, 100_000, i64::MAX].map(|rate| ahead(rate, 0));
        assert_eq!(by_rate, [2_000, 2_000, 10_000, 400_000, 400_000]);
    }

    #[test]
    fn who_takes_fast_is_given_as_many_as_it_took_until_its_rate_is_known() {
        assert_eq!([0, 2_000, 16_000, 900_000].map(|left| ahead(0, left)), [2_000, 2_000, 16_000, 50_000]);
        assert_eq!(ahead(300, 900_000), 3_000);
    }
}
