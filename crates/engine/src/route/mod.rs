//! Which connectors carry a message: the first rule that fits, and its connectors in the order to be tried.
//!
//! A table is made once for each version of rules, prices and networks and kept ([`Table::load`]); choosing by it is pure.
//! A draft decides nothing until it is published ([`draft`]).

mod ability;
mod check;
pub mod doc;
pub mod draft;
pub mod explain;
pub mod file;
mod fit;
pub mod list;
pub mod replay;
mod rewrite;
pub mod steps;
#[cfg(test)]
mod tests;
mod trie;

pub use fit::Miss;
pub use rewrite::Rewritten;

use crate::Result;
use ability::Abilities;
use fit::Fit;
use rewrite::rewritten;
use sms::Class;
use sms::parts::Ability;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::route::{Choose, Leg, Now, Rule};
use store::{Tx, connector, network, rate, route};
use trie::Trie;

/// Connectors a message may be handed on to.
pub const CANDIDATES_MAX: usize = 4;
/// Tables that are kept made: the one in force, and those of stores opened beside it.
const KEPT: usize = 4;

/// What is asked of the rules.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// E.164.
    pub number: &'a str,
    /// What it is for.
    pub class: Class,
    /// What the handset shows.
    pub sender: &'a str,
    /// Whose it is.
    pub workspace: i64,
    /// What it says.
    pub text: &'a str,
    /// The network of the number (MCC and MNC), where it is known.
    pub network: Option<&'a str>,
    /// The moment, ms since 1970.
    pub at: i64,
    /// Whether only the simulator may carry it.
    pub test: bool,
}

/// The chosen way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Connectors in the order to be tried.
    pub connectors: Vec<i64>,
    /// The rule that chose, or 0 for test mode.
    pub rule: i64,
    /// What one SMS by the first of them costs, in millionths of its currency, where it is known.
    pub price: Option<i64>,
    /// What is rewritten by that rule.
    pub rewritten: Option<Rewritten>,
}

/// Rules made ready: made once, used for as long as nothing of them changes.
#[derive(Debug, Default)]
struct Made {
    fits: Vec<Fit>,
    /// For each beginning of a number the rules that may fit, one bit each.
    by_number: Trie<Vec<u64>>,
    prices: HashMap<i64, Trie<i64>>,
    networks: Trie<String>,
    asks_networks: bool,
    asks_prices: bool,
    /// What connectors can write beside what all of them can.
    abilities: Abilities,
}

/// Everything a choice needs, loaded once per transaction.
#[derive(Debug, Clone, Default)]
pub struct Table {
    made: Arc<Made>,
    on: Vec<i64>,
    simulator: Option<i64>,
}

impl Made {
    fn new(rules: Vec<Rule>, prices: HashMap<i64, Trie<i64>>, networks: Trie<String>) -> Made {
        let fits: Vec<Fit> = rules.into_iter().map(Fit::new).collect();
        let words = fits.len().div_ceil(64).max(1);
        let mut by_number: Trie<Vec<u64>> = Trie::default();
        *by_number.at("") = Some(vec![0; words]);
        for (n, fit) in fits.iter().enumerate() {
            let beginnings = fit.beginnings();
            let anywhere = if beginnings.is_empty() { vec![""] } else { beginnings };
            for begin in anywhere {
                by_number.at(begin).get_or_insert_with(|| vec![0; words])[n / 64] |= 1 << (n % 64);
            }
        }
        by_number.inherit(|above, here| match (above, here) {
            (Some(above), Some(here)) => Some(above.iter().zip(here).map(|(a, b)| a | b).collect()),
            (above, here) => above.or(here).cloned(),
        });
        let asks_networks = fits.iter().any(|f| !f.rule.networks.is_empty());
        let asks_prices = fits.iter().any(|f| f.rule.ceiling.is_some() || f.rule.choose == Choose::Cheapest);
        Made { fits, by_number, prices, networks, asks_networks, asks_prices, abilities: Abilities::new() }
    }
}

/// What was made lately, newest last, each under the stamps of what it was made of.
static MADE: Mutex<Vec<(Vec<i64>, Arc<Made>)>> = Mutex::new(Vec::new());

