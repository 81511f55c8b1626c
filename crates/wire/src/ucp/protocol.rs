//! Which packets there are, and how each is spelt for [`crate::framed::Session`].

use super::error::Ec;
use super::frame::{self, Frame};
use super::message::Message;
use super::transfer::{Call, Transfer};
use crate::framed::{Answer, Asks, Credentials, Fault, Packet, Protocol, Role};
use crate::user_data::{hex, number, unhex};
use crate::window::Numbers;

/// EMI/UCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ucp;

/// What travels in operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// 01: call input.
    Call(Call),
    /// 30: SMS message transfer.
    Transfer(Transfer),
    /// 51: a client hands in a message.
    Submit(Box<Message>),
    /// 52: the carrier hands over a message.
    Deliver(Box<Message>),
    /// 53: the carrier reports.
    Notify(Box<Message>),
    /// 54 to 58: modify, inquire, delete, and the answers to the latter two.
    Other(u8, Box<Message>),
}

/// PID of operation 31: a personal computer over TCP, clause 4.6.
const PID: &[u8] = b"0539";
/// VERS of operation 60.
const VERSION: &[u8] = b"0100";

impl Protocol for Ucp {
    type Request = Request;

    const NAME: &'static str = "UCP";
    const RESENDS: bool = false;
    const NOT_NOW: u16 = Ec::NOT_ALLOWED.0;
    const UNSUPPORTED: u16 = Ec::UNSUPPORTED.0;
    const UNREADABLE: u16 = Ec::SYNTAX.0;

    fn numbers(_: Role) -> Numbers {
        Numbers { first: 0, last: 99, step: 1 }
    }

    fn read(inside: &[u8]) -> Result<Packet<Request>, Fault> {
        let frame = Frame::read(inside)?;
        let (number, operation) = (u32::from(frame.trn), frame.operation);
        if frame.is_result {
            return result(&frame).map(|answer| Packet::Answer { number, operation, answer }).ok_or(Fault {
                number: None,
                operation,
                code: Ec::SYNTAX.0,
            });
        }
        let message = || Box::new(Message::read(&frame));
        let asks = match operation {
            1 => Asks::Message(Request::Call(Call::read(&frame))),
            30 => Asks::Message(Request::Transfer(Transfer::read(&frame))),
            31 => Asks::Alive,
            51 => Asks::Message(Request::Submit(message())),
            52 => Asks::Message(Request::Deliver(message())),
            53 => Asks::Message(Request::Notify(message())),
            54..=58 => Asks::Message(Request::Other(operation, message())),
            60 => Asks::Login(credentials(&frame)),
            _ => Asks::Other,
        };
        Ok(Packet::Request { number, operation, asks })
    }

    fn seal(number: u32, body: &[u8], out: &mut Vec<u8>) {
        frame::seal(number, body, out);
    }

    fn body(request: &Request) -> Vec<u8> {
        let message = |operation: u8, m: &Message| frame::body(b'O', operation, m.fields());
        match request {
            Request::Call(call) => frame::body(b'O', 1, call.fields().iter().map(Vec::as_slice)),
            Request::Transfer(t) => frame::body(b'O', 30, t.fields().iter().map(Vec::as_slice)),
            Request::Submit(m) => message(51, m),
            Request::Deliver(m) => message(52, m),
            Request::Notify(m) => message(53, m),
            Request::Other(operation, m) => message(*operation, m),
        }
    }

    fn operation(body: &[u8]) -> u8 {
        body.get(2..4).and_then(number).unwrap_or_default() as u8
    }

    fn login(who: &Credentials) -> Vec<u8> {
        let [ton, npi] = [who.ton, who.npi].map(|n| n.to_string().into_bytes());
        let password = hex(&who.password);
        // OAdC OTON ONPI STYP PWD NPWD VERS LAdC LTON LNPI OPID RES1; STYP 1 opens a session.
        let fields: [&[u8]; 12] =
            [&who.user, &ton, &npi, b"1", &password, b"", VERSION, b"", b"", b"", b"", b""];
        frame::body(b'O', 60, fields)
    }

    fn logout() -> Option<Vec<u8>> {
        None
    }

    fn alive(who: &Credentials) -> Vec<u8> {
        frame::body(b'O', 31, [&who.user[..], PID])
    }

    fn answer(operation: u8, answer: &Answer) -> Vec<u8> {
        let words = &answer.words;
        match answer.error {
            Some(code) => {
                let code = format!("{code:02}");
                frame::body(b'R', operation, [&b"N"[..], code.as_bytes(), words])
            }
            // Nothing waits for this address.
            None if operation == 31 => frame::body(b'R', operation, [&b"A"[..], b"0000"]),
            None if has_validity(operation) => frame::body(b'R', operation, [&b"A"[..], b"", &answer.id]),
            None => frame::body(
                b'R',
                operation,
                [&b"A"[..], if answer.id.is_empty() { words } else { &answer.id }],
            ),
        }
    }

    fn complaint(fault: Fault) -> Vec<u8> {
        Self::answer(fault.operation, &Answer { error: Some(fault.code), ..Answer::default() })
    }
}

/// Whether a positive result has a place for a modified validity (MVP) before the name of the message.
const fn has_validity(operation: u8) -> bool {
    operation == 30 || operation / 10 == 5
}

/// A result: `A` with what the operation gives, or `N` with an error code.
fn result(frame: &Frame<'_>) -> Option<Answer> {
    match frame.field(0) {
        // The name of the message is the last field there is: MVP before it is left out by some.
        b"A" if has_validity(frame.operation) => {
            let id = if frame.fields.len() > 2 { frame.field(2) } else { frame.field(1) };
            Some(Answer::taken(id))
        }
        b"A" => Some(Answer::taken(frame.field(1))),
        b"N" => {
            let error = number(frame.field(1)).and_then(|code| u16::try_from(code).ok())?;
            Some(Answer { error: Some(error), id: Vec::new(), words: frame.field(2).to_vec() })
        }
        _ => None,
    }
}

fn credentials(frame: &Frame<'_>) -> Credentials {
    let small = |at: usize| number(frame.field(at)).and_then(|n| u8::try_from(n).ok()).unwrap_or_default();
    Credentials {
        user: frame.field(0).to_vec(),
        // Some clients write the letters as they are.
        password: unhex(frame.field(4)).unwrap_or_else(|| frame.field(4).to_vec()),
        ton: small(1),
        npi: small(2),
        window: None,
    }
}
