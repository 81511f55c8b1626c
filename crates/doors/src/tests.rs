//! The API over a real store: what programs see, byte for byte where it matters.

mod alarms;
mod messages;
mod people;
mod rules;

use crate::{Doors, Trust, WORKSPACE};
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use engine::Permission;
use engine::access::{self, FirstRun};
use serde_json::{Value, json};
use sms::form::{Field, FieldKind, KindInfo};
use store::{Clock, Db, Options};
use tower::ServiceExt;

const KINDS: &[KindInfo] = &[
    KindInfo {
        name: "smpp",
        fields: &[
            Field { name: "host", kind: FieldKind::Text, default: None, advanced: false },
            Field { name: "password", kind: FieldKind::Secret, default: Some(""), advanced: false },
        ],
    },
    KindInfo { name: "simulator", fields: &[] },
];

struct World {
    db: Db,
    keys: axum::Router,
    console: axum::Router,
    _dir: tempfile::TempDir,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl World {
    /// A store with one workspace in test mode, named Shop.
    async fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { dir: dir.path().into(), url: None, clock: Clock::default() };
        let db = tokio::task::spawn_blocking(move || Db::open(&options).unwrap()).await.unwrap();
        let first = FirstRun {
            email: "rivka@shop.example".into(),
            name: "Rivka".into(),
            password: access::hash_password("rivka@shop.example", "correct horse battery").unwrap(),
            workspace: "Shop".into(),
            country: "IL".into(),
            language: String::new(),
            zone: String::new(),
        };
        db.write("test", move |tx| {
            engine::connector::ensure_simulator(tx)?;
            access::first_run(tx, &first)
        })
        .await
        .unwrap();
        let keys = Doors::new(db.clone(), KINDS, Trust::Keys).router();
        let console = Doors::new(db.clone(), KINDS, Trust::Console).router();
        World { db, keys, console, _dir: dir }
    }

    async fn key(&self, scopes: &[Permission]) -> String {
        let scopes = scopes.to_vec();
        let made = self.db.write("key", move |tx| {
            let ctx = access::console(tx, Some("Shop"))?;
            access::key_create(tx, &ctx, "test", &scopes, false)
        });
        made.await.unwrap().key
    }

    async fn console(&self, method: &str, path: &str, body: Value) -> Reply {
        let request = Request::builder().method(method).uri(path).header(WORKSPACE, "Shop");
        ask(&self.console, request, body.to_string()).await
    }

    async fn with(&self, key: &str, method: &str, path: &str, body: &str) -> Reply {
        self.with_headers(key, method, path, body, &[]).await
    }

    async fn with_headers(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Reply {
        let bearer = format!("Bearer {key}");
        let mut request = Request::builder().method(method).uri(path).header("authorization", bearer);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        ask(&self.keys, request, body.to_owned()).await
    }
}

async fn ask(router: &axum::Router, request: axum::http::request::Builder, body: String) -> Reply {
    let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::String(text));
    Reply { status: parts.status, headers: parts.headers, body }
}

fn hello(to: &str) -> String {
    json!({ "to": to, "text": "Hello" }).to_string()
}
