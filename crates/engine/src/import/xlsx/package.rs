//! The archive around a workbook: parts by name, each inflated through a reader that counts.

use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek};
use std::time::Instant;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::import::refused::Refused;

/// The most of one XML token; a cell holds at most 32,767 characters.
const TOKEN_MAX: u64 = 2 << 20;
const BUFFER: usize = 32 * 1024;

/// How much may be inflated and until when.
#[derive(Debug, Clone)]
pub(in crate::import) struct Budget {
    each: u64,
    all: Cell<u64>,
    deadline: Option<Instant>,
}

impl Budget {
    /// For a file of this size: a hundred times as much a part, but always 32 MiB and never 4 GiB; twice that in all.
    /// A workbook of people shrinks to a tenth, rarely to a thirtieth; a bomb to a thousandth.
    pub(in crate::import) fn of(size: u64, deadline: Option<Instant>) -> Self {
        let each = size.saturating_mul(100).clamp(32 << 20, 4 << 30);
        Self { each, all: Cell::new(each * 2), deadline }
    }
}

/// The archive, open.
pub(super) struct Package<R> {
    zip: ZipArchive<R>,
    budget: Budget,
}

impl<R: Read + Seek> Package<R> {
    pub(super) fn open(input: R, budget: Budget) -> Result<Self, Refused> {
        let zip = ZipArchive::new(input).map_err(|_| Refused::Damaged("the archive's directory"))?;
        Ok(Self { zip, budget })
    }

    /// A part as XML, if the archive has it; names match whatever their case.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Xml<'_, R>>, Refused> {
        let mut names = self.zip.file_names().map(str::to_owned);
        let Some(exact) = names.find(|have| have.eq_ignore_ascii_case(name)) else { return Ok(None) };
        drop(names);
        let file = self.zip.by_name(&exact).map_err(|_| Refused::Damaged("a part cannot be unpacked"))?;
        let counted = Counted { file, left: self.budget.each, token: 0, budget: &self.budget };
        let mut reader = Reader::from_reader(BufReader::with_capacity(BUFFER, counted));
        reader.config_mut().check_end_names = false;
        Ok(Some(Xml { reader, buffer: Vec::new() }))
    }
}

/// Counts what comes out of the archive, whatever sizes it declares.
struct Counted<'a, R: Read> {
    file: ZipFile<'a, R>,
    left: u64,
    token: u64,
    budget: &'a Budget,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.budget.deadline.is_some_and(|end| Instant::now() > end) {
            return Err(io::Error::other(Refused::TooSlow));
        }
        let read = self.file.read(out)? as u64;
        self.token += read;
        let all = self.budget.all.get();
        if read > self.left || read > all || self.token > TOKEN_MAX {
            return Err(io::Error::other(Refused::Bomb));
        }
        self.left -= read;
        self.budget.all.set(all - read);
        Ok(read as usize)
    }
}

/// A part read token by token.
pub(super) struct Xml<'a, R: Read> {
    reader: Reader<BufReader<Counted<'a, R>>>,
    buffer: Vec<u8>,
}

impl<R: Read> Xml<'_, R> {
    pub(super) fn next(&mut self) -> Result<Event<'_>, Refused> {
        self.reader.get_mut().get_mut().token = 0;
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::DocType(_)) => Err(Refused::Entity),
            Ok(event) => Ok(event),
            Err(quick_xml::Error::Io(error)) => Err(bound(&error)),
            Err(_) => Err(Refused::Damaged("its XML is not well formed")),
        }
    }
}

/// The refusal inside an I/O error, if it was ours.
fn bound(error: &io::Error) -> Refused {
    let ours = error.get_ref().and_then(|inner| inner.downcast_ref::<Refused>());
    ours.cloned().unwrap_or(Refused::Damaged("a part cannot be unpacked"))
}

/// The attribute of this local name, unescaped.
pub(super) fn attribute(element: &BytesStart<'_>, name: &[u8]) -> Result<Option<String>, Refused> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Refused::Damaged("its XML is not well formed"))?;
        if attribute.key.local_name().as_ref() != name {
            continue;
        }
        let raw =
            std::str::from_utf8(&attribute.value).map_err(|_| Refused::Damaged("its text is not UTF-8"))?;
        let value = quick_xml::escape::unescape(raw).map_err(|_| Refused::Entity)?;
        return Ok(Some(value.into_owned()));
    }
    Ok(None)
}

/// Adds the character a reference stands for. Anything but the five of XML and character numbers is refused.
pub(super) fn reference(reference: &BytesRef<'_>, out: &mut String) -> Result<(), Refused> {
    if reference.is_char_ref() {
        let character = reference.resolve_char_ref().map_err(|_| Refused::Entity)?;
        out.extend(character.filter(|&c| c != '\0'));
        return Ok(());
    }
    let name = reference.decode().map_err(|_| Refused::Entity)?;
    let character = match name.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return Err(Refused::Entity),
    };
    out.push(character);
    Ok(())
}

/// Adds text of the part.
pub(super) fn text(bytes: &[u8], out: &mut String) -> Result<(), Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refused::Damaged("its text is not UTF-8"))?;
    if text.contains('\0') {
        out.extend(text.chars().filter(|&c| c != '\0'))
    } else {
        out.push_str(text)
    }
    Ok(())
}
