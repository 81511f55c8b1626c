//! Invented people: the numbers that are written to, and lists as Excel would export them, always the same for a seed.

use crate::Res;
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;

const FIRST: [&str; 24] = [
    "Noa",
    "Yael",
    "Tamar",
    "Maya",
    "Shira",
    "Dana",
    "Lior",
    "Amit",
    "David",
    "Itai",
    "Olga",
    "Dmitry",
    "Sergey",
    "Natalia",
    "Zsófia",
    "László",
    "Lucía",
    "Mateo",
    "Emily",
    "James",
    "נועה",
    "משה",
    "Ольга",
    "Сергій",
];
const LAST: [&str; 18] = [
    "Cohen",
    "Levi",
    "Mizrahi",
    "Peretz",
    "Friedman",
    "Katz",
    "Shapira",
    "Kovalenko",
    "Petrov",
    "Nagy",
    "Kővári",
    "Fernandez",
    "Walker",
    "O'Neil",
    "Ben-David",
    "כהן",
    "ביטון",
    "Тарасенко",
];
const CITY: [&str; 8] =
    ["Haifa", "Tel Aviv", "Jerusalem", "Ashdod", "Netanya", "חיפה", "\"Kiryat Ata, Haifa\"", "Eilat"];
const NOTE: [&str; 8] =
    ["", "", "", "VIP", "call after 17:00", "club 2024", "\"asked for \"\"gift\"\" card\"", "כרטיס מועדון"];
const CONSENT: [&str; 5] = ["yes", "yes", "yes", "no", ""];
/// Ranges in which every six-digit tail is a mobile.
const RANGES: [&str; 20] = [
    "500", "502", "503", "504", "505", "506", "507", "508", "520", "522", "523", "524", "525", "526", "527",
    "528", "542", "543", "544", "545",
];

/// The `n`th mobile, in the plan's own form; different for each `n` below 20 million.
fn digits(n: u64) -> String {
    let range = RANGES.get((n % RANGES.len() as u64) as usize).copied().unwrap_or("500");
    // A multiplier without a factor in common with 10^6 visits every tail once, far from the one before.
    let tail = (n / RANGES.len() as u64).wrapping_mul(393_241) % 1_000_000;
    format!("{range}{tail:06}")
}

/// The `n`th mobile as E.164.
pub(crate) fn mobile(n: u64) -> String {
    format!("+972{}", digits(n))
}

/// The digits of the `n`th mobile, as a carrier sees them.
pub(crate) fn digits_of(n: u64) -> u64 {
    mobile(n).trim_start_matches('+').parse().unwrap_or(0)
}

/// Chance that is always the same: splitmix64.
pub(crate) struct Chance(pub(crate) u64);

/// A number far from those of its neighbours, and different for each.
pub(crate) fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        mixed(self.0)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        let i = self.below(all.len() as u64) as usize;
        all.get(i).copied().unwrap_or_default()
    }
}

/// What a list holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    /// Mobiles, repeats included.
    pub(crate) mobiles: u64,
    /// Mobiles that stood earlier.
    pub(crate) repeats: u64,
}

/// A list as shops have it: 4 % of the rows reach nobody, 2 % repeat somebody in another spelling.
pub(crate) fn messy(path: &Path, rows: u64) -> Res<Counts> {
    let mut chance = Chance(1);
    let mut counts = Counts { rows, ..Counts::default() };
    let mut next = 0;
    write(path, rows, |i, line| {
        let phone = match chance.below(100) {
            0 | 1 if next > 100 => {
                counts.repeats += 1;
                counts.mobiles += 1;
                let n = next - 1 - chance.below(next.min(5_000));
                spelled(&mut chance, n)
            }
            2 | 3 => format!("0{}-{:07}", 2 + chance.below(2), 5_000_000 + chance.below(1_000_000)),
            4 => format!("050-{:03}", chance.below(1_000)),
            5 => String::new(),
            _ => {
                counts.mobiles += 1;
                next += 1;
                spelled(&mut chance, next - 1)
            }
        };
        person(&mut chance, i, &FIRST, &phone, None, line)
    })?;
    Ok(counts)
}

/// A list of which everybody can be written to, with first names that keep a text in the GSM alphabet: one SMS stays one.
pub(crate) fn clean(path: &Path, rows: u64) -> Res<()> {
    let mut chance = Chance(2);
    let plain: Vec<&str> = FIRST.into_iter().filter(|name| name.is_ascii()).collect();
    write(path, rows, |i, line| person(&mut chance, i, &plain, &mobile(i), Some("yes"), line))
}

fn write(path: &Path, rows: u64, mut row: impl FnMut(u64, &mut String) -> Res<()>) -> Res<()> {
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    out.write_all(b"first_name,last_name,phone,birthday,city,email,consent,note\n")?;
    let mut line = String::new();
    for i in 0..rows {
        line.clear();
        row(i, &mut line)?;
        out.write_all(line.as_bytes())?;
    }
    out.flush()?;
    Ok(())
}

fn person(
    chance: &mut Chance,
    i: u64,
    first: &[&str],
    phone: &str,
    consent: Option<&str>,
    line: &mut String,
) -> Res<()> {
    write!(line, "{},{},{phone},", chance.pick(first), chance.pick(&LAST))?;
    if chance.below(10) >= 3 {
        let (y, m, d) = (1945 + chance.below(62), 1 + chance.below(12), 1 + chance.below(28));
        write!(line, "{y}-{m:02}-{d:02}")?;
    }
    write!(line, ",{},", chance.pick(&CITY))?;
    if chance.below(4) > 0 {
        write!(line, "c{i}@example.com")?;
    }
    let consent = consent.unwrap_or_else(|| chance.pick(&CONSENT));
    writeln!(line, ",{consent},{}", chance.pick(&NOTE))?;
    Ok(())
}

/// The `n`th mobile in one of the ways people write it.
fn spelled(chance: &mut Chance, n: u64) -> String {
    let d = digits(n);
    let (p, x, y) =
        (d.get(..2).unwrap_or_default(), d.get(2..5).unwrap_or_default(), d.get(5..).unwrap_or_default());
    match chance.below(7) {
        0 => format!("0{p}-{x}-{y}"),
        1 => format!("0{d}"),
        2 => format!("+972{d}"),
        3 => format!("972{d}"),
        4 => format!("+972-{p}-{x}-{y}"),
        5 => format!("0{p}-{x}{y}"),
        _ => d,
    }
}

#[cfg(test)]
mod tests {
    use super::{clean, messy, mobile};
    use std::collections::HashSet;

    #[test]
    fn every_number_is_a_mobile_of_its_own() {
        let numbers: HashSet<String> = (0..50_000).map(mobile).collect();
        assert_eq!(numbers.len(), 50_000);
        for number in numbers.iter().take(2_000) {
            let read = sms::number::normalise(number, "IL");
            assert_eq!((read.kind, read.e164.as_ref()), (sms::number::Kind::Mobile, Some(number)));
        }
    }

    #[test]
    fn a_list_holds_what_its_counts_say() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list.csv");
        let counts = messy(&path, 3_000).unwrap();
        let source = engine::import::Source::open(&path).unwrap();
        let tally = source.check(&source.plan("IL").unwrap()).unwrap();
        assert_eq!(
            (tally.rows, tally.phones.mobile, tally.duplicates),
            (3_000, counts.mobiles, counts.repeats)
        );
        clean(&path, 100).unwrap();
        let source = engine::import::Source::open(&path).unwrap();
        assert_eq!(source.check(&source.plan("IL").unwrap()).unwrap().phones.mobile, 100);
    }
}
