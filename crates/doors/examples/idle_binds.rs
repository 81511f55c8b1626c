//! How much memory a bound session takes that does nothing: `cargo run -p doors --example idle_binds -- 10000`.
//!
//! Server and clients live in this one process, so the figure holds both ends of each connection; what the kernel keeps
//! of a socket is not in it. Each account has a hundred sessions, each client an address of the loopback network.

use doors::smpp::{Options, Server, Timers};
use doors::{Doors, Trust};
use engine::{Ctx, client};
use std::io::{Read, Write};
use std::net::SocketAddr;
use store::workspace::{self, Mode};
use store::{Clock, Db};
use tokio::net::{TcpSocket, TcpStream};

const OF_ONE: usize = 100;

/// Octets of this process that stand in memory.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    pages * 4_096
}

fn bind_pdu(system_id: &str) -> Vec<u8> {
    let mut body = [system_id.as_bytes(), b"\0secret99\0\0"].concat();
    body.extend([0x34, 0, 0, 0]);
    let mut out = Vec::new();
    for word in [16 + body.len() as u32, 9, 0, 1] {
        out.extend(word.to_be_bytes());
    }
    out.extend(body);
    out
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(1_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let db = Db::open(&store::Options { dir: folder.path().into(), url: None, clock: Clock::default() })?;
    let accounts = count.div_ceil(OF_ONE);
    db.write_blocking("setup", move |tx| {
        let new = workspace::New {
            name: "many".into(),
            country: "IL".into(),
            language: "en".into(),
            zone: "UTC".into(),
            mode: Mode::Test,
            parts_max: 10,
        };
        let ctx = Ctx::system(workspace::insert(tx, &new)?.id);
        for n in 0..accounts {
            let set = [("password", "secret99"), ("binds", "1000")];
            let set = set.map(|(k, v)| (k.to_owned(), v.to_owned()));
            client::add(tx, &ctx, &format!("client{n}"), &set)?;
        }
        Ok::<_, engine::Error>(())
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let doors = Doors::new(db.clone(), &[], Trust::Keys);
        let listen: SocketAddr = "127.0.0.1:0".parse()?;
        let options = Options { listen: Some(listen), timers: Timers::default(), ..Options::default() };
        let server = Server::start(&doors, options).await?;
        let address = server.addresses()[0].ok_or("it does not listen")?;
        let mut bound: Vec<std::net::TcpStream> = Vec::with_capacity(count);
        let mut before = 0;
        for n in 0..count {
            if n == OF_ONE {
                before = resident();
            }
            let socket = TcpSocket::new_v4()?;
            let own = [127, 1 + (n >> 16) as u8, (n >> 8) as u8, 1 + (n % 250) as u8];
            socket.bind(SocketAddr::from((own, 0)))?;
            let stream: TcpStream = socket.connect(address).await?;
            let mut stream = stream.into_std()?;
            stream.set_nonblocking(false)?;
            tokio::task::block_in_place(|| {
                stream.write_all(&bind_pdu(&format!("client{}", n / OF_ONE)))?;
                let mut answer = [0; 30];
                stream.read_exact(&mut answer)?;
                assert_eq!(answer[8..12], [0; 4], "bound");
                Ok::<_, std::io::Error>(())
            })?;
            bound.push(stream);
        }
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        let after = resident();
        let each = after.saturating_sub(before) / (count - OF_ONE).max(1) as u64;
        writeln!(std::io::stdout(), "{count} sessions: {} KiB in all, {each} octets each", after / 1_024)?;
        drop(bound);
        server.stop().await;
        Ok(())
    })
}
