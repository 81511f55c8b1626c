//! Every error of every door in one shape: RFC 9457, with a stable code, what to do about it, and a request id.
//!
//! It never tells what stands in the store or in a message; internal faults are logged, not shown.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sms::Code;
use std::borrow::Cow;
use std::sync::atomic::{AtomicI64, Ordering};

/// What a door answers with, or the problem.
pub(crate) type Answer<T> = Result<T, Problem>;

/// One problem.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    param: Option<String>,
    fix: Option<String>,
    retry_after_s: Option<i64>,
}

/// The body of a problem.
#[derive(Serialize)]
struct Shape<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
    request_id: &'a str,
}

/// A problem of one item among many, inside a batch's answer.
#[derive(Debug, Clone, Serialize, serde::Deserialize)]
pub struct ItemProblem {
    /// Its stable code.
    pub code: String,
    /// In words.
    pub detail: String,
    /// Which input.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub param: Option<String>,
}

impl Problem {
    /// A problem with a code and words.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Problem {
        let (code, detail) = (code.into(), detail.into());
        let fix = fix_of(&code).map(str::to_owned);
        Problem(Box::new(Inner { status, code, detail, param: None, fix, retry_after_s: None }))
    }

    /// A wrong input.
    pub fn input(param: &str, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, code, detail).param(param)
    }

    /// There is no such thing.
    pub fn not_found(what: &str) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what} in this workspace"))
    }

    /// A rule refused it.
    pub fn refused(code: Code, rule: &str) -> Problem {
        let detail = format!("{} ({rule})", words_of(code));
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code.name(), detail)
    }

    /// Too much waits; come back soon.
    pub fn busy() -> Problem {
        let detail = "more is waiting to be stored than can be stored in time";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(1)
    }

    /// Names the input at fault.
    pub fn param(mut self, name: impl Into<String>) -> Problem {
        self.0.param = Some(name.into());
        self
    }

    /// Says what to do about it.
    pub fn fix(mut self, fix: impl Into<String>) -> Problem {
        self.0.fix = Some(fix.into());
        self
    }

    /// Says when to come back.
    pub fn retry_after(mut self, seconds: i64) -> Problem {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// As part of a batch's answer.
    pub fn item(&self) -> ItemProblem {
        let Inner { code, detail, param, .. } = &*self.0;
        ItemProblem { code: code.to_string(), detail: detail.clone(), param: param.clone() }
    }

    fn shape<'a>(&'a self, request_id: &'a str) -> Shape<'a> {
        let Inner { status, code, detail, param, fix, .. } = &*self.0;
        Shape {
            kind: format!("urn:sendword:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail,
            code,
            param: param.as_deref(),
            fix: fix.as_deref(),
            request_id,
        }
    }

    /// As a command that works without a server tells it: the body of the answer, of no request.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self.shape("")).unwrap_or_default() // texts and numbers alone: it cannot fail
    }

    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Inner { status, code, retry_after_s, .. } = &*self.0;
        let request_id = request_id();
        let shape = self.shape(&request_id);
        tracing::debug!(status = status.as_u16(), code = %code, request_id, "refused a request");
        let mut response = (*status, Json(shape)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            headers.insert("request-id", id);
        }
        if let Some(seconds) = retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        if *status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An id that ties an answer to the log.
fn request_id() -> String {
    static NEXT: AtomicI64 = AtomicI64::new(0);
    let seq = NEXT.fetch_add(1, Ordering::Relaxed) & 0xfff;
    let now = jiff::Timestamp::now().as_millisecond();
    sms::id::public(sms::id::kind::REQUEST, sms::id::compose(now.max(sms::id::EPOCH_MS), 0, seq))
}

impl From<engine::Error> for Problem {
    fn from(e: engine::Error) -> Problem {
        use engine::Error as E;
        let detail = e.to_string();
        match e {
            E::Store(e) => e.into(),
            E::NotFound(what) => Problem::not_found(what),
            E::Invalid { param, why, .. } => Problem::new(StatusCode::BAD_REQUEST, why, detail).param(param),
            E::Conflict(what) => Problem::new(StatusCode::CONFLICT, what, detail),
            E::Refused { code, rule } => Problem::refused(code, &rule),
            E::NotAllowed(_) => Problem::new(StatusCode::FORBIDDEN, "not_allowed", detail),
            E::NotKnown => {
                Problem::new(StatusCode::UNAUTHORIZED, "not_known", "the key is missing, wrong or revoked")
            }
            E::TooOften { retry_after_s } => {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_often", detail).retry_after(retry_after_s)
            }
        }
    }
}

impl From<store::Error> for Problem {
    fn from(e: store::Error) -> Problem {
        use store::Error as E;
        match e {
            E::Full => {
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "STORE_FULL", e.to_string()).retry_after(30)
            }
            E::ClockBehind => {
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "clock_behind", e.to_string()).retry_after(60)
            }
            E::Unique(_) => Problem::new(StatusCode::CONFLICT, "taken", "it is there already"),
            E::Closed | E::Undone | E::Unreachable(_) => {
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", e.to_string())
                    .retry_after(1)
            }
            other => {
                tracing::error!(error = %other, "a request failed inside");
                let detail = "something went wrong inside; the log of the server says what";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
            }
        }
    }
}

