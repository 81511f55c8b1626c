//! Texts against the septets that other programs make of them (`vectors/septets.tsv`, `vectors/packed.tsv`).

use sms::alphabet::{Language, Shift, gsm7};

fn hex(text: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(pair).collect()
}

fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[test]
fn every_pair_of_tables_writes_and_reads_as_others_do() {
    let mut seen = std::collections::HashSet::new();
    for row in rows(include_str!("vectors/septets.tsv")) {
        let language = |name: &str| (name != "-").then(|| name.parse::<Language>().unwrap());
        let shift = Shift { locking: language(row[0]), single: language(row[1]) };
        let septets = hex(row[3]);
        assert_eq!(gsm7::encode_with(row[2], shift.tables()), Some(septets.clone()), "{row:?}");
        assert_eq!(gsm7::decode_with(&septets, shift.tables()), row[2], "{row:?}");
        seen.extend([shift.locking, shift.single].into_iter().flatten());
    }
    assert_eq!(seen.len(), Language::ALL.len(), "every language has a text");
}

#[test]
fn texts_are_packed_as_others_pack_them() {
    for row in rows(include_str!("vectors/packed.tsv")) {
        let septets = gsm7::encode(row[0]).unwrap();
        assert_eq!(gsm7::pack(&septets, 0), hex(row[1]), "{row:?}");
        assert_eq!(gsm7::decode(&gsm7::unpack(&hex(row[1]), 0, septets.len())), row[0]);
    }
}
