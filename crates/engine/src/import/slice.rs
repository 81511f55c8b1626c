//! One slice of an import: a batch of people written down together with the cursor that says so.

use std::collections::{HashMap, HashSet};

use sms::id::{self, kind};
use store::contact::bulk::{self, Change, Known, New};
use store::import::{ProblemRow, Progress, READING};
use store::{Bell, Tx, consent, list, suppression};

use super::arrival::{Arrival, Batch, Names, fill_names};
use super::rows::Tally;
use super::start::{Existing, Frozen};
use super::undo;
use super::view::Counts;
use crate::audience::text;
use crate::audience::values_changed;
use crate::consent::{Method, Refuse, refused_by};
use crate::{Error, Result};

const UNKNOWN: i64 = consent::State::Unknown.number();
const GRANTED: i64 = consent::State::Granted.number();
const REFUSED: i64 = consent::State::Refused.number();

/// What is known of the numbers of a batch before it is written.
pub(super) struct Past {
    /// Refused otherwise than in a file, or suppressed: they stay as they are.
    left: HashSet<i64>,
    /// Refused in a file.
    refused: HashSet<i64>,
    /// Said yes under the wording of this import already.
    agreed: HashSet<i64>,
}

impl Past {
    pub(super) fn of(tx: &mut Tx<'_>, workspace: i64, arrivals: &[Arrival], wording: i64) -> Result<Past> {
        // Reads only: a check asks it too. What stands under a former key counts as if it stood under this one.
        let numbers: Vec<&str> = arrivals.iter().map(|a| a.number.as_str()).collect();
        let former = tx.former_tags(&numbers);
        let now = |tag: i64| former.get(&tag).copied().unwrap_or(tag);
        let tags: Vec<i64> = arrivals.iter().map(|a| a.tag).chain(former.keys().copied()).collect();
        let hits = suppression::of_tags(tx, workspace, &tags)?;
        let mut left: HashSet<i64> =
            hits.into_iter().filter(|hit| hit.of_everything()).map(|hit| now(hit.tag)).collect();
        let (mut refused, mut agreed) = (HashSet::new(), HashSet::new());
        // Oldest first: whoever came back after a refusal did so by his own word, for files never do that.
        let mut last = HashMap::new();
        for event in bulk::history(tx, workspace, &tags)? {
            if event.grant && wording != 0 && event.wording == wording {
                agreed.insert(now(event.tag));
            }
            last.insert(now(event.tag), (event.grant, event.import));
        }
        for (tag, (grant, import)) in last {
            match (grant, import) {
                (true, _) => {}
                (false, true) => drop(refused.insert(tag)),
                (false, false) => drop(left.insert(tag)),
            }
        }
        Ok(Past { left, refused, agreed })
    }

    /// Whether this person stays out.
    pub(super) fn stays_out(&self, tag: i64) -> bool {
        self.left.contains(&tag)
    }
}

/// Everything a slice writes about consent.
#[derive(Default)]
struct Said<'a> {
    events: Vec<(&'a Arrival, bool, i64)>,
}

/// What a slice tells of the whole import.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// Rows that are done.
    pub(super) done: i64,
    pub(super) counts: Counts,
}

/// Writes problem rows of a file that is still being read, with the counts so far. `false`: the import runs no more, or
/// another hand has read it to its end; nothing is written.
pub(super) fn reading(
    tx: &mut Tx<'_>,
    import: &Frozen,
    problems: &[ProblemRow],
    tally: &Tally,
    end: bool,
) -> Result<bool> {
    if store::import::hold(tx, import.workspace, import.id, READING)?.is_none() {
        return Ok(false);
    }
    store::import::add_problems(tx, import.workspace, import.id, problems)?;
    let nobody = i64::try_from(tally.rows - tally.rows_with_mobile).unwrap_or(i64::MAX);
    let counts = text::json(&Counts { tally: *tally, ..Counts::default() });
    // A reading that is begun anew counts anew; a row is done for good only once the whole file was read.
    let (place, done) = if end { (0, nobody) } else { (READING, 0) };
    let to = Progress { place, done, counts: &counts };
    store::import::advance(tx, import.workspace, import.id, &to)?;
    tx.ring(Bell::Workspace(import.workspace));
    Ok(true)
}

