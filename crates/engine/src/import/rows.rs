//! From a record to a person and numbers: what may become a contact, and what is a problem and why.

use serde::{Deserialize, Serialize};
use sms::number::{self, Kind};

use super::columns::Target;
use super::plan::Plan;
use super::problems::Problem;
use super::record::Record;
use super::refused::Refused;
use super::seen::Seen;
use super::values;

/// One number of a row, or the lack of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is; only mobiles (and the simulator's numbers) become contacts.
    pub kind: Kind,
    /// As it was written.
    pub raw: String,
    /// E.164, of every valid number.
    pub number: Option<String>,
    /// A mobile that stood earlier in the file, whatever its spelling.
    pub duplicate: bool,
    /// Something was mended to read it, such as a zero that Excel dropped.
    pub repaired: bool,
    /// A number of another country than the plan's.
    pub foreign: bool,
    /// Why it becomes no contact.
    pub problem: Option<Problem>,
}

impl Entry {
    /// The number a contact is made with.
    pub fn mobile(&self) -> Option<&str> {
        self.number.as_deref().filter(|_| matches!(self.kind, Kind::Mobile | Kind::Test))
    }
}

/// What a row says of its person, for each of its mobiles.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Person {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The whole name, where the file has it in one cell.
    pub full_name: String,
    /// E-mail.
    pub email: String,
    /// What the consent column says, if it says yes or no.
    pub consent: Option<bool>,
    /// When they agreed, as ISO date.
    pub consent_date: Option<String>,
    /// Other fields that are not empty: the column's place and the value, dates as ISO.
    pub fields: Vec<(usize, String)>,
}

/// One row as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOut {
    /// Its number among the rows, from 1.
    pub row: u64,
    /// The line of the file (or row of the sheet) it begins on.
    pub line: u64,
    /// Who.
    pub person: Person,
    /// Its numbers; at least one entry, of kind empty where no number stands.
    pub entries: Vec<Entry>,
    /// The cells as they stood, kept only for rows with a problem.
    pub cells: Vec<String>,
}

impl RowOut {
    /// Whether an entry becomes no contact.
    pub fn has_problem(&self) -> bool {
        self.entries.iter().any(|entry| entry.problem.is_some())
    }
}

/// Counts over rows, as the command line and the pages show them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// Entries by kind; mobiles with repeats and foreign ones.
    pub phones: Phones,
    /// Mobiles that stood earlier in the file.
    pub duplicates: u64,
    /// Mobiles of other countries.
    pub foreign: u64,
    /// Numbers that were mended.
    pub repaired: u64,
    /// Cells with two or more numbers.
    pub cells_with_two_phones: u64,
    /// Rows with at least one mobile.
    pub rows_with_mobile: u64,
    /// Rows with at least one problem.
    pub problem_rows: u64,
    /// Rows with NUL bytes, which were taken out.
    pub nul_rows: u64,
}

/// Entries by kind.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Phones {
    /// Valid mobiles, repeats included.
    pub mobile: u64,
    /// Fixed lines and internet telephony.
    pub landline: u64,
    /// Toll-free, shared-cost, premium.
    pub service: u64,
    /// Short codes and star numbers.
    pub short: u64,
    /// No valid number.
    pub invalid: u64,
    /// Rows without a number.
    pub empty: u64,
}

impl Tally {
    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: &Tally) {
        self.rows += other.rows;
        self.phones.mobile += other.phones.mobile;
        self.phones.landline += other.phones.landline;
        self.phones.service += other.phones.service;
        self.phones.short += other.phones.short;
        self.phones.invalid += other.phones.invalid;
        self.phones.empty += other.phones.empty;
        self.duplicates += other.duplicates;
        self.foreign += other.foreign;
        self.repaired += other.repaired;
        self.cells_with_two_phones += other.cells_with_two_phones;
        self.rows_with_mobile += other.rows_with_mobile;
        self.problem_rows += other.problem_rows;
        self.nul_rows += other.nul_rows;
    }

    fn count(&mut self, entry: &Entry) {
        let phones = &mut self.phones;
        let slot = match entry.kind {
            Kind::Mobile | Kind::Test => &mut phones.mobile,
            Kind::Landline => &mut phones.landline,
            Kind::Service => &mut phones.service,
            Kind::Short => &mut phones.short,
            Kind::Invalid => &mut phones.invalid,
            Kind::Empty => &mut phones.empty,
        };
        *slot += 1;
        self.repaired += u64::from(entry.repaired);
        self.foreign += u64::from(entry.foreign && entry.mobile().is_some());
    }

    /// Whether a record is a row: not the header, nor what stands above it, nor a record of nothing.
    pub(super) fn is_row(&mut self, plan: &Plan, record: &Record) -> bool {
        if record.line <= plan.after_line {
            return false;
        }
        self.nul_rows += u64::from(!record.damaged.is_empty());
        !record.is_blank()
    }
}

