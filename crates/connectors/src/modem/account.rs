//! What the form of a modem says, and the way from it to a session.

use super::keeper::{self, Word};
use super::line::Line;
use super::place::{self, Place};
use super::port::Port;
use super::{encode, scan};
use crate::errors::Errors;
use crate::letter::Encode;
use crate::net::{Asked, Socket};
use crate::talk::{Settings, Talk, Tongue};
use sms::live::Command as Kind;
use sms::tpdu::Address;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Db;
use store::machine::command::{self, Command};
use store::machine::modem::Caps;
use tokio::sync::mpsc::UnboundedSender;
use wire::at::{Config, Patience, Quirks};

/// The settings of one modem.
pub(crate) struct Account {
    pub(crate) connector: i64,
    pub(crate) place: Option<Place>,
    pub(crate) baud: u32,
    pub(crate) pin: String,
    /// The service centre; `None` leaves it to the card.
    pub(crate) smsc: Option<Address>,
    /// The card's telephone number, which most cards do not know.
    pub(crate) number: String,
    pub(crate) reports: bool,
    pub(crate) delay_ms: i64,
    pub(crate) caps: Caps,
    pub(crate) quirks: Quirks,
    pub(crate) errors: Errors,
    /// The way to the session that lives now, for commands.
    pub(crate) session: Mutex<Option<UnboundedSender<Word>>>,
    /// Where it was found last.
    pub(crate) found: Mutex<String>,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A tongue that its own sessions can hold on to.
pub(crate) struct Modem(pub(crate) Arc<Account>);

impl Tongue for Modem {
    fn talk(&self, settings: &Settings, db: &Db, now: i64) -> Box<dyn Talk> {
        let account = Arc::clone(&self.0);
        let config = Config {
            pin: Some(account.pin.clone()).filter(|pin| !pin.is_empty()),
            reports: account.reports,
            delay_ms: account.delay_ms,
            quirks: account.quirks,
            patience: Patience { send: settings.answer_ms, ..settings.times.modem },
        };
        let (wishes, words) = keeper::start(db, &account);
        Box::new(Line::new(account, config, wishes, words, now))
    }

    fn encoder(&self, db: &Db) -> Encode {
        let (account, clock) = (Arc::clone(&self.0), db.clone());
        Arc::new(move |ready| {
            encode::bodies(ready, account.smsc.as_ref(), account.reports, clock.now_ms()) //
        })
    }

    fn dial(&self) -> Option<Asked<'_, Box<dyn Socket>>> {
        match &self.0.place {
            Some(Place::Net(address)) => {
                lock(&self.0.found).clone_from(address);
                None
            }
            Some(Place::Path(path)) => {
                let path = path.clone();
                Some(Box::pin(async move { self.0.open(&path) }))
            }
            Some(Place::Imei(imei, folder)) => Some(Box::pin(self.0.search(imei, folder.as_deref()))),
            None => Some(Box::pin(async {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no port, no imei: and no host:port"))
            })),
        }
    }

    fn obey(&self, db: &Db, asked: &Command) -> bool {
        if asked.kind != Kind::Ussd {
            return false;
        }
        let word = Word::Ussd { command: asked.id, code: asked.input.clone() };
        let sent = lock(&self.0.session).as_ref().is_some_and(|session| session.send(word).is_ok());
        if !sent {
            let (db, id) = (db.clone(), asked.id);
            tokio::spawn(async move {
                let out =
                    db.write("ussd", move |tx| command::finish(tx, id, Err("the modem is not connected")));
                if let Err(e) = out.await {
                    tracing::warn!(error = %e, "the end of a command could not be stored");
                }
            });
        }
        true
    }
}

impl Account {
    fn open(&self, path: &std::path::Path) -> io::Result<Box<dyn Socket>> {
        let port = Port::open(path, self.baud)?;
        *lock(&self.found) = path.display().to_string();
        Ok(Box::new(port))
    }

    /// Asks every port for its modem, the one where it was last first: names change when it is plugged in again.
    async fn search(&self, imei: &str, folder: Option<&Path>) -> io::Result<Box<dyn Socket>> {
        let last = PathBuf::from(lock(&self.found).clone());
        let mut ports = folder.map_or_else(place::ports, place::within);
        ports.sort_by_key(|port| *port != last);
        for path in ports {
            let Ok(port) = Port::open(&path, self.baud) else { continue };
            if scan::imei(&port).await.as_deref() == Some(imei) {
                *lock(&self.found) = path.display().to_string();
                return Ok(Box::new(port));
            }
        }
        Err(io::Error::new(io::ErrorKind::NotFound, "no port has this modem"))
    }
}
