//! "Who texted me?": whoever shows that a phone is theirs sees which workspaces wrote to it from here, why, and how to
//! stop them. A stranger who types a number learns nothing: the same words, whether anybody ever wrote to it or not.

use super::{limits, nonce, words};
use crate::consent::fold;
use crate::{Error, Result, Submission, secret, submit, unsubscribe};
use serde::Serialize;
use sms::number::{self, Kind};
use store::machine::who::{self as rows, Code};
use store::suppression;
use store::{Tx, consent, workspace};

const HOLDS_MS: i64 = 10 * 60_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Writers whose last message is older are not told any more.
const YEAR_MS: i64 = 366 * DAY_MS;
/// Codes to one number in a day…
const SENT_MAX: i64 = 3;
/// …and numbers one address asks about in an hour.
const ADDR_MAX: i64 = 5;
/// …and codes the whole installation sends in an hour: many addresses that ask are one that pays for them.
const HOUSE_MAX: i64 = 60;
/// Wrong codes; then a new one must be asked for.
const TRIES_MAX: i64 = 5;
/// A second code is not sent sooner.
const AGAIN_MS: i64 = 60_000;

/// What the pages are signed for.
const PURPOSE: &str = "who";

/// One workspace that wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Writer {
    /// What it is called.
    pub business: String,
    /// When its last message was accepted, ms.
    pub last: i64,
    /// `granted`, `refused`, `none`.
    pub basis: &'static str,
    /// Since when that is so, ms; 0 where there is nothing.
    pub since: i64,
    /// The words that were agreed to; may be empty.
    pub wording: String,
    /// The token of the page that stops it.
    pub token: String,
}

/// What is sent back with the first form.
///
/// # Errors
/// When there are no random numbers.
pub fn fresh(tx: &mut Tx<'_>) -> Result<String> {
    let now = tx.now();
    nonce::make(tx.keys(), PURPOSE, now)
}

/// The number as it is meant; a national one is of the first workspace's country.
fn read(tx: &mut Tx<'_>, typed: &str) -> Result<Option<String>> {
    let country = workspace::list(tx)?.first().map(|w| w.country.clone()).unwrap_or_default();
    let reading = number::normalise(typed, &country);
    Ok(reading.e164.filter(|_| reading.kind == Kind::Mobile))
}

/// Sends a code, if anybody wrote to the number; `false` where the page was too old or the number is none. Whether one
/// was sent shows nowhere.
///
/// # Errors
/// When the store refuses.
pub fn ask(tx: &mut Tx<'_>, typed: &str, addr: &str, sent_back: &str, language: &str) -> Result<bool> {
    let now = tx.now();
    if nonce::check(tx.keys(), PURPOSE, sent_back, now) != nonce::Age::Good {
        return Ok(false);
    }
    let Some(number) = read(tx, typed)? else { return Ok(false) };
    let (tag, keys) = (tx.tag(&number), tx.keys().clone());
    let addr = limits::counted(&keys, "who addr", addr);
    rows::forget(tx, now - DAY_MS)?;
    let writers = writers(tx, tag, now)?;
    let before = rows::code(tx, tag)?;
    let (mut sent, mut since) = before.as_ref().map_or((0, now), |c| (c.sent, c.since));
    if since <= now - DAY_MS {
        (sent, since) = (0, now);
    }
    let soon = before.is_some_and(|c| c.at > now - AGAIN_MS && c.sent > 0);
    let dry = soon
        || sent >= SENT_MAX
        || rows::of_addr(tx, addr, now - HOUR_MS)? >= ADDR_MAX
        || rows::sent_since(tx, now - HOUR_MS)? >= HOUSE_MAX;
    let Some((from, _)) = writers.first().copied().filter(|_| !dry) else { return Ok(true) };
    let figures = u32::from_be_bytes(secret::random::<4>()?) % 1_000_000;
    let figures = format!("{figures:06}");
    let code = Code {
        digest: digest(tx, tag, &figures),
        tries: 0,
        sent: sent + 1,
        since,
        at: now,
        until: now + HOLDS_MS,
    };
    rows::put(tx, tag, addr, &code)?;
    let one = Submission {
        workspace: from,
        to: number,
        text: words::of(language).code.replace("{code}", &figures),
        class: Some(sms::Class::Control),
        source: "page",
        ..Submission::default()
    };
    submit(tx, &[one])?;
    Ok(true)
}

