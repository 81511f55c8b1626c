//! The load generator: so many connections kept open, each asks anew when it was answered.

pub(crate) use crate::steps::TEXT;
use crate::{Res, http, list};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a request that was told to come back waits.
const BACK: Duration = Duration::from_millis(100);

/// What is sent how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) messages: u64,
    pub(crate) connections: usize,
    /// Messages in one request; 1 is `POST /v1/messages`, more `/v1/messages/batch`.
    pub(crate) each: u64,
    /// Numbers are taken from this one of the list on.
    pub(crate) first: u64,
}

/// What came of it.
pub(crate) struct Load {
    /// The first request left.
    pub(crate) started: Instant,
    /// The last answer came.
    pub(crate) ended: Instant,
    /// Time from request to answer, µs, sorted.
    pub(crate) took_us: Vec<u32>,
    /// Requests that were told to come back, and did.
    pub(crate) held_back: u64,
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
    shape: Shape,
    next: AtomicU64,
    held_back: AtomicU64,
}

/// Sends all of them; an answer that does not accept them ends it, but for "come back".
pub(crate) fn send(addr: SocketAddr, key: &str, shape: &Shape) -> Res<Load> {
    let (next, held_back) = (AtomicU64::new(0), AtomicU64::new(0));
    let job = Arc::new(Job { addr, key: key.to_owned(), shape: *shape, next, held_back });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut sockets = Vec::with_capacity(shape.connections);
        for _ in 0..shape.connections {
            let socket = TcpStream::connect(addr).await?;
            socket.set_nodelay(true)?;
            sockets.push(socket);
        }
        let started = Instant::now();
        let tasks: Vec<_> =
            sockets.into_iter().map(|s| tokio::spawn(connection(Arc::clone(&job), s))).collect();
        let mut took_us = Vec::with_capacity(usize::try_from(shape.messages / shape.each).unwrap_or(0));
        for task in tasks {
            took_us.append(&mut task.await??);
        }
        let ended = Instant::now();
        took_us.sort_unstable();
        Ok(Load { started, ended, took_us, held_back: job.held_back.load(Ordering::Relaxed) })
    })
}

async fn connection(job: Arc<Job>, mut socket: TcpStream) -> Res<Vec<u32>> {
    let (mut request, mut body, mut read) = (Vec::new(), String::new(), Vec::with_capacity(4096));
    let (mut took, each) = (Vec::new(), job.shape.each);
    loop {
        let from = job.next.fetch_add(each, Ordering::Relaxed);
        if from >= job.shape.messages {
            return Ok(took);
        }
        let to = job.shape.messages.min(from + each);
        write(&job, from, to, &mut body, &mut request)?;
        let at = Instant::now();
        loop {
            socket.write_all(&request).await?;
            let (status, head) = answer(&mut socket, &mut read).await?;
            let said = &read[head..];
            match status {
                202 if each == 1 || accepted(said) == Some(to - from) => break,
                503 => {
                    job.held_back.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(BACK).await;
                }
                status => return Err(format!("{status}: {}", String::from_utf8_lossy(said)).into()),
            }
        }
        took.push(u32::try_from(at.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
}

/// How many of a batch were accepted: its answer begins with that.
fn accepted(said: &[u8]) -> Option<u64> {
    let digits = said.strip_prefix(b"{\"accepted\":")?;
    let end = digits.iter().position(|b| !b.is_ascii_digit())?;
    std::str::from_utf8(digits.get(..end)?).ok()?.parse().ok()
}

fn write(job: &Job, from: u64, to: u64, body: &mut String, request: &mut Vec<u8>) -> Res<()> {
    use std::fmt::Write as _;
    body.clear();
    if job.shape.each == 1 {
        write!(body, "{{\"to\":\"{}\",\"text\":\"{TEXT}\"}}", list::mobile(job.shape.first + from))?;
    } else {
        write!(body, "{{\"text\":\"{TEXT}\",\"messages\":[")?;
        for n in from..to {
            let comma = if n == from { "" } else { "," };
            write!(body, "{comma}{{\"to\":\"{}\"}}", list::mobile(job.shape.first + n))?;
        }
        body.push_str("]}");
    }
    let path = if job.shape.each == 1 { "/v1/messages" } else { "/v1/messages/batch" };
    post(job.addr, &job.key, path, body, request)
}

/// Writes a request with a JSON body.
pub(crate) fn post(addr: SocketAddr, key: &str, path: &str, body: &str, request: &mut Vec<u8>) -> Res<()> {
    use std::io::Write as _;
    request.clear();
    write!(
        request,
        "POST {path} HTTP/1.1\r\nhost: {addr}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    Ok(())
}

/// Reads one answer: its status, and where its body begins.
pub(crate) async fn answer(socket: &mut TcpStream, read: &mut Vec<u8>) -> Res<(u16, usize)> {
    read.clear();
    loop {
        if let Some(head) = http::head(read) {
            let head = head?;
            if read.len() >= head.end {
                return Ok((head.status, head.body));
            }
        }
        if socket.read_buf(read).await? == 0 {
            return Err("the server hung up".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::accepted;

    #[test]
    fn a_batch_says_how_many_it_took() {
        assert_eq!(accepted(b"{\"accepted\":100,\"refused\":0,\"results\":[]}"), Some(100));
        assert_eq!(accepted(b"{\"refused\":1}"), None);
    }
}
