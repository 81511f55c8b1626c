//! The wish for a copy of the database, from whoever asks to the writer who makes it.

use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;

/// A copy that somebody wants.
pub(crate) struct Asked {
    path: PathBuf,
    id: i64,
    reply: oneshot::Sender<Result<i64>>,
}

impl Asked {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    pub(crate) fn answer(self, made: Result<i64>) {
        let _ = self.reply.send(made); // who asked may be gone
    }
}

/// The place where one wish for a copy waits for the writer.
#[derive(Default)]
pub(crate) struct Asks(Mutex<Option<Asked>>);

impl Asks {
    pub(crate) fn put(&self, path: &Path, id: i64) -> Result<oneshot::Receiver<Result<i64>>> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_some() {
            return Err(Error::File("another backup is being made".into()));
        }
        let (reply, answer) = oneshot::channel();
        *slot = Some(Asked { path: path.to_owned(), id, reply });
        Ok(answer)
    }

    pub(crate) fn take(&self) -> Option<Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
