//! `/v1/audit`: what people and programs did, and whether the record is what was written.

use super::read;
use crate::Doors;
use crate::api::Api;
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::Answer;
use crate::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use engine::audit::{self, Check, DeedView};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::kind;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/audit", "What people and programs did, newest first", list);
    api.get("/v1/audit/verify", "Check the chains of consent and deeds", verify);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    #[serde(default)]
    subject: String,
}

fn shown(d: &DeedView) -> Value {
    json!({
        "id": sms::id::public(kind::DEED, d.id), "actor": d.actor, "deed": d.deed, "subject": d.subject,
        "detail": d.detail, "at": rfc3339(d.at),
    })
}

async fn list(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Value>>> {
    let (of, window): (Of, _) = page::query(&uri)?;
    let before = page::cursor(&window, kind::DEED)?.unwrap_or(0);
    let limit = window.limit;
    let found =
        read(&doors, &caller, move |tx, ctx| audit::list(tx, ctx, &of.subject, before, limit)).await?;
    let more = found.len() as i64 == limit;
    let cursor = found.last().map(|d| sms::id::public(kind::DEED, d.id));
    Ok(Json(List::page(found.iter().map(shown).collect(), more, &uri, cursor)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// An end that somebody kept: `consent:HASH` or `deeds:HASH`.
    end: Option<String>,
}

/// Step by step, so that no snapshot is held for long.
async fn verify(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let (kept, _): (Kept, _) = page::query(&uri)?;
    let kept = kept.end.as_deref().map(audit::kept_end).transpose()?;
    let mut found: Vec<Check> = audit::checks(&caller.ctx)?;
    let mut seen = kept.is_none();
    for check in &mut found {
        while !check.done {
            let mut next = check.clone();
            *check = doors
                .db()
                .read(move |tx| {
                    next.step(tx)?;
                    Ok::<_, engine::Error>(next.clone())
                })
                .await?;
        }
        if let Some((chain, hash)) = &kept
            && check.workspace == caller.ctx.workspace
        {
            let (chain, hash, workspace) = (*chain, hash.clone(), check.workspace);
            let there = doors.db().read(move |tx| store::chain::has(tx, workspace, chain, &hash)).await;
            seen |= there.map_err(engine::Error::from)?;
        }
    }
    let chains: Vec<Value> = found
        .iter()
        .map(|c| {
            let mut value = serde_json::to_value(c).unwrap_or_default();
            value["workspace"] = json!(if c.workspace == 0 { "platform" } else { "own" });
            value
        })
        .collect();
    let holds = seen && found.iter().all(Check::holds);
    Ok(Json(json!({ "holds": holds, "end_found": kept.is_some().then_some(seen), "chains": chains })))
}
