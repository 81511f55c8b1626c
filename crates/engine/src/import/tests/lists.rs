//! The lists of people: the counts, the rows they stand in, and the numbers themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use serde_json::Value;
use sha2::{Digest, Sha256};
use sms::number::Kind;

use super::{expected, read_all, shared};
use crate::import::{Plan, RowOut, Source, Tally, Target};

fn sha256<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn count(counts: &Value, name: &str) -> u64 {
    counts[name].as_u64().unwrap_or_else(|| panic!("{name} is counted"))
}

fn rows_with(rows: &[RowOut], wanted: impl Fn(&crate::import::Entry) -> bool) -> Vec<u64> {
    rows.iter().filter(|row| row.entries.iter().any(&wanted)).map(|row| row.row).collect()
}

fn listed(spec: &Value, name: &str) -> Option<Vec<u64>> {
    spec["rows_where"]
        .get(name)
        .map(|list| list.as_array().expect("list").iter().filter_map(Value::as_u64).collect())
}

fn check_counts(file: &str, counts: &Value, tally: &Tally) {
    let seen = BTreeMap::from([
        ("rows", tally.rows),
        ("valid_mobiles", tally.phones.mobile),
        ("valid_mobiles_unique", tally.phones.mobile - tally.duplicates),
        ("foreign_mobiles", tally.foreign),
        ("duplicates", tally.duplicates),
        ("landline", tally.phones.landline),
        ("service_numbers", tally.phones.service),
        ("short_numbers", tally.phones.short),
        ("invalid", tally.phones.invalid),
        ("empty_phone_cells", tally.phones.empty),
        ("cells_with_two_phones", tally.cells_with_two_phones),
        ("rows_with_a_valid_mobile", tally.rows_with_mobile),
    ]);
    let truth: BTreeMap<&str, u64> = seen.keys().map(|name| (*name, count(counts, name))).collect();
    assert_eq!(seen, truth, "{file}");
}

fn check_rows(file: &str, spec: &Value, rows: &[RowOut]) {
    let kinds = [
        ("landline", Kind::Landline),
        ("service_numbers", Kind::Service),
        ("short_numbers", Kind::Short),
        ("invalid", Kind::Invalid),
        ("empty_phone_cells", Kind::Empty),
    ];
    for (name, kind) in kinds {
        if let Some(list) = listed(spec, name) {
            assert_eq!(rows_with(rows, |entry| entry.kind == kind), list, "{file}: {name}");
        }
    }
    assert_eq!(
        Some(rows_with(rows, |entry| entry.duplicate)),
        listed(spec, "duplicates"),
        "{file}: duplicates"
    );
    let foreign = rows_with(rows, |entry| entry.foreign && entry.mobile().is_some());
    assert_eq!(Some(foreign), listed(spec, "foreign_mobiles"), "{file}: foreign");
    let mobiles: BTreeSet<&str> =
        rows.iter().flat_map(|row| &row.entries).filter_map(|entry| entry.mobile()).collect();
    assert_eq!(
        sha256(mobiles.into_iter()),
        spec["counts"]["unique_mobiles_sha256"].as_str().expect("text"),
        "{file}"
    );
    for row in rows {
        assert_eq!(row.has_problem(), !row.cells.is_empty(), "{file}: cells are kept for problem rows");
    }
}

fn check_plan(file: &str, spec: &Value, source: &Source, plan: &Plan) {
    if let Some(line) = spec["header_row"].as_u64() {
        assert_eq!(plan.header_line, line, "{file}: header");
    }
    let phones: Vec<_> = plan.phone_columns().map(|column| column.header.as_str()).collect();
    assert_eq!(phones, [spec["phone_column"].as_str().unwrap_or("")], "{file}: phone column");
    assert_eq!(plan.rows, count(&spec["counts"], "rows"), "{file}: rows in the plan");
    if let Some(sheet) = spec["sheet"].as_str() {
        assert_eq!(source.sheets()[plan.sheet.expect("a sheet")].name, sheet);
    }
    if let Some(separator) = spec["delimiter"].as_str() {
        assert_eq!(plan.separator, separator.chars().next(), "{file}: separator");
    }
    let json = serde_json::to_string(plan).expect("plain data");
    assert_eq!(&serde_json::from_str::<Plan>(&json).expect("reads back"), plan);
}

#[test]
fn every_list_gives_its_true_counts() {
    let Some(data) = shared("lists") else { return };
    let expected = expected(&data);
    for (file, spec) in expected["contacts"].as_object().expect("files") {
        if spec["format"].as_str().is_some_and(|format| format.starts_with("vCard")) {
            continue;
        }
        let source = Source::open(&data.join(file)).expect("a list");
        let plan = source.plan(spec["default_country"].as_str().expect("country")).expect("a plan");
        check_plan(file, spec, &source, &plan);
        let (rows, tally) = read_all(&source, &plan);
        check_counts(file, &spec["counts"], &tally);
        check_rows(file, spec, &rows);
    }
}

#[test]
fn the_big_list_gives_its_true_counts() {
    let Some(data) = shared("big list") else { return };
    let expected = expected(&data);
    let truth = &expected["big"]["rows 100000"];
    let source = Source::open(&data.join("big-100k.csv")).expect("a list");
    let plan = source.plan("IL").expect("a plan");
    let tally = source.check(&plan).expect("readable");
    assert_eq!(tally.rows, count(truth, "rows"));
    assert_eq!(tally.phones.mobile, count(truth, "valid_mobiles"));
    assert_eq!(tally.phones.landline, count(truth, "landline"));
    assert_eq!(tally.phones.invalid, count(truth, "invalid"));
    assert_eq!(tally.phones.empty, count(truth, "empty_phone"));
    assert_eq!(tally.duplicates, count(truth, "duplicates"));
    assert_eq!(tally.foreign, count(truth, "foreign_mobiles"));
    assert_eq!(tally.cells_with_two_phones, count(truth, "cells_with_two_phones"));
}

