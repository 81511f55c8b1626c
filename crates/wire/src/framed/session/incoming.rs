//! The half of a session that reads: frames, dispatch, and what each packet of the peer means for the state.

use super::super::event::{Event, WhyClosed};
use super::super::frames::Cut;
use super::super::protocol::{Answer, Asks, Credentials, Fault, Packet, Protocol, Role};
use super::{FLOOD, RESEND_MOST, Session, Stage};
use crate::window::Stand;

impl<P: Protocol> Session<P> {
    /// Takes octets as they were read, in any cut.
    pub fn feed(&mut self, mut bytes: &[u8], now: i64) {
        if self.stage == Stage::Closed || bytes.is_empty() {
            return;
        }
        self.heard = now;
        while self.stage != Stage::Closed
            && let Some(cut) = self.frames.next(&mut bytes, self.config.frame_max)
        {
            self.torn_since = None;
            if cut != Cut::Whole {
                self.stats.malformed += 1;
                self.events.push_back(Event::Malformed { operation: 0, code: P::UNREADABLE });
                continue;
            }
            match P::read(self.frames.frame()) {
                Ok(packet) => self.packet(packet, now),
                Err(fault) => self.fault(fault),
            }
            if self.output.len() - self.head > FLOOD {
                self.close(WhyClosed::Flooded);
            }
        }
        // A frame that is still torn began when its first octet came, whatever trickled in since.
        self.torn_since = if self.frames.is_inside() { self.torn_since.or(Some(now)) } else { None };
    }

    fn fault(&mut self, fault: Fault) {
        self.stats.malformed += 1;
        if let Some(number) = fault.number {
            P::seal(number, &P::complaint(fault), &mut self.output);
        }
        self.events.push_back(Event::Malformed { operation: fault.operation, code: fault.code });
    }

    fn packet(&mut self, packet: Packet<P::Request>, now: i64) {
        match packet {
            Packet::Request { number, operation, asks } => self.request(number, operation, asks, now),
            Packet::Answer { number, operation, answer } => {
                self.answered(number, Some(operation), answer, now)
            }
            Packet::Trouble { number, answer } => self.answered(number, None, answer, now),
            Packet::Nack { number } => self.nacked(number, now),
        }
    }

    fn request(&mut self, number: u32, operation: u8, asks: Asks<P::Request>, now: i64) {
        let peer = if self.role == Role::Client { Role::Server } else { Role::Client };
        let numbers = P::numbers(peer);
        // Which way a packet goes says its operation, so a number of the wrong kind is odd and no harm.
        if number < numbers.first || !(number - numbers.first).is_multiple_of(numbers.step) {
            self.stats.misnumbered += 1;
        }
        if self.asked.contains_key(&number) {
            // The same one again, or one too many: the answer to the first will answer both.
            self.stats.repeated += 1;
            return;
        }
        self.asked.insert(number, operation);
        match asks {
            Asks::Alive => self.answer(number, &Answer::default()),
            Asks::Login(who) if self.role == Role::Server => self.knock(number, who),
            Asks::Logout if self.role == Role::Server => {
                self.answer(number, &Answer::default());
                self.close(WhyClosed::PeerLoggedOut);
            }
            Asks::Message(request) => self.message(number, request),
            Asks::Login(_) | Asks::Logout | Asks::Other => {
                self.stats.unknown += 1;
                self.refuse(number, P::UNSUPPORTED);
            }
        }
        self.spoke = now;
    }

    fn refuse(&mut self, number: u32, code: u16) {
        self.answer(number, &Answer { error: Some(code), ..Answer::default() });
    }

    fn knock(&mut self, number: u32, who: Credentials) {
        if self.stage == Stage::Open {
            self.stage = Stage::LoggingIn;
            self.knocked = Some(number);
            self.events.push_back(Event::LoginAsked(who));
        } else {
            self.refuse(number, P::NOT_NOW);
        }
    }

    fn message(&mut self, number: u32, request: P::Request) {
        if self.stage == Stage::Open && self.role == Role::Server && self.config.open {
            self.stage = Stage::Bound;
            self.events.push_back(Event::LoginAsked(Credentials::default()));
        }
        if matches!(self.stage, Stage::Bound | Stage::Leaving) {
            self.events.push_back(Event::Request { number, request });
        } else {
            self.refuse(number, P::NOT_NOW);
        }
    }

    /// An answer, or a word of trouble that does not say to what operation.
    fn answered(&mut self, number: u32, operation: Option<u8>, answer: Answer, now: i64) {
        let is = |own: &super::Own| own.number == number && operation.is_none_or(|o| o == own.operation);
        if self.door.as_ref().is_some_and(is) {
            self.door = None;
            return self.door_answered(answer);
        }
        if let Some(probe) = self.probe.filter(is) {
            // Even "no" says that somebody is there.
            return self.alive(probe.at, now);
        }
        match self.window.take(number) {
            None => self.stats.strays += 1,
            Some(open) if operation.is_none_or(|o| u32::from(o) == open.command) => {
                self.said.remove(&number);
                let token = open.token;
                self.events.push_back(if open.stand == Stand::Ambiguous {
                    Event::LateAnswer { token, answer }
                } else {
                    Event::Answered { token, answer }
                });
                self.leave_when_quiet();
            }
            Some(open) => {
                // Something came under its number that is no answer to it: its own may still come.
                self.stats.malformed += 1;
                self.window.insert_again(number, open);
            }
        }
    }

    fn door_answered(&mut self, answer: Answer) {
        match (self.stage, answer.error) {
            (Stage::LoggingIn, None) => {
                self.stage = Stage::Bound;
                self.events.push_back(Event::LoggedIn);
            }
            (Stage::LoggingIn, Some(_)) => {
                self.events.push_back(Event::LoginRefused(answer));
                self.close(WhyClosed::Refused);
            }
            _ => self.close(WhyClosed::LoggedOut),
        }
    }

    /// The peer could not read one of ours, and so did not take it.
    fn nacked(&mut self, number: u32, now: i64) {
        self.stats.nacks += 1;
        if let Some((times, body)) = self.said.get_mut(&number)
            && *times < RESEND_MOST
        {
            *times += 1;
            P::seal(number, body, &mut self.output);
            self.spoke = now;
            return;
        }
        self.answered(number, None, Answer { error: Some(P::UNREADABLE), ..Answer::default() }, now);
    }
}
