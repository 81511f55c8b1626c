//! The load generator: so many connections kept open, each asks anew when it was answered.

use crate::{Res, http, list};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// 75 characters, as one SMS about an order has.
pub(crate) const TEXT: &str = "Your order 4711 is ready. Come between 9 and 18 h. Branch 2, Herzl st. 5. -";

/// What came of it.
pub(crate) struct Load {
    /// The first request left.
    pub(crate) started: Instant,
    /// The last answer came.
    pub(crate) ended: Instant,
    /// Time from request to answer, µs, sorted.
    pub(crate) took_us: Vec<u32>,
}

impl Load {
    /// The time within which this share of the requests was answered, ms.
    pub(crate) fn within_ms(&self, share: f64) -> f64 {
        let at = (self.took_us.len() as f64 * share) as usize;
        self.took_us.get(at.min(self.took_us.len().saturating_sub(1))).map_or(0.0, |us| f64::from(*us) / 1e3)
    }
}

struct Job {
    addr: SocketAddr,
    key: String,
    messages: u64,
    next: AtomicU64,
}

/// Sends `messages` requests over `connections`; an answer other than 202 ends it.
pub(crate) fn send(addr: SocketAddr, key: &str, messages: u64, connections: usize) -> Res<Load> {
    let job = Arc::new(Job { addr, key: key.to_owned(), messages, next: AtomicU64::new(0) });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut sockets = Vec::with_capacity(connections);
        for _ in 0..connections {
            let socket = TcpStream::connect(addr).await?;
            socket.set_nodelay(true)?;
            sockets.push(socket);
        }
        let started = Instant::now();
        let tasks: Vec<_> =
            sockets.into_iter().map(|s| tokio::spawn(connection(Arc::clone(&job), s))).collect();
        let mut took_us = Vec::with_capacity(usize::try_from(messages).unwrap_or(0));
        for task in tasks {
            took_us.append(&mut task.await??);
        }
        let ended = Instant::now();
        took_us.sort_unstable();
        Ok(Load { started, ended, took_us })
    })
}

async fn connection(job: Arc<Job>, mut socket: TcpStream) -> Res<Vec<u32>> {
    let (mut request, mut body, mut read) = (Vec::new(), String::new(), Vec::with_capacity(4096));
    let mut took = Vec::new();
    loop {
        let n = job.next.fetch_add(1, Ordering::Relaxed);
        if n >= job.messages {
            return Ok(took);
        }
        write(&job, n, &mut body, &mut request)?;
        let at = Instant::now();
        socket.write_all(&request).await?;
        answer(&mut socket, &mut read).await?;
        took.push(u32::try_from(at.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
}

fn write(job: &Job, n: u64, body: &mut String, request: &mut Vec<u8>) -> Res<()> {
    use std::fmt::Write as _;
    use std::io::Write as _;
    body.clear();
    write!(body, "{{\"to\":\"{}\",\"text\":\"{TEXT}\"}}", list::mobile(n))?;
    request.clear();
    write!(
        request,
        "POST /v1/messages HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        job.addr,
        job.key,
        body.len()
    )?;
    Ok(())
}

/// Reads one answer, which must be 202.
async fn answer(socket: &mut TcpStream, read: &mut Vec<u8>) -> Res<()> {
    read.clear();
    loop {
        if let Some(head) = http::head(read) {
            let head = head?;
            if read.len() >= head.end {
                return match head.status {
                    202 => Ok(()),
                    status => {
                        Err(format!("{status}: {}", String::from_utf8_lossy(&read[head.body..])).into())
                    }
                };
            }
        }
        if socket.read_buf(read).await? == 0 {
            return Err("the server hung up".into());
        }
    }
}
