//! Several messages in one request, where a provider takes them as a list of JSON and answers about each: how requests become
//! one, and which element of the answer is about which of them. Pure.

use super::{Call, Reply, Said, read};
use serde_json::Value;

/// The name of the list, in requests and answers.
const LIST: &str = "messages";
/// The most that a form lets one request have.
pub(crate) const MOST: i64 = 100;

/// One request with the messages of all; `None` where they are not alike in everything else.
pub(super) fn together(calls: &[Call]) -> Option<Call> {
    let (first, rest) = calls.split_first()?;
    let mut all: Value = serde_json::from_str(&first.body).ok()?;
    for call in rest {
        let mut body: Value = serde_json::from_str(&call.body).ok()?;
        let more = std::mem::take(body.get_mut(LIST)?.as_array_mut()?);
        let list = all.get_mut(LIST)?.as_array_mut().map(std::mem::take)?;
        let alike = (&call.method, &call.url, &call.headers) == (&first.method, &first.url, &first.headers);
        if !alike || all != body {
            return None;
        }
        *all.get_mut(LIST)? = list.into_iter().chain(more).collect();
    }
    Some(Call { body: all.to_string(), ..first.clone() })
}

/// What an answer says of each message: the element that has its name, else the one in its place, where it has none and there
/// are as many as messages. Who is not spoken of may have been taken.
pub(super) fn meanings(
    calls: &[Call],
    reply: &Reply,
    (asked, answered): (&str, &str),
    meaning: impl Fn(&Value) -> Said,
) -> Option<Vec<Said>> {
    let json = read::json(&reply.body);
    let list = json[LIST].as_array().filter(|list| !list.is_empty())?;
    let each = calls.iter().enumerate().map(|(place, call)| {
        let own = read::json(&call.body).pointer(asked).map(read::said).unwrap_or_default();
        let named = list.iter().find(|one| !own.is_empty() && read::said(&one[answered]) == own);
        let placed = || {
            list.get(place).filter(|one| list.len() == calls.len() && read::said(&one[answered]).is_empty())
        };
        match named.or_else(placed) {
            Some(one) => meaning(one),
            None => Said::Unknown("the answer says nothing of this message".into()),
        }
    });
    Some(each.collect())
}
