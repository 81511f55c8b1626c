//! What stood on a wire, field by field, for people who look into it: every mandatory field and every optional one by its
//! name. It reads what a session would refuse as far as it goes, never changes anything and never fails.
//!
//! A field says of itself whether it is an address, a text or a secret; who shows it decides what is shown of it.

mod cimd;
mod frames;
mod smpp;
mod ucp;

pub use frames::Frames;

use std::ops::Range;

/// What is spoken on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SMPP.
    Smpp,
    /// EMI/UCP.
    Ucp,
    /// CIMD2.
    Cimd2,
}

impl Dialect {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Smpp => "smpp",
            Dialect::Ucp => "ucp",
            Dialect::Cimd2 => "cimd2",
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Nothing of a person's.
    Plain,
    /// A number or a name.
    Address,
    /// What somebody wrote.
    Text,
    /// A password.
    Secret,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in the specification.
    pub name: String,
    /// Its value in words.
    pub value: String,
    /// What it holds.
    pub sort: Sort,
}

/// A packet taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decoded {
    /// What it is.
    pub command: String,
    /// How it answers; empty for what is no answer.
    pub status: String,
    /// What pairs an answer with its request.
    pub seq: u32,
    /// Whether it answers something.
    pub answers: bool,
    /// Its fields in their order.
    pub fields: Vec<Field>,
    /// Where its secrets stand among the octets.
    pub secrets: Vec<Range<usize>>,
}

impl Decoded {
    fn put(&mut self, name: &str, value: impl Into<String>, sort: Sort) {
        let value = if sort == Sort::Secret { "***".to_owned() } else { value.into() };
        self.fields.push(Field { name: name.to_owned(), value, sort });
    }

    /// A name and what it holds, where it holds something.
    fn put_some(&mut self, name: &str, value: String, sort: Sort) {
        if !value.is_empty() {
            self.put(name, value, sort);
        }
    }
}

/// Takes a whole packet apart.
pub fn decode(dialect: Dialect, packet: &[u8]) -> Decoded {
    match dialect {
        Dialect::Smpp => smpp::decode(packet),
        Dialect::Ucp => ucp::decode(packet),
        Dialect::Cimd2 => cimd::decode(packet),
    }
}

/// The octets with stars where its secrets stood.
pub fn without_secrets(packet: &[u8], decoded: &Decoded) -> Vec<u8> {
    let mut out = packet.to_vec();
    for range in &decoded.secrets {
        if let Some(secret) = out.get_mut(range.clone()) {
            secret.fill(b'*');
        }
    }
    out
}

/// Octets in words: as text where all of them can be read, else in hexadecimal.
fn said(octets: &[u8]) -> String {
    let readable = octets.iter().all(|b| (0x20..0x7F).contains(b));
    if readable { String::from_utf8_lossy(octets).into_owned() } else { hex(octets) }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|b| format!("{b:02X}")).collect()
}

