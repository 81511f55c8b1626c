//! Whether a certificate is the carrier's: by whom the system trusts, by the authorities that were given, or by its
//! fingerprint. What is refused is told with what would have it accepted.

use super::Wanted;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
};

/// Octets of a fingerprint.
const PRINT: usize = 32;

#[derive(Debug)]
pub(super) struct Judge {
    provider: Arc<CryptoProvider>,
    by: By,
}

#[derive(Debug)]
enum By {
    Pins(Vec<[u8; PRINT]>),
    Authorities(Arc<dyn ServerCertVerifier>),
}

impl Judge {
    pub(super) fn new(wanted: &Wanted, provider: &Arc<CryptoProvider>) -> Result<Judge, String> {
        let pins = pins(&wanted.pins)?;
        let by = if !pins.is_empty() {
            By::Pins(pins)
        } else if wanted.authorities.trim().is_empty() {
            let system = rustls_platform_verifier::Verifier::new(Arc::clone(provider));
            By::Authorities(Arc::new(
                system.map_err(|e| format!("whom this system trusts cannot be read: {e}"))?,
            ))
        } else {
            let built =
                WebPkiServerVerifier::builder_with_provider(roots(wanted)?, Arc::clone(provider)).build();
            By::Authorities(built.map_err(|e| format!("tls_ca: {e}"))?)
        };
        Ok(Judge { provider: Arc::clone(provider), by })
    }
}

/// Those who are trusted because the settings name them.
fn roots(wanted: &Wanted) -> Result<Arc<RootCertStore>, String> {
    let mut roots = RootCertStore::empty();
    for one in authorities(&wanted.authorities)? {
        roots.add(one).map_err(|e| format!("tls_ca: {e}"))?;
    }
    Ok(Arc::new(roots))
}

/// Certificates: PEM, or the path of a file with PEM.
pub(super) fn authorities(text: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = text.trim();
    let read: Result<Vec<_>, _> = if text.contains("-----BEGIN") {
        CertificateDer::pem_slice_iter(text.as_bytes()).collect()
    } else {
        CertificateDer::pem_file_iter(text).and_then(Iterator::collect)
    };
    match read {
        Ok(some) if !some.is_empty() => Ok(some),
        Ok(_) => Err("there is no certificate in it".to_owned()),
        Err(e) => Err(format!("it cannot be read as PEM: {e}")),
    }
}

/// Whether `tls_ca` can be read; for the form. A file may stand on the machine that will connect and not on this one.
pub(crate) fn check_authorities(text: &str) -> Result<(), String> {
    let is_pem = text.contains("-----BEGIN");
    if is_pem { authorities(text).map(drop) } else { Ok(()) }
}

/// Fingerprints apart by comma, blank or line.
fn pins(text: &str) -> Result<Vec<[u8; PRINT]>, String> {
    let each = text.split([',', ' ', '\n', '\r', '\t', ';']).filter(|word| !word.is_empty());
    each.map(|word| {
        let hex: String = word.chars().filter(|ch| *ch != ':').collect();
        let octets = sms::hex::decode(&hex).and_then(|octets| <[u8; PRINT]>::try_from(octets).ok());
        octets.ok_or_else(|| format!("'{word}' is no SHA-256 fingerprint: 32 octets in hex, as AB:CD:…"))
    })
    .collect()
}

/// Whether `tls_pin` can be read; for the form.
pub(crate) fn check_pins(text: &str) -> Result<(), String> {
    pins(text).map(drop)
}

fn fingerprint(certificate: &CertificateDer<'_>) -> [u8; PRINT] {
    Sha256::digest(certificate.as_ref()).into()
}

fn written(print: &[u8; PRINT]) -> String {
    print.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":")
}

fn not_pinned(print: &[u8; PRINT]) -> String {
    format!("its certificate is not the one that tls_pin names; it has the fingerprint {}", written(print))
}

/// Why it is not trusted, and what would help.
fn words(why: &CertificateError, name: &ServerName<'_>, print: &[u8; PRINT]) -> String {
    let pin = format!("if it is the carrier's, set tls_pin={}", written(print));
    let name = name.to_str();
    match why {
        CertificateError::UnknownIssuer => {
            format!("nobody who is trusted signed its certificate: set tls_ca to who did, or, {pin}")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet: is the clock of this machine right?".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is not for {name}: set tls_name to the name it has, or, {pin}")
        }
        CertificateError::Revoked => "its certificate was revoked".to_owned(),
        other => format!("its certificate is refused ({other:?}); {pin}"),
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let print = fingerprint(end);
        match &self.by {
            By::Pins(pins) if pins.contains(&print) => Ok(ServerCertVerified::assertion()),
            By::Pins(_) => Err(Error::General(not_pinned(&print))),
            By::Authorities(judge) => {
                judge.verify_server_cert(end, between, name, ocsp, now).map_err(|e| match e {
                    Error::InvalidCertificate(why) => Error::General(words(&why, name, &print)),
                    other => other,
                })
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Whom a carrier that connects to us must be by its certificate: signed by who is named, or of a fingerprint.
#[derive(Debug)]
pub(super) struct Guests {
    provider: Arc<CryptoProvider>,
    by: ByGuest,
}

#[derive(Debug)]
enum ByGuest {
    Pins(Vec<[u8; PRINT]>),
    Authorities(Arc<dyn ClientCertVerifier>),
}

impl Guests {
    /// `None` where the settings name nobody: then none is asked for.
    pub(super) fn of(wanted: &Wanted, provider: &Arc<CryptoProvider>) -> Result<Option<Guests>, String> {
        let pins = pins(&wanted.pins)?;
        let by = if !pins.is_empty() {
            ByGuest::Pins(pins)
        } else if wanted.authorities.trim().is_empty() {
            return Ok(None);
        } else {
            let built =
                WebPkiClientVerifier::builder_with_provider(roots(wanted)?, Arc::clone(provider)).build();
            ByGuest::Authorities(built.map_err(|e| format!("tls_ca: {e}"))?)
        };
        Ok(Some(Guests { provider: Arc::clone(provider), by }))
    }
}

impl ClientCertVerifier for Guests {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        match &self.by {
            ByGuest::Pins(_) => &[],
            ByGuest::Authorities(judge) => judge.root_hint_subjects(),
        }
    }

    fn verify_client_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let print = fingerprint(end);
        match &self.by {
            ByGuest::Pins(pins) if pins.contains(&print) => Ok(ClientCertVerified::assertion()),
            ByGuest::Pins(_) => Err(Error::General(not_pinned(&print))),
            ByGuest::Authorities(judge) => judge.verify_client_cert(end, between, now).map_err(|e| match e {
                Error::InvalidCertificate(why) => Error::General(format!(
                    "the certificate it shows is refused ({why}); if it is the carrier's, set tls_pin={}",
                    written(&print)
                )),
                other => other,
            }),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_and_authorities_are_read_or_refused_in_words() {
        let hex = "ab".repeat(PRINT);
        let colons = vec!["AB"; PRINT].join(":");
        assert_eq!(pins(&format!("{hex}, {colons}")).unwrap(), [[0xAB; PRINT]; 2]);
        assert_eq!(pins("").unwrap().len(), 0);
        for bad in ["ab", &hex[2..], "zz"] {
            assert!(check_pins(bad).unwrap_err().contains("SHA-256"), "{bad}");
        }
        assert!(check_authorities("-----BEGIN CERTIFICATE-----\nnonsense").is_err());
        assert!(check_authorities("/etc/carrier.pem").is_ok(), "a file is read by who connects");
        assert!(authorities("/nowhere/at/all.pem").is_err());
    }
}
