//! A workbook of today's Excel, read as a stream: flat memory for a million rows.
//!
//! It never trusts a declared size, never follows an entity or a document type, never computes a formula (the cached
//! value counts), and opens only the parts it names itself.

mod package;
mod sheet;
mod strings;
mod styles;

use std::collections::HashMap;
use std::io::{Read, Seek};

use quick_xml::events::Event;

use super::record::{Flow, Record};
use super::refused::Refused;
pub(super) use package::Budget;
use package::{Package, attribute};
use strings::Strings;
use styles::Styles;
pub(super) use styles::serial;

/// One sheet as the workbook lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name on the tab.
    pub name: String,
    /// Hidden sheets are listed and never read unasked.
    pub hidden: bool,
    part: String,
}

/// What must be known before a sheet can be read.
#[derive(Debug)]
pub(super) struct Workbook {
    pub(super) sheets: Vec<Sheet>,
    strings: Strings,
    styles: Styles,
}

const SHEETS_MAX: usize = 1024;

impl Workbook {
    pub(super) fn open<R: Read + Seek>(input: R, budget: Budget) -> Result<Self, Refused> {
        let mut package = Package::open(input, budget)?;
        let targets = relations(&mut package)?;
        let (sheets, since_1904) = sheets(&mut package, &targets)?;
        let strings = match targets.values().find(|target| target.kind.ends_with("/sharedStrings")) {
            Some(target) => strings::read(&mut package, &target.part)?,
            None => Strings::default(),
        };
        let styles = match targets.values().find(|target| target.kind.ends_with("/styles")) {
            Some(target) => styles::read(&mut package, &target.part, since_1904)?,
            None => Styles::plain(since_1904),
        };
        Ok(Self { sheets, strings, styles })
    }

    /// Hands every row that is not blank to `sink`. Returns the last row the sheet says it has.
    pub(super) fn walk<R: Read + Seek>(
        &self,
        input: R,
        budget: Budget,
        sheet: usize,
        sink: &mut dyn FnMut(&mut Record) -> Result<Flow, Refused>,
    ) -> Result<Option<u64>, Refused> {
        let sheet = self.sheets.get(sheet).ok_or(Refused::NoSheet)?;
        let mut package = Package::open(input, budget)?;
        sheet::walk(&mut package, &sheet.part, &self.strings, &self.styles, sink)
    }
}

struct Target {
    kind: String,
    part: String,
}

/// The parts the workbook refers to, by the id it uses for them.
fn relations<R: Read + Seek>(package: &mut Package<R>) -> Result<HashMap<String, Target>, Refused> {
    let mut out = HashMap::new();
    let Some(mut xml) = package.part("xl/_rels/workbook.xml.rels")? else { return Ok(out) };
    loop {
        match xml.next()? {
            Event::Start(e) | Event::Empty(e) if e.local_name().as_ref() == b"Relationship" => {
                let outside = attribute(&e, b"TargetMode")?.is_some_and(|mode| mode == "External");
                let (id, kind, target) =
                    (attribute(&e, b"Id")?, attribute(&e, b"Type")?, attribute(&e, b"Target")?);
                if let (Some(id), Some(kind), Some(target), false) = (id, kind, target, outside) {
                    let part = match target.strip_prefix('/') {
                        Some(absolute) => absolute.to_owned(),
                        None => format!("xl/{}", target.trim_start_matches("./")),
                    };
                    out.insert(id, Target { kind, part });
                }
                if out.len() > SHEETS_MAX * 4 {
                    return Err(Refused::Damaged("too many parts"));
                }
            }
            Event::Eof => return Ok(out),
            _ => {}
        }
    }
}

fn sheets<R: Read + Seek>(
    package: &mut Package<R>,
    targets: &HashMap<String, Target>,
) -> Result<(Vec<Sheet>, bool), Refused> {
    let mut sheets = Vec::new();
    let mut since_1904 = false;
    let mut xml = package.part("xl/workbook.xml")?.ok_or(Refused::Damaged("the workbook part is missing"))?;
    loop {
        match xml.next()? {
            Event::Start(e) | Event::Empty(e) => match e.local_name().as_ref() {
                b"workbookPr" => {
                    since_1904 = attribute(&e, b"date1904")?.is_some_and(|on| on == "1" || on == "true");
                }
                b"sheet" => {
                    let name = attribute(&e, b"name")?.unwrap_or_default();
                    let hidden = attribute(&e, b"state")?.is_some_and(|state| state != "visible");
                    let id = attribute(&e, b"id")?.unwrap_or_default();
                    // Chart sheets are listed among the sheets too, and hold no rows.
                    let target = targets.get(&id).filter(|target| target.kind.ends_with("/worksheet"));
                    if let Some(target) = target {
                        sheets.push(Sheet { name, hidden, part: target.part.clone() });
                    }
                    if sheets.len() > SHEETS_MAX {
                        return Err(Refused::Damaged("too many sheets"));
                    }
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if sheets.is_empty() { Err(Refused::NoSheet) } else { Ok((sheets, since_1904)) }
}
