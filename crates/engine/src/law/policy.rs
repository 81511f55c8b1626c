//! What a workspace wishes of the rules: stricter as it likes, laxer only where a pack gives leave, with a reason and an
//! end. Every wish stays on record with who made it, and begins a new law epoch.

use super::hours::Window;
use super::pack::{Level, WindowText};
use super::{Law, shelf};
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use store::{Bell, Tx, law as rows, workspace};

/// Rules a wish may name beside `content.…`.
const HOURS: &str = "window.marketing";
const OFTEN: &str = "frequency.marketing";
/// In test mode nothing reaches a person: whether hours and counts are kept there all the same.
pub const PRACTISE: &str = "practise";
/// Whether the pack's sensitive days are silent ones.
pub const SENSITIVE: &str = "window.sensitive_days";
/// A wish for less lasts so long at the most.
const LONGEST_MS: i64 = 366 * 86_400_000;

/// One wish that holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wish {
    /// `content.ad_label`, `window.marketing`, `frequency.marketing`, `practise`.
    pub rule: String,
    /// A level, hours as `10:00-18:00`, a count as `2/14`, `on`.
    pub value: String,
}

impl Wish {
    /// Hours of the workspace's own.
    pub(super) fn hours(&self) -> Option<Window> {
        let (from, to) = self.value.split_once('-')?;
        let day = Some(vec![from.trim().to_owned(), to.trim().to_owned()]);
        let text = WindowText {
            level: Level::Enforce,
            every_day: day,
            tail_margin_minutes: 0,
            ..WindowText::default()
        };
        Window::compile(&text, None).ok()?.into_iter().next()
    }

    /// So many in so many days.
    pub(super) fn count(&self) -> Option<(i64, i64)> {
        let (max, days) = self.value.split_once('/')?;
        let of = (max.trim().parse().ok()?, days.trim().parse().ok()?);
        ((1..=1_000).contains(&of.0) && (1..=366).contains(&of.1)).then_some(of)
    }
}

/// A wish as pages and programs show it.
#[derive(Debug, Clone, Serialize)]
pub struct WishView {
    /// Its id.
    pub id: i64,
    /// Which rule.
    pub rule: String,
    /// What it is set to.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Who wished it.
    pub by: String,
    /// When, ms.
    pub at: i64,
    /// Until when it holds, ms; 0 has no end.
    pub until: i64,
    /// Whether it holds now.
    pub holds: bool,
}

/// What is wished.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// Which rule.
    pub rule: String,
    /// What it is to be.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Until when, ms; 0 has no end, which only something stricter may have.
    pub until: i64,
}

/// So many in a day are never unusual, unless the workspace wishes otherwise.
pub(crate) const VOLUME_FLOOR: i64 = 10_000;
/// So many messages in a day are not unusual.
const VOLUME: &str = "volume.day";

/// What a workspace says is not unusual in a day.
pub(crate) fn volume(wishes: &[Wish]) -> Option<i64> {
    wishes.iter().find(|w| w.rule == VOLUME).and_then(|w| w.value.parse().ok())
}

/// Whether every advertisement carries a link for leaving.
const LINK: &str = "content.unsubscribe_link";

/// How strictly the workspace wishes a link for leaving in every advertisement.
pub(super) fn link(wishes: &[Wish]) -> Option<(Level, &'static str)> {
    let level = wishes.iter().find(|w| w.rule == LINK).and_then(|w| Level::parse(&w.value))?;
    (level >= Level::Insert).then_some((level, "workspace content.unsubscribe_link"))
}

/// Whether texts are approved before they are sent.
const TEMPLATES: &str = "template";
/// The classes that such a wish is about: those whose wishes are asked at all. A pack may name more.
const TEMPLATED: &[&str] = &["marketing", "political", "service"];

/// How strictly the workspace wishes its texts to be approved, and of which classes.
pub(super) fn templates(wishes: &[Wish]) -> Option<(Level, Vec<String>)> {
    let level = wishes.iter().find(|w| w.rule == TEMPLATES).and_then(|w| Level::parse(&w.value))?;
    (level > Level::Off).then(|| (level, TEMPLATED.iter().map(|c| (*c).to_owned()).collect()))
}