impl Table {
    /// The rules in force, made ready, and the connectors that are switched on.
    pub fn load(tx: &mut Tx<'_>) -> Result<Table> {
        let Now { version, stamps, on } = route::now(tx)?;
        let kept = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(of, _)| *of == stamps).map(|(_, made)| Arc::clone(made));
        drop(kept);
        if let (Some(made), true) = (found, version > 0) {
            return Ok(Table::over(on, made));
        }
        let lists = rate::lists(tx)?;
        let rules = route::current(tx)?.rules;
        let made = Arc::new(make(tx, rules, &lists)?);
        let mut kept = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if version > 0 {
            kept.retain(|(of, _)| *of != stamps);
            kept.push((stamps, Arc::clone(&made)));
            let over = kept.len().saturating_sub(KEPT);
            kept.drain(..over);
        }
        drop(kept);
        Ok(Table::over(on, made))
    }

    /// Rules that are not in force, made ready with the prices and networks of now.
    pub fn of(tx: &mut Tx<'_>, rules: Vec<Rule>) -> Result<Table> {
        let lists = rate::lists(tx)?;
        let made = Arc::new(make(tx, rules, &lists)?);
        Ok(Table::over(connector::switched_on(tx)?, made))
    }

    fn over(all: Vec<(i64, String)>, made: Arc<Made>) -> Table {
        let on = all.iter().filter(|(_, kind)| kind != "simulator").map(|(id, _)| *id).collect();
        let simulator = all.iter().find(|(_, kind)| kind == "simulator").map(|(id, _)| *id);
        Table { made, on, simulator }
    }

    /// Whether a rule asks for networks, so that they must be known.
    pub fn asks_networks(&self) -> bool {
        self.made.asks_networks
    }

    /// Whether a rule compares prices.
    pub fn asks_prices(&self) -> bool {
        self.made.asks_prices
    }

    /// The network of a number by its range.
    pub fn network_of(&self, number: &str) -> Option<&str> {
        self.made.networks.longest(number).map(String::as_str)
    }

    /// What one SMS to a number costs by a connector, where it is known.
    pub fn price(&self, connector: i64, number: &str) -> Option<i64> {
        self.made.prices.get(&connector)?.longest(number).copied()
    }

    /// What each of these connectors can write: the first may carry the message, or any that comes after it.
    pub fn ability(&self, connectors: &[i64]) -> Ability {
        ability::meet(&self.made.abilities, connectors.iter())
    }

    /// What every connector can write, for texts of which nobody knows yet which of them will carry them.
    pub fn common_ability(&self, test: bool) -> Ability {
        if test { Ability::default() } else { ability::meet(&self.made.abilities, self.on.iter()) }
    }

    /// What those can write that would carry a message.
    pub fn ability_for(&self, asked: &Question<'_>) -> Ability {
        if self.made.abilities.is_empty() {
            return Ability::default();
        }
        let way = self.choose(asked);
        way.map_or_else(|| self.common_ability(asked.test), |way| self.ability(&way.connectors))
    }

    /// The connectors for a message, or `None` when nothing carries it.
    pub fn choose(&self, asked: &Question<'_>) -> Option<Choice> {
        if asked.test {
            let way = |s| Choice { connectors: vec![s], rule: 0, price: None, rewritten: None };
            return self.simulator.map(way);
        }
        let open = self.made.by_number.longest(asked.number)?;
        for (word, bits) in open.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let n = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if let Ok(choice) = self.try_rule(&self.made.fits[n], asked) {
                    return Some(choice);
                }
            }
        }
        None
    }

    /// Whether another network of the number would lead elsewhere: whether a rule asks for it that fits but for that, and
    /// no rule before it fits whatever the network is.
    pub fn hangs_on_network(&self, asked: &Question<'_>) -> bool {
        if asked.test || !self.made.asks_networks {
            return false;
        }
        for fit in &self.made.fits {
            let networks = &fit.rule.networks;
            let if_known = networks.iter().map(|network| Question { network: Some(network), ..*asked });
            if networks.is_empty() {
                if self.try_rule(fit, asked).is_ok() {
                    return false;
                }
            } else if if_known.into_iter().any(|asked| self.try_rule(fit, &asked).is_ok()) {
                return true;
            }
        }
        false
    }

    /// One connector and no other, whatever the rules say; `None` where there is none such.
    pub fn only(&self, connector: i64) -> Option<Choice> {
        self.on.contains(&connector).then(|| Choice {
            connectors: vec![connector],
            rule: 0,
            price: None,
            rewritten: None,
        })
    }

    /// Every rule up to the one that fits, with the way it chooses or the condition that says no.
    fn tell(&self, asked: &Question<'_>) -> Vec<(&Rule, Result<Choice, Miss>)> {
        let mut out = Vec::new();
        for fit in &self.made.fits {
            let said = self.try_rule(fit, asked);
            let over = said.is_ok();
            out.push((&fit.rule, said));
            if over {
                break;
            }
        }
        out
    }

    /// What a rule says of a message: the way, or why it does not fit.
    fn try_rule(&self, fit: &Fit, asked: &Question<'_>) -> Result<Choice, Miss> {
        if let Some(miss) = fit.miss(asked) {
            return Err(miss);
        }
        let rule = &fit.rule;
        let mut legs: Vec<Leg> =
            rule.to.iter().filter(|leg| self.on.contains(&leg.connector)).copied().collect();
        if legs.is_empty() {
            return Err(Miss::Connectors);
        }
        if let Some(ceiling) = rule.ceiling {
            legs.retain(|leg| self.price(leg.connector, asked.number).is_some_and(|p| p <= ceiling));
            if legs.is_empty() {
                return Err(Miss::Price);
            }
        }
        match rule.choose {
            Choose::Order => {}
            Choose::Share => share(&mut legs, asked.number),
            // Those whose price nobody knows come last, in their order.
            Choose::Cheapest => {
                legs.sort_by_key(|leg| self.price(leg.connector, asked.number).unwrap_or(i64::MAX));
            }
        }
        let connectors: Vec<i64> = legs.iter().map(|leg| leg.connector).take(CANDIDATES_MAX).collect();
        let price = connectors.first().and_then(|first| self.price(*first, asked.number));
        let rewritten = if rule.rewrite.is_empty() { None } else { rewritten(&rule.rewrite, asked) };
        Ok(Choice { connectors, rule: rule.id, price, rewritten })
    }
}

