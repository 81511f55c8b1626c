//! Public lists of people who want no advertising: taken in as a file, asked by tag, and worth nothing when they are old.
//!
//! A pack says which list binds, how strictly, and how old it may be. Where one that must be asked is missing or too old,
//! advertising does not go: an answer from an old list is no answer. It never fetches a list, and never shows a number.

use super::pack::Level;
use super::rules::Rules;
use super::{policy, shelf};
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sms::Code;
use std::collections::HashMap;
use std::io::BufRead;
use store::registry as rows;
pub use store::registry::Taken;
use store::{Bell, Db, Tx, workspace};

/// Numbers written in one slice.
const SLICE: usize = 2_000;
/// Rows of an old list dropped in one slice.
const DROPPED: i64 = 5_000;
/// Lines that were not understood, shown as examples.
const SHOWN: usize = 5;
const DAY_MS: i64 = 86_400_000;

/// A list that binds some of a workspace's people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// Which one.
    pub(super) id: String,
    /// How strictly.
    pub(super) level: Level,
    /// How old it may be, ms; 0 says nothing.
    pub(super) max_age_ms: i64,
    /// Whether it is passed over while it is missing or too old.
    pub(super) goes_on: bool,
    /// Whether a permission that is newer than the list goes before it.
    pub(super) consent_overrides: bool,
    /// Whose rule it is.
    pub(super) rule: String,
}

/// The lists as a workspace has them, and which of a batch's numbers stand in them.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    taken: Vec<Taken>,
    hits: HashMap<i64, Vec<String>>,
}

impl Lists {
    /// What is known of these numbers; `now_of` gives the tag that counts for a former one.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        workspace: i64,
        tags: &[i64],
        now_of: impl Fn(i64) -> i64,
    ) -> Result<Lists> {
        let taken = rows::all(tx, workspace)?;
        let mut hits: HashMap<i64, Vec<String>> = HashMap::new();
        if !taken.is_empty() {
            for (tag, registry) in rows::of_tags(tx, workspace, tags)? {
                hits.entry(now_of(tag)).or_default().push(registry);
            }
        }
        Ok(Lists { taken, hits })
    }
}

/// What the lists say of one number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Says {
    /// When the answer is too old, ms.
    pub(crate) until: Option<i64>,
    /// Rules that only warn, and would have refused.
    pub(crate) warned: Vec<String>,
}

/// Asks every list that binds. `consent_at` is when the person's permission was given.
///
/// # Errors
/// The reason and the rule: the number stands in one, or one that must be asked cannot be.
pub(crate) fn ask(
    rules: &Rules,
    lists: &Lists,
    (tag, consent_at): (i64, i64),
    now: i64,
) -> std::result::Result<Says, (Code, String)> {
    let mut says = Says::default();
    for asked in &rules.registries {
        let taken = lists.taken.iter().find(|t| t.registry == asked.id);
        let ends = taken.map(|t| if asked.max_age_ms > 0 { t.as_of + asked.max_age_ms } else { i64::MAX });
        let fresh = ends.is_some_and(|ends| ends > now);
        let hit = lists.hits.get(&tag).is_some_and(|all| all.contains(&asked.id));
        let newer = || asked.consent_overrides && taken.is_some_and(|t| consent_at > t.as_of);
        let code = match (fresh, hit) {
            // A number that stood in it and had not taken itself out since stands in it still.
            (_, true) if !newer() => Code::RegistryHit,
            (false, _) if !asked.goes_on => Code::RegistryStale,
            _ => {
                if let Some(ends) = ends.filter(|ends| asked.level >= Level::Require && *ends > now) {
                    says.until = Some(says.until.unwrap_or(i64::MAX).min(ends));
                }
                continue;
            }
        };
        if asked.level >= Level::Require {
            return Err((code, asked.rule.clone()));
        }
        if code == Code::RegistryHit {
            says.warned.push(asked.rule.clone());
        }
    }
    Ok(says)
}

