//! TLVs by the form: those that each submit_sm carries, and those that are kept of what comes in.

use sms::tlv::{self, tag};
use std::collections::HashMap;
use wire::smpp::{TlvBuf, Tlvs};

/// Reads lines as `0x1400 text 1101234567`, `0x0005 int8 1`, `0x1402 hex 01FF`; the octets as they stand on the wire.
pub(crate) fn read(text: &str) -> Result<Vec<u8>, String> {
    let mut all = TlvBuf::new();
    for (tag, value) in tlv::read(text)? {
        all.push(tag, &value);
    }
    Ok(all.view().raw().to_vec())
}

/// Reads lines as `ACME 0x1401 text 1107`: a sender, then what [`read`] reads. Senders are told apart as [`sender_key`] does.
pub(crate) fn of_senders(text: &str) -> Result<HashMap<String, Vec<u8>>, String> {
    let mut lines: HashMap<String, Vec<&str>> = HashMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        // A sender may have blanks in it: the tag begins where what follows can be read.
        let cut =
            line.match_indices(char::is_whitespace).find(|(at, gap)| read(&line[at + gap.len()..]).is_ok());
        let (at, _) = cut.ok_or_else(|| {
            format!("'{line}' cannot be read: write a sender, then a tag, a type and a value, as ACME 0x1401 text 1107")
        })?;
        lines.entry(sender_key(&line[..at])).or_default().push(line[at..].trim());
    }
    lines.into_iter().map(|(sender, lines)| Ok((sender, read(&lines.join("\n"))?))).collect()
}

/// A sender as it is looked for: numbers with and without plus are one, and so are large and small letters.
pub(crate) fn sender_key(sender: &str) -> String {
    sender.trim().trim_start_matches('+').to_lowercase()
}

/// Whether [`of_senders`] can read it; for the form.
pub(crate) fn check_of_senders(text: &str) -> Result<(), String> {
    of_senders(text).map(drop)
}

/// All of these and those of `before`, of which one goes before all others with its tag.
pub(crate) fn joined(others: &[u8], before: &[u8]) -> Vec<u8> {
    if before.is_empty() {
        return others.to_vec();
    }
    let mut all = TlvBuf::new();
    for (tag, value) in Tlvs::new(others).iter().filter(|(tag, _)| Tlvs::new(before).get(*tag).is_none()) {
        all.push(tag, value);
    }
    [all.view().raw(), before].concat()
}

/// Reads tags apart by comma or blank.
pub(crate) fn tags(text: &str) -> Result<Vec<u16>, String> {
    let words = text.split([',', ' ', '\n']).map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| tag(word).ok_or_else(|| format!("'{word}' is no tag: write numbers, as 0x1403")))
        .collect()
}

/// Whether lines can be read; for the form.
pub(crate) fn check(text: &str) -> Result<(), String> {
    read(text).map(drop)
}

/// Whether tags can be read; for the form.
pub(crate) fn check_tags(text: &str) -> Result<(), String> {
    tags(text).map(drop)
}

/// What of these tags came, for people: text where it is text, else hex. Empty where nothing did.
pub(crate) fn kept(tags: &[u16], came: Tlvs<'_>) -> String {
    let shown = |value: &[u8]| match std::str::from_utf8(value).map(|text| text.trim_end_matches('\0')) {
        Ok(text) if !text.is_empty() && !text.chars().any(char::is_control) => text.to_owned(),
        _ => sms::hex::encode(value),
    };
    let wanted = came.iter().filter(|(tag, _)| tags.contains(tag));
    wanted.map(|(tag, value)| format!("0x{tag:04X}={}", shown(value))).collect::<Vec<_>>().join(" ")
}

/// What of these tags came, a line each that reads back as the same octets; as far as [`read`] would take it.
pub(crate) fn lines(tags: &[u16], came: Tlvs<'_>) -> String {
    let mut all = String::new();
    for (tag, value) in came.iter().filter(|(tag, _)| tags.contains(tag)) {
        let line = tlv::line(tag, value);
        let longer = if all.is_empty() { line } else { format!("{all}\n{line}") };
        if read(&longer).is_ok() {
            all = longer;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_written_as_it_says() {
        let raw = read("0x1400 text 1101\n5121 cstring AB \n\n0x0005 int8 1\n0x0204 int16 258\n0x1500 int32 7\n0x1501 hex 00ff\n0x1502 text").unwrap();
        let all: Vec<(u16, Vec<u8>)> = Tlvs::new(&raw).iter().map(|(t, v)| (t, v.to_vec())).collect();
        let wanted: [(u16, &[u8]); 7] = [
            (0x1400, b"1101"),
            (0x1401, b"AB\0"),
            (0x0005, &[1]),
            (0x0204, &[1, 2]),
            (0x1500, &[0, 0, 0, 7]),
            (0x1501, &[0, 0xFF]),
            (0x1502, b""),
        ];
        assert_eq!(all, wanted.map(|(t, v)| (t, v.to_vec())));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for bad in
            ["0x1400", "x text a", "0x0005 int8 256", "0x1 hex 0", "0x1 word a", "0 text a", "0x10000 text a"]
        {
            assert!(
                check(&format!("0x1400 text a\n{bad}")).unwrap_err().starts_with(&format!("'{bad}'")),
                "{bad}"
            );
        }
        assert!(check(&format!("1 text {}", "a".repeat(2_000))).unwrap_err().contains("2004 octets"));
        assert!(check_tags("0x1403, 5").is_ok() && check_tags("0x14zz").is_err());
    }

    #[test]
    fn what_is_said_nearer_to_the_message_goes_before() {
        let (connector, own) =
            (read("0x1400 text 11\n0x1401 text of-all").unwrap(), |text| read(text).unwrap());
        let shown = |raw: &[u8]| kept(&[0x1400, 0x1401, 0x1402], Tlvs::new(raw));
        assert_eq!(shown(&joined(&connector, &[])), "0x1400=11 0x1401=of-all");
        assert_eq!(
            shown(&joined(&connector, &own("0x1401 text own\n0x1402 hex 01"))),
            "0x1400=11 0x1401=own 0x1402=01"
        );
    }

    #[test]
    fn senders_have_their_own_whatever_they_are_called() {
        let text =
            "ACME 0x1401 text 7\nAcme 0x1402 int8 1\n+972501234567 0x1401 text number\nMy Shop 5121 text 8";
        let all = of_senders(text).unwrap();
        let of =
            |sender: &str| all.get(&sender_key(sender)).map(|raw| kept(&[0x1401, 0x1402], Tlvs::new(raw)));
        assert_eq!(of("acme").as_deref(), Some("0x1401=7 0x1402=01"));
        assert_eq!(of("972501234567").as_deref(), Some("0x1401=number"));
        assert_eq!(of("My Shop").as_deref(), Some("0x1401=8"));
        assert_eq!(of("other"), None);
        for bad in ["ACME", "ACME 0x1401", "ACME 0x1401 word 7", "0x1401 text 7"] {
            assert!(check_of_senders(bad).is_err_and(|why| why.contains(bad)), "{bad}");
        }
    }

    #[test]
    fn what_is_kept_is_readable() {
        let mut came = TlvBuf::new();
        came.push(0x1403, b"abc\0").push(0x0423, &[3, 0, 6]).push(0x1403, b"twice").push(0x1404, b"no");
        assert_eq!(kept(&[0x1403, 0x0423], came.view()), "0x1403=abc 0x0423=030006 0x1403=twice");
        assert_eq!(kept(&[], came.view()), "");
    }
}
