//! Sending: accepted, refused, repeated, many at once, many callers at once.

use super::*;

#[tokio::test]
async fn one_is_accepted_and_can_be_read_back() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let sent = world.with(&key, "POST", "/v1/messages", &hello("+972501234567")).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    assert_eq!((&sent.body["encoding"], &sent.body["parts"]), (&json!("GSM-7"), &json!(1)));
    let path = format!("/v1/messages/{}", sent.body["id"].as_str().unwrap());
    let read = world.with(&key, "GET", &path, "").await;
    assert_eq!(read.status, StatusCode::OK);
    for name in
        ["id", "status", "reason", "possible_duplicate", "class", "from", "to", "text", "encoding", "parts"]
    {
        assert!(read.body.get(name).is_some(), "{name} is missing in {}", read.body);
    }
    assert_eq!(read.body["class"], "transactional");
    assert!(read.body["accepted_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    let events = world.with(&key, "GET", &format!("{path}/events"), "").await;
    assert_eq!(events.body["data"][0]["kind"], "accepted");
    let listed = world.with(&key, "GET", "/v1/messages?limit=1&to=%2B972501234567", "").await;
    assert_eq!(listed.body["data"][0]["id"], sent.body["id"]);
}

#[tokio::test]
async fn a_refusal_has_its_code_and_leaves_no_message() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let ad = json!({ "to": "+972501234567", "text": "Sale", "class": "marketing" }).to_string();
    let refused = world.with(&key, "POST", "/v1/messages", &ad).await;
    assert_eq!((refused.status.as_u16(), &refused.body["code"]), (422, &json!("NO_CONSENT")));
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert!(refused.body["request_id"].as_str().unwrap().starts_with("req_"));
    let listed = world.with(&key, "GET", "/v1/messages", "").await;
    assert_eq!(listed.body["data"], json!([]));
    let kept = world.db.read(|tx| {
        let home = store::workspace::only(tx)?.unwrap();
        store::decision::list(tx, home, i64::MAX, 10)
    });
    assert_eq!(kept.await.unwrap()[0].code, sms::Code::NoConsent);
}

#[tokio::test]
async fn a_repeated_request_gets_its_first_answer() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let send = |body: String| {
        let (world, key) = (&world, &key);
        async move {
            world.with_headers(key, "POST", "/v1/messages", &body, &[("idempotency-key", "order-1")]).await
        }
    };
    let body = hello("+972501234567");
    // Twice at the same moment, and once more later: one message.
    let (first, twin) = tokio::join!(send(body.clone()), send(body.clone()));
    let later = send(body).await;
    assert_eq!((first.status.as_u16(), later.status.as_u16()), (202, 202));
    assert_eq!((&first.body, &first.body), (&twin.body, &later.body));
    assert_eq!(later.headers["idempotent-replayed"], "true");
    let other = send(hello("+972501234568")).await;
    assert_eq!((other.status.as_u16(), &other.body["code"]), (422, &json!("idempotency_key_reused")));
    let listed = world.with(&key, "GET", "/v1/messages", "").await;
    assert_eq!(listed.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_batch_answers_in_order_and_again() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let many: Vec<Value> = (0..700)
        .map(|n| match n {
            3 => json!({ "to": "nobody" }),
            5 => json!({ "to": "+972501234567", "class": "newsletter" }),
            _ => json!({ "to": format!("+97250{:07}", 1_000_000 + n) }),
        })
        .collect();
    let body = json!({ "messages": many, "text": "Hello", "class": "service" }).to_string();
    let send = || world.with_headers(&key, "POST", "/v1/messages/batch", &body, &[("idempotency-key", "b")]);
    let first = send().await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.body);
    assert_eq!((&first.body["accepted"], &first.body["refused"]), (&json!(698), &json!(2)));
    assert_eq!(first.body["results"][3]["error"]["code"], "INVALID_NUMBER");
    assert_eq!(first.body["results"][5]["error"]["param"], "class");
    assert!(first.body["results"][699]["id"].as_str().unwrap().starts_with("msg_"));
    let again = send().await;
    assert_eq!(again.body, first.body);
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let too_many = json!({ "messages": vec![json!({ "to": "1" }); 10_001], "text": "x" }).to_string();
    let refused = world.with(&key, "POST", "/v1/messages/batch", &too_many).await;
    assert_eq!(refused.body["code"], "too_many");
}

#[tokio::test]
async fn a_dry_run_decides_and_keeps_nothing() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let sent = world.with(&key, "POST", "/v1/messages?dry_run=true", &hello("+972501234567")).await;
    assert_eq!((sent.status.as_u16(), &sent.body["parts"]), (200, &json!(1)));
    let listed = world.with(&key, "GET", "/v1/messages", "").await;
    assert_eq!(listed.body["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_share_commits() {
    let world = std::sync::Arc::new(World::new().await);
    let key = world.key(&[]).await;
    let before = world.db.vitals().commits;
    let all: Vec<_> = (0..400)
        .map(|n| {
            let (world, key) = (world.clone(), key.clone());
            tokio::spawn(async move {
                let to = format!("+97250{:07}", 1_000_000 + n);
                world.with(&key, "POST", "/v1/messages", &hello(&to)).await.status
            })
        })
        .collect();
    for one in all {
        assert_eq!(one.await.unwrap(), StatusCode::ACCEPTED);
    }
    let commits = world.db.vitals().commits - before;
    assert!(commits < 200, "{commits} commits for 400 messages");
}

#[tokio::test]
async fn a_refusal_stops_an_advertisement_and_both_stay_in_the_story() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let ad = json!({ "to": "+972501234567", "text": "Sale", "class": "marketing" }).to_string();
    let permission =
        json!({ "number": "+972501234567", "wording": "Yes, write to me", "evidence": "form 7" });
    let granted = world.with(&key, "POST", "/v1/consents", &permission.to_string()).await;
    assert_eq!(
        (granted.status.as_u16(), &granted.body["consent"]),
        (201, &json!("granted")),
        "{}",
        granted.body
    );
    let refusal = json!({ "number": "+972501234567" }).to_string();
    let refused = world.with(&key, "POST", "/v1/suppressions", &refusal).await;
    assert_eq!(refused.status, StatusCode::CREATED, "{}", refused.body);
    let stopped = world.with(&key, "POST", "/v1/messages", &ad).await;
    assert_eq!((stopped.status.as_u16(), &stopped.body["code"]), (422, &json!("SUPPRESSED_WORKSPACE")));
    let story = world.with(&key, "GET", "/v1/consents?number=%2B972501234567", "").await;
    assert_eq!(
        (&story.body["stopped"], story.body["events"].as_array().unwrap().len()),
        (&json!(["marketing"]), 2)
    );
}

/// JSON can name half of a pair of UTF-16, which is no letter: it is one clear error, and nothing is kept.
#[tokio::test]
async fn txt_06_half_a_pair_is_refused() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    for half in ["\\ud83d", "\\ude00", "\\ude00\\ud83d", "a\\ud83db"] {
        let body = format!("{{\"to\":\"+972501234567\",\"text\":\"{half}\"}}");
        let refused = world.with(&key, "POST", "/v1/messages", &body).await;
        assert!((400..500).contains(&refused.status.as_u16()), "{half}: {}", refused.body);
        assert_eq!(refused.headers["content-type"], "application/problem+json");
    }
    let whole = "{\"to\":\"+972501234567\",\"text\":\"\\ud83d\\ude00\"}";
    assert_eq!(world.with(&key, "POST", "/v1/messages", whole).await.status, StatusCode::ACCEPTED);
}
