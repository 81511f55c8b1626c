//! People, lists and files of people.

use super::*;

const FILE: &str =
    "Phone,Name\n0502345678,Dana\n0502345678,Dana\n039999999,Shop\nnone,Avi\n0529876543,Moshe\n";

#[tokio::test]
async fn a_person_is_added_changed_found_and_removed() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let list = world.with(&key, "POST", "/v1/lists", r#"{"name":"Spring"}"#).await;
    assert_eq!(list.status, StatusCode::CREATED, "{}", list.body);
    let list = list.body["id"].as_str().unwrap().to_owned();
    let new = json!({
        "number": "050-234-5678", "first_name": "Dana", "fields": { "city": "Haifa", "shoe": "38" },
        "lists": [list], "consent": { "source": "paper form", "at": "2026-01-05T10:00:00Z" },
    });
    let made = world.with(&key, "POST", "/v1/contacts", &new.to_string()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let seen = (&made.body["number"], &made.body["consent"], &made.body["lists"]);
    assert_eq!(seen, (&json!("+972502345678"), &json!("granted"), &json!(["Spring"])));
    let twice = world.with(&key, "POST", "/v1/contacts", &new.to_string()).await;
    assert_eq!((twice.status.as_u16(), &twice.body["code"]), (400, &json!("taken")));
    let path = format!("/v1/contacts/{}", made.body["id"].as_str().unwrap());
    let change = r#"{"last_name":"Levi","fields":{"shoe":null,"city":"Acre"}}"#;
    let changed = world.with(&key, "PATCH", &path, change).await;
    assert_eq!(changed.body["fields"], json!({ "city": "Acre" }), "{}", changed.body);
    assert_eq!(changed.body["first_name"], "Dana");
    for query in ["search=levi", "number=0502345678", "consent=granted", &format!("list={list}")] {
        let found = world.with(&key, "GET", &format!("/v1/contacts?{query}"), "").await;
        assert_eq!(found.body["data"].as_array().map(Vec::len), Some(1), "{query}: {}", found.body);
    }
    let whole = world.with(&key, "GET", &path, "").await.body;
    assert_eq!(whole["events"][0]["claimed_at"], "2026-01-05T10:00:00Z", "{whole}");
    assert_eq!(world.with(&key, "DELETE", &path, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.with(&key, "GET", &path, "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn people_join_a_list_and_leave_it() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let list = world.with(&key, "POST", "/v1/lists", r#"{"name":"Spring"}"#).await.body;
    let person = world.with(&key, "POST", "/v1/contacts", r#"{"number":"+972502345678"}"#).await.body;
    let members = format!("/v1/lists/{}/members", list["id"].as_str().unwrap());
    let body = json!({ "contacts": [person["id"]] }).to_string();
    for added in [1, 0] {
        let joined = world.with(&key, "POST", &members, &body).await;
        assert_eq!(joined.body, json!({ "added": added, "size": 1 }));
    }
    let one = format!("{members}/{}", person["id"].as_str().unwrap());
    assert_eq!(world.with(&key, "DELETE", &one, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.with(&key, "DELETE", &one, "").await.status, StatusCode::NOT_FOUND);
    let named = world.with(&key, "GET", "/v1/lists?name=Spring", "").await.body;
    assert_eq!((&named["data"][0]["id"], &named["data"][0]["size"]), (&list["id"], &json!(0)));
    let other = world.with(&key, "GET", "/v1/lists?name=spr", "").await.body;
    assert_eq!(other["data"], json!([]));
}

#[tokio::test]
async fn a_file_is_counted_then_imported_and_its_problems_given_back() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let path = "/v1/imports?name=people.csv&list=Spring&map.phone=Phone";
    let dry = world.with(&key, "POST", &format!("{path}&dry_run=true"), FILE).await;
    assert_eq!((dry.status.as_u16(), &dry.body["created"]), (200, &json!(2)), "{}", dry.body);
    assert_eq!(world.with(&key, "GET", "/v1/lists", "").await.body["data"], json!([]));
    let begun = world.with(&key, "POST", path, FILE).await;
    assert_eq!((begun.status.as_u16(), &begun.body["state"]), (202, &json!("running")), "{}", begun.body);
    let db = world.db.clone();
    tokio::task::spawn_blocking(move || engine::jobs::run_due(&db)).await.unwrap().unwrap();
    let one = format!("/v1/imports/{}", begun.body["id"].as_str().unwrap());
    let view = world.with(&key, "GET", &one, "").await.body;
    assert_eq!((&view["state"], &view["rows"], &view["created"]), (&json!("done"), &json!(5), &json!(2)));
    let phones = json!({ "mobile": 3, "landline": 1, "service": 0, "short": 0, "invalid": 1, "empty": 0 });
    assert_eq!((&view["phones"], &view["duplicates"]), (&phones, &json!(1)), "{view}");
    let problems = world.with(&key, "GET", &format!("{one}/problems"), "").await;
    let text = problems.body.as_str().unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("039999999") && !text.contains("0529876543"), "{text}");
    let left = std::fs::read_dir(world.db.dir().join("spill")).unwrap().count();
    assert_eq!(left, 0, "files stay behind");
}

#[tokio::test]
async fn a_file_that_is_refused_leaves_nothing() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    for (path, body, status, code) in [
        ("/v1/imports", "%PDF-1.7", 422, "file_pdf"),
        ("/v1/imports", "Name,City\nDana,Haifa\nAvi,Acre\n", 422, "file_no_phone_column"),
        ("/v1/imports?map.phone=Fax", FILE, 400, "no_such_column"),
        ("/v1/imports?country=Israel", FILE, 400, "invalid"),
        ("/v1/imports?existing=burn", FILE, 400, "invalid"),
        ("/v1/imports?lst=Spring", FILE, 400, "unknown_field"),
        ("/v1/imports?consent_source=form", FILE, 400, "required"),
    ] {
        let reply = world.with(&key, "POST", path, body).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.body["code"]),
            (status, &json!(code)),
            "{path}: {}",
            reply.body
        );
    }
    let reader = world.key(&[Permission::Read]).await;
    assert_eq!(world.with(&reader, "POST", "/v1/imports", FILE).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.with(&key, "GET", "/v1/imports", "").await.body["data"], json!([]));
    let left = std::fs::read_dir(world.db.dir().join("spill")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "files stay behind");
}

#[tokio::test]
async fn who_agrees_becomes_a_contact_and_who_refuses_stands_in_the_record() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let agreed = r#"{"number":"0502345678","wording":"Yes, write to me","at":"2026-01-05T10:00:00Z"}"#;
    let granted = world.with(&key, "POST", "/v1/consents", agreed).await;
    assert_eq!(
        (granted.status.as_u16(), &granted.body["consent"]),
        (201, &json!("granted")),
        "{}",
        granted.body
    );
    let found = world.with(&key, "GET", "/v1/contacts?number=0502345678", "").await.body;
    assert_eq!(found["data"][0]["consent"], "granted", "{found}");
    let wrong = world.with(&key, "POST", "/v1/consents", r#"{"number":"12","wording":"x"}"#).await;
    assert_eq!((wrong.status.as_u16(), &wrong.body["param"]), (400, &json!("number")));
    for n in 5..8 {
        let body = json!({ "number": format!("+97250234567{n}"), "evidence": "by phone" }).to_string();
        assert_eq!(world.with(&key, "POST", "/v1/suppressions", &body).await.status, StatusCode::CREATED);
    }
    let (mut path, mut seen) = ("/v1/suppressions?limit=1".to_owned(), 0);
    loop {
        let page = world.with(&key, "GET", &path, "").await.body;
        seen += page["data"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, 3);
    for (number, n) in [("%2B972502345676", 1), ("%2B972502345670", 0)] {
        let one = world.with(&key, "GET", &format!("/v1/suppressions?number={number}"), "").await.body;
        assert_eq!(one["data"].as_array().unwrap().len(), n, "{one}");
    }
}

#[tokio::test]
async fn a_route_says_why() {
    let world = World::new().await;
    let new = json!({ "name": "a", "kind": "smpp", "settings": { "host": "h" } });
    world.console("POST", "/v1/connectors", new).await;
    let path = "/v1/routes/explain?number=0502345678";
    let test = world.console("GET", path, Value::Null).await.body;
    assert_eq!((&test["test"], &test["to"]), (&json!(true), &json!(["simulator"])), "{test}");
    world.console("POST", "/v1/workspaces/live", Value::Null).await;
    let live = world.console("GET", path, Value::Null).await.body;
    assert_eq!((&live["to"], &live["rule"]["to"]), (&json!(["a"]), &json!(["a"])), "{live}");
    let key = world.key(&[]).await;
    world.with(&key, "POST", "/v1/messages", &hello("+972502345678")).await;
    let metrics = world.console("GET", "/metrics", Value::Null).await.body;
    let text = metrics.as_str().unwrap();
    assert!(text.contains("sendword_messages_accepted_total 1\n"), "{text}");
    assert!(text.contains("sendword_messages_total{status=\"delivered\"} 0\n"), "{text}");
}

#[tokio::test]
async fn who_is_meant_by_a_deed_is_said_once_and_in_full() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let dana = world.with(&key, "POST", "/v1/contacts", r#"{"number":"+972502345678"}"#).await.body;
    let dana = dana["id"].as_str().unwrap();
    for (body, code, param) in [
        (json!({ "deed": "add_tag", "target": "VIP" }), "required", "contacts"),
        (json!({ "deed": "add_tag", "target": "VIP", "contacts": [] }), "required", "contacts"),
        (json!({ "deed": "add_tag", "target": "VIP", "filter": {} }), "required", "filter"),
        (json!({ "deed": "add_tag", "target": "VIP", "filter": { "consent": "yes" } }), "invalid", "consent"),
        (json!({ "deed": "add_tag", "everybody": true, "contacts": [dana] }), "required", "contacts"),
        (json!({ "deed": "add_tag", "contacts": [dana] }), "bad_tag", "tag"),
        (json!({ "deed": "add_list", "contacts": [dana], "target": "VIP" }), "required", "target"),
        (json!({ "deed": "suppress", "contacts": [dana] }), "required", "reason"),
        (json!({ "deed": "bless", "contacts": [dana] }), "invalid", "deed"),
        (json!({ "deed": "add_tag", "who": "all" }), "unknown_field", "who"),
    ] {
        let no = world.with(&key, "POST", "/v1/bulk", &body.to_string()).await;
        assert_eq!(
            (no.status.as_u16(), &no.body["code"], &no.body["param"]),
            (400, &json!(code), &json!(param)),
            "{body}: {}",
            no.body
        );
    }
    let gone = json!({ "deed": "erase", "contacts": [dana], "reason": "by letter" }).to_string();
    let clerk = world.key(&[Permission::Read, Permission::Contacts]).await;
    assert_eq!(world.with(&clerk, "POST", "/v1/bulk", &gone).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.with(&key, "GET", "/v1/bulk", "").await.body["data"], json!([]));
    let none = world.with(&key, "GET", "/v1/bulk/blk_0000000000000", "").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND, "{}", none.body);
}

#[tokio::test]
async fn a_deed_that_is_asked_for_twice_is_done_once() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    for n in 0..3 {
        let body = json!({ "number": format!("+97250234567{n}"), "first_name": "Noa" }).to_string();
        assert_eq!(world.with(&key, "POST", "/v1/contacts", &body).await.status, StatusCode::CREATED);
    }
    let body = json!({ "deed": "add_tag", "target": "VIP", "filter": { "search": "noa" } }).to_string();
    let dry = world.with(&key, "POST", "/v1/bulk?dry_run=true", &body).await;
    assert_eq!((dry.status.as_u16(), &dry.body["of"]), (200, &json!(3)), "{}", dry.body);
    let named = [("idempotency-key", "spring-1")];
    let first = world.with_headers(&key, "POST", "/v1/bulk", &body, &named).await;
    let again = world.with_headers(&key, "POST", "/v1/bulk", &body, &named).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (202, 202), "{}", first.body);
    assert_eq!(first.body, again.body);
    assert!(
        again.headers.contains_key("idempotent-replayed")
            && !first.headers.contains_key("idempotent-replayed")
    );
    let other = world.with_headers(&key, "POST", "/v1/bulk", &body.replace("VIP", "new"), &named).await;
    assert_eq!((other.status.as_u16(), &other.body["code"]), (422, &json!("idempotency_key_reused")));
    let all = world.with(&key, "GET", "/v1/bulk", "").await.body;
    assert_eq!(all["data"].as_array().map(Vec::len), Some(1), "{all}");
}

