//! Programs' keys: made, shown once, listed without the secret, revoked.

use crate::{Actor, Ctx, Error, Permission, Result, secret};
use serde::Serialize;
use store::api_key::{self, ApiKey};
use store::{Tx, workspace};

const LIVE: &str = "sk_live_";
const TEST: &str = "sk_test_";
/// 192 bits take 33 digits.
const DIGITS: usize = 33;
const NAME_MAX: usize = 80;

/// A key just made; the only moment its secret is seen.
#[derive(Debug, Clone, Serialize)]
pub struct NewKey {
    /// Its id.
    pub id: String,
    /// The secret.
    pub key: String,
    /// What it may do.
    pub scopes: Vec<&'static str>,
    /// Whether only the simulator carries what it sends.
    pub test: bool,
}

/// A key as a list shows it.
#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Whether only the simulator carries what it sends.
    pub test: bool,
    /// When it was made, ms.
    pub created_at: i64,
    /// When it was last used, to the minute, ms; `None` is never.
    pub used_at: Option<i64>,
    /// Since when it opens nothing, ms.
    pub revoked_at: Option<i64>,
}

impl From<ApiKey> for KeyView {
    fn from(k: ApiKey) -> KeyView {
        KeyView {
            id: sms::id::public(sms::id::kind::KEY, k.id),
            name: k.name,
            hint: k.hint,
            scopes: k.scopes.split_whitespace().map(str::to_owned).collect(),
            test: k.test,
            created_at: k.created_at,
            used_at: (k.used_at > 0).then_some(k.used_at),
            revoked_at: k.revoked_at,
        }
    }
}

/// Makes a key. Without scopes it may do all that who asks may do; it never may more.
pub fn key_create(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    name: &str,
    scopes: &[Permission],
    test: bool,
) -> Result<NewKey> {
    ctx.need(Permission::Admin)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid("name", "required", ""));
    }
    if name.chars().count() > NAME_MAX {
        return Err(Error::invalid("name", "too_long", format!("at most {NAME_MAX} characters")));
    }
    let wanted: Vec<Permission> = match scopes {
        [] => Permission::ALL.iter().copied().filter(|p| ctx.may(*p)).collect(),
        some => Permission::ALL.iter().copied().filter(|p| some.contains(p)).collect(),
    };
    for permission in &wanted {
        ctx.need(*permission)?;
    }
    let digits = secret::base58(&secret::random::<24>()?, DIGITS);
    let key = format!("{}{digits}", if test { TEST } else { LIVE });
    let names: Vec<&'static str> = wanted.iter().map(|p| p.name()).collect();
    let id = api_key::insert(
        tx,
        &api_key::New {
            hash: &secret::hash(&key),
            workspace: ctx.workspace,
            name,
            hint: &digits[DIGITS - 4..],
            scopes: &names.join(" "),
            test,
        },
    )?;
    Ok(NewKey { id: sms::id::public(sms::id::kind::KEY, id), key, scopes: names, test })
}

/// The keys of a workspace, newest first, revoked ones too.
pub fn key_list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<KeyView>> {
    ctx.need(Permission::Admin)?;
    Ok(api_key::list(tx, ctx.workspace)?.into_iter().map(KeyView::from).collect())
}

/// Makes a key open nothing from now on.
pub fn key_revoke(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Admin)?;
    if api_key::revoke(tx, ctx.workspace, id)? { Ok(()) } else { Err(Error::NotFound("key")) }
}

/// Who a key is; one answer for unknown, revoked and malformed. Reads only.
pub fn key(tx: &mut Tx<'_>, secret: &str) -> Result<Ctx> {
    let digits = secret.strip_prefix(LIVE).or_else(|| secret.strip_prefix(TEST));
    if !digits.is_some_and(|d| d.len() == DIGITS && secret::is_base58(d)) {
        return Err(Error::NotKnown);
    }
    let found = api_key::by_hash(tx, &secret::hash(secret))?.filter(|k| k.revoked_at.is_none());
    let Some(key) = found else { return Err(Error::NotKnown) };
    let Some(workspace) = workspace::get(tx, key.workspace)? else { return Err(Error::NotKnown) };
    let scopes: Vec<Permission> = key.scopes.split_whitespace().filter_map(Permission::parse).collect();
    let test = key.test || workspace.mode == workspace::Mode::Test;
    Ok(Ctx::new(workspace.id, Actor::Key(key.id), test, &scopes))
}

/// Notes that a key was used; writes at most once a minute.
pub fn key_used(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    match ctx.actor {
        Actor::Key(id) => Ok(api_key::used(tx, ctx.workspace, id)?),
        _ => Ok(()),
    }
}
