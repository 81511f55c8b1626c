//! One link: connect, bind, carry, settle, and again when it breaks.

use crate::backoff;
use crate::board::{Board, Standing};
use crate::circuit::Circuit;
use crate::door::Door;
use crate::failures::{Failures, Sent};
use crate::feed::Feed;
use crate::fence::Fence;
use crate::incoming::{self, Suspects};
use crate::letter::{Encode, Rode};
use crate::net::{self, Socket};
use crate::pump::{Offer, Pump};
use crate::settler::{self, Keep, Stored};
use crate::steady;
use crate::talk::{Heard, Settings, Talk, Unsent};
use crate::tap::Tap;
use crate::trust::Trust;
use sms::Code;
use sms::live::LinkState;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::machine::alarm;
use store::machine::outbox::Taker;
use store::machine::settle::Outcome;
use store::{Db, failpoint};
use tokio::sync::{mpsc, watch};

/// Requests of the carrier without our answer beyond which we stop reading.
const UNANSWERED_MAX: usize = 4_000;
/// How long a link that is to end waits for its answers.
const DRAIN: Duration = Duration::from_secs(20);
/// How long a link whose lanes are somebody else's reads answers.
const LOST: Duration = Duration::from_secs(5);
/// How long the last words of a session may take to leave.
const LAST_WORDS: Duration = Duration::from_millis(200);

mod answer;
mod look;
mod raised;

use raised::set_alarm;

/// What the links of one connector share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) feed: Arc<Feed>,
    pub(crate) board: Arc<Board>,
    pub(crate) circuit: Arc<Mutex<Circuit>>,
    /// Whether its lanes are still ours.
    pub(crate) fence: Arc<Fence>,
    /// Where what is learnt is kept.
    pub(crate) keep: Keep,
}

/// Runs one link until `stop` says so. Everything taken is settled when it returns.
pub(crate) async fn run(
    db: Db,
    settings: Arc<Settings>,
    shared: Shared,
    taker: Taker,
    mut stop: watch::Receiver<bool>,
) {
    let mut failures = 0;
    let mut first = true;
    let mut careful = false;
    let mut door = Door::default();
    let mut last = String::new();
    let board = &shared.board;
    while !*stop.borrow() {
        let (mut link, settler) = Link::new(&db, &settings, &shared, taker, careful);
        // One that waits to be called may wait for long: why the last call came to nothing is shown as long.
        link.show(LinkState::Connecting, &last);
        let end = link.live(&mut stop, first, &mut door).await;
        first = false;
        drop(link);
        let _ = settler.await; // everything learnt is stored before the next session begins
        shared.feed.rewind();
        if *stop.borrow() {
            break;
        }
        if end.lived_ms.is_some_and(|ms| ms >= settings.times.flap) {
            failures = 0;
            careful = false;
        } else if end.lived_ms.is_some() {
            careful = true; // it flaps: the next one is asked before anything is written, and begins with one
        }
        let auth_failed = end.state == LinkState::AuthFailed;
        let pause = backoff::link_ms(&settings.times, failures, auth_failed, db.chance());
        failures += 1;
        if auth_failed {
            set_alarm(&db, taker.connector, alarm::Kind::Password, Some(end.words.clone())).await;
        }
        if settings.tongue.is_called() {
            last.clone_from(&end.words);
        }
        board.set(link_index(taker), standing(end.state, end.words));
        let wait = tokio::time::sleep(Duration::from_millis(u64::try_from(pause).unwrap_or(1_000)));
        tokio::select! {
            biased;
            () = wait => {}
            _ = stop.changed() => {}
        }
    }
    board.set(link_index(taker), standing(LinkState::Down, String::new()));
}

fn link_index(taker: Taker) -> usize {
    usize::try_from(taker.link).unwrap_or_default()
}

fn standing(state: LinkState, error: String) -> Standing {
    Standing { state, rate: 0, limited_by: "", window_used: 0, error }
}

/// How a session ended, for the page.
struct End {
    /// How long it was bound; `None` when it never was.
    lived_ms: Option<i64>,
    state: LinkState,
    words: String,
}