/// Before the id of a public list.
const REGISTRY: &str = "registry.";

/// How strictly a workspace wishes to keep a public list.
pub(super) fn registry_level(wishes: &[Wish], id: &str) -> Option<Level> {
    let of = |w: &&Wish| w.rule.strip_prefix(REGISTRY) == Some(id);
    wishes.iter().find(of).and_then(|w| Level::parse(&w.value))
}

/// The wishes of a workspace that hold now, and when the first of them ends, ms: what was judged by them is judged anew then.
pub(crate) fn wishes(tx: &mut Tx<'_>, workspace: i64) -> Result<(Vec<Wish>, i64)> {
    let now = tx.now();
    let rows = rows::wishes(tx, workspace)?;
    let ends = holding(&rows, now).map(|w| w.until_at).filter(|until| *until > 0).min();
    let wishes = holding(&rows, now).map(|w| Wish { rule: w.rule.clone(), value: w.value.clone() }).collect();
    Ok((wishes, ends.unwrap_or(i64::MAX)))
}

/// Of each rule the newest, where it has not ended.
fn holding(rows: &[rows::Wish], now: i64) -> impl Iterator<Item = &rows::Wish> {
    let newest = |w: &&rows::Wish| !rows.iter().any(|o| o.rule == w.rule && o.id > w.id);
    rows.iter().filter(newest).filter(move |w| w.ended_at == 0 && (w.until_at == 0 || w.until_at > now))
}

/// All wishes there ever were, newest first.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<WishView>> {
    ctx.need(Permission::Read)?;
    let now = tx.now();
    let rows = rows::wishes(tx, ctx.workspace)?;
    let holds: Vec<i64> = holding(&rows, now).map(|w| w.id).collect();
    let view = |w: rows::Wish| WishView {
        holds: holds.contains(&w.id),
        id: w.id,
        rule: w.rule,
        value: w.value,
        reason: w.reason,
        by: w.by,
        at: w.at,
        until: w.until_at,
    };
    Ok(rows.into_iter().rev().map(view).collect())
}

/// Makes a wish hold from now on.
///
/// # Errors
/// `Invalid` where there is no such rule or value, where a pack does not give leave, or where something laxer has no
/// reason or no end.
pub fn wish(tx: &mut Tx<'_>, ctx: &Ctx, new: &New) -> Result<i64> {
    ctx.need(Permission::Admin)?;
    let law = shelf::load(tx)?;
    let found = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?;
    let value = new.value.trim().to_ascii_lowercase();
    let laxer = check(&law, &found.country, &new.rule, &value)?;
    let (now, reason) = (tx.now(), new.reason.trim());
    if laxer && reason.is_empty() {
        return Err(Error::invalid(
            "reason",
            "required",
            "something laxer than the pack says needs a reason",
        ));
    }
    if laxer && !(now + 1..=now + LONGEST_MS).contains(&new.until) {
        return Err(Error::invalid("until", "required", "something laxer needs an end within a year"));
    }
    let row = rows::Wish {
        id: 0,
        rule: new.rule.clone(),
        value,
        reason: reason.to_owned(),
        by: ctx.actor_name(),
        at: now,
        until_at: new.until.max(0),
        ended_at: 0,
    };
    let id = rows::wish(tx, ctx.workspace, &row)?;
    workspace::bump_law_epoch(tx, ctx.workspace)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    tx.ring(Bell::Jobs);
    Ok(id)
}

/// Ends a wish; the packs alone hold again.
///
/// # Errors
/// `NotFound` where none of that rule holds.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, rule: &str) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let now = tx.now();
    if !rows::end_wishes(tx, ctx.workspace, rule, now, &ctx.actor_name())? {
        return Err(Error::NotFound("wish"));
    }
    workspace::bump_law_epoch(tx, ctx.workspace)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    tx.ring(Bell::Jobs);
    Ok(())
}

