//! Optional parameters (TLVs), clause 5.3: every one is kept, in order, duplicates too.

macro_rules! tags {
    ($($(#[$meta:meta])* $const:ident = $tag:literal),+ $(,)?) => {
        $($(#[$meta])* pub const $const: u16 = $tag;)+
    };
}

tags! {
    /// 1: flash.
    DEST_ADDR_SUBUNIT = 0x0005,
    /// Text beside a refusal.
    ADDITIONAL_STATUS_INFO_TEXT = 0x001D,
    /// The id a receipt speaks of.
    RECEIPTED_MESSAGE_ID = 0x001E,
    /// Sixteen bits of ours that some carriers return in the receipt.
    USER_MESSAGE_REFERENCE = 0x0204,
    /// Source port of an application message.
    SOURCE_PORT = 0x020A,
    /// Destination port of an application message.
    DESTINATION_PORT = 0x020B,
    /// Reference of a long message.
    SAR_MSG_REF_NUM = 0x020C,
    /// Language of the text.
    LANGUAGE_INDICATOR = 0x020D,
    /// Parts of a long message.
    SAR_TOTAL_SEGMENTS = 0x020E,
    /// Which part this is, from 1.
    SAR_SEGMENT_SEQNUM = 0x020F,
    /// The version the carrier speaks.
    SC_INTERFACE_VERSION = 0x0210,
    /// Network error: one octet of network type, two of code.
    NETWORK_ERROR_CODE = 0x0423,
    /// The text, where it is longer than short_message may be.
    MESSAGE_PAYLOAD = 0x0424,
    /// Why a data_sm failed.
    DELIVERY_FAILURE_REASON = 0x0425,
    /// More messages follow to the same handset.
    MORE_MESSAGES_TO_SEND = 0x0426,
    /// Where the message of a receipt stands.
    MESSAGE_STATE = 0x0427,
    /// USSD operation.
    USSD_SERVICE_OP = 0x0501,
    /// 5.0: how busy the carrier is, 0 to 99.
    CONGESTION_STATE = 0x0428,
}

/// TLVs as they came, borrowed from the frame.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Tlvs<'a>(&'a [u8]);

impl<'a> Tlvs<'a> {
    /// Takes the octets after the mandatory fields.
    pub const fn new(raw: &'a [u8]) -> Self {
        Tlvs(raw)
    }

    /// The octets, to be passed on unchanged.
    pub const fn raw(&self) -> &'a [u8] {
        self.0
    }

    /// Every TLV in order. Ends at one whose length reaches past the PDU; fewer than four stray octets at the
    /// end are padding.
    pub fn iter(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (tag, value, after) = split(rest)?;
            rest = after;
            Some((tag, value))
        })
    }

    /// Whether a TLV claims more octets than the PDU has.
    pub fn torn(&self) -> bool {
        let mut rest = self.0;
        while let Some((_, _, after)) = split(rest) {
            rest = after;
        }
        rest.len() >= 4
    }

    /// The first value of a tag.
    pub fn get(&self, tag: u16) -> Option<&'a [u8]> {
        self.iter().find(|(t, _)| *t == tag).map(|(_, v)| v)
    }

    /// A number of one octet; of a longer value the last octet counts.
    pub fn octet(&self, tag: u16) -> Option<u8> {
        self.get(tag)?.last().copied()
    }

    /// A number of two octets; peers that send one mean its value.
    pub fn word(&self, tag: u16) -> Option<u16> {
        match self.get(tag)? {
            [low] => Some(u16::from(*low)),
            [high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
            [] => None,
        }
    }

    /// A C-octet string without its NUL, or padding of NULs.
    pub fn text(&self, tag: u16) -> Option<&'a [u8]> {
        let value = self.get(tag)?;
        let end = value.iter().position(|b| *b == 0).unwrap_or(value.len());
        Some(&value[..end])
    }

    /// The text of a long message sent whole.
    pub fn message_payload(&self) -> Option<&'a [u8]> {
        self.get(MESSAGE_PAYLOAD)
    }

    /// The carrier's id of the message a receipt speaks of; `None` if it is empty.
    pub fn receipted_message_id(&self) -> Option<&'a [u8]> {
        self.text(RECEIPTED_MESSAGE_ID).filter(|id| !id.is_empty())
    }

    /// Clause 5.2.28: 1 en route, 2 delivered, 3 expired, 4 deleted, 5 undeliverable, 6 accepted, 7 unknown,
    /// 8 rejected; 5.0 adds 0 scheduled and 9 skipped.
    pub fn message_state(&self) -> Option<u8> {
        self.octet(MESSAGE_STATE)
    }

    /// Network type and code. Three digits of text, as some send, have type 0 and their value.
    pub fn network_error_code(&self) -> Option<(u8, u16)> {
        match self.get(NETWORK_ERROR_CODE)? {
            digits @ [_, _, _] if digits.iter().all(u8::is_ascii_digit) => {
                Some((0, digits.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0'))))
            }
            [network, high, low, ..] => Some((*network, u16::from_be_bytes([*high, *low]))),
            _ => None,
        }
    }

    /// Our own sixteen bits, where the carrier returns them.
    pub fn user_message_reference(&self) -> Option<u16> {
        self.word(USER_MESSAGE_REFERENCE)
    }

    /// Reference, total and number of a part; `None` unless all three are there and make sense together.
    pub fn sar(&self) -> Option<(u16, u8, u8)> {
        let reference = self.word(SAR_MSG_REF_NUM)?;
        let total = self.octet(SAR_TOTAL_SEGMENTS)?;
        let number = self.octet(SAR_SEGMENT_SEQNUM)?;
        (total > 1 && number >= 1 && number <= total).then_some((reference, total, number))
    }
}

impl std::fmt::Debug for Tlvs<'_> {
    /// Tags and lengths only: values hold texts and numbers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|(tag, v)| format!("{tag:#06x}[{}]", v.len()))).finish()
    }
}

