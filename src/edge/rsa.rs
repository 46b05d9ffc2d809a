//! RSA signatures, checked by the runtime's own WebCrypto: a software RSA in the module would be large and slow.

use std::future::Future;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What was signed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// Whether `signature` is `message`'s (RSASSA-PKCS1-v1_5) under the public key of a certificate in PEM.
///
/// # Errors
/// A certificate that cannot be read, in words for the log.
#[cfg(target_arch = "wasm32")]
pub fn verify_with_certificate<'a>(
    pem: &'a str,
    hash: Hash,
    message: &'a [u8],
    signature: &'a [u8],
) -> impl Future<Output = Result<bool, String>> + Send + 'a {
    super::sendable(async move {
        let key = public_key_of(pem).ok_or("a certificate that cannot be read")?;
        verify(&key, hash, message, signature)
            .await
            .map_err(|error| format!("{error:?}"))
    })
}

/// Natively there is no WebCrypto: nothing is believed.
///
/// # Errors
/// A certificate that cannot be read, in words for the log.
#[cfg(not(target_arch = "wasm32"))]
pub fn verify_with_certificate<'a>(
    pem: &'a str,
    _hash: Hash,
    _message: &'a [u8],
    _signature: &'a [u8],
) -> impl Future<Output = Result<bool, String>> + Send + 'a {
    std::future::ready(match public_key_of(pem) {
        Some(_) => Ok(false),
        None => Err("a certificate that cannot be read".into()),
    })
}

/// The SubjectPublicKeyInfo (DER) of a certificate in PEM.
fn public_key_of(pem: &str) -> Option<Vec<u8>> {
    use x509_cert::der::{Decode, Encode};
    let body: String = pem
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "-----BEGIN CERTIFICATE-----")
        .skip(1)
        .take_while(|line| *line != "-----END CERTIFICATE-----")
        .collect();
    let der = STANDARD.decode(body).ok()?;
    let certificate = x509_cert::Certificate::from_der(&der).ok()?;
    certificate
        .tbs_certificate
        .subject_public_key_info
        .to_der()
        .ok()
}

#[cfg(target_arch = "wasm32")]
async fn verify(
    key: &[u8],
    hash: Hash,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, wasm_bindgen::JsValue> {
    use super::webcrypto;
    let hash = match hash {
        Hash::Sha1 => "SHA-1",
        Hash::Sha256 => "SHA-256",
    };
    let algorithm = webcrypto::object(&[("name", "RSASSA-PKCS1-v1_5"), ("hash", hash)])?;
    let key = js_sys::Uint8Array::from(key);
    webcrypto::verify("spki", &key, &algorithm, &algorithm, message, signature).await
}
