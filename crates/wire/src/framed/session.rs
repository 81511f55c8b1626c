//! One session, either side: login, window, timers, answers. It owns no socket and no clock.
//!
//! The owner's turn is that of [`crate::smpp::Session`]: `feed` what was read, take the events, `send` what fits, write
//! `output` in one call and say how much went with `wrote`, then `tick` and sleep until the instant it gives.

mod incoming;

use std::collections::{HashMap, VecDeque};

use super::event::{Event, SendError, Stats, WhyClosed};
use super::frames::Frames;
use super::protocol::{Answer, Config, Protocol, Role};
use crate::window::{Open, Stand, Why, Window};

/// Unwritten octets beyond which a peer floods us: it sends and never reads.
const FLOOD: usize = 4 << 20;
/// How often a request is said again that the peer could not read.
const RESEND_MOST: u8 = 2;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Connected, no login yet.
    Open,
    /// A login waits for its answer.
    LoggingIn,
    /// Messages may flow.
    Bound,
    /// We are leaving.
    Leaving,
    /// Over.
    Closed,
}

/// A request of our own that carries no message.
#[derive(Debug, Clone, Copy)]
struct Own {
    number: u32,
    operation: u8,
    at: i64,
}

/// A session of a protocol with frames.
#[derive(Debug)]
pub struct Session<P: Protocol> {
    role: Role,
    config: Config,
    stage: Stage,
    /// Login or goodbye that is out.
    door: Option<Own>,
    /// The number under which a client asked to be let in.
    knocked: Option<u32>,
    /// The keep-alive that is out.
    probe: Option<Own>,
    window: Window,
    /// What may have to be said again, by number: how often it was, and its body.
    said: HashMap<u32, (u8, Vec<u8>)>,
    /// The peer's requests without our answer: number and operation.
    asked: HashMap<u32, u8>,
    events: VecDeque<Event<P::Request>>,
    frames: Frames,
    output: Vec<u8>,
    /// How much of `output` is written.
    head: usize,
    /// Octets taken from `output` before what it holds now.
    written: u64,
    init_deadline: i64,
    heard: i64,
    spoke: i64,
    /// Since when more than half of the window is stuck.
    stuck_since: Option<i64>,
    /// Since when a frame is under way.
    torn_since: Option<i64>,
    /// The peer has answered a keep-alive.
    proven: bool,
    stats: Stats,
}

impl<P: Protocol> Session<P> {
    /// The client's side. The login is in `output` at once; without an account there is none.
    pub fn client(config: Config, now: i64) -> Self {
        let mut session = Self::new(Role::Client, config, now);
        if session.config.credentials.user.is_empty() {
            session.stage = Stage::Bound;
            session.events.push_back(Event::LoggedIn);
        } else {
            let body = P::login(&session.config.credentials);
            session.door = session.own(&body, now);
            session.stage = Stage::LoggingIn;
        }
        session
    }

    /// The carrier's side: waits for a login, unless it is open to all.
    pub fn server(config: Config, now: i64) -> Self {
        Self::new(Role::Server, config, now)
    }

    fn new(role: Role, mut config: Config, now: i64) -> Self {
        let numbers = P::numbers(role);
        // One number stays free for the keep-alive.
        config.window = config.window.clamp(1, numbers.count() - 1);
        Session {
            role,
            stage: Stage::Open,
            door: None,
            knocked: None,
            probe: None,
            window: Window::beginning(numbers, numbers.first),
            said: HashMap::new(),
            asked: HashMap::new(),
            events: VecDeque::new(),
            frames: Frames::default(),
            output: Vec::new(),
            head: 0,
            written: 0,
            init_deadline: now + config.session_init_ms,
            heard: now,
            spoke: now,
            stuck_since: None,
            torn_since: None,
            proven: false,
            stats: Stats::default(),
            config,
        }
    }

    /// Where it stands.
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// Messages of ours that hold a number, those kept for a late answer included.
    pub fn in_flight(&self) -> usize {
        self.window.len()
    }

    /// Messages that may be sent now. With stop-and-wait a keep-alive takes the turn of a message.
    pub fn room(&self) -> usize {
        let turn = self.config.window > 1 || self.probe.is_none();
        let free = self.stage == Stage::Bound && self.stuck_since.is_none() && turn;
        if free { self.config.window.saturating_sub(self.window.len()) } else { 0 }
    }

