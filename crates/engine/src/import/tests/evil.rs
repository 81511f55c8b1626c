//! Files made to hurt: each is refused with the right words or read without harm.

use std::time::Instant;

use super::{read_all, shared};
use crate::import::{Choice, ProblemFile, Refused, RowOut, Source, Target};

fn refused(file: &str) -> Option<Refused> {
    let path = shared(file)?.join("evil").join(file);
    let began = Instant::now();
    let refused = Source::open(&path).and_then(|source| source.plan("IL")).expect_err("not a list");
    assert!(began.elapsed().as_secs() < 20, "{file}: refused in bounded time");
    Some(refused)
}

fn open(file: &str) -> Option<Source> {
    Some(Source::open(&shared(file)?.join("evil").join(file)).expect("a list"))
}

#[test]
fn what_is_no_list_is_refused_with_the_right_words() {
    let cases = [
        ("empty.csv", Refused::Empty, "empty"),
        ("header-only.csv", Refused::NoRows, "no rows"),
        ("picture.xlsx", Refused::Picture("PNG"), "picture (PNG)"),
        ("one-line-10mb.csv", Refused::LineTooLong { line: 1 }, "Line 1 is longer than 1 MB"),
        ("unbalanced-quote.csv", Refused::UnclosedQuote { line: 5 }, "line 5 is not closed"),
        ("zip-bomb.xlsx", Refused::Bomb, "grows far beyond"),
        ("external-entity.xlsx", Refused::Entity, "outside entities"),
    ];
    for (file, wanted, words) in cases {
        let Some(refused) = refused(file) else { return };
        assert_eq!(refused, wanted, "{file}");
        assert!(refused.to_string().contains(words), "{file}: {refused}");
        assert!(!refused.to_string().contains("CANARY"));
    }
}

#[test]
fn the_bomb_is_stopped_by_its_bytes_too() {
    // The same stream as one text of 267 MB instead of a row of empty cells: only the count of bytes stops it.
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let parts = [
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"S\" id=\"r1\"/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            "<r><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></r>",
        ),
    ];
    for (name, text) in parts {
        zip.start_file(name, options).expect("memory");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).expect("memory");
    zip.write_all(b"<worksheet><sheetData>").expect("memory");
    // Few rows with much room between them: the clock must not be what stops it.
    let rows = format!("<row></row>{}", " ".repeat(1_100)).repeat(1_000);
    for _ in 0..40 {
        zip.write_all(rows.as_bytes()).expect("memory");
    }
    zip.write_all(b"</sheetData></worksheet>").expect("memory");
    let bytes = zip.finish().expect("memory").into_inner();
    let source = Source::bytes(bytes).expect("a workbook");
    assert_eq!(source.plan("IL").err(), Some(Refused::Bomb));
}

#[test]
fn formula_cells_are_plain_text() {
    let Some(source) = open("formula-cells.csv") else { return };
    let plan = source.plan("IL").expect("a plan");
    let (rows, tally) = read_all(&source, &plan);
    assert_eq!((tally.rows, tally.phones.mobile, tally.phones.invalid), (10, 9, 1));
    let written = |at: usize| rows[at].person.full_name.as_str();
    assert_eq!(written(1), "+cmd|' /C calc'!A0");
    assert_eq!(written(3), "-2+3+cmd|' /C calc'!A0");
    assert!(rows.iter().filter(|row| row.entries[0].raw.starts_with('+')).count() >= 4);
    let mut file =
        ProblemFile::new(std::io::Cursor::new(Vec::new()), &plan, crate::Format::Csv).expect("memory");
    for row in &rows {
        // As if every row had its problem: the cells must not run in any of them.
        let cells = if row.cells.is_empty() { vec![row.person.full_name.clone()] } else { row.cells.clone() };
        let mut entries = row.entries.clone();
        entries[0].problem = Some(crate::import::Problem::Empty);
        let row = RowOut { cells, entries, ..row.clone() };
        file.add(&row, |problem| (problem.words().into(), problem.suggestion().into())).expect("memory");
    }
    let text = String::from_utf8(file.finish().expect("memory").into_inner()).expect("text");
    assert!(text.starts_with("\u{feff}name,phone,note,row,problem,suggestion\r\n"), "{text}");
    for line in text.lines().skip(1) {
        assert!(!line.starts_with(['=', '-', '@', '\t', '+']), "{line}");
        assert!(!line.starts_with("\"=") && !line.starts_with("\"-"), "{line}");
    }
}

