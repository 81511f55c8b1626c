//! Where other gateways hand receipts on to: answers every request at once and counts them.

use crate::Res;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const STUCK: Duration = Duration::from_secs(60);
/// What Jasmin wants to hear; others take any answer of 200.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\nACK/Jasmin";

pub(super) struct Callbacks {
    port: u16,
    heard: Arc<AtomicU64>,
    stop: watch::Sender<bool>,
}

impl Callbacks {
    pub(super) fn start() -> Res<Callbacks> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let heard = Arc::new(AtomicU64::new(0));
        let (stop, mut stopped) = watch::channel(false);
        let count = Arc::clone(&heard);
        std::thread::Builder::new().name("callback".into()).spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                loop {
                    tokio::select! {
                        _ = stopped.changed() => return,
                        one = listener.accept() => if let Ok((stream, _)) = one {
                            tokio::spawn(serve(stream, Arc::clone(&count)));
                        },
                    }
                }
            });
        })?;
        Ok(Callbacks { port, heard, stop })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Waits for so many; when the last came.
    pub(super) fn all(&self, n: u64) -> Res<Instant> {
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            let now = self.heard.load(Ordering::Relaxed);
            if now >= n {
                return Ok(Instant::now());
            }
            if now != seen {
                (seen, since) = (now, Instant::now());
            } else if since.elapsed() > STUCK {
                return Err(format!("{now} of {n} receipts were handed on").into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Callbacks {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// Requests without a body, as both send them (GET).
async fn serve(mut stream: TcpStream, heard: Arc<AtomicU64>) {
    let mut read = Vec::with_capacity(4096);
    loop {
        while let Some(end) = read.windows(4).position(|w| w == b"\r\n\r\n") {
            read.drain(..end + 4);
            heard.fetch_add(1, Ordering::Relaxed);
            if stream.write_all(ANSWER).await.is_err() {
                return;
            }
        }
        if !matches!(stream.read_buf(&mut read).await, Ok(n) if n > 0) {
            return;
        }
    }
}
