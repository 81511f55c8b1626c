use proptest::prelude::*;

use super::*;

type Joined = Reassembly<&'static str, String>;

fn place(reference: u8, total: u8, seq: u8) -> Concat {
    Concat { reference: Reference::Eight(reference), total, seq }
}

fn whole(parts: &[&str]) -> Taken<String> {
    Taken::Whole(parts.iter().map(|part| part.to_string()).collect())
}

fn take(joined: &mut Joined, key: &'static str, at: Concat, part: &str, now: i64) -> Taken<String> {
    let (taken, gone) = joined.take(key, at, part.to_owned(), now);
    assert!(gone.is_empty());
    taken
}

#[test]
fn order_does_not_matter_and_repeats_do_not_count() {
    let mut joined = Joined::new(Limits::default());
    assert_eq!(take(&mut joined, "a", place(7, 3, 3), "three", 0), Taken::Waits { have: 1, total: 3 });
    assert_eq!(take(&mut joined, "a", place(7, 3, 1), "one", 1), Taken::Waits { have: 2, total: 3 });
    assert_eq!(take(&mut joined, "a", place(7, 3, 3), "three", 2), Taken::Repeat);
    assert_eq!(take(&mut joined, "a", place(7, 3, 2), "two", 3), whole(&["one", "two", "three"]));
    // Repeated after the end, a part begins nothing.
    assert_eq!(take(&mut joined, "a", place(7, 3, 2), "two", 4), Taken::Repeat);
    assert_eq!((joined.len(), joined.octets()), (0, 0));
    // Much later the reference comes round again, with the same words.
    assert_eq!(take(&mut joined, "a", place(7, 3, 2), "two", 700_000), Taken::Waits { have: 1, total: 3 });
}

#[test]
fn senders_widths_and_totals_are_texts_of_their_own() {
    let mut joined = Joined::new(Limits::default());
    take(&mut joined, "a", place(1, 2, 1), "a1", 0);
    take(&mut joined, "b", place(1, 2, 1), "b1", 0);
    take(&mut joined, "a", place(1, 3, 1), "long", 0);
    let wide = Concat { reference: Reference::Sixteen(1), total: 2, seq: 1 };
    take(&mut joined, "a", wide, "wide", 0);
    assert_eq!(joined.len(), 4);
    assert_eq!(take(&mut joined, "b", place(1, 2, 2), "b2", 0), whole(&["b1", "b2"]));
    assert_eq!(take(&mut joined, "a", Concat { seq: 2, ..wide }, "r", 0), whole(&["wide", "r"]));
    assert_eq!(take(&mut joined, "a", place(1, 2, 2), "a2", 0), whole(&["a1", "a2"]));
}

/// One part of a text was lost; the reference comes again.
#[test]
fn a_later_text_under_the_same_reference_is_not_mixed_with_one_that_lost_a_part() {
    let mut joined = Joined::new(Limits::default());
    take(&mut joined, "a", place(9, 2, 1), "old 1", 0);
    assert_eq!(take(&mut joined, "a", place(9, 2, 1), "new 1", 50), Taken::Waits { have: 1, total: 2 });
    assert_eq!(take(&mut joined, "a", place(9, 2, 2), "new 2", 60), whole(&["new 1", "new 2"]));
    let gone = joined.overdue(86_400_000);
    assert_eq!(gone[0].parts, [(1, "old 1".to_owned())]);
    assert_eq!((gone.len(), gone[0].key, gone[0].total), (1, "a", 2));
    assert!(joined.is_empty() && joined.octets() == 0);
}

#[test]
fn a_text_waits_for_its_next_part_a_day_and_no_longer() {
    let mut joined = Joined::new(Limits { age_ms: 100, ..Limits::default() });
    take(&mut joined, "a", place(1, 3, 1), "1", 0);
    take(&mut joined, "b", place(1, 3, 1), "1", 10);
    take(&mut joined, "a", place(1, 3, 2), "2", 90);
    assert_eq!(joined.overdue(109), []);
    assert_eq!(joined.overdue(110).iter().map(|u| u.key).collect::<Vec<_>>(), ["b"]);
    assert_eq!(joined.overdue(190)[0].parts.len(), 2);
}

