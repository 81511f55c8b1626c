//! The chain itself: facts loaded once for all, then a pure verdict for each.

mod facts;

use self::facts::Facts;
use super::letter::Letter;
use super::stops::{Topics, consent, stopped};
use super::{Admitted, Held, Refusal, Submission};
use crate::connector::shown_sender;
use crate::law::judge::{self, Asked, Looked, Verdict};
use crate::law::pack::Level;
use crate::law::text::LINK;
use crate::law::{Law, Rules, Wish, policy, registry, shelf};
use crate::route::{Choice, Question, Table};
use crate::template_review::{self, Approved};
use crate::{Result, unsubscribe};
use sms::number::{self, Kind, Problem};
use sms::{Class, Code, Spelling, Status};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::Tx;
use store::admission::{self, Known};
use store::keys::Keys;
use store::law as rows;
use store::message::NewMessage;
use store::setting;
use store::suppression;
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
    let topics = Topics::load(tx, wanted)?;
    let about = topics.all();
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
        let advertises = group.iter().any(|i| house.advertises(&wanted[*i]));
        let mut facts = Facts::load(tx, house, &read, &table, &about, (counted, advertises))?;
        for (i, number) in group.iter().zip(read) {
            let now = tx.now();
            out[*i] = Some(
                number
                    .and_then(|number| house.judge(&wanted[*i], number, (&mut facts, &topics), &table, now)),
            );
        }
        for i in group {
            let refused = out[*i]
                .as_ref()
                .and_then(|v| v.as_ref().ok())
                .map(|one| moved(tx, house, one, &topics))
                .transpose()?;
            if let Some(Some(refusal)) = refused {
                out[*i] = Some(Err(refusal));
            }
        }
    }
    Ok(out.into_iter().map(|v| v.unwrap_or_else(|| Err(refusal(Code::NoRoute, "workspace")))).collect())
}

/// Who is written to after a rule changed the number must not have refused either.
fn moved(tx: &mut Tx<'_>, house: &House, one: &Admitted, topics: &Topics) -> Result<Option<Refusal>> {
    if !one.rewritten.iter().any(|(what, _)| *what == "rewritten_number") {
        return Ok(None);
    }
    let hits = suppression::of_number(tx, house.workspace.id, &one.row.recipient)?;
    Ok(stopped(one.row.class, topics.of(one.row.campaign), Some(&hits)).err())
}

fn refusal(code: Code, rule: &str) -> Refusal {
    Refusal::of(code, rule)
}

/// A workspace and what it sends as.
pub(super) struct House {
    workspace: Workspace,
    sender: Option<String>,
    law: Arc<Law>,
    wishes: Vec<Wish>,
    /// When the first of them ends, ms.
    wishes_end: i64,
    /// Texts that were approved, where some rule may ask for them.
    approved: Vec<Approved>,
    keys: Keys,
    /// What the law asks of the workspace, for its real messages…
    shows: judge::House,
    /// …and for those that only the simulator carries.
    plays: judge::House,
}

/// How soon what waits for a pack is looked at again.
const BLOCKED_MS: i64 = 3_600_000;
/// The widest count there is, in milliseconds: a year.
const COUNTED_MS: i64 = 366 * 86_400_000;

impl House {
    pub(super) fn load(
        tx: &mut Tx<'_>,
        id: i64,
        (law, origin): &(Arc<Law>, String),
        governed: bool,
    ) -> Result<Option<House>> {
        let Some(workspace) = workspace::get(tx, id)? else { return Ok(None) };
        let (wishes, wishes_end) =
            if governed && law.kept { policy::wishes(tx, id)? } else { (Vec::new(), i64::MAX) };
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
        let keys = tx.keys().clone();
        let wishes_so = wishes.iter().any(|w| w.rule == "template");
        let asks = law.kept && (wishes_so || law.asks_templates());
        let approved = if asks { template_review::approved(tx, id)? } else { Vec::new() };
        Ok(Some(House {
            approved,
            workspace,
            sender,
            law: law.clone(),
            wishes,
            wishes_end,
            keys,
            shows,
            plays,
        }))
    }

