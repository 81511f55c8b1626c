//! Which packets there are, and how each is spelt for [`crate::framed::Session`].

use super::error::ErrorCode;
use super::packet::{self, Packet, operation as op, parameter as p};
use crate::framed::{self, Answer, Asks, Credentials, Fault, Protocol, Role};
use crate::user_data::number;
use crate::window::Numbers;

/// CIMD2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cimd;

/// What travels in operations. The packet is whole: what its parameters say is read by who wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// 03: see [`super::Submit`].
    Submit(Packet),
    /// 20: see [`super::Deliver`].
    Deliver(Packet),
    /// 23: see [`super::Report`].
    Report(Packet),
    /// 04, 05, 06, 08 and 09: enquire, ask for delivery, cancel, set, get.
    Other(Packet),
}

impl Request {
    /// The packet.
    pub const fn packet(&self) -> &Packet {
        let (Request::Submit(packet)
        | Request::Deliver(packet)
        | Request::Report(packet)
        | Request::Other(packet)) = self;
        packet
    }
}

impl Protocol for Cimd {
    type Request = Request;

    const NAME: &'static str = "CIMD2";
    const RESENDS: bool = true;
    const NOT_NOW: u16 = ErrorCode::UNEXPECTED.0;
    const UNSUPPORTED: u16 = ErrorCode::UNEXPECTED.0;
    const UNREADABLE: u16 = ErrorCode::CHECKSUM.0;

    fn numbers(role: Role) -> Numbers {
        match role {
            Role::Client => Numbers { first: 1, last: 255, step: 2 },
            Role::Server => Numbers { first: 0, last: 254, step: 2 },
        }
    }

    fn read(inside: &[u8]) -> Result<framed::Packet<Request>, Fault> {
        let packet = Packet::read(inside)?;
        let (number, operation) = (u32::from(packet.number), packet.operation);
        if operation == op::NACK {
            return Ok(framed::Packet::Nack { number });
        }
        if operation == op::GENERAL_ERROR {
            let answer = answer_of(&packet);
            // It may lack its code: that something is wrong it says all the same.
            let answer = Answer { error: answer.error.or(Some(ErrorCode::SYSTEM.0)), ..answer };
            return Ok(framed::Packet::Trouble { number, answer });
        }
        if operation >= op::RESPONSE {
            let operation = operation - op::RESPONSE;
            return Ok(framed::Packet::Answer { number, operation, answer: answer_of(&packet) });
        }
        let asks = match operation {
            op::LOGIN => Asks::Login(Credentials {
                user: packet.get(p::USER).unwrap_or_default().to_vec(),
                password: packet.get(p::PASSWORD).unwrap_or_default().to_vec(),
                window: packet.number(p::WINDOW).and_then(|n| u8::try_from(n).ok()),
                ..Credentials::default()
            }),
            op::LOGOUT => Asks::Logout,
            op::ALIVE => Asks::Alive,
            op::SUBMIT => Asks::Message(Request::Submit(packet)),
            op::DELIVER => Asks::Message(Request::Deliver(packet)),
            op::STATUS_REPORT => Asks::Message(Request::Report(packet)),
            op::ENQUIRE | op::DELIVERY_REQUEST | op::CANCEL | op::SET | op::GET => {
                Asks::Message(Request::Other(packet))
            }
            _ => Asks::Other,
        };
        Ok(framed::Packet::Request { number, operation, asks })
    }

    fn seal(number: u32, body: &[u8], out: &mut Vec<u8>) {
        packet::seal(number, body, out);
    }

    fn body(request: &Request) -> Vec<u8> {
        request.packet().body()
    }

    fn operation(body: &[u8]) -> u8 {
        body.get(..2).and_then(number).unwrap_or_default() as u8
    }

    fn login(who: &Credentials) -> Vec<u8> {
        let mut packet = Packet::new(op::LOGIN);
        packet.push(p::USER, &who.user).push(p::PASSWORD, &who.password);
        if let Some(window) = who.window.filter(|w| *w > 1) {
            packet.push(p::WINDOW, window.to_string());
        }
        packet.body()
    }

    fn logout() -> Option<Vec<u8>> {
        Some(Packet::new(op::LOGOUT).body())
    }

    fn alive(_: &Credentials) -> Vec<u8> {
        Packet::new(op::ALIVE).body()
    }

    fn answer(operation: u8, answer: &Answer) -> Vec<u8> {
        let known = matches!(
            operation,
            op::LOGIN..=op::CANCEL | op::SET | op::GET | op::DELIVER | op::STATUS_REPORT | op::ALIVE
        );
        let mut packet = Packet::new(if known { operation + op::RESPONSE } else { op::GENERAL_ERROR });
        if let Some(code) = answer.error {
            packet.push(p::ERROR_CODE, code.to_string());
            let words = ErrorCode(code).words().unwrap_or_default();
            let words = if answer.words.is_empty() { words.as_bytes() } else { &answer.words };
            if !words.is_empty() {
                packet.push(p::ERROR_TEXT, words);
            }
        } else if let Some(at) = answer.id.iter().position(|b| *b == b':') {
            packet.push(p::DESTINATION, &answer.id[..at]).push(p::TIMESTAMP, &answer.id[at + 1..]);
        }
        packet.body()
    }

    fn complaint(fault: Fault) -> Vec<u8> {
        if fault.code == ErrorCode::CHECKSUM.0 {
            return Packet::new(op::NACK).body();
        }
        Self::answer(fault.operation, &Answer { error: Some(fault.code), ..Answer::default() })
    }
}

/// What a response says: an error, or the message's name as `021:060`.
fn answer_of(packet: &Packet) -> Answer {
    let error = packet.get(p::ERROR_CODE).map(|code| {
        // An error that cannot be read is an error.
        number(code).and_then(|n| u16::try_from(n).ok()).unwrap_or(ErrorCode::SYSTEM.0)
    });
    let id = match (packet.get(p::DESTINATION), packet.get(p::TIMESTAMP)) {
        (to, Some(stamp)) => [to.unwrap_or_default(), b":", stamp].concat(),
        _ => Vec::new(),
    };
    Answer {
        error: error.filter(|e| *e != 0),
        id,
        words: packet.get(p::ERROR_TEXT).unwrap_or_default().to_vec(),
    }
}
