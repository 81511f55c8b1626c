//! The embedded assets: stylesheet, icons, fonts and scripts under names that carry their hash.
//!
//! A name with its hash never changes its bytes, so browsers may keep it for ever. Nothing is fetched from
//! another host, and nothing is built: what lies in `assets/` is what is served.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// What every page may load: ours and nothing else, no inline script, no inline style.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

struct Served {
    bytes: Cow<'static, [u8]>,
    mime: &'static str,
}

struct Shelf {
    /// `app.css` → `/assets/app.0123456789.css`
    urls: BTreeMap<String, String>,
    /// `app.0123456789.css` → its bytes
    files: BTreeMap<String, Served>,
}

fn shelf() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(|| {
        let mut shelf = Shelf { urls: BTreeMap::new(), files: BTreeMap::new() };
        let style = |name: &str| matches!(name, "tokens.css" | "app.css");
        for name in Files::iter().filter(|name| !style(name)) {
            if let Some(file) = Files::get(&name) {
                shelf.put(&name, file.data);
            }
        }
        // One stylesheet: the tokens, then the components, with the fonts under their hashed names.
        let mut css = String::new();
        for name in ["tokens.css", "app.css"] {
            if let Some(file) = Files::get(name) {
                css.push_str(&String::from_utf8_lossy(&file.data));
            }
        }
        for (name, url) in &shelf.urls {
            css = css.replace(&format!("url(\"{name}\")"), &format!("url(\"{url}\")"));
        }
        shelf.put("app.css", Cow::Owned(css.into_bytes()));
        shelf
    })
}

impl Shelf {
    fn put(&mut self, name: &str, bytes: Cow<'static, [u8]>) {
        let hash = hex(&Sha256::digest(&bytes)[..5]);
        let file = name.rsplit('/').next().unwrap_or(name);
        let (stem, ending) = file.rsplit_once('.').unwrap_or((file, "bin"));
        let hashed = format!("{stem}.{hash}.{ending}");
        self.urls.insert(name.to_owned(), format!("/assets/{hashed}"));
        self.files.insert(hashed, Served { bytes, mime: mime(ending) });
    }
}

fn mime(ending: &str) -> &'static str {
    match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The address of an asset, hash included. An unknown name gives an address that answers 404; a test holds
/// that no page asks for one.
pub fn url(name: &str) -> String {
    shelf().urls.get(name).cloned().unwrap_or_else(|| format!("/assets/{name}"))
}

/// Every hashed name with its bytes, for tests that write pages to disk.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    shelf().files.iter().map(|(name, file)| (name.as_str(), file.bytes.as_ref()))
}

/// Answers `GET /assets/{file}`.
pub fn serve(file: &str) -> Response {
    let Some(found) = shelf().files.get(file) else { return StatusCode::NOT_FOUND.into_response() };
    let bytes: &'static [u8] = &found.bytes;
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(found.mime));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendored_files_are_what_their_list_says() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/assets");
        let list = std::fs::read_to_string(format!("{dir}/VENDOR")).unwrap();
        let mut seen = 0;
        for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let (sum, path) = (words.next().unwrap(), words.next().unwrap());
            let bytes = std::fs::read(format!("{dir}/{path}")).unwrap();
            assert_eq!(hex(&Sha256::digest(&bytes)), sum, "{path} is not the file it was vendored as");
            seen += 1;
        }
        let vendored = ["vendor", "fonts"]
            .iter()
            .map(|sub| std::fs::read_dir(format!("{dir}/{sub}")).unwrap().count())
            .sum::<usize>();
        assert_eq!(seen, vendored, "every file of vendor/ and fonts/ stands in VENDOR");
    }

    #[test]
    fn the_stylesheet_names_its_fonts_by_hash_and_knows_no_side() {
        let css = shelf().files.iter().find(|(name, _)| name.starts_with("app.")).unwrap().1;
        let css = String::from_utf8_lossy(&css.bytes);
        assert!(!css.contains("url(\"fonts/"));
        for font in css.split("url(\"/assets/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(shelf().files.contains_key(font), "{font}");
        }
        for side in
            ["margin-left", "margin-right", "padding-left", "padding-right", "text-align: left", " left:"]
        {
            assert!(!css.contains(side), "{side} has no place in a page that mirrors");
        }
    }
}
