//! Two sessions against each other and against octets: windows, silence, numbers, everything a peer does wrong.

use proptest::prelude::*;
use wire::cimd::{self, Cimd};
use wire::framed::{Answer, Config, Credentials, Event, Protocol, SendError, Session, Stage, Why, WhyClosed};
use wire::ucp::{self, Ucp};

fn config(window: usize) -> Config {
    let credentials =
        Credentials { user: b"shop".to_vec(), password: b"pw".to_vec(), ..Credentials::default() };
    Config { credentials, window, ..Config::default() }
}

fn submit_ucp() -> ucp::Request {
    let mut message = ucp::Message::default();
    message.set_recipient("+972541234567", "00").unwrap();
    ucp::Request::Submit(Box::new(message))
}

fn submit_cimd() -> cimd::Request {
    let mut packet = cimd::Packet::new(cimd::operation::SUBMIT);
    packet.push(cimd::parameter::DESTINATION, "123");
    cimd::Request::Submit(packet)
}

/// Everything one side has put out goes to the other.
fn pass<P: Protocol>(from: &mut Session<P>, to: &mut Session<P>, now: i64) {
    let octets = from.output().to_vec();
    from.wrote(octets.len());
    to.feed(&octets, now);
}

fn events<P: Protocol>(session: &mut Session<P>) -> Vec<Event<P::Request>> {
    std::iter::from_fn(|| session.poll_event()).collect()
}

fn pair<P: Protocol>(window: usize) -> (Session<P>, Session<P>) {
    let (mut client, mut server) =
        (Session::<P>::client(config(window), 0), Session::<P>::server(config(window), 0));
    pass(&mut client, &mut server, 0);
    let asked = events(&mut server);
    assert!(matches!(&asked[..], [Event::LoginAsked(who)] if who.user == b"shop" && who.password == b"pw"));
    server.answer_login(&Answer::default());
    pass(&mut server, &mut client, 0);
    assert_eq!(events(&mut client), [Event::LoggedIn]);
    (client, server)
}

fn numbers<R>(events: &[Event<R>]) -> Vec<u32> {
    let number = |event: &Event<R>| match event {
        Event::Request { number, .. } => Some(*number),
        _ => None,
    };
    events.iter().filter_map(number).collect()
}

