//! CIMD2 octets against values: frames a real client wrote, the cases of a gateway's life, and any octets at all.

use proptest::prelude::*;
use sms::alphabet::gsm7;
use wire::cimd::{
    Cimd, Deliver, ErrorCode, Origin, Packet, Report, Request, State, Submit, WANTED_ALL, operation,
    parameter, text, time,
};
use wire::framed::{self, Answer, Asks, Credentials, Fault, Protocol};
use wire::{UserData, smpp::coding};

fn sealed(number: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Cimd::seal(number, body, &mut out);
    assert_eq!((out.first(), out.last()), (Some(&2), Some(&3)));
    out[1..out.len() - 1].to_vec()
}

fn read(frame: &[u8]) -> Result<framed::Packet<Request>, Fault> {
    Cimd::read(frame)
}

fn plain(text: &str) -> UserData {
    UserData { octets: gsm7::encode(text).unwrap(), ..UserData::default() }
}

#[test]
fn checksums_are_those_of_another_client() {
    // As Kannel 1.4.5 writes them: STX counts.
    let who = Credentials { user: b"user".to_vec(), password: b"pass".to_vec(), ..Credentials::default() };
    assert_eq!(sealed(1, &Cimd::login(&who)), b"01:001\t010:user\t011:pass\t56");
    assert_eq!(sealed(5, &Cimd::alive(&who)), b"40:005\t3E");
    let Ok(framed::Packet::Request { number: 1, operation: 1, asks: Asks::Login(read) }) =
        read(b"01:001\t010:user\t011:pass\t56")
    else {
        panic!("no login")
    };
    assert_eq!(read, who);
    let wide = Credentials { window: Some(20), ..who };
    assert!(String::from_utf8(Cimd::login(&wide)).unwrap().ends_with("\t019:20\t"));
}

#[test]
fn ucp_07_a_checksum_may_be_missing_and_must_not_be_wrong() {
    assert!(read(b"40:003\t").is_ok());
    assert!(read(b"40:005\t3e").is_ok());
    let nack = Fault { number: Some(3), operation: 40, code: ErrorCode::CHECKSUM.0 };
    for wrong in [&b"40:003\t3F"[..], b"40:003\tX", b"40:003\t3E3E"] {
        assert_eq!(read(wrong).unwrap_err(), nack, "{wrong:?}");
    }
    assert_eq!(sealed(3, &Cimd::complaint(nack)), sealed(3, b"99\t"));
    // A response that cannot be trusted is nobody's.
    assert_eq!(read(b"53:003\t00").unwrap_err().number, None);
    for lost in [&b""[..], b"40:003", b"4:003\t", b"40003\t", b"40:3\t", b"xx:003\t", b"40:999\t"] {
        assert_eq!(read(lost).unwrap_err(), Fault { number: None, operation: 0, code: ErrorCode::SYNTAX.0 });
    }
    for odd in [&b"03:003\t021\t"[..], b"03:003\t02:1\t", b"03:003\tabc:1\t", b"03:003\t\t"] {
        assert_eq!(
            read(odd).unwrap_err(),
            Fault { number: Some(3), operation: 3, code: ErrorCode::SYNTAX.0 }
        );
    }
}

#[test]
fn ucp_09_every_combination_and_every_broken_one() {
    for (written, shown) in [
        ("_Oa@", "@@"),
        ("_L-_Y-_e'_E'_n~_N~", "£¥éÉñÑ"),
        ("_a\"_o\"_u\"_ss", "äöüß"),
        ("_??_!!_so_--_qq", "¿¡§_\""),
        ("_XXe _XX<x_XX>", "€ [x]"),
        ("$ ] }", "$ Å å"),
        ("_zz", "_zz"),
        ("_", "_"),
        ("a_", "a_"),
        ("_X", "_X"),
        ("line\r\nline", "line\r\nline"),
    ] {
        assert_eq!(text::decode(written.as_bytes()), shown, "{written}");
    }
    assert_eq!(text::decode(b"caf\xe9 \xe1\xff"), "café áÿ", "octets of ISO 8859-1");
    assert_eq!(text::encode(&gsm7::encode("a_é€@$").unwrap()), b"a_--_e'_XXe_Oa$");
}

