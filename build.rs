//! Renders the base email from MJML to the table-and-inline-style HTML that mail clients understand, once, at build time.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=templates/email_base.mjml");
    println!("cargo::rerun-if-changed=build.rs");
    let source = std::fs::read_to_string("templates/email_base.mjml")?;
    let parsed = mrml::parse(&source).map_err(|error| format!("email_base.mjml: {error}"))?;
    let html = parsed
        .element
        .render(&mrml::prelude::render::RenderOptions::default())
        .map_err(|error| format!("email_base.mjml: {error}"))?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("email_base.html"), html)?;
    Ok(())
}
