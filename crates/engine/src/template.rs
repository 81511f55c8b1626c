//! Merge fields: a text is compiled once and rendered for each person.

use crate::{Error, Result};

/// A text that compiled.
#[derive(Debug, Clone)]
pub struct Compiled(String);

/// What a text may name.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The person's own way out.
    pub unsubscribe_url: String,
}

/// Why a text cannot be rendered for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError(pub String);

/// Compiles a text.
///
/// # Errors
/// `Invalid` says where it breaks.
pub fn check(text: &str) -> Result<Compiled> {
    let mut env = minijinja::Environment::new();
    env.add_template("text", text).map_err(|e| Error::invalid("text", "template", e.to_string()))?;
    Ok(Compiled(text.to_owned()))
}

/// Renders a text for one person.
///
/// # Errors
/// What the text asks for cannot be done.
pub fn render(compiled: &Compiled, fields: &Fields) -> Result<String, RenderError> {
    let env = minijinja::Environment::new();
    let values = minijinja::context! {
        first_name => fields.first_name.as_str(),
        last_name => fields.last_name.as_str(),
        unsubscribe_url => fields.unsubscribe_url.as_str(),
    };
    env.render_str(&compiled.0, values).map_err(|e| RenderError(e.to_string()))
}
