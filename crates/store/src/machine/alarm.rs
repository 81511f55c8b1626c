//! What a person must look at: raised by the machine, seen on pages, gone when its cause is.
//!
//! One open alarm per kind and subject; raising it again only says it anew.

use crate::{Bell, Result, Tx, Val, params, sql};

/// The kinds of alarms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A carrier refuses most of what it is given.
    Circuit = 0,
    /// A campaign was halted because the carrier refuses it.
    Campaign = 1,
    /// A carrier refuses our name or password.
    Password = 2,
    /// A carrier spells its ids in more than one way.
    ReceiptIds = 3,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[Kind::Circuit, Kind::Campaign, Kind::Password, Kind::ReceiptIds];

    /// The word of pages and programs.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Circuit => "circuit_open",
            Kind::Campaign => "campaign_halted",
            Kind::Password => "auth_failed",
            Kind::ReceiptIds => "receipt_ids",
        }
    }
}

/// An open alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What it is about.
    pub kind: Kind,
    /// The connector.
    pub connector: i64,
    /// The workspace, or 0 for the whole installation.
    pub workspace: i64,
    /// The campaign, or 0.
    pub campaign: i64,
    /// In words, English.
    pub detail: String,
    /// Since when.
    pub at: i64,
}

/// Raises one, or says an open one anew.
pub fn raise(
    tx: &mut Tx<'_>,
    kind: Kind,
    connector: i64,
    workspace: i64,
    campaign: i64,
    detail: &str,
) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO alarm (kind, connector, campaign, workspace, detail, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (kind, connector, campaign) DO UPDATE SET detail = excluded.detail"
        ),
        &params![Val::Int(kind as i64), connector, campaign, workspace, detail, now],
    )?;
    tx.ring(Bell::Workspace(workspace));
    Ok(())
}

/// Its cause is gone.
pub fn clear(tx: &mut Tx<'_>, kind: Kind, connector: i64, campaign: i64) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM alarm WHERE kind = $1 AND connector = $2 AND campaign = $3"),
        &params![Val::Int(kind as i64), connector, campaign],
    )
    .map(drop)
}

/// Those that are open, oldest first.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<Alarm>> {
    tx.rows(
        sql!("SELECT kind, connector, workspace, campaign, detail, at FROM alarm ORDER BY at, kind"),
        &[],
        |r| {
            let n: i64 = r.get(0)?;
            let kind = Kind::ALL.iter().copied().find(|k| *k as i64 == n).unwrap_or(Kind::Circuit);
            Ok(Alarm {
                kind,
                connector: r.get(1)?,
                workspace: r.get(2)?,
                campaign: r.get(3)?,
                detail: r.get(4)?,
                at: r.get(5)?,
            })
        },
    )
}
