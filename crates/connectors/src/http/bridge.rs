//! HTTP in the place of a socket: frames that a session puts out become requests, what comes back becomes frames.
//!
//! Connections are kept and shared by the account. No redirect is followed, no proxy of the environment is used, and no
//! answer is read beyond a bound. What was never put on the wire is told apart from what nobody answered.

use super::{Call, Reply};
use crate::net::{Asked, Net, Socket};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::error::Error as _;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Octets of a reply that are read.
const REPLY_MAX: usize = 256 * 1024;
/// Octets of a frame.
const FRAME_MAX: usize = 4 << 20;
/// Idle connections are kept for so long.
const IDLE: Duration = Duration::from_secs(60);
const CONNECT: Duration = Duration::from_secs(10);
/// A reply is waited for no longer, though the message was given up before.
const REPLY: Duration = Duration::from_secs(120);

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Back {
    Reply(Reply),
    /// Nothing of it left.
    NotSent(String),
    /// It may have been taken.
    Lost(String),
}

/// A frame: length, token, payload.
pub(crate) fn frame(token: u64, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(12 + payload.len());
    out.extend_from_slice(&u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(&token.to_be_bytes());
    out.extend_from_slice(payload);
    out
}

/// Octets as they come, and the frames in them.
#[derive(Debug, Default)]
pub(crate) struct Frames(Vec<u8>);

impl Frames {
    pub(crate) fn extend(&mut self, octets: &[u8]) {
        self.0.extend_from_slice(octets);
    }

    pub(crate) fn next(&mut self) -> Option<(u64, Vec<u8>)> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (token, rest) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok().filter(|n| *n <= FRAME_MAX)?;
        let payload = rest.get(..length)?.to_vec();
        let token = u64::from_be_bytes(*token);
        self.0.drain(..12 + length);
        Some((token, payload))
    }
}

/// The way to one account's provider.
pub(crate) struct Bridge {
    /// A proxy, where one was set.
    proxy: String,
    /// Addresses of this machine and of private networks may be called: somebody wrote such an address down.
    inside: bool,
    client: OnceLock<Client>,
}

impl Bridge {
    pub(crate) fn new(proxy: String, inside: bool) -> Bridge {
        Bridge { proxy, inside, client: OnceLock::new() }
    }

    fn client(&self) -> io::Result<Client> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(REPLY)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .user_agent(concat!("Sendword/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Careful { inside: self.inside || !self.proxy.is_empty() });
        if !self.proxy.is_empty() {
            builder = builder.proxy(reqwest::Proxy::all(&self.proxy).map_err(io::Error::other)?);
        }
        let client = builder.build().map_err(io::Error::other)?;
        Ok(self.client.get_or_init(|| client).clone())
    }
}

impl Bridge {
    /// Makes one request, without a line.
    pub(crate) async fn ask(&self, call: Call) -> Back {
        match self.client() {
            Ok(client) => make(&client, self.inside, call).await,
            Err(e) => Back::NotSent(e.to_string()),
        }
    }
}

/// Whether an address may be called: never the neighbours on the cable, where clouds keep their secrets; this machine and
/// private networks only where somebody wrote them down.
pub(crate) fn may_call(ip: IpAddr, inside: bool) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let private = ip.is_loopback() || ip.is_private() || shared;
            let never = ip.is_link_local() || ip.is_unspecified() || ip.is_broadcast() || ip.is_multicast();
            !never && a != 0 && (inside || !private)
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(v4) => may_call(v4.into(), inside),
            None => {
                let never = ip.is_unspecified() || ip.is_multicast() || ip.is_unicast_link_local();
                let cloud = ip.segments().starts_with(&[0xfd00, 0x0ec2]);
                !never && !cloud && (inside || !(ip.is_loopback() || ip.is_unique_local()))
            }
        },
    }
}

async fn look_up(name: &str, inside: bool) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host(name).await?.collect();
    let any = !found.is_empty();
    let may: Vec<SocketAddr> = found.into_iter().filter(|a| may_call(a.ip(), inside)).collect();
    if any && may.is_empty() {
        return Err(io::Error::other("that address is of a network that is not called"));
    }
    Ok(may)
}

/// Looks names up again at each connection, and takes no address that may not be called.
struct Careful {
    inside: bool,
}

