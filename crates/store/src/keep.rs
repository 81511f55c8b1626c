//! For how long a workspace keeps what: the clocks, and one slice of each. Rows that count and prove stay; what says
//! something of a person goes.

use crate::{Result, Tx, bulk, params, problem_tail, sql};

/// A kind of data with a clock of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Texts of one-time codes.
    CodeTexts,
    /// Texts of all other messages to people.
    MessageTexts,
    /// Texts of messages from people.
    InboundTexts,
    /// Rows of files that became nobody.
    ProblemRows,
    /// What was refused before it was a message.
    Decisions,
    /// What people were before somebody changed them: for undoing.
    Undo,
    /// Network addresses and browsers in the evidence of permissions.
    Addresses,
    /// Everything personal in the evidence of permissions that are over.
    Evidence,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Kind] = &[
        Kind::CodeTexts,
        Kind::MessageTexts,
        Kind::InboundTexts,
        Kind::ProblemRows,
        Kind::Decisions,
        Kind::Undo,
        Kind::Addresses,
        Kind::Evidence,
    ];

    /// The word in the store and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::CodeTexts => "code_texts",
            Kind::MessageTexts => "message_texts",
            Kind::InboundTexts => "inbound_texts",
            Kind::ProblemRows => "problem_rows",
            Kind::Decisions => "decisions",
            Kind::Undo => "undo",
            Kind::Addresses => "addresses",
            Kind::Evidence => "evidence",
        }
    }

    /// The kind of a word.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|k| k.name() == name)
    }
}

/// The days a workspace chose, by kind; a kind it did not choose is not among them.
pub fn chosen(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<(Kind, i64)>> {
    let sql = sql!("SELECT kind, days FROM keep_days WHERE workspace = $1");
    let found = tx.rows(sql, &params![workspace], |r| Ok((r.get::<String>(0)?, r.get::<i64>(1)?)))?;
    Ok(found.into_iter().filter_map(|(kind, days)| Some((Kind::parse(&kind)?, days))).collect())
}

/// Chooses; 0 is for good.
pub fn choose(tx: &mut Tx<'_>, workspace: i64, kind: Kind, days: i64) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO keep_days (workspace, kind, days) VALUES ($1, $2, $3)
             ON CONFLICT (workspace, kind) DO UPDATE SET days = excluded.days"
        ),
        &params![workspace, kind.name(), days],
    )
    .map(drop)
}

/// How far a clock got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Run {
    /// The last row that was looked at.
    pub place: i64,
    /// When it last ran, ms since 1970; 0 is never.
    pub at: i64,
    /// How many rows it took in all.
    pub gone: i64,
}

/// How far a clock got.
pub fn run(tx: &mut Tx<'_>, workspace: i64, kind: Kind) -> Result<Run> {
    let sql = sql!("SELECT place, at, gone FROM keep_run WHERE workspace = $1 AND kind = $2");
    let read = |r: &crate::Row<'_>| Ok(Run { place: r.get(0)?, at: r.get(1)?, gone: r.get(2)? });
    Ok(tx.one(sql, &params![workspace, kind.name()], read)?.unwrap_or_default())
}

fn note(tx: &mut Tx<'_>, workspace: i64, kind: Kind, place: i64, gone: u64) -> Result<()> {
    let (now, gone) = (tx.now(), i64::try_from(gone).unwrap_or(i64::MAX));
    tx.exec(
        sql!(
            "INSERT INTO keep_run (workspace, kind, place, at, gone) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace, kind) DO UPDATE SET place = excluded.place, at = excluded.at,
               gone = keep_run.gone + excluded.gone"
        ),
        &params![workspace, kind.name(), place, now, gone],
    )
    .map(drop)
}

