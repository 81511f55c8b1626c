//! Beside a phone's link: what is put down for it, what it has said, and whether it is there; asked and written in the
//! order in which it came up. The session waits for these words, and for nothing else.

use super::account::Account;
use super::speech::Said;
use super::words::verdict;
use crate::incoming::key;
use std::sync::Arc;
use std::time::Duration;
use store::machine::phone::task::{self, Look, Put, Task};
use store::machine::phone::{self, Phone};
use store::machine::settle::{self, Late, Receipt, Told};
use store::{Bell, Db, Error, Tx};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// How often it is looked at what a phone does where no bell tells.
const TICK: Duration = Duration::from_secs(1);

/// What a session wants of the store.
pub(super) enum Wish {
    /// A message is to go; its sending may begin within so many ms.
    Put(Task, i64),
    /// What was not handed out is called back.
    Withdraw,
    /// A try is given up.
    GiveUp(u64),
}

/// What the store has to say to a session.
pub(super) enum Word {
    /// The session may begin.
    Begun,
    /// How the phone stands, and its tasks; with the time of the store.
    Seen(Box<Phone>, Look, i64),
    /// What became of putting down a message; with the time of the store.
    Put(u64, Put, i64),
    /// These were called back.
    Withdrawn(Vec<u64>),
}

struct Keeper {
    db: Db,
    account: Arc<Account>,
    session: i64,
    words: UnboundedSender<Word>,
}

/// Starts one for a new session; it ends with it.
pub(super) fn start(db: &Db, account: &Arc<Account>) -> (UnboundedSender<Wish>, UnboundedReceiver<Word>) {
    let (wishes, asked) = mpsc::unbounded_channel();
    let (words, told) = mpsc::unbounded_channel();
    tokio::spawn(keep(db.clone(), Arc::clone(account), asked, words));
    (wishes, told)
}

async fn keep(
    db: Db,
    account: Arc<Account>,
    mut asked: UnboundedReceiver<Wish>,
    words: UnboundedSender<Word>,
) {
    let mut bell = db.listen(Bell::Phone(account.connector));
    let Some(session) = begun(&db, &account, &asked).await else { return };
    let keeper = Keeper { db, account, session, words };
    keeper.say(Word::Begun);
    let mut ticks = 0u32;
    loop {
        tokio::select! {
            biased;
            wish = asked.recv() => match wish {
                Some(wish) => {
                    keeper.fulfil(wish).await;
                    continue;
                }
                None => return,
            },
            _ = bell.changed() => {}
            () = tokio::time::sleep(TICK) => {
                ticks = ticks.wrapping_add(1);
                if ticks.is_multiple_of(60) {
                    keeper.tidy().await;
                }
            }
        }
        keeper.look().await;
    }
}

/// The session stands in the store, and what was answered to former ones is settled. `None` when nobody waits for it.
async fn begun(db: &Db, account: &Arc<Account>, asked: &UnboundedReceiver<Wish>) -> Option<i64> {
    loop {
        let account = Arc::clone(account);
        let connector = account.connector;
        let out = db.write("phone.begin", move |tx| {
            let session = tx.id();
            for (message, attempt, said) in task::begin(tx, connector, session)? {
                answered_late(tx, &account, (message, attempt), &Said::read(&said))?;
            }
            Ok::<_, Error>(session)
        });
        match out.await {
            Ok(session) => return Some(session),
            Err(e) => tracing::warn!(connector, error = %e, "a phone's session could not begin"),
        }
        if asked.is_closed() {
            return None;
        }
        tokio::time::sleep(TICK).await;
    }
}

/// An answer for which no session waits: it finds its message by the name of the try.
pub(super) fn answered_late(
    tx: &mut Tx<'_>,
    account: &Account,
    of: (i64, i64),
    said: &Said,
) -> store::Result<()> {
    let name = crate::http::name_of(of.0, of.1);
    let Some(verdict) = verdict(said, &name, &account.errors) else { return Ok(()) };
    if *said == Said::Sent {
        return settle::called(tx, account.connector, &[told(&name, sms::Status::Submitted)]);
    }
    let Some(parts) = settle::parts_of(tx, account.connector, of.0)? else { return Ok(()) };
    let answers: Vec<Late> = (0..parts)
        .map(|part| Late {
            message: of.0,
            part,
            attempt: of.1,
            answer: Err((verdict.code, verdict.words.clone())),
        })
        .collect();
    settle::late(tx, account.connector, &answers)
}

/// A report under the name of a try.
pub(super) fn told(name: &str, status: sms::Status) -> Told {
    let receipt = Receipt {
        h: key(name.as_bytes()),
        smsc_id: name.to_owned(),
        status,
        code: sms::Code::None,
        detail: String::new(),
        from: String::new(),
        to: String::new(),
        text: String::new(),
    };
    Told { receipt, named: crate::http::named(name), part: None }
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
        let (db, connector, session) = (&self.db, self.account.connector, self.session);
        match wish {
            Wish::Put(task, within) => self.put(task, within).await,
            // The line waits for this word; what failed was undone, so it is asked for again.
            Wish::Withdraw => loop {
                match db.write("phone.back", move |tx| task::withdraw(tx, connector, session)).await {
                    Ok(tokens) => {
                        self.say(Word::Withdrawn(tokens.into_iter().map(i64::cast_unsigned).collect()));
                        break;
                    }
                    Err(e) => self.failed("what a phone was to send could not be called back", &e),
                }
                if self.words.is_closed() {
                    break;
                }
                tokio::time::sleep(TICK).await;
            },
            Wish::GiveUp(token) => {
                let token = token.cast_signed();
                let out =
                    db.write("phone.lost", move |tx| task::give_up(tx, connector, session, token)).await;
                out.unwrap_or_else(|e| self.failed("that a phone did not answer could not be stored", &e));
            }
        }
    }

    async fn put(&self, task: Task, within: i64) {
        let (connector, session) = (self.account.connector, self.session);
        let (token, choice) = (task.token.cast_unsigned(), self.account.choice.clone());
        let out = self.db.write("phone.put", move |tx| {
            let until = task.until.min(tx.now() + within);
            task::put(tx, connector, session, &choice, &Task { until, ..task.clone() })
        });
        let put = out.await.unwrap_or_else(|e| {
            self.failed("what a phone is to send could not be put down", &e);
            Put::Full(self.db.now_ms() + 1_000) // what does not stand there is not sent
        });
        self.say(Word::Put(token, put, self.db.now_ms()));
    }

    async fn look(&self) {
        let (connector, session) = (self.account.connector, self.session);
        let seen = self.db.read(move |tx| {
            let look = task::look(tx, connector, session)?;
            Ok::<_, Error>((phone::get(tx, connector)?, look))
        });
        match seen.await {
            Ok((Some(phone), look)) => self.say(Word::Seen(Box::new(phone), look, self.db.now_ms())),
            Ok((None, _)) => {}
            Err(e) => self.failed("what a phone does could not be read", &e),
        }
    }

    async fn tidy(&self) {
        let connector = self.account.connector;
        if let Err(e) = self.db.background("phone.tidy", move |tx| task::tidy(tx, connector)).await {
            self.failed("old answers of a phone could not be forgotten", &e);
        }
    }
}
