//! What single lines say: stored messages, references, registration, signal.

use sms::hex;

use super::fields::{fields, number};

/// A place in a modem's memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// `SM`, `ME`, `MT`, `SR` …
    pub memory: String,
    /// The place; some modems count from 0, some from 900.
    pub index: u32,
}

/// `+CMTI: "SM",3` and `+CDSI: "SR",1`.
pub fn slot(line: &str, name: &str) -> Option<Slot> {
    let fields = fields(line, name)?;
    Some(Slot { memory: fields.first()?.clone(), index: number(&fields, 1)? })
}

/// The reference of a sent message: `+CMGS: 12`.
pub fn reference(lines: &[String]) -> Option<u8> {
    lines.iter().rev().find_map(|line| number(&fields(line, "+CMGS")?, 0))
}

/// One message of a list: `+CMGL: 3,1,,29` and its PDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its place.
    pub index: u32,
    /// 0 received and unread, 1 received and read, 2 stored and unsent, 3 stored and sent.
    pub status: u8,
    /// Service centre and TPDU, where they came and are octets.
    pub pdu: Option<Vec<u8>>,
}

/// The messages of an answer to `AT+CMGL`. An entry whose PDU is missing or broken is still named by its place, so that
/// it can be set aside.
pub fn listed(lines: &[String]) -> Vec<Listed> {
    let mut list: Vec<Listed> = Vec::new();
    for line in lines {
        if let Some(fields) = fields(line, "+CMGL") {
            if let Some(index) = number(&fields, 0) {
                list.push(Listed { index, status: number(&fields, 1).unwrap_or(0), pdu: None });
            }
        } else if let Some(last) = list.last_mut().filter(|last| last.pdu.is_none()) {
            last.pdu = hex::decode(line);
        }
    }
    list
}

/// Whether the modem is in a network, `<stat>` of 27.007 clause 7.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// 0: and it does not look for one.
    Idle,
    /// 1: at home.
    Home,
    /// 2: it looks for one.
    Searching,
    /// 3: refused.
    Denied,
    /// 4: it cannot tell.
    Unknown,
    /// 5: abroad.
    Roaming,
}

/// `+CREG: 0,1` as an answer, `+CREG: 1` by itself; `+CGREG` and `+CEREG` (modems that know LTE only) likewise. Location
/// fields after them change nothing: an answer's second value is a digit, a location is in quotation marks of four.
pub fn registration(line: &str) -> Option<Registration> {
    let fields = ["+CREG", "+CGREG", "+CEREG"].iter().find_map(|name| fields(line, name))?;
    let second = fields.get(1).filter(|field| field.len() == 1);
    Some(match second.or(fields.first())?.as_str() {
        "0" => Registration::Idle,
        "1" | "6" => Registration::Home,
        "2" => Registration::Searching,
        "3" => Registration::Denied,
        "5" | "7" => Registration::Roaming,
        _ => Registration::Unknown,
    })
}

/// Signal strength in dBm of `+CSQ: 17,99`; 99 is not known.
pub fn signal_dbm(line: &str) -> Option<i32> {
    let strength: i32 = number(&fields(line, "+CSQ")?, 0)?;
    (0..=31).contains(&strength).then_some(-113 + 2 * strength)
}
