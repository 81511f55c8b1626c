//! What a connector kind looks like from outside: its name, help and the fields of its form.
//!
//! Pages, API and command line are generated from these values, so that a new kind is declared in one place.

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// A secret: never shown again, sealed in the store.
    Secret,
    /// A whole number in a range.
    Number {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// One of a few words.
    Choice(&'static [&'static str]),
}

/// One field of a kind's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The key in `--set key=value` and in JSON.
    pub name: &'static str,
    /// How it is typed.
    pub kind: FieldKind,
    /// What it is when nothing is given; `None` makes it required.
    pub default: Option<&'static str>,
    /// Whether it stands behind *More settings*.
    pub advanced: bool,
}

/// One kind of connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindInfo {
    /// Its name in the closed list of kinds: `smpp`, `simulator`, …
    pub name: &'static str,
    /// Its fields in the order of the form.
    pub fields: &'static [Field],
}

/// Why a set of settings was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The field at fault.
    pub field: String,
    /// What is wrong with it, in a sentence.
    pub why: String,
}

impl KindInfo {
    /// Fills defaults and checks every value; returns name → value for all fields, or the first fault.
    pub fn settle<'a>(
        &self,
        given: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Vec<(&'static str, String)>, Refused> {
        let given: Vec<(&str, &str)> = given.collect();
        for (name, _) in &given {
            if !self.fields.iter().any(|f| f.name == *name) {
                let known: Vec<_> = self.fields.iter().map(|f| f.name).collect();
                return Err(refuse(
                    name,
                    format!("{} has no such setting; it has {}", self.name, known.join(", ")),
                ));
            }
        }
        self.fields
            .iter()
            .map(|field| {
                let value = given.iter().rev().find(|(n, _)| *n == field.name).map(|(_, v)| v.trim());
                let value = match (value.filter(|v| !v.is_empty()), field.default) {
                    (Some(v), _) => v,
                    (None, Some(d)) => d,
                    (None, None) => return Err(refuse(field.name, "is needed".into())),
                };
                field.kind.check(value).map_err(|why| refuse(field.name, why))?;
                Ok((field.name, value.to_owned()))
            })
            .collect()
    }
}

fn refuse(field: &str, why: String) -> Refused {
    Refused { field: field.to_owned(), why }
}

impl FieldKind {
    fn check(&self, value: &str) -> Result<(), String> {
        match self {
            FieldKind::Text | FieldKind::Secret => Ok(()),
            FieldKind::Number { min, max } => match value.parse::<i64>() {
                Ok(n) if n >= *min && n <= *max => Ok(()),
                _ => Err(format!("must be a whole number from {min} to {max}")),
            },
            FieldKind::Choice(words) if words.contains(&value) => Ok(()),
            FieldKind::Choice(words) => Err(format!("must be one of {}", words.join(", "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: KindInfo = KindInfo {
        name: "smpp",
        fields: &[
            Field { name: "host", kind: FieldKind::Text, default: None, advanced: false },
            Field {
                name: "window",
                kind: FieldKind::Number { min: 1, max: 10_000 },
                default: Some("10"),
                advanced: true,
            },
            Field {
                name: "tls",
                kind: FieldKind::Choice(&["off", "on"]),
                default: Some("off"),
                advanced: true,
            },
        ],
    };

    #[test]
    fn defaults_fill_in_and_the_last_value_counts() {
        let set = KIND.settle([("host", "a"), ("host", " b ")].into_iter()).unwrap();
        assert_eq!(set, vec![("host", "b".into()), ("window", "10".into()), ("tls", "off".into())]);
    }

    #[test]
    fn each_fault_names_its_field() {
        let fault = |given: &[(&str, &str)]| KIND.settle(given.iter().copied()).unwrap_err().field;
        assert_eq!(fault(&[]), "host");
        assert_eq!(fault(&[("host", "a"), ("window", "0")]), "window");
        assert_eq!(fault(&[("host", "a"), ("tls", "maybe")]), "tls");
        assert_eq!(fault(&[("hots", "a")]), "hots");
    }
}
