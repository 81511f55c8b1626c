//! Counters as they are read: campaigns by status, traffic by hour. They move in the transactions of what they count
//! ([`crate::machine::tally`]); rows carry the node's number and are summed here.

use crate::{Result, Tx, Val, params, sql};
use sms::Status;

/// Counts recipients left out before acceptance; the code says why.
pub const SKIPPED: i64 = -1;
/// Counts messages that may have reached somebody twice.
pub const POSSIBLE_DUPLICATES: i64 = -2;

/// Milliseconds of the hour that traffic is counted by.
pub const HOUR_MS: i64 = 3_600_000;

/// One campaign's counters: (status number or [`SKIPPED`] / [`POSSIBLE_DUPLICATES`], code number, count).
pub fn campaign(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<Vec<(i64, i64, i64)>> {
    tx.rows(
        sql!(
            "SELECT status, code, CAST(sum(n) AS BIGINT) FROM campaign_count
             WHERE workspace = $1 AND campaign = $2 GROUP BY status, code"
        ),
        &params![workspace, campaign],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}

/// Hours since 1970 → (connector, status, count), for one workspace from `since_ms` on.
pub fn traffic(tx: &mut Tx<'_>, workspace: i64, since_ms: i64) -> Result<Vec<(i64, i64, Status, i64)>> {
    tx.rows(
        sql!(
            "SELECT hour, connector, status, CAST(sum(n) AS BIGINT) FROM traffic
             WHERE workspace = $1 AND hour >= $2 GROUP BY hour, connector, status ORDER BY hour"
        ),
        &params![workspace, Val::Int(since_ms / HOUR_MS)],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
    )
}
