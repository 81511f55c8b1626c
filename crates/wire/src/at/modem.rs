//! A modem's side of the conversation: one command at a time, and whatever comes between.

use sms::hex;

use super::lines::{Lines, Piece};
use super::says::{Registration, Slot, registration, slot};
use super::ussd::Ussd;
use super::{Failure, fields};

/// Lines of an answer kept; `AT+CMGL` of a full memory has two a message.
const ANSWER_MOST: usize = 4_096;

/// What a modem said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The command is over.
    Answer(Answer),
    /// It waits for a PDU.
    Prompt,
    /// `+CMT`: a message, not stored; service centre and TPDU.
    Message(Vec<u8>),
    /// `+CMTI`: a message was stored.
    Stored(Slot),
    /// `+CDS`: a status report, not stored.
    Report(Vec<u8>),
    /// `+CDSI`: a status report was stored.
    ReportStored(Slot),
    /// `+CUSD`.
    Ussd(Ussd),
    /// `+CREG` and its kin by themselves.
    Registered(Registration),
    /// `RING`, `RDY`, `^BOOT` and whatever else a modem says unasked.
    Unasked(String),
    /// Octets that were no line, or a PDU that never came.
    Noise,
}

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The command, without `AT`.
    pub command: String,
    /// `OK`, or why not.
    pub result: Result<(), Failure>,
    /// What was said before that.
    pub lines: Vec<String>,
}

/// A command is open: its answer, or [`Modem::give_up`], comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

#[derive(Debug)]
struct Open {
    /// As it was written, for its echo.
    written: String,
    /// The digits of the PDU, for their echo.
    body: String,
    lines: Vec<String>,
    prompts: bool,
}

/// Whose PDU comes on a line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaits {
    Message,
    Report,
    Listed,
}

/// The parser. One for each port, for as long as it is open.
#[derive(Debug, Default)]
pub struct Modem {
    lines: Lines,
    open: Option<Open>,
    /// Headers whose PDU has not come, the latest last: an unsolicited one may come between another and its PDU.
    awaits: Vec<Awaits>,
}

impl Modem {
    /// Nothing said yet.
    pub fn new() -> Self {
        Modem::default()
    }

    /// Opens a command (`+CMGF=0`) and gives the octets to write. One that ends in a prompt takes its PDU afterwards.
    pub fn command(&mut self, command: &str) -> Result<Vec<u8>, Busy> {
        if self.open.is_some() {
            return Err(Busy);
        }
        let prompts = ["+CMGS=", "+CMGW=", "+CNMA="].iter().any(|name| command.starts_with(name));
        let written = format!("AT{command}");
        let octets = format!("{written}\r").into_bytes();
        self.open = Some(Open { written, body: String::new(), lines: Vec::new(), prompts });
        Ok(octets)
    }

    /// Opens `AT+CMGS` for a TPDU: its figure leaves out the service centre.
    pub fn send(&mut self, tpdu: &[u8]) -> Result<Vec<u8>, Busy> {
        self.command(&format!("+CMGS={}", tpdu.len()))
    }

    /// The octets that answer a prompt: service centre and TPDU, and the end.
    pub fn body(&mut self, pdu: &[u8]) -> Vec<u8> {
        let digits = hex::encode(pdu);
        let mut octets = digits.clone().into_bytes();
        octets.push(0x1A);
        if let Some(open) = &mut self.open {
            open.body = digits;
            open.prompts = false;
        }
        octets
    }

    /// Forgets the open command, whose answer is not waited for any longer. The octet aborts a prompt that may still be
    /// open there; anywhere else it does nothing.
    pub fn give_up(&mut self) -> Vec<u8> {
        self.open = None;
        self.awaits.retain(|awaits| *awaits != Awaits::Listed);
        vec![0x1B]
    }

    /// Whether a command is open.
    pub fn is_busy(&self) -> bool {
        self.open.is_some()
    }

    /// Takes what came, in pieces of any size.
    pub fn feed(&mut self, octets: &[u8], events: &mut Vec<Event>) {
        for octet in octets {
            let prompt_expected = self.open.as_ref().is_some_and(|open| open.prompts);
            match self.lines.push(*octet, prompt_expected) {
                Some(Piece::Line(line)) => self.line(line, events),
                Some(Piece::Prompt) => events.push(Event::Prompt),
                Some(Piece::Dropped(_)) => events.push(Event::Noise),
                None => {}
            }
        }
    }

