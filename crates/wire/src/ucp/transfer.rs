//! The older ways to hand in a text: operation 01 (call input, clause 4.1) and 30 (SMS transfer, clause 4.5).

use super::error::Ec;
use super::frame::Frame;
use crate::UserData;
use crate::smpp::coding;
use crate::user_data::{hex, latin, unhex};
use sms::alphabet::gsm7;

/// Operation 01: a text for one address.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Call {
    /// AdC.
    pub recipient: Vec<u8>,
    /// OAdC, digits.
    pub originator: Vec<u8>,
    /// MT: 2 digits, 3 letters.
    pub kind: u8,
    /// NMsg or AMsg, as it stands in the frame.
    pub text: Vec<u8>,
}

/// Operation 30: a text for one address, with a way to be told of its end.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Transfer {
    /// AdC.
    pub recipient: Vec<u8>,
    /// OAdC, digits.
    pub originator: Vec<u8>,
    /// NRq: a report is wanted.
    pub wants_report: bool,
    /// AMsg, as it stands in the frame.
    pub text: Vec<u8>,
}

/// Digits written as text are one septet each; AMsg is hex of a septet an octet.
pub(super) fn letters(field: &[u8]) -> Result<UserData, Ec> {
    let octets = unhex(field).ok_or(Ec::SYNTAX)?;
    if octets.iter().any(|septet| *septet > 0x7F) {
        return Err(Ec::SYNTAX);
    }
    Ok(UserData { coding: coding::DEFAULT, header: Vec::new(), octets })
}

/// NMsg: digits as they are.
pub(super) fn digits(field: &[u8]) -> Result<UserData, Ec> {
    let octets = gsm7::encode(&latin(field)).ok_or(Ec::SYNTAX)?;
    Ok(UserData { coding: coding::DEFAULT, header: Vec::new(), octets })
}

impl Call {
    /// A text in letters.
    pub fn letters(recipient: &str, originator: &str, septets: &[u8]) -> Call {
        let (recipient, originator) = (recipient.as_bytes().to_vec(), originator.as_bytes().to_vec());
        Call { recipient, originator, kind: 3, text: hex(septets) }
    }

    pub(super) fn read(frame: &Frame<'_>) -> Call {
        let kind = match frame.field(3) {
            [digit] => digit.wrapping_sub(b'0'),
            _ => 0,
        };
        let field = |at: usize| frame.field(at).to_vec();
        Call { recipient: field(0), originator: field(1), kind, text: field(4) }
    }

    pub(super) fn fields(&self) -> [Vec<u8>; 5] {
        [
            self.recipient.clone(),
            self.originator.clone(),
            Vec::new(),
            vec![b'0' + self.kind % 10],
            self.text.clone(),
        ]
    }

    /// The text.
    pub fn user_data(&self) -> Result<UserData, Ec> {
        match self.kind {
            2 => digits(&self.text),
            3 => letters(&self.text),
            _ => Err(Ec(23)),
        }
    }
}

impl Transfer {
    /// A text in letters.
    pub fn letters(recipient: &str, originator: &str, septets: &[u8], wants_report: bool) -> Transfer {
        let (recipient, originator) = (recipient.as_bytes().to_vec(), originator.as_bytes().to_vec());
        Transfer { recipient, originator, wants_report, text: hex(septets) }
    }

    pub(super) fn read(frame: &Frame<'_>) -> Transfer {
        let field = |at: usize| frame.field(at).to_vec();
        Transfer {
            recipient: field(0),
            originator: field(1),
            wants_report: frame.field(3) == b"1",
            text: field(9),
        }
    }

    pub(super) fn fields(&self) -> [Vec<u8>; 10] {
        let mut out: [Vec<u8>; 10] = Default::default();
        out[0].clone_from(&self.recipient);
        out[1].clone_from(&self.originator);
        out[3] = if self.wants_report { b"1".to_vec() } else { Vec::new() };
        out[9].clone_from(&self.text);
        out
    }

    /// The text.
    pub fn user_data(&self) -> Result<UserData, Ec> {
        letters(&self.text)
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("kind", &self.kind)
            .field("octets", &self.text.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Transfer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transfer").field("octets", &self.text.len()).finish_non_exhaustive()
    }
}