/// A list as pages and programs show it.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Which one.
    pub registry: String,
    /// The pack that names it.
    pub pack: String,
    /// How strictly it is kept for this workspace.
    pub level: Level,
    /// How old it may be, days; 0 says nothing.
    pub max_age_days: i64,
    /// `missing`, `fresh`, `stale`.
    pub state: &'static str,
    /// When it is too old, ms; 0 never.
    pub stale_at: i64,
    /// As it was taken in last.
    pub taken: Option<Taken>,
}

/// The lists that the packs in force name, the workspace's own country first.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let law = shelf::load(tx)?;
    let (wishes, _) = policy::wishes(tx, ctx.workspace)?;
    let taken = rows::all(tx, ctx.workspace)?;
    let country = workspace::get(tx, ctx.workspace)?.map(|w| w.country).unwrap_or_default();
    let own: Vec<String> = law.of_sender(&country).iter().map(|p| p.name()).collect();
    let now = tx.now();
    let mut out = Vec::new();
    for pack in &law.packs {
        for r in pack.file.registry.values() {
            let level = policy::registry_level(&wishes, &r.id).map_or(r.level, |l| l.max(r.level));
            let found = taken.iter().find(|t| t.registry == r.id).cloned();
            let ends =
                found.as_ref().filter(|_| r.max_age_days > 0).map(|t| t.as_of + r.max_age_days * DAY_MS);
            let state = match (&found, ends) {
                (None, _) => "missing",
                (Some(_), Some(ends)) if ends <= now => "stale",
                _ => "fresh",
            };
            out.push(View {
                registry: r.id.clone(),
                pack: pack.name(),
                level,
                max_age_days: r.max_age_days,
                state,
                stale_at: ends.unwrap_or_default(),
                taken: found,
            });
        }
    }
    out.sort_by_key(|v| (!own.contains(&v.pack), v.registry.clone()));
    Ok(out)
}

/// What is said about a file that is taken in.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// Which list it is.
    pub registry: String,
    /// Where it came from.
    pub source: String,
    /// Of which moment it is, ms.
    pub as_of: i64,
}

/// What became of a file.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// As it counts from now on.
    pub taken: Taken,
    /// Examples of lines that were not understood: where, and what they look like without their digits.
    pub problems: Vec<(i64, String)>,
}

/// Takes a file in, one number a line (or the first column), and lets it count. For callers that hold the store: it takes
/// its own slices.
///
/// # Errors
/// `Denied`; `Invalid` for a list no pack names, a date ahead of now, or a file without one number.
pub fn load(db: &Db, ctx: &Ctx, offered: &Offered, mut file: impl BufRead) -> Result<Report> {
    let (asked, given) = (ctx.clone(), offered.clone());
    let country = db.read_blocking(move |tx| may_load(tx, &asked, &given))?;
    let generation = db.write_blocking("registry.begin", |tx| Ok::<_, Error>(tx.id()))?;
    let (mut digest, mut line, mut number_of) = (Sha256::new(), Vec::new(), 0);
    let (mut entries, mut skipped, mut problems) = (0, 0, Vec::new());
    let mut slice: Vec<String> = Vec::with_capacity(SLICE);
    loop {
        line.clear();
        let read = file.read_until(b'\n', &mut line).map_err(|e| {
            Error::invalid("file", "unreadable", format!("the file ended in the middle: {e}"))
        })?;
        if read > 0 {
            number_of += 1;
            digest.update(&line);
            let text = String::from_utf8_lossy(&line);
            let first = text.split([',', ';', '\t']).next().unwrap_or_default();
            let first = first.trim().trim_start_matches('\u{feff}').trim_matches('"');
            match sms::number::normalise(first, &country).e164.filter(|_| !first.contains(['*', 'x', 'X'])) {
                Some(e164) => slice.push(e164),
                None if first.is_empty()
                    || (number_of == 1 && !first.bytes().any(|b| b.is_ascii_digit())) => {}
                None => {
                    skipped += 1;
                    if problems.len() < SHOWN {
                        problems.push((number_of, without_digits(first)));
                    }
                }
            }
        }
        if slice.len() >= SLICE || (read == 0 && !slice.is_empty()) {
            let (put, id, of) = (std::mem::take(&mut slice), offered.registry.clone(), ctx.workspace);
            entries += db.background_blocking("registry.add", move |tx| {
                let tags: Vec<i64> = put.iter().map(|n| tx.tag(n)).collect();
                rows::add(tx, of, &id, generation, &tags)
            })?;
        }
        if read == 0 {
            break;
        }
    }
    if entries == 0 {
        return Err(Error::invalid(
            "file",
            "no_number",
            "there is no number in it; the list as it was stays",
        ));
    }
    let taken = Taken {
        registry: offered.registry.clone(),
        source: offered.source.trim().to_owned(),
        as_of: offered.as_of,
        loaded_at: 0,
        actor: ctx.actor_name(),
        entries: i64::try_from(entries).unwrap_or(i64::MAX),
        skipped,
        sha256: digest.finalize().iter().map(|b| format!("{b:02x}")).collect(),
        generation,
    };
    Ok(Report { taken: counts(db, ctx, taken)?, problems })
}