/// Writes a batch behind the first `place` people. `None`: the import runs no more, or another hand moved it on; nothing
/// is written.
pub(super) fn write(tx: &mut Tx<'_>, import: &Frozen, batch: &Batch, place: i64) -> Result<Option<Told>> {
    let held = store::import::hold(tx, import.workspace, import.id, place)?;
    let Some((done, before)) = held else { return Ok(None) };
    let mut counts = Counts::read(&before);
    suppression::settle_keys(tx, import.workspace, batch.arrivals.iter().map(|a| a.number.as_str()))?;
    let past = Past::of(tx, import.workspace, &batch.arrivals, import.wording)?;
    let (out, staying): (Vec<&Arrival>, Vec<&Arrival>) =
        batch.arrivals.iter().partition(|a| past.stays_out(a.tag));
    counts.suppressed += out.len() as u64;
    claimed(tx, import, &out)?;
    counts.tally.duplicates += batch.arrivals.iter().map(|a| a.repeats).sum::<u64>();
    let mut said = Said::default();
    let mut known = known(tx, import, &staying)?;
    let (old, new): (Vec<&Arrival>, Vec<&Arrival>) =
        staying.into_iter().partition(|a| known.contains_key(&a.number));
    let mut members = create(tx, import, &new, &past, &mut said)?;
    counts.created += members.len() as u64;
    let mut there = old;
    if members.len() < new.len() {
        // Others made them a moment ago, which only happens where transactions run side by side.
        let made: HashSet<i64> = members.iter().map(|(_, tag)| *tag).collect();
        let late: Vec<&Arrival> = new.into_iter().filter(|a| !made.contains(&a.tag)).collect();
        known.extend(self::known(tx, import, &late)?);
        there.extend(late);
    }
    counts.updated += there.len() as u64;
    members.extend(join(tx, import, &there, &known, &past, (&batch.names, &mut said))?);
    if import.list != 0 {
        let contacts: Vec<i64> = members.iter().map(|(contact, _)| *contact).collect();
        list::add(tx, import.workspace, import.list, &contacts)?;
    }
    counts.refused += refused(tx, import, &out)?;
    said.write(tx, import, &mut counts)?;
    let rows: u64 = batch.arrivals.iter().map(|a| a.rows).sum();
    let done = done.saturating_add_unsigned(rows);
    let to = Progress { place: batch.place, done, counts: &text::json(&counts) };
    store::import::advance(tx, import.workspace, import.id, &to)?;
    tx.ring(Bell::Workspace(import.workspace));
    Ok(Some(Told { done, counts }))
}

/// Case C5: who refused, and agreed later by what the file says. They stay out; somebody is asked for the paper.
fn claimed(tx: &mut Tx<'_>, import: &Frozen, out: &[&Arrival]) -> Result<()> {
    let now = tx.now();
    let mut new = Vec::new();
    for a in out.iter().filter(|a| a.yes && !a.no && import.wording != 0) {
        let claimed_at = import.said_at(a, now);
        let stop = suppression::get(tx, import.workspace, &a.number, suppression::Scope::Marketing)?;
        let Some(stop) = stop.filter(|s| s.at < claimed_at && !suppression::is_ours(&s.reason)) else {
            continue;
        };
        new.push(store::consent_claim::New {
            number: &a.number,
            file_row: i64::try_from(a.row).unwrap_or(i64::MAX),
            claimed_at,
            refused_at: stop.at,
        });
    }
    if !new.is_empty() {
        store::consent_claim::add(tx, import.workspace, (import.id, import.wording), &new)?;
    }
    Ok(())
}

/// Who stays out by a stop of ours alone, and said no by what the file says: from now on it is their own, which no deed of
/// ours that is taken back lifts. Gives of how many.
fn refused(tx: &mut Tx<'_>, import: &Frozen, out: &[&Arrival]) -> Result<u64> {
    let (scope, name) = (suppression::Scope::Marketing, id::public(kind::IMPORT, import.id));
    let mut n = 0;
    for a in out.iter().filter(|a| a.no) {
        let stop = suppression::get(tx, import.workspace, &a.number, scope)?;
        if stop.is_none_or(|s| !suppression::is_ours(&s.reason)) {
            continue;
        }
        let evidence = format!("{name} row {}", a.row);
        let refusal = Refuse { number: a.number.clone(), scope, method: Method::Import, evidence };
        n += u64::from(refused_by(tx, import.workspace, &refusal, "")?);
    }
    Ok(n)
}

/// What a new row of this person says of consent.
fn first_state(import: &Frozen, past: &Past, a: &Arrival) -> i64 {
    if a.no || past.refused.contains(&a.tag) {
        REFUSED
    } else if a.yes && import.wording != 0 {
        GRANTED
    } else {
        UNKNOWN
    }
}

/// Makes those who are new; gives the contact and tag of each.
fn create<'a>(
    tx: &mut Tx<'_>,
    import: &Frozen,
    people: &[&'a Arrival],
    past: &Past,
    said: &mut Said<'a>,
) -> Result<Vec<(i64, i64)>> {
    let now = tx.now();
    let new: Vec<New<'_>> = people
        .iter()
        .map(|a| {
            let state = first_state(import, past, a);
            New {
                number: &a.number,
                tag: a.tag,
                first_name: &a.first_name,
                last_name: &a.last_name,
                fields: &a.json,
                search: &a.search,
                consent: state,
                consent_at: if state == UNKNOWN { 0 } else { import.said_at(a, now) },
            }
        })
        .collect();
    let made = bulk::insert(tx, import.workspace, import.id, &new)?;
    values_changed(tx, import.workspace, || {
        let fields: HashMap<i64, &str> = people.iter().map(|a| (a.tag, a.json.as_str())).collect();
        made.iter().filter_map(|(id, tag)| Some((*id, (*fields.get(tag)?).to_owned()))).collect()
    })?;
    let tags: HashSet<i64> = made.iter().map(|(_, tag)| *tag).collect();
    for a in people.iter().filter(|a| tags.contains(&a.tag)) {
        match first_state(import, past, a) {
            GRANTED if !past.agreed.contains(&a.tag) => said.events.push((a, true, import.said_at(a, now))),
            REFUSED if !past.refused.contains(&a.tag) => said.events.push((a, false, import.said_at(a, now))),
            _ => {}
        }
    }
    Ok(made)
}

