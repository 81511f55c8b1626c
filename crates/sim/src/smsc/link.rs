//! One connection: a task that reads, judges, answers and delivers in batches.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::io;
use std::sync::Arc;

use sms::alphabet::gsm7;
use sms::receipt::{self, Written};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::watch;
use wire::smpp::{
    Asked, Config as SessionConfig, Event, Meaning, Session, Sm, SmBuf, Status, TlvBuf, UDHI, coding,
    destination, source, time, tlv,
};

use super::account::{Account, Cargo, Mo, Outgoing, Report};
use super::mangle::Mangle;
use super::world::{World, bump, written};
use crate::chance;
use crate::config::{AtPart, Faults, Receipts};
use crate::handset::Part;
use crate::journal::{Entry, What};
use crate::nasty::{ReportForm, ReportId};

/// Octets read before the answers are written.
const READ: usize = 64 * 1024;
/// Answers that may wait for their latency.
const WAITING: usize = 100_000;

/// An answer that waits: when, which request, what.
type Waiting = Reverse<(i64, u32, u32, u64)>;

pub(super) struct Link {
    world: Arc<World>,
    session: Session,
    account: Option<Arc<Account>>,
    /// What was delivered and is not answered, by token.
    out: HashMap<u64, Outgoing>,
    token: u64,
    waiting: BinaryHeap<Waiting>,
    entries: Vec<Entry>,
    pulled: Vec<Outgoing>,
    tlvs: TlvBuf,
    mangle: Mangle,
    bound_at: Option<i64>,
    /// A message came at which this carrier falls over.
    poisoned: bool,
    /// What comes now is not read any more: the link falls.
    fallen: bool,
}

/// Serves one connection until it ends, the link is cut or the world stops.
pub(super) async fn serve(world: Arc<World>, stream: TcpStream) {
    let config = SessionConfig {
        system_id: "sendword-sim".into(),
        window: world.config.window,
        ..SessionConfig::default()
    };
    let session = Session::smsc(config, world.now());
    let mut link = Link {
        session,
        account: None,
        out: HashMap::new(),
        token: 0,
        waiting: BinaryHeap::new(),
        entries: Vec::new(),
        pulled: Vec::new(),
        tlvs: TlvBuf::new(),
        mangle: Mangle::default(),
        bound_at: None,
        poisoned: false,
        fallen: false,
        world,
    };
    link.mangle.greet(link.world.faults().greeting);
    link.run(stream).await;
    link.end();
}

impl Link {
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
            if bell.is_none() && self.session.bind().receives() {
                bell = self.account.as_ref().map(|a| a.bell.subscribe());
                if bell.is_some() {
                    continue; // What was pushed before the subscription is pulled in the next turn.
                }
            }
            let interest = if self.session.output().is_empty() && self.mangle.output().is_empty() {
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
                ready = stream.ready(interest) => match ready {
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
        if self.world.config.record {
            let (faults, count) = (self.world.faults(), self.session.output().len());
            let now = self.world.now();
            self.mangle.mute = faults.mute;
            self.mangle.pass(self.session.output(), faults.answers, faults.every, now);
            self.session.wrote(count);
        }
        loop {
            let sink = self.mangle.output().is_empty();
            let octets = if sink { self.session.output() } else { self.mangle.output() };
            if octets.is_empty() {
                return Ok(());
            }
            match stream.try_write(octets) {
                Ok(count) if sink => self.session.wrote(count),
                Ok(count) => self.mangle.wrote(count),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e),
            }
        }
    }

