//! Dates and yes-or-no as people write them in lists. What cannot be read is no value, never a guess.

use jiff::civil::{self, Date};
use serde::{Deserialize, Serialize};

/// Which part of `03/04/2020` is the day.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// The day first, as nearly everywhere.
    #[default]
    DayFirst,
    /// The month first, as in the United States.
    MonthFirst,
}

/// Judges the order by values that allow only one, else by country.
pub(super) fn order<'a>(cells: impl Iterator<Item = &'a str>, country: &str) -> DateOrder {
    let (mut day, mut month) = (0, 0);
    for cell in cells {
        if let Some([first, second, third]) = parts(cell)
            && third.1 == 4
        {
            day += usize::from(first.0 > 12 && first.0 <= 31 && second.0 <= 12);
            month += usize::from(second.0 > 12 && second.0 <= 31 && first.0 <= 12);
        }
    }
    match day.cmp(&month) {
        std::cmp::Ordering::Greater => DateOrder::DayFirst,
        std::cmp::Ordering::Less => DateOrder::MonthFirst,
        std::cmp::Ordering::Equal if country == "US" => DateOrder::MonthFirst,
        std::cmp::Ordering::Equal => DateOrder::DayFirst,
    }
}

/// Three numbers with their lengths, parted by one of `/ . -` and blanks, with nothing else but a time after them.
fn parts(text: &str) -> Option<[(u32, usize); 3]> {
    let text = text.trim().trim_end_matches(['.', 'г', 'р']).trim_end();
    let date = match text.find(['T', 't']).or_else(|| text.find(':').and_then(|at| text[..at].rfind(' '))) {
        Some(at) => text[..at].trim_end_matches('.'),
        None => text,
    };
    if date.len() < 6 || date.len() > 14 {
        return None;
    }
    let mut out = [(0, 0); 3];
    let mut pieces = date.split(['/', '.', '-']);
    for slot in &mut out {
        let piece = pieces.next()?.trim();
        if piece.is_empty() || piece.len() > 4 || !piece.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *slot = (piece.parse().ok()?, piece.len());
    }
    pieces.next().is_none().then_some(out)
}

/// A date written out, as ISO; `None` where it is none, such as 31/02.
pub fn date(text: &str, order: DateOrder) -> Option<String> {
    let [first, second, third] = parts(text)?;
    let (year, month, day) = if first.1 == 4 && second.1 <= 2 && third.1 <= 2 {
        (first, second, third)
    } else if first.1 <= 2 && second.1 <= 2 && (third.1 == 4 || third.1 == 2) {
        match order {
            DateOrder::DayFirst => (third, second, first),
            DateOrder::MonthFirst => (third, first, second),
        }
    } else {
        return None;
    };
    let year = match year {
        (year, 4) => year,
        (year, _) if year < 40 => 2000 + year,
        (year, _) => 1900 + year,
    };
    let date = Date::new(year.try_into().ok()?, month.0.try_into().ok()?, day.0.try_into().ok()?).ok()?;
    (civil::date(1880, 1, 1)..civil::date(2200, 1, 1)).contains(&date).then(|| date.to_string())
}

/// A date in a column of dates, where a bare number is Excel's count of days.
pub fn date_in_column(text: &str, order: DateOrder) -> Option<String> {
    date(text, order).or_else(|| {
        let serial: f64 = text.trim().parse().ok()?;
        (367.0..110_000.0).contains(&serial).then(|| super::xlsx::serial(serial)).flatten()
    })
}

const YES: [&str; 30] = [
    "yes",
    "y",
    "true",
    "1",
    "ok",
    "x",
    "v",
    "✓",
    "✔",
    "☑",
    "✅",
    "agreed",
    "consent",
    "opt-in",
    "optin",
    "subscribed",
    "כן",
    "מאשר",
    "מאשרת",
    "מסכים",
    "да",
    "согласен",
    "согласна",
    "так",
    "згоден",
    "згодна",
    "igen",
    "i",
    "sí",
    "si",
];
const NO: [&str; 22] = [
    "no",
    "n",
    "false",
    "0",
    "-",
    "✗",
    "✘",
    "❌",
    "none",
    "opt-out",
    "optout",
    "unsubscribed",
    "refused",
    "לא",
    "нет",
    "не",
    "ні",
    "не згоден",
    "не согласен",
    "nem",
    "not",
    "disagree",
];

/// Whether a cell says yes or no; a blank or another word says neither.
pub fn yes_or_no(text: &str) -> Option<bool> {
    let word = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    if YES.contains(&word.as_str()) {
        return Some(true);
    }
    NO.contains(&word.as_str()).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_six_languages_write_them() {
        for (text, iso) in [
            ("1967-08-03", "1967-08-03"),
            ("1967-08-03 00:00:00", "1967-08-03"),
            ("1967-08-03T10:00:00Z", "1967-08-03"),
            ("08.10.1977", "1977-10-08"),
            ("08.10.1977 г.", "1977-10-08"),
            ("1950.05.31.", "1950-05-31"),
            ("1977. 10. 12.", "1977-10-12"),
            ("11/02/2002", "2002-02-11"),
            ("1/2/99", "1999-02-01"),
            ("5-6-04", "2004-06-05"),
            (" 5/6/2004 12:30 ", "2004-06-05"),
        ] {
            assert_eq!(date(text, DateOrder::DayFirst).as_deref(), Some(iso), "{text}");
        }
        assert_eq!(date("02/13/2004", DateOrder::MonthFirst).as_deref(), Some("2004-02-13"));
    }

    #[test]
    fn what_is_no_date_stays_none() {
        for text in [
            "31/02/1988",
            "29/02/1990",
            "13/13/2000",
            "050-123-4567",
            "1.2.3.4",
            "",
            "12/2000",
            "1.5",
            "אין",
            "10:30",
        ] {
            assert_eq!(date(text, DateOrder::DayFirst), None, "{text}");
        }
        assert_eq!(date_in_column("22037", DateOrder::DayFirst).as_deref(), Some("1960-05-01"));
        assert_eq!(date_in_column("12", DateOrder::DayFirst), None);
        assert_eq!(date_in_column("524598755", DateOrder::DayFirst), None);
    }

    #[test]
    fn the_order_is_judged_by_what_allows_one_reading() {
        assert_eq!(order(["03/04/2020", "25/04/2020"].into_iter(), "US"), DateOrder::DayFirst);
        assert_eq!(order(["03/04/2020", "04/25/2020"].into_iter(), "IL"), DateOrder::MonthFirst);
        assert_eq!(order(["03/04/2020"].into_iter(), "US"), DateOrder::MonthFirst);
        assert_eq!(order(["03/04/2020"].into_iter(), "IL"), DateOrder::DayFirst);
    }

    #[test]
    fn yes_and_no_in_six_languages() {
        for word in ["כן", "V", "✓", "да", "Да", "так", "igen", "Sí", "si", "yes", "TRUE", "1"] {
            assert_eq!(yes_or_no(word), Some(true), "{word}");
        }
        for word in ["לא", "нет", "ні", "nem", "no", "No", "FALSE", "0"] {
            assert_eq!(yes_or_no(word), Some(false), "{word}");
        }
        for word in ["", " ", "maybe", "?", "כן ולא"] {
            assert_eq!(yes_or_no(word), None, "{word}");
        }
    }
}
