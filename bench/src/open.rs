//! Requests by a fixed timetable, whatever becomes of the ones before: a slow answer delays nobody's clock.

use crate::load::{TEXT, answer, post};
use crate::spread::Spread;
use crate::{Res, list};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// A timetable.
#[derive(Debug, Clone)]
pub(crate) struct Timetable {
    pub(crate) addr: SocketAddr,
    pub(crate) key: String,
    /// Requests a second.
    pub(crate) rate: f64,
    /// No more than so many.
    pub(crate) requests: u64,
    pub(crate) connections: usize,
    pub(crate) class: &'static str,
    /// Numbers are taken from this one of the list on.
    pub(crate) first: u64,
}

/// What one request was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Which number of the list.
    pub(crate) n: u64,
    /// When it was due.
    pub(crate) due: Instant,
    /// When its answer came.
    pub(crate) answered: Instant,
}

impl Timetable {
    /// The same with so many requests, from that number of the list on.
    pub(crate) fn but(&self, requests: u64, first: u64) -> Timetable {
        Timetable { requests, first, ..self.clone() }
    }

    /// Runs until all are answered, or until `stop` is set.
    pub(crate) fn run(&self, stop: &Arc<AtomicBool>) -> Res<Vec<Asked>> {
        if self.connections <= 1 {
            return self.alone(stop);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let next = Arc::new(AtomicU64::new(0));
            let mut sockets = Vec::new();
            for _ in 0..self.connections {
                let socket = TcpStream::connect(self.addr).await?;
                socket.set_nodelay(true)?;
                sockets.push(socket);
            }
            let start = Instant::now();
            let tasks: Vec<_> = sockets
                .into_iter()
                .map(|socket| {
                    let (table, next, stop) = (self.clone(), Arc::clone(&next), Arc::clone(stop));
                    tokio::spawn(async move { table.connection(socket, start, &next, &stop).await })
                })
                .collect();
            let mut all = Vec::new();
            for task in tasks {
                all.append(&mut task.await??);
            }
            Ok(all)
        })
    }

    fn due(&self, start: Instant, i: u64) -> Instant {
        start + Duration::from_secs_f64(i as f64 / self.rate)
    }

    async fn connection(
        &self,
        mut socket: TcpStream,
        start: Instant,
        next: &AtomicU64,
        stop: &AtomicBool,
    ) -> Res<Vec<Asked>> {
        let (mut request, mut read, mut all) = (Vec::new(), Vec::with_capacity(4096), Vec::new());
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= self.requests || stop.load(Ordering::Relaxed) {
                return Ok(all);
            }
            let due = self.due(start, i);
            tokio::time::sleep_until(due.into()).await;
            all.push(self.ask(&mut socket, i, due, &mut request, &mut read).await?);
        }
    }

    /// Over one connection, from a thread that sleeps to the point: the runtime's clock knows only whole milliseconds.
    fn alone(&self, stop: &AtomicBool) -> Res<Vec<Asked>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut socket = runtime.block_on(TcpStream::connect(self.addr))?;
        socket.set_nodelay(true)?;
        let (mut request, mut read, mut all) = (Vec::new(), Vec::with_capacity(4096), Vec::new());
        let start = Instant::now();
        for i in 0..self.requests {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let due = self.due(start, i);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            all.push(runtime.block_on(self.ask(&mut socket, i, due, &mut request, &mut read))?);
        }
        Ok(all)
    }

    async fn ask(
        &self,
        socket: &mut TcpStream,
        i: u64,
        due: Instant,
        request: &mut Vec<u8>,
        read: &mut Vec<u8>,
    ) -> Res<Asked> {
        use tokio::io::AsyncWriteExt;
        let n = self.first + i;
        let body =
            format!("{{\"to\":\"{}\",\"text\":\"{TEXT}\",\"class\":\"{}\"}}", list::mobile(n), self.class);
        post(self.addr, &self.key, "/v1/messages", &body, request)?;
        socket.write_all(request).await?;
        match answer(socket, read).await? {
            (202, _) => Ok(Asked { n, due, answered: Instant::now() }),
            (status, body) => Err(format!("{status}: {}", String::from_utf8_lossy(&read[body..])).into()),
        }
    }
}

/// Times from "due" to the answer and to the wire. Whatever came twice or never is an error.
pub(crate) struct Times {
    pub(crate) answer: Spread,
    pub(crate) wire: Spread,
}

impl Times {
    /// Puts requests and arrivals together.
    pub(crate) fn of(asked: &[Asked], arrivals: &[crate::tap::Arrival]) -> Res<Times> {
        use std::collections::HashMap;
        let mut by_number: HashMap<u64, (u32, Instant)> = HashMap::with_capacity(arrivals.len());
        for arrival in arrivals {
            by_number.entry(arrival.number).or_insert((0, arrival.at)).0 += 1;
        }
        let mut times = Times { answer: Spread::default(), wire: Spread::default() };
        for one in asked {
            times.answer.add(one.answered - one.due);
            match by_number.get(&list::digits_of(one.n)) {
                Some((1, at)) => times.wire.add(at.saturating_duration_since(one.due)),
                Some((n, _)) => return Err(format!("message {} came {n} times", one.n).into()),
                None => return Err(format!("message {} never came", one.n).into()),
            }
        }
        Ok(times)
    }
}