    /// Does all there is to do and gives the instant of the next look; `None` when the session is over.
    fn turn(&mut self, now: i64) -> Option<i64> {
        let faults = self.world.faults();
        while let Some(event) = self.session.poll_event() {
            self.event(event, faults, now);
            if self.fallen {
                self.world.journal.add(&mut self.entries);
                return None;
            }
        }
        while let Some(Reverse((due, ..))) = self.waiting.peek()
            && *due <= now
        {
            if let Some(Reverse((_, seq, status, id))) = self.waiting.pop() {
                self.answer(seq, Status(status), id);
            }
        }
        if let Some(account) = self.account.clone() {
            self.deliver(&account, now);
        }
        self.world.journal.add(&mut self.entries);
        let next = self.session.tick(now);
        while let Some(event) = self.session.poll_event() {
            self.event(event, faults, now);
        }
        let fall =
            self.bound_at.filter(|_| faults.drop_after_ms > 0).map(|at| at + faults.drop_after_ms as i64);
        if self.poisoned || fall.is_some_and(|at| at <= now) {
            return None;
        }
        let waiting = self.waiting.peek().map(|Reverse((due, ..))| *due);
        let first = [waiting, self.mangle.due(), fall].into_iter().flatten().min();
        next.map(|at| first.map_or(at, |due| due.min(at)))
    }

    fn event(&mut self, event: Event, faults: Faults, now: i64) {
        match event {
            Event::BindAsked(asked) => self.bind(&asked, faults, now),
            Event::Submit { seq, sm } => self.submit(seq, &sm, faults, now),
            Event::Answered { token, status, .. } => self.answered(token, status, now),
            Event::Ambiguous { token, .. } => {
                if let (Some(outgoing), Some(account)) = (self.out.remove(&token), &self.account) {
                    self.world.again(account, outgoing, now);
                }
            }
            // What was open goes back in `end`, whatever ended the link.
            _ => {}
        }
    }

    fn bind(&mut self, asked: &Asked, faults: Faults, now: i64) {
        let config = &self.world.config;
        let account = self.world.account(&String::from_utf8_lossy(&asked.system_id));
        let wrong =
            |wanted: &Option<String>, got: &[u8]| wanted.as_ref().is_some_and(|w| w.as_bytes() != got);
        let status = if faults.bind_status != 0 {
            Status(faults.bind_status)
        } else if faults.refuse_binds || account.is_none() {
            Status::BIND_FAILED
        } else if wrong(&config.system_id, &asked.system_id) {
            Status::INVALID_SYSTEM_ID
        } else if wrong(&config.password, &asked.password) {
            Status::INVALID_PASSWORD
        } else {
            Status::OK
        };
        self.session.answer_bind(status, now);
        let Some(account) = account.filter(|_| status.is_ok()) else { return };
        bump(&self.world.tally.binds);
        self.bound_at = Some(now);
        if asked.bind.receives() {
            account.arrive();
            self.world.greet(&account);
        }
        self.account = Some(account);
    }

    fn submit(&mut self, seq: u32, sm: &SmBuf, faults: Faults, now: i64) {
        let Some(account) = self.account.clone() else { return };
        if self.poisoned {
            return;
        }
        if faults.poison && sm.view().text().is_some_and(|text| text.contains("poison")) {
            self.poisoned = true;
            return;
        }
        let mishap = if faults.at_part.is_some() { self.world.mishap(&Part::of(&sm.view())) } else { None };
        if faults.black_hole || mishap == Some(AtPart::Vanish) {
            return;
        }
        self.fallen = matches!(mishap, Some(AtPart::FallBehind | AtPart::FallBefore));
        let outcome = match mishap {
            Some(AtPart::Answer(status)) => Err(Status(status)),
            _ => self.world.take(&account, sm, now),
        };
        bump(if outcome.is_ok() { &self.world.tally.submitted } else { &self.world.tally.refused });
        if self.world.config.record {
            self.world.note_submit(&account, &sm.view(), outcome, now, &mut self.entries);
        }
        if faults.lose_answers || matches!(mishap, Some(AtPart::FallBefore | AtPart::Silence)) {
            return;
        }
        let (status, id) = outcome.map_or_else(|status| (status, 0), |id| (Status::OK, id));
        let config = &self.world.config;
        let latency = chance::between(config.seed, u64::from(seq), config.latency_ms) + faults.slow_ms;
        if latency == 0 || self.waiting.len() >= WAITING {
            self.answer(seq, status, id);
        } else {
            self.waiting.push(Reverse((now + latency as i64, seq, status.0, id)));
        }
    }

