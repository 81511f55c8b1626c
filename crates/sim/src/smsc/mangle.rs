//! The last stage before the socket: whole PDUs come in as an honest session wrote them and go out as nasty carriers do.
//!
//! Only answers to submits are touched. It knows no message and no account.

use wire::smpp::{Kind, Sm, Status, command, destination, source};

use crate::chance;
use crate::nasty::{Answers, Greeting};

const ANSWER: u32 = command::SUBMIT_SM | command::RESPONSE;
const BIND_ANSWERS: [u32; 3] = [0x8000_0001, 0x8000_0002, 0x8000_0009];
const HEADER: usize = 16;
/// How many answers are turned round at the most, and how long they wait for each other.
const TURN: (usize, i64) = (10, 100);

#[derive(Debug, Default)]
pub(super) struct Mangle {
    /// A PDU of which not all octets are here yet.
    input: Vec<u8>,
    out: Vec<u8>,
    head: usize,
    /// Answers gathered to go out last first, and since when.
    held: Vec<Vec<u8>>,
    since: i64,
    seen: u32,
    /// Nothing leaves but answers to binds.
    pub(super) mute: bool,
}

impl Mangle {
    /// Octets to be written now.
    pub(super) fn output(&self) -> &[u8] {
        &self.out[self.head..]
    }

    pub(super) fn wrote(&mut self, count: usize) {
        self.head += count;
        if self.head >= self.out.len() {
            self.out.clear();
            self.head = 0;
        }
    }

    /// When what is held goes by itself.
    pub(super) fn due(&self) -> Option<i64> {
        (!self.held.is_empty()).then_some(self.since + TURN.1)
    }

    pub(super) fn greet(&mut self, greeting: Greeting) {
        match greeting {
            Greeting::Silent => {}
            Greeting::Outbind => self.frame(command::OUTBIND, 0, 1, b"sendword-sim\0secret\0"),
            Greeting::Unbind => self.frame(command::UNBIND, 0, 1, b""),
            Greeting::Deliver => {
                let mut body = Vec::new();
                let sm = Sm {
                    source: source("+972501234567"),
                    destination: destination("4545"),
                    short_message: b"too early",
                    ..Sm::default()
                };
                sm.encode(Kind::Deliver, &mut body);
                self.frame(command::DELIVER_SM, 0, 77, &body);
            }
            Greeting::Garbage => self.garbage(1),
        }
    }

    /// Takes what the session put out.
    pub(super) fn pass(&mut self, octets: &[u8], answers: Answers, every: u32, now: i64) {
        self.input.extend_from_slice(octets);
        let mut input = std::mem::take(&mut self.input);
        let mut at = 0;
        while let Some(length) = input.get(at..at + 4).and_then(|l| <[u8; 4]>::try_from(l).ok()) {
            let length = u32::from_be_bytes(length) as usize;
            let Some(frame) = input.get(at..at + length.max(HEADER)) else { break };
            self.one(frame, answers, every, now);
            at += length.max(HEADER);
        }
        input.drain(..at);
        self.input = input;
        if self.held.len() >= TURN.0 || self.due().is_some_and(|due| due <= now) {
            for frame in std::mem::take(&mut self.held).into_iter().rev() {
                self.out.extend_from_slice(&frame);
            }
        }
    }

