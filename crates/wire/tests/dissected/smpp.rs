//! Every PDU that the sessions of both sides write.

use super::tshark::{is_installed, of_tcp, without_complaint};
use sms::alphabet::{gsm7, ucs2};
use wire::smpp::operation::{multi_answer, query_answer};
use wire::smpp::{
    Bind, Config, Event, HEADER, Kind, Session, Sm, Status, TlvBuf, command, destination, frame_length,
    source, time, tlv,
};

/// The PDUs of a stream.
fn cut(stream: &[u8], out: &mut Vec<Vec<u8>>) {
    let mut rest = stream;
    while let Some(length) = frame_length(rest, 70_000).unwrap() {
        let (pdu, after) = rest.split_at(length);
        out.push(pdu.to_vec());
        rest = after;
    }
    assert!(rest.is_empty());
}

/// Two sessions that talk; what each writes is kept.
struct Talk {
    client: Session,
    carrier: Session,
    wrote: Vec<Vec<u8>>,
}

impl Talk {
    fn bound(bind: Bind, version: u8) -> Talk {
        let config = Config {
            system_id: "shop".into(),
            password: "secret".into(),
            bind,
            interface_version: version,
            window: 100,
            operations: true,
            ..Config::default()
        };
        let (client, carrier) = (Session::esme(config.clone(), 0), Session::smsc(config, 0));
        let mut talk = Talk { client, carrier, wrote: Vec::new() };
        talk.turn();
        talk.carrier.answer_bind(Status::OK, 0);
        talk.turn();
        talk
    }

    /// Carries what there is in both directions until nobody says anything more.
    fn turn(&mut self) {
        loop {
            let (there, back) = (self.client.output().to_vec(), self.carrier.output().to_vec());
            if there.is_empty() && back.is_empty() {
                return;
            }
            cut(&there, &mut self.wrote);
            cut(&back, &mut self.wrote);
            self.client.wrote(there.len());
            self.carrier.wrote(back.len());
            self.carrier.feed(&there, 0);
            self.client.feed(&back, 0);
            self.answer();
        }
    }

    fn answer(&mut self) {
        while let Some(event) = self.carrier.poll_event() {
            match event {
                Event::Submit { seq, sm } if sm.view().data_coding == 4 => {
                    self.carrier.answer_submit(seq, Status::THROTTLED, b"");
                }
                Event::Submit { seq, .. } => self.carrier.answer_submit(seq, Status::OK, b"0123456789"),
                Event::Operation { seq, operation } => {
                    let refused = [(destination("+972541234567"), Status::INVALID_DESTINATION)];
                    let body = match operation.command() {
                        command::QUERY_SM => query_answer(b"0123456789", b"261121225120300+", 2, 0),
                        command::SUBMIT_MULTI => multi_answer(b"0123456789", &refused),
                        _ => Vec::new(),
                    };
                    self.carrier.answer_operation(operation.command(), seq, Status::OK, &body);
                }
                _ => {}
            }
        }
        while let Some(event) = self.client.poll_event() {
            if let Event::Deliver { seq, .. } = event {
                self.client.answer_deliver(seq, Status::OK);
            }
        }
    }
}

fn pdu(id: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let words = [(HEADER + body.len()) as u32, id, 0, sequence];
    words.iter().flat_map(|word| word.to_be_bytes()).chain(body.iter().copied()).collect()
}

