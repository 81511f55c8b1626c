//! One link: connect, bind, carry, settle, and again when it breaks.

use super::encode::{self, Alphabet, Dialect};
use super::incoming::{self, Suspects};
use crate::backoff;
use crate::board::{Board, Standing};
use crate::feed::Feed;
use crate::net::{self, Net, Socket};
use crate::pump::{Encode, Pump};
use crate::settler::{self, Learnt, Stored};
use sms::Code;
use sms::live::LinkState;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;
use std::time::Duration;
use store::Db;
use store::machine::outbox::Taker;
use store::machine::settle::{Late, Outcome};
use tokio::sync::{mpsc, watch};
use wire::smpp::{self, Bind, Event, Kind, Meaning, SendError, Session, Stage, Status, WhyClosed};

/// Requests of the carrier without our answer beyond which we stop reading.
const UNANSWERED_MAX: usize = 4_000;
/// How long a link that is to end waits for its answers.
const DRAIN: Duration = Duration::from_secs(20);
/// One-time codes are given up sooner than anything else.
const OTP_ANSWER_MS: i64 = 10_000;
/// A temporary status for what could not be stored: ESME_RX_T_APPN, clause 5.1.3.
const TRY_AGAIN: Status = Status(0x64);

/// How one link behaves.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) system_id: String,
    pub(crate) password: String,
    pub(crate) system_type: String,
    pub(crate) bind: Bind,
    pub(crate) window: usize,
    pub(crate) rate: i64,
    pub(crate) alphabet: Alphabet,
    pub(crate) answer_ms: i64,
    pub(crate) enquire_ms: i64,
    pub(crate) simulator: bool,
    pub(crate) net: Arc<dyn Net>,
}

/// Runs one link until `stop` says so. Everything taken is settled when it returns.
pub(crate) async fn run(
    db: Db,
    settings: Arc<Settings>,
    feed: Arc<Feed>,
    board: Arc<Board>,
    taker: Taker,
    mut stop: watch::Receiver<bool>,
) {
    let mut failures = 0;
    let mut first = true;
    while !*stop.borrow() {
        let (link, settler) = Link::new(&db, &settings, &feed, &board, taker);
        let mut link = link;
        link.show(LinkState::Connecting, "");
        let end = link.live(&mut stop, first).await;
        first = false;
        drop(link);
        let _ = settler.await; // everything learnt is stored before the next session begins
        feed.rewind();
        if end.was_bound {
            failures = 0;
        }
        if *stop.borrow() {
            break;
        }
        let pause = backoff::link_ms(failures, end.state == LinkState::AuthFailed, db.chance());
        failures += 1;
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
    was_bound: bool,
    state: LinkState,
    words: String,
}

struct Link<'a> {
    db: &'a Db,
    settings: &'a Settings,
    board: &'a Board,
    taker: Taker,
    session: Session,
    pump: Pump,
    stored: mpsc::UnboundedReceiver<Stored>,
    suspects: Suspects,
    was_bound: bool,
    end: Option<(LinkState, String)>,
    encode: Encode,
    feed: Arc<Feed>,
    /// Nothing was due at the last look: the bell, a tick or the next due wakes the pump.
    idle: bool,
}

impl<'a> Link<'a> {
    fn new(
        db: &'a Db,
        settings: &'a Arc<Settings>,
        feed: &Arc<Feed>,
        board: &'a Board,
        taker: Taker,
    ) -> (Link<'a>, tokio::task::JoinHandle<()>) {
        let (learnt, inbox) = mpsc::unbounded_channel();
        let (told, stored) = mpsc::unbounded_channel();
        let settler = tokio::spawn(settler::run(db.clone(), taker, inbox, told));
        let config = smpp::Config {
            system_id: settings.system_id.clone(),
            password: settings.password.clone(),
            system_type: settings.system_type.clone(),
            bind: settings.bind,
            window: settings.window,
            response_ms: settings.answer_ms,
            enquire_ms: settings.enquire_ms,
            ..smpp::Config::default()
        };
        let encode = encoder(db, settings);
        let link = Link {
            db,
            settings,
            board,
            taker,
            session: Session::esme(config, db.now_ms()),
            pump: Pump::new(db, Arc::clone(feed), taker, settings.window, settings.rate, &encode, learnt),
            stored,
            suspects: Suspects::default(),
            was_bound: false,
            end: None,
            encode,
            feed: Arc::clone(feed),
            idle: false,
        };
        (link, settler)
    }

