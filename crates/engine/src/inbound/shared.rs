//! What comes in on a code that several workspaces share: by its word, else by who wrote there last, else to who holds it.
//!
//! Each workspace sees its own copy and nothing of the others, not even that there are any. A bare refusal is meant for
//! everybody who wrote there lately, since the person cannot know that they are several.

use super::{Answers, Kind, Open, Result, address_of, answers, assigned, said, unassigned};
use crate::consent::{self, Method, Refuse};
use crate::lease;
use crate::refusal::{self, Verdict};
use std::collections::BTreeSet;
use store::Tx;
use store::machine::inbound::{self as machine, number_of, wrote_from};
use store::machine::lease as leases;
use store::workspace::{self, Workspace};

/// Who wrote there in this time is meant by a bare refusal.
const WROTE_MS: i64 = 30 * 86_400_000;

/// A shared code.
pub(super) struct Code {
    id: i64,
    number: String,
    holder: i64,
}

/// The shared code that a message came to, where it came to one.
pub(super) fn code_of(tx: &mut Tx<'_>, message: &Open) -> Result<Option<Code>> {
    let written = message.recipient.trim();
    let digits = written.trim_start_matches('+');
    for address in [written.to_owned(), format!("+{digits}"), digits.to_owned()] {
        if let Some((holder, kind)) = number_of(tx, &address)? {
            if kind != "shared" {
                return Ok(None);
            }
            let id = store::number::shared(tx)?.into_iter().find(|(_, number)| *number == address);
            return Ok(id.map(|(id, _)| Code { id, number: address, holder }));
        }
    }
    Ok(None)
}

pub(super) fn handle(tx: &mut Tx<'_>, message: &Open, code: &Code) -> Result<()> {
    let running = leases::at(tx, &code.number, message.received_at)?;
    if let Some((lease, verdict)) = lease::find(&running, &message.text)
        && let Some(house) = workspace::get(tx, lease.workspace)?
    {
        return assigned(tx, message, &house, &verdict, Answers::Own).map(drop);
    }
    let verdict = refusal::judge(&message.text);
    let holder = workspace::get(tx, code.holder)?;
    let address = match &holder {
        Some(house) => address_of(&message.sender, house),
        None => message.sender.trim().to_owned(),
    };
    let tag = tx.tag(&address);
    let wrote = wrote_from(tx, tag, &code.number)?;
    match verdict.kind {
        Kind::Optout => refused(tx, message, code, &verdict, &address, &wrote),
        kind => {
            // Who wants to be written to on the code takes back what was said to the code alone.
            if kind == Kind::Optin && sms::number::is_e164(&address) {
                store::suppression::lift_pool(tx, code.id, &address)?;
            }
            conversation(tx, message, holder, verdict, &wrote)
        }
    }
}

/// An ordinary message: an answer to who wrote last, else for who holds the code.
fn conversation(
    tx: &mut Tx<'_>,
    message: &Open,
    holder: Option<Workspace>,
    verdict: Verdict,
    wrote: &[(i64, i64)],
) -> Result<()> {
    let last = match wrote.first() {
        Some((workspace, _)) => workspace::get(tx, *workspace)?,
        None => None,
    };
    let (house, verdict) = match (last, holder) {
        (Some(house), _) => (house, verdict),
        // Whoever wants to be written to said nothing to this workspace in particular.
        (None, Some(house)) if verdict.kind == Kind::Optin => {
            (house, Verdict { kind: Kind::Inbox, ..verdict })
        }
        (None, Some(house)) => (house, verdict),
        (None, None) => return unassigned(tx, message),
    };
    assigned(tx, message, &house, &verdict, Answers::Own).map(drop)
}

