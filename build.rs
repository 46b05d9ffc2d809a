//! What is prepared once, at build time: the base email, rendered from MJML to the table-and-inline-style HTML that mail
//! clients understand; the API's contract without its line breaks, as the Worker serves it; and the page that shows it.

use std::error::Error;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = std::env::var("OUT_DIR")?;
    let out = Path::new(&out);
    write_contract(out)?;
    write_reference_page(out)?;
    write_base_email(out)
}

fn write_contract(out: &Path) -> Result<(), Box<dyn Error>> {
    let contract = source("pages/api/openapi.json")?;
    // Before it is written for the first time it is empty; a test holds it to the code.
    let contract: serde_json::Value = serde_json::from_str(&contract).unwrap_or_default();
    let contract = contract.to_string();
    println!("cargo::rustc-env=CONTRACT_HASH={}", version_of(&contract));
    std::fs::write(out.join("openapi.json"), contract)?;
    Ok(())
}

/// One page with its style and script in it, and their hashes, which are all that its policy lets run.
fn write_reference_page(out: &Path) -> Result<(), Box<dyn Error>> {
    let style = source("templates/docs.css")?;
    let script = source("templates/docs.js")?;
    let page = source("templates/docs.html")?
        .replace("{{ style }}", &style)
        .replace("{{ script }}", &script);
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    println!("cargo::rustc-env=DOCS_STYLE_HASH={}", hash(&style));
    println!("cargo::rustc-env=DOCS_SCRIPT_HASH={}", hash(&script));
    println!("cargo::rustc-env=DOCS_HASH={}", version_of(&page));
    std::fs::write(out.join("docs.html"), page)?;
    Ok(())
}

fn write_base_email(out: &Path) -> Result<(), Box<dyn Error>> {
    let source = source("templates/email_base.mjml")?;
    let parsed = mrml::parse(&source).map_err(|error| format!("email_base.mjml: {error}"))?;
    let html = parsed
        .element
        .render(&mrml::prelude::render::RenderOptions::default())
        .map_err(|error| format!("email_base.mjml: {error}"))?;
    std::fs::write(out.join("email_base.html"), html)?;
    Ok(())
}

fn source(path: &str) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={path}");
    Ok(std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?)
}

/// Tells one version of a text from another, in an `ETag`.
fn version_of(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text).get(..12).unwrap_or_default())
}
