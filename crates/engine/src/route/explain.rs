//! Which way a message would go, and why: every rule in its order with its yes or the condition that says no.

use super::doc::{Doc, Names};
use super::{Miss, Question, Rewritten, Table};
use crate::lookup::Asking;
use crate::{Ctx, Error, Permission, Result};
use sms::{Class, Encoding, number};
use store::machine::lookup;
use store::{Tx, network, rate, route, workspace};

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The number as it was typed.
    pub number: String,
    /// What the message is for; `None` is `transactional`.
    pub class: Option<Class>,
    /// What the handset would show.
    pub from: String,
    /// What it would say.
    pub text: String,
    /// Whether the draft is asked instead of what is in force.
    pub draft: bool,
}

/// What one rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The rule.
    pub rule: Doc,
    /// Which condition says no; `None` where the rule fits.
    pub miss: Option<Miss>,
}

/// One connector of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Its name.
    pub connector: String,
    /// What one SMS costs, in millionths, where it is known.
    pub price: Option<i64>,
    /// The currency of the price.
    pub currency: String,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The number, E.164.
    pub number: String,
    /// Its country, where it has one.
    pub country: Option<String>,
    /// Its network, where it is known.
    pub network: Option<String>,
    /// What was answered when it was looked up last.
    pub looked: Option<lookup::Answer>,
    /// Whether a message to it would wait until it is looked up.
    pub waits: bool,
    /// Whether only the simulator carries what this workspace sends; the rules are told all the same.
    pub test: bool,
    /// The rules that were asked, up to the one that fits.
    pub steps: Vec<Step>,
    /// How many rules stand behind it and were not asked.
    pub unasked: usize,
    /// The way: best connector first.
    pub hops: Vec<Hop>,
    /// What the rule rewrites.
    pub rewritten: Option<Rewritten>,
    /// How many SMS the text is, after rewriting; 0 without a text.
    pub parts: i64,
    /// How it travels.
    pub encoding: Option<Encoding>,
}

impl Explained {
    /// The rule that fits.
    pub fn rule(&self) -> Option<&Doc> {
        self.steps.iter().find(|step| step.miss.is_none()).map(|step| &step.rule)
    }

    /// What the message costs by the best connector, in millionths, where that is known.
    pub fn cost(&self) -> Option<i64> {
        Some(self.hops.first()?.price? * self.parts.max(1))
    }
}

/// Asks the rules without sending anything.
pub fn explain(tx: &mut Tx<'_>, ctx: &Ctx, asked: &Asked) -> Result<Explained> {
    ctx.need(Permission::Read)?;
    let country = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?.country;
    let reading = number::normalise(&asked.number, &country);
    let known = reading.e164.or_else(|| Some(asked.number.trim().to_owned()).filter(|n| number::is_e164(n)));
    let to = known.ok_or_else(|| Error::invalid("number", "invalid_number", "this is no number"))?;
    let rules = match (asked.draft, route::draft(tx)?) {
        (true, Some(draft)) => draft.rules,
        _ => route::current(tx)?.rules,
    };
    let table = Table::of(tx, rules.clone())?;
    let carried = network::ported(tx, &[to.as_str()])?;
    let ranges = network::ranges(tx)?;
    let by_range = || {
        let fits = ranges.iter().filter(|(prefix, _)| to.starts_with(prefix.as_str()));
        fits.max_by_key(|(prefix, _)| prefix.len()).map(|(_, network)| network.clone())
    };
    let asking = Asking::load(tx, ctx.workspace)?;
    let looked = match &asking {
        Some(asking) => lookup::known(tx, asking.hook, &[to.as_str()])?.remove(&to),
        None => None,
    };
    let now = tx.now();
    let counts = looked.as_ref().filter(|a| a.until > now);
    let answered = counts.filter(|a| !a.network.is_empty()).map(|a| a.network.clone());
    let network = answered.or_else(|| carried.get(&to).cloned()).or_else(by_range);
    let text = sms::parts::normalise(&asked.text);
    let question = Question {
        number: &to,
        class: asked.class.unwrap_or(Class::Transactional),
        sender: &asked.from,
        workspace: ctx.workspace,
        text: &text,
        network: network.as_deref(),
        at: now,
        test: false,
    };
    let may_ask = asking.is_some_and(|asking| asking.always || network.is_none());
    let waits = may_ask && counts.is_none() && table.hangs_on_network(&question);
    let names = Names::load(tx, ctx)?;
    let told = table.tell(&question);
    let way = told.last().and_then(|(_, said)| said.as_ref().ok()).cloned();
    let steps: Vec<Step> =
        told.into_iter().map(|(rule, said)| Step { rule: names.write(rule), miss: said.err() }).collect();
    let lists = rate::lists(tx)?;
    let hop = |id: &i64| Hop {
        connector: names.connector(*id),
        price: table.price(*id, &to),
        currency: lists.iter().find(|l| l.connector == *id).map(|l| l.currency.clone()).unwrap_or_default(),
    };
    let rewritten = way.as_ref().and_then(|w| w.rewritten.clone());
    let final_text = rewritten.as_ref().and_then(|r| r.text.clone()).unwrap_or_else(|| text.to_string());
    let carriers = way.as_ref().map_or(&[][..], |w| &w.connectors);
    let size = (!final_text.trim().is_empty()).then(|| table.ability(carriers).size(&final_text));
    Ok(Explained {
        country: number::country_of(&to).map(str::to_owned),
        test: ctx.test,
        unasked: rules.len() - steps.len(),
        hops: way.as_ref().map(|w| w.connectors.iter().map(hop).collect()).unwrap_or_default(),
        rewritten,
        parts: size.as_ref().map_or(0, |s| i64::try_from(s.parts).unwrap_or(i64::MAX)),
        encoding: size.map(|s| s.encoding),
        number: to,
        network,
        looked,
        waits,
        steps,
    })
}