fn digest(tx: &mut Tx<'_>, tag: i64, figures: &str) -> Vec<u8> {
    tx.keys().mac("who code", &[&tag.to_be_bytes(), figures.as_bytes()]).to_vec()
}

fn writers(tx: &mut Tx<'_>, tag: i64, now: i64) -> Result<Vec<(i64, i64)>> {
    let all = rows::writers(tx, tag)?;
    let at = |(workspace, id): (i64, i64)| (workspace, sms::id::minted_ms(id));
    Ok(all.into_iter().map(at).filter(|(_, at)| *at > now - YEAR_MS).collect())
}

/// Who wrote, to whoever knows the code; the code is void from then on.
///
/// # Errors
/// When the store refuses. `None`: the code is wrong, used or too old.
pub fn look(tx: &mut Tx<'_>, typed: &str, figures: &str) -> Result<Option<Vec<Writer>>> {
    let now = tx.now();
    let Some(number) = read(tx, typed)? else { return Ok(None) };
    let tag = tx.tag(&number);
    let Some(code) = rows::code(tx, tag)? else { return Ok(None) };
    let tried = digest(tx, tag, figures.trim());
    if code.until <= now || code.tries >= TRIES_MAX || code.digest != tried {
        rows::tried(tx, tag)?;
        return Ok(None);
    }
    rows::put(tx, tag, 0, &Code { tries: TRIES_MAX, until: now, ..code })?;
    let mut out = Vec::new();
    for (workspace, last) in writers(tx, tag, now)? {
        out.extend(writer(tx, workspace, &number, last)?);
    }
    Ok(Some(out))
}

/// The one workspace whose message a link came in: the link reached the number, so it needs no code.
///
/// # Errors
/// When the token opens nothing.
pub fn by_link(tx: &mut Tx<'_>, token: &str) -> Result<Writer> {
    let (workspace, number) = unsubscribe::behind(tx, token)?;
    let (tag, now) = (tx.tag(&number), tx.now());
    let last = writers(tx, tag, now)?.into_iter().find(|(w, _)| *w == workspace).map_or(0, |(_, at)| at);
    writer(tx, workspace, &number, last)?.ok_or(Error::NotFound("link"))
}

fn writer(tx: &mut Tx<'_>, id: i64, number: &str, last: i64) -> Result<Option<Writer>> {
    let Some(house) = workspace::get(tx, id)? else { return Ok(None) };
    let (tags, now) = (tx.tags(number), tx.now());
    let mut events = consent::of_tags(tx, id, &tags, 1_000)?;
    events.reverse();
    let standings = fold(&events, now);
    let latest = |state: &str| standings.iter().filter(|s| s.state == state).max_by_key(|s| s.since);
    let stopped = suppression::of_number(tx, id, number)?;
    let stopped = stopped.iter().any(|hit| matches!(hit.scope, suppression::MARKETING | suppression::ALL));
    let (basis, found) = match (stopped, latest("granted")) {
        (true, _) => ("refused", latest("refused")),
        (false, Some(granted)) => ("granted", Some(granted)),
        (false, None) => ("none", None),
    };
    let event = found.and_then(|s| events.iter().find(|e| e.id == s.event));
    Ok(Some(Writer {
        business: house.name,
        last,
        basis,
        since: found.map_or(0, |s| s.since),
        wording: event.map(|e| e.wording.clone()).unwrap_or_default(),
        token: unsubscribe::url_token(tx, id, number)?,
    }))
}
