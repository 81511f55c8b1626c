//! Rows of files that became nobody, found by the digits in them: files write numbers in every way, and a person who is
//! to be forgotten is to be forgotten there too. Whatever stands between the digits, the last eight name the row.
//!
//! It finds rows and takes them away; it never says whose they are.

use crate::{Result, Tx, params, sql};
use std::collections::BTreeSet;

/// Digits by which a number is found: those that every spelling of it shares.
const TAIL: usize = 8;
/// Ends by which one row is found at the most. The rows of an import that has one with more are read one by one.
const TAILS_MOST: usize = 64;
/// Rows looked at together where they must be read.
const PAGE: i64 = 1_000;

/// A row: its import and its place.
type At = (i64, i64);

/// The digits that stand together in a row, up to the end of a number. Where a number ends nobody knows: at the end of
/// every run of digits, and anywhere in one that is long enough to have more behind it, or to be two.
fn tails(cells: &str) -> BTreeSet<i64> {
    let mut out = BTreeSet::new();
    let (mut seen, mut digits, mut run) = (0_i64, 0, 0);
    let all = 10_i64.pow(TAIL as u32);
    for c in cells.chars().chain([' ']) {
        if out.len() >= TAILS_MOST {
            break;
        }
        match c.to_digit(10) {
            Some(digit) => {
                seen = (seen * 10 + i64::from(digit)) % all;
                (digits, run) = (digits + 1, run + 1);
                if digits >= TAIL && run >= TAIL {
                    out.insert(seen);
                }
            }
            None => {
                if run > 0 && digits >= TAIL {
                    out.insert(seen);
                }
                run = 0;
            }
        }
    }
    out
}

/// The tail of a number; `None` where it has too few digits to be found by them.
fn tail_of(number: &str) -> Option<i64> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits.get(digits.len().checked_sub(TAIL)?..)?.iter().collect();
    last.parse().ok()
}

/// Has rows found by their digits from now on: their places and cells.
pub(crate) fn put<'r>(
    tx: &mut Tx<'_>,
    workspace: i64,
    import: i64,
    rows: impl Iterator<Item = (i64, &'r str)>,
) -> Result<()> {
    // In the order of the key: neighbours are written together.
    let (mut all, mut full) = (BTreeSet::new(), false);
    for (seq, cells) in rows {
        let tails = tails(cells);
        full |= tails.len() >= TAILS_MOST;
        all.extend(tails.into_iter().map(|tail| (tail, seq)));
    }
    if full {
        let sql = sql!("UPDATE import SET tails = 0 WHERE workspace = $1 AND id = $2");
        tx.exec(sql, &params![workspace, import])?;
    }
    tx.many(
        sql!(
            "INSERT INTO problem_tail (workspace, tail, import, seq)
             SELECT $1, r.tail, $2, r.seq FROM ROWS(tail BIGINT, seq BIGINT) AS r
             WHERE true ON CONFLICT (workspace, tail, import, seq) DO NOTHING"
        ),
        &params![workspace, import],
        all.iter().map(|(tail, seq)| params![*tail, *seq]),
    )
    .map(drop)
}

/// Takes rows away, and what they are found by. Gives how many.
pub(crate) fn remove(tx: &mut Tx<'_>, workspace: i64, rows: &[At]) -> Result<u64> {
    let gone = tx.many_rows(
        sql!(
            "DELETE FROM import_problem USING ROWS(workspace BIGINT, import BIGINT, seq BIGINT) AS r
             WHERE import_problem.workspace = r.workspace AND import_problem.import = r.import
               AND import_problem.seq = r.seq
             RETURNING import_problem.import, import_problem.seq, import_problem.cells"
        ),
        &[],
        rows.iter().map(|(import, seq)| params![workspace, *import, *seq]),
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<String>(2)?)),
    )?;
    let of = |(import, seq, cells): &(i64, i64, String)| {
        let (import, seq) = (*import, *seq);
        tails(cells).into_iter().map(move |tail| (tail, import, seq)).collect::<Vec<_>>()
    };
    let found: BTreeSet<(i64, i64, i64)> = gone.iter().flat_map(of).collect();
    tx.many(
        sql!(
            "DELETE FROM problem_tail USING ROWS(workspace BIGINT, tail BIGINT, import BIGINT, seq BIGINT) AS r
             WHERE problem_tail.workspace = r.workspace AND problem_tail.tail = r.tail
               AND problem_tail.import = r.import AND problem_tail.seq = r.seq"
        ),
        &[],
        found.iter().map(|(tail, import, seq)| params![workspace, *tail, *import, *seq]),
    )?;
    Ok(gone.len() as u64)
}

