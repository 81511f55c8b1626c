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

/// A text that needs UCS-2 is said to be UTF-8, else Kannel takes its octets for UTF-16; a plus is no blank between two
/// numbers; an octet of nothing in what comes in ends nothing.
#[test]
fn web_04_kannel_is_told_the_charset_and_one_number() {
    let kannel = provider("kannel", &[("base", "http://kannel:13013"), ("username", "u"), ("password", "p")]);
    let mail = super::Mail {
        to: "+972501234567".into(),
        from: "Shop".into(),
        text: "שלום & 100%".into(),
        unicode: true,
        valid_s: 600,
        valid_until: NOW + 600_000,
        name: "msg_0000000000001-0".into(),
        same: "msg_0000000000001".into(),
        hook: String::new(),
    };
    let call = kannel.request(&mail).unwrap();
    let query = super::read::pairs(call.url.split_once('?').unwrap().1.as_bytes());
    let of = |name: &str| super::read::get(&query, name).to_owned();
    assert_eq!((of("coding"), of("charset"), of("text")), ("2".into(), "UTF-8".into(), mail.text.clone()));
    assert!(call.url.contains("to=%2B972501234567&"), "{}", call.url);
    assert_eq!(of("to"), mail.to);
    let url = "https://sms.example/hooks/t/inbound?from=%2B972501234567&to=4545&udh=%05%00%03%01%02%01&text=a%00b&id=1";
    let hook = Hook { method: "GET", url, place: "inbound", headers: &[], body: b"", now: NOW };
    let read = kannel.read(&hook).unwrap();
    assert!(
        matches!(&read.news[..], [super::News::Message(m)] if m.text == "a\0b" && m.from == "+972501234567")
    );
}

/// Addresses of this machine and of the cloud's neighbours are not called, whether they are written down, named, or what
/// somebody sends us on to; where an address was written down for the machine itself, its neighbours are still not called.
#[tokio::test]
async fn web_05_nobody_has_us_call_what_is_inside() {
    use super::{Back, Bridge, Call};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let called = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&called);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut asked = [0; 1_024];
            let _ = stream.read(&mut asked).await; // whatever it is
            let on = format!(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{port}/again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(on.as_bytes()).await; // who asked may be gone
        }
    });
    let call = |url: String| Call { method: "GET".into(), url, ..Call::default() };
    let outside = Bridge::new(String::new(), false);
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let back = outside.ask(call(format!("http://{host}:{port}/"))).await;
        assert!(matches!(back, Back::NotSent(_)), "{host}: {back:?}");
    }
    assert_eq!(called.load(std::sync::atomic::Ordering::SeqCst), 0);
    let inside = Bridge::new(String::new(), true);
    for url in ["http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[fd00:ec2::254]/"] {
        assert!(matches!(inside.ask(call(url.into())).await, Back::NotSent(_)), "{url}");
    }
    let back = inside.ask(call(format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(&back, Back::Reply(reply) if reply.status == 302), "{back:?}");
    assert_eq!(called.load(std::sync::atomic::Ordering::SeqCst), 1, "it went where it was sent on to");
}
