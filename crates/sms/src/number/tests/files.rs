//! The contact files of the shared folder, against the counts their generator gives. Skipped, and says so,
//! where the folder is absent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

use super::*;

/// `shared/data`: named by `SENDWORD_SHARED`, or beside the repository, or beside any folder above it.
fn data() -> Option<PathBuf> {
    if let Some(shared) = std::env::var_os("SENDWORD_SHARED") {
        return Some(PathBuf::from(shared).join("data"));
    }
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|dir| dir.join("shared/data")).find(|dir| dir.join("EXPECTED.json").is_file())
}

fn expected() -> Option<(PathBuf, Value)> {
    let Some(dir) = data() else {
        eprintln!("skipped: no shared/data beside the repository (or set SENDWORD_SHARED)");
        return None;
    };
    let text = std::fs::read_to_string(dir.join("EXPECTED.json")).unwrap();
    Some((dir, serde_json::from_str(&text).unwrap()))
}

fn text_of(cell: &Value) -> String {
    cell.as_str().map_or_else(|| cell.to_string(), str::to_owned)
}

#[test]
fn every_example_reads_as_it_should() {
    let Some((_, expected)) = expected() else { return };
    let mut read = 0;
    for (file, entry) in expected["contacts"].as_object().unwrap() {
        let country = entry["default_country"].as_str().unwrap();
        for example in entry["examples"].as_array().unwrap() {
            let cell = text_of(&example["cell"]);
            let cell = cell.split(['#', '\t']).next().unwrap();
            let reading = normalise(cell, country);
            let spelling = example["spelling"].as_str().unwrap();
            let says = match example["reads_as"].as_str().unwrap() {
                "invalid" => reading.kind == Kind::Invalid,
                "service number" => reading.kind == Kind::Service,
                "short number" => reading.kind == Kind::Short,
                "V" => reading.kind == Kind::Landline,
                number if reading.country == Some("IL") && spelling == "landline" => {
                    reading.kind == Kind::Landline && reading.e164.as_deref() == Some(number)
                }
                number => reading.e164.as_deref() == Some(number),
            };
            assert!(says, "{file}: {example} reads as {reading:?}");
            assert_eq!(reading.foreign, spelling.starts_with("foreign"), "{file}: {example}");
            read += 1;
        }
    }
    assert!(read > 100, "only {read} examples");
}

/// The delimited files: name, encoding, separator.
const TABLES: &[(&str, &str, u8)] = &[
    ("clients-ru.csv", "windows-1251", b';'),
    ("clients-ua.csv", "utf-8", b','),
    ("vevok-hu.csv", "windows-1250", b'\t'),
    ("clientes-uy.csv", "utf-16le", b';'),
];

fn cells(dir: &std::path::Path, entry: &Value, file: &str, encoding: &str, separator: u8) -> Vec<String> {
    let bytes = std::fs::read(dir.join(file)).unwrap();
    let (text, _) =
        encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap().decode_with_bom_removal(&bytes);
    let mut table =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let phone =
        table.headers().unwrap().iter().position(|h| Some(h) == entry["phone_column"].as_str()).unwrap();
    table.records().map(|row| row.unwrap().get(phone).unwrap_or_default().to_owned()).collect()
}

#[test]
fn whole_files_give_the_counts_of_their_generator() {
    let Some((dir, expected)) = expected() else { return };
    for (file, encoding, separator) in TABLES {
        let entry = &expected["contacts"][*file];
        let country = entry["default_country"].as_str().unwrap();
        let cells = cells(&dir, entry, file, encoding, *separator);
        check(file, country, &entry["counts"], cells.iter().map(String::as_str));
    }
    let entry = &expected["contacts"]["staff-es.txt"];
    let text = std::fs::read_to_string(dir.join("staff-es.txt")).unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap().split('#').next().unwrap());
    check("staff-es.txt", "ES", &entry["counts"], lines.filter(|line| !line.trim().is_empty()));
}

fn check<'t>(file: &str, country: &str, counts: &Value, cells: impl Iterator<Item = &'t str>) {
    let mut kinds: BTreeMap<Kind, u64> = BTreeMap::new();
    let (mut entries, mut several, mut foreign, mut mobiles) = (0, 0, 0, BTreeSet::new());
    for cell in cells {
        let pieces = split_cell(cell);
        several += u64::from(pieces.len() > 1);
        for piece in pieces {
            let reading = normalise(piece, country);
            *kinds.entry(reading.kind).or_default() += 1;
            entries += u64::from(reading.kind != Kind::Empty);
            if reading.kind == Kind::Mobile {
                foreign += u64::from(reading.foreign);
                mobiles.extend(reading.e164);
            }
        }
    }
    let seen = |kind| kinds.get(&kind).copied().unwrap_or_default();
    let figures = [
        ("phone_entries", entries),
        ("valid_mobiles", seen(Kind::Mobile)),
        ("valid_mobiles_unique", mobiles.len() as u64),
        ("foreign_mobiles", foreign),
        ("landline", seen(Kind::Landline)),
        ("service_numbers", seen(Kind::Service)),
        ("short_numbers", seen(Kind::Short)),
        ("invalid", seen(Kind::Invalid)),
        ("empty_phone_cells", seen(Kind::Empty)),
        ("cells_with_two_phones", several),
    ];
    for (name, figure) in figures {
        assert_eq!(counts[name].as_u64(), Some(figure), "{file}: {name}");
    }
}