    fn one(&mut self, frame: &[u8], answers: Answers, every: u32, now: i64) {
        let word =
            |at: usize| frame.get(at..at + 4).map_or(0, |w| w.iter().fold(0, |n, b| n << 8 | u32::from(*b)));
        if self.mute && !BIND_ANSWERS.contains(&word(4)) {
            return;
        }
        if word(4) != ANSWER {
            return self.out.extend_from_slice(frame);
        }
        self.seen = self.seen.wrapping_add(1);
        if every > 1 && !self.seen.is_multiple_of(every) {
            return self.out.extend_from_slice(frame);
        }
        let (status, seq, body) = (word(8), word(12), &frame[HEADER..]);
        let length = |n: u32| [&n.to_be_bytes(), &frame[4..]].concat();
        match answers {
            Answers::Honest => self.out.extend_from_slice(frame),
            Answers::Twice => self.out.extend_from_slice(&[frame, frame].concat()),
            Answers::Never => {}
            Answers::Reversed => {
                if self.held.is_empty() {
                    self.since = now;
                }
                self.held.push(frame.to_vec());
            }
            Answers::WrongNumber => self.frame(ANSWER, status, seq ^ 0x0100_0000, body),
            Answers::NackNobody => {
                self.frame(command::GENERIC_NACK, Status::INVALID_COMMAND_LENGTH.0, 0, b"")
            }
            Answers::Nack => self.frame(command::GENERIC_NACK, Status::SYSTEM_ERROR.0, seq, b""),
            Answers::EmptyId => self.frame(ANSWER, status, seq, b"\0"),
            Answers::LongId => self.frame(ANSWER, status, seq, &[long_id(body).as_bytes(), b"\0"].concat()),
            Answers::OddId => self.frame(ANSWER, status, seq, &[&b"n\xE9-"[..], body].concat()),
            Answers::NoNul => self.frame(ANSWER, status, seq, &body[..body.len().saturating_sub(1)]),
            Answers::TornTlv => {
                self.frame(ANSWER, status, seq, &[body, &[0x14, 0x00, 0x40, 0x00, 1]].concat())
            }
            Answers::LengthZero => self.out.extend_from_slice(&length(0)),
            Answers::LengthShort => self.out.extend_from_slice(&length(15)),
            Answers::LengthHuge => self.out.extend_from_slice(&length(u32::MAX)),
            Answers::Garbage => self.garbage(seq),
            Answers::UnknownCommand => {
                self.frame(0x0000_0ABC, 0, 0x00AB_CDEF, b"what is this?");
                self.frame(0x8000_0ABC, 0, seq.wrapping_add(1_000_000), b"");
                self.out.extend_from_slice(frame);
            }
        }
    }

    fn frame(&mut self, command: u32, status: u32, seq: u32, body: &[u8]) {
        let length = (HEADER + body.len()) as u32;
        for word in [length, command, status, seq] {
            self.out.extend_from_slice(&word.to_be_bytes());
        }
        self.out.extend_from_slice(body);
    }

    fn garbage(&mut self, salt: u32) {
        let octets = (0..100).map(|n| chance::draw(u64::from(salt), n) as u8 | 0x40);
        self.out.extend(octets);
    }
}

/// The id of an answer, made eighty characters long.
fn long_id(body: &[u8]) -> String {
    let id = String::from_utf8_lossy(body.strip_suffix(b"\0").unwrap_or(body)).into_owned();
    format!("{id}-{}", "x".repeat(79_usize.saturating_sub(id.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(seq: u32) -> Vec<u8> {
        let mut honest = Mangle::default();
        honest.frame(ANSWER, 0, seq, b"id\0");
        honest.out
    }

    #[test]
    fn every_way_changes_answers_and_nothing_else() {
        let mut other = Mangle::default();
        other.frame(command::ENQUIRE_LINK | command::RESPONSE, 0, 9, b"");
        for way in Answers::ALL {
            let mut mangle = Mangle::default();
            mangle.pass(&other.out, way, 0, 0);
            assert_eq!(mangle.output(), other.out, "{way:?}");
            mangle.wrote(other.out.len());
            // In pieces, so that a torn PDU waits for its rest.
            for octet in answer(1).iter().chain(&answer(2)) {
                mangle.pass(&[*octet], way, 0, 5);
            }
            mangle.pass(b"", way, 0, 5 + TURN.1);
            let honest = [answer(1), answer(2)].concat();
            assert_eq!(mangle.output() == honest, way == Answers::Honest, "{way:?}");
            assert_eq!(mangle.due(), None, "{way:?}");
        }
    }

    #[test]
    fn only_each_so_many_th_is_treated() {
        let mut mangle = Mangle::default();
        (1..=9).for_each(|seq| mangle.pass(&answer(seq), Answers::Never, 3, 0));
        assert_eq!(mangle.output().len(), 6 * answer(1).len());
    }

    #[test]
    fn the_reversed_ones_go_last_first() {
        let mut mangle = Mangle::default();
        (1..=3).for_each(|seq| mangle.pass(&answer(seq), Answers::Reversed, 0, 0));
        assert!(mangle.output().is_empty());
        mangle.pass(b"", Answers::Honest, 0, TURN.1);
        assert_eq!(mangle.output(), [answer(3), answer(2), answer(1)].concat());
    }
}
