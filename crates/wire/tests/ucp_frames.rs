//! UCP octets against values: frames a real client wrote, the cases of a gateway's life, and any octets at all.

use proptest::prelude::*;
use sms::alphabet::gsm7;
use wire::framed::{Answer, Asks, Credentials, Fault, Packet, Protocol};
use wire::ucp::{Address, Call, Ec, Field, Message, Report, Request, Rsn, State, Transfer, Ucp, time};
use wire::{UserData, smpp::coding};

fn read(frame: &str) -> Result<Packet<Request>, Fault> {
    Ucp::read(frame.as_bytes())
}

fn sealed(number: u32, body: &[u8]) -> String {
    let mut out = Vec::new();
    Ucp::seal(number, body, &mut out);
    assert_eq!((out.first(), out.last()), (Some(&2), Some(&3)));
    String::from_utf8(out[1..out.len() - 1].to_vec()).unwrap()
}

/// A frame of these fields with the right length and checksum.
fn frame(number: u32, kind_and_data: &str) -> String {
    sealed(number, kind_and_data.as_bytes())
}

fn submit(frame: &str) -> Message {
    match read(frame) {
        Ok(Packet::Request { asks: Asks::Message(Request::Submit(message)), .. }) => *message,
        other => panic!("{other:?}"),
    }
}

/// Written by Kannel 1.4.5.
const LOGIN: &str = "00/00047/O/60/user/6/5/1/70617373//0100//////BE";
const ALIVE: &str = "00/00026/O/31/user/0539/B5";
const LETTERS: &str = "01/00104/O/51/00972541234567/07C3B0B900//1//7/////////////3//4F6C05201B65201B3C781B3E////////5039/////80";
const HEBREW: &str =
    "03/00093/O/51/972541234567/1234/////////////////4/0064/05E905DC05D505DD////1//////020108///14";

#[test]
fn a_login_is_read_and_written_as_others_write_it() {
    let Ok(Packet::Request { number: 0, operation: 60, asks: Asks::Login(who) }) = read(LOGIN) else {
        panic!("no login")
    };
    assert_eq!((&who.user[..], &who.password[..], who.ton, who.npi), (&b"user"[..], &b"pass"[..], 6, 5));
    assert_eq!(sealed(0, &Ucp::login(&who)), LOGIN);
    assert!(matches!(read(ALIVE), Ok(Packet::Request { operation: 31, asks: Asks::Alive, .. })));
    assert_eq!(sealed(0, &Ucp::alive(&who)), ALIVE);
    let shown = format!("{who:?}");
    assert!(!shown.contains("pass\"") && shown.contains("user"), "{shown}");
}

#[test]
fn letters_of_another_client_are_read() {
    let message = submit(LETTERS);
    assert_eq!(message.originator(), "Café");
    assert_eq!(message.user_data().unwrap().text().unwrap(), "Olé € [x]");
    assert_eq!((message.get(Field::AdC), message.wants()), (&b"00972541234567"[..], 7));
    let mut ours = Message::default();
    ours.set_recipient("+972541234567", "00").unwrap();
    ours.set_originator("Café");
    ours.set(Field::NRq, "1").set(Field::NT, "7");
    let septets = gsm7::encode("Olé € [x]").unwrap();
    ours.set_user_data(&UserData { octets: septets, ..UserData::default() }).unwrap();
    // We write what the versions since 4.0 have: 33 fields; ours and theirs say the same.
    assert_eq!(sealed(1, &Ucp::body(&Request::Submit(Box::new(ours)))), LETTERS);
}

#[test]
fn ucs2_of_another_client_is_read() {
    let message = submit(HEBREW);
    assert_eq!(message.originator(), "1234");
    let data = message.user_data().unwrap();
    assert_eq!((data.text().as_deref(), data.coding), (Some("שלום"), coding::UCS2));
}

