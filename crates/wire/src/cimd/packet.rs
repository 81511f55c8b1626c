//! `OO:SSS TAB (PPP:value TAB)* [CC]` between STX and ETX: header, parameters, checksum. Specification chapter 3.

use super::error::ErrorCode;
use crate::framed::Fault;
use crate::user_data::{hex, number, unhex};

const TAB: u8 = b'\t';
/// Parameters a packet may have: more than the specification knows.
const PARAMETERS_MAX: usize = 200;

/// Operation codes, table 1. A response has its request's and fifty.
#[allow(missing_docs, reason = "they are the specification's own words")]
pub mod operation {
    pub const LOGIN: u8 = 1;
    pub const LOGOUT: u8 = 2;
    pub const SUBMIT: u8 = 3;
    pub const ENQUIRE: u8 = 4;
    pub const DELIVERY_REQUEST: u8 = 5;
    pub const CANCEL: u8 = 6;
    pub const SET: u8 = 8;
    pub const GET: u8 = 9;
    pub const DELIVER: u8 = 20;
    pub const STATUS_REPORT: u8 = 23;
    pub const ALIVE: u8 = 40;
    pub const RESPONSE: u8 = 50;
    pub const GENERAL_ERROR: u8 = 98;
    pub const NACK: u8 = 99;
}

/// Parameter codes, table 2.
#[allow(missing_docs, reason = "they are the specification's own words")]
pub mod parameter {
    pub const USER: u16 = 10;
    pub const PASSWORD: u16 = 11;
    pub const SUBADDRESS: u16 = 12;
    pub const WINDOW: u16 = 19;
    pub const DESTINATION: u16 = 21;
    pub const ORIGINATOR: u16 = 23;
    pub const ALPHANUMERIC_ORIGINATOR: u16 = 27;
    pub const DATA_CODING_SCHEME: u16 = 30;
    pub const USER_DATA_HEADER: u16 = 32;
    pub const USER_DATA: u16 = 33;
    pub const USER_DATA_BINARY: u16 = 34;
    pub const MORE_MESSAGES: u16 = 44;
    pub const VALIDITY_RELATIVE: u16 = 50;
    pub const VALIDITY_ABSOLUTE: u16 = 51;
    pub const PROTOCOL_IDENTIFIER: u16 = 52;
    pub const REPLY_PATH: u16 = 55;
    pub const STATUS_REPORT_REQUEST: u16 = 56;
    pub const TIMESTAMP: u16 = 60;
    pub const STATUS_CODE: u16 = 61;
    pub const STATUS_ERROR_CODE: u16 = 62;
    pub const DISCHARGE_TIME: u16 = 63;
    pub const ERROR_CODE: u16 = 900;
    pub const ERROR_TEXT: u16 = 901;
}

/// An operation and its parameters in their order, unknown ones included.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Packet {
    /// See [`operation`].
    pub operation: u8,
    /// 000 to 255; given by the session.
    pub number: u8,
    parameters: Vec<(u16, Vec<u8>)>,
}

impl std::fmt::Debug for Packet {
    /// Parameters by their codes alone: values are numbers, texts and passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let codes: Vec<u16> = self.parameters.iter().map(|p| p.0).collect();
        write!(f, "{:02}:{:03} {codes:?}", self.operation, self.number)
    }
}

impl Packet {
    /// An operation without parameters.
    pub fn new(operation: u8) -> Packet {
        Packet { operation, ..Packet::default() }
    }

    /// Reads what stands between STX and ETX.
    pub fn read(inside: &[u8]) -> Result<Packet, Fault> {
        let lost = Fault { number: None, operation: 0, code: ErrorCode::SYNTAX.0 };
        let end = inside.iter().rposition(|b| *b == TAB).ok_or(lost)?;
        let (packet, sum) = (&inside[..=end], &inside[end + 1..]);
        let mut pieces = packet[..end].split(|b| *b == TAB);
        let header = pieces.next().unwrap_or_default();
        let (Some((op, rest)), true) = (header.split_at_checked(2), header.len() == 6) else {
            return Err(lost);
        };
        let (Some(operation), Some((b':', seq))) = (number(op), rest.split_first()) else { return Err(lost) };
        let Some(seq) = number(seq).and_then(|n| u8::try_from(n).ok()) else { return Err(lost) };
        let operation = operation as u8;
        let asks = operation < operation::RESPONSE;
        let fault =
            |code: ErrorCode| Fault { number: asks.then_some(u32::from(seq)), operation, code: code.0 };
        if !sum.is_empty() && unhex(sum).as_deref() != Some(&[checksum(packet)]) {
            return Err(fault(ErrorCode::CHECKSUM));
        }
        let mut parameters = Vec::new();
        for piece in pieces {
            let read =
                piece.split_at_checked(3).and_then(|(code, rest)| Some((number(code)?, rest.split_first()?)));
            let Some((code, (b':', value))) = read else { return Err(fault(ErrorCode::SYNTAX)) };
            if parameters.len() == PARAMETERS_MAX {
                return Err(fault(ErrorCode::SYNTAX));
            }
            // NUL is no character of any value (chapter 3), and no database takes it.
            parameters.push((code as u16, value.iter().copied().filter(|b| *b != 0).collect()));
        }
        Ok(Packet { operation, number: seq, parameters })
    }

    /// The value of a parameter; of a repeated one the first counts.
    pub fn get(&self, code: u16) -> Option<&[u8]> {
        self.parameters.iter().find(|p| p.0 == code).map(|p| p.1.as_slice())
    }

    /// All values of a parameter.
    pub fn all(&self, code: u16) -> impl Iterator<Item = &[u8]> {
        self.parameters.iter().filter(move |p| p.0 == code).map(|p| p.1.as_slice())
    }

    /// A parameter that is a number.
    pub fn number(&self, code: u16) -> Option<u32> {
        self.get(code).and_then(number)
    }

    /// Adds a parameter. A mark or a TAB inside would begin another one and is left out.
    pub fn push(&mut self, code: u16, value: impl AsRef<[u8]>) -> &mut Packet {
        let plain = |b: &u8| !matches!(b, 0x00 | 0x02 | 0x03 | b'\t');
        self.parameters.push((code, value.as_ref().iter().copied().filter(plain).collect()));
        self
    }

    /// The body: operation and parameters without the number.
    pub(super) fn body(&self) -> Vec<u8> {
        let mut out = vec![b'0' + self.operation / 10 % 10, b'0' + self.operation % 10];
        for (code, value) in &self.parameters {
            out.extend_from_slice(format!("\t{code:03}:").as_bytes());
            out.extend_from_slice(value);
        }
        out.push(TAB);
        out
    }
}

/// The sum of STX and everything up to and including the last TAB, modulo 256.
fn checksum(packet: &[u8]) -> u8 {
    packet.iter().fold(0x02, |sum, b| sum.wrapping_add(*b))
}

/// The whole frame of a body.
pub(super) fn seal(number: u32, body: &[u8], out: &mut Vec<u8>) {
    out.push(0x02);
    let start = out.len();
    let (operation, parameters) = body.split_at_checked(2).unwrap_or((body, &[]));
    out.extend_from_slice(operation);
    out.extend_from_slice(format!(":{:03}", number % 256).as_bytes());
    out.extend_from_slice(parameters);
    let sum = checksum(&out[start..]);
    out.extend_from_slice(&hex(&[sum]));
    out.push(0x03);
}
