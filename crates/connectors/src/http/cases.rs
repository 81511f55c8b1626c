//! Tricky webhooks and answers of providers, by the names they have in the list of protocol cases.

use super::{Hook, Proof, Provider, Reply, Said};
use std::sync::Arc;
use store::connector::Settings;
use wire::proof;
use wire::smpp::Meaning;

const NOW: i64 = 1_767_225_600_000;

fn provider(kind: &str, settings: &[(&str, &str)]) -> Arc<dyn Provider> {
    let settings: Settings = settings.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    super::of(kind, &settings).expect("a provider of that name")
}

fn holds(provider: &dyn Provider, method: &str, url: &str, header: (&str, &str), body: &str) -> bool {
    let headers = [(header.0.to_owned(), header.1.to_owned())];
    let hook = Hook { method, url, place: "status", headers: &headers, body: body.as_bytes(), now: NOW };
    matches!(provider.proof(&hook), Proof::Holds(_))
}

/// Behind a proxy the outer address is signed, with or without its port; a field twice, an empty one and a plus are as sent.
#[test]
fn web_01_twilio_signs_the_outer_address_and_every_field_as_it_was_sent() {
    let twilio = provider("twilio", &[("account_sid", "AC1"), ("auth_token", "token")]);
    let body = "MessageSid=SM1&Body=&From=%2B972501234567&Media=a&Media=b&MessageStatus=delivered";
    let form: Vec<(String, String)> = [
        ("MessageSid", "SM1"),
        ("Body", ""),
        ("From", "+972501234567"),
        ("Media", "a"),
        ("Media", "b"),
        ("MessageStatus", "delivered"),
    ]
    .map(|(n, v)| (n.to_owned(), v.to_owned()))
    .into();
    let (bare, port) = ("https://sms.example/hooks/t/status", "https://sms.example:443/hooks/t/status");
    for signed in [bare, port] {
        let mark = proof::twilio("token", signed, &form);
        for called in [bare, port] {
            assert!(
                holds(&*twilio, "POST", called, ("X-Twilio-Signature", &mark), body),
                "{signed} {called}"
            );
        }
        let inner = "http://127.0.0.1:8767/hooks/t/status";
        assert!(
            !holds(&*twilio, "POST", inner, ("X-Twilio-Signature", &mark), body),
            "the inner address was not signed"
        );
        let spaced = body.replace("%2B", "+");
        assert!(
            !holds(&*twilio, "POST", bare, ("X-Twilio-Signature", &mark), &spaced),
            "a plus in a form is a space"
        );
    }
}

/// A report comes as GET: the token is made over its address, and there is no body to be hashed.
#[test]
fn web_02_messagebirds_report_is_proven_over_its_address() {
    let bird = provider("messagebird", &[("access_key", "k"), ("signing_key", "signing")]);
    let url = "https://sms.example/hooks/t/status?id=1&status=delivered&recipient=972501234567";
    let token = |url: &str, exp: i64| {
        let hash = proof::hex(&proof::sha256(url.as_bytes()));
        let claims = serde_json::json!({ "iss": "MessageBird", "nbf": NOW / 1_000 - 5, "exp": exp, "jti": "1", "url_hash": hash });
        proof::jwt(claims.to_string().as_bytes(), "signing")
    };
    let soon = NOW / 1_000 + 60;
    let proven = |token: &str| holds(&*bird, "GET", url, ("MessageBird-Signature-JWT", token), "");
    assert!(proven(&token(url, soon)));
    assert!(!proven(&token(&url.replace("delivered", "delivery_failed"), soon)), "another address");
    assert!(!proven(&token(url, NOW / 1_000 - 3_600)), "an hour old");
}

/// HTTP 200 says nothing: each part has a status of its own, and 1 is too fast.
#[test]
fn web_03_vonage_answers_200_and_means_too_fast() {
    let vonage = provider("vonage", &[("api_key", "k"), ("api_secret", "s")]);
    let reply = |body: &str| Reply { status: 200, body: body.into(), ..Reply::default() };
    let throttled =
        r#"{"message-count":"1","messages":[{"status":"1","error-text":"Throughput Rate Exceeded"}]}"#;
    let said = vonage.meaning("x", &reply(throttled));
    assert!(matches!(said, Said::Refused { meaning: Meaning::Throttle, .. }), "{said:?}");
    let half = r#"{"messages":[{"status":"0","message-id":"a1"},{"status":"1","error-text":"too fast"}]}"#;
    assert!(
        matches!(vonage.meaning("x", &reply(half)), Said::Taken(ids) if ids[0] == "a1"),
        "a part of it is on its way"
    );
}
