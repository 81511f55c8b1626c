//! Sessions against each other and against octets: window, timers, unknown outcomes, hostile input.

use proptest::prelude::*;
use wire::smpp::{
    Bind, Config, Event, Kind, SendError, Session, Sm, Stage, Status, Why, WhyClosed, command, destination,
    source,
};

fn config() -> Config {
    Config { system_id: "foo".into(), password: "secret".into(), window: 3, ..Config::default() }
}

fn events(session: &mut Session) -> Vec<Event> {
    std::iter::from_fn(|| session.poll_event()).collect()
}

/// Moves octets one way.
fn carry(from: &mut Session, to: &mut Session, now: i64) {
    let bytes = from.output().to_vec();
    from.wrote(bytes.len());
    to.feed(&bytes, now);
}

fn bound_as(bind: Bind, client: Config, now: i64) -> (Session, Session) {
    let mut esme = Session::esme(Config { bind, ..client }, now);
    let mut smsc = Session::smsc(Config { system_id: "SMSC".into(), operations: true, ..config() }, now);
    carry(&mut esme, &mut smsc, now);
    assert!(
        matches!(&events(&mut smsc)[..], [Event::BindAsked(a)] if a.system_id == b"foo" && a.password == b"secret")
    );
    smsc.answer_bind(Status::OK, now);
    carry(&mut smsc, &mut esme, now);
    assert!(matches!(&events(&mut esme)[..], [Event::Bound { system_id, .. }] if system_id == b"SMSC"));
    (esme, smsc)
}

fn bound() -> (Session, Session) {
    bound_as(Bind::Transceiver, config(), 0)
}

fn text(octets: &[u8]) -> Sm<'_> {
    Sm {
        source: source("4545"),
        destination: destination("+972501234567"),
        short_message: octets,
        ..Sm::default()
    }
}

/// One PDU by hand.
fn raw(id: u32, status: u32, seq: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for word in [16 + body.len() as u32, id, status, seq] {
        out.extend(word.to_be_bytes());
    }
    out.extend(body);
    out
}

const SUBMIT_RESP: u32 = command::SUBMIT_SM | command::RESPONSE;

#[test]
fn a_message_goes_out_and_its_answer_finds_its_token() {
    let (mut esme, mut smsc) = bound();
    esme.submit(77, &text(b"hello"), 1).unwrap();
    carry(&mut esme, &mut smsc, 2);
    let seen = events(&mut smsc);
    let [Event::Submit { seq, sm }] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(sm.view().octets(), b"hello");
    assert_eq!(smsc.unanswered(), 1);
    smsc.answer_submit(*seq, Status::OK, b"abc1");
    assert_eq!(smsc.unanswered(), 0);
    carry(&mut smsc, &mut esme, 3);
    assert_eq!(
        events(&mut esme),
        [Event::Answered { token: 77, status: Status::OK, message_id: b"abc1".to_vec() }]
    );
    assert_eq!(esme.in_flight(), 0);
}

#[test]
fn a_delivery_is_answered_after_its_commit() {
    let (mut esme, mut smsc) = bound();
    for kind in [Kind::Deliver, Kind::Data] {
        smsc.send(kind, 5, &text(b"yes"), 1000, 1).unwrap();
        carry(&mut smsc, &mut esme, 2);
        let seen = events(&mut esme);
        let [Event::Deliver { seq, sm }] = &seen[..] else { panic!("{seen:?}") };
        assert_eq!((sm.kind(), sm.view().octets()), (kind, &b"yes"[..]));
        assert!(esme.output().is_empty(), "nothing is answered before the owner says so");
        esme.answer_deliver(*seq, Status::RECEIVER_TEMPORARY);
        carry(&mut esme, &mut smsc, 3);
        let seen = events(&mut smsc);
        assert!(matches!(&seen[..], [Event::Answered { token: 5, status: Status(0x64), .. }]), "{seen:?}");
    }
}

#[test]
fn the_window_is_kept_and_answers_come_in_any_order() {
    let (mut esme, mut smsc) = bound();
    for token in 0..3 {
        esme.submit(token, &text(b"x"), 1).unwrap();
    }
    assert_eq!(esme.submit(3, &text(b"x"), 1), Err(SendError::WindowFull));
    carry(&mut esme, &mut smsc, 2);
    let mut seqs: Vec<u32> = events(&mut smsc)
        .iter()
        .filter_map(|e| match e {
            Event::Submit { seq, .. } => Some(*seq),
            _ => None,
        })
        .collect();
    seqs.reverse();
    for seq in seqs {
        smsc.answer_submit(seq, Status::OK, b"1");
    }
    carry(&mut smsc, &mut esme, 3);
    let tokens: Vec<u64> = events(&mut esme)
        .iter()
        .filter_map(|e| match e {
            Event::Answered { token, .. } => Some(*token),
            _ => None,
        })
        .collect();
    assert_eq!(tokens, [2, 1, 0]);
    assert_eq!(esme.room(), 3);
}