/// Messages of all shapes a connector writes.
fn messages(talk: &mut Talk) {
    let letters = gsm7::encode("Olé € [x] @_$").unwrap();
    let hebrew = ucs2::encode("שלום 🌍");
    let part = [&[5, 0, 3, 7, 2, 1][..], &gsm7::encode(&"a".repeat(153)).unwrap()].concat();
    let validity = time::relative(86_400);
    let at = time::absolute(1_795_301_480_300);
    let mut tlvs = TlvBuf::new();
    tlvs.push(tlv::USER_MESSAGE_REFERENCE, &[0x12, 0x34]).push(tlv::SAR_MSG_REF_NUM, &[0, 7]);
    tlvs.push(tlv::SAR_TOTAL_SEGMENTS, &[2]).push(tlv::SAR_SEGMENT_SEQNUM, &[1]).push(0x1400, b"entity\0");
    let long = vec![b'x'; 1_000];
    let plain = Sm {
        source: source("Shop"),
        destination: destination("+972541234567"),
        registered_delivery: 1,
        ..Sm::default()
    };
    let shapes = [
        Sm { short_message: &letters, validity: &validity, ..plain },
        Sm { short_message: &hebrew, data_coding: 8, schedule: &at, source: source("4545"), ..plain },
        Sm { short_message: &part, esm_class: 0x40, source: source("+972501112233"), ..plain },
        Sm { short_message: b"with tlvs", tlvs: tlvs.view(), ..plain },
        Sm { short_message: &long, ..plain },
        Sm { short_message: &[0, 1, 2, 255], data_coding: 4, ..plain },
        Sm { short_message: b"flash", data_coding: 0x10, priority: 3, replace_if_present: 1, ..plain },
        plain,
    ];
    for (token, sm) in shapes.iter().enumerate() {
        talk.client.submit(token as u64, sm, 0).unwrap();
    }
    let mut told = TlvBuf::new();
    told.push_text(tlv::RECEIPTED_MESSAGE_ID, b"0123456789").push(tlv::MESSAGE_STATE, &[2]);
    told.push(tlv::NETWORK_ERROR_CODE, &[3, 0, 6]);
    let text = b"id:0123456789 sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD err:000 text:Hi";
    let back = Sm { source: source("+972541234567"), destination: destination("Shop"), ..Sm::default() };
    for (token, sm) in [
        Sm { short_message: text, esm_class: 0x04, tlvs: told.view(), ..back },
        Sm { short_message: &hebrew, data_coding: 8, ..back },
        Sm { short_message: &long, ..back },
    ]
    .iter()
    .enumerate()
    {
        talk.carrier.deliver(100 + token as u64, sm, 0).unwrap();
    }
    for (session, sm) in [(&mut talk.client, plain), (&mut talk.carrier, back)] {
        session
            .send(Kind::Data, 200, &Sm { short_message: &hebrew, data_coding: 8, ..sm }, 1_000, 0)
            .unwrap();
    }
    talk.turn();
}

#[test]
fn every_pdu_of_both_sides_is_read() {
    if !is_installed("every_pdu_of_both_sides_is_read") {
        return;
    }
    let mut packets = Vec::new();
    for (bind, version) in [(Bind::Transceiver, 0x34), (Bind::Transmitter, 0x33), (Bind::Receiver, 0x50)] {
        let mut talk = Talk::bound(bind, version);
        if bind == Bind::Transceiver {
            messages(&mut talk);
            // What a client of ours asks beside: its questions are read, our answers are what is looked at.
            let multi =
                b"\0\x05\0Shop\0\x02\x01\x01\x01972501\0\x01\x01\x01972502\0\0\0\0\0\0\x01\0\0\0\x02hi";
            for (id, body) in [
                (command::SUBMIT_MULTI, &multi[..]),
                (command::QUERY_SM, b"0123456789\0\x01\x01972\0"),
                (command::CANCEL_SM, b"\x000123456789\0\x01\x01972\0\0\0\0"),
                (command::REPLACE_SM, b"0123456789\0\x01\x01972\0\0\0\x01\0\x02hi"),
                (0x0000_7777, b""),
                (command::SUBMIT_SM, b"\0"),
            ] {
                talk.carrier.feed(&pdu(id, 900, body), 0);
                talk.answer();
                talk.turn();
            }
        }
        for session in [&mut talk.client, &mut talk.carrier] {
            session.ask(1);
        }
        talk.turn();
        talk.client.unbind(2);
        talk.turn();
        packets.append(&mut talk.wrote);
    }
    // A bind that is refused, and a goodbye of the carrier.
    let mut talk = Talk::bound(Bind::Transceiver, 0x34);
    talk.carrier.unbind(0);
    talk.turn();
    let config = Config { system_id: "shop".into(), ..Config::default() };
    let mut refused = Talk {
        client: Session::esme(config.clone(), 0),
        carrier: Session::smsc(config, 0),
        wrote: Vec::new(),
    };
    refused.turn();
    refused.carrier.answer_bind(Status::INVALID_PASSWORD, 0);
    refused.turn();
    packets.extend(talk.wrote.into_iter().chain(refused.wrote));
    let ids: std::collections::BTreeSet<u32> =
        packets.iter().map(|p| u32::from_be_bytes([p[4], p[5], p[6], p[7]])).collect();
    for id in [1, 2, 4, 5, 6, 9, 0x15, 0x103] {
        assert!(
            ids.contains(&id) && ids.contains(&(id | command::RESPONSE)),
            "{id:#x} was never written: {ids:x?}"
        );
    }
    for id in [3, 7, 8, 0x21, 0] {
        assert!(ids.contains(&(id | command::RESPONSE)), "the answer to {id:#x} was never written: {ids:x?}");
    }
    let said = of_tcp("smpp", &packets);
    without_complaint(&said, "    Operation: ", packets.len());
    for mark in [
        "Operation: Submit_sm (0x00000004)",
        "Message id.: 0123456789",
        "Result: Throttling error",
        "Tag: 0x0424",
    ] {
        assert!(said.contains(mark), "{mark}: {said}");
    }
}
