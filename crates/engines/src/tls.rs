//! Encryption with rustls: whom to trust, and how strictly.

use crate::database::{Failure, FailureKind};
use crate::target::{Pem, Tls, TlsMode};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::fmt::Display;
use std::sync::Arc;

/// How strictly a server's certificate is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Whoever answers is believed.
    Nobody,
    /// It comes from somebody who is trusted.
    Issuer,
    /// And it is made out for this host.
    Host,
}

/// As libpq has it: whoever names roots means them, so `require` then looks at who made the certificate.
pub(crate) fn strictness(tls: &Tls) -> Strictness {
    match tls.mode {
        TlsMode::VerifyFull => Strictness::Host,
        TlsMode::VerifyCa => Strictness::Issuer,
        TlsMode::Require if tls.roots.is_some() => Strictness::Issuer,
        _ => Strictness::Nobody,
    }
}

/// The one that computes. Named wherever it is used, since another crate in the process may bring a second one.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// What rustls needs to know.
///
/// # Errors
/// Where a certificate or a key can't be read or used.
pub(crate) fn config(tls: &Tls) -> Result<ClientConfig, Failure> {
    let provider = provider();
    let strictness = strictness(tls);
    let versions = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let verifier = match strictness {
        Strictness::Nobody => None,
        _ => Some(verifier(tls, provider.clone())?),
    };
    let look = Look { strictness, verifier, provider };
    let builder = versions.map_err(unusable)?.dangerous().with_custom_certificate_verifier(Arc::new(look));
    match &tls.identity {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => {
            builder.with_client_auth_cert(certificates(certificate)?, private_key(key)?).map_err(unusable)
        }
    }
}

fn verifier(tls: &Tls, provider: Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>, Failure> {
    let mut roots = RootCertStore::empty();
    match &tls.roots {
        Some(own) => {
            for certificate in certificates(own)? {
                roots.add(certificate).map_err(unusable)?;
            }
        }
        None => {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            // A company's own authority is in the system's store; what can't be read there does not matter.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().map_err(unusable)
}

fn certificates(pem: &Pem) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let bytes = bytes(pem)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match found.map_err(unusable)? {
        none if none.is_empty() => Err(unusable("there is no certificate in it")),
        found => Ok(found),
    }
}

fn private_key(pem: &Pem) -> Result<PrivateKeyDer<'static>, Failure> {
    PrivateKeyDer::from_pem_slice(&bytes(pem)?).map_err(unusable)
}

fn bytes(pem: &Pem) -> Result<Vec<u8>, Failure> {
    match pem {
        Pem::Text(text) => Ok(text.expose().as_bytes().to_vec()),
        Pem::File(path) => std::fs::read(path).map_err(|e| unusable(format!("{}: {e}", path.display()))),
    }
}

fn unusable(why: impl Display) -> Failure {
    Failure::new(FailureKind::Unsupported, format!("the certificate or key can't be used: {why}"))
        .hinted("certificates and keys are read as PEM")
}

/// Looks at certificates as strictly as was asked for.
#[derive(Debug)]
struct Look {
    strictness: Strictness,
    verifier: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Look {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(verifier) = &self.verifier else { return Ok(ServerCertVerified::assertion()) };
        match verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.strictness == Strictness::Issuer => Ok(ServerCertVerified::assertion()),
            seen => seen,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
