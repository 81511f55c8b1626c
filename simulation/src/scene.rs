//! What every world begins with: three workspaces with people who agreed, their lists and numbers, and the connectors.
//!
//! The people are written down once and copied; what a seed decides is written on top.

use crate::plan::{BEGIN_MS, Plan};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use store::inline::{Disk, Fate, Inline, Judge, Records};
use store::keys::Keys;
use store::workspace::{Mode, New};
use store::{Clock, Db, connector, contact, list, number, route, workspace};

/// People in the lists of each workspace.
pub(crate) const LISTS: [i64; 3] = [8, 30, 100];
const WORKSPACES: usize = 3;

/// The key ring of all worlds.
pub(crate) fn keys() -> Keys {
    Keys::of([7; 32])
}

/// A person's number.
pub(crate) fn number_of(person: i64) -> String {
    format!("+97252{:07}", 3_000_000 + person)
}

/// The number a workspace receives on.
pub(crate) fn line_of(workspace: usize) -> String {
    format!("+97255{:07}", 1_000_000 + workspace)
}

pub(crate) fn workspace_name(workspace: usize) -> String {
    format!("w{workspace}")
}

struct Scene {
    disk: Disk,
    /// Public ids of lists by workspace and list.
    lists: Vec<[String; 3]>,
    workspaces: Vec<i64>,
}

fn scene() -> &'static Mutex<Scene> {
    static SCENE: OnceLock<Mutex<Scene>> = OnceLock::new();
    SCENE.get_or_init(|| Mutex::new(people().unwrap_or_else(|e| panic!("the scene could not be set: {e}"))))
}

/// The public id of a list.
pub(crate) fn list_id(workspace: usize, list: usize) -> String {
    scene().lock().unwrap_or_else(PoisonError::into_inner).lists[workspace][list].clone()
}

/// The stored id of a workspace.
pub(crate) fn workspace_id(workspace: usize) -> i64 {
    scene().lock().unwrap_or_else(PoisonError::into_inner).workspaces[workspace]
}

fn open(disk: &Disk, seed: u64) -> store::Result<Db> {
    let clock = Clock::wound(|| BEGIN_MS - 1_000);
    let (judge, ledger): (Judge, Records) = (Arc::new(|_| Fate::Well), Arc::new(|_, _| Ok(())));
    Ok(Db::inline(disk, Inline { clock, keys: keys(), seed, judge, ledger })?.0)
}

fn people() -> store::Result<Scene> {
    let disk = Disk::new()?;
    let db = open(&disk, 1)?;
    let made = db.write_blocking("people", |tx| {
        // Its clock stands at any hour, and what it counts is messages: the law has tests of its own.
        store::setting::set(tx, store::setting::LAW_MODE, "advise")?;
        let mut lists = Vec::new();
        let mut workspaces = Vec::new();
        for w in 0..WORKSPACES {
            let new = New {
                name: workspace_name(w),
                country: "IL".into(),
                language: "en".into(),
                zone: "Asia/Jerusalem".into(),
                mode: Mode::Live,
                parts_max: 10,
            };
            let id = workspace::insert(tx, &new)?.id;
            number::add(tx, id, &line_of(w), "long", 0)?;
            workspaces.push(id);
            lists.push(lists_of(tx, id)?);
        }
        Ok::<_, store::Error>((lists, workspaces))
    })?;
    Ok(Scene { disk, lists: made.0, workspaces: made.1 })
}

fn lists_of(tx: &mut store::Tx<'_>, workspace: i64) -> store::Result<[String; 3]> {
    let mut people = Vec::new();
    for n in 0..LISTS[2] {
        let number = number_of(n);
        let first_name = format!("Dana{n}");
        let write = contact::Write {
            number: &number,
            first_name: &first_name,
            last_name: "",
            fields: "{}",
            search: "",
        };
        people.extend(contact::add(tx, workspace, &write)?);
        let now = tx.now();
        store::consent::set_state(tx, workspace, &number, store::consent::State::Granted, now)?;
    }
    let mut ids = Vec::new();
    for (n, size) in LISTS.into_iter().enumerate() {
        let list = list::create(tx, workspace, &format!("list {n}"))?.unwrap_or_default();
        list::add(tx, workspace, list, &people[..usize::try_from(size).unwrap_or(0)])?;
        ids.push(sms::id::public(sms::id::kind::LIST, list));
    }
    ids.try_into().map_err(|_| store::Error::Shape("three lists".into()))
}

/// The disk of one world.
pub(crate) fn disk_of(plan: &Plan) -> store::Result<Disk> {
    let disk = scene().lock().unwrap_or_else(PoisonError::into_inner).disk.copy()?;
    let db = open(&disk, plan.seed)?;
    let plan = plan.clone();
    db.write_blocking("ways", move |tx| {
        let mut ids = Vec::new();
        for (n, way) in plan.ways.iter().enumerate() {
            let words = [
                ("host", format!("c{n}")),
                ("port", "2775".into()),
                ("system_id", "us".into()),
                ("window", way.window.to_string()),
                ("rate", way.rate.to_string()),
                ("binds", way.binds.to_string()),
                ("answer_timeout_s", way.answer_timeout_s.to_string()),
                ("enquire_s", way.enquire_s.to_string()),
            ];
            let settings: BTreeMap<String, String> =
                words.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            ids.push(connector::add(tx, &format!("c{n}"), "smpp", &settings, &BTreeMap::new())?);
        }
        // Each way has numbers of its own; the last is for all the rest.
        for (n, id) in ids.iter().enumerate().skip(1) {
            for tens in [n, n + 3, n + 6] {
                route::add(tx, &format!("+9725230000{tens}"), None, "", &[*id])?;
            }
        }
        route::add(tx, "", None, "", &ids)?;
        Ok::<_, store::Error>(())
    })?;
    Ok(disk)
}
