//! Connectors, routes and senders over a store in memory of the disk.

use super::*;
use crate::Actor;
use sms::form::Field;
use store::{Clock, Db, Options};

const KINDS: &[KindInfo] = &[
    KindInfo {
        name: "smpp",
        fields: &[
            Field { name: "host", kind: FieldKind::Text, default: None, advanced: false },
            Field { name: "password", kind: FieldKind::Secret, default: Some(""), advanced: false },
        ],
    },
    KindInfo { name: SIMULATOR, fields: &[] },
];

fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

struct World {
    _dir: tempfile::TempDir,
    db: Db,
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { dir: dir.path().into(), url: None, clock: Clock::default() };
        World { db: Db::open(&options).unwrap(), _dir: dir }
    }

    fn run<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (mut f, ctx) = (f, Ctx::new(1, Actor::Console, true, Permission::ALL));
        self.db.write_blocking("test", move |tx| f(tx, &ctx))
    }
}

#[test]
fn the_first_real_connector_is_the_default_route() {
    let world = World::new();
    world.run(|tx, _| ensure_simulator(tx)).unwrap();
    world.run(|tx, _| ensure_simulator(tx)).unwrap();
    let routes = |tx: &mut Tx<'_>, _: &Ctx| Ok(route::list(tx)?);
    assert!(world.run(routes).unwrap().is_empty());
    world.run(|tx, ctx| add(tx, ctx, KINDS, "a", "smpp", &given(&[("host", "h")]))).unwrap();
    world.run(|tx, ctx| add(tx, ctx, KINDS, "b", "smpp", &given(&[("host", "h")]))).unwrap();
    let all = world.run(routes).unwrap();
    let first = world.run(list).unwrap().into_iter().find(|c| c.name == "a").unwrap().id;
    assert_eq!(all.iter().map(|r| r.connectors()).collect::<Vec<_>>(), [[first]]);
    assert_eq!(world.run(list).unwrap().len(), 3);
}

#[test]
fn a_secret_is_never_shown_and_survives_a_change_of_the_rest() {
    let world = World::new();
    let first = given(&[("host", "h"), ("password", "s3cret")]);
    let id = world.run(move |tx, ctx| add(tx, ctx, KINDS, "a", "smpp", &first)).unwrap();
    let shown = format!("{:?}", world.run(list).unwrap());
    assert!(!shown.contains("s3cret"), "{shown}");
    world.run(move |tx, ctx| update(tx, ctx, KINDS, id, &given(&[("host", "g")]))).unwrap();
    let row = world.run(|tx, _| Ok(store::connector::enabled(tx)?)).unwrap().remove(0);
    assert_eq!((row.settings["host"].as_str(), row.settings["password"].as_str()), ("g", "s3cret"));
}

#[test]
fn what_is_wrong_is_named() {
    let world = World::new();
    let param = |name: &'static str, kind: &'static str, pairs: &[(&str, &str)]| {
        let pairs = given(pairs);
        match world.run(move |tx, ctx| add(tx, ctx, KINDS, name, kind, &pairs)) {
            Err(Error::Invalid { param, .. }) => param,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(param("a b", "smpp", &[("host", "h")]), "name");
    assert_eq!(param("a", "smp", &[]), "kind");
    assert_eq!(param("a", "smpp", &[]), "host");
    assert_eq!(param("a", "smpp", &[("hots", "h")]), "hots");
}

#[test]
fn what_is_in_use_stays() {
    let world = World::new();
    let id = world.run(|tx, ctx| add(tx, ctx, KINDS, "a", "smpp", &given(&[("host", "h")]))).unwrap();
    assert_eq!(world.run(move |tx, ctx| remove(tx, ctx, id)), Err(Error::Conflict("in_use")));
    world
        .run(|tx, _| Ok(route::list(tx)?[0].id))
        .and_then(|route| world.run(move |tx, _| Ok(route::remove(tx, route, "test")?)))
        .unwrap();
    world.run(move |tx, ctx| remove(tx, ctx, id)).unwrap();
    let simulator = world.run(|tx, _| ensure_simulator(tx)).unwrap();
    assert_eq!(world.run(move |tx, ctx| remove(tx, ctx, simulator)), Err(Error::Conflict("simulator_stays")));
}

#[test]
fn only_a_test_workspace_may_pretend() {
    let world = World::new();
    world.run(|tx, _| ensure_simulator(tx)).unwrap();
    let id = world.run(|tx, ctx| simulate_inbound(tx, ctx, "+99900", "4545", "hi")).unwrap();
    assert_eq!(world.run(move |tx, ctx| progress(tx, ctx, id)), Ok(Progress::Waiting));
    let live = Ctx::new(1, Actor::Console, false, Permission::ALL);
    let refused = world.run(move |tx, _| simulate_inbound(tx, &live, "+99900", "4545", "hi"));
    assert_eq!(refused, Err(Error::Conflict("not_in_test_mode")));
}
