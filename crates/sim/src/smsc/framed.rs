//! One connection of UCP or CIMD2: a task that reads, judges, answers and delivers in batches.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::io;
use std::sync::Arc;

use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::watch;
use wire::framed::{Answer, Config as SessionConfig, Credentials, Event, Session, Stage};
use wire::smpp::{Meaning, Status};

use super::account::{Account, Cargo, Mo, Outgoing};
use super::tongue::Tongue;
use super::world::{World, bump};
use crate::chance;
use crate::config::{AtPart, Faults};
use crate::handset::Part;
use crate::journal::{Entry, What};
use crate::nasty::{Answers, Greeting};

/// Octets read before the answers are written.
const READ: usize = 64 * 1024;
/// The account of those who need no login.
const ANYBODY: &str = "anybody";

struct Link<P: Tongue> {
    world: Arc<World>,
    session: Session<P>,
    account: Option<Arc<Account>>,
    /// What was delivered and is not answered, by token.
    out: HashMap<u64, Outgoing>,
    token: u64,
    /// Answers that wait: when, which request; and what they say.
    waiting: BinaryHeap<Reverse<(i64, u32)>>,
    answers: HashMap<u32, Answer>,
    /// What leaves, as the faults leave it.
    output: Vec<u8>,
    answered: u32,
    entries: Vec<Entry>,
    bound_at: Option<i64>,
    /// The link falls when what waits is written.
    falls: bool,
}

/// Serves one connection until it ends, the link is cut or the world stops.
pub(super) async fn serve<P: Tongue + Send>(world: Arc<World>, stream: TcpStream)
where
    P::Request: Send,
{
    let config = SessionConfig {
        window: world.config.window,
        open: world.config.system_id.is_none(),
        enquire_ms: 0,
        ..SessionConfig::default()
    };
    let mut link = Link::<P> {
        session: Session::server(config, world.now()),
        account: None,
        out: HashMap::new(),
        token: 0,
        waiting: BinaryHeap::new(),
        answers: HashMap::new(),
        output: Vec::new(),
        answered: 0,
        entries: Vec::new(),
        bound_at: None,
        falls: false,
        world,
    };
    if link.world.faults().greeting == Greeting::Garbage {
        link.output.extend_from_slice(b"SMSC ready\r\n");
    }
    link.run(stream).await;
    link.end();
}

