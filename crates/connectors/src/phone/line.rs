//! A phone as a session of [`crate::talk`]: bound while it asks, with room for as much as it asked for.
//!
//! What is handed in is put down as a row and counts as sent from the moment it is handed to the phone; until then it
//! can be called back. A message handed out and not answered in time is ambiguous, and its answer still counts.

use super::account::Account;
use super::keeper::{Wish, Word};
use super::speech::Said;
use super::words::{self, verdict};
use crate::steady;
use crate::talk::{Heard, Talk, Told, Unheard, Unsent};
use serde::{Deserialize, Serialize};
use sms::live::LinkState;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::task::{Context, Poll};
use store::machine::outbox::Ready;
use store::machine::phone::Phone;
use store::machine::phone::task::{Look, Put, Task};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use wire::smpp::Why;

/// What was put down and not handed out for so long is called back.
const UNTAKEN_MS: i64 = 3_000;
/// A phone needs a moment to send, whatever the class of the message.
const ANSWER_LEAST_MS: i64 = 20_000;

/// A message as the encoder writes it.
#[derive(Serialize, Deserialize)]
struct Body {
    message: i64,
    attempt: i64,
    parts: i64,
    from: String,
    to: String,
    text: String,
    valid_until: i64,
}

/// Writes a message.
pub(super) fn body(ready: &Ready) -> Result<Vec<u8>, String> {
    let body = Body {
        message: ready.row.id,
        attempt: ready.attempt,
        parts: ready.whole,
        from: ready.sender.clone(),
        to: ready.recipient.clone(),
        text: ready.text.clone(),
        valid_until: ready.valid_until,
    };
    serde_json::to_vec(&body).map_err(|e| e.to_string())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Bound,
    Closed,
}

/// One message with the phone, or on its way there.
struct Open {
    name: String,
    put_at: i64,
    answer_ms: i64,
    /// When its answer is late; `None` while it is not handed out.
    until: Option<i64>,
    /// It was given up.
    lost: bool,
}

pub(super) struct Line {
    account: Arc<Account>,
    window: usize,
    wishes: UnboundedSender<Wish>,
    words: UnboundedReceiver<Word>,
    arrived: VecDeque<Word>,
    events: VecDeque<Heard>,
    stage: Stage,
    open: BTreeMap<u64, Open>,
    answered: BTreeSet<u64>,
    /// What the phone's question still has room for.
    room: usize,
    waits: bool,
    rest_until: Option<i64>,
    calling_back: bool,
    /// It ends as soon as nothing is called back any more.
    leaving: bool,
    unsent: Vec<u64>,
    shown: &'static str,
    begun: bool,
}

impl Line {
    pub(super) fn new(
        account: Arc<Account>,
        window: usize,
        wishes: UnboundedSender<Wish>,
        words: UnboundedReceiver<Word>,
    ) -> Line {
        Line {
            account,
            window,
            wishes,
            words,
            arrived: VecDeque::new(),
            events: VecDeque::new(),
            stage: Stage::Waiting,
            open: BTreeMap::new(),
            answered: BTreeSet::new(),
            room: 0,
            waits: false,
            rest_until: None,
            calling_back: false,
            leaving: false,
            unsent: Vec::new(),
            shown: "",
            begun: false,
        }
    }

    fn wish(&self, wish: Wish) {
        if self.wishes.send(wish).is_err() {
            tracing::error!(
                connector = self.account.connector,
                "a phone's keeper has ended before its session"
            );
        }
    }

    fn word(&mut self, word: Word) {
        let now = steady::now_ms();
        match word {
            Word::Begun => self.begun = true,
            Word::Seen(phone, look, wall) => self.seen(&phone, look, wall, now),
            Word::Put(token, put, wall) => self.put(token, &put, wall, now),
            Word::Withdrawn(tokens) => self.withdrawn(&tokens),
        }
    }

