//! What one carrier wants in a submit_sm and means in a deliver_sm, where the specification leaves it a choice. Plain values:
//! who reads them is [`super::encode`] on the way out and [`super::incoming`] on the way in.

use super::address::Rules;
use super::ids::Step;
use sms::Encoding;
use sms::parts::{Joining, Reference};
use std::collections::HashMap;
pub(crate) use wire::smpp::coding::Basic;

/// How a text is marked that shall be shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Flash {
    /// By the class in the general data coding: 0x10 and 0x18.
    #[default]
    Class,
    /// By 0xF0 for septets, as older centres want it, and 0x18.
    Old,
    /// By the TLV dest_addr_subunit.
    Subunit,
}

/// How a text leaves that needs more than one SMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Long {
    /// In parts joined by a user data header.
    #[default]
    Header,
    /// In parts joined by the three SAR parameters.
    Sar,
    /// Whole, in message_payload; the carrier cuts.
    Payload,
    /// Whole, in short_message as far as 254 octets go, else in message_payload; the carrier cuts.
    Whole,
}

/// How a carrier is told how long it may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Validity {
    /// From now on.
    #[default]
    Relative,
    /// Until an instant.
    Absolute,
    /// Not at all: it has its own.
    Silent,
}

/// Reports wanted: one at the end (clause 5.2.17).
pub(crate) const FINAL_REPORT: u8 = 0x01;
/// …and one in between (bit 4).
pub(crate) const ALL_REPORTS: u8 = 0x11;

/// One carrier's ways.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    /// What it means by data_coding 0.
    pub(crate) basic: Basic,
    /// data_coding of texts in the default alphabet, and in UCS-2.
    pub(crate) gsm_coding: u8,
    pub(crate) ucs2_coding: u8,
    /// Its UCS-2 has the lower octet first.
    pub(crate) little_endian: bool,
    pub(crate) flash: Flash,
    pub(crate) long: Long,
    pub(crate) source: Rules,
    pub(crate) destination: Rules,
    pub(crate) service_type: Vec<u8>,
    pub(crate) registered_delivery: u8,
    pub(crate) priority: u8,
    pub(crate) protocol_id: u8,
    pub(crate) validity: Validity,
    /// TLVs of each submit_sm, as they stand on the wire.
    pub(crate) tlvs: Vec<u8>,
    /// Those of messages that show a sender, by the sender; they go before the ones above with their tags.
    pub(crate) sender_tlvs: HashMap<String, Vec<u8>>,
    /// Tags whose values are kept from what comes in.
    pub(crate) keep: Vec<u16>,
    /// What makes the id of an answer of the id in a receipt.
    pub(crate) receipt_id: Vec<Step>,
    /// A text that reads as a receipt is one, whatever its esm_class says.
    pub(crate) any_receipt: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Dialect {
            basic: Basic::Gsm,
            gsm_coding: wire::smpp::coding::DEFAULT,
            ucs2_coding: wire::smpp::coding::UCS2,
            little_endian: false,
            flash: Flash::Class,
            long: Long::Header,
            source: Rules::default(),
            destination: Rules::default(),
            service_type: Vec::new(),
            registered_delivery: FINAL_REPORT,
            priority: 0,
            protocol_id: 0,
            validity: Validity::Relative,
            tlvs: Vec::new(),
            sender_tlvs: HashMap::new(),
            keep: Vec::new(),
            receipt_id: Vec::new(),
            any_receipt: false,
        }
    }
}

impl Dialect {
    /// How parts of the message with this id are tied together.
    pub(crate) fn joining(&self, id: i64) -> Joining {
        match self.long {
            Long::Header => Joining::Header(Reference::eight(id)),
            Long::Sar => Joining::Carrier(Reference::sixteen(id)),
            Long::Payload | Long::Whole => Joining::Whole,
        }
    }

    /// data_coding of a text.
    pub(crate) fn coding(&self, encoding: Encoding, flash: bool) -> u8 {
        match (encoding, self.flash) {
            (Encoding::Octets, _) => wire::smpp::coding::OCTETS,
            (Encoding::Gsm7, Flash::Class) if flash => 0x10,
            (Encoding::Gsm7, Flash::Old) if flash => 0xF0,
            (Encoding::Ucs2, Flash::Class | Flash::Old) if flash => 0x18,
            (Encoding::Gsm7, _) => self.gsm_coding,
            (Encoding::Ucs2, _) => self.ucs2_coding,
        }
    }
}
