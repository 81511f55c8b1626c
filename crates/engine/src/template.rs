//! Merge fields: `{{first_name}}`, `{{first_name|default("friend")}}`, `{{unsubscribe_url}}`.
//!
//! A text is compiled once and rendered for each person, with a bound on the work one rendering may do. What is not
//! known of a person is nothing, so that `default` speaks for it.

use crate::{Error, Result};
use minijinja::{Environment, UndefinedBehavior};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Steps one rendering may take.
const FUEL: u64 = 20_000;
/// Characters one rendering may give.
const LENGTH_MAX: usize = 10_000;
/// The name every text is compiled under.
const NAME: &str = "text";

/// What is put in for one person.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The given name.
    pub first_name: String,
    /// The family name.
    pub last_name: String,
    /// Where this person leaves.
    pub unsubscribe_url: String,
    /// The workspace's own fields.
    pub more: BTreeMap<String, String>,
}

/// A text ready to be rendered.
#[derive(Clone)]
pub struct Compiled {
    inner: Arc<Inner>,
}

enum Inner {
    Plain(String),
    Template { environment: Box<Environment<'static>>, fields: BTreeSet<String> },
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled").field("fields", &self.fields()).finish_non_exhaustive()
    }
}

/// A text that cannot be made for this person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError(pub String);

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for RenderError {}

impl Compiled {
    /// Names of the fields it asks for.
    pub fn fields(&self) -> BTreeSet<String> {
        match &*self.inner {
            Inner::Plain(_) => BTreeSet::new(),
            Inner::Template { fields, .. } => fields.clone(),
        }
    }

    /// Whether it carries the person's own way to leave.
    pub fn has_unsubscribe(&self) -> bool {
        self.fields().contains("unsubscribe_url")
    }
}

/// Compiles a text; a fault names its line.
pub fn check(text: &str) -> Result<Compiled> {
    if !text.contains("{{") && !text.contains("{%") && !text.contains("{#") {
        return Ok(Compiled { inner: Arc::new(Inner::Plain(text.to_owned())) });
    }
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.add_template_owned(NAME, text.to_owned()).map_err(|e| fault(&e))?;
    let fields = environment
        .get_template(NAME)
        .map_err(|e| fault(&e))?
        .undeclared_variables(false)
        .into_iter()
        .collect();
    Ok(Compiled { inner: Arc::new(Inner::Template { environment: Box::new(environment), fields }) })
}

fn fault(e: &minijinja::Error) -> Error {
    let line = e.line().map_or(String::new(), |n| format!("line {n}: "));
    let what = e.detail().map_or_else(|| e.kind().to_string(), str::to_owned);
    Error::invalid(
        "text",
        "bad_merge_field",
        format!("{line}{what}. Write merge fields like {{{{first_name}}}}"),
    )
}

/// The text for one person.
pub fn render(compiled: &Compiled, fields: &Fields) -> Result<String, RenderError> {
    let Inner::Template { environment, .. } = &*compiled.inner else {
        let Inner::Plain(text) = &*compiled.inner else { return Err(RenderError(String::new())) };
        return Ok(text.clone());
    };
    let mut values = fields.more.clone();
    values.insert("first_name".into(), fields.first_name.clone());
    values.insert("last_name".into(), fields.last_name.clone());
    values.insert("unsubscribe_url".into(), fields.unsubscribe_url.clone());
    values.retain(|_, v| !v.is_empty());
    let out = environment
        .get_template(NAME)
        .and_then(|t| t.render(values))
        .map_err(|e| RenderError(e.to_string()))?;
    if out.len() > LENGTH_MAX * 4 {
        return Err(RenderError("the text became too long".into()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(text: &str, first_name: &str) -> String {
        let fields = Fields {
            first_name: first_name.into(),
            unsubscribe_url: "https://a/u/x".into(),
            ..Fields::default()
        };
        render(&check(text).unwrap(), &fields).unwrap()
    }

    #[test]
    fn what_is_known_is_put_in_and_what_is_not_has_its_fallback() {
        assert_eq!(say("שלום {{first_name}}!", "נועה"), "שלום נועה!");
        assert_eq!(say("Hi {{first_name|default(\"friend\")}}", ""), "Hi friend");
        assert_eq!(say("Hi {{first_name}}, {{city}}", ""), "Hi , ");
        assert_eq!(say("Leave: {{ unsubscribe_url }}", ""), "Leave: https://a/u/x");
    }

    #[test]
    fn nothing_is_escaped_and_plain_text_stays() {
        assert_eq!(say("<b> & {first_name}", "x"), "<b> & {first_name}");
        assert_eq!(say("{{first_name}}", "O'Brien <3 & Co"), "O'Brien <3 & Co");
    }

    #[test]
    fn a_broken_field_is_named() {
        assert!(matches!(check("Hi {{first_name"), Err(Error::Invalid { why: "bad_merge_field", .. })));
    }

    #[test]
    fn a_text_that_never_ends_is_stopped() {
        let bomb =
            check("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}").unwrap();
        assert!(render(&bomb, &Fields::default()).is_err());
    }
}
