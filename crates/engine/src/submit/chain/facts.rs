//! What is known of a group of numbers: asked once for all of them, before any verdict.

use super::{COUNTED_MS, House, refusal};
use crate::Result;
use crate::law::judge::Looked;
use crate::law::{Cap, registry, shelf};
use crate::lookup::Asking;
use crate::route::{Question, Table};
use crate::submit::Refusal;
use sms::{Class, Code};
use std::collections::HashMap;
use store::admission::{self, Known};
use store::law as rows;
use store::machine::lookup;
use store::suppression::{self, Hit};
use store::{Tx, network};

/// What is known of the numbers of one group.
pub(super) struct Facts {
    pub(super) tags: HashMap<String, i64>,
    pub(super) known: HashMap<String, Known>,
    pub(super) stops: HashMap<i64, Vec<Hit>>,
    /// Shared codes, and what was refused on them.
    pub(super) codes: Vec<(i64, String)>,
    pub(super) pooled: Vec<Hit>,
    /// Who agreed to which topic, where some mailing is about one: (tag, topic) → until when.
    pub(super) agreed: HashMap<(i64, i64), i64>,
    /// Numbers carried to another network, where a rule asks.
    pub(super) carried: HashMap<String, String>,
    /// How numbers are looked up, where a rule asks, and what was answered.
    pub(super) asking: Option<Asking>,
    pub(super) answers: HashMap<String, lookup::Answer>,
    /// Advertising that counts, by tag: which messages, and when they were counted.
    pub(super) reached: rows::Reached,
    /// Who wishes to be written to more rarely: at most so many, in so many days.
    pub(super) less: HashMap<i64, (i64, i64)>,
    pub(super) looked: Looked,
    pub(super) rules: shelf::Known,
    /// Public lists, where some rule asks one.
    pub(super) lists: registry::Lists,
}

impl Facts {
    pub(super) fn load(
        tx: &mut Tx<'_>,
        house: &House,
        read: &[Result<String, Refusal>],
        table: &Table,
        about: &[i64],
        (counted, advertises): (bool, bool),
    ) -> Result<Facts> {
        let numbers: Vec<&str> = read.iter().filter_map(|n| n.as_deref().ok()).collect();
        let tags: HashMap<String, i64> = numbers.iter().map(|n| ((*n).to_owned(), tx.tag(n))).collect();
        let all: Vec<i64> = tags.values().copied().collect();
        // What nobody could move to the newest key is found under the former ones.
        let former = tx.former_tags(&numbers);
        let asked: Vec<i64> = all.iter().chain(former.keys()).copied().collect();
        let now_of = |tag: i64| former.get(&tag).copied().unwrap_or(tag);
        let since = tx.now() - COUNTED_MS;
        tx.foresee(|tx| {
            suppression::of_tags(tx, house.workspace.id, &asked)?;
            store::number::shared(tx)?;
            admission::known(tx, house.workspace.id, &numbers)?;
            if counted {
                rows::reached(tx, house.workspace.id, &all, since)?;
            }
            Ok::<(), store::Error>(())
        })?;
        let mut stops: HashMap<i64, Vec<Hit>> = HashMap::new();
        for hit in suppression::of_tags(tx, house.workspace.id, &asked)? {
            stops.entry(now_of(hit.tag)).or_default().push(hit);
        }
        let codes = store::number::shared(tx)?;
        let rows: Vec<i64> = codes.iter().map(|(id, _)| *id).collect();
        let pooled = if rows.is_empty() { Vec::new() } else { suppression::of_pools(tx, &asked, &rows)? };
        let pooled = pooled.into_iter().map(|hit| Hit { tag: now_of(hit.tag), ..hit }).collect();
        let known = admission::known(tx, house.workspace.id, &numbers)?;
        let agreed = match about {
            [] => HashMap::new(),
            about => store::topic_consent::of_tags(tx, house.workspace.id, about, &all)?,
        };
        let carried = if table.asks_networks() { network::ported(tx, &numbers)? } else { HashMap::new() };
        let asking = if table.asks_networks() { Asking::load(tx, house.workspace.id)? } else { None };
        let answers = match &asking {
            Some(asking) => lookup::known(tx, asking.hook, &numbers)?,
            None => HashMap::new(),
        };
        let reached =
            if counted { rows::reached(tx, house.workspace.id, &all, since)? } else { HashMap::new() };
        let less =
            if counted { store::preference::less(tx, house.workspace.id, &all)? } else { HashMap::new() };
        let mut rules = shelf::Known::default();
        // Every country's rules are found again below; that one of them asks is enough.
        let asks = advertises
            && house.law.kept
            && numbers.iter().any(|n| {
                house.law.rules_of(n, &house.workspace.country, &house.wishes, &mut rules).asks_registries()
            });
        let lists = if asks {
            registry::Lists::load(tx, house.workspace.id, &asked, now_of)?
        } else {
            Default::default()
        };
        let looked = Looked::default();
        Ok(Facts {
            tags,
            known,
            stops,
            codes,
            pooled,
            agreed,
            carried,
            asking,
            answers,
            reached,
            less,
            looked,
            rules,
            lists,
        })
    }

