//! What a webhook or an answer would mean, for programs that throw anything at it. No socket, no store.

use super::{Hook, News, Proof, Reply, Said};
use store::connector::Settings;

/// What came of a webhook.
#[derive(Debug, Default)]
pub struct Heard {
    /// It was believed.
    pub proven: bool,
    /// Why nothing of it could be read.
    pub refused: Option<&'static str>,
    /// Reports in it.
    pub reports: usize,
    /// Messages in it.
    pub messages: usize,
    /// What could not be read beside them.
    pub bad: usize,
    /// The states it reports.
    pub states: Vec<&'static str>,
}

fn settings() -> Settings {
    let secrets =
        ["auth_token", "signature_secret", "hook_secret", "signing_key"].map(|name| (name, "a secret"));
    let more = [
        ("public_key", "1b16Xy0ZHMxCEh8b3MtGmQ4NvJ9cKkhTvVXjOmZ1Xyw="),
        ("report_states", "ok=delivered"),
        ("report_id", "/id"),
        ("report_state", "/state"),
        ("inbound_from", "/from"),
        ("inbound_text", "/text"),
    ];
    secrets.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A provider hears a webhook that nobody signed; `None` where there is no such kind.
pub fn heard(kind: &str, method: &str, place: &str, query: &str, body: &[u8]) -> Option<Heard> {
    let provider = super::of(kind, &settings())?;
    let url = format!("https://sendword.example/hooks/t/{place}?{query}");
    let marks =
        ["X-Twilio-Signature", "X-Plivo-Signature-V2", "X-Plivo-Signature-V3", "x-sinch-webhook-signature"];
    let times = ["telnyx-timestamp", "x-sinch-webhook-signature-timestamp"];
    let marks = marks
        .into_iter()
        .chain(["MessageBird-Signature-JWT", "telnyx-signature-ed25519"])
        .map(|name| (name, "YWJj"));
    let headers = marks.chain(times.into_iter().map(|name| (name, "1767225600")));
    let headers: Vec<(String, String)> = headers.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let hook = Hook { method, url: &url, place, headers: &headers, body, now: 1_767_225_600_000 };
    let mut heard = Heard { proven: matches!(provider.proof(&hook), Proof::Holds(_)), ..Heard::default() };
    match provider.read(&hook) {
        Err(why) => heard.refused = Some(why),
        Ok(read) => {
            heard.bad = read.bad;
            for news in read.news {
                match news {
                    News::Report(report) => {
                        heard.reports += 1;
                        heard.states.push(report.status.name());
                    }
                    News::Message(_) => heard.messages += 1,
                }
            }
        }
    }
    Some(heard)
}

/// What a provider takes an answer to a request for, in a word.
pub fn replied(kind: &str, status: u16, body: &str) -> &'static str {
    let Some(provider) = super::of(kind, &settings()) else { return "none" };
    let reply = Reply { status, pause_ms: None, body: body.to_owned() };
    match (provider.meaning("msg_0000000000001-0", &reply), provider.login(&reply)) {
        (Said::Taken(_), _) => "taken",
        (Said::Refused { code, .. }, _) => code.name(),
        (Said::Locked(_), _) | (_, Err(_)) => "locked",
        (Said::Unknown(_), Ok(())) => "unknown",
    }
}