struct Link<'a> {
    db: &'a Db,
    settings: &'a Settings,
    board: &'a Board,
    taker: Taker,
    session: Box<dyn Talk>,
    pump: Pump,
    stored: mpsc::UnboundedReceiver<Stored>,
    suspects: Suspects,
    bound_at: Option<i64>,
    end: Option<(LinkState, String)>,
    encode: Encode,
    feed: Arc<Feed>,
    circuit: &'a Mutex<Circuit>,
    fence: &'a Fence,
    /// Messages are among the octets that the session wants written.
    has_messages: bool,
    trust: Trust,
    /// Nothing is written before the link has answered an enquire_link.
    careful: bool,
    /// Why the circuit is open; empty while it is not.
    tripped: String,
    /// What is to be written: how much is left of it, and since when.
    writing: Option<(usize, i64)>,
    failures: Failures,
    /// What stands on the wire, while somebody looks.
    tap: Option<Box<Tap>>,
    /// The change of who looks that was seen last.
    looks: u64,
    /// Nothing was due at the last look: the bell, a tick or the next due wakes the pump.
    idle: bool,
}

impl<'a> Link<'a> {
    fn new(
        db: &'a Db,
        settings: &'a Arc<Settings>,
        shared: &'a Shared,
        taker: Taker,
        careful: bool,
    ) -> (Link<'a>, tokio::task::JoinHandle<()>) {
        let (learnt, inbox) = mpsc::unbounded_channel();
        let (told, stored) = mpsc::unbounded_channel();
        let settler = tokio::spawn(settler::run(shared.keep.clone(), taker, inbox, told));
        let encode = settings.tongue.encoder(db);
        let link = Link {
            db,
            settings,
            board: &shared.board,
            taker,
            session: settings.tongue.talk(settings, db, steady::now_ms()),
            pump: Pump::new(
                db,
                Arc::clone(&shared.feed),
                taker,
                settings.window,
                settings.rate,
                &encode,
                learnt,
            )
            .of_whole_messages(settings.tongue.sends_whole()),
            stored,
            suspects: Suspects::default(),
            bound_at: None,
            end: None,
            encode,
            feed: Arc::clone(&shared.feed),
            circuit: &shared.circuit,
            fence: &shared.fence,
            has_messages: false,
            trust: Trust::new(settings.window, settings.answer_ms, careful),
            careful,
            tripped: String::new(),
            writing: None,
            failures: Failures::default(),
            tap: None,
            looks: 0,
            idle: false,
        };
        (link, settler)
    }

    fn show(&self, state: LinkState, error: &str) {
        let limited_by = if self.pump.without_bulk() {
            "disk"
        } else if self.pump.pace.is_pressed() {
            "carrier"
        } else if self.pump.pace.is_limited() || self.session.rests() {
            "rate"
        } else if self.session.is_bound() && self.session.room() == 0 {
            "window"
        } else {
            ""
        };
        let window_used = i64::try_from(self.pump.in_flight()).unwrap_or(i64::MAX);
        let rate = self.pump.pace.measured();
        let error = error.to_owned();
        self.board.set(link_index(self.taker), Standing { state, rate, limited_by, window_used, error });
    }

    /// From connect to the last settled outcome.
    async fn live(&mut self, stop: &mut watch::Receiver<bool>, first: bool, door: &mut Door) -> End {
        let patience = Duration::from_millis(self.settings.times.connect.unsigned_abs());
        let connect = door.connect(self.settings, patience);
        let socket = tokio::select! {
            biased;
            out = connect => match out {
                Ok(socket) => socket,
                Err(words) => return self.down(words),
            },
            _ = stop.changed() => return self.down(String::new()),
        };
        self.session.connected(steady::now_ms());
        if !first || !self.session.is_closed() {
            self.remember_deliveries().await;
        }
        self.carry(&*socket, stop).await;
        self.finish().await;
        let (state, words) = self.end.take().unwrap_or((LinkState::Down, String::new()));
        End { lived_ms: self.bound_at.map(|at| steady::now_ms() - at), state, words }
    }

    fn down(&self, words: String) -> End {
        End { lived_ms: None, state: LinkState::Down, words }
    }