#[test]
fn results_are_read_in_each_form() {
    let yes = |operation: u8, id: &[u8]| Packet::Answer { number: 1, operation, answer: Answer::taken(id) };
    assert_eq!(
        read("01/00047/R/51/A//00972541234567:211126203335/0C").unwrap(),
        yes(51, b"00972541234567:211126203335")
    );
    assert_eq!(read(&frame(1, "R/60/A//")).unwrap(), yes(60, b""));
    assert_eq!(read(&frame(1, "R/31/A/0000/")).unwrap(), yes(31, b"0000"));
    assert_eq!(
        read(&frame(1, "R/01/A/0501234567:091196113944/")).unwrap(),
        yes(1, b"0501234567:091196113944")
    );
    // Without the place for a modified validity.
    assert_eq!(read(&frame(1, "R/51/A/972:1/")).unwrap(), yes(51, b"972:1"));
    let Packet::Answer { answer, .. } = read(&frame(1, "R/51/N/04/slow down/")).unwrap() else { panic!() };
    assert_eq!((answer.error, &answer.words[..]), (Some(4), &b"slow down"[..]));
    for odd in ["R/51/N/x/", "R/51//", "R/51/Q/"] {
        assert!(read(&frame(1, odd)).is_err(), "{odd}");
    }
}

#[test]
fn answers_are_written_for_each_operation() {
    for (operation, answer, want) in [
        (51, Answer::taken(b"972:1"), "R/51/A//972:1/"),
        (52, Answer::default(), "R/52/A///"),
        (30, Answer::taken(b"972:1"), "R/30/A//972:1/"),
        (31, Answer::default(), "R/31/A/0000/"),
        (60, Answer::default(), "R/60/A//"),
        (1, Answer::taken(b"972:1"), "R/01/A/972:1/"),
        (51, Answer::refused(4, "no/w"), "R/51/N/04/now/"),
    ] {
        assert_eq!(String::from_utf8(Ucp::answer(operation, &answer)).unwrap(), want);
    }
}

#[test]
fn ucp_01_checksum_and_length_must_fit_and_small_letters_are_read() {
    let told = |frame: &str| read(frame).unwrap_err();
    let checksum = Fault { number: Some(0), operation: 31, code: Ec::CHECKSUM.0 };
    assert_eq!(told("00/00026/O/31/user/0539/B0"), checksum);
    assert_eq!(told("00/00026/O/31/usar/0539/B5"), checksum);
    assert!(read("00/00026/O/31/user/0539/b5").is_ok());
    let syntax = Fault { number: Some(0), operation: 31, code: Ec::SYNTAX.0 };
    for off in ["00/00027/O/31/user/0539/B5", "00/00025/O/31/user/0539/B5", "00/99999/O/31/user/0539/B5"] {
        assert_eq!(told(off), syntax, "{off}");
    }
    assert_eq!(told("00/00026/O/31/user/0539/xy").code, Ec::SYNTAX.0);
    // A result that cannot be trusted is nobody's.
    assert_eq!(told("01/00019/R/51/A//9:1/5/00").number, None);
    for lost in [
        "",
        "00",
        "00/00019",
        "0x/00019/O/31/user/0539/B5",
        "00/00019/X/31/user/0539/B5",
        "00-00019-O-31-u-0-B5",
    ] {
        assert_eq!(told(lost), Fault { number: None, operation: 0, code: Ec::SYNTAX.0 }, "{lost}");
    }
}

#[test]
fn ucp_03_a_report_without_a_stamp_names_its_number_alone() {
    let mut message = Message::default();
    message.set_recipient("+972541234567", "00").unwrap();
    message.set(Field::OAdC, "972541234567");
    message.set_report(State::NotDelivered, Rsn::of(sms::Code::UnknownSubscriber), "", "211126203335");
    let report = message.report().unwrap();
    assert_eq!((report.state, report.reason.reason()), (State::NotDelivered, sms::Code::UnknownSubscriber));
    assert!(report.stamp.is_empty() && report.recipient == b"972541234567");
    assert_eq!(Message::default().report(), None, "no state, no report");
    for (dst, state) in [("0", State::Delivered), ("1", State::Buffered), ("2", State::NotDelivered)] {
        let told: Option<Report> = Message::default().set(Field::Dst, dst).report();
        assert_eq!(told.unwrap().state, state);
    }
    assert_eq!(Message::default().set(Field::Dst, "3").report(), None);
}

