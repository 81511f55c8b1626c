use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

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

/// TXT-01, TXT-02: 160 and 161, 153 twice and one more, an escape pair at the edge.
#[test]
fn txt_01_02_limits_of_the_seven_bit_alphabet() {
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

/// TXT-03: 70 and 71, emoji, families, flags and skin tones at the edge.
#[test]
fn txt_03_limits_of_unicode() {
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

/// TXT-05.
#[test]
fn txt_05_one_emoji_takes_three_hundred_characters_from_two_parts_to_five() {
    let plain = "a".repeat(299);
    assert_eq!(size(&plain).parts, 2);
    assert_eq!(size(&(plain + "😀")).parts, 5);
}

#[test]
fn what_is_counted() {
    let size = size(&"ש".repeat(118));
    let shift = Shift::NONE;
    let want = Size { encoding: Encoding::Ucs2, shift, units: 118, parts: 2, per_part: 67, left: 16 };
    assert_eq!(size, want);
    assert_eq!(super::size("").left, 160);
}

/// Two octets for one septet here, two septets for one octet there: 240 of each, and a part's end within a letter.
#[test]
fn as_many_septets_as_octets_are_not_one_of_each() {
    let text = "öa[".repeat(60);
    assert_eq!((text.len(), size(&text).units, size(&text).parts), (240, 240, 2));
    assert_eq!(read(&split(&text, Reference::Eight(7), 255).unwrap()), text);
}

#[test]
fn headers_count_the_parts_and_a_single_one_has_none() {
    let text = "a".repeat(310);
    let split = split(&text, Reference::Sixteen(0x0102), 255).unwrap();
    assert_eq!(split.parts.iter().map(|p| p.units).collect::<Vec<_>>(), [152, 152, 6]);
    assert_eq!(split.parts[2].udh, [6, 8, 4, 1, 2, 3, 3]);
    assert!(super::split("hi", Reference::Eight(1), 1).unwrap().parts[0].udh.is_empty());
}

/// TXT-09: the header cannot count 256.
#[test]
fn txt_09_too_many_parts_are_refused_with_the_figure() {
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
            let shown = read(&Split { parts: vec![part.clone()], ..split });
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

mod national {
    use super::*;
    use crate::alphabet::Language::{Hindi, Portuguese, Spanish, Turkish};

    fn manner(shifts: &str) -> Manner {
        Manner { shifts: shifts.parse().unwrap(), ..Manner::default() }
    }

    fn shift(locking: Option<crate::alphabet::Language>, single: Option<crate::alphabet::Language>) -> Shift {
        Shift { locking, single }
    }

    /// One and both elements of tables, alone and with either concatenation; ports take six octets.
    #[test]
    fn what_a_header_of_tables_leaves() {
        let (one, both) = (shift(None, Some(Turkish)), shift(Some(Turkish), Some(Turkish)));
        let eight = Manner::default();
        let sixteen = Manner { joining: Joining::Header(Reference::Sixteen(0)), ..eight };
        let sar = Manner { joining: Joining::Carrier(Reference::Sixteen(0)), ..eight };
        let ports = Ports { destination: 0x0B84, source: 0x23F0, wide: true };
        let ported = Manner { ports: Some(ports), ..eight };
        let cases = [
            (eight, Shift::NONE, (160, 153)),
            (eight, one, (155, 149)),
            (eight, both, (152, 146)),
            (sixteen, one, (155, 148)),
            (sixteen, both, (152, 145)),
            (sar, Shift::NONE, (160, 153)),
            (sar, one, (155, 149)),
            (ported, Shift::NONE, (152, 146)),
        ];
        for (manner, shift, limits) in cases {
            assert_eq!(manner.limits(Encoding::Gsm7, shift), limits, "{manner:?} {shift:?}");
        }
        assert_eq!(ported.limits(Encoding::Ucs2, Shift::NONE), (66, 64));
        assert_eq!(ported.limits(Encoding::Octets, Shift::NONE), (133, 128));
    }

    /// TXT-08.
    #[test]
    fn txt_08_tables_are_used_only_where_allowed_and_only_where_they_save() {
        let turkish = "ığdır ".repeat(25);
        let cases: &[(&str, &str, Encoding, Shift, usize)] = &[
            (&turkish, "", Encoding::Ucs2, Shift::NONE, 3),
            (&turkish, "spanish portuguese", Encoding::Ucs2, Shift::NONE, 3),
            // 75 of its 150 characters are two septets: 225 septets.
            (&turkish, "turkish:single", Encoding::Gsm7, shift(None, Some(Turkish)), 2),
            (&turkish, "turkish", Encoding::Gsm7, shift(Some(Turkish), None), 1),
            // One part either way: the way that every handset reads.
            ("ığdır", "turkish", Encoding::Ucs2, Shift::NONE, 1),
            ("plain", "all", Encoding::Gsm7, Shift::NONE, 1),
            // The locking table has the euro in one septet.
            (&"€".repeat(100), "turkish", Encoding::Gsm7, shift(Some(Turkish), None), 1),
            (&"€".repeat(100), "turkish:single", Encoding::Gsm7, Shift::NONE, 2),
            // Letters of the locking table and brackets and digits of the single one.
            (&"नमस्ते १२ ".repeat(14), "hindi", Encoding::Gsm7, shift(Some(Hindi), Some(Hindi)), 2),
            (&"नमस्ते १२ ".repeat(14), "all", Encoding::Gsm7, shift(Some(Hindi), Some(Hindi)), 2),
            // Portuguese locking lacks ñ.
            (&"ação ñ ".repeat(20), "portuguese:locking", Encoding::Ucs2, Shift::NONE, 3),
            (&"ação ñ ".repeat(20), "portuguese", Encoding::Gsm7, shift(None, Some(Portuguese)), 2),
            (&"¿Cuándo? ".repeat(14), "spanish", Encoding::Gsm7, shift(None, Some(Spanish)), 1),
            (&"שלום ığdır ".repeat(10), "all", Encoding::Ucs2, Shift::NONE, 2),
        ];
        for (text, shifts, encoding, shift, parts) in cases {
            let size = size_as(text, &manner(shifts));
            assert_eq!(
                (size.encoding, size.shift, size.parts),
                (*encoding, *shift, *parts),
                "{text} {shifts}"
            );
        }
    }

    #[test]
    fn each_part_announces_its_tables_and_holds_149_septets() {
        let text = "¿Cuándo? ".repeat(40);
        let split = split_as(&text, &manner("spanish")).unwrap();
        assert_eq!(split.parts.iter().map(|p| p.units).collect::<Vec<_>>(), [149, 149, 102]);
        assert_eq!(split.parts[1].udh, [8, 0, 3, 0, 3, 2, 0x24, 1, 2]);
        let one = split_as(&"¿Cuándo? ".repeat(14), &manner("spanish")).unwrap();
        assert_eq!((one.parts[0].udh.as_slice(), one.parts[0].units), (&[3, 0x24, 1, 2][..], 140));
    }

    proptest! {
        /// Nothing that is allowed would have taken fewer parts, and what is chosen reads back.
        #[test]
        fn the_cheapest_is_chosen(
            text in prop_oneof![
                "[a-zçğıöşüİ €\\[\\]]{0,400}", "[a-záéíóúñ¿ ]{0,400}", "[ऀ-ॿ a-z{}]{0,300}", "[ \u{600}-\u{6ff}]{0,300}",
            ],
            words in prop::sample::subsequence(
                vec!["turkish", "spanish", "portuguese:locking", "portuguese:single", "hindi", "urdu", "tamil:single"],
                0..=7,
            ),
        ) {
            let manner = manner(&words.join(","));
            let chosen = size_as(&text, &manner);
            let split = split_as(&text, &manner).unwrap();
            prop_assert_eq!((split.encoding, split.shift, split.parts.len()), (chosen.encoding, chosen.shift, chosen.parts));
            let mut fewest = split_forced(&text, &manner, Encoding::Ucs2, Shift::NONE);
            for shift in manner.shifts.pairs() {
                if text.chars().all(|ch| shift.tables().septets(ch).is_some()) {
                    fewest = fewest.min(split_forced(&text, &manner, Encoding::Gsm7, shift));
                }
            }
            prop_assert_eq!(chosen.parts, fewest);
            let read: String = split.parts.iter().map(|part| {
                let tables = udh::parse(&part.udh).map_or(Shift::NONE, |header| header.shift()).tables();
                match split.encoding {
                    Encoding::Gsm7 => gsm7::decode_with(&part.body, tables),
                    _ => ucs2::decode(&part.body),
                }
            }).collect();
            prop_assert_eq!(read, text);
        }
    }

    /// Parts by clusters one after another, as plainly as it can be said.
    fn split_forced(text: &str, manner: &Manner, encoding: Encoding, shift: Shift) -> usize {
        let costs = choose::costs(encoding, shift);
        let (alone, several) = manner.limits(encoding, shift);
        let units: usize = text.chars().map(&costs).sum();
        if units <= alone {
            return 1;
        }
        let (mut parts, mut filled) = (1, 0);
        for cluster in text.graphemes(true) {
            let cost: usize = cluster.chars().map(&costs).sum();
            let pieces = if cost <= several { vec![cost] } else { cluster.chars().map(&costs).collect() };
            for piece in pieces {
                if filled + piece > several {
                    parts += 1;
                    filled = 0;
                }
                filled += piece;
            }
        }
        parts
    }
}

#[test]
fn other_ways_of_joining_leave_the_header_to_the_carrier() {
    let text = "ש".repeat(150);
    let sar = Manner { joining: Joining::Carrier(Reference::Sixteen(0x0102)), ..Manner::default() };
    let split = split_as(&text, &sar).unwrap();
    assert_eq!(
        split.parts.iter().map(|p| (p.udh.len(), p.units)).collect::<Vec<_>>(),
        [(0, 67), (0, 67), (0, 16)]
    );
    let place = Concat { reference: Reference::Sixteen(0x0102), total: 3, seq: 2 };
    assert_eq!(split.parts[1].place, Some(place));
    let whole = Manner { joining: Joining::Whole, ..Manner::default() };
    let split = split_as(&text, &whole).unwrap();
    assert_eq!((split.parts.len(), split.parts[0].body.len(), split.parts[0].place), (1, 300, None));
    assert_eq!(size_as(&text, &whole).parts, 3);
    let two = Manner { most: 2, ..whole };
    assert_eq!(split_as(&text, &two), Err(TooManyParts { parts: 3, most: 2 }));
}

#[test]
fn octets_are_cut_where_they_fill_a_part() {
    let octets: Vec<u8> = (0..=255).collect();
    let ports = Ports { destination: 2948, source: 9200, wide: true };
    let manner = Manner { ports: Some(ports), ..Manner::default() };
    let split = split_octets(&octets, &manner).unwrap();
    assert_eq!(split.parts.iter().map(|p| p.units).collect::<Vec<_>>(), [128, 128]);
    assert_eq!(split.parts[0].udh, [11, 0, 3, 0, 2, 1, 5, 4, 0x0B, 0x84, 0x23, 0xF0]);
    assert_eq!(split.parts.concat_bodies(), octets);
    assert_eq!(
        split_octets(&octets[..133], &manner).unwrap().parts[0].udh,
        [6, 5, 4, 0x0B, 0x84, 0x23, 0xF0]
    );
    assert!(split_octets(&[0; 134 * 4], &Manner { most: 3, ..Manner::default() }).is_err());
}

trait Bodies {
    fn concat_bodies(&self) -> Vec<u8>;
}

impl Bodies for Vec<Part> {
    fn concat_bodies(&self) -> Vec<u8> {
        self.iter().flat_map(|part| part.body.iter().copied()).collect()
    }
}

/// A cluster without end is read a bounded number of times.
#[test]
fn a_text_of_nothing_but_accents_is_counted_in_time() {
    let text = "e".to_owned() + &"\u{301}".repeat(200_000);
    let started = std::time::Instant::now();
    assert_eq!(size(&text).parts, 200_001_usize.div_ceil(67));
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
}

/// Found by the fuzz programs: as many septets as octets, but not one of each.
#[test]
fn sums_that_happen_to_be_equal_do_not_cut_a_letter() {
    for text in ["é[".repeat(120), "[é".repeat(120), format!("{}é{}[", "a".repeat(152), "b".repeat(40))] {
        assert_eq!(size(&text).units, text.len());
        let split = split(&text, Reference::Eight(7), u8::MAX).unwrap();
        let read: String = split.parts.iter().map(|part| gsm7::decode(&part.body)).collect();
        assert_eq!(read, text);
        assert!(split.parts.iter().all(|part| part.body.len() <= 153));
    }
}