    /// What came last before this session may come again.
    async fn remember_deliveries(&mut self) {
        let (connector, window) = (self.taker.connector, self.settings.window as i64);
        let last =
            self.db.read(move |tx| store::machine::inbound::last_of(tx, connector, window.max(10))).await;
        self.suspects = Suspects::new(last.unwrap_or_default(), self.db.now_ms());
    }

    async fn carry(&mut self, socket: &dyn Socket, stop: &mut watch::Receiver<bool>) {
        let mut buffer = vec![0u8; 64 * 1024];
        let mut bell = self.feed.bell();
        let mut drain_until = None;
        let mut shown = tokio::time::Instant::now();
        loop {
            self.look();
            self.turn();
            if self.session.is_closed() {
                // The last words, as far as they go: a peer that does not read is not waited for.
                if self.fence.is_open() {
                    let last = net::write_all(socket, self.session.output());
                    let _ = tokio::time::timeout(LAST_WORDS, last).await;
                }
                return;
            }
            if self.fence.is_lost() && !self.pump.draining {
                // The new owner carries: what is not written stays here, and answers are read for a little while.
                self.pump.draining = true;
                self.pump.give_back(&[]);
                drain_until = Some(tokio::time::Instant::now() + LOST);
            }
            if *stop.borrow() && drain_until.is_none() {
                self.pump.draining = true;
                drain_until = Some(tokio::time::Instant::now() + DRAIN);
            }
            if let Some(until) = drain_until {
                let quiet = !self.pump.is_taking() && self.pump.in_flight() == 0 && !self.pump.has_ready();
                let over = quiet || tokio::time::Instant::now() > until;
                if over && self.fence.is_lost() {
                    self.session.lost(); // not even a goodbye: nothing is written any more
                    continue;
                }
                if over {
                    self.session.leave(steady::now_ms());
                    drain_until = Some(tokio::time::Instant::now() + DRAIN);
                }
            }
            if shown.elapsed() > Duration::from_secs(1) && self.bound_at.is_some() {
                shown = tokio::time::Instant::now();
                self.show(self.state(), &self.tripped);
                self.failures.flush(self.db, self.taker.connector);
            }
            self.watch_writing();
            let wait = self.sleep_ms();
            let reading = self.session.unanswered() < UNANSWERED_MAX;
            if self.has_messages && !self.fence.is_open() {
                // They were put out in time and could not leave in time: now they may not.
                self.session.lost();
                continue;
            }
            let has_output = !self.session.output().is_empty() && !self.fence.is_lost();
            tokio::select! {
                biased;
                Some(stored) = self.stored.recv() => self.on_stored(&stored),
                () = poll_fn(|cx| self.session.poll_aside(cx)) => {}
                ready = net::writable(socket), if has_output => {
                    half_a_message(socket, &*self.session);
                    let out = ready.and_then(|()| socket.try_write(self.session.output()));
                    match out {
                        Ok(n) => self.wrote(n),
                        Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                        Err(_) => self.session.lost(),
                    }
                }
                ready = net::readable(socket), if reading => match ready.and_then(|()| socket.try_read(&mut buffer)) {
                    Ok(n) if n > 0 => {
                        if let Some(tap) = &mut self.tap {
                            tap.heard(&buffer[..n], self.db.now_ms());
                        }
                        self.session.feed(&buffer[..n], steady::now_ms());
                    }
                    Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                    _ => self.session.lost(),
                },
                taken = self.pump.intent() => match taken {
                    Ok(taken) if taken.rode != Rode::Not => {
                        self.pump.taken(taken);
                    }
                    Ok(taken) => self.idle = !self.pump.taken(taken),
                    Err(e) => {
                        tracing::warn!(connector = self.taker.connector, error = %e, "an intent could not be stored");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                _ = bell.changed() => self.idle &= self.pump.rung(*bell.borrow_and_update()),
                _ = stop.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(wait)) => self.idle = false,
            }
        }
    }

    /// A peer that does not read what was put out in time is given up.
    fn watch_writing(&mut self) {
        let (left, now) = (self.session.output().len(), steady::now_ms());
        match self.writing {
            _ if left == 0 => self.writing = None,
            None => self.writing = Some((left, now)),
            Some((_, since)) if now >= since + self.settings.times.write => self.session.unread(),
            Some(_) => {}
        }
    }

    fn wrote(&mut self, count: usize) {
        if let Some(tap) = &mut self.tap {
            tap.wrote(self.session.output().get(..count).unwrap_or_default(), self.db.now_ms());
        }
        self.session.wrote(count);
        if self.pump.in_flight() > 0 && self.session.output().is_empty() {
            failpoint::here("link.written");
        }
        self.has_messages &= !self.session.output().is_empty();
        // What was put out since begins its own time when this is written.
        self.writing = match self.writing {
            Some((left, since)) if left > count => Some((left - count, since)),
            _ => None,
        };
    }

    /// Everything that needs no waiting: timers, events, writing, the next intent.
    fn turn(&mut self) {
        let now = steady::now_ms();
        self.session.tick(now);
        while let Some(event) = self.session.hear() {
            self.on_event(event);
        }
        if !self.session.is_bound() || self.careful && !self.session.is_proven() {
            self.pump.offer(Offer::Nothing);
            return;
        }
        let (open, tripped) = {
            let circuit = lock(self.circuit);
            (circuit.room(now), circuit.is_open())
        };
        let ours = self.fence.is_open();
        if open > 0 && ours {
            self.write(now);
        }
        self.pump.give_back_stale(self.settings.times.ready);
        if self.room(now) > 0 {
            self.pump.still = false;
        }
        if !self.settings.tongue.sends(self.settings.link) {
            return;
        }
        if !ours || self.session.rests() {
            self.pump.offer(Offer::Nothing);
            return;
        }
        if self.idle || open == 0 {
            self.pump.offer(if self.idle && !tripped { Offer::All } else { Offer::Nothing });
        } else {
            self.pump.want(&self.encode, open);
        }
    }

    /// Parts that may be written now: by the window, by what the link has shown to stand, by the circuit.
    fn room(&self, now: i64) -> usize {
        let trusted = self.trust.usable().saturating_sub(self.pump.in_flight());
        self.session.room().min(trusted).min(lock(self.circuit).room(now))
    }

    fn write(&mut self, now: i64) {
        while let Some((token, mut part)) = self.pump.next(self.room(now), self.session.room()) {
            let answer_ms = if part.class == sms::Class::Otp {
                self.settings.times.otp_answer.min(self.settings.answer_ms)
            } else {
                self.settings.answer_ms
            };
            let body = std::mem::take(&mut part.body);
            let before = if self.tap.is_some() { self.session.output().len() } else { 0 };
            match self.session.submit(token, &body, answer_ms, now) {
                Ok(()) => {
                    if let Some(tap) = &mut self.tap {
                        tap.put_out(self.session.output().get(before..).unwrap_or_default(), part.message);
                    }
                    // Kept until it is answered: what fails is told with its fields.
                    part.body = body;
                    self.has_messages = true;
                    self.pump.wrote(token, part);
                    lock(self.circuit).wrote(now);
                }
                Err(Unsent::NotNow) => {
                    part.body = body;
                    return self.pump.put_back(part);
                }
                Err(Unsent::Never(detail)) => {
                    self.pump.wrote(token, part);
                    let code = Code::EncodingImpossible;
                    self.pump.ended(token, Outcome::Rejected { code, detail });
                }
            }
        }
    }

    /// How long nothing can happen without a knock.
    fn sleep_ms(&mut self) -> u64 {
        let now = steady::now_ms();
        let mut wait: i64 = 1_000;
        if let Some((_, since)) = self.writing {
            wait = wait.min(since + self.settings.times.write - now);
        }
        if let Some(deadline) = self.session.tick(now) {
            wait = wait.min(deadline - now);
        }
        if self.idle {
            if let Some(due) = self.feed.next_due() {
                wait = wait.min(due - self.db.now_ms());
            }
        } else if let Some(ms) = self.pump.pace.wait_ms(now) {
            wait = wait.min(ms);
        }
        u64::try_from(wait.max(1)).unwrap_or(1)
    }

    fn state(&self) -> LinkState {
        if lock(self.circuit).is_open() {
            LinkState::NoTraffic
        } else if self.pump.pace.is_pressed() {
            LinkState::Throttled
        } else {
            LinkState::Bound
        }
    }

    fn on_event(&mut self, event: Heard) {
        let now = self.db.now_ms();
        match event {
            Heard::Bound => {
                self.bound_at = Some(steady::now_ms());
                if self.careful {
                    self.session.ask(steady::now_ms());
                }
                let (db, connector) = (self.db.clone(), self.taker.connector);
                let circuit = lock(self.circuit).is_open();
                tokio::spawn(async move {
                    set_alarm(&db, connector, alarm::Kind::Password, None).await;
                    if !circuit {
                        set_alarm(&db, connector, alarm::Kind::Circuit, None).await;
                    }
                });
                self.show(LinkState::Bound, "");
                tracing::info!(connector = %self.settings.name, "bound");
            }
            Heard::Refused { state, words, login } => {
                self.failures.login(now, login);
                self.end = Some((state, words));
            }
            Heard::Waits(words) => self.show(LinkState::Connecting, &words),
            Heard::Congested(level) => self.pump.pace.congested(level, steady::now_ms()),
            Heard::Answered { token, verdict } => self.on_answer(token, verdict),
            Heard::Ambiguous { token, why } => {
                self.trust.missed(steady::now_ms());
                self.failed(token, None);
                self.pump.ended(token, Outcome::Ambiguous { detail: format!("{why:?}") });
            }
            Heard::Late { token, verdict } => self.on_late(token, verdict),
            Heard::Delivered { seq, delivery } => {
                failpoint::here("link.receipt_read");
                let connector = self.taker.connector;
                match incoming::learn(seq, connector, delivery, now, &mut self.suspects) {
                    Some(learnt) => self.pump.tell(learnt),
                    None => self.session.acknowledge(seq, true), // it says nothing that could be kept
                }
            }
            Heard::Closed { words, unsent } => {
                self.pump.give_back(&unsent);
                self.pump.abandon(words);
                if self.end.is_none() {
                    self.end = Some((LinkState::Down, words.to_owned()));
                }
            }
            Heard::Malformed(what) => {
                let command = what.command.clone();
                self.failures.unread(now, what);
                tracing::warn!(connector = %self.settings.name, command, "the carrier sent what cannot be read; it was answered");
            }
        }
    }

    /// The part of this token was refused, or nobody answered it: it is kept among the last that failed.
    fn failed(&mut self, token: u64, status: Option<&str>) {
        let Some(p) = self.pump.part(token) else { return };
        let (message, part, whole, attempt) = (p.message, p.part, p.whole, p.attempt);
        let sent = Sent { message, part, whole, attempt, took_ms: steady::now_ms() - p.at };
        let told = self.session.describe(&p.body);
        self.failures.submit(self.db.now_ms(), &sent, told, status);
    }

    fn on_stored(&mut self, stored: &Stored) {
        if !stored.answer.is_empty() {
            failpoint::here("link.receipt_stored");
        }
        self.pump.stored(stored.outcomes);
        if stored.went_back {
            self.feed.rewind();
            self.idle = false;
        }
        for seq in &stored.answer {
            self.session.acknowledge(*seq, stored.kept);
        }
    }

    /// Waits for an intent under way, gives back what it committed, and waits until all is stored.
    async fn finish(&mut self) {
        self.failures.flush(self.db, self.taker.connector);
        self.untap(self.db.now_ms());
        self.pump.settle_down().await;
        self.pump.give_back(&[]);
        self.pump.abandon("the link ended");
        while self.pump.open() > 0 {
            match self.stored.recv().await {
                Some(stored) => self.pump.stored(stored.outcomes),
                None => return,
            }
        }
    }
}

/// Where a test has the program die with half a message on the wire.
fn half_a_message(socket: &dyn Socket, session: &dyn Talk) {
    if let Some(length) = session.part_first()
        && failpoint::turn("link.half_written")
    {
        let _ = socket.try_write(&session.output()[..length / 2]);
        failpoint::die();
    }
}

fn lock(circuit: &Mutex<Circuit>) -> MutexGuard<'_, Circuit> {
    circuit.lock().unwrap_or_else(PoisonError::into_inner)
}