#[test]
fn ucp_04_bits_that_make_no_octet_and_torn_services() {
    let mut message = Message::default();
    message.set(Field::MT, "4").set(Field::Msg, "AABBCC").set(Field::NB, "0020");
    assert_eq!(message.user_data().unwrap().octets, [0xAA, 0xBB, 0xCC]);
    message.set(Field::NB, "0012");
    assert_eq!(message.user_data().unwrap().octets, [0xAA, 0xBB]);
    message.set(Field::NB, "0025");
    assert_eq!(message.user_data(), Err(Ec::SYNTAX), "more bits than there are");
    message.set(Field::NB, "");
    assert_eq!(message.user_data().unwrap().octets.len(), 3);
    // Septets as on the air: "hello" is 35 bits.
    let packed = gsm7::pack(&gsm7::encode("hello").unwrap(), 0);
    let hex: String = packed.iter().map(|o| format!("{o:02X}")).collect();
    message.set(Field::Msg, hex).set(Field::NB, "0035").set(Field::XSer, "020100");
    assert_eq!(message.user_data().unwrap().text().unwrap(), "hello");
    for torn in ["02", "0201", "0202FF", "0", "zz", "01050003070201", "0100", "020100FF"] {
        message.set(Field::XSer, torn);
        let told = message.user_data();
        // An empty header is none; everything else here is torn.
        assert_eq!(told.is_err(), torn != "0100", "{torn}: {told:?}");
    }
    let long = "00".repeat(141);
    message.set(Field::XSer, "").set(Field::NB, "1128").set(Field::Msg, long);
    assert_eq!(message.user_data(), Err(Ec::TOO_LONG));
}

#[test]
fn ucp_04_a_header_beside_letters_stays_beside_them() {
    let header = vec![5, 0, 3, 7, 2, 1];
    let data = UserData { coding: 0, header: header.clone(), octets: gsm7::encode("a@€").unwrap() };
    let mut message = Message::default();
    message.set_user_data(&data).unwrap();
    assert_eq!(message.get(Field::XSer), b"0106050003070201");
    assert_eq!((message.get(Field::MT), message.get(Field::Msg)), (&b"3"[..], &b"61001B65"[..]));
    assert_eq!(message.user_data().unwrap(), data);
    // A flash class beside letters keeps the alphabet.
    let flash = UserData { coding: 0xF0, ..data };
    message.set_user_data(&flash).unwrap();
    assert_eq!(message.user_data().unwrap(), flash);
}

#[test]
fn ucp_05_the_carrier_asks_whether_we_live_and_old_versions_log_in() {
    assert_eq!(sealed(7, &Ucp::answer(31, &Answer::default())), frame(7, "R/31/A/0000/"));
    let old = frame(2, "O/60/07656765/1/1/1/50617373//0101//////");
    let Ok(Packet::Request { asks: Asks::Login(who), .. }) = read(&old) else { panic!() };
    assert_eq!((&who.user[..], &who.password[..]), (&b"07656765"[..], &b"Pass"[..]));
    let Packet::Answer { answer, .. } = read(&frame(2, "R/60/N/07//")).unwrap() else { panic!() };
    let code = Ec(answer.error.unwrap());
    assert_eq!((code, code.meaning()), (Ec::AUTHENTICATION, wire::smpp::Meaning::Link));
}

#[test]
fn ucp_06_stamps_put_the_day_first() {
    // 2013-12-11 10:09:08 UTC.
    let at = 1_386_756_548_000;
    assert_eq!(time::stamp(at, 0), "111213100908");
    assert_eq!(wire::cimd::time::stamp(at, 0), "131211100908");
    assert_eq!(time::stamp(at, 120), "111213120908");
    assert_eq!(time::minute(at, 0), "1112131009");
}

#[test]
fn senders_travel_as_their_form_asks() {
    for (sender, oadc, otoa, shown) in [
        ("Café", "07C3B0B900", "5039", "Café"),
        ("+972541234567", "972541234567", "1139", "+972541234567"),
        ("4545", "4545", "", "4545"),
        ("Shop@24", "0DD3F41B1CA3D1", "5039", "Shop@24"),
    ] {
        let address = Address::originator(sender);
        if sender != "Shop@24" {
            assert_eq!(address.oadc, oadc.as_bytes(), "{sender}");
        }
        assert_eq!((address.otoa.as_slice(), address.display().as_str()), (otoa.as_bytes(), shown));
    }
    assert_eq!(Address::originator("A very long name").display(), "A very long");
    for torn in ["07C3", "", "FFC3B0B900", "zz"] {
        let address = Address { oadc: torn.into(), otoa: b"5039".to_vec() };
        assert_eq!(address.display(), torn, "shown as it came");
    }
}

#[test]
fn recipients_are_digits_and_sixteen_at_the_most() {
    let mut message = Message::default();
    message.set_recipient("+36301234567", "").unwrap();
    assert_eq!(message.get(Field::AdC), b"36301234567");
    for wrong in ["", "+", "12a", "12345678901234567"] {
        assert_eq!(message.set_recipient(wrong, "00"), Err(Ec::ADDRESS), "{wrong}");
    }
}

