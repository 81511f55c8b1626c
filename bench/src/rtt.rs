//! How much of what window and distance allow is used: the road between program and carrier is made longer.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Link};
use crate::load::{self, Shape};
use crate::names::Benchmark;
use crate::tap::{Manner, Tap};
use crate::{Bench, Res, meter};
use clap::Args;
use sim::proxy::{Proxy, Way, Weather};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Roads shorter than this many ms say nothing in %: there the program itself is the limit.
const SHORT_MS: u64 = 1;

#[derive(Args, Clone)]
pub(crate) struct Rtt {
    /// Round trips, ms
    #[arg(long, value_delimiter = ',', default_value = "0,5,40,200")]
    ms: Vec<u64>,
    #[arg(long, value_delimiter = ',', default_value = "1,10,100")]
    windows: Vec<usize>,
    /// Seconds of each pair, by what is possible at most
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// At most so many messages of a pair
    #[arg(long, default_value_t = 50_000)]
    most: u64,
}

impl Benchmark for Rtt {
    fn told(&self) -> (&'static str, String) {
        let Rtt { ms, windows, seconds, most } = self;
        let how = format!(
            "for each of {ms:?} ms and window {windows:?}: as many messages as {seconds} s allow at most ({most} at most), \
             queued by batches of REST, over a road that delays octets both ways; 100 % is window ÷ round trip as measured \
             on that road by single octets; no receipts"
        );
        ("rtt", how)
    }

    fn quick(&mut self) {
        self.seconds = self.seconds.min(1.0);
        self.most = self.most.min(3_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let mut figures = Figures::default();
        for ms in &self.ms {
            for window in &self.windows {
                self.pair(bench, *ms, *window, &mut figures)?;
            }
        }
        Ok(figures)
    }
}

impl Rtt {
    fn pair(&self, bench: &Bench, ms: u64, window: usize, figures: &mut Figures) -> Res<()> {
        let tap = Tap::start(Manner::default())?;
        let target = SocketAddr::from(([127, 0, 0, 1], tap.port()));
        let road = Road::start(target, ms)?;
        let trip = road.trip(target)?;
        let possible = window as f64 / trip.as_secs_f64();
        let least = 20 * window as u64;
        let messages = ((possible * self.seconds) as u64).clamp(least, self.most.max(least));
        let messages = messages.next_multiple_of(window as u64);
        let home = Home::with_workspace(bench)?;
        let key = home.key()?;
        home.connect(&Link::to(if ms == 0 { tap.port() } else { road.port() }).window(window))?;
        let server = home.serve()?;
        tap.bound()?;
        let shape = Shape { messages, connections: 4, each: 100, first: 0 };
        load::send(server.addr, &key, &shape)?;
        tap.submitted(messages)?;
        let arrivals = tap.arrivals();
        // Messages come in windows: from the first of one to the first of the last, the beginning left out.
        let windows = messages / window as u64;
        let (from, to) = ((windows / 10).max(1) * window as u64, messages - window as u64);
        let (Some(first), Some(last)) = (arrivals.get(from as usize), arrivals.get(to as usize)) else {
            return Err("too few messages to measure".into());
        };
        let rate = (to - from) as f64 / (last.at - first.at).as_secs_f64();
        let name = format!("{ms} ms, window {window}");
        figures.add(format!("{name}: submitted"), "/s", rate);
        if ms >= SHORT_MS {
            figures.add(format!("{name}: round trip of the road"), "ms", trip.as_secs_f64() * 1e3);
            let share = rate / possible * 100.0;
            let goal = if ms >= 40 && window >= 10 { Goal::AtLeast(95.0) } else { Goal::None };
            figures.add_with_goal(format!("{name}: of window ÷ round trip"), "%", share, goal);
        }
        server.stop()?;
        meter::submitted(&home, messages)
    }
}

/// A road on a thread of its own.
struct Road {
    proxy: Proxy,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Road {
    fn start(target: SocketAddr, ms: u64) -> Res<Road> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(crate::sink::THREAD)
            .enable_all()
            .build()?;
        let proxy = runtime.block_on(Proxy::start(target))?;
        let way = |delay_ms| Way { delay_ms, ..Way::default() };
        proxy.weather(|w| *w = Weather { up: way(ms / 2), down: way(ms - ms / 2), ..Weather::default() });
        Ok(Road { proxy, runtime: Some(runtime) })
    }

    fn port(&self) -> u16 {
        self.proxy.addr().port()
    }

    /// The round trip of one octet over it, the median of some; it leads to `target` again afterwards.
    fn trip(&self, target: SocketAddr) -> Res<Duration> {
        let echo = TcpListener::bind("127.0.0.1:0")?;
        self.proxy.lead_to(echo.local_addr()?);
        let mut near = TcpStream::connect(self.proxy.addr())?;
        let (mut far, _) = echo.accept()?;
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        let thread = std::thread::spawn(move || {
            let mut octet = [0];
            while far.read_exact(&mut octet).is_ok() && far.write_all(&octet).is_ok() {}
        });
        let mut took = Vec::new();
        for _ in 0..11 {
            let at = Instant::now();
            let mut octet = [1];
            near.write_all(&octet)?;
            near.read_exact(&mut octet)?;
            took.push(at.elapsed());
        }
        drop(near);
        let _ = thread.join(); // it ends with the connection
        self.proxy.lead_to(target);
        took.sort_unstable();
        Ok(took[took.len() / 2])
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
