//! TLS to a carrier: whom it trusts by authority, by fingerprint and by name, and what it says where it does not.

use crate::carrier::{Carrier, honest};
use crate::{house, start, start_with};
use connectors::Times;
use sms::live::LinkState;
use sms::{Class, Status};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use wire::smpp::command;

const AUTHORITY: &str = include_str!("certificates/ca.pem");

fn path(name: &str, end: &str) -> String {
    format!("{}/tests/smpp/certificates/{name}.{end}", env!("CARGO_MANIFEST_DIR"))
}

/// What shows this certificate.
pub(crate) fn acceptor(name: &str) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(path(name, "pem")).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(path(name, "key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn fingerprint(name: &str) -> String {
    use sha2::Digest;
    let certificate = CertificateDer::from_pem_file(path(name, "pem")).unwrap();
    sha2::Sha256::digest(certificate.as_ref())
        .iter()
        .map(|b| format!("{b:02X}"))
        .collect::<Vec<_>>()
        .join(":")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_go_inside_tls_by_authority_file_pin_and_name() {
    let (file, pin) = (path("ca", "pem"), fingerprint("other"));
    let trusted: [(&str, &[(&str, &str)]); 4] = [
        ("carrier", &[("tls_ca", AUTHORITY)]),
        ("carrier", &[("tls_ca", &file)]),
        ("carrier", &[("tls_ca", AUTHORITY), ("tls_name", "smsc.example")]),
        ("other", &[("tls_pin", &pin)]),
    ];
    for (certificate, given) in trusted {
        let carrier = Carrier::secured(certificate, Arc::new(honest)).await;
        let w = house(carrier.addr.port(), &[&[("tls", "on")], given].concat()).await;
        let supervisor = start(&w);
        let texts = (0..200).map(|n| (format!("+97250123{n:04}"), "x".repeat(150))).collect();
        let ids = w.put(Class::Transactional, texts).await;
        for id in &ids {
            w.until(*id, Status::Submitted).await;
        }
        assert_eq!(carrier.all(command::SUBMIT_SM).len(), 200);
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_certificate_is_said_with_what_helps() {
    let pin = format!("tls_pin={}", fingerprint("carrier"));
    let wrong = fingerprint("other");
    let refused: [(&str, &[(&str, &str)], &str); 5] = [
        ("carrier", &[], &pin),
        ("carrier", &[("tls_pin", &wrong)], "not the one that tls_pin names"),
        ("carrier", &[("tls_ca", AUTHORITY), ("tls_name", "other.example")], "is not for other.example"),
        ("other", &[("tls_ca", AUTHORITY)], "is not for 127.0.0.1"),
        ("expired", &[("tls_ca", AUTHORITY)], "has expired"),
    ];
    for (certificate, given, words) in refused {
        let carrier = Carrier::secured(certificate, Arc::new(honest)).await;
        let w = house(carrier.addr.port(), &[&[("tls", "on")], given].concat()).await;
        let supervisor = start(&w);
        w.until_shown(LinkState::Down, words).await;
        assert!(
            carrier.all(command::BIND_TRANSCEIVER).is_empty(),
            "the password went to who was not trusted"
        );
        supervisor.stop().await;
    }
}

/// TLS at a port that speaks none, and the reverse.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_speaks_the_other_way_is_told_apart() {
    let quick = Times { connect: 1_000, bind: 1_000, link: (50, 200), ..Times::default() };
    let plain = Carrier::start(Arc::new(honest)).await;
    let w = house(plain.addr.port(), &[("tls", "on")]).await;
    let supervisor = start_with(&w, quick);
    w.until_shown(LinkState::Down, "no answer").await;
    supervisor.stop().await;
    let secured = Carrier::secured("carrier", Arc::new(honest)).await;
    let w = house(secured.addr.port(), &[]).await;
    let supervisor = start_with(&w, quick);
    w.until_shown(LinkState::Down, "the carrier").await;
    supervisor.stop().await;
}