#[test]
fn formulas_of_a_workbook_count_by_their_cached_value() {
    let Some(source) = open("formula-cells.xlsx") else { return };
    let plan = source.plan("IL").expect("a plan");
    let (rows, tally) = read_all(&source, &plan);
    assert_eq!((tally.rows, tally.phones.mobile, tally.phones.invalid), (5, 4, 1));
    assert_eq!(rows[0].entries[0].number.as_deref(), Some("+972531140544"));
    assert_eq!(rows[1].entries[0].number.as_deref(), Some("+972509833917"));
    assert_eq!(rows[2].entries[0].raw, "#N/A");
    assert_eq!(rows[3].person.full_name, "+cmd|' /C calc'!A0");
}

#[test]
fn nul_bytes_are_told_and_never_kept() {
    let Some(source) = open("nul-bytes.csv") else { return };
    let plan = source.plan("IL").expect("a plan");
    let (rows, tally) = read_all(&source, &plan);
    assert_eq!((tally.rows, tally.phones.mobile, tally.phones.invalid), (6, 5, 1));
    assert_eq!((plan.nul_rows, tally.nul_rows), (3, 3), "told before and after");
    assert_eq!(rows[3].person.full_name, "Null");
    assert_eq!(rows[4].entries[0].problem, Some(crate::import::Problem::Nul));
    for row in &rows {
        let texts =
            row.cells.iter().chain([&row.person.full_name]).chain(row.entries.iter().map(|entry| &entry.raw));
        assert!(!texts.cloned().collect::<String>().contains('\0'));
    }
}

#[test]
fn the_phones_are_found_among_300_columns() {
    let Some(source) = open("300-columns.csv") else { return };
    let plan = source.plan("IL").expect("a plan");
    assert_eq!(plan.columns.len(), 300);
    assert_eq!(plan.phone_columns().map(|column| column.index).collect::<Vec<_>>(), [150]);
    let fields = plan.columns.iter().filter(|column| matches!(column.target, Target::Field(_))).count();
    assert_eq!(fields, 0, "nobody wants three hundred fields unasked");
    let (_, tally) = read_all(&source, &plan);
    assert_eq!((tally.rows, tally.phones.mobile), (50, 50));
}

#[test]
fn three_line_ends_in_one_file() {
    let Some(source) = open("mixed-line-ends.csv") else { return };
    let mut plan = source.plan("IL").expect("a plan");
    plan.set(2, Target::Field("note".to_owned()));
    let (rows, tally) = read_all(&source, &plan);
    assert_eq!((plan.rows, tally.rows, tally.phones.mobile), (60, 60, 60));
    let broken = rows.iter().filter(|row| row.person.fields.iter().any(|(_, note)| note.contains('\n')));
    assert_eq!(broken.count(), 5);
}

#[test]
fn columns_of_one_name_stay_apart() {
    let Some(source) = open("duplicate-headers.csv") else { return };
    let plan = source.plan("IL").expect("a plan");
    let headers: Vec<_> = plan.columns.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(headers, ["name", "phone", "phone", "note", "name"]);
    assert_eq!(plan.phone_columns().map(|column| column.index).collect::<Vec<_>>(), [1]);
    assert_eq!(plan.columns[2].phones, 30, "the other is seen to hold phones too");
    let names: std::collections::HashSet<_> =
        plan.columns.iter().map(|column| format!("{:?}", column.target)).collect();
    assert_eq!(names.len(), 5, "no two become one: {names:?}");
    assert_eq!(plan.column_named("phone"), None, "a name that stands twice names nothing");
    assert_eq!(plan.column_named("3"), Some(2));
    let (rows, tally) = read_all(&source, &plan);
    assert_eq!((tally.rows, tally.phones.mobile), (30, 30));
    assert_eq!(rows[0].person.full_name, "N0");
}

#[test]
fn a_sheet_can_be_chosen_and_a_hidden_one_never_is() {
    let Some(data) = shared("sheets") else { return };
    let source = Source::open(&data.join("shop-haifa.xlsx")).expect("a workbook");
    assert_eq!(source.sheets().iter().map(|sheet| sheet.hidden).collect::<Vec<_>>(), [false, true]);
    let hidden = source.plan_with("IL", &Choice { sheet: Some(1), ..Choice::default() }).expect("a plan");
    assert_eq!((hidden.sheet, hidden.rows), (Some(1), 60));
    let gone = source.plan_with("IL", &Choice { sheet: Some(7), ..Choice::default() });
    assert_eq!(gone.err(), Some(Refused::NoSheet));
}
