//! SMPP inside TLS: the certificate of this server, read again when its file changes, so that a renewal ends no session.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The files of a certificate, both PEM.
#[derive(Debug, Clone)]
pub struct Files {
    /// The certificate and those above it.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The certificate as it was read last.
pub(super) struct Identity {
    files: Files,
    read: Option<SystemTime>,
    acceptor: TlsAcceptor,
}

impl Identity {
    /// Reads it.
    pub(super) fn read(files: Files) -> io::Result<Identity> {
        let (read, acceptor) = (changed(&files), acceptor(&files)?);
        Ok(Identity { files, read, acceptor })
    }

    /// What takes the next connection. A file that cannot be read any more leaves the one that was.
    pub(super) fn acceptor(&mut self) -> TlsAcceptor {
        let now = changed(&self.files);
        if now != self.read {
            self.read = now;
            match acceptor(&self.files) {
                Ok(acceptor) => {
                    tracing::info!("the SMPP server shows a new certificate");
                    self.acceptor = acceptor;
                }
                Err(e) => tracing::warn!(error = %e, "the new certificate cannot be used; the old one stays"),
            }
        }
        self.acceptor.clone()
    }
}

fn changed(files: &Files) -> Option<SystemTime> {
    let at = |path| std::fs::metadata(path).and_then(|m| m.modified()).ok();
    at(&files.certificate).max(at(&files.key))
}

fn acceptor(files: &Files) -> io::Result<TlsAcceptor> {
    let wrong = |what: &std::path::Path, e: String| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{}: {e}", what.display()))
    };
    let chain: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_file_iter(&files.certificate).and_then(Iterator::collect);
    let chain = chain.map_err(|e| wrong(&files.certificate, e.to_string()))?;
    if chain.is_empty() {
        return Err(wrong(&files.certificate, "there is no certificate in it".into()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|e| wrong(&files.key, e.to_string()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|e| wrong(&files.certificate, e.to_string()))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
