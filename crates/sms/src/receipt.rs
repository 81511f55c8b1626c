//! Delivery receipts: SMPP 3.4 appendix B text and the TLVs of its clauses 5.3.2.12, 5.3.2.31 and 5.3.2.35.
//!
//! Reads every dialect carriers are known to write and keeps what it cannot name as it came. It does not
//! match receipts to messages and does not order them by their dates, which carriers write in unknown zones.

mod codes;
mod fields;
mod id;
mod write;

use crate::life::Status;
use crate::reason::Code;

pub use codes::{code_of_error, meaning_of_state, meaning_of_word, state_of, word_of};
pub use id::{Alternatives, id_key, id_key_alternatives};
pub use write::{Written, format};

/// What a carrier says about a message it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The carrier's id of the message as it came; empty when the text had none.
    pub id: String,
    /// What the state means to us.
    pub status: Status,
    /// Why, as far as the state and the error say; [`Code::None`] when all is well.
    pub code: Code,
    /// The state as it came: a word of the text, or a digit of the TLV.
    pub stat: Option<String>,
    /// The error as it came: decimal, hex or letters.
    pub err: Option<String>,
    /// The submit date as it came.
    pub submitted_at_raw: Option<String>,
    /// The done date as it came.
    pub done_at_raw: Option<String>,
    /// What follows `text:`.
    pub text: Option<String>,
}

/// The TLVs of a receipt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tlvs<'a> {
    /// receipted_message_id, 0x001E: a C string, with or without its NUL.
    pub receipted_message_id: Option<&'a [u8]>,
    /// message_state, 0x0427.
    pub message_state: Option<u8>,
    /// network_error_code, 0x0423: a network type and two octets of code.
    pub network_error_code: Option<&'a [u8]>,
}

/// Reads the text form. `None` when it has neither an id nor a state, so is no receipt.
pub fn parse_text(text: &str) -> Option<Receipt> {
    let fields = fields::read(text);
    if fields.id.is_none() && fields.stat.is_none() {
        return None;
    }
    let owned = |field: Option<&str>| field.map(str::to_owned);
    Some(build(
        owned(fields.id).unwrap_or_default(),
        fields.stat.map(meaning_of_word),
        Receipt {
            id: String::new(),
            status: Status::Unknown,
            code: Code::None,
            stat: owned(fields.stat),
            err: owned(fields.err),
            submitted_at_raw: owned(fields.submit_date),
            done_at_raw: owned(fields.done_date),
            text: owned(fields.text),
        },
    ))
}

/// Reads the TLV form. `None` when there is neither an id nor a state.
pub fn from_tlv(tlvs: Tlvs<'_>) -> Option<Receipt> {
    read("", tlvs)
}

/// Reads a receipt that may speak in text, in TLVs, or half in each: a TLV goes before the same field of the
/// text, and what one side lacks is taken from the other.
pub fn read(text: &str, tlvs: Tlvs<'_>) -> Option<Receipt> {
    let written = parse_text(text);
    let id = tlvs.receipted_message_id.map(c_string).filter(|id| !id.is_empty());
    let state = tlvs.message_state;
    if id.is_none() && state.is_none() {
        return written;
    }
    let mut receipt = written.unwrap_or_else(|| empty(text));
    let mut meaning = receipt.stat.as_deref().map(meaning_of_word);
    if let Some(state) = state {
        meaning = Some(meaning_of_state(state));
        receipt.stat = Some(state_word(state));
    }
    if let Some(err) = tlvs.network_error_code.and_then(network_error) {
        receipt.err = Some(err);
    }
    let id = id.unwrap_or_else(|| std::mem::take(&mut receipt.id));
    Some(build(id, meaning, receipt))
}

impl Receipt {
    /// Judges the error again by a carrier's own table; what it does not know stays as it was.
    pub fn with_codes(mut self, table: impl Fn(&str) -> Option<Code>) -> Self {
        let own = self.err.as_deref().and_then(table);
        if let Some(code) = own.filter(|_| !matches!(self.status, Status::Delivered | Status::Submitted)) {
            self.code = code;
        }
        self
    }
}

fn empty(text: &str) -> Receipt {
    let text = Some(text.to_owned()).filter(|t| !t.is_empty());
    Receipt {
        id: String::new(),
        status: Status::Unknown,
        code: Code::None,
        stat: None,
        err: None,
        submitted_at_raw: None,
        done_at_raw: None,
        text,
    }
}

/// Joins the state's meaning with the error's: the more exact reason wins, and success has none.
fn build(id: String, meaning: Option<(Status, Code)>, raw: Receipt) -> Receipt {
    let (status, said) = meaning.unwrap_or((Status::Unknown, Code::UnknownCode));
    let named = raw.err.as_deref().and_then(code_of_error);
    let code = match status {
        Status::Delivered | Status::Submitted => Code::None,
        // The state is the reason; an error beside it only repeats it.
        Status::Expired => said,
        _ if raw.err.as_deref().is_none_or(codes::is_no_error) => said,
        _ => named.unwrap_or(if said == Code::None { Code::UnknownCode } else { said }),
    };
    Receipt { id, status, code, ..raw }
}

fn c_string(octets: &[u8]) -> String {
    let end = octets.iter().position(|&b| b == 0).unwrap_or(octets.len());
    String::from_utf8_lossy(&octets[..end]).trim().to_owned()
}

fn state_word(state: u8) -> String {
    word_of(state).map_or_else(|| state.to_string(), str::to_owned)
}

/// The code of a network_error_code: two octets after the network type, or ASCII digits as some send it.
fn network_error(octets: &[u8]) -> Option<String> {
    match octets {
        [_, high, low] if !(high.is_ascii_digit() && low.is_ascii_digit()) => {
            Some(u16::from_be_bytes([*high, *low]).to_string())
        }
        digits => {
            Some(c_string(digits)).filter(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric()))
        }
    }
}

#[cfg(test)]
mod tests;
