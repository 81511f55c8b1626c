//! A row as submit_sm bodies, one a part. SMPP 3.4 clause 4.4.1.

use super::dialect::{Dialect, Flash, Long, Validity};
use super::tlvs;
use sms::Encoding;
use sms::parts::{self, Manner, Part, Split};
use std::borrow::Cow;
use store::machine::outbox::Ready;
use wire::smpp::{Address, Kind, Sm, TlvBuf, UDHI, time, tlv};

/// Encodes a row; `now` decides how much of its validity is left.
///
/// The reference of a long one follows from its id: parts of a later try join those of an earlier one.
pub(crate) fn bodies(ready: &Ready, dialect: &Dialect, now: i64) -> Result<Vec<Vec<u8>>, String> {
    let manner = Manner { joining: dialect.joining(ready.row.id), ..Manner::default() };
    let split = parts::split_spelt(&ready.text, ready.spelling, &manner).map_err(|e| e.to_string())?;
    let all = parameters(ready, dialect);
    let letter = Letter::of(ready, dialect, &split, now, &all);
    split.parts.iter().map(|part| letter.body(part)).collect()
}

/// What stands in each submit_sm behind the rest: the connector's, the sender's and the message's own, the nearer before
/// the farther.
fn parameters<'d>(ready: &Ready, dialect: &'d Dialect) -> Cow<'d, [u8]> {
    let of_sender = match dialect.sender_tlvs.is_empty() {
        true => None,
        false => dialect.sender_tlvs.get(&tlvs::sender_key(&ready.sender)),
    };
    let mut all = Cow::Borrowed(&*dialect.tlvs);
    if let Some(of_sender) = of_sender {
        all = Cow::Owned(tlvs::joined(&all, of_sender));
    }
    if !ready.tlvs.is_empty() {
        let own = tlvs::read(&ready.tlvs).unwrap_or_default(); // it could be read when the message was accepted
        all = Cow::Owned(tlvs::joined(&all, &own));
    }
    all
}

/// What all parts of a message have alike.
struct Letter<'a> {
    dialect: &'a Dialect,
    source: (u8, u8, Vec<u8>),
    destination: (u8, u8, Vec<u8>),
    validity: Vec<u8>,
    encoding: Encoding,
    coding: u8,
    subunit: bool,
    /// What stands in each submit_sm behind the rest.
    tlvs: &'a [u8],
}

impl<'a> Letter<'a> {
    fn of(ready: &Ready, dialect: &'a Dialect, split: &Split, now: i64, tlvs: &'a [u8]) -> Letter<'a> {
        let flash = ready.spelling.flash;
        let left_s = ((ready.valid_until - now) / 1_000).max(1);
        Letter {
            dialect,
            source: dialect.source.write(&ready.sender),
            destination: dialect.destination.write_recipient(&ready.recipient),
            validity: match dialect.validity {
                Validity::Relative => time::relative(left_s).to_vec(),
                Validity::Absolute => time::absolute(ready.valid_until).to_vec(),
                Validity::Silent => Vec::new(),
            },
            encoding: split.encoding,
            coding: dialect.coding(split.encoding, flash),
            tlvs,
            subunit: flash && dialect.flash == Flash::Subunit,
        }
    }

    fn body(&self, part: &Part) -> Result<Vec<u8>, String> {
        let text = self.octets(part)?;
        let mut tlvs = TlvBuf::new();
        if let (Long::Sar, Some(place)) = (self.dialect.long, part.place) {
            let reference = match place.reference {
                parts::Reference::Eight(n) => u16::from(n),
                parts::Reference::Sixteen(n) => n,
            };
            tlvs.push(tlv::SAR_MSG_REF_NUM, &reference.to_be_bytes());
            tlvs.push(tlv::SAR_TOTAL_SEGMENTS, &[place.total]).push(tlv::SAR_SEGMENT_SEQNUM, &[place.seq]);
        }
        if self.subunit {
            tlvs.push(tlv::DEST_ADDR_SUBUNIT, &[1]);
        }
        // One SMS alone stands in short_message, as every carrier reads it.
        let alone = part.units <= self.encoding.capacity(part.udh.len());
        let short = if self.dialect.long == Long::Payload && !alone {
            tlvs.push(tlv::MESSAGE_PAYLOAD, &text);
            &[][..]
        } else {
            &text
        };
        let all = [tlvs.view().raw(), self.tlvs].concat();
        let sm = Sm {
            service_type: &self.dialect.service_type,
            source: Address { ton: self.source.0, npi: self.source.1, addr: &self.source.2 },
            destination: Address {
                ton: self.destination.0,
                npi: self.destination.1,
                addr: &self.destination.2,
            },
            esm_class: if part.udh.is_empty() { 0 } else { UDHI },
            protocol_id: self.dialect.protocol_id,
            priority: self.dialect.priority,
            registered_delivery: self.dialect.registered_delivery,
            data_coding: self.coding,
            validity: &self.validity,
            short_message: short,
            tlvs: wire::smpp::Tlvs::new(&all),
            ..Sm::default()
        };
        let mut body = Vec::with_capacity(80 + text.len() + all.len());
        sm.encode(Kind::Submit, &mut body);
        Ok(body)
    }

    /// Header and text as this carrier reads them.
    fn octets(&self, part: &Part) -> Result<Vec<u8>, String> {
        let text = match (self.encoding, self.dialect.basic) {
            (Encoding::Gsm7, basic) => {
                let lacking = || "the carrier's alphabet lacks a character of it".to_owned();
                basic.write(&part.body, part.udh.len()).ok_or_else(lacking)?
            }
            (Encoding::Ucs2, _) if self.dialect.little_endian => swapped(&part.body),
            _ => part.body.clone(),
        };
        Ok([part.udh.as_slice(), &text].concat())
    }
}

/// UTF-16 with the octets of each unit the other way round.
pub(super) fn swapped(octets: &[u8]) -> Vec<u8> {
    octets.as_chunks::<2>().0.iter().flat_map(|[high, low]| [*low, *high]).collect()
}