    /// Whether the person refused what comes from this sender, a shared code.
    pub(super) fn refused_on(&self, sender: &str, tag: i64, class: Class) -> bool {
        let bare = sender.trim_start_matches('+');
        self.pooled.iter().filter(|hit| hit.tag == tag).any(|hit| {
            let shows =
                |(id, code): &(i64, String)| *id == hit.workspace && code.trim_start_matches('+') == bare;
            let stops = match hit.scope {
                suppression::POOL_ALL => class.stopped_by_total_refusal(),
                _ => class.stopped_by_marketing_refusal(),
            };
            stops && self.codes.iter().any(shows)
        })
    }

    /// The narrower of what the rules and the person allow; a refusal where the person has had that much.
    pub(super) fn as_rarely_as_wished(
        &self,
        tag: i64,
        id: i64,
        now: i64,
        cap: Option<Cap>,
    ) -> Result<Option<Cap>, Refusal> {
        let Some((max, days)) = self.less.get(&tag).copied() else { return Ok(cap) };
        let own = Cap { max, per_ms: days * 86_400_000, rule: "preference.often".into() };
        let counts = |(message, at): &&(i64, i64)| *message != id && *at > now - own.per_ms;
        let had = self.reached.get(&tag).map_or(0, |all| all.iter().filter(counts).count());
        if i64::try_from(had).unwrap_or(i64::MAX) >= max {
            return Err(refusal(Code::FreqCap, &own.rule));
        }
        Ok(match cap {
            Some(law) if law.max.saturating_mul(own.per_ms) < own.max.saturating_mul(law.per_ms) => Some(law),
            _ => Some(own),
        })
    }
}

impl Facts {
    /// The network of a number: what was answered about it, else what lists say.
    pub(super) fn network<'f>(&'f self, number: &str, table: &'f Table, now: i64) -> Option<&'f str> {
        let answered = self.answers.get(number).filter(|a| a.until > now && !a.network.is_empty());
        let listed = || self.carried.get(number).map(String::as_str).or_else(|| table.network_of(number));
        answered.map(|a| a.network.as_str()).or_else(listed)
    }

    /// Whose question a number waits for, and how long; nothing where its way does not hang on it, or it was asked lately.
    pub(super) fn hangs(&self, asked: &Question<'_>, table: &Table, now: i64) -> Option<(i64, i64)> {
        let asking = self.asking.as_ref()?;
        let lately = self.answers.get(asked.number).is_some_and(|a| a.until > now);
        if lately || (asked.network.is_some() && !asking.always) || !table.hangs_on_network(asked) {
            return None;
        }
        Some((asking.hook, asking.patience_ms(asked.class)))
    }
}
