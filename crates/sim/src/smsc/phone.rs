//! A virtual phone in somebody's hand: sends, shows, and waits for what it should show.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sms::parts::TooManyParts;
use wire::smpp::Status;

use super::account::lock;
use super::world::World;
use crate::handset::Shown;

/// How long a phone waits for what it expects, and for its message to be taken.
const PATIENCE: Duration = Duration::from_secs(10);

/// One phone. Cheap to clone; its inbox lives in the pretend world.
#[derive(Debug, Clone)]
pub struct Phone {
    world: Arc<World>,
    number: String,
    via: Option<String>,
}

/// A phone's message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untaken {
    /// Nobody answered in time.
    NoAnswer,
    /// It was refused for good.
    Refused(Status),
    /// No handset sends so long a text.
    TooLong,
}

impl std::fmt::Display for Untaken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Untaken::NoAnswer => f.write_str("nobody took the message in time"),
            Untaken::Refused(status) => write!(f, "the message was refused: {status}"),
            Untaken::TooLong => f.write_str("the text needs more than 255 parts"),
        }
    }
}

impl std::error::Error for Untaken {}

impl From<TooManyParts> for Untaken {
    fn from(_: TooManyParts) -> Self {
        Untaken::TooLong
    }
}

/// What a phone was to show did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSeen {
    /// What was waited for.
    pub wanted: String,
    /// What the phone shows instead.
    pub inbox: Vec<Shown>,
}

impl std::fmt::Display for NotSeen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the phone did not show {:?} in time; it shows {} messages", self.wanted, self.inbox.len())
    }
}

impl std::error::Error for NotSeen {}

impl Phone {
    pub(super) fn new(world: Arc<World>, number: &str) -> Phone {
        Phone { world, number: number.to_owned(), via: None }
    }

    /// Its number.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Sends to the client of this system_id, whoever else uses the address.
    pub fn via(mut self, system_id: &str) -> Phone {
        self.via = Some(system_id.to_owned());
        self
    }

    /// Sends a text, in parts if it is long, and waits until the client has taken every part.
    pub async fn send(&self, text: &str, to: &str) -> Result<(), Untaken> {
        let answers = self.world.reply(&self.number, to, text, self.via.as_deref())?;
        let taken = async {
            for answer in answers {
                match answer.await {
                    Ok(status) if status.is_ok() => {}
                    Ok(status) => return Err(Untaken::Refused(status)),
                    Err(_) => return Err(Untaken::NoAnswer),
                }
            }
            Ok(())
        };
        tokio::time::timeout(PATIENCE, taken).await.unwrap_or(Err(Untaken::NoAnswer))
    }

    /// Sends a text and does not wait: it leaves as soon as a link is there.
    pub fn post(&self, text: &str, to: &str) -> Result<(), Untaken> {
        self.world.reply(&self.number, to, text, self.via.as_deref())?;
        Ok(())
    }

    /// What it shows, oldest first.
    pub fn inbox(&self) -> Vec<Shown> {
        lock(&self.world.handsets).inbox(&self.number)
    }

    /// Waits for a message that contains this and was not found before.
    pub fn expect(&self, text: &str) -> Expect {
        Expect { phone: self.clone(), text: text.to_owned(), from: None, within: PATIENCE }
    }
}

/// A message that is waited for; await it.
#[must_use = "nothing is waited for until this is awaited"]
#[derive(Debug)]
pub struct Expect {
    phone: Phone,
    text: String,
    from: Option<String>,
    within: Duration,
}

impl Expect {
    /// Only from this sender.
    pub fn from(mut self, sender: &str) -> Expect {
        self.from = Some(sender.to_owned());
        self
    }

    /// For so long.
    pub fn within(mut self, patience: Duration) -> Expect {
        self.within = patience;
        self
    }

    async fn wait(self) -> Result<Shown, NotSeen> {
        let Expect { phone, text, from, within } = self;
        let mut bell = phone.world.shown.subscribe();
        let pleases = |shown: &Shown| {
            let same = |wanted: &String| crate::handset::key(wanted) == crate::handset::key(&shown.from);
            shown.text.contains(&text) && from.as_ref().is_none_or(same)
        };
        let seen = async {
            loop {
                bell.borrow_and_update();
                let found = lock(&phone.world.handsets).find(&phone.number, pleases);
                match found {
                    Some(shown) => return Some(shown),
                    None => bell.changed().await.ok()?,
                }
            }
        };
        match tokio::time::timeout(within, seen).await {
            Ok(Some(shown)) => Ok(shown),
            _ => Err(NotSeen { wanted: text.clone(), inbox: phone.inbox() }),
        }
    }
}

impl IntoFuture for Expect {
    type Output = Result<Shown, NotSeen>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}
