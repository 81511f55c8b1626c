//! The law as pure decisions: tables of inputs and what must come of them.

use super::hours::{self, Says, Window};
use super::judge::{self, Asked, House, Looked, Verdict};
use super::pack::{Level, WindowText};
use super::text::{LINK, Lacks};
use super::{Law, Wish, shelf};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sms::{Class, Code};

fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn law() -> Law {
    Law::new(shelf::BUILTIN.clone(), true)
}

fn house() -> House {
    House {
        advertiser: "Shop".into(),
        senders: vec![
            ("NOA".into(), String::new(), 0),
            ("OLD".into(), String::new(), ms("2026-01-01T00:00:00Z")),
        ],
        numbers: vec!["4545".into()],
        link: "https://s.example/u/".into(),
        test: false,
        keeps_time: true,
    }
}

/// A text with all that Israel asks for.
const WHOLE: &str = "פרסומת: Shop, להסרה השב הסר";
const DANA: &str = "+972501234567";
const TUESDAY: &str = "2026-11-17T10:00:00+02:00";

fn asked<'t>(text: &'t str, at: &str) -> Asked<'t, 'static> {
    Asked {
        class: Class::Marketing,
        sender: "4545",
        text,
        of_campaign: false,
        own_link: "https://s.example/u/aB3dE5gH7jK9mN",
        zone: None,
        reached: 0,
        due: ms(at),
        spread_ms: 0,
    }
}

fn judge<'t>(to: &str, asked: &Asked<'t, '_>, wishes: &[Wish]) -> Result<Verdict<'t>, Lacks> {
    let rules = law().rules(to, "IL", wishes);
    judge::judge(&rules, &house(), asked, &mut Looked::default())
}

fn wish(rule: &str, value: &str) -> Wish {
    Wish { rule: rule.into(), value: value.into() }
}

fn code(found: Result<Verdict<'_>, Lacks>) -> Code {
    found.map_or_else(|lacks| lacks.code, |_| Code::None)
}

#[test]
fn w6_an_hour_that_a_change_of_clocks_skips_or_repeats_opens_once() {
    let hours = |from: &str, to: &str| WindowText {
        level: Level::Enforce,
        every_day: Some(vec![from.into(), to.into()]),
        ..WindowText::default()
    };
    let window = |from, to| Window::compile(&hours(from, to), None).unwrap().remove(0);
    let zone = TimeZone::get("Asia/Jerusalem").unwrap();
    let opens = |window: &Window, at: &str| hours::says(&[(window, &zone)], ms(at));
    let skipped = window("02:30", "05:00");
    let change = ms("2027-03-26T03:00:00+03:00");
    assert_eq!(opens(&skipped, "2027-03-26T00:00:00+02:00"), Says::Closed { opens: change });
    let twice = window("01:30", "05:00");
    let first = ms("2027-10-31T01:30:00+03:00");
    assert_eq!(opens(&twice, "2027-10-31T00:00:00+03:00"), Says::Closed { opens: first });
    let closes = ms("2027-10-31T05:00:00+02:00");
    assert_eq!(opens(&twice, "2027-10-31T01:45:00+02:00"), Says::Open { until: closes });
}

#[test]
fn w8_a_country_of_many_clocks_is_open_only_where_all_of_them_are() {
    let from_ru = |at: &str| {
        let rules = law().rules("+79161234567", "RU", &[wish("window.marketing", "08:00-20:00")]);
        let one = Asked { sender: "NOA", ..asked("Shop СТОП 4545", at) };
        judge::judge(&rules, &house(), &one, &mut Looked::default()).map(|v| (v.due, v.until)).unwrap()
    };
    // Eight in Kaliningrad is six in the evening in Kamchatka, where eight o'clock is not far.
    assert_eq!(from_ru("2026-11-17T05:00:00Z"), (ms("2026-11-17T06:00:00Z"), ms("2026-11-17T08:00:00Z")));
    assert_eq!(from_ru("2026-11-17T07:00:00Z").0, ms("2026-11-17T07:00:00Z"));
    assert_eq!(from_ru("2026-11-17T08:00:00Z").0, ms("2026-11-18T06:00:00Z"));
    let nowhere = Asked { sender: "4545", ..asked("Shop, reply STOP", TUESDAY) };
    assert_eq!(code(judge("+8801712345678", &nowhere, &[])), Code::TzUnknown);
    let known = Asked { zone: Some("Asia/Dhaka"), ..nowhere };
    assert_eq!(code(judge("+8801712345678", &known, &[])), Code::None);
}

