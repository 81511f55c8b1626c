//! `/v1/imports`: a file of people comes in as the body of a request, is looked at, and then a job writes it down.

use super::{path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::caller::Caller;
use crate::import::{Asked, refused};
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::time::rfc3339;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use engine::access;
use engine::import::{self, Counts, NewImport, View};
use engine::{Ctx, Permission};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::{kind, public};
use std::io::{self, Read};
use store::Db;
use tokio::sync::mpsc;

/// Pieces that may wait between network and disk.
const WAITING: usize = 8;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/imports", "List imports, newest first", list);
    api.post("/v1/imports", "Import a file of people: the file is the body, the query says how", create);
    api.get("/v1/imports/{id}", "Read how far an import is, and its counts", one);
    api.get("/v1/imports/{id}/problems", "The rows that became nobody, as CSV", problems);
    api.post("/v1/imports/{id}/stop", "End an import; what is written stays", stop);
}

fn shown(v: &View) -> Value {
    let mut value = serde_json::to_value(v).unwrap_or_default(); // texts and numbers alone: it cannot fail
    value["list"] = json!(v.list.map(|id| public(kind::LIST, id)));
    value["created_at"] = json!(rfc3339(v.created_at));
    value["done_at"] = json!(v.done_at.map(rfc3339));
    value
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFilter {}

async fn list(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Value>>> {
    let (_, window): (NoFilter, _) = page::query(&uri)?;
    let before = page::cursor(&window, kind::IMPORT)?.unwrap_or(0);
    let all = read(&doors, &caller, move |tx, ctx| import::list(tx, ctx, before, window.limit)).await?;
    let more = all.len() as i64 == window.limit;
    let cursor = all.last().map(|v| v.id.clone());
    Ok(Json(List::page(all.iter().map(shown).collect(), more, &uri, cursor)))
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::IMPORT, "import", &id)?;
    Ok(Json(shown(&read(&doors, &caller, move |tx, ctx| import::get(tx, ctx, id)).await?)))
}

async fn stop(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::IMPORT, "import", &id)?;
    let stopped = write(&doors, &caller, "import_stop", move |tx, ctx| {
        let file = import::stop(tx, ctx, id)?;
        Ok((file, import::get(tx, ctx, id)?))
    });
    let (file, view) = stopped.await?;
    if !caller.dry_run {
        import::forget(doors.db(), &file);
    }
    Ok(Json(shown(&view)))
}

async fn create(State(doors): State<Doors>, caller: Caller, request: Request) -> Answer<Response> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if kind.starts_with("multipart/") {
        let detail = "the file itself must be the body";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
            .fix("curl --data-binary @people.csv '…/v1/imports?name=people.csv'"));
    }
    caller.ctx.need(Permission::Contacts)?;
    let asked = Asked::of(request.uri())?;
    let rules = asked.rules()?;
    let home = read(&doors, &caller, access::workspace).await?.country;
    let file = kept(doors.db(), request.into_body()).await?;
    let made = of_kept(&doors, &caller, Kept { asked, rules, home, file: file.clone() }).await;
    if caller.dry_run || made.is_err() {
        import::forget(doors.db(), &file);
    }
    made
}

/// A file that has come in, and what is asked of it.
struct Kept {
    asked: Asked,
    rules: import::Rules,
    home: String,
    file: String,
}

async fn of_kept(doors: &Doors, caller: &Caller, kept: Kept) -> Answer<Response> {
    let Kept { asked, rules, home, file } = kept;
    let (db, ctx, name, dry_run) =
        (doors.db().clone(), caller.ctx.clone(), asked.name.clone(), caller.dry_run);
    let path = import::path_of(&db, &file);
    let looked = blocking(move || {
        let (source, plan) = asked.look(&path, &home)?;
        let counts = if dry_run { Some(counted(&db, &ctx, &source, &plan)?) } else { None };
        Ok((plan, counts))
    });
    let (plan, counts) = looked.await?;
    let new = NewImport { file, name, plan, rules };
    let view = write(doors, caller, "import_start", move |tx, ctx| {
        let id = import::start(tx, ctx, &new)?;
        import::get(tx, ctx, id)
    });
    let mut value = shown(&view.await?);
    let Some(counts) = counts else { return Ok((StatusCode::ACCEPTED, Json(value)).into_response()) };
    if let (Some(all), Ok(Value::Object(counts))) = (value.as_object_mut(), serde_json::to_value(counts)) {
        all.extend(counts);
        all.insert("dry_run".into(), json!(true));
        all.remove("id"); // nothing of this name is there
    }
    Ok((StatusCode::OK, Json(value)).into_response())
}

fn counted(db: &Db, ctx: &Ctx, source: &import::Source, plan: &import::Plan) -> Answer<Counts> {
    import::check(db, ctx, source, plan)?.map_err(|r| refused(&r))
}

/// Bytes that arrive in pieces, for a thread that reads.
struct Arriving {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    rest: Bytes,
}

impl Read for Arriving {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.rest = piece?,
                None => return Ok(0),
            }
        }
        let n = self.rest.len().min(into.len());
        into[..n].copy_from_slice(&self.rest.split_to(n));
        Ok(n)
    }
}

/// Writes a body to where imports lie; never whole in memory. A body that breaks off leaves nothing.
async fn kept(db: &Db, body: Body) -> Answer<String> {
    let (give, pieces) = mpsc::channel(WAITING);
    let db = db.clone();
    let writer =
        tokio::task::spawn_blocking(move || import::keep(&db, &mut Arriving { pieces, rest: Bytes::new() }));
    let (mut stream, mut broke) = (body.into_data_stream(), false);
    while let Some(piece) = stream.next().await {
        broke = piece.is_err();
        let piece = piece.map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof));
        if give.send(piece).await.is_err() || broke {
            break; // the writer says why
        }
    }
    drop(give);
    let written = writer.await.map_err(|_| Problem::busy())?;
    if broke {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "the body ended too early"));
    }
    Ok(written?)
}

async fn blocking<T: Send + 'static>(f: impl FnOnce() -> Answer<T> + Send + 'static) -> Answer<T> {
    tokio::task::spawn_blocking(f).await.map_err(|_| Problem::busy())?
}

async fn problems(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<([(HeaderName, String); 2], Vec<u8>)> {
    let stored = path_id(kind::IMPORT, "import", &id)?;
    let (db, ctx) = (doors.db().clone(), caller.ctx.clone());
    let csv = blocking(move || {
        let words = |p: import::Problem| (p.words().to_owned(), p.suggestion().to_owned());
        Ok(import::problems(&db, &ctx, stored, engine::Format::Csv, words, std::io::Cursor::new(Vec::new()))?
            .into_inner())
    });
    let named = format!("attachment; filename=\"{}-problems.csv\"", public(kind::IMPORT, stored));
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, named)];
    Ok((headers, csv.await?))
}
