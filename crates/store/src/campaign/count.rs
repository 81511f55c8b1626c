//! How many recipients of a campaign stand where, and who was left out before acceptance.

use crate::{Result, Tx, Val, params, sql};
use sha2::{Digest, Sha256};
use sms::Code;
use sms::live::LinkState;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One person who was left out before acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The contact.
    pub contact: i64,
    /// Its number; empty when the contact is gone.
    pub number: String,
    /// Why.
    pub code: Code,
    /// Which rule said so, with its pack; may be empty.
    pub rule: Arc<str>,
    /// The packs that were asked, each with version and digest; may be empty.
    pub law: Arc<str>,
}

/// The id under which a rule and its packs stand once for all whom they left out; 0 where there is none.
fn rule_id(rule: &str, law: &str) -> i64 {
    if rule.is_empty() {
        return 0;
    }
    let digest = Sha256::new().chain_update(rule).chain_update([0]).chain_update(law).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first) | 1
}

/// Writes down who was left out. Counting them is the caller's, in the same transaction.
pub fn skip(tx: &mut Tx<'_>, workspace: i64, campaign: i64, skips: &[Skip]) -> Result<()> {
    let mut rules: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for s in skips {
        rules.entry((&s.rule, &s.law)).or_insert_with(|| rule_id(&s.rule, &s.law));
    }
    tx.many(
        sql!(
            "INSERT INTO law_rule (workspace, id, rule, law) SELECT $1, r.id, r.rule, r.law
             FROM ROWS(id BIGINT, rule TEXT, law TEXT) AS r WHERE true ON CONFLICT (workspace, id) DO NOTHING"
        ),
        &params![workspace],
        rules
            .iter()
            .filter(|(_, id)| **id != 0)
            .map(|((rule, law), id)| [Val::Int(*id), Val::Text(rule), Val::Text(law)]),
    )?;
    tx.many(
        sql!(
            "INSERT INTO campaign_skip (campaign, contact, workspace, number, code, rule)
             SELECT $2, r.contact, $1, r.number, r.code, r.rule
             FROM ROWS(contact BIGINT, number TEXT, code BIGINT, rule BIGINT) AS r
             WHERE true ON CONFLICT (campaign, contact) DO NOTHING"
        ),
        &params![workspace, campaign],
        skips.iter().map(|s| {
            let rule = rules.get(&(&*s.rule, &*s.law)).copied().unwrap_or_default();
            [Val::Int(s.contact), Val::Text(&s.number), Val::Int(s.code.number()), Val::Int(rule)]
        }),
    )
    .map(drop)
}

/// Who was left out for one reason, or for any (`Code::None`), after a contact, in the order of contacts.
pub fn skipped(
    tx: &mut Tx<'_>,
    workspace: i64,
    campaign: i64,
    code: Code,
    after: i64,
    limit: i64,
) -> Result<Vec<Skip>> {
    tx.rows(
        sql!(
            "SELECT s.contact, s.number, s.code, coalesce(l.rule, ''), coalesce(l.law, '')
             FROM campaign_skip AS s LEFT JOIN law_rule AS l ON l.workspace = s.workspace AND l.id = s.rule
             WHERE s.campaign = $2 AND s.workspace = $1 AND s.contact > $4 AND ($3 = 0 OR s.code = $3)
             ORDER BY s.contact LIMIT $5"
        ),
        &params![workspace, campaign, code, after, limit],
        |r| {
            let (rule, law): (String, String) = (r.get(3)?, r.get(4)?);
            let (contact, number, code) = (r.get(0)?, r.get(1)?, r.get(2)?);
            Ok(Skip { contact, number, code, rule: rule.into(), law: law.into() })
        },
    )
}

/// A connector that a campaign's waiting messages need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The connector.
    pub connector: i64,
    /// What people call it.
    pub name: String,
    /// Its state, as it was last told.
    pub state: LinkState,
    /// When that was told, ms since 1970; 0 for never.
    pub at: i64,
    /// Messages a second, now.
    pub rate: i64,
    /// What limits that.
    pub limited_by: String,
    /// What is wrong, in the carrier's or our words.
    pub error: String,
}

/// The connectors that a campaign's waiting messages need, and how they do.
pub fn ways(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<Vec<Way>> {
    tx.rows(
        sql!(
            "SELECT c.id, c.name, coalesce(s.state, 4), coalesce(s.at, 0), coalesce(s.rate, 0),
               coalesce(s.limited_by, ''), coalesce(s.error, '')
             FROM connector AS c LEFT JOIN connector_state AS s ON s.connector = c.id
             WHERE c.id IN (SELECT lane / 8 FROM stream WHERE workspace = $1 AND campaign = $2 AND depth > 0)
             ORDER BY c.id, s.at DESC"
        ),
        &params![workspace, campaign],
        |r| {
            Ok(Way {
                connector: r.get(0)?,
                name: r.get(1)?,
                state: r.get(2)?,
                at: r.get(3)?,
                rate: r.get(4)?,
                limited_by: r.get(5)?,
                error: r.get(6)?,
            })
        },
    )
}
