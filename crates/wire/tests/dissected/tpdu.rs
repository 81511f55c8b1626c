//! Every TPDU that the modem driver and the simulator's modem write.

use super::tshark::{is_installed, of_tpdus, without_complaint};
use sms::parts::{self, Joining, Manner, Reference};
use sms::tpdu::{
    Address, Command, Dcs, Deliver, DeliverReport, Stamp, StatusReport, Submit, SubmitReport, UserData,
    Validity,
};
use sms::udh::Ports;

const TEXTS: &[&str] = &[
    "hello",
    "1234567",
    "Olé € [x] {y} ~ | ^ \\ @_$",
    "שלום עולם 🌍",
    "A text of more than one hundred and sixty characters is cut into parts, each with its header, and every program of the \
     world must be able to put it together again, € and [brackets] included.",
    "İyi günler, şişli ığdır çay ĞŞ, İyi günler, şişli ığdır çay ĞŞ, İyi günler, şişli ığdır çay ĞŞ, İyi günler",
];

fn manners() -> Vec<Manner> {
    let reference = [Reference::Eight(0xEE), Reference::Sixteen(0xBEEF)];
    let mut out: Vec<Manner> =
        reference.map(|r| Manner { joining: Joining::Header(r), ..Manner::default() }).to_vec();
    out.push(Manner { shifts: "turkish".parse().unwrap(), ..Manner::default() });
    out.push(Manner {
        ports: Some(Ports { destination: 2_948, source: 9_200, wide: true }),
        ..Manner::default()
    });
    out
}

#[test]
fn every_tpdu_is_read() {
    if !is_installed("every_tpdu_is_read") {
        return;
    }
    let addresses = ["+972541234567", "4545", "Sendword", "*100#"].map(|text| Address::new(text).unwrap());
    let stamp = Stamp::at(1_795_301_480_000, 8);
    let validity =
        [Validity::Absent, Validity::lasting(86_400), Validity::lasting(60), Validity::Absolute(stamp)];
    let mut packets = Vec::new();
    for (n, text) in TEXTS.iter().enumerate() {
        for (m, manner) in manners().iter().enumerate() {
            let split = parts::split_as(text, manner).unwrap();
            for part in &split.parts {
                let (address, user) = (addresses[(n + m) % 4].clone(), UserData::from(part));
                let dcs = Dcs::new(split.encoding, [None, Some(0)][n % 2]);
                let submit = Submit {
                    report: m % 2 == 0,
                    reference: n as u8,
                    validity: validity[(n + m) % 4],
                    ..Submit::new(address.clone(), dcs, user.clone())
                };
                packets.push((true, submit.encode().unwrap()));
                let deliver = Deliver {
                    more: m % 2 == 0,
                    forwarded: false,
                    report: n % 2 == 0,
                    reply_path: false,
                    originator: address,
                    protocol: 0,
                    dcs,
                    taken_at: stamp,
                    user,
                };
                packets.push((false, deliver.encode().unwrap()));
            }
        }
    }
    for status in [0x00, 0x01, 0x30, 0x41, 0x46, 0x60] {
        let report = StatusReport {
            more: false,
            forwarded: false,
            of_command: false,
            reference: status,
            recipient: addresses[0].clone(),
            taken_at: stamp,
            done_at: stamp,
            status,
            extras: Default::default(),
        };
        packets.push((false, report.encode().unwrap()));
    }
    packets.push((
        false,
        SubmitReport { cause: None, taken_at: stamp, extras: Default::default() }.encode().unwrap(),
    ));
    packets.push((true, DeliverReport::default().encode().unwrap()));
    let command = Command {
        report: true,
        has_header: false,
        reference: 9,
        protocol: 0,
        order: 2,
        message: 7,
        destination: addresses[0].clone(),
        data: Vec::new(),
    };
    packets.push((true, command.encode().unwrap()));
    let said = of_tpdus(&packets);
    without_complaint(&said, "GSM SMS TPDU (GSM 03.40) SMS-", packets.len());
    for mark in [
        "SMS-SUBMIT\n",
        "SMS-DELIVER\n",
        "SMS-STATUS REPORT\n",
        "SMS-SUBMIT REPORT\n",
        "SMS-DELIVER REPORT\n",
        "SMS-COMMAND\n",
        "TP-DA Digits: 972541234567",
        "TP-Originating-Address - (Sendword)",
        "Olé € [x] {y} ~ | ^ \\ @_$",
        "שלום עולם 🌍",
        "Message parts: 2",
    ] {
        assert!(said.contains(mark), "{mark}: {said}");
    }
}
