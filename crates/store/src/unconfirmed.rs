//! Messages of a workspace of which nobody knows whether they arrived: how many, which, and those that a person let be.

use crate::{Result, Tx, list_of, params, sql};

/// Which of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Of this campaign, or of all (`None`); `Some(0)` is of no campaign.
    pub campaign: Option<i64>,
    /// Behind this one (campaign, message).
    pub after: (i64, i64),
    /// None newer than this message; 0 is no bound.
    pub upto: i64,
    /// How many at the most.
    pub limit: i64,
}

/// How many wait for a decision.
pub fn count(tx: &mut Tx<'_>, workspace: i64, campaign: Option<i64>) -> Result<i64> {
    let n = tx.one(
        sql!(
            "SELECT count(*) FROM unconfirmed WHERE workspace = $1 AND ($2 = -1 OR campaign = $2) AND let_be = 0"
        ),
        &params![workspace, campaign.unwrap_or(-1)],
        |r| r.get(0),
    )?;
    Ok(n.unwrap_or(0))
}

/// Those that wait for a decision (campaign, message), in their order.
pub fn list(tx: &mut Tx<'_>, workspace: i64, f: &Filter) -> Result<Vec<(i64, i64)>> {
    let upto = if f.upto == 0 { i64::MAX } else { f.upto };
    tx.rows(
        sql!(
            "SELECT campaign, message FROM unconfirmed
             WHERE workspace = $1 AND (campaign, message) > ($2, $3) AND ($4 = -1 OR campaign = $4) AND message <= $5
               AND let_be = 0 ORDER BY campaign, message LIMIT $6"
        ),
        &params![workspace, f.after.0, f.after.1, f.campaign.unwrap_or(-1), upto, f.limit],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Those among these that wait for a decision, as (campaign, message).
pub fn among(tx: &mut Tx<'_>, workspace: i64, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    tx.rows(
        sql!("SELECT campaign, message FROM unconfirmed WHERE workspace = $1 AND message IN LIST($2) ORDER BY message"),
        &params![workspace, list_of(ids)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Lets messages be: they stay unknown and nobody is asked again.
pub fn let_be(tx: &mut Tx<'_>, workspace: i64, ids: &[i64]) -> Result<()> {
    tx.exec(
        sql!("UPDATE unconfirmed SET let_be = 1 WHERE workspace = $1 AND message IN LIST($2)"),
        &params![workspace, list_of(ids)],
    )
    .map(drop)
}