#[test]
fn room_is_made_by_giving_up_the_oldest() {
    let mut joined = Joined::new(Limits { texts: 2, octets: 10, ..Limits::default() });
    take(&mut joined, "a", place(1, 2, 1), "aa", 0);
    take(&mut joined, "b", place(1, 2, 1), "bb", 1);
    let (_, gone) = joined.take("c", place(1, 2, 1), "cc".into(), 2);
    assert_eq!(gone.iter().map(|u| u.key).collect::<Vec<_>>(), ["a"]);
    let (_, gone) = joined.take("d", place(1, 9, 1), "d".repeat(9), 3);
    assert_eq!(gone.iter().map(|u| u.key).collect::<Vec<_>>(), ["b", "c"]);
    // A part beyond the limit by itself does not stay either.
    let (taken, gone) = joined.take("e", place(1, 2, 1), "e".repeat(99), 4);
    assert_eq!((taken, gone.len(), joined.octets()), (Taken::Waits { have: 1, total: 2 }, 2, 0));
    assert_eq!(joined.drain(), []);
}

#[test]
fn a_single_part_waits_for_nobody() {
    let mut joined = Joined::new(Limits::default());
    assert_eq!(take(&mut joined, "a", place(1, 1, 1), "x", 0), whole(&["x"]));
}

proptest! {
    /// Several texts of several senders in any order, with repeats: each comes out once and whole.
    #[test]
    fn every_text_comes_out_once(
        totals in proptest::collection::vec(2_u8..6, 1..8), order in any::<prop::sample::Index>(),
        shuffle in proptest::collection::vec(any::<u16>(), 80), twice in any::<bool>(),
    ) {
        let mut arrivals: Vec<(usize, u8)> = totals.iter().enumerate()
            .flat_map(|(text, total)| (1..=*total).map(move |seq| (text, seq))).collect();
        if twice {
            let again = arrivals[order.index(arrivals.len())];
            arrivals.push(again);
        }
        for (index, other) in shuffle.iter().enumerate().take(arrivals.len()) {
            let other = usize::from(*other) % arrivals.len();
            arrivals.swap(index, other);
        }
        let mut joined: Reassembly<usize, Vec<u8>> = Reassembly::new(Limits::default());
        let mut whole = std::collections::HashSet::new();
        for (now, (text, seq)) in (0..).zip(arrivals) {
            let at = place(text as u8 % 2, totals[text], seq);
            let (taken, gone) = joined.take(text, at, vec![text as u8, seq], now);
            prop_assert!(gone.is_empty());
            if let Taken::Whole(parts) = taken {
                let wanted: Vec<Vec<u8>> = (1..=totals[text]).map(|seq| vec![text as u8, seq]).collect();
                prop_assert_eq!(parts, wanted);
                prop_assert!(whole.insert(text));
            }
        }
        prop_assert_eq!((whole.len(), joined.len(), joined.octets()), (totals.len(), 0, 0));
    }

    /// Whatever comes, the limits hold and nothing disappears unseen.
    #[test]
    fn limits_hold(
        parts in proptest::collection::vec((0_u8..4, 0_u8..3, 0_u8..5, 0_u8..6, 0_usize..20), 0..200),
    ) {
        let limits = Limits { texts: 3, octets: 40, age_ms: 50, repeat_ms: 5 };
        let mut joined: Reassembly<u8, Vec<u8>> = Reassembly::new(limits);
        let (mut taken_in, mut out) = (0, 0);
        for (now, (key, reference, total, seq, size)) in (0..).zip(parts) {
            let (taken, gone) = joined.take(key, place(reference, total, seq), vec![seq; size], now);
            if taken != Taken::Repeat {
                taken_in += 1;
            }
            if let Taken::Whole(parts) = taken {
                out += parts.len();
            }
            out += gone.iter().map(|text| text.parts.len()).sum::<usize>();
            prop_assert!(joined.len() <= 3 && joined.octets() <= 40 && joined.done_order.len() <= 3);
            out += joined.overdue(now).iter().map(|text| text.parts.len()).sum::<usize>();
        }
        out += joined.drain().iter().map(|text| text.parts.len()).sum::<usize>();
        prop_assert_eq!(taken_in, out);
    }
}