/// What cannot be read is shown without what may be a person's number.
fn without_digits(text: &str) -> String {
    text.chars().take(24).map(|c| if c.is_ascii_digit() { '#' } else { c }).collect()
}

/// The country in whose way its numbers are read.
fn may_load(tx: &mut Tx<'_>, ctx: &Ctx, offered: &Offered) -> Result<String> {
    ctx.need(Permission::Admin)?;
    let law = shelf::load(tx)?;
    let pack = law.packs.iter().find(|p| p.file.registry.values().any(|r| r.id == offered.registry));
    let Some(pack) = pack else {
        let detail = format!("no pack in force names a list '{}'", offered.registry);
        return Err(Error::invalid("registry", "unknown", detail));
    };
    if offered.source.trim().is_empty() {
        return Err(Error::invalid("source", "required", "say where the list came from"));
    }
    if offered.as_of <= 0 || offered.as_of > tx.now() + 60_000 {
        return Err(Error::invalid("as_of", "invalid", "the day the list is of, not ahead of today"));
    }
    if rows::all(tx, ctx.workspace)?.iter().any(|t| t.registry == offered.registry && t.as_of > offered.as_of)
    {
        return Err(Error::Conflict("a_newer_list_counts"));
    }
    let own = pack.file.pack.applies_to.sender_country.iter().find(|c| *c != "EU").cloned();
    Ok(own.unwrap_or_default())
}

/// The new list counts from here on; what waits is judged anew, and the old one goes. Where another counts already that is
/// of a later day, or was begun later, what was written of this one goes instead.
fn counts(db: &Db, ctx: &Ctx, taken: Taken) -> Result<Taken> {
    let (of, new) = (ctx.workspace, taken.clone());
    let took = db.write_blocking("registry.take", move |tx| {
        let Some(before) = rows::take(tx, of, &new)? else { return Ok(None) };
        workspace::bump_law_epoch(tx, of)?;
        tx.ring(Bell::Workspace(of));
        tx.ring(Bell::Jobs);
        Ok::<_, Error>(Some((before, tx.now())))
    })?;
    let Some((before, loaded_at)) = took else {
        sweep(db, of, &taken.registry, taken.generation)?;
        return Err(Error::Conflict("a_newer_list_counts"));
    };
    let registry = taken.registry.clone();
    let left = db.read_blocking(move |tx| rows::left(tx, of, &registry))?;
    for generation in left.into_iter().chain([before]).filter(|g| *g != 0) {
        sweep(db, of, &taken.registry, generation)?;
    }
    Ok(Taken { loaded_at, ..taken })
}

/// Drops the rows of an upload, slice by slice.
fn sweep(db: &Db, of: i64, registry: &str, generation: i64) -> Result<()> {
    loop {
        let id = registry.to_owned();
        let gone = db
            .background_blocking("registry.sweep", move |tx| rows::sweep(tx, of, &id, generation, DROPPED))?;
        if gone == 0 {
            return Ok(());
        }
    }
}

