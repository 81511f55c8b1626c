//! The carrier of a benchmark: answers at once, reports 100 ms later, keeps nothing. On a thread of its own, so that its
//! time is never counted as ours.

use crate::Res;
use sim::smsc::{Counts, Handle, Smsc};
use std::time::{Duration, Instant};

/// The name of its thread.
pub(crate) const THREAD: &str = "sink";
/// When reports leave, ms after their message.
const RECEIPT_MS: u64 = 100;
/// Nothing moved for so long: it never will.
const STUCK: Duration = Duration::from_secs(30);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// The carrier.
pub(crate) struct Sink {
    handle: Handle,
}

/// When what was seen at the carrier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// The last message came in.
    pub(crate) submitted: Instant,
    /// The last receipt was answered, and so is stored.
    pub(crate) stored: Instant,
}

impl Sink {
    pub(crate) fn start() -> Res<Sink> {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::Builder::new().name(THREAD.into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                let _ = tell.send(Smsc::start(sim::Config::sink(RECEIPT_MS)).await); // who asked may be gone
                std::future::pending::<()>().await;
            });
        })?;
        Ok(Sink { handle: told.recv()?? })
    }

    pub(crate) fn port(&self) -> u16 {
        self.handle.addr().port()
    }

    pub(crate) fn counts(&self) -> Counts {
        self.handle.counts()
    }

    /// Waits until a link is bound.
    pub(crate) fn bound(&self) -> Res<()> {
        let started = Instant::now();
        while self.counts().binds == 0 {
            if started.elapsed() > STUCK {
                return Err("no link was bound to the carrier".into());
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Waits until `n` messages came in, and until the receipts of all of them are stored.
    pub(crate) fn all(&self, n: u64) -> Res<Seen> {
        let mut moved = (Instant::now(), 0, 0);
        let mut submitted = None;
        loop {
            let (counts, pending) = (self.counts(), self.handle.pending());
            let now = Instant::now();
            if counts.submitted >= n && submitted.is_none() {
                submitted = Some(now);
            }
            if let (Some(submitted), true) = (submitted, counts.reported >= n && pending == 0) {
                // More than were sent: something came twice, or in more parts than it was counted as.
                return if counts.submitted == n {
                    Ok(Seen { submitted, stored: now })
                } else {
                    Err(format!("{} came where {n} were sent", counts.submitted).into())
                };
            }
            if (counts.submitted, counts.reported) != (moved.1, moved.2) {
                moved = (now, counts.submitted, counts.reported);
            } else if moved.0.elapsed() > STUCK {
                return Err(format!("it stands still: {counts:?}, {pending} under way, {n} expected").into());
            }
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.handle.stop();
    }
}