#[test]
fn nothing_flows_before_the_bind_or_against_it() {
    let mut early = Session::esme(config(), 0);
    assert_eq!(early.submit(1, &text(b"x"), 0), Err(SendError::NotBound));
    let (mut esme, _) = bound_as(Bind::Receiver, config(), 0);
    assert_eq!(esme.submit(1, &text(b"x"), 0), Err(SendError::WrongBind));
    let (_, mut smsc) = bound_as(Bind::Transmitter, config(), 0);
    assert_eq!(smsc.deliver(1, &text(b"x"), 0), Err(SendError::WrongBind));

    let mut smsc = Session::smsc(config(), 0);
    let mut body = Vec::new();
    text(b"x").encode(Kind::Submit, &mut body);
    smsc.feed(&raw(command::SUBMIT_SM, 0, 9, &body), 1);
    assert_eq!(smsc.output(), raw(SUBMIT_RESP, 0x04, 9, b""), "RINVBNDSTS, and the session stays");
    assert_eq!(smsc.stage(), Stage::Open);
}

#[test]
fn a_refused_bind_says_why_and_ends() {
    let mut esme = Session::esme(config(), 0);
    esme.feed(&raw(command::BIND_TRANSCEIVER | command::RESPONSE, 0x0E, 1, b""), 1);
    let seen = events(&mut esme);
    assert!(matches!(seen[0], Event::BindRefused(Status::INVALID_PASSWORD)));
    assert!(matches!(seen[1], Event::Closed { why: WhyClosed::Refused(Status::INVALID_PASSWORD), .. }));
    assert_eq!(esme.tick(2), None);
}

#[test]
fn a_bind_that_never_comes_ends_the_session() {
    for mut session in [Session::esme(config(), 0), Session::smsc(config(), 0)] {
        assert_eq!(session.tick(0), Some(10_000));
        assert_eq!(session.tick(9_999), Some(10_000));
        session.feed(&[0, 0, 0, 32, 0, 0], 9_999);
        assert_eq!(session.tick(10_000), None);
        assert!(matches!(&events(&mut session)[..], [Event::Closed { why: WhyClosed::NoBind, .. }]));
    }
}

#[test]
fn one_overdue_answer_is_ambiguous_alone_while_the_link_lives() {
    let (mut esme, mut smsc) = bound();
    esme.submit(1, &text(b"lost"), 0).unwrap();
    esme.send(Kind::Submit, 2, &text(b"slow"), 500_000, 0).unwrap();
    carry(&mut esme, &mut smsc, 1);
    let seen = events(&mut smsc);
    let Event::Submit { seq: lost, .. } = seen[0] else { panic!() };
    esme.tick(60_000);
    assert!(events(&mut esme).is_empty(), "not before the link was asked");
    carry(&mut esme, &mut smsc, 60_001);
    carry(&mut smsc, &mut esme, 60_002);
    assert_eq!(events(&mut esme), [Event::Ambiguous { token: 1, why: Why::NoAnswer }]);
    assert_eq!(esme.room(), 1, "its slot stays taken, so that no more than a window can be unknown");

    smsc.answer_submit(lost, Status::OK, b"late");
    carry(&mut smsc, &mut esme, 90_000);
    assert_eq!(
        events(&mut esme),
        [Event::LateAnswer { token: 1, status: Status::OK, message_id: b"late".to_vec() }]
    );
    assert_eq!(esme.room(), 2);
}

#[test]
fn a_dead_link_makes_all_open_ones_ambiguous_and_names_what_never_left() {
    let (mut esme, _) = bound();
    esme.submit(1, &text(b"a"), 0).unwrap();
    esme.submit(2, &text(b"b"), 0).unwrap();
    let half = esme.output().len() / 2;
    esme.wrote(half + 3);
    esme.submit(3, &text(b"c"), 0).unwrap();
    esme.tick(30_000);
    assert_eq!(esme.tick(39_999), Some(40_000));
    assert_eq!(esme.tick(40_000), None);
    assert_eq!(
        events(&mut esme),
        [Event::Closed { why: WhyClosed::Dead, open: vec![1, 2], unsent: vec![3] }]
    );
}

