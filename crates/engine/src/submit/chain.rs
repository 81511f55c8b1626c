//! The chain itself: facts loaded once for all, then a pure verdict for each.

use super::{Admitted, Refusal, Submission};
use crate::Result;
use crate::connector::shown_sender;
use crate::law::judge::{self, Asked, Looked, Verdict};
use crate::law::{Law, Rules, Wish, policy, shelf};
use crate::lookup::Asking;
use crate::route::{Choice, Question, Rewritten, Table};
use sms::number::{self, Kind, Problem};
use sms::{Class, Code, Spelling, Status};
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::Tx;
use store::admission::{self, Known};
use store::law as rows;
use store::machine::lookup;
use store::message::NewMessage;
use store::suppression::{self, Hit};
use store::workspace::{self, Mode, Workspace};
use store::{network, setting};

/// The longest a message may wait for its time, in milliseconds: a year.
const AHEAD_MAX_MS: i64 = 366 * 86_400_000;
/// What a number shown may have, E.164: 15 digits.
const DIGITS_MAX: usize = 15;
/// What a handset shows in test mode when the workspace has no sender yet.
const TEST_SENDER: &str = "Sendword";

/// Judges each; reads only.
pub fn admit(tx: &mut Tx<'_>, wanted: &[Submission]) -> Result<Vec<Result<Admitted, Refusal>>> {
    let mut houses: HashMap<i64, House> = HashMap::new();
    let governed =
        wanted.iter().any(|w| matches!(w.class, Some(Class::Marketing | Class::Political | Class::Service)));
    tx.foresee(|tx| {
        setting::of_law(tx)?;
        store::machine::route::now(tx)?;
        for id in wanted.iter().map(|w| w.workspace).collect::<BTreeSet<i64>>() {
            workspace::get(tx, id)?;
            admission::shows(tx, id)?;
            if governed {
                policy::wishes(tx, id)?;
            }
        }
        Ok::<(), crate::Error>(())
    })?;
    let law = shelf::load_with_origin(tx)?;
    for one in wanted {
        if let Entry::Vacant(slot) = houses.entry(one.workspace)
            && let Some(house) = House::load(tx, one.workspace, &law, governed)?
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
        let counted = group.iter().any(|i| house.counts(&wanted[*i]));
        let mut facts = Facts::load(tx, house, &read, &table, counted)?;
        for (i, number) in group.iter().zip(read) {
            let now = tx.now();
            out[*i] =
                Some(number.and_then(|number| house.judge(&wanted[*i], number, &mut facts, &table, now)));
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
    Refusal::of(code, rule)
}

/// A workspace and what it sends as.
struct House {
    workspace: Workspace,
    sender: Option<String>,
    law: Arc<Law>,
    wishes: Vec<Wish>,
    /// What the law asks of the workspace, for its real messages…
    shows: judge::House,
    /// …and for those that only the simulator carries.
    plays: judge::House,
}

/// How soon what waits for a pack is looked at again.
const BLOCKED_MS: i64 = 3_600_000;
/// The widest count there is, in milliseconds: a year.
const COUNTED_MS: i64 = 366 * 86_400_000;

/// What is known of the numbers of one group.
struct Facts {
    tags: HashMap<String, i64>,
    known: HashMap<String, Known>,
    stops: HashMap<i64, Vec<Hit>>,
    /// Numbers carried to another network, where a rule asks.
    carried: HashMap<String, String>,
    /// How numbers are looked up, where a rule asks, and what was answered.
    asking: Option<Asking>,
    answers: HashMap<String, lookup::Answer>,
    /// Advertising that counts, by tag: which messages, and when they were counted.
    reached: rows::Reached,
    looked: Looked,
    rules: shelf::Known,
}

impl Facts {
    fn load(
        tx: &mut Tx<'_>,
        house: &House,
        read: &[Result<String, Refusal>],
        table: &Table,
        counted: bool,
    ) -> Result<Facts> {
        let numbers: Vec<&str> = read.iter().filter_map(|n| n.as_deref().ok()).collect();
        let tags: HashMap<String, i64> = numbers.iter().map(|n| ((*n).to_owned(), tx.tag(n))).collect();
        let all: Vec<i64> = tags.values().copied().collect();
        tx.foresee(|tx| {
            suppression::of_tags(tx, house.workspace.id, &all)?;
            admission::known(tx, house.workspace.id, &numbers).map(drop)
        })?;
        let mut stops: HashMap<i64, Vec<Hit>> = HashMap::new();
        for hit in suppression::of_tags(tx, house.workspace.id, &all)? {
            stops.entry(hit.tag).or_default().push(hit);
        }
        let known = admission::known(tx, house.workspace.id, &numbers)?;
        let carried = if table.asks_networks() { network::ported(tx, &numbers)? } else { HashMap::new() };
        let asking = if table.asks_networks() { Asking::load(tx, house.workspace.id)? } else { None };
        let answers = match &asking {
            Some(asking) => lookup::known(tx, asking.hook, &numbers)?,
            None => HashMap::new(),
        };
        let since = tx.now() - COUNTED_MS;
        let reached =
            if counted { rows::reached(tx, house.workspace.id, &all, since)? } else { HashMap::new() };
        Ok(Facts {
            tags,
            known,
            stops,
            carried,
            asking,
            answers,
            reached,
            looked: Looked::default(),
            rules: shelf::Known::default(),
        })
    }
}

impl Facts {
    /// The network of a number: what was answered about it, else what lists say.
    fn network<'f>(&'f self, number: &str, table: &'f Table, now: i64) -> Option<&'f str> {
        let answered = self.answers.get(number).filter(|a| a.until > now && !a.network.is_empty());
        let listed = || self.carried.get(number).map(String::as_str).or_else(|| table.network_of(number));
        answered.map(|a| a.network.as_str()).or_else(listed)
    }

    /// Whose question a number waits for, and how long; nothing where its way does not hang on it, or it was asked lately.
    fn hangs(&self, asked: &Question<'_>, table: &Table, now: i64) -> Option<(i64, i64)> {
        let asking = self.asking.as_ref()?;
        let lately = self.answers.get(asked.number).is_some_and(|a| a.until > now);
        if lately || (asked.network.is_some() && !asking.always) || !table.hangs_on_network(asked) {
            return None;
        }
        Some((asking.hook, asking.patience_ms(asked.class)))
    }
}

impl House {
    fn load(
        tx: &mut Tx<'_>,
        id: i64,
        (law, origin): &(Arc<Law>, String),
        governed: bool,
    ) -> Result<Option<House>> {
        let Some(workspace) = workspace::get(tx, id)? else { return Ok(None) };
        let wishes = if governed && law.kept { policy::wishes(tx, id)? } else { Vec::new() };
        let (senders, numbers) = admission::shows(tx, id)?;
        // Where nothing is said: the first sender that may be shown, else the first number.
        let now = tx.now();
        let first = senders.iter().find(|(_, _, until)| *until == 0 || *until > now);
        let sender = first.map(|s| s.0.clone()).or_else(|| numbers.first().cloned());
        let practises = wishes.iter().any(|w| w.rule == policy::PRACTISE && w.value == "on");
        let link = match origin.trim_end_matches('/') {
            "" => String::new(),
            origin => format!("{origin}/u/"),
        };
        let advertiser = workspace.name.clone();
        let shows = judge::House { advertiser, senders, numbers, link, test: false, keeps_time: true };
        let plays = judge::House { test: true, keeps_time: practises, ..shows.clone() };
        Ok(Some(House { workspace, sender, law: law.clone(), wishes, shows, plays }))
    }

    /// Whether it is counted how often the number is written to.
    fn counts(&self, wanted: &Submission) -> bool {
        let house = if self.test(wanted) { &self.plays } else { &self.shows };
        self.law.kept && house.keeps_time && wanted.class == Some(Class::Marketing)
    }

    /// The rules for one number, where the law has a word on the class.
    fn rules(&self, class: Class, number: &str, known: &mut shelf::Known) -> Option<Arc<Rules>> {
        let asked =
            matches!(class, Class::Marketing | Class::Political | Class::Service | Class::Transactional);
        (asked && self.law.kept)
            .then(|| self.law.rules_of(number, &self.workspace.country, &self.wishes, known))
    }

    /// What the packs say.
    fn lawful<'t>(
        &self,
        wanted: &Submission,
        rules: &Rules,
        of: (Class, i64, &str, &'t str, i64),
        (known, facts): (Option<&Known>, (&rows::Reached, &mut Looked)),
        now: i64,
    ) -> Result<Verdict<'t>, Refusal> {
        let (class, tag, sender, text, due) = of;
        let house = if self.test(wanted) { &self.plays } else { &self.shows };
        let zone = known.filter(|k| !k.zoned.is_empty()).and_then(|k| judge::zone_in(&k.zoned));
        let (reached, looked) = facts;
        let since = now - rules.cap.as_ref().map_or(0, |cap| cap.per_ms);
        let counts = |(message, at): &&(i64, i64)| *message != wanted.id && *at > since;
        let reached = reached.get(&tag).map_or(0, |all| all.iter().filter(counts).count());
        let asked = Asked {
            class,
            sender,
            text,
            of_campaign: wanted.campaign != 0,
            zone: zone.as_deref(),
            reached: i64::try_from(reached).unwrap_or(i64::MAX),
            due,
            spread_ms: if wanted.spread_ms > 0 { tag.rem_euclid(wanted.spread_ms) } else { 0 },
        };
        judge::judge(rules, house, &asked, looked).map_err(|lacks| Refusal {
            code: lacks.code,
            rule: lacks.rule,
            law: rules.basis.clone(),
        })
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
        facts: &mut Facts,
        table: &Table,
        now: i64,
    ) -> Result<Admitted, Refusal> {
        let class = wanted.class.unwrap_or(Class::Transactional);
        let tag = wanted.stored.or_else(|| facts.tags.get(&number).copied()).unwrap_or_default();
        let known = facts.known.get(&number).cloned();
        let test = self.test(wanted);
        stopped(class, facts.stops.get(&tag))?;
        if class.needs_consent() && known.as_ref().is_none_or(|k| k.consent != 1) {
            return Err(refusal(Code::NoConsent, "consent.required"));
        }
        let sender = self.sender_of(wanted, test)?;
        let text = sms::parts::normalise(&wanted.text).into_owned();
        if text.trim().is_empty() {
            return Err(refusal(Code::ContentMissing, "text.empty"));
        }
        let due = wanted.send_at.unwrap_or(now).clamp(now, now + AHEAD_MAX_MS);
        let rules = self.rules(class, &number, &mut facts.rules);
        let mut lawful = None;
        if let Some(rules) = &rules {
            let facts = (known.as_ref(), (&facts.reached, &mut facts.looked));
            lawful = Some(self.lawful(wanted, rules, (class, tag, &sender, &text, due), facts, now)?);
        }
        let mut noted: Vec<(&'static str, String)> = Vec::new();
        let (mut due, mut lapses, mut cap, mut held, mut finished) = (due, i64::MAX, None, None, None);
        let advertises = matches!(class, Class::Marketing | Class::Political);
        if rules.is_some() && advertises && self.law.is_blocked(&number) {
            // Without its country's rules it waits, and is looked at again.
            due = due.max(now + BLOCKED_MS);
            noted.push(("law_deferred", "pack: it could not be loaded".into()));
        } else if let Some(verdict) = lawful {
            (due, lapses, cap) = (verdict.due, verdict.until, verdict.cap);
            held = verdict.held.filter(|_| !wanted.reviewed);
            noted.extend(verdict.deferred.map(|rule| ("law_deferred", rule)));
            if !verdict.added.is_empty() {
                if wanted.campaign == 0 {
                    noted.push(("law_added", verdict.added.join(", ")));
                }
                finished = Some(verdict.text.into_owned());
            }
        }
        let text = finished.unwrap_or(text);
        let network = facts.network(&number, table, now);
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
        // Nothing is chosen for a message whose number is to be looked up first.
        let open = if wanted.asked || held.is_some() { None } else { facts.hangs(&asked, table, now) };
        let waits = open.filter(|(_, patience)| due <= now + patience);
        let way = match open {
            Some(_) => Choice { connectors: Vec::new(), rule: 0, price: None, rewritten: None },
            None => table.choose(&asked).ok_or_else(|| refusal(Code::NoRoute, "route"))?,
        };
        let letter = Letter { number, sender, text, rewritten: Vec::new() };
        let letter = if wanted.stored.is_none() { letter.rewrite(&way)? } else { letter };
        let size = table.ability(&way.connectors).size(&letter.text);
        let parts = i64::try_from(size.parts).unwrap_or(i64::MAX);
        if parts > self.workspace.parts_max {
            return Err(refusal(Code::TooManyParts, &format!("parts_max={}", self.workspace.parts_max)));
        }
        let due = waits.map_or(due, |(_, patience)| now + patience);
        let until = due + wanted.validity_s.unwrap_or(class.validity_s()).max(1).saturating_mul(1_000);
        let later = held.is_some() || open.is_some() || due > now + store::machine::agenda::AHEAD_MS;
        let governed = matches!(class, Class::Marketing | Class::Political | Class::Service);
        let row = NewMessage {
            id: wanted.id,
            workspace: wanted.workspace,
            campaign: wanted.campaign,
            contact: if wanted.contact == 0 {
                known.as_ref().map_or(0, |k| k.contact)
            } else {
                wanted.contact
            },
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
            spelling: Spelling {
                flash: wanted.flash,
                tlvs: wanted.has_tlvs || !wanted.tlvs.is_empty(),
                ..size.into()
            },
            tlvs: wanted.tlvs.clone(),
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
        noted.extend(letter.rewritten);
        let waits = waits.map(|(hook, _)| hook);
        Ok(Admitted { row, law_epoch, lapses_at: until.min(lapses), rewritten: noted, cap, held, waits })
    }

    fn sender_of(&self, wanted: &Submission, test: bool) -> Result<String, Refusal> {
        match wanted.from.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
            Some(given) => shown_sender(given).ok_or_else(|| refusal(Code::SenderInvalid, "sender.shape")),
            None if test => Ok(self.sender.clone().unwrap_or_else(|| TEST_SENDER.into())),
            None => Ok(self.sender.clone().unwrap_or_default()), // the carrier puts its own
        }
    }
}

/// A mailing as the law sees it, before anybody approves: the same rules, the same words added, the same refusals.
pub(crate) struct Foresight {
    house: House,
    one: Submission,
    sender: String,
    looked: Looked,
    known: shelf::Known,
    now: i64,
}

/// What the law would do with one person's text.
pub(crate) struct Foreseen<'t> {
    /// The text, with what is added.
    pub(crate) text: Cow<'t, str>,
    /// Elements that are added.
    pub(crate) added: Vec<&'static str>,
    /// When it would go, where it is put off.
    pub(crate) opens: Option<i64>,
}

impl Foresight {
    /// For mailings of a workspace under this sender; nothing where there is no such workspace.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        workspace: i64,
        sender: &str,
        class: Class,
    ) -> Result<Option<Foresight>> {
        let law = shelf::load_with_origin(tx)?;
        let Some(house) = House::load(tx, workspace, &law, true)? else { return Ok(None) };
        let from = Some(sender.to_owned()).filter(|s| !s.is_empty());
        // Of a mailing, though of none in particular.
        let one = Submission { workspace, from, class: Some(class), campaign: -1, ..Submission::default() };
        let sender = house.sender_of(&one, house.test(&one)).unwrap_or_default();
        Ok(Some(Foresight {
            house,
            one,
            sender,
            looked: Looked::default(),
            known: shelf::Known::default(),
            now: tx.now(),
        }))
    }

    /// What would become of a text to a number.
    pub(crate) fn of<'t>(&mut self, number: &str, text: &'t str) -> Result<Foreseen<'t>, Refusal> {
        let class = self.one.class.unwrap_or(Class::Marketing);
        let Some(rules) = self.house.rules(class, number, &mut self.known) else {
            return Ok(Foreseen { text: text.into(), added: Vec::new(), opens: None });
        };
        let facts = (None, (&HashMap::new(), &mut self.looked));
        let of = (class, 0, self.sender.as_str(), text, self.now);
        let verdict = self.house.lawful(&self.one, &rules, of, facts, self.now)?;
        let opens = verdict.deferred.is_some().then_some(verdict.due);
        Ok(Foreseen { text: verdict.text, added: verdict.added, opens })
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
