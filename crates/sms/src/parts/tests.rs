use proptest::prelude::*;

use super::*;
use crate::udh;

const FAMILY: &str = "👨‍👩‍👧";

fn shape(text: &str) -> (Encoding, Vec<usize>) {
    let split = split(text, Reference::Eight(7), 255).unwrap();
    (split.encoding, split.parts.iter().map(|p| p.units).collect())
}

fn read(split: &Split) -> String {
    let decode = |p: &Part| match split.encoding {
        Encoding::Gsm7 => gsm7::decode(&p.body),
        _ => ucs2::decode(&p.body),
    };
    split.parts.iter().map(decode).collect()
}

/// 140 octets less the header, 3GPP 23.040 clause 9.2.3.24: concatenation of both widths, national tables,
/// both.
#[test]
fn capacities() {
    let cases = [
        (0, 160, 70, 140),
        (6, 153, 67, 134),
        (7, 152, 66, 133),
        (4, 155, 68, 136),
        (9, 149, 65, 131),
        (12, 146, 64, 128),
        (10, 148, 65, 130),
        (13, 145, 63, 127),
    ];
    for (header, septets, units, octets) in cases {
        let all = [Encoding::Gsm7, Encoding::Ucs2, Encoding::Octets].map(|e| e.capacity(header));
        assert_eq!(all, [septets, units, octets], "header of {header}");
    }
}

#[test]
fn limits_of_the_seven_bit_alphabet() {
    let cases: &[(String, &[usize])] = &[
        (String::new(), &[0]),
        ("a".repeat(160), &[160]),
        ("a".repeat(161), &[153, 8]),
        ("a".repeat(306), &[153, 153]),
        ("a".repeat(307), &[153, 153, 1]),
        ("a".repeat(158) + "€", &[160]),
        ("a".repeat(159) + "€", &[153, 8]),
        ("a".repeat(152) + "€" + &"b".repeat(20), &[152, 22]),
        ("€".repeat(80), &[160]),
        ("€".repeat(81), &[152, 10]),
        ("a".repeat(152) + "\r\n" + &"b".repeat(20), &[152, 22]),
    ];
    for (text, units) in cases {
        assert_eq!(shape(text), (Encoding::Gsm7, units.to_vec()), "{text}");
    }
}

#[test]
fn limits_of_unicode() {
    let cases: &[(String, &[usize])] = &[
        ("ש".repeat(70), &[70]),
        ("ש".repeat(71), &[67, 4]),
        ("ש".repeat(134), &[67, 67]),
        ("ש".repeat(135), &[67, 67, 1]),
        ("ש".repeat(66) + "😀" + &"ש".repeat(10), &[66, 12]),
        ("ש".repeat(65) + "😀" + &"ש".repeat(10), &[67, 10]),
        ("ש".repeat(60) + FAMILY + "אבג", &[60, 11]),
        ("ש".repeat(65) + "👍🏽" + "אבג", &[65, 7]),
        ("ש".repeat(64) + "🇮🇱🇺🇦", &[64, 8]),
        // A niqqud point never leaves its letter.
        ("ש".repeat(66) + "שָׁ" + "לום!", &[66, 7]),
        // A cluster too long for any part is cut between characters, still not within a pair.
        ("e".to_owned() + &"\u{301}".repeat(100), &[67, 34]),
        ("😀\u{200d}".repeat(40), &[66, 54]),
    ];
    for (text, units) in cases {
        assert_eq!(shape(text), (Encoding::Ucs2, units.to_vec()), "{text}");
    }
}

#[test]
fn one_emoji_takes_three_hundred_characters_from_two_parts_to_five() {
    let plain = "a".repeat(299);
    assert_eq!(size(&plain).parts, 2);
    assert_eq!(size(&(plain + "😀")).parts, 5);
}

#[test]
fn what_is_counted() {
    let size = size(&"ש".repeat(118));
    let want = Size { encoding: Encoding::Ucs2, units: 118, parts: 2, per_part: 67, left: 16 };
    assert_eq!(size, want);
    assert_eq!(super::size("").left, 160);
}

