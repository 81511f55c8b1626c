//! Everything the pretend world saw: a ring in memory, a live feed, and a file of JSON lines if one is asked for.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tokio::sync::broadcast;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Entry {
    /// When, ms since 1970.
    pub at: i64,
    /// What.
    pub what: What,
    /// Who sent it.
    pub from: String,
    /// Who it is for.
    pub to: String,
    /// The carrier's id where there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The text: of one part where it came in, whole where a handset shows it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Parts of the message, as far as is known.
    pub parts: u8,
    /// Which part this is; 0 for the whole.
    pub part: u8,
    /// The status a submit was answered with, the state a report told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
}

/// The kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A client handed in one part.
    Submit,
    /// A handset shows a message, parts joined.
    Shown,
    /// A report left for the client.
    Report,
    /// A message from a phone left for the client.
    Reply,
}

#[derive(Debug)]
struct Inner {
    ring: VecDeque<Entry>,
    file: Option<BufWriter<File>>,
    failed: Option<io::ErrorKind>,
}

#[derive(Debug)]
pub(crate) struct Journal {
    keep: usize,
    inner: Mutex<Inner>,
    feed: broadcast::Sender<Entry>,
}

/// Entries a slow subscriber may fall behind before it misses some.
const FEED: usize = 1024;

impl Journal {
    pub(crate) fn open(keep: usize, path: Option<&Path>) -> io::Result<Journal> {
        let file = match path {
            Some(path) => {
                let file = File::options().create(true).append(true).open(path)?;
                Some(BufWriter::with_capacity(256 * 1024, file))
            }
            None => None,
        };
        let inner = Inner { ring: VecDeque::new(), file, failed: None };
        Ok(Journal { keep, inner: Mutex::new(inner), feed: broadcast::Sender::new(FEED) })
    }

    /// Adds entries in one go; the file has them whole when this returns.
    pub(crate) fn add(&self, entries: &mut Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *inner;
        let listened = self.feed.receiver_count() > 0;
        for entry in entries.drain(..) {
            if let Some(file) = &mut inner.file {
                let written = serde_json::to_writer(&mut *file, &entry).map_err(io::Error::from);
                if let Err(e) = written.and_then(|()| file.write_all(b"\n")) {
                    inner.failed = Some(e.kind());
                }
            }
            if listened {
                // Nobody may have stayed to hear it.
                let _ = self.feed.send(entry.clone());
            }
            if inner.ring.len() >= self.keep {
                inner.ring.pop_front();
            }
            if self.keep > 0 {
                inner.ring.push_back(entry);
            }
        }
        if let Some(Err(e)) = inner.file.as_mut().map(Write::flush) {
            inner.failed = Some(e.kind());
        }
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).ring.iter().cloned().collect()
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Entry> {
        self.feed.subscribe()
    }

    pub(crate) fn failed(&self) -> Option<io::ErrorKind> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).failed
    }
}
