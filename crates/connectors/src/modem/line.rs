//! A session of a modem in the words of [`crate::talk`].

use super::account::Account;
use super::keeper::{Wish, Word, report};
use super::{encode, words};
use crate::steady;
use crate::talk::{Delivery, Heard, Talk, Told, Unheard, Unsent};
use sms::hex;
use sms::tpdu::{Deliver, FromCentre, StatusReport, centre, state};
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{SystemTime, UNIX_EPOCH};
use store::machine::inbound;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use wire::at::{Config, Ended, Failure, News, Session, Stage, Ussd, UssdState};

/// A part that is with the session, or waits for the store's word.
struct Held {
    token: u64,
    body: Vec<u8>,
    tpdu: usize,
    recipient: String,
    /// The session has it.
    given: bool,
}

pub(super) struct Line {
    session: Session,
    account: Arc<Account>,
    wishes: UnboundedSender<Wish>,
    words: UnboundedReceiver<Word>,
    arrived: VecDeque<Word>,
    held: Option<Held>,
    /// Whose answer came late, and to whom it was sent.
    late: Option<(u64, String)>,
    /// Parts whose name the store is asked for.
    owed: usize,
    /// The end, kept until nothing is owed.
    closing: Option<(Ended, Vec<u64>)>,
    /// The card may send nothing before this (steady clock).
    rest_until: Option<i64>,
    /// The store has said what the card may send.
    judged: bool,
    /// The command whose code is on its way.
    ussd: Option<i64>,
    told_trouble: bool,
}

impl Line {
    pub(super) fn new(
        account: Arc<Account>,
        config: Config,
        wishes: UnboundedSender<Wish>,
        words: UnboundedReceiver<Word>,
        now: i64,
    ) -> Line {
        Line {
            session: Session::new(config, now),
            account,
            wishes,
            words,
            arrived: VecDeque::new(),
            held: None,
            late: None,
            owed: 0,
            closing: None,
            rest_until: None,
            judged: false,
            ussd: None,
            told_trouble: false,
        }
    }

    fn wish(&self, wish: Wish) {
        if self.wishes.send(wish).is_err() {
            tracing::error!(
                connector = self.account.connector,
                "a modem's keeper has ended before its session"
            );
        }
    }

    fn sim(&self) -> String {
        self.session.facts().subscriber_key()
    }

    /// What the store, or a person, said.
    fn word(&mut self, word: Word) -> Option<Heard> {
        let now = steady::now_ms();
        match word {
            Word::Permit { token, may } => return self.permitted(token, may, now),
            Word::Rest(until) => self.rest(until, now),
            Word::Pin { may, entered } => {
                if self.session.permit_pin(may, now) {
                    let _ = entered.send(()); // who asked is there as long as this session
                }
            }
            Word::Named { token, late, id } => {
                self.owed -= 1;
                let verdict = words::taken(id);
                return Some(if late {
                    Heard::Late { token, verdict }
                } else {
                    Heard::Answered { token, verdict }
                });
            }
            Word::Receipt { seq, receipt } => {
                return Some(Heard::Delivered { seq, delivery: Delivery::Receipt(receipt) });
            }
            Word::Aside { seq, kept } => self.session.acknowledge(seq, kept, now),
            Word::Ussd { command, code } => {
                if self.session.ussd(&code).is_ok() {
                    self.ussd = Some(command);
                } else {
                    let said = Err("the modem is not ready, or another code is on its way".to_owned());
                    self.wish(Wish::Said { command, said });
                }
            }
        }
        None
    }

