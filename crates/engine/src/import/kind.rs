//! What a file is, judged by its first bytes and, for archives, by what they hold. Never by its name.

use std::io::{Read, Seek};

use super::refused::Refused;

/// The two kinds that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Workbook,
}

const PICTURES: [(&[u8], &str); 7] = [
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    (b"RIFF", "WebP"),
];
const ARCHIVES: [(&[u8], &str); 5] = [
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xfd7zXZ", "xz"),
    (b"BZh", "bzip2"),
];
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const PROGRAMS: [&[u8]; 2] = [b"\x7fELF", b"MZ\x90\0"];

/// Names the kind, or refuses with the name of what it really is.
pub(super) fn of(input: &mut (impl Read + Seek), head: &[u8]) -> Result<Kind, Refused> {
    if head.is_empty() {
        return Err(Refused::Empty);
    }
    if let Some((_, name)) = PICTURES.iter().find(|(magic, name)| picture(head, magic, name)) {
        return Err(Refused::Picture(name));
    }
    if head.get(4..8) == Some(b"ftyp") {
        return Err(Refused::Picture("HEIC or video"));
    }
    if head.starts_with(b"%PDF") {
        return Err(Refused::Pdf);
    }
    if head.starts_with(OLE) {
        return Err(Refused::OldWorkbook);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return archive(input);
    }
    if let Some((_, name)) = ARCHIVES.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(Refused::Archive(name));
    }
    if PROGRAMS.iter().any(|magic| head.starts_with(magic)) {
        return Err(Refused::Binary);
    }
    text(head)
}

/// `BM` and `RIFF` may begin honest words; a picture goes on in bytes no text has.
fn picture(head: &[u8], magic: &[u8], name: &str) -> bool {
    head.starts_with(magic)
        && match name {
            "BMP" => head.get(6..10) == Some(&[0; 4]),
            "WebP" => head.get(8..12) == Some(b"WEBP"),
            _ => true,
        }
}

fn archive(input: &mut (impl Read + Seek)) -> Result<Kind, Refused> {
    let zip = zip::ZipArchive::new(input).map_err(|_| Refused::Damaged("the archive's directory"))?;
    let has = |name: &str| zip.file_names().any(|file| file.eq_ignore_ascii_case(name));
    let under = |folder: &str| zip.file_names().any(|file| file.starts_with(folder));
    if has("xl/workbook.xml") {
        return Ok(Kind::Workbook);
    }
    if has("xl/workbook.bin") {
        return Err(Refused::Document("binary workbook (.xlsb)"));
    }
    if has("content.xml") && has("mimetype") {
        return Err(Refused::Document("OpenDocument file"));
    }
    if under("word/") {
        return Err(Refused::Document("Word document"));
    }
    if under("ppt/") {
        return Err(Refused::Document("PowerPoint presentation"));
    }
    if under("xl/") {
        return Err(Refused::Damaged("the workbook part is missing"));
    }
    Err(Refused::Archive("ZIP"))
}

fn text(head: &[u8]) -> Result<Kind, Refused> {
    let mark: &[u8] = b"\xef\xbb\xbf";
    let bare = head.strip_prefix(mark).unwrap_or(head);
    let start = bare.trim_ascii_start();
    if start.len() < 3 && start.iter().all(|byte| matches!(byte, 0xFE | 0xFF)) && head.len() < 4096 {
        return Err(Refused::Empty);
    }
    let begins =
        |word: &str| start.get(..word.len()).is_some_and(|have| have.eq_ignore_ascii_case(word.as_bytes()));
    if ["<!doctype html", "<html", "<table", "<?xml", "<meta"].iter().any(|word| begins(word)) {
        return Err(Refused::WebPage);
    }
    if begins("{\\rtf") {
        return Err(Refused::Document("rich text document"));
    }
    if begins("BEGIN:VCARD") {
        return Err(Refused::Cards);
    }
    let odd = head.iter().filter(|byte| matches!(byte, 1..=8 | 0x0E..=0x1A | 0x1C..=0x1F)).count();
    // UTF-16 of Cyrillic and Hebrew has 04 and 05 in every other byte, so only many different ones tell.
    let kinds = (1..=8u8).chain(0x0E..=0x1A).chain(0x1C..=0x1F).filter(|byte| head.contains(byte)).count();
    if kinds > 8 && odd * 20 > head.len() {
        return Err(Refused::Binary);
    }
    Ok(Kind::Text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};

    fn judge(bytes: &[u8]) -> Result<Kind, Refused> {
        of(&mut Cursor::new(bytes), bytes)
    }

    fn zipped(names: &[&str]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
            zip.write_all(b"x").expect("memory");
        }
        zip.finish().expect("memory").into_inner()
    }

    #[test]
    fn what_is_no_list_is_called_by_its_name() {
        assert_eq!(judge(b""), Err(Refused::Empty));
        assert_eq!(judge(b"\xef\xbb\xbf \r\n"), Err(Refused::Empty));
        assert_eq!(judge(b"\xff\xfe"), Err(Refused::Empty));
        assert_eq!(judge(b"\x89PNG\r\n\x1a\n...."), Err(Refused::Picture("PNG")));
        assert_eq!(judge(b"\xff\xd8\xff\xe0...."), Err(Refused::Picture("JPEG")));
        assert_eq!(judge(b"%PDF-1.7 ...."), Err(Refused::Pdf));
        assert_eq!(judge(OLE), Err(Refused::OldWorkbook));
        assert_eq!(judge(b"\x1f\x8b\x08...."), Err(Refused::Archive("gzip")));
        assert_eq!(judge(b" <HTML><table>"), Err(Refused::WebPage));
        assert_eq!(judge(b"begin:vcard\r\n"), Err(Refused::Cards));
        let noise: Vec<u8> = (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(judge(&noise), Err(Refused::Binary));
    }

    #[test]
    fn archives_are_looked_into() {
        assert_eq!(judge(&zipped(&["[Content_Types].xml", "xl/workbook.xml"])), Ok(Kind::Workbook));
        assert_eq!(judge(&zipped(&["word/document.xml"])), Err(Refused::Document("Word document")));
        assert_eq!(judge(&zipped(&["photo.jpg"])), Err(Refused::Archive("ZIP")));
        assert_eq!(judge(&zipped(&["xl/workbook.bin"])), Err(Refused::Document("binary workbook (.xlsb)")));
        assert!(matches!(judge(b"PK\x03\x04 cut short"), Err(Refused::Damaged(_))));
    }

    #[test]
    fn words_that_look_like_a_magic_stay_text() {
        assert_eq!(judge(b"BMW,0501234567\n"), Ok(Kind::Text));
        assert_eq!(judge(b"RIFFat,0501234567\n"), Ok(Kind::Text));
        let utf16: Vec<u8> = "שם,טלפון\nнова,Ольга\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(judge(&utf16), Ok(Kind::Text));
    }
}
