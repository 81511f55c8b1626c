//! What the known elements say, beside their octets: 3GPP 23.040 clauses 9.2.3.24.1 to 9.2.3.24.16.
//!
//! A view is for reading: a header goes on as it came, whatever is understood of it.

use super::{Concat, Element, LOCKING_SHIFT, SINGLE_SHIFT};

/// The application ports a message is between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ports {
    /// Where it goes.
    pub destination: u16,
    /// Where it comes from.
    pub source: u16,
    /// Whether the element is the one with 16 bits a port.
    pub wide: bool,
}

impl Ports {
    /// Appends the element; ports that need 16 bits are written with 16.
    pub fn write(&self, out: &mut Vec<u8>) {
        match (u8::try_from(self.destination), u8::try_from(self.source)) {
            (Ok(destination), Ok(source)) if !self.wide => out.extend([0x04, 2, destination, source]),
            _ => {
                let ([a, b], [c, d]) = (self.destination.to_be_bytes(), self.source.to_be_bytes());
                out.extend([0x05, 4, a, b, c, d]);
            }
        }
    }

    pub(super) fn read(element: &Element<'_>) -> Option<Self> {
        match (element.id, element.data) {
            (0x04, &[destination, source]) => {
                Some(Ports { destination: destination.into(), source: source.into(), wide: false })
            }
            (0x05, &[a, b, c, d]) => Some(Ports {
                destination: u16::from_be_bytes([a, b]),
                source: u16::from_be_bytes([c, d]),
                wide: true,
            }),
            _ => None,
        }
    }
}

/// What waits for its reader, clause 9.2.3.24.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WaitingFor {
    /// Voice mail.
    Voice,
    /// A fax.
    Fax,
    /// Electronic mail.
    Email,
    /// Something else, video messages among it.
    Other,
}

/// Messages wait in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Waiting {
    /// What.
    pub kind: WaitingFor,
    /// How many; 255 means that many or more.
    pub count: u8,
    /// Whether the message itself is to be kept after the indication was set.
    pub store: bool,
}

/// One element as its clause reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View<'a> {
    /// 0x00 and 0x08: a part of a longer message.
    Concat(Concat),
    /// 0x01: messages wait.
    Waiting(Waiting),
    /// 0x04 and 0x05: application ports.
    Ports(Ports),
    /// 0x06: what the service centre is asked to report of this part.
    ServiceCentre(u8),
    /// 0x07: whether the following elements are the sender's (1), the receiver's (2) or the service centre's (3).
    Origin(u8),
    /// 0x09: a wireless control message protocol.
    Control(&'a [u8]),
    /// 0x0A to 0x1F: enhanced messages (formatting, sounds, pictures, animations).
    Enhanced(&'a [u8]),
    /// 0x20: length of an e-mail's header in the text.
    EmailHeader(u8),
    /// 0x21: a link over a piece of the text.
    Link(&'a [u8]),
    /// 0x22: where an answer is to go, as an address field.
    ReplyAddress(&'a [u8]),
    /// 0x23: enhanced voice mail information.
    VoiceMail(&'a [u8]),
    /// 0x24: the language of the extension table.
    SingleShift(u8),
    /// 0x25: the language of the base table.
    LockingShift(u8),
    /// 0x70 to 0x7F: (U)SIM toolkit security headers.
    Toolkit(&'a [u8]),
    /// 0x80 to 0x9F: between two applications.
    Private(&'a [u8]),
    /// 0xC0 to 0xDF: of the service centre's own make.
    Carrier(&'a [u8]),
    /// Reserved, or not of the form its clause gives it.
    Other(&'a [u8]),
}

impl<'a> Element<'a> {
    /// What it says.
    pub fn view(&self) -> View<'a> {
        match (self.id, self.data) {
            (0x00 | 0x08, data) => Concat::read(self).map_or(View::Other(data), View::Concat),
            (0x01, &[kind, count]) => View::Waiting(waiting(kind, count)),
            (0x04 | 0x05, data) => Ports::read(self).map_or(View::Other(data), View::Ports),
            (0x06, &[octet]) => View::ServiceCentre(octet),
            (0x07, &[octet]) => View::Origin(octet),
            (0x09, data) => View::Control(data),
            (0x0A..=0x1F, data) => View::Enhanced(data),
            (0x20, &[octet]) => View::EmailHeader(octet),
            (0x21, data) => View::Link(data),
            (0x22, data) => View::ReplyAddress(data),
            (0x23, data) => View::VoiceMail(data),
            (SINGLE_SHIFT, &[language]) => View::SingleShift(language),
            (LOCKING_SHIFT, &[language]) => View::LockingShift(language),
            (0x70..=0x7F, data) => View::Toolkit(data),
            (0x80..=0x9F, data) => View::Private(data),
            (0xC0..=0xDF, data) => View::Carrier(data),
            (_, data) => View::Other(data),
        }
    }
}

fn waiting(octet: u8, count: u8) -> Waiting {
    let kind = match octet & 0x03 {
        0 => WaitingFor::Voice,
        1 => WaitingFor::Fax,
        2 => WaitingFor::Email,
        _ => WaitingFor::Other,
    };
    Waiting { kind, count, store: octet & 0x80 != 0 }
}
