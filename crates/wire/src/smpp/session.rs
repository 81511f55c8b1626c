//! One session, either side: bind, window, timers, answers. It owns no socket and no clock.
//!
//! The owner's turn is: `feed` what was read, take the events, `submit` what fits, write `output` in one call
//! and say how much went with `wrote`, then `tick` and sleep until the instant it gives.

mod answers;
mod incoming;

use std::collections::VecDeque;

use super::bind::BindRequest;
use super::codec;
use super::config::{Config, Role};
use super::event::{Event, SendError, Stats, Why, WhyClosed};
use super::message::{Kind, Sm};
use super::{Address, Bind, Status, command, tlv};
use crate::window::{Numbers, Open, Stand, Window};

/// Unwritten octets beyond which a peer floods us: it sends and never reads.
const FLOOD: usize = 16 << 20;

/// Sequence numbers, clause 3.2.1.4.
const NUMBERS: Numbers = Numbers { first: 1, last: 0x7FFF_FFFF, step: 1 };

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Connected, no bind yet.
    Open,
    /// A bind waits for its answer.
    Binding,
    /// Messages may flow.
    Bound,
    /// Our unbind waits for its answer.
    Unbinding,
    /// Over.
    Closed,
}

/// A session of SMPP.
#[derive(Debug)]
pub struct Session {
    role: Role,
    config: Config,
    stage: Stage,
    bind: Bind,
    /// The version of the other side.
    version: u8,
    /// Our bind request, or the client's that waits for its answer.
    bind_seq: u32,
    unbind_seq: u32,
    /// The enquire_link that is out: its sequence and when it left.
    probe: Option<(u32, i64)>,
    window: Window,
    events: VecDeque<Event>,
    input: Vec<u8>,
    output: Vec<u8>,
    /// How much of `output` is written.
    head: usize,
    /// Octets taken from `output` before what it holds now.
    written: u64,
    /// Requests of the peer without our answer.
    unanswered: usize,
    /// Those of them that came as data_sm and want its answer.
    data: Vec<u32>,
    init_deadline: i64,
    heard: i64,
    spoke: i64,
    last_message: i64,
    /// Since when more than half of the window is stuck.
    stuck_since: Option<i64>,
    /// Since when a PDU is under way of which not all octets are here.
    torn_since: Option<i64>,
    /// When the link ends because of a generic_nack that names nobody.
    reset_at: Option<i64>,
    /// An enquire_link of ours was answered, or something came after it.
    proven: bool,
    stats: Stats,
}

impl Session {
    /// The client's side. The bind is in `output` at once, unless an outbind is awaited.
    pub fn esme(config: Config, now: i64) -> Session {
        let mut session = Session::new(Role::Esme, config, now);
        if !session.config.await_outbind {
            session.send_bind(now);
        }
        session
    }

    /// The carrier's side: waits for a bind.
    pub fn smsc(config: Config, now: i64) -> Session {
        Session::new(Role::Smsc, config, now)
    }

    fn new(role: Role, config: Config, now: i64) -> Session {
        Session {
            role,
            stage: Stage::Open,
            bind: config.bind,
            version: 0x34,
            bind_seq: 0,
            unbind_seq: 0,
            probe: None,
            window: Window::beginning(NUMBERS, config.first_sequence),
            events: VecDeque::new(),
            input: Vec::new(),
            output: Vec::new(),
            head: 0,
            written: 0,
            unanswered: 0,
            data: Vec::new(),
            init_deadline: now + config.session_init_ms,
            heard: now,
            spoke: now,
            last_message: now,
            stuck_since: None,
            torn_since: None,
            reset_at: None,
            proven: false,
            stats: Stats::default(),
            config,
        }
    }

    /// Where it stands.
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// Which way messages flow, once bound.
    pub const fn bind(&self) -> Bind {
        self.bind
    }

    /// Requests of ours that hold a slot, those kept for a late answer included.
    pub fn in_flight(&self) -> usize {
        self.window.len()
    }

    /// Slots free for `submit` or `deliver`; 0 while not bound, and while the link is about to be given up.
    pub fn room(&self) -> usize {
        let bound = self.stage == Stage::Bound && self.stuck_since.is_none() && self.reset_at.is_none();
        if bound { self.config.window.saturating_sub(self.window.len()) } else { 0 }
    }

    /// Asks the peer whether it is there, unless it is being asked already.
    pub fn ask(&mut self, now: i64) {
        if self.stage == Stage::Bound && self.probe.is_none() {
            self.enquire(now);
        }
    }

    /// Whether the peer has answered an enquire_link since the bind.
    pub const fn is_proven(&self) -> bool {
        self.proven
    }

    /// The peer's requests that wait for our answer. An owner stops reading when they are too many.
    pub const fn unanswered(&self) -> usize {
        self.unanswered
    }

    /// Counts of what was odd.
    pub const fn stats(&self) -> Stats {
        self.stats
    }