impl<P: Tongue> Link<P> {
    async fn run(&mut self, stream: TcpStream) {
        // Batches are written whole; waiting for more would only delay the last of them.
        let _ = stream.set_nodelay(true);
        let (mut cut, mut stop) = (self.world.cut.subscribe(), self.world.stop.subscribe());
        let mut bell: Option<watch::Receiver<u64>> = None;
        let mut buffer = vec![0; READ];
        loop {
            let now = self.world.now();
            let next = self.turn(now);
            if self.write(&stream).is_err() || next.is_none() || *stop.borrow() {
                return;
            }
            if bell.is_none() && self.account.is_some() {
                bell = self.account.as_ref().map(|a| a.bell.subscribe());
                continue; // What was pushed before the subscription is pulled in the next turn.
            }
            let writes = if self.output.is_empty() {
                Interest::READABLE
            } else {
                Interest::READABLE | Interest::WRITABLE
            };
            let rung = async {
                match &mut bell {
                    Some(bell) => bell.changed().await.is_ok(),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                ready = stream.ready(writes) => match ready {
                    Ok(ready) if ready.is_readable() => {
                        if self.read(&stream, &mut buffer).is_err() {
                            return;
                        }
                    }
                    Ok(_) => {}
                    Err(_) => return,
                },
                () = tokio::time::sleep_until(self.world.instant(next.unwrap_or(now))) => {}
                _ = rung => {}
                _ = cut.changed() => return,
                _ = stop.changed() => {}
            }
        }
    }

    fn read(&mut self, stream: &TcpStream, buffer: &mut [u8]) -> io::Result<()> {
        match stream.try_read(buffer) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.session.feed(&buffer[..count], self.world.now());
                Ok(())
            }
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(e) => Err(e),
        }
    }

    fn write(&mut self, stream: &TcpStream) -> io::Result<()> {
        while !self.output.is_empty() {
            match stream.try_write(&self.output) {
                Ok(count) => drop(self.output.drain(..count)),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// What the session has put out goes on its way.
    fn drain(&mut self) -> Vec<u8> {
        let octets = self.session.output().to_vec();
        self.session.wrote(octets.len());
        octets
    }

    /// Does all there is to do and gives the instant of the next look; `None` when the session is over.
    fn turn(&mut self, now: i64) -> Option<i64> {
        let faults = self.world.faults();
        self.events(faults, now);
        while let Some(Reverse((due, number))) = self.waiting.peek().copied()
            && due <= now
        {
            self.waiting.pop();
            if let Some(answer) = self.answers.remove(&number) {
                self.answer(number, answer, faults);
            }
        }
        if let Some(account) = self.account.clone() {
            self.deliver(&account, now);
        }
        self.world.journal.add(&mut self.entries);
        let next = self.session.tick(now);
        self.events(faults, now);
        let octets = self.drain();
        if !faults.mute || self.account.is_none() {
            self.output.extend_from_slice(&octets);
        }
        let fall =
            self.bound_at.filter(|_| faults.drop_after_ms > 0).map(|at| at + faults.drop_after_ms as i64);
        if self.falls || fall.is_some_and(|at| at <= now) {
            return None;
        }
        let waiting = self.waiting.peek().map(|Reverse((due, _))| *due);
        let first = [waiting, fall].into_iter().flatten().min();
        next.map(|at| first.map_or(at, |due| due.min(at)))
    }

    fn events(&mut self, faults: Faults, now: i64) {
        while let Some(event) = self.session.poll_event() {
            match event {
                Event::LoginAsked(who) => self.login(&who, faults, now),
                Event::Request { number, request } => self.submit(number, &request, faults, now),
                Event::Answered { token, answer } => self.answered(token, &answer, now),
                Event::Ambiguous { token, .. } => {
                    if let (Some(outgoing), Some(account)) = (self.out.remove(&token), &self.account) {
                        self.world.again(account, outgoing, now);
                    }
                }
                // What was open goes back in `end`, whatever ended the link.
                _ => {}
            }
        }
    }

    fn login(&mut self, who: &Credentials, faults: Faults, now: i64) {
        let config = &self.world.config;
        let name = if who.user.is_empty() { ANYBODY.into() } else { String::from_utf8_lossy(&who.user) };
        let account = self.world.account(&name);
        let wrong =
            |wanted: &Option<String>, got: &[u8]| wanted.as_ref().is_some_and(|w| w.as_bytes() != got);
        let answer = if faults.bind_status != 0 {
            Answer::refused(faults.bind_status as u16, "")
        } else if faults.refuse_binds || account.is_none() {
            P::closed()
        } else if wrong(&config.system_id, &who.user) || wrong(&config.password, &who.password) {
            P::wrong_proof()
        } else {
            Answer::default()
        };
        self.session.answer_login(&answer);
        let Some(account) = account.filter(|_| answer.error.is_none()) else {
            // Whoever is refused goes, also who never asked.
            self.falls = true;
            return;
        };
        // A mute carrier still says yes.
        let said = self.drain();
        self.output.extend_from_slice(&said);
        bump(&self.world.tally.binds);
        self.bound_at = Some(now);
        account.arrive();
        self.world.greet(&account);
        self.account = Some(account);
    }

    fn submit(&mut self, number: u32, request: &P::Request, faults: Faults, now: i64) {
        let Some(account) = self.account.clone() else { return };
        if self.falls {
            return;
        }
        let handed = match P::handed(request) {
            Ok(handed) => handed,
            Err(code) => {
                bump(&self.world.tally.refused);
                return self.answer(number, Answer { error: Some(code), ..Answer::default() }, faults);
            }
        };
        if faults.poison && handed.sm.view().text().is_some_and(|text| text.contains("poison")) {
            self.falls = true;
            return;
        }
        let mishap =
            if faults.at_part.is_some() { self.world.mishap(&Part::of(&handed.sm.view())) } else { None };
        if faults.black_hole || mishap == Some(AtPart::Vanish) {
            return;
        }
        let recipient = handed.recipient;
        let name = |world: &World| {
            let second = world.second(&recipient, now);
            format!("{recipient}:{}", P::stamp(second))
        };
        let answer = match mishap {
            Some(AtPart::Answer(status)) => Answer::refused(status as u16, ""),
            _ if faults.status != 0 => Answer::refused(faults.status as u16, ""),
            _ => match self.world.accept(&account, &handed.sm, now, name) {
                Ok(arrival) => Answer::taken(arrival.name.as_bytes()),
                Err(status) => P::refusal(status),
            },
        };
        bump(if answer.error.is_none() { &self.world.tally.submitted } else { &self.world.tally.refused });
        if self.world.config.record {
            let said = match answer.error {
                None => Ok(String::from_utf8_lossy(&answer.id).into_owned()),
                Some(code) => Err(code.to_string()),
            };
            self.world.note_submit(&account, &handed.sm.view(), said, now, &mut self.entries);
        }
        self.falls = matches!(mishap, Some(AtPart::FallBehind | AtPart::FallBefore));
        if faults.lose_answers || matches!(mishap, Some(AtPart::FallBefore | AtPart::Silence)) {
            return;
        }
        let config = &self.world.config;
        let latency = chance::between(config.seed, u64::from(number), config.latency_ms) + faults.slow_ms;
        if latency == 0 {
            self.answer(number, answer, faults);
        } else {
            // As many wait as there are numbers.
            self.waiting.push(Reverse((now + latency as i64, number)));
            self.answers.insert(number, answer);
        }
    }

    /// Answers, as nastily as is wanted. An answer that never leaves keeps its number, as a carrier's would.
    fn answer(&mut self, number: u32, answer: Answer, faults: Faults) {
        self.answered = self.answered.wrapping_add(1);
        let treated = faults.every <= 1 || self.answered.is_multiple_of(faults.every);
        let way = if treated { faults.answers } else { Answers::Honest };
        let before = self.drain();
        self.output.extend_from_slice(&before);
        let answer = if way == Answers::EmptyId { Answer { id: Vec::new(), ..answer } } else { answer };
        self.session.answer(number, &answer);
        let mut frame = self.drain();
        match way {
            Answers::Never => return,
            Answers::Twice => self.output.extend_from_slice(&frame),
            Answers::Garbage => frame = (0..100).map(|n| chance::draw(7, n) as u8 | 0x40).collect(),
            Answers::NoNul => {
                if let Some(digit) = frame.iter_mut().nth_back(1) {
                    *digit = if *digit == b'0' { b'1' } else { b'0' };
                }
            }
            _ => {}
        }
        if !faults.mute {
            self.output.extend_from_slice(&frame);
        }
    }

    fn answered(&mut self, token: u64, answer: &Answer, now: i64) {
        let (Some(mut outgoing), Some(account)) = (self.out.remove(&token), &self.account) else { return };
        let meaning = answer.error.map_or(Meaning::Ok, P::meaning);
        if matches!(meaning, Meaning::Temporary | Meaning::Throttle) {
            return self.world.again(account, outgoing, now);
        }
        if meaning != Meaning::Ok {
            bump(&self.world.tally.given_up);
        }
        if let Cargo::Mo(Mo { taken, .. }) = &mut outgoing.cargo
            && let Some(taken) = taken.take()
        {
            // Who sent it may have stopped waiting.
            let _ = taken.send(Status(answer.error.map_or(0, u32::from)));
        }
    }

    // What leaves.

    fn deliver(&mut self, account: &Arc<Account>, now: i64) {
        let room = if self.session.stage() == Stage::Bound { self.session.room() } else { 0 };
        if room == 0 {
            return;
        }
        let mut pulled = Vec::new();
        self.world.next_for(account, room, &mut pulled);
        for outgoing in pulled {
            self.token += 1;
            let request = match &outgoing.cargo {
                Cargo::Report(report) => P::report(report),
                Cargo::Mo(mo) => P::reply(mo, now),
            };
            if self.session.send(self.token, &request, SessionConfig::default().response_ms, now).is_err() {
                self.world.again(account, outgoing, now);
                continue;
            }
            self.note(&outgoing.cargo, now);
            self.out.insert(self.token, outgoing);
        }
    }

    fn note(&mut self, cargo: &Cargo, now: i64) {
        bump(match cargo {
            Cargo::Report(_) => &self.world.tally.reported,
            Cargo::Mo(_) => &self.world.tally.replies,
        });
        if !self.world.config.record {
            return;
        }
        self.entries.push(match cargo {
            Cargo::Report(report) => {
                let of = report.arrival.sm.view();
                Entry {
                    at: now,
                    what: What::Report,
                    from: of.destination.display().into_owned(),
                    to: of.source.display().into_owned(),
                    id: report.arrival.name.clone(),
                    text: String::new(),
                    parts: 1,
                    part: 0,
                    state: report.says.status.name().to_owned(),
                }
            }
            Cargo::Mo(mo) => Entry {
                at: now,
                what: What::Reply,
                from: mo.from.clone(),
                to: mo.to.clone(),
                id: String::new(),
                text: mo.text(),
                parts: mo.total,
                part: if mo.total == 1 { 0 } else { mo.number },
                state: String::new(),
            },
        });
    }

    /// The link is over: what was delivered without an answer goes again, as carriers do.
    fn end(&mut self) {
        self.session.lost();
        let Some(account) = self.account.take() else { return };
        account.leave();
        let now = self.world.now();
        let mut open: Vec<_> = self.out.drain().collect();
        open.sort_unstable_by_key(|(token, _)| *token);
        for (_, outgoing) in open {
            self.world.again(&account, outgoing, now);
        }
        self.world.journal.add(&mut self.entries);
    }
}
