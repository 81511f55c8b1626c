//! The rows of one sheet, one at a time.

use std::io::{Read, Seek};

use quick_xml::events::{BytesStart, Event};

use super::package::{Package, reference, text};
use super::strings::{Strings, push_unescaped};
use super::styles::Styles;
use crate::import::record::{COLUMNS_MAX, Flow, RECORD_MAX, Record};
use crate::import::refused::Refused;

/// How the value of a cell is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Number,
    Shared,
    Text,
    Truth,
}

#[derive(Default)]
struct Cell {
    column: usize,
    style: usize,
    form: Option<Form>,
    value: String,
}

/// Reads one sheet; what stands where is kept here between events.
struct Rows<'a> {
    strings: &'a Strings,
    styles: &'a Styles,
    record: Record,
    cell: Cell,
    next_column: usize,
    line: u64,
    in_value: bool,
    in_reading: bool,
    last_row: Option<u64>,
}

pub(super) fn walk<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    strings: &Strings,
    styles: &Styles,
    sink: &mut dyn FnMut(&mut Record) -> Result<Flow, Refused>,
) -> Result<Option<u64>, Refused> {
    let mut xml = package.part(part)?.ok_or(Refused::Damaged("a sheet is missing"))?;
    let mut rows = Rows {
        strings,
        styles,
        record: Record::default(),
        cell: Cell::default(),
        next_column: 0,
        line: 0,
        in_value: false,
        in_reading: false,
        last_row: None,
    };
    loop {
        match xml.next()? {
            Event::Start(e) => rows.start(&e)?,
            Event::Empty(e) => {
                rows.start(&e)?;
                match e.local_name().as_ref() {
                    b"v" | b"t" => rows.in_value = false,
                    b"rPh" => rows.in_reading = false,
                    _ => {}
                }
            }
            Event::End(e) => match e.local_name().as_ref() {
                b"v" | b"t" => rows.in_value = false,
                b"rPh" => rows.in_reading = false,
                b"c" => rows.end_cell()?,
                b"row" if rows.end_row(sink)?.is_break() => return Ok(rows.last_row),
                b"sheetData" => return Ok(rows.last_row),
                _ => {}
            },
            Event::Text(e) if rows.in_value => text(&e, &mut rows.cell.value)?,
            Event::CData(e) if rows.in_value => text(&e, &mut rows.cell.value)?,
            Event::GeneralRef(e) => {
                let mut character = String::new();
                reference(&e, &mut character)?;
                if rows.in_value {
                    rows.cell.value.push_str(&character);
                }
            }
            Event::Eof => return Err(Refused::Damaged("a sheet ends in the middle")),
            _ => {}
        }
        if rows.cell.value.len() > RECORD_MAX {
            return Err(Refused::LineTooLong { line: rows.line });
        }
    }
}

impl Rows<'_> {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Refused> {
        match element.local_name().as_ref() {
            b"row" => {
                let named = raw(element, b"r")?.and_then(|r| r.parse::<u64>().ok());
                self.line = named.filter(|&row| row > self.line).unwrap_or(self.line + 1);
                self.record.clear();
                self.record.line = self.line;
                self.next_column = 0;
            }
            b"c" => self.start_cell(element)?,
            b"v" | b"t" => self.in_value = !self.in_reading,
            b"rPh" => self.in_reading = true,
            b"dimension" => {
                let last = raw(element, b"ref")?.and_then(|r| r.rsplit(':').next().map(str::to_owned));
                let row = last
                    .and_then(|cell| cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().ok());
                self.last_row = row.filter(|&row: &u64| row <= 1 << 20);
            }
            _ => {}
        }
        Ok(())
    }

    fn start_cell(&mut self, element: &BytesStart<'_>) -> Result<(), Refused> {
        let mut cell =
            Cell { column: self.next_column, value: std::mem::take(&mut self.cell.value), ..Cell::default() };
        cell.value.clear();
        let mut form = Form::Number;
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| Refused::Damaged("its XML is not well formed"))?;
            let value = attribute.value.as_ref();
            match attribute.key.as_ref() {
                b"r" => cell.column = column(value).ok_or(Refused::Damaged("a cell has no place"))?,
                b"s" => {
                    cell.style = std::str::from_utf8(value).ok().and_then(|s| s.parse().ok()).unwrap_or(0)
                }
                b"t" => {
                    form = match value {
                        b"s" => Form::Shared,
                        b"b" => Form::Truth,
                        b"n" => Form::Number,
                        _ => Form::Text,
                    };
                }
                _ => {}
            }
        }
        // No spreadsheet has such a row; a bomb is made of them.
        if cell.column >= COLUMNS_MAX {
            return Err(Refused::Bomb);
        }
        self.next_column = cell.column + 1;
        cell.form = Some(form);
        self.cell = cell;
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Refused> {
        let Some(form) = self.cell.form.take() else { return Ok(()) };
        self.in_value = false;
        // Two cells in one place: the first stands.
        if self.cell.value.is_empty() || self.cell.column < self.record.len() {
            return Ok(());
        }
        while self.record.len() < self.cell.column {
            self.record.end_cell();
        }
        let value = self.cell.value.as_str();
        match form {
            Form::Shared => {
                let text = value.trim().parse().ok().and_then(|index| self.strings.get(index));
                self.record.push(text.ok_or(Refused::Damaged("a text is missing from its table"))?);
            }
            Form::Number => {
                let mut text = String::new();
                self.styles.write(value, self.cell.style, &mut text);
                self.record.push(&text);
            }
            Form::Truth => self.record.push(if value.trim() == "1" { "TRUE" } else { "FALSE" }),
            Form::Text => {
                let mut text = String::new();
                push_unescaped(value, &mut text);
                self.record.push(&text);
            }
        }
        self.record.end_cell();
        if self.record.size() > RECORD_MAX {
            return Err(Refused::LineTooLong { line: self.line });
        }
        Ok(())
    }

    fn end_row(
        &mut self,
        sink: &mut dyn FnMut(&mut Record) -> Result<Flow, Refused>,
    ) -> Result<Flow, Refused> {
        if self.record.is_blank() { Ok(Flow::Continue(())) } else { sink(&mut self.record) }
    }
}

fn raw(element: &BytesStart<'_>, name: &[u8]) -> Result<Option<String>, Refused> {
    super::attribute(element, name)
}

/// The column of a reference such as `AB12`, from 0.
fn column(reference: &[u8]) -> Option<usize> {
    let letters = reference.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let mut column = 0usize;
    let mut any = false;
    for letter in letters {
        column = column.checked_mul(26)?.checked_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)?;
        any = true;
    }
    any.then(|| column - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_columns() {
        for (reference, index) in
            [("A1", Some(0)), ("Z9", Some(25)), ("AA1", Some(26)), ("XFD1", Some(16_383)), ("12", None)]
        {
            assert_eq!(column(reference.as_bytes()), index, "{reference}");
        }
        assert_eq!(column(b"ZZZZZZZZZZZZZZZZZZZZZ1"), None);
    }
}