#[test]
fn older_operations_hand_in_texts() {
    let septets = gsm7::encode("hi @").unwrap();
    let call = Request::Call(Call::letters("0123456789", "9876", &septets));
    let transfer = Request::Transfer(Transfer::letters("0123456789", "9876", &septets, true));
    for request in [call, transfer] {
        let body = Ucp::body(&request);
        let Ok(Packet::Request { asks: Asks::Message(back), .. }) = read(&sealed(5, &body)) else { panic!() };
        assert_eq!(back, request);
        let data = match back {
            Request::Call(call) => call.user_data(),
            Request::Transfer(transfer) => transfer.user_data(),
            other => panic!("{other:?}"),
        };
        assert_eq!(data.unwrap().text().unwrap(), "hi @");
    }
    let Ok(Packet::Request { asks: Asks::Message(Request::Call(digits)), .. }) =
        read(&frame(0, "O/01/01234567890/09876543210//2/1234/"))
    else {
        panic!()
    };
    assert_eq!(digits.user_data().unwrap().text().unwrap(), "1234");
}

#[test]
fn fewer_and_more_fields_than_33_are_read() {
    let few = submit(&frame(0, "O/51/0123/4545/"));
    assert_eq!((few.get(Field::AdC), few.get(Field::RES5)), (&b"0123"[..], &b""[..]));
    let many = submit(&frame(0, &format!("O/51/0123/4545/{}", "x/".repeat(200))));
    assert_eq!((many.get(Field::OAdC), many.get(Field::RES5)), (&b"4545"[..], &b"x"[..]));
}

#[test]
fn nothing_private_is_shown() {
    let message = submit(LETTERS);
    let shown = format!("{message:?} {:?}", message.user_data());
    assert!(!shown.contains("972541234567") && !shown.contains("4F6C"), "{shown}");
}

fn any_message() -> impl Strategy<Value = Message> {
    let text = prop_oneof![("[a-zA-Z0-9@€ ñé\\[\\]]{0,60}", Just(false)), ("[א-ת 🌍a-z]{0,30}", Just(true)),];
    (text, "[0-9]{1,16}", "[A-Za-z0-9 é]{1,11}", any::<bool>()).prop_map(
        |((text, wide), to, from, headed)| {
            let header = if headed { vec![5, 0, 3, 9, 2, 1] } else { Vec::new() };
            let data = if wide {
                UserData { coding: coding::UCS2, header, octets: sms::alphabet::ucs2::encode(&text) }
            } else {
                UserData { coding: 0, header, octets: gsm7::encode(&text).unwrap() }
            };
            let mut message = Message::default();
            message.set_recipient(&to, "").unwrap();
            message.set_originator(&from);
            message.set_user_data(&data).unwrap();
            message
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(message in any_message(), number in 0u32..100) {
        let request = Request::Submit(Box::new(message.clone()));
        let packet = read(&sealed(number, &Ucp::body(&request))).unwrap();
        prop_assert_eq!(packet, Packet::Request { number, operation: 51, asks: Asks::Message(request) });
        prop_assert!(message.user_data().is_ok());
    }

    #[test]
    fn any_octets_are_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Ucp::read(&octets);
    }

    #[test]
    fn any_fields_are_read_or_refused(fields in prop::collection::vec("[0-9A-F:]{0,20}", 0..40), op in 0u8..100) {
        let data: String = fields.iter().map(|f| format!("{f}/")).collect();
        for kind in ["O", "R"] {
            if let Ok(Packet::Request { asks: Asks::Message(Request::Submit(m) | Request::Notify(m)), .. }) =
                read(&frame(3, &format!("{kind}/{op:02}/{data}")))
            {
                let _ = (m.user_data(), m.report(), m.originator(), m.services(), m.wants());
            }
        }
    }

    #[test]
    fn any_credentials_come_back(user in "[a-zA-Z0-9]{1,16}", password in prop::collection::vec(any::<u8>(), 0..16)) {
        let who = Credentials { user: user.into_bytes(), password, ton: 6, npi: 5, window: None };
        let packet = read(&sealed(0, &Ucp::login(&who))).unwrap();
        prop_assert_eq!(packet, Packet::Request { number: 0, operation: 60, asks: Asks::Login(who) });
    }
}
