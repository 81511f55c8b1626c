//! What a permission rests on: its basis, its topic, its end, and the facts that the law asks about.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The longest a fact may be, in characters.
const FACT_MAX: usize = 1_000;
/// The longest a topic's name may be.
const TOPIC_MAX: usize = 60;

/// Why we may write at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Basis {
    /// The person agreed.
    #[default]
    Consent,
    /// The person bought, was told, was offered to refuse, and it is about the like of what was bought.
    ExistingCustomer,
}

impl Basis {
    /// Both.
    pub const ALL: &'static [Basis] = &[Basis::Consent, Basis::ExistingCustomer];

    /// The word in the record and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Basis::Consent => "consent",
            Basis::ExistingCustomer => "existing_customer",
        }
    }

    /// The basis of a word.
    pub fn parse(name: &str) -> Option<Basis> {
        Basis::ALL.iter().copied().find(|b| b.name() == name)
    }
}

/// What the law asks about and what says nothing of the person. Empty is: not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The form and its version.
    pub form: String,
    /// SHA-256 of that version, in hex.
    pub form_sha256: String,
    /// Whether the box was ticked before the person came.
    pub box_was_ticked_before: Option<bool>,
    /// The number's own yes.
    pub double_optin: Option<DoubleOptin>,
    /// The language it was read in.
    pub language: String,
    /// The zone that the moment was told in.
    pub zone: String,
    /// Where: an address of a page, a shop, a till.
    pub place: String,
    /// Our number that was written to or called.
    pub service_number: String,
    /// What was bought or asked about: the kind of goods.
    pub product_family: String,
    /// The purchase or talk in which the number was given.
    pub transaction: String,
    /// When the person was offered to refuse, ms since 1970.
    pub refusal_offered_at: Option<i64>,
    /// Whether the person's age was asked and was enough.
    pub age_confirmed: Option<bool>,
    /// The pack and its version that was in force.
    pub pack: String,
}

/// The number's own yes to a question by SMS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DoubleOptin {
    /// When it was asked, ms since 1970.
    pub sent_at: i64,
    /// When it said yes.
    pub confirmed_at: i64,
    /// `link` or `reply`.
    pub via: String,
    /// SHA-256 of the link's token, in hex.
    pub token_sha256: String,
    /// The message that said yes, where one did.
    pub message: String,
}

/// What says something of the person, kept apart and erased with them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Personal {
    /// The name given.
    pub name: String,
    /// The network address.
    pub ip: String,
    /// The browser.
    pub user_agent: String,
    /// Where a recording of the call lies.
    pub recording: String,
    /// Where the signed paper lies.
    pub document: String,
    /// Who of ours attests it.
    pub attested_by: String,
    /// A note.
    pub note: String,
}

/// Everything beside the number and the words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Why we may write.
    pub basis: Basis,
    /// About what; empty is everything.
    pub topic: String,
    /// When it ends by itself, ms; 0 is never.
    pub until: i64,
    /// What the law asks about.
    pub facts: Facts,
    /// What says something of the person.
    pub personal: Personal,
    /// Who writes it down; empty is the person's own doing.
    pub actor: String,
}

impl Terms {
    /// What is missing or wrong about them.
    pub(super) fn check(&self, wording: &str, now: i64) -> Result<()> {
        if self.topic.chars().count() > TOPIC_MAX || self.topic.chars().any(char::is_control) {
            return Err(Error::invalid("topic", "too_long", "a topic has at most 60 characters"));
        }
        for (name, value) in strings(&self.facts).iter().chain(&strings(&self.personal)) {
            let long = value.as_str().is_some_and(|v| v.chars().count() > FACT_MAX || v.contains('\0'));
            if long {
                return Err(Error::invalid(name.as_str(), "too_long", "at most 1000 characters"));
            }
        }
        if self.until != 0 && self.until <= now {
            return Err(Error::invalid("until", "in_the_past", "this permission has ended already"));
        }
        match self.basis {
            Basis::Consent => Ok(()),
            Basis::ExistingCustomer => self.customer(wording, now),
        }
    }

    /// All three facts, or it is no basis.
    fn customer(&self, wording: &str, now: i64) -> Result<()> {
        let missing = |param: &str, detail: &str| Err(Error::invalid(param, "required", detail));
        if wording.is_empty() {
            return missing("wording", "what the person was told about the use of the number");
        }
        if self.facts.transaction.trim().is_empty() {
            return missing("facts.transaction", "the purchase or talk in which the number was given");
        }
        if self.facts.product_family.trim().is_empty() {
            return missing(
                "facts.product_family",
                "the kind of goods: only the like of it may be advertised",
            );
        }
        match self.facts.refusal_offered_at {
            None => missing("facts.refusal_offered_at", "when the person was offered to refuse"),
            Some(at) if at > now => Err(Error::invalid(
                "facts.refusal_offered_at",
                "in_the_future",
                "nobody was offered tomorrow",
            )),
            Some(_) => Ok(()),
        }
    }
}

fn strings(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// What is known, as the record keeps it: members that say nothing are left out; nothing at all is an empty text.
pub(super) fn kept(value: &impl Serialize) -> String {
    let mut map = strings(value);
    map.retain(|_, v| !v.is_null() && *v != json!(""));
    if map.is_empty() { String::new() } else { Value::Object(map).to_string() }
}

/// What the record keeps, as an object; an empty one where it keeps nothing.
pub fn told(kept: &str) -> Value {
    serde_json::from_str(kept).ok().filter(Value::is_object).unwrap_or_else(|| json!({}))
}
