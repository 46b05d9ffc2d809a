//! Which part of the archive is the first sheet.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::archive::Archive;
use super::{Fault, broken, whole};

/// The largest part that is held as a whole, in bytes.
const MOST: usize = 2 * 1024 * 1024;

/// The name of the first sheet's part.
///
/// # Errors
/// A file that is no spreadsheet; the bucket's.
pub async fn first_sheet(archive: &Archive<'_>) -> Result<String, Fault> {
    let book = whole(archive.unpack("xl/workbook.xml").await?, MOST).await?;
    let relations = whole(archive.unpack("xl/_rels/workbook.xml.rels").await?, MOST).await?;
    let id = first(&book, "sheet", |_| true, "id").ok_or_else(broken)?;
    let is_it = |element: &BytesStart<'_>| attribute(element, "Id").as_deref() == Some(&id);
    let target = first(&relations, "Relationship", is_it, "Target").ok_or_else(broken)?;
    let name = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_string(),
        None => format!("xl/{}", target.trim_start_matches("./")),
    };
    archive.find(&name).map(str::to_string).ok_or_else(broken)
}

/// An attribute of the first element of this name of which something holds.
fn first(
    xml: &str,
    element: &str,
    holds: impl Fn(&BytesStart<'_>) -> bool,
    name: &str,
) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start)
                if start.local_name().as_ref() == element && holds(&start) =>
            {
                if let Some(value) = attribute(&start, name) {
                    return Some(value);
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// An attribute, whatever its prefix.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .and_then(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok())
        .map(|value| value.into_owned())
}
