//! A file that was looked at once: what it is, and the ways to walk over its records.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::encoding::{self, Script};
use super::kind::{self, Kind};
use super::plan::{Choice, Plan};
use super::record::{Cut, Flow, Record};
use super::refused::Refused;
use super::rows::{Reader, RowOut, Tally};
use super::text::{self, Layout};
use super::xlsx::{Budget, Sheet, Workbook};

/// How long looking at a file may take; reading it in a job has no such bound.
const LOOK: Duration = Duration::from_secs(30);
const HEAD: usize = 4096;

/// Where the bytes are.
#[derive(Debug, Clone)]
enum Data {
    Path(PathBuf),
    Memory(Arc<[u8]>),
}

trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}

#[derive(Debug, Clone)]
enum Body {
    Text,
    Workbook(Arc<Workbook>),
}

/// A file open for import. Cheap to clone; holds no descriptor between calls.
#[derive(Debug, Clone)]
pub struct Source {
    data: Data,
    size: u64,
    body: Body,
}

impl Source {
    /// Looks at a file on the disk.
    pub fn open(path: &Path) -> Result<Self, Refused> {
        Self::look(Data::Path(path.to_owned()))
    }

    /// Looks at a file in memory.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Result<Self, Refused> {
        Self::look(Data::Memory(bytes.into()))
    }

    fn look(data: Data) -> Result<Self, Refused> {
        let mut input = input(&data)?;
        let size = input.seek(SeekFrom::End(0))?;
        input.seek(SeekFrom::Start(0))?;
        let mut head = Vec::with_capacity(HEAD);
        input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        input.seek(SeekFrom::Start(0))?;
        let body = match kind::of(&mut input, &head)? {
            Kind::Text => Body::Text,
            Kind::Workbook => {
                input.seek(SeekFrom::Start(0))?;
                let budget = Budget::of(size, Some(Instant::now() + LOOK));
                Body::Workbook(Arc::new(Workbook::open(input, budget)?))
            }
        };
        Ok(Self { data, size, body })
    }

    /// Its size in octets.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// `XLSX` or `CSV`.
    pub fn format(&self) -> &'static str {
        match self.body {
            Body::Text => "CSV",
            Body::Workbook(_) => "XLSX",
        }
    }

    /// The sheets of a workbook, hidden ones marked; none of a text.
    pub fn sheets(&self) -> &[Sheet] {
        match &self.body {
            Body::Text => &[],
            Body::Workbook(workbook) => &workbook.sheets,
        }
    }

    /// Proposes how to read it.
    pub fn plan(&self, country: &str) -> Result<Plan, Refused> {
        self.plan_with(country, &Choice::default())
    }

    /// Proposes anew with what a person has chosen.
    pub fn plan_with(&self, country: &str, choice: &Choice) -> Result<Plan, Refused> {
        super::plan::propose(self, country, choice)
    }

    /// The first rows as they would be read.
    pub fn preview(&self, plan: &Plan, rows: usize) -> Result<Vec<RowOut>, Refused> {
        let mut out = Vec::new();
        let mut reader = Reader::new(plan)?;
        let mut sink = |record: &mut Record| {
            out.extend(reader.row(record));
            Ok(if out.len() < rows { Flow::Continue(()) } else { Flow::Break(()) })
        };
        self.walk(plan, &mut sink)?;
        Ok(out)
    }

    /// Counts the whole file as `read` would read it.
    pub fn check(&self, plan: &Plan) -> Result<Tally, Refused> {
        self.read(plan, 0, |_| Flow::Continue(()))
    }

    /// Reads rows in order and hands them over in batches. `after` resumes behind that row: the rows up to it are
    /// read again to know their numbers, and not handed over. Returns the counts of all rows read so far.
    pub fn read(
        &self,
        plan: &Plan,
        after: u64,
        mut take: impl FnMut(&mut Vec<RowOut>) -> Flow,
    ) -> Result<Tally, Refused> {
        let mut reader = Reader::new(plan)?;
        let mut batch = Vec::with_capacity(BATCH);
        let mut stopped = false;
        let mut sink = |record: &mut Record| {
            let Some(row) = reader.row(record) else { return Ok(Flow::Continue(())) };
            if row.row > after {
                batch.push(row);
            }
            if batch.len() < BATCH {
                return Ok(Flow::Continue(()));
            }
            let flow = take(&mut batch);
            stopped = flow.is_break();
            batch.clear();
            Ok(flow)
        };
        self.walk(plan, &mut sink)?;
        if !stopped && !batch.is_empty() {
            let _ = take(&mut batch);
        }
        Ok(reader.tally)
    }

    /// The rows of a small table as texts: of the first sheet that is shown, or of the text. At most one row more than `max`.
    pub(crate) fn table(&self, max: usize) -> Result<Vec<Vec<String>>, Refused> {
        let mut out: Vec<Vec<String>> = Vec::new();
        let mut sink = |record: &mut Record| {
            if !record.is_blank() {
                out.push(record.cells().map(|cell| cell.trim().to_owned()).collect());
            }
            Ok(if out.len() > max { Flow::Break(()) } else { Flow::Continue(()) })
        };
        if self.is_text() {
            let script = self.sniff_script("", None)?;
            let layout = self.sniff_layout(script, None)?;
            self.walk_text(layout, &mut sink)?;
        } else {
            let sheet = self.sheets().iter().position(|sheet| !sheet.hidden).unwrap_or(0);
            self.walk_sheet(sheet, true, &mut sink)?;
        }
        Ok(out)
    }

    pub(super) fn sniff_script(&self, country: &str, asked: Option<&str>) -> Result<Script, Refused> {
        let guessed = encoding::guess(input(&self.data)?, country)?;
        let Some(name) = asked else { return Ok(guessed) };
        let named = encoding::by_name(name)?;
        let mark = if named == guessed.encoding { guessed.mark } else { 0 };
        Ok(Script { encoding: named, mark })
    }

    pub(super) fn sniff_layout(&self, script: Script, asked: Option<Option<u8>>) -> Result<Layout, Refused> {
        text::layout(input(&self.data)?, script, asked)
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.body, Body::Text)
    }

    /// All records of a text.
    pub(super) fn walk_text(&self, layout: Layout, sink: Sink<'_>) -> Result<bool, Refused> {
        text::walk(input(&self.data)?, layout, sink)
    }

    /// All rows of a sheet; returns the last row the sheet names.
    pub(super) fn walk_sheet(
        &self,
        sheet: usize,
        look: bool,
        sink: Sink<'_>,
    ) -> Result<Option<u64>, Refused> {
        let Body::Workbook(workbook) = &self.body else { return Err(Refused::NoSheet) };
        let deadline = look.then(|| Instant::now() + LOOK);
        workbook.walk(input(&self.data)?, Budget::of(self.size, deadline), sheet, sink)
    }

    /// All records, the header and what stands above it among them.
    pub(super) fn walk(&self, plan: &Plan, sink: Sink<'_>) -> Result<(), Refused> {
        if let Some(sheet) = plan.sheet {
            return self.walk_sheet(sheet, false, sink).map(drop);
        }
        let name = plan.encoding.as_deref().unwrap_or("utf-8");
        let layout = Layout {
            script: Script { encoding: encoding::by_name(name)?, mark: plan.mark },
            cut: Cut { separator: plan.separator.map(|c| c as u8) },
            hint_line: plan.hint_line,
        };
        self.walk_text(layout, sink).map(drop)
    }
}

/// Rows handed over at once.
const BATCH: usize = 500;

/// What takes records.
pub(super) type Sink<'a> = &'a mut dyn FnMut(&mut Record) -> Result<Flow, Refused>;

fn input(data: &Data) -> Result<Box<dyn Bytes>, Refused> {
    Ok(match data {
        Data::Path(path) => Box::new(BufReader::new(File::open(path)?)),
        Data::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
    })
}
