//! What a mailing says to one person: his names, his fields, his own way out.

use crate::route::{Question, Table};
use crate::template::{self, Compiled, Fields};
use crate::{Result, unsubscribe};
use sms::parts::{Ability, Size};
use std::collections::BTreeMap;
use store::campaign as rows;
use store::campaign::people::Person;
use store::keys::Keys;
use store::{Tx, setting};

/// A mailing's text, compiled once for all of its recipients.
pub(super) struct Letter {
    compiled: Compiled,
    workspace: i64,
    keys: Keys,
    /// Where links begin.
    origin: String,
}

impl Letter {
    pub(super) fn new(tx: &mut Tx<'_>, workspace: i64, text: &str) -> Result<Letter> {
        let origin = setting::get(tx, setting::PUBLIC_URL)?.unwrap_or_default();
        let origin = origin.trim_end_matches('/').to_owned();
        Ok(Letter { compiled: template::check(text)?, workspace, keys: tx.keys().clone(), origin })
    }

    /// Whether texts carry links, whose tokens must be kept with the messages.
    pub(super) fn has_links(&self) -> bool {
        self.compiled.has_unsubscribe()
    }

    /// The text for one person; `None` when it cannot be made, or nothing is left of it.
    pub(super) fn to(&self, person: &Person) -> Option<String> {
        let unsubscribe_url = if self.has_links() { self.link(&person.number) } else { String::new() };
        let fields = Fields {
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            unsubscribe_url,
            more: more(&person.fields),
        };
        let text = template::render(&self.compiled, &fields).ok()?;
        let text = sms::parts::normalise(&text);
        (!text.trim().is_empty()).then(|| text.into())
    }

    fn link(&self, number: &str) -> String {
        format!("{}/u/{}", self.origin, unsubscribe::token_of(&self.keys, self.workspace, number))
    }
}

/// The workspace's own fields of a person; what is no text and no number is left out.
fn more(json: &str) -> BTreeMap<String, String> {
    if json.len() <= 2 {
        return BTreeMap::new();
    }
    let values: BTreeMap<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let text = |v: serde_json::Value| match v {
        serde_json::Value::String(s) => Some(s),
        serde_json::Value::Number(n) => Some(n.to_string()),
        _ => None,
    };
    values.into_iter().filter_map(|(k, v)| Some((k, text(v)?))).collect()
}

/// Parts the text takes where nothing is known of a person; 0 when it needs something to be known.
pub(super) fn shortest_parts(compiled: &Compiled, ability: Ability) -> i64 {
    template::render(compiled, &Fields::default()).map_or(0, |text| parts(&ability.size(&text)))
}

/// Parts of a finished text.
pub(super) fn parts(size: &Size) -> i64 {
    i64::try_from(size.parts).unwrap_or(i64::MAX)
}

/// Counts finished texts as those connectors send them that would carry them.
pub(super) struct Scale<'d> {
    table: Table,
    draft: &'d rows::Draft,
    workspace: i64,
    at: i64,
    test: bool,
}

impl<'d> Scale<'d> {
    pub(super) fn new(
        tx: &mut Tx<'_>,
        workspace: i64,
        draft: &'d rows::Draft,
        live: bool,
    ) -> Result<Scale<'d>> {
        Ok(Scale { table: Table::load(tx)?, draft, workspace, at: tx.now(), test: !live })
    }

    pub(super) fn size(&self, number: &str, text: &str) -> Size {
        self.ability(number, text).size(text)
    }

    pub(super) fn ability(&self, number: &str, text: &str) -> Ability {
        self.table.ability_for(&Question {
            number,
            class: self.draft.class,
            sender: &self.draft.sender,
            workspace: self.workspace,
            text,
            network: self.table.network_of(number),
            at: self.at,
            test: self.test,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::more;

    #[test]
    fn own_fields_are_texts_and_numbers() {
        let fields = more(r#"{"city":"Haifa","points":12,"tags":["a"],"none":null}"#);
        assert_eq!(
            fields.into_iter().collect::<Vec<_>>(),
            [("city".to_owned(), "Haifa".to_owned()), ("points".to_owned(), "12".to_owned())]
        );
        assert!(more("{}").is_empty() && more("not json").is_empty());
    }
}
