//! Tables that go out: cells that no spreadsheet runs, and workbooks written row by row.

use std::io::{self, Seek, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Characters a cell of a workbook may have.
const CELL_MAX: usize = 32_000;

/// Whether a spreadsheet would run the cell. E.164 numbers begin with `+` and stay whole.
pub(crate) fn runs(text: &str) -> bool {
    let number = text.strip_prefix('+').is_some_and(|digits| {
        (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    // Blanks before the sign do not stop every spreadsheet, and some read the wide signs too.
    let first = text.chars().next();
    let signed =
        text.trim_start_matches([' ', '\u{a0}']).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    !number && (signed || matches!(first, Some('\t' | '\r')))
}

/// One cell of a comma-separated file; what a spreadsheet would run gets a mark before it that makes it a text.
fn csv_cell(out: &mut impl Write, text: &str) -> io::Result<()> {
    let mark = if runs(text) { "'" } else { "" };
    if text.contains(['"', ',', ';', '\t', '\n', '\r']) {
        write!(out, "\"{mark}{}\"", text.replace('"', "\"\""))
    } else {
        write!(out, "{mark}{text}")
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, UTF-8 with a mark so that Excel reads it.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// The format of a file's ending.
    pub fn parse(ending: &str) -> Option<Format> {
        match ending {
            "csv" => Some(Format::Csv),
            "xlsx" => Some(Format::Xlsx),
            _ => None,
        }
    }

    /// What a browser is told of it.
    pub const fn mime(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A table that goes out, row by row.
pub(crate) enum Table<W: Write + Seek> {
    Csv(W),
    Xlsx(Box<Book<W>>),
}

impl<W: Write + Seek> Table<W> {
    pub(crate) fn begin(mut out: W, format: Format) -> io::Result<Table<W>> {
        Ok(match format {
            Format::Csv => {
                out.write_all("\u{feff}".as_bytes())?;
                Table::Csv(out)
            }
            Format::Xlsx => Table::Xlsx(Box::new(Book::begin(out)?)),
        })
    }

    pub(crate) fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        match self {
            Table::Xlsx(book) => book.row(cells),
            Table::Csv(out) => {
                for (n, text) in cells.iter().enumerate() {
                    if n > 0 {
                        out.write_all(b",")?;
                    }
                    csv_cell(out, text)?;
                }
                out.write_all(b"\r\n")
            }
        }
    }

    pub(crate) fn end(self) -> io::Result<W> {
        match self {
            Table::Xlsx(book) => book.end(),
            Table::Csv(mut out) => {
                out.flush()?;
                Ok(out)
            }
        }
    }
}

/// A workbook of one sheet, all of whose cells are texts: none is a formula, whatever it begins with.
pub(crate) struct Book<W: Write + Seek> {
    zip: ZipWriter<W>,
    row: u32,
}

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Style 1 is the text format, so that what is typed over a number stays a number as it was typed.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#;

impl<W: Write + Seek> Book<W> {
    /// Begins a workbook.
    pub(crate) fn begin(out: W) -> io::Result<Book<W>> {
        let mut zip = ZipWriter::new(out);
        let options = SimpleFileOptions::default();
        for (name, text) in [
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELATIONS),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS),
            ("xl/styles.xml", STYLES),
        ] {
            zip.start_file(name, options)?;
            zip.write_all(text.as_bytes())?;
        }
        zip.start_file("xl/worksheets/sheet1.xml", options.large_file(true))?;
        zip.write_all(
            br#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
        )?;
        Ok(Book { zip, row: 0 })
    }

    /// Adds a row of texts.
    pub(crate) fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        self.row += 1;
        let mut line = format!("<row r=\"{}\">", self.row);
        for (n, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            line.push_str("<c r=\"");
            line.push_str(&column(n));
            line.push_str(&self.row.to_string());
            line.push_str("\" s=\"1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            escaped(&mut line, text);
            line.push_str("</t></is></c>");
        }
        line.push_str("</row>");
        self.zip.write_all(line.as_bytes())
    }

    /// Ends it.
    pub(crate) fn end(mut self) -> io::Result<W> {
        self.zip.write_all(b"</sheetData></worksheet>")?;
        let mut out = self.zip.finish()?;
        out.flush()?;
        Ok(out)
    }
}

/// `A`, `B`, … `Z`, `AA`: the name of a column.
fn column(mut n: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'A' + u8::try_from(n % 26).unwrap_or(0));
        if n < 26 {
            break;
        }
        n = n / 26 - 1;
    }
    name.iter().rev().map(|b| char::from(*b)).collect()
}

fn escaped(out: &mut String, text: &str) {
    for c in text.chars().take(CELL_MAX) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Characters that no XML may hold.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_runs_and_numbers_stay_whole() {
        for (text, safe) in [
            ("+972501234567", "+972501234567"),
            ("+1", "'+1"),
            ("+972 50", "'+972 50"),
            ("=1+1", "'=1+1"),
            ("＝1+1", "'＝1+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("  =SUM(A1)", "'  =SUM(A1)"),
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            let mut out = Vec::new();
            csv_cell(&mut out, text).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), safe, "{text:?}");
        }
    }

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        let names: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(column).collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
