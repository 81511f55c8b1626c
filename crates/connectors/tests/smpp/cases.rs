//! The cases of the protocol by their names, as a client of a carrier meets them. What a server meets stands in
//! `tests/clients`; storms, late answers and cuts at length in `tests/faults`.

use crate::carrier::{Carrier, Pdu, honest, pdu};
use crate::{house, start, start_with};
use connectors::Times;
use sms::live::LinkState;
use sms::{Class, Code, Status};
use std::sync::{Arc, Mutex};
use wire::smpp::{Address, Kind, Sm, TlvBuf, UDHI, command, tlv};

const SUBMIT_RESP: u32 = command::SUBMIT_SM | command::RESPONSE;
const DELIVER_RESP: u32 = command::DELIVER_SM | command::RESPONSE;
const TO: &str = "+972501234567";

/// Answers a submit so, and everything else honestly.
fn submits(answer: impl Fn(&Pdu) -> Option<Vec<u8>> + Send + Sync + 'static) -> crate::carrier::Answer {
    Arc::new(move |asked| if asked.command == command::SUBMIT_SM { answer(asked) } else { honest(asked) })
}

/// Half a second where the wire waits long otherwise.
fn hasty() -> Times {
    Times { pdu: 300, probe: 300, link: (50, 100), ..Times::default() }
}

/// A message in as a carrier writes it.
struct In<'a> {
    from: Address<'a>,
    esm_class: u8,
    data_coding: u8,
    text: &'a [u8],
    tlvs: &'a [(u16, &'a [u8])],
}

const PLAIN: In<'static> = In {
    from: Address { ton: 1, npi: 1, addr: b"972501234567" },
    esm_class: 0,
    data_coding: 0,
    text: b"yes",
    tlvs: &[],
};

impl In<'_> {
    fn body(&self) -> Vec<u8> {
        let mut all = TlvBuf::new();
        for (tag, value) in self.tlvs {
            all.push(*tag, value);
        }
        let sm = Sm {
            source: self.from,
            destination: Address { ton: 3, npi: 0, addr: b"4545" },
            esm_class: self.esm_class,
            data_coding: self.data_coding,
            short_message: self.text,
            tlvs: all.view(),
            ..Sm::default()
        };
        let mut body = Vec::new();
        sm.encode(Kind::Deliver, &mut body);
        body
    }

    fn pdu(&self, seq: u32) -> Vec<u8> {
        pdu(command::DELIVER_SM, 0, seq, &self.body())
    }
}

/// Says these to a bound client; what came in, as sender and text, and the statuses of the answers.
async fn said(all: &[Vec<u8>], answers: usize, count: usize) -> (Vec<(String, String)>, Vec<u32>) {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    carrier.until(command::BIND_TRANSCEIVER, 1).await;
    all.iter().for_each(|octets| carrier.say(octets));
    let answered = carrier.until(DELIVER_RESP, answers).await;
    let came = w.until_inbound(count).await;
    assert_eq!(carrier.all(command::BIND_TRANSCEIVER).len(), 1, "the link fell");
    supervisor.stop().await;
    (came, answered.iter().map(|answer| answer.status).collect())
}

