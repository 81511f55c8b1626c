//! Mailings of an unusual size, which wait for a named person; and what is usual.

use crate::counter::HOUR_MS;
use crate::{Result, Row, Tx, Val, params, sql};

/// A mailing that waits, or waited, for a named person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The mailing.
    pub campaign: i64,
    /// Which rule found it unusual.
    pub rule: String,
    /// People it would go to.
    pub people: i64,
    /// The most in one day until then.
    pub usual: i64,
    /// Who launched it.
    pub asked_by: String,
    /// When.
    pub at: i64,
    /// Who let it go; empty while nobody has.
    pub decided_by: String,
    /// When; 0 while nobody has.
    pub decided_at: i64,
}

fn read(r: &Row<'_>) -> Result<Guard> {
    Ok(Guard {
        campaign: r.get(0)?,
        rule: r.get(1)?,
        people: r.get(2)?,
        usual: r.get(3)?,
        asked_by: r.get(4)?,
        at: r.get(5)?,
        decided_by: r.get(6)?,
        decided_at: r.get(7)?,
    })
}

/// Writes down that a mailing waits.
pub fn put(tx: &mut Tx<'_>, workspace: i64, g: &Guard) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO campaign_guard (campaign, workspace, rule, people, usual, asked_by, at, decided_by, decided_at)
             VALUES ($2, $1, $3, $4, $5, $6, $7, '', 0) ON CONFLICT (campaign) DO NOTHING"
        ),
        &params![workspace, g.campaign, g.rule, g.people, g.usual, g.asked_by, now],
    )
    .map(drop)
}

/// What is written of a mailing.
pub fn get(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<Option<Guard>> {
    tx.one(
        sql!(
            "SELECT campaign, rule, people, usual, asked_by, at, decided_by, decided_at FROM campaign_guard
             WHERE workspace = $1 AND campaign = $2"
        ),
        &params![workspace, campaign],
        read,
    )
}

/// Mailings that wait, oldest first.
pub fn waiting(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Guard>> {
    tx.rows(
        sql!(
            "SELECT g.campaign, g.rule, g.people, g.usual, g.asked_by, g.at, g.decided_by, g.decided_at
             FROM campaign_guard AS g JOIN campaign AS c ON c.id = g.campaign AND c.state = 'paused'
             WHERE g.workspace = $1 AND g.decided_at = 0 ORDER BY g.campaign LIMIT 100"
        ),
        &params![workspace],
        read,
    )
}

/// A named person let it go. `false` where it did not wait.
pub fn decided(tx: &mut Tx<'_>, workspace: i64, campaign: i64, by: &str) -> Result<bool> {
    let now = tx.now();
    let n = tx.exec(
        sql!(
            "UPDATE campaign_guard SET decided_by = $3, decided_at = $4
             WHERE workspace = $1 AND campaign = $2 AND decided_at = 0"
        ),
        &params![workspace, campaign, by, now],
    )?;
    Ok(n > 0)
}

/// Messages a workspace had accepted in each of the days before `upto`, each 24 hours, the latest first.
pub fn days(tx: &mut Tx<'_>, workspace: i64, upto: i64, days: i64) -> Result<Vec<i64>> {
    let now_hour = upto / HOUR_MS;
    let rows = tx.rows(
        sql!(
            "SELECT ($2 - hour) / 24, CAST(sum(n) AS BIGINT) FROM traffic
             WHERE workspace = $1 AND status = $3 AND hour > $2 - 24 * $4 AND hour <= $2 GROUP BY ($2 - hour) / 24"
        ),
        &params![workspace, Val::Int(now_hour), sms::Status::Accepted, days],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
    )?;
    let mut out = vec![0; usize::try_from(days).unwrap_or_default()];
    for (day, n) in rows {
        if let Some(slot) = usize::try_from(day).ok().and_then(|day| out.get_mut(day)) {
            *slot += n;
        }
    }
    Ok(out)
}

/// People that mailings under a sender were launched to in each of the days before `upto`, the latest first.
pub fn days_of_sender(
    tx: &mut Tx<'_>,
    workspace: i64,
    sender: &str,
    upto: i64,
    days: i64,
) -> Result<Vec<i64>> {
    let day_ms = 24 * HOUR_MS;
    let rows = tx.rows(
        sql!(
            "SELECT ($3 - launched_at) / $5, CAST(sum(audience) AS BIGINT) FROM campaign
             WHERE workspace = $1 AND sender = $2 AND launched_at > $3 - $5 * $4 AND launched_at <= $3
             GROUP BY ($3 - launched_at) / $5"
        ),
        &params![workspace, sender, upto, days, Val::Int(day_ms)],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
    )?;
    let mut out = vec![0; usize::try_from(days).unwrap_or_default()];
    for (day, n) in rows {
        if let Some(slot) = usize::try_from(day).ok().and_then(|day| out.get_mut(day)) {
            *slot += n;
        }
    }
    Ok(out)
}
