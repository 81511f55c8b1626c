//! The chain itself: facts loaded once for all, then a pure verdict for each.

use super::{Admitted, Refusal, Submission};
use crate::Result;
use crate::connector::shown_sender;
use crate::route::{Choice, Question, Rewritten, Table};
use sms::number::{self, Kind, Problem};
use sms::{Class, Code, Spelling, Status};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use store::Tx;
use store::admission::{self, Known};
use store::message::NewMessage;
use store::network;
use store::suppression::{self, Hit};
use store::workspace::{self, Mode, Workspace};

/// The longest a message may wait for its time, in milliseconds: a year.
const AHEAD_MAX_MS: i64 = 366 * 86_400_000;
/// What a number shown may have, E.164: 15 digits.
const DIGITS_MAX: usize = 15;
/// What a handset shows in test mode when the workspace has no sender yet.
const TEST_SENDER: &str = "Sendword";

/// Judges each; reads only.
pub fn admit(tx: &mut Tx<'_>, wanted: &[Submission]) -> Result<Vec<Result<Admitted, Refusal>>> {
    let mut houses: HashMap<i64, House> = HashMap::new();
    for one in wanted {
        if let Entry::Vacant(slot) = houses.entry(one.workspace)
            && let Some(house) = House::load(tx, one.workspace)?
        {
            slot.insert(house);
        }
    }
    let table = Table::load(tx)?;
    let mut out: Vec<Option<Result<Admitted, Refusal>>> = wanted.iter().map(|_| None).collect();
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|i| wanted[*i].workspace);
    for group in order.chunk_by(|a, b| wanted[*a].workspace == wanted[*b].workspace) {
        let Some(house) = group.first().and_then(|i| houses.get(&wanted[*i].workspace)) else { continue };
        let read: Vec<Result<String, Refusal>> = group.iter().map(|i| house.number(&wanted[*i])).collect();
        let facts = Facts::load(tx, house, &read, &table)?;
        for (i, number) in group.iter().zip(read) {
            let now = tx.now();
            out[*i] = Some(number.and_then(|number| house.judge(&wanted[*i], number, &facts, &table, now)));
        }
        for i in group {
            let refused = out[*i]
                .as_ref()
                .and_then(|v| v.as_ref().ok())
                .map(|one| moved(tx, house, one))
                .transpose()?;
            if let Some(Some(refusal)) = refused {
                out[*i] = Some(Err(refusal));
            }
        }
    }
    Ok(out.into_iter().map(|v| v.unwrap_or_else(|| Err(refusal(Code::NoRoute, "workspace")))).collect())
}

/// Who is written to after a rule changed the number must not have refused either.
fn moved(tx: &mut Tx<'_>, house: &House, one: &Admitted) -> Result<Option<Refusal>> {
    if !one.rewritten.iter().any(|(what, _)| *what == "rewritten_number") {
        return Ok(None);
    }
    let tag = tx.tag(&one.row.recipient);
    let hits = suppression::of_tags(tx, house.workspace.id, &[tag])?;
    Ok(stopped(one.row.class, Some(&hits)).err())
}

fn refusal(code: Code, rule: &str) -> Refusal {
    Refusal { code, rule: rule.into() }
}

/// A workspace and what it sends as.
struct House {
    workspace: Workspace,
    sender: Option<String>,
}

/// What is known of the numbers of one group.
struct Facts {
    tags: HashMap<String, i64>,
    known: HashMap<String, Known>,
    stops: HashMap<i64, Vec<Hit>>,
    /// Numbers carried to another network, where a rule asks.
    carried: HashMap<String, String>,
}

