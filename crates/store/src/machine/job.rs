//! Work that outlives a request, and the scheduler: one row per kind and subject.
//!
//! A claim is a lease: a process that is killed loses nothing, its row is taken again once the lease has run out.
//! Each claim gives the row a new id, so whoever lost a claim can no longer end it. Nothing here runs a job.

use crate::{Bell, Engine, Result, Tx, Val, list_of, params, sql};

/// How long a claim holds unless it is renewed.
pub const LEASE_MS: i64 = 30_000;
/// The longest error that is kept.
const ERROR_CHARS: usize = 500;

/// Which crate runs a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// `engine::jobs`.
    Engine,
    /// The doors: webhooks and mail out.
    Doors,
    /// The connectors.
    Connectors,
}

/// What can be put off. The numbers are stored and never reused; 6, 10 and 12 are past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// A scheduled campaign starts.
    CampaignDue = 2,
    /// A launched campaign's recipients are written down.
    CampaignFreeze = 3,
    /// Written-down recipients become messages, until the campaign is over.
    CampaignExpand = 4,
    /// What a stopped campaign has not sent is taken back.
    CampaignClear = 5,
    /// Receipts that came before what they belong to are matched.
    OrphanSweep = 9,
    /// What has outlived its use goes.
    Retention = 11,
    /// What waited for its time is admitted.
    AgendaDue = 7,
    /// Receipts that never came are given up.
    ReceiptHorizon = 8,
    /// The rows of a file become people.
    ImportRun = 1,
    /// Permissions that have run out are ended.
    ConsentExpire = 20,
    /// The values of a field that segments ask about are gathered.
    FieldFill = 21,
    /// What may be a refusal and nobody decided about is one.
    SuspectTimeout = 22,
    /// What waits for a person, and nobody decided about in time, ends.
    HoldSweep = 35,
    /// Requests to be on a list that nobody confirmed are forgotten.
    SignupLapse = 23,
    /// What carriers said of numbers is acted on.
    CarrierWords = 30,
    /// Numbers from which nothing was heard for long are put before a person.
    StaleSweep = 31,
    /// A deed is done to many people.
    BulkRun = 32,
    /// What was imported is taken back.
    ImportUndo = 33,
    /// What a workspace keeps no longer goes.
    KeepDays = 34,
    /// People are asked once more, and silence ends what they were asked about.
    ReconfirmRun = 36,
}

impl JobKind {
    /// Every kind.
    pub const ALL: &'static [JobKind] = &[
        JobKind::CampaignDue,
        JobKind::CampaignFreeze,
        JobKind::CampaignExpand,
        JobKind::CampaignClear,
        JobKind::OrphanSweep,
        JobKind::Retention,
        JobKind::AgendaDue,
        JobKind::ReceiptHorizon,
        JobKind::ImportRun,
        JobKind::ConsentExpire,
        JobKind::FieldFill,
        JobKind::SuspectTimeout,
        JobKind::HoldSweep,
        JobKind::SignupLapse,
        JobKind::CarrierWords,
        JobKind::StaleSweep,
        JobKind::BulkRun,
        JobKind::ImportUndo,
        JobKind::KeepDays,
        JobKind::ReconfirmRun,
    ];

    /// Its stored number.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Its name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            JobKind::CampaignDue => "campaign_due",
            JobKind::CampaignFreeze => "campaign_freeze",
            JobKind::CampaignExpand => "campaign_expand",
            JobKind::CampaignClear => "campaign_clear",
            JobKind::OrphanSweep => "orphan_sweep",
            JobKind::Retention => "retention",
            JobKind::AgendaDue => "agenda_due",
            JobKind::ReceiptHorizon => "receipt_horizon",
            JobKind::ImportRun => "import_run",
            JobKind::ConsentExpire => "consent_expire",
            JobKind::FieldFill => "field_fill",
            JobKind::SuspectTimeout => "suspect_timeout",
            JobKind::HoldSweep => "hold_sweep",
            JobKind::SignupLapse => "signup_lapse",
            JobKind::CarrierWords => "carrier_words",
            JobKind::StaleSweep => "stale_sweep",
            JobKind::BulkRun => "bulk_run",
            JobKind::ImportUndo => "import_undo",
            JobKind::KeepDays => "keep_days",
            JobKind::ReconfirmRun => "reconfirm_run",
        }
    }

    /// Who runs it.
    pub const fn home(self) -> Home {
        Home::Engine
    }

    /// How often it comes back by itself; `None` is work that is put when there is some.
    pub const fn every_ms(self) -> Option<i64> {
        match self {
            JobKind::AgendaDue | JobKind::CarrierWords => Some(5_000),
            JobKind::ReceiptHorizon => Some(3_600_000),
            JobKind::OrphanSweep => Some(30_000),
            JobKind::ConsentExpire => Some(60_000),
            JobKind::HoldSweep => Some(30_000),
            JobKind::SuspectTimeout => Some(600_000),
            JobKind::SignupLapse => Some(600_000),
            JobKind::Retention => Some(600_000),
            JobKind::StaleSweep | JobKind::KeepDays => Some(86_400_000),
            _ => None,
        }
    }

    /// Whether one run may take minutes: such a kind never gets the last free hand.
    pub const fn is_long(self) -> bool {
        matches!(
            self,
            JobKind::ImportRun
                | JobKind::StaleSweep
                | JobKind::BulkRun
                | JobKind::ImportUndo
                | JobKind::ReconfirmRun
        )
    }

    pub(crate) fn from_number(n: i64) -> Option<JobKind> {
        JobKind::ALL.iter().copied().find(|k| k.number() == n)
    }
}

