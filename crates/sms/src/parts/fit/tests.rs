use proptest::prelude::*;

use super::*;
use crate::alphabet::gsm7;

fn kinds(fit: &Fit) -> Vec<Change> {
    fit.steps.iter().map(|step| step.change).collect()
}

/// 150 plain characters take one part; whatever is added to them and is not plain takes three.
fn padded(text: &str) -> String {
    format!("{text}{}", "x".repeat(150))
}

/// TXT-04 and its kin.
#[test]
fn txt_04_each_kind_is_found_and_what_it_saves() {
    let cases = [
        ("soft\u{ad}hyphen", Change::Invisible, "softhyphen"),
        ("\u{200e}mark", Change::Marks, "mark"),
        ("a\u{a0}b", Change::Spaces, "a b"),
        ("it’s", Change::Quotes, "it's"),
        ("„so” «too»", Change::Quotes, "\"so\" \"too\""),
        ("9–5", Change::Dashes, "9-5"),
        ("wait…", Change::Ellipsis, "wait..."),
        ("Сafe", Change::LookAlikes, "Cafe"),
        ("ΑΘΗΝΑ", Change::LookAlikes, "AΘHNA"),
        ("ＡＢ", Change::LookAlikes, "AB"),
        ("₪", Change::Signs, "NIS"),
        ("¿Cuándo?", Change::Accents, "¿Cuando?"),
        ("űrhajó", Change::Accents, "ürhajo"),
        ("ŐŰőű", Change::Accents, "ÖÜöü"),
        ("łódź", Change::Accents, "lodz"),
    ];
    for (text, change, wanted) in cases {
        let fit = fit(&padded(text), &Manner::default());
        assert_eq!((kinds(&fit), fit.text.as_str()), (vec![change], padded(wanted).as_str()), "{text}");
        assert_eq!((fit.now.parts, fit.then.parts, fit.steps[0].saves), (3, 1, 2), "{text}");
        assert_eq!(fit.steps[0].after, fit.then);
    }
}

#[test]
fn several_changes_stand_in_order_and_each_is_needed() {
    let fit = fit(&padded("„Szép” – ő"), &Manner::default());
    assert_eq!(kinds(&fit), [Change::Quotes, Change::Dashes, Change::Accents]);
    assert_eq!(
        fit.steps.iter().map(|s| (s.after.parts, s.saves)).collect::<Vec<_>>(),
        [(3, 2), (3, 2), (1, 2)]
    );
    let quotes =
        [("„", "\""), ("”", "\"")].map(|(from, to)| (from.chars().next().unwrap(), to.to_owned(), 1));
    let swaps = fit.steps[0].swaps.iter().map(|s| (s.from, s.to.clone(), s.times)).collect::<Vec<_>>();
    assert_eq!(swaps, quotes);
}

#[test]
fn nothing_is_proposed_that_saves_nothing() {
    for text in [
        "it’s",
        &padded("plain"),
        &"שלום “עולם” … ".repeat(12),
        &padded("👍 it’s"),
        &"Привет, как дела? ".repeat(10),
    ] {
        let fit = fit(text, &Manner::default());
        assert_eq!((fit.steps.len(), fit.text.as_str(), fit.then), (0, text, fit.now), "{text}");
    }
}

#[test]
fn where_the_script_stays_only_what_no_script_misses_goes() {
    // A joiner, a mark of direction and a soft hyphen among 70 letters: only the last may go, and saves a part.
    let text = format!("\u{200f}{}\u{ad}\u{200d}", "ש".repeat(68));
    let fit = fit(&text, &Manner::default());
    assert_eq!((kinds(&fit), fit.then.parts), (vec![Change::Invisible], 1));
    assert_eq!(fit.text, text.replace('\u{ad}', ""));
}

#[test]
fn brackets_are_given_up_only_for_a_part() {
    let text = "[x] ".repeat(30);
    let fit = fit(&text, &Manner::default());
    assert_eq!((kinds(&fit), fit.now.units, fit.then.units), (vec![Change::Brackets], 180, 120));
    assert_eq!(fit.text, "(x) ".repeat(30));
}

#[test]
fn national_tables_spare_the_accents() {
    let manner = Manner { shifts: "spanish".parse().unwrap(), ..Manner::default() };
    let text = format!("¿Cuándo? — {}", "x".repeat(120));
    let fit = fit(&text, &manner);
    assert_eq!(kinds(&fit), [Change::Dashes]);
    assert_eq!(fit.then.shift.single, Some(crate::alphabet::Language::Spanish));
}

#[test]
fn every_replacement_is_plain_and_is_not_replaced_again() {
    for ch in '\0'..='\u{ffff}' {
        let Some((change, to)) = replacement(ch) else { continue };
        let mut text = String::new();
        to.push(&mut text);
        assert!(text.chars().all(|ch| gsm7::septets(ch).is_some()), "{ch} -> {text}");
        let again = text.chars().find_map(|ch| replacement(ch).map(|(change, _)| change));
        assert!(again.is_none_or(|again| again == Change::Brackets && change != again), "{ch} -> {text}");
    }
}

proptest! {
    #[test]
    fn what_is_proposed_saves_parts_and_is_what_it_says(
        text in "[a-z “”’–…áőłСе\u{ad}\u{200e}א\\[\\]😀]{0,200}|[a-z “”’–…áőłСе\u{ad}\u{200e}\\[\\]]{0,300}",
    ) {
        let fit = fit(&text, &Manner::default());
        prop_assert_eq!(apply(&text, &kinds(&fit)), fit.text.as_str());
        prop_assert_eq!(size_as(&fit.text, &Manner::default()), fit.then);
        prop_assert!(fit.steps.is_empty() || fit.then.parts < fit.now.parts);
        prop_assert!(fit.steps.iter().all(|step| step.saves > 0 && !step.swaps.is_empty()));
        if let Some(last) = fit.steps.last() {
            prop_assert_eq!(last.after, fit.then);
        }
    }
}
