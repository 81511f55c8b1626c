//! The modem itself: command lines in, answers and lines of its own out. It knows no port.

use std::collections::VecDeque;
use std::sync::Arc;

use sms::hex;
use sms::tpdu::{Submit, centre};

use super::memory::{Memory, Stored};
use super::speech::{self, Says};
use crate::gsm::{Modem, ModemFaults};
use crate::smsc::account::{Account, Cargo, Outgoing};
use crate::smsc::world::{World, bump};

/// How long a modem waits for the acknowledgement of what it handed over, ms.
const ACK_MS: i64 = 15_000;
/// Tries for a PIN.
const PIN_TRIES: u8 = 3;
/// The longest command line.
const LINE_MOST: usize = 2_048;

/// What the modem reads at the moment.
#[derive(Debug, PartialEq, Eq)]
enum Reads {
    Commands,
    /// A PDU of so many octets behind the service centre; to be sent, or to be stored.
    Pdu {
        length: usize,
        send: bool,
    },
}

/// A modem and its card. It outlives its port.
#[derive(Debug)]
pub(super) struct Device {
    pub(super) world: Arc<World>,
    pub(super) account: Arc<Account>,
    pub(super) modem: Modem,
    pub(super) faults: ModemFaults,
    pub(super) memory: Memory,
    pub(super) echo: bool,
    pub(super) numbers: bool,
    pub(super) locked: bool,
    pub(super) pin_left: u8,
    pub(super) pin_tries: u32,
    /// How messages and reports are told of: 0 not, 1 stored, 2 at once (reports: 1 at once, 2 stored).
    pub(super) tells: (u8, u8),
    pub(super) acks: bool,
    pub(super) announces: bool,
    pub(super) store: String,
    pub(super) resets: u32,
    reads: Reads,
    line: Vec<u8>,
    out: VecDeque<(i64, Vec<u8>)>,
    last_out: i64,
    reference: u8,
    sent: u32,
    silent_until: i64,
    waiting: Option<(i64, Outgoing)>,
    draws: u64,
    /// The port goes away now.
    pub(super) gone: bool,
}

impl Device {
    pub(super) fn new(world: Arc<World>, account: Arc<Account>, modem: Modem) -> Device {
        let now = world.now();
        let mut device = Device {
            memory: Memory::new(modem.storage),
            faults: modem.faults,
            echo: modem.echo,
            numbers: false,
            locked: !modem.pin.is_empty(),
            pin_left: PIN_TRIES,
            pin_tries: 0,
            tells: (0, 0),
            acks: false,
            announces: false,
            store: "SM".to_owned(),
            resets: 0,
            reads: Reads::Commands,
            line: Vec::new(),
            out: VecDeque::new(),
            last_out: 0,
            reference: 0,
            sent: 0,
            silent_until: 0,
            waiting: None,
            draws: 0,
            gone: false,
            world,
            account,
            modem,
        };
        device.wake(now);
        device
    }

    /// Power comes: everything that is not on the card begins anew.
    pub(super) fn wake(&mut self, now: i64) {
        self.echo = self.modem.echo;
        self.numbers = false;
        self.locked = !self.modem.pin.is_empty() && self.pin_left > 0;
        self.tells = (0, 0);
        self.acks = false;
        self.announces = false;
        self.reads = Reads::Commands;
        self.line.clear();
        self.out.clear();
        self.last_out = 0;
        self.faults.stuck = false;
        self.sent = 0;
        self.gone = false;
        if let Some((_, outgoing)) = self.waiting.take() {
            self.world.again(&self.account, outgoing, now);
        }
        self.silent_until = now + self.faults.boot_ms as i64;
        if self.faults.boot_ms > 0 {
            self.out.push_back((self.silent_until, b"\r\nRDY\r\n\r\nSMS DONE\r\n".to_vec()));
        }
    }

    /// A port was opened: what was half said on the last one is forgotten, the card is not.
    pub(super) fn opened(&mut self) {
        self.reads = Reads::Commands;
        self.line.clear();
        self.out.clear();
        self.last_out = 0;
        self.gone = false;
    }

    /// Takes octets of the port.
    pub(super) fn feed(&mut self, octets: &[u8], now: i64) {
        for octet in octets {
            if now < self.silent_until || self.faults.dead {
                continue;
            }
            if self.faults.unplug_at_pdu && self.reads != Reads::Commands {
                self.faults.unplug_at_pdu = false;
                self.gone = true;
                return;
            }
            if self.echo && !matches!(octet, 0x1A | 0x1B) && !self.faults.stuck {
                self.write(now, &[*octet]);
            }
            self.octet(*octet, now);
        }
    }