/// Takes away every row that has a number's digits in it. Gives how many.
pub(crate) fn erase(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<u64> {
    let mut rows = match tail_of(number) {
        Some(tail) => tx.rows(
            sql!("SELECT import, seq FROM problem_tail WHERE workspace = $1 AND tail = $2"),
            &params![workspace, tail],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?,
        None => Vec::new(),
    };
    rows.extend(unfiled(tx, workspace, number)?);
    remove(tx, workspace, &rows)
}

/// The rows that have a number's digits in them, of imports that are read one by one: those of before rows were found by
/// their digits, and all where a number has too few.
fn unfiled(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<Vec<At>> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.get(digits.len().saturating_sub(TAIL)..).unwrap_or_default();
    if tail.is_empty() {
        return Ok(Vec::new());
    }
    let sql = match tail.len() < TAIL {
        true => sql!("SELECT id FROM import WHERE workspace = $1"),
        false => sql!("SELECT id FROM import WHERE workspace = $1 AND tails = 0"),
    };
    let named = |cells: &str| cells.chars().filter(char::is_ascii_digit).collect::<String>().contains(tail);
    let mut out = Vec::new();
    for import in tx.rows(sql, &params![workspace], |r| r.get::<i64>(0))? {
        let mut after = i64::MIN;
        loop {
            let rows = tx.rows(
                sql!(
                    "SELECT seq, cells FROM import_problem WHERE workspace = $1 AND import = $2 AND seq > $3
                     ORDER BY seq LIMIT $4"
                ),
                &params![workspace, import, after, PAGE],
                |r| Ok((r.get::<i64>(0)?, r.get::<String>(1)?)),
            )?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            out.extend(rows.iter().filter(|(_, cells)| named(cells)).map(|(seq, _)| (import, *seq)));
        }
    }
    Ok(out)
}

/// Takes away the oldest rows of imports before one: at most so many. Gives the import it came to, and how many went;
/// `None` where there is none.
pub(crate) fn sweep(
    tx: &mut Tx<'_>,
    workspace: i64,
    (place, edge): (i64, i64),
    limit: i64,
) -> Result<Option<(i64, u64)>> {
    let rows: Vec<At> = tx.rows(
        sql!(
            "SELECT import, seq FROM import_problem WHERE workspace = $1 AND import > $2 AND import < $3
             ORDER BY import, seq LIMIT $4"
        ),
        &params![workspace, place, edge, limit],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let Some((last, _)) = rows.last().copied() else { return Ok(None) };
    Ok(Some((last, remove(tx, workspace, &rows)?)))
}

/// Leaves the rows of an import to be read one by one, as those of before step 24 are; for tests.
#[cfg(any(test, feature = "testing"))]
pub fn unfile(tx: &mut Tx<'_>, workspace: i64, import: i64) -> Result<()> {
    let sql = sql!("DELETE FROM problem_tail WHERE workspace = $1 AND import = $2");
    tx.exec(sql, &params![workspace, import])?;
    tx.exec(sql!("UPDATE import SET tails = 0 WHERE workspace = $1 AND id = $2"), &params![workspace, import])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::{tail_of, tails};

    #[test]
    fn a_row_of_digits_alone_is_no_thousand_rows() {
        let row: String = (0..100_000).map(|n| char::from(b'0' + (n * 7 % 10) as u8)).collect();
        assert!(tails(&row).len() <= super::TAILS_MOST);
    }

    #[test]
    fn a_number_is_found_however_it_was_written() {
        let tail = tail_of("+972502345678").unwrap();
        assert_eq!(tail, 2_345_678);
        for cells in [
            r#"["Dana","0502345678"]"#,
            r#"["Dana","+972-50-234-5678","1990-05-12"]"#,
            r#"["Dana","(050) 2345 678 home"]"#,
            r#"["05","02345678"]"#,
            r#"["05023456780521112233"]"#,
            r#"["050234567812"]"#,
        ] {
            assert!(tails(cells).contains(&tail), "{cells}");
        }
        for cells in [r#"["0502345679"]"#, r#"["345678"]"#, "[]", r#"["05O2345678"]"#] {
            assert!(!tails(cells).contains(&tail), "{cells}");
        }
        assert_eq!((tail_of("+29012"), tail_of("")), (None, None));
        // What a row costs: a run that may be a number has its windows, a date only its ends.
        assert_eq!(tails(r#"["Dana","0502345678","1990-05-12"]"#).len(), 6);
    }
}
