//! An account at a provider: its session, and messages as requests ready to be made.

use super::session::Session;
use super::{Call, Mail, Provider};
use crate::letter::Encode;
use crate::talk::{Settings, Talk, Tongue};
use sms::Encoding;
use sms::id::{kind, public};
use std::sync::Arc;
use store::Db;
use store::machine::outbox::Ready;

/// The name under which a try is told in the addresses of its reports.
pub(crate) const NAME: &str = "sw";

/// What all links of the account share.
pub(crate) struct Account {
    pub(crate) provider: Arc<dyn Provider>,
    /// Where webhooks are to go; empty where nobody knows how we are reached.
    pub(crate) hooks: String,
}

/// A message and its try as one word, and back.
pub(crate) fn name_of(message: i64, attempt: i64) -> String {
    format!("{}-{attempt}", public(kind::MESSAGE, message))
}

/// The message and try of such a word; `None` for any other.
pub(crate) fn named(name: &str) -> Option<(i64, i64)> {
    let (message, attempt) = name.rsplit_once('-')?;
    Some((sms::id::parse(kind::MESSAGE, message)?, attempt.parse().ok().filter(|n| (0..1_000).contains(n))?))
}

/// `host:port` of an address, or of what stands before it.
pub(crate) fn address(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let named = host.rsplit_once(':').is_some_and(|(before, port)| {
        port.parse::<u16>().is_ok() && (!before.contains(':') || before.ends_with(']'))
    });
    (!host.is_empty()).then(|| if named { host.to_owned() } else { format!("{host}:{port}") })
}

impl Tongue for Account {
    fn talk(&self, settings: &Settings, _db: &Db, now: i64) -> Box<dyn Talk> {
        Box::new(Session::new(Arc::clone(&self.provider), settings, now))
    }

    fn encoder(&self, db: &Db) -> Encode {
        let (provider, hooks, db) = (Arc::clone(&self.provider), self.hooks.clone(), db.clone());
        Arc::new(move |ready| body(&*provider, &hooks, ready, db.now_ms()).map(|body| vec![body]))
    }

    fn sends_whole(&self) -> bool {
        true
    }
}

fn body(provider: &dyn Provider, hooks: &str, ready: &Ready, now: i64) -> Result<Vec<u8>, String> {
    let name = name_of(ready.row.id, ready.attempt);
    let hook = if hooks.is_empty() { String::new() } else { format!("{hooks}/status") };
    let mail = Mail {
        to: ready.recipient.clone(),
        from: ready.sender.clone(),
        text: ready.text.clone(),
        unicode: ready.spelling.encoding == Encoding::Ucs2,
        valid_s: ((ready.valid_until - now) / 1_000).max(1),
        valid_until: ready.valid_until,
        same: public(kind::MESSAGE, ready.row.id),
        name,
        hook,
    };
    let call = Call { name: mail.name.clone(), ..provider.request(&mail)? };
    serde_json::to_vec(&call).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_is_named_and_found_again() {
        assert_eq!(named(&name_of(77, 3)), Some((77, 3)));
        for odd in ["", "-", "msg_-1", "msg_00000000002D", "con_000000000002D-1", "msg_000000000002D--1"] {
            assert_eq!(named(odd), None, "{odd}");
        }
    }

    #[test]
    fn an_address_has_its_port() {
        for (url, wanted) in [
            ("https://api.example/x?y", Some("api.example:443")),
            ("http://127.0.0.1:8080", Some("127.0.0.1:8080")),
            ("http://[::1]:8080/", Some("[::1]:8080")),
            ("http://[::1]/", Some("[::1]:80")),
            ("https://u:p@proxy.example:3128", Some("proxy.example:3128")),
            ("ftp://x", None),
            ("x", None),
            ("http:///x", None),
        ] {
            assert_eq!(address(url).as_deref(), wanted, "{url}");
        }
    }
}
