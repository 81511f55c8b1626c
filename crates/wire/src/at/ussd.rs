//! USSD: `+CUSD: m,"text",dcs` of 27.007 clause 7.15, in the forms that modems write its text in.

use sms::alphabet::{gsm7, ucs2};
use sms::hex;
use sms::tpdu::{Alphabet, Dcs};

use super::fields::{fields, number};

/// Where the conversation stands, `<m>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UssdState {
    /// 0: nothing more is asked.
    Done,
    /// 1: the network waits for an answer.
    Asks,
    /// 2: the network ended it.
    Ended,
    /// 3: somebody else on this SIM answered.
    Elsewhere,
    /// 4: not supported.
    Unsupported,
    /// 5 and all else: it took too long.
    Late,
}

/// How a modem writes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As characters.
    Plain,
    /// Packed septets in hexadecimal digits (Huawei).
    Packed,
    /// UTF-16 in hexadecimal digits.
    Ucs2,
}

/// What the network said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ussd {
    /// Where it stands.
    pub state: UssdState,
    /// The text as the modem wrote it.
    pub raw: String,
    /// Its coding scheme, as 23.038 clause 5 has it for USSD.
    pub dcs: Option<u8>,
}

impl Ussd {
    pub(super) fn read(line: &str) -> Option<Ussd> {
        let fields = fields(line, "+CUSD")?;
        let state = match number::<u8>(&fields, 0)? {
            0 => UssdState::Done,
            1 => UssdState::Asks,
            2 => UssdState::Ended,
            3 => UssdState::Elsewhere,
            4 => UssdState::Unsupported,
            _ => UssdState::Late,
        };
        Some(Ussd { state, raw: fields.get(1).cloned().unwrap_or_default(), dcs: number(&fields, 2) })
    }

    /// The text in a form that is known of the modem.
    pub fn text_as(&self, form: Form) -> Option<String> {
        match form {
            Form::Plain => Some(self.raw.clone()),
            Form::Packed => hex::decode(&self.raw).map(|octets| gsm7::decode(&gsm7::unpack_padded(&octets))),
            Form::Ucs2 => {
                hex::decode(&self.raw).filter(|octets| octets.len() % 2 == 0).map(|o| ucs2::decode(&o))
            }
        }
    }

    /// The text where nothing is known: digits that make readable text when unpacked are packed, others are plain.
    pub fn text(&self) -> String {
        let form = match self.dcs.map(alphabet) {
            Some(Alphabet::Ucs2) => Form::Ucs2,
            // Text makes letters among the digits; a balance or a code is digits alone.
            _ if self.raw.len() >= 8 && !self.raw.bytes().all(|byte| byte.is_ascii_digit()) => Form::Packed,
            _ => Form::Plain,
        };
        let readable = |text: &String| text.chars().all(|ch| !ch.is_control() || ch == '\n' || ch == '\r');
        let letters =
            |text: &String| text.chars().filter(|ch| ch.is_ascii_alphanumeric() || *ch == ' ').count();
        let decoded = self.text_as(form).filter(readable);
        // Hexadecimal digits that are meant as they stand make few letters and many signs.
        let likely =
            decoded.filter(|text| form != Form::Packed || letters(text) * 10 >= text.chars().count() * 7);
        likely.unwrap_or_else(|| self.raw.clone())
    }
}

/// A code as packed septets in hexadecimal digits, as some modems want it.
pub fn packed(code: &str) -> Option<String> {
    gsm7::encode(code).map(|septets| hex::encode(&gsm7::pack_padded(&septets)))
}

/// 23.038 clause 5: groups 0 and 1 are the default alphabet but for 0x11, which is UCS-2 after a language.
fn alphabet(dcs: u8) -> Alphabet {
    match dcs {
        0x11 => Alphabet::Ucs2,
        0x00..=0x3F => Alphabet::Gsm7,
        dcs => Dcs(dcs).alphabet(),
    }
}
