use super::*;

mod files;

fn e164(raw: &str, country: &str) -> Option<String> {
    normalise(raw, country).e164
}

#[test]
fn spellings_of_one_israeli_mobile() {
    let cases = [
        ("050-234-5678", None),
        ("0502345678", None),
        ("(050) 234 5678", None),
        ("050.234.5678", None),
        ("\u{200e}050-234-5678\u{200f}", None),
        ("\u{202a}+972 50-234-5678\u{202c}", None),
        ("\u{a0}050\u{2011}234\u{2013}5678\u{a0}", None),
        ("'0502345678", None),
        ("+972502345678", None),
        ("＋９７２ ５０２３４５６７８", None),
        ("+972 (0)50-234-5678", None),
        ("+972-050-2345678", None),
        ("tel:+972-50-234-5678;ext=3", None),
        ("TEL:0502345678", None),
        ("נייד: 050-2345678", None),
        ("050-2345678 נייד", None),
        ("050-2345678 (Dana)", None),
        ("050-2345678 ext. 12", None),
        ("٠٥٠٢٣٤٥٦٧٨", None),
        ("972502345678", Some(Repair::Plus)),
        ("00972502345678", Some(Repair::Prefix00)),
        ("011972502345678", Some(Repair::Prefix00)),
        ("0011972502345678", Some(Repair::Prefix00)),
        ("502345678", Some(Repair::LostZero)),
        ("502345678.0", Some(Repair::Spreadsheet)),
        ("972502345678.00", Some(Repair::Spreadsheet)),
        ("9.72502345678E+11", Some(Repair::Spreadsheet)),
        ("O5O-2345678", Some(Repair::LetterO)),
        ("05О2345678", Some(Repair::LetterO)),
    ];
    for (raw, repaired) in cases {
        let reading = normalise(raw, "IL");
        let want = Reading {
            kind: Kind::Mobile,
            e164: Some("+972502345678".into()),
            country: Some("IL"),
            repaired,
            foreign: false,
            problem: None,
        };
        assert_eq!(reading, want, "{raw:?}");
    }
}

#[test]
fn what_is_no_number_says_why() {
    let cases = [
        ("אין", "IL", Problem::NoDigits),
        ("---", "IL", Problem::NoDigits),
        ("n/a", "IL", Problem::NoDigits),
        ("052-XX-1234", "IL", Problem::Letters),
        ("9.72501E+11", "IL", Problem::DigitsLost),
        ("9,72501E+11", "IL", Problem::DigitsLost),
        ("050-12345", "IL", Problem::TooShort),
        ("050-123", "IL", Problem::TooShort),
        ("+7 9", "RU", Problem::TooShort),
        ("05012345678", "IL", Problem::TooLong),
        ("1234567890123456789012345", "IL", Problem::TooLong),
        ("0000000000", "IL", Problem::NotInPlan),
        ("+972 51 1234567", "IL", Problem::NotInPlan),
        ("+210 1234567", "IL", Problem::NoCountry),
        ("0501234567", "", Problem::NoCountry),
        ("0501234567", "??", Problem::NoCountry),
        ("050-1234567+972521234567", "IL", Problem::TwoNumbers),
        ("050-1234567,052-1234567", "IL", Problem::TwoNumbers),
    ];
    for (raw, country, problem) in cases {
        let reading = normalise(raw, country);
        assert_eq!((reading.kind, reading.problem), (Kind::Invalid, Some(problem)), "{raw:?}");
        assert_eq!((reading.e164, reading.repaired), (None, None), "{raw:?}");
    }
}

#[test]
fn a_foreign_number_is_never_guessed_from_bare_digits() {
    for (raw, country) in [("12345678901", "UY"), ("61234567890", "ES"), ("8 096 742 10 47", "UA")] {
        assert_eq!(normalise(raw, country).kind, Kind::Invalid, "{raw}");
    }
}

#[test]
fn kinds() {
    let cases = [
        ("077-1234567", "IL", Kind::Landline),
        ("03-5383123", "IL", Kind::Landline),
        ("1-800-200-300", "IL", Kind::Service),
        ("1-700-700-123", "IL", Kind::Service),
        ("*2345", "IL", Kind::Short),
        ("1201", "IL", Kind::Short),
        ("0890", "RU", Kind::Short),
        ("016", "ES", Kind::Short),
        ("22123", "ES", Kind::Short),
        ("8 800 555-35-35", "RU", Kind::Service),
        ("(212) 555-2368", "US", Kind::Mobile),
        ("", "IL", Kind::Empty),
        ("\u{200f} \u{a0}", "IL", Kind::Empty),
        ("+999 12 345 01", "IL", Kind::Test),
        ("009991234501", "IL", Kind::Test),
    ];
    for (raw, country, kind) in cases {
        assert_eq!(normalise(raw, country).kind, kind, "{raw}");
    }
}