/// Reads records by a plan, in the order of the file: it alone knows which number stood there before.
pub(super) struct Reader<'p> {
    judge: Judge<'p>,
    seen: Seen,
    pub(super) tally: Tally,
}

impl<'p> Reader<'p> {
    pub(super) fn new(plan: &'p Plan) -> Result<Self, Refused> {
        Ok(Self { judge: Judge::new(plan)?, seen: Seen::default(), tally: Tally::default() })
    }

    /// The row a record is; `None` for the header, what stands above it, and records of nothing.
    pub(super) fn row(&mut self, record: &Record) -> Option<RowOut> {
        if !self.tally.is_row(self.judge.plan, record) {
            return None;
        }
        let mut row = self.judge.row(record, self.tally.rows + 1, &mut self.tally);
        for entry in &mut row.entries {
            entry.duplicate = entry.mobile().is_some_and(|number| self.seen.insert(number));
            self.tally.duplicates += u64::from(entry.duplicate);
        }
        Some(row)
    }
}

/// Judges rows one by one. Which number stood there before it does not know.
pub(super) struct Judge<'p> {
    plan: &'p Plan,
    phones: Vec<usize>,
}

impl<'p> Judge<'p> {
    pub(super) fn new(plan: &'p Plan) -> Result<Self, Refused> {
        let phones: Vec<usize> = plan.phone_columns().map(|column| column.index).collect();
        if phones.is_empty() { Err(Refused::NoPhoneColumn) } else { Ok(Self { plan, phones }) }
    }

    /// The row a record is, counted.
    pub(super) fn row(&self, record: &Record, row: u64, tally: &mut Tally) -> RowOut {
        tally.rows += 1;
        let entries = self.entries(record, tally);
        let problem = entries.iter().any(|entry| entry.problem.is_some());
        tally.problem_rows += u64::from(problem);
        tally.rows_with_mobile += u64::from(entries.iter().any(|entry| entry.mobile().is_some()));
        let cells = if problem { record.cells().map(str::to_owned).collect() } else { Vec::new() };
        RowOut { row, line: record.line, person: self.person(record), entries, cells }
    }

    fn entries(&self, record: &Record, tally: &mut Tally) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(1);
        for &column in &self.phones {
            let damaged = record.damaged.contains(&column);
            let before = entries.len();
            for part in number::split_cell(record.cell(column)) {
                let entry = self.entry(part, damaged);
                if entry.kind != Kind::Empty {
                    tally.count(&entry);
                    entries.push(entry);
                }
            }
            tally.cells_with_two_phones += u64::from(entries.len() > before + 1);
        }
        if entries.is_empty() {
            tally.phones.empty += 1;
            entries.push(Entry {
                kind: Kind::Empty,
                raw: String::new(),
                number: None,
                duplicate: false,
                repaired: false,
                foreign: false,
                problem: Some(Problem::Empty),
            });
        }
        entries
    }

    fn entry(&self, raw: &str, damaged: bool) -> Entry {
        let reading = number::normalise(raw, &self.plan.country);
        let invalid = |problem| (Kind::Invalid, None, Some(problem));
        let (kind, number, problem) = match reading.kind {
            // Digits may have gone with the NUL bytes: what is left is not trusted.
            kind if damaged && kind != Kind::Empty => invalid(Problem::Nul),
            Kind::Mobile | Kind::Test => (reading.kind, reading.e164, None),
            Kind::Landline => (Kind::Landline, reading.e164, Some(Problem::Landline)),
            Kind::Service => (Kind::Service, reading.e164, Some(Problem::Service)),
            Kind::Short => (Kind::Short, None, Some(Problem::Short)),
            Kind::Empty => (Kind::Empty, None, None),
            Kind::Invalid => invalid(reading.problem.map_or(Problem::NotANumber, Problem::of)),
        };
        let repaired = number.is_some() && reading.repaired.is_some();
        let foreign = number.is_some() && reading.foreign;
        Entry { kind, raw: raw.to_owned(), number, duplicate: false, repaired, foreign, problem }
    }

    fn person(&self, record: &Record) -> Person {
        let mut person = Person::default();
        for column in &self.plan.columns {
            let cell = unprotected(record.cell(column.index).trim());
            if cell.is_empty() {
                continue;
            }
            match &column.target {
                Target::Phone | Target::Skip => {}
                Target::FirstName => person.first_name = cell.to_owned(),
                Target::LastName => person.last_name = cell.to_owned(),
                Target::FullName => person.full_name = cell.to_owned(),
                Target::Email => person.email = cell.to_owned(),
                Target::Consent => person.consent = values::yes_or_no(cell),
                Target::ConsentDate => {
                    person.consent_date = values::date_in_column(cell, self.plan.date_order)
                }
                Target::Field(_) => {
                    if let Some(value) = self.plan.value(column, cell) {
                        person.fields.push((column.index, value));
                    }
                }
            }
        }
        person
    }
}

/// A cell that begins with `'` and then a formula's sign was protected so by an export, ours or another's.
fn unprotected(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r'])).unwrap_or(cell)
}
