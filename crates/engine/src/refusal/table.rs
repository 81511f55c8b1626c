//! Replies as people write them, by hundreds, with what must become of each. Every line is a reply of its own; a language
//! that is missing here is missing in the product.

use super::*;

fn all(kind: Kind, lines: &str) -> Vec<String> {
    let texts = lines.lines().map(str::trim).filter(|l| !l.is_empty());
    texts
        .map(|text| (text, judge(text)))
        .filter(|(_, v)| v.kind != kind)
        .map(|(text, v)| format!("«{text}» should be {kind:?}, is {:?} by {}", v.kind, v.rule))
        .collect()
}

fn check(kind: Kind, lines: &str) {
    let wrong = all(kind, lines);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn refusals_in_english() {
    check(Kind::Optout, include_str!("table/en.optout.txt"));
}

#[test]
fn refusals_in_hebrew() {
    check(Kind::Optout, include_str!("table/he.optout.txt"));
}

#[test]
fn refusals_in_russian_and_ukrainian() {
    check(Kind::Optout, include_str!("table/ru.optout.txt"));
    check(Kind::Optout, include_str!("table/uk.optout.txt"));
}

#[test]
fn refusals_in_hungarian_spanish_and_arabic() {
    check(Kind::Optout, include_str!("table/hu.optout.txt"));
    check(Kind::Optout, include_str!("table/es.optout.txt"));
    check(Kind::Optout, include_str!("table/ar.optout.txt"));
}

#[test]
fn doubtful_ones_wait_for_a_person() {
    check(Kind::Suspect, include_str!("table/suspect.txt"));
}

#[test]
fn ordinary_messages_stay_ordinary() {
    check(Kind::Inbox, include_str!("table/inbox.txt"));
}

#[test]
fn there_are_hundreds() {
    let files = [
        include_str!("table/en.optout.txt"),
        include_str!("table/he.optout.txt"),
        include_str!("table/ru.optout.txt"),
        include_str!("table/uk.optout.txt"),
        include_str!("table/hu.optout.txt"),
        include_str!("table/es.optout.txt"),
        include_str!("table/ar.optout.txt"),
        include_str!("table/suspect.txt"),
        include_str!("table/inbox.txt"),
    ];
    let lines: Vec<&str> = files.iter().flat_map(|f| f.lines()).filter(|l| !l.trim().is_empty()).collect();
    let once: std::collections::HashSet<&&str> = lines.iter().collect();
    assert!(lines.len() > 300, "{}", lines.len());
    assert_eq!(once.len(), lines.len(), "a reply stands twice");
}
