//! How a command reaches the product: over the control socket of the running server, or, where none runs, by opening
//! the store itself. Both ways lead to the same paths of the same API, so a command is written once.

use crate::failure::{Done, Exit, Failure};
use crate::home;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use doors::{Doors, Trust, WORKSPACE, percent_encoded};
use http_body_util::BodyExt;
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use store::{Db, Options};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// Bytes of a file sent at once.
const PIECE: usize = 64 << 10;

/// Where the store is, and for which workspace one asks.
#[derive(Debug, Clone)]
pub(super) struct Where {
    pub dir: PathBuf,
    pub database: Option<String>,
    pub workspace: Option<String>,
}

/// A way to the API.
pub(super) struct Link {
    way: Way,
    workspace: Option<String>,
    runtime: Runtime,
}

enum Way {
    Server(PathBuf),
    Alone(Box<Alone>),
}

/// The store, opened by this command.
struct Alone {
    router: Router,
    db: Db,
    _lock: home::Lock,
}

impl Link {
    /// Reaches the server; without one, opens the store.
    pub(super) fn open(place: &Where) -> Done<Link> {
        Link::make(place, false)
    }

    /// The same, making a data directory where there is none.
    pub(super) fn open_or_make(place: &Where) -> Done<Link> {
        home::make(&place.dir)?;
        Link::make(place, true)
    }

    /// Reaches the server, or fails: what is asked for needs one.
    pub(super) fn server(place: &Where) -> Done<Link> {
        let link = Link::reach(place)?;
        link.ok_or_else(|| {
            Failure::new(Exit::Unreachable, "no server runs")
                .why(format!("nothing answers at {}", home::socket(&place.dir).display()))
                .fix(format!("sendword serve --data {}", place.dir.display()))
        })
    }

    fn reach(place: &Where) -> Done<Option<Link>> {
        let socket = home::socket(&place.dir);
        if doors::socket::connect(&socket).is_err() {
            return Ok(None);
        }
        let workspace = place.workspace.clone();
        Ok(Some(Link { way: Way::Server(socket), workspace, runtime: runtime()? }))
    }

    fn make(place: &Where, may_make: bool) -> Done<Link> {
        if let Some(link) = Link::reach(place)? {
            return Ok(link);
        }
        let there = place.database.is_some() || place.dir.join("sendword.db").exists();
        if !there && !may_make {
            let what = format!("no server runs, and there is no store in {}", place.dir.display());
            return Err(
                Failure::new(Exit::Unreachable, what).fix("sendword serve, or name it with --data DIR")
            );
        }
        home::make(&place.dir)?;
        let Some(lock) = home::lock(&place.dir)? else {
            return Err(Failure::new(Exit::Unreachable, "the server is starting or stopping")
                .why(format!("{} is locked, and its socket does not answer", place.dir.display()))
                .fix("try again in a moment"));
        };
        let options = Options {
            dir: place.dir.clone(),
            url: place.database.clone(),
            clock: crate::serve::start::clock()?,
        };
        let db = Db::open(&options)?;
        store::watch::look(&db);
        let kept = crate::serve::start::law_is_kept()?;
        db.write_blocking("start", move |tx| {
            engine::law::keep(tx, kept)?;
            engine::connector::ensure_simulator(tx)
        })?;
        let runtime = runtime()?;
        let router = {
            let _inside = runtime.enter();
            Doors::new(db.clone(), connectors::forms::ALL, Trust::Console).router()
        };
        let alone = Alone { router, db, _lock: lock };
        Ok(Link { way: Way::Alone(Box::new(alone)), workspace: place.workspace.clone(), runtime })
    }

    /// The store, where this command opened it itself.
    pub(super) fn store(&self) -> Option<&Db> {
        match &self.way {
            Way::Server(_) => None,
            Way::Alone(alone) => Some(&alone.db),
        }
    }

    pub(super) fn get(&self, path: &str) -> Done<Value> {
        self.call("GET", path, None)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Done<Value> {
        self.call("POST", path, Some(body))
    }

    pub(super) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Done<Value> {
        let body = body.map(Value::to_string).unwrap_or_default();
        self.send(method, path, "application/json", Body::from(body))
    }

    /// Sends a file as it is, piece by piece.
    pub(super) fn upload(&self, path: &str, file: File) -> Done<Value> {
        self.send("POST", path, "application/octet-stream", Body::new(Pieces(file)))
    }

    /// The whole list behind a path, following it page by page.
    pub(super) fn list(&self, path: &str, most: usize) -> Done<Vec<Value>> {
        let (mut path, mut all) = (path.to_owned(), Vec::new());
        loop {
            let mut page = self.get(&path)?;
            if let Value::Array(data) = page["data"].take() {
                all.extend(data);
            }
            match page["next"].as_str() {
                Some(next) if all.len() < most => path = next.to_owned(),
                _ => break,
            }
        }
        all.truncate(most);
        Ok(all)
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: Body) -> Done<Value> {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("host", "sendword").header("content-type", kind);
        if let Some(name) = &self.workspace {
            request = request.header(WORKSPACE, percent_encoded(name));
        }
        let request = request
            .body(body)
            .map_err(|e| Failure::new(Exit::Usage, format!("{path} cannot be asked for")).why(e))?;
        let response = self.runtime.block_on(self.answer(request))?;
        let (status, bytes) = response;
        let value = if bytes.is_empty() {
            Value::Null
        } else {
            let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
            serde_json::from_slice(&bytes).unwrap_or_else(|_| text())
        };
        if (200..300).contains(&status) { Ok(value) } else { Err(Failure::of(status, value)) }
    }

    async fn answer(&self, request: Request<Body>) -> Done<(u16, Vec<u8>)> {
        let lost = |e: &dyn std::fmt::Display| {
            Failure::new(Exit::Unreachable, "the server did not answer").why(e.to_string())
        };
        match &self.way {
            Way::Alone(alone) => {
                let response = alone.router.clone().oneshot(request).await.map_err(|e| lost(&e))?;
                whole(response).await.map_err(|e| lost(&e))
            }
            Way::Server(path) => {
                let stream = doors::socket::connect(path).map_err(|e| lost(&e))?;
                stream.set_nonblocking(true).map_err(|e| lost(&e))?;
                let stream = tokio::net::UnixStream::from_std(stream).map_err(|e| lost(&e))?;
                let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
                    .await
                    .map_err(|e| lost(&e))?;
                tokio::spawn(connection);
                let response = sender.send_request(request).await.map_err(|e| lost(&e))?;
                whole(response).await.map_err(|e| lost(&e))
            }
        }
    }
}

/// A file as the body of a request. It is read on the thread that sends: there is nothing else to do on it.
struct Pieces(File);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let mut piece = vec![0; PIECE];
        Poll::Ready(match self.0.read(&mut piece) {
            Ok(0) => None,
            Ok(n) => {
                piece.truncate(n);
                Some(Ok(Frame::data(piece.into())))
            }
            Err(e) => Some(Err(e)),
        })
    }
}

async fn whole<B>(response: Response<B>) -> Result<(u16, Vec<u8>), B::Error>
where
    B: hyper::body::Body,
{
    let status = response.status().as_u16();
    Ok((status, response.into_body().collect().await?.to_bytes().to_vec()))
}

fn runtime() -> Done<Runtime> {
    let made = tokio::runtime::Builder::new_current_thread().enable_all().build();
    made.map_err(|e| Failure::new(Exit::Failure, "the program cannot start").why(e))
}
