//! Rows that make no contact: why, what to do, and the file in which a person mends them.

use std::io::{self, Seek, Write};

use serde::{Deserialize, Serialize};
use sms::number;

use super::plan::Plan;
use super::rows::RowOut;
use crate::sheet::{Format, Table};

/// Why an entry becomes no contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// A fixed line.
    Landline,
    /// A toll-free, shared-cost or premium number.
    Service,
    /// A short code or star number.
    Short,
    /// No number in the row.
    Empty,
    /// NUL bytes in the cell.
    Nul,
    /// No digits: words, dashes, an error of a formula.
    NotANumber,
    /// Letters between the digits.
    Letters,
    /// A spreadsheet's exponent: the last digits are gone.
    DigitsLost,
    /// Too few digits.
    TooShort,
    /// Too many digits.
    TooLong,
    /// A range nobody has.
    NotInPlan,
    /// No country to read it by.
    NoCountry,
    /// Two numbers run together.
    TwoNumbers,
}

impl Problem {
    pub(super) fn of(problem: number::Problem) -> Self {
        match problem {
            number::Problem::NoDigits => Self::NotANumber,
            number::Problem::Letters => Self::Letters,
            number::Problem::DigitsLost => Self::DigitsLost,
            number::Problem::TooShort => Self::TooShort,
            number::Problem::TooLong => Self::TooLong,
            number::Problem::NotInPlan => Self::NotInPlan,
            number::Problem::NoCountry => Self::NoCountry,
            number::Problem::TwoNumbers => Self::TwoNumbers,
        }
    }

    /// The refusal code of the contract.
    pub fn code(self) -> sms::Code {
        match self {
            Self::Landline | Self::Service | Self::Short => sms::Code::NotMobile,
            _ => sms::Code::InvalidNumber,
        }
    }

    /// The key under which pages keep their own wording; the suggestion's is this and `-fix`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Landline => "problem-landline",
            Self::Service => "problem-service",
            Self::Short => "problem-short",
            Self::Empty => "problem-empty",
            Self::Nul => "problem-nul",
            Self::NotANumber => "problem-not-a-number",
            Self::Letters => "problem-letters",
            Self::DigitsLost => "problem-digits-lost",
            Self::TooShort => "problem-too-short",
            Self::TooLong => "problem-too-long",
            Self::NotInPlan => "problem-not-in-plan",
            Self::NoCountry => "problem-no-country",
            Self::TwoNumbers => "problem-two-numbers",
        }
    }

    /// The problem in English.
    pub fn words(self) -> &'static str {
        match self {
            Self::Landline => "a landline: it takes no SMS",
            Self::Service => "a service number: it takes no SMS",
            Self::Short => "a short number, not a person's mobile",
            Self::Empty => "no number",
            Self::Nul => "NUL bytes in the number",
            Self::NotANumber => "not a number",
            Self::Letters => "letters in the number",
            Self::DigitsLost => "Excel lost the last digits of the number",
            Self::TooShort => "too few digits",
            Self::TooLong => "too many digits",
            Self::NotInPlan => "no such number range",
            Self::NoCountry => "the country of the number is not known",
            Self::TwoNumbers => "two numbers run together",
        }
    }

    /// What a person can do, in English.
    pub fn suggestion(self) -> &'static str {
        match self {
            Self::Landline | Self::Service | Self::Short => "write a mobile number",
            Self::Empty => "write the number",
            Self::Nul => "write the number again",
            Self::NotANumber => "write the number in digits",
            Self::Letters => "write digits only",
            Self::DigitsLost => "format the column as text in Excel and write the number again",
            Self::TooShort | Self::TooLong | Self::NotInPlan => "check the digits",
            Self::NoCountry => "write the number with + and the country code",
            Self::TwoNumbers => "put / or a new line between the numbers",
        }
    }
}

/// Writes the problem rows as a table: the columns as they stood, then `row`, `problem`, `suggestion`. No cell is one that a
/// spreadsheet would run, and a row that was mended in it can be imported as it stands.
pub struct ProblemFile<W: Write + Seek> {
    out: Table<W>,
    columns: usize,
}

impl<W: Write + Seek> ProblemFile<W> {
    /// Begins the file with its header.
    pub fn new(out: W, plan: &Plan, format: Format) -> io::Result<Self> {
        let mut out = Table::begin(out, format)?;
        let columns = plan.columns.len();
        let name = |column: &super::columns::Column| match column.header.is_empty() {
            true => format!("column {}", column.index + 1),
            false => column.header.clone(),
        };
        let names: Vec<String> = plan.columns.iter().map(name).collect();
        let header: Vec<&str> =
            names.iter().map(String::as_str).chain(["row", "problem", "suggestion"]).collect();
        out.row(&header)?;
        Ok(Self { out, columns })
    }

    /// Adds a row with what its entries lack; `words` gives problem and suggestion in the reader's language.
    pub fn add(&mut self, row: &RowOut, words: impl Fn(Problem) -> (String, String)) -> io::Result<()> {
        let problems: Vec<_> =
            row.entries.iter().filter_map(|entry| Some((entry, words(entry.problem?)))).collect();
        if problems.is_empty() {
            return Ok(());
        }
        let width = self.columns.max(row.cells.len());
        let mut cells: Vec<&str> =
            (0..width).map(|at| row.cells.get(at).map_or("", String::as_str)).collect();
        let several = row.entries.len() > 1;
        let told = |(entry, (problem, _)): &(&super::rows::Entry, (String, String))| {
            if several { format!("{}: {problem}", entry.raw.trim()) } else { problem.clone() }
        };
        let told: Vec<String> = problems.iter().map(told).collect();
        let mut fixes: Vec<&str> = problems.iter().map(|(_, (_, fix))| fix.as_str()).collect();
        fixes.dedup();
        let (number, told, fixes) = (row.row.to_string(), told.join("; "), fixes.join("; "));
        cells.extend([number.as_str(), told.as_str(), fixes.as_str()]);
        self.out.row(&cells)
    }

    /// Ends the file.
    pub fn finish(self) -> io::Result<W> {
        self.out.end()
    }
}
