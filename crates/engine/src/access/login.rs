//! Signing in: throttled by account and by address, proven outside of any transaction, kept as a session.
//!
//! A try is counted before the password is looked at, so that many at once gain nothing.

use super::password::{DECOY, proves};
use super::{SignedIn, WorkspaceView, email_of};
use crate::{Actor, Ctx, Error, Result, Role, secret};
use store::machine::access::{self as rows, Session};
use store::{Db, Tx, person, workspace};

/// A browser that does nothing falls asleep after this long…
const IDLE_MS: i64 = 7 * 86_400_000;
/// …and signs in again after this long in any case.
const ABSOLUTE_MS: i64 = 30 * 86_400_000;
/// A session is not kept awake more often than this.
const TOUCH_MS: i64 = 300_000;
/// Failures are forgotten after a day without one.
const FORGOTTEN_MS: i64 = 86_400_000;
/// Tries that cost nothing: of one account, of one address (many people may share it).
const FREE: [i64; 2] = [5, 20];
const LONGEST_WAIT_MS: i64 = 3_600_000;

/// Whom a try is about; made by [`begin`], proven by [`Challenge::proves`], settled by [`end`].
#[derive(Clone)]
pub struct Challenge {
    person: Option<i64>,
    hashed: String,
    who: [String; 2],
}

impl Challenge {
    /// Whether this is the password. Slow: call it outside of any transaction.
    pub fn proves(&self, password: &str) -> bool {
        proves(password, &self.hashed) && self.person.is_some()
    }
}

/// Signs somebody in and gives the cookie. Blocks for some 30 ms: call it on a thread that may.
pub fn login(db: &Db, email: &str, password: &str, addr: &str) -> Result<String> {
    let (email, addr) = (email.to_owned(), addr.to_owned());
    let challenge = db.write_blocking("login", move |tx| begin(tx, &email, &addr))?;
    let proven = challenge.proves(password);
    if !proven {
        return Err(Error::NotKnown);
    }
    let cookie = new_cookie()?;
    let csrf = new_cookie()?;
    let kept = cookie.clone();
    db.write_blocking("login", move |tx| end(tx, &challenge, &kept, &csrf))?;
    Ok(cookie)
}

/// Looks up who this may be and counts the try; `TooOften` while this one has to wait.
pub fn begin(tx: &mut Tx<'_>, email: &str, addr: &str) -> Result<Challenge> {
    let email = email_of(email).unwrap_or_default();
    let who = [format!("account:{email}"), format!("address:{addr}")];
    let now = tx.now();
    for one in &who {
        let (_, until) = rows::failures(tx, one)?;
        if until > now {
            return Err(Error::TooOften { retry_after_s: (until - now + 999) / 1000 });
        }
    }
    for (one, free) in who.iter().zip(FREE) {
        let (count, until) = rows::failures(tx, one)?;
        let count = if until < now - FORGOTTEN_MS { 1 } else { count + 1 };
        rows::failed(tx, one, count, now + wait_ms(count, free))?;
    }
    let found = person::by_email(tx, &email)?;
    let hashed = found.as_ref().map_or_else(|| DECOY.to_owned(), |p| p.password.clone());
    Ok(Challenge { person: found.map(|p| p.id), hashed, who })
}

/// How long somebody waits after so many tries in a row: nothing at first, then half a minute, doubling.
fn wait_ms(count: i64, free: i64) -> i64 {
    match count - free {
        over if over < 0 => 0,
        over => (30_000_i64 << over.min(7)).min(LONGEST_WAIT_MS),
    }
}

/// Keeps the session of somebody who proved who it is. The account's tries are forgotten; of the address only this
/// one is, so that a guesser with an account of its own gains nothing.
pub fn end(tx: &mut Tx<'_>, challenge: &Challenge, cookie: &str, csrf: &str) -> Result<()> {
    let Some(id) = challenge.person else { return Err(Error::NotKnown) };
    let [account, address] = &challenge.who;
    rows::forgive(tx, account)?;
    let (count, _) = rows::failures(tx, address)?;
    let now = tx.now();
    rows::failed(tx, address, (count - 1).max(0), now)?;
    start(tx, id, cookie, csrf)
}

/// A session for a person who needs no password now: the one who just made the account.
pub fn start(tx: &mut Tx<'_>, id: i64, cookie: &str, csrf: &str) -> Result<()> {
    let (now, first) = (tx.now(), person::workspaces(tx, id)?.first().map_or(0, |(w, _)| *w));
    let session =
        Session { person: id, workspace: first, csrf: csrf.into(), created_at: now, until: now + IDLE_MS };
    Ok(rows::insert(tx, &secret::hash(cookie), &session)?)
}

/// 256 random bits, written.
pub fn new_cookie() -> Result<String> {
    Ok(secret::base58(&secret::random::<32>()?, 44))
}

/// Who a cookie is; `NotKnown` where it is nobody (any more). Reads only.
pub fn session(tx: &mut Tx<'_>, cookie: &str) -> Result<SignedIn> {
    let (now, hash) = (tx.now(), secret::hash(cookie));
    let session = rows::session(tx, &hash)?.filter(|s| s.until > now && s.created_at + ABSOLUTE_MS > now);
    let Some(session) = session else { return Err(Error::NotKnown) };
    let Some(person) = person::get(tx, session.person)? else { return Err(Error::NotKnown) };
    let role = person::role(tx, session.workspace, person.id)?.and_then(|word| Role::parse(&word));
    let workspace = workspace::get(tx, session.workspace)?;
    let (Some(role), Some(workspace)) = (role, workspace) else { return Err(Error::NotKnown) };
    let test = workspace.mode == workspace::Mode::Test;
    Ok(SignedIn {
        ctx: Ctx::new(workspace.id, Actor::Person(person.id), test, role.permissions()),
        person: person.into(),
        workspace: WorkspaceView::from(workspace),
        csrf: session.csrf,
        role,
        stale: session.until - IDLE_MS + TOUCH_MS < now,
    })
}

/// Keeps a session awake; call it where [`SignedIn::stale`] says so.
pub fn touch(tx: &mut Tx<'_>, cookie: &str) -> Result<()> {
    let until = tx.now() + IDLE_MS;
    Ok(rows::keep_awake(tx, &secret::hash(cookie), until)?)
}

/// Turns a browser to another workspace of the same person.
pub fn switch(tx: &mut Tx<'_>, cookie: &str, workspace: i64) -> Result<()> {
    let signed_in = session(tx, cookie)?;
    if person::role(tx, workspace, signed_in.person.id)?.is_none() {
        return Err(Error::NotFound("workspace"));
    }
    Ok(rows::turn_to(tx, &secret::hash(cookie), workspace)?)
}

/// Ends a session.
pub fn logout(tx: &mut Tx<'_>, cookie: &str) -> Result<()> {
    Ok(rows::end(tx, &secret::hash(cookie))?)
}
