//! What a session of a client costs while it rests: ten thousand binds, and memory before and after.

use crate::figures::{Figures, Goal};
use crate::home::Home;
use crate::names::Benchmark;
use crate::{Bench, Res};
use clap::Args;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use wire::smpp::{Config, Event, Session};

/// Binds of one account.
const OF_ONE: usize = 1_000;
/// Connections of one address at once, less than the server lets in.
const OF_ADDRESS: usize = 150;
/// Binds under way at one time.
const AT_ONCE: usize = 40;
/// Binds before memory is read for the first time: what the first ones make is made once.
const WARM: usize = 200;

#[derive(Args, Clone)]
pub(crate) struct Binds {
    #[arg(long, default_value_t = 10_000)]
    binds: usize,
    /// Seconds of rest before memory is read
    #[arg(long, default_value_t = 8)]
    settle: u64,
}

impl Benchmark for Binds {
    fn told(&self) -> (&'static str, String) {
        (
            "binds",
            format!(
                "{} transceivers bound to the SMPP server, {} s of rest; resident memory of the program",
                self.binds, self.settle
            ),
        )
    }

    fn quick(&mut self) {
        self.binds = self.binds.min(1_000);
        self.settle = self.settle.min(2);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let home = Home::with_workspace(bench)?;
        for account in 0..self.binds.div_ceil(OF_ONE) {
            let name = format!("esme{account}");
            let set = [format!("system_id={name}"), "password=bench123".into(), format!("binds={OF_ONE}")];
            home.ask(&["clients", "add", &name, "--set", &set[0], &set[1], &set[2]])?;
        }
        let door = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?; // free when this line is over
        std::fs::write(home.data().join("sendword.toml"), format!("[smpp_server]\nlisten = \"{door}\"\n"))?;
        let server = home.serve()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut figures = Figures::default();
        let mut open = Vec::with_capacity(self.binds);
        runtime.block_on(bind(door, 0, WARM.min(self.binds / 2), &mut open))?;
        std::thread::sleep(Duration::from_secs(self.settle));
        let (before, first) = (server.process().resident_mib()?, open.len());
        let since = std::time::Instant::now();
        runtime.block_on(bind(door, first, self.binds, &mut open))?;
        figures.add("binds", "/s", (open.len() - first) as f64 / since.elapsed().as_secs_f64());
        std::thread::sleep(Duration::from_secs(self.settle));
        let used = server.process().used()?;
        std::thread::sleep(Duration::from_secs(self.settle));
        let resting = server.process().used()?.since(&used).cpu_us / 1e4 / self.settle.max(1) as f64;
        let after = server.process().resident_mib()?;
        let each = (after - before) * 1_024.0 / (open.len() - first).max(1) as f64;
        figures.add_with_goal("resident memory of one resting bind", "KiB", each, Goal::AtMost(16.0));
        figures.add("resident memory of all", "MiB", after);
        figures.add("processor while all rest", "% of a core", resting);
        drop(open);
        server.stop()?;
        Ok(figures)
    }
}

/// Opens sessions `from` to `to`, a few at a time.
async fn bind(door: SocketAddr, from: usize, to: usize, open: &mut Vec<TcpStream>) -> Res<()> {
    let mut at = from;
    while at < to {
        let end = to.min(at + AT_ONCE);
        let under_way: Vec<_> = (at..end).map(|n| tokio::spawn(one(door, n))).collect();
        for bound in under_way {
            open.push(bound.await??);
        }
        at = end;
    }
    Ok(())
}

/// The `n`th session, from an address of its own group.
async fn one(door: SocketAddr, n: usize) -> Res<TcpStream> {
    let group = u8::try_from(n / OF_ADDRESS)?;
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 1 + group, 1), 0)))?;
    let mut stream = socket.connect(door).await?;
    let config =
        Config { system_id: format!("esme{}", n / OF_ONE), password: "bench123".into(), ..Config::default() };
    let mut session = Session::esme(config, 0);
    stream.write_all(session.output()).await?;
    let mut octets = [0; 256];
    loop {
        let count = stream.read(&mut octets).await?;
        if count == 0 {
            return Err(format!("bind {n}: the server hung up").into());
        }
        session.feed(&octets[..count], 0);
        match session.poll_event() {
            Some(Event::Bound { .. }) => return Ok(stream),
            Some(other) => return Err(format!("bind {n}: {other:?}").into()),
            None => {}
        }
    }
}
