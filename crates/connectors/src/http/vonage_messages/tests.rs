//! The key beside this file was made for these tests and opens nothing.

use super::*;
use crate::errors::Errors as Table;
use store::connector::Settings;

const KEY: &str = include_str!("key.pem");

fn account(set: &[(&str, &str)]) -> Messages {
    let all = [("api_key", "k"), ("api_secret", "s"), ("application_id", "app-1"), ("private_key", KEY)];
    let settings: Settings =
        all.iter().chain(set).map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let own = Own { settings: &settings, errors: Table::read("").0 };
    Messages::of(&own)
}

fn mail() -> Mail {
    Mail {
        to: "+972541234567".into(),
        from: "+972529990000".into(),
        text: "שלום".into(),
        unicode: true,
        valid_s: 600,
        valid_until: 1_795_000_600_000,
        name: "msg_1-0".into(),
        same: "msg_1".into(),
        hook: "https://x.example/hooks/c/status".into(),
    }
}

fn claims(token: &str) -> Value {
    let middle = token.split('.').nth(1).expect("three pieces").replace('-', "+").replace('_', "/");
    let padded = format!("{middle}{}", "=".repeat((4 - middle.len() % 4) % 4));
    serde_json::from_slice(&proof::unbase64(&padded).expect("base 64")).expect("JSON")
}

#[test]
fn a_message_goes_under_a_token_of_the_application() {
    let call = account(&[]).request(&mail()).unwrap();
    assert_eq!(call.url, "https://api.nexmo.com/v1/messages");
    let token = call.headers.iter().find(|(n, _)| n == "Authorization").unwrap().1.replace("Bearer ", "");
    let said = claims(&token);
    assert_eq!((&said["application_id"], &said["jti"]), (&json!("app-1"), &json!("msg_1-0")));
    assert_eq!((said["iat"].as_i64(), said["exp"].as_i64()), (Some(1_794_999_995), Some(1_795_000_900)));
    let body = read::json(&call.body);
    assert_eq!((&body["to"], &body["sms"]["encoding_type"]), (&json!("972541234567"), &json!("unicode")));
    // Pasted into one line, the key is the same key; without one nothing is sent.
    let one_line = KEY.replace('\n', "");
    assert!(account(&[("private_key", one_line.as_str())]).request(&mail()).is_ok());
    for none in ["", "secret", "-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----"] {
        let without = account(&[("private_key", none)]);
        assert!(without.request(&mail()).is_err());
        assert!(without.login(&Reply { status: 200, ..Reply::default() }).is_err());
    }
}

#[test]
fn answers_and_errors_have_their_meaning() {
    let say = |status, body: &str| {
        account(&[]).meaning("n", &Reply { status, pause_ms: None, body: body.to_owned() })
    };
    assert_eq!(say(202, r#"{"message_uuid":"aaa"}"#), Said::Taken(vec!["aaa".into()]));
    assert!(matches!(say(202, "{}"), Said::Unknown(_)));
    assert!(matches!(say(500, "oops"), Said::Unknown(_)));
    assert!(matches!(say(401, r#"{"title":"Unauthorized"}"#), Said::Locked(_)));
    let slow = r#"{"type":"https://developer.vonage.com/api-errors/messages#1000","title":"Throttled","detail":"slow"}"#;
    assert!(matches!(say(429, slow), Said::Refused { meaning: Throttle, .. }));
    let sender = r#"{"title":"1120","detail":"Illegal sender address"}"#;
    assert!(matches!(say(422, sender), Said::Refused { meaning: Route, code: Code::SenderNotAllowed, .. }));
}

#[test]
fn webhooks_are_read_and_proven_over_their_body() {
    let of = account(&[("signature_secret", "signing")]);
    let body = br#"{"channel":"sms","message_uuid":"aaa","to":"972541234567","from":"Shop","status":"undeliverable","error":{"title":"6"},"client_ref":"msg_1-0"}"#;
    let now = 1_795_000_000_000;
    let signed = |secret: &str, at: i64, over: &[u8]| {
        let claims = json!({ "iat": at, "jti": "j1", "payload_hash": proof::hex(&proof::sha256(over)) });
        format!("Bearer {}", proof::jwt(claims.to_string().as_bytes(), secret))
    };
    let judged = |header: String| {
        let headers = [("Authorization".to_owned(), header)];
        let hook = Hook { method: "POST", url: "https://x/", place: "status", headers: &headers, body, now };
        of.proof(&hook)
    };
    assert_eq!(judged(signed("signing", now / 1_000, body)), Proof::Holds(Some("j1".into())));
    for wrong in [
        String::new(),
        signed("other", now / 1_000, body),
        signed("signing", now / 1_000 - 400, body),
        signed("signing", now / 1_000, b"other"),
    ] {
        assert!(matches!(judged(wrong), Proof::Fails(_)));
    }
    let read = |body: &[u8]| {
        of.read(&Hook { method: "POST", url: "https://x/", place: "inbound", headers: &[], body, now })
    };
    let News::Report(report) = read(body).unwrap().news.remove(0) else { panic!("no report") };
    assert_eq!((report.status, report.code), (Status::Undelivered, Code::ContentRefused));
    assert_eq!((report.id.as_str(), report.name.as_str()), ("aaa", "msg_1-0"));
    let inbound = br#"{"channel":"sms","message_uuid":"bbb","to":"972529990000","from":"972541234567","text":"hi","message_type":"text"}"#;
    assert!(
        matches!(&read(inbound).unwrap().news[..], [News::Message(m)] if m.id == "bbb" && m.text == "hi")
    );
    assert!(read(br#"{"message_uuid":"x","status":"submitted"}"#).unwrap().news.is_empty());
    assert!(read(br#"{"message_uuid":"x","status":"odd"}"#).is_err() && read(b"<xml>").is_err());
}
