//! How a session begins: versions, roles, several binds, and a carrier that connects to us.

use crate::carrier::{Carrier, connected, honest, of_version, pdu};
use crate::{PATIENCE, house, start};
use sms::live::LinkState;
use sms::{Class, Status};
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use wire::smpp::{TlvBuf, command, tlv};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bind_says_what_was_set() {
    for (version, octet) in [("3.3", 0x33), ("3.4", 0x34), ("5.0", 0x50)] {
        let carrier = Carrier::start(of_version(octet)).await;
        let given =
            [("version", version), ("bind", "tx"), ("address_range", "^4545$"), ("system_type", "VMA")];
        let w = house(carrier.addr.port(), &given).await;
        let supervisor = start(&w);
        let came = carrier.until(command::BIND_TRANSMITTER, 1).await;
        let bind = came[0].bind();
        assert_eq!((bind.interface_version, bind.system_type), (octet, &b"VMA"[..]));
        assert_eq!(bind.address_range.addr, b"^4545$");
        let ids = w.put(Class::Transactional, vec![("+972501234567".into(), "hi".into())]).await;
        w.until(ids[0], Status::Submitted).await;
        supervisor.stop().await;
    }
}

/// 3.3 has no TLV: what a connection adds to each message stays at home there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_of_3_3_carries_no_tlv_and_refuses_what_needs_one() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let given = [("version", "3.3"), ("bind", "tx"), ("tlvs", "0x1400 text 1101"), ("long", "payload")];
    let w = house(carrier.addr.port(), &given).await;
    let supervisor = start(&w);
    let long = "0123456789".repeat(40);
    let texts = vec![("+972501234567".into(), "short".into()), ("+972501234568".into(), long)];
    let ids = w.put(Class::Transactional, texts).await;
    w.until(ids[0], Status::Submitted).await;
    assert!(carrier.all(command::SUBMIT_SM)[0].sm().view().tlvs.iter().next().is_none());
    let refused = w.until(ids[1], Status::Rejected).await;
    assert!(refused.detail.contains("3.3"), "{}", refused.detail);
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_binds_share_the_work_and_a_pair_has_one_for_each_way() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[("bind", "pair"), ("binds", "2")]).await;
    let supervisor = start(&w);
    let senders = carrier.until(command::BIND_TRANSMITTER, 2).await;
    let receivers = carrier.until(command::BIND_RECEIVER, 2).await;
    let sending: Vec<usize> = senders.iter().map(|pdu| pdu.link).collect();
    let texts = (0..40).map(|n| (format!("+9725012345{n:02}"), format!("n{n}"))).collect();
    let ids = w.put(Class::Transactional, texts).await;
    for id in &ids {
        w.until(*id, Status::Submitted).await;
    }
    let came = carrier.all(command::SUBMIT_SM);
    assert_eq!(came.len(), 40);
    assert!(came.iter().all(|pdu| sending.contains(&pdu.link)), "a receiver was used to send");
    assert_eq!(receivers.len(), 2);
    supervisor.stop().await;
}

/// A transceiver that a carrier refuses to know says so; the pair is what helps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_bind_is_shown_in_the_carriers_words() {
    let carrier = Carrier::start(Arc::new(|asked: &crate::carrier::Pdu| match asked.command {
        command::BIND_TRANSCEIVER => Some(pdu(asked.command | command::RESPONSE, 3, asked.seq, b"")),
        _ => honest(asked),
    }))
    .await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    let words = w.until_shown(LinkState::Down, "ESME_RINVCMDID").await;
    assert!(words.contains("0x3"), "{words}");
    supervisor.stop().await;
}

pub(crate) fn outbind(password: &str) -> Vec<u8> {
    pdu(command::OUTBIND, 0, 1, format!("carrier\0{password}\0").as_bytes())
}

/// A port nobody listens on.
pub(crate) fn free() -> std::net::SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// SES-17.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_17_an_outbind_is_answered_with_a_bind_on_its_connection() {
    let at = free();
    let listen = at.to_string();
    let w = house(1, &[("outbind", &listen), ("bind", "rx"), ("system_id", "us")]).await;
    let supervisor = start(&w);
    let carrier = Carrier::outbind(at, outbind("any")).await;
    let came = carrier.until(command::BIND_RECEIVER, 1).await;
    assert_eq!(came[0].bind().system_id, b"us");
    w.until_shown(LinkState::Bound, "").await;
    // It ends, and the carrier may come again by the same port.
    carrier.say(&pdu(command::UNBIND, 0, 2, b""));
    let again = Carrier::outbind(at, outbind("any")).await;
    again.until(command::BIND_RECEIVER, 1).await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outbind_without_the_agreed_password_learns_nothing() {
    let at = free();
    let listen = at.to_string();
    let given = [("outbind", listen.as_str()), ("bind", "rx"), ("outbind_password", "agreed")];
    let w = house(1, &given).await;
    let supervisor = start(&w);
    let stranger = Carrier::outbind(at, outbind("guessed")).await;
    w.until_shown(LinkState::Connecting, "password of an outbind").await;
    assert!(stranger.all(command::BIND_RECEIVER).is_empty(), "our password went to a stranger");
    let carrier = Carrier::outbind(at, outbind("agreed")).await;
    carrier.until(command::BIND_RECEIVER, 1).await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_the_carriers_host_is_not_let_in_by_its_outbind_port() {
    let at = free();
    let listen = at.to_string();
    let w = house(1, &[("outbind", &listen), ("bind", "rx"), ("host", "127.0.0.2")]).await;
    let supervisor = start(&w);
    let mut stranger = connected(at).await;
    let mut said = Vec::new();
    let end = tokio::time::timeout(PATIENCE, stranger.read_to_end(&mut said)).await;
    assert!(end.is_ok() && said.is_empty(), "a stranger was told {said:?}");
    supervisor.stop().await;
}

/// 5.0: a carrier that says it is full is given less, and the page says who is to blame.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_congested_carrier_is_given_less() {
    let congested = |version: u8| {
        let bound = of_version(version);
        Arc::new(move |asked: &crate::carrier::Pdu| {
            if asked.command != command::SUBMIT_SM {
                return bound(asked);
            }
            let mut full = TlvBuf::new();
            full.push(tlv::CONGESTION_STATE, &[95]);
            let body = [format!("{}\0", asked.seq).as_bytes(), full.view().raw()].concat();
            Some(pdu(command::SUBMIT_SM | command::RESPONSE, 0, asked.seq, &body))
        })
    };
    for (version, octet, state) in [("5.0", 0x50, LinkState::Throttled), ("3.4", 0x34, LinkState::Bound)] {
        let carrier = Carrier::start(congested(octet)).await;
        let w = house(carrier.addr.port(), &[("version", version)]).await;
        let supervisor = start(&w);
        let ids = w.put(Class::Transactional, vec![("+972501234567".into(), "hi".into())]).await;
        w.until(ids[0], Status::Submitted).await;
        w.until_shown(state, "").await;
        supervisor.stop().await;
    }
}
