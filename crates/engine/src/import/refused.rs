//! Why a file is not read at all: a closed list of refusals, each with a code for the pages' own wording and an
//! English sentence that says what to do. A refusal never quotes the file's contents.

use std::fmt;

/// A file (or a part of one) that cannot be read as a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// Nothing in it, or blanks only.
    Empty,
    /// A header and nothing under it.
    NoRows,
    /// A picture, with the name of its format.
    Picture(&'static str),
    /// A PDF.
    Pdf,
    /// An archive that holds no workbook, with the name of its format.
    Archive(&'static str),
    /// An Office document that is no workbook we read.
    Document(&'static str),
    /// The binary workbook of before 2007, or a workbook behind a password: one container, both unreadable here.
    OldWorkbook,
    /// A web page under a spreadsheet's name.
    WebPage,
    /// Address cards.
    Cards,
    /// Bytes that are no text in any encoding.
    Binary,
    /// A record larger than the bound; the line it began on.
    LineTooLong {
        /// First line of the record.
        line: u64,
    },
    /// A quote that is opened and never closed, or closed where no field ends.
    UnclosedQuote {
        /// The line the quote stands on.
        line: u64,
    },
    /// More cells in one row than any spreadsheet has.
    TooManyColumns {
        /// The line or sheet row.
        line: u64,
    },
    /// A compressed part that grows beyond all measure when opened.
    Bomb,
    /// A workbook that asks for entities or a document type: never followed.
    Entity,
    /// A workbook that is damaged or not of the standard, and where.
    Damaged(&'static str),
    /// No sheet of that name, or none at all.
    NoSheet,
    /// The text table of the workbook passes the bound.
    TooMuchText,
    /// Looking at the file took too long.
    TooSlow,
    /// An encoding name that is not known.
    UnknownEncoding(String),
    /// No column holds phone numbers and none was named.
    NoPhoneColumn,
    /// The file could not be read from the disk.
    Unreadable(String),
}

impl Refused {
    /// The stable name of the refusal, the key under which pages keep their own wording.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::NoRows => "file_no_rows",
            Self::Picture(_) => "file_picture",
            Self::Pdf => "file_pdf",
            Self::Archive(_) => "file_archive",
            Self::Document(_) => "file_document",
            Self::OldWorkbook => "file_old_workbook",
            Self::WebPage => "file_web_page",
            Self::Cards => "file_cards",
            Self::Binary => "file_binary",
            Self::LineTooLong { .. } => "file_line_too_long",
            Self::UnclosedQuote { .. } => "file_unclosed_quote",
            Self::TooManyColumns { .. } => "file_too_many_columns",
            Self::Bomb => "file_bomb",
            Self::Entity => "file_entity",
            Self::Damaged(_) => "file_damaged",
            Self::NoSheet => "file_no_sheet",
            Self::TooMuchText => "file_too_much_text",
            Self::TooSlow => "file_too_slow",
            Self::UnknownEncoding(_) => "file_unknown_encoding",
            Self::NoPhoneColumn => "file_no_phone_column",
            Self::Unreadable(_) => "file_unreadable",
        }
    }

    /// The line the refusal points at, where it points at one.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::LineTooLong { line } | Self::UnclosedQuote { line } | Self::TooManyColumns { line } => {
                Some(*line)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self {
            Self::Empty => "The file is empty.",
            Self::NoRows => "The file has a header but no rows under it.",
            Self::Picture(kind) => {
                return write!(
                    f,
                    "This is a picture ({kind}), not a spreadsheet. Choose an XLSX, CSV or TXT file."
                );
            }
            Self::Pdf => "This is a PDF, not a spreadsheet. Export the list as XLSX or CSV.",
            Self::Archive(kind) => {
                return write!(
                    f,
                    "This is an archive ({kind}) without a workbook. Unpack it and choose the list inside."
                );
            }
            Self::Document(kind) => {
                return write!(f, "This is a {kind}, not a list we can read. Save the list as XLSX or CSV.");
            }
            Self::OldWorkbook => {
                "This is an old Excel workbook (.xls) or one behind a password. Open it and save it as .xlsx or CSV."
            }
            Self::WebPage => {
                "This is a web page under a spreadsheet's name. Open it in Excel and save it as .xlsx or CSV."
            }
            Self::Cards => "These are address cards (vCard). Export the list as CSV or XLSX.",
            Self::Binary => "This is not a text file nor a spreadsheet.",
            Self::LineTooLong { line } => {
                return write!(
                    f,
                    "Line {line} is longer than 1 MB. A list has one person a line: is the line end missing?"
                );
            }
            Self::UnclosedQuote { line } => {
                return write!(
                    f,
                    "A quote (\") opened on line {line} is not closed, so the records from there on cannot be told \
                     apart. Close or remove it and choose the file again."
                );
            }
            Self::TooManyColumns { line } => {
                return write!(f, "Row {line} has more than 16,384 cells, more than any spreadsheet has.");
            }
            Self::Bomb => "The workbook grows far beyond its size when unpacked and was not opened further.",
            Self::Entity => "The workbook asks for outside entities. It was refused and nothing was fetched.",
            Self::Damaged(part) => {
                return write!(f, "The workbook is damaged ({part}). Open it in Excel and save it again.");
            }
            Self::NoSheet => "The workbook has no such sheet.",
            Self::TooMuchText => "The workbook holds more text than we read from one. Save the sheet as CSV.",
            Self::TooSlow => "Looking at the file took too long. Save the list as CSV.",
            Self::UnknownEncoding(name) => return write!(f, "Unknown encoding: {name}."),
            Self::NoPhoneColumn => "No column looks like phone numbers. Say which one it is.",
            Self::Unreadable(why) => return write!(f, "The file could not be read: {why}."),
        };
        f.write_str(sentence)
    }
}

impl std::error::Error for Refused {}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable(error.kind().to_string())
    }
}