    fn show(&self, state: LinkState, error: &str) {
        let limited_by = if self.pump.pace.is_pressed() {
            "carrier"
        } else if self.pump.pace.is_limited() {
            "rate"
        } else if self.session.stage() == Stage::Bound && self.session.room() == 0 {
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
    async fn live(&mut self, stop: &mut watch::Receiver<bool>, first: bool) -> End {
        let connect =
            tokio::time::timeout(Duration::from_secs(10), self.settings.net.connect(&self.settings.address));
        let socket = tokio::select! {
            biased;
            out = connect => match out {
                Ok(Ok(socket)) => socket,
                Ok(Err(e)) => return self.down(format!("{}: {e}", self.settings.address)),
                Err(_) => return self.down(format!("{}: no answer in 10 s", self.settings.address)),
            },
            _ = stop.changed() => return self.down(String::new()),
        };
        if !first || self.session.stage() != Stage::Closed {
            self.remember_deliveries().await;
        }
        self.carry(&*socket, stop).await;
        self.finish().await;
        let (state, words) = self.end.take().unwrap_or((LinkState::Down, String::new()));
        End { was_bound: self.was_bound, state, words }
    }

    fn down(&self, words: String) -> End {
        End { was_bound: false, state: LinkState::Down, words }
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
            self.turn();
            if self.session.stage() == Stage::Closed {
                let _ = socket.try_write(self.session.output()); // the last words, as far as they go; nobody waits for a deaf carrier
                return;
            }
            if *stop.borrow() && drain_until.is_none() {
                self.pump.draining = true;
                drain_until = Some(tokio::time::Instant::now() + DRAIN);
            }
            if let Some(until) = drain_until {
                let quiet = !self.pump.is_taking() && self.pump.in_flight() == 0 && !self.pump.has_ready();
                if quiet || tokio::time::Instant::now() > until {
                    self.session.unbind(self.db.now_ms());
                    drain_until = Some(tokio::time::Instant::now() + DRAIN);
                }
            }
            if shown.elapsed() > Duration::from_secs(1) && self.was_bound {
                shown = tokio::time::Instant::now();
                self.show(self.state(), "");
            }
            let wait = self.sleep_ms();
            let reading = self.session.unanswered() < UNANSWERED_MAX;
            let has_output = !self.session.output().is_empty();
            tokio::select! {
                biased;
                Some(stored) = self.stored.recv() => self.on_stored(&stored),
                ready = net::writable(socket), if has_output => {
                    let out = ready.and_then(|()| socket.try_write(self.session.output()));
                    match out {
                        Ok(n) => self.session.wrote(n),
                        Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                        Err(_) => self.session.lost(),
                    }
                }
                ready = net::readable(socket), if reading => match ready.and_then(|()| socket.try_read(&mut buffer)) {
                    Ok(n) if n > 0 => self.session.feed(&buffer[..n], self.db.now_ms()),
                    Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                    _ => self.session.lost(),
                },
                taken = self.pump.intent() => match taken {
                    Ok(taken) if taken.rode => {
                        self.pump.taken(taken);
                    }
                    Ok(taken) => self.idle = !self.pump.taken(taken),
                    Err(e) => {
                        tracing::warn!(connector = self.taker.connector, error = %e, "an intent could not be stored");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                _ = bell.changed() => self.idle &= self.pump.has_swept(*bell.borrow_and_update()),
                _ = stop.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(wait)) => self.idle = false,
            }
        }
    }

    /// Everything that needs no waiting: timers, events, writing, the next intent.
    fn turn(&mut self) {
        let now = self.db.now_ms();
        self.session.tick(now);
        while let Some(event) = self.session.poll_event() {
            self.on_event(event);
        }
        if self.session.stage() != Stage::Bound {
            return;
        }
        self.write(now);
        if self.settings.bind == Bind::Receiver {
            return;
        }
        if self.idle {
            self.pump.offer(true);
        } else {
            self.pump.want(&self.encode);
        }
    }

    fn write(&mut self, now: i64) {
        while let Some((token, mut part)) = self.pump.next(self.session.room()) {
            let answer_ms = if part.class == sms::Class::Otp {
                OTP_ANSWER_MS.min(self.settings.answer_ms)
            } else {
                self.settings.answer_ms
            };
            let body = std::mem::take(&mut part.body);
            match self.session.send_body(Kind::Submit, token, &body, answer_ms, now) {
                Ok(_) => self.pump.wrote(token, part),
                Err(SendError::WindowFull | SendError::NotBound | SendError::WrongBind) => {
                    part.body = body;
                    return self.pump.put_back(part);
                }
                Err(e @ (SendError::TooLong | SendError::TooOld)) => {
                    self.pump.wrote(token, part);
                    let (code, detail) = (Code::EncodingImpossible, e.to_string());
                    self.pump.ended(token, Outcome::Rejected { code, detail });
                }
            }
        }
    }

    /// How long nothing can happen without a knock.
    fn sleep_ms(&mut self) -> u64 {
        let now = self.db.now_ms();
        let mut wait: i64 = 1_000;
        if let Some(deadline) = self.session.tick(now) {
            wait = wait.min(deadline - now);
        }
        if self.idle {
            if let Some(due) = self.feed.next_due() {
                wait = wait.min(due - now);
            }
        } else if let Some(ms) = self.pump.pace.wait_ms(now) {
            wait = wait.min(ms);
        }
        u64::try_from(wait.max(1)).unwrap_or(1)
    }

    fn state(&self) -> LinkState {
        if self.pump.pace.is_pressed() { LinkState::Throttled } else { LinkState::Bound }
    }

    fn on_event(&mut self, event: Event) {
        let now = self.db.now_ms();
        match event {
            Event::Bound { .. } => {
                self.was_bound = true;
                self.show(LinkState::Bound, "");
                tracing::info!(connector = %self.settings.name, "bound");
            }
            Event::BindRefused(status) => self.end = Some(refused(status)),
            Event::Answered { token, status, message_id } => self.on_answer(token, status, &message_id),
            Event::Ambiguous { token, why } => {
                self.pump.ended(token, Outcome::Ambiguous { detail: format!("{why:?}") });
            }
            Event::LateAnswer { token, status, message_id } => self.on_late(token, status, &message_id),
            Event::Deliver { seq, sm } => {
                let (connector, simulator) = (self.taker.connector, self.settings.simulator);
                match incoming::learn(seq, connector, simulator, &sm, now, &mut self.suspects) {
                    Some(learnt) => self.pump.tell(learnt),
                    None => self.session.answer_deliver(seq, Status::OK), // it says nothing that could be kept
                }
            }
            Event::Closed { why, unsent, .. } => {
                self.pump.give_back(&unsent);
                self.pump.abandon(closed(why));
                if self.end.is_none() {
                    self.end = Some((LinkState::Down, closed(why).to_owned()));
                }
            }
            Event::Malformed { command, .. } => {
                tracing::warn!(connector = %self.settings.name, command, "the carrier sent what cannot be read; it was answered");
            }
            Event::Outbind { .. } | Event::Alert { .. } | Event::BindAsked(_) | Event::Submit { .. } => {}
        }
    }

    fn on_answer(&mut self, token: u64, status: Status, message_id: &[u8]) {
        let Some(part) = self.pump.part(token) else { return };
        let now = self.db.now_ms();
        let detail = words(status);
        let outcome = match status.meaning() {
            Meaning::Ok => accepted(message_id),
            Meaning::Throttle => {
                self.pump.pace.throttled(now);
                Outcome::Back { due: 0 }
            }
            Meaning::Temporary => {
                let due = now + backoff::message_ms(part.class, part.attempt, self.db.chance());
                Outcome::Again { due, code: status.reason(), detail }
            }
            Meaning::Message | Meaning::Route => Outcome::Rejected { code: status.reason(), detail },
            Meaning::Link => Outcome::Back { due: now + 1_000 },
        };
        self.pump.ended(token, outcome);
    }

    fn on_late(&mut self, token: u64, status: Status, message_id: &[u8]) {
        let Some(part) = self.pump.late(token) else { return };
        let answer = match (accepted(message_id), status.is_ok()) {
            (Outcome::Accepted { smsc_id, h }, true) => Ok((smsc_id, h)),
            _ => Err((status.reason(), words(status))),
        };
        let (message, attempt) = (part.message, part.attempt);
        self.pump.tell(Learnt::Late(Late { message, part: part.part, attempt, answer }));
    }

    fn on_stored(&mut self, stored: &Stored) {
        self.pump.stored(stored.outcomes);
        if stored.went_back {
            self.feed.rewind();
            self.idle = false;
        }
        let status = if stored.kept { Status::OK } else { TRY_AGAIN };
        for seq in &stored.answer {
            self.session.answer_deliver(*seq, status);
        }
    }

    /// Waits for an intent under way, gives back what it committed, and waits until all is stored.
    async fn finish(&mut self) {
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

fn encoder(db: &Db, settings: &Settings) -> Encode {
    let registered_delivery = if settings.simulator { encode::ALL_REPORTS } else { encode::FINAL_REPORT };
    let dialect = Dialect { alphabet: settings.alphabet, registered_delivery };
    let reference = AtomicU8::new(db.chance() as u8);
    let db = db.clone();
    Arc::new(move |ready| encode::bodies(ready, &dialect, &reference, db.now_ms()))
}

fn accepted(message_id: &[u8]) -> Outcome {
    let smsc_id = String::from_utf8_lossy(message_id).replace('\0', "");
    Outcome::Accepted { h: incoming::key(message_id), smsc_id }
}

fn words(status: Status) -> String {
    status.name().map_or_else(|| format!("0x{:08X}", status.0), |name| format!("{name} 0x{:X}", status.0))
}

fn refused(status: Status) -> (LinkState, String) {
    let wrong_proof = matches!(status.0, 0x0D..=0x0F);
    (if wrong_proof { LinkState::AuthFailed } else { LinkState::Down }, words(status))
}

fn closed(why: WhyClosed) -> &'static str {
    match why {
        WhyClosed::Unbound => "unbound",
        WhyClosed::PeerUnbound => "the carrier ended the session",
        WhyClosed::Refused(_) => "the carrier refused the bind",
        WhyClosed::NoBind => "the carrier did not answer the bind",
        WhyClosed::Dead => "the carrier stopped answering",
        WhyClosed::Stalled => "no message is answered any more",
        WhyClosed::Framing => "the carrier sent what is no SMPP",
        WhyClosed::Flooded => "the carrier does not read",
        WhyClosed::Inactive => "nothing moved for too long",
        WhyClosed::Lost => "the connection was cut",
    }
}