#[test]
fn the_country_is_the_numbers_own() {
    let kazakh = normalise("8 701 233-57-88", "RU");
    assert_eq!((kazakh.e164.as_deref(), kazakh.country), (Some("+77012335788"), Some("KZ")));
    assert!(kazakh.foreign);
    assert!(!normalise("+7 915 108-63-76", "ru").foreign);
    assert!(!normalise("+79151086376", "").foreign, "nothing is foreign where no country is home");
    assert_eq!(e164("+54 11 15-0508-6306", "UY").as_deref(), Some("+5491105086306"));
    assert_eq!(country_of("+380738690851"), Some("UA"));
    for none in ["+99912345", "380738690851", "+1", "", "+9725", "+972 50 1234567"] {
        assert_eq!(country_of(none), None, "{none}");
    }
}

#[test]
fn cells_with_several_numbers() {
    let cases: &[(&str, &[&str])] = &[
        ("050-1234567", &["050-1234567"]),
        ("050-1234567 / 03-5566902", &["050-1234567", "03-5566902"]),
        ("0501234567/0521234567", &["0501234567", "0521234567"]),
        ("0501234567, +972-3-5833493", &["0501234567", "+972-3-5833493"]),
        ("050-1234567; 03-5566902; 03-5566903", &["050-1234567", "03-5566902", "03-5566903"]),
        ("050 1234567\r\n058-765-6753\n", &["050 1234567", "058-765-6753"]),
        ("050-1234567 או 03-6750612", &["050-1234567", "03-6750612"]),
        (
            "8 (905) 021-87-59 или 8 (812) 764-27-32 доб. 357",
            &["8 (905) 021-87-59", "8 (812) 764-27-32 доб. 357"],
        ),
        ("0951393414 або +380 32 317 6933", &["0951393414", "+380 32 317 6933"]),
        ("06 31 526 2368 vagy +36 30 030 3488", &["06 31 526 2368", "+36 30 030 3488"]),
        ("094-786-626 y +598 (0)99 996 488", &["094-786-626", "+598 (0)99 996 488"]),
        ("0501234567 OR 0521234567", &["0501234567", "0521234567"]),
        ("+972501234567 +972521234567", &["+972501234567", "+972521234567"]),
        ("0501234567 0521234567", &["0501234567", "0521234567"]),
        ("06-20/042-5817; 06 20/988-8217", &["06-20/042-5817", "06 20/988-8217"]),
        ("06 70/734-0187, 06 30/802-3703", &["06 70/734-0187", "06 30/802-3703"]),
        ("06-30/123-4567", &["06-30/123-4567"]),
        ("050-1234567, 12", &["050-1234567, 12"]),
        ("050-1234567, *2345", &["050-1234567", "*2345"]),
        ("tel:+972501234567;ext=12345678", &["tel:+972501234567;ext=12345678"]),
        ("Dana; 050-1234567", &["050-1234567"]),
        ("050-1234567 | ", &["050-1234567"]),
        ("052 802 5828", &["052 802 5828"]),
        ("8 916 123 45 67", &["8 916 123 45 67"]),
        ("нет / не помнит", &["нет / не помнит"]),
        ("  ", &[""]),
        ("", &[""]),
    ];
    for (cell, numbers) in cases {
        assert_eq!(&split_cell(cell), numbers, "{cell:?}");
    }
}

#[test]
fn masked_numbers_hide_the_middle() {
    let cases = [
        ("+972501234567", "+97250***4567"),
        ("+3612345678", "+36***5678"),
        ("+99912301", "***01"),
        ("2345", "***"),
        ("", "***"),
    ];
    for (number, masked) in cases {
        assert_eq!(mask(number), masked);
    }
}

#[test]
fn the_form_of_e164() {
    assert!(is_e164("+972501234567") && is_e164("+1234567") && is_e164("+123456789012345"));
    for bad in
        ["972501234567", "+0501234567", "+123456", "+1234567890123456", "+97250 1234567", "+", "+٩٧٢٥٠١٢٣٤٥"]
    {
        assert!(!is_e164(bad), "{bad}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_a_fall(raw in ".{0,60}", digits in "[+0-9 ()/,;.*oOeE-]{0,40}") {
        for text in [&raw, &digits] {
            for piece in split_cell(text) {
                let reading = normalise(piece, "IL");
                proptest::prop_assert_eq!(reading.problem.is_some(), reading.kind == Kind::Invalid);
                proptest::prop_assert!(reading.e164.as_deref().is_none_or(is_e164));
            }
            let _ = mask(text);
        }
    }

    #[test]
    fn e164_reads_as_itself(number in "\\+(9725[0248][2-9]|3630|7916|34612|38067)[0-9]{6,7}") {
        let once = normalise(&number, "IL");
        if let Some(e164) = once.e164 {
            for home in ["IL", "RU", "US", ""] {
                let again = normalise(&e164, home);
                proptest::prop_assert_eq!((again.e164, again.kind), (Some(e164.clone()), once.kind));
            }
        }
    }
}