fn targets(plan: &Plan) -> Vec<Target> {
    plan.columns.iter().map(|column| column.target.clone()).collect()
}

fn field(name: &str) -> Target {
    Target::Field(name.to_owned())
}

#[test]
fn columns_are_guessed() {
    use Target::{Consent, ConsentDate, FirstName, LastName, Phone, Skip};
    let Some(data) = shared("columns") else { return };
    let plan =
        |file: &str, country| Source::open(&data.join(file)).expect("a list").plan(country).expect("a plan");
    assert_eq!(
        targets(&plan("shop-haifa.xlsx", "IL")),
        [FirstName, LastName, Phone, field("birthday"), field("city"), Skip, Consent, ConsentDate]
    );
    assert_eq!(
        targets(&plan("clients-ru.csv", "RU")),
        [
            LastName,
            FirstName,
            field("отчество"),
            Phone,
            field("birthday"),
            field("city"),
            field("скидка"),
            Skip,
            Consent
        ]
    );
    assert_eq!(
        targets(&plan("clients-ua.csv", "UA")),
        [LastName, FirstName, Phone, field("birthday"), field("city"), Skip, Consent]
    );
    assert_eq!(
        targets(&plan("vevok-hu.csv", "HU")),
        [LastName, FirstName, Phone, field("birthday"), field("city"), Consent, Skip]
    );
    assert_eq!(
        targets(&plan("clientes-uy.csv", "UY")),
        [FirstName, LastName, Phone, field("birthday"), field("city"), Consent, Skip]
    );
    assert_eq!(targets(&plan("staff-es.txt", "ES")), [Phone]);
    assert!(plan("shop-haifa.xlsx", "IL").repaired > 90, "lost zeros are told");
}

#[test]
fn consent_and_birthdays_are_read() {
    let Some(data) = shared("fields") else { return };
    let expected = expected(&data);
    for (file, spec) in expected["contacts"].as_object().expect("files") {
        let Some(yes) = spec["fields"]["consent_yes"].as_u64() else { continue };
        let source = Source::open(&data.join(file)).expect("a list");
        let plan = source.plan(spec["default_country"].as_str().expect("country")).expect("a plan");
        let (rows, _) = read_all(&source, &plan);
        let said = |answer| rows.iter().filter(|row| row.person.consent == answer).count() as u64;
        assert_eq!(said(Some(true)), yes, "{file}");
        assert_eq!(said(Some(false)), count(&spec["fields"], "consent_no"), "{file}");
        assert_eq!(said(None), count(&spec["fields"], "consent_blank"), "{file}");
        let Some(hash) = spec["fields"]["birthdays_sha256"].as_str() else { continue };
        let birthday = plan.columns.iter().find(|column| column.target == field("birthday")).expect("known");
        let of = |row: &RowOut| {
            row.person.fields.iter().find(|(at, _)| *at == birthday.index).map(|(_, v)| v.clone())
        };
        let days: Vec<String> = rows.iter().map(|row| of(row).unwrap_or_default()).collect();
        let valid = days.iter().filter(|day| !day.is_empty()).count() as u64;
        assert_eq!(valid, count(&spec["fields"], "birthdays_valid"), "{file}");
        assert_eq!(sha256(days.iter().map(String::as_str)), hash, "{file}");
    }
}

#[test]
fn examples_read_as_they_should() {
    let Some(data) = shared("examples") else { return };
    let expected = expected(&data);
    for (file, spec) in expected["contacts"].as_object().expect("files") {
        let Some(country) = spec["default_country"].as_str().filter(|_| !file.ends_with(".vcf")) else {
            continue;
        };
        let source = Source::open(&data.join(file)).expect("a list");
        let (rows, _) = read_all(&source, &source.plan(country).expect("a plan"));
        for example in spec["examples"].as_array().expect("examples") {
            let at = example["row"].as_u64().expect("row") as usize;
            let entry = &rows[at - 1].entries[0];
            match example["reads_as"].as_str().expect("text") {
                "invalid" => assert_eq!(entry.kind, Kind::Invalid, "{file} {at}"),
                "service number" => assert_eq!(entry.kind, Kind::Service, "{file} {at}"),
                "short number" => assert_eq!(entry.kind, Kind::Short, "{file} {at}"),
                "V" => assert_eq!(entry.kind, Kind::Landline, "{file} {at}"),
                number => assert_eq!(entry.number.as_deref(), Some(number), "{file} {at}"),
            }
        }
    }
}

#[test]
fn reading_resumes_behind_a_row() {
    let Some(data) = shared("resume") else { return };
    let source = Source::open(&data.join("clients-ua.csv")).expect("a list");
    let plan = source.plan("UA").expect("a plan");
    let (all, whole) = read_all(&source, &plan);
    let mut rest: Vec<RowOut> = Vec::new();
    let tally = source
        .read(&plan, 700, |batch| {
            rest.append(batch);
            ControlFlow::Continue(())
        })
        .expect("readable");
    assert_eq!(tally, whole, "counts are of all rows");
    assert_eq!(rest, all[700..], "duplicates of earlier rows are still known");
    let mut first = 0;
    source
        .read(&plan, 0, |batch| {
            first += batch.len();
            ControlFlow::Break(())
        })
        .expect("readable");
    assert_eq!(first, 500, "a break stops the reading");
    assert_eq!(source.preview(&plan, 20).expect("readable"), all[..20]);
}
