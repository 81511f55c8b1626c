//! Beside a modem's link: what it must know of the store, asked and written in the order in which it came up.
//!
//! The session waits for these words where something must be on record first, and for nothing else.

use super::account::{Account, lock};
use sms::{Code, Status};
use std::sync::Arc;
use store::machine::command;
use store::machine::modem::{self, Pin};
use store::machine::settle::Receipt;
use store::{Db, Error};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;
use wire::at::Facts;

/// What a session wants of the store.
pub(super) enum Wish {
    /// May this card send one more part?
    Permit { token: u64, sim: String },
    /// May this card send at all now?
    Room { sim: String },
    /// May the PIN be entered? So many tries are left, where that is known.
    Pin { card: String, left: Option<u8> },
    /// The PIN was right.
    PinRight { card: String },
    /// What is known of the modem.
    Facts(Box<Facts>),
    /// A part was taken under this reference.
    Taken { token: u64, late: bool, sim: String, reference: u8, recipient: String },
    /// What became of a message.
    Report { seq: u32, sim: String, reference: u8, taken_at: Option<i64>, receipt: Receipt },
    /// What nobody can read.
    Aside { seq: u32, why: String, octets: Vec<u8> },
    /// A code was answered.
    Said { command: i64, said: Result<String, String> },
}

/// What the store, or a person, has to say to a session.
pub(crate) enum Word {
    /// The part may go; else from when on it may (ms since 1970).
    Permit { token: u64, may: Result<(), i64> },
    /// Until when the card may send nothing more.
    Rest(Option<i64>),
    /// Whether the PIN may be entered; `entered` is told when it is.
    Pin { may: bool, entered: oneshot::Sender<()> },
    /// The part's name.
    Named { token: u64, late: bool, id: String },
    /// A report with the name of its message.
    Receipt { seq: u32, receipt: Receipt },
    /// Whether it is set aside.
    Aside { seq: u32, kept: bool },
    /// A code is to be sent.
    Ussd { command: i64, code: String },
}

struct Keeper {
    db: Db,
    account: Arc<Account>,
    words: UnboundedSender<Word>,
}

/// Starts one for a new session; it ends with it.
pub(super) fn start(db: &Db, account: &Arc<Account>) -> (UnboundedSender<Wish>, UnboundedReceiver<Word>) {
    let (wishes, mut asked) = mpsc::unbounded_channel();
    let (words, told) = mpsc::unbounded_channel();
    *lock(&account.session) = Some(words.clone());
    let keeper = Keeper { db: db.clone(), account: Arc::clone(account), words };
    tokio::spawn(async move {
        while let Some(wish) = asked.recv().await {
            keeper.fulfil(wish).await;
        }
    });
    (wishes, told)
}

impl Keeper {
    fn say(&self, word: Word) {
        // The session may be over; what is on record stays so.
        let _ = self.words.send(word);
    }

    fn failed(&self, what: &str, error: &Error) {
        tracing::warn!(connector = self.account.connector, error = %error, "{what}");
    }

    async fn fulfil(&self, wish: Wish) {
        let (db, connector) = (&self.db, self.account.connector);
        match wish {
            Wish::Permit { token, sim } => self.permit(token, sim).await,
            Wish::Room { sim } => self.room(sim).await,
            Wish::Pin { card, left } => self.pin(card, left).await,
            Wish::PinRight { card } => {
                let out = db.write("modem.pin", move |tx| modem::forget_pin(tx, &card)).await;
                out.unwrap_or_else(|e| self.failed("it could not be stored that the PIN was right", &e));
            }
            Wish::Facts(facts) => self.facts(&facts).await,
            Wish::Taken { token, late, sim, reference, recipient } => {
                let out = db.write("modem.reference", move |tx| {
                    modem::put_reference(tx, &sim, reference, &recipient)
                });
                let id = out.await.unwrap_or_else(|e| {
                    self.failed(
                        "a modem's reference could not be stored; its report will find no message",
                        &e,
                    );
                    format!("{reference}-{}", db.now_ms())
                });
                self.say(Word::Named { token, late, id });
            }
            Wish::Report { seq, sim, reference, taken_at, receipt } => {
                let number = receipt.from.clone();
                let found = db
                    .read(move |tx| modem::find_reference(tx, &sim, reference, &number, taken_at))
                    .await
                    .unwrap_or_default();
                self.say(Word::Receipt { seq, receipt: named(receipt, found) });
            }
            Wish::Aside { seq, why, octets } => {
                let out =
                    db.write("modem.aside", move |tx| modem::set_aside(tx, connector, &why, &octets)).await;
                let kept = out.is_ok();
                out.unwrap_or_else(|e| self.failed("what a modem stored could not be set aside", &e));
                self.say(Word::Aside { seq, kept });
            }
            Wish::Said { command, said } => self.said(command, said).await,
        }
    }

