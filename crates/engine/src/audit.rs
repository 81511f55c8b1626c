//! The record of deeds, and the check of the chains that it and all consent stand in.
//!
//! A deed is written in the transaction that does it. The check reads page by page from snapshots and names the first
//! row that is not what was written; it never mends anything.

use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use store::chain::{self, Chained, Kind, Link};
use store::{Tx, consent, deed};

/// Rows read at once by a check, as a wish: a link is always read whole.
const ROWS_AT_ONCE: i64 = 2_000;
/// Links read at once.
const LINKS_AT_ONCE: i64 = 200;
/// Deeds a page gives at the most.
const PAGE_MAX: i64 = 200;

/// Writes down that somebody did something. For every module of the engine; subjects are public ids.
pub fn note(tx: &mut Tx<'_>, ctx: &Ctx, deed: &str, subject: &str, detail: &str) -> Result<()> {
    let actor = ctx.actor_name();
    let new = deed::New { workspace: ctx.workspace, actor: &actor, deed, subject, detail };
    deed::add(tx, &new)?;
    Ok(())
}

/// One deed as pages and programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeedView {
    /// The row.
    #[serde(skip)]
    pub id: i64,
    /// Who did it.
    pub actor: String,
    /// What.
    pub deed: String,
    /// To what.
    pub subject: String,
    /// More, in short.
    pub detail: String,
    /// When, ms since 1970.
    pub at: i64,
}

/// Deeds, the newest first, older than one (0 is none); of one subject where it is named.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, subject: &str, before: i64, limit: i64) -> Result<Vec<DeedView>> {
    ctx.need(Permission::Admin)?;
    let rows = deed::list(tx, ctx.workspace, subject, before, limit.clamp(1, PAGE_MAX))?;
    let view = |d: deed::Deed| DeedView {
        id: d.id,
        actor: d.actor,
        deed: d.deed,
        subject: d.subject,
        detail: d.detail,
        at: d.at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// What is wrong with a chain, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The link.
    pub link: i64,
    /// The row, where one can be named: `consent_event 123`, `deed 123`.
    pub row: Option<String>,
    /// What: `row_changed`, `row_missing`, `row_added`, `personal_changed`, `link_changed`, `link_missing`,
    /// `seal_foreign`, `end_changed`.
    pub what: &'static str,
}

/// The check of one chain, as far as it has come. Made by [`Check::new`], moved on by [`Check::step`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Whose.
    #[serde(skip)]
    pub workspace: i64,
    /// Which chain: `consent`, `deeds`.
    pub chain: &'static str,
    #[serde(skip)]
    kind: Kind,
    /// Links that hold.
    pub links: i64,
    /// Rows that hold.
    pub rows: i64,
    /// Rows whose personal part was erased: their link holds without it.
    pub erased: i64,
    /// Rows older than the chain, which it says nothing of.
    pub older: i64,
    /// The hash of the last link, in hex: kept elsewhere, it shows later that nothing was cut off.
    pub end: String,
    /// The first thing that is wrong.
    pub broken: Option<Broken>,
    /// Whether the end was reached.
    #[serde(skip)]
    pub done: bool,
    #[serde(skip)]
    before: Vec<u8>,
}

impl Check {
    /// Nothing checked yet.
    pub fn new(workspace: i64, kind: Kind) -> Check {
        Check {
            workspace,
            chain: kind.name(),
            kind,
            links: 0,
            rows: 0,
            erased: 0,
            older: 0,
            end: hex(&chain::BEGINNING),
            broken: None,
            done: false,
            before: chain::BEGINNING.to_vec(),
        }
    }

    /// Whether nothing is wrong so far.
    pub const fn holds(&self) -> bool {
        self.broken.is_none()
    }

    /// Checks some links more; reads only. At the end, or at the first thing that is wrong, it is `done`.
    pub fn step(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let links = chain::links(tx, self.workspace, self.kind, self.links, LINKS_AT_ONCE)?;
        let mut at = 0;
        while at < links.len() {
            let (mut rows, mut n) = (0, 0);
            while at + n < links.len() && (n == 0 || rows + links[at + n].size <= ROWS_AT_ONCE) {
                rows += links[at + n].size;
                n += 1;
            }
            if !self.page(tx, &links[at..at + n])? {
                self.done = true;
                return Ok(());
            }
            at += n;
        }
        if (links.len() as i64) < LINKS_AT_ONCE {
            self.finish(tx)?;
        }
        Ok(())
    }