/// One slice of what is older than a moment, at most `limit` rows; `true` when there is more.
pub fn slice(tx: &mut Tx<'_>, workspace: i64, kind: Kind, before: i64, limit: i64) -> Result<bool> {
    let place = run(tx, workspace, kind)?.place;
    // Ids are in the order of time: what is older stands before this one.
    let edge = sms::id::compose(before.max(sms::id::EPOCH_MS), 0, 0);
    let swept = match kind {
        // One import and one deed may have a million rows: what is left of the last one is looked at again.
        Kind::ProblemRows => problem_tail::sweep(tx, workspace, (place, edge), limit)?.map(at_again),
        Kind::Undo => bulk::sweep_touched(tx, workspace, (place, edge), limit)?.map(at_again),
        _ => match upto(tx, workspace, kind, (place, edge), limit)? {
            Some(upto) => Some((upto, taken(tx, workspace, kind, (place, upto))?)),
            None => None,
        },
    };
    let (place, gone) = swept.unwrap_or((place, 0));
    note(tx, workspace, kind, place, gone)?;
    Ok(swept.is_some())
}

/// The place from which the last source is looked at once more.
const fn at_again((source, gone): (i64, u64)) -> (i64, u64) {
    (source - 1, gone)
}

/// Takes what a clock takes out of the rows between two ids, the second included. Gives of how many.
fn taken(tx: &mut Tx<'_>, workspace: i64, kind: Kind, (place, upto): (i64, i64)) -> Result<u64> {
    match kind {
        Kind::InboundTexts => tx.exec(
            sql!(
                "UPDATE inbound SET text = '', tlvs = '' WHERE workspace = $1 AND id > $2 AND id <= $3 AND text <> '' AND state <> 0"
            ),
            &params![workspace, place, upto],
        ),
        Kind::Decisions => tx.exec(
            sql!("DELETE FROM decision WHERE workspace = $1 AND id > $2 AND id <= $3"),
            &params![workspace, place, upto],
        ),
        Kind::Addresses => crate::consent::forget_addresses(tx, workspace, (place, upto)),
        Kind::Evidence => crate::consent::forget_ended(tx, workspace, (place, upto)),
        _ => messages(tx, workspace, kind, (place, upto)),
    }
}

/// The last of the next rows of a kind before the edge.
fn upto(
    tx: &mut Tx<'_>,
    workspace: i64,
    kind: Kind,
    (place, edge): (i64, i64),
    limit: i64,
) -> Result<Option<i64>> {
    let sql = match kind {
        Kind::InboundTexts => sql!(
            "SELECT max(id) FROM (SELECT id FROM inbound WHERE workspace = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4) AS w"
        ),
        Kind::Decisions => sql!(
            "SELECT max(id) FROM (SELECT id FROM decision WHERE workspace = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4) AS w"
        ),
        Kind::Addresses => sql!(
            "SELECT max(event) FROM (SELECT event FROM consent_personal WHERE workspace = $1 AND event > $2 AND event < $3
               ORDER BY event LIMIT $4) AS w"
        ),
        Kind::Evidence => sql!(
            "SELECT max(id) FROM (SELECT id FROM consent_event WHERE workspace = $1 AND id > $2 AND id < $3
               AND action IN ('refuse', 'expire') ORDER BY id LIMIT $4) AS w"
        ),
        _ => sql!(
            "SELECT max(id) FROM (SELECT id FROM message WHERE workspace = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4) AS w"
        ),
    };
    let last = tx.one(sql, &params![workspace, place, edge, limit], |r| r.get::<Option<i64>>(0))?;
    Ok(last.flatten())
}

/// Takes the texts out of messages that are over: of codes as soon as the carrier has them, or of all but codes.
fn messages(tx: &mut Tx<'_>, workspace: i64, kind: Kind, (after, upto): (i64, i64)) -> Result<u64> {
    let otp = sms::Class::Otp.number();
    let codes = i64::from(kind == Kind::CodeTexts);
    let gone = tx.exec(
        sql!(
            "UPDATE message SET text = '' WHERE workspace = $1 AND id > $2 AND id <= $3 AND text <> ''
             AND (($5 = 1 AND class = $4 AND status >= 4) OR ($5 = 0 AND class <> $4 AND status >= 6))"
        ),
        &params![workspace, after, upto, otp, codes],
    )?;
    // What went out beside a text goes with it.
    tx.exec(
        sql!(
            "DELETE FROM message_tlv WHERE workspace = $1 AND message > $2 AND message <= $3 AND message IN
               (SELECT id FROM message WHERE workspace = $1 AND id > $2 AND id <= $3 AND text = '')"
        ),
        &params![workspace, after, upto],
    )?;
    Ok(gone)
}
