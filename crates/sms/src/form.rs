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
    /// Several lines of text that must pass a check.
    Lines(Check),
    /// One line of text that must pass a check.
    Checked(Check),
    /// A table of numbers, each with one of a few words, and what people are to read where that is said:
    /// `0x45=permanent, 1034=throttle:daily quota`.
    Codes(&'static [&'static str]),
}

/// Says what is wrong with a value, and where.
#[derive(Debug, Clone, Copy)]
pub struct Check(pub fn(&str) -> Result<(), String>);

impl PartialEq for Check {
    fn eq(&self, other: &Check) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Eq for Check {}

/// What a connection that is only being written down would do: nothing is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// The kind.
    pub kind: String,
    /// Its settings.
    pub settings: Vec<(String, String)>,
    /// To whom, from whom and what.
    pub message: (String, String, String),
    /// What the provider would answer: status and body.
    pub answer: Option<(u16, String)>,
    /// What the provider would call us with: its place (`status`, `inbound`) and what stands behind, and the body.
    pub webhook: Option<(String, String)>,
}

/// What it would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tried {
    /// The request, secrets masked; or why there is none.
    pub request: String,
    /// What the answer means.
    pub answer: Option<String>,
    /// What the webhook means, a line each.
    pub webhook: Option<Vec<String>>,
}

/// Tries; `Err` is the field at fault and why.
pub type Tester = fn(&Trial) -> Result<Tried, Refused>;

/// The entries of a table of [`FieldKind::Codes`]: a number, its word and what people are to read, or what could not be read.
pub fn codes<'a>(
    text: &'a str,
    words: &'static [&'static str],
) -> impl Iterator<Item = Result<(u32, &'static str, &'a str), &'a str>> {
    let entries = text.split([',', ';', '\n']).map(str::trim).filter(|e| !e.is_empty());
    entries.map(move |entry| {
        let read = entry.split_once('=').and_then(|(number, word)| {
            let (word, said) = word.split_once(':').unwrap_or((word, ""));
            let (number, word, said) = (number.trim(), word.trim(), said.trim());
            let hex = number.strip_prefix("0x").or(number.strip_prefix("0X"));
            let number = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16)).ok()?;
            let word = words.iter().find(|w| w.eq_ignore_ascii_case(word))?;
            (number != 0).then_some((number, *word, said))
        });
        read.ok_or(entry)
    })
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
            FieldKind::Lines(check) | FieldKind::Checked(check) => check.0(value),
            FieldKind::Number { min, max } => match value.parse::<i64>() {
                Ok(n) if n >= *min && n <= *max => Ok(()),
                _ => Err(format!("must be a whole number from {min} to {max}")),
            },
            FieldKind::Choice(words) if words.contains(&value) => Ok(()),
            FieldKind::Choice(words) => Err(format!("must be one of {}", words.join(", "))),
            FieldKind::Codes(words) => match codes(value, words).find_map(Result::err) {
                None => Ok(()),
                Some(entry) => Err(format!(
                    "'{entry}' cannot be read: write a number and one of {}, as 0x45={}",
                    words.join(", "),
                    words.first().copied().unwrap_or_default()
                )),
            },
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
            Field {
                name: "errors",
                kind: FieldKind::Codes(&["temporary", "permanent"]),
                default: Some(""),
                advanced: true,
            },
        ],
    };

    #[test]
    fn defaults_fill_in_and_the_last_value_counts() {
        let set = KIND.settle([("host", "a"), ("host", " b ")].into_iter()).unwrap();
        let wanted = [("host", "b"), ("window", "10"), ("tls", "off"), ("errors", "")];
        assert_eq!(set, wanted.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn each_fault_names_its_field() {
        let fault = |given: &[(&str, &str)]| KIND.settle(given.iter().copied()).unwrap_err().field;
        assert_eq!(fault(&[]), "host");
        assert_eq!(fault(&[("host", "a"), ("window", "0")]), "window");
        assert_eq!(fault(&[("host", "a"), ("tls", "maybe")]), "tls");
        assert_eq!(fault(&[("hots", "a")]), "hots");
    }

    #[test]
    fn a_table_of_codes_names_the_entry_it_cannot_read() {
        let set = |table| KIND.settle([("host", "a"), ("errors", table)].into_iter());
        assert!(set("0x45=permanent, 1034 = Temporary;0X0B=temporary:not now").is_ok());
        for (table, entry) in [
            ("0x45=permanent, x=temporary", "'x=temporary'"),
            ("7=maybe", "'7=maybe'"),
            ("0=permanent", "'0=permanent'"),
            ("0x45", "'0x45'"),
            ("99999999999=permanent", "'99999999999=permanent'"),
        ] {
            let refused = set(table).unwrap_err();
            assert_eq!(refused.field, "errors");
            assert!(
                refused.why.starts_with(entry) && refused.why.contains("temporary, permanent"),
                "{}",
                refused.why
            );
        }
    }
}