#[test]
fn a_peer_that_speaks_is_alive_even_if_it_ignores_enquiries() {
    let (mut esme, mut smsc) = bound();
    esme.submit(1, &text(b"a"), 0).unwrap();
    esme.tick(60_000);
    smsc.deliver(9, &text(b"mo"), 60_001).unwrap();
    carry(&mut smsc, &mut esme, 60_001);
    esme.tick(70_000);
    let seen = events(&mut esme);
    assert!(seen.contains(&Event::Ambiguous { token: 1, why: Why::NoAnswer }), "{seen:?}");
    assert_eq!(esme.stage(), Stage::Bound);
}

#[test]
fn more_than_half_a_window_without_answers_starts_anew() {
    let (mut esme, mut smsc) = bound();
    (0..2).for_each(|token| assert!(esme.submit(token, &text(b"x"), 0).is_ok()));
    let mut now = 0;
    let mut told = Vec::new();
    while let Some(next) = esme.tick(now) {
        carry(&mut esme, &mut smsc, now);
        events(&mut smsc);
        carry(&mut smsc, &mut esme, now);
        told.extend(events(&mut esme));
        assert!(next > now, "the clock of the session always moves on");
        now = next;
    }
    told.extend(events(&mut esme));
    assert_eq!(told.iter().filter(|e| matches!(e, Event::Ambiguous { .. })).count(), 2);
    assert_eq!(told.last(), Some(&Event::Closed { why: WhyClosed::Stalled, open: vec![], unsent: vec![] }));
}

#[test]
fn the_slot_of_an_unknown_one_is_given_back_in_the_end() {
    let (mut esme, mut smsc) = bound();
    esme.submit(1, &text(b"x"), 0).unwrap();
    let mut now = 0;
    while now < 800_000 {
        let next = esme.tick(now).expect("one lost message does not end a link");
        carry(&mut esme, &mut smsc, now);
        events(&mut smsc);
        carry(&mut smsc, &mut esme, now);
        now = next;
    }
    assert_eq!(esme.room(), 3);
}

#[test]
fn a_nack_with_our_number_is_an_answer_and_one_without_ends_the_link() {
    let (mut esme, _) = bound();
    let seq = esme.submit(1, &text(b"a"), 0).unwrap();
    esme.submit(2, &text(b"b"), 0).unwrap();
    esme.wrote(usize::MAX);
    esme.feed(&raw(command::GENERIC_NACK, 0x02, seq, b""), 1);
    assert!(matches!(&events(&mut esme)[..], [Event::Answered { token: 1, status: Status(2), .. }]));

    esme.feed(&raw(command::GENERIC_NACK, 0x02, 0, b""), 2);
    assert!(events(&mut esme).is_empty(), "it may still be answered");
    assert_eq!(
        (esme.room(), esme.stats().nacks),
        (0, 1),
        "nothing more is written into a link without framing"
    );
    assert!(esme.tick(10_001).is_some());
    assert_eq!(esme.tick(10_002), None);
    let end = Event::Closed { why: WhyClosed::Nacked, open: vec![2], unsent: vec![] };
    assert_eq!(events(&mut esme), [end]);

    let (mut esme, _) = bound();
    let seq = esme.submit(1, &text(b"a"), 0).unwrap();
    esme.feed(&raw(command::GENERIC_NACK, 0x02, 0, b""), 1);
    esme.feed(&raw(SUBMIT_RESP, 0, seq, b"7\0"), 2);
    assert_eq!(esme.tick(3), None, "all is answered: there is nothing to wait for");
    assert!(matches!(&events(&mut esme)[..], [Event::Answered { token: 1, .. }, Event::Closed { .. }]));
}

#[test]
fn a_pdu_that_trickles_in_ends_the_link() {
    let (mut esme, _) = bound();
    let pdu = raw(command::ENQUIRE_LINK, 0, 7, b"");
    for (at, octet) in (0..).zip(&pdu[..9]) {
        esme.feed(&[*octet], 1_000 * at);
        assert!(esme.tick(1_000 * at).is_some());
    }
    assert_eq!(esme.tick(10_000), None);
    assert!(matches!(&events(&mut esme)[..], [Event::Closed { why: WhyClosed::Torn, .. }]));

    // Many PDUs, each of them torn for a moment, are no slow one.
    let (mut esme, _) = bound();
    let stream: Vec<u8> = std::iter::repeat_n(pdu, 20).flatten().collect();
    for (at, piece) in (0..).zip(stream.chunks(15)) {
        esme.feed(piece, 1_000 * at);
        assert!(esme.tick(1_000 * at).is_some(), "after {at} s");
        esme.wrote(usize::MAX);
    }
}

