//! Octets of real and of sloppy PDUs against the values they mean, with the clause of SMPP 3.4.

use wire::smpp::{
    Address, Bind, BindRequest, BindResponse, Fault, HEADER, Header, Kind, Sm, SmBuf, Sort, Status, TlvBuf,
    command, tlv,
};

/// Octets from hex with spaces; text in single quotes stands for itself, NUL is `.`.
fn pdu(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, piece) in text.split('\'').enumerate() {
        if at % 2 == 1 {
            out.extend(piece.bytes().map(|b| if b == b'.' { 0 } else { b }));
        } else {
            let digits: Vec<u8> = piece.bytes().filter(u8::is_ascii_hexdigit).collect();
            out.extend(
                digits
                    .chunks(2)
                    .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()),
            );
        }
    }
    out
}

#[test]
fn the_bind_kannel_sends_reads_and_writes_back() {
    // 4.1.5; recorded from Kannel 1.4.5.
    let frame = pdu("00000020 00000009 00000000 00000001 'foo.bar.VMA.' 34 00 00 00");
    let header = Header::read(&frame).unwrap();
    assert_eq!((header.length, header.command, header.sequence), (32, command::BIND_TRANSCEIVER, 1));
    assert_eq!(Bind::of(header.command), Some(Bind::Transceiver));
    let bind = BindRequest::decode(&frame[HEADER..]).unwrap();
    assert_eq!((bind.system_id, bind.password, bind.system_type), (&b"foo"[..], &b"bar"[..], &b"VMA"[..]));
    assert_eq!(bind.interface_version, 0x34);
    let mut again = Vec::new();
    bind.encode(&mut again);
    assert_eq!(again, &frame[HEADER..]);
    assert!(!format!("{bind:?}").contains("bar"), "the password is never shown");
}

#[test]
fn binds_of_other_shapes_are_read() {
    // 3.3 clients leave the address range off; carriers issue longer names and secrets than 5.2.1 allows.
    let body = pdu("'a-system-id-that-is-far-too-long.longpassword..' 33");
    let bind = BindRequest::decode(&body).unwrap();
    assert_eq!(bind.system_id.len(), 32);
    assert_eq!((bind.password, bind.interface_version), (&b"longpassword"[..], 0x33));
    assert_eq!(BindRequest::decode(&pdu("'foo.bar'")), Err(Fault(Status::INVALID_COMMAND_LENGTH)));
    for (body, name, version) in [("", "", 0x34), ("'SMSC.'", "SMSC", 0x34), ("'SMSC'", "SMSC", 0x34)] {
        let answer = BindResponse::decode_hex(body);
        assert_eq!((answer.0.as_str(), answer.1), (name, version), "4.1.6: {body}");
    }
    assert_eq!(BindResponse::decode_hex("'SMSC.' 0210 0001 33"), ("SMSC".into(), 0x33));
}

trait DecodeHex {
    fn decode_hex(text: &str) -> (String, u8);
}

impl DecodeHex for BindResponse<'_> {
    fn decode_hex(text: &str) -> (String, u8) {
        let body = pdu(text);
        let answer = BindResponse::decode(&body);
        (String::from_utf8_lossy(answer.system_id).into_owned(), answer.version())
    }
}

#[test]
fn a_submit_reads_and_writes_back_octet_for_octet() {
    // 4.4.1; Hebrew "שלום" in UCS-2 with a reference TLV.
    let body =
        pdu("00 05 00 'MyShop.' 01 01 '972501234567.' 00 00 00 00 '000002000000000R.' 01 00 08 00 08 \
         05e9 05dc 05d5 05dd 0204 0002 1234");
    let sm = Sm::decode(Kind::Submit, &body).unwrap();
    assert_eq!(sm.source, Address { ton: 5, npi: 0, addr: b"MyShop" });
    assert_eq!(sm.destination, Address { ton: 1, npi: 1, addr: b"972501234567" });
    assert_eq!((sm.data_coding, sm.validity, sm.wants_receipt()), (8, &b"000002000000000R"[..], true));
    assert_eq!(sm.octets(), pdu("05e9 05dc 05d5 05dd"));
    assert_eq!(sm.tlvs.user_message_reference(), Some(0x1234));
    let mut again = Vec::new();
    sm.encode(Kind::Submit, &mut again);
    assert_eq!(again, body);
}