#[test]
fn a_window_is_filled_and_answered_in_any_order() {
    let (mut client, mut server) = pair::<Ucp>(20);
    for token in 0..20 {
        client.send(token, &submit_ucp(), 60_000, 1).unwrap();
    }
    assert_eq!(client.send(20, &submit_ucp(), 60_000, 1), Err(SendError::WindowFull));
    pass(&mut client, &mut server, 1);
    let got = numbers(&events(&mut server));
    assert_eq!(got.len(), 20);
    got.iter().rev().for_each(|n| server.answer(*n, &Answer::taken(b"x:1")));
    pass(&mut server, &mut client, 2);
    let tokens: Vec<u64> = events(&mut client)
        .into_iter()
        .map(|e| match e {
            Event::Answered { token, answer } => {
                assert_eq!(answer.id, b"x:1");
                token
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(tokens, (0..20).rev().collect::<Vec<_>>());
    assert_eq!(client.room(), 20);
}

#[test]
fn stop_and_wait_sends_one_and_a_keep_alive_takes_its_turn() {
    let (mut client, mut server) = pair::<Ucp>(1);
    client.send(1, &submit_ucp(), 60_000, 1).unwrap();
    assert_eq!(client.room(), 0);
    pass(&mut client, &mut server, 1);
    let got = numbers(&events(&mut server));
    server.answer(got[0], &Answer::taken(b"x:1"));
    pass(&mut server, &mut client, 2);
    assert_eq!(client.room(), 1);
    client.tick(40_000);
    assert_eq!(client.room(), 0, "the link is being asked");
    pass(&mut client, &mut server, 40_000);
    pass(&mut server, &mut client, 40_001);
    assert_eq!(client.room(), 1);
    assert!(client.is_proven());
}

#[test]
fn ucp_02_a_number_that_is_open_is_not_given_again() {
    let (mut client, mut server) = pair::<Ucp>(1_000);
    let sent: Vec<u32> = (0..99).map(|token| client.send(token, &submit_ucp(), 60_000, 1).unwrap()).collect();
    let mut sorted = sent.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), 99);
    assert_eq!(
        client.send(100, &submit_ucp(), 60_000, 1),
        Err(SendError::WindowFull),
        "one is for the keep-alive"
    );
    pass(&mut client, &mut server, 1);
    assert_eq!(numbers(&events(&mut server)).len(), 99);
    // Nothing is answered, and one number comes again: nobody is handed it twice.
    let mut again = Vec::new();
    Ucp::seal(sent[0], &Ucp::body(&submit_ucp()), &mut again);
    server.feed(&again, 2);
    assert!(events(&mut server).is_empty());
    assert_eq!((server.stats().repeated, server.unanswered()), (1, 99));
    server.answer(sent[0], &Answer::taken(b"a:1"));
    server.answer(sent[0], &Answer::taken(b"a:2"));
    let answers = server.output().iter().filter(|b| **b == 2).count();
    assert_eq!(answers, 1, "one answer for both");
    // The 101st request of a careless client has a number that is open.
    let mut extra = Vec::new();
    Ucp::seal(sent[1], &Ucp::body(&submit_ucp()), &mut extra);
    server.feed(&extra, 3);
    assert!(events(&mut server).is_empty());
}

#[test]
fn ucp_01_and_07_noise_torn_and_long_frames_cost_one_frame_each() {
    let (mut client, mut server) = pair::<Ucp>(10);
    client.send(1, &submit_ucp(), 60_000, 1).unwrap();
    let good = client.output().to_vec();
    client.wrote(good.len());
    let mut torn = good[..good.len() - 5].to_vec();
    torn.extend_from_slice(&good);
    server.feed(b"\r\nwelcome\r\n", 1);
    server.feed(&torn, 1);
    let seen = events(&mut server);
    assert!(matches!(seen[..], [Event::Malformed { .. }, Event::Request { .. }]), "{seen:?}");
    server.feed(&[&[2][..], &[b'x'; 20_000], &[3]].concat(), 1);
    assert!(events(&mut server).iter().all(|e| matches!(e, Event::Malformed { .. })));
    let mut wrong = good.clone();
    let at = wrong.len() - 2;
    wrong[at] ^= 1;
    wrong[1..3].copy_from_slice(b"77");
    server.wrote(server.output().len());
    server.feed(&wrong, 1);
    let said = String::from_utf8_lossy(server.output()).into_owned();
    assert!(said.contains("77/") && said.contains("/R/51/N/01//"), "{said}");
    assert_eq!(server.stage(), Stage::Bound);
    assert!(server.stats().skipped > 10);
}

#[test]
fn ucp_07_a_banner_before_the_first_frame_is_skipped() {
    let mut client = cimd::Session::client(config(5), 0);
    let mut answer = Vec::new();
    Cimd::seal(1, b"51\t", &mut answer);
    client.feed(&[b"CIMD2 Interface\r\nSC ready\r\n", &answer[..], b"noise", &answer[..]].concat(), 1);
    assert_eq!(events(&mut client), [Event::LoggedIn]);
    assert_eq!(client.stats().strays, 1);
}

#[test]
fn ucp_08_numbers_wrap_and_a_wrong_kind_is_counted() {
    let (mut client, mut server) = pair::<Cimd>(1);
    let mut seen = Vec::new();
    for token in 0..130 {
        let number = client.send(token, &submit_cimd(), 60_000, 1).unwrap();
        seen.push(number);
        pass(&mut client, &mut server, 1);
        let got = numbers(&events(&mut server));
        assert_eq!(got, [number]);
        server.answer(number, &Answer::taken(b"1:2"));
        pass(&mut server, &mut client, 1);
        assert!(matches!(events(&mut client)[..], [Event::Answered { .. }]));
    }
    // The login was 001.
    assert_eq!((seen[0], seen[126], seen[127]), (3, 255, 1));
    let server_number = server.send(1, &cimd::Request::Deliver(cimd::Packet::new(20)), 60_000, 1).unwrap();
    assert_eq!(server_number, 0);
    assert_eq!(server.stats().misnumbered, 0);
    let mut even = Vec::new();
    Cimd::seal(4, &Cimd::body(&submit_cimd()), &mut even);
    server.feed(&even, 2);
    assert_eq!(numbers(&events(&mut server)), [4], "its operation says which way it goes");
    assert_eq!(server.stats().misnumbered, 1);
}

#[test]
fn ucp_08_what_the_peer_could_not_read_is_said_again() {
    let (mut client, _) = pair::<Cimd>(5);
    let number = client.send(9, &submit_cimd(), 60_000, 1).unwrap();
    let first = client.output().to_vec();
    client.wrote(first.len());
    let mut nack = Vec::new();
    Cimd::seal(number, b"99\t", &mut nack);
    for _ in 0..2 {
        client.feed(&nack, 2);
        assert_eq!(client.output(), first, "the same octets under the same number");
        client.wrote(first.len());
    }
    client.feed(&nack, 3);
    let told = events(&mut client);
    assert!(
        matches!(&told[..], [Event::Answered { token: 9, answer }] if answer.error == Some(cimd::ErrorCode::CHECKSUM.0)),
        "it was never taken: {told:?}"
    );
    assert_eq!(client.in_flight(), 0);
    // Nobody's number.
    client.feed(&nack, 4);
    assert!(events(&mut client).is_empty());
}

#[test]
fn a_general_error_answers_the_request_of_its_number() {
    let (mut client, _) = pair::<Cimd>(5);
    let number = client.send(9, &submit_cimd(), 60_000, 1).unwrap();
    let mut trouble = Vec::new();
    Cimd::seal(number, b"98\t900:2\t", &mut trouble);
    client.feed(&trouble, 2);
    assert!(
        matches!(&events(&mut client)[..], [Event::Answered { token: 9, answer }] if answer.error == Some(2))
    );
}

#[test]
fn no_answer_is_ambiguous_once_the_link_is_seen_to_live_and_may_come_late() {
    let (mut client, mut server) = pair::<Ucp>(10);
    let number = client.send(5, &submit_ucp(), 1_000, 0).unwrap();
    pass(&mut client, &mut server, 0);
    events(&mut server);
    client.tick(1_001);
    assert!(events(&mut client).is_empty(), "first the link is asked");
    pass(&mut client, &mut server, 1_002);
    pass(&mut server, &mut client, 1_003);
    assert_eq!(events(&mut client), [Event::Ambiguous { token: 5, why: Why::NoAnswer }]);
    assert_eq!(client.in_flight(), 1, "its number is kept for a late answer");
    server.answer(number, &Answer::taken(b"x:9"));
    pass(&mut server, &mut client, 5_000);
    assert_eq!(events(&mut client), [Event::LateAnswer { token: 5, answer: Answer::taken(b"x:9") }]);
    assert_eq!(client.in_flight(), 0);
}

#[test]
fn a_dead_link_ends_and_says_what_left_and_what_did_not() {
    let (mut client, _) = pair::<Ucp>(10);
    client.send(1, &submit_ucp(), 1_000, 0).unwrap();
    client.wrote(client.output().len());
    client.send(2, &submit_ucp(), 1_000, 0).unwrap();
    client.tick(1_001);
    assert!(client.tick(1_001 + 10_000).is_none());
    let told = events(&mut client);
    assert_eq!(told, [Event::Closed { why: WhyClosed::Dead, open: vec![1], unsent: vec![2] }]);
}

#[test]
fn a_carrier_that_lives_and_answers_nothing_is_left() {
    let (mut client, mut server) = pair::<Ucp>(4);
    for token in 0..4 {
        client.send(token, &submit_ucp(), 1_000, 0).unwrap();
    }
    pass(&mut client, &mut server, 0);
    client.tick(1_001);
    pass(&mut client, &mut server, 1_002);
    pass(&mut server, &mut client, 1_003);
    client.tick(1_004);
    assert_eq!(client.room(), 0);
    client.tick(12_000);
    let told = events(&mut client);
    assert!(matches!(told.last(), Some(Event::Closed { why: WhyClosed::Stalled, .. })), "{told:?}");
}

#[test]
fn ucp_05_a_refused_login_is_told_and_ends_the_session() {
    let mut client = ucp::Session::client(config(1), 0);
    let mut server = ucp::Session::server(config(1), 0);
    pass(&mut client, &mut server, 0);
    events(&mut server);
    server.answer_login(&Answer::refused(7, "bad password"));
    assert_eq!(server.stage(), Stage::Closed);
    pass(&mut server, &mut client, 1);
    let told = events(&mut client);
    assert!(
        matches!(&told[..], [Event::LoginRefused(a), Event::Closed { why: WhyClosed::Refused, .. }] if a.error == Some(7))
    );
}

#[test]
fn ucp_05_a_carrier_may_ask_whether_we_live() {
    let (mut client, mut server) = pair::<Ucp>(3);
    server.ask(1);
    pass(&mut server, &mut client, 1);
    pass(&mut client, &mut server, 1);
    assert!(server.is_proven() && events(&mut client).is_empty());
}

#[test]
fn nothing_is_taken_before_the_login_and_none_is_needed_where_none_is_wanted() {
    let mut server = ucp::Session::server(Config::default(), 0);
    let mut early = Vec::new();
    Ucp::seal(3, &Ucp::body(&submit_ucp()), &mut early);
    server.feed(&early, 0);
    assert!(events(&mut server).is_empty());
    assert!(String::from_utf8_lossy(server.output()).contains("/R/51/N/04/"));
    assert_eq!(server.tick(10_000), None, "who never logs in is sent away");
    let mut open = ucp::Session::server(Config { open: true, ..Config::default() }, 0);
    open.feed(&early, 0);
    assert!(matches!(&events(&mut open)[..], [Event::LoginAsked(_), Event::Request { number: 3, .. }]));
    let mut quiet = ucp::Session::client(Config::default(), 0);
    assert!(quiet.output().is_empty() && events(&mut quiet) == [Event::LoggedIn]);
}

#[test]
fn goodbyes_wait_for_what_is_open() {
    let (mut client, mut server) = pair::<Ucp>(3);
    let number = client.send(1, &submit_ucp(), 60_000, 1).unwrap();
    pass(&mut client, &mut server, 1);
    events(&mut server);
    client.leave(2);
    assert_eq!(client.stage(), Stage::Leaving);
    server.answer(number, &Answer::taken(b"x:1"));
    pass(&mut server, &mut client, 3);
    let told = events(&mut client);
    assert!(matches!(&told[..], [Event::Answered { .. }, Event::Closed { why: WhyClosed::LoggedOut, .. }]));
    let (mut client, mut server) = pair::<Cimd>(3);
    client.leave(2);
    pass(&mut client, &mut server, 2);
    assert!(matches!(&events(&mut server)[..], [Event::Closed { why: WhyClosed::PeerLoggedOut, .. }]));
    pass(&mut server, &mut client, 3);
    assert!(matches!(&events(&mut client)[..], [Event::Closed { why: WhyClosed::LoggedOut, .. }]));
}

#[test]
fn a_frame_that_never_ends_ends_the_link() {
    let (_, mut server) = pair::<Ucp>(3);
    server.feed(b"\x0200/0", 100);
    assert_eq!(server.tick(101), Some(100 + 10_000));
    server.feed(b"0", 9_000);
    assert_eq!(server.tick(10_100), None);
    assert!(matches!(&events(&mut server)[..], [Event::Closed { why: WhyClosed::Torn, .. }]));
}

#[test]
fn what_comes_under_a_number_and_is_no_answer_to_it_changes_nothing() {
    let (mut client, _) = pair::<Ucp>(3);
    let number = client.send(1, &submit_ucp(), 60_000, 1).unwrap();
    let mut other = Vec::new();
    Ucp::seal(number, b"R/52/A///", &mut other);
    client.feed(&other, 2);
    assert!(events(&mut client).is_empty());
    assert_eq!((client.in_flight(), client.stats().malformed), (1, 1));
}

proptest! {
    #[test]
    fn any_octets_leave_a_session_that_still_works(junk in prop::collection::vec(prop_oneof![any::<u8>(), Just(2u8), Just(3u8), Just(b'/'), Just(b'\t'), b'0'..=b'9'], 0..400), cut in 1usize..50) {
        let (mut client, mut server) = pair::<Ucp>(10);
        let (mut c2, mut s2) = pair::<Cimd>(10);
        for piece in junk.chunks(cut) {
            server.feed(piece, 1);
            client.feed(piece, 1);
            s2.feed(piece, 1);
            c2.feed(piece, 1);
        }
        for _ in 0..2 {
            events(&mut server);
            events(&mut s2);
            client.wrote(client.output().len());
            c2.wrote(c2.output().len());
            // Whatever frame was begun is given up at the next one.
            if server.stage() == Stage::Bound && client.send(1, &submit_ucp(), 60_000, 1).is_ok() {
                pass(&mut client, &mut server, 2);
                prop_assert!(numbers(&events(&mut server)).len() + server.stats().repeated as usize >= 1);
            }
            if s2.stage() == Stage::Bound && c2.send(1, &submit_cimd(), 60_000, 1).is_ok() {
                pass(&mut c2, &mut s2, 2);
                prop_assert!(numbers(&events(&mut s2)).len() + s2.stats().repeated as usize >= 1);
            }
        }
    }
}
