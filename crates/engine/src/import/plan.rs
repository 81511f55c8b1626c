//! How a file is to be read: proposed by its content, open to a person's choice, plain data that a job can keep.

use serde::{Deserialize, Serialize};

use super::columns::{self, Column, Look, Target};
use super::header;
use super::record::{Flow, Record};
use super::refused::Refused;
use super::source::Source;
use super::text::Layout;
use super::values::{self, DateOrder};

/// Rows that the proposal is made from.
pub(super) const SAMPLE_ROWS: usize = 1000;
const SAMPLE_BYTES: usize = 8 << 20;

/// What a person chose instead of what was proposed.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// A sheet by number.
    pub sheet: Option<usize>,
    /// The line (or sheet row) of the header; 0: there is none.
    pub header_line: Option<u64>,
    /// An encoding by name.
    pub encoding: Option<String>,
    /// A separator; an empty text for none.
    pub separator: Option<String>,
}

/// How a file is to be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// `XLSX` or `CSV`.
    pub format: String,
    /// ISO code national numbers are read by.
    pub country: String,
    /// The sheet, of a workbook.
    pub sheet: Option<usize>,
    /// The encoding, of a text.
    pub encoding: Option<String>,
    /// What stands between cells, of a text; none: one number a line.
    pub separator: Option<char>,
    /// The line (or sheet row) of the header; 0: there is none.
    pub header_line: u64,
    /// Rows begin after this line.
    pub after_line: u64,
    /// The columns by position.
    pub columns: Vec<Column>,
    /// Rows under the header.
    pub rows: u64,
    /// Whether `rows` was counted; else it is what the sheet says of itself.
    pub rows_counted: bool,
    /// How dates with slashes are read.
    pub date_order: DateOrder,
    /// Characters that could not be decoded stand as U+FFFD.
    pub undecodable: bool,
    /// Rows of the sample with NUL bytes in them.
    pub nul_rows: u64,
    /// Numbers of the sample that were mended, such as a lost leading zero.
    pub repaired: u64,
    /// Rows looked at for the proposal.
    pub sampled: u64,
    #[serde(default)]
    pub(super) mark: usize,
    #[serde(default)]
    pub(super) hint_line: bool,
}

impl Plan {
    /// The columns numbers are read from.
    pub fn phone_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.target == Target::Phone)
    }

    /// The column under this header, or of this number from 1. An exact header that stands twice is ambiguous.
    pub fn column_named(&self, name: &str) -> Option<usize> {
        let wanted = name.trim();
        let same = |column: &&Column| {
            column.header.trim().eq_ignore_ascii_case(wanted) || column.header.trim() == wanted
        };
        let mut named = self.columns.iter().filter(same);
        match (named.next(), named.next()) {
            (Some(column), None) => Some(column.index),
            (Some(_), Some(_)) => None,
            (None, _) => wanted
                .parse::<usize>()
                .ok()
                .and_then(|n| n.checked_sub(1))
                .filter(|&n| n < self.columns.len()),
        }
    }

    /// A cell of a field: a date as ISO where the column holds dates, else as it stands; `None` where a column of
    /// dates holds none, so that 31/02 is no birthday.
    pub(super) fn value(&self, column: &Column, cell: &str) -> Option<String> {
        if column.look == Look::Date {
            return values::date_in_column(cell, self.date_order);
        }
        Some(cell.to_owned())
    }

    /// Sets what a column is; one column at most is a name, the e-mail, the consent or its date.
    pub fn set(&mut self, index: usize, target: Target) {
        let single = !matches!(target, Target::Phone | Target::Field(_) | Target::Skip);
        for column in &mut self.columns {
            if single && column.index != index && column.target == target {
                column.target = Target::Skip;
            }
            if column.index == index {
                column.target = target.clone();
            }
        }
    }
}

/// The first records with their lines.
pub(super) struct Sample {
    pub(super) records: Vec<Record>,
    bytes: usize,
}

impl Sample {
    fn new() -> Self {
        Self { records: Vec::new(), bytes: 0 }
    }

    /// Keeps a record while there is room.
    fn keep(&mut self, record: &Record) -> bool {
        let room = self.records.len() < SAMPLE_ROWS && self.bytes < SAMPLE_BYTES;
        if room {
            self.bytes += record.size();
            self.records.push(record.clone());
        }
        room
    }
}

pub(super) fn propose(source: &Source, country: &str, choice: &Choice) -> Result<Plan, Refused> {
    let country = country.trim().to_ascii_uppercase();
    if source.is_text() { of_text(source, country, choice) } else { of_workbook(source, country, choice) }
}

