//! A provider as a session of [`crate::talk`]: bound when the account is let in, a part answered when its request is.
//!
//! It owns no socket: requests leave as frames and replies come back as frames, which [`super::bridge`] turns into HTTP.
//! A request that was made and not answered in time is ambiguous, and its answer is still waited for.

use super::bridge::{self, Back, Frames};
use super::{Call, Provider, Reply, Said};
use crate::talk::{Heard, Settings, Talk, Told, Unheard, Unsent, Verdict};
use sms::Code;
use sms::live::LinkState;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use wire::smpp::{Meaning, Why};

/// The token of the request that only asks whether we are let in.
const PROBE: u64 = 0;
/// The longest pause that a provider may ask for.
const PAUSE_MAX_MS: i64 = 300_000;
/// The pause where it asks for none.
const PAUSE_MS: i64 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    Bound,
    Closed,
}

/// One request on its way.
struct Open {
    until: i64,
    /// It was given up; its reply is late.
    lost: bool,
    /// The try it is of.
    name: String,
}

pub(crate) struct Session {
    provider: Arc<dyn Provider>,
    stage: Stage,
    window: usize,
    enquire_ms: i64,
    probe_ms: i64,
    late_ms: i64,
    /// When it was last shown that somebody is there.
    heard_at: i64,
    proven: bool,
    /// A probe is on its way, until then.
    probing: Option<i64>,
    open: HashMap<u64, Open>,
    /// Nothing is sent before this.
    hold_until: i64,
    /// It ends as soon as nothing is on its way.
    leaving: bool,
    output: Vec<u8>,
    /// Frames in `output`, in their order: their tokens, and how much of each is left.
    frames: VecDeque<(u64, usize)>,
    incoming: Frames,
    events: VecDeque<Heard>,
}

impl Session {
    pub(crate) fn new(provider: Arc<dyn Provider>, settings: &Settings, now: i64) -> Session {
        Session {
            provider,
            stage: Stage::Opening,
            window: settings.window,
            enquire_ms: settings.enquire_ms,
            probe_ms: settings.times.probe,
            late_ms: settings.times.late,
            heard_at: now,
            proven: false,
            probing: None,
            open: HashMap::new(),
            hold_until: 0,
            leaving: false,
            output: Vec::new(),
            frames: VecDeque::new(),
            incoming: Frames::default(),
            events: VecDeque::new(),
        }
    }

    fn put(&mut self, token: u64, call: &[u8]) {
        let frame = bridge::frame(token, call);
        self.frames.push_back((token, frame.len()));
        self.output.extend_from_slice(&frame);
    }

    fn probe(&mut self, now: i64) {
        match self.provider.probe().and_then(|call| serde_json::to_vec(&call).ok()) {
            Some(call) => {
                self.probing = Some(now + self.probe_ms);
                self.put(PROBE, &call);
            }
            // Whoever has nothing to ask with is believed until a message says otherwise.
            None => self.let_in(now),
        }
    }

    fn let_in(&mut self, now: i64) {
        (self.heard_at, self.proven, self.probing) = (now, true, None);
        if self.stage == Stage::Opening {
            self.stage = Stage::Bound;
            self.events.push_back(Heard::Bound);
        }
    }

    fn close(&mut self, words: &'static str) {
        if self.stage == Stage::Closed {
            return;
        }
        self.stage = Stage::Closed;
        self.output.clear();
        let unsent = self.frames.drain(..).map(|(token, _)| token).filter(|token| *token != PROBE).collect();
        self.events.push_back(Heard::Closed { words, unsent });
    }

    fn refused(&mut self, state: LinkState, words: String) {
        let login = Unheard { command: "request".into(), status: words.clone() };
        self.events.push_back(Heard::Refused { state, words, login });
        self.close("the carrier refused the login");
    }

    fn came(&mut self, token: u64, back: Back, now: i64) {
        if token == PROBE {
            self.probing = None;
            match back {
                Back::Reply(reply) => match self.provider.login(&reply) {
                    Ok(()) => self.let_in(now),
                    Err(words) => self.refused(LinkState::AuthFailed, words),
                },
                Back::NotSent(words) | Back::Lost(words) => self.refused(LinkState::Down, words),
            }
            return;
        }
        let Some(open) = self.open.remove(&token) else { return };
        let said = match back {
            Back::Reply(reply) => {
                (self.heard_at, self.proven) = (now, true);
                let said = self.provider.meaning(&open.name, &reply);
                self.pause(&reply, &said, now);
                said
            }
            Back::NotSent(words) => Said::refused(Meaning::Link, Code::LinkDown, words),
            Back::Lost(words) => Said::Unknown(words),
        };
        if let Said::Locked(words) = &said {
            let login = Unheard { command: "request".into(), status: words.clone() };
            let state = LinkState::AuthFailed;
            self.events.push_back(Heard::Refused { state, words: words.clone(), login });
        }
        match verdict(said) {
            Some(verdict) if open.lost => self.events.push_back(Heard::Late { token, verdict }),
            Some(verdict) => self.events.push_back(Heard::Answered { token, verdict }),
            None if open.lost => {}
            None => self.events.push_back(Heard::Ambiguous { token, why: Why::Unreadable }),
        }
        self.part();
    }

    /// Ends where it is to end and nobody waits for an answer.
    fn part(&mut self) {
        if self.leaving && self.open.values().all(|o| o.lost) {
            self.close("logged out");
        }
    }