    /// Asks the peer whether it is there, unless it is being asked already.
    pub fn ask(&mut self, now: i64) {
        if self.stage == Stage::Bound && self.probe.is_none() {
            self.probe = self.own(&P::alive(&self.config.credentials), now);
        }
    }

    /// Whether the peer has answered a keep-alive.
    pub const fn is_proven(&self) -> bool {
        self.proven
    }

    /// The peer's requests that wait for our answer; never more than there are numbers.
    pub fn unanswered(&self) -> usize {
        self.asked.len()
    }

    /// Counts of what was odd.
    pub fn stats(&self) -> Stats {
        Stats { skipped: self.frames.skipped, ..self.stats }
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event<P::Request>> {
        self.events.pop_front()
    }

    /// Octets to be written now.
    pub fn output(&self) -> &[u8] {
        &self.output[self.head..]
    }

    /// Says that so many octets of `output` were written. Only these count as having left.
    pub fn wrote(&mut self, count: usize) {
        let count = count.min(self.output.len() - self.head);
        self.head += count;
        self.written += count as u64;
        if self.head == self.output.len() {
            self.output.clear();
            self.head = 0;
        } else if self.head > self.output.len() / 2 {
            self.output.drain(..self.head);
            self.head = 0;
        }
    }

    /// Sends a message. The token comes back with its outcome.
    pub fn send(
        &mut self,
        token: u64,
        request: &P::Request,
        response_ms: i64,
        now: i64,
    ) -> Result<u32, SendError> {
        self.send_body(token, &P::body(request), response_ms, now)
    }

    /// Sends a message whose body was written before, by [`Protocol::body`].
    pub fn send_body(
        &mut self,
        token: u64,
        body: &[u8],
        response_ms: i64,
        now: i64,
    ) -> Result<u32, SendError> {
        if self.stage != Stage::Bound {
            return Err(SendError::NotLoggedIn);
        }
        if self.window.len() >= self.config.window {
            return Err(SendError::WindowFull);
        }
        let number = self.number().ok_or(SendError::WindowFull)?;
        let start = self.written + (self.output.len() - self.head) as u64;
        P::seal(number, body, &mut self.output);
        let (command, deadline) = (u32::from(P::operation(body)), now + response_ms);
        let (stand, why) = (Stand::Waiting, Why::NoAnswer);
        self.window.insert(number, Open { token, command, start, deadline, stand, why });
        if P::RESENDS {
            self.said.insert(number, (0, body.to_vec()));
        }
        self.spoke = now;
        Ok(number)
    }

    /// A number that is neither open nor taken by login or keep-alive.
    fn number(&mut self) -> Option<u32> {
        let own = [self.door, self.probe].map(|own| own.map(|own| own.number));
        self.window.number(|number| own.contains(&Some(number)))
    }

    /// Sends a request that is no message.
    fn own(&mut self, body: &[u8], now: i64) -> Option<Own> {
        let number = self.number()?;
        P::seal(number, body, &mut self.output);
        self.spoke = now;
        Some(Own { number, operation: P::operation(body), at: now })
    }

    /// Answers a `Request` event, once what it said is committed.
    pub fn answer(&mut self, number: u32, answer: &Answer) {
        if self.stage == Stage::Closed {
            return;
        }
        if let Some(operation) = self.asked.remove(&number) {
            P::seal(number, &P::answer(operation, answer), &mut self.output);
        }
    }

    /// Leaves a request without an answer, as if it had never come: the peer says it again.
    pub fn ignore(&mut self, number: u32) {
        self.asked.remove(&number);
    }

    /// Lets a client in, or not. A refused session is closed.
    pub fn answer_login(&mut self, answer: &Answer) {
        let Some(number) = self.knocked.take() else { return };
        self.answer(number, answer);
        if answer.error.is_none() {
            self.stage = Stage::Bound;
        } else {
            self.close(WhyClosed::Refused);
        }
    }

    /// Says goodbye. What is open may still be answered for a while.
    pub fn leave(&mut self, now: i64) {
        if self.stage != Stage::Bound {
            return if self.stage == Stage::Leaving {
            } else {
                self.close(WhyClosed::LoggedOut)
            };
        }
        self.stage = Stage::Leaving;
        self.init_deadline = now + self.config.probe_ms;
        match P::logout() {
            Some(body) => self.door = self.own(&body, now),
            None => self.leave_when_quiet(),
        }
    }

    /// A protocol without a goodbye leaves when nothing is open any more.
    fn leave_when_quiet(&mut self) {
        if self.stage == Stage::Leaving && self.door.is_none() && self.window.len() == self.window.ambiguous()
        {
            self.close(WhyClosed::LoggedOut);
        }
    }

    /// The connection stands only now: the time to log in begins here.
    pub fn connected(&mut self, now: i64) {
        if matches!(self.stage, Stage::Open | Stage::LoggingIn) {
            self.init_deadline = now + self.config.session_init_ms;
        }
        (self.heard, self.spoke) = (now, now);
    }

    /// The connection is gone.
    pub fn lost(&mut self) {
        self.close(WhyClosed::Lost);
    }

    /// The owner could not write for too long: the peer does not read.
    pub fn unread(&mut self) {
        self.close(WhyClosed::Flooded);
    }

    fn close(&mut self, why: WhyClosed) {
        if self.stage == Stage::Closed {
            return;
        }
        self.stage = Stage::Closed;
        let (open, unsent) = self.window.drain(self.written);
        self.events.push_back(Event::Closed { why, open, unsent });
    }

    // What the clock does.

    /// Does what is due and gives the instant of the next look; `None` when the session is over.
    pub fn tick(&mut self, now: i64) -> Option<i64> {
        if self.torn_since.is_some_and(|since| now >= since + self.config.frame_ms) {
            self.close(WhyClosed::Torn);
        }
        match self.stage {
            Stage::Closed => return None,
            Stage::Open | Stage::LoggingIn if now >= self.init_deadline => self.close(WhyClosed::NoLogin),
            Stage::Leaving if now >= self.init_deadline => self.close(WhyClosed::LoggedOut),
            Stage::Bound => self.tick_bound(now),
            _ => {}
        }
        let torn = self.torn_since.map(|since| since + self.config.frame_ms);
        match self.stage {
            Stage::Closed => None,
            Stage::Bound => Some(self.next_look(now, torn)),
            _ => Some(torn.map_or(self.init_deadline, |at| at.min(self.init_deadline))),
        }
    }

    fn tick_bound(&mut self, now: i64) {
        self.window.expire(now);
        if self.probe.is_some_and(|probe| now >= probe.at + self.config.probe_ms) {
            let asked = self.probe.map_or(now, |probe| probe.at);
            // A peer that speaks is alive, whether or not it answers this.
            if self.heard <= asked {
                return self.close(WhyClosed::Dead);
            }
            self.alive(asked, now);
        }
        if self.probe.is_none()
            && (self.quiet_until().is_some_and(|at| now >= at) || self.window.any_overdue())
        {
            self.ask(now);
        }
        if 2 * self.window.ambiguous() <= self.config.window {
            self.stuck_since = None;
        } else if now >= *self.stuck_since.get_or_insert(now) + self.config.probe_ms {
            self.close(WhyClosed::Stalled);
        }
    }

    /// When the silence has lasted long enough to ask. With stop-and-wait an open message is asked for itself.
    fn quiet_until(&self) -> Option<i64> {
        let waits = self.config.window == 1 && self.window.len() > self.window.ambiguous();
        (self.config.enquire_ms > 0 && !waits).then(|| self.heard.min(self.spoke) + self.config.enquire_ms)
    }

    fn next_look(&self, now: i64, torn: Option<i64>) -> i64 {
        let probe = match self.probe {
            Some(probe) => Some(probe.at + self.config.probe_ms),
            None => self.quiet_until(),
        };
        let stuck = self.stuck_since.map(|since| since + self.config.probe_ms);
        let first = [probe, stuck, torn, self.window.earliest()].into_iter().flatten().min();
        first.unwrap_or(now + self.config.probe_ms)
    }

    /// The link lived when it was asked: what was overdue then is ambiguous, each for itself.
    fn alive(&mut self, asked: i64, now: i64) {
        self.probe = None;
        self.proven = true;
        let events = &mut self.events;
        self.window.settle(asked, now + self.config.late_ms, |token, why| {
            events.push_back(Event::Ambiguous { token, why });
        });
    }
}
