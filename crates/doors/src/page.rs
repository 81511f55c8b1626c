//! Lists: `{data, has_more, next}`, a cursor that is an id, and the next page as a path to follow.

use crate::problem::{Answer, Problem};
use axum::http::Uri;
use serde::Serialize;
use serde::de::DeserializeOwned;

const LIMIT: i64 = 50;
const LIMIT_MAX: i64 = 200;

/// One page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    pub(crate) data: Vec<T>,
    pub(crate) has_more: bool,
    pub(crate) next: Option<String>,
}

/// How much of a list, and from where.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) limit: i64,
    pub(crate) after: Option<String>,
}

impl<T> List<T> {
    /// A list that is always whole.
    pub(crate) fn whole(data: Vec<T>) -> List<T> {
        List { data, has_more: false, next: None }
    }

    /// A page; `cursor` is the id the next one starts after.
    pub(crate) fn page(data: Vec<T>, has_more: bool, uri: &Uri, cursor: Option<String>) -> List<T> {
        let next = cursor.filter(|_| has_more).map(|cursor| following(uri, &cursor));
        List { data, has_more, next }
    }
}

/// The query of a list as a value; `limit` and `after` are taken out of it. Unknown names are errors.
pub(crate) fn query<T: DeserializeOwned>(uri: &Uri) -> Answer<(T, Window)> {
    let mut window = Window { limit: LIMIT, after: None };
    let mut rest = serde_json::Map::new();
    for (name, value) in pairs(uri) {
        match name.as_str() {
            "limit" => {
                window.limit =
                    value.parse().ok().filter(|n| (1..=LIMIT_MAX).contains(n)).ok_or_else(|| {
                        Problem::input("limit", "invalid", format!("limit: must be 1 to {LIMIT_MAX}"))
                    })?;
            }
            "after" => window.after = Some(value),
            "dry_run" => {}
            _ => {
                rest.insert(name, serde_json::Value::String(value));
            }
        }
    }
    let value = serde_json::from_value(rest.into()).map_err(|e| crate::body::fault(&e))?;
    Ok((value, window))
}

/// The cursor as a number; `kind` is the prefix of its public form.
pub(crate) fn cursor(window: &Window, kind: &'static str) -> Answer<Option<i64>> {
    window.after.as_deref().map(|after| id(kind, "after", after)).transpose()
}

/// The number behind a public id.
pub(crate) fn id(kind: &'static str, param: &str, text: &str) -> Answer<i64> {
    sms::id::parse(kind, text).ok_or_else(|| {
        Problem::input(param, "invalid_id", format!("{param}: '{text}' is no id that begins with {kind}_"))
    })
}

/// The words of a query without their escapes, in their order.
pub(crate) fn pairs(uri: &Uri) -> Vec<(String, String)> {
    let query = uri.query().unwrap_or("");
    let words = query.split('&').filter(|pair| !pair.is_empty());
    words
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (plain(name), plain(value))
        })
        .collect()
}

/// A word of a query without its escapes.
fn plain(word: &str) -> String {
    crate::caller::percent_decoded(&word.replace('+', " "))
}

fn following(uri: &Uri, cursor: &str) -> String {
    let query = uri.query().unwrap_or("");
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after="));
    let mut parts: Vec<String> = kept.map(str::to_owned).collect();
    parts.push(format!("after={cursor}"));
    format!("{}?{}", uri.path(), parts.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_filter() {
        let uri: Uri = "/v1/messages?status=queued&after=msg_1&limit=2".parse().unwrap();
        assert_eq!(following(&uri, "msg_2"), "/v1/messages?status=queued&limit=2&after=msg_2");
    }

    #[test]
    fn an_unknown_filter_is_named() {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Filter {
            #[expect(dead_code)]
            status: Option<String>,
        }
        let uri: Uri = "/v1/messages?statsu=queued".parse().unwrap();
        let problem = query::<Filter>(&uri).map(|_| ()).unwrap_err();
        assert_eq!(problem.item().param.as_deref(), Some("statsu"));
        let uri: Uri = "/v1/messages?limit=0".parse().unwrap();
        assert!(query::<Filter>(&uri).is_err());
    }
}
