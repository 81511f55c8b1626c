//! Small JSON forms that several resources share.

use engine::Accepted;
use serde::{Deserialize, Serialize};
use sms::{Encoding, Status};

/// A message at its acceptance.
#[derive(Serialize)]
struct AcceptedShape<'a> {
    id: String,
    status: Status,
    encoding: Encoding,
    parts: i64,
    to: &'a str,
}

/// The answer for an accepted message.
pub(crate) fn accepted_json(a: &Accepted) -> String {
    let id = sms::id::public(sms::id::kind::MESSAGE, a.id);
    let shape = AcceptedShape { id, status: a.status, encoding: a.encoding, parts: a.parts, to: &a.to };
    serde_json::to_string(&shape).unwrap_or_default() // strings and numbers alone: it cannot fail
}

/// The id of what was made.
#[derive(Debug, Serialize)]
pub(crate) struct Made {
    pub(crate) id: String,
}

impl Made {
    pub(crate) fn new(kind: &'static str, id: i64) -> Made {
        Made { id: sms::id::public(kind, id) }
    }
}

/// A value that may be a JSON string, number or truth: settings are typed by their kind, not by JSON.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Scalar {
    Text(String),
    Number(i64),
    Truth(bool),
}

impl Scalar {
    pub(crate) fn into_text(self) -> String {
        match self {
            Scalar::Text(text) => text,
            Scalar::Number(n) => n.to_string(),
            Scalar::Truth(true) => "on".into(),
            Scalar::Truth(false) => "off".into(),
        }
    }
}
