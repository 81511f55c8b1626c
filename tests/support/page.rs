//! A browser without script, as plain HTTP: pages, forms, and somebody of the staff with a session.

use super::Server;
use std::io::{Read, Write};
use std::net::TcpStream;

/// An answer to a browser without cookies.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) fn browse(
    server: &Server,
    method: &str,
    path: &str,
    headers: &[&str],
    form: &[(&str, &str)],
) -> Page {
    let escape = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
    let pairs: Vec<String> = form.iter().map(|(n, v)| format!("{n}={}", escape(v))).collect();
    raw(server, method, path, headers, &pairs.join("&"))
}

pub(crate) fn raw(server: &Server, method: &str, path: &str, headers: &[&str], body: &str) -> Page {
    let mut stream = TcpStream::connect(&server.address).expect("the server listens");
    let more: String = headers.iter().map(|h| format!("{h}\r\n")).collect();
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let (host, length) = (&server.address, body.len());
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}{kind}");
    // A server that refuses a body need not read it all.
    let _ = write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{body}");
    let mut octets = Vec::new();
    let _ = stream.read_to_end(&mut octets);
    let text = String::from_utf8_lossy(&octets).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
    Page { status, head: head.to_owned(), body: body.to_owned() }
}

pub(crate) fn value(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let found = page.split(&mark).nth(1).and_then(|rest| rest.split('"').next());
    found.unwrap_or_else(|| panic!("no {name} on {page}")).to_owned()
}

/// Somebody of the staff with a session.
pub(crate) struct Staff<'s> {
    pub(crate) server: &'s Server,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

impl<'s> Staff<'s> {
    pub(crate) fn signed_in(server: &'s Server) -> Staff<'s> {
        let form = [("login", "rivka@shop.example"), ("password", "correct horse battery")];
        let page = browse(server, "POST", "/login", &[], &form);
        let cookie = page.head.lines().find_map(|l| l.strip_prefix("set-cookie: ")).expect("a session");
        let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap_or_default());
        let home = browse(server, "GET", "/contacts/forms", &[&cookie], &[]);
        assert_eq!(home.status, 200, "{}", home.body);
        Staff { server, csrf: value(&home.body, "csrf"), cookie }
    }

    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let form: Vec<(&str, &str)> = form.iter().copied().chain([("csrf", self.csrf.as_str())]).collect();
        browse(self.server, "POST", path, &[&self.cookie], &form)
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        browse(self.server, "GET", path, &[&self.cookie], &[])
    }
}
