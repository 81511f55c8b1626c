//! One message at a time: the command, the prompt, the PDU, the answer.

use super::{News, NotNow, Session, Stage, Task};
use crate::at::{Answer, Failure, reference};

/// An unknown error this often in a row, and the modem is reset.
const UNKNOWN_MOST: u8 = 2;
/// "Unknown error".
const UNKNOWN: Failure = Failure::Cms(Some(500));

/// A message on its way.
pub(super) struct Sending {
    pub(super) token: u64,
    /// Service centre and TPDU.
    pdu: Vec<u8>,
    tpdu: usize,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Waits,
    /// The command is out; the prompt has not come.
    Asked,
    /// The PDU is given out; so many octets of it are not written.
    Given(usize),
}

impl Sending {
    /// Whether its command has not been given yet.
    pub(super) fn waits(&self) -> bool {
        self.place == Place::Waits
    }

    /// So many octets are left of all that is to be written; its own are the last of them.
    pub(super) fn wrote(&mut self, left: usize) {
        if let Place::Given(own) = &mut self.place {
            *own = left.min(*own);
        }
    }

    /// Whether the modem has all of it: it may have been sent.
    pub(super) fn is_written(&self) -> bool {
        self.place == Place::Given(0)
    }

    /// Whether its PDU was given out.
    pub(super) fn is_given(&self) -> bool {
        matches!(self.place, Place::Given(_))
    }
}

impl Session {
    /// Sends a message of `tpdu` octets behind its service centre.
    pub fn send(&mut self, token: u64, pdu: &[u8], tpdu: usize, now: i64) -> Result<(), NotNow> {
        if self.stage != Stage::Ready || self.sending.is_some() {
            return Err(NotNow);
        }
        self.sending = Some(Sending { token, pdu: pdu.to_vec(), tpdu, place: Place::Waits });
        self.late = None;
        self.send_after = now + self.config.delay_ms;
        self.rested = self.config.delay_ms == 0;
        self.tick(now);
        Ok(())
    }

    pub(super) fn send_command(&mut self) -> Option<String> {
        let sending = self.sending.as_mut()?;
        sending.place = Place::Asked;
        Some(format!("+CMGS={}", sending.tpdu))
    }

    pub(super) fn prompted(&mut self, now: i64) {
        let Some(running) = self.running.as_mut().filter(|running| running.task == Task::Send) else {
            return;
        };
        let Some(sending) = self.sending.as_mut().filter(|s| s.place == Place::Asked) else { return };
        let body = self.modem.body(&sending.pdu);
        sending.place = Place::Given(body.len());
        self.output.extend(body);
        running.deadline = now + self.config.patience.send;
    }

    pub(super) fn sent(&mut self, answer: Answer, now: i64) {
        let Some(sending) = self.sending.take() else { return };
        let token = sending.token;
        if answer.result.is_ok() && !sending.is_given() {
            // It says OK and has not seen the message.
            self.news.push_back(News::Unprompted { token });
        } else {
            let unknown = answer.result.as_ref().err() == Some(&UNKNOWN);
            self.unknowns = if unknown { self.unknowns + 1 } else { 0 };
            self.was_reset &= answer.result.is_err();
            let answer = answer.result.map(|()| reference(&answer.lines));
            self.news.push_back(News::Sent { token, answer });
        }
        self.release();
        if self.unknowns >= UNKNOWN_MOST && !self.config.quirks.no_reset {
            self.unknowns = 0;
            self.reset(now);
        }
    }

    /// Reports that came while a message was being sent may be of that very message: they are told after its answer.
    pub(super) fn release(&mut self) {
        self.news.extend(self.held.drain(..));
    }

    /// A line nobody asked for may answer the message that was given up.
    pub(super) fn answers_late(&mut self, lines: &[String], failure: Option<Failure>) -> bool {
        let Some(token) = self.late else { return false };
        let answer = match (reference(lines), failure) {
            (Some(reference), _) => Ok(Some(reference)),
            (None, Some(failure)) => Err(failure),
            (None, None) => return false,
        };
        self.late = None;
        self.news.push_back(News::Late { token, answer });
        true
    }
}
