//! A provider as a session of [`crate::talk`]: bound when the account is let in, a part answered when its request is.
//!
//! It owns no socket: requests leave as frames and replies come back as frames, which [`super::bridge`] turns into HTTP.
//! A request that was made and not answered in time is ambiguous, and its answer is still waited for. Where a provider takes
//! several messages at once, those that are put out together leave in one request; nothing waits for company.

use super::bridge::{self, Back, Frames};
use super::{Call, Provider, Reply, Said};
use crate::talk::{Heard, Settings, Talk, Told, Unheard, Unsent, Verdict};
use sms::Code;
use sms::live::LinkState;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use wire::smpp::{Meaning, Why};

/// The number of the request that only asks whether we are let in.
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

/// A message without an answer.
struct Open {
    until: i64,
    /// It was given up; its reply is late.
    lost: bool,
    /// The try it is of.
    name: String,
}

/// A request without a reply: its messages, and what each of them would ask for by itself.
type Asked = Vec<(u64, Call)>;

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
    /// Requests by their numbers.
    asked: HashMap<u64, Asked>,
    next: u64,
    /// The request that was put out last and may take more.
    grows: Option<u64>,
    /// Nothing is sent before this.
    hold_until: i64,
    /// It ends as soon as nothing is on its way.
    leaving: bool,
    output: Vec<u8>,
    /// Frames in `output`, in their order: their requests, and how much of each is left.
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
            asked: HashMap::new(),
            next: PROBE + 1,
            grows: None,
            hold_until: 0,
            leaving: false,
            output: Vec::new(),
            frames: VecDeque::new(),
            incoming: Frames::default(),
            events: VecDeque::new(),
        }
    }

    fn put(&mut self, request: u64, call: &Call) {
        let frame = bridge::frame(request, &serde_json::to_vec(call).unwrap_or_default());
        self.frames.push_back((request, frame.len()));
        self.output.extend_from_slice(&frame);
    }

    /// A request for one message.
    fn put_alone(&mut self, token: u64, call: Call) {
        let request = self.next;
        self.next += 1;
        self.put(request, &call);
        self.grows = Some(request);
        self.asked.insert(request, vec![(token, call)]);
    }

    /// Puts a message into the request that was put out last, where nothing of that has left and both can go together.
    fn put_beside(&mut self, token: u64, call: &Call) -> bool {
        let Some(request) = self.grows else { return false };
        let Some(asked) = self.asked.get_mut(&request) else { return false };
        let whole = self.frames.back().filter(|(last, _)| *last == request).map(|(_, length)| *length);
        let Some(length) = whole.filter(|_| asked.len() < self.provider.most()) else { return false };
        let calls: Vec<Call> = asked.iter().map(|(_, call)| call).chain([call]).cloned().collect();
        let Some(all) = self.provider.together(&calls) else { return false };
        asked.push((token, call.clone()));
        self.frames.pop_back();
        self.output.truncate(self.output.len() - length);
        self.put(request, &all);
        true
    }

    fn probe(&mut self, now: i64) {
        match self.provider.probe() {
            Some(call) => {
                self.grows = None;
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
        let never = self.frames.drain(..).filter_map(|(request, _)| self.asked.remove(&request));
        let unsent = never.flatten().map(|(token, _)| token).collect();
        self.events.push_back(Heard::Closed { words, unsent });
    }

    fn refused(&mut self, state: LinkState, words: String) {
        let login = Unheard { command: "request".into(), status: words.clone() };
        self.events.push_back(Heard::Refused { state, words, login });
        self.close("the carrier refused the login");
    }

    fn came(&mut self, request: u64, back: Back, now: i64) {
        if request == PROBE {
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
        let Some(asked) = self.asked.remove(&request) else { return };
        let said = match back {
            Back::Reply(reply) => {
                (self.heard_at, self.proven) = (now, true);
                match self.read(&asked, &reply) {
                    Ok(said) => {
                        said.iter().for_each(|one| self.pause(&reply, one, now));
                        said
                    }
                    Err(all) if is_about_one(&all) => return self.apart(asked),
                    Err(all) => {
                        self.pause(&reply, &all, now);
                        vec![all; asked.len()]
                    }
                }
            }
            Back::NotSent(words) => vec![Said::refused(Meaning::Link, Code::LinkDown, words); asked.len()],
            Back::Lost(words) => vec![Said::Unknown(words); asked.len()],
        };
        if let Some(Said::Locked(words)) = said.iter().find(|one| matches!(one, Said::Locked(_))) {
            let login = Unheard { command: "request".into(), status: words.clone() };
            let state = LinkState::AuthFailed;
            self.events.push_back(Heard::Refused { state, words: words.clone(), login });
        }
        for ((token, _), said) in asked.into_iter().zip(said) {
            self.answered(token, said);
        }
        self.part();
    }

    /// What a reply says of each message of its request, in their order; `Err` where it says one thing of several.
    fn read(&self, asked: &Asked, reply: &Reply) -> Result<Vec<Said>, Said> {
        if let [(token, _)] = &asked[..] {
            let name = self.open.get(token).map_or("", |open| open.name.as_str());
            return Ok(vec![self.provider.meaning(name, reply)]);
        }
        let calls: Vec<Call> = asked.iter().map(|(_, call)| call.clone()).collect();
        self.provider.meanings(&calls, reply).ok_or_else(|| match self.provider.meaning("", reply) {
            Said::Taken(_) => Said::Unknown("the answer says nothing of each message".into()),
            said => said,
        })
    }

    /// A request of several was refused, for the sake of one of them perhaps, and nothing of it was taken: each is asked for
    /// by itself, as long as somebody waits for its answer.
    fn apart(&mut self, asked: Asked) {
        for (token, call) in asked {
            if self.open.get(&token).is_some_and(|open| !open.lost) {
                self.put_alone(token, call);
            }
            self.grows = None;
        }
    }

    fn answered(&mut self, token: u64, said: Said) {
        let Some(open) = self.open.remove(&token) else { return };
        match verdict(said) {
            Some(verdict) if open.lost => self.events.push_back(Heard::Late { token, verdict }),
            Some(verdict) => self.events.push_back(Heard::Answered { token, verdict }),
            None if open.lost => {}
            None => self.events.push_back(Heard::Ambiguous { token, why: Why::Unreadable }),
        }
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

/// Whether an answer may be about one message alone.
fn is_about_one(said: &Said) -> bool {
    matches!(said, Said::Refused { meaning: Meaning::Message | Meaning::Route, .. })
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
        while let Some((request, payload)) = self.incoming.next() {
            if let Ok(back) = serde_json::from_slice(&payload) {
                self.came(request, back, now);
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
        self.grows = None;
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
        // A reply that is waited for no longer is of no use: each of its messages is given up.
        self.asked.retain(|_, asked| asked.iter().any(|(token, _)| self.open.contains_key(token)));
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
        let call: Call = serde_json::from_slice(body).map_err(|e| Unsent::Never(e.to_string()))?;
        self.open.insert(token, Open { until: now + answer_ms, lost: false, name: call.name.clone() });
        if !self.put_beside(token, &call) {
            self.put_alone(token, call);
        }
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