    fn answer(&mut self, seq: u32, status: Status, id: u64) {
        if status.is_ok() {
            let ids = self.world.ids();
            self.session.answer_submit(seq, status, written(ids, id).as_bytes());
        } else {
            self.session.answer_submit(seq, status, b"");
        }
    }

    fn answered(&mut self, token: u64, status: Status, now: i64) {
        let (Some(mut outgoing), Some(account)) = (self.out.remove(&token), &self.account) else { return };
        match status.meaning() {
            Meaning::Temporary | Meaning::Throttle => self.world.again(account, outgoing, now),
            meaning => {
                if meaning != Meaning::Ok {
                    bump(&self.world.tally.given_up);
                }
                if let Cargo::Mo(Mo { taken, .. }) = &mut outgoing.cargo
                    && let Some(taken) = taken.take()
                {
                    // Who sent it may have stopped waiting.
                    let _ = taken.send(status);
                }
            }
        }
    }

    // What leaves.

    fn deliver(&mut self, account: &Arc<Account>, now: i64) {
        let room = if self.session.bind().receives() { self.session.room() } else { 0 };
        if room == 0 {
            return;
        }
        let mut pulled = std::mem::take(&mut self.pulled);
        self.world.next_for(account, room, &mut pulled);
        for outgoing in pulled.drain(..) {
            self.token += 1;
            let sent = match &outgoing.cargo {
                Cargo::Report(report) => self.report(report, now),
                Cargo::Mo(mo) => self.reply(mo, now),
            };
            if sent {
                self.out.insert(self.token, outgoing);
            } else {
                self.world.again(account, outgoing, now);
            }
        }
        self.pulled = pulled;
    }

    fn report(&mut self, report: &Report, now: i64) -> bool {
        let config = &self.world.config;
        let nasty = self.world.faults().reports;
        let (arrival, says) = (&report.arrival, report.says);
        let of = arrival.sm.view();
        let number = match nasty.id {
            ReportId::Own => arrival.id,
            ReportId::Neighbour => arrival.id - 1,
            ReportId::Unknown => arrival.id ^ (1 << 62),
        };
        let id = written(nasty.ids.unwrap_or(config.receipt_ids), number);
        self.tlvs.clear();
        // No message_state says "buffered", so an intermediate report is always spelled out.
        let spelled = config.receipts != Receipts::Tlv || says.intermediate;
        let text = if spelled { receipt_text(report, &id) } else { Vec::new() };
        let text = spoil(nasty.form, text, &id);
        let silent = matches!(nasty.form, ReportForm::Noise | ReportForm::Empty);
        if (config.receipts != Receipts::Text || nasty.form != ReportForm::Right) && !silent {
            self.tlvs.push_text(tlv::RECEIPTED_MESSAGE_ID, id.as_bytes());
            if !says.intermediate {
                self.tlvs.push(tlv::MESSAGE_STATE, &[receipt::state_of(says.status, says.code)]);
            }
            if says.err != 0 {
                let [high, low] = says.err.to_be_bytes();
                self.tlvs.push(tlv::NETWORK_ERROR_CODE, &[3, high, low]);
            }
        }
        if let Some(reference) = of.tlvs.get(tlv::USER_MESSAGE_REFERENCE) {
            self.tlvs.push(tlv::USER_MESSAGE_REFERENCE, reference);
        }
        let huge = text.len() > 254;
        if huge {
            self.tlvs.push(tlv::MESSAGE_PAYLOAD, &text);
        }
        let sm = Sm {
            source: of.destination,
            destination: of.source,
            esm_class: if says.intermediate { 0x20 } else { 0x04 },
            short_message: if huge { b"" } else { &text },
            tlvs: self.tlvs.view(),
            ..Sm::default()
        };
        let sent = self.session.deliver(self.token, &sm, now).is_ok();
        if sent {
            bump(&self.world.tally.reported);
            if self.world.config.record {
                let state = if says.intermediate { "BUFFRED" } else { word(report) };
                self.entries.push(Entry {
                    at: now,
                    what: What::Report,
                    from: of.destination.display().into_owned(),
                    to: of.source.display().into_owned(),
                    id,
                    text: String::new(),
                    parts: 1,
                    part: 0,
                    state: state.to_owned(),
                });
            }
        }
        sent
    }