impl Facts {
    fn load(
        tx: &mut Tx<'_>,
        house: &House,
        read: &[Result<String, Refusal>],
        table: &Table,
    ) -> Result<Facts> {
        let numbers: Vec<&str> = read.iter().filter_map(|n| n.as_deref().ok()).collect();
        let tags: HashMap<String, i64> = numbers.iter().map(|n| ((*n).to_owned(), tx.tag(n))).collect();
        let all: Vec<i64> = tags.values().copied().collect();
        let mut stops: HashMap<i64, Vec<Hit>> = HashMap::new();
        for hit in suppression::of_tags(tx, house.workspace.id, &all)? {
            stops.entry(hit.tag).or_default().push(hit);
        }
        let known = admission::known(tx, house.workspace.id, &numbers)?;
        let carried = if table.asks_networks() { network::ported(tx, &numbers)? } else { HashMap::new() };
        Ok(Facts { tags, known, stops, carried })
    }
}

impl House {
    fn load(tx: &mut Tx<'_>, id: i64) -> Result<Option<House>> {
        let Some(workspace) = workspace::get(tx, id)? else { return Ok(None) };
        let sender = admission::default_sender(tx, id)?;
        Ok(Some(House { workspace, sender }))
    }

    fn test(&self, wanted: &Submission) -> bool {
        wanted.test || self.workspace.mode == Mode::Test
    }

    /// The number as E.164. At the simulator every number is valid.
    fn number(&self, wanted: &Submission) -> Result<String, Refusal> {
        if wanted.read && !number::is_test(&wanted.to) {
            return Ok(wanted.to.clone());
        }
        let reading = number::normalise(&wanted.to, &self.workspace.country);
        let given = wanted.to.trim();
        if self.test(wanted) {
            let digits: String = given.chars().filter(char::is_ascii_digit).collect();
            let plain = || (3..=DIGITS_MAX).contains(&digits.len()).then(|| format!("+{digits}"));
            return reading
                .e164
                .or_else(plain)
                .ok_or_else(|| refusal(Code::InvalidNumber, "number.simulator"));
        }
        match (reading.kind, reading.e164) {
            (Kind::Mobile, Some(e164)) => Ok(e164),
            (Kind::Test, _) => Err(refusal(Code::TestNumber, "number.test")),
            (Kind::Landline | Kind::Service | Kind::Short, _) => Err(refusal(Code::NotMobile, "number.kind")),
            // A number written in full whose range our plan does not know yet: the carrier knows better.
            _ if reading.problem == Some(Problem::NotInPlan) && number::is_e164(given) => {
                Ok(given.to_owned())
            }
            _ => Err(refusal(Code::InvalidNumber, "number")),
        }
    }

