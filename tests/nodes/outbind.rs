//! A carrier that connects to its client, which is two nodes: the one that has the lanes listens, and after its death the
//! other. Both are on this machine, so both listen at the same address.

use crate::support::{free_address, until};
use crate::world::{Cluster, PATIENCE, post};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use store::testing::Postgres;
use wire::smpp::{Header, Kind, SmBuf, command};

/// How long the carrier waits before it calls again.
const AGAIN: Duration = Duration::from_millis(100);

/// Calls, and calls again, until it ends.
struct Calling {
    texts: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    hand: Option<JoinHandle<()>>,
}

impl Calling {
    fn start(at: SocketAddr) -> Calling {
        let (texts, stop) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(AtomicBool::new(false)));
        let (taken, end) = (Arc::clone(&texts), Arc::clone(&stop));
        let hand = std::thread::spawn(move || {
            while !end.load(Ordering::Acquire) {
                if let Ok(stream) = TcpStream::connect(at) {
                    // However it ends, the carrier calls again.
                    let _ = serve(stream, &taken, &end);
                }
                std::thread::sleep(AGAIN);
            }
        });
        Calling { texts, stop, hand: Some(hand) }
    }

    /// How often a text was taken.
    fn copies(&self, text: &str) -> usize {
        self.texts.lock().expect("the carrier panicked").iter().filter(|taken| *taken == text).count()
    }
}

impl Drop for Calling {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(hand) = self.hand.take() {
            let _ = hand.join(); // a carrier that panicked has failed the test already
        }
    }
}

fn pdu(command: u32, seq: u32, body: &[u8]) -> Vec<u8> {
    let length = 16 + u32::try_from(body.len()).expect("a short body");
    [length, command, 0, seq].iter().flat_map(|word| word.to_be_bytes()).chain(body.iter().copied()).collect()
}

/// Names itself, and answers whatever is asked.
fn serve(mut stream: TcpStream, texts: &Mutex<Vec<String>>, stop: &AtomicBool) -> std::io::Result<()> {
    stream.set_read_timeout(Some(AGAIN))?;
    stream.write_all(&pdu(command::OUTBIND, 1, b"carrier\0agreed\0"))?;
    let (mut held, mut buffer) = (Vec::new(), [0; 4_096]);
    while !stop.load(Ordering::Acquire) {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => held.extend_from_slice(&buffer[..count]),
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(e) => return Err(e),
        }
        while let Some(header) = Header::read(&held).filter(|h| h.length as usize <= held.len()) {
            let frame: Vec<u8> = held.drain(..header.length as usize).collect();
            let body = match header.command {
                command::BIND_TRANSCEIVER => b"carrier\0".to_vec(),
                command::SUBMIT_SM => {
                    let sm = SmBuf::new(Kind::Submit, &frame[16..]).expect("a submit_sm");
                    let mut all = texts.lock().expect("the test panicked");
                    all.push(sm.view().text().expect("a text"));
                    format!("id{}\0", all.len()).into_bytes()
                }
                _ => Vec::new(),
            };
            if header.command < command::RESPONSE {
                stream.write_all(&pdu(header.command | command::RESPONSE, header.sequence, &body))?;
            }
        }
    }
    Ok(())
}

#[test]
fn an_outbind_reaches_the_node_that_has_the_lanes_and_after_its_death_the_other() {
    let name = "an_outbind_reaches_the_node_that_has_the_lanes_and_after_its_death_the_other";
    let Some(url) = Postgres::shared(name).map(|server| server.database()) else { return };
    let at = free_address();
    let listen = format!("outbind={at}");
    let set = ["host=127.0.0.1", "system_id=us", "outbind_password=agreed", listen.as_str()];
    let mut cluster = Cluster::start(&url, &[url.clone(), url.clone()], |home| {
        home.json(&[&["connectors", "add", "caller", "--kind", "smpp", "--set"], &set[..]].concat());
    });
    let carrier = Calling::start(at);
    let owner = cluster.carries("caller");
    let there = 1 - owner;
    let sent = |cluster: &Cluster, node: usize, text: &str| {
        // Held in doubt: the death may come before the answer is kept, and nothing is to go twice.
        let body = json!({ "to": "+972541100001", "text": text, "on_ambiguous": "hold" });
        let asked = post(&cluster.server(node).address, &cluster.key, "/v1/messages", &body);
        assert_eq!(asked.map(|(status, _)| status), Some(202), "{text}");
        until(&format!("'{text}' reaches the carrier"), PATIENCE, || {
            (carrier.copies(text) > 0).then_some(())
        });
    };
    sent(&cluster, owner, "by its own node");
    sent(&cluster, there, "by the other node");
    cluster.kill(owner);
    sent(&cluster, there, "after a death");
    assert_eq!(cluster.owner("caller"), Some(there));
    for text in ["by its own node", "by the other node", "after a death"] {
        assert_eq!(carrier.copies(text), 1, "{text}");
    }
}