fn known(tx: &mut Tx<'_>, import: &Frozen, people: &[&Arrival]) -> Result<HashMap<String, Known>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let tags: Vec<i64> = people.iter().map(|a| a.tag).collect();
    Ok(bulk::known(tx, import.workspace, &tags)?)
}

/// Joins what the file says to those who are there; gives the contact and tag of each.
fn join<'a>(
    tx: &mut Tx<'_>,
    import: &Frozen,
    people: &[&'a Arrival],
    known: &HashMap<String, Known>,
    past: &Past,
    (names, said): (&Names, &mut Said<'a>),
) -> Result<Vec<(i64, i64)>> {
    let now = tx.now();
    let (mut changes, mut members) = (Vec::new(), Vec::with_capacity(people.len()));
    let mut touched = Vec::new();
    let inside = undo::inside(tx, import, people.iter().filter_map(|a| known.get(&a.number)))?;
    for &a in people {
        // Somebody removed between the two statements: the slice is run again and makes him anew.
        let old = known.get(&a.number).ok_or(Error::Store(store::Error::Undone))?;
        members.push((old.id, a.tag));
        let at = import.said_at(a, now);
        let state = if a.no || old.consent == REFUSED || past.refused.contains(&a.tag) {
            REFUSED
        } else if a.yes && import.wording != 0 {
            GRANTED
        } else {
            old.consent
        };
        if state == REFUSED && old.consent != REFUSED && !past.refused.contains(&a.tag) {
            said.events.push((a, false, at));
        }
        if state == GRANTED && !past.agreed.contains(&a.tag) {
            said.events.push((a, true, at));
        }
        let change = merged(a, names, old, (import.existing, state, at));
        let joins = import.list != 0 && !inside.contains(&old.id);
        if change.is_some() || joins {
            touched.push((old.id, undo::was(old, joins)));
        }
        changes.extend(change);
    }
    store::bulk::touch(tx, import.workspace, import.id, &touched)?;
    if !changes.is_empty() {
        bulk::change(tx, import.workspace, &changes)?;
        values_changed(tx, import.workspace, || changes.iter().map(|c| (c.id, c.fields.clone())).collect())?;
    }
    Ok(members)
}

/// What somebody who is there becomes; `None` when nothing changes.
fn merged(
    a: &Arrival,
    names: &Names,
    old: &Known,
    (existing, state, at): (Existing, i64, i64),
) -> Option<Change> {
    let (mut first, mut last) = (old.first_name.clone(), old.last_name.clone());
    let mut fields = text::fields(&old.fields);
    match existing {
        Existing::Skip => {}
        Existing::Fill => {
            fill_names(&mut first, &mut last, &a.first_name, &a.last_name);
            for (place, value) in &a.fields {
                fields.entry(names.at(*place).to_owned()).or_insert_with(|| value.clone());
            }
        }
        Existing::Overwrite => {
            if !a.first_name.is_empty() || !a.last_name.is_empty() {
                (first, last) = (a.first_name.clone(), a.last_name.clone());
            }
            fields.extend(a.fields.iter().map(|(place, value)| (names.at(*place).to_owned(), value.clone())));
        }
    }
    let same = first == old.first_name && last == old.last_name && fields == text::fields(&old.fields);
    if same && state == old.consent {
        return None;
    }
    let search = text::search(&first, &last, &a.number, &fields);
    let fields = text::json(&fields);
    Some(Change {
        id: old.id,
        first_name: first,
        last_name: last,
        fields,
        search,
        consent: state,
        consent_at: at,
    })
}

impl Said<'_> {
    fn write(&self, tx: &mut Tx<'_>, import: &Frozen, counts: &mut Counts) -> Result<()> {
        let name = id::public(kind::IMPORT, import.id);
        let evidence: Vec<String> =
            self.events.iter().map(|(a, ..)| format!("{name} row {}", a.row)).collect();
        let events: Vec<consent::New<'_>> = self
            .events
            .iter()
            .zip(&evidence)
            .map(|((a, grant, at), evidence)| consent::New {
                workspace: import.workspace,
                tag: a.tag,
                purpose: "marketing",
                action: if *grant { "grant" } else { "refuse" },
                method: "import",
                wording: if *grant { import.wording } else { 0 },
                evidence,
                basis: if *grant { "consent" } else { "" },
                claimed_at: *at,
                ..consent::New::default()
            })
            .collect();
        counts.agreed += self.events.iter().filter(|(_, grant, _)| *grant).count() as u64;
        counts.refused += self.events.iter().filter(|(_, grant, _)| !*grant).count() as u64;
        if !events.is_empty() {
            consent::add(tx, &events)?;
        }
        Ok(())
    }
}