fn make(tx: &mut Tx<'_>, rules: Vec<Rule>, lists: &[rate::List]) -> Result<Made> {
    let mut prices = HashMap::new();
    for list in lists {
        let mut trie = Trie::default();
        for (prefix, price) in rate::prices(tx, list.connector)? {
            *trie.at(&prefix) = Some(price);
        }
        prices.insert(list.connector, trie);
    }
    let mut networks = Trie::default();
    if rules.iter().any(|rule| !rule.networks.is_empty()) {
        for (prefix, network) in network::ranges(tx)? {
            *networks.at(&prefix) = Some(network);
        }
    }
    Ok(Made { abilities: ability::load(tx)?, ..Made::new(rules, prices, networks) })
}

/// Orders connectors by their weights, by the number alone: parts, retries and the next message to the same phone find
/// the same order, and when one is taken out only its own part goes elsewhere.
fn share(legs: &mut [Leg], number: &str) {
    let key = |leg: &Leg| {
        if leg.weight <= 0 {
            return f64::INFINITY; // only when nobody else can
        }
        // A number between 0 and 1, never 0: of 2^53 equal steps.
        let unit = (mixed(number, leg.connector) >> 11) as f64 + 1.0;
        -(unit / (1u64 << 53) as f64).ln() / leg.weight as f64
    };
    legs.sort_by(|a, b| key(a).total_cmp(&key(b)));
}

/// A number and a connector as evenly spread bits (FNV-1a, then the finish of SplitMix64).
fn mixed(number: &str, connector: i64) -> u64 {
    let bytes = number.bytes().chain(connector.to_le_bytes());
    let mut z =
        bytes.fold(0xCBF2_9CE4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