#[test]
fn a_link_is_proven_by_an_answered_enquiry() {
    let (mut esme, mut smsc) = bound();
    esme.ask(5);
    esme.ask(6);
    assert!(!esme.is_proven());
    assert_eq!(esme.output().len(), 16, "it asks once");
    carry(&mut esme, &mut smsc, 7);
    carry(&mut smsc, &mut esme, 8);
    assert!(esme.is_proven());
}

#[test]
fn answers_are_read_as_peers_write_them() {
    for (status, body, id) in [
        (0, &b"abc\0"[..], &b"abc"[..]),
        (0, b"abc", b"abc"),
        (0, b"", b""),
        (0, b"\0", b""),
        (0x58, b"", b""),
        (0x0B, b"\0extra octets", b""),
        (0x4A1, b"", b""),
    ] {
        let (mut esme, _) = bound();
        let seq = esme.submit(1, &text(b"a"), 0).unwrap();
        esme.feed(&raw(SUBMIT_RESP, status, seq, body), 1);
        assert_eq!(
            events(&mut esme),
            [Event::Answered { token: 1, status: Status(status), message_id: id.to_vec() }],
            "{status:#x} {body:?}"
        );
    }
    let (mut esme, _) = bound();
    let seq = esme.submit(1, &text(b"a"), 0).unwrap();
    esme.feed(&raw(SUBMIT_RESP, 0, seq, &[b'7'; 80]), 1);
    assert!(matches!(&events(&mut esme)[..], [Event::Answered { message_id, .. }] if message_id.len() == 80));
}

#[test]
fn an_answer_of_another_kind_leaves_the_outcome_unknown_once() {
    let (mut esme, _) = bound();
    let seq = esme.submit(1, &text(b"a"), 0).unwrap();
    esme.feed(&raw(0x8000_0008, 0, seq, b""), 1);
    esme.feed(&raw(0x8000_0008, 0, seq, b""), 2);
    assert_eq!(events(&mut esme), [Event::Ambiguous { token: 1, why: Why::Unreadable }]);
    esme.feed(&raw(SUBMIT_RESP, 0, seq, b"77\0"), 3);
    assert!(matches!(&events(&mut esme)[..], [Event::LateAnswer { token: 1, .. }]));
}

#[test]
fn strays_and_unknown_commands_never_end_a_session() {
    let (mut esme, _) = bound();
    esme.feed(&raw(SUBMIT_RESP, 0, 4242, b"x\0"), 1);
    esme.feed(&raw(0x8000_0ABC, 0, 4243, b""), 1);
    assert!(esme.output().is_empty(), "an answer is never answered");
    assert_eq!(esme.stats().strays, 2);
    for (request, answer) in [
        (raw(0x0ABC, 0, 7, b"??"), raw(command::GENERIC_NACK, 3, 7, b"")),
        (raw(command::QUERY_SM, 0, 8, b"id\0"), raw(0x8000_0003, 3, 8, b"")),
        (raw(command::ENQUIRE_LINK, 0, 0, b"!"), raw(0x8000_0015, 0, 0, b"")),
        (raw(command::ENQUIRE_LINK, 0, 0xFFFF_FFFF, b""), raw(0x8000_0015, 0, 0xFFFF_FFFF, b"")),
    ] {
        esme.feed(&request, 2);
        assert_eq!(esme.output(), answer);
        esme.wrote(answer.len());
    }
    assert_eq!(esme.stage(), Stage::Bound);
}

#[test]
fn an_impossible_length_ends_the_link_at_once_and_allocates_nothing() {
    for length in [0u32, 15, 0x8000_0000, u32::MAX, 68 * 1024 + 1] {
        let (mut esme, _) = bound();
        esme.submit(6, &text(b"a"), 0).unwrap();
        let all = esme.output().len();
        esme.wrote(all);
        esme.feed(&length.to_be_bytes(), 1);
        assert_eq!(
            events(&mut esme),
            [Event::Closed { why: WhyClosed::Framing, open: vec![6], unsent: vec![] }],
            "{length}"
        );
    }
}

