//! One connection to the server, driven by the thread that uses it.
//!
//! A journey to the server and back costs more than most statements. So what needs no answer of its own is put on the line
//! and travels with the next question ([`Line::put`]), and questions whose answers will be wanted are sent together
//! ([`Line::foresee`]). The server works in the order of sending, and answers in it. It never reorders and never guesses:
//! the first error in that order is the one that is told, since all behind it in a transaction only say "aborted".

use super::given::Given;
use crate::{Error, Result};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls, Row, SimpleQueryMessage, Statement};

type Failure = tokio_postgres::Error;
type Under<T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send>>;

/// What was sent and not waited for.
struct Late {
    done: Under<u64>,
    /// How many rows it must have changed.
    rows: Option<u64>,
}

/// A question that was sent before it was asked.
struct Foreseen {
    sql: usize,
    params: Vec<Given>,
    answer: Under<Vec<Row>>,
}

/// A connection.
pub(super) struct Line {
    runtime: Runtime,
    client: Arc<Client>,
    words: mpsc::UnboundedReceiver<String>,
    late: VecDeque<Late>,
    foreseen: Vec<Foreseen>,
}

/// Why a line gives no answer.
pub(super) enum Broken {
    /// The server, or the way to it, says so. `late` when it speaks of what was put on the line before.
    Said { error: Failure, late: bool },
    /// What was put on the line changed another number of rows than it had to.
    Count,
}

impl Line {
    pub(super) fn dial(config: &Config) -> Result<Line> {
        let away = |e: &dyn std::fmt::Display| Error::Unreachable(e.to_string());
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|e| away(&e))?;
        let (client, mut connection) = runtime.block_on(config.connect(NoTls)).map_err(|e| away(&e))?;
        let (tell, words) = mpsc::unbounded_channel();
        runtime.spawn(async move {
            while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                if let AsyncMessage::Notification(note) = message {
                    let _ = tell.send(note.payload().to_owned()); // nobody listens: not every line is for words
                }
            }
        });
        let client = Arc::new(client);
        Ok(Line { runtime, client, words, late: VecDeque::new(), foreseen: Vec::new() })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Whether it answers at all within `patience`.
    pub(super) fn answers(&mut self, patience: Duration) -> bool {
        let client = Arc::clone(&self.client);
        let asked = async { tokio::time::timeout(patience, client.simple_query("")).await };
        matches!(self.runtime.block_on(asked), Ok(Ok(_)))
    }

    /// Sends something and goes on; what comes of it is told with the next answer. `rows`: how many it must change.
    pub(super) fn put(&mut self, statement: Statement, params: Vec<Given>, rows: Option<u64>) {
        let client = Arc::clone(&self.client);
        let done = self.sent(async move { client.execute_raw(&statement, params).await });
        self.late.push_back(Late { done, rows });
    }

    /// The same with text that takes no parameters.
    pub(super) fn put_text(&mut self, text: String) {
        let client = Arc::clone(&self.client);
        let done = self.sent(async move { client.batch_execute(&text).await.map(|()| 0) });
        self.late.push_back(Late { done, rows: None });
    }

    /// Sends a question whose answer will be asked for. It is answered as of now, not as of then.
    pub(super) fn foresee(&mut self, sql: usize, statement: Statement, params: Vec<Given>) {
        let (client, given) = (Arc::clone(&self.client), params.clone());
        let answer = self.sent(async move {
            let given: Vec<_> =
                given.iter().map(|g| g as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
            client.query(&statement, &given).await
        });
        self.foreseen.push(Foreseen { sql, params, answer });
    }

    /// What was foreseen and not asked for is answered for nobody: an answer may be old by the next closure. That it
    /// failed is heard all the same.
    pub(super) fn leave_unasked(&mut self) {
        for unasked in self.foreseen.drain(..) {
            let done = Box::pin(async move { unasked.answer.await.map(|_| 0) });
            self.late.push_back(Late { done, rows: None });
        }
    }

    /// Polled once, which hands it to the line in its turn; it is on its way with whatever is waited for next.
    fn sent<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Under<T> {
        let _inside = self.runtime.enter();
        let mut work: Under<T> = Box::pin(work);
        match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => Box::pin(std::future::ready(done)),
            Poll::Pending => work,
        }
    }

    /// The answer to a question, foreseen or not.
    pub(super) fn ask(
        &mut self,
        sql: usize,
        statement: &Statement,
        params: &[Given],
    ) -> Result<Vec<Row>, Broken> {
        let before = self.foreseen.iter().position(|f| f.sql == sql && f.params == params);
        if let Some(place) = before {
            let foreseen = self.foreseen.swap_remove(place);
            return self.wait(|_| foreseen.answer);
        }
        self.wait(|client| {
            let given: Vec<_> =
                params.iter().map(|g| g as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
            async move { client.query(statement, &given).await }
        })
    }

    /// The answer to a statement.
    pub(super) fn execute(&mut self, statement: &Statement, params: Vec<Given>) -> Result<u64, Broken> {
        self.wait(|client| async move { client.execute_raw(statement, params).await })
    }

    /// Runs text that takes no parameters.
    pub(super) fn batch(&mut self, text: &str) -> Result<(), Broken> {
        self.wait(|client| async move { client.batch_execute(text).await })
    }

    pub(super) fn simple(&mut self, text: &str) -> Result<Vec<SimpleQueryMessage>, Broken> {
        self.wait(|client| async move { client.simple_query(text).await })
    }

    /// Waits for an answer, and with it for all that was put on the line before.
    pub(super) fn wait<'a, T, F>(&'a mut self, ask: impl FnOnce(&'a Client) -> F) -> Result<T, Broken>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let Line { runtime, client, late, .. } = self;
        let ask = ask(client);
        let (answer, before) = runtime.block_on(async {
            let answer = ask.await;
            (answer, settle(late).await)
        });
        before?;
        answer.map_err(|error| Broken::Said { error, late: false })
    }

    /// Waits for what was put on the line.
    pub(super) fn settle(&mut self) -> Result<(), Broken> {
        let Line { runtime, late, .. } = self;
        runtime.block_on(settle(late))
    }

    /// Whether a number of rows is still to be compared.
    pub(super) fn counts(&self) -> bool {
        self.late.iter().any(|l| l.rows.is_some())
    }

    /// Hands what was put on the line to the network, and waits for nothing.
    pub(super) fn flush(&mut self) {
        self.runtime.block_on(tokio::task::yield_now());
    }

    /// Forgets what was put on it and not heard of: the transaction is at its end.
    pub(super) fn forget(&mut self) {
        self.late.clear();
        self.foreseen.clear();
    }

    /// The next word that another connection said, waiting as long as `patience` for it, and those behind it.
    pub(super) fn words(&mut self, patience: Duration) -> Vec<String> {
        let words = &mut self.words;
        let first = self.runtime.block_on(async { tokio::time::timeout(patience, words.recv()).await });
        let mut heard: Vec<String> = first.ok().flatten().into_iter().collect();
        heard.extend(std::iter::from_fn(|| words.try_recv().ok()));
        heard
    }
}

/// In the order of sending; the first that failed is the one to be told.
async fn settle(late: &mut VecDeque<Late>) -> Result<(), Broken> {
    let mut told = Ok(());
    while let Some(next) = late.pop_front() {
        let done = next.done.await;
        if told.is_err() {
            continue;
        }
        told = match (done, next.rows) {
            (Err(error), _) => Err(Broken::Said { error, late: true }),
            (Ok(changed), Some(rows)) if changed != rows => Err(Broken::Count),
            (Ok(_), _) => Ok(()),
        };
    }
    told
}