    fn octet(&mut self, octet: u8, now: i64) {
        match (octet, &self.reads) {
            (0x1B, _) => {
                let half = self.reads != Reads::Commands;
                self.reads = Reads::Commands;
                self.line.clear();
                if half {
                    self.write(now, b"\r\nOK\r\n");
                }
            }
            (0x1A, Reads::Pdu { length, send }) => {
                let (length, send) = (*length, *send);
                self.reads = Reads::Commands;
                let digits = std::mem::take(&mut self.line);
                self.pdu(&digits, length, send, now);
            }
            (b'\r', Reads::Commands) => {
                let line = std::mem::take(&mut self.line);
                self.command_line(&line, now);
            }
            (b'\n' | b'\r', _) => {}
            (0x08, _) => drop(self.line.pop()),
            _ if self.line.len() < LINE_MOST => self.line.push(octet),
            _ => {}
        }
    }

    fn command_line(&mut self, line: &[u8], now: i64) {
        let text = String::from_utf8_lossy(line).trim().to_owned();
        let Some(rest) = text.get(..2).filter(|at| at.eq_ignore_ascii_case("AT")).map(|_| &text[2..]) else {
            return;
        };
        let up = rest.to_ascii_uppercase();
        if self.faults.stuck {
            if up.starts_with("+CFUN=") {
                self.reset(now);
            }
            return;
        }
        if self.faults.list_hangs && up.starts_with("+CMGL") {
            return;
        }
        for command in speech::commands(rest) {
            match self.answer(&command, now) {
                Says::Ok(lines) => self.lines(&lines, now),
                Says::Error => return self.write(now, b"\r\nERROR\r\n"),
                Says::Cms(number) => return self.failure("CMS", number, now),
                Says::Cme(number) => return self.failure("CME", number, now),
                Says::Nothing => return,
                Says::Prompt { length, send } => return self.prompt(length, send, now),
                Says::Reset => {
                    self.write(now, b"\r\nOK\r\n");
                    return self.reset(now);
                }
            }
        }
        self.write(now, b"\r\nOK\r\n");
    }

    fn reset(&mut self, now: i64) {
        self.resets += 1;
        let said = std::mem::take(&mut self.out);
        self.wake(now);
        self.out.extend(said);
    }

    fn lines(&mut self, lines: &[String], now: i64) {
        for (n, line) in lines.iter().enumerate() {
            // A PDU follows its header at once; between two entries anything may stand.
            if self.faults.chatter && n > 0 && line.starts_with('+') {
                self.write(now, b"\r\n^RSSI:17\r\n\r\nRING\r\n");
            }
            self.write(now, format!("\r\n{line}\r\n").as_bytes());
        }
        if self.faults.chatter {
            self.write(now, b"\r\n^BOOT:1,0\r\n\r\n+CREG: 1\r\n".get(14..).unwrap_or_default());
        }
    }

    fn failure(&mut self, kind: &str, number: u16, now: i64) {
        let said =
            if self.numbers { format!("\r\n+{kind} ERROR: {number}\r\n") } else { "\r\nERROR\r\n".into() };
        self.write(now, said.as_bytes());
    }

    fn prompt(&mut self, length: usize, send: bool, now: i64) {
        if self.faults.lose_prompts > 0 {
            self.faults.lose_prompts -= 1;
            return;
        }
        if send && self.faults.cms_at_prompt && self.refuses() {
            return self.failure("CMS", self.faults.cms_error, now);
        }
        self.reads = Reads::Pdu { length, send };
        self.line.clear();
        if self.faults.chatter {
            self.write(now, b"\r\n^RSSI:9\r\n");
        }
        let prompt: &[u8] = if self.faults.bare_prompt { b"\r\n>" } else { b"\r\n> " };
        self.write(now, prompt);
    }

    fn refuses(&mut self) -> bool {
        self.draws += 1;
        let percent = if self.faults.cms_percent == 0 { 100 } else { u64::from(self.faults.cms_percent) };
        self.faults.cms_error > 0 && crate::chance::draw(self.world.config.seed, self.draws) % 100 < percent
    }

    fn pdu(&mut self, digits: &[u8], length: usize, send: bool, now: i64) {
        let digits = String::from_utf8_lossy(digits).trim().to_owned();
        let octets = hex::decode(&digits).unwrap_or_default();
        let submit = centre::split(&octets).ok().filter(|(_, tpdu)| tpdu.len() == length);
        let Some(submit) = submit.and_then(|(_, tpdu)| Submit::decode(tpdu).ok()) else {
            return self.failure("CMS", 304, now);
        };
        if !send {
            return match self.memory.put(Stored { status: 2, digits, length, taken: None }) {
                Some(place) => self.write(now, format!("\r\n+CMGW: {place}\r\n\r\nOK\r\n").as_bytes()),
                None => self.failure("CMS", 322, now),
            };
        }
        let due = now + self.faults.slow_ms as i64 + speech::latency(&self.world, self.draws);
        if self.refuses() {
            self.bump_refused();
            return self.failure("CMS", self.faults.cms_error, due);
        }
        self.reference = self.faults.reference.take().unwrap_or(self.reference.wrapping_add(1));
        let reference = self.reference;
        match speech::hand_in(self, &submit, reference, now) {
            Ok(()) if self.faults.lose_answers => {}
            Ok(()) => self.write(due, format!("\r\n+CMGS: {reference}\r\n\r\nOK\r\n").as_bytes()),
            Err(number) => self.failure("CMS", number, due),
        }
        self.sent += 1;
        if self.faults.stuck_after > 0 && self.sent >= self.faults.stuck_after {
            self.faults.stuck = true;
        }
    }

