//! Every cell of the default and national tables, against what independent sources print (`vectors/annex_a.tsv`).

use std::collections::BTreeMap;

use sms::alphabet::{Language, Table, locking, single, table};

const CELLS: &str = include_str!("vectors/annex_a.tsv");

struct Cell {
    septet: u8,
    ch: char,
    written: bool,
    sources: &'static str,
}

fn cells() -> BTreeMap<(&'static str, &'static str), Vec<Cell>> {
    let mut tables: BTreeMap<_, Vec<Cell>> = BTreeMap::new();
    for line in CELLS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let hex = |field: &str| u32::from_str_radix(field, 16).unwrap();
        let cell = Cell {
            septet: hex(fields[2]) as u8,
            ch: char::from_u32(hex(fields[3])).unwrap(),
            written: fields[4] == "both",
            sources: fields[5],
        };
        tables.entry((fields[0], fields[1])).or_default().push(cell);
    }
    tables
}

/// Every table there is, by the names of the file.
fn ours() -> BTreeMap<(&'static str, &'static str), &'static Table> {
    let default = [
        (("default", "locking"), &locking::default::TABLE),
        (("default", "single"), &single::default::TABLE),
    ];
    let national = Language::ALL.iter().flat_map(|language| {
        let single = ((language.name(), "single"), language.single());
        language.locking().map(|table| ((language.name(), "locking"), table)).into_iter().chain([single])
    });
    default.into_iter().chain(national).collect()
}

#[test]
fn every_cell_is_what_the_annex_says_and_no_other_is_occupied() {
    let (cells, ours) = (cells(), ours());
    assert_eq!(cells.keys().collect::<Vec<_>>(), ours.keys().collect::<Vec<_>>());
    assert_eq!(ours.len(), 13 + 14);
    for (name, table) in ours {
        let wanted: Vec<(u8, char)> = cells[&name].iter().map(|cell| (cell.septet, cell.ch)).collect();
        assert_eq!(table.occupied().collect::<Vec<_>>(), wanted, "{name:?}");
    }
}

#[test]
fn what_is_written_is_read_back_and_doubtful_cells_are_never_written() {
    let ours = ours();
    for (name, cells) in cells() {
        for cell in &cells {
            let code = ours[&name].code(cell.ch);
            if !cell.written {
                assert_eq!(code, None, "{name:?} {:02X}", cell.septet);
                continue;
            }
            // A character that stands in two cells is written with the first.
            let first = cells.iter().find(|other| other.ch == cell.ch).unwrap().septet;
            assert_eq!(code, Some(first), "{name:?} {:02X}", cell.septet);
        }
    }
}

#[test]
fn what_we_write_has_at_least_two_sources() {
    for (name, cells) in cells() {
        for cell in cells.iter().filter(|cell| cell.written) {
            assert!(cell.sources.len() >= 2, "{name:?} {:02X} has only {}", cell.septet, cell.sources);
        }
    }
}

#[test]
fn the_escape_and_the_controls_keep_their_places() {
    for (name, table) in ours() {
        assert_eq!(table.char(table::ESCAPE), None, "{name:?}");
        if name.1 == "locking" {
            let places = ['\n', '\r', ' '].map(|ch| table.code(ch));
            assert_eq!(places, [Some(0x0A), Some(0x0D), Some(0x20)], "{name:?}");
        } else {
            assert_eq!((table.char(0x0A), table.char(0x0D)), (Some('\u{0c}'), None), "{name:?}");
        }
    }
}