fn of_text(source: &Source, country: String, choice: &Choice) -> Result<Plan, Refused> {
    let script = source.sniff_script(&country, choice.encoding.as_deref())?;
    let asked = choice.separator.as_ref().map(|text| text.bytes().next().filter(u8::is_ascii));
    let layout = source.sniff_layout(script, asked)?;
    let mut sample = Sample::new();
    let mut records = 0;
    let mut nul_rows = 0;
    let undecodable = source.walk_text(layout, &mut |record: &mut Record| {
        nul_rows += u64::from(!record.damaged.is_empty());
        if !record.is_blank() {
            records += 1;
            sample.keep(record);
        }
        Ok(Flow::Continue(()))
    })?;
    let mut plan = plan_of(sample, country, choice, layout.cut.separator.is_some())?;
    let above = plan.0;
    let Layout { script, cut, hint_line } = layout;
    plan.1.encoding = Some(script.encoding.name().to_owned());
    plan.1.separator = cut.separator.map(char::from);
    plan.1.mark = script.mark;
    plan.1.hint_line = hint_line;
    plan.1.rows = records - above;
    plan.1.rows_counted = true;
    plan.1.undecodable = undecodable;
    plan.1.nul_rows = nul_rows;
    finish(plan.1)
}

fn of_workbook(source: &Source, country: String, choice: &Choice) -> Result<Plan, Refused> {
    let sheets = source.sheets();
    let asked: Vec<usize> = match choice.sheet {
        Some(sheet) => vec![sheet],
        None => {
            let visible: Vec<usize> = (0..sheets.len()).filter(|&at| !sheets[at].hidden).collect();
            if visible.is_empty() { (0..sheets.len()).collect() } else { visible }
        }
    };
    let mut best: Option<(u64, Plan)> = None;
    let mut first_refusal = None;
    for sheet in asked {
        match of_sheet(source, sheet, &country, choice) {
            Ok((phones, plan)) => {
                if best.as_ref().is_none_or(|(most, _)| phones > *most) {
                    best = Some((phones, plan));
                }
            }
            // An empty sheet among others is no reason to refuse the workbook.
            Err(refused @ (Refused::Empty | Refused::NoRows)) => {
                first_refusal = first_refusal.or(Some(refused))
            }
            Err(refused) => return Err(refused),
        }
    }
    best.map(|(_, plan)| plan).ok_or(first_refusal.unwrap_or(Refused::NoSheet))
}

/// The proposal for one sheet and how many phones its sample shows.
fn of_sheet(source: &Source, sheet: usize, country: &str, choice: &Choice) -> Result<(u64, Plan), Refused> {
    let mut sample = Sample::new();
    let mut records = 0;
    let mut whole = true;
    let last_row = source.walk_sheet(sheet, true, &mut |record: &mut Record| {
        records += 1;
        whole = sample.keep(record);
        Ok(if whole { Flow::Continue(()) } else { Flow::Break(()) })
    })?;
    if records == 0 {
        return Err(Refused::Empty);
    }
    let (above, mut plan) = plan_of(sample, country.to_owned(), choice, true)?;
    plan.format = "XLSX".to_owned();
    plan.sheet = Some(sheet);
    plan.rows_counted = whole;
    plan.rows = match last_row {
        Some(last) if !whole => last.saturating_sub(plan.after_line).max(records - above),
        _ => records - above,
    };
    let plan = finish(plan)?;
    let phones = plan.phone_columns().map(|column| column.phones).max().unwrap_or(0);
    Ok((phones, plan))
}

/// The proposal by content, with the number of records that stand above the rows.
fn plan_of(sample: Sample, country: String, choice: &Choice, cells: bool) -> Result<(u64, Plan), Refused> {
    if sample.records.is_empty() {
        return Err(Refused::Empty);
    }
    let above = header::find(&sample.records, &country, choice.header_line, cells);
    let header = above.header.and_then(|at| sample.records.get(at));
    let header_line = header.map_or(0, |record| record.line);
    let after_line =
        above.rows.checked_sub(1).and_then(|at| sample.records.get(at)).map_or(0, |record| record.line);
    let rows = sample.records.get(above.rows..).unwrap_or_default();
    let date_order = columns::date_order(rows, &country);
    let (columns, repaired) = columns::guess(header, rows, &country);
    let plan = Plan {
        format: "CSV".to_owned(),
        country,
        sheet: None,
        encoding: None,
        separator: None,
        header_line,
        after_line,
        columns,
        rows: 0,
        rows_counted: false,
        date_order,
        undecodable: false,
        nul_rows: 0,
        repaired,
        sampled: rows.len() as u64,
        mark: 0,
        hint_line: false,
    };
    Ok((above.rows as u64, plan))
}

fn finish(plan: Plan) -> Result<Plan, Refused> {
    if plan.rows == 0 { Err(Refused::NoRows) } else { Ok(plan) }
}