#[test]
fn a_bad_body_costs_one_answer() {
    let (mut esme, mut smsc) = bound();
    smsc.feed(&raw(command::SUBMIT_SM, 0, 5, b"\0\0"), 1);
    smsc.feed(&raw(command::SUBMIT_SM, 0, 6, b"\0\0\0\0\x01\x01" as &[u8]), 1);
    assert_eq!(smsc.output(), [raw(SUBMIT_RESP, 2, 5, b""), raw(SUBMIT_RESP, 2, 6, b"")].concat());
    assert_eq!((smsc.unanswered(), smsc.stats().malformed), (0, 2));
    let mut body = Vec::new();
    text(b"hi").encode(Kind::Submit, &mut body);
    body.extend([0x04, 0x27, 0, 9, 1]);
    smsc.wrote(usize::MAX);
    smsc.feed(&raw(command::SUBMIT_SM, 0, 7, &body), 1);
    assert_eq!(smsc.output(), raw(SUBMIT_RESP, 0xC0, 7, b""), "a client's torn TLV is refused");
    esme.feed(&raw(command::DELIVER_SM, 0, 8, &body), 1);
    let seen = events(&mut esme);
    assert!(
        matches!(&seen[..], [Event::Deliver { seq: 8, .. }]),
        "a carrier's is not worth a message: {seen:?}"
    );
}

#[test]
fn an_outbind_is_followed_by_our_bind() {
    let mut esme = Session::esme(Config { await_outbind: true, bind: Bind::Receiver, ..config() }, 0);
    assert!(esme.output().is_empty());
    esme.feed(&raw(command::OUTBIND, 0, 1, b"SMSC\0pw\0"), 1);
    assert_eq!(esme.stage(), Stage::Binding);
    assert_eq!(esme.output()[4..8], command::BIND_RECEIVER.to_be_bytes());
}

#[test]
fn goodbyes_are_answered_and_name_what_is_open() {
    let (mut esme, mut smsc) = bound();
    esme.submit(1, &text(b"x"), 0).unwrap();
    esme.unbind(1);
    assert_eq!(esme.submit(2, &text(b"x"), 1), Err(SendError::NotBound));
    carry(&mut esme, &mut smsc, 1);
    assert!(matches!(events(&mut smsc).last(), Some(Event::Closed { why: WhyClosed::PeerUnbound, .. })));
    carry(&mut smsc, &mut esme, 2);
    assert_eq!(events(&mut esme), [Event::Closed { why: WhyClosed::Unbound, open: vec![1], unsent: vec![] }]);
}

#[test]
fn a_client_of_3_3_gets_no_tlv() {
    let (_, mut smsc) = bound_as(Bind::Transceiver, Config { interface_version: 0x33, ..config() }, 0);
    let mut tlvs = wire::smpp::TlvBuf::new();
    tlvs.push(wire::smpp::tlv::MESSAGE_STATE, &[2]);
    let plain = text(b"receipt");
    smsc.deliver(1, &Sm { tlvs: tlvs.view(), ..plain }, 1).unwrap();
    let mut body = Vec::new();
    plain.encode(Kind::Deliver, &mut body);
    assert_eq!(&smsc.output()[16..], body);
    assert_eq!(smsc.deliver(2, &text(&[b'x'; 300]), 1), Err(SendError::TooOld));
}

#[test]
fn a_silent_link_is_asked_and_an_idle_one_may_be_left() {
    let (mut esme, _) = bound_as(Bind::Transceiver, Config { inactivity_ms: 35_000, ..config() }, 0);
    assert_eq!(esme.tick(0), Some(30_000));
    esme.tick(30_000);
    assert_eq!(esme.output()[4..8], command::ENQUIRE_LINK.to_be_bytes());
    esme.feed(&raw(0x8000_0015, 0, 2, b""), 30_001);
    assert_eq!(esme.tick(35_000), None);
    assert!(matches!(&events(&mut esme)[..], [Event::Closed { why: WhyClosed::Inactive, .. }]));
}

/// What a whole conversation looks like to a client, octet cuts given.
fn conversation(cuts: &[usize]) -> Vec<Event> {
    let mut esme = Session::esme(config(), 0);
    let mut incoming = raw(command::BIND_TRANSCEIVER | command::RESPONSE, 0, 1, b"SMSC\0");
    let mut body = Vec::new();
    text(b"hello").encode(Kind::Deliver, &mut body);
    for seq in 0..4 {
        incoming.extend(raw(command::DELIVER_SM, 0, seq, &body));
        incoming.extend(raw(command::ENQUIRE_LINK, 0, 100 + seq, b""));
        incoming.extend(raw(command::DELIVER_SM, 0, 200 + seq, b"bad"));
    }
    incoming.extend(raw(command::UNBIND, 0, 300, b""));
    let mut rest = &incoming[..];
    for cut in cuts.iter().cycle().take(incoming.len()) {
        let (now, later) = rest.split_at((*cut).clamp(1, rest.len().max(1)).min(rest.len()));
        rest = later;
        esme.feed(now, 1);
    }
    events(&mut esme)
}

