//! The generator for any gateway's HTTP door.

use super::rival::Door;
use crate::load::answer;
use crate::{Res, list};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// What is asked.
pub(super) struct Ask {
    pub(super) messages: u64,
    pub(super) connections: usize,
    pub(super) first: u64,
    /// A broken connection ends it quietly: the gateway is being killed.
    pub(super) stop_at_error: bool,
}

/// What came of it.
pub(super) struct Done {
    pub(super) started: Instant,
    /// Numbers that were accepted.
    pub(super) accepted: Vec<u64>,
}

impl Ask {
    /// Asks for each once; `told` hears after every acceptance how many there were.
    pub(super) fn run(&self, door: &Door, told: impl Fn(u64) + Send + Sync + 'static) -> Res<Done> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (next, count) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let accepted = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::new(told);
        runtime.block_on(async {
            let started = Instant::now();
            let tasks: Vec<_> = (0..self.connections)
                .map(|_| {
                    let (door, next, count) = (door.clone(), Arc::clone(&next), Arc::clone(&count));
                    let (accepted, told) = (Arc::clone(&accepted), Arc::clone(&told));
                    let (messages, first) = (self.messages, self.first);
                    tokio::spawn(async move {
                        let (mut request, mut read) = (Vec::new(), Vec::with_capacity(4096));
                        let mut socket = TcpStream::connect(door.addr).await?;
                        socket.set_nodelay(true)?;
                        loop {
                            let i = next.fetch_add(1, Ordering::Relaxed);
                            if i >= messages {
                                return Res::Ok(());
                            }
                            let number = list::digits_of(first + i);
                            door.write(number, &mut request)?;
                            socket.write_all(&request).await?;
                            let (status, head) = answer(&mut socket, &mut read).await?;
                            if !(200..300).contains(&status) {
                                let said = String::from_utf8_lossy(&read[head..]).into_owned();
                                return Err(format!("{status}: {said}").into());
                            }
                            let closes = read[..head].to_ascii_lowercase();
                            accepted.lock().unwrap_or_else(PoisonError::into_inner).push(number);
                            told(count.fetch_add(1, Ordering::Relaxed) + 1);
                            if closes.windows(17).any(|w| w == b"connection: close") {
                                socket = TcpStream::connect(door.addr).await?;
                                socket.set_nodelay(true)?;
                            }
                        }
                    })
                })
                .collect();
            for task in tasks {
                match task.await? {
                    Err(e) if !self.stop_at_error => return Err(e),
                    _ => {}
                }
            }
            let accepted = std::mem::take(&mut *accepted.lock().unwrap_or_else(PoisonError::into_inner));
            Ok(Done { started, accepted })
        })
    }
}
