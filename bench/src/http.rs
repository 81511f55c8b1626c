//! As little HTTP as a load generator needs: requests as octets, answers read to their end. Nothing is allocated per
//! request, so that what is measured is the server.

use crate::Res;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer's head, found in what was read so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Its status.
    pub(crate) status: u16,
    /// Where its body begins.
    pub(crate) body: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// The head, once it is whole. A body without a stated length is no answer to us.
pub(crate) fn head(read: &[u8]) -> Option<Result<Head, &'static str>> {
    let body = read.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let text = read.get(..body).unwrap_or_default();
    let status = std::str::from_utf8(text.get(9..12).unwrap_or_default()).ok().and_then(|s| s.parse().ok());
    let Some(status) = status else { return Some(Err("an answer that is no HTTP")) };
    let value = |wanted: &str| {
        text.split(|b| *b == b'\n').find_map(|line| {
            let (name, value) = line.split_at(line.iter().position(|b| *b == b':')?);
            let value = std::str::from_utf8(value.get(1..)?).ok()?.trim();
            name.eq_ignore_ascii_case(wanted.as_bytes()).then_some(value)
        })
    };
    if let Some(length) = value("content-length").and_then(|v| v.parse::<usize>().ok()) {
        return Some(Ok(Head { status, body, end: body + length }));
    }
    if value("transfer-encoding").is_none_or(|v| !v.eq_ignore_ascii_case("chunked")) {
        return Some(Err("an answer without a length"));
    }
    let last = read.get(body - 2..)?.windows(7).position(|w| w == b"\r\n0\r\n\r\n")?;
    Some(Ok(Head { status, body, end: body - 2 + last + 7 }))
}

/// One GET over a connection of its own: status and body.
pub(crate) fn get(addr: SocketAddr, path: &str) -> Res<(u16, String)> {
    let mut socket = TcpStream::connect_timeout(&addr, Duration::from_secs(2))?;
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    socket
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n").as_bytes())?;
    let mut read = Vec::new();
    socket.read_to_end(&mut read)?;
    let text = String::from_utf8_lossy(&read);
    let (head, body) = text.split_once("\r\n\r\n").ok_or("an answer that is no HTTP")?;
    let status = head.get(9..12).unwrap_or_default().parse()?;
    Ok((status, body.to_owned()))
}

/// One value of `/metrics`.
pub(crate) fn metric(addr: SocketAddr, name: &str) -> Res<f64> {
    let (_, text) = get(addr, "/metrics")?;
    let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' '));
    Ok(line.ok_or_else(|| format!("/metrics has no {name}"))?.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::{Head, head};

    #[test]
    fn an_answer_is_read_to_its_stated_end() {
        let whole = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nx: y\r\n\r\n{}";
        assert_eq!(head(whole), Some(Ok(Head { status: 202, body: 50, end: 52 })));
        assert_eq!(head(&whole[..40]), None);
        assert!(head(b"HTTP/1.1 202 Accepted\r\n\r\n").is_some_and(|h| h.is_err()));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n";
        assert_eq!(head(chunked), Some(Ok(Head { status: 200, body: 47, end: chunked.len() })));
        assert_eq!(head(&chunked[..chunked.len() - 1]), None);
        assert!(head(b"nonsense\r\n\r\n").is_some_and(|h| h.is_err()));
    }
}