    fn bump_refused(&self) {
        bump(&self.world.tally.refused);
    }

    /// Says something, not before what was said earlier.
    pub(super) fn write(&mut self, due: i64, octets: &[u8]) {
        let due = due.max(self.last_out);
        self.last_out = due;
        self.out.push_back((due, octets.to_vec()));
    }

    /// What is to be written now, and when there is more.
    pub(super) fn output(&mut self, now: i64) -> (Vec<u8>, Option<i64>) {
        let mut octets = Vec::new();
        while self.out.front().is_some_and(|(due, _)| *due <= now) {
            octets.extend(self.out.pop_front().map(|(_, said)| said).unwrap_or_default());
        }
        let waiting = self.waiting.as_ref().map(|(due, _)| *due);
        let next = self.out.front().map(|(due, _)| *due).into_iter().chain(waiting).min();
        (octets, next)
    }

    /// Whether it is in a network.
    pub(super) fn is_registered(&self) -> bool {
        !self.locked && !self.faults.searching && !self.faults.denied && !self.faults.no_card
    }

    /// Takes what the network has for it, as far as it can.
    pub(super) fn receive(&mut self, now: i64) {
        if self.waiting.as_ref().is_some_and(|(due, _)| *due <= now)
            && let Some((_, outgoing)) = self.waiting.take()
        {
            // Nobody acknowledged it: the network is told so, and nothing more is handed over at once.
            self.tells = (self.tells.0.min(1), 0);
            self.world.again(&self.account, outgoing, now);
        }
        let up = now >= self.silent_until && !self.faults.stuck && !self.faults.dead;
        while up && self.is_registered() && self.waiting.is_none() && self.reads == Reads::Commands {
            if self.tells.0 != 2 && !self.memory.has_room() {
                return; // the network keeps it until there is room
            }
            let mut pulled = Vec::new();
            self.world.next_for(&self.account, 1, &mut pulled);
            let Some(outgoing) = pulled.pop() else { return };
            self.take(outgoing, now);
        }
    }

    fn take(&mut self, mut outgoing: Outgoing, now: i64) {
        let is_report = outgoing.is_report();
        let Some(pdu) = speech::pdu(&outgoing.cargo, &self.modem.centre, now) else { return };
        speech::note(&self.world, &outgoing.cargo, now);
        let (digits, length) = (hex::encode(&pdu.0), pdu.1);
        let at_once = if is_report { self.tells.1 == 1 } else { self.tells.0 == 2 };
        if at_once {
            let head = if is_report { format!("+CDS: {length}") } else { format!("+CMT: ,{length}") };
            self.write(now, format!("\r\n{head}\r\n{digits}\r\n").as_bytes());
            if self.acks {
                let hurry = self.world.config.hurry.max(1) as i64;
                self.waiting = Some((now + ACK_MS / hurry.min(10), outgoing));
            } else {
                confirm(&mut outgoing);
            }
            return;
        }
        if is_report && self.tells.1 == 0 {
            // Nobody has asked for reports, or not yet: the service centre says it again in a while.
            return self.world.again(&self.account, outgoing, now);
        }
        let taken = match &mut outgoing.cargo {
            Cargo::Mo(mo) => mo.taken.take(),
            Cargo::Report(_) => None,
        };
        let stored = Stored { status: 0, digits, length, taken };
        if let Some(place) = self.memory.put(stored)
            && self.tells.0 > 0
        {
            let name = if is_report { "+CDSI" } else { "+CMTI" };
            self.write(now, format!("\r\n{name}: \"SM\",{place}\r\n").as_bytes());
        }
    }

    /// `AT+CNMA`; `false` where nothing waits for it.
    pub(super) fn acknowledged(&mut self) -> bool {
        let waiting = self.waiting.take();
        waiting.is_some_and(|(_, mut outgoing)| {
            confirm(&mut outgoing);
            true
        })
    }
}

/// The phone learns that its message was taken.
fn confirm(outgoing: &mut Outgoing) {
    if let Cargo::Mo(mo) = &mut outgoing.cargo
        && let Some(taken) = mo.taken.take()
    {
        // Who sent it may have stopped waiting.
        let _ = taken.send(wire::smpp::Status::OK);
    }
}