    fn judge(
        &self,
        wanted: &Submission,
        number: String,
        facts: &Facts,
        table: &Table,
        now: i64,
    ) -> Result<Admitted, Refusal> {
        let class = wanted.class.unwrap_or(Class::Transactional);
        let tag = wanted.stored.or_else(|| facts.tags.get(&number).copied()).unwrap_or_default();
        let known = facts.known.get(&number);
        let test = self.test(wanted);
        stopped(class, facts.stops.get(&tag))?;
        if class.needs_consent() && known.is_none_or(|k| k.consent != 1) {
            return Err(refusal(Code::NoConsent, "consent.required"));
        }
        let sender = self.sender_of(wanted, test)?;
        let text = sms::parts::normalise(&wanted.text).into_owned();
        if text.trim().is_empty() {
            return Err(refusal(Code::ContentMissing, "text.empty"));
        }
        let due = wanted.send_at.unwrap_or(now).clamp(now, now + AHEAD_MAX_MS);
        let network = facts.carried.get(&number).map(String::as_str).or_else(|| table.network_of(&number));
        let asked = Question {
            number: &number,
            class,
            sender: &sender,
            workspace: self.workspace.id,
            text: &text,
            network,
            at: due,
            test,
        };
        let way = table.choose(&asked).ok_or_else(|| refusal(Code::NoRoute, "route"))?;
        let letter = Letter { number, sender, text, rewritten: Vec::new() };
        let letter = if wanted.stored.is_none() { letter.rewrite(&way)? } else { letter };
        let size = table.ability(&way.connectors).size(&letter.text);
        let parts = i64::try_from(size.parts).unwrap_or(i64::MAX);
        if parts > self.workspace.parts_max {
            return Err(refusal(Code::TooManyParts, &format!("parts_max={}", self.workspace.parts_max)));
        }
        let until = due + wanted.validity_s.unwrap_or(class.validity_s()).max(1).saturating_mul(1_000);
        let later = due > now + store::machine::agenda::AHEAD_MS;
        let governed = matches!(class, Class::Marketing | Class::Political | Class::Service);
        let row = NewMessage {
            id: wanted.id,
            workspace: wanted.workspace,
            campaign: wanted.campaign,
            contact: if wanted.contact == 0 { known.map_or(0, |k| k.contact) } else { wanted.contact },
            thread: wanted.thread,
            class,
            connector: way.connectors.first().copied().unwrap_or_default(),
            candidates: way.connectors.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            route: way.rule,
            price: way.price.map_or(0, |price| price.saturating_mul(parts)),
            sender: letter.sender,
            recipient: letter.number,
            tag,
            text: letter.text,
            spelling: Spelling { flash: wanted.flash, ..size.into() },
            parts,
            status: if later { Status::Scheduled } else { Status::Queued },
            on_ambiguous: wanted.on_ambiguous.unwrap_or(class.on_ambiguous()),
            test,
            source: wanted.source.to_owned(),
            client_ref: wanted.client_ref.clone(),
            due,
            until,
            notify: wanted.notify,
        };
        let law_epoch = if governed { self.workspace.law_epoch } else { 0 };
        Ok(Admitted { row, law_epoch, lapses_at: until, rewritten: letter.rewritten })
    }

    fn sender_of(&self, wanted: &Submission, test: bool) -> Result<String, Refusal> {
        match wanted.from.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
            Some(given) => shown_sender(given).ok_or_else(|| refusal(Code::SenderInvalid, "sender.shape")),
            None if test => Ok(self.sender.clone().unwrap_or_else(|| TEST_SENDER.into())),
            None => Ok(self.sender.clone().unwrap_or_default()), // the carrier puts its own
        }
    }
}

/// What is written on a message, before and after its route rewrote it.
struct Letter {
    number: String,
    sender: String,
    text: String,
    rewritten: Vec<(&'static str, String)>,
}

impl Letter {
    fn rewrite(mut self, way: &Choice) -> Result<Letter, Refusal> {
        let Some(Rewritten { number, sender, text }) = way.rewritten.clone() else { return Ok(self) };
        if let Some(new) = number {
            if !number::is_e164(&new) {
                return Err(refusal(Code::InvalidNumber, "route.rewrite"));
            }
            self.rewritten.push(("rewritten_number", std::mem::replace(&mut self.number, new)));
        }
        if let Some(new) = sender {
            self.rewritten.push(("rewritten_sender", std::mem::replace(&mut self.sender, new)));
        }
        if let Some(new) = text {
            let new = sms::parts::normalise(&new).into_owned();
            if new.trim().is_empty() {
                return Err(refusal(Code::ContentMissing, "route.rewrite"));
            }
            self.rewritten.push(("rewritten_text", std::mem::replace(&mut self.text, new)));
        }
        Ok(self)
    }
}

fn stopped(class: Class, hits: Option<&Vec<Hit>>) -> Result<(), Refusal> {
    for hit in hits.into_iter().flatten() {
        let total = hit.scope == suppression::ALL;
        let stops =
            if total { class.stopped_by_total_refusal() } else { class.stopped_by_marketing_refusal() };
        if stops {
            return Err(match (hit.workspace, total) {
                (0, _) => refusal(Code::SuppressedPlatform, "suppression.platform"),
                (_, true) => refusal(Code::SuppressedAll, "suppression.all"),
                (_, false) => refusal(Code::SuppressedWorkspace, "suppression.marketing"),
            });
        }
    }
    Ok(())
}
