//! What clients write and how it is understood, by the cases of the protocol and of the field.

use super::*;
use engine::client::Terms;
use sms::Class;
use std::collections::BTreeMap;

const NOW: i64 = 1_795_301_480_300;

fn account(set: &[(&str, &str)]) -> Account {
    let settings: BTreeMap<String, String> =
        set.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Account {
        client: 7,
        serial: 3,
        workspace: 5,
        country: "IL".into(),
        session: 9,
        version: 1,
        terms: Terms::of(&settings),
    }
}

fn sm<'a>(coding: u8, octets: &'a [u8]) -> Sm<'a> {
    Sm {
        source: wire::smpp::source("Shop"),
        destination: wire::smpp::destination("+972501234567"),
        data_coding: coding,
        short_message: octets,
        ..Sm::default()
    }
}

fn plain(sm: &Sm<'_>, account: &Account) -> Submission {
    match wish(sm, From { account, now: NOW, old: false }) {
        Ok(Wish::Plain(submission)) => submission,
        other => panic!("{other:?}"),
    }
}

fn refused(sm: &Sm<'_>, set: &[(&str, &str)]) -> Status {
    wish(sm, From { account: &account(set), now: NOW, old: false }).unwrap_err()
}

#[test]
fn pdu_09_data_coding_zero_is_what_the_account_says() {
    let gsm = plain(&sm(0, b"a\x00\x1b\x65"), &account(&[]));
    assert_eq!(gsm.text, "a@€");
    assert_eq!(plain(&sm(0, b"caf\xe9"), &account(&[("charset", "latin1")])).text, "café");
    assert_eq!(plain(&sm(0, "café".as_bytes()), &account(&[("charset", "utf8")])).text, "café");
}

#[test]
fn pdu_10_every_usual_coding_is_read_and_octets_are_refused() {
    let own = account(&[]);
    for (coding, octets, text) in [
        (1, &b"a@b"[..], "a@b"),
        (3, &b"caf\xe9"[..], "café"),
        (8, &[0x05, 0xe9, 0x05, 0xdc][..], "של"),
        (0xF0, &b"hi"[..], "hi"),
        (0x10, &b"hi"[..], "hi"),
        (0x18, &[0x05, 0xe9][..], "ש"),
    ] {
        assert_eq!(plain(&sm(coding, octets), &own).text, text, "{coding:#04x}");
    }
    for (coding, flash) in [(0, false), (8, false), (0x10, true), (0x18, true), (0xF0, true), (0x11, false)] {
        assert_eq!(plain(&sm(coding, b"\x05\xe9"), &own).flash, flash, "{coding:#04x}");
    }
    for coding in [2, 4, 0xF4] {
        assert_eq!(refused(&sm(coding, b"\x01\x02"), &[]), Status::INVALID_CODING, "{coding:#04x}");
    }
}

#[test]
fn pdu_04_a_text_in_message_payload_is_the_text() {
    let long = "x".repeat(1_000);
    let mut tlvs = wire::smpp::TlvBuf::new();
    tlvs.push(tlv::MESSAGE_PAYLOAD, long.as_bytes());
    let message = Sm { tlvs: tlvs.view(), ..sm(0, b"") };
    assert_eq!(plain(&message, &account(&[])).text, long);
}

#[test]
fn pdu_07_times_absolute_relative_short_and_past() {
    let with = |schedule: &'static [u8], validity: &'static [u8]| {
        times(&Sm { schedule, validity, ..sm(0, b"x") }, NOW)
    };
    assert_eq!(with(b"", b"000000001500000R"), Ok((None, Some(900))));
    assert_eq!(with(b"000000010000000R", b"000000020000000R"), Ok((Some(NOW + 3_600_000), Some(3_600))));
    assert_eq!(with(b"", b"261121235120300+"), Ok((None, Some(3_600))));
    assert_eq!(with(b"", b"261121205120304-"), Err(Status::INVALID_EXPIRY), "21:51 UTC is an hour ago");
    assert_eq!(with(b"", b"261122"), Ok((None, Some(4_119))), "six digits are a day");
    assert_eq!(with(b"", b"261122000000000"), Ok((None, Some(4_119))), "fifteen digits are UTC");
    assert_eq!(with(b"", b"251121225120300+"), Err(Status::INVALID_EXPIRY));
    assert_eq!(with(b"", b"soon"), Err(Status::INVALID_EXPIRY));
    assert_eq!(with(b"26112", b""), Err(Status::INVALID_SCHEDULE));
    assert_eq!(with(b"251121225120300+", b""), Ok((None, None)), "a time that has passed is now");
}