fn split(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    if length > rest.len() {
        return None;
    }
    let (value, after) = rest.split_at(length);
    Some((u16::from_be_bytes([head[0], head[1]]), value, after))
}

/// TLVs to be sent.
#[derive(Clone, Default)]
pub struct TlvBuf(Vec<u8>);

impl TlvBuf {
    /// None yet.
    pub const fn new() -> Self {
        TlvBuf(Vec::new())
    }

    /// Adds one; a value longer than a TLV can say is cut, which no field of the protocol reaches.
    pub fn push(&mut self, tag: u16, value: &[u8]) -> &mut Self {
        put(&mut self.0, tag, value);
        self
    }

    /// Adds a C-octet string with its NUL.
    pub fn push_text(&mut self, tag: u16, text: &[u8]) -> &mut Self {
        let text = &text[..text.len().min(usize::from(u16::MAX) - 1)];
        self.0.extend_from_slice(&tag.to_be_bytes());
        self.0.extend_from_slice(&(text.len() as u16 + 1).to_be_bytes());
        self.0.extend_from_slice(text);
        self.0.push(0);
        self
    }

    /// Forgets all, keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// To put into a message.
    pub fn view(&self) -> Tlvs<'_> {
        Tlvs(&self.0)
    }
}

pub(super) fn put(out: &mut Vec<u8>, tag: u16, value: &[u8]) {
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    out.extend_from_slice(&tag.to_be_bytes());
    out.extend_from_slice(&(value.len() as u16).to_be_bytes());
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_kept_in_order_with_duplicates_and_vendor_tags() {
        let mut buf = TlvBuf::new();
        buf.push(0x1400, b"entity").push(MESSAGE_STATE, &[2]).push(0x1400, b"again").push(0x3FFF, b"");
        let seen: Vec<_> = buf.view().iter().collect();
        assert_eq!(
            seen,
            [(0x1400, &b"entity"[..]), (MESSAGE_STATE, &[2]), (0x1400, b"again"), (0x3FFF, b"")]
        );
        assert_eq!(buf.view().message_state(), Some(2));
    }

    #[test]
    fn a_length_past_the_end_is_torn_and_padding_is_not() {
        let torn = Tlvs::new(&[0x04, 0x27, 0, 1, 2, 0x02, 0x04, 0, 9, 1]);
        assert!(torn.torn());
        assert_eq!(torn.message_state(), Some(2), "what came before it still counts");
        for padding in [&[0u8][..], &[0, 0], &[0, 0, 0]] {
            let raw = [&[0x04, 0x27, 0, 1, 2][..], padding].concat();
            assert!(!Tlvs::new(&raw).torn(), "{padding:?}");
        }
    }

    #[test]
    fn typed_readers_accept_what_peers_send() {
        let of = |tag: u16, value: &[u8]| {
            let mut buf = TlvBuf::new();
            buf.push(tag, value);
            buf
        };
        assert_eq!(of(USER_MESSAGE_REFERENCE, &[7]).view().user_message_reference(), Some(7));
        assert_eq!(of(USER_MESSAGE_REFERENCE, &[1, 2]).view().user_message_reference(), Some(0x0102));
        assert_eq!(of(NETWORK_ERROR_CODE, &[3, 0, 6]).view().network_error_code(), Some((3, 6)));
        assert_eq!(of(NETWORK_ERROR_CODE, b"027").view().network_error_code(), Some((0, 27)));
        assert_eq!(of(NETWORK_ERROR_CODE, &[3]).view().network_error_code(), None);
        assert_eq!(of(RECEIPTED_MESSAGE_ID, b"ab12\0").view().receipted_message_id(), Some(&b"ab12"[..]));
        assert_eq!(of(RECEIPTED_MESSAGE_ID, b"ab12").view().receipted_message_id(), Some(&b"ab12"[..]));
        assert_eq!(of(RECEIPTED_MESSAGE_ID, b"\0").view().receipted_message_id(), None);
    }

    #[test]
    fn one_part_of_one_is_no_long_message() {
        let sar = |total, number| {
            let mut buf = TlvBuf::new();
            buf.push(SAR_MSG_REF_NUM, &[0x12, 0x34]);
            buf.push(SAR_TOTAL_SEGMENTS, &[total]).push(SAR_SEGMENT_SEQNUM, &[number]);
            buf.view().sar()
        };
        assert_eq!(sar(3, 2), Some((0x1234, 3, 2)));
        assert_eq!(sar(1, 1), None);
        assert_eq!(sar(2, 3), None);
        assert_eq!(sar(2, 0), None);
    }
}