async fn text_of(one: In<'_>) -> String {
    said(&[one.pdu(1)], 1, 1).await.0.remove(0).1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_01_02_03_an_impossible_length_ends_the_link_which_comes_again() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    for (n, length) in [0_u32, 15, 1 << 31, u32::MAX].into_iter().enumerate() {
        carrier.until(command::BIND_TRANSCEIVER, n + 1).await;
        carrier.say(&[length.to_be_bytes().as_slice(), &[0; 12]].concat());
    }
    carrier.until(command::BIND_TRANSCEIVER, 5).await;
    w.until_shown(LinkState::Bound, "").await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_04_a_pdu_cut_at_every_octet_is_one_pdu() {
    let whole = PLAIN.pdu(1);
    let pieces: Vec<Vec<u8>> = whole.iter().map(|octet| vec![*octet]).collect();
    let (came, answers) = said(&pieces, 1, 1).await;
    assert_eq!((came[0].1.as_str(), answers), ("yes", vec![0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_05_a_pdu_that_begins_and_does_not_end_ends_the_link() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start_with(&w, hasty());
    carrier.until(command::BIND_TRANSCEIVER, 1).await;
    carrier.say(&[0, 0, 0, 40, 0]);
    carrier.until(command::BIND_TRANSCEIVER, 2).await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_06_12_strays_and_unknown_commands_are_answered_or_ignored() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    carrier.until(command::BIND_TRANSCEIVER, 1).await;
    carrier.say(&pdu(SUBMIT_RESP, 0, 9_999, b"nobody\0"));
    carrier.say(&pdu(0x8000_0777, 0, 8, b""));
    carrier.say(&pdu(0x0000_0777, 0, 7, b"what"));
    carrier.say(&pdu(command::ENQUIRE_LINK, 0, 6, b""));
    let nack = carrier.until(command::GENERIC_NACK, 1).await;
    assert_eq!((nack[0].seq, nack[0].status), (7, 3), "RINVCMDID under its number");
    let alive = carrier.until(command::ENQUIRE_LINK | command::RESPONSE, 1).await;
    assert_eq!((alive[0].seq, alive[0].link), (6, 0));
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_07_a_hundred_answers_last_first() {
    let held: Mutex<Vec<Vec<u8>>> = Mutex::default();
    let carrier = Carrier::start(submits(move |asked| {
        let mut held = held.lock().unwrap();
        held.extend(honest(asked));
        (held.len() == 50).then(|| held.drain(..).rev().flatten().collect())
    }))
    .await;
    let w = house(carrier.addr.port(), &[("window", "100")]).await;
    let supervisor = start(&w);
    let ids = w
        .put(Class::Marketing, (0..100).map(|n| (format!("+9725012{n:05}"), format!("n{n}"))).collect())
        .await;
    for id in ids {
        let m = w.until(id, Status::Submitted).await;
        let its = carrier
            .all(command::SUBMIT_SM)
            .into_iter()
            .find(|p| format!("{:08X}", p.seq) == m.smsc_id)
            .unwrap();
        assert_eq!(its.sm().view().text().unwrap(), m.text, "an answer was given to another message");
    }
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_09_a_refusal_is_read_in_every_shape() {
    for body in [&b""[..], b"\0", b"some id\0", b"\0and more than there should be"] {
        let carrier =
            Carrier::start(submits(move |asked| Some(pdu(SUBMIT_RESP, 0x0B, asked.seq, body)))).await;
        let w = house(carrier.addr.port(), &[]).await;
        let supervisor = start(&w);
        let ids = w.put(Class::Transactional, vec![(TO.into(), "hi".into())]).await;
        let m = w.until(ids[0], Status::Rejected).await;
        assert_eq!((m.code, m.detail.contains("ESME_RINVDSTADR")), (Code::BadAddress, true), "{}", m.detail);
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_10_pdu_02_an_id_in_every_shape_is_taken() {
    let long = [b'7'; 80];
    for id in [&b"no nul"[..], b"\0", b"", b"Caf\xe9\0", &long] {
        let id = id.to_vec();
        let carrier = Carrier::start(submits(move |asked| Some(pdu(SUBMIT_RESP, 0, asked.seq, &id)))).await;
        let w = house(carrier.addr.port(), &[]).await;
        let supervisor = start(&w);
        let ids = w.put(Class::Transactional, vec![(TO.into(), "hi".into()), (TO.into(), "ho".into())]).await;
        for id in ids {
            w.until(id, Status::Submitted).await;
        }
        assert_eq!(carrier.all(command::SUBMIT_SM).len(), 2);
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_11_a_nack_with_our_number_is_an_answer_and_one_without_ends_the_link() {
    let carrier =
        Carrier::start(submits(|asked| Some(pdu(command::GENERIC_NACK, 0x0B, asked.seq, b"")))).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start_with(&w, hasty());
    let ids = w.put(Class::Transactional, vec![(TO.into(), "hi".into())]).await;
    w.until(ids[0], Status::Rejected).await;
    assert_eq!(carrier.all(command::BIND_TRANSCEIVER).len(), 1);
    carrier.say(&pdu(command::GENERIC_NACK, 2, 0, b""));
    carrier.until(command::BIND_TRANSCEIVER, 2).await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_13_who_is_asked_answers_although_its_window_is_full_and_who_does_not_is_left() {
    let carrier = Carrier::start(submits(|_| None)).await;
    let w = house(carrier.addr.port(), &[("window", "1")]).await;
    let supervisor = start(&w);
    w.put(Class::Marketing, vec![(TO.into(), "hi".into())]).await;
    carrier.until(command::SUBMIT_SM, 1).await;
    carrier.say(&pdu(command::ENQUIRE_LINK, 0, 5, b""));
    carrier.until(command::ENQUIRE_LINK | command::RESPONSE, 1).await;
    carrier.say(&[0; 4]); // so that its end waits for no answer
    supervisor.stop().await;

    let mute =
        Arc::new(|asked: &Pdu| if asked.command == command::ENQUIRE_LINK { None } else { honest(asked) });
    let carrier = Carrier::start(mute).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start_with(&w, Times { enquire: 200, ..hasty() });
    w.until_shown(LinkState::Down, "stopped answering").await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_14_an_answer_after_its_time_is_taken_and_nothing_is_sent_twice() {
    let carrier = Carrier::start(submits(|_| None)).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start_with(&w, Times { answer: 200, ..hasty() });
    let ids = w.put(Class::Marketing, vec![(TO.into(), "hi".into())]).await;
    w.until(ids[0], Status::Unknown).await;
    let seq = carrier.all(command::SUBMIT_SM)[0].seq;
    carrier.say(&pdu(SUBMIT_RESP, 0, seq, b"late\0"));
    assert_eq!(w.until(ids[0], Status::Submitted).await.smsc_id, "late");
    assert_eq!(carrier.all(command::SUBMIT_SM).len(), 1);
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_15_a_link_cut_after_the_write_leaves_the_outcome_unknown() {
    let carrier = Carrier::start(submits(|_| Some(vec![0; 4]))).await; // a length of 0 ends the link
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Marketing, vec![(TO.into(), "hi".into())]).await;
    assert_eq!(w.until(ids[0], Status::Unknown).await.code, Code::AmbiguousSubmit);
    carrier.until(command::BIND_TRANSCEIVER, 2).await;
    assert_eq!(carrier.all(command::SUBMIT_SM).len(), 1, "it was sent twice");
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_16_a_storm_of_throttling_costs_no_try_and_ends() {
    let left = Mutex::new(3);
    let carrier = Carrier::start(submits(move |asked| {
        let mut left = left.lock().unwrap();
        *left -= i32::from(*left > 0);
        if *left > 0 { Some(pdu(SUBMIT_RESP, 0x58, asked.seq, b"")) } else { honest(asked) }
    }))
    .await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![(TO.into(), "hi".into())]).await;
    w.until_shown(LinkState::Throttled, "").await;
    assert_eq!(w.until(ids[0], Status::Submitted).await.attempt, 0);
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pdu_01_02_08_senders_of_every_kind_are_kept_as_they_come() {
    for (ton, npi, addr, shown) in [
        (5, 0, &b"Caf\xe9"[..], "Café"),
        (5, 0, "שלום".as_bytes(), "שלום"),
        (5, 0, b"a name of twenty-five sig", "a name of twenty-five sig"),
        (0, 0, b"4545", "4545"),
        (3, 0, b"4545", "4545"),
        (6, 1, b"4545", "4545"),
        (1, 1, b"972501234567", "+972501234567"),
    ] {
        let (came, _) = said(&[In { from: Address { ton, npi, addr }, ..PLAIN }.pdu(1)], 1, 1).await;
        assert_eq!(came[0].0, shown);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pdu_03_04_long_texts_come_whole() {
    for length in [254_usize, 1_000, 64_000] {
        let text = "0123456789".repeat(6_400)[..length].to_owned();
        assert_eq!(text_of(In { text: text.as_bytes(), ..PLAIN }).await.len(), length);
    }
    // 255 octets, as 5.0 allows and `encode` does not write.
    let mut body = In { text: &[b'a'; 254], ..PLAIN }.body();
    let at = body.len() - 255;
    body[at] = 255;
    body.push(b'a');
    let (came, _) = said(&[pdu(command::DELIVER_SM, 0, 1, &body)], 1, 1).await;
    assert_eq!(came[0].1, "a".repeat(255));
}

/// Every family of what cannot be read: one answer with its status, kept among what failed last, and the link lives on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pdu_05_what_cannot_be_read_costs_one_answer_is_shown_and_the_link_lives() {
    let whole = PLAIN.body();
    let mut lies = whole.clone();
    let at = lies.len() - 4;
    lies[at] = 200;
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    carrier.until(command::BIND_TRANSCEIVER, 1).await;
    let bad = [(&lies[..], 0x01), (&b""[..], 0x02), (&whole[..9], 0x02), (&whole[..whole.len() - 9], 0x02)];
    for (n, (body, _)) in bad.iter().enumerate() {
        carrier.say(&pdu(command::DELIVER_SM, 0, n as u32 + 1, body));
    }
    carrier.say(&PLAIN.pdu(9));
    let answers = carrier.until(DELIVER_RESP, 5).await;
    for (n, (_, status)) in bad.iter().enumerate() {
        let answer = answers.iter().find(|a| a.seq == n as u32 + 1).unwrap();
        assert_eq!(answer.status, *status, "body {n}");
    }
    assert_eq!(w.until_inbound(1).await[0].1, "yes");
    supervisor.stop().await; // what failed is written at the end at the latest
    let connector = w.connector;
    let shown = w.db.read(move |tx| store::live::failed(tx, connector)).await.unwrap();
    let told: Vec<_> = shown.iter().filter(|f| !f.ours && f.command == "0x00000005").collect();
    assert_eq!(told.len(), 4, "{shown:?}");
    assert!(told.iter().any(|f| f.status.contains("ESME_RINVMSGLEN")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pdu_06_odd_tlvs_cost_no_message() {
    let torn = [PLAIN.body(), vec![0x14, 0x03, 0, 9, 1]].concat();
    let stray = [PLAIN.body(), vec![0]].concat();
    let twice = In { tlvs: &[(0x1400, b"a"), (0x1400, b"b"), (0x3FFF, b"")], ..PLAIN }.body();
    let all: Vec<Vec<u8>> = [torn, stray, twice]
        .iter()
        .enumerate()
        .map(|(n, body)| pdu(command::DELIVER_SM, 0, n as u32 + 1, body))
        .collect();
    let (came, answers) = said(&all, 3, 3).await;
    assert!(came.iter().all(|(_, text)| text == "yes") && answers.iter().all(|status| *status == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pdu_10_texts_of_every_usual_coding_are_read() {
    for (data_coding, text, wanted) in [
        (3, &b"5 \x80, caf\xe9"[..], "5 €, café"),
        (7, &b"\xf9\xec\xe5\xed"[..], "שלום"),
        (6, &b"\xb4\xd0"[..], "Да"),
        (8, &[0x05, 0xE9, 0x05, 0xDC][..], "של"),
        (8, &[0xFF, 0xFE, 0xE9, 0x05][..], "ש"),
        (0xF0, &b"hi"[..], "hi"),
    ] {
        assert_eq!(text_of(In { data_coding, text, ..PLAIN }).await, wanted, "{data_coding:#04x}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pdu_11_12_parts_in_any_order_announced_or_not_become_their_texts() {
    let part = |from: &'static [u8], esm_class, octets: &[u8], seq| {
        let from = Address { ton: 1, npi: 1, addr: from };
        In { from, esm_class, text: octets, ..PLAIN }.pdu(seq)
    };
    let (dana, noa) = (&b"972501234567"[..], &b"972501234568"[..]);
    let all = [
        part(dana, UDHI, b"\x05\x00\x03\x07\x02\x02world", 1),
        part(noa, 0, b"\x05\x00\x03\x07\x02\x01other ", 2),
        part(dana, UDHI, b"\x05\x00\x03\x07\x02\x02world", 3),
        part(dana, UDHI, b"\x05\x00\x03\x07\x02\x01hello ", 4),
        part(noa, 0, b"\x05\x00\x03\x07\x02\x02person", 5),
    ];
    let (mut came, answers) = said(&all, 5, 2).await;
    came.sort();
    let shown: Vec<_> = came.iter().map(|(from, text)| (from.as_str(), text.as_str())).collect();
    assert_eq!(shown, [("+972501234567", "hello world"), ("+972501234568", "other person")]);
    assert!(answers.iter().all(|status| *status == 0));
}

/// A message whose answer names it so and whose receipt says this, and where it then stands.
async fn receipted(id: fn(u32) -> String, receipt: impl Fn(u32) -> Vec<u8>, wanted: Status) {
    let carrier = Carrier::start(submits(move |asked| {
        Some(pdu(SUBMIT_RESP, 0, asked.seq, format!("{}\0", id(asked.seq)).as_bytes()))
    }))
    .await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![(TO.into(), "hi".into())]).await;
    w.until(ids[0], Status::Submitted).await;
    carrier.say(&receipt(carrier.all(command::SUBMIT_SM)[0].seq));
    w.until(ids[0], wanted).await;
    supervisor.stop().await;
}

fn written(text: &str) -> Vec<u8> {
    In { esm_class: 0x04, text: text.as_bytes(), ..PLAIN }.pdu(1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rcp_01_a_receipt_before_its_answer_is_matched() {
    let carrier = Carrier::start(submits(|asked| {
        let early = written(&format!("id:{:08X} stat:DELIVRD err:000 text:", asked.seq));
        Some([early, honest(asked)?].concat())
    }))
    .await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![(TO.into(), "hi".into())]).await;
    w.until(ids[0], Status::Delivered).await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rcp_02_03_04_ids_in_hex_in_decimal_and_with_zeros_are_one() {
    const BASE: u32 = 0x00B8_BE00;
    let decimal = |seq: u32| written(&format!("id:{:010} stat:DELIVRD err:000 text:", BASE + seq));
    receipted(|seq| format!("{:X}", BASE + seq), decimal, Status::Delivered).await;
    let hex = |seq: u32| written(&format!("id:{:08X} stat:DELIVRD err:000 text:", BASE + seq));
    receipted(|seq| (BASE + seq).to_string(), hex, Status::Delivered).await;
    let bare = |seq: u32| written(&format!("id:{:x} stat:DELIVRD err:000 text:", BASE + seq));
    receipted(|seq| format!("{:08X}", BASE + seq), bare, Status::Delivered).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rcp_05_06_a_receipt_may_speak_in_tlvs_in_text_or_half_in_each() {
    let id = |seq: u32| format!("{seq:08X}");
    let tlvs = |seq: u32| {
        let named = id(seq);
        In {
            esm_class: 0x04,
            text: b"",
            tlvs: &[(tlv::RECEIPTED_MESSAGE_ID, named.as_bytes()), (tlv::MESSAGE_STATE, &[2])],
            ..PLAIN
        }
        .pdu(1)
    };
    receipted(|seq| format!("{seq:08X}"), tlvs, Status::Delivered).await;
    let half = |seq: u32| {
        let named = id(seq);
        In {
            esm_class: 0x04,
            text: b"stat:UNDELIV err:001",
            tlvs: &[(tlv::RECEIPTED_MESSAGE_ID, named.as_bytes())],
            ..PLAIN
        }
        .pdu(1)
    };
    receipted(|seq| format!("{seq:08X}"), half, Status::Undelivered).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rcp_07_08_words_and_errors_as_carriers_write_them() {
    for (said, wanted) in [
        ("stat:DELIVERED", Status::Delivered),
        ("stat:delivrd err:000", Status::Delivered),
        ("stat:UNDELIVERABLE err:", Status::Undelivered),
        ("stat:EXPIRED err:0x1F", Status::Expired),
        ("stat:REJECTD err:A7", Status::Rejected),
        ("err:006 text: stat:UNDELIV", Status::Unknown),
        ("stat:SOMETHING_NEW", Status::Unknown),
    ] {
        let receipt = |seq: u32| written(&format!("id:{seq:08X} {said}"));
        if wanted == Status::Unknown {
            // It says nothing that ends a message: the link lives, and a later word counts.
            receipted(
                |seq| format!("{seq:08X}"),
                |seq| [receipt(seq), written(&format!("id:{seq:08X} stat:DELIVRD"))].concat(),
                Status::Delivered,
            )
            .await;
        } else {
            receipted(|seq| format!("{seq:08X}"), receipt, wanted).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rcp_09_repeated_and_contradicting_receipts_change_nothing_that_is_final() {
    let all = |seq: u32| {
        let one = |stat: &str| written(&format!("id:{seq:08X} stat:{stat} err:000 text:"));
        [one("ENROUTE"), one("DELIVRD"), one("DELIVRD"), one("DELIVRD"), one("UNDELIV"), one("ENROUTE")]
            .concat()
    };
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![(TO.into(), "hi".into())]).await;
    w.until(ids[0], Status::Submitted).await;
    carrier.say(&all(carrier.all(command::SUBMIT_SM)[0].seq));
    let answers = carrier.until(DELIVER_RESP, 6).await;
    assert!(answers.iter().all(|answer| answer.status == 0));
    assert_eq!(w.message(ids[0]).await.status, Status::Delivered);
    supervisor.stop().await;
}