#[test]
fn ucp_09_a_sender_in_raw_utf8_and_one_in_latin_1() {
    for octets in ["Café".as_bytes(), b"Caf\xe9"] {
        let mut packet = Packet::new(operation::SUBMIT);
        packet.push(parameter::DESTINATION, "0501234567").push(parameter::ALPHANUMERIC_ORIGINATOR, octets);
        packet.push(parameter::USER_DATA, "x");
        let submit = Submit::read(&packet).unwrap();
        assert_eq!(submit.from, Some(Origin::Letters("Café".into())));
    }
}

#[test]
fn submits_say_and_are_told_what_is_wrong() {
    let submit = Submit {
        to: "+972541234567".into(),
        from: Some(Origin::of("Shop")),
        data: plain("Olé € {x}"),
        wanted: WANTED_ALL,
        validity: Some(11),
    };
    let packet = submit.packet();
    assert_eq!(Submit::read(&packet).unwrap(), submit);
    assert_eq!(packet.get(parameter::USER_DATA), Some(&b"Ol_e' _XXe _XX(x_XX)"[..]));
    let hebrew = UserData { coding: coding::UCS2, header: vec![5, 0, 3, 1, 2, 1], octets: vec![5, 0xE9] };
    let long = Submit { data: hebrew, ..submit };
    assert_eq!(Submit::read(&long.packet()).unwrap(), long);
    let wrong = |changes: &[(u16, &str)]| {
        let mut packet = Packet::new(operation::SUBMIT);
        changes.iter().for_each(|(code, value)| {
            packet.push(*code, value);
        });
        Submit::read(&packet).unwrap_err()
    };
    let to = (parameter::DESTINATION, "123");
    assert_eq!(wrong(&[]), ErrorCode::DESTINATION);
    assert_eq!(wrong(&[(parameter::DESTINATION, "Shop")]), ErrorCode::DESTINATION);
    assert_eq!(wrong(&[to, to]), ErrorCode(301));
    assert_eq!(
        wrong(&[to, (parameter::USER_DATA, "a"), (parameter::USER_DATA_BINARY, "00")]),
        ErrorCode(303)
    );
    assert_eq!(wrong(&[to, (parameter::USER_DATA_BINARY, "0")]), ErrorCode::USER_DATA);
    assert_eq!(wrong(&[to, (parameter::USER_DATA_HEADER, "0500")]), ErrorCode::USER_DATA);
    assert_eq!(wrong(&[to, (parameter::DATA_CODING_SCHEME, "256")]), ErrorCode(304));
    assert_eq!(wrong(&[to, (parameter::STATUS_REPORT_REQUEST, "300")]), ErrorCode(310));
}

#[test]
fn binary_beside_letters_is_packed_and_latin_1_becomes_ucs2() {
    let mut packet = Packet::new(operation::DELIVER);
    let packed = gsm7::pack(&gsm7::encode("hellohello").unwrap(), 0);
    let hex: String = packed.iter().map(|o| format!("{o:02X}")).collect();
    packet.push(parameter::USER_DATA_BINARY, hex);
    assert_eq!(Deliver::read(&packet).unwrap().data.text().unwrap(), "hellohello");
    let mut packet = Packet::new(operation::DELIVER);
    packet.push(parameter::USER_DATA, b"\xe1rv\xedz");
    let data = Deliver::read(&packet).unwrap().data;
    assert_eq!((data.coding, data.text().as_deref()), (coding::UCS2, Some("árvíz")));
}

#[test]
fn reports_say_what_became_of_a_message() {
    use sms::Code;
    for (status, cause, state, code) in [
        ("4", None, State::Delivered, Code::None),
        ("2", None, State::Expired, Code::ExpiredAtCarrier),
        ("3", Some("001"), State::Failed, Code::UnknownSubscriber),
        ("1", Some("006"), State::InProcess, Code::AbsentSubscriber),
        ("6", None, State::NoResponse, Code::AbsentSubscriber),
        ("9", None, State::Deleted, Code::DeletedAtCarrier),
    ] {
        let mut packet = Packet::new(operation::STATUS_REPORT);
        packet.push(parameter::DESTINATION, "123").push(parameter::TIMESTAMP, "261121203335");
        packet.push(parameter::STATUS_CODE, status);
        if let Some(cause) = cause {
            packet.push(parameter::STATUS_ERROR_CODE, cause);
        }
        let report = Report::read(&packet).unwrap();
        assert_eq!((report.state, report.reason()), (state, code), "{status}");
        let again = Report::read(&report.packet()).unwrap();
        assert_eq!(again.state, state);
    }
    assert_eq!(Report::read(&Packet::new(operation::STATUS_REPORT)), None);
}

