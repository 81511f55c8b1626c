//! What a mailing says to one person.

use crate::Result;
use crate::template::{self, Compiled, Fields};
use store::campaign::people::Person;

/// A mailing's text, compiled once for all of its recipients.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    compiled: Compiled,
}

impl Letter {
    pub(super) fn new(text: &str) -> Result<Letter> {
        Ok(Letter { compiled: template::check(text)? })
    }

    /// The text for one person; `None` when it cannot be made, or nothing is left of it.
    pub(super) fn to(&self, person: &Person) -> Option<String> {
        let fields = Fields {
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            ..Fields::default()
        };
        let text = template::render(&self.compiled, &fields).ok()?;
        let text = sms::parts::normalise(&text);
        (!text.trim().is_empty()).then(|| text.into())
    }
}

/// Parts the text takes where nothing is known of a person; 0 when it needs something to be known.
pub(super) fn shortest_parts(compiled: &Compiled) -> i64 {
    template::render(compiled, &Fields::default()).map_or(0, |text| parts(&text))
}

/// Parts of a finished text.
pub(super) fn parts(text: &str) -> i64 {
    i64::try_from(sms::parts::size(text).parts).unwrap_or(i64::MAX)
}
