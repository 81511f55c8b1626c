//! The pretend carrier over real sockets: binds, outcomes, phones, faults.

mod client;

use std::time::Duration;

use client::Client;
use sim::smsc::{CONTENT_REFUSED, Handle, Smsc, Untaken};
use sim::{Config, Ids, Mix, Receipts, What};
use sms::receipt::Receipt;
use sms::{Code, Status as State};
use wire::smpp::{
    Bind, Event, Sm, SmBuf, Sort, Status, TlvBuf, Why, WhyClosed, coding, destination, source, tlv,
};

/// A carrier in a hurry, so that a minute off lasts a tenth of a second.
fn quick() -> Config {
    Config { receipt_ms: (5, 20), hurry: 600, ..Config::default() }
}

async fn start(config: Config) -> Handle {
    Smsc::start(config).await.unwrap()
}

fn text<'a>(to: &'a str, octets: &'a [u8]) -> Sm<'a> {
    Sm {
        source: source("4545"),
        destination: destination(to),
        registered_delivery: 0x11,
        short_message: octets,
        ..Sm::default()
    }
}

fn read(sm: &SmBuf) -> Receipt {
    sm.view().receipt().unwrap()
}

#[tokio::test]
async fn binds_are_granted_by_name_and_secret() {
    let smsc = start(Config { system_id: Some("shop".into()), password: Some("pw".into()), ..quick() }).await;
    for (name, secret, status) in [
        ("shop", "pw", Status::OK),
        ("shop", "no", Status::INVALID_PASSWORD),
        ("else", "pw", Status::INVALID_SYSTEM_ID),
    ] {
        let mut client = Client::start(smsc.addr(), Bind::Transmitter, name, secret).await;
        match client.next().await {
            Event::Bound { .. } => assert_eq!(status, Status::OK),
            Event::BindRefused(got) => assert_eq!(got, status),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(smsc.counts().binds, 1);
}

#[tokio::test]
async fn every_ending_has_its_outcome() {
    let smsc = start(quick()).await;
    for (ending, states, shows) in [
        ("00", &[(State::Delivered, Code::None)][..], true),
        ("01", &[(State::Buffered, Code::AbsentSubscriber), (State::Delivered, Code::None)], true),
        ("02", &[(State::Undelivered, Code::UnknownSubscriber)], false),
        ("03", &[(State::Buffered, Code::MemoryFull), (State::Expired, Code::ExpiredAtCarrier)], false),
        ("08", &[(State::Rejected, Code::CarrierRejected)], false),
        (
            "09",
            &[(State::Delivered, Code::None), (State::Submitted, Code::None), (State::Delivered, Code::None)],
            true,
        ),
        ("77", &[(State::Delivered, Code::None)], true),
    ] {
        let mut client = Client::bound(smsc.addr()).await;
        let number = format!("+999500001{ending}");
        client.submit(1, &text(&number, b"hello"));
        let (_, status, id) = client.answer().await;
        assert_eq!(status, Status::OK);
        for (state, code) in states {
            let sm = client.delivery().await;
            let told = read(&sm);
            assert_eq!((told.id.as_str(), told.status, told.code), (id.as_str(), *state, *code), "{ending}");
            let sort = if *state == State::Buffered { Sort::Intermediate } else { Sort::Receipt };
            assert_eq!(sm.view().sort(), sort, "{ending}");
            assert_eq!(sm.view().source.display(), number);
        }
        let inbox = smsc.phone(&number).inbox();
        assert_eq!(
            inbox.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(),
            ["hello"; 1][..usize::from(shows)]
        );
        client.unbind();
    }
    assert_eq!(CONTENT_REFUSED, 200);
}

#[tokio::test]
async fn the_seventh_ending_never_reports() {
    let smsc = start(quick()).await;
    let mut client = Client::bound(smsc.addr()).await;
    client.submit(1, &text("+99950000107", b"hello"));
    assert!(client.answer().await.1.is_ok());
    smsc.phone("+99950000107").expect("hello").from("4545").await.unwrap();
    assert!(client.silent(100).await);
    assert_eq!(smsc.pending(), 0);
}

#[tokio::test]
async fn the_fourth_ending_throttles_first() {
    let smsc = start(Config { hurry: 20, ..quick() }).await;
    let mut client = Client::bound(smsc.addr()).await;
    let mut refused = 0;
    loop {
        client.submit(1, &text("+99950000104", b"hello"));
        match client.answer().await.1 {
            Status::THROTTLED => refused += 1,
            status => break assert_eq!(status, Status::OK),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!((1..=6).contains(&refused), "a twentieth of five seconds, asked every 50 ms: {refused}");
    assert_eq!(read(&client.delivery().await).status, State::Delivered);
}

#[tokio::test]
async fn people_answer_stop_and_digits() {
    let smsc = start(quick()).await;
    let mut client = Client::bound(smsc.addr()).await;
    for (number, asked, answer) in
        [("+99950000105", &b"Sale today"[..], "STOP"), ("+99950000106", b"How was it, from 1 to 5?", "5")]
    {
        client.submit(1, &text(number, asked));
        assert!(client.answer().await.1.is_ok());
        assert_eq!(read(&client.delivery().await).status, State::Delivered);
        let reply = client.delivery().await;
        let reply = reply.view();
        assert_eq!((reply.sort(), reply.octets()), (Sort::Text, answer.as_bytes()));
        assert_eq!((reply.source.display().as_ref(), reply.destination.display().as_ref()), (number, "4545"));
    }
}

#[tokio::test]
async fn long_texts_go_both_ways_whole() {
    let smsc = start(quick()).await;
    let mut client = Client::bound(smsc.addr()).await;
    let long = "Привет, мир! 🌍 ".repeat(15);
    let phone = smsc.phone("+380501234567");
    let cut = sms::parts::split(&long, sms::parts::Reference::Sixteen(0xBEEF), 255).unwrap();
    for (token, part) in cut.parts.iter().enumerate() {
        let octets = [&part.udh[..], &part.body].concat();
        let sm = Sm { esm_class: 0x40, data_coding: coding::UCS2, ..text(phone.number(), &octets) };
        client.submit(token as u64, &sm);
        assert!(client.answer().await.1.is_ok());
        assert_eq!(read(&client.delivery().await).status, State::Delivered, "one report a part");
    }
    let shown = phone.expect("Привет").from("4545").await.unwrap();
    assert_eq!((shown.text, usize::from(shown.parts)), (long.clone(), cut.parts.len()));

    phone.send(&long, "4545").await.unwrap();
    let mut joined = Vec::new();
    let mut seen = 0;
    while seen == 0 || joined.len() < long.encode_utf16().count() * 2 {
        let sm = client.delivery().await;
        let concat = sms::udh::parse(sm.view().split().0).unwrap().concat().unwrap();
        seen += 1;
        assert_eq!(concat.seq, seen, "in order");
        joined.extend_from_slice(sm.view().split().1);
    }
    assert_eq!(sms::alphabet::ucs2::decode(&joined), long);
}

#[tokio::test]
async fn reports_and_replies_go_to_who_listens() {
    let smsc = start(quick()).await;
    let mut tx = Client::start(smsc.addr(), Bind::Transmitter, "shop", "").await;
    assert!(matches!(tx.next().await, Event::Bound { .. }));
    tx.submit(1, &text("+972501234567", b"hello"));
    assert!(tx.answer().await.1.is_ok());
    smsc.phone("+972501234567").expect("hello").await.unwrap();
    smsc.phone("+972501234567").post("back", "4545").unwrap();
    assert!(tx.silent(100).await, "a transmitter is handed nothing");
    let mut stranger = Client::start(smsc.addr(), Bind::Receiver, "other", "").await;
    assert!(matches!(stranger.next().await, Event::Bound { .. }));
    assert!(stranger.silent(100).await, "nor is another system_id");
    let mut rx = Client::start(smsc.addr(), Bind::Receiver, "shop", "").await;
    assert!(matches!(rx.next().await, Event::Bound { .. }));
    let sorts = [rx.delivery().await.view().sort(), rx.delivery().await.view().sort()];
    assert!(sorts.contains(&Sort::Receipt) && sorts.contains(&Sort::Text), "what waited comes: {sorts:?}");
}

#[tokio::test]
async fn a_phone_waits_for_somebody_who_listens_and_hears_refusals() {
    let smsc = start(quick()).await;
    let phone = smsc.phone("+972501234567");
    phone.post("anybody?", "4545").unwrap();
    let mut client = Client::bound(smsc.addr()).await;
    assert_eq!(client.delivery().await.view().octets(), b"anybody?");
    client.answer_with(Some(Status::RECEIVER_REJECT));
    assert_eq!(phone.send("hello", "4545").await, Err(Untaken::Refused(Status::RECEIVER_REJECT)));
    client.delivery().await;
    client.answer_with(Some(Status::RECEIVER_TEMPORARY));
    phone.post("later", "4545").unwrap();
    assert_eq!(client.delivery().await.view().octets(), b"later");
    client.answer_with(Some(Status::OK));
    assert_eq!(client.delivery().await.view().octets(), b"later", "a temporary refusal is tried again");
}

#[tokio::test]
async fn a_cut_link_is_cut_and_what_was_not_answered_comes_again() {
    let smsc = start(quick()).await;
    let mut client = Client::bound(smsc.addr()).await;
    client.answer_with(None);
    client.submit(1, &text("+972501234567", b"hello"));
    let (_, _, id) = client.answer().await;
    assert_eq!(read(&client.delivery().await).id, id);
    smsc.fault(|f| f.lose_answers = true);
    client.submit(2, &text("+972501234567", b"second"));
    smsc.phone("+972501234567").expect("second").await.unwrap();
    smsc.cut();
    let closed = loop {
        match client.next().await {
            Event::Deliver { .. } => {}
            other => break other,
        }
    };
    assert_eq!(closed, Event::Closed { why: WhyClosed::Lost, open: vec![2], unsent: vec![] });
    let mut again = Client::bound(smsc.addr()).await;
    let ids = [read(&again.delivery().await).id, read(&again.delivery().await).id];
    assert!(ids.contains(&id), "the unanswered report is delivered again");
}

#[tokio::test]
async fn faults_do_what_they_say_and_can_be_taken_back() {
    let smsc = start(quick()).await;
    let mut client = Client::bound(smsc.addr()).await;
    smsc.fault(|f| f.throttle = true);
    client.submit(1, &text("+1555", b"x"));
    assert_eq!(client.answer().await.1, Status::THROTTLED);
    smsc.fault(|f| (f.throttle, f.no_receipts) = (false, true));
    client.submit(2, &text("+1555", b"x"));
    assert_eq!(client.answer().await.1, Status::OK);
    assert!(client.silent(100).await);
    smsc.fault(|f| (f.no_receipts, f.black_hole) = (false, true));
    client.submit(3, &text("+1555", b"vanishes"));
    let event = client.next().await;
    assert_eq!(event, Event::Ambiguous { token: 3, why: Why::NoAnswer }, "the link answers enquiries");
    assert_eq!(smsc.phone("+1555").inbox().len(), 1, "and the handset never sees it");
    smsc.fault(|f| *f = sim::Faults { slow_ms: 150, ..sim::Faults::default() });
    let asked = std::time::Instant::now();
    client.submit(4, &text("+1555", b"x"));
    while !matches!(client.next().await, Event::Answered { token: 4, .. }) {}
    assert!(asked.elapsed() >= Duration::from_millis(150));
    smsc.fault(|f| f.refuse_binds = true);
    let mut refused = Client::start(smsc.addr(), Bind::Transceiver, "shop", "").await;
    assert_eq!(refused.next().await, Event::BindRefused(Status::BIND_FAILED));
}

#[tokio::test]
async fn the_rate_is_kept() {
    let smsc = start(Config { rate: Some(100), ..quick() }).await;
    let mut client = Client::bound(smsc.addr()).await;
    let began = std::time::Instant::now();
    for token in 0..200 {
        client.submit(token, &Sm { registered_delivery: 0, ..text("+1555", b"x") });
    }
    let mut taken = 0;
    for _ in 0..200 {
        taken += usize::from(client.answer().await.1.is_ok());
    }
    let most = 12 + began.elapsed().as_millis() as usize / 10;
    assert!((10..=most).contains(&taken), "a burst of ten, then what the time allows: {taken} of {most}");
    assert_eq!(smsc.counts().refused, 200 - taken as u64);
}

#[tokio::test]
async fn reports_come_in_the_form_that_is_asked_for() {
    for (receipts, texts, tlvs) in
        [(Receipts::Text, true, false), (Receipts::Tlv, false, true), (Receipts::Both, true, true)]
    {
        let config = Config { receipts, ids: Ids::Hex, receipt_ids: Ids::Decimal, ..quick() };
        let smsc = start(config).await;
        let mut client = Client::bound(smsc.addr()).await;
        let mut reference = TlvBuf::new();
        reference.push(tlv::USER_MESSAGE_REFERENCE, &[0x12, 0x34]);
        client.submit(1, &Sm { tlvs: reference.view(), ..text("+1555", b"\x00he\x11o \x1b\x65\x1b\x28") });
        let (_, _, id) = client.answer().await;
        let sm = client.delivery().await;
        assert_eq!(sm.view().octets().is_empty(), !texts);
        assert_eq!(texts.then(|| read(&sm).text.unwrap()), texts.then(|| "?he_o ??".to_owned()));
        assert_eq!(sm.view().tlvs.message_state().is_some(), tlvs);
        assert_eq!(sm.view().tlvs.user_message_reference(), Some(0x1234), "returned as it came");
        let told: u64 = read(&sm).id.parse().unwrap();
        assert_eq!(u64::from_str_radix(&id, 16).unwrap(), told, "the same number in two spellings");
    }
}

#[tokio::test]
async fn only_what_was_asked_for_is_reported() {
    let smsc = start(quick()).await;
    let mut client = Client::bound(smsc.addr()).await;
    for (registered_delivery, number, reports) in [
        (0x00, "+99950000100", 0),
        (0x01, "+99950000101", 1),
        (0x11, "+99950000101", 2),
        (0x02, "+99950000100", 0),
        (0x02, "+99950000102", 1),
        (0x03, "+99950000102", 0),
    ] {
        client.submit(1, &Sm { registered_delivery, ..text(number, b"x") });
        assert!(client.answer().await.1.is_ok());
        let mut seen = 0;
        while !client.silent(400).await {
            seen += 1;
        }
        assert_eq!(seen, reports, "{registered_delivery:#x} {number}");
    }
}

#[tokio::test]
async fn the_journal_has_everything_in_memory_live_and_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.jsonl");
    let smsc = start(Config { journal_file: Some(file.clone()), ..quick() }).await;
    let mut live = smsc.subscribe();
    let mut client = Client::bound(smsc.addr()).await;
    client.submit(
        1,
        &Sm {
            data_coding: coding::UCS2,
            ..text(
                "+972501234567",
                "שלום".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>().as_slice(),
            )
        },
    );
    let (_, _, id) = client.answer().await;
    client.delivery().await;
    smsc.phone("+972501234567").send("כן", "4545").await.unwrap();
    let kinds = [What::Submit, What::Shown, What::Report, What::Reply];
    let entries = smsc.journal();
    assert_eq!(entries.iter().map(|e| e.what).collect::<Vec<_>>(), kinds);
    assert!(entries[..3].iter().all(|e| e.id == id));
    assert_eq!((entries[1].text.as_str(), entries[1].to.as_str()), ("שלום", "+972501234567"));
    assert_eq!((entries[3].text.as_str(), entries[3].from.as_str()), ("כן", "+972501234567"));
    for entry in &entries {
        assert_eq!(&live.recv().await.unwrap(), entry);
    }
    let lines: Vec<serde_json::Value> =
        std::fs::read_to_string(&file).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((lines[1]["what"].as_str(), lines[1]["text"].as_str()), (Some("shown"), Some("שלום")));
    assert_eq!(smsc.journal_error(), None);
}

#[tokio::test]
async fn a_mix_decides_for_other_numbers_and_a_sink_keeps_nothing() {
    let smsc = start(Config {
        mix: Mix { unknown_subscriber: 100.0, ..Mix::default() },
        record: false,
        journal_keep: 0,
        ..quick()
    })
    .await;
    let mut client = Client::bound(smsc.addr()).await;
    client.submit(1, &text("+972501234567", b"x"));
    client.answer().await;
    assert_eq!(read(&client.delivery().await).code, Code::UnknownSubscriber);
    client.submit(2, &text("+99950000100", b"x"));
    client.answer().await;
    assert_eq!(read(&client.delivery().await).status, State::Delivered, "an ending goes before the mix");
    assert!(smsc.journal().is_empty() && smsc.phone("+99950000100").inbox().is_empty());
}

#[tokio::test]
async fn a_burst_is_taken_reported_and_forgotten() {
    let smsc = start(Config::sink(30)).await;
    let mut client = Client::bound(smsc.addr()).await;
    let (mut answered, mut reported, mut sent) = (0, 0, 0);
    while reported < 5000 {
        while sent < 5000 && sent - answered < 900 {
            client.submit(sent, &text("+1555", b"hello"));
            sent += 1;
        }
        match client.next().await {
            Event::Answered { .. } => answered += 1,
            Event::Deliver { .. } => reported += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((answered, smsc.pending()), (5000, 0));
    assert_eq!(smsc.counts().submitted, 5000);
}

#[tokio::test]
async fn a_dropped_handle_ends_the_world() {
    let smsc = start(quick()).await;
    let addr = smsc.addr();
    let mut client = Client::bound(addr).await;
    drop(smsc);
    assert!(matches!(client.next().await, Event::Closed { why: WhyClosed::Lost, .. }));
    let gone = async {
        while tokio::net::TcpStream::connect(addr).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone).await.expect("nobody listens any more");
}