impl Resolve for Careful {
    fn resolve(&self, name: Name) -> Resolving {
        let (name, inside) = (format!("{}:0", name.as_str()), self.inside);
        Box::pin(async move {
            let found = look_up(&name, inside).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl Net for Bridge {
    fn look_up<'a>(&'a self, name: &'a str) -> Asked<'a, Vec<SocketAddr>> {
        Box::pin(look_up(name, self.inside))
    }

    fn connect(&self, address: SocketAddr) -> Asked<'_, Box<dyn Socket>> {
        Box::pin(async move {
            // Whether anybody is there is known before a message is committed to it.
            drop(TcpStream::connect(address).await?);
            let line = Line { client: self.client()?, inside: self.inside, inner: Arc::default() };
            Ok(Box::new(line) as Box<dyn Socket>)
        })
    }
}

#[derive(Default)]
struct Inner {
    read: VecDeque<u8>,
    waker: Option<Waker>,
    partial: Frames,
    /// Ends what is under way with the line.
    under: JoinSet<()>,
}

struct Line {
    client: Client,
    inside: bool,
    inner: Arc<Mutex<Inner>>,
}

impl Drop for Line {
    fn drop(&mut self) {
        lock(&self.inner).under.abort_all();
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Socket for Line {
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = lock(&self.inner);
        if inner.read.is_empty() {
            inner.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_writable(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut inner = lock(&self.inner);
        if inner.read.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = buffer.len().min(inner.read.len());
        for (place, octet) in buffer.iter_mut().zip(inner.read.drain(..count)) {
            *place = octet;
        }
        Ok(count)
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut inner = lock(&self.inner);
        inner.partial.extend(bytes);
        while let Some((token, payload)) = inner.partial.next() {
            while inner.under.try_join_next().is_some() {}
            let (client, inside, back) = (self.client.clone(), self.inside, Arc::clone(&self.inner));
            inner.under.spawn(async move {
                let came = match serde_json::from_slice::<Call>(&payload) {
                    Ok(call) => make(&client, inside, call).await,
                    Err(e) => Back::NotSent(e.to_string()),
                };
                let payload = serde_json::to_vec(&came).unwrap_or_default();
                let mut inner = lock(&back);
                inner.read.extend(frame(token, &payload));
                if let Some(waker) = inner.waker.take() {
                    waker.wake();
                }
            });
        }
        Ok(bytes.len())
    }
}

/// Makes one request.
async fn make(client: &Client, inside: bool, call: Call) -> Back {
    // An address that is no name is never looked up: it is judged here.
    let host = super::address(&call.url).and_then(|a| a.rsplit_once(':').map(|(host, _)| host.to_owned()));
    let ip = host.and_then(|h| h.trim_matches(['[', ']']).parse::<IpAddr>().ok());
    if ip.is_some_and(|ip| !may_call(ip, inside)) {
        return Back::NotSent("that address is of a network that is not called".into());
    }
    let Ok(method) = Method::from_bytes(call.method.as_bytes()) else {
        return Back::NotSent(format!("{} is no method of HTTP", call.method));
    };
    let mut request = client.request(method, &call.url);
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    if !call.body.is_empty() {
        request = request.body(call.body);
    }
    match request.send().await {
        Ok(response) => read(response).await,
        Err(e) if e.is_builder() || e.is_connect() => Back::NotSent(told(&e)),
        Err(e) => Back::Lost(told(&e)),
    }
}

/// A failure in the words of its deepest cause, without the address: it has keys and numbers in it.
fn told(e: &reqwest::Error) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = e.source();
    let mut words = if e.is_timeout() { "timed out".to_owned() } else { "the request failed".to_owned() };
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    words
}

async fn read(mut response: reqwest::Response) -> Back {
    let status = response.status().as_u16();
    let pause = response.headers().get("retry-after").and_then(|v| v.to_str().ok());
    let pause_ms = pause.and_then(|v| v.trim().parse::<i64>().ok()).map(|s| s.clamp(0, 86_400) * 1_000);
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() < REPLY_MAX => body.extend_from_slice(&chunk),
            Ok(Some(_)) => break, // nobody's answer to a message is so long
            Ok(None) => break,
            // The status stands, what it was about does not.
            Err(e) => return Back::Lost(told(&e)),
        }
    }
    body.truncate(REPLY_MAX);
    Back::Reply(Reply { status, pause_ms, body: String::from_utf8_lossy(&body).into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_whole_however_they_are_cut() {
        let all = [frame(7, b"abc"), frame(8, b""), frame(u64::MAX, &[9; 300])].concat();
        for cut in [1, 2, 5, 13, 1_000] {
            let (mut frames, mut out) = (Frames::default(), Vec::new());
            for piece in all.chunks(cut) {
                frames.extend(piece);
                while let Some(one) = frames.next() {
                    out.push(one);
                }
            }
            assert_eq!(out.len(), 3, "{cut}");
            assert_eq!(out[0], (7, b"abc".to_vec()));
            assert_eq!(out[2].1.len(), 300);
        }
    }

    #[test]
    fn networks_that_are_not_called() {
        for (ip, always, inside) in [
            ("8.8.8.8", true, true),
            ("2606:4700::1111", true, true),
            ("127.0.0.1", false, true),
            ("10.1.2.3", false, true),
            ("192.168.0.1", false, true),
            ("100.64.0.1", false, true),
            ("::1", false, true),
            ("fd12::1", false, true),
            ("::ffff:127.0.0.1", false, true),
            ("169.254.169.254", false, false),
            ("::ffff:169.254.169.254", false, false),
            ("fd00:ec2::254", false, false),
            ("fe80::1", false, false),
            ("0.0.0.0", false, false),
            ("255.255.255.255", false, false),
        ] {
            let ip: IpAddr = ip.parse().unwrap();
            assert_eq!((may_call(ip, false), may_call(ip, true)), (always, inside), "{ip}");
        }
    }
}
