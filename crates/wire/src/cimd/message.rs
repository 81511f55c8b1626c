//! Submit (03), deliver (20) and status report (23): what their parameters say. Specification chapter 4.

use super::error::{self, ErrorCode};
use super::packet::{Packet, operation, parameter as p};
use super::text;
use crate::UserData;
use crate::smpp::coding;
use crate::user_data::{hex, latin, unhex};
use sms::Code;
use sms::alphabet::{gsm7, ucs2};

/// 056: reports on expiry, failure and delivery, and on deletion.
pub const WANTED_FINAL: u8 = 2 + 4 + 8 + 16 + 32;
/// 056: the same and every temporary error.
pub const WANTED_ALL: u8 = 1 + WANTED_FINAL;

/// Letters an alphanumeric originator may have.
const LETTERS_MAX: usize = 11;

/// Who a message is from.
#[derive(Clone, PartialEq, Eq)]
pub enum Origin {
    /// 023: digits, `+` before an international number.
    Address(String),
    /// 027: letters.
    Letters(String),
}

impl Origin {
    /// How a sender travels.
    pub fn of(sender: &str) -> Origin {
        let digits = sender.strip_prefix('+').unwrap_or(sender);
        if digits.bytes().all(|b| b.is_ascii_digit()) {
            Origin::Address(sender.to_owned())
        } else {
            Origin::Letters(sender.chars().take(LETTERS_MAX).collect())
        }
    }

    /// As a person writes it.
    pub fn display(&self) -> &str {
        let (Origin::Address(text) | Origin::Letters(text)) = self;
        text
    }
}

/// Operation 03.
#[derive(Clone, PartialEq, Eq)]
pub struct Submit {
    /// 021.
    pub to: String,
    /// 023 or 027; `None` where the carrier fills it in.
    pub from: Option<Origin>,
    /// 030, 032, 033 and 034.
    pub data: UserData,
    /// 056.
    pub wanted: u8,
    /// 050.
    pub validity: Option<u8>,
}

/// Operation 20.
#[derive(Clone, PartialEq, Eq)]
pub struct Deliver {
    /// 021.
    pub to: String,
    /// 023 or 027.
    pub from: String,
    /// 030, 032, 033 and 034.
    pub data: UserData,
    /// 060.
    pub stamp: String,
}

/// What parameter 061 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// 1: the carrier still tries.
    InProcess,
    /// 2.
    Expired,
    /// 3.
    Failed,
    /// 4.
    Delivered,
    /// 5 and 6: the handset did not answer.
    NoResponse,
    /// 7.
    Cancelled,
    /// 8 and 9.
    Deleted,
}

/// Operation 23.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// 021: whose handset it is about.
    pub recipient: String,
    /// 060: with the recipient the name of the message.
    pub stamp: String,
    /// 061.
    pub state: State,
    /// 062: the network's cause.
    pub cause: Option<u16>,
    /// 063.
    pub done: String,
}

macro_rules! quiet {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            /// Neither numbers nor text: this ends in logs.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
quiet!(Origin, Submit, Deliver, Report);

fn push_data(packet: &mut Packet, data: &UserData) {
    if data.coding != coding::DEFAULT {
        packet.push(p::DATA_CODING_SCHEME, data.coding.to_string());
    }
    if !data.header.is_empty() {
        packet.push(p::USER_DATA_HEADER, hex(&data.header));
    }
    if data.is_gsm7() {
        packet.push(p::USER_DATA, text::encode(&data.octets));
    } else {
        packet.push(p::USER_DATA_BINARY, hex(&data.octets));
    }
}

fn read_data(packet: &Packet) -> Result<UserData, ErrorCode> {
    let coding = match packet.get(p::DATA_CODING_SCHEME) {
        None => coding::DEFAULT,
        Some(_) => {
            let said = packet.number(p::DATA_CODING_SCHEME).and_then(|n| u8::try_from(n).ok());
            said.ok_or(ErrorCode(304))?
        }
    };
    let header =
        packet.get(p::USER_DATA_HEADER).map_or(Some(Vec::new()), unhex).ok_or(ErrorCode::USER_DATA)?;
    if header.first().is_some_and(|length| usize::from(*length) + 1 != header.len()) {
        return Err(ErrorCode::USER_DATA);
    }
    match (packet.get(p::USER_DATA), packet.get(p::USER_DATA_BINARY)) {
        (Some(_), Some(_)) => Err(ErrorCode(303)),
        (None, Some(digits)) => {
            let octets = text::binary(digits).ok_or(ErrorCode::USER_DATA)?;
            // Octets beside a coding of letters are septets packed as on the air.
            let data = UserData { coding, header, octets };
            Ok(if data.is_gsm7() { unpacked(data) } else { data })
        }
        (characters, None) => {
            let text = text::decode(characters.unwrap_or_default());
            Ok(match gsm7::encode(&text) {
                Some(octets) => UserData { coding, header, octets },
                // A character of ISO 8859-1 that no handset's alphabet has.
                None => UserData { coding: coding::UCS2, header, octets: ucs2::encode(&text) },
            })
        }
    }
}

fn unpacked(data: UserData) -> UserData {
    let fill = gsm7::fill_bits(data.header.len());
    let count = (data.octets.len() * 8).saturating_sub(fill) / 7;
    UserData { octets: gsm7::unpack(&data.octets, fill, count), ..data }
}

fn originator(packet: &Packet) -> Option<Origin> {
    let letters = packet.get(p::ALPHANUMERIC_ORIGINATOR).map(|octets| Origin::Letters(latin(octets)));
    letters.or_else(|| packet.get(p::ORIGINATOR).map(|octets| Origin::Address(latin(octets))))
}

fn word(packet: &Packet, code: u16) -> String {
    packet.get(code).map(latin).unwrap_or_default()
}

impl Submit {
    /// The parameters, in the order in which carriers have always seen them.
    pub fn packet(&self) -> Packet {
        let mut packet = Packet::new(operation::SUBMIT);
        packet.push(p::DESTINATION, &self.to);
        match &self.from {
            Some(Origin::Address(digits)) => drop(packet.push(p::ORIGINATOR, digits)),
            Some(Origin::Letters(letters)) => drop(packet.push(p::ALPHANUMERIC_ORIGINATOR, letters)),
            None => {}
        }
        push_data(&mut packet, &self.data);
        if let Some(validity) = self.validity {
            packet.push(p::VALIDITY_RELATIVE, validity.to_string());
        }
        packet.push(p::STATUS_REPORT_REQUEST, self.wanted.to_string());
        packet
    }

    /// Reads the parameters; the fault is the answer they deserve.
    pub fn read(packet: &Packet) -> Result<Submit, ErrorCode> {
        if packet.all(p::DESTINATION).count() > 1 {
            return Err(ErrorCode(301));
        }
        let to = word(packet, p::DESTINATION);
        let digits = to.strip_prefix('+').unwrap_or(&to);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ErrorCode::DESTINATION);
        }
        let wanted = packet.number(p::STATUS_REPORT_REQUEST).unwrap_or_default();
        let validity = packet.number(p::VALIDITY_RELATIVE).and_then(|n| u8::try_from(n).ok());
        let wanted = u8::try_from(wanted).map_err(|_| ErrorCode(310))?;
        Ok(Submit { to, from: originator(packet), data: read_data(packet)?, wanted, validity })
    }
}

