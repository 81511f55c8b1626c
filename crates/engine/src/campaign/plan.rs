//! What the law makes of a whole mailing: judged once for each set of rules that binds some of its people, not once a person.
//!
//! Sender, class and words are the same for everybody of a country; only names and fields differ. It never decides for one
//! person: that is the gate's, when his turn comes.

use super::letter::Letter;
use crate::submit::Foresight;
use crate::{Ctx, Error, Result};
use sms::Code;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Tx;
use store::campaign as rows;
use store::campaign::people::{self, Head, Pick};

/// People bound by the same rules, and what these make of the mailing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Plan {
    /// Their country, two letters; empty where nobody knows.
    pub country: String,
    /// The packs, each as `id@version`.
    pub packs: Vec<String>,
    /// How many they are.
    pub people: i64,
    /// What is added to the text.
    pub added: Vec<&'static str>,
    /// Why it would not go to any of them, and which rule says so.
    pub refused: Option<(Code, String)>,
    /// When it would go, where the hours are closed now, ms.
    pub opens: Option<i64>,
}

/// People looked at before a launch, drawn from the whole list; where none of them would get it, everybody is counted.
const LOOKED_AT: i64 = 500;

/// The plans of a mailing, the largest first.
pub(super) fn plans(tx: &mut Tx<'_>, workspace: i64, draft: &rows::Draft, live: bool) -> Result<Vec<Plan>> {
    let heads = people::heads(tx, workspace, draft, live)?;
    of_heads(tx, workspace, draft, heads)
}

fn of_heads(tx: &mut Tx<'_>, workspace: i64, draft: &rows::Draft, heads: Vec<Head>) -> Result<Vec<Plan>> {
    let Some(mut law) = Foresight::load(tx, workspace, &draft.sender, draft.class)? else {
        return Ok(Vec::new());
    };
    let letter = Letter::new(tx, workspace, &draft.text)?;
    let mut groups: BTreeMap<usize, (Plan, Vec<Head>)> = BTreeMap::new();
    for head in heads {
        let Some(rules) = law.rules_of(&head.number) else { continue };
        let (plan, of) = groups.entry(Arc::as_ptr(&rules).addr()).or_insert_with(|| {
            let packs = rules.packs.iter().map(|p| p.name()).collect();
            let country = rules.country.clone();
            (Plan { country, packs, people: 0, added: Vec::new(), refused: None, opens: None }, Vec::new())
        });
        plan.people += head.people;
        of.push(head);
    }
    let mut out = Vec::new();
    for (mut plan, heads) in groups.into_values() {
        judge(tx, workspace, (&mut law, &letter), &heads, &mut plan)?;
        out.push(plan);
    }
    out.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.country.cmp(&b.country)));
    Ok(out)
}

/// By the first of them for whom the text can be made.
fn judge(
    tx: &mut Tx<'_>,
    workspace: i64,
    (law, letter): (&mut Foresight, &Letter),
    heads: &[Head],
    plan: &mut Plan,
) -> Result<()> {
    let ids: Vec<i64> = heads.iter().take(20).map(|h| h.contact).collect();
    let found = people::of_ids(tx, workspace, &ids)?;
    let Some((person, text)) = found.iter().find_map(|p| Some((p, letter.to(p)?))) else { return Ok(()) };
    match law.of(&person.number, &text) {
        Ok(seen) => (plan.added, plan.opens) = (seen.added, seen.opens),
        Err(no) => plan.refused = Some((no.code, no.rule)),
    }
    Ok(())
}

/// Refuses a mailing that the law would refuse to everybody: the reason is its sender, its class or its text.
///
/// # Errors
/// `Refused`, with the rule that stops most of its people.
pub(super) fn goes(tx: &mut Tx<'_>, ctx: &Ctx, draft: &rows::Draft, live: bool) -> Result<()> {
    let of = |person: people::Person| Head { number: person.number, contact: person.id, people: 1 };
    let pick = Pick { one_in: 1, skip: 0, limit: LOOKED_AT };
    let first = people::staying(tx, ctx.workspace, draft, live, pick)?;
    let whole = first.len() < usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
    let mut plans = of_heads(tx, ctx.workspace, draft, first.into_iter().map(of).collect())?;
    let stands = |plans: &[Plan]| plans.is_empty() || plans.iter().any(|p| p.refused.is_none());
    if !stands(&plans) && !whole {
        plans = self::plans(tx, ctx.workspace, draft, live)?;
    }
    if stands(&plans) {
        return Ok(());
    }
    match plans.into_iter().find_map(|p| p.refused) {
        Some((code, rule)) => Err(Error::Refused { code, rule }),
        None => Ok(()),
    }
}
