//! What is prepared once, at build time: the base email, rendered from MJML to the table-and-inline-style HTML that mail
//! clients understand, and the API's contract without its line breaks, as the Worker serves it.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=templates/email_base.mjml");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=pages/api/openapi.json");
    let out = std::env::var("OUT_DIR")?;
    let out = Path::new(&out);
    let contract = std::fs::read_to_string("pages/api/openapi.json")?;
    // Before it is written for the first time it is empty; a test holds it to the code.
    let contract: serde_json::Value = serde_json::from_str(&contract).unwrap_or_default();
    std::fs::write(out.join("openapi.json"), contract.to_string())?;
    let source = std::fs::read_to_string("templates/email_base.mjml")?;
    let parsed = mrml::parse(&source).map_err(|error| format!("email_base.mjml: {error}"))?;
    let html = parsed
        .element
        .render(&mrml::prelude::render::RenderOptions::default())
        .map_err(|error| format!("email_base.mjml: {error}"))?;
    std::fs::write(out.join("email_base.html"), html)?;
    Ok(())
}
