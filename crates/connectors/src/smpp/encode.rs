//! A row as submit_sm bodies, one a part. SMPP 3.4 clause 4.4.1.

use sms::Encoding;
use sms::parts::{self, Reference};
use store::machine::outbox::Ready;
use wire::smpp::{Kind, Sm, UDHI, destination, source, time};

/// The alphabet behind data_coding 0 at this carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// GSM 03.38, one septet an octet.
    Gsm,
    /// ISO 8859-1: characters it lacks force UCS-2.
    Latin1,
}

/// What this carrier wants in a submit_sm.
pub(crate) struct Dialect {
    pub(crate) alphabet: Alphabet,
    pub(crate) registered_delivery: u8,
}

/// Reports wanted: one at the end (clause 5.2.17).
pub(crate) const FINAL_REPORT: u8 = 0x01;
/// …and one in between (bit 4).
pub(crate) const ALL_REPORTS: u8 = 0x11;

/// Encodes a row; `now` decides how much of its validity is left.
///
/// The reference of a long one follows from its id: parts of a later try join those of an earlier one.
pub(crate) fn bodies(ready: &Ready, dialect: &Dialect, now: i64) -> Result<Vec<Vec<u8>>, String> {
    let split = parts::split(&ready.text, Reference::eight(ready.row.id), u8::MAX)
        .map_err(|e| format!("{} parts, at most {} fit", e.parts, e.most))?;
    let left_s = ((ready.valid_until - now) / 1_000).max(1);
    let validity = time::relative(left_s);
    let (coding, latin) = match split.encoding {
        Encoding::Gsm7 if dialect.alphabet == Alphabet::Latin1 => (0, true),
        Encoding::Gsm7 => (0, false),
        Encoding::Ucs2 => (8, false),
        Encoding::Octets => (4, false),
    };
    let mut out = Vec::with_capacity(split.parts.len());
    for part in &split.parts {
        let text = if latin { latin1(&part.body)? } else { part.body.clone() };
        let mut short = part.udh.clone();
        short.extend_from_slice(&text);
        let sm = Sm {
            source: source(&ready.sender),
            destination: destination(&ready.recipient),
            esm_class: if part.udh.is_empty() { 0 } else { UDHI },
            registered_delivery: dialect.registered_delivery,
            data_coding: coding,
            validity: &validity,
            short_message: &short,
            ..Sm::default()
        };
        let mut body = Vec::with_capacity(64 + short.len());
        sm.encode(Kind::Submit, &mut body);
        out.push(body);
    }
    Ok(out)
}

/// Septets as ISO 8859-1, for carriers whose default alphabet it is.
fn latin1(septets: &[u8]) -> Result<Vec<u8>, String> {
    let text = sms::alphabet::gsm7::decode(septets);
    sms::alphabet::latin1::encode(&text)
        .ok_or_else(|| "the carrier's alphabet lacks a character of it".to_owned())
}
