//! One closure on its way through a queue: what runs it, and who waits for its answer.

use crate::{Error, Result, Tx};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// One closure with its answer.
pub(crate) trait Work: Send {
    /// Runs it; keeps the value for the answer.
    fn run(&mut self, tx: &mut Tx<'_>) -> Ran;
    /// Answers who waits. `Err` only when the batch failed it.
    fn answer(self: Box<Self>, batch: Result<()>);
    /// Its name, for the longest-closure record.
    fn name(&self) -> &'static str;
    /// Whether it only rides along with others: where its batch is undone it is forgotten, and rides with the next.
    fn rides(&self) -> bool {
        false
    }
}

/// How a closure ended.
pub(crate) enum Ran {
    /// Keep its changes.
    Kept,
    /// Undo them; the error is with the answer.
    Refused,
}

struct Task<T, E, F> {
    name: &'static str,
    f: F,
    out: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

/// Boxes a closure and gives the receiver of its answer.
pub(crate) fn task<T, E, F>(name: &'static str, f: F) -> (Box<dyn Work>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    let (send, receive) = oneshot::channel();
    (Box::new(Task { name, f, out: None, reply: Some(send) }), receive)
}

impl<T, E, F> Work for Task<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Ran {
        let out = catch_unwind(AssertUnwindSafe(|| (self.f)(tx))).unwrap_or_else(|panic| {
            let what = panic.downcast_ref::<&str>().map(ToString::to_string);
            let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(E::from(Error::Panicked(format!("{}: {what}", self.name))))
        });
        let ran = if out.is_ok() { Ran::Kept } else { Ran::Refused };
        self.out = Some(out);
        ran
    }

    fn answer(mut self: Box<Self>, batch: Result<()>) {
        let answer = match batch {
            Ok(()) => self.out.take().unwrap_or_else(|| Err(E::from(Error::Undone))),
            Err(e) => Err(E::from(e)),
        };
        if let Some(reply) = self.reply.take() {
            let _ = reply.send(answer); // nobody waits any more: the work is done all the same
        }
    }

    fn name(&self) -> &'static str {
        self.name
    }
}