    /// A carrier that is asked too much says for how long it wants none.
    fn pause(&mut self, reply: &Reply, said: &Said, now: i64) {
        let slow = matches!(said, Said::Refused { meaning: Meaning::Throttle, .. });
        if slow || reply.status == 503 && reply.pause_ms.is_some() {
            let pause = reply.pause_ms.unwrap_or(PAUSE_MS).clamp(0, PAUSE_MAX_MS);
            self.hold_until = self.hold_until.max(now + pause);
        }
    }
}

/// What the link is told; `None` where nobody knows.
fn verdict(said: Said) -> Option<Verdict> {
    let told = |meaning, code, words, id| Some(Verdict { meaning, code, words, id, doubtful: false });
    match said {
        Said::Taken(ids) => told(Meaning::Ok, Code::None, String::new(), ids.join("\n")),
        Said::Refused { meaning, code, words } => told(meaning, code, words, String::new()),
        Said::Locked(words) => told(Meaning::Link, Code::LinkDown, words, String::new()),
        Said::Unknown(_) => None,
    }
}

impl Talk for Session {
    fn connected(&mut self, now: i64) {
        self.heard_at = now;
        self.probe(now);
    }

    fn feed(&mut self, bytes: &[u8], now: i64) {
        self.incoming.extend(bytes);
        while let Some((token, payload)) = self.incoming.next() {
            if let Ok(back) = serde_json::from_slice(&payload) {
                self.came(token, back, now);
            }
        }
    }

    fn hear(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn output(&self) -> &[u8] {
        &self.output
    }

    fn wrote(&mut self, count: usize) {
        self.output.drain(..count.min(self.output.len()));
        let mut left = count;
        while let Some((_, rest)) = self.frames.front_mut() {
            if *rest > left {
                *rest -= left;
                break;
            }
            left -= *rest;
            self.frames.pop_front();
        }
    }

    fn tick(&mut self, now: i64) -> Option<i64> {
        if self.stage == Stage::Closed {
            return None;
        }
        let over: Vec<u64> = self.open.iter().filter(|(_, o)| o.until <= now).map(|(t, _)| *t).collect();
        for token in over {
            match self.open.get_mut(&token) {
                Some(open) if !open.lost => {
                    (open.lost, open.until) = (true, now + self.late_ms);
                    self.events.push_back(Heard::Ambiguous { token, why: Why::NoAnswer });
                }
                _ => drop(self.open.remove(&token)),
            }
        }
        self.part();
        if self.stage == Stage::Closed {
            return None;
        }
        if self.probing.is_some_and(|until| until <= now) {
            self.probing = None;
            self.refused(LinkState::Down, "no answer in time to a question about the account".to_owned());
            return None;
        }
        let quiet = self.heard_at + self.enquire_ms;
        if self.stage == Stage::Bound && self.probing.is_none() && quiet <= now {
            self.heard_at = now;
            self.probe(now);
        }
        let hold = Some(self.hold_until).filter(|until| *until > now);
        let timers = self.open.values().map(|o| o.until).chain(self.probing).chain(hold);
        timers.chain(std::iter::once(self.heard_at + self.enquire_ms)).min()
    }

    fn is_bound(&self) -> bool {
        self.stage == Stage::Bound
    }

    fn is_closed(&self) -> bool {
        self.stage == Stage::Closed
    }

    fn is_proven(&self) -> bool {
        self.proven
    }

    fn room(&self) -> usize {
        if self.stage != Stage::Bound || self.leaving || self.hold_until > crate::steady::now_ms() {
            return 0;
        }
        let lost = self.open.values().filter(|o| o.lost).count();
        // What was given up holds its place only while few do.
        self.window.saturating_sub(self.open.len() - lost.min(self.window / 2))
    }

    fn unanswered(&self) -> usize {
        0
    }

    fn ask(&mut self, now: i64) {
        self.proven = false;
        self.probe(now);
    }

    fn describe(&self, body: &[u8]) -> Told {
        let Ok(call) = serde_json::from_slice::<Call>(body) else {
            return Told { command: "request".into(), fields: String::new() };
        };
        // Addresses have keys and numbers behind their question mark, some also in their path.
        let host = super::address(&call.url).unwrap_or_default();
        let kind = call.headers.iter().find(|(name, _)| name == "Content-Type").map_or("", |(_, v)| v);
        let fields = format!("host: {host}\ncontent_type: {kind}\nbody: {} octets\n", call.body.len());
        Told { command: format!("{} request", call.method), fields }
    }

    fn submit(&mut self, token: u64, body: &[u8], answer_ms: i64, now: i64) -> Result<(), Unsent> {
        if self.room() == 0 {
            return Err(Unsent::NotNow);
        }
        let name = serde_json::from_slice::<Call>(body).map(|call| call.name).unwrap_or_default();
        self.open.insert(token, Open { until: now + answer_ms, lost: false, name });
        self.put(token, body);
        Ok(())
    }

    fn acknowledge(&mut self, _: u32, _: bool) {}

    fn leave(&mut self, _: i64) {
        self.leaving = true;
        self.part();
    }

    fn lost(&mut self) {
        self.close("the connection was cut");
    }

    fn unread(&mut self) {
        self.close("the carrier does not read");
    }
}