    fn rest(&mut self, until: Option<i64>, now: i64) {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64);
        self.judged = true;
        // The clocks of store and process may differ: a rest is looked at again within a minute.
        self.rest_until = until.map(|at| now + (at - wall).clamp(1_000, 60_000));
    }

    fn permitted(&mut self, token: u64, may: Result<(), i64>, now: i64) -> Option<Heard> {
        let held = self.held.as_mut().filter(|held| held.token == token && !held.given)?;
        let verdict = match may {
            Ok(()) => {
                if self.session.send(token, &held.body, held.tpdu, now).is_ok() {
                    held.given = true;
                    return None;
                }
                words::unprompted()
            }
            Err(until) => {
                self.rest(Some(until), now);
                words::full()
            }
        };
        self.held = None;
        Some(Heard::Answered { token, verdict })
    }

    fn news(&mut self, news: News) -> Option<Heard> {
        match news {
            News::PinWanted => {
                let (card, left) = (self.session.facts().card_key(), self.session.facts().pin_left);
                self.wish(Wish::Pin { card, left });
                None
            }
            News::PinTried { accepted } => {
                if accepted {
                    self.wish(Wish::PinRight { card: self.session.facts().card_key() });
                }
                None
            }
            News::Ready => {
                self.judged = false;
                self.wish(Wish::Room { sim: self.sim() });
                Some(Heard::Bound)
            }
            News::Waits(trouble) => Some(Heard::Waits(words::trouble(trouble).to_owned())),
            News::Facts(facts) => {
                self.wish(Wish::Facts(facts));
                None
            }
            News::Sent { token, answer } => {
                let recipient = self.let_go(token).unwrap_or_default();
                self.answered(token, false, answer, recipient)
            }
            News::Late { token, answer } => {
                let (_, recipient) = self.late.take().filter(|(of, _)| *of == token)?;
                self.answered(token, true, answer, recipient)
            }
            News::Unprompted { token } => {
                self.let_go(token);
                Some(Heard::Answered { token, verdict: words::unprompted() })
            }
            News::Ambiguous { token } => {
                self.late = self.let_go(token).map(|recipient| (token, recipient));
                Some(Heard::Ambiguous { token, why: wire::smpp::Why::NoAnswer })
            }
            News::Handed { seq, pdu } => self.handed(seq, pdu),
            News::Ussd(said) => {
                let command = self.ussd.take()?;
                self.wish(Wish::Said { command, said: said_of(said) });
                None
            }
            News::Closed { why, unsent } => {
                self.closing = Some((why, unsent));
                None
            }
        }
    }

    /// The part of a token has its end; whom it was for.
    fn let_go(&mut self, token: u64) -> Option<String> {
        self.held.take_if(|held| held.token == token).map(|held| held.recipient)
    }

    fn answered(
        &mut self,
        token: u64,
        late: bool,
        answer: Result<Option<u8>, Failure>,
        recipient: String,
    ) -> Option<Heard> {
        let verdict = match answer {
            Ok(Some(reference)) => {
                self.owed += 1;
                self.wish(Wish::Taken { token, late, sim: self.sim(), reference, recipient });
                return None;
            }
            // Taken, and its reports will find nothing.
            Ok(None) => words::taken(String::new()),
            Err(failure) => words::refused(&failure, &self.account.errors),
        };
        Some(if late { Heard::Late { token, verdict } } else { Heard::Answered { token, verdict } })
    }

    fn handed(&mut self, seq: u32, pdu: Option<Vec<u8>>) -> Option<Heard> {
        let Some(octets) = pdu else { return self.aside(seq, "no PDU stands there", Vec::new()) };
        let read = centre::split(&octets).and_then(|(_, tpdu)| FromCentre::decode(tpdu));
        match read {
            Ok(FromCentre::Deliver(deliver)) => self.delivered(seq, octets, &deliver),
            Ok(FromCentre::StatusReport(of)) => {
                self.reported(seq, &of);
                None
            }
            Ok(FromCentre::SubmitReport(_)) => self.aside(seq, "an answer to a submission", octets),
            Err(fault) => {
                self.aside(seq, &fault.to_string(), octets);
                let command = "SMS-DELIVER".to_owned();
                Some(Heard::Malformed(Unheard { command, status: format!("set aside: {fault}") }))
            }
        }
    }

    fn aside(&self, seq: u32, why: &str, octets: Vec<u8>) -> Option<Heard> {
        self.wish(Wish::Aside { seq, why: why.to_owned(), octets });
        None
    }

    fn delivered(&mut self, seq: u32, octets: Vec<u8>, deliver: &Deliver) -> Option<Heard> {
        if deliver.is_silent() {
            return Some(Heard::Delivered { seq, delivery: Delivery::Nothing });
        }
        let ports = deliver.user.elements().and_then(|header| header.ports()).is_some();
        let Some(text) = deliver.text().filter(|_| !ports) else {
            return self.aside(seq, "no text: binary, or for an application", octets);
        };
        // "Messages wait" with nothing beside it is for a lamp, not for a person.
        if text.is_empty() && deliver.dcs.waiting().is_some() {
            return Some(Heard::Delivered { seq, delivery: Delivery::Nothing });
        }
        let from = deliver.originator.display();
        let stamp = hex::encode(&deliver.taken_at.0);
        let mark = inbound::fingerprint(&from, &stamp, &hex::encode(&octets), None);
        let to = if self.account.number.is_empty() {
            self.session.facts().number.clone()
        } else {
            self.account.number.clone()
        };
        let concat = crate::incoming::place(&deliver.user.header);
        Some(Heard::Delivered { seq, delivery: Delivery::Marked { from, to, text, concat, mark } })
    }

    fn reported(&self, seq: u32, of: &StatusReport) {
        let detail = format!("{:02X} {}", of.status, state::words(of.status));
        let receipt = report(of.reference, of.meaning(), detail, of.recipient.display());
        let taken_at = of.taken_at.unix_ms();
        self.wish(Wish::Report { seq, sim: self.sim(), reference: of.reference, taken_at, receipt });
    }

    /// The end, once nothing is owed any more.
    fn closed(&mut self) -> Option<Heard> {
        if self.owed > 0 {
            return None;
        }
        if let Some((Ended::Trouble(trouble), _)) = &self.closing
            && !std::mem::replace(&mut self.told_trouble, true)
        {
            let words = words::trouble(*trouble).to_owned();
            let login = Unheard { command: "AT".to_owned(), status: words.clone() };
            return Some(Heard::Refused { state: words::state(*trouble), words, login });
        }
        let (why, mut unsent) = self.closing.take()?;
        unsent.extend(self.held.take().map(|held| held.token).filter(|token| !unsent.contains(token)));
        if let Some(command) = self.ussd.take() {
            self.wish(Wish::Said { command, said: Err(words::ended(why).to_owned()) });
        }
        Some(Heard::Closed { words: words::ended(why), unsent })
    }
}

