//! Our CIMD2 client against a carrier that others wrote: `test_cimd2` of Debian's `kannel-extras`.

mod world;

use connectors::{Options, Supervisor};
use sms::{Class, Status};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::{Error, connector, message};
use world::{World, quick, world_on};

const PROGRAM: &str = "/usr/lib/kannel/test/test_cimd2";

struct Peer {
    child: Child,
    port: u16,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Peer {
    /// `None`, and a word about it, where the program is not installed.
    fn start(test: &str, options: &[&str]) -> Option<Peer> {
        if !Path::new(PROGRAM).exists() {
            store::testing::skip(test, "kannel-extras is not installed");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(PROGRAM);
        command.args([
            "--port",
            &port.to_string(),
            "--user",
            "esme",
            "--password",
            "secret",
            "--logging",
            "1",
        ]);
        command.args(options).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        // Whoever connects is its client, so its port is looked at from the side.
        let start = Instant::now();
        while TcpListener::bind(("0.0.0.0", port)).is_ok() {
            assert!(start.elapsed() < Duration::from_secs(10), "test_cimd2 does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Peer { child, port })
    }

    /// Ends it; what it said.
    fn end(mut self) -> String {
        let _ = self.child.kill();
        let mut said = Vec::new();
        for pipe in [
            self.child.stdout.take().map(|p| Box::new(p) as Box<dyn Read>),
            self.child.stderr.take().map(|p| Box::new(p) as Box<dyn Read>),
        ] {
            let _ = pipe.map(|mut p| p.read_to_end(&mut said));
        }
        String::from_utf8_lossy(&said).into_owned()
    }
}

/// A world whose connector goes to the peer.
async fn to(port: u16) -> World {
    let w = world_on(None, 1, sim::Config { protocol: sim::Protocol::Cimd2, ..quick() }).await;
    let connector = w.connector;
    w.db.write("peer", move |tx| {
        let one = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        let settings = [one("host", "127.0.0.1"), one("port", &port.to_string()), one("user", "esme")].into();
        connector::replace(tx, connector, &settings, &[one("password", "secret")].into())?;
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    w
}

async fn status(w: &World, id: i64) -> (Status, bool) {
    let workspace = w.workspace;
    let m = w.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
    (m.status, m.in_flight)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_cimd2_takes_what_we_send() {
    let options = ["--activity", "1", "--intro", "CIMD2 of somebody else\r\n"];
    let Some(peer) = Peer::start("test_cimd2_takes_what_we_send", &options) else { return };
    let w = to(peer.port).await;
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let texts = ["hello @_€ [x] é", "שלום", &"a long one, in parts ".repeat(12)];
    let put = texts.iter().map(|text| ("+972541234567".to_owned(), (*text).to_owned())).collect();
    let ids = w.put(Class::Transactional, put).await;
    for id in &ids {
        for _ in 0..400 {
            if status(&w, *id).await.0 == Status::Submitted {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        if status(&w, *id).await.0 != Status::Submitted {
            panic!("{:?} of {ids:?}\n{}", status(&w, *id).await, peer.end());
        }
    }
    supervisor.stop().await;
    let said = peer.end();
    for mark in ["033:hello _Oa_--_XXe _XX<x_XX> _e'", "034:05E905DC05D505DD", "032:050003"] {
        assert!(said.contains(mark), "{mark}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_noise_sends_nothing_and_harms_nothing() {
    let test = "a_flood_of_noise_sends_nothing_and_harms_nothing";
    let Some(peer) = Peer::start(test, &["--spew", "1"]) else { return };
    let w = to(peer.port).await;
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let ids = w.put(Class::Transactional, vec![("+972541234567".into(), "waits".into())]).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(status(&w, ids[0]).await, (Status::Queued, false), "nobody let us in");
    assert!(TcpStream::connect(w.smsc.addr()).is_ok());
    tokio::time::timeout(Duration::from_secs(30), supervisor.stop())
        .await
        .expect("the link can still be stopped");
}
