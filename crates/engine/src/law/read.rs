//! Reading a pack: strictly, with the line of what is wrong, and never half.

use super::hours::Window;
use super::pack::{File, Level};
use crate::refusal;
use sms::Class;
use std::fmt;
use std::sync::Arc;

/// The shape of files that this program reads.
const SCHEMA: i64 = 1;
/// What a pack may say of itself.
const STATUS: &[&str] = &["draft-unreviewed", "counsel-reviewed", "superseded"];
const CONFIDENCE: &[&str] = &["primary", "statute-secondary", "case", "practice", "unverified"];

/// A pack that was read and found whole.
#[derive(Debug)]
pub struct Pack {
    /// What it says.
    pub file: File,
    /// The digest of its text, hexadecimal.
    pub sha256: String,
    /// Its hours of advertising, compiled; the first are those of the country, the rest of its parts.
    pub(super) windows: Vec<Window>,
    /// Words by which advertising gives itself away, folded.
    pub(super) lexicon: Vec<String>,
}

impl Pack {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.file.pack.id
    }

    /// `il@2026.11.0`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.file.pack.id, self.file.pack.version)
    }
}

/// Why a text is no pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1; 0 where it is not one line's fault.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 { write!(f, "line {}: {}", self.line, self.what) } else { f.write_str(&self.what) }
    }
}

/// Reads a pack.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read(text: &str) -> Result<Arc<Pack>, Wrong> {
    let file: File = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(0, |span| text[..span.start.min(text.len())].lines().count().max(1));
        let what = e.message().split(", expected").next().unwrap_or_default().to_owned();
        // The span of a key begins where it begins: the line is counted up to there.
        let at_start = e.span().is_some_and(|s| s.start > 0 && text[..s.start].ends_with('\n'));
        Wrong { line: line + usize::from(at_start), what }
    })?;
    let mut check = Check { text };
    check.head(&file)?;
    check.sources(&file)?;
    check.content(&file)?;
    let windows = check.windows(&file)?;
    check.rest(&file)?;
    check.words(&file)?;
    let lexicon = file.classify.marketing_lexicon.iter().map(|w| w.to_lowercase()).collect();
    Ok(Arc::new(Pack { sha256: digest(text), windows, lexicon, file }))
}

/// SHA-256 of a text, hexadecimal.
pub fn digest(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

struct Check<'t> {
    text: &'t str,
}