/// What the network answered to a code, for a person.
fn said_of(said: Result<Ussd, Failure>) -> Result<String, String> {
    match said {
        Ok(ussd) if ussd.state == UssdState::Unsupported => {
            Err("the network does not know this code".to_owned())
        }
        Ok(ussd) if ussd.raw.is_empty() => Err("the network ended it without a word".to_owned()),
        Ok(ussd) => Ok(ussd.text()),
        Err(Failure::Error) => Err("the network did not answer the code".to_owned()),
        Err(failure) => Err(failure.words().to_owned()),
    }
}

impl Talk for Line {
    fn connected(&mut self, now: i64) {
        self.session.tick(now);
    }

    fn feed(&mut self, bytes: &[u8], now: i64) {
        self.session.feed(bytes, now);
    }

    fn hear(&mut self) -> Option<Heard> {
        while let Ok(word) = self.words.try_recv() {
            self.arrived.push_back(word);
        }
        loop {
            if let Some(word) = self.arrived.pop_front() {
                if let Some(heard) = self.word(word) {
                    return Some(heard);
                }
            } else if let Some(news) = self.session.poll_news() {
                if let Some(heard) = self.news(news) {
                    return Some(heard);
                }
            } else {
                return self.closed();
            }
        }
    }

    fn output(&self) -> &[u8] {
        self.session.output()
    }

    fn wrote(&mut self, count: usize) {
        self.session.wrote(count);
    }

    fn tick(&mut self, now: i64) -> Option<i64> {
        if self.rest_until.is_some_and(|until| until <= now) {
            self.rest_until = None;
            self.wish(Wish::Room { sim: self.sim() });
        }
        let next = self.session.tick(now);
        match self.rest_until {
            Some(until) => next.map(|next| next.min(until)),
            None => next,
        }
    }

    fn is_bound(&self) -> bool {
        self.session.stage() == Stage::Ready
    }

    fn is_closed(&self) -> bool {
        self.session.stage() == Stage::Closed && self.closing.is_none() && self.owed == 0
    }

    fn is_proven(&self) -> bool {
        self.is_bound() // it has answered everything it was asked since it was opened
    }

    fn room(&self) -> usize {
        if self.held.is_some() || self.rest_until.is_some() || !self.judged { 0 } else { self.session.room() }
    }

    fn rests(&self) -> bool {
        self.rest_until.is_some() || !self.judged || self.held.is_none() && self.session.room() == 0
    }

    fn poll_aside(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.words.poll_recv(cx) {
            Poll::Ready(Some(word)) => {
                self.arrived.push_back(word);
                Poll::Ready(())
            }
            // The keeper lives as long as this line's own end of the channel.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    fn unanswered(&self) -> usize {
        // At the end nothing more is read: what is owed comes from the store.
        if self.session.stage() == Stage::Closed { usize::MAX } else { self.session.unanswered() }
    }

    fn ask(&mut self, _: i64) {
        self.session.ask();
    }

    fn describe(&self, body: &[u8]) -> Told {
        encode::told(body)
    }

    fn submit(&mut self, token: u64, body: &[u8], _: i64, _: i64) -> Result<(), Unsent> {
        if self.room() == 0 {
            return Err(Unsent::NotNow);
        }
        let Some((tpdu, submit)) = encode::submit(body) else {
            return Err(Unsent::Never("it is no SMS-SUBMIT".to_owned()));
        };
        let recipient = submit.destination.display();
        self.held = Some(Held { token, body: body.to_vec(), tpdu, recipient, given: false });
        self.wish(Wish::Permit { token, sim: self.sim() });
        Ok(())
    }

    fn acknowledge(&mut self, seq: u32, kept: bool) {
        self.session.acknowledge(seq, kept, steady::now_ms());
    }

    fn leave(&mut self, _: i64) {
        self.session.leave();
    }

    fn lost(&mut self) {
        self.session.lost();
    }

    fn unread(&mut self) {
        self.session.unread();
    }
}
