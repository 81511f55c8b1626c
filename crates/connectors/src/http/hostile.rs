//! What anybody may send to the address of a provider's webhooks: nothing of it may end the program, or be believed.

use super::{Hook, Own, Proof, Provider, Reply};
use crate::errors::Errors;
use proptest::prelude::*;
use std::sync::Arc;
use store::connector::Settings;

fn all() -> Vec<(&'static str, Arc<dyn Provider>)> {
    let secrets = [
        ("auth_token", "t"),
        ("signature_secret", "t"),
        ("hook_secret", "t"),
        ("signing_key", "t"),
        ("public_key", "1b16Xy0ZHMxCEh8b3MtGmQ4NvJ9cKkhTvVXjOmZ1Xyw="),
        ("report_states", "ok=delivered"),
        ("report_id", "/id"),
    ];
    let settings: Settings = secrets.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    super::KINDS.iter().filter_map(|k| Some((k.name, super::of(k.name, &settings)?))).collect()
}

/// Everything a provider does with what came in.
fn takes(method: &str, place: &str, query: &str, body: &[u8], headers: &[(String, String)]) {
    let url = format!("https://x.example/hooks/t/{place}?{query}");
    for (name, provider) in all() {
        let hook = Hook { method, url: &url, place, headers, body, now: 1_767_225_600_000 };
        let _ = provider.proof(&hook);
        if let Ok(read) = provider.read(&hook) {
            assert!(read.news.len() <= body.len() + query.len() + 1, "{name} makes something of nothing");
        }
        let text = String::from_utf8_lossy(body).into_owned();
        for status in [200, 201, 202, 400, 401, 429, 500] {
            let reply = Reply { status, pause_ms: None, body: text.clone() };
            let _ = provider.meaning("msg_0000000000001-0", &reply);
            let _ = provider.login(&reply);
        }
    }
}

#[test]
fn hostile_bodies_end_nothing() {
    let deep = "[".repeat(200_000);
    let keys = "{\"a\":".repeat(100_000);
    let long = format!("{{\"results\":[\"{}\"]}}", "x".repeat(1 << 20));
    let wrong =
        r#"{"results":{"a":1},"messages":"x","event":[1],"data":7,"type":{},"errors":{"0":1},"status":[[]]}"#;
    let odd = r#"{"results":[null,1,"x",[],{},{"status":{"groupId":-1},"messageId":{}},{"messageId":"\u0000","status":{"groupId":3}}]}"#;
    let event = r#"{"event":{"statusUpdate":[null,{"statusCode":"4","messageId":[]}],"moText":[{"from":"\u202e1"}]}}"#;
    let form =
        "MessageSid=%00&From=%E2%80%AE&Body=%FF%FE&MessageStatus=delivered&ErrorCode=99999999999999999999";
    let part = "MessageUUID=x&Status=delivered&PartInfo=-9223372036854775808 of 2&ErrorCode=-1";
    let concat = "msisdn=1&to=2&messageId=3&type=text&concat=true&concat-ref=99999999999999999999&concat-total=0&concat-part=-1";
    for body in [&deep, &keys, &long] {
        takes("POST", "status", "", body.as_bytes(), &[]);
    }
    for body in [wrong, odd, event, form, part, concat, "", "\0", "{", "null", "%", "=&=&=", "\u{feff}{}"] {
        for place in ["status", "inbound", ""] {
            for method in ["POST", "GET", "BREW"] {
                takes(method, place, "", body.as_bytes(), &[]);
            }
        }
        takes("GET", "status", &body.replace(['\0', ' '], ""), b"", &[]);
    }
    for cut in 0..odd.len() {
        takes("POST", "status", "", &odd.as_bytes()[..cut], &[]);
    }
}

#[test]
fn nobody_is_believed_without_a_proof() {
    let signed = ["twilio", "vonage", "plivo", "sinch", "messagebird", "telnyx"];
    let headers = [
        "X-Twilio-Signature",
        "X-Plivo-Signature-V2",
        "X-Plivo-Signature-V2-Nonce",
        "x-sinch-webhook-signature",
        "x-sinch-webhook-signature-nonce",
        "MessageBird-Signature-JWT",
        "telnyx-signature-ed25519",
    ];
    for value in ["", "AAAA", "a.b.c", "\u{202e}"] {
        let mut sent: Vec<(String, String)> =
            headers.iter().map(|n| (n.to_string(), value.to_owned())).collect();
        for at in ["telnyx-timestamp", "x-sinch-webhook-signature-timestamp"] {
            sent.push((at.into(), "1767225600".into()));
        }
        for (name, provider) in all().into_iter().filter(|(name, _)| signed.contains(name)) {
            let body = b"MessageSid=1&sig=x&timestamp=1767225600";
            let url = "https://x.example/hooks/t/status";
            let hook =
                Hook { method: "POST", url, place: "status", headers: &sent, body, now: 1_767_225_600_000 };
            assert!(matches!(provider.proof(&hook), Proof::Fails(_)), "{name} believes {value:?}");
        }
    }
}

#[test]
fn an_account_of_nothing_asks_for_nothing_odd() {
    let own = Own { settings: &Settings::new(), errors: Errors::default() };
    assert_eq!(own.text("anything"), "");
    for (name, provider) in all() {
        let mail = super::Mail {
            to: "+1".into(),
            from: "\r\nX: y".into(),
            text: "\0\u{202e}\"}]</x>&a=b\r\n".into(),
            unicode: true,
            valid_s: i64::MAX / 10_000,
            valid_until: i64::MAX,
            name: "n".into(),
            same: "s".into(),
            hook: String::new(),
        };
        let call = provider.request(&mail).unwrap();
        assert!(call.headers.iter().all(|(_, v)| !v.contains(['\r', '\n'])), "{name}");
        assert!(!call.url.contains(['\r', '\n', ' ']), "{name}: {}", call.url);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_octets_are_read_or_refused(
        body in proptest::collection::vec(any::<u8>(), 0..400),
        query in "[ -~]{0,80}",
        place in "(status|inbound|x)?",
        value in "[ -~]{0,60}",
    ) {
        let headers = vec![("X-Twilio-Signature".to_owned(), value.clone()), ("messagebird-signature-jwt".to_owned(), value)];
        takes("POST", &place, &query, &body, &headers);
        takes("GET", &place, &query, &body, &headers);
    }

    #[test]
    fn any_form_is_read_or_refused(
        pairs in proptest::collection::vec((
            "(MessageSid|MessageStatus|Status|id|status|messageId|message_status|type|PartInfo|concat|concat-total|msisdn|sw)",
            "(delivered|failed|DELIVRD|1|2|-1|true|2 of 3|99999999999|\\PC{0,12})",
        ), 0..8),
    ) {
        let body = super::read::form(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        takes("POST", "status", "", body.as_bytes(), &[]);
        takes("GET", "status", &body, b"", &[]);
    }
}
