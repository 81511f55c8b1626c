//! TLS to a carrier: a [`Net`] around another one. It shakes hands as it connects, and says in words what is wrong with the
//! certificate it is shown. It never speaks without TLS where TLS is asked for.

mod called;
mod judge;
mod socket;

use crate::net::{Asked, Net, Socket, readable, writable};
use judge::Judge;
use socket::Secured;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, Connection};

/// How long hands may be shaken: less than a connection may take, so that it can be told why.
const HANDSHAKE: Duration = Duration::from_secs(5);

pub(crate) use called::Called;
pub(crate) use judge::{check_authorities, check_pins};

/// What a connector's settings say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Whom the certificate must name, and who is asked for in the hello.
    pub(crate) name: String,
    /// Certificates in PEM, or a file of them: those who sign are trusted, and nobody else.
    pub(crate) authorities: String,
    /// SHA-256 fingerprints: a certificate that has one of them is trusted whoever signed it.
    pub(crate) pins: String,
}

/// A network that is reached inside TLS.
pub(crate) struct Tls {
    inner: Arc<dyn Net>,
    wanted: Wanted,
    /// Read when it is first needed.
    config: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    pub(crate) fn new(inner: Arc<dyn Net>, wanted: Wanted) -> Tls {
        Tls { inner, wanted, config: OnceLock::new() }
    }

    fn config(&self) -> io::Result<Arc<ClientConfig>> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let judge = Judge::new(&self.wanted, &provider).map_err(io::Error::other)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .dangerous() // the judge is as strict as rustls' own, and tells more
            .with_custom_certificate_verifier(Arc::new(judge))
            .with_no_client_auth();
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }

    async fn secure(&self, socket: Box<dyn Socket>) -> io::Result<Box<dyn Socket>> {
        let name = self.wanted.name.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(name)
            .map_err(|_| io::Error::other("tls_name is no name that a certificate can have"))?;
        let session = ClientConnection::new(self.config()?, name).map_err(io::Error::other)?;
        shaken(Secured::new(socket, Connection::Client(session))).await
    }
}

/// Shakes hands; gives the socket that is ready to be spoken through.
async fn shaken(secured: Secured) -> io::Result<Box<dyn Socket>> {
    while secured.is_handshaking() {
        if secured.flush()? {
            writable(secured.plain()).await?;
            continue;
        }
        if !secured.is_handshaking() {
            break;
        }
        readable(secured.plain()).await?;
        secured.read_handshake()?;
    }
    Ok(Box::new(secured))
}

impl Net for Tls {
    fn look_up<'a>(&'a self, name: &'a str) -> Asked<'a, Vec<SocketAddr>> {
        self.inner.look_up(name)
    }

    fn connect(&self, address: SocketAddr) -> Asked<'_, Box<dyn Socket>> {
        Box::pin(async move {
            let secured = self.secure(self.inner.connect(address).await?);
            let silent = "nothing of TLS comes from it: this port may speak without";
            tokio::time::timeout(HANDSHAKE, secured).await.unwrap_or_else(|_| Err(io::Error::other(silent)))
        })
    }
}