impl Deliver {
    /// The parameters.
    pub fn packet(&self) -> Packet {
        let mut packet = Packet::new(operation::DELIVER);
        packet.push(p::DESTINATION, &self.to);
        match Origin::of(&self.from) {
            Origin::Address(digits) => packet.push(p::ORIGINATOR, digits),
            Origin::Letters(letters) => packet.push(p::ALPHANUMERIC_ORIGINATOR, letters),
        };
        packet.push(p::TIMESTAMP, &self.stamp);
        push_data(&mut packet, &self.data);
        packet
    }

    /// Reads the parameters; the fault is the answer they deserve.
    pub fn read(packet: &Packet) -> Result<Deliver, ErrorCode> {
        let from = originator(packet).map(|from| from.display().to_owned()).unwrap_or_default();
        let (to, stamp) = (word(packet, p::DESTINATION), word(packet, p::TIMESTAMP));
        Ok(Deliver { to, from, data: read_data(packet)?, stamp })
    }
}

impl State {
    /// The number of parameter 061.
    pub const fn number(self) -> u8 {
        match self {
            State::InProcess => 1,
            State::Expired => 2,
            State::Failed => 3,
            State::Delivered => 4,
            State::NoResponse => 5,
            State::Cancelled => 7,
            State::Deleted => 8,
        }
    }

    const fn of(number: u32) -> Option<State> {
        Some(match number {
            1 => State::InProcess,
            2 => State::Expired,
            3 => State::Failed,
            4 => State::Delivered,
            5 | 6 => State::NoResponse,
            7 => State::Cancelled,
            8 | 9 => State::Deleted,
            _ => return None,
        })
    }
}

impl Report {
    /// The parameters.
    pub fn packet(&self) -> Packet {
        let mut packet = Packet::new(operation::STATUS_REPORT);
        packet.push(p::DESTINATION, &self.recipient).push(p::TIMESTAMP, &self.stamp);
        packet.push(p::STATUS_CODE, self.state.number().to_string());
        if let Some(cause) = self.cause {
            packet.push(p::STATUS_ERROR_CODE, format!("{cause:03}"));
        }
        packet.push(p::DISCHARGE_TIME, &self.done);
        packet
    }

    /// Reads the parameters; `None` where no state is said.
    pub fn read(packet: &Packet) -> Option<Report> {
        Some(Report {
            recipient: word(packet, p::DESTINATION),
            stamp: word(packet, p::TIMESTAMP),
            state: packet.number(p::STATUS_CODE).and_then(State::of)?,
            cause: packet.number(p::STATUS_ERROR_CODE).and_then(|n| u16::try_from(n).ok()),
            done: word(packet, p::DISCHARGE_TIME),
        })
    }

    /// The reason a person reads; none for a delivered one.
    pub fn reason(&self) -> Code {
        match (self.state, self.cause) {
            (State::Delivered, _) => Code::None,
            // The state is the reason; a cause beside it says why it was tried so long.
            (State::Expired, _) => Code::ExpiredAtCarrier,
            (_, Some(cause)) if cause != 0 => error::cause(cause),
            (State::NoResponse, _) => Code::AbsentSubscriber,
            (State::Cancelled | State::Deleted, _) => Code::DeletedAtCarrier,
            (State::InProcess, _) => Code::None,
            (State::Failed, _) => Code::UnknownCode,
        }
    }
}
