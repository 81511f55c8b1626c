//! Optional parameters of SMPP as people and programs write them: a line each, tag, type and value.

/// The most octets of all of them: short beside what a PDU may have.
const OCTETS_MOST: usize = 2_000;
/// Octets of a tag and a length.
const HEAD: usize = 4;

/// Tags that say what a message is and how it is cut (SMPP 5.0, clause 4.8.4), which no message brings with it: what a
/// handset shows is what was judged. Text, segments, ports, the receipt's id and state, USSD.
const OURS: &[u16] =
    &[0x001E, 0x0204, 0x020A, 0x020B, 0x020C, 0x020E, 0x020F, 0x0420, 0x0422, 0x0423, 0x0424, 0x0427, 0x0501];

/// Reads the parameters that a message brings with it: those that are ours are refused.
///
/// # Errors
/// As [`read`].
pub fn brought(text: &str) -> Result<Vec<(u16, Vec<u8>)>, String> {
    let all = read(text)?;
    match all.iter().find(|(tag, _)| OURS.contains(tag)) {
        Some((tag, _)) => Err(format!("0x{tag:04X} is set by what the message says; leave it out")),
        None => Ok(all),
    }
}

/// Reads lines as `0x1400 text 1101234567`, `0x0005 int8 1`, `0x1402 hex 01FF`: each tag with its octets.
///
/// # Errors
/// The line that cannot be read, in words; or that they are too long.
pub fn read(text: &str) -> Result<Vec<(u16, Vec<u8>)>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let all = lines.map(|line| {
        one(line).ok_or_else(|| {
            format!("'{line}' cannot be read: write a tag, text, cstring, int8, int16, int32 or hex, and a value, as 0x1400 text 1101234567")
        })
    });
    let all: Vec<(u16, Vec<u8>)> = all.collect::<Result<_, _>>()?;
    let octets: usize = all.iter().map(|(_, value)| HEAD + value.len()).sum();
    if octets > OCTETS_MOST {
        return Err(format!("they take {octets} octets, at most {OCTETS_MOST} are allowed"));
    }
    Ok(all)
}

fn one(line: &str) -> Option<(u16, Vec<u8>)> {
    let (number, rest) = line.split_once(char::is_whitespace)?;
    let (kind, value) = rest.trim_start().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let (tag, value) = (tag(number)?, value.trim());
    if value.chars().any(char::is_control) {
        return None;
    }
    let octets = match kind {
        "text" => value.as_bytes().to_vec(),
        "cstring" => [value.as_bytes(), &[0]].concat(),
        "int8" => value.parse::<u8>().ok()?.to_be_bytes().to_vec(),
        "int16" => value.parse::<u16>().ok()?.to_be_bytes().to_vec(),
        "int32" => value.parse::<u32>().ok()?.to_be_bytes().to_vec(),
        "hex" => crate::hex::decode(value)?,
        _ => return None,
    };
    Some((tag, octets))
}

/// A tag, as 0x1400 or 5120.
pub fn tag(word: &str) -> Option<u16> {
    let hex = word.strip_prefix("0x").or(word.strip_prefix("0X"));
    hex.map_or_else(|| word.parse(), |hex| u16::from_str_radix(hex, 16)).ok().filter(|tag| *tag > 0)
}

/// A parameter as a line that reads back as the same octets: as text where it is plain text, else in hex.
pub fn line(tag: u16, value: &[u8]) -> String {
    let plain = !value.is_empty() && value.iter().all(u8::is_ascii_graphic);
    match std::str::from_utf8(value).ok().filter(|_| plain) {
        Some(text) => format!("0x{tag:04X} text {text}"),
        None => format!("0x{tag:04X} hex {}", crate::hex::encode(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_does_not_bring_its_own_text_or_cut() {
        for line in ["0x0424 text SALE", "0x020E int8 2", "0x0501 int8 2"] {
            assert!(brought(line).is_err_and(|why| why.contains(&line[..6])) && read(line).is_ok(), "{line}");
        }
        assert_eq!(brought("0x1401 text a"), Ok(vec![(0x1401, b"a".to_vec())]));
        assert!(read("0x1401 text a\0b").is_err());
    }

    #[test]
    fn a_line_reads_back_as_the_octets_it_was_written_from() {
        for value in [&b"1101234567"[..], b"", b"AB\0", b" a ", &[0, 255], "שלום".as_bytes()] {
            assert_eq!(read(&line(0x1401, value)).unwrap(), [(0x1401, value.to_vec())], "{value:?}");
        }
    }
}
