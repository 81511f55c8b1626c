//! The one gate for everything that comes in: number → workspace → contact → thread → refusal words → rows.
//!
//! [`handle`] is one transaction, read from top to bottom. It never sends: an answer is a message row like any other.

mod answers;
mod shared;
#[cfg(test)]
mod tests;

use crate::collect::keyword;
use crate::consent::{self, Grant, Method, Refuse};
use crate::refusal::{self, Kind, Verdict};
use crate::{Error, Result, Submission, submit};
use sms::Class;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use store::machine::inbound::{self as machine, Open, Place};
use store::suppression::Scope;
use store::workspace::{self, Mode, Workspace};
use store::{Bell, Db, Tx, inbound, thread};

/// A message is an answer to the campaign that reached its sender in this time.
const ANSWER_MS: i64 = 7 * 86_400_000;
/// Confirmations in one conversation in a day, whatever is refused and wished again in turn (case R48): two machines shall
/// not talk at all.
const ANSWERS_MAX: i64 = 1;
/// Who signs up by a word of ours is told so, though something was confirmed that day already.
const WELCOMES_MAX: i64 = 2;
const DAY_MS: i64 = 86_400_000;
/// Messages handled in one transaction.
const AT_ONCE: i64 = 100;
/// Characters of the beginning that a list of conversations shows.
const SNIPPET: usize = 120;

/// Handles what waits, until nothing does; gives how many. For the runner of jobs: on `Bell::Inbound` and each tick.
pub fn run_open(db: &Db) -> Result<usize> {
    db.background_blocking("inbound.parts", |tx| Ok::<_, Error>(machine::give_up_waiting(tx)?))?;
    let mut done = 0;
    loop {
        let ids = db.read_blocking(|tx| Ok::<_, Error>(machine::open_ids(tx, AT_ONCE)?))?;
        if ids.is_empty() {
            return Ok(done);
        }
        done += ids.len();
        let all = ids.clone();
        match db.write_first_blocking("inbound", move |tx| handle(tx, &all)) {
            Ok(_) => {}
            Err(e) if passing(&e) => return Err(e),
            Err(_) => one_by_one(db, &ids)?,
        }
    }
}

/// Whether an error says something about the store rather than about a message: it all waits, and is tried again.
fn passing(e: &Error) -> bool {
    use store::Error::{Closed, Full, Undone, Unreachable};
    matches!(e, Error::Store(Closed | Full | Undone | Unreachable(_)))
}

/// One message that cannot be handled must not stand before the others: it is put aside, unassigned.
fn one_by_one(db: &Db, ids: &[i64]) -> Result<()> {
    for id in ids.iter().copied() {
        if let Err(e) = db.write_first_blocking("inbound", move |tx| handle(tx, &[id])) {
            if passing(&e) {
                return Err(e);
            }
            tracing::error!(error = %e, "a message in could not be handled and is put aside");
            db.write_blocking("inbound.aside", move |tx| {
                machine::take(tx, &[id])?;
                let place = Place { workspace: 0, thread: 0, contact: 0, effect: "failed" };
                Ok::<_, Error>(machine::settle(tx, id, place)?)
            })?;
        }
    }
    Ok(())
}

/// Handles these messages; those that somebody else has taken are left out. Gives how many were handled.
pub fn handle(tx: &mut Tx<'_>, ids: &[i64]) -> Result<usize> {
    let mut houses: HashMap<i64, Option<Workspace>> = HashMap::new();
    let messages = machine::take(tx, ids)?;
    for message in &messages {
        if let Some(code) = shared::code_of(tx, message)? {
            shared::handle(tx, message, &code)?;
            continue;
        }
        let owner = owner(tx, message)?;
        let house = match houses.entry(owner) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(workspace::get(tx, owner)?),
        };
        match house {
            Some(house) => {
                let verdict = refusal::judge(&message.text);
                assigned(tx, message, house, &verdict, Answers::Own)?;
            }
            None => unassigned(tx, message)?,
        }
    }
    Ok(messages.len())
}

