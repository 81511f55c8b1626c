//! How many recipients of a campaign stand where, and who was left out before acceptance.

use crate::{Result, Tx, params, sql};
use sms::Code;
use sms::live::LinkState;

/// One person who was left out before acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The contact.
    pub contact: i64,
    /// Its number; empty when the contact is gone.
    pub number: String,
    /// Why.
    pub code: Code,
}

/// Writes down who was left out. Counting them is the caller's, in the same transaction.
pub fn skip(tx: &mut Tx<'_>, workspace: i64, campaign: i64, skips: &[Skip]) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO campaign_skip (campaign, contact, workspace, number, code)
             SELECT $2, r.contact, $1, r.number, r.code FROM ROWS(contact BIGINT, number TEXT, code BIGINT) AS r
             WHERE true ON CONFLICT (campaign, contact) DO NOTHING"
        ),
        &params![workspace, campaign],
        skips.iter().map(|s| params![s.contact, s.number, s.code]),
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
            "SELECT contact, number, code FROM campaign_skip
             WHERE campaign = $2 AND workspace = $1 AND contact > $4 AND ($3 = 0 OR code = $3)
             ORDER BY contact LIMIT $5"
        ),
        &params![workspace, campaign, code, after, limit],
        |r| Ok(Skip { contact: r.get(0)?, number: r.get(1)?, code: r.get(2)? }),
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
