//! A run: seeds first as they are, then changes of them, and of every case that came to something new.

use crate::chance::Chance;
use crate::{Seen, Target, mutate};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Cases.
    pub cases: u64,
    /// Outcomes of different kinds.
    pub marks: usize,
    /// Cases that are changed further.
    pub kept: usize,
    /// The most octets held at one time.
    pub memory: u64,
}

/// A broken promise, and how to see it again.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Of which target.
    pub target: &'static str,
    /// The seed of the run.
    pub seed: u64,
    /// Which case of it, from 0.
    pub number: u64,
    /// Its octets, made as short as they could be.
    pub case: Vec<u8>,
    /// What was broken.
    pub why: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Failure { target, seed, number, case, why } = self;
        let hex: String = case.iter().map(|octet| format!("{octet:02x}")).collect();
        writeln!(f, "{target}: {why}")?;
        writeln!(
            f,
            "case {number} of seed {seed}, {} octets: «{}»",
            case.len(),
            String::from_utf8_lossy(case)
        )?;
        write!(f, "again: cargo run -p fuzz -- {target} --case {hex}")
    }
}

/// Runs cases until `go_on` says that it is enough; it is asked with their count. Stops at the first broken promise.
pub fn run(target: &Target, seed: u64, mut go_on: impl FnMut(u64) -> bool) -> Result<Told, Failure> {
    let mut chance = Chance::of(seed);
    let mut kept: Vec<Vec<u8>> = (target.seeds)();
    let (mut marks, mut memory, mut number, seeds) = (BTreeSet::new(), 0, 0, kept.len());
    while go_on(number) {
        let seed_case =
            usize::try_from(number).ok().filter(|n| *n < seeds).and_then(|n| kept.get(n).cloned());
        let is_seed = seed_case.is_some();
        let case = seed_case.unwrap_or_else(|| {
            // The latest are changed more often: they came the farthest.
            let among = if chance.one_in(3) { kept.len().min(24) } else { kept.len() };
            let from = &kept[kept.len() - 1 - chance.below(among)];
            mutate::mutate(target, from, &kept[chance.below(kept.len())], &mut chance)
        });
        match judge(target, &case) {
            Err(why) => {
                let case = shortened(target, case, &why);
                let why = again(target, &case).err().unwrap_or(why);
                return Err(Failure { target: target.name, seed, number, case, why });
            }
            Ok((seen, held)) => {
                memory = memory.max(held);
                let known = marks.len();
                marks.extend(seen.0);
                if marks.len() > known && !is_seed {
                    kept.push(case);
                }
            }
        }
        number += 1;
    }
    Ok(Told { cases: number, marks: marks.len(), kept: kept.len(), memory })
}

/// One case: which promise it breaks.
pub fn again(target: &Target, case: &[u8]) -> Result<(), String> {
    judge(target, case).map(drop)
}

thread_local! {
    /// A panic here is an outcome, told by whoever asked for it.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Panics of cases are not printed, all others as they were.
fn hushed() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic);
            }
        }));
    });
}

fn judge(target: &Target, case: &[u8]) -> Result<(Seen, u64), String> {
    hushed();
    let mut seen = Seen::default();
    let mut outcome = Ok(Ok(()));
    let used = allocation_counter::measure(|| {
        QUIET.set(true);
        outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(case, &mut seen)));
        QUIET.set(false);
    });
    match outcome {
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            return Err(format!("it panics: {}", said.unwrap_or_default()));
        }
        Ok(Err(why)) => return Err(why),
        Ok(Ok(())) => {}
    }
    let (each, more) = target.memory;
    let most = each * case.len() as u64 + more;
    if used.bytes_max > most {
        return Err(format!("it holds {} octets for a case of {}", used.bytes_max, case.len()));
    }
    Ok((seen, used.bytes_max))
}

/// The case without what it does not need to fail in the same way.
fn shortened(target: &Target, mut case: Vec<u8>, why: &str) -> Vec<u8> {
    let kind = |why: &str| why.chars().take_while(|c| !c.is_ascii_digit()).take(24).collect::<String>();
    let wanted = kind(why);
    let mut size = case.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < case.len() {
            let mut less = case.clone();
            less.drain(at..(at + size).min(case.len()));
            match judge(target, &less) {
                Err(why) if kind(&why) == wanted => case = less,
                _ => at += size,
            }
        }
        size /= 2;
    }
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planted(case: &[u8], seen: &mut Seen) -> Result<(), String> {
        seen.size("length", case.len());
        seen.mark(case.first());
        if case.starts_with(b"ab") && case.get(5) == Some(&0xFF) {
            assert!(case.len() < 6, "found {}", case.len());
        }
        if case == b"memory" {
            std::hint::black_box(vec![0u8; 1 << 20]);
        }
        crate::hold(case != b"promise", || "a promise".into())
    }

    const PLANTED: Target = Target {
        name: "planted",
        about: "",
        seeds: || vec![b"ab1234".to_vec()],
        words: &[],
        mend: None,
        run: planted,
        memory: (16, 4_096),
        longest: 64,
        cases: 0,
    };

    #[test]
    fn what_is_wrong_is_found_made_short_and_found_again() {
        let failure = run(&PLANTED, 7, |n| n < 200_000).unwrap_err();
        assert_eq!((failure.target, failure.case.len()), ("planted", 6));
        assert!(failure.why.starts_with("it panics: found 6"), "{failure}");
        assert_eq!(again(&PLANTED, &failure.case).unwrap_err(), failure.why);
        let twice = run(&PLANTED, 7, |n| n < 200_000).unwrap_err();
        assert_eq!((twice.number, twice.case), (failure.number, failure.case));
    }

    #[test]
    fn memory_and_promises_are_looked_at() {
        assert!(again(&PLANTED, b"memory").unwrap_err().contains("octets for a case of 6"));
        assert_eq!(again(&PLANTED, b"promise").unwrap_err(), "a promise");
        assert_eq!(again(&PLANTED, b"else"), Ok(()));
    }

    #[test]
    fn a_stream_that_depends_on_its_cuts_is_seen() {
        let count = |pieces: &mut dyn Iterator<Item = &[u8]>| pieces.count();
        assert!(crate::in_any_pieces(b"abc", count).is_err());
        let sum = |pieces: &mut dyn Iterator<Item = &[u8]>| pieces.map(<[u8]>::len).sum::<usize>();
        assert_eq!(crate::in_any_pieces(b"abc", sum), Ok(3));
    }
}
