//! Address cards (vCard 2.1 to 4.0) as a table: one row for each card, with its mobile numbers, so that cards go the same
//! way as every other list. Pictures and whatever else a card holds are passed over.

use std::fs;
use std::io::{BufRead, BufReader, Read};

use store::Db;

use super::refused::Refused;
use super::{keep, path_of};
use crate::sheet::{Format, Table};
use crate::{Error, Result};

/// Octets of one unfolded line; a picture's is longer, and is no use here.
const LINE_MAX: usize = 8 * 1024;
/// Cards of one file.
const CARDS_MAX: usize = 2_000_000;
/// Numbers of one card.
const PHONES_MAX: usize = 6;

/// One card, as far as it is of use.
#[derive(Debug, Default, PartialEq, Eq)]
struct Card {
    first: String,
    last: String,
    whole: String,
    email: String,
    company: String,
    mobiles: Vec<String>,
    others: Vec<String>,
}

impl Card {
    fn said(&mut self, name: &str, marks: &str, value: &str) {
        match name {
            "N" => {
                let mut parts = split(value).into_iter();
                self.last = parts.next().unwrap_or_default();
                self.first = parts.next().unwrap_or_default();
            }
            "FN" => self.whole = text(value),
            "EMAIL" if self.email.is_empty() => self.email = text(value),
            "ORG" if self.company.is_empty() => {
                self.company = split(value).into_iter().next().unwrap_or_default()
            }
            "TEL" if self.mobiles.len() + self.others.len() < PHONES_MAX => {
                let number = text(value.strip_prefix("tel:").unwrap_or(value));
                let mobile = ["CELL", "MOBILE", "IPHONE"].iter().any(|mark| marks.contains(mark));
                if mobile { self.mobiles.push(number) } else { self.others.push(number) }
            }
            _ => {}
        }
    }

    /// The mobiles a card names; of one that names none, whatever numbers it has.
    fn phones(&self) -> String {
        let all = if self.mobiles.is_empty() { &self.others } else { &self.mobiles };
        all.join(" / ")
    }
}

/// Makes a kept file of a kept file of cards; gives the name of the new one, and the old one is gone.
///
/// # Errors
/// When the cards cannot be read, or the table cannot be written.
pub fn table_of_cards(db: &Db, file: &str) -> Result<std::result::Result<String, Refused>> {
    let failed = |e: std::io::Error| Error::Store(store::Error::File(format!("cards: {}", e.kind())));
    let input = BufReader::new(fs::File::open(path_of(db, file)).map_err(failed)?);
    let mut out = Table::begin(super::nameless(db)?, Format::Csv).map_err(failed)?;
    out.row(&["first name", "last name", "name", "phone", "email", "company"]).map_err(failed)?;
    let mut cards = 0;
    let read = walk(input, |card| {
        cards += 1;
        let (phones, whole) = (card.phones(), if card.first.is_empty() { card.whole.as_str() } else { "" });
        out.row(&[&card.first, &card.last, whole, &phones, &card.email, &card.company])?;
        Ok(cards < CARDS_MAX)
    });
    read.map_err(failed)?;
    if cards == 0 {
        return Ok(Err(Refused::Cards));
    }
    let mut written = out.end().map_err(failed)?.into_inner().map_err(|e| failed(e.into_error()))?;
    std::io::Seek::rewind(&mut written).map_err(failed)?;
    let kept = keep(db, &mut written)?;
    super::forget(db, file);
    Ok(Ok(kept))
}

/// Hands over every card; `false` ends the walk.
fn walk(
    mut input: impl BufRead,
    mut each: impl FnMut(&Card) -> std::io::Result<bool>,
) -> std::io::Result<()> {
    let (mut card, mut line): (Option<Card>, String) = (None, String::new());
    loop {
        let mut octets = Vec::new();
        // A line that never ends is cut; what is behind the cut reads as a line that says nothing.
        let n = input.by_ref().take(LINE_MAX as u64).read_until(b'\n', &mut octets)?;
        let next = String::from_utf8_lossy(&octets);
        let next = next.trim_end_matches(['\r', '\n']);
        let folded = n > 0 && next.starts_with([' ', '\t']);
        // Quoted-printable goes on behind a sign at the end of the line.
        let soft = line.ends_with('=') && line.to_ascii_uppercase().contains("QUOTED-PRINTABLE");
        if n > 0 && (folded || soft) && line.len() < LINE_MAX {
            let length = line.len() - usize::from(soft);
            line.truncate(length);
            line.push_str(if folded { &next[1..] } else { next });
            continue;
        }
        match line.to_ascii_uppercase().trim() {
            "BEGIN:VCARD" => card = Some(Card::default()),
            "END:VCARD" => {
                if let Some(done) = card.take()
                    && !each(&done)?
                {
                    return Ok(());
                }
            }
            _ => {
                if let Some(card) = card.as_mut() {
                    property(card, &line);
                }
            }
        }
        if n == 0 {
            return Ok(());
        }
        line = next.to_owned();
    }
}

