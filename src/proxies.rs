//! Who a visitor is behind a proxy: what a proxy that the operator named says of it, and nothing that anybody else says.
//!
//! Off unless `trusted_proxies` names some. A header is read from its end: each trusted proxy vouches for the one before it,
//! and the first that is not trusted is the visitor. What stands before that was written by the visitor and is not read.

use axum::extract::{ConnectInfo, Request};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

const HEADER: &str = "x-forwarded-for";

/// An address, or a network as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    base: u128,
    mask: u128,
}

fn bits(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(four) => u128::from(four.to_ipv6_mapped()),
        IpAddr::V6(six) => u128::from(six),
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Network, ()> {
        let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
        let address: IpAddr = address.trim().parse().map_err(|_| ())?;
        let widest: u32 = if address.to_canonical().is_ipv4() { 32 } else { 128 };
        let length: u32 = length.map_or(Ok(widest), |l| l.trim().parse().map_err(|_| ()))?;
        let own = widest.checked_sub(length).ok_or(())?;
        let mask = u128::MAX.checked_shl(own).unwrap_or(0);
        Ok(Network { base: bits(address) & mask, mask })
    }
}

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxies(Arc<[Network]>);

impl Proxies {
    /// Reads the list; the one that is no address is the error.
    pub(crate) fn read(given: &[String]) -> Result<Proxies, String> {
        let all: Result<Vec<Network>, String> =
            given.iter().map(|text| text.trim().parse().map_err(|()| text.clone())).collect();
        all.map(|all| Proxies(all.into()))
    }

    fn believed(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| bits(address) & network.mask == network.base)
    }

    /// Puts the visitor's address in the place of a trusted proxy's.
    pub(crate) fn see_through(&self, request: &mut Request) {
        let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() else {
            return;
        };
        if !self.believed(peer.ip()) {
            return;
        }
        // An octet that is no text spoils its own entry, not the line around it.
        let lines = request.headers().get_all(HEADER).iter();
        let said = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect::<Vec<_>>().join(",");
        let mut visitor = peer.ip();
        for one in said.rsplit(',') {
            // What is no address was not written by a proxy; the last one that vouched stands.
            let Ok(address) = one.trim().parse::<IpAddr>() else { break };
            visitor = address;
            if !self.believed(address) {
                break;
            }
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(visitor, peer.port())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn seen(trusted: &[&str], peer: &str, headers: &[&[u8]]) -> String {
        let trusted: Vec<String> = trusted.iter().map(|t| (*t).to_owned()).collect();
        let proxies = Proxies::read(&trusted).unwrap();
        let mut request = Request::new(axum::body::Body::empty());
        for header in headers {
            request.headers_mut().append(HEADER, HeaderValue::from_bytes(header).unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 5000)));
        proxies.see_through(&mut request);
        request.extensions().get::<ConnectInfo<SocketAddr>>().unwrap().0.ip().to_string()
    }

    #[test]
    fn a_header_is_believed_as_far_as_it_was_vouched_for() {
        let ours = &["10.0.0.0/8", "2001:db8::1"][..];
        let table: &[(&[&str], &str, &[&str], &str)] = &[
            (&[], "10.0.0.1", &["203.0.113.9"], "10.0.0.1"),
            (ours, "192.0.2.7", &["203.0.113.9"], "192.0.2.7"),
            (ours, "10.0.0.1", &[], "10.0.0.1"),
            (ours, "10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            (ours, "::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            (ours, "10.0.0.1", &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            (ours, "10.0.0.1", &["198.51.100.1, 203.0.113.9, 10.9.9.9"], "203.0.113.9"),
            (ours, "10.0.0.1", &["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
            (ours, "2001:db8::1", &["2001:db8:1::5"], "2001:db8:1::5"),
            (ours, "2001:db8::2", &["203.0.113.9"], "2001:db8::2"),
            (ours, "10.0.0.1", &["203.0.113.9, nonsense"], "10.0.0.1"),
            (ours, "10.0.0.1", &["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ];
        for (trusted, peer, headers, expected) in table {
            let lines: Vec<&[u8]> = headers.iter().map(|line| line.as_bytes()).collect();
            assert_eq!(seen(trusted, peer, &lines), *expected, "{trusted:?} {peer} {headers:?}");
        }
        let unreadable: [&[u8]; 2] = [b"1.2.3.4", b"\xff, 203.0.113.9"];
        assert_eq!(seen(ours, "10.0.0.1", &unreadable), "203.0.113.9", "as without the entry of that octet");
        let last: [&[u8]; 2] = [b"1.2.3.4", b"203.0.113.9, \xff"];
        assert_eq!(seen(ours, "10.0.0.1", &last), "10.0.0.1", "no address, as any other nonsense");
    }

    #[test]
    fn what_is_no_network_is_named() {
        for wrong in ["", "proxy", "10.0.0.0/33", "::1/129", "10.0.0.1/x"] {
            assert_eq!(Proxies::read(&[wrong.to_owned()]).err().as_deref(), Some(wrong));
        }
        let all = Proxies::read(&["0.0.0.0/0".to_owned()]).unwrap();
        assert!(
            all.believed("203.0.113.9".parse().unwrap()) && !all.believed("2001:db8::1".parse().unwrap())
        );
    }
}