#[tokio::test]
async fn a_filter_that_looks_for_nothing_is_never_everybody() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    for number in ["+972502345678", "+972502345679"] {
        let new = json!({ "number": number, "first_name": "Dana" }).to_string();
        assert_eq!(world.with(&key, "POST", "/v1/contacts", &new).await.status, StatusCode::CREATED);
    }
    for nothing in
        [json!({}), json!({ "search": "" }), json!({ "search": " " }), json!({ "search": "\u{05b0}" })]
    {
        for (path, body) in [
            ("/v1/bulk", json!({ "deed": "erase", "reason": "by letter", "filter": nothing })),
            ("/v1/filters", json!({ "name": "All", "filter": nothing })),
        ] {
            let refused = world.with(&key, "POST", path, &body.to_string()).await;
            let seen = (refused.status.as_u16(), &refused.body["param"]);
            assert_eq!(seen, (400, &json!("filter")), "{path} {body}: {}", refused.body);
        }
    }
    // Zeros are looked for as they are written, and nobody has them.
    let zeros =
        json!({ "deed": "erase", "reason": "by letter", "filter": { "search": "(000)" } }).to_string();
    let counted = world.with(&key, "POST", "/v1/bulk?dry_run=true", &zeros).await;
    let seen = (&counted.body["of"], &counted.body["of_at_least"]);
    assert_eq!(seen, (&json!(0), &json!(false)), "{}", counted.body);
    let found = json!({ "deed": "erase", "reason": "by letter", "filter": { "search": "dana" } }).to_string();
    assert_eq!(world.with(&key, "POST", "/v1/bulk?dry_run=true", &found).await.body["of"], 2);
}