#[test]
fn headers_count_the_parts_and_a_single_one_has_none() {
    let text = "a".repeat(310);
    let split = split(&text, Reference::Sixteen(0x0102), 255).unwrap();
    assert_eq!(split.parts.iter().map(|p| p.units).collect::<Vec<_>>(), [152, 152, 6]);
    assert_eq!(split.parts[2].udh, [6, 8, 4, 1, 2, 3, 3]);
    assert!(super::split("hi", Reference::Eight(1), 1).unwrap().parts[0].udh.is_empty());
}

#[test]
fn too_many_parts_are_refused_with_the_figure() {
    let text = "a".repeat(153 * 11);
    assert_eq!(split(&text, Reference::Eight(0), 10), Err(TooManyParts { parts: 11, most: 10 }));
    assert_eq!(split(&text, Reference::Eight(0), 11).unwrap().parts.len(), 11);
    let text = "a".repeat(153 * 256);
    assert_eq!(split(&text, Reference::Eight(0), 255), Err(TooManyParts { parts: 256, most: 255 }));
}

/// What must stay in one piece.
const WHOLE: &[&str] = &[FAMILY, "👍🏽", "🇮🇱", "שָׁ", "ő", "é", "\r\n", "e\u{301}\u{302}", "1️⃣", "’"];

/// Text such as people write, rich in what is hard to cut.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9 .,\n]{1,40}",
        1 => "[€\\[\\]~|^{}]{1,12}",
        1 => "[א-ת]{1,30}",
        1 => "[а-яё]{1,30}",
        1 => prop::sample::select(WHOLE).prop_map(|s| s.repeat(3)),
        // A byte order mark is no text: the decoder drops it.
        1 => any::<String>().prop_map(|s| s.replace(['\u{feff}', '\u{fffe}'], "")),
    ];
    let gsm = "[a-zA-Z0-9 €\\[\\]@£é\n]{0,700}";
    prop_oneof![2 => prop::collection::vec(piece, 0..25).prop_map(|v| v.concat()), 1 => gsm]
}

proptest! {
    #[test]
    fn splitting_loses_nothing_and_agrees_with_the_count(text in texts()) {
        let split = split(&text, Reference::Eight(9), 255).unwrap();
        let size = size(&text);
        prop_assert_eq!(size.encoding, split.encoding);
        prop_assert_eq!(size.parts, split.parts.len());
        prop_assert_eq!(size.units, split.parts.iter().map(|p| p.units).sum::<usize>());
        prop_assert_eq!(size.left, size.per_part - split.parts.last().unwrap().units);
        let counted = count(&text);
        prop_assert_eq!((counted.parts, counted.units, counted.left), (size.parts, size.units, size.left));
        prop_assert_eq!(read(&split), text);
    }

    #[test]
    fn every_part_fits_and_every_cut_is_lawful(text in texts(), sixteen in any::<bool>()) {
        let reference = if sixteen { Reference::Sixteen(9) } else { Reference::Eight(9) };
        let split = split(&text, reference, 255).unwrap();
        let borders: std::collections::BTreeSet<usize> =
            text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        let limit = split.encoding.capacity(reference.header_len());
        let mut at = 0;
        for (index, part) in split.parts.iter().enumerate() {
            let octets = match split.encoding {
                Encoding::Gsm7 => (part.body.len() * 7).div_ceil(8),
                _ => part.body.len(),
            };
            prop_assert!(part.udh.len() + octets <= 140);
            if split.parts.len() > 1 {
                let concat = udh::parse(&part.udh).unwrap().concat().unwrap();
                prop_assert_eq!(usize::from(concat.seq), index + 1);
                prop_assert_eq!(usize::from(concat.total), split.parts.len());
            }
            let shown = read(&Split { encoding: split.encoding, parts: vec![part.clone()] });
            let torn = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
            prop_assert!(!torn(&shown) || torn(&text));
            at += shown.len();
            if !borders.contains(&at) {
                let clusters = text.grapheme_indices(true).take_while(|(start, _)| *start < at);
                let (_, cluster) = clusters.last().unwrap();
                prop_assert!(cluster.encode_utf16().count() > limit);
            }
        }
        prop_assert_eq!(at, text.len());
    }
}
