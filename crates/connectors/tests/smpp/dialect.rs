//! What the settings of a connection make of a submit_sm, and of what comes in.

use crate::carrier::{Carrier, honest, pdu};
use crate::{house, start};
use sms::{Class, Status};
use std::sync::Arc;
use wire::smpp::{Address, Kind, Sm, SmBuf, TlvBuf, UDHI, command, time, tlv};

/// What a text becomes on the wire with these settings.
async fn written(given: &[(&str, &str)], text: &str, parts: usize) -> Vec<SmBuf> {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), given).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![("+972501234567".into(), text.into())]).await;
    let came = carrier.until(command::SUBMIT_SM, parts).await;
    w.until(ids[0], Status::Submitted).await;
    supervisor.stop().await;
    let all: Vec<SmBuf> = carrier.all(command::SUBMIT_SM).iter().map(|p| p.sm()).collect();
    assert_eq!((came.len(), all.len()), (parts, parts));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_of_a_submit_sm_can_be_set() {
    let given = [
        ("service_type", "CMT"),
        ("source", "alphanumeric=5/9"),
        ("destination", "international=2/1 cut:972 add:0"),
        ("registered_delivery", "17"),
        ("priority", "2"),
        ("protocol_id", "65"),
        ("validity", "absolute"),
        ("gsm_coding", "1"),
        ("tlvs", "0x1400 text 1101\n0x1401 cstring T1"),
    ];
    let all = written(&given, "Olé @", 1).await;
    let sm = all[0].view();
    assert_eq!(
        (sm.service_type, sm.registered_delivery, sm.priority, sm.protocol_id),
        (&b"CMT"[..], 17, 2, 65)
    );
    assert_eq!(sm.source, Address { ton: 5, npi: 9, addr: b"SHOP" });
    assert_eq!(sm.destination, Address { ton: 2, npi: 1, addr: b"0501234567" });
    assert_eq!((sm.data_coding, sm.short_message), (1, &b"Ol\x05 \0"[..]));
    assert!(matches!(time::parse(sm.validity), Some(time::Time::At(_))), "the validity is no instant");
    let tlvs: Vec<_> = sm.tlvs.iter().collect();
    assert_eq!(tlvs, [(0x1400, &b"1101"[..]), (0x1401, &b"T1\0"[..])]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_set_goes_as_most_carriers_want_it() {
    let all = written(&[], "Olé", 1).await;
    let sm = all[0].view();
    assert_eq!((sm.registered_delivery, sm.data_coding, sm.esm_class), (1, 0, 0));
    assert_eq!(sm.destination, Address { ton: 1, npi: 1, addr: b"972501234567" });
    assert!(matches!(time::parse(sm.validity), Some(time::Time::After(s)) if s > 3_000 && s <= 3_600));
    assert!(sm.tlvs.iter().next().is_none() && sm.service_type.is_empty());
    let silent = written(&[("validity", "none")], "Olé", 1).await;
    assert_eq!(silent[0].view().validity, b"");
}

/// PDU-09, out: one alphabet, three ways to mean data_coding 0.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pdu_09_zero_is_latin_1_on_one_route_and_packed_on_another() {
    let latin = written(&[("alphabet", "latin1")], "Olé [7]", 1).await;
    assert_eq!((latin[0].view().data_coding, latin[0].view().short_message), (0, &b"Ol\xe9 [7]"[..]));
    let packed = written(&[("alphabet", "packed")], "hellohello", 1).await;
    assert_eq!(packed[0].view().short_message, [0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37]);
    let little = written(&[("ucs2_order", "little"), ("ucs2_coding", "24")], "של", 1).await;
    assert_eq!((little[0].view().data_coding, little[0].view().short_message), (24, &[0xE9, 5, 0xDC, 5][..]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_text_leaves_in_the_way_that_is_set() {
    let text = "0123456789".repeat(40);
    let headers = written(&[], &text, 3).await;
    assert!(headers.iter().all(|sm| sm.view().esm_class & UDHI != 0 && sm.view().short_message[0] == 5));

    let sar = written(&[("long", "sar")], &text, 3).await;
    let places: Vec<_> = sar.iter().map(|sm| sm.view().tlvs.sar().unwrap()).collect();
    assert!(places.iter().all(|(reference, total, _)| (*reference, *total) == (places[0].0, 3)));
    assert_eq!(places.iter().map(|(_, _, n)| *n).collect::<Vec<_>>(), [1, 2, 3]);
    let joined: Vec<u8> = sar.iter().flat_map(|sm| sm.view().short_message.to_vec()).collect();
    assert_eq!(joined, text.as_bytes());
    assert!(sar.iter().all(|sm| sm.view().esm_class == 0));

    let payload = written(&[("long", "payload")], &text, 1).await;
    assert_eq!(payload[0].view().short_message, b"");
    assert_eq!(payload[0].view().tlvs.message_payload(), Some(text.as_bytes()));
    let short = written(&[("long", "payload")], "short", 1).await;
    assert_eq!(short[0].view().short_message, b"short");

    let whole = written(&[("long", "whole")], &text[..250], 1).await;
    assert_eq!(whole[0].view().short_message, &text.as_bytes()[..250]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_shown_at_once_is_marked_as_the_carrier_wants_it() {
    for (given, text, data_coding, subunit) in [
        (&[][..], "hi", 0x10, None),
        (&[], "של", 0x18, None),
        (&[("flash", "old")], "hi", 0xF0, None),
        (&[("flash", "subunit")], "hi", 0, Some(1)),
        (&[("flash", "subunit")], "של", 8, Some(1)),
    ] {
        let carrier = Carrier::start(Arc::new(honest)).await;
        let mut w = house(carrier.addr.port(), given).await;
        w.flash = true;
        let supervisor = start(&w);
        w.put(Class::Transactional, vec![("+972501234567".into(), text.into())]).await;
        let sm = carrier.until(command::SUBMIT_SM, 1).await[0].sm();
        assert_eq!(
            (sm.view().data_coding, sm.view().tlvs.octet(tlv::DEST_ADDR_SUBUNIT)),
            (data_coding, subunit)
        );
        assert!(sm.view().is_flash() && sm.view().text().as_deref() == Some(text));
        supervisor.stop().await;
    }
}

/// All parts of a text that the carrier cut end by the one receipt it gives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_the_carrier_cuts_is_delivered_by_one_receipt() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[("long", "payload")]).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![("+972501234567".into(), "0123456789".repeat(40))]).await;
    let m = w.until(ids[0], Status::Submitted).await;
    assert_eq!(m.parts, 3);
    let seq = carrier.all(command::SUBMIT_SM)[0].seq;
    carrier.say(&receipt(&format!("{seq:08X}"), 1, ""));
    w.until(ids[0], Status::Delivered).await;
    supervisor.stop().await;
}

fn receipt(id: &str, seq: u32, more: &str) -> Vec<u8> {
    deliver(
        0x04,
        0,
        format!("id:{id} sub:001 dlvrd:001 stat:DELIVRD err:000{more} text:").as_bytes(),
        &[],
        seq,
    )
}

/// A deliver_sm from a phone to a short code.
fn deliver(esm_class: u8, data_coding: u8, text: &[u8], tlvs: &[(u16, &[u8])], seq: u32) -> Vec<u8> {
    let mut all = TlvBuf::new();
    for (tag, value) in tlvs {
        all.push(*tag, value);
    }
    let sm = Sm {
        source: Address { ton: 1, npi: 1, addr: b"972501234567" },
        destination: Address { ton: 3, npi: 0, addr: b"4545" },
        esm_class,
        data_coding,
        short_message: text,
        tlvs: all.view(),
        ..Sm::default()
    };
    let mut body = Vec::new();
    sm.encode(Kind::Deliver, &mut body);
    pdu(command::DELIVER_SM, 0, seq, &body)
}

/// Says these and gives the texts that came in.
async fn heard(given: &[(&str, &str)], said: &[Vec<u8>], count: usize) -> Vec<String> {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), given).await;
    let supervisor = start(&w);
    carrier.until(command::BIND_TRANSCEIVER, 1).await;
    said.iter().for_each(|octets| carrier.say(octets));
    let answers = carrier.until(command::DELIVER_SM | command::RESPONSE, said.len()).await;
    assert!(answers.iter().all(|answer| answer.status == 0), "{answers:?}");
    let came = w.until_inbound(count).await;
    supervisor.stop().await;
    let mut texts: Vec<String> = came.into_iter().map(|(_, text)| text).collect();
    texts.sort();
    texts
}

/// PDU-09, in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pdu_09_what_comes_in_is_read_as_the_route_says() {
    let plain = deliver(0, 0, b"Ol\x05 \0", &[], 1);
    assert_eq!(heard(&[], &[plain], 1).await, ["Olé @"]);
    let latin = deliver(0, 0, b"Ol\xe9 @", &[], 1);
    assert_eq!(heard(&[("alphabet", "latin1")], &[latin], 1).await, ["Olé @"]);
    let packed = deliver(0, 0, &[0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37], &[], 1);
    assert_eq!(heard(&[("alphabet", "packed")], &[packed], 1).await, ["hellohello"]);
    let little = deliver(0, 8, &[0xE9, 5, 0xDC, 5], &[], 1);
    assert_eq!(heard(&[("ucs2_order", "little")], &[little], 1).await, ["של"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_that_name_their_place_in_sar_parameters_become_one_text() {
    let part = |n: u8, text: &[u8], seq| {
        let place: [(u16, &[u8]); 3] = [
            (tlv::SAR_MSG_REF_NUM, &[0x12, 0x34]),
            (tlv::SAR_TOTAL_SEGMENTS, &[2]),
            (tlv::SAR_SEGMENT_SEQNUM, &[n]),
        ];
        deliver(0, 0, text, &place, seq)
    };
    assert_eq!(heard(&[], &[part(2, b"world", 1), part(1, b"hello ", 2)], 1).await, ["hello world"]);
    // One of one is no long text.
    let alone: [(u16, &[u8]); 3] =
        [(tlv::SAR_MSG_REF_NUM, &[0, 1]), (tlv::SAR_TOTAL_SEGMENTS, &[1]), (tlv::SAR_SEGMENT_SEQNUM, &[1])];
    assert_eq!(heard(&[], &[deliver(0, 0, b"alone", &alone, 1)], 1).await, ["alone"]);
}

/// A phone may write what looks like a receipt; only a connection that says so believes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_reads_as_a_receipt_is_a_text_unless_the_connection_says_otherwise() {
    let forged = || deliver(0, 0, b"id:00000002 stat:DELIVRD err:000", &[], 9);
    assert_eq!(heard(&[], &[forged()], 1).await, ["id:00000002 stat:DELIVRD err:000"]);
    for (given, by_tlv) in [(&[("receipts", "any")][..], false), (&[], true)] {
        let carrier = Carrier::start(Arc::new(honest)).await;
        let w = house(carrier.addr.port(), given).await;
        let supervisor = start(&w);
        let ids = w.put(Class::Transactional, vec![("+972501234567".into(), "hi".into())]).await;
        let m = w.until(ids[0], Status::Submitted).await;
        let text = format!("id:{} stat:DELIVRD", m.smsc_id);
        let named: [(u16, &[u8]); 2] =
            [(tlv::RECEIPTED_MESSAGE_ID, m.smsc_id.as_bytes()), (tlv::MESSAGE_STATE, &[2])];
        carrier.say(&if by_tlv {
            deliver(0, 0, b"", &named, 9)
        } else {
            deliver(0, 0, text.as_bytes(), &[], 9)
        });
        w.until(ids[0], Status::Delivered).await;
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_a_receipt_writes_otherwise_is_made_the_answers() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let given = [("receipt_id", "cut:MSC- hex"), ("keep_tlvs", "0x1403 0x0423")];
    let w = house(carrier.addr.port(), &given).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![("+972501234567".into(), "hi".into())]).await;
    let m = w.until(ids[0], Status::Submitted).await;
    let decimal = u64::from_str_radix(&m.smsc_id, 16).unwrap();
    let text = format!("id:MSC-{decimal:010} stat:UNDELIV err:006 text:");
    let kept: [(u16, &[u8]); 2] = [(0x1403, b"ZONE7\0"), (0x1404, b"not asked for")];
    carrier.say(&deliver(0x04, 0, text.as_bytes(), &kept, 1));
    let m = w.until(ids[0], Status::Undelivered).await;
    assert!(m.detail.contains("0x1403=ZONE7") && !m.detail.contains("not asked"), "{}", m.detail);
    supervisor.stop().await;
}

/// A number that only this carrier knows is told in the words that were written down for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendors_error_has_the_class_and_the_words_that_were_set() {
    let refuse = Arc::new(|asked: &crate::carrier::Pdu| match asked.command {
        command::SUBMIT_SM => Some(pdu(command::SUBMIT_SM | command::RESPONSE, 0x48F, asked.seq, b"")),
        _ => honest(asked),
    });
    let carrier = Carrier::start(refuse).await;
    let w =
        house(carrier.addr.port(), &[("errors", "0x48F=permanent:template not registered, 0x490=throttle")])
            .await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![("+972501234567".into(), "hi".into())]).await;
    let m = w.until(ids[0], Status::Rejected).await;
    assert!(m.detail.contains("template not registered") && m.detail.contains("48F"), "{}", m.detail);
    supervisor.stop().await;
}

/// What a carrier says beside a message of a phone is kept where the connection asks for it, from all parts of a long one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parameters_of_a_message_in_are_kept_as_they_came() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[("keep_tlvs", "0x1403, 0x060D")]).await;
    let supervisor = start(&w);
    carrier.until(command::BIND_TRANSCEIVER, 1).await;
    let place = |n: u8| [0x12, 0x34, 2, n];
    let part = |n: u8, text: &[u8], own: (u16, &[u8])| {
        let place = place(n);
        let tlvs: [(u16, &[u8]); 4] = [
            (tlv::SAR_MSG_REF_NUM, &place[..2]),
            (tlv::SAR_TOTAL_SEGMENTS, &place[2..3]),
            (tlv::SAR_SEGMENT_SEQNUM, &place[3..]),
            own,
        ];
        deliver(0, 0, text, &tlvs, u32::from(n) + 1)
    };
    let short: [(u16, &[u8]); 3] = [(0x1403, b"zone 7"), (0x060D, &[1, 0]), (0x1404, b"not asked for")];
    carrier.say(&deliver(0, 0, b"short", &short, 1));
    carrier.say(&part(1, b"long ", (0x1403, b"first")));
    carrier.say(&part(2, b"one", (0x060D, &[2])));
    carrier.until(command::DELIVER_SM | command::RESPONSE, 3).await;
    w.until_inbound(2).await;
    let all = w.db.read(|tx| store::inbound::list(tx, 0, i64::MAX, 10)).await.unwrap();
    let of = |text: &str| all.iter().find(|m| m.text == text).map(|m| m.tlvs.as_str());
    assert_eq!(of("short"), Some("0x1403 hex 7A6F6E652037\n0x060D hex 0100"));
    assert_eq!(of("long one"), Some("0x1403 text first\n0x060D hex 02"));
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_has_parameters_of_its_own() {
    let of_senders = "shop 0x1401 text of the sender\nOther 0x1402 int8 1";
    let given = [("tlvs", "0x1400 text 1101\n0x1401 text of all"), ("sender_tlvs", of_senders)];
    let all = written(&given, "hi", 1).await;
    let sm = all[0].view();
    assert_eq!(sm.tlvs.get(0x1400), Some(&b"1101"[..]));
    assert_eq!(sm.tlvs.get(0x1401), Some(&b"of the sender"[..]));
    assert_eq!(sm.tlvs.iter().filter(|(tag, _)| *tag == 0x1401).count(), 1);
    assert_eq!(sm.tlvs.get(0x1402), None);
}