/// `item1.TEL;TYPE=CELL:+972…`
fn property(card: &mut Card, line: &str) {
    let Some((head, value)) = line.split_once(':') else { return };
    let mut parts = head.split(';');
    let name = parts.next().unwrap_or_default().to_ascii_uppercase();
    let name = name.rsplit('.').next().unwrap_or_default();
    let marks = parts.collect::<Vec<_>>().join(";").to_ascii_uppercase();
    if marks.contains("QUOTED-PRINTABLE") {
        card.said(name, &marks, &printable(value));
    } else {
        card.said(name, &marks, value);
    }
}

/// What stands between semicolons that are not escaped.
fn split(value: &str) -> Vec<String> {
    let (mut out, mut part, mut escaped) = (Vec::new(), String::new(), false);
    for c in value.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (false, ';') => out.push(std::mem::take(&mut part)),
            (true, 'n' | 'N') => {
                part.push(' ');
                escaped = false;
            }
            (_, c) => {
                part.push(c);
                escaped = false;
            }
        }
    }
    out.push(part);
    out.into_iter().map(|p| p.trim().to_owned()).collect()
}

fn text(value: &str) -> String {
    split(value).join(" ").trim().to_owned()
}

/// Quoted-printable, as telephones of old write names.
fn printable(value: &str) -> String {
    let (bytes, mut out, mut at) = (value.as_bytes(), Vec::with_capacity(value.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.filter(|_| bytes[at] == b'=').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(octet) => {
                out.push(octet);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cards(text: &str) -> Vec<Card> {
        let mut out = Vec::new();
        walk(text.as_bytes(), |card| {
            out.push(Card {
                first: card.first.clone(),
                last: card.last.clone(),
                whole: card.whole.clone(),
                email: card.email.clone(),
                company: card.company.clone(),
                mobiles: card.mobiles.clone(),
                others: card.others.clone(),
            });
            Ok(true)
        })
        .unwrap();
        out
    }

    #[test]
    fn cards_of_every_age_are_read() {
        let found = cards(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Levi;Dana;;;\r\nFN:Dana Levi\r\nORG:Tern\\; Sons;Sales\r\n\
             item1.TEL;type=CELL;type=VOICE:050-123 4567\r\nTEL;TYPE=WORK:03-5551234\r\nEMAIL:dana@tern.\r\n example\r\n\
             PHOTO;ENCODING=b:AAAA\r\n AAAA\r\nEND:VCARD\r\n\
             BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D7=9C=D7=95=D7=99;=\n=D7=93=D7=A0=D7=94\n\
             TEL;CELL:0501234568\nEND:VCARD\n\
             BEGIN:VCARD\nVERSION:4.0\nFN:No Cell\nTEL;VALUE=uri:tel:+972-3-555-1234\nEND:VCARD",
        );
        assert_eq!(found.len(), 3, "{found:?}");
        let one = &found[0];
        assert_eq!(
            (one.first.as_str(), one.last.as_str(), one.email.as_str()),
            ("Dana", "Levi", "dana@tern.example")
        );
        assert_eq!((one.phones().as_str(), one.company.as_str()), ("050-123 4567", "Tern; Sons"));
        assert_eq!((found[1].first.as_str(), found[1].last.as_str()), ("דנה", "לוי"));
        assert_eq!((found[2].whole.as_str(), found[2].phones().as_str()), ("No Cell", "+972-3-555-1234"));
    }

    #[test]
    fn what_is_no_card_harms_nothing() {
        assert!(
            cards("").is_empty() && cards("BEGIN:VCARD").is_empty() && cards("END:VCARD\nTEL:1").is_empty()
        );
        let endless = format!("BEGIN:VCARD\nTEL:{}\nEND:VCARD\n", "1".repeat(100_000));
        assert!(cards(&endless).len() <= 1);
        assert_eq!(printable("=4"), "=4");
    }
}