/// A text in the words of its data coding, with how long it was.
fn text(octets: &[u8], coding: u8) -> String {
    let words = match coding {
        8 if octets.len().is_multiple_of(2) => {
            let units: Vec<u16> = octets.chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => said(octets),
    };
    format!("{words} ({} octets)", octets.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<'d>(decoded: &'d Decoded, name: &str) -> &'d Field {
        decoded.fields.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("{name}: {decoded:?}"))
    }

    fn unhex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|p| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap()).collect()
    }

    /// A submit_sm written by hand by the field list of SMPP 3.4 clause 4.4.1, with two TLVs.
    const SUBMIT: &str = "00000054 00000004 00000000 00000007
        00 05 00 53484F5000 01 01 39373235303132333435363700 00 00 01 00 00 01 00 08 00 04 05D005D1
        0204 0002 0102 0427 0001 02 1400 0003 414243";

    #[test]
    fn every_field_of_a_submit_has_its_name() {
        let mut octets = unhex(SUBMIT);
        let length = u32::try_from(octets.len()).unwrap();
        octets[..4].copy_from_slice(&length.to_be_bytes());
        let decoded = decode(Dialect::Smpp, &octets);
        assert_eq!((decoded.command.as_str(), decoded.seq, decoded.answers), ("submit_sm", 7, false));
        for (name, value, sort) in [
            ("source_addr_ton", "5", Sort::Plain),
            ("source_addr", "SHOP", Sort::Address),
            ("destination_addr", "972501234567", Sort::Address),
            ("data_coding", "0x08", Sort::Plain),
            ("short_message", "אב (4 octets)", Sort::Text),
            ("user_message_reference", "0x0102", Sort::Plain),
            ("message_state", "0x02", Sort::Plain),
            ("TLV 0x1400", "ABC", Sort::Plain),
        ] {
            let found = field(&decoded, name);
            assert_eq!((found.value.as_str(), found.sort), (value, sort), "{name}");
        }
        // However early it is cut, what is there is read and the rest is said to be missing.
        for end in 0..octets.len() {
            let _ = decode(Dialect::Smpp, &octets[..end]);
        }
        let torn = decode(Dialect::Smpp, &octets[..40]);
        assert!(torn.fields.iter().any(|f| f.name == "missing"), "{torn:?}");
    }

    #[test]
    fn a_password_is_shown_by_nobody_in_no_protocol() {
        let bind = "00000000 00000009 00000000 00000001 73686F7000 7333637265743100 00 34 00 00 00";
        let mut smpp = unhex(bind);
        let length = u32::try_from(smpp.len()).unwrap();
        smpp[..4].copy_from_slice(&length.to_be_bytes());
        let ucp = b"\x0201/00050/O/60/07656765/2/1/1/50617373776F7264//0100//////A1\x03".to_vec();
        let cimd = b"\x0201:001\t010:shop\t011:s3cret1\tF2\x03".to_vec();
        for (dialect, packet, secret) in [
            (Dialect::Smpp, smpp, &b"s3cret1"[..]),
            (Dialect::Ucp, ucp, b"50617373776F7264"),
            (Dialect::Cimd2, cimd, b"s3cret1"),
        ] {
            let decoded = decode(dialect, &packet);
            let secret_words = String::from_utf8_lossy(secret).into_owned();
            let shown = format!("{decoded:?}");
            assert!(!shown.contains(&secret_words), "{shown}");
            assert!(decoded.fields.iter().any(|f| f.sort == Sort::Secret && f.value == "***"), "{shown}");
            let blanked = without_secrets(&packet, &decoded);
            assert!(!blanked.windows(secret.len()).any(|w| w == secret), "{dialect:?}");
            assert_eq!(blanked.len(), packet.len());
        }
    }

    #[test]
    fn ucp_and_cimd_are_read_by_their_field_lists() {
        // EMI/UCP 51 as the specification's own example writes it (clause 5.2), with the body in hexadecimal.
        let ucp =
            b"\x0218/00113/O/51/012345/09876//1//7/////////////3//4D657373616765203531/////////////CD\x03";
        let decoded = decode(Dialect::Ucp, ucp);
        assert_eq!((decoded.command.as_str(), decoded.seq), ("51 submit short message", 18));
        assert_eq!(field(&decoded, "AdC").value, "012345");
        assert_eq!(
            field(&decoded, "Msg"),
            &Field { name: "Msg".into(), value: "Message 51 (10 octets)".into(), sort: Sort::Text }
        );
        let nack = decode(Dialect::Ucp, b"\x0218/00022/R/51/N/02/x/0A\x03");
        assert_eq!((nack.status.as_str(), nack.answers), ("N 02", true));
        let cimd = decode(Dialect::Cimd2, b"\x0203:007\t021:358501234567\t033:Hello\t\x03");
        assert_eq!((cimd.command.as_str(), cimd.seq), ("03 submit", 7));
        assert_eq!(field(&cimd, "033 user data").sort, Sort::Text);
        assert_eq!(field(&cimd, "021 destination address").value, "358501234567");
    }

    #[test]
    fn packets_are_found_in_a_stream_that_was_joined_late() {
        let mut submit = unhex(SUBMIT);
        let length = u32::try_from(submit.len()).unwrap();
        submit[..4].copy_from_slice(&length.to_be_bytes());
        let link = unhex("00000010 00000015 00000000 00000002");
        let stream = [&submit[30..], &link, &submit, &link].concat();
        let mut frames = Frames::new(Dialect::Smpp);
        let mut seen = Vec::new();
        for piece in stream.chunks(7) {
            frames.feed(piece, &mut |packet| seen.push(packet.to_vec()));
        }
        assert_eq!(seen, [link.clone(), submit, link]);
        let mut frames = Frames::new(Dialect::Ucp);
        let mut seen = Vec::new();
        frames.feed(b"51/tail\x03\x0201/x", &mut |packet| seen.push(packet.to_vec()));
        frames.feed(b"/y\x03\x02", &mut |packet| seen.push(packet.to_vec()));
        assert_eq!(seen, [b"\x0201/x/y\x03".to_vec()]);
    }
}
