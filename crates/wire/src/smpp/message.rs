//! submit_sm, deliver_sm and data_sm: one body in three spellings, clauses 4.4, 4.6 and 4.7.

use sms::receipt::{self, Receipt};

use super::codec::{Fault, Reader, put_text};
use super::coding::{self, Basic};
use super::tlv;
use super::{Address, Tlvs, command};

/// Which of the three spellings a message came in or leaves in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// From an ESME.
    Submit,
    /// From an SMSC.
    Deliver,
    /// From either, with its text in a TLV.
    Data,
}

impl Kind {
    /// The command id of the request.
    pub const fn command(self) -> u32 {
        match self {
            Kind::Submit => command::SUBMIT_SM,
            Kind::Deliver => command::DELIVER_SM,
            Kind::Data => command::DATA_SM,
        }
    }
}

/// What esm_class bits 5 to 2 say a message is, clause 5.2.12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A text from a person or a program.
    Text,
    /// The carrier's report on a message of ours.
    Receipt,
    /// The handset's or the user's own acknowledgement.
    Acknowledgement,
    /// A report that is not the last.
    Intermediate,
    /// A conversation was aborted (Korean CDMA).
    Abort,
}

/// The body, borrowed from its frame or from whoever sends it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Sm<'a> {
    /// Mostly empty; `CMT`, `WAP`, `USSD` or what the carrier agreed.
    pub service_type: &'a [u8],
    /// Who sends.
    pub source: Address<'a>,
    /// Who receives.
    pub destination: Address<'a>,
    /// Mode, sort, UDHI and reply path.
    pub esm_class: u8,
    /// TP-PID.
    pub protocol_id: u8,
    /// 0 to 3.
    pub priority: u8,
    /// When to deliver, as text of clause 7.1.
    pub schedule: &'a [u8],
    /// How long to try, as text of clause 7.1.
    pub validity: &'a [u8],
    /// Which reports are wanted.
    pub registered_delivery: u8,
    /// Replace one that waits.
    pub replace_if_present: u8,
    /// The alphabet of the text.
    pub data_coding: u8,
    /// A text stored at the carrier.
    pub default_message_id: u8,
    /// The text, with its user data header where there is one. Never a C string: `@` is zero.
    pub short_message: &'a [u8],
    /// All optional parameters.
    pub tlvs: Tlvs<'a>,
}

/// The longest short_message of 3.4, clause 5.2.21.
pub(super) const SHORT_MESSAGE_MAX: usize = 254;

/// Octets of a header that says a place and nothing else.
const PLACE: usize = 6;

/// esm_class: the text begins with a user data header.
pub const UDHI: u8 = 0x40;

impl<'a> Sm<'a> {
    /// Reads a body.
    pub fn decode(kind: Kind, body: &'a [u8]) -> Result<Self, Fault> {
        let mut r = Reader(body);
        let mut sm = Sm {
            service_type: r.text(),
            source: Address::read(&mut r)?,
            destination: Address::read(&mut r)?,
            esm_class: r.octet()?,
            ..Sm::default()
        };
        if kind == Kind::Data {
            sm.registered_delivery = r.octet()?;
            sm.data_coding = r.octet()?;
        } else {
            sm.protocol_id = r.octet()?;
            sm.priority = r.octet()?;
            sm.schedule = r.text();
            sm.validity = r.text();
            sm.registered_delivery = r.octet()?;
            sm.replace_if_present = r.octet()?;
            sm.data_coding = r.octet()?;
            sm.default_message_id = r.octet()?;
            let length = usize::from(r.octet()?);
            sm.short_message = r.octets(length)?;
        }
        sm.tlvs = Tlvs::new(r.0);
        Ok(sm)
    }

    /// Writes a body. A text that short_message cannot hold goes into message_payload.
    pub fn encode(&self, kind: Kind, out: &mut Vec<u8>) {
        put_text(out, self.service_type);
        self.source.write(out);
        self.destination.write(out);
        out.push(self.esm_class);
        let inline = kind != Kind::Data && self.short_message.len() <= SHORT_MESSAGE_MAX;
        if kind == Kind::Data {
            out.extend_from_slice(&[self.registered_delivery, self.data_coding]);
        } else {
            out.extend_from_slice(&[self.protocol_id, self.priority]);
            put_text(out, self.schedule);
            put_text(out, self.validity);
            let length = if inline { self.short_message.len() as u8 } else { 0 };
            let flags = [self.registered_delivery, self.replace_if_present, self.data_coding];
            out.extend_from_slice(&flags);
            out.extend_from_slice(&[self.default_message_id, length]);
        }
        if inline {
            out.extend_from_slice(self.short_message);
        } else if !self.short_message.is_empty() {
            tlv::put(out, tlv::MESSAGE_PAYLOAD, self.short_message);
        }
        out.extend_from_slice(self.tlvs.raw());
    }

