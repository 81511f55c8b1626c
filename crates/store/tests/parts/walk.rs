//! Whatever a carrier does with parts, in whatever batches it is learnt: each part is on the wire once, and twice only
//! where its message says so.

use super::house::{House, accepted, again, ambiguous, back, on_both, refused};
use sms::{Class, Code, Status};
use std::collections::BTreeMap;

/// A small generator, so that a seed is a story.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// What the carrier knows of one part.
#[derive(Default)]
struct Ledger {
    /// Tries of which it may have a copy.
    copies: u64,
    /// We know that it has one.
    known: bool,
    /// Tries that were given up, each with the answer that never came.
    lost: Vec<(i64, Option<i64>)>,
}

fn walk(h: &House, seed: u64) {
    let mut chance = Chance(seed * 0x9E37_79B9 + 1);
    let mut ledger: BTreeMap<(i64, i64), Ledger> = BTreeMap::new();
    let classes = [Class::Marketing, Class::Transactional, Class::Otp];
    let mut next_id = i64::try_from(seed).unwrap() * 1_000_000;
    let ids: Vec<i64> = classes.iter().map(|c| h.put(*c, 2 + chance.below(3) as i64)).collect();
    for turn in 0..200 {
        let go = h.take();
        if go.is_empty() && turn > 20 {
            break;
        }
        for (message, parts) in go {
            let attempt = h.message(message).attempt;
            let mut told = Vec::new();
            for part in parts {
                let line = ledger.entry((message, part)).or_default();
                assert!(!line.known, "seed {seed}: a part that the carrier has was taken again");
                next_id += 1;
                told.push((
                    part,
                    match chance.below(12) {
                        0..=2 => back(),
                        3 => again(h.now() + chance.below(500) as i64),
                        4..=6 => {
                            line.copies += 1;
                            line.lost.push((attempt, (chance.below(2) == 0).then_some(next_id)));
                            ambiguous()
                        }
                        7 if chance.below(4) == 0 => refused(),
                        _ => {
                            line.copies += 1;
                            line.known = true;
                            accepted(next_id)
                        }
                    },
                ));
                if chance.below(2) == 0 {
                    h.learn(message, std::mem::take(&mut told));
                }
            }
            h.learn(message, told);
        }
        for ((message, part), line) in &mut ledger {
            if chance.below(3) == 0
                && let Some((attempt, Some(id))) = line.lost.pop()
            {
                let waited = h.message(*message);
                h.late(*message, *part, attempt, Ok(id));
                line.known |= !waited.in_flight;
                if chance.below(2) == 0 {
                    h.receipt(id, Status::Delivered, Code::None);
                    line.known = true;
                }
            }
        }
    }
    assert!(h.take().is_empty(), "seed {seed}: it never ends");
    for id in ids {
        let m = h.message(id);
        assert!(m.status != Status::Queued && !m.in_flight, "seed {seed}: {} is left", m.status);
        h.counted(id, m.status);
        let most = ledger.iter().filter(|((message, _), _)| *message == id).map(|(_, l)| l.copies).max();
        let may = if m.possible_duplicate { 2 } else { 1 };
        assert!(most.unwrap_or_default() <= may, "seed {seed}: {most:?} copies of a part, {may} are told");
        assert!(!(m.possible_duplicate && m.class == Class::Marketing), "seed {seed}: held means held");
        let known = ledger.iter().filter(|((message, _), l)| *message == id && l.known).count();
        if m.status == Status::Submitted || m.status == Status::Delivered {
            assert_eq!(known as i64, m.parts, "seed {seed}: {} with a hole", m.status);
        }
    }
}

#[test]
fn a_part_is_on_the_wire_once_and_twice_only_where_it_is_told() {
    on_both("a_part_is_on_the_wire_once_and_twice_only_where_it_is_told", |h| {
        for seed in 1..=20 {
            walk(h, seed);
        }
    });
}