/// Whose message this is: of the number written to, else of the connector's only tenant, else of the only one at all.
fn owner(tx: &mut Tx<'_>, message: &Open) -> Result<i64> {
    let digits = message.recipient.trim().trim_start_matches('+');
    for address in [message.recipient.trim().to_owned(), format!("+{digits}"), digits.to_owned()] {
        if let Some(owner) = machine::owner_of(tx, &address)?.filter(|w| *w != 0) {
            return Ok(owner);
        }
    }
    if let Some(owner) = machine::only_tenant_of(tx, message.connector)? {
        return Ok(owner);
    }
    Ok(workspace::only(tx)?.unwrap_or(0))
}

/// The address in the one form it is written to, so that a refusal meets what would be sent.
fn address_of(sender: &str, house: &Workspace) -> String {
    let given = sender.trim();
    let digits = given.strip_prefix('+').unwrap_or(given);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match sms::number::normalise(given, &house.country).e164 {
        Some(e164) => e164,
        None if plain && (digits.len() >= 8 || house.mode == Mode::Test) => format!("+{digits}"),
        None => given.to_owned(),
    }
}

/// Who tells the person what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    /// The workspace itself.
    Own,
    /// Somebody else, for several workspaces at once.
    Elsewhere,
}

/// `true` when something changed by it.
fn assigned(
    tx: &mut Tx<'_>,
    message: &Open,
    house: &Workspace,
    verdict: &Verdict,
    answers: Answers,
) -> Result<bool> {
    let address = address_of(&message.sender, house);
    let (contact, name) = inbound::contact_of(tx, house.id, &address)?.unwrap_or_default();
    let (tag, since) = (tx.tag(&address), tx.now() - ANSWER_MS);
    let campaign = inbound::answers_campaign(tx, house.id, tag, since)?;
    let thread = thread::arrive(
        tx,
        &thread::Arrival {
            workspace: house.id,
            address: &address,
            number: message.recipient.trim(),
            contact,
            name: &name,
            snippet: &snippet(&message.text),
            at: message.received_at,
            campaign,
        },
    )?;
    let id = sms::id::public(sms::id::kind::INBOUND, message.id);
    let to = (address.as_str(), message.recipient.trim());
    let newer = stopped_since(tx, house.id, &address, message)?;
    let heard = keyword::heard(tx, house, to, (&id, &message.text), verdict.kind, newer)?;
    let changed = heard.is_none() && obey(tx, house.id, &address, message, verdict)?;
    if campaign != 0 {
        inbound::count_reply(tx, house.id, campaign)?;
        if changed && verdict.kind == Kind::Optout {
            inbound::count_opt_out(tx, house.id, campaign)?;
        }
    }
    let mut told = effect(verdict);
    if let Some(heard) = heard {
        told = heard.effect;
        say(tx, house, &address, thread, message, (heard.answer, WELCOMES_MAX))?;
    } else if answers == Answers::Own && (changed || verdict.kind == Kind::Help) {
        answer(tx, house, &address, thread, message, verdict)?;
    }
    let effect = told;
    machine::settle(tx, message.id, Place { workspace: house.id, thread, contact, effect: &effect })?;
    crate::client::arrived(tx, house.id, &message.recipient, message.id)?;
    tx.ring(Bell::Workspace(house.id));
    Ok(changed)
}

