//! Times as SMPP writes them, clause 7.1: `YYMMDDhhmmsstnnp`, absolute with an offset or relative.

/// A schedule or a validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// Nothing said: the carrier's default.
    Default,
    /// So many seconds from when the carrier took it.
    After(i64),
    /// An instant, ms since 1970.
    At(i64),
}

const YEAR_S: i64 = 365 * 86_400;
const MONTH_S: i64 = 30 * 86_400;

/// Writes a relative time. Days beyond a month are written as months of 30 days, as clause 7.1.1 allows no
/// other reading; at most 63 weeks survive at carriers, so the field is capped at 99 years.
pub fn relative(seconds: i64) -> [u8; 16] {
    let mut rest = seconds.clamp(0, 99 * YEAR_S);
    let mut take = |unit: i64| {
        let n = rest / unit;
        rest %= unit;
        n
    };
    let fields = [take(YEAR_S), take(MONTH_S), take(86_400), take(3600), take(60), take(1)];
    layout(fields, 0, 0, b'R')
}

/// Writes an instant in UTC.
pub fn absolute(at_ms: i64) -> [u8; 16] {
    let seconds = at_ms.div_euclid(1000);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let clock = seconds.rem_euclid(86_400);
    let fields = [year.rem_euclid(100), month, day, clock / 3600, clock / 60 % 60, clock % 60];
    layout(fields, at_ms.rem_euclid(1000) / 100, 0, b'+')
}

fn layout(fields: [i64; 6], tenths: i64, quarters: i64, sign: u8) -> [u8; 16] {
    let digit = |n: i64| b'0' + (n % 10) as u8;
    let mut out = [b'0'; 16];
    for (at, n) in fields.into_iter().enumerate() {
        out[at * 2] = digit(n / 10);
        out[at * 2 + 1] = digit(n);
    }
    out[12] = digit(tenths);
    out[13] = digit(quarters / 10);
    out[14] = digit(quarters);
    out[15] = sign;
    out
}

/// Reads a time. Fewer digits than the clause asks for are taken as peers mean them: what is missing is zero,
/// and a missing sign is UTC. `None` for what is no time at all.
pub fn parse(text: &[u8]) -> Option<Time> {
    if text.is_empty() {
        return Some(Time::Default);
    }
    let (digits, sign) = match text.split_last() {
        Some((sign @ (b'+' | b'-' | b'R' | b'r'), rest)) => (rest, *sign),
        _ => (text, b'+'),
    };
    if digits.len() < 6 || digits.len() > 15 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let pair = |at: usize| {
        let digit = |i: usize| i64::from(digits.get(i).map_or(0, |d| d - b'0'));
        digit(at) * 10 + digit(at + 1)
    };
    let [year, month, day, hour, minute, second] = [0, 2, 4, 6, 8, 10].map(pair);
    let clock = hour * 3600 + minute * 60 + second;
    if sign.eq_ignore_ascii_case(&b'R') {
        return Some(Time::After(year * YEAR_S + month * MONTH_S + day * 86_400 + clock));
    }
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let tenths = i64::from(digits.get(12).map_or(0, |d| d - b'0'));
    let offset = pair(13) * 900 * if sign == b'-' { -1 } else { 1 };
    Some(Time::At((days(2000 + year, month, day) * 86_400 + clock - offset) * 1000 + tenths * 100))
}

/// Days since 1970 of a proleptic Gregorian date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// The date and clock of an instant, as receipts write them: year, month, day, hour, minute, second in UTC.
pub fn calendar(at_ms: i64) -> [i64; 6] {
    let seconds = at_ms.div_euclid(1000);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let clock = seconds.rem_euclid(86_400);
    [year, month, day, clock / 3600, clock / 60 % 60, clock % 60]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_are_written_and_read() {
        for (seconds, text) in [
            (900, b"000000001500000R"),
            (86_400, b"000001000000000R"),
            (172_800, b"000002000000000R"),
            (45 * 86_400 + 61, b"000115000101000R"),
            (-5, b"000000000000000R"),
        ] {
            assert_eq!(relative(seconds), *text);
            assert_eq!(parse(text), Some(Time::After(seconds.max(0))));
        }
    }

    #[test]
    fn instants_are_written_and_read_in_any_offset() {
        // 2026-11-21 22:51:20.3 UTC
        let at = 1_795_301_480_300;
        assert_eq!(&absolute(at), b"261121225120300+");
        for same in ["261121225120300+", "261122005120308+", "261121215120304-"] {
            assert_eq!(parse(same.as_bytes()), Some(Time::At(at)), "{same}");
        }
        assert_eq!(parse(b"240229000000000+"), Some(Time::At(1_709_164_800_000)), "leap day");
    }

    #[test]
    fn short_and_foolish_times_are_read_or_refused() {
        let midnight = parse(b"261121");
        assert_eq!(midnight, parse(b"261121000000000+"), "six digits are a day");
        assert_eq!(parse(b"261121225120300"), parse(b"261121225120300+"), "fifteen digits lack the sign");
        assert_eq!(parse(b""), Some(Time::Default));
        for bad in ["1", "261321000000000+", "26112122512030xx", "soon", "2611212251203001+", "R", "+"] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn every_day_of_a_century_comes_back() {
        for day in (0..36_525).map(|d| d * 86_400_000 + 946_684_800_000) {
            assert_eq!(parse(&absolute(day)), Some(Time::At(day)));
        }
    }
}