    fn page(&mut self, tx: &mut Tx<'_>, links: &[Link]) -> Result<bool> {
        let (Some(first), Some(last)) = (links.first(), links.last()) else { return Ok(true) };
        let (first, last) = (first.link, last.link);
        let rows = match self.kind {
            Kind::Consent => consent::chained(tx, self.workspace, first, last)?,
            Kind::Deeds => deed::chained(tx, self.workspace, first, last)?,
        };
        for link in links {
            let of: Vec<&Chained> = rows.iter().filter(|r| r.link == link.link).collect();
            self.broken = self.judge(tx, link, &of);
            if self.broken.is_some() {
                return Ok(false);
            }
            self.before.clone_from(&link.hash);
            self.end = hex(&link.hash);
            self.links = link.link;
            self.rows += link.size;
            self.erased += of.iter().filter(|r| r.erased).count() as i64;
        }
        Ok(true)
    }

    fn judge(&self, tx: &Tx<'_>, link: &Link, rows: &[&Chained]) -> Option<Broken> {
        let broken = |row: Option<i64>, what| {
            let row = row.map(|id| format!("{} {id}", table_of(self.kind)));
            Some(Broken { link: link.link, row, what })
        };
        if link.link != self.links + 1 {
            return Some(Broken { link: self.links + 1, row: None, what: "link_missing" });
        }
        if let Some(row) = rows.iter().find(|r| r.swapped) {
            return broken(Some(row.id), "personal_changed");
        }
        if let Some(row) = rows.iter().find(|r| chain::mark(&r.digest) != r.mark) {
            return broken(Some(row.id), "row_changed");
        }
        let there = rows.len() as i64;
        if there != link.size {
            return broken(None, if there < link.size { "row_missing" } else { "row_added" });
        }
        let digests: Vec<[u8; 32]> = rows.iter().map(|r| r.digest).collect();
        let hash = chain::hash(&self.before, self.workspace, self.kind, (link.link, link.at), &digests);
        if hash[..] != link.hash {
            // With one row there is no doubt which it is: its mark was changed along with it.
            let one = (rows.len() == 1).then(|| rows[0].id);
            return broken(one, "link_changed");
        }
        (chain::seal(tx, &link.hash)[..] != link.seal).then(|| broken(None, "seal_foreign")).flatten()
    }

    fn finish(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        self.done = true;
        let kept = chain::end(tx, self.workspace, self.kind)?;
        let (hash, link) = kept.unwrap_or((chain::BEGINNING.to_vec(), 0));
        if link > self.links {
            self.broken = Some(Broken { link: self.links + 1, row: None, what: "link_missing" });
        } else if hash != self.before {
            self.broken = Some(Broken { link: self.links, row: None, what: "end_changed" });
        } else if let Some(id) = chain::beyond(tx, self.workspace, self.kind, self.links)? {
            let row = Some(format!("{} {id}", table_of(self.kind)));
            self.broken = Some(Broken { link: self.links, row, what: "row_added" });
        }
        if self.kind == Kind::Consent {
            self.older = chain::unchained(tx, self.workspace)?;
        }
        Ok(())
    }
}

/// Where the rows of a chain stand.
fn table_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Consent => "consent_event",
        Kind::Deeds => "deed",
    }
}

/// Checks both chains of a workspace, whole, within one snapshot. For small stores and tests; others take steps.
///
/// # Errors
/// When it may not be asked.
pub fn verify(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Check>> {
    ctx.need(Permission::Admin)?;
    let mut out = Vec::new();
    for kind in Kind::ALL {
        let mut check = Check::new(ctx.workspace, *kind);
        while !check.done {
            check.step(tx)?;
        }
        out.push(check);
    }
    Ok(out)
}

/// Whether who asks may check, and which chains there are for him: his workspace's, and at the machine the platform's.
///
/// # Errors
/// When he may not.
pub fn checks(ctx: &Ctx) -> Result<Vec<Check>> {
    ctx.need(Permission::Admin)?;
    let platform = matches!(ctx.actor, crate::Actor::Console).then_some(0);
    let all = [Some(ctx.workspace), platform].into_iter().flatten();
    Ok(all.flat_map(|w| Kind::ALL.iter().map(move |k| Check::new(w, *k))).collect())
}

/// Reads the end of a chain that somebody kept: `consent:HEX` or `deeds:HEX`.
///
/// # Errors
/// When it is none.
pub fn kept_end(text: &str) -> Result<(Kind, String)> {
    let wrong = || Error::invalid("end", "invalid", "an end is written consent:HASH or deeds:HASH");
    let (name, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
    let kind = Kind::ALL.iter().copied().find(|k| k.name() == name).ok_or_else(wrong)?;
    let sound = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    sound.then(|| (kind, hash.to_ascii_lowercase())).ok_or_else(wrong)
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|b| format!("{b:02x}")).collect()
}