/// Whether the wish makes something laxer; an error where it may not be.
fn check(law: &Law, country: &str, rule: &str, value: &str) -> Result<bool> {
    let no = |why: String| Err(Error::invalid("value", "invalid", why));
    let wish = Wish { rule: rule.into(), value: value.into() };
    let packs = law.of_sender(country);
    let plain = |word: &str| Level::parse(word);
    match rule {
        PRACTISE | SENSITIVE if value == "on" || value == "off" => Ok(false),
        // No pack asks for one in every text: whatever is wished is stricter.
        LINK => match plain(value) {
            Some(Level::Off | Level::Insert | Level::Require) => Ok(false),
            _ => no("insert, require or off".into()),
        },
        // What a pack asks for stays, whatever is wished: the stricter of both holds.
        TEMPLATES => match plain(value) {
            Some(Level::Off | Level::Warn | Level::Require) => Ok(false),
            _ => no("require, warn or off".into()),
        },
        VOLUME => match value.parse::<i64>() {
            Ok(n) if (1..=100_000_000).contains(&n) => Ok(n > VOLUME_FLOOR),
            _ => no("a number of messages in a day".into()),
        },
        _ if rule.starts_with(REGISTRY) => {
            let id = rule.strip_prefix(REGISTRY).unwrap_or_default();
            let found = law.packs.iter().flat_map(|p| p.file.registry.values()).find(|r| r.id == id);
            let Some(found) = found else {
                return Err(Error::invalid("rule", "unknown", format!("no pack names a list '{id}'")));
            };
            match plain(value) {
                Some(level) if level >= found.level => Ok(false),
                Some(_) => {
                    no("a public list may be kept more strictly than its pack says, never less".into())
                }
                None => no("a level: require, warn or off".into()),
            }
        }
        OFTEN => {
            let Some((max, days)) = wish.count() else {
                return no("write it as 2/14: two in fourteen days".into());
            };
            let caps: Vec<_> =
                packs.iter().filter_map(|p| p.file.frequency.get("marketing").map(|f| (p, f))).collect();
            // Laxer than any country's rule: where recipients live, its cap would be the one that is widened.
            let all = law.packs.iter().filter_map(|p| p.file.frequency.get("marketing"));
            let laxer = all.into_iter().any(|f| max * f.per_days > f.max * days);
            let beyond = caps
                .iter()
                .find(|(_, f)| f.tenant_max_allowed.as_ref().is_none_or(|a| max * a.per_days > a.max * days));
            match beyond {
                Some((p, _)) if laxer => no(format!("{} does not allow that often", p.name())),
                _ => Ok(laxer),
            }
        }
        HOURS if wish.hours().is_some() => Ok(false),
        HOURS => {
            let Some(level) = plain(value) else {
                return no("write hours as 10:00-18:00, or a level: enforce, warn, off".into());
            };
            let laxer = packs.iter().filter_map(|p| p.file.window.get("marketing").map(|w| (p, w)));
            let laxer: Vec<_> = laxer.filter(|(_, w)| level < w.level).collect();
            match laxer.iter().find(|(_, w)| !w.tenant_may_set.contains(&level)) {
                Some((p, _)) => no(format!("{} gives no leave for '{value}'", p.name())),
                // A country without hours of its own still writes to people in others.
                None => Ok(law
                    .packs
                    .iter()
                    .filter_map(|p| p.file.window.get("marketing"))
                    .any(|w| level < w.level)),
            }
        }
        _ => {
            let id = rule.strip_prefix("content.").unwrap_or_default();
            let known: Vec<_> = packs
                .iter()
                .flat_map(|p| {
                    p.file.content.get("marketing").into_iter().flat_map(|c| &c.element).map(move |e| (p, e))
                })
                .filter(|(_, e)| e.id == id)
                .collect();
            if known.is_empty() {
                return Err(Error::invalid(
                    "rule",
                    "unknown",
                    format!("there is no rule '{rule}' to be set"),
                ));
            }
            let Some(level) = plain(value) else { return no("a level: require, insert, warn or off".into()) };
            let laxer: Vec<_> = known.iter().filter(|(_, e)| level < e.level).collect();
            match laxer.iter().find(|(_, e)| !e.tenant_may_set.contains(&level)) {
                Some((p, _)) => no(format!("{} gives no leave for '{value}'", p.name())),
                None => Ok(!laxer.is_empty()),
            }
        }
    }
}