    /// Sets the window from now on; what is open stays open.
    pub fn set_window(&mut self, window: usize) {
        self.config.window = window;
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event> {
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

    /// Gives back the memory of buffers that are empty: a session that rests holds none.
    pub fn rest(&mut self) {
        if self.output.is_empty() {
            self.output = Vec::new();
        }
        if self.input.is_empty() {
            self.input = Vec::new();
        }
        if self.data.is_empty() {
            self.data = Vec::new();
        }
        if self.events.is_empty() {
            self.events = VecDeque::new();
        }
        self.window.rest();
    }

    /// Octets put out since the session began.
    fn produced(&self) -> u64 {
        self.written + (self.output.len() - self.head) as u64
    }

    // What the owner sends.

    /// Sends a message as ESME. The token comes back with its outcome.
    pub fn submit(&mut self, token: u64, sm: &Sm<'_>, now: i64) -> Result<u32, SendError> {
        self.send(Kind::Submit, token, sm, self.config.response_ms, now)
    }

    /// Sends a message as SMSC. The token comes back with its outcome.
    pub fn deliver(&mut self, token: u64, sm: &Sm<'_>, now: i64) -> Result<u32, SendError> {
        self.send(Kind::Deliver, token, sm, self.config.response_ms, now)
    }

    /// Sends a message in any spelling with its own time to wait for the answer.
    pub fn send(
        &mut self,
        kind: Kind,
        token: u64,
        sm: &Sm<'_>,
        response_ms: i64,
        now: i64,
    ) -> Result<u32, SendError> {
        self.may_send(kind)?;
        let mut plain = *sm;
        if self.version < 0x34 {
            let needs_payload = sm.short_message.len() > super::message::SHORT_MESSAGE_MAX
                || (sm.short_message.is_empty() && sm.tlvs.message_payload().is_some());
            if needs_payload || kind == Kind::Data {
                return Err(SendError::TooOld);
            }
            plain.tlvs = tlv::Tlvs::default();
        }
        let at = self.output.len();
        let seq = self.sequence();
        let start = self.produced();
        codec::begin(&mut self.output, kind.command(), Status::OK, seq);
        plain.encode(kind, &mut self.output);
        self.admit(kind, token, seq, at, start, response_ms, now)
    }

    /// Sends a body that was encoded before, as `Sm::encode` writes it.
    pub fn send_body(
        &mut self,
        kind: Kind,
        token: u64,
        body: &[u8],
        response_ms: i64,
        now: i64,
    ) -> Result<u32, SendError> {
        self.may_send(kind)?;
        if self.version < 0x34 {
            let sm = Sm::decode(kind, body).map_err(|_| SendError::TooLong)?;
            return self.send(kind, token, &sm, response_ms, now);
        }
        let at = self.output.len();
        let seq = self.sequence();
        let start = self.produced();
        codec::begin(&mut self.output, kind.command(), Status::OK, seq);
        self.output.extend_from_slice(body);
        self.admit(kind, token, seq, at, start, response_ms, now)
    }

    /// The next sequence number. A window has never as many open as there are numbers.
    fn sequence(&mut self) -> u32 {
        self.window.number(|_| false).unwrap_or(NUMBERS.last)
    }

    fn may_send(&self, kind: Kind) -> Result<(), SendError> {
        if self.stage != Stage::Bound {
            return Err(SendError::NotBound);
        }
        let allowed = match (self.role, kind) {
            (Role::Esme, Kind::Submit | Kind::Data) => self.bind.sends(),
            (Role::Smsc, Kind::Deliver | Kind::Data) => self.bind.receives(),
            _ => false,
        };
        if !allowed {
            return Err(SendError::WrongBind);
        }
        if self.window.len() >= self.config.window {
            return Err(SendError::WindowFull);
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "the tail of two callers, all of it theirs")]
    fn admit(
        &mut self,
        kind: Kind,
        token: u64,
        seq: u32,
        at: usize,
        start: u64,
        response_ms: i64,
        now: i64,
    ) -> Result<u32, SendError> {
        if self.output.len() - at > self.config.pdu_max {
            self.output.truncate(at);
            return Err(SendError::TooLong);
        }
        codec::finish(&mut self.output, at);
        let command = kind.command();
        let deadline = now + response_ms;
        self.window
            .insert(seq, Open { token, command, start, deadline, stand: Stand::Waiting, why: Why::NoAnswer });
        self.spoke = now;
        self.last_message = now;
        Ok(seq)
    }

    /// Says goodbye. What is open may still be answered until the peer agrees.
    pub fn unbind(&mut self, now: i64) {
        if self.stage == Stage::Bound {
            self.unbind_seq = self.sequence();
            codec::bare(&mut self.output, command::UNBIND, Status::OK, self.unbind_seq);
            self.stage = Stage::Unbinding;
            self.init_deadline = now + self.config.probe_ms;
            self.spoke = now;
        } else if self.stage != Stage::Unbinding {
            self.close(WhyClosed::Unbound);
        }
    }

    /// The connection stands only now: the time to bind begins here.
    pub fn connected(&mut self, now: i64) {
        if matches!(self.stage, Stage::Open | Stage::Binding) {
            self.init_deadline = now + self.config.session_init_ms;
            (self.heard, self.spoke) = (now, now);
        }
    }

    /// The connection is gone.
    pub fn lost(&mut self) {
        self.close(WhyClosed::Lost);
    }

    /// The owner could not write for too long: the peer does not read.
    pub fn unread(&mut self) {
        self.close(WhyClosed::Flooded);
    }

    fn send_bind(&mut self, now: i64) {
        self.bind_seq = self.sequence();
        let config = &self.config;
        let start = codec::begin(&mut self.output, self.bind.command(), Status::OK, self.bind_seq);
        BindRequest {
            system_id: config.system_id.as_bytes(),
            password: config.password.as_bytes(),
            system_type: config.system_type.as_bytes(),
            interface_version: config.interface_version,
            address_range: Address { ton: 0, npi: 0, addr: config.address_range.as_bytes() },
        }
        .encode(&mut self.output);
        codec::finish(&mut self.output, start);
        self.stage = Stage::Binding;
        self.init_deadline = now + self.config.session_init_ms;
        self.spoke = now;
    }

    fn close(&mut self, why: WhyClosed) {
        if self.stage == Stage::Closed {
            return;
        }
        self.stage = Stage::Closed;
        let (open, unsent) = self.window.drain(self.written);
        self.input = Vec::new();
        self.events.push_back(Event::Closed { why, open, unsent });
    }

    // What the clock does.

    /// Does what is due and gives the instant of the next look; `None` when the session is over.
    pub fn tick(&mut self, now: i64) -> Option<i64> {
        if self.torn_since.is_some_and(|since| now >= since + self.config.pdu_ms) {
            self.close(WhyClosed::Torn);
        }
        match self.stage {
            Stage::Closed => return None,
            Stage::Open | Stage::Binding if now >= self.init_deadline => self.close(WhyClosed::NoBind),
            Stage::Unbinding if now >= self.init_deadline => self.close(WhyClosed::Unbound),
            Stage::Bound => self.tick_bound(now),
            _ => {}
        }
        match self.stage {
            Stage::Closed => None,
            Stage::Bound => Some(self.next_look()),
            _ => Some(
                self.torn_since
                    .map_or(self.init_deadline, |since| self.init_deadline.min(since + self.config.pdu_ms)),
            ),
        }
    }

    fn tick_bound(&mut self, now: i64) {
        self.window.expire(now);
        if let Some((_, asked)) = self.probe
            && now >= asked + self.config.probe_ms
        {
            // A peer that speaks is alive, whether or not it answers this.
            if self.heard <= asked {
                return self.close(WhyClosed::Dead);
            }
            self.alive(asked, now);
        }
        let silent = now >= self.heard.min(self.spoke) + self.config.enquire_ms;
        if self.probe.is_none() && (silent || self.window.any_overdue()) {
            self.enquire(now);
        }
        self.watch_stall(now);
        if self.reset_at.is_some_and(|at| now >= at || self.window.len() == self.window.ambiguous()) {
            return self.close(WhyClosed::Nacked);
        }
        if self.config.inactivity_ms > 0 && now >= self.last_message + self.config.inactivity_ms {
            let seq = self.sequence();
            codec::bare(&mut self.output, command::UNBIND, Status::OK, seq);
            self.close(WhyClosed::Inactive);
        }
    }

    fn enquire(&mut self, now: i64) {
        let seq = self.sequence();
        codec::bare(&mut self.output, command::ENQUIRE_LINK, Status::OK, seq);
        self.probe = Some((seq, now));
        self.spoke = now;
    }

    /// A carrier that answers enquiries and no messages would hold the window for ever. Once more than half of it is
    /// stuck nothing more is written; late answers have one more probe's time to free it; then start anew.
    fn watch_stall(&mut self, now: i64) {
        if 2 * self.window.ambiguous() <= self.config.window {
            self.stuck_since = None;
            return;
        }
        let since = *self.stuck_since.get_or_insert(now);
        if now >= since + self.config.probe_ms {
            self.close(WhyClosed::Stalled);
        }
    }

    fn next_look(&self) -> i64 {
        let mut next = match self.probe {
            Some((_, asked)) => asked + self.config.probe_ms,
            None => self.heard.min(self.spoke) + self.config.enquire_ms,
        };
        next = next.min(self.window.earliest().unwrap_or(next));
        let stuck = self.stuck_since.map(|since| since + self.config.probe_ms);
        let torn = self.torn_since.map(|since| since + self.config.pdu_ms);
        for at in [stuck, torn, self.reset_at].into_iter().flatten() {
            next = next.min(at);
        }
        if self.config.inactivity_ms > 0 {
            next = next.min(self.last_message + self.config.inactivity_ms);
        }
        next
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