/// A refusal in words.
pub(crate) fn words_of(code: Code) -> &'static str {
    match code {
        Code::InvalidNumber => "the number is no number",
        Code::NotMobile => "the number takes no SMS",
        Code::Duplicate => "the same message went to this number a moment ago",
        Code::NoRoute => "no connector carries it",
        Code::TooManyParts => "the text is longer than the workspace allows",
        Code::NoCredit => "the balance is used up",
        Code::Stopped => "the campaign was stopped",
        Code::SuppressedWorkspace => "the person refused this workspace's messages",
        Code::SuppressedAll => "the person refused everything",
        Code::SuppressedPool => "the person refused on a shared number",
        Code::SuppressedPlatform => "the person is refused on the whole installation",
        Code::SuppressedCarrier => "the carrier blocks this pair",
        Code::OptoutSuspect => "the person may have refused; a human must look",
        Code::NoConsent => "advertising needs the person's consent, and there is none",
        Code::ContentMissing => "the text lacks what the law asks for",
        Code::ClassMismatch => "the class does not fit what the sender may do",
        Code::TemplateError => "the text cannot be rendered",
        Code::TestNumber => "+999 numbers exist at the simulator only",
        Code::SenderInvalid => "the sender is not one that may be shown",
        _ => "refused",
    }
}

/// What to do about a code.
fn fix_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "not_known" => "send 'Authorization: Bearer sk_…'; make a key with: sendword keys create NAME",
        "not_allowed" => "use a key with this scope: sendword keys create NAME --scopes …",
        "INVALID_NUMBER" => "write the number with its country's code, as +972501234567",
        "NO_ROUTE" => "add a connector: sendword connectors add NAME --kind smpp --set host=… port=…",
        "NO_CONSENT" => "the person must be a contact whose consent is recorded",
        "SUPPRESSED_WORKSPACE" => "leave this person out; only the person can take a refusal back",
        "TEST_NUMBER" => "send to it from a workspace in test mode, or with a sk_test_ key",
        "SENDER_INVALID" => "add the sender first: sendword senders add NAME",
        "TOO_MANY_PARTS" => "shorten the text",
        "idempotency_key_reused" => "use a new Idempotency-Key for another request",
        "unsupported_media_type" => "send the header 'Content-Type: application/json'",
        "busy" | "store_unavailable" => "send it again after the seconds in Retry-After",
        "STORE_FULL" => "free space on the disk of the data directory",
        "sent_log_not_whole" => {
            "what is held may have left before the restore; to send it all the same say --may-repeat (may_repeat)"
        }
        "not_in_test_mode" => "use a workspace in test mode, or a sk_test_ key",
        _ => return None,
    })
}