#[test]
fn zero_is_a_letter_inside_short_message() {
    // 5.2.22: octets by count; `@` is 0x00 of the default alphabet.
    let body = pdu("00 0000 00 0101 '1.' 00 00 00 00 00 00 00 00 00 03 61 00 62");
    assert_eq!(Sm::decode(Kind::Submit, &body).unwrap().octets(), [0x61, 0, 0x62]);
}

#[test]
fn a_part_shows_its_header_and_its_text() {
    // 5.2.12 UDHI; 3GPP 23.040 9.2.3.24.1.
    let body = pdu("00 0000 00 0101 '1.' 43 00 00 00 00 00 00 08 00 08 05 00 03 01 02 01 05e9");
    let sm = Sm::decode(Kind::Submit, &body).unwrap();
    assert_eq!(sm.split(), (&pdu("05 00 03 01 02 01")[..], &pdu("05e9")[..]));
    let lying = Sm { esm_class: 0x40, short_message: &[9, 0, 3], ..Sm::default() };
    assert_eq!(lying.split(), (&[][..], &[9, 0, 3][..]), "a header longer than the text is no header");
}

#[test]
fn esm_class_is_read_by_its_bits() {
    // 5.2.12; receipt together with UDHI exists in the field.
    for (esm_class, sort) in [
        (0x00, Sort::Text),
        (0x03, Sort::Text),
        (0x40, Sort::Text),
        (0x04, Sort::Receipt),
        (0x44, Sort::Receipt),
        (0x07, Sort::Receipt),
        (0x08, Sort::Acknowledgement),
        (0x10, Sort::Acknowledgement),
        (0x18, Sort::Abort),
        (0x20, Sort::Intermediate),
        (0x80, Sort::Text),
    ] {
        assert_eq!(Sm { esm_class, ..Sm::default() }.sort(), sort, "{esm_class:#04x}");
    }
}

#[test]
fn what_real_peers_send_is_read() {
    let head = "00 0101 '972501234567.' 0300 '4545.' 00 00 00 00 00 00 00 00 00";
    for (what, body) in [
        ("Latin-1 sender", "00 0500 'Caf' e9 00 0101 '1.' 00 00 00 00 00 00 00 00 00 02 6869".to_string()),
        (
            "sender of 25",
            "00 0500 'AAAAAAAAAAAAAAAAAAAAAAAAA.' 0101 '1.' 00000000 00 00 00 00 00 02 6869".into(),
        ),
        ("validity of 6", "00 0000 00 0101 '1.' 000000 00 '261121.' 00 00 00 00 02 6869".into()),
        ("one stray octet", format!("{head} 02 6869 00")),
        ("torn TLV", format!("{head} 02 6869 0427 0009 02")),
    ] {
        let body = pdu(&body);
        let sm = Sm::decode(Kind::Deliver, &body).unwrap_or_else(|e| panic!("{what}: {e:?}"));
        assert_eq!(sm.octets(), b"hi", "{what}");
    }
}

#[test]
fn what_cannot_be_read_costs_one_answer() {
    let whole = pdu("00 0000 00 0101 '1.' 00 00 00 00 00 00 00 00 00 02 6869");
    for cut in 0..whole.len() {
        let fault = Sm::decode(Kind::Submit, &whole[..cut]).expect_err("cut short");
        let wanted = if cut > whole.len() - 3 {
            Status::INVALID_MESSAGE_LENGTH
        } else {
            Status::INVALID_COMMAND_LENGTH
        };
        assert_eq!(fault, Fault(wanted), "cut at {cut}");
    }
    let lying = pdu("00 0000 00 0101 '1.' 00 00 00 00 00 00 00 00 00 ff 6869");
    assert_eq!(SmBuf::new(Kind::Submit, &lying), Err(Fault(Status::INVALID_MESSAGE_LENGTH)));
}