    fn reply(&mut self, mo: &Mo, now: i64) -> bool {
        let sm = Sm {
            source: source(&mo.from),
            destination: destination(&mo.to),
            esm_class: if mo.headed { UDHI } else { 0 },
            data_coding: mo.data_coding,
            short_message: &mo.octets,
            ..Sm::default()
        };
        let sent = self.session.deliver(self.token, &sm, now).is_ok();
        if sent {
            bump(&self.world.tally.replies);
            self.entries.push(Entry {
                at: now,
                what: What::Reply,
                from: mo.from.clone(),
                to: mo.to.clone(),
                id: String::new(),
                text: coding::decode(mo.data_coding, sm.split().1).unwrap_or_default(),
                parts: mo.total,
                part: if mo.total == 1 { 0 } else { mo.number },
                state: String::new(),
            });
        }
        sent
    }

    /// The link is over: what was delivered without an answer goes again, as carriers do.
    fn end(&mut self) {
        self.session.lost();
        let Some(account) = self.account.take() else { return };
        if self.session.bind().receives() {
            account.leave();
        }
        let now = self.world.now();
        let mut open: Vec<_> = self.out.drain().collect();
        open.sort_unstable_by_key(|(token, _)| *token);
        for (_, outgoing) in open {
            self.world.again(&account, outgoing, now);
        }
        self.world.journal.add(&mut self.entries);
    }
}

/// The text of a report as the nastier carriers write it.
fn spoil(form: ReportForm, text: Vec<u8>, id: &str) -> Vec<u8> {
    match form {
        ReportForm::Right => text,
        ReportForm::Empty => Vec::new(),
        ReportForm::Contradiction => format!("id:{id} sub:001 dlvrd:000 stat:UNDELIV err:001").into_bytes(),
        ReportForm::ForeignLanguage => b"Az uzenet megerkezett, koszonjuk.".to_vec(),
        ReportForm::Huge => b"x".repeat(64_000),
        ReportForm::Noise => (0..90).map(|n| chance::draw(7, n) as u8 & 0x7F).collect(),
    }
}

fn word(report: &Report) -> &'static str {
    receipt::word_of(receipt::state_of(report.says.status, report.says.code)).unwrap_or("UNKNOWN")
}

fn receipt_text(report: &Report, id: &str) -> Vec<u8> {
    let of = report.arrival.sm.view();
    let text = coding::decode(of.data_coding, of.split().1).unwrap_or_default();
    // The text goes back in the default alphabet. `@` is its zero, at which some readers end the receipt.
    let plain = |c: char| if gsm7::septets(c) == Some(1) && c != '@' { c } else { '?' };
    let text: String = text.chars().take(20).map(plain).collect();
    let written = receipt::format(&Written {
        id,
        submit_date: &date(report.arrival.took_at),
        done_date: &date(report.done_at),
        status: report.says.status,
        code: report.says.code,
        err: report.says.err,
        text: &text,
    });
    let written =
        if report.says.intermediate { written.replacen("stat:ENROUTE", "stat:BUFFRED", 1) } else { written };
    // Digits, words and what `plain` let pass all have their septets.
    gsm7::encode(&written).unwrap_or_default()
}

fn date(at: i64) -> String {
    let [year, month, day, hour, minute, _] = time::calendar(at);
    format!("{:02}{month:02}{day:02}{hour:02}{minute:02}", year.rem_euclid(100))
}
