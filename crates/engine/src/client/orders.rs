//! What a client asks of its messages: what became of one, that it shall not be sent, that it shall be another.
//!
//! Only what waits can be changed; what an intent has taken goes its way. A message of somebody else is not there.

use super::machine::{self, Standing};
use super::{Account, Notify};
use crate::submit::{self, Refusal, Submission};
use crate::{Error, Result};
use sms::{Code, Status};
use store::Tx;
use store::machine::withdraw;
use store::message::{self, Filter};

/// Messages of one number that are looked through for one that a client means without naming it.
const LOOK: i64 = 50;

/// A message of a client.
#[derive(Debug, Clone)]
pub struct Found {
    /// The message.
    pub id: i64,
    /// Where it stands.
    pub status: Status,
    /// Why.
    pub code: Code,
    /// When it came to its final state, ms; 0 not yet.
    pub done_at: i64,
    /// What handsets show.
    pub sender: String,
}

/// Which messages are meant where none is named.
#[derive(Debug, Clone)]
pub struct Match {
    /// From whom; empty: whatever the workspace's own is.
    pub from: String,
    /// To whom, as the client writes it.
    pub to: String,
}

/// One message by an id that the client was given; `None` where it has no such message.
pub fn find(tx: &mut Tx<'_>, account: &Account, given: &str) -> Result<Option<Found>> {
    Ok(standing(tx, account, given)?.map(|s| Found {
        id: s.row.id,
        status: s.row.status,
        code: s.code,
        done_at: s.done_at,
        sender: s.row.sender,
    }))
}

fn standing(tx: &mut Tx<'_>, account: &Account, given: &str) -> Result<Option<Standing>> {
    let id = match machine::of_given(tx, account.client, given)? {
        Some(id) => Some(id),
        None => super::id_of(given),
    };
    let Some(id) = id else { return Ok(None) };
    let found = machine::standing(tx, account.workspace, id)?;
    Ok(found.filter(|s| Notify(s.row.notify).serial() == account.serial))
}

fn waits(standing: &Standing) -> bool {
    !standing.in_flight && matches!(standing.row.status, Status::Queued | Status::Scheduled)
}

/// Messages of the client that wait and fit.
fn fitting(tx: &mut Tx<'_>, account: &Account, wanted: &Match) -> Result<Vec<Standing>> {
    let reading = sms::number::normalise(&wanted.to, &account.country);
    let digits: String = wanted.to.chars().filter(char::is_ascii_digit).collect();
    let number = reading.e164.unwrap_or_else(|| format!("+{digits}"));
    let filter = Filter { tag: Some(tx.tag(&number)), limit: LOOK, ..Filter::default() };
    let same = |sender: &str| {
        let bare = |text: &str| text.trim_start_matches('+').to_owned();
        wanted.from.is_empty() || bare(sender) == bare(&wanted.from)
    };
    let mut out = Vec::new();
    for one in message::list(tx, account.workspace, &filter)? {
        if !matches!(one.status, Status::Queued | Status::Scheduled) || !same(&one.sender) {
            continue;
        }
        let found = machine::standing(tx, account.workspace, one.id)?;
        out.extend(found.filter(|s| waits(s) && Notify(s.row.notify).serial() == account.serial));
    }
    Ok(out)
}

/// Keeps messages from being sent: the one of this id, or all that fit. Gives how many; `None` where there is no
/// such message at all.
pub fn cancel(tx: &mut Tx<'_>, account: &Account, given: &str, all: &Match) -> Result<Option<usize>> {
    let found = if given.is_empty() {
        fitting(tx, account, all)?
    } else {
        let Some(one) = standing(tx, account, given)? else { return Ok(None) };
        vec![one]
    };
    let mut gone = 0;
    for one in found.iter().filter(|s| waits(s)) {
        gone += usize::from(withdraw::cancel(tx, &one.row)?);
    }
    Ok(Some(gone))
}

/// Makes a message that waits another. The gate judges the new text like any other. `None`: it does not wait any more.
///
/// The one of the id given, or with none the newest that fits the submission (replace_if_present).
pub fn replace(
    tx: &mut Tx<'_>,
    account: &Account,
    given: Option<&str>,
    by: &Submission,
) -> Result<Option<std::result::Result<i64, Refusal>>> {
    let old = match given {
        Some(id) => standing(tx, account, id)?.ok_or(Error::NotFound("message"))?,
        None => {
            let like = Match { from: by.from.clone().unwrap_or_default(), to: by.to.clone() };
            match fitting(tx, account, &like)?.into_iter().next() {
                Some(newest) => newest,
                None => return Ok(None),
            }
        }
    };
    if !waits(&old) {
        return Ok(None);
    }
    let kept = Notify(old.row.notify).0 & Notify::GIVEN;
    let wanted = Submission {
        to: old.row.recipient.clone(),
        from: Some(old.row.sender.clone()).filter(|s| !s.is_empty()),
        class: Some(old.row.class),
        id: old.row.id,
        // What the first one brought beside its text stays where a text alone is replaced (replace_sm); a whole message that
        // replaces one (replace_if_present) has said everything.
        has_tlvs: given.is_some() && old.row.spelling.tlvs,
        notify: by.notify | kept,
        ..by.clone()
    };
    let verdict = submit::admit(tx, std::slice::from_ref(&wanted))?.pop();
    let admitted = match verdict {
        Some(Ok(admitted)) => admitted,
        Some(Err(refusal)) => return Ok(Some(Err(refusal))),
        None => return Err(store::Error::Undone.into()),
    };
    if !withdraw::take_back(tx, &old.row)? {
        return Ok(None);
    }
    withdraw::rewrite(tx, &admitted.row)?;
    message::bring_tlvs(tx, &admitted.row)?;
    submit::lay_again(tx, &admitted)?;
    message::note(tx, account.workspace, old.row.id, "replaced", "")?;
    Ok(Some(Ok(old.row.id)))
}
