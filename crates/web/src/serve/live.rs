//! The live stream of a page: it says *look again* and nothing else; the page fetches its own parts.
//!
//! A bell after a commit wakes it; a tick makes the bell an optimisation, never a need.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};
use store::Bell;
use tokio::sync::watch;

use super::ask::Seat;

/// Two a second at the most.
const PAUSE: Duration = Duration::from_millis(450);
/// Looked at again after this long without a bell: states of links ring none.
const TICK: Duration = Duration::from_secs(5);

/// `GET /live`
pub(super) async fn live(seat: Seat) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let bell = seat.web.db().listen(Bell::Workspace(seat.ctx().workspace));
    // An open page must not hold up a stop: its stream ends, and it says *stale* until the next start answers.
    let stopped = seat.web.stopped();
    let stream = unfold((bell, true), |(mut bell, fresh)| async move {
        if !fresh {
            tokio::time::sleep(PAUSE).await;
        }
        wait(&mut bell).await;
        Some((Ok(Event::default().data("look")), (bell, false)))
    });
    Sse::new(stream.take_until(Box::pin(stopped)))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

async fn wait(bell: &mut watch::Receiver<u64>) {
    let rung = tokio::time::timeout(TICK, bell.changed()).await;
    if let Ok(Err(_)) = rung {
        // The bell was taken down because nobody listened for a moment; the tick goes on alone.
        tokio::time::sleep(TICK).await;
    }
}
