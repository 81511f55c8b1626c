//! Who asks: a key on the network, the operating-system user at the control socket.
//!
//! A key is looked up by its hash and remembered for less than a second, so that a revocation acts within one.

use crate::problem::{Answer, Problem};
use crate::{Doors, Trust};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use engine::{Ctx, Error};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::Instant;

/// The header by which a command names its workspace at the control socket.
pub const WORKSPACE: &str = "sendword-workspace";
const REMEMBERED: Duration = Duration::from_millis(900);
/// Keys remembered at once; beyond it the memory starts anew.
const KEYS_MAX: usize = 4_096;

/// Who asks, and whether only to see what would happen.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) ctx: Ctx,
    pub(crate) dry_run: bool,
}

/// Somebody at the control socket who need not say for which workspace.
pub(crate) struct Operator;

/// Keys looked up a moment ago.
#[derive(Default)]
pub(crate) struct Remembered(Mutex<HashMap<[u8; 32], (Instant, Ctx)>>);

impl Remembered {
    fn get(&self, hash: &[u8; 32]) -> Option<Ctx> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(hash).filter(|(at, _)| at.elapsed() < REMEMBERED).map(|(_, ctx)| ctx.clone())
    }

    fn put(&self, hash: [u8; 32], asked: Instant, ctx: Ctx) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= KEYS_MAX {
            map.clear();
        }
        map.insert(hash, (asked, ctx));
    }
}

impl FromRequestParts<Doors> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Answer<Caller> {
        let ctx = match doors.0.trust {
            Trust::Keys => of_key(doors, &parts.headers).await?,
            Trust::Console => of_console(doors, &parts.headers).await?,
        };
        let dry_run = parts.uri.query().is_some_and(|q| q.split('&').any(|pair| pair == "dry_run=true"));
        Ok(Caller { ctx, dry_run })
    }
}

impl FromRequestParts<Doors> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, doors: &Doors) -> Answer<Operator> {
        match doors.0.trust {
            Trust::Console => Ok(Operator),
            Trust::Keys => Err(Problem::new(
                StatusCode::FORBIDDEN,
                "not_allowed",
                "this is for the command line on the server's own machine",
            )),
        }
    }
}

async fn of_key(doors: &Doors, headers: &HeaderMap) -> Answer<Ctx> {
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let (scheme, secret) = given.and_then(|v| v.split_once(' ')).ok_or(Error::NotKnown)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::NotKnown.into());
    }
    let secret = secret.trim();
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    if let Some(ctx) = doors.0.remembered.get(&hash) {
        return Ok(ctx);
    }
    // The moment before the look-up counts: what was revoked since must not be remembered longer.
    let (asked, secret) = (Instant::now(), secret.to_owned());
    let ctx = doors.0.db.read(move |tx| engine::access::key(tx, &secret)).await?;
    doors.0.remembered.put(hash, asked, ctx.clone());
    Ok(ctx)
}

async fn of_console(doors: &Doors, headers: &HeaderMap) -> Answer<Ctx> {
    let name = headers.get(WORKSPACE).and_then(|v| v.to_str().ok()).map(percent_decoded);
    let asked = name.clone();
    let found = doors.0.db.read(move |tx| engine::access::console(tx, asked.as_deref())).await;
    found.map_err(|e| match (e, name) {
        (Error::NotFound(_), Some(name)) => {
            let detail = format!("there is no workspace '{name}'");
            Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
                .param("workspace")
                .fix("see them with: sendword workspaces list")
        }
        (Error::NotFound(_), None) => {
            Problem::new(StatusCode::CONFLICT, "no_workspace", "there is no workspace yet")
                .fix("open the first-run page, or run: sendword init")
        }
        (Error::Invalid { .. }, _) => {
            Problem::input("workspace", "workspace_needed", "there are several workspaces: name one")
                .fix("add --workspace NAME; see them with: sendword workspaces list")
        }
        (e, _) => e.into(),
    })
}

/// A header holds ASCII; names of workspaces do not.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let pair = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3)).flatten();
        match pair.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The other way: what may not stand in a header is escaped.
pub fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_graphic() && b != b'%' {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_through_a_header() {
        for name in ["shop", "החנות של רבקה", "100%", "a b", "%4"] {
            assert_eq!(percent_decoded(&percent_encoded(name)), name);
        }
    }
}
