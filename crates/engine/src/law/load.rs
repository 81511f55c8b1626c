//! Which packs are in force: those built in, over them the operator's signed files. One that is unsigned, broken or breaks
//! its own promises is not loaded: the last good one stays, and where there is none, advertising to its country waits.

use super::shelf::{self, BUILTIN};
use super::{Law, Pack, case, read};
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::machine::law::{self as rows, Fault, PackText, Review};
use store::{Bell, Tx, setting};

/// Before the prefixes of countries whose only pack could not be loaded.
pub(super) const BLOCKED: char = '!';

/// A file that an operator put beside the built-in ones.
#[derive(Debug, Clone)]
pub struct Offered {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What stands in the file of the same name with `.sig` behind; empty where there is none.
    pub signature: String,
}

/// What a load did.
#[derive(Debug, Clone, Serialize)]
pub struct Loaded {
    /// The packs in force, each as `id@version`.
    pub packs: Vec<String>,
    /// Files that were not loaded.
    pub faults: Vec<Fault>,
    /// Whether what is in force changed: then every waiting message is judged anew.
    pub changed: bool,
}

/// The files of a directory, by name; none where there is no such directory.
///
/// # Errors
/// When it cannot be read.
pub fn files(dir: &Path) -> std::io::Result<Vec<Offered>> {
    let mut out = Vec::new();
    let listed = match std::fs::read_dir(dir) {
        Ok(listed) => listed,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(out),
        Err(e) => return Err(e),
    };
    for entry in listed {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let signature = std::fs::read_to_string(path.with_extension("toml.sig")).unwrap_or_default();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        // A file that is no text is told of like every other that is broken.
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        out.push(Offered { name, text, signature });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// The signature of a text by this installation's key ring.
pub fn sign(tx: &mut Tx<'_>, text: &str) -> String {
    tx.keys().mac("pack", &[text.as_bytes()]).iter().map(|b| format!("{b:02x}")).collect()
}

/// Puts the built-in packs and these files in force.
///
/// # Errors
/// When the store refuses; a bad file is no error but a fault.
pub fn install(tx: &mut Tx<'_>, offered: &[Offered]) -> Result<Loaded> {
    let before = setting::get(tx, setting::PACKS)?.unwrap_or_default();
    let last: BTreeMap<String, String> = before
        .split(' ')
        .filter_map(|p| p.split_once(':'))
        .map(|(id, sha)| (id.to_owned(), sha.to_owned()))
        .collect();
    let mut set: BTreeMap<String, Arc<Pack>> =
        BUILTIN.iter().map(|p| (p.id().to_owned(), p.clone())).collect();
    for pack in BUILTIN.iter() {
        let text = shelf::TEXTS.iter().find(|t| read::digest(t) == pack.sha256).copied().unwrap_or_default();
        keep(tx, pack, "builtin", text)?;
    }
    let (mut faults, mut blocked) = (Vec::new(), Vec::new());
    for file in offered {
        match judge(tx, &set, file) {
            Ok(pack) => {
                keep(tx, &pack, &file.name, &file.text)?;
                set.insert(pack.id().to_owned(), pack);
            }
            Err(problem) => {
                let id = quoted(&file.text, "id").into_iter().next().unwrap_or_default();
                match last.get(&id).map(|sha| shelf::by_digest(tx, sha)).transpose()?.flatten() {
                    Some(good) => drop(set.insert(id.clone(), good)),
                    None if !set.contains_key(&id) => blocked.extend(quoted(&file.text, "dial_prefix")),
                    None => {}
                }
                faults.push(Fault { name: file.name.clone(), id, problem, at: 0 });
            }
        }
    }
    rows::set_faults(tx, &faults)?;
    let mut in_force: Vec<String> = set.iter().map(|(id, p)| format!("{id}:{}", p.sha256)).collect();
    in_force.extend(blocked.iter().map(|prefix| format!("{BLOCKED}{prefix}")));
    let in_force = in_force.join(" ");
    let changed = in_force != before;
    if changed {
        setting::set(tx, setting::PACKS, &in_force)?;
        rows::in_force(tx, &in_force)?;
        tx.ring(Bell::Jobs);
    }
    Ok(Loaded { packs: set.values().map(|p| p.name()).collect(), faults, changed })
}

fn keep(tx: &mut Tx<'_>, pack: &Pack, origin: &str, text: &str) -> Result<()> {
    let row = PackText {
        sha256: pack.sha256.clone(),
        id: pack.id().to_owned(),
        version: pack.file.pack.version.clone(),
        origin: origin.to_owned(),
        text: text.to_owned(),
        at: 0,
    };
    Ok(rows::keep(tx, &row)?)
}

fn judge(tx: &mut Tx<'_>, set: &BTreeMap<String, Arc<Pack>>, file: &Offered) -> Result<Arc<Pack>, String> {
    let signature = sign(tx, &file.text);
    match file.signature.trim() {
        "" => return Err("it is not signed: sendword packs sign FILE".into()),
        given if !same(given, &signature) => {
            return Err("its signature is not of this text, or not of this installation".into());
        }
        _ => {}
    }
    let pack = read::read(&file.text).map_err(|wrong| wrong.to_string())?;
    let mut with: Vec<Arc<Pack>> = set.values().filter(|p| p.id() != pack.id()).cloned().collect();
    with.push(pack.clone());
    match case::failures(&Law::new(with, true), &pack).into_iter().next() {
        None => Ok(pack),
        Some((id, why)) => Err(format!("it breaks its own promise '{id}': {why}")),
    }
}

fn same(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq;
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// The quoted words behind the first `key =` of a text that may be broken.
fn quoted(text: &str, key: &str) -> Vec<String> {
    let begins = |l: &&str| {
        l.split_once(key)
            .is_some_and(|(before, after)| !before.contains('"') && after.trim_start().starts_with('='))
    };
    let Some(line) = text.lines().find(begins) else { return Vec::new() };
    let rest = line.split_once(key).map_or("", |(_, rest)| rest);
    let rest = if key == "id" { rest } else { rest.split(']').next().unwrap_or(rest) };
    rest.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// A pack as pages and programs show it.
#[derive(Debug, Clone, Serialize)]
pub struct PackView {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// Its version.
    pub version: String,
    /// The digest of its text.
    pub sha256: String,
    /// Where it came from: `builtin`, or the name of a file.
    pub origin: String,
    /// What the file says of itself.
    pub status: String,
    /// Whether somebody answerable marked this text reviewed.
    pub reviewed: bool,
    /// Who did, newest first.
    pub reviews: Vec<Review>,
    /// When it is to be looked at again, as the file says.
    pub review_due: String,
    /// Whom it is for: prefixes and countries.
    pub applies_to: Vec<String>,
    /// Its sources: the citation and how sure it is.
    pub sources: Vec<super::pack::Source>,
    /// What the pack promises of itself.
    pub cases: usize,
    /// Whether it binds this workspace's own messages at home.
    pub own: bool,
}

/// The packs in force, and what was not loaded.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(Vec<PackView>, Vec<Fault>)> {
    ctx.need(Permission::Read)?;
    let law = shelf::load(tx)?;
    let country = store::workspace::get(tx, ctx.workspace)?.map(|w| w.country).unwrap_or_default();
    let own: Vec<String> = law.of_sender(&country).iter().map(|p| p.id().to_owned()).collect();
    let mut out = Vec::new();
    for pack in &law.packs {
        let reviews = rows::reviews(tx, &pack.sha256)?;
        let origin = rows::text(tx, &pack.sha256)?.map_or_else(|| "builtin".into(), |t| t.origin);
        let head = &pack.file.pack;
        let to = &head.applies_to;
        let fallback = to.fallback.then(|| "*".to_owned());
        out.push(PackView {
            own: own.contains(&head.id),
            id: head.id.clone(),
            title: head.title.clone(),
            version: head.version.clone(),
            sha256: pack.sha256.clone(),
            origin,
            reviewed: head.status == "counsel-reviewed" || !reviews.is_empty(),
            status: head.status.clone(),
            reviews,
            review_due: head.review_due.to_string(),
            applies_to: to.dial_prefix.iter().cloned().chain(fallback).collect(),
            sources: pack.file.source.clone(),
            cases: pack.file.case.len(),
        });
    }
    Ok((out, rows::faults(tx)?))
}

/// The text of a pack in force.
///
/// # Errors
/// `NotFound`.
pub fn text(tx: &mut Tx<'_>, ctx: &Ctx, id: &str) -> Result<String> {
    ctx.need(Permission::Read)?;
    let law = shelf::load(tx)?;
    let pack = law.packs.iter().find(|p| p.id() == id).ok_or(Error::NotFound("pack"))?;
    if let Some(kept) = rows::text(tx, &pack.sha256)? {
        return Ok(kept.text);
    }
    let built_in = shelf::TEXTS.iter().find(|t| read::digest(t) == pack.sha256);
    Ok(built_in.map_or_else(String::new, |t| (*t).to_owned()))
}

/// The cases of a pack in force that fail.
///
/// # Errors
/// `NotFound`.
pub fn test(tx: &mut Tx<'_>, ctx: &Ctx, id: &str) -> Result<(usize, Vec<(String, String)>)> {
    ctx.need(Permission::Read)?;
    let law = shelf::load(tx)?;
    let pack = law.packs.iter().find(|p| p.id() == id).ok_or(Error::NotFound("pack"))?;
    Ok((pack.file.case.len(), case::failures(&law, pack)))
}

/// Somebody named and answerable says that the text in force is right.
///
/// # Errors
/// `NotFound`; `Invalid` without a name or a role.
pub fn reviewed(tx: &mut Tx<'_>, ctx: &Ctx, id: &str, name: &str, role: &str, note: &str) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let law = shelf::load(tx)?;
    let pack = law.packs.iter().find(|p| p.id() == id).ok_or(Error::NotFound("pack"))?;
    for (what, given) in [("name", name), ("role", role)] {
        if given.trim().is_empty() {
            return Err(Error::invalid(what, "required", "a review is somebody's word"));
        }
    }
    let review = Review {
        name: name.trim().into(),
        role: role.trim().into(),
        note: note.trim().into(),
        actor: ctx.actor_name(),
        at: 0,
    };
    rows::review(tx, &pack.sha256, &review)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}