fn refused(
    tx: &mut Tx<'_>,
    message: &Open,
    code: &Code,
    verdict: &Verdict,
    address: &str,
    wrote: &[(i64, i64)],
) -> Result<()> {
    let since = message.received_at - WROTE_MS;
    let lately = wrote.iter().filter(|(_, at)| *at >= since).map(|(workspace, _)| *workspace);
    let mut meant: Vec<i64> = lately.collect();
    if meant.is_empty() {
        meant.extend(wrote.first().map(|(workspace, _)| *workspace));
    }
    if verdict.all {
        let known = wrote.iter().map(|(workspace, _)| *workspace);
        pool(tx, message, code, verdict, address, known.filter(|id| !meant.contains(id)).collect(), &meant)?;
    }
    let mut houses = Vec::new();
    for id in meant {
        houses.extend(workspace::get(tx, id)?);
    }
    let Some((first, others)) = houses.split_first() else {
        return to_nobody(tx, message, code, verdict, address);
    };
    if others.is_empty() {
        return assigned(tx, message, first, verdict, Answers::Own).map(drop);
    }
    let mut changed = assigned(tx, message, first, verdict, Answers::Elsewhere)?;
    for house in others {
        let twin = machine::twin(tx, message)?;
        changed |= assigned(tx, &twin, house, verdict, Answers::Elsewhere)?;
    }
    if changed { told(tx, message, verdict, address, &houses) } else { Ok(()) }
}

/// One answer that names all who were meant. It is the installation's own: none of them sees the others in it.
fn told(
    tx: &mut Tx<'_>,
    message: &Open,
    verdict: &Verdict,
    address: &str,
    houses: &[Workspace],
) -> Result<()> {
    let Some(first) = houses.first() else { return Ok(()) };
    let mut names: Vec<&str> = houses.iter().map(|h| h.name.as_str()).collect();
    names.sort_unstable();
    let language = verdict.language(&first.language);
    let text = answers::answer(verdict.kind, verdict.all, language, &names.join(", "));
    let Some(text) = text else { return Ok(()) };
    let own = workspace::house(tx, first)?;
    let (tag, since) = (tx.tag(address), tx.now() - super::DAY_MS);
    if store::inbound::controls_since(tx, own, tag, since)? >= super::ANSWERS_MAX {
        return Ok(());
    }
    said(tx, own, address, 0, message, text)
}

/// A refusal on a code from where nobody ever wrote to this number: it waits with the unassigned, and whoever writes
/// from the code, now or later, does not advertise there.
fn to_nobody(tx: &mut Tx<'_>, message: &Open, code: &Code, verdict: &Verdict, address: &str) -> Result<()> {
    if sms::number::is_e164(address) {
        let evidence = sms::id::public(sms::id::kind::INBOUND, message.id);
        store::suppression::add_pool(tx, code.id, address, verdict.all, &evidence)?;
        consent::hold_back(tx, 0)?;
    }
    let effect = super::effect(verdict);
    let place = machine::Place { workspace: 0, thread: 0, contact: 0, effect: &effect };
    Ok(machine::settle(tx, message.id, place)?)
}

/// Everything is refused: by all who have, or had, a part in the code. Those who did not write learn of it by the
/// suppression alone.
fn pool(
    tx: &mut Tx<'_>,
    message: &Open,
    code: &Code,
    verdict: &Verdict,
    address: &str,
    mut others: BTreeSet<i64>,
    told: &[i64],
) -> Result<()> {
    if !sms::number::is_e164(address) {
        return Ok(());
    }
    let said = sms::id::public(sms::id::kind::INBOUND, message.id);
    store::suppression::add_pool(tx, code.id, address, true, &said)?;
    others.extend(leases::of_code(tx, &code.number)?.into_iter().map(|l| l.workspace));
    others.insert(code.holder);
    for id in others.into_iter().filter(|id| *id != 0 && !told.contains(id)) {
        let evidence = sms::id::public(sms::id::kind::INBOUND, message.id);
        let refusal =
            Refuse { number: address.to_owned(), scope: verdict.scope(), method: Method::Keyword, evidence };
        consent::refused(tx, id, &refusal)?;
    }
    Ok(())
}
