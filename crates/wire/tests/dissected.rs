//! Every packet of UCP and CIMD2 that we write, read by tshark's dissectors: written by others, they share no mistake.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use sms::alphabet::{gsm7, ucs2};
use wire::UserData;
use wire::cimd::{self, Cimd};
use wire::framed::{Answer, Credentials, Fault, Protocol};
use wire::smpp::coding;
use wire::ucp::{self, Ucp};

const TSHARK: &str = "/usr/bin/tshark";

/// Tests that could not run are counted: continuous integration fails unless the list stays empty.
fn is_installed(test: &str) -> bool {
    if Path::new(TSHARK).exists() {
        return true;
    }
    eprintln!("skipped: {test} because tshark is not installed");
    if let Some(list) = std::env::var_os("SENDWORD_SKIPS") {
        let mut list = std::fs::OpenOptions::new().create(true).append(true).open(list).unwrap();
        writeln!(list, "skipped: {test} because tshark is not installed").unwrap();
    }
    false
}

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

/// A capture of one TCP segment a frame, and what tshark says of it.
fn dissected<P: Protocol>(name: &str, bodies: &[Vec<u8>]) -> String {
    let mut packets = Vec::new();
    for (number, body) in (0u32..).zip(bodies) {
        let mut frame = Vec::new();
        P::seal(number % 100, body, &mut frame);
        packets.push(frame);
    }
    let file = std::env::temp_dir().join(format!("sendword-{name}-{}.pcap", std::process::id()));
    std::fs::write(&file, capture(&packets)).unwrap();
    let out = Command::new(TSHARK)
        .args(["-r", &file.display().to_string(), "-d", &format!("tcp.port==5000,{name}")])
        .args(["-o", "tcp.check_checksum:FALSE", "-V", "-O", name])
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The file format of libpcap with raw IPv4 inside.
fn capture(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for word in [0xA1B2_C3D4u32, 0x0004_0002, 0, 0, 65_535, 101] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    let mut sequence = 1u32;
    for payload in packets {
        let length = 40 + payload.len();
        for word in [0u32, 0, length as u32, length as u32] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        let [high, low] = (length as u16).to_be_bytes();
        out.extend_from_slice(&[0x45, 0, high, low, 0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
        // From port 40000 to 5000, no options, PSH and ACK.
        out.extend_from_slice(&[0x9C, 0x40, 0x13, 0x88]);
        out.extend_from_slice(&sequence.to_be_bytes());
        out.extend_from_slice(&[0, 0, 0, 1, 0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0]);
        out.extend_from_slice(payload);
        sequence += payload.len() as u32;
    }
    out
}

fn without_complaint(said: &str, head: &str, count: usize) {
    assert_eq!(said.matches(head).count(), count, "not every packet was read: {said}");
    for complaint in ["Malformed", "Expert Info", "xception"] {
        assert!(!said.contains(complaint), "{complaint}: {said}");
    }
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
