//! What holds for every path: keys, scopes, problems, lists, the document.

use super::*;

#[tokio::test]
async fn only_a_key_with_the_scope_comes_in() {
    let world = World::new().await;
    let key = world.key(&[Permission::Read]).await;
    assert_eq!(world.with("sk_live_wrong", "GET", "/v1/messages", "").await.status, StatusCode::UNAUTHORIZED);
    let none = ask(&world.keys, Request::builder().uri("/v1/messages"), String::new()).await;
    assert_eq!((none.status.as_u16(), &none.body["code"]), (401, &json!("not_known")));
    assert_eq!(world.with(&key, "GET", "/v1/messages", "").await.status, StatusCode::OK);
    let refused = world.with(&key, "POST", "/v1/messages", &hello("+972501234567")).await;
    assert_eq!((refused.status.as_u16(), &refused.body["code"]), (403, &json!("not_allowed")));
    let workspace = json!({ "workspace": "X", "country": "IL", "owner_email": "a@b.cd", "owner_password": "long enough!" });
    let init = world.with(&key, "POST", "/v1/workspaces", &workspace.to_string()).await;
    assert_eq!(init.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_within_a_second() {
    let world = World::new().await;
    let made = world.console("POST", "/v1/keys", json!({ "name": "shop site" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let key = made.body["key"].as_str().unwrap().to_owned();
    assert_eq!(world.with(&key, "GET", "/v1/messages", "").await.status, StatusCode::OK);
    let path = format!("/v1/keys/{}", made.body["id"].as_str().unwrap());
    assert_eq!(world.console("DELETE", &path, Value::Null).await.status, StatusCode::NO_CONTENT);
    tokio::time::sleep(std::time::Duration::from_millis(1_000)).await;
    assert_eq!(world.with(&key, "GET", "/v1/messages", "").await.status, StatusCode::UNAUTHORIZED);
    let listed = world.console("GET", "/v1/keys", Value::Null).await;
    assert!(listed.body["data"][0]["revoked_at"].is_string(), "{}", listed.body);
}

#[tokio::test]
async fn every_mistake_is_named() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    for (body, status, code, param) in [
        ("{", 400, "invalid_json", Value::Null),
        (r#"{"to":"+972501234567","txet":"x"}"#, 400, "unknown_field", json!("txet")),
        (r#"{"to":"+972501234567"}"#, 400, "required", json!("text")),
        (r#"{"text":"x"}"#, 400, "required", json!("to")),
        (r#"{"to":"+972501234567","text":"x","class":"ads"}"#, 400, "invalid", json!("class")),
        (r#"{"to":"+972501234567","text":"x","send_at":"now"}"#, 400, "invalid", json!("send_at")),
        (r#"{"to":"+972501234567","text":"x","tlvs":"0x1401 text a\u0000b"}"#, 400, "invalid", json!("tlvs")),
        (r#"{"to":"+972501234567","text":"x","tlvs":"0x0424 text SALE"}"#, 400, "invalid", json!("tlvs")),
        (r#"{"to":"+972501234567","text":"x","client_ref":"a\u0000"}"#, 400, "invalid", json!("client_ref")),
        (r#"{"to":"12","text":"x"}"#, 422, "INVALID_NUMBER", Value::Null),
    ] {
        let reply = world.with(&key, "POST", "/v1/messages", body).await;
        let seen = (reply.status.as_u16(), reply.body["code"].as_str(), &reply.body["param"]);
        assert_eq!(seen, (status, Some(code), &param), "{body}: {}", reply.body);
        assert_eq!(reply.body["status"], status);
    }
    let misspelt = world.with(&key, "POST", "/v1/messages", r#"{"txet":"x"}"#).await;
    assert_eq!(misspelt.body["fix"], "did you mean 'text'?");
    let form = Request::builder()
        .method("POST")
        .uri("/v1/messages")
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("to=1"))
        .unwrap();
    assert_eq!(world.keys.clone().oneshot(form).await.unwrap().status().as_u16(), 415);
    let large = world.with(&key, "POST", "/v1/messages", &" ".repeat(2 << 20)).await;
    assert_eq!((large.status.as_u16(), &large.body["code"]), (413, &json!("too_large")));
    let nowhere = world.with(&key, "GET", "/v1/mesages", "").await;
    assert_eq!((nowhere.status.as_u16(), &nowhere.body["code"]), (404, &json!("not_found")));
    assert_eq!(world.with(&key, "DELETE", "/v1/messages", "").await.body["code"], "method_not_allowed");
    assert_eq!(world.with(&key, "GET", "/v1/messages/msg_x", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.with(&key, "GET", "/v1/messages?statsu=x", "").await.body["param"], "statsu");
}

#[tokio::test]
async fn a_list_is_walked_page_by_page() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    for n in 0..5 {
        let sent = world.with(&key, "POST", "/v1/messages", &hello(&format!("+97250123456{n}"))).await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    }
    let (mut path, mut seen) = ("/v1/messages?limit=2".to_owned(), Vec::new());
    loop {
        let page = world.with(&key, "GET", &path, "").await.body;
        seen.extend(page["data"].as_array().unwrap().iter().map(|m| m["to"].clone()));
        match page["next"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    let expected: Vec<Value> = (0..5).rev().map(|n| json!(format!("+97250123456{n}"))).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn connectors_are_set_up_and_their_secrets_stay_inside() {
    let world = World::new().await;
    let new = json!({ "name": "a", "kind": "smpp", "settings": { "host": "h", "password": "s3cret" } });
    let dry = world.console("POST", "/v1/connectors?dry_run=true", new.clone()).await;
    assert_eq!(dry.status, StatusCode::OK, "{}", dry.body);
    let made = world.console("POST", "/v1/connectors", new.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let listed = world.console("GET", "/v1/connectors", Value::Null).await;
    let names: Vec<_> = listed.body["data"].as_array().unwrap().iter().map(|c| &c["name"]).collect();
    assert_eq!(names, ["simulator", "a"]);
    assert!(!listed.body.to_string().contains("s3cret"));
    let routes = world.console("GET", "/v1/routes", Value::Null).await;
    assert_eq!(routes.body["data"][0]["to"], json!(["a"]));
    let twice = world.console("POST", "/v1/connectors", new).await;
    assert_eq!((twice.status.as_u16(), &twice.body["param"]), (400, &json!("name")));
    let off = world
        .console(
            "PATCH",
            &format!("/v1/connectors/{}", made.body["id"].as_str().unwrap()),
            json!({ "enabled": false }),
        )
        .await;
    assert_eq!(off.body["state"], "disabled");
    let metrics = world.console("GET", "/metrics", Value::Null).await;
    assert!(
        metrics
            .body
            .as_str()
            .unwrap()
            .contains("sendword_connector_state{connector=\"a\",kind=\"smpp\",state=\"disabled\"} 1")
    );
}

#[tokio::test]
async fn the_document_names_every_path_and_every_path_is_there() {
    let world = World::new().await;
    let document = ask(&world.keys, Request::builder().uri("/openapi.json"), String::new()).await.body;
    assert_eq!(document["openapi"], "3.1.0");
    let listed = document["paths"].as_object().unwrap();
    for route in crate::documented() {
        let operation = &listed[route.path][route.method.to_lowercase()];
        assert_eq!(operation["summary"], route.summary);
        if let Some(name) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()
        {
            let name = name.rsplit('/').next().unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{name} is not described");
        }
        let path = route.path.replace("{id}", "x");
        let reply = world.with("sk_live_wrong", route.method, &path, "{}").await;
        assert!(
            ![404, 405].contains(&reply.status.as_u16()),
            "{} {} leads nowhere",
            route.method,
            route.path
        );
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            ask(&world.keys, Request::builder().uri(path), String::new()).await.status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn another_workspace_sees_nothing() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let made = json!({ "workspace": "Other", "country": "IL", "owner_email": "o@b.cd", "owner_password": "correct horse 2" });
    let other = world.console("POST", "/v1/workspaces", made).await;
    assert_eq!(other.status, StatusCode::CREATED, "{}", other.body);
    let sent = world.with(&key, "POST", "/v1/messages", &hello("+972501234567")).await;
    let path = format!("/v1/messages/{}", sent.body["id"].as_str().unwrap());
    let theirs = Request::builder().uri(&path).header(WORKSPACE, "Other");
    assert_eq!(ask(&world.console, theirs, String::new()).await.status, StatusCode::NOT_FOUND);
    let unnamed = ask(&world.console, Request::builder().uri(&path), String::new()).await;
    assert_eq!(unnamed.body["code"], "workspace_needed");
}