impl Check<'_> {
    /// The error, at the line where `needle` stands first.
    fn wrong<T>(&self, needle: &str, what: impl Into<String>) -> Result<T, Wrong> {
        let line = self.text.lines().position(|l| l.contains(needle)).map_or(0, |n| n + 1);
        Err(Wrong { line, what: what.into() })
    }

    fn head(&mut self, file: &File) -> Result<(), Wrong> {
        let head = &file.pack;
        if head.schema != SCHEMA {
            return self.wrong("schema", format!("schema {} is not known here, only {SCHEMA}", head.schema));
        }
        let plain = |id: &str| {
            !id.is_empty()
                && id.len() <= 32
                && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !plain(&head.id) {
            return self.wrong("id", "an id is of small letters, digits and hyphens");
        }
        if head.version.trim().is_empty() || head.version.contains(['@', ' ']) {
            return self.wrong("version", "a version is a word without spaces");
        }
        if !STATUS.contains(&head.status.as_str()) {
            return self.wrong("status", format!("the status must be one of {}", STATUS.join(", ")));
        }
        let to = &head.applies_to;
        if to.dial_prefix.is_empty() && to.recipient_country.is_empty() && !to.fallback {
            return self
                .wrong("applies_to", "it applies to nobody: name a dial_prefix or a recipient_country");
        }
        let dialled = |p: &&String| {
            p.strip_prefix('+').is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
        };
        if let Some(bad) = to.dial_prefix.iter().find(|p| !dialled(p)) {
            return self.wrong(bad, format!("'{bad}' is no dialling prefix, as +972"));
        }
        match &head.timezone {
            Some(zone) if jiff::tz::TimeZone::get(zone).is_err() => {
                self.wrong(zone, format!("'{zone}' is no time zone"))
            }
            _ => Ok(()),
        }
    }

    fn sources(&mut self, file: &File) -> Result<(), Wrong> {
        for source in &file.source {
            if !CONFIDENCE.contains(&source.confidence.as_str()) {
                return self.wrong(&source.confidence, "confidence must be one of the five grades");
            }
        }
        let mut named: Vec<&String> = Vec::new();
        named.extend(&file.consent.source);
        named.extend(&file.consent.existing_customer.source);
        named.extend(&file.optout.source);
        named.extend(&file.sender_id.source);
        named.extend(&file.classify.source);
        named.extend(&file.operator_security.source);
        named.extend(&file.liability.source);
        named.extend(&file.rights.source);
        named.extend(file.content.values().flat_map(|c| c.element.iter().flat_map(|e| &e.source)));
        named.extend(
            file.window.values().flat_map(|w| w.source.iter().chain(w.state.iter().flat_map(|s| &s.source))),
        );
        named.extend(
            file.frequency
                .values()
                .flat_map(|f| f.source.iter().chain(f.state.iter().flat_map(|s| &s.source))),
        );
        named.extend(file.registry.values().flat_map(|r| &r.source));
        match named.into_iter().find(|name| !file.source.iter().any(|s| s.id == **name)) {
            None => Ok(()),
            Some(name) => self.wrong(&format!("\"{name}\""), format!("there is no source '{name}'")),
        }
    }

    fn content(&mut self, file: &File) -> Result<(), Wrong> {
        for (class, content) in &file.content {
            if class.parse::<Class>().is_err() {
                return self.wrong(class, format!("'{class}' is no class of messages"));
            }
            let mut seen: Vec<&str> = Vec::new();
            for element in &content.element {
                if seen.contains(&element.id.as_str()) {
                    return self.wrong(&element.id, format!("'{}' stands twice", element.id));
                }
                seen.push(&element.id);
                if element.level == Level::Insert && element.default_insert.is_none() {
                    let what = format!("'{}' is to be inserted, and default_insert is missing", element.id);
                    return self.wrong(&format!("id = \"{}\"", element.id), what);
                }
            }
        }
        Ok(())
    }

    fn windows(&mut self, file: &File) -> Result<Vec<Window>, Wrong> {
        let mut out = Vec::new();
        for (kind, text) in &file.window {
            if !["marketing", "service", "debt"].contains(&kind.as_str()) {
                return self.wrong(&format!("[window.{kind}"), format!("there are no hours for '{kind}'"));
            }
            let at = format!("[window.{kind}]");
            let compiled = Window::compile(text, file.pack.timezone.as_deref()).map_err(|what| Wrong {
                line: self.text.lines().position(|l| l.trim() == at).map_or(0, |n| n + 1),
                what,
            })?;
            if kind == "marketing" {
                out = compiled;
            }
        }
        Ok(out)
    }

    fn rest(&mut self, file: &File) -> Result<(), Wrong> {
        if let Some(class) = file.class.keys().find(|c| c.parse::<Class>().is_err()) {
            return self.wrong(&format!("[class.{class}]"), format!("'{class}' is no class of messages"));
        }
        for (class, f) in &file.frequency {
            if class != "marketing" {
                return self.wrong(&format!("[frequency.{class}]"), "only marketing is counted");
            }
            if f.level != Level::Off && (f.max < 1 || f.per_days < 1) {
                return self.wrong("[frequency", "max and per_days must be at least 1");
            }
        }
        match file.sender_id.max_len {
            0..=11 => Ok(()),
            _ => self.wrong("max_len", "no handset shows more than 11 characters of a name"),
        }
    }

    /// A pack may not promise words that are not obeyed.
    fn words(&mut self, file: &File) -> Result<(), Wrong> {
        let lists = [
            (&file.optout.keywords, refusal::Kind::Optout),
            (&file.optout.keywords_all_tenants, refusal::Kind::Optout),
            (&file.optout.phrases, refusal::Kind::Optout),
            (&file.optin.keywords, refusal::Kind::Optin),
            (&file.help.keywords, refusal::Kind::Help),
        ];
        for (list, kind) in lists {
            for word in list.values().flatten() {
                let found = refusal::judge(word).kind;
                if found != kind {
                    let what = format!("'{word}' is understood as {}, not as {}", found.name(), kind.name());
                    return self.wrong(&format!("\"{word}\""), what);
                }
            }
        }
        let harmless = file.optout.not.patterns.iter();
        match harmless.into_iter().find(|p| refusal::judge(p).kind == refusal::Kind::Optout) {
            None => Ok(()),
            Some(p) => self.wrong(&format!("\"{p}\""), format!("'{p}' is understood as a refusal")),
        }
    }
}
