//! The jobs of a mailing, as the runner calls them.

use crate::Result;
use crate::work::{Next, Work};
use store::Bell;
use store::campaign::{self as rows, State};
use store::machine::job::{self, JobKind};

/// [`super::freeze`].
pub(crate) fn freeze(work: &Work<'_>) -> Result<Next> {
    told(work, super::freeze::freeze(work))
}

/// [`super::expand`].
pub(crate) fn expand(work: &Work<'_>) -> Result<Next> {
    told(work, super::expand::expand(work))
}

/// [`super::clear`].
pub(crate) fn clear(work: &Work<'_>) -> Result<Next> {
    told(work, super::clear::clear(work))
}

/// A mailing says why it waits for as long as its job fails.
fn told(work: &Work<'_>, out: Result<Next>) -> Result<Next> {
    let words = out.as_ref().err().map(ToString::to_string).unwrap_or_default();
    if !words.is_empty() || work.job.tries > 1 {
        let (workspace, id) = (work.job.workspace, work.job.subject);
        work.db.write_blocking("campaign.told", move |tx| rows::tell(tx, workspace, id, &words))?;
    }
    out
}

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
