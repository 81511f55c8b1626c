//! What a transaction adds to the counters. A batch adds up first and writes each row once, in order, as the last thing
//! before its commit: these rows are everybody's, so on PostgreSQL whoever touches one holds up all others.

use crate::counter::{HOUR_MS, POSSIBLE_DUPLICATES, SKIPPED};
use crate::{Count, Result, Tx, Val, params, sql};
use sms::{Code, Status};
use std::collections::BTreeMap;

/// What a transaction adds to the counters; handed over by [`Tally::flush`].
#[derive(Debug, Default)]
pub struct Tally {
    campaign: BTreeMap<(i64, i64, i64, i64), i64>,
    traffic: BTreeMap<(i64, i64, i64), i64>,
    depth: BTreeMap<i64, i64>,
}

/// How many messages came to each status, of the whole installation, since its counters began.
pub fn totals(tx: &mut Tx<'_>) -> Result<Vec<(Status, i64)>> {
    let sql = sql!("SELECT status, CAST(sum(n) AS BIGINT) FROM traffic GROUP BY status ORDER BY status");
    tx.rows(sql, &[], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// Which code a status is counted under: only what did not arrive is told apart by reason, so that a report of a million
/// reads a few rows.
fn code_of(status: Status, code: Code) -> i64 {
    use Status::{Expired, Rejected, Suppressed, Undelivered};
    if matches!(status, Suppressed | Undelivered | Rejected | Expired) { code.number() } else { 0 }
}

impl Tally {
    /// `n` more recipients of a campaign stand at `status`.
    pub fn campaign(&mut self, workspace: i64, campaign: i64, status: Status, code: Code, n: i64) {
        self.campaign_raw(workspace, campaign, status.number(), code_of(status, code), n);
    }

    /// `n` more recipients were left out for `code`.
    pub fn skipped(&mut self, workspace: i64, campaign: i64, code: Code, n: i64) {
        self.campaign_raw(workspace, campaign, SKIPPED, code.number(), n);
    }

    /// One more message of a campaign may have arrived twice.
    pub fn possible_duplicate(&mut self, workspace: i64, campaign: i64) {
        self.campaign_raw(workspace, campaign, POSSIBLE_DUPLICATES, 0, 1);
    }

    fn campaign_raw(&mut self, workspace: i64, campaign: i64, status: i64, code: i64, n: i64) {
        if campaign != 0 {
            *self.campaign.entry((campaign, status, code, workspace)).or_default() += n;
        }
    }

    /// A message went from one status to another.
    pub fn moved(&mut self, workspace: i64, campaign: i64, from: (Status, Code), to: (Status, Code)) {
        self.campaign(workspace, campaign, from.0, from.1, -1);
        self.campaign(workspace, campaign, to.0, to.1, 1);
    }

    /// One more message of a workspace reached `status` on a connector.
    pub fn traffic(&mut self, workspace: i64, connector: i64, status: Status) {
        *self.traffic.entry((workspace, connector, status.number())).or_default() += 1;
    }

    /// A stream grew (or shrank) by `n` rows.
    pub fn depth(&mut self, stream: i64, n: i64) {
        *self.depth.entry(stream).or_default() += n;
    }

    /// Hands it to the transaction, which writes it before its next question or its commit, whichever comes first.
    pub fn flush(self, tx: &mut Tx<'_>) {
        tx.count(self);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.campaign.is_empty() && self.traffic.is_empty() && self.depth.is_empty()
    }

    /// Adds another to it.
    pub(crate) fn merge(&mut self, other: Tally) {
        fn add<K: Ord>(to: &mut BTreeMap<K, i64>, from: BTreeMap<K, i64>) {
            from.into_iter().for_each(|(key, n)| *to.entry(key).or_default() += n);
        }
        add(&mut self.campaign, other.campaign);
        add(&mut self.traffic, other.traffic);
        add(&mut self.depth, other.depth);
    }

    /// By how much streams are deeper than their rows say, as long as this is not written.
    pub(crate) fn depths(&self) -> BTreeMap<i64, i64> {
        self.depth.clone()
    }

    /// Writes all of it, streams first and each kind in its order, so that two transactions never wait for each other in
    /// a circle.
    pub(crate) fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        let depths = self.depth.iter().filter(|(_, n)| **n != 0).map(|(s, n)| (*s, *n));
        crate::machine::stream::add_depth(tx, depths)?;
        let (node, hour) = (tx.node(), tx.now() / HOUR_MS);
        let campaign = self.campaign.iter().filter(|(_, n)| **n != 0);
        tx.put_many(
            sql!(
                "INSERT INTO campaign_count (workspace, campaign, status, code, node, n)
                 SELECT r.workspace, r.campaign, r.status, r.code, $1, r.n
                 FROM ROWS(workspace BIGINT, campaign BIGINT, status BIGINT, code BIGINT, n BIGINT) AS r WHERE true
                 ON CONFLICT (campaign, status, code, node) DO UPDATE SET n = campaign_count.n + excluded.n"
            ),
            &params![node],
            campaign.map(|((c, s, k, w), n)| [Val::Int(*w), Val::Int(*c), Val::Int(*s), Val::Int(*k), Val::Int(*n)]),
            Count::Any,
        )?;
        tx.put_many(
            sql!(
                "INSERT INTO traffic (workspace, hour, connector, status, node, n)
                 SELECT r.workspace, $2, r.connector, r.status, $1, r.n
                 FROM ROWS(workspace BIGINT, connector BIGINT, status BIGINT, n BIGINT) AS r WHERE true
                 ON CONFLICT (workspace, hour, connector, status, node) DO UPDATE SET n = traffic.n + excluded.n"
            ),
            &params![node, hour],
            self.traffic.iter().map(|((w, c, s), n)| [Val::Int(*w), Val::Int(*c), Val::Int(*s), Val::Int(*n)]),
            Count::Any,
        )
    }
}
