//! Rows that make no contact: why, what to do, and the file in which a person mends them.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use sms::number;

use super::plan::Plan;
use super::rows::RowOut;

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

/// Writes the problem rows as CSV: the columns as they stood, then `row`, `problem`, `suggestion`.
///
/// UTF-8 with a mark so that Excel reads it, and no cell that a spreadsheet would run as a formula.
pub struct ProblemFile<W> {
    out: W,
    columns: usize,
}

impl<W: Write> ProblemFile<W> {
    /// Begins the file with its header.
    pub fn new(mut out: W, plan: &Plan) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let columns = plan.columns.len();
        for column in &plan.columns {
            let name = if column.header.is_empty() {
                format!("column {}", column.index + 1)
            } else {
                column.header.clone()
            };
            cell(&mut out, &name)?;
            out.write_all(b",")?;
        }
        out.write_all(b"row,problem,suggestion\r\n")?;
        Ok(Self { out, columns })
    }

    /// Adds a row with what its entries lack; `words` gives problem and suggestion in the reader's language.
    pub fn add(&mut self, row: &RowOut, words: impl Fn(Problem) -> (String, String)) -> io::Result<()> {
        let problems: Vec<_> =
            row.entries.iter().filter_map(|entry| Some((entry, words(entry.problem?)))).collect();
        if problems.is_empty() {
            return Ok(());
        }
        for at in 0..self.columns.max(row.cells.len()) {
            cell(&mut self.out, row.cells.get(at).map_or("", String::as_str))?;
            self.out.write_all(b",")?;
        }
        let several = row.entries.len() > 1;
        let told = |(entry, (problem, _)): &(&super::rows::Entry, (String, String))| {
            if several { format!("{}: {problem}", entry.raw.trim()) } else { problem.clone() }
        };
        let told: Vec<String> = problems.iter().map(told).collect();
        let mut fixes: Vec<&str> = problems.iter().map(|(_, (_, fix))| fix.as_str()).collect();
        fixes.dedup();
        write!(self.out, "{},", row.row)?;
        cell(&mut self.out, &told.join("; "))?;
        self.out.write_all(b",")?;
        cell(&mut self.out, &fixes.join("; "))?;
        self.out.write_all(b"\r\n")
    }

    /// Ends the file.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Whether a spreadsheet would run the cell. E.164 numbers begin with `+` and stay whole.
fn runs(text: &str) -> bool {
    let number = text.strip_prefix('+').is_some_and(|digits| {
        (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    // Blanks before the sign do not stop every spreadsheet.
    let first = text.chars().next();
    let signed = text.trim_start_matches(' ').starts_with(['=', '+', '-', '@']);
    !number && (signed || matches!(first, Some('\t' | '\r')))
}

fn cell(out: &mut impl Write, text: &str) -> io::Result<()> {
    let mark = if runs(text) { "'" } else { "" };
    if text.contains(['"', ',', ';', '\t', '\n', '\r']) {
        write!(out, "\"{mark}{}\"", text.replace('"', "\"\""))
    } else {
        write!(out, "{mark}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        cell(&mut out, text).expect("memory");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn no_cell_runs_and_numbers_stay_whole() {
        for (text, safe) in [
            ("+972501234567", "+972501234567"),
            ("+1", "'+1"),
            ("+972 50", "'+972 50"),
            ("=1+1", "'=1+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("  =SUM(A1)", "'  =SUM(A1)"),
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(written(text), safe, "{text:?}");
        }
    }
}