/// A claimed job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// This claim.
    pub id: i64,
    /// What is to be done.
    pub kind: JobKind,
    /// For whom; 0 is the machine itself.
    pub workspace: i64,
    /// To what: a campaign, an import; 0 where there is only one.
    pub subject: i64,
    /// Since when it is due, ms since 1970.
    pub due: i64,
    /// How often it was begun since it last got on, this time included.
    pub tries: i64,
}

/// Asks for work. Asked twice it is done once; asked while it runs, it runs once more.
pub fn put(tx: &mut Tx<'_>, kind: JobKind, workspace: i64, subject: i64, due: i64) -> Result<()> {
    let id = tx.id();
    tx.exec(
        sql!(
            "INSERT INTO job (id, kind, workspace, subject, due, until, state, tries, error)
             VALUES ($1, $2, $3, $4, $5, 0, 0, 0, '')
             ON CONFLICT (kind, subject) DO UPDATE SET
               due = CASE WHEN job.state = 0 AND job.due < excluded.due THEN job.due ELSE excluded.due END,
               state = CASE WHEN job.state = 0 THEN 0 ELSE 2 END"
        ),
        &params![id, kind.number(), workspace, subject, due],
    )?;
    if due <= tx.now() {
        tx.ring(Bell::Jobs);
    }
    Ok(())
}

/// Takes back what was asked for, unless it runs already.
pub fn cancel(tx: &mut Tx<'_>, kind: JobKind, subject: i64) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM job WHERE kind = $1 AND subject = $2 AND state = 0"),
        &params![kind.number(), subject],
    )
    .map(drop)
}

