//! The chain itself: facts loaded once for all, then a pure verdict for each.

use super::{Admitted, Refusal, Submission};
use crate::Result;
use crate::route::{Question, Table};
use sms::number::{self, Kind, Problem};
use sms::{Class, Code, Status};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use store::Tx;
use store::admission::{self, Known};
use store::message::NewMessage;
use store::suppression::{self, Hit};
use store::workspace::{self, Mode, Workspace};

/// The longest a message may wait for its time, in milliseconds: a year.
const AHEAD_MAX_MS: i64 = 366 * 86_400_000;
/// What an alphanumeric sender may have, 3GPP 23.040 clause 9.1.2.5: 11 characters of the 7-bit alphabet.
const NAME_MAX: usize = 11;
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
        let facts = Facts::load(tx, house, &read)?;
        for (i, number) in group.iter().zip(read) {
            let now = tx.now();
            out[*i] = Some(number.and_then(|number| house.judge(&wanted[*i], number, &facts, &table, now)));
        }
    }
    Ok(out.into_iter().map(|v| v.unwrap_or_else(|| Err(refusal(Code::NoRoute, "workspace")))).collect())
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
}

impl Facts {
    fn load(tx: &mut Tx<'_>, house: &House, read: &[Result<String, Refusal>]) -> Result<Facts> {
        let numbers: Vec<&str> = read.iter().filter_map(|n| n.as_deref().ok()).collect();
        let tags: HashMap<String, i64> = numbers.iter().map(|n| ((*n).to_owned(), tx.tag(n))).collect();
        let all: Vec<i64> = tags.values().copied().collect();
        let mut stops: HashMap<i64, Vec<Hit>> = HashMap::new();
        for hit in suppression::of_tags(tx, house.workspace.id, &all)? {
            stops.entry(hit.tag).or_default().push(hit);
        }
        let known = admission::known(tx, house.workspace.id, &numbers)?;
        Ok(Facts { tags, known, stops })
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
        let tag = facts.tags.get(&number).copied().unwrap_or_default();
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
        let size = sms::parts::size(&text);
        let parts = i64::try_from(size.parts).unwrap_or(i64::MAX);
        if parts > self.workspace.parts_max {
            return Err(refusal(Code::TooManyParts, &format!("parts_max={}", self.workspace.parts_max)));
        }
        let way = table.choose(Question { number: &number, class, sender: &sender, test });
        let way = way.ok_or_else(|| refusal(Code::NoRoute, "route"))?;
        let due = wanted.send_at.unwrap_or(now).clamp(now, now + AHEAD_MAX_MS);
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
            sender,
            recipient: number,
            tag,
            text,
            encoding: size.encoding,
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
        Ok(Admitted { row, law_epoch, lapses_at: until })
    }

    fn sender_of(&self, wanted: &Submission, test: bool) -> Result<String, Refusal> {
        match wanted.from.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
            Some(given) => sender(given).ok_or_else(|| refusal(Code::SenderInvalid, "sender.shape")),
            None if test => Ok(self.sender.clone().unwrap_or_else(|| TEST_SENDER.into())),
            None => Ok(self.sender.clone().unwrap_or_default()), // the carrier puts its own
        }
    }
}

/// A sender as it is stored: a name of up to 11 characters, or digits with an optional plus.
pub(crate) fn sender(given: &str) -> Option<String> {
    let digits = given.strip_prefix('+').unwrap_or(given);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return (digits.len() <= DIGITS_MAX).then(|| given.to_owned());
    }
    let fits = given.chars().count() <= NAME_MAX && given.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    (fits && given.chars().any(|c| c.is_ascii_alphabetic())).then(|| given.to_owned())
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
