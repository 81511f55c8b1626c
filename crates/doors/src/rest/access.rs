//! `/v1/workspaces` and `/v1/keys`: where one is, and which programs may come in.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::{Caller, Operator};
use crate::page::List;
use crate::problem::{Answer, Problem};
use crate::time::rfc3339;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::access::{self, FirstRun, KeyView, WorkspaceView};
use engine::{Actor, Ctx, Permission};
use serde::{Deserialize, Serialize};
use sms::id::{kind, public};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/workspaces", "List the workspaces one may see", workspaces);
    api.post("/v1/workspaces", "Make a live workspace and its owner (control socket only)", init);
    api.post("/v1/workspaces/live", "Turn the workspace from test mode to live", go_live);
    api.get("/v1/keys", "List keys; their secrets are not kept", keys);
    api.post("/v1/keys", "Make a key; its secret is shown once", key_create);
    api.delete("/v1/keys/{id}", "Revoke a key", key_revoke);
}

/// A console without a workspace: what stands before any workspace does.
fn machine() -> Ctx {
    Ctx::new(0, Actor::Console, false, Permission::ALL)
}

async fn workspaces(State(doors): State<Doors>, who: WhoeverAsks) -> Answer<Json<List<WorkspaceView>>> {
    let ctx = who.0;
    let all = doors.db().read(move |tx| access::workspaces(tx, &ctx)).await?;
    Ok(Json(List::whole(all)))
}

/// The key's holder, or the console whether or not it names a workspace.
struct WhoeverAsks(Ctx);

impl axum::extract::FromRequestParts<Doors> for WhoeverAsks {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        doors: &Doors,
    ) -> Answer<WhoeverAsks> {
        match Operator::from_request_parts(parts, doors).await {
            Ok(_) => Ok(WhoeverAsks(machine())),
            Err(_) => Ok(WhoeverAsks(Caller::from_request_parts(parts, doors).await?.ctx)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWorkspace {
    workspace: String,
    country: String,
    owner_email: String,
    owner_password: String,
}

#[derive(Serialize)]
struct Initialised {
    workspace: String,
    owner: String,
    workspace_id: String,
}

async fn init(State(doors): State<Doors>, _: Operator, Body(bytes): Body) -> Answer<Response> {
    let new: NewWorkspace = body::read(&bytes)?;
    let (email, secret) = (new.owner_email.clone(), new.owner_password);
    // Hashing takes a good part of a second on purpose; the store waits for nobody meanwhile.
    let hashed = tokio::task::spawn_blocking(move || access::hash_password(&email, &secret)).await;
    let password = hashed.map_err(|_| Problem::busy())??;
    let first = FirstRun {
        email: new.owner_email.clone(),
        name: String::new(),
        password,
        workspace: new.workspace.clone(),
        country: new.country,
        language: String::new(),
        zone: String::new(),
    };
    let made = doors.db().write("init", move |tx| access::init(tx, &machine(), &first)).await?;
    let answer = Initialised {
        workspace: new.workspace,
        owner: new.owner_email,
        workspace_id: public(kind::WORKSPACE, made.workspace),
    };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn go_live(State(doors): State<Doors>, caller: Caller) -> Answer<Json<WorkspaceView>> {
    let live = write(&doors, &caller, "go_live", |tx, ctx| {
        access::go_live(tx, ctx)?;
        access::workspace(tx, ctx)
    });
    Ok(Json(live.await?))
}

#[derive(Serialize)]
struct Key {
    id: String,
    name: String,
    hint: String,
    scopes: Vec<String>,
    test: bool,
    created_at: String,
    used_at: Option<String>,
    revoked_at: Option<String>,
}

impl From<KeyView> for Key {
    fn from(k: KeyView) -> Key {
        Key {
            id: k.id,
            name: k.name,
            hint: k.hint,
            scopes: k.scopes,
            test: k.test,
            created_at: rfc3339(k.created_at),
            used_at: k.used_at.map(rfc3339),
            revoked_at: k.revoked_at.map(rfc3339),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    name: String,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    test: bool,
}

async fn keys(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Key>>> {
    let all = read(&doors, &caller, access::key_list).await?;
    Ok(Json(List::whole(all.into_iter().map(Key::from).collect())))
}

async fn key_create(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: NewKey = body::read(&bytes)?;
    let scopes: Vec<Permission> = new.scopes.iter().map(|s| scope(s)).collect::<Answer<_>>()?;
    let made = write(&doors, &caller, "key_create", move |tx, ctx| {
        access::key_create(tx, ctx, &new.name, &scopes, new.test)
    });
    Ok(created(&caller, made.await?))
}

fn scope(word: &str) -> Answer<Permission> {
    Permission::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Permission::ALL.iter().map(|p| p.name()).collect();
        Problem::input("scopes", "unknown_scope", format!("scopes: '{word}' is none of {}", known.join(", ")))
    })
}

async fn key_revoke(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id = path_id(kind::KEY, "key", &id)?;
    write(&doors, &caller, "key_revoke", move |tx, ctx| access::key_revoke(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
