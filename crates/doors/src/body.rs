//! Reading a request's JSON: the right content type, known fields only, and a suggestion for a misspelt one.

use crate::problem::{Answer, Problem};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The raw body after its content type was checked; [`read`] makes it a value.
pub(crate) struct Json(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Answer<Json> {
        let kind = request.headers().get(header::CONTENT_TYPE).map(|v| v.to_str().unwrap_or(""));
        let essence = kind.map(|k| k.split(';').next().unwrap_or(k).trim());
        if essence.is_some_and(|k| k != "application/json" && !k.ends_with("+json")) {
            let detail = format!("the body is '{}', not JSON", essence.unwrap_or_default());
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
        }
        Ok(Json(whole(request, state).await?))
    }
}

/// The whole body, within the route's limit.
pub(crate) async fn whole<S: Send + Sync>(request: Request, state: &S) -> Answer<Bytes> {
    Bytes::from_request(request, state).await.map_err(|rejected| match rejected.into_response_status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = "the body is larger than this path takes";
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
                .fix("send it in smaller requests")
        }
        _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "the body ended too early"),
    })
}

trait RejectedStatus {
    fn into_response_status(self) -> StatusCode;
}

impl RejectedStatus for axum::extract::rejection::BytesRejection {
    fn into_response_status(self) -> StatusCode {
        self.status()
    }
}

/// Reads a value; an empty body is an empty object.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    read_borrowed(bytes)
}

/// [`read`] without copying what stands in the body as it is needed.
pub(crate) fn read_borrowed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Answer<T> {
    let bytes = if bytes.iter().all(u8::is_ascii_whitespace) { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|e| fault(&e))
}

/// What serde found, as a problem that names the field.
pub(crate) fn fault(e: &serde_json::Error) -> Problem {
    let text = e.to_string();
    let quoted = |n: usize| text.split('`').nth(n).unwrap_or_default().to_owned();
    if e.is_syntax() || e.is_eof() {
        let detail = format!("the body is not JSON: {text}");
        return Problem::new(StatusCode::BAD_REQUEST, "invalid_json", detail);
    }
    if text.starts_with("unknown field") {
        let (field, known) = (quoted(1), text.split('`').skip(3).step_by(2));
        let detail = format!("there is no field '{field}'");
        let problem = Problem::input(&field, "unknown_field", detail);
        return match nearest(&field, known) {
            Some(near) => problem.fix(format!("did you mean '{near}'?")),
            None => problem,
        };
    }
    if text.starts_with("missing field") {
        let field = quoted(1);
        return Problem::input(&field, "required", format!("{field}: is needed"));
    }
    Problem::new(StatusCode::BAD_REQUEST, "invalid", text)
}

/// The known word a misspelt one most likely meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.into_iter().map(|k| (distance(word, k), k));
    scored.min_by_key(|(d, _)| *d).filter(|(d, k)| *d <= 1 + k.len() / 4).map(|(_, k)| k)
}

/// Edits between two words; neighbours swapped count as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_its_neighbour() {
        let known = ["to", "text", "from", "client_ref"];
        for (word, near) in [
            ("txet", Some("text")),
            ("form", Some("from")),
            ("clientref", Some("client_ref")),
            ("zzzz", None),
        ] {
            assert_eq!(nearest(word, known), near, "{word}");
        }
    }
}
