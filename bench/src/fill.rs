//! A queue that is there before anything is measured: through the engine's own gate, in this process, with no server
//! running. What is stored is what a server would have stored; only the door is missing.

use crate::home::Home;
use crate::{Res, list, load};
use engine::Submission;
use store::{Clock, Db, Options};

/// Messages one call of the gate is given.
const SLICE: u64 = 1_000;

/// Queues messages `from..to` of the list in the first workspace of this home.
pub(crate) fn queue(home: &Home, from: u64, to: u64) -> Res<()> {
    let db = Db::open(&Options { dir: home.data(), url: home.database(), clock: Clock::default() })?;
    let workspace = db.read_blocking(store::workspace::list)?.first().ok_or("there is no workspace")?.id;
    let mut at = from;
    while at < to {
        let wanted: Vec<Submission> = (at..to.min(at + SLICE))
            .map(|n| Submission {
                workspace,
                to: list::mobile(n),
                text: load::TEXT.into(),
                source: "rest",
                ..Submission::default()
            })
            .collect();
        let verdicts = db.write_blocking("submit", move |tx| engine::submit(tx, &wanted))?;
        if let Some(refusal) = verdicts.into_iter().find_map(Result::err) {
            return Err(format!("refused: {refusal:?}").into());
        }
        at += SLICE;
    }
    Ok(())
}