#[test]
fn pdu_01_02_senders_in_other_octets_and_too_long_are_kept_for_the_gate_to_judge() {
    let from = |ton, addr: &'static [u8]| {
        let message = Sm { source: Address { ton, npi: 0, addr }, ..sm(0, b"x") };
        plain(&message, &account(&[])).from
    };
    assert_eq!(from(5, b"Caf\xe9").as_deref(), Some("Café"));
    assert_eq!(from(5, "Café".as_bytes()).as_deref(), Some("Café"));
    assert_eq!(from(5, b"a name of 25 characters!!").as_deref(), Some("a name of 25 characters!!"));
    assert_eq!(from(1, b"972501234567").as_deref(), Some("+972501234567"));
    assert_eq!(from(0, b""), None);
}

#[test]
fn pdu_08_a_number_is_read_by_its_type_and_by_the_country() {
    let to = |ton, addr: &'static [u8]| recipient(&Address { ton, npi: 1, addr }, "IL");
    for (ton, addr) in [
        (1, &b"972501234567"[..]),
        (1, b"+972501234567"),
        (1, b"00972501234567"),
        (0, b"972501234567"),
        (0, b"+972501234567"),
    ] {
        let read = to(ton, addr).unwrap();
        let e164 = sms::number::normalise(&read, "IL").e164.unwrap_or(read);
        assert_eq!(e164, "+972501234567", "{ton} {addr:?}");
    }
    for ton in [0, 2] {
        let read = sms::number::normalise(&to(ton, b"0502345678").unwrap(), "IL").e164;
        assert_eq!(read.as_deref(), Some("+972502345678"));
    }
    for ton in [0, 3, 6] {
        assert_eq!(to(ton, b"4545").as_deref(), Ok("4545"), "a short code stays one");
    }
    assert_eq!(to(1, b""), Err(Status::INVALID_DESTINATION));
}

#[test]
fn what_is_to_be_told_is_what_was_asked_unless_the_account_says_otherwise() {
    let flags = |registered, set: &[(&str, &str)]| {
        let message = Sm { registered_delivery: registered, ..sm(0, b"x") };
        let notify = Notify(plain(&message, &account(set)).notify);
        assert_eq!(notify.serial(), 3);
        notify.0 & 0xFF
    };
    let (delivered, failed, progress) = (Notify::DELIVERED, Notify::FAILED, Notify::PROGRESS);
    assert_eq!(flags(0, &[]), 0);
    assert_eq!(flags(1, &[]), delivered | failed);
    assert_eq!(flags(2, &[]), failed);
    assert_eq!(flags(3, &[]), delivered);
    assert_eq!(flags(0x11, &[]), delivered | failed | progress);
    assert_eq!(flags(0, &[("receipts", "always")]), delivered | failed);
    assert_eq!(flags(1, &[("receipts", "never")]), 0);
}

#[test]
fn the_service_type_says_the_class_where_the_account_says_so() {
    let set = &[("services", "OTP=otp, PROMO=marketing"), ("class", "service")];
    let class = |service: &'static [u8]| {
        wish(
            &Sm { service_type: service, ..sm(0, b"x") },
            From { account: &account(set), now: NOW, old: false },
        )
        .map(|w| match w {
            Wish::Plain(s) => s.class,
            Wish::Piece(_, s) => s.class,
        })
    };
    assert_eq!(class(b"").unwrap(), Some(Class::Service));
    assert_eq!(class(b"otp").unwrap(), Some(Class::Otp));
    assert_eq!(class(b"PROMO").unwrap(), Some(Class::Marketing));
    assert_eq!(class(b"CMT").unwrap(), Some(Class::Service), "a bearer is no purpose");
    assert_eq!(class(b"NEWS").unwrap_err(), Status::INVALID_SERVICE_TYPE);
}