    /// Whether public lists are asked about it: for what reaches people.
    fn advertises(&self, wanted: &Submission) -> bool {
        !self.test(wanted) && matches!(wanted.class, Some(Class::Marketing | Class::Political))
    }

    /// Whether a text was approved where it has to be: until when that holds, ms.
    ///
    /// # Errors
    /// How strictly it is asked for, and by which rule.
    pub(super) fn approved<'r>(
        &self,
        wanted: &Submission,
        rules: &'r Rules,
        class: Class,
        text: &str,
    ) -> Result<i64, (Level, &'r str)> {
        let Some((level, rule)) = rules.approves(class).filter(|_| !self.test(wanted) && !wanted.reviewed)
        else {
            return Ok(i64::MAX);
        };
        let covers = |a: &&Approved| a.covers(class, &rules.country, text);
        self.approved.iter().filter(covers).map(|a| a.until).max().ok_or((level, rule))
    }

    /// Whether it is counted how often the number is written to.
    fn counts(&self, wanted: &Submission) -> bool {
        let house = if self.test(wanted) { &self.plays } else { &self.shows };
        self.law.kept && house.keeps_time && wanted.class == Some(Class::Marketing)
    }

    /// The rules for one number, where the law has a word on the class.
    pub(super) fn rules(&self, class: Class, number: &str, known: &mut shelf::Known) -> Option<Arc<Rules>> {
        let asked =
            matches!(class, Class::Marketing | Class::Political | Class::Service | Class::Transactional);
        (asked && self.law.kept)
            .then(|| self.law.rules_of(number, &self.workspace.country, &self.wishes, known))
    }

    /// What the packs say.
    pub(super) fn lawful<'t>(
        &self,
        wanted: &Submission,
        rules: &Rules,
        of: (Class, i64, &str, &'t str, i64, &str),
        (known, facts): (Option<&Known>, (&rows::Reached, &mut Looked)),
        now: i64,
    ) -> Result<Verdict<'t>, Refusal> {
        let (class, tag, sender, text, due, number) = of;
        let own_link = match &self.shows.link {
            link if link.is_empty() || !rules.may_add_link() => String::new(),
            link => format!("{link}{}", unsubscribe::token_of(&self.keys, self.workspace.id, number)),
        };
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
            own_link: &own_link,
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

    pub(super) fn test(&self, wanted: &Submission) -> bool {
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
        (facts, topics): (&mut Facts, &Topics),
        table: &Table,
        now: i64,
    ) -> Result<Admitted, Refusal> {
        let class = wanted.class.unwrap_or(Class::Transactional);
        let tag = wanted.stored.or_else(|| facts.tags.get(&number).copied()).unwrap_or_default();
        let known = facts.known.get(&number).cloned();
        let test = self.test(wanted);
        stopped(class, topics.of(wanted.campaign), facts.stops.get(&tag))?;
        let topic = topics.of(wanted.campaign);
        let agreed = facts.agreed.get(&(tag, topic)).copied();
        let consent_ends = consent(class, known.as_ref(), agreed, now)?;
        let sender = self.sender_of(wanted, test)?;
        if facts.refused_on(&sender, tag, class) {
            return Err(refusal(Code::SuppressedPool, "suppression.pool"));
        }
        let text = sms::parts::normalise(&wanted.text).into_owned();
        if text.trim().is_empty() {
            return Err(refusal(Code::ContentMissing, "text.empty"));
        }
        let due = wanted.send_at.unwrap_or(now).clamp(now, now + AHEAD_MAX_MS);
        let rules = self.rules(class, &number, &mut facts.rules);
        let mut noted: Vec<(&'static str, String)> = Vec::new();
        let mut lists_end = i64::MAX;
        if let Some(rules) = rules.as_ref().filter(|_| self.advertises(wanted)) {
            let consent_at = known.as_ref().map_or(0, |k| k.consent_at);
            let says = registry::ask(rules, &facts.lists, (tag, consent_at), now);
            let says = says.map_err(|(code, rule)| Refusal { code, rule, law: rules.basis.clone() })?;
            lists_end = says.until.unwrap_or(i64::MAX);
            noted.extend(says.warned.into_iter().map(|rule| ("law_registry", rule)));
        }
        let (mut unseen, mut seen_until) = (None, i64::MAX);
        if let Some(rules) = &rules {
            match self.approved(wanted, rules, class, &text) {
                Ok(until) => seen_until = until,
                Err((level, rule)) if level < Level::Require => noted.push(("law_registry", rule.to_owned())),
                // A mailing is no queue of single messages.
                Err((_, rule)) if wanted.campaign != 0 => {
                    return Err(Refusal {
                        code: Code::ContentMissing,
                        rule: rule.to_owned(),
                        law: rules.basis.clone(),
                    });
                }
                Err((_, rule)) => {
                    unseen =
                        Some(Held { code: Code::ContentMissing, rule: rule.to_owned(), word: String::new() });
                }
            }
        }
        let mut lawful = None;
        if let Some(rules) = &rules {
            let facts = (known.as_ref(), (&facts.reached, &mut facts.looked));
            lawful =
                Some(self.lawful(wanted, rules, (class, tag, &sender, &text, due, &number), facts, now)?);
        }
        if let Some(verdict) = lawful.as_mut().filter(|_| class == Class::Marketing) {
            verdict.cap = facts.as_rarely_as_wished(tag, wanted.id, now, verdict.cap.take())?;
        }
        let mut link = None;
        let (mut due, mut lapses, mut cap, mut held, mut finished) =
            (due, consent_ends.min(lists_end).min(seen_until), None, unseen, None);
        let advertises = matches!(class, Class::Marketing | Class::Political);
        if rules.is_some() && advertises && self.law.is_blocked(&number) {
            // Without its country's rules it waits, and is looked at again.
            due = due.max(now + BLOCKED_MS);
            noted.push(("law_deferred", "pack: it could not be loaded".into()));
        } else if let Some(verdict) = lawful {
            (due, cap) = (verdict.due, verdict.cap);
            // The verdict holds as long as all that it was made of.
            lapses = lapses.min(verdict.until);
            if advertises {
                lapses = lapses.min(self.wishes_end);
            }
            let by_words = verdict.held.filter(|_| !wanted.reviewed).map(|(rule, word)| Held {
                code: Code::ClassMismatch,
                rule,
                word,
            });
            held = by_words.or(held);
            noted.extend(verdict.deferred.map(|rule| ("law_deferred", rule)));
            link = verdict.added.contains(&LINK).then(|| number.clone());
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
        let open = open.filter(|_| wanted.via == 0); // whoever names a connector asks no rule
        // What is due in a moment goes by what is known: an answer would send it before its hour, or come too late.
        let open = open.filter(|_| due <= now || due > now + store::machine::agenda::AHEAD_MS);
        let waits = open.filter(|(_, patience)| due <= now + patience);
        let way = match open {
            Some(_) => Choice { connectors: Vec::new(), rule: 0, price: None, rewritten: None },
            None => {
                let way = if wanted.via == 0 || test { table.choose(&asked) } else { table.only(wanted.via) };
                way.ok_or_else(|| refusal(Code::NoRoute, "route"))?
            }
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
        Ok(Admitted {
            row,
            law_epoch,
            lapses_at: until.min(lapses),
            rewritten: noted,
            cap,
            held,
            waits,
            link,
        })
    }

    pub(super) fn sender_of(&self, wanted: &Submission, test: bool) -> Result<String, Refusal> {
        match wanted.from.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
            Some(given) => shown_sender(given).ok_or_else(|| refusal(Code::SenderInvalid, "sender.shape")),
            None if test => Ok(self.sender.clone().unwrap_or_else(|| TEST_SENDER.into())),
            None => Ok(self.sender.clone().unwrap_or_default()), // the carrier puts its own
        }
    }
}
