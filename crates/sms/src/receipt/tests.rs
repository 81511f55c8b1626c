use proptest::prelude::*;

use super::*;

fn read_text(text: &str) -> Receipt {
    parse_text(text).unwrap_or_else(|| panic!("no receipt: {text}"))
}

#[test]
fn the_form_of_appendix_b() {
    let text = "id:0123456789 sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD \
                err:000 text:Hello there";
    let want = Receipt {
        id: "0123456789".into(),
        status: Status::Delivered,
        code: Code::None,
        stat: Some("DELIVRD".into()),
        err: Some("000".into()),
        submitted_at_raw: Some("2611211200".into()),
        done_at_raw: Some("2611211201".into()),
        text: Some("Hello there".into()),
    };
    assert_eq!(parse_text(text), Some(want));
}

#[test]
fn dialects() {
    let cases = [
        ("id:7 stat:DELIVERED", "7", Status::Delivered, None),
        ("ID:7 STAT:delivrd ERR:0", "7", Status::Delivered, Some("0")),
        ("err:006 stat:UNDELIV id:B8BE19", "B8BE19", Status::Undelivered, Some("006")),
        ("id: 33E95179  stat : EXPIRED  err: -1", "33E95179", Status::Expired, Some("-1")),
        (
            "id:a-b_c-1 submit_date:26112112000000 done_date:26112112000100 state:REJECTD",
            "a-b_c-1",
            Status::Rejected,
            None,
        ),
        ("id:7\r\nsub:001\r\ndlvrd:000\r\nstat:ACCEPTD\r\nerr:00A", "7", Status::Submitted, Some("00A")),
        ("id:7,stat:BUFFERD,err:0", "7", Status::Buffered, Some("0")),
        ("stat:BUFFRED id:7", "7", Status::Buffered, None),
        ("id:7 stat:ENROUTE", "7", Status::Submitted, None),
        ("id:7 stat:DELETED", "7", Status::Undelivered, None),
        ("id:7 stat:SKIPPED", "7", Status::Undelivered, None),
        ("id:7 stat:NO_ROUTE", "7", Status::Rejected, None),
        ("id:7 stat:2", "7", Status::Delivered, None),
        ("id:7 stat:WHATEVER", "7", Status::Unknown, None),
        ("id:7 stat:UNKNOWN", "7", Status::Unknown, None),
        ("id:7", "7", Status::Unknown, None),
        ("stat:DELIVRD", "", Status::Delivered, None),
        ("id:7 submit date: done date: stat:DELIVRD err: text:", "7", Status::Delivered, None),
        ("status:FAILED error:abs id:7", "7", Status::Undelivered, Some("abs")),
    ];
    for (text, id, status, err) in cases {
        let receipt = read_text(text);
        assert_eq!(
            (receipt.id.as_str(), receipt.status, receipt.err.as_deref()),
            (id, status, err),
            "{text}"
        );
    }
}

#[test]
fn what_a_person_wrote_is_never_a_field() {
    let receipt = read_text("id:7 stat:UNDELIV err:001 Text:id:9 stat:DELIVRD text:x");
    assert_eq!((receipt.id.as_str(), receipt.status), ("7", Status::Undelivered));
    assert_eq!(receipt.text.as_deref(), Some("id:9 stat:DELIVRD text:x"));
    let receipt = read_text("id:7 id:8 stat:EXPIRED stat:DELIVRD text:");
    assert_eq!((receipt.id.as_str(), receipt.status), ("7", Status::Expired));
}

#[test]
fn ordinary_messages_are_no_receipts() {
    for text in
        ["", "STOP", "hello id", "grid:7 estate:9", "my id is 5", "text:id:7 stat:DELIVRD", "id:", "שלום"]
    {
        assert_eq!(parse_text(text), None, "{text}");
    }
}

#[test]
fn dates_with_a_blank_are_kept_whole() {
    let receipt = read_text("id:7 done date:2026-11-21 12:00 stat:DELIVRD");
    assert_eq!(receipt.done_at_raw.as_deref(), Some("2026-11-21 12:00"));
}

#[test]
fn reasons() {
    let cases = [
        ("stat:UNDELIV err:001", Code::UnknownSubscriber),
        ("stat:UNDELIV err:6", Code::AbsentSubscriber),
        ("stat:UNDELIV err:032", Code::MemoryFull),
        ("stat:REJECTD err:013", Code::Barred),
        ("stat:UNDELIV err:000", Code::UnknownCode),
        ("stat:UNDELIV", Code::UnknownCode),
        ("stat:UNDELIV err:4F2", Code::UnknownCode),
        ("stat:REJECTD err:777", Code::CarrierRejected),
        ("stat:DELETED err:000", Code::DeletedAtCarrier),
        ("stat:EXPIRED err:027", Code::ExpiredAtCarrier),
        ("stat:DELIVRD err:034", Code::None),
        ("stat:BUFFRED err:027", Code::AbsentSubscriber),
        ("stat:BUFFRED", Code::None),
    ];
    for (text, code) in cases {
        assert_eq!(read_text(text).code, code, "{text}");
    }
}