    fn seen(&mut self, phone: &Phone, look: Look, wall: i64, now: i64) {
        for token in look.handed.into_iter().map(i64::cast_unsigned) {
            if let Some(open) = self.open.get_mut(&token)
                && open.until.is_none()
            {
                open.until = Some(now + open.answer_ms);
            }
        }
        let answers = look.answers.into_iter().map(|(token, said)| (token.cast_unsigned(), said));
        let answers: BTreeMap<u64, String> = answers.collect();
        for (token, said) in &answers {
            self.answer(*token, &Said::read(said));
        }
        self.answered.retain(|token| answers.contains_key(token));
        self.waits = phone.waits_until > wall;
        let unhanded = self.open.values().filter(|o| !o.lost && o.until.is_none()).count();
        let room = if self.waits { usize::try_from(phone.room).unwrap_or(0) } else { 0 };
        self.room = room.saturating_sub(unhanded);
        let slot = self.account.choice.slot;
        let can = phone.facts.sims.iter().any(|sim| sim.ready && (slot == 0 || sim.slot == slot));
        let trouble = if phone.paired_at == 0 {
            words::UNPAIRED
        } else if !self.waits && wall - phone.seen_at > self.account.away_ms {
            words::SILENT
        } else if phone.seen_at >= phone.paired_at && !can {
            words::NO_SIM
        } else if phone.seen_at < phone.paired_at {
            words::SILENT // paired, and never heard since
        } else {
            ""
        };
        self.stand(trouble);
    }