#[test]
fn a_sender_that_is_not_the_accounts_is_refused() {
    let set = &[("from", "Shop, +972541112222")];
    assert!(wish(&sm(0, b"x"), From { account: &account(set), now: NOW, old: false }).is_ok());
    let other = Sm { source: wire::smpp::source("Bank"), ..sm(0, b"x") };
    assert_eq!(refused(&other, set), Status::INVALID_SOURCE);
    let number = Sm { source: wire::smpp::source("972541112222"), ..sm(0, b"x") };
    assert!(wish(&number, From { account: &account(set), now: NOW, old: false }).is_ok());
}

#[test]
fn pdu_11_parts_are_known_by_header_by_tlvs_and_by_a_header_that_nobody_announced() {
    let own = account(&[]);
    let place = |sm: &Sm<'_>| match wish(sm, From { account: &own, now: NOW, old: false }) {
        Ok(Wish::Piece(piece, _)) => (piece.place.unwrap(), piece.octets),
        other => panic!("{other:?}"),
    };
    let eight = Concat { reference: Reference::Eight(9), total: 2, seq: 1 };
    let header = Sm { esm_class: UDHI, ..sm(0, b"\x05\x00\x03\x09\x02\x01abc") };
    assert_eq!(place(&header), (eight, b"abc".to_vec()));
    assert_eq!(place(&sm(0, b"\x05\x00\x03\x09\x02\x01abc")), (eight, b"abc".to_vec()));
    let mut tlvs = wire::smpp::TlvBuf::new();
    tlvs.push(tlv::SAR_MSG_REF_NUM, &[1, 2]).push(tlv::SAR_TOTAL_SEGMENTS, &[3]);
    tlvs.push(tlv::SAR_SEGMENT_SEQNUM, &[2]);
    let sixteen = Concat { reference: Reference::Sixteen(0x0102), total: 3, seq: 2 };
    assert_eq!(place(&Sm { tlvs: tlvs.view(), ..sm(0, b"abc") }), (sixteen, b"abc".to_vec()));
}

#[test]
fn headers_that_a_text_does_not_need_are_refused() {
    for bad in [&b"\x06\x05\x04\x0b\x84\x23\xf0x"[..], b"\x02\x70\x00x", b"\x40x"] {
        assert_eq!(refused(&Sm { esm_class: UDHI, ..sm(0, bad) }, &[]), Status::INVALID_ESM_CLASS, "{bad:?}");
    }
    let spanish = Sm { esm_class: UDHI, ..sm(0, b"\x03\x24\x01\x02Cu\x1bando") };
    assert_eq!(plain(&spanish, &account(&[])).text, "Cuándo");
}

#[test]
fn what_was_cut_within_a_character_is_whole_again() {
    let part = |seq: i64, coding: i64, octets: &[u8]| Part {
        id: seq,
        seq,
        given: String::new(),
        wants: 0,
        coding,
        header: Vec::new(),
        octets: octets.to_vec(),
    };
    let emoji = [part(1, 8, &[0x00, 0x61, 0xd8, 0x3d]), part(2, 8, &[0xde, 0x00, 0x00, 0x62])];
    assert_eq!(joined(&emoji, Charset::Gsm7).as_deref(), Some("a😀b"));
    let euro = [part(1, 0, b"a\x1b"), part(2, 0, b"\x65b")];
    assert_eq!(joined(&euro, Charset::Gsm7).as_deref(), Some("a€b"));
    let mixed = [part(1, 0, b"a"), part(2, 8, &[0x05, 0xe9])];
    assert_eq!(joined(&mixed, Charset::Gsm7).as_deref(), Some("aש"));
    assert_eq!(joined(&[part(1, 4, b"\x01")], Charset::Gsm7), None);
}