    async fn permit(&self, token: u64, sim: String) {
        let caps = self.account.caps;
        let out = self.db.write("modem.permit", move |tx| {
            let may = modem::permit(tx, &sim, caps)?;
            Ok::<_, Error>((may, modem::full_until(tx, &sim, caps)?))
        });
        match out.await {
            Ok((may, rest)) => {
                self.say(Word::Permit { token, may });
                self.say(Word::Rest(rest));
            }
            Err(e) => {
                // Uncounted is unsent.
                self.failed("what a card sends could not be counted", &e);
                self.say(Word::Permit { token, may: Err(self.db.now_ms() + 1_000) });
            }
        }
    }

    async fn room(&self, sim: String) {
        let caps = self.account.caps;
        match self.db.read(move |tx| modem::full_until(tx, &sim, caps)).await {
            Ok(rest) => self.say(Word::Rest(rest)),
            Err(e) => {
                self.failed("what a card has sent could not be read", &e);
                self.say(Word::Rest(Some(self.db.now_ms() + 1_000))); // and is asked for again
            }
        }
    }

    /// On record before it is entered: a process that dies here, or later, has tried it.
    async fn pin(&self, card: String, left: Option<u8>) {
        let (pin, sim) = (self.account.pin.clone(), card.clone());
        let out = self.db.write("modem.pin", move |tx| {
            let may = match modem::pin(tx, &card, &pin)? {
                Pin::Wanted => true,
                Pin::Tried => false,
                // The last try before the card is blocked is a person's to spend.
                Pin::Untried => left.is_none_or(|left| left > 1),
            };
            if may {
                modem::put_tried(tx, &card, &pin)?;
            }
            Ok::<_, Error>(may)
        });
        let may = out.await.unwrap_or_else(|e| {
            self.failed("it could not be stored that a PIN is tried", &e);
            false
        });
        let (entered, was_entered) = oneshot::channel();
        self.say(Word::Pin { may, entered });
        // A session that ended before it took the word has entered nothing: the try is not spent.
        if may && was_entered.await.is_err() {
            let out = self.db.write("modem.pin", move |tx| modem::forget_pin(tx, &sim)).await;
            out.unwrap_or_else(|e| self.failed("it could not be stored that no PIN was entered", &e));
        }
    }

    async fn facts(&self, f: &Facts) {
        let m = modem::Modem {
            connector: self.account.connector,
            port: lock(&self.account.found).clone(),
            maker: f.maker.clone(),
            model: f.model.clone(),
            revision: f.revision.clone(),
            imei: f.imei.clone(),
            iccid: f.iccid.clone(),
            imsi: f.imsi.clone(),
            number: if self.account.number.is_empty() {
                f.number.clone()
            } else {
                self.account.number.clone()
            },
            centre: self.account.smsc.as_ref().map_or_else(|| f.centre.clone(), |smsc| smsc.display()),
            operator: f.operator.clone(),
            registration: f.registration.map(|r| r.name().to_owned()).unwrap_or_default(),
            signal_dbm: f.signal_dbm.map(i64::from),
            card: f.card.name().to_owned(),
            pin_left: f.pin_left.map(i64::from),
            memory: f.memory.name.clone(),
            used: i64::from(f.memory.used),
            total: i64::from(f.memory.total),
            sim: f.subscriber_key(),
            ..modem::Modem::default()
        };
        let out = self.db.write("modem.facts", move |tx| {
            modem::put(tx, &m)?;
            for workspace in store::workspace::list(tx)? {
                tx.ring(store::Bell::Workspace(workspace.id));
            }
            Ok::<_, Error>(())
        });
        out.await.unwrap_or_else(|e| self.failed("what is known of a modem could not be stored", &e));
    }

    async fn said(&self, asked: i64, said: Result<String, String>) {
        let connector = self.account.connector;
        let out = self.db.write("modem.ussd", move |tx| {
            let text = match &said {
                Ok(text) | Err(text) => text,
            };
            modem::put_balance(tx, connector, text)?;
            for workspace in store::workspace::list(tx)? {
                tx.ring(store::Bell::Workspace(workspace.id));
            }
            command::finish(tx, asked, said.as_deref().map_err(String::as_str))
        });
        out.await.unwrap_or_else(|e| self.failed("what the network said could not be stored", &e));
    }
}

/// A report under the name of its message; without one it keeps the modem's reference, and waits among the orphans.
fn named(receipt: Receipt, found: Option<String>) -> Receipt {
    let smsc_id = found.unwrap_or_else(|| format!("modem reference {}", receipt.smsc_id));
    Receipt { h: crate::incoming::key(smsc_id.as_bytes()), smsc_id, ..receipt }
}

/// A report before its message is known.
pub(super) fn report(reference: u8, (status, code): (Status, Code), detail: String, from: String) -> Receipt {
    Receipt {
        h: 0,
        smsc_id: reference.to_string(),
        status,
        code,
        detail,
        from,
        to: String::new(),
        text: String::new(),
    }
}
