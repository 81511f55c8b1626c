//! How many recipients of a campaign stand where, and who was left out before acceptance.

use crate::{Result, Tx, params, sql};
use sms::Code;

/// The row of `campaign_count` that counts who was left out.
pub const SKIPPED: i64 = -1;

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
