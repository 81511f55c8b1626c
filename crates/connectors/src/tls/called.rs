//! TLS with a carrier that connects to us: there it is the client, so the certificate is ours to show. Where the settings
//! name whom to trust, it has to show one as well. It never goes on without TLS.

use super::judge::{Guests, authorities};
use super::socket::Secured;
use super::{HANDSHAKE, Wanted, shaken};
use crate::net::Socket;
use std::io;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{Connection, ServerConfig, ServerConnection};

/// What we show and whom we let in.
pub(crate) struct Called {
    /// Our certificate and those above it: PEM, or the path of a file with PEM. The key likewise.
    certificate: String,
    key: String,
    wanted: Wanted,
}

impl Called {
    pub(crate) fn new(certificate: String, key: String, wanted: Wanted) -> Called {
        Called { certificate, key, wanted }
    }

    /// Read at each call: a file that was renewed counts from the next one on.
    fn config(&self) -> io::Result<Arc<ServerConfig>> {
        if self.certificate.trim().is_empty() || self.key.trim().is_empty() {
            return Err(io::Error::other(
                "a carrier that connects to us inside TLS is shown a certificate: set outbind_certificate and outbind_key",
            ));
        }
        let wrong = |what: &str, e: String| io::Error::other(format!("{what}: {e}"));
        let chain = authorities(&self.certificate).map_err(|e| wrong("outbind_certificate", e))?;
        let key = private_key(&self.key).map_err(|e| wrong("outbind_key", e))?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let builder = match Guests::of(&self.wanted, &provider).map_err(io::Error::other)? {
            Some(guests) => builder.with_client_cert_verifier(Arc::new(guests)),
            None => builder.with_no_client_auth(),
        };
        let config = builder.with_single_cert(chain, key);
        config.map(Arc::new).map_err(|e| wrong("outbind_certificate", e.to_string()))
    }

    pub(crate) async fn secure(&self, socket: Box<dyn Socket>) -> io::Result<Box<dyn Socket>> {
        let session = ServerConnection::new(self.config()?).map_err(io::Error::other)?;
        let secured = shaken(Secured::new(socket, Connection::Server(session)));
        let silent = "it connected to us and says nothing of TLS";
        tokio::time::timeout(HANDSHAKE, secured).await.unwrap_or_else(|_| Err(io::Error::other(silent)))
    }
}

/// A private key: PEM, or the path of a file with PEM. A form of one line took the ends of its lines away.
fn private_key(text: &str) -> Result<PrivateKeyDer<'static>, String> {
    let text = text.trim();
    let read = if text.contains("-----BEGIN") {
        let lines = text.replace("KEY-----", "KEY-----\n").replace("-----END", "\n-----END");
        PrivateKeyDer::from_pem_slice(lines.as_bytes())
    } else {
        PrivateKeyDer::from_pem_file(text)
    };
    read.map_err(|e| format!("it cannot be read as the PEM of a private key: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../../tests/smpp/certificates/carrier.key");

    #[test]
    fn a_key_is_read_with_and_without_its_lines() {
        let bare = KEY.replace('\n', "");
        for text in [KEY, &bare] {
            assert!(private_key(text).is_ok());
        }
        assert!(private_key("-----BEGIN PRIVATE KEY-----nonsense").is_err());
        assert!(private_key("/nowhere/at/all.key").is_err());
    }
}
