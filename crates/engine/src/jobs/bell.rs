//! How a plain thread waits for a bell: it parks, and the ring unparks it. No runtime, no busy look.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Sleeps until the future is ready or the time is over. One that is ready at once (a bell whose store is gone) still
/// costs a moment, so that nobody spins.
pub(super) fn wait<T, E>(future: impl Future<Output = Result<T, E>>, most: Duration) {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(Ok(_)) => {}
        Poll::Ready(Err(_)) | Poll::Pending => std::thread::park_timeout(most),
    }
}
