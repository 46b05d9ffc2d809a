//! The runtime's WebCrypto: a public key is imported, a signature checked.

use js_sys::futures::JsFuture;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// An object of texts, as WebCrypto takes keys and algorithms.
///
/// # Errors
/// The runtime's.
pub(super) fn object(fields: &[(&str, &str)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), &(*value).into())?;
    }
    Ok(object)
}

/// Whether `signature` is `message`'s under the key.
///
/// # Errors
/// The runtime's, as for a key that is none.
pub(super) async fn verify(
    format: &str,
    key: &JsValue,
    key_algorithm: &Object,
    algorithm: &Object,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, JsValue> {
    let subtle = Reflect::get(
        &Reflect::get(&js_sys::global(), &"crypto".into())?,
        &"subtle".into(),
    )?;
    let call = async |name: &str, arguments: Array| -> Result<JsValue, JsValue> {
        let function: Function = Reflect::get(&subtle, &name.into())?.dyn_into()?;
        let promise: Promise = function.apply(&subtle, &arguments)?.dyn_into()?;
        JsFuture::from(promise).await
    };
    let import = Array::of5(
        &format.into(),
        key,
        key_algorithm,
        &JsValue::FALSE,
        &Array::of1(&"verify".into()),
    );
    let key = call("importKey", import).await?;
    let check = Array::of4(
        algorithm,
        &key,
        &Uint8Array::from(signature),
        &Uint8Array::from(message),
    );
    Ok(call("verify", check).await?.is_truthy())
}
