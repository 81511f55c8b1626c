//! The jobs of a mailing, as the runner calls them.

use crate::Result;
use crate::work::{Next, Work};
use store::Bell;
use store::campaign::{self as rows, State};
use store::machine::job::{self, JobKind};

pub(crate) use super::clear::clear;
pub(crate) use super::expand::expand;
pub(crate) use super::freeze::freeze;

/// A scheduled mailing starts.
pub(crate) fn due(work: &Work<'_>) -> Result<Next> {
    let (workspace, id) = (work.job.workspace, work.job.subject);
    work.db.write_blocking("campaign.due", move |tx| {
        if rows::step(tx, workspace, id, &[State::Scheduled], State::Freezing)? {
            let now = tx.now();
            job::put(tx, JobKind::CampaignFreeze, workspace, id, now)?;
            tx.ring(Bell::Workspace(workspace));
        }
        Ok::<_, store::Error>(())
    })?;
    Ok(Next::Done)
}
