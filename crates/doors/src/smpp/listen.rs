//! Who is let in to try: connections are counted by address, and those that have not bound cost as little as they can.

use super::tls::Identity;
use super::{House, link, lock};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// Connections of one address that have not bound yet.
const UNBOUND_OF_ONE: usize = 50;
/// The same of all addresses.
const UNBOUND: usize = 5_000;
/// New connections of one address in a second, after the first hundred.
const A_SECOND: i64 = 50;
const AT_ONCE: i64 = 200;
/// Addresses remembered at once; beyond it those that have nothing open are forgotten.
const ADDRESSES: usize = 10_000;

/// What is known of addresses.
#[derive(Default)]
pub(super) struct Gate {
    of: HashMap<IpAddr, Visits>,
    unbound: usize,
}

#[derive(Default, Clone, Copy)]
struct Visits {
    unbound: usize,
    /// Connections it may still make now, in thousandths.
    left: i64,
    at: i64,
}

impl Gate {
    /// Whether one more connection of an address is let in.
    pub(super) fn enter(&mut self, address: IpAddr, now: i64) -> bool {
        if self.of.len() >= ADDRESSES {
            self.of.retain(|_, v| v.unbound > 0 || now - v.at < 1_000);
        }
        let fresh = Visits { left: AT_ONCE * 1_000, at: now, unbound: 0 };
        let visits = self.of.entry(address).or_insert(fresh);
        visits.left = (visits.left + (now - visits.at).clamp(0, 10_000) * A_SECOND).min(AT_ONCE * 1_000);
        visits.at = now;
        if visits.left < 1_000 || visits.unbound >= UNBOUND_OF_ONE || self.unbound >= UNBOUND {
            return false;
        }
        visits.left -= 1_000;
        visits.unbound += 1;
        self.unbound += 1;
        true
    }

    /// A connection has bound, or ended without.
    pub(super) fn settled(&mut self, address: IpAddr) {
        self.unbound = self.unbound.saturating_sub(1);
        if let Some(visits) = self.of.get_mut(&address) {
            visits.unbound = visits.unbound.saturating_sub(1);
        }
    }
}

/// Lets connections in until the program stops.
pub(super) async fn accept(
    house: Arc<House>,
    listener: TcpListener,
    mut identity: Option<Identity>,
    alive: mpsc::Sender<()>,
) {
    let mut stopping = house.stopping.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.changed() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(e) => {
                tracing::warn!(error = %e, "the SMPP server does not accept");
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        if !lock(&house.gate).enter(address, house.now()) {
            house.stats().turned_away.add();
            continue; // dropped, which closes it: an answer would only be work
        }
        let tls = identity.as_mut().map(Identity::acceptor);
        tokio::spawn(serve(Arc::clone(&house), stream, address, tls, alive.clone()));
    }
}

async fn serve(
    house: Arc<House>,
    stream: TcpStream,
    address: IpAddr,
    tls: Option<TlsAcceptor>,
    _alive: mpsc::Sender<()>,
) {
    let _ = stream.set_nodelay(true); // a socket that cannot be told so is only slower
    house.stats().connections.add();
    match tls {
        None => link::serve(&house, stream, address, false).await,
        Some(acceptor) => {
            let patience = Duration::from_millis(u64::try_from(house.timers.bind_ms).unwrap_or(0));
            match tokio::time::timeout(patience, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => link::serve(&house, Box::new(stream), address, true).await,
                _ => {
                    house.stats().turned_away.add();
                    lock(&house.gate).settled(address);
                }
            }
        }
    }
    house.stats().connections.less();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_take_the_places_of_all() {
        let (mut gate, one, other): (_, IpAddr, IpAddr) =
            (Gate::default(), [10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let let_in = (0..500).filter(|_| gate.enter(one, 0)).count();
        assert_eq!(let_in, UNBOUND_OF_ONE);
        assert!(gate.enter(other, 0));
        for _ in 0..UNBOUND_OF_ONE {
            gate.settled(one);
        }
        let let_in = (0..500)
            .filter(|_| {
                gate.enter(one, 0) && {
                    gate.settled(one);
                    true
                }
            })
            .count();
        assert_eq!(let_in, 150, "as many at once as allowed, then by the second");
        let let_in = (0..500)
            .filter(|_| {
                gate.enter(one, 1_000) && {
                    gate.settled(one);
                    true
                }
            })
            .count();
        assert_eq!(let_in, 50);
    }
}