#[test]
fn a_zone_among_a_persons_fields_is_read_where_it_is_one() {
    for (fields, zone) in [
        (r#"{"zone":"Europe/Lisbon"}"#, Some("Europe/Lisbon")),
        (r#"{"time_zone":" Asia/Tokyo "}"#, Some("Asia/Tokyo")),
        (r#"{"zone":"Narnia/Cair"}"#, None),
        (r#"{"ozone":"Asia/Tokyo"}"#, None),
        (r#"{"zone":7}"#, None),
        ("no json", None),
    ] {
        assert_eq!(judge::zone_in(fields).as_deref(), zone, "{fields}");
    }
}

#[test]
fn every_day_of_eighty_years_opens_within_a_week_and_never_on_a_day_of_rest() {
    let rules = law().rules(DANA, "IL", &[]);
    let zone = TimeZone::get("Asia/Jerusalem").unwrap();
    let (mut at, end) = (ms("2026-01-01T00:00:00Z"), ms("2100-01-01T00:00:00Z"));
    while at < end {
        let one = Asked { due: at, ..asked(WHOLE, TUESDAY) };
        let verdict = judge::judge(&rules, &house(), &one, &mut Looked::default()).unwrap();
        assert!(verdict.due - at < 7 * 86_400_000 && verdict.until > verdict.due, "{at}");
        let local = Timestamp::from_millisecond(verdict.due).unwrap().to_zoned(zone.clone());
        assert_ne!(local.weekday(), jiff::civil::Weekday::Saturday, "{local}");
        let day = i64::from((local.date() - jiff::civil::Date::constant(1970, 1, 1)).get_days());
        let rest = |d: &&sms::hebrew::Day| d.number() <= sms::hebrew::Day::Shavuot.number();
        let holiday = sms::hebrew::Day::ALL
            .iter()
            .filter(rest)
            .find(|d| sms::hebrew::falls(**d, local.year().into()) == day);
        assert_eq!(holiday, None, "{local}");
        at += 5 * 3_600_000 + 7 * 60_000; // every hour of the day in turn
    }
}

#[test]
fn s1_s3_the_label_is_added_unless_the_text_opens_with_it() {
    let added = |text: &str| judge(DANA, &asked(text, TUESDAY), &[]).unwrap().added;
    for text in [
        WHOLE,
        "\u{200f}פרסומת: Shop, להסרה השב הסר",
        "  פרסומת - Shop, להסרה השב הסר",
        "реклама: Shop, СТОП",
        "РЕКЛАМА Shop, СТОП",
        "إعلان: Shop, STOP",
    ] {
        assert!(added(text).is_empty(), "{text}");
    }
    assert_eq!(added("Shop: זו פרסומת, להסרה השב הסר"), ["ad_label"]);
    assert_eq!(added("מבצע"), ["ad_label", "sender_name", "refusal_path"]);
    let off = [wish("content.ad_label", "off")];
    assert!(judge(DANA, &asked("Shop, להסרה השב הסר", TUESDAY), &off).unwrap().added.is_empty());
    // Political texts name who writes and how to leave, and are no advertisement.
    let political = Asked { class: Class::Political, ..asked("בואו להצביע", TUESDAY) };
    assert_eq!(judge(DANA, &political, &[]).unwrap().added, ["sender_name", "refusal_path"]);
}

#[test]
fn a_link_for_leaving_is_added_where_the_workspace_wishes_it_or_nothing_else_leads_out() {
    let link = "https://s.example/u/aB3dE5gH7jK9mN";
    let insert = [wish("content.unsubscribe_link", "insert")];
    let added = judge(DANA, &asked(WHOLE, TUESDAY), &insert).unwrap();
    assert_eq!(
        (added.text.as_ref(), added.added.as_slice()),
        (format!("{WHOLE}\nאו {link}").as_str(), &[LINK][..])
    );
    let again = added.text.into_owned();
    assert!(judge(DANA, &asked(&again, TUESDAY), &insert).unwrap().added.is_empty(), "once");
    let unknown = Asked { own_link: "", ..asked(WHOLE, TUESDAY) };
    assert_eq!(code(judge(DANA, &unknown, &insert)), Code::ContentMissing);
    let require = [wish("content.unsubscribe_link", "require")];
    assert_eq!(code(judge(DANA, &asked(WHOLE, TUESDAY), &require)), Code::ContentMissing);
    assert_eq!(code(judge(DANA, &asked(&again, TUESDAY), &require)), Code::None);

    // To Spain under a registered name, by a workspace without a number: in Spain a link is a way out.
    let silent = House { numbers: Vec::new(), ..house() };
    let to_spain = |country: &str| {
        let rules = law().rules("+34612345678", country, &[]);
        let asked = Asked { sender: "NOA", ..asked("Oferta", TUESDAY) };
        judge::judge(&rules, &silent, &asked, &mut Looked::default()).map(|v| v.text.into_owned())
    };
    assert_eq!(to_spain("ES"), Ok(format!("Oferta\nBaja: {link}")));
    assert_eq!(to_spain("IL").map_err(|l| l.code), Err(Code::NoReplyPath), "in Israel a link alone is none");
}

#[test]
fn a_text_is_finished_once() {
    let first = judge(DANA, &asked("מבצע", TUESDAY), &[]).unwrap().text.into_owned();
    let again = judge(DANA, &asked(&first, TUESDAY), &[]).unwrap();
    assert_eq!((again.text.as_ref(), again.added.len()), (first.as_str(), 0));
}

#[test]
fn the_class_decides_what_is_asked() {
    let of = |class, text| {
        let night = "2026-11-17T23:00:00+02:00";
        judge(DANA, &Asked { class, ..asked(text, night) }, &[]).map(|v| v.name())
    };
    assert_eq!(of(Class::Marketing, WHOLE), Ok("defer"));
    for class in [Class::Transactional, Class::Service, Class::Otp, Class::Conversational, Class::Control] {
        assert_eq!(of(class, "הקוד שלך 4711"), Ok("allow"), "{class}");
    }
    assert_eq!(of(Class::Transactional, "20% on all"), Ok("hold"));
    assert_eq!(of(Class::Transactional, "a wholesaler called"), Ok("allow"));
    assert_eq!(of(Class::Otp, "Sale code 20%"), Ok("allow"));
}

#[test]
fn senders_are_known_approved_and_in_time() {
    let of = |sender: &'static str, class| {
        code(judge(DANA, &Asked { class, sender, ..asked(WHOLE, TUESDAY) }, &[]))
    };
    assert_eq!(of("NOA", Class::Service), Code::None);
    assert_eq!(of("noa", Class::Service), Code::SenderUnapproved);
    assert_eq!(of("OLD", Class::Service), Code::SenderUnapproved, "its approval is over");
    assert_eq!(of("+972541110000", Class::Marketing), Code::SenderUnapproved, "a number of somebody else");
    assert_eq!(of("INFO", Class::Transactional), Code::SenderGeneric);
    assert_eq!(of("Anybody", Class::Otp), Code::None);
    let spain = |sender: &'static str| {
        let rules = law().rules("+34612345678", "ES", &[]);
        let one = Asked { class: Class::Service, sender, ..asked("Hola", TUESDAY) };
        code(judge::judge(&rules, &house(), &one, &mut Looked::default()))
    };
    assert_eq!((spain("NOA"), spain("Noa")), (Code::None, Code::SenderCountry), "letter case counts there");
}

#[test]
fn the_strictest_of_packs_and_wishes_counts() {
    let reached =
        |reached, wishes: &[Wish]| code(judge(DANA, &Asked { reached, ..asked(WHOLE, TUESDAY) }, wishes));
    assert_eq!((reached(0, &[]), reached(1, &[])), (Code::None, Code::FreqCap));
    let more = [wish("frequency.marketing", "4/14")];
    assert_eq!((reached(3, &more), reached(4, &more)), (Code::None, Code::FreqCap));
    assert_eq!(
        reached(1, &[wish("frequency.marketing", "9/14")]),
        Code::FreqCap,
        "beyond what the pack allows"
    );
    assert_eq!(reached(0, &[wish("frequency.marketing", "1/60")]), Code::None);
    let due = |wishes: &[Wish]| judge(DANA, &asked(WHOLE, TUESDAY), wishes).unwrap().due;
    assert_eq!(due(&[wish("window.marketing", "12:00-14:00")]), ms("2026-11-17T12:00:00+02:00"));
    assert_eq!(due(&[wish("window.marketing", "warn")]), ms(TUESDAY));
}

#[test]
fn what_is_put_off_is_spread_and_never_beyond_closing() {
    let put_off = |spread_ms| {
        let verdict =
            judge(DANA, &Asked { spread_ms, ..asked(WHOLE, "2026-11-17T23:00:00+02:00") }, &[]).unwrap();
        (verdict.due, verdict.until)
    };
    let (opens, until) = put_off(0);
    assert_eq!(opens, ms("2026-11-18T08:00:00+02:00"));
    assert_eq!(put_off(90_000), (opens + 90_000, until));
    assert!(put_off(i64::MAX - 1).0 < until);
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    let il = shelf::TEXTS.iter().find(|t| t.contains("id = \"il\"")).unwrap();
    let line = |needle: &str| il.lines().position(|l| l.contains(needle)).unwrap() + 1;
    for (from, to, at, says) in [
        ("double_optin = ", "doubel_optin = ", line("double_optin"), "doubel_optin"),
        ("source = [\"moc2023\"]", "source = [\"moc2024\"]", line("source = [\"moc2023\"]"), "moc2024"),
        ("schema = 1", "schema = 2", line("schema = 1"), "schema 2"),
        ("\"yom_kippur\"", "\"yom_kipur\"", line("[window.marketing]"), "yom_kipur"),
        ("sat = []", "sat = [\"08:00\"]", line("[window.marketing]"), "an opening and a closing"),
        ("level = \"insert\"", "level = \"insist\"", line("level = \"insert\""), "insist"),
        ("max_len = 11", "max_len = 12", line("max_len"), "11 characters"),
    ] {
        let wrong = super::read::read(&il.replacen(from, to, 1)).unwrap_err();
        assert_eq!(wrong.line, at, "{to}: {wrong}");
        assert!(wrong.what.contains(says), "{to}: {wrong}");
    }
    assert!(super::read::read("").is_err() && super::read::read("pack = 1").is_err());
}
