//! One link of the carrier.

use super::{Arrival, Report, World};
use crate::list;
use std::collections::{HashMap, VecDeque};
use std::io::ErrorKind::WouldBlock;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::Interest;
use tokio::net::TcpStream;
use wire::smpp::{Address, Config, Event, Session, Sm, SmBuf, Stage, Status, time};

/// Octets read before answers are written.
const READ: usize = 64 * 1024;
/// Receipts on the wire without an answer, a link.
const WINDOW: usize = 1_000;
/// How often a link that only receives looks for receipts of another.
const LOOK: Duration = Duration::from_millis(20);

/// A receipt that was refused is sent again after so long.
const AGAIN: Duration = Duration::from_millis(200);

struct Link {
    world: Arc<World>,
    session: Session,
    /// Answers that wait.
    answers: VecDeque<(Instant, u32, u64)>,
    /// Receipts without an answer, by token.
    out: HashMap<u64, Report>,
}

/// Serves one connection until it ends or the carrier goes away.
pub(super) async fn serve(world: Arc<World>, stream: TcpStream) {
    let _ = stream.set_nodelay(true); // batches are written whole
    let config = Config { system_id: "bench".into(), window: WINDOW, ..Config::default() };
    let session = Session::smsc(config, world.ms(Instant::now()));
    let mut link = Link { world, session, answers: VecDeque::new(), out: HashMap::new() };
    link.run(&stream).await;
    link.end();
}

impl Link {
    async fn run(&mut self, stream: &TcpStream) {
        let mut manner = self.world.manner.subscribe();
        let mut buffer = vec![0; READ];
        loop {
            let Some(next) = self.turn(Instant::now()) else { return };
            loop {
                match stream.try_write(self.session.output()) {
                    _ if self.session.output().is_empty() => break,
                    Ok(count) => self.session.wrote(count),
                    Err(e) if e.kind() == WouldBlock => break,
                    Err(_) => return,
                }
            }
            if self.session.stage() == Stage::Closed || manner.borrow().away {
                return;
            }
            let write =
                if self.session.output().is_empty() { Interest::READABLE } else { Interest::WRITABLE };
            tokio::select! {
                ready = stream.ready(Interest::READABLE | write) => match ready {
                    Ok(ready) if ready.is_readable() => match stream.try_read(&mut buffer) {
                        Ok(0) => return,
                        Ok(count) => self.session.feed(&buffer[..count], self.world.ms(Instant::now())),
                        Err(e) if e.kind() == WouldBlock => {}
                        Err(_) => return,
                    },
                    Ok(_) => {}
                    Err(_) => return,
                },
                () = tokio::time::sleep_until(next.into()) => {}
                _ = manner.changed() => {}
            }
        }
    }

    /// Does all there is to do; the instant of the next look.
    fn turn(&mut self, now: Instant) -> Option<Instant> {
        let ms = self.world.ms(now);
        while let Some(event) = self.session.poll_event() {
            self.event(event, now, ms);
        }
        while let Some((due, seq, id)) = self.answers.front().copied()
            && due <= now
        {
            self.answers.pop_front();
            self.session.answer_submit(seq, Status::OK, id.to_string().as_bytes());
        }
        let due = self.reports(now, ms);
        let tick = self.session.tick(ms)?;
        let tick = self.world.started + Duration::from_millis(tick.unsigned_abs());
        let answer = self.answers.front().map(|(due, ..)| *due);
        [Some(tick), answer, due].into_iter().flatten().min()
    }

    fn event(&mut self, event: Event, now: Instant, ms: i64) {
        match event {
            Event::BindAsked(_) => {
                self.session.answer_bind(Status::OK, ms);
                self.world.book().binds += 1;
            }
            Event::Submit { seq, sm } => self.submit(seq, &sm, now),
            Event::Answered { token, status, .. } | Event::LateAnswer { token, status, .. } => {
                if let Some(mut report) = self.out.remove(&token) {
                    if status.is_ok() {
                        let mut book = self.world.book();
                        (book.stored, book.out, book.stored_at) = (book.stored + 1, book.out - 1, Some(now));
                    } else {
                        report.due = now + AGAIN;
                        self.world.book().refused += 1;
                        self.back(report);
                    }
                }
            }
            _ => {} // what was open goes back in `end`
        }
    }

    fn submit(&mut self, seq: u32, sm: &SmBuf, now: Instant) {
        let (manner, sm) = (self.world.manner(), sm.view());
        let number = std::str::from_utf8(sm.destination.addr).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
        let mut book = self.world.book();
        book.arrivals.push(Arrival { number, at: now });
        let id = list::mixed(book.arrivals.len() as u64);
        if let Some(after) = manner.receipt_after.filter(|_| sm.wants_receipt()) {
            let due = now + manner.answer_after + after;
            let (from, to) = (sm.destination.addr.to_vec(), sm.source.addr.to_vec());
            let report = Report { due, id, from, to };
            if manner.hold { book.held.push(report) } else { book.reports.push_back(report) }
        }
        drop(book);
        if manner.answer_after.is_zero() {
            self.session.answer_submit(seq, Status::OK, id.to_string().as_bytes());
        } else {
            self.answers.push_back((now + manner.answer_after, seq, id));
        }
    }

    /// Sends the receipts that are due; when the next is.
    fn reports(&mut self, now: Instant, ms: i64) -> Option<Instant> {
        if !self.session.bind().receives() || self.session.stage() != Stage::Bound {
            return None;
        }
        while self.session.room() > 0 {
            let report = {
                let mut book = self.world.book();
                match book.reports.front() {
                    Some(first) if first.due <= now => {}
                    Some(first) => return Some(first.due),
                    None => return Some(now + LOOK),
                }
                book.out += 1;
                book.reports.pop_front()
            }?;
            let text = text(&report);
            let sm = Sm {
                source: Address { ton: 1, npi: 1, addr: &report.from },
                destination: Address { ton: 0, npi: 0, addr: &report.to },
                esm_class: 0x04,
                short_message: text.as_bytes(),
                ..Sm::default()
            };
            if self.session.deliver(report.id, &sm, ms).is_err() {
                self.back(report);
                return Some(now + LOOK);
            }
            self.out.insert(report.id, report);
        }
        None
    }

    fn back(&self, report: Report) {
        let mut book = self.world.book();
        book.out -= 1;
        if report.due > Instant::now() {
            book.reports.push_back(report);
        } else {
            book.reports.push_front(report);
        }
    }

    /// What was delivered without an answer goes again over the next link.
    fn end(&mut self) {
        for (_, report) in std::mem::take(&mut self.out) {
            self.back(report);
        }
    }
}

/// The text of SMPP 3.4 appendix B, with the dates of a moment ago.
fn text(report: &Report) -> String {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let [y, mo, d, h, mi, _] = time::calendar(i64::try_from(since.as_millis()).unwrap_or(0));
    let at = format!("{:02}{mo:02}{d:02}{h:02}{mi:02}", y % 100);
    format!("id:{} sub:001 dlvrd:001 submit date:{at} done date:{at} stat:DELIVRD err:000 text:", report.id)
}
