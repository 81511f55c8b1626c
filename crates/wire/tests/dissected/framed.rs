//! Every packet of UCP and CIMD2 that we write.

use super::tshark::{self, is_installed, without_complaint};
use sms::alphabet::{gsm7, ucs2};
use wire::UserData;
use wire::cimd::{self, Cimd};
use wire::framed::{Answer, Credentials, Fault, Protocol};
use wire::smpp::coding;
use wire::ucp::{self, Ucp};

fn texts() -> Vec<UserData> {
    let letters = |text: &str| gsm7::encode(text).unwrap();
    let header = vec![5, 0, 3, 7, 2, 1];
    vec![
        UserData { octets: letters("hello @_$ é € [x]"), ..UserData::default() },
        UserData { coding: coding::UCS2, octets: ucs2::encode("שלום 🌍"), ..UserData::default() },
        UserData { coding: 0, header: header.clone(), octets: letters(&"a".repeat(153)) },
        UserData { coding: coding::UCS2, header: header.clone(), octets: ucs2::encode(&"ש".repeat(67)) },
        UserData { coding: coding::OCTETS, header, octets: vec![0, 1, 2, 254, 255] },
    ]
}

fn credentials() -> Credentials {
    let (user, password) = (b"shop".to_vec(), b"secret".to_vec());
    Credentials { user, password, ton: 6, npi: 5, window: Some(10) }
}

/// Requests of all sorts, and both answers to each operation.
fn bodies<P: Protocol>(requests: &[P::Request], operations: &[u8]) -> Vec<Vec<u8>> {
    let mut out = vec![P::login(&credentials()), P::alive(&credentials())];
    out.extend(P::logout());
    out.extend(requests.iter().map(P::body));
    for operation in operations {
        out.push(P::answer(*operation, &Answer::taken(b"00972541234567:211126203335")));
        out.push(P::answer(*operation, &Answer::refused(4, "no")));
        out.push(P::complaint(Fault { number: Some(1), operation: *operation, code: P::UNREADABLE }));
    }
    out
}

/// What tshark says of frames of these bodies.
fn dissected<P: Protocol>(name: &str, bodies: &[Vec<u8>]) -> String {
    let mut packets = Vec::new();
    for (number, body) in (0u32..).zip(bodies) {
        let mut frame = Vec::new();
        P::seal(number % 100, body, &mut frame);
        packets.push(frame);
    }
    tshark::of_tcp(name, &packets)
}

#[test]
fn every_packet_of_ucp_is_read() {
    if !is_installed("every_packet_of_ucp_is_read") {
        return;
    }
    let mut requests = Vec::new();
    for data in texts() {
        let mut message = ucp::Message::default();
        message.set_recipient("+972541234567", "00").unwrap();
        message.set_originator("Café");
        message.set(ucp::Field::NRq, "1").set(ucp::Field::NT, "3");
        message.set_user_data(&data).unwrap();
        requests.push(ucp::Request::Submit(Box::new(message.clone())));
        message.set(ucp::Field::Scts, "211126203335");
        requests.push(ucp::Request::Deliver(Box::new(message)));
    }
    let mut report = ucp::Message::default();
    report.set_report(ucp::State::NotDelivered, ucp::Rsn(107), "211126203335", "211126203336");
    report.set(ucp::Field::MT, "3");
    requests.push(ucp::Request::Notify(Box::new(report)));
    requests.push(ucp::Request::Call(ucp::Call::letters("0541234567", "4545", b"hi")));
    requests.push(ucp::Request::Transfer(ucp::Transfer::letters("0541234567", "4545", b"hi", true)));
    let bodies = bodies::<Ucp>(&requests, &[1, 30, 31, 51, 52, 53, 60]);
    let said = dissected::<Ucp>("ucp", &bodies);
    without_complaint(&said, "Universal Computer Protocol", bodies.len());
    for mark in ["Submit short message (51)", "Rsn: Absent subscriber (107)", "Session management (60)"] {
        assert!(said.contains(mark), "{mark}: {said}");
    }
}

#[test]
fn every_packet_of_cimd2_is_read() {
    if !is_installed("every_packet_of_cimd2_is_read") {
        return;
    }
    let mut requests = Vec::new();
    for data in texts() {
        let (to, from) = ("+972541234567".to_owned(), Some(cimd::Origin::of("Shop")));
        let wanted = cimd::WANTED_ALL;
        let submit = cimd::Submit { to: to.clone(), from, data: data.clone(), wanted, validity: Some(11) };
        requests.push(cimd::Request::Submit(submit.packet()));
        let stamp = "261121203335".to_owned();
        let deliver = cimd::Deliver { to: "4545".into(), from: to, data, stamp };
        requests.push(cimd::Request::Deliver(deliver.packet()));
    }
    let report = cimd::Report {
        recipient: "+972541234567".into(),
        stamp: "261121203335".into(),
        state: cimd::State::Failed,
        cause: Some(1),
        done: "261121203336".into(),
    };
    requests.push(cimd::Request::Report(report.packet()));
    let bodies = bodies::<Cimd>(&requests, &[1, 2, 3, 20, 23, 40, 77]);
    let said = dissected::<Cimd>("cimd", &bodies);
    without_complaint(&said, "Computer Interface to Message Distribution", bodies.len());
    for mark in ["Operation Code: 3\n", "Status Error Code: Unknown subscriber (1)", "Operation Code: 23\n"] {
        assert!(said.contains(mark), "{mark}: {said}");
    }
}
