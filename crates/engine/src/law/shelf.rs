//! The packs in force: those built in, and those an operator put beside them, read once and shared.
//!
//! A text is known by its digest, so what was read for one store serves every other; nothing here can be stale.

use super::areas;
use super::load::BLOCKED;
use super::policy::Wish;
use super::read::{self, Pack};
use super::rules::Rules;
use crate::Result;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use store::{Tx, machine::law as rows, setting};

/// The texts this program brings along.
pub(super) const TEXTS: &[&str] = &[
    include_str!("../../../../packs/default.toml"),
    include_str!("../../../../packs/es.toml"),
    include_str!("../../../../packs/eu-base.toml"),
    include_str!("../../../../packs/hu.toml"),
    include_str!("../../../../packs/il.toml"),
    include_str!("../../../../packs/ru.toml"),
    include_str!("../../../../packs/ua.toml"),
    include_str!("../../../../packs/us.toml"),
];

/// So many combinations are kept; beyond, all are forgotten and made anew.
const KEPT: usize = 512;

/// The packs built in. A test reads every one of them.
pub static BUILTIN: LazyLock<Vec<Arc<Pack>>> =
    LazyLock::new(|| TEXTS.iter().filter_map(|text| read::read(text).ok()).collect());

/// Sets of packs by what the store says is in force.
static SETS: LazyLock<Mutex<HashMap<String, Arc<Law>>>> = LazyLock::new(Mutex::default);

/// The packs in force and what was made of them.
#[derive(Debug)]
pub struct Law {
    /// The packs, by id.
    pub packs: Vec<Arc<Pack>>,
    /// Whether rules are kept, or only told.
    pub kept: bool,
    /// Prefixes of countries whose only pack could not be loaded.
    blocked: Vec<String>,
    merged: Mutex<HashMap<Which, Arc<Rules>>>,
}

/// So many characters of a number tell a country that has a pack of its own.
const HEAD: usize = super::areas::LONGEST;

/// Rules found by the first digits of numbers, for one batch of one workspace.
#[derive(Debug, Default)]
pub struct Known(HashMap<[u8; HEAD], Arc<Rules>>);

/// What merged rules are made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Which {
    packs: u64,
    country: String,
    area: Option<(&'static str, usize)>,
    wishes: Vec<Wish>,
}

impl Law {
    /// A set of packs.
    pub fn new(mut packs: Vec<Arc<Pack>>, kept: bool) -> Law {
        packs.sort_by(|a, b| a.id().cmp(b.id()));
        packs.truncate(64);
        Law { packs, kept, blocked: Vec::new(), merged: Mutex::default() }
    }

    /// Whether the rules of a number's country could not be read.
    pub fn is_blocked(&self, number: &str) -> bool {
        self.blocked.iter().any(|prefix| number.starts_with(prefix.as_str()))
    }

    /// Whether some pack asks for approved texts.
    pub(crate) fn asks_templates(&self) -> bool {
        self.packs.iter().any(|p| p.file.template.level > super::pack::Level::Off)
    }

    /// The packs of a sender's country.
    pub fn of_sender(&self, country: &str) -> Vec<Arc<Pack>> {
        self.pick(self.sender_mask(country))
    }

    fn sender_mask(&self, country: &str) -> u64 {
        let calling = sms::number::calling(country).map(|(code, _)| code);
        self.mask(|p| {
            let to = &p.file.pack.applies_to;
            let member = to.sender_country.iter().any(|c| c == "EU")
                && calling.as_ref().is_some_and(|code| to.dial_prefix.contains(code));
            to.sender_country.iter().any(|c| c == country) || member
        })
    }

    fn mask(&self, which: impl Fn(&Pack) -> bool) -> u64 {
        let bits = self.packs.iter().enumerate();
        bits.filter(|(_, p)| which(p)).fold(0, |mask, (n, _)| mask | 1 << n)
    }

    fn pick(&self, mask: u64) -> Vec<Arc<Pack>> {
        let mut out: Vec<Arc<Pack>> = self
            .packs
            .iter()
            .enumerate()
            .filter(|(n, _)| mask & (1 << n) != 0)
            .map(|(_, p)| p.clone())
            .collect();
        // A country's own before what lies beneath it.
        out.sort_by_key(|p| (p.file.pack.applies_to.fallback, p.file.pack.applies_to.dial_prefix.len()));
        out
    }

