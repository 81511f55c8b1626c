//! A pretend directory of numbers: says of each which network it is of, as a provider of look-ups does over HTTP.
//!
//! `GET /lookup?number=972…` and `POST` with the number in the body are answered alike. The last digit chooses: an even one is
//! of the first network and was not carried, an odd one of the second and was; 7 is not known (404), 8 breaks (500), 9 is never
//! answered.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Numbers that are counted; more are answered and not counted.
const COUNTED: usize = 100_000;

/// What it knows.
#[derive(Debug, Clone)]
pub struct Directory {
    /// The key that must stand in `Authorization: Bearer …`; empty for none.
    pub key: String,
    /// MCC and MNC of even and of odd numbers.
    pub networks: [String; 2],
}

impl Default for Directory {
    fn default() -> Directory {
        Directory { key: String::new(), networks: ["42501".into(), "42502".into()] }
    }
}

struct Inner {
    knows: Directory,
    asked: Mutex<BTreeMap<String, usize>>,
}

/// A running directory; it ends with this.
pub struct Numbers {
    address: SocketAddr,
    inner: Arc<Inner>,
    serving: JoinHandle<()>,
}

impl Numbers {
    /// Starts it on the current Tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start(listen: SocketAddr, knows: Directory) -> std::io::Result<Numbers> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let inner = Arc::new(Inner { knows, asked: Mutex::default() });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        let serving = tokio::spawn(async move {
            // An address that was bound can only fail to be served when the machine is out of descriptors.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Numbers { address, inner, serving })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// How often it was asked about a number, digits alone.
    pub fn asked(&self, digits: &str) -> usize {
        let asked = self.inner.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(digits).copied().unwrap_or_default()
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State(inner): State<Arc<Inner>>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let said = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !inner.knows.key.is_empty() && said != format!("Bearer {}", inner.knows.key) {
        return (StatusCode::UNAUTHORIZED, r#"{"message":"wrong key"}"#).into_response();
    }
    let text = format!("{} {}", uri.0, String::from_utf8_lossy(&body));
    let number =
        text.split(|c: char| !c.is_ascii_digit()).max_by_key(|digits| digits.len()).unwrap_or_default();
    {
        let mut asked = inner.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() < COUNTED {
            *asked.entry(number.to_owned()).or_default() += 1;
        }
    }
    match number.bytes().last().map_or(7, |b| b.saturating_sub(b'0')) {
        7 => (StatusCode::NOT_FOUND, r#"{"message":"unknown number"}"#).into_response(),
        8 => (StatusCode::INTERNAL_SERVER_ERROR, "broken").into_response(),
        9 => std::future::pending().await,
        last => {
            let odd = last % 2 == 1;
            let network = &inner.knows.networks[usize::from(odd)];
            let told = serde_json::json!({
                "number": number, "mccmnc": network, "country": "IL", "ported": odd, "type": "mobile",
            });
            (StatusCode::OK, [("content-type", "application/json")], told.to_string()).into_response()
        }
    }
}
