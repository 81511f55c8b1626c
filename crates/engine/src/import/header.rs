//! Where the header is: under titles, in the first row, or nowhere.

use super::columns::{self, Look};
use super::record::Record;
use super::words;

/// Titles and remarks above a header are at most this many.
const ABOVE_MAX: usize = 20;

/// What stands above the rows, by number among the records that are not blank.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Above {
    pub(super) header: Option<usize>,
    /// The first row under it.
    pub(super) rows: usize,
}

/// Finds the header; `asked` is a line a person named (0: no header). `cells` is false for one number a line.
pub(super) fn find(records: &[Record], country: &str, asked: Option<u64>, cells: bool) -> Above {
    match asked {
        Some(0) => return Above { header: None, rows: 0 },
        Some(line) => {
            let header = records.iter().position(|record| record.line >= line);
            return Above { header, rows: header.map_or(records.len(), |at| at + 1) };
        }
        None => {}
    }
    let width = usual_width(records);
    let phones = columns::phone_column(records, country);
    for (at, record) in records.iter().enumerate().take(ABOVE_MAX) {
        let filled = record.cells().filter(|cell| !cell.trim().is_empty()).count();
        if cells && filled * 2 < width {
            // A title over the table, or a remark.
            continue;
        }
        if is_header(record, &records[at + 1..], phones, country) {
            return Above { header: Some(at), rows: at + 1 };
        }
        // The first row as wide as the table and no header: what stands above it is title.
        return Above { header: None, rows: at };
    }
    Above { header: None, rows: 0 }
}

/// How many filled cells most records have.
fn usual_width(records: &[Record]) -> usize {
    let mut widths: Vec<usize> =
        records.iter().map(|record| record.cells().filter(|cell| !cell.trim().is_empty()).count()).collect();
    widths.sort_unstable();
    widths.get(widths.len() / 2).copied().unwrap_or(0)
}

fn is_header(record: &Record, below: &[Record], phones: Option<usize>, country: &str) -> bool {
    let filled = || record.cells().filter(|cell| !cell.trim().is_empty());
    let data = |cell: &str| !matches!(columns::look(cell, country), Look::Text | Look::Answer);
    if filled().any(data) {
        return false;
    }
    if filled().any(|cell| words::says(cell).is_some()) {
        return true;
    }
    // Words over a column of phones; a single such row among rows of words is a row.
    let Some(column) = phones else { return false };
    let over = record.cell(column).trim();
    let under =
        below.iter().take(50).filter(|row| columns::look(row.cell(column), country) == Look::Phone).count();
    !over.is_empty() && !below.is_empty() && under * 2 > below.len().min(50)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(rows: &[&[&str]]) -> Vec<Record> {
        let row = |(at, cells): (usize, &&[&str])| {
            let mut record = Record::default();
            for cell in *cells {
                record.push(cell);
                record.end_cell();
            }
            record.line = at as u64 + 1;
            record
        };
        rows.iter().enumerate().map(row).collect()
    }

    fn above(rows: &[&[&str]]) -> Above {
        find(&records(rows), "IL", None, rows.iter().any(|row| row.len() > 1))
    }

    #[test]
    fn a_header_under_titles() {
        let rows: &[&[&str]] = &[
            &["Club members 2024"],
            &["printed", "", "", ""],
            &["Name", "Phone", "City", "Note"],
            &["Noa", "050-930-0245", "Haifa", ""],
            &["Dan", "052-8912935", "Acre", "x"],
        ];
        assert_eq!(above(rows), Above { header: Some(2), rows: 3 });
    }

    #[test]
    fn no_header_at_all() {
        let rows: &[&[&str]] = &[&["Noa", "050-930-0245"], &["Dan", "052-8912935"]];
        assert_eq!(above(rows), Above { header: None, rows: 0 });
        assert_eq!(above(&[&["0509300245"], &["0528912935"]]), Above { header: None, rows: 0 });
    }

    #[test]
    fn unknown_words_over_phones_are_a_header() {
        let rows: &[&[&str]] = &[&["Foo", "Bar"], &["Noa", "050-930-0245"], &["Dan", "052-8912935"]];
        assert_eq!(above(rows), Above { header: Some(0), rows: 1 });
    }

    #[test]
    fn a_person_says_which() {
        let rows = records(&[&["a", "b"], &["c", "d"], &["e", "f"]]);
        assert_eq!(find(&rows, "IL", Some(2), true), Above { header: Some(1), rows: 2 });
        assert_eq!(find(&rows, "IL", Some(0), true), Above { header: None, rows: 0 });
    }
}
