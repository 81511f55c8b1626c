//! What the gate would say of a mailing before anybody approves it. Nothing is stored, and nobody's own state is asked.

use super::chain::House;
use super::{Refusal, Submission};
use crate::Result;
use crate::law::judge::Looked;
use crate::law::pack::Level;
use crate::law::{Rules, shelf};
use sms::{Class, Code};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use store::Tx;

/// A mailing as the law sees it, before anybody approves: the same rules, the same words added, the same refusals.
pub(crate) struct Foresight {
    house: House,
    one: Submission,
    sender: String,
    looked: Looked,
    known: shelf::Known,
    now: i64,
}

/// What the law would do with one person's text.
pub(crate) struct Foreseen<'t> {
    /// The text, with what is added.
    pub(crate) text: Cow<'t, str>,
    /// Elements that are added.
    pub(crate) added: Vec<&'static str>,
    /// When it would go, where it is put off.
    pub(crate) opens: Option<i64>,
}

impl Foresight {
    /// For mailings of a workspace under this sender; nothing where there is no such workspace.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        workspace: i64,
        sender: &str,
        class: Class,
    ) -> Result<Option<Foresight>> {
        let law = shelf::load_with_origin(tx)?;
        let Some(house) = House::load(tx, workspace, &law, true)? else { return Ok(None) };
        let from = Some(sender.to_owned()).filter(|s| !s.is_empty());
        // Of a mailing, though of none in particular.
        let one = Submission { workspace, from, class: Some(class), campaign: -1, ..Submission::default() };
        let sender = house.sender_of(&one, house.test(&one)).unwrap_or_default();
        Ok(Some(Foresight {
            house,
            one,
            sender,
            looked: Looked::default(),
            known: shelf::Known::default(),
            now: tx.now(),
        }))
    }

    /// The rules that bind a number; nothing where the law has no word on the class.
    pub(crate) fn rules_of(&mut self, number: &str) -> Option<Arc<Rules>> {
        self.house.rules(self.one.class.unwrap_or(Class::Marketing), number, &mut self.known)
    }

    /// What would become of a text to a number.
    pub(crate) fn of<'t>(&mut self, number: &str, text: &'t str) -> Result<Foreseen<'t>, Refusal> {
        let class = self.one.class.unwrap_or(Class::Marketing);
        let Some(rules) = self.house.rules(class, number, &mut self.known) else {
            return Ok(Foreseen { text: text.into(), added: Vec::new(), opens: None });
        };
        let facts = (None, (&HashMap::new(), &mut self.looked));
        let of = (class, 0, self.sender.as_str(), text, self.now, number);
        let verdict = self.house.lawful(&self.one, &rules, of, facts, self.now)?;
        if let Err((level, rule)) = self.house.approved(&self.one, &rules, class, text)
            && level >= Level::Require
        {
            return Err(Refusal {
                code: Code::ContentMissing,
                rule: rule.to_owned(),
                law: rules.basis.clone(),
            });
        }
        let opens = verdict.deferred.is_some().then_some(verdict.due);
        Ok(Foreseen { text: verdict.text, added: verdict.added, opens })
    }
}