#[test]
fn octet_by_octet_is_the_same_as_whole() {
    let whole = conversation(&[usize::MAX]);
    assert_eq!(whole.len(), 1 + 4 * 2 + 1);
    for cut in 1..80 {
        assert_eq!(conversation(&[cut]), whole, "pieces of {cut}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_cut_is_the_same_as_whole(cuts in prop::collection::vec(1usize..70, 1..20)) {
        prop_assert_eq!(conversation(&cuts), conversation(&[usize::MAX]));
    }

    #[test]
    fn any_octets_are_survived(noise in prop::collection::vec(any::<u8>(), 0..400), step in 1usize..90_000) {
        let (mut esme, mut smsc) = bound();
        let _ = esme.submit(1, &text(b"x"), 0);
        for session in [&mut esme, &mut smsc] {
            session.feed(&noise, 1);
            session.tick(step as i64);
            session.feed(&noise, step as i64);
            session.lost();
            let closed = events(session).iter().filter(|e| matches!(e, Event::Closed { .. })).count();
            prop_assert_eq!(closed, 1);
        }
    }

    #[test]
    fn any_framed_body_is_survived_and_every_token_ends_once(
        pdus in prop::collection::vec(
            (prop::sample::select(vec![
                0u32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xB, 0x15, 0x21, 0x102, 0x103, 0xABC,
            ]), any::<bool>(), prop::sample::select(vec![0u32, 0x58, 0xFF]), 0u32..8,
             prop::collection::vec(any::<u8>(), 0..60)),
            0..40,
        ),
    ) {
        let (mut esme, mut smsc) = bound();
        for token in 0..3 {
            let _ = esme.submit(token, &text(b"x"), 0);
            let _ = smsc.deliver(token, &text(b"x"), 0);
        }
        for session in [&mut esme, &mut smsc] {
            let mut now = 0;
            for (id, response, status, seq, body) in &pdus {
                let id = if *response { id | command::RESPONSE } else { *id };
                now += 7_000;
                session.feed(&raw(id, *status, *seq, body), now);
                session.tick(now);
            }
            session.lost();
            let mut ends = [0; 3];
            for event in events(session) {
                match event {
                    Event::Answered { token, .. } | Event::Ambiguous { token, .. } => ends[token as usize] += 1,
                    Event::Operation { operation, .. } => drop(format!("{:?}", operation.view())),
                    Event::Closed { open, unsent, .. } => {
                        open.iter().chain(&unsent).for_each(|t| ends[*t as usize] += 1);
                    }
                    _ => {}
                }
            }
            prop_assert_eq!(ends, [1, 1, 1]);
        }
    }
}

#[test]
fn what_else_is_asked_of_messages_is_the_owners_to_answer_where_it_wants_to() {
    let (_, mut smsc) = bound();
    smsc.feed(&raw(command::QUERY_SM, 0, 9, b"msg_1\0\0\0\0"), 1);
    let asked = events(&mut smsc);
    let [Event::Operation { seq: 9, operation }] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((operation.command(), smsc.unanswered()), (command::QUERY_SM, 1));
    smsc.wrote(usize::MAX);
    smsc.answer_operation(command::QUERY_SM, 9, Status::OK, b"msg_1\0\0\x02\0");
    assert_eq!(
        smsc.output()[..16],
        raw(command::QUERY_SM | command::RESPONSE, 0, 9, b"msg_1\0\0\x02\0")[..16]
    );
    assert_eq!(smsc.unanswered(), 0);
    smsc.wrote(usize::MAX);
    smsc.feed(&raw(command::CANCEL_SM, 0, 10, b"x"), 2);
    assert!(matches!(events(&mut smsc)[..], [Event::Malformed { command: command::CANCEL_SM, .. }]));
    let mut plain = Session::smsc(config(), 0);
    plain.feed(&raw(command::QUERY_SM, 0, 9, b"msg_1\0\0\0\0"), 1);
    assert!(events(&mut plain).is_empty(), "refused by the session itself");
}
