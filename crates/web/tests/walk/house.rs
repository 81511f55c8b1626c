//! A browser without a screen over pages without a socket: cookies, forms, uploads, and a house with an owner.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use sms::form::{Field, FieldKind, KindInfo};
use store::{Clock, Db};
use tower::ServiceExt;
use web::serve::{Options, Web, router};

pub(crate) const KINDS: &[KindInfo] = &[
    KindInfo {
        name: "smpp",
        fields: &[
            Field { name: "host", kind: FieldKind::Text, default: None, advanced: false },
            Field {
                name: "port",
                kind: FieldKind::Number { min: 1, max: 65_535 },
                default: Some("2775"),
                advanced: false,
            },
            Field { name: "password", kind: FieldKind::Secret, default: None, advanced: false },
            Field {
                name: "errors",
                kind: FieldKind::Codes(&["temporary", "permanent"]),
                default: Some(""),
                advanced: true,
            },
        ],
    },
    KindInfo { name: "simulator", fields: &[] },
];

/// A browser: pages, forms, cookies.
pub(crate) struct Browser {
    pub(crate) pages: Router,
    pub(crate) cookies: Vec<(String, String)>,
}

pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) to: String,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) async fn ask(&mut self, request: Request<Body>) -> Seen {
        let response = self.pages.clone().oneshot(request).await.unwrap();
        let headers = response.headers().clone();
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.into(), value.into()));
        }
        assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("default-src 'none'"));
        let to = headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap()).to_owned();
        let status = response.status();
        let body = to_bytes(response.into_body(), 4 << 20).await.unwrap();
        Seen { status, to, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Request::builder().method(method).uri(path).header(header::COOKIE, cookies.join("; "))
    }

    pub(crate) async fn get(&mut self, path: &str) -> Seen {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.ask(request).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let request =
            self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    pub(crate) async fn upload(&mut self, path: &str, guard: &str, name: &str, file: &[u8]) -> Seen {
        let mut body =
            format!("--cut\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{guard}\r\n").into_bytes();
        body.extend(
            format!("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                .bytes(),
        );
        body.extend(file);
        body.extend(b"\r\n--cut--\r\n");
        let request =
            self.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    /// The guard of the forms on a page.
    pub(crate) async fn guard(&mut self) -> String {
        let page = self.get("/settings").await;
        let rest = page.body.split("name=\"csrf\" value=\"").nth(1).expect("a form with its guard");
        rest.split('"').next().unwrap().to_owned()
    }
}

/// What a page complains of, for a failing assertion.
pub(crate) fn complaints(page: &str) -> Vec<&str> {
    page.split("role=\"alert\"")
        .skip(1)
        .chain(page.split("st-failed wraps").skip(1))
        .map(|rest| rest.get(..400).unwrap_or(rest))
        .collect()
}

pub(crate) fn escaped(value: &str) -> String {
    value
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

pub(crate) struct House {
    pub(crate) browser: Browser,
    pub(crate) db: Db,
    _dir: tempfile::TempDir,
}

pub(crate) async fn house(token: Option<&str>) -> House {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_owned();
    let open = move || Db::open(&store::Options { dir: path, url: None, clock: Clock::default() });
    let db = tokio::task::spawn_blocking(open).await.unwrap().unwrap();
    db.write("simulator", engine::connector::ensure_simulator).await.unwrap();
    let options = Options {
        kinds: KINDS,
        setup_token: token.map(str::to_owned),
        secure: false,
        false_clock: false,
        sample: false,
        tester: None,
        stopping: None,
    };
    let pages = router(Web::new(db.clone(), options));
    House { browser: Browser { pages, cookies: Vec::new() }, db, _dir: dir }
}

pub(crate) const PASSWORD: &str = "harbour lantern 42";

pub(crate) async fn settled() -> House {
    let mut house = house(None).await;
    let made = house
        .browser
        .post(
            "/first-run",
            &[
                ("business", "Tern & Tiller"),
                ("login", "marta@tern.example"),
                ("password", PASSWORD),
                ("country", "GB"),
                ("zone", ""),
            ],
        )
        .await;
    assert_eq!((made.status, made.to.as_str()), (StatusCode::SEE_OTHER, "/"), "{:?}", complaints(&made.body));
    house
}
