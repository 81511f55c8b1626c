//! Why a command failed: `ERROR`, `+CMS ERROR` (27.005 clause 3.2.5) and `+CME ERROR` (27.007 clause 9.2).

use sms::Code;
use sms::tpdu::cause;

/// How a modem says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Without a word, or the modem does not know the command.
    Error,
    /// A failure of messages; `None` where it was said in words we do not know.
    Cms(Option<u16>),
    /// A failure of the equipment or the network.
    Cme(Option<u16>),
    /// The link to somewhere is gone (`NO CARRIER`, `BUSY` …).
    NoCarrier,
}

/// `+CMS ERROR` from 300: number, words, reason.
const CMS: &[(u16, &str, Code)] = &[
    (300, "modem failure", Code::TemporaryFault),
    (301, "SMS service of the modem reserved", Code::TemporaryFault),
    (302, "operation not allowed", Code::CarrierRejected),
    (303, "operation not supported", Code::CarrierRejected),
    (304, "invalid PDU mode parameter", Code::CarrierRejected),
    (305, "invalid text mode parameter", Code::CarrierRejected),
    (310, "SIM not inserted", Code::LinkDown),
    (311, "SIM PIN required", Code::LinkDown),
    (312, "PH-SIM PIN required", Code::LinkDown),
    (313, "SIM failure", Code::LinkDown),
    (314, "SIM busy", Code::TemporaryFault),
    (315, "SIM wrong", Code::LinkDown),
    (316, "SIM PUK required", Code::LinkDown),
    (317, "SIM PIN2 required", Code::LinkDown),
    (318, "SIM PUK2 required", Code::LinkDown),
    (320, "memory failure", Code::TemporaryFault),
    (321, "invalid memory index", Code::CarrierRejected),
    (322, "memory full", Code::TemporaryFault),
    (330, "service centre address unknown", Code::LinkDown),
    (331, "no network service", Code::LinkDown),
    (332, "network timeout", Code::TemporaryFault),
    (340, "no acknowledgement expected", Code::CarrierRejected),
    (500, "unknown error", Code::UnknownCode),
];

/// `+CME ERROR`, those that concern messages.
const CME: &[(u16, &str, Code)] = &[
    (0, "modem failure", Code::TemporaryFault),
    (1, "no connection to the modem", Code::LinkDown),
    (3, "operation not allowed", Code::CarrierRejected),
    (4, "operation not supported", Code::CarrierRejected),
    (10, "SIM not inserted", Code::LinkDown),
    (11, "SIM PIN required", Code::LinkDown),
    (12, "SIM PUK required", Code::LinkDown),
    (13, "SIM failure", Code::LinkDown),
    (14, "SIM busy", Code::TemporaryFault),
    (15, "SIM wrong", Code::LinkDown),
    (16, "incorrect password", Code::LinkDown),
    (20, "memory full", Code::TemporaryFault),
    (21, "invalid index", Code::CarrierRejected),
    (23, "memory failure", Code::TemporaryFault),
    (30, "no network service", Code::LinkDown),
    (31, "network timeout", Code::TemporaryFault),
    (32, "network not allowed, emergency calls only", Code::LinkDown),
    (100, "unknown error", Code::UnknownCode),
];

impl Failure {
    /// The failure a line says, if it says one.
    pub(super) fn of(line: &str) -> Option<Failure> {
        match line {
            "ERROR" | "COMMAND NOT SUPPORT" | "COMMAND NOT SUPPORTED" | "TOO MANY PARAMETERS" => {
                Some(Failure::Error)
            }
            "NO CARRIER" | "NO ANSWER" | "NO DIALTONE" | "BUSY" => Some(Failure::NoCarrier),
            _ => {
                let (name, what) = line.split_once(':')?;
                let list = match name {
                    "+CMS ERROR" => CMS,
                    "+CME ERROR" => CME,
                    _ => return None,
                };
                let number = number_of(what.trim(), list);
                Some(if name == "+CMS ERROR" { Failure::Cms(number) } else { Failure::Cme(number) })
            }
        }
    }

    /// Its words, for people.
    pub fn words(&self) -> &'static str {
        let known = match self {
            Failure::Cms(Some(number)) => {
                in_list(CMS, *number).map(|(_, words, _)| *words).or_else(|| low(*number))
            }
            Failure::Cme(Some(number)) => in_list(CME, *number).map(|(_, words, _)| *words),
            Failure::NoCarrier => Some("no connection"),
            Failure::Error | Failure::Cms(None) | Failure::Cme(None) => None,
        };
        known.unwrap_or("the modem says no more than that it failed")
    }

    /// The reason. Below 256 a message failure is the network's cause, by 24.011 and 23.040.
    pub fn code(&self) -> Code {
        match self {
            Failure::Cms(Some(number)) => {
                let low = || u8::try_from(*number).ok().map(cause::meaning);
                in_list(CMS, *number).map(|(.., code)| *code).or_else(low).unwrap_or(Code::UnknownCode)
            }
            Failure::Cme(Some(number)) => in_list(CME, *number).map_or(Code::UnknownCode, |(.., code)| *code),
            Failure::NoCarrier => Code::LinkDown,
            Failure::Error | Failure::Cms(None) | Failure::Cme(None) => Code::UnknownCode,
        }
    }
}

fn in_list<'a>(list: &'a [(u16, &'a str, Code)], number: u16) -> Option<&'a (u16, &'a str, Code)> {
    list.iter().find(|(known, ..)| *known == number)
}

fn low(number: u16) -> Option<&'static str> {
    u8::try_from(number).ok().and_then(cause::words)
}

/// AT+CMEE=2 says it in words.
fn number_of(what: &str, list: &[(u16, &str, Code)]) -> Option<u16> {
    let by_words =
        || list.iter().find(|(_, words, _)| words.eq_ignore_ascii_case(what)).map(|(number, ..)| *number);
    what.parse().ok().or_else(by_words)
}