/// The lists that count in which a number stands.
///
/// # Errors
/// `Invalid` for what is no number.
pub fn check(tx: &mut Tx<'_>, ctx: &Ctx, number: &str) -> Result<Vec<String>> {
    ctx.need(Permission::Read)?;
    let country = workspace::get(tx, ctx.workspace)?.map(|w| w.country).unwrap_or_default();
    let e164 = sms::number::normalise(number, &country).e164;
    let e164 = e164.ok_or_else(|| Error::invalid("number", "invalid", "it is no number"))?;
    let tags = tx.tags(&e164);
    Ok(rows::of_tags(tx, ctx.workspace, &tags)?.into_iter().map(|(_, registry)| registry).collect())
}

#[cfg(test)]
mod tests {
    use super::{Offered, Report, load};
    use crate::testing::{House, on_each};
    use crate::{Error, Result};
    use std::io::{BufReader, Cursor, Read};
    use store::registry as rows;

    const LIST: &str = "il-do-not-call";
    const HOUR_MS: i64 = 3_600_000;

    /// A file in the middle of which something else happens.
    struct Held<'a> {
        text: Cursor<String>,
        at: usize,
        then: Option<&'a dyn Fn()>,
    }

    impl Read for Held<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let n = self.at.min(into.len());
            let read = self.text.read(&mut into[..n])?;
            self.at -= read;
            if self.at == 0 {
                self.at = usize::MAX;
                if let Some(then) = self.then.take() {
                    then();
                }
            }
            Ok(read)
        }
    }

    fn numbers(from: u64, n: u64) -> String {
        (from..from + n).map(|i| format!("+97250234{i:04}\n")).collect()
    }

    fn upload(h: &House, as_of: i64, text: String, then: &dyn Fn()) -> Result<Report> {
        let offered = Offered { registry: LIST.into(), source: "the ministry".into(), as_of };
        let at = text.len() * 3 / 4; // some slices of it are written by then
        load(&h.db, &h.ctx, &offered, BufReader::new(Held { text: Cursor::new(text), at, then: Some(then) }))
    }

    /// How many of these numbers are found, how many the list says it has, and how many rows stand there at all.
    fn stands(h: &House, from: u64, n: u64) -> (usize, i64, i64) {
        h.write(move |tx, ctx| {
            let tags: Vec<i64> = numbers(from, n).lines().map(|l| tx.tag(l)).collect();
            let found = rows::of_tags(tx, ctx.workspace, &tags)?.len();
            let taken = rows::all(tx, ctx.workspace)?;
            Ok((found, taken[0].entries, rows::rows(tx, ctx.workspace, LIST)?))
        })
    }

    /// Two people upload a list at the same time. Whichever counts in the end is whole, is counted right, and nothing of
    /// the other is left.
    #[test]
    fn of_two_uploads_at_once_one_counts_and_is_whole() {
        on_each("of_two_uploads_at_once_one_counts_and_is_whole", |h: &House| {
            let now = h.db.now_ms() - 48 * HOUR_MS;
            let nothing: &dyn Fn() = &|| ();
            // The one begun later ends first, and is of the same day.
            let inner = || drop(upload(h, now, numbers(4_000, 2_600), nothing).unwrap());
            let late = upload(h, now, numbers(0, 5_000), &inner);
            assert_eq!(late.err(), Some(Error::Conflict("a_newer_list_counts")));
            assert_eq!(stands(h, 4_000, 2_600), (2_600, 2_600, 2_600));
            assert_eq!(stands(h, 0, 4_000).0, 0);
            // The one begun later is of an earlier day than the one that counts in the end.
            let inner = || drop(upload(h, now + HOUR_MS, numbers(0, 3_000), nothing).unwrap());
            let newest = upload(h, now + 2 * HOUR_MS, numbers(2_000, 4_500), &inner).unwrap();
            assert_eq!(newest.taken.entries, 4_500);
            assert_eq!(stands(h, 2_000, 4_500), (4_500, 4_500, 4_500));
            let old = upload(h, now, numbers(0, 10), nothing);
            assert_eq!(old.err(), Some(Error::Conflict("a_newer_list_counts")));
        });
    }
}
