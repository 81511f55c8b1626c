//! Proofs of webhooks, judged by the providers' own libraries: what we make they take, what they make is what we expect,
//! and what is forged they refuse as we do.

mod support;

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store::testing::{program, skip};
use wire::proof::{self, Pairs, TelnyxKey, VonageWay};

fn peers() -> PathBuf {
    std::env::var_os("SENDWORD_PEERS").map(PathBuf::from).unwrap_or_default()
}

/// Asks a judge about all cases; `None` where it is not installed.
fn judged(test: &str, script: &str, library: &str, cases: &[Value]) -> Option<Vec<Value>> {
    let folder = peers();
    let runs = match script.ends_with(".mjs") {
        true => folder.join("node_modules").join(library).is_dir().then(|| program("node", &[])).flatten(),
        false => Some(folder.join("venv/bin/python")).filter(|python| python.exists()),
    };
    let Some(runs) = runs else {
        skip(test, &format!("{library} is absent from the folder that SENDWORD_PEERS names"));
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(script);
    let mut judge = Command::new(runs)
        .arg(script)
        .env("SENDWORD_PEERS", &folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the judge starts");
    let asked: String = cases.iter().map(|case| format!("{case}\n")).collect();
    judge.stdin.take().expect("a pipe").write_all(asked.as_bytes()).expect("it listens");
    let said = judge.wait_with_output().expect("its end");
    let text = String::from_utf8(said.stdout).expect("UTF-8");
    let verdicts: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(verdicts.len(), cases.len(), "it did not judge all of them");
    Some(verdicts)
}

const URLS: [&str; 4] = [
    "https://shop.example/hooks/cnx_1-ab/status?sw=msg_1-0",
    "https://shop.example:8443/hooks/cnx_1-ab/inbound",
    "http://shop.example/hooks/x/status?a=1&b=%D7%A9",
    "https://shop.example/hooks/x",
];

fn forms() -> Vec<Pairs> {
    let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    vec![
        of(&[
            ("MessageSid", "SM1"),
            ("MessageStatus", "delivered"),
            ("To", "+972541234567"),
            ("ErrorCode", ""),
        ]),
        of(&[("Body", "שלום & 100% = \"x\" +"), ("From", "+1 555"), ("b", "2"), ("B", "1"), ("a", "")]),
        of(&[]),
    ]
}

fn object(form: &Pairs) -> Value {
    form.iter().map(|(n, v)| (n.clone(), Value::from(v.as_str()))).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn twilio_plivo_telnyx_and_messagebird_agree() {
    let mut cases = Vec::new();
    let mut wanted = Vec::new();
    let mut add = |case: Value, holds: bool| {
        cases.push(case);
        wanted.push(holds);
    };
    for url in URLS {
        for form in forms() {
            let mark = proof::twilio("token", url, &form);
            let case = |secret: &str, mark: &str| json!({ "provider": "twilio", "url": url, "secret": secret, "signature": mark, "params": object(&form) });
            add(case("token", &mark), true);
            add(case("other", &mark), false);
            let bare = url.split('?').next().unwrap_or_default();
            let query: Pairs = url
                .split_once('?')
                .map(|(_, q)| q.replace("%D7%A9", "ש"))
                .iter()
                .flat_map(|q| {
                    q.split('&')
                        .filter_map(|p| p.split_once('='))
                        .map(|(n, v)| (n.into(), v.into()))
                        .collect::<Pairs>()
                })
                .collect();
            let v3 = proof::plivo_v3("token", url, &query, &form, "77");
            // Their library encodes to octets twice what is not ASCII; both sides agree on what is.
            if form.iter().all(|(_, v)| v.is_ascii()) && url.is_ascii() && !url.contains('%') {
                add(
                    json!({ "provider": "plivo_v3", "url": url, "nonce": "77", "secret": "token", "signature": v3, "params": object(&form) }),
                    true,
                );
                add(
                    json!({ "provider": "plivo_v3", "url": bare, "nonce": "78", "secret": "token", "signature": v3, "params": object(&form) }),
                    false,
                );
            }
        }
        let v2 = proof::plivo_v2("token", url, "12345");
        add(
            json!({ "provider": "plivo_v2", "url": url, "nonce": "12345", "secret": "token", "signature": v2 }),
            true,
        );
        add(
            json!({ "provider": "plivo_v2", "url": url, "nonce": "12346", "secret": "token", "signature": v2 }),
            false,
        );
    }
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    let key = TelnyxKey::of(&[9; 32]).expect("a key");
    let (at, body) = (now.to_string(), json!({ "data": { "payload": { "text": "שלום" } } }).to_string());
    let mark = key.sign(&at, body.as_bytes());
    for (said, holds) in [(body.clone(), true), (format!("{body} "), false)] {
        assert_eq!(proof::telnyx_holds(&key.public(), &at, said.as_bytes(), &mark), holds);
        add(
            json!({ "provider": "telnyx", "secret": key.public(), "timestamp": at, "body": said, "signature": mark }),
            holds,
        );
    }
    let hash = |text: &str| proof::hex(&proof::sha256(text.as_bytes()));
    let url = URLS[0];
    let claims = json!({ "iss": "MessageBird", "nbf": now, "iat": now, "exp": now + 60, "jti": "1",
        "url_hash": hash(url), "payload_hash": hash("body") });
    let token = proof::jwt(claims.to_string().as_bytes(), "signing");
    for (secret, body, holds) in
        [("signing", "body", true), ("other", "body", false), ("signing", "b0dy", false)]
    {
        add(
            json!({ "provider": "messagebird", "url": url, "secret": secret, "body": body, "signature": token }),
            holds,
        );
    }
    let Some(verdicts) = judged("provider signatures", "signatures.mjs", "twilio", &cases) else { return };
    for ((case, verdict), holds) in cases.iter().zip(&verdicts).zip(wanted) {
        assert_eq!(verdict["holds"], holds, "{case}");
        if case["provider"] == "twilio" && holds {
            assert_eq!(verdict["made"], case["signature"], "{case}");
        }
    }
    assert!(cases.len() > 30);
}

#[test]
fn vonage_agrees() {
    // Their library makes keyed hashes alone; the plain one of old accounts is that of their manual.
    let ways = [("sha1", VonageWay::Sha1), ("sha256", VonageWay::Sha256), ("sha512", VonageWay::Sha512)];
    let mut cases = Vec::new();
    for (name, way) in ways {
        for mut form in forms() {
            form.push(("timestamp".into(), "1767225600".into()));
            let sig = proof::vonage(way, "secret", &form);
            cases.push(json!({ "method": name, "secret": "secret", "params": object(&form), "sig": sig }));
        }
    }
    let Some(verdicts) = judged("Vonage's signatures", "signatures.py", "vonage", &cases) else { return };
    for (case, verdict) in cases.iter().zip(&verdicts) {
        assert_eq!(
            verdict["made"].as_str().map(str::to_lowercase).as_deref(),
            case["sig"].as_str(),
            "{case}"
        );
        assert_eq!(verdict["holds"], true, "{case}");
    }
}
