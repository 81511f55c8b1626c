//! The network as connectors see it: our end of each line, whose octets come and go in pieces.

use crate::agenda::Event;
use crate::line::ROOM;
use crate::world::{Globe, lock};
use connectors::net::{Asked, Net, Socket};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

/// The network.
pub(crate) struct Network(pub(crate) Globe);

impl Net for Network {
    /// The hosts are called c0, c1, c2; their addresses end likewise.
    fn look_up<'a>(&'a self, name: &'a str) -> Asked<'a, Vec<SocketAddr>> {
        let carrier: u16 = name.get(1..2).and_then(|n| n.parse().ok()).unwrap_or(0);
        Box::pin(async move {
            let lost = {
                let mut world = lock(&self.0);
                let temper = world.carriers[usize::from(carrier)].temper.clone();
                world.lines.dice.often(temper.name_lost)
            };
            if lost { Err(ErrorKind::NotFound.into()) } else { Ok(vec![([127, 0, 0, 1], carrier).into()]) }
        })
    }

    fn connect(&self, address: SocketAddr) -> Asked<'_, Box<dyn Socket>> {
        Box::pin(async move {
            let carrier = usize::from(address.port());
            let (takes, answered) = {
                let mut world = lock(&self.0);
                let temper = world.carriers[carrier].temper.clone();
                let now = world.now();
                world.lines.dial(carrier, &temper, now)
            };
            tokio::time::sleep(Duration::from_millis(u64::try_from(takes).unwrap_or(0))).await;
            match answered {
                None => std::future::pending().await,
                Some(false) => Err(ErrorKind::ConnectionRefused.into()),
                Some(true) => {
                    let mut world = lock(&self.0);
                    let conn = world.connected(carrier);
                    Ok(Box::new(End { globe: self.0.clone(), conn }) as Box<dyn Socket>)
                }
            }
        })
    }
}

/// Our end of a connection.
struct End {
    globe: Globe,
    conn: u64,
}

impl Drop for End {
    fn drop(&mut self) {
        let mut world = lock(&self.globe);
        let now = world.now();
        let world = &mut *world;
        world.lines.close(self.conn, now, &mut world.agenda);
        world.poke.notify_one();
    }
}

impl Socket for End {
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut world = lock(&self.globe);
        if world.dead {
            return Poll::Pending;
        }
        let Some(line) = world.lines.all.get_mut(&self.conn) else { return Poll::Ready(Ok(())) };
        if !line.inbox.is_empty() || line.over.is_some() {
            return Poll::Ready(Ok(()));
        }
        line.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut world = lock(&self.globe);
        if world.dead {
            return Poll::Pending;
        }
        let Some(line) = world.lines.all.get_mut(&self.conn) else { return Poll::Ready(Ok(())) };
        if line.under_way < ROOM || line.over.is_some() {
            return Poll::Ready(Ok(()));
        }
        line.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut world = lock(&self.globe);
        let lines = &mut world.lines;
        let Some(line) = lines.all.get_mut(&self.conn) else { return Ok(0) };
        if line.over == Some(true) {
            return Err(ErrorKind::ConnectionReset.into());
        }
        if line.inbox.is_empty() {
            return if line.over.is_some() { Ok(0) } else { Err(ErrorKind::WouldBlock.into()) };
        }
        // Mostly all there is, sometimes a few octets: a PDU may come in any number of pieces.
        let few = lines.dice.often(200);
        let most = if few { usize::try_from(lines.dice.within(1, 40)).unwrap_or(1) } else { usize::MAX };
        let n = line.inbox.len().min(buffer.len()).min(most);
        for (slot, octet) in buffer.iter_mut().zip(line.inbox.drain(..n)) {
            *slot = octet;
        }
        Ok(n)
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut world = lock(&self.globe);
        let world = &mut *world;
        let (now, lines) = (world.now(), &mut world.lines);
        if world.dead {
            return Err(ErrorKind::WouldBlock.into());
        }
        let Some(line) = lines.all.get_mut(&self.conn) else { return Err(ErrorKind::BrokenPipe.into()) };
        if line.over.is_some() {
            return Err(ErrorKind::ConnectionReset.into());
        }
        let room = ROOM.saturating_sub(line.under_way);
        if room == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        let few = lines.dice.often(100);
        let most = if few { usize::try_from(lines.dice.within(1, 60)).unwrap_or(1) } else { room };
        let mut n = bytes.len().min(room).min(most);
        let dies = world.doom.at_write();
        if dies {
            // Half of it has left when the power fails.
            n = usize::try_from(lines.dice.within(0, n as i64)).unwrap_or(0);
        }
        world.step += 1;
        line.out_at = line.out_at.max(now + lines.dice.within(line.latency_ms.0, line.latency_ms.1));
        line.under_way += n;
        let sent = bytes[..n].to_vec();
        let hash = crate::trace::digest(&sent);
        world.trace.add(now, format_args!("line {} wrote {n} {hash:x}", self.conn));
        world.agenda.at(line.out_at, Event::ToCarrier { conn: self.conn, bytes: sent, step: world.step });
        if dies {
            world.die("at a write");
            return Err(ErrorKind::WouldBlock.into());
        }
        world.poke.notify_one();
        Ok(n)
    }
}
