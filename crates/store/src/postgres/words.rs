//! A connection for hints between nodes: NOTIFY and LISTEN, which carry no data.

use super::line::{Broken, Line};
use super::{dial, error};
use crate::{Error, Result};
use std::time::Duration;

/// Says and hears words.
pub(crate) struct Words(Line);

impl Words {
    pub(crate) fn connect(url: &str) -> Result<Words> {
        dial(url, false).map(Words)
    }

    /// Hears what others say from now on.
    pub(crate) fn listen(&mut self) -> Result<()> {
        self.run("LISTEN sendword")
    }

    /// Says a word; it holds no quote.
    pub(crate) fn say(&mut self, word: &str) -> Result<()> {
        self.run(&format!("NOTIFY sendword, '{word}'"))
    }

    fn run(&mut self, text: &str) -> Result<()> {
        self.0.batch(text).map_err(|e| match e {
            Broken::Said { error: e, .. } => error(&e),
            Broken::Count => Error::Undone,
        })
    }

    /// What was heard, waiting for the first word as long as `patience`.
    pub(crate) fn heard(&mut self, patience: Duration) -> Result<Vec<String>> {
        if self.0.is_closed() {
            return Err(Error::Unreachable("the connection is closed".into()));
        }
        Ok(self.0.words(patience))
    }
}