#[test]
fn responses_say_yes_with_a_name_or_no_with_a_number() {
    let name = Answer::taken(b"+972541234567:261121203335");
    let written = sealed(5, &Cimd::answer(operation::SUBMIT, &name));
    assert!(written.starts_with(b"53:005\t021:+972541234567\t060:261121203335\t"));
    assert_eq!(read(&written).unwrap(), framed::Packet::Answer { number: 5, operation: 3, answer: name });
    let no = sealed(5, &Cimd::answer(operation::SUBMIT, &Answer::refused(300, "")));
    assert!(no.starts_with(b"53:005\t900:300\t901:incorrect destination address\t"));
    let framed::Packet::Answer { answer, .. } = read(&no).unwrap() else { panic!() };
    assert_eq!(answer.error, Some(300));
    // What has no response of its own gets the general error.
    let unknown = sealed(5, &Cimd::answer(77, &Answer::refused(1, "")));
    let framed::Packet::Trouble { number: 5, answer } = read(&unknown).unwrap() else { panic!() };
    assert_eq!(answer.error, Some(1));
    let framed::Packet::Answer { answer, .. } = read(b"53:005\t900:x\t").unwrap() else { panic!() };
    assert_eq!(answer.error, Some(ErrorCode::SYSTEM.0), "an error that cannot be read is an error");
    assert_eq!(read(b"99:005\t").unwrap(), framed::Packet::Nack { number: 5 });
}

#[test]
fn validity_is_never_shorter_than_asked() {
    for code in 0..=255u8 {
        assert_eq!(time::validity(time::seconds(code)), code, "{code}");
    }
    for (seconds, code) in
        [(0, 0), (301, 1), (600, 1), (43_201, 144), (86_400, 167), (86_401, 168), (i64::MAX, 255)]
    {
        assert_eq!(time::validity(seconds), code, "{seconds}");
    }
}

#[test]
fn nothing_private_is_shown() {
    let submit =
        Submit { to: "+972541234567".into(), from: None, data: plain("secret"), wanted: 0, validity: None };
    let shown = format!("{submit:?} {:?}", submit.packet());
    assert!(!shown.contains("972541234567") && !shown.contains("secret"), "{shown}");
}

proptest! {
    #[test]
    fn any_septets_come_back(septets in prop::collection::vec(0u8..128, 0..160)) {
        let shown = gsm7::decode(&septets);
        prop_assert_eq!(text::decode(&text::encode(&septets)), shown);
    }

    #[test]
    fn validity_covers(seconds in 0i64..(63 * 7 * 86_400)) {
        prop_assert!(time::seconds(time::validity(seconds)) >= seconds);
    }

    #[test]
    fn any_parameters_come_back(number in 0u8..=255, list in prop::collection::vec((0u16..1000, "[ -~]{0,40}"), 0..20)) {
        let mut packet = Packet::new(operation::SUBMIT);
        list.iter().for_each(|(code, value)| { packet.push(*code, value); });
        packet.number = number;
        let mut out = Vec::new();
        Cimd::seal(u32::from(number), &Cimd::body(&Request::Submit(packet.clone())), &mut out);
        prop_assert_eq!(Packet::read(&out[1..out.len() - 1]).unwrap(), packet);
    }

    #[test]
    fn any_octets_are_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&octets);
        let _ = text::decode(&octets);
    }

    #[test]
    fn any_values_are_read_or_refused(values in prop::collection::vec((prop::sample::select(vec![21u16, 23, 27, 30, 32, 33, 34, 50, 56, 60, 61, 62, 900]), prop::collection::vec(any::<u8>(), 0..30)), 0..8)) {
        let mut packet = Packet::new(operation::SUBMIT);
        values.iter().for_each(|(code, value)| { packet.push(*code, value); });
        let _ = (Submit::read(&packet), Deliver::read(&packet), Report::read(&packet));
    }
}