    fn line(&mut self, line: String, events: &mut Vec<Event>) {
        if self.is_echo(&line) {
            return;
        }
        if !self.awaits.is_empty() && is_digits(&line) {
            return self.pdu(line, events);
        }
        if let Some(event) = self.unsolicited(&line) {
            events.extend(event);
            return;
        }
        let Some(open) = &mut self.open else {
            events.push(Event::Unasked(line));
            return;
        };
        let result = match line.as_str() {
            "OK" => Some(Ok(())),
            line => Failure::of(line).map(Err),
        };
        if let Some(result) = result {
            self.finish(result, events);
        } else if is_foreign(&line, &open.written) {
            events.push(Event::Unasked(line));
        } else if open.lines.len() < ANSWER_MOST {
            if ["+CMGL:", "+CMGR:"].iter().any(|name| line.starts_with(name)) {
                self.awaits.push(Awaits::Listed);
            }
            open.lines.push(line);
        }
    }

    /// With echo on, a modem repeats the command, then the digits of the PDU.
    fn is_echo(&self, line: &str) -> bool {
        self.open.as_ref().is_some_and(|open| {
            line == open.written || (!open.body.is_empty() && line.eq_ignore_ascii_case(&open.body))
        })
    }

    fn pdu(&mut self, line: String, events: &mut Vec<Event>) {
        match self.awaits.pop() {
            Some(Awaits::Listed) => self.open.iter_mut().for_each(|open| open.lines.push(line.clone())),
            Some(awaits) => events.push(match (hex::decode(&line), awaits) {
                (Some(pdu), Awaits::Report) => Event::Report(pdu),
                (Some(pdu), _) => Event::Message(pdu),
                (None, _) => Event::Noise,
            }),
            None => {}
        }
    }

    /// Lines that nobody asked for, whatever is going on. `Some(None)` is one whose PDU is still to come.
    fn unsolicited(&mut self, line: &str) -> Option<Option<Event>> {
        let header = [("+CMT:", Awaits::Message), ("+CDS:", Awaits::Report)];
        if let Some((_, awaits)) = header.iter().find(|(name, _)| line.starts_with(name)) {
            // Headers whose PDU never came are forgotten, so that they do not pile up.
            if self.awaits.len() >= 8 {
                self.awaits.remove(0);
            }
            self.awaits.push(*awaits);
            return Some(None);
        }
        if let Some(slot) = slot(line, "+CMTI") {
            return Some(Some(Event::Stored(slot)));
        }
        if let Some(slot) = slot(line, "+CDSI") {
            return Some(Some(Event::ReportStored(slot)));
        }
        if line.starts_with("+CUSD:") && !self.asked("+CUSD?") {
            return Some(Some(Ussd::read(line).map_or(Event::Noise, Event::Ussd)));
        }
        let registers =
            ["+CREG", "+CGREG", "+CEREG"].into_iter().find(|name| fields(line, name).is_some())?;
        if self.asked(registers) {
            return None;
        }
        Some(registration(line).map(Event::Registered))
    }

    /// Whether the open command is of this name.
    fn asked(&self, name: &str) -> bool {
        self.open.as_ref().is_some_and(|open| open.written[2..].starts_with(name))
    }

    fn finish(&mut self, result: Result<(), Failure>, events: &mut Vec<Event>) {
        self.awaits.retain(|awaits| *awaits != Awaits::Listed);
        if let Some(open) = self.open.take() {
            let command = open.written[2..].to_owned();
            events.push(Event::Answer(Answer { command, result, lines: open.lines }));
        }
    }
}

fn is_digits(line: &str) -> bool {
    line.len() >= 2 && line.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Words of the modem's own that are never part of an answer: calls, boot messages, and vendor lines (`^RSSI`,
/// `+QIND`) when something else was asked.
fn is_foreign(line: &str, written: &str) -> bool {
    const WORDS: &[&str] =
        &["RING", "RDY", "SMS DONE", "SMS READY", "CALL READY", "PB DONE", "NORMAL POWER DOWN"];
    let name = line.split(':').next().unwrap_or_default();
    let vendor = line.starts_with('^') || ["+QIND", "+CRING", "+CLIP", "+CIEV", "+CTZV"].contains(&name);
    WORDS.iter().any(|word| line.eq_ignore_ascii_case(word)) || (vendor && !written[2..].starts_with(name))
}