#[test]
fn a_carriers_own_table_goes_first_but_never_over_success() {
    let own = |err: &str| (err == "4F2").then_some(Code::OperatorBlocked);
    assert_eq!(read_text("stat:UNDELIV err:4F2").with_codes(own).code, Code::OperatorBlocked);
    assert_eq!(read_text("stat:UNDELIV err:001").with_codes(own).code, Code::UnknownSubscriber);
    assert_eq!(read_text("stat:DELIVRD err:4F2").with_codes(own).code, Code::None);
}

/// SMPP 3.4 clauses 5.3.2.12 (id), 5.3.2.35 (state) and 5.3.2.31 (network error).
#[test]
fn tlvs_alone_and_together_with_text() {
    let tlvs =
        |id, state, error| Tlvs { receipted_message_id: id, message_state: state, network_error_code: error };
    let cases: &[(&str, Tlvs<'_>, &str, Status, Code)] = &[
        ("", tlvs(Some(b"AB12\0"), Some(2), None), "AB12", Status::Delivered, Code::None),
        (
            "",
            tlvs(Some(b"AB12"), Some(5), Some(&[3, 0, 6])),
            "AB12",
            Status::Undelivered,
            Code::AbsentSubscriber,
        ),
        ("", tlvs(Some(b"AB12"), Some(5), Some(b"032")), "AB12", Status::Undelivered, Code::MemoryFull),
        ("", tlvs(Some(b"AB12"), Some(99), None), "AB12", Status::Unknown, Code::UnknownCode),
        ("", tlvs(Some(b"AB12"), None, None), "AB12", Status::Unknown, Code::UnknownCode),
        ("id:9 stat:DELIVRD", tlvs(Some(b"AB12"), None, None), "AB12", Status::Delivered, Code::None),
        ("id:9 stat:DELIVRD", tlvs(None, Some(3), None), "9", Status::Expired, Code::ExpiredAtCarrier),
        ("free words", tlvs(Some(b"AB12"), Some(8), None), "AB12", Status::Rejected, Code::CarrierRejected),
    ];
    for (text, tlvs, id, status, code) in cases {
        let receipt = read(text, *tlvs).unwrap();
        assert_eq!(
            (receipt.id.as_str(), receipt.status, receipt.code),
            (*id, *status, *code),
            "{text} {tlvs:?}"
        );
    }
    assert_eq!(from_tlv(Tlvs::default()), None);
    assert_eq!(from_tlv(tlvs(Some(b"\0"), None, Some(&[3, 0, 1]))), None);
}

#[test]
fn what_we_write_reads_back() {
    for status in [Status::Delivered, Status::Expired, Status::Undelivered, Status::Rejected, Status::Unknown]
    {
        let written = Written {
            id: "00B8BE19",
            submit_date: "2611211200",
            done_date: "2611211201",
            status,
            code: Code::None,
            err: 6,
            text: "id:1 stat:X and much more",
        };
        let text = format(&written);
        let receipt = read_text(&text);
        assert_eq!((receipt.id.as_str(), receipt.status), ("00B8BE19", status), "{text}");
        assert_eq!(receipt.text.as_deref(), Some("id:1 stat:X and much"));
    }
    let written = Written {
        id: "1",
        submit_date: "2611211200",
        done_date: "2611211201",
        status: Status::Delivered,
        code: Code::None,
        err: 0,
        text: "",
    };
    let want =
        "id:1 sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD err:000 text:";
    assert_eq!(format(&written), want);
}

#[test]
fn keys_of_ids_never_change() {
    assert_eq!(id_key("b8be19"), 0xf7c1_350b_8c31_11e4);
    assert_eq!(id_key(""), 0xefd0_1f60_ba99_2926);
    for twin in ["00B8BE19", " b8be19\0", "B8be19"] {
        assert_eq!(id_key(twin), id_key("b8be19"), "{twin}");
    }
    assert_eq!(id_key("000"), id_key("0"));
    assert_ne!(id_key("0"), id_key(""));
    assert_ne!(id_key("b8be1"), id_key("b8be19"));
}

/// A pair seen in the wild: 33E95179 in the response, 0870928761 in the receipt.
#[test]
fn hex_and_decimal_twins_find_each_other() {
    assert_eq!(id_key_alternatives("33E95179").as_decimal, Some(id_key("0870928761")));
    assert_eq!(id_key_alternatives("0870928761").as_hex, Some(id_key("33E95179")));
    assert_eq!(id_key_alternatives("a-b"), Alternatives { as_hex: None, as_decimal: None });
    assert_eq!(
        id_key_alternatives("99999999999999999999999"),
        Alternatives { as_hex: None, as_decimal: None }
    );
    assert_eq!(id_key_alternatives(""), Alternatives { as_hex: None, as_decimal: None });
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_fall(
        text in any::<String>(), id in any::<Vec<u8>>(), state in any::<Option<u8>>()
    ) {
        let octets = Some(&id[..]);
        let _ = parse_text(&text);
        let tlvs = Tlvs { receipted_message_id: octets, message_state: state, network_error_code: octets };
        let _ = read(&text, tlvs);
        let _ = id_key_alternatives(&id);
    }

    #[test]
    fn fields_are_found_in_any_order(
        order in Just(vec!["id:X1", "stat:EXPIRED", "err:027", "sub:001"]).prop_shuffle()
    ) {
        let receipt = read_text(&order.join("  "));
        let seen = (receipt.id.as_str(), receipt.status, receipt.err.as_deref());
        prop_assert_eq!(seen, ("X1", Status::Expired, Some("027")));
    }
}