/// Whether any of these kinds could be claimed now. For readers: an idle runner writes nothing.
pub fn waits(tx: &mut Tx<'_>, kinds: &[JobKind]) -> Result<bool> {
    let (kinds, now, steady, server) = (numbers(kinds), tx.now(), tx.steady_now(), tx.server_now()?);
    let found = tx.one(
        sql!(
            "SELECT 1 FROM job WHERE kind IN LIST($1)
             AND ((state = 0 AND ((kind = 2 AND due <= $3) OR (kind <> 2 AND due <= $2)))
               OR (state IN (1, 2) AND until <= $4)) LIMIT 1"
        ),
        &params![kinds, now, steady, server],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// Claims the job of these kinds that is due longest.
pub fn claim(tx: &mut Tx<'_>, kinds: &[JobKind]) -> Result<Option<Job>> {
    let (kinds, now, id, steady) = (numbers(kinds), tx.now(), tx.id(), tx.steady_now());
    let server = tx.server_now()?;
    let row = tx.one(
        sql!(
            "UPDATE job SET id = $1, state = 1, until = $2, tries = tries + 1
             WHERE id = (SELECT id FROM job WHERE kind IN LIST($3)
               AND ((state = 0 AND ((kind = 2 AND due <= $5) OR (kind <> 2 AND due <= $4)))
                 OR (state IN (1, 2) AND until <= $6)) ORDER BY due, id LIMIT 1)
             RETURNING kind, workspace, subject, due, tries"
        ),
        &params![id, Val::Int(server + LEASE_MS), kinds, now, steady, server],
        |r| {
            let kind = r.get::<i64>(0)?;
            let kind = JobKind::from_number(kind)
                .ok_or_else(|| crate::Error::Shape(format!("{kind} is no kind of job")))?;
            Ok(Job { id, kind, workspace: r.get(1)?, subject: r.get(2)?, due: r.get(3)?, tries: r.get(4)? })
        },
    )?;
    Ok(row)
}

/// Holds a claim for another lease. `false` when it was lost.
pub fn renew(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    let until = tx.server_now()? + LEASE_MS;
    Ok(tx.exec(sql!("UPDATE job SET until = $2 WHERE id = $1"), &params![id, until])? > 0)
}

/// The clock went back by `-ms`: what was to be done soon by the old time is to be done soon by the new one. A mailing's
/// own start keeps its moment.
pub fn moved(tx: &mut Tx<'_>, ms: i64) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        return Ok(()); // the clock is the server's: what went back there did so for every node
    }
    tx.exec(
        sql!(
            "UPDATE job SET due = due + $1, until = CASE WHEN until = 0 THEN 0 ELSE until + $1 END WHERE kind <> 2"
        ),
        &params![ms],
    )
    .map(drop)
}

/// Ends a claim: the work is done, and gone unless it was asked for again meanwhile.
pub fn done(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    if tx.exec(sql!("DELETE FROM job WHERE id = $1 AND state = 1"), &params![id])? == 0 {
        let asked = tx.exec(
            sql!("UPDATE job SET state = 0, until = 0, tries = 0, error = '' WHERE id = $1"),
            &params![id],
        )?;
        if asked > 0 {
            tx.ring(Bell::Jobs);
        }
    }
    Ok(())
}

/// Ends a claim with more to do at `due`; earlier if it was asked for earlier meanwhile.
pub fn again(tx: &mut Tx<'_>, id: i64, due: i64) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE job SET due = CASE WHEN state = 2 AND due < $2 THEN due ELSE $2 END,
             state = 0, until = 0, tries = 0, error = '' WHERE id = $1"
        ),
        &params![id, due],
    )?;
    if due <= tx.now() {
        tx.ring(Bell::Jobs);
    }
    Ok(())
}

/// Ends a claim that failed; it is tried again at `due` and says meanwhile why it waits.
pub fn failed(tx: &mut Tx<'_>, id: i64, error: &str, due: i64) -> Result<()> {
    let error: String = error.chars().take(ERROR_CHARS).collect();
    tx.exec(
        sql!("UPDATE job SET due = $2, state = 0, until = 0, error = $3 WHERE id = $1"),
        &params![id, due, error],
    )
    .map(drop)
}

/// Frees every claim of a store that only one process can have open: after a kill nobody waits for a lease.
/// Where several nodes share a store only those of this node's former process are free: its number is ours alone.
pub fn free_abandoned(db: &crate::Db) -> Result<()> {
    if db.engine() == Engine::Postgres {
        let node = db.node();
        return db.write_blocking("jobs.free", move |tx| free_of(tx, &[node]));
    }
    db.write_blocking("jobs.free", |tx| {
        tx.exec(sql!("UPDATE job SET state = 0, until = 0 WHERE state IN (1, 2)"), &[]).map(drop)
    })
}

/// Frees the claims of nodes that are gone: whoever minted a claim's id is its owner.
pub(crate) fn free_of(tx: &mut Tx<'_>, gone: &[i64]) -> Result<()> {
    let sql =
        sql!("UPDATE job SET state = 0, until = 0 WHERE state IN (1, 2) AND (id / 4096) % 1024 IN LIST($1)");
    if tx.exec(sql, &params![list_of(gone)])? > 0 {
        tx.ring(Bell::Jobs);
    }
    Ok(())
}

/// A job as `doctor` and tests see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What is to be done.
    pub kind: JobKind,
    /// To what.
    pub subject: i64,
    /// When, ms since 1970.
    pub due: i64,
    /// How often it was begun since it last got on.
    pub tries: i64,
    /// Why it failed last; empty as a rule.
    pub error: String,
}

/// What waits or runs, the longest due first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Listed>> {
    let rows =
        tx.rows(sql!("SELECT kind, subject, due, tries, error FROM job ORDER BY due, id"), &[], |r| {
            let Some(kind) = JobKind::from_number(r.get(0)?) else { return Ok(None) };
            let (subject, due, tries, error) = (r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?);
            Ok(Some(Listed { kind, subject, due, tries, error }))
        })?;
    Ok(rows.into_iter().flatten().collect())
}

fn numbers(kinds: &[JobKind]) -> crate::List {
    crate::List::Ints(kinds.iter().map(|k| k.number()).collect())
}
