//! What the form of a phone says, and the way from it to a session.

use super::line::Line;
use super::{keeper, line};
use crate::errors::Errors;
use crate::letter::Encode;
use crate::net::{Asked, Socket};
use crate::talk::{self, Talk, Tongue};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use store::Db;
use store::connector::Settings;
use store::machine::modem::Caps;
use store::machine::phone::Choice;

/// The settings of one phone.
pub(crate) struct Account {
    pub(crate) connector: i64,
    /// Which card, and how much each may send.
    pub(crate) choice: Choice,
    /// Between two messages.
    pub(crate) delay_ms: i64,
    /// Silence after which it counts as gone.
    pub(crate) away_ms: i64,
    pub(crate) errors: Errors,
}

impl Account {
    pub(crate) fn of(connector: i64, settings: &Settings, errors: Errors) -> Account {
        let caps = Caps { hour: number(settings, "per_hour", 0), day: number(settings, "per_day", 0) };
        Account {
            connector,
            choice: Choice { slot: number(settings, "sims", 0), caps },
            delay_ms: number(settings, "delay_ms", 4_000),
            away_ms: number(settings, "away_s", 60) * 1_000,
            errors,
        }
    }
}

fn number(settings: &Settings, name: &str, default: i64) -> i64 {
    settings.get(name).and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// A tongue that its own sessions can hold on to.
pub(crate) struct Phone(pub(crate) Arc<Account>);

impl Tongue for Phone {
    fn talk(&self, settings: &talk::Settings, db: &Db, _: i64) -> Box<dyn Talk> {
        let (wishes, words) = keeper::start(db, &self.0);
        Box::new(Line::new(Arc::clone(&self.0), settings.window, wishes, words))
    }

    fn encoder(&self, _: &Db) -> Encode {
        Arc::new(|ready| line::body(ready).map(|body| vec![body]))
    }

    fn sends_whole(&self) -> bool {
        true
    }

    fn dial(&self) -> Option<Asked<'_, Box<dyn Socket>>> {
        Some(Box::pin(async { Ok(Box::new(Nowhere) as Box<dyn Socket>) }))
    }
}

/// The socket of who has none: nothing comes, and nothing is written.
struct Nowhere;

impl Socket for Nowhere {
    fn poll_readable(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
    fn poll_writable(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }
}
