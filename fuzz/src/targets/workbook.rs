//! Workbooks whose package is sound and whose sheet, strings and styles are not.

use super::list;
use crate::{Seen, Target};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(super) const TARGET: Target = Target {
    name: "workbook",
    about: "workbooks with any octets in their sheet, strings, styles and list of sheets",
    seeds: || {
        let sheet = r#"<worksheet><dimension ref="A1:B3"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Dana</t></is></c><c r="B2"><v>972501234567</v></c></row><row r="3"><c r="B3" t="str"><f>A1</f><v>0541234567</v></c><c r="C3" s="1"><v>44197</v></c></row></sheetData></worksheet>"#;
        let strings = r#"<sst count="2" uniqueCount="2"><si><t>name</t></si><si><r><t>pho</t></r><r><t xml:space="preserve">ne</t></r></si></sst>"#;
        let styles = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
        vec![[sheet, strings, styles, BOOK].join("\0").into_bytes(), sheet.as_bytes().to_vec()]
    },
    words: &[
        b"<row r=\"",
        b"</row>",
        b"<c r=\"",
        b"<v>",
        b"</v>",
        b"\" t=\"s\">",
        b"\" t=\"b\">",
        b"\" t=\"e\">",
        b"XFD1048576",
        b"1048577",
        b"99999999999",
        b"&amp;",
        b"&x;",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"/>",
        b"s=\"1\"",
        b"<is><t>",
        b"0501234567",
        b"1e308",
        b"-1",
        b"NaN",
        &[0],
    ],
    mend: None,
    run,
    memory: (4_000, 16_000_000),
    longest: 5_000,
    cases: 1_000,
};

const BOOK: &str = r#"<workbook><workbookPr date1904="0"/><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const TARGETS: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#;

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let book = package(case).map_err(|error| format!("no package: {error}"))?;
    list::read(&book, seen)
}

/// A package of the pieces between NULs: sheet, strings, styles, list of sheets.
fn package(case: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut pieces = case.splitn(4, |b| *b == 0);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, usual) in [
        ("xl/worksheets/sheet1.xml", ""),
        ("xl/sharedStrings.xml", "<sst/>"),
        ("xl/styles.xml", "<styleSheet/>"),
        ("xl/workbook.xml", BOOK),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(pieces.next().unwrap_or(usual.as_bytes()))?;
    }
    zip.start_file("xl/_rels/workbook.xml.rels", options)?;
    zip.write_all(TARGETS.as_bytes())?;
    Ok(zip.finish()?.into_inner())
}