#[test]
fn long_texts_move_into_message_payload() {
    // 5.2.21: sm_length reaches 254; 5.3.2.32 takes the rest.
    for (length, inline) in [(0, true), (1, true), (254, true), (255, false), (1000, false), (64_000, false)]
    {
        let text = vec![b'x'; length];
        let sm = Sm { short_message: &text, ..Sm::default() };
        let mut body = Vec::new();
        sm.encode(Kind::Submit, &mut body);
        let read = Sm::decode(Kind::Submit, &body).unwrap();
        assert_eq!(read.octets(), text, "{length}");
        assert_eq!(read.short_message.len() == length, inline, "{length}");
    }
}

#[test]
fn both_texts_at_once_mean_the_short_one() {
    let mut tlvs = TlvBuf::new();
    tlvs.push(tlv::MESSAGE_PAYLOAD, b"payload");
    let both = Sm { short_message: b"short", tlvs: tlvs.view(), ..Sm::default() };
    assert_eq!(both.octets(), b"short");
    assert_eq!(Sm { short_message: b"", ..both }.octets(), b"payload");
}

#[test]
fn data_sm_carries_its_text_in_a_tlv() {
    // 4.7.1.
    let body = pdu("00 0101 '972501234567.' 0300 '4545.' 04 01 08 0424 0002 05e9 001e 0003 'ab.'");
    let sm = Sm::decode(Kind::Data, &body).unwrap();
    assert_eq!((sm.sort(), sm.data_coding, sm.octets()), (Sort::Receipt, 8, &pdu("05e9")[..]));
    assert_eq!(sm.tlvs.receipted_message_id(), Some(&b"ab"[..]));
    let mut again = Vec::new();
    sm.encode(Kind::Data, &mut again);
    assert_eq!(again, body);
}

#[test]
fn logs_show_neither_text_nor_number() {
    let sm = Sm {
        short_message: b"secret",
        destination: Address { ton: 1, npi: 1, addr: b"972501234567" },
        ..Sm::default()
    };
    let mut body = Vec::new();
    sm.encode(Kind::Submit, &mut body);
    let shown = format!("{:?} {sm:?}", SmBuf::new(Kind::Submit, &body).unwrap());
    assert!(!shown.contains("secret") && !shown.contains("9725"), "{shown}");
}

#[test]
fn names_of_commands_and_their_answers() {
    assert_eq!(command::name(0x04), "submit_sm");
    assert_eq!(command::name(0x8000_0004), "submit_sm_resp");
    assert_eq!(command::name(0x8000_0000), "generic_nack");
    assert_eq!(command::name(0x0001_0200), "unknown");
}

#[test]
fn a_report_is_read_wherever_it_speaks() {
    // Appendix B, 5.3.2.12 and 5.3.2.35; the intermediate sort of 5.2.12.
    let said = "id:0000000012 sub:001 dlvrd:001 submit date:2611212251 done date:2611212251 stat:DELIVRD err:000 text:";
    let mut tlvs = TlvBuf::new();
    tlvs.push_text(tlv::RECEIPTED_MESSAGE_ID, b"0000000012").push(tlv::MESSAGE_STATE, &[2]);
    for (text, tlvs) in [(said, TlvBuf::new()), ("", tlvs.clone()), (said, tlvs)] {
        let sm = Sm { esm_class: 4, short_message: text.as_bytes(), tlvs: tlvs.view(), ..Sm::default() };
        let receipt = sm.receipt().unwrap();
        assert_eq!((receipt.id.as_str(), receipt.status), ("0000000012", sms::Status::Delivered));
    }
    let held = said.replace("DELIVRD", "ENROUTE");
    for (esm_class, status) in [(0x20, sms::Status::Buffered), (0x04, sms::Status::Submitted)] {
        let sm = Sm { esm_class, short_message: held.as_bytes(), ..Sm::default() };
        assert_eq!(sm.receipt().unwrap().status, status, "{esm_class:#x}");
    }
    assert_eq!(Sm { short_message: b"hello", ..Sm::default() }.receipt(), None);
}