/// Does what the words ask; `true` when something changed by it.
fn obey(tx: &mut Tx<'_>, workspace: i64, address: &str, message: &Open, verdict: &Verdict) -> Result<bool> {
    let evidence = sms::id::public(sms::id::kind::INBOUND, message.id);
    match verdict.kind {
        Kind::Optout => {
            let scope = verdict.scope();
            let refusal = Refuse { number: address.into(), scope, method: Method::Keyword, evidence };
            consent::refused(tx, workspace, &refusal)
        }
        Kind::Suspect => {
            consent::suspect(tx, workspace, address, &evidence)?;
            Ok(false)
        }
        Kind::Optin => {
            let before = store::consent::state(tx, workspace, address)?;
            let stopped = store::suppression::get(tx, workspace, address, Scope::Marketing)?.is_some();
            let newer = stopped_since(tx, workspace, address, message)?;
            let grant = Grant {
                number: address.into(),
                method: Method::Keyword,
                wording: message.text.clone(),
                evidence,
                claimed_at: if newer { message.received_at } else { 0 },
            };
            let after = consent::granted(tx, workspace, &grant)?;
            Ok(after == store::consent::State::Granted && (stopped || before != after))
        }
        Kind::Help | Kind::Inbox => Ok(false),
    }
}

/// Whether a refusal came another way after these words were written; what they wish is the older word then.
fn stopped_since(tx: &mut Tx<'_>, workspace: i64, address: &str, message: &Open) -> Result<bool> {
    let stop = store::suppression::get(tx, workspace, address, Scope::Marketing)?;
    Ok(stop.is_some_and(|s| {
        s.at > message.received_at && sms::id::parse(sms::id::kind::INBOUND, &s.evidence).is_none()
    }))
}

/// One answer, in the language of the word, from the number written to.
fn answer(
    tx: &mut Tx<'_>,
    house: &Workspace,
    address: &str,
    thread: i64,
    message: &Open,
    verdict: &Verdict,
) -> Result<()> {
    let language = verdict.language(&house.language);
    let Some(text) = answers::answer(verdict.kind, verdict.all, language, &house.name) else { return Ok(()) };
    say(tx, house, address, thread, message, (text, ANSWERS_MAX))
}

/// Says something by ourselves, unless so much was said in this conversation today.
fn say(
    tx: &mut Tx<'_>,
    house: &Workspace,
    address: &str,
    thread: i64,
    message: &Open,
    (text, allowed): (String, i64),
) -> Result<()> {
    let since = tx.now() - DAY_MS;
    if inbound::answers_since(tx, house.id, thread, Class::Control, since)? >= allowed {
        return Ok(());
    }
    said(tx, house.id, address, thread, message, text)
}

/// One message of ours to who wrote, from the number written to.
fn said(
    tx: &mut Tx<'_>,
    workspace: i64,
    address: &str,
    thread: i64,
    message: &Open,
    text: String,
) -> Result<()> {
    let submission = Submission {
        workspace,
        to: address.to_owned(),
        text,
        from: Some(message.recipient.trim().to_owned()).filter(|from| !from.is_empty()),
        class: Some(Class::Control),
        thread,
        source: "system",
        ..Submission::default()
    };
    // What cannot be answered is refused all the same; the decision row says why there was no answer.
    submit(tx, &[submission])?;
    Ok(())
}

/// A message to nobody in particular. A refusal is obeyed by the whole installation: nobody can say whom it means.
fn unassigned(tx: &mut Tx<'_>, message: &Open) -> Result<()> {
    let verdict = refusal::judge(&message.text);
    let number = sms::number::normalise(message.sender.trim(), "").e164;
    if let (Kind::Optout, Some(number)) = (verdict.kind, number) {
        let evidence = sms::id::public(sms::id::kind::INBOUND, message.id);
        let refusal = Refuse { number, scope: Scope::Marketing, method: Method::Keyword, evidence };
        consent::refused(tx, 0, &refusal)?;
    }
    let effect = effect(&verdict);
    Ok(machine::settle(tx, message.id, Place { workspace: 0, thread: 0, contact: 0, effect: &effect })?)
}

fn effect(verdict: &Verdict) -> String {
    match verdict.kind {
        Kind::Inbox => String::new(),
        kind => format!("{} {}", kind.name(), verdict.rule),
    }
}

/// The beginning of a text on one line.
pub(crate) fn snippet(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SNIPPET) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
