//! What people call things, and the ids that the API knows them by.

use super::escaped;
use super::link::Link;
use crate::failure::{Done, Exit, Failure};
use serde_json::Value;
use sms::id::{kind, parse};

fn found(all: &[Value], of: impl Fn(&Value) -> bool, missing: String) -> Done<String> {
    let id = all.iter().find(|one| of(one)).and_then(|one| one["id"].as_str()).map(str::to_owned);
    id.ok_or_else(|| Failure::new(Exit::NotFound, missing))
}

/// The id of a saved filter.
pub(super) fn filter_id(link: &Link, name: &str) -> Done<String> {
    let all = link.list("/v1/filters", usize::MAX)?;
    found(&all, |f| f["name"] == name || f["id"] == name, format!("there is no filter '{name}'"))
}

/// The id of a tag. Case alone makes no other.
pub(super) fn tag_id(link: &Link, name: &str) -> Done<String> {
    let all = link.list("/v1/tags", usize::MAX)?;
    let same = |t: &Value| {
        t["id"] == name || t["name"].as_str().is_some_and(|n| n.to_lowercase() == name.trim().to_lowercase())
    };
    found(&all, same, format!("there is no tag '{name}'"))
}

/// The id of a person by their number, in any spelling of the workspace's country.
pub(super) fn person_id(link: &Link, who: &str) -> Done<String> {
    if parse(kind::CONTACT, who).is_some() {
        return Ok(who.to_owned());
    }
    let all = link.list(&format!("/v1/contacts?number={}", escaped(who)), 1)?;
    found(&all, |_| true, format!("there is no contact with the number '{who}'"))
}