    /// Which packs a recipient's number falls under, and the country it is of where that is needed.
    fn recipient(&self, number: &str) -> (u64, String) {
        let mut country: Option<&'static str> = None;
        let mut asked = false;
        let mut known = |asked: &mut bool| {
            if !*asked {
                let told = areas::of(number).map(|a| a.country);
                (country, *asked) = (told.or_else(|| sms::number::country_of(number)), true);
            }
            country
        };
        let mut mask = 0;
        for (n, pack) in self.packs.iter().enumerate() {
            let to = &pack.file.pack.applies_to;
            if !to.dial_prefix.iter().any(|p| number.starts_with(p.as_str())) && !to.dial_prefix.is_empty() {
                continue;
            }
            let fits = match to.recipient_country.as_slice() {
                [] => !to.dial_prefix.is_empty(),
                listed => known(&mut asked).is_some_and(|c| listed.iter().any(|l| l == c)),
            };
            mask |= u64::from(fits) << n;
        }
        let national = self.packs.iter().enumerate().any(|(n, p)| {
            mask & (1 << n) != 0 && !p.file.pack.applies_to.sender_country.iter().any(|c| c == "EU")
        });
        let own = self.packs.iter().enumerate().find(|(n, p)| {
            mask & (1 << n) != 0
                && p.file.pack.timezone.is_some()
                && p.file.pack.applies_to.sender_country.len() == 1
        });
        let country = match own {
            Some((_, p)) => p.file.pack.applies_to.sender_country[0].clone(),
            None => known(&mut asked).unwrap_or_default().to_owned(),
        };
        if !national {
            mask |= self.mask(|p| p.file.pack.applies_to.fallback);
        }
        (mask, country)
    }

    /// [`Law::rules`] for many numbers of one workspace: where a country's own pack is found by the first digits, it is
    /// found once.
    pub fn rules_of(&self, number: &str, country: &str, wishes: &[Wish], known: &mut Known) -> Arc<Rules> {
        let head: Option<[u8; HEAD]> = number.as_bytes().get(..HEAD).and_then(|h| h.try_into().ok());
        if let Some(rules) = head.and_then(|head| known.0.get(&head)) {
            return rules.clone();
        }
        let rules = self.rules(number, country, wishes);
        let own = rules.packs.first().map(|p| &p.file.pack);
        let by_head = own.is_some_and(|p| {
            let to = &p.applies_to;
            let short = to.dial_prefix.iter().any(|d| d.len() <= HEAD && number.starts_with(d.as_str()));
            (p.timezone.is_some() && to.recipient_country.is_empty() || rules.area.is_some()) && short
        });
        if let Some(head) = head.filter(|_| by_head) {
            known.0.insert(head, rules.clone());
        }
        rules
    }

    /// What binds a message of a workspace in `country` to `number`. A number of the simulator is taken for one of the
    /// workspace's own country.
    pub fn rules(&self, number: &str, country: &str, wishes: &[Wish]) -> Arc<Rules> {
        let senders = self.sender_mask(country);
        let (packs, recipient) = if sms::number::is_test(number) {
            let fallback = if senders == 0 { self.mask(|p| p.file.pack.applies_to.fallback) } else { 0 };
            (senders | fallback, country.to_owned())
        } else {
            let (mask, recipient) = self.recipient(number);
            (mask | senders, recipient)
        };
        let area = areas::of(number);
        let key = area.map(|a| (a.part, std::ptr::from_ref(a).addr()));
        let which = Which { packs, country: recipient, area: key, wishes: wishes.to_vec() };
        let mut merged = self.merged.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = merged.get(&which) {
            return known.clone();
        }
        let mut packs = self.pick(packs);
        // The recipient's own words come before the sender's.
        let theirs = if sms::number::is_test(number) { senders } else { self.recipient(number).0 };
        packs.sort_by_key(|p| !self.pick(theirs).iter().any(|q| q.id() == p.id()));
        let rules = Arc::new(Rules::merge(packs, &which.country, area, &which.wishes));
        if merged.len() >= KEPT {
            merged.clear();
        }
        merged.insert(which, rules.clone());
        rules
    }
}

/// The law as this store has it.
pub fn load(tx: &mut Tx<'_>) -> Result<Arc<Law>> {
    Ok(load_with_origin(tx)?.0)
}

/// The law, and where links in messages begin.
pub(crate) fn load_with_origin(tx: &mut Tx<'_>) -> Result<(Arc<Law>, String)> {
    let (packs, mode, origin) = setting::of_law(tx)?;
    Ok((of(tx, &packs, &mode)?, origin))
}

fn of(tx: &mut Tx<'_>, packs: &str, mode: &str) -> Result<Arc<Law>> {
    let key = format!("{mode}|{packs}");
    if let Some(known) = SETS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(&key) {
        return Ok(known.clone());
    }
    let mut found = Vec::new();
    for (_, sha256) in packs.split(' ').filter_map(|p| p.split_once(':')) {
        if let Some(pack) = by_digest(tx, sha256)? {
            found.push(pack);
        }
    }
    if packs.is_empty() {
        found.clone_from(&BUILTIN);
    }
    let mut law = Law::new(found, mode != "advise");
    law.blocked = packs.split(' ').filter_map(|p| p.strip_prefix(BLOCKED)).map(str::to_owned).collect();
    let law = Arc::new(law);
    let mut sets = SETS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if sets.len() >= KEPT {
        sets.clear();
    }
    sets.insert(key, law.clone());
    Ok(law)
}

pub(super) fn by_digest(tx: &mut Tx<'_>, sha256: &str) -> Result<Option<Arc<Pack>>> {
    if let Some(pack) = BUILTIN.iter().find(|p| p.sha256 == sha256) {
        return Ok(Some(pack.clone()));
    }
    let Some(kept) = rows::text(tx, sha256)? else { return Ok(None) };
    Ok(read::read(&kept.text).ok())
}
