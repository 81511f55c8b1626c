//! What a session that rests costs: the resident memory of the program, by many of them.

use super::esme::{bind_body, pdu};
use super::house::House;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned,
};
use wire::smpp::command;

/// Sessions of one sort.
const SESSIONS: usize = 200;
/// One address may connect fifty times a second.
const BETWEEN: Duration = Duration::from_millis(21);
/// What one may cost, KB: a session as the design says, and what TLS keeps of two ends for each.
const PLAIN_KB: usize = 16;
const SECURED_KB: usize = 48;

#[test]
fn a_session_that_rests_costs_little_inside_tls_too() {
    let house = House::with_tls();
    house.client("acme", &["binds=1000"]);
    // What the first sessions make once for all is no part of what one costs.
    let warm: Vec<_> = (0..25).flat_map(|_| [plain(&house), secured(&house)]).collect();
    let mut held = Vec::new();
    let mut cost = |most: usize, open: fn(&House) -> Box<dyn Session>| {
        let before = resident_kb(house.server.pid());
        held.extend((0..SESSIONS).map(|_| open(&house)));
        let each = resident_kb(house.server.pid()).saturating_sub(before) / SESSIONS;
        assert!(each <= most, "{each} KB a session, {most} are allowed");
        each
    };
    let (plain_kb, secured_kb) = (cost(PLAIN_KB, plain), cost(SECURED_KB, secured));
    println!("a session that rests: {plain_kb} KB in clear, {secured_kb} KB inside TLS");
    assert_eq!(house.metric("sendword_smpp_server_sessions"), (warm.len() + 2 * SESSIONS) as u64);
}

fn resident_kb(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

trait Session: Read + Write {}
impl<T: Read + Write> Session for T {}

fn plain(house: &House) -> Box<dyn Session> {
    bound(Box::new(TcpStream::connect(&house.smpp).expect("it listens")))
}

fn secured(house: &House) -> Box<dyn Session> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_no_client_auth();
    let name = ServerName::try_from("sendword.test").expect("a name");
    let session = ClientConnection::new(Arc::new(config), name).expect("a session");
    let socket = TcpStream::connect(house.tls_address()).expect("it listens");
    bound(Box::new(StreamOwned::new(session, socket)))
}

/// Binds and reads the answer.
fn bound(mut stream: Box<dyn Session>) -> Box<dyn Session> {
    std::thread::sleep(BETWEEN);
    stream
        .write_all(&pdu(command::BIND_TRANSCEIVER, 1, &bind_body("acme", "secret99", 0x34)))
        .expect("it reads");
    let mut head = [0; 16];
    stream.read_exact(&mut head).expect("an answer");
    assert_eq!(head[8..12], [0; 4], "the bind is refused");
    let rest = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize - head.len();
    stream.read_exact(&mut vec![0; rest]).expect("its body");
    stream
}

/// Whoever it is: what is measured here is memory.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
