//! What another table of routes would have done with the messages of yesterday: how many go another way, what that costs,
//! and which they are. It reads; nothing is sent and nothing changes.

use super::doc::Names;
use super::{Question, Table};
use crate::{Ctx, Permission, Result};
use std::collections::{BTreeMap, HashMap};
use store::message::Past;
use store::{Tx, message, network, rate, route};

/// How far back it looks.
const DAY_MS: i64 = 86_400_000;
/// Messages it looks at, the newest.
pub const LOOKS_MAX: usize = 50_000;
const PAGE: i64 = 2_000;
/// Examples of each move.
const SAMPLES: usize = 3;

/// Messages that go from one connector to another; nothing is nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The connector they took first; `None` where nothing carried them.
    pub from: Option<String>,
    /// The connector they would take first.
    pub to: Option<String>,
    /// How many messages.
    pub messages: i64,
    /// How many SMS.
    pub parts: i64,
    /// Some of them.
    pub samples: Vec<i64>,
}

/// What some messages cost in one currency, in millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The currency.
    pub currency: String,
    /// By the table in force.
    pub before: i64,
    /// By the other.
    pub after: i64,
}

/// The difference between two tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Messages looked at.
    pub messages: i64,
    /// Whether there were more than are looked at.
    pub more: bool,
    /// Since when, ms.
    pub since: i64,
    /// How many change their first connector.
    pub moved: i64,
    /// How many keep it and change what comes behind it, or what is rewritten.
    pub changed: i64,
    /// The moves, most messages first.
    pub moves: Vec<Move>,
    /// Costs by currency, of messages whose price both tables know.
    pub costs: Vec<Cost>,
    /// SMS whose price one of the tables does not know.
    pub unpriced: i64,
    /// Messages by the rule that would choose, by its id; 0 is none.
    pub by_rule: BTreeMap<i64, i64>,
}

/// Compares the draft, or where there is none what is in force, with what is in force.
pub fn replay(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Difference> {
    ctx.need(Permission::Delivery)?;
    let rules = match route::draft(tx)? {
        Some(draft) => draft.rules,
        None => route::current(tx)?.rules,
    };
    let (old, new) = (Table::load(tx)?, Table::of(tx, rules)?);
    let currencies: HashMap<i64, String> =
        rate::lists(tx)?.into_iter().map(|l| (l.connector, l.currency)).collect();
    let since = tx.now() - DAY_MS;
    let mut out = Difference { since, ..Difference::default() };
    let mut counted = Counted::default();
    let mut before = i64::MAX;
    loop {
        let page = message::past(tx, ctx.workspace, since, before, PAGE)?;
        let Some(last) = page.last() else { break };
        before = last.id;
        let numbers: Vec<&str> = page.iter().map(|m| m.recipient.as_str()).collect();
        let asks = old.asks_networks() || new.asks_networks();
        let carried = if asks { network::ported(tx, &numbers)? } else { HashMap::new() };
        for m in &page {
            counted.add(
                &mut out,
                (&old, &new),
                m,
                carried.get(&m.recipient).map(String::as_str),
                ctx.workspace,
            );
        }
        let full = usize::try_from(out.messages).is_ok_and(|n| n >= LOOKS_MAX);
        if full || i64::try_from(page.len()).is_ok_and(|n| n < PAGE) {
            out.more = full;
            break;
        }
    }
    counted.finish(&mut out, &Names::load(tx, ctx)?, &currencies);
    Ok(out)
}

#[derive(Default)]
struct Counted {
    moves: HashMap<(i64, i64), (i64, i64, Vec<i64>)>,
    costs: HashMap<(i64, i64), (i64, i64)>,
}

impl Counted {
    fn add(
        &mut self,
        out: &mut Difference,
        (old, new): (&Table, &Table),
        m: &Past,
        carried: Option<&str>,
        workspace: i64,
    ) {
        let question = |table: &'_ Table| {
            let network = carried.or_else(|| table.network_of(&m.recipient)).map(str::to_owned);
            let asked = Question {
                number: &m.recipient,
                class: m.class,
                sender: &m.sender,
                workspace,
                text: &m.text,
                network: network.as_deref(),
                at: m.accepted_at,
                test: false,
            };
            table.choose(&asked)
        };
        let (was, is) = (question(old), question(new));
        out.messages += 1;
        *out.by_rule.entry(is.as_ref().map_or(0, |c| c.rule)).or_default() += 1;
        let first =
            |c: &Option<super::Choice>| c.as_ref().and_then(|c| c.connectors.first().copied()).unwrap_or(0);
        let (from, to) = (first(&was), first(&is));
        if from != to {
            out.moved += 1;
            let slot = self.moves.entry((from, to)).or_default();
            slot.0 += 1;
            slot.1 += m.parts;
            if slot.2.len() < SAMPLES {
                slot.2.push(m.id);
            }
        } else {
            let kept =
                |c: &Option<super::Choice>| c.as_ref().map(|c| (c.connectors.clone(), c.rewritten.clone()));
            out.changed += i64::from(kept(&was) != kept(&is));
        }
        let price = |c: &Option<super::Choice>| c.as_ref().and_then(|c| c.price);
        match (price(&was), price(&is)) {
            (Some(before), Some(after)) => {
                let slot = self.costs.entry((from, to)).or_default();
                slot.0 += before * m.parts;
                slot.1 += after * m.parts;
            }
            _ => out.unpriced += m.parts,
        }
    }

    fn finish(self, out: &mut Difference, names: &Names, currencies: &HashMap<i64, String>) {
        let name = |id: i64| (id != 0).then(|| names.connector(id));
        out.moves = self
            .moves
            .into_iter()
            .map(|((from, to), (messages, parts, samples))| Move {
                from: name(from),
                to: name(to),
                messages,
                parts,
                samples,
            })
            .collect();
        out.moves.sort_by(|a, b| b.messages.cmp(&a.messages).then(a.from.cmp(&b.from)).then(a.to.cmp(&b.to)));
        let mut by: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for ((from, to), (before, after)) in self.costs {
            let currency = |id: i64| currencies.get(&id).cloned().unwrap_or_default();
            by.entry(currency(from)).or_default().0 += before;
            by.entry(currency(to)).or_default().1 += after;
        }
        out.costs =
            by.into_iter().map(|(currency, (before, after))| Cost { currency, before, after }).collect();
    }
}