    /// The phone is there, or this is why it is not.
    fn stand(&mut self, trouble: &'static str) {
        match (self.stage, trouble) {
            (Stage::Waiting, "") => {
                self.stage = Stage::Bound;
                self.events.push_back(Heard::Bound);
            }
            (Stage::Waiting, words) if words != self.shown => {
                self.shown = words;
                self.events.push_back(Heard::Waits(words.to_owned()));
            }
            (Stage::Bound, words) if !words.is_empty() => {
                self.room = 0;
                // What is with it may still be answered, in the time it has.
                if self.open.values().any(|o| !o.lost && o.until.is_none()) {
                    self.call_back();
                } else if self.open.values().all(|o| o.lost) {
                    let login = Unheard { command: "poll".to_owned(), status: words.to_owned() };
                    let state = LinkState::Down;
                    self.events.push_back(Heard::Refused { state, words: words.to_owned(), login });
                    self.close(words);
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, token: u64, put: &Put, wall: i64, now: i64) {
        let (verdict, until) = match put {
            Put::Waits => return,
            Put::Full(at) => (words::held("the SIM cards have sent as much as they may for now"), *at),
            Put::NoSim => (words::held(words::NO_SIM), wall + 2_000),
            Put::Over => (words::held("another session has the phone"), wall + 1_000),
        };
        // The clocks of store and process may differ: a rest is looked at again within a minute.
        self.rest_until = Some(now + (until - wall).clamp(1_000, 60_000));
        if self.open.remove(&token).is_some() {
            self.events.push_back(Heard::Answered { token, verdict });
        }
    }

    fn answer(&mut self, token: u64, said: &Said) {
        if !self.answered.insert(token) {
            return;
        }
        let Some(open) = self.open.remove(&token) else { return };
        match verdict(said, &open.name, &self.account.errors) {
            Some(verdict) if open.lost => self.events.push_back(Heard::Late { token, verdict }),
            Some(verdict) => self.events.push_back(Heard::Answered { token, verdict }),
            None if open.lost => {}
            None => self.events.push_back(Heard::Ambiguous { token, why: Why::Unreadable }),
        }
    }

    fn call_back(&mut self) {
        if !std::mem::replace(&mut self.calling_back, true) {
            self.wish(Wish::Withdraw);
        }
    }

    fn withdrawn(&mut self, tokens: &[u64]) {
        self.calling_back = false;
        for token in tokens {
            if self.open.remove(token).is_none() {
                continue;
            }
            if self.leaving {
                self.unsent.push(*token);
            } else {
                let verdict = words::held("the phone went away before it took the message");
                self.events.push_back(Heard::Answered { token: *token, verdict });
            }
        }
        if self.leaving {
            self.close("logged out");
        }
    }

    fn close(&mut self, words: &'static str) {
        if self.stage != Stage::Closed {
            self.stage = Stage::Closed;
            let unsent = std::mem::take(&mut self.unsent);
            self.events.push_back(Heard::Closed { words, unsent });
        }
    }
}

impl Talk for Line {
    fn connected(&mut self, _: i64) {}

    fn feed(&mut self, _: &[u8], _: i64) {}

    fn hear(&mut self) -> Option<Heard> {
        while let Ok(word) = self.words.try_recv() {
            self.arrived.push_back(word);
        }
        while self.events.is_empty() {
            let word = self.arrived.pop_front()?;
            self.word(word);
        }
        self.events.pop_front()
    }

    fn output(&self) -> &[u8] {
        &[]
    }

    fn wrote(&mut self, _: usize) {}

    fn tick(&mut self, now: i64) -> Option<i64> {
        if self.stage == Stage::Closed {
            return None;
        }
        if self.rest_until.is_some_and(|until| until <= now) {
            self.rest_until = None;
        }
        let mut lost = Vec::new();
        for (token, open) in self.open.iter_mut().filter(|(_, o)| !o.lost) {
            if open.until.is_some_and(|until| until <= now) {
                open.lost = true;
                lost.push(*token);
            }
        }
        for token in lost {
            self.wish(Wish::GiveUp(token));
            self.events.push_back(Heard::Ambiguous { token, why: Why::NoAnswer });
        }
        let untaken = |o: &Open| o.until.is_none() && !o.lost && o.put_at + UNTAKEN_MS <= now;
        if !self.waits && self.open.values().any(untaken) {
            self.call_back();
        }
        let timers = self.open.values().filter(|o| !o.lost).map(|o| o.until.unwrap_or(o.put_at + UNTAKEN_MS));
        timers.chain(self.rest_until).filter(|at| *at > now).chain([now + 60_000]).min()
    }

    fn is_bound(&self) -> bool {
        self.stage == Stage::Bound
    }

    fn is_closed(&self) -> bool {
        self.stage == Stage::Closed
    }

    fn is_proven(&self) -> bool {
        self.is_bound() // it has asked since this session began to look
    }

    fn room(&self) -> usize {
        if self.stage != Stage::Bound || self.leaving || self.rest_until.is_some() || !self.begun {
            return 0;
        }
        let with_it = self.open.values().filter(|o| !o.lost).count();
        self.room.min(self.window.saturating_sub(with_it))
    }

    fn rests(&self) -> bool {
        self.room() == 0
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
        0
    }

    fn ask(&mut self, _: i64) {}

    fn describe(&self, body: &[u8]) -> Told {
        let fields = match serde_json::from_slice::<Body>(body) {
            Ok(body) => format!("parts: {}\ncharacters: {}\n", body.parts, body.text.chars().count()),
            Err(_) => String::new(),
        };
        Told { command: "task of the phone".to_owned(), fields }
    }

    fn submit(&mut self, token: u64, body: &[u8], answer_ms: i64, now: i64) -> Result<(), Unsent> {
        if self.room() == 0 {
            return Err(Unsent::NotNow);
        }
        let Ok(body) = serde_json::from_slice::<Body>(body) else {
            return Err(Unsent::Never("it is no message for a phone".to_owned()));
        };
        let answer_ms = answer_ms.max(ANSWER_LEAST_MS);
        let name = crate::http::name_of(body.message, body.attempt);
        let open = Open { name, put_at: now, answer_ms, until: None, lost: false };
        self.open.insert(token, open);
        self.room -= 1;
        if self.account.delay_ms > 0 {
            self.rest_until = Some(now + self.account.delay_ms);
        }
        let task = Task {
            message: body.message,
            attempt: body.attempt,
            token: token.cast_signed(),
            sim: 0,
            parts: body.parts,
            sender: body.from,
            recipient: body.to,
            body: body.text,
            until: body.valid_until,
        };
        // Begun later than this it would be answered too late to be believed.
        self.wish(Wish::Put(task, answer_ms * 3 / 4));
        Ok(())
    }

    fn acknowledge(&mut self, _: u32, _: bool) {}

    fn leave(&mut self, _: i64) {
        let again = std::mem::replace(&mut self.leaving, true);
        if !again && self.open.values().any(|o| !o.lost && o.until.is_none()) {
            self.call_back();
        } else {
            self.close("logged out");
        }
    }

    fn lost(&mut self) {
        self.close("the session was cut");
    }

    fn unread(&mut self) {
        self.close("the phone does not read");
    }
}
