//! The shared texts of a workbook: one string, one table of ends, both bounded.

use std::io::{Read, Seek};

use quick_xml::events::Event;

use super::package::{Package, reference, text};
use crate::import::refused::Refused;

const BYTES_MAX: usize = 96 << 20;

/// The texts by number.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }
}

pub(super) fn read<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<Strings, Refused> {
    let mut out = Strings::default();
    let Some(mut xml) = package.part(part)? else { return Ok(out) };
    let mut in_text = false;
    let mut in_reading = false;
    let mut item = String::new();
    loop {
        match xml.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                b"t" => in_text = !in_reading,
                b"rPh" => in_reading = true,
                _ => {}
            },
            Event::Empty(e) if e.local_name().as_ref() == b"si" => out.ends.push(out.text.len() as u32),
            Event::End(e) => match e.local_name().as_ref() {
                b"t" => in_text = false,
                b"rPh" => in_reading = false,
                b"si" => {
                    push_unescaped(&item, &mut out.text);
                    item.clear();
                    if out.text.len() + out.ends.len() * 4 > BYTES_MAX {
                        return Err(Refused::TooMuchText);
                    }
                    out.ends.push(out.text.len() as u32);
                }
                _ => {}
            },
            Event::Text(e) if in_text => text(&e, &mut item)?,
            Event::CData(e) if in_text => text(&e, &mut item)?,
            Event::GeneralRef(e) => reference(&e, if in_text { &mut item } else { &mut out.text })?,
            Event::Eof => {
                out.text.shrink_to_fit();
                return Ok(out);
            }
            _ => {}
        }
        if item.len() > BYTES_MAX {
            return Err(Refused::TooMuchText);
        }
    }
}

/// Excel writes characters that XML cannot hold as `_x000D_`.
pub(super) fn push_unescaped(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let closed = rest.as_bytes().get(at + 6) == Some(&b'_');
        let character = code
            .filter(|_| closed)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        match character {
            Some(character) => {
                out.push_str(&rest[..at]);
                if character != '\0' {
                    out.push(character);
                }
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_control_characters_are_undone() {
        let mut out = String::new();
        push_unescaped("a_x000D__x000a_b _x00 _xZZZZ_ _x005F_x0041_ ש_x", &mut out);
        assert_eq!(out, "a\r\nb _x00 _xZZZZ_ _x0041_ ש_x");
    }
}
