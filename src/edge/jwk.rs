//! Signatures under a public key in JSON (a JWK), checked by the runtime's own WebCrypto.

use std::future::Future;

/// A public key, in base64url as in a JWK. Its kind settles the algorithm: nothing in a token can choose another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// For RS256: RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa {
        /// The modulus.
        n: String,
        /// The exponent.
        e: String,
    },
    /// For ES256: ECDSA on P-256 with SHA-256; the signature is r and s, 32 bytes each.
    P256 {
        /// The point's first coordinate.
        x: String,
        /// The point's second coordinate.
        y: String,
    },
}

/// Whether `signature` is `message`'s under the key.
///
/// # Errors
/// A key that cannot be read, in words for the log.
#[cfg(target_arch = "wasm32")]
pub fn verify<'a>(
    key: &'a PublicKey,
    message: &'a [u8],
    signature: &'a [u8],
) -> impl Future<Output = Result<bool, String>> + Send + 'a {
    super::sendable(async move {
        verify_in_worker(key, message, signature)
            .await
            .map_err(|error| format!("{error:?}"))
    })
}

#[cfg(target_arch = "wasm32")]
async fn verify_in_worker(
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, wasm_bindgen::JsValue> {
    use super::webcrypto::{self, object};
    let (key, import, algorithm) = match key {
        PublicKey::Rsa { n, e } => {
            let algorithm = [("name", "RSASSA-PKCS1-v1_5"), ("hash", "SHA-256")];
            (
                object(&[("kty", "RSA"), ("n", n), ("e", e)])?,
                object(&algorithm)?,
                object(&algorithm)?,
            )
        }
        PublicKey::P256 { x, y } => (
            object(&[("kty", "EC"), ("crv", "P-256"), ("x", x), ("y", y)])?,
            object(&[("name", "ECDSA"), ("namedCurve", "P-256")])?,
            object(&[("name", "ECDSA"), ("hash", "SHA-256")])?,
        ),
    };
    webcrypto::verify("jwk", &key, &import, &algorithm, message, signature).await
}

/// Natively there is no WebCrypto: nothing is believed.
///
/// # Errors
/// Never.
#[cfg(not(target_arch = "wasm32"))]
pub fn verify<'a>(
    _key: &'a PublicKey,
    _message: &'a [u8],
    _signature: &'a [u8],
) -> impl Future<Output = Result<bool, String>> + Send + 'a {
    std::future::ready(Ok(false))
}