    /// The text wherever it stands: short_message, and where that is empty message_payload.
    pub fn octets(&self) -> &'a [u8] {
        if self.short_message.is_empty() {
            self.tlvs.message_payload().unwrap_or_default()
        } else {
            self.short_message
        }
    }

    /// The user data header (its length octet included) and the text after it. A header that claims more than
    /// there is, is no header: the whole is text.
    pub fn split(&self) -> (&'a [u8], &'a [u8]) {
        let octets = self.octets();
        let header = match octets.first() {
            Some(length) if self.esm_class & UDHI != 0 => usize::from(*length) + 1,
            _ => 0,
        };
        if header > octets.len() { (&[], octets) } else { octets.split_at(header) }
    }

    /// [`Sm::split`], and of a text whose header nobody announced: some peers forget to say so. One that is nothing but the
    /// place of a part is believed.
    pub fn parted(&self) -> (&'a [u8], &'a [u8]) {
        let octets = self.octets();
        match octets {
            _ if self.esm_class & UDHI != 0 => self.split(),
            [0x05, 0x00, 0x03, _, total, seq, _, ..] if *total > 1 && (1..=*total).contains(seq) => {
                octets.split_at(PLACE)
            }
            _ => (&[], octets),
        }
    }

    /// The text without its header, by the national tables that the header announces; `None` where the octets are no
    /// text.
    pub fn text(&self) -> Option<String> {
        self.text_by(Basic::Gsm)
    }

    /// The same of a carrier that means this by data_coding 0.
    pub fn text_by(&self, basic: Basic) -> Option<String> {
        let (header, text) = self.parted();
        let shift = sms::udh::parse(header).map_or_else(Default::default, |header| header.shift());
        coding::decode_by(basic, self.data_coding, text, header.len(), shift)
    }

    /// What a report says, in text, in TLVs, or half in each; `None` where it says nothing. An intermediate one
    /// that names no final state means that the carrier holds the message.
    pub fn receipt(&self) -> Option<Receipt> {
        self.receipt_in(&self.text().unwrap_or_default())
    }

    /// The same, where its text is known.
    pub fn receipt_in(&self, text: &str) -> Option<Receipt> {
        let tlvs = receipt::Tlvs {
            receipted_message_id: self.tlvs.receipted_message_id(),
            message_state: self.tlvs.message_state(),
            network_error_code: self.tlvs.get(tlv::NETWORK_ERROR_CODE),
        };
        let mut receipt = receipt::read(text, tlvs)?;
        if self.sort() == Sort::Intermediate && receipt.status == sms::Status::Submitted {
            receipt.status = sms::Status::Buffered;
        }
        Some(receipt)
    }

    /// What the message is.
    pub const fn sort(&self) -> Sort {
        match self.esm_class & 0x3C {
            0x00 => Sort::Text,
            0x08 | 0x10 => Sort::Acknowledgement,
            0x18 => Sort::Abort,
            0x20 => Sort::Intermediate,
            bits if bits & 0x04 != 0 => Sort::Receipt,
            _ => Sort::Text,
        }
    }

    /// Whether the handset is to show it at once: class 0 of data_coding, or dest_addr_subunit (clause 5.3.2.2).
    pub fn is_flash(&self) -> bool {
        coding::class(self.data_coding) == Some(0) || self.tlvs.octet(tlv::DEST_ADDR_SUBUNIT) == Some(1)
    }

    /// Whether a report on the final outcome is wanted, clause 5.2.17.
    pub const fn wants_receipt(&self) -> bool {
        self.registered_delivery & 0x03 != 0
    }
}

impl std::fmt::Debug for Sm<'_> {
    /// Neither numbers nor text: this ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sm")
            .field("esm_class", &self.esm_class)
            .field("data_coding", &self.data_coding)
            .field("octets", &self.octets().len())
            .field("tlvs", &self.tlvs)
            .finish_non_exhaustive()
    }
}

/// A message that outlives its frame: one copy of the body, read again when looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct SmBuf {
    kind: Kind,
    body: Box<[u8]>,
}

impl SmBuf {
    /// Copies a body that reads well.
    pub fn new(kind: Kind, body: &[u8]) -> Result<Self, Fault> {
        Sm::decode(kind, body)?;
        Ok(SmBuf { kind, body: body.into() })
    }

    /// The spelling it came in.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The octets of the body, for a trace or a fingerprint.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The fields.
    pub fn view(&self) -> Sm<'_> {
        // It read well when it was made and has not changed since, so the default is never taken.
        Sm::decode(self.kind, &self.body).unwrap_or_default()
    }
}

impl std::fmt::Debug for SmBuf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SmBuf").field(&self.kind).field(&self.view()).finish()
    }
}
