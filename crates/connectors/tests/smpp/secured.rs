//! TLS to a carrier: whom it trusts by authority, by fingerprint and by name, and what it says where it does not.

use crate::binds::{free, outbind};
use crate::carrier::{Carrier, honest};
use crate::world::{quick, world_on};
use crate::{house, start, start_with};
use connectors::Times;
use sms::live::LinkState;
use sms::{Class, Status};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use wire::smpp::command;

const AUTHORITY: &str = include_str!("certificates/ca.pem");

/// Settings of a connection.
type Given<'g> = &'g [(&'g str, &'g str)];

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
    let trusted: [(&str, Given<'_>); 4] = [
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
    let refused: [(&str, Given<'_>, &str); 5] = [
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

/// The other sessions are carried inside TLS by the same four settings.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ucp_and_cimd2_go_inside_tls_as_well() {
    for protocol in [sim::Protocol::Ucp, sim::Protocol::Cimd2] {
        let w = world_on(None, 10, sim::Config { protocol, ..quick() }).await;
        let (id, port) = (w.connector, terminator(w.smsc.addr()).await.port().to_string());
        w.db.write("set", move |tx| {
            let set = [
                ("host", "127.0.0.1"),
                ("port", &port),
                ("user", "esme"),
                ("tls", "on"),
                ("tls_ca", AUTHORITY),
            ];
            let all = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
            store::connector::replace(tx, id, &all, &std::collections::BTreeMap::new())
        })
        .await
        .unwrap();
        let supervisor = start(&w);
        let ids = w.put(Class::Transactional, vec![("+99950000100".into(), "inside".into())]).await;
        w.until(ids[0], Status::Delivered).await;
        assert_eq!(w.smsc.phone("+99950000100").inbox()[0].text, "inside");
        supervisor.stop().await;
    }
}

/// What takes TLS off before a pretend carrier that speaks none.
async fn terminator(to: SocketAddr) -> SocketAddr {
    let (acceptor, listener) = (acceptor("carrier"), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((outside, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut outside = acceptor.accept(outside).await.unwrap();
                let mut inside = TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    at
}

/// TLS at a port that speaks none, and the reverse.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_speaks_the_other_way_is_told_apart() {
    let quick = Times { bind: 1_000, link: (50, 200), ..Times::default() };
    let plain = Carrier::start(Arc::new(honest)).await;
    let w = house(plain.addr.port(), &[("tls", "on")]).await;
    let supervisor = start_with(&w, quick);
    w.until_shown(LinkState::Down, "may speak without").await;
    supervisor.stop().await;
    let secured = Carrier::secured("carrier", Arc::new(honest)).await;
    let w = house(secured.addr.port(), &[]).await;
    let supervisor = start_with(&w, quick);
    w.until_shown(LinkState::Down, "the carrier").await;
    supervisor.stop().await;
}

/// A carrier that trusts our authority, with a certificate of its own or without.
fn calling(own: Option<&str>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(AUTHORITY.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match own {
        None => config.with_no_client_auth(),
        Some(name) => {
            let chain =
                CertificateDer::pem_file_iter(path(name, "pem")).unwrap().map(Result::unwrap).collect();
            config
                .with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(path(name, "key")).unwrap())
                .unwrap()
        }
    };
    TlsConnector::from(Arc::new(config))
}

/// The carrier calls inside TLS: it is shown our certificate, by file or by text, and shows its own where we ask for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_17_an_outbind_inside_tls() {
    let (file, key_file, pin) = (path("carrier", "pem"), path("carrier", "key"), fingerprint("other"));
    let (text, key) = (std::fs::read_to_string(&file).unwrap(), std::fs::read_to_string(&key_file).unwrap());
    let by_file = [("outbind_certificate", file.as_str()), ("outbind_key", key_file.as_str())];
    let by_text = [("outbind_certificate", text.as_str()), ("outbind_key", key.as_str())];
    let pinned = [by_file[0], by_file[1], ("tls_pin", pin.as_str())];
    let cases: [(Given<'_>, Option<&str>); 3] =
        [(&by_file, None), (&by_text, None), (&pinned, Some("other"))];
    for (given, own) in cases {
        let at = free();
        let listen = at.to_string();
        let basic = [("outbind", listen.as_str()), ("bind", "trx"), ("tls", "on")];
        let w = house(1, &[&basic[..], given].concat()).await;
        let supervisor = start(&w);
        let carrier = Carrier::outbind_inside(at, &calling(own), outbind("any")).await.unwrap();
        carrier.until(command::BIND_TRANSCEIVER, 1).await;
        let ids = w.put(Class::Transactional, vec![("+972501234567".into(), "inside".into())]).await;
        w.until(ids[0], Status::Submitted).await;
        assert_eq!(carrier.all(command::SUBMIT_SM).len(), 1);
        supervisor.stop().await;
    }
}

/// Nothing of ours is said to who cannot show what is asked for, or speaks without TLS; the page says what is wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outbind_that_is_not_inside_the_tls_that_was_asked_for_learns_nothing() {
    let (file, key, pin) = (path("carrier", "pem"), path("carrier", "key"), fingerprint("other"));
    let shown = [("outbind_certificate", file.as_str()), ("outbind_key", key.as_str())];
    let pinned = [shown[0], shown[1], ("tls_pin", pin.as_str())];
    let signed = [shown[0], shown[1], ("tls_ca", AUTHORITY)];
    let cases: [(Given<'_>, Option<Option<&str>>, &str); 5] = [
        (&[], Some(None), "set outbind_certificate"),
        (&shown, None, "speaks without TLS"),
        (&pinned, Some(None), "shows no certificate"),
        (&pinned, Some(Some("expired")), "not the one that tls_pin names"),
        (&signed, Some(Some("expired")), "is refused"),
    ];
    for (given, call, words) in cases {
        let at = free();
        let listen = at.to_string();
        let basic = [("outbind", listen.as_str()), ("bind", "trx"), ("tls", "on")];
        let w = house(1, &[&basic[..], given].concat()).await;
        let supervisor = start(&w);
        let stranger = match call {
            None => Some(Carrier::outbind(at, outbind("any")).await),
            // Whoever shows a certificate that is refused learns so only when it listens.
            Some(own) => Carrier::outbind_inside(at, &calling(own), outbind("any")).await.ok(),
        };
        w.until_shown(LinkState::Connecting, words).await;
        let bound = stranger.map_or(0, |s| s.all(command::BIND_TRANSCEIVER).len());
        assert_eq!(bound, 0, "our password went to a stranger: {words}");
        supervisor.stop().await;
    }
}
