//! What waits, seen by the console and by one workspace.

use super::*;
use crate::Role;
use crate::access::{self, FirstRun, Hashed, hash_password};
use crate::submit::{Submission, submit};
use store::{Clock, Db, Options};

struct World {
    db: Db,
    _dir: tempfile::TempDir,
    here: i64,
    there: i64,
}

fn house(tx: &mut Tx<'_>, name: &str, password: &Hashed) -> Result<i64> {
    let input = FirstRun {
        email: format!("{name}@t.example"),
        name: String::new(),
        password: password.clone(),
        workspace: name.into(),
        country: "IL".into(),
        language: String::new(),
        zone: String::new(),
    };
    let made = access::init(tx, &Ctx::system(0), &input)?;
    store::workspace::set_mode(tx, made.workspace, store::workspace::Mode::Test)?;
    Ok(made.workspace)
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { dir: dir.path().into(), url: None, clock: Clock::default() };
        let db = Db::open(&options).unwrap();
        let password = hash_password("o@t.example", "harbour lantern 42").unwrap();
        let (here, there) = db
            .write_blocking("t", move |tx| {
                connector::ensure_simulator(tx)?;
                Ok::<_, Error>((house(tx, "here", &password)?, house(tx, "there", &password)?))
            })
            .unwrap();
        World { db, _dir: dir, here, there }
    }

    fn send(&self, workspace: i64, n: i64) {
        let one = move |i: i64| Submission {
            workspace,
            to: format!("+9725012345{i:02}"),
            text: "Your order is ready".into(),
            class: Some(Class::Transactional),
            test: true,
            source: "rest",
            ..Submission::default()
        };
        let all: Vec<Submission> = (0..n).map(one).collect();
        let done = self.db.write_blocking("t", move |tx| submit(tx, &all)).unwrap();
        assert!(done.iter().all(|d| d.is_ok()), "{done:?}");
    }

    fn ask<T: Send + 'static>(
        &self,
        ctx: Ctx,
        f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut f = f;
        self.db.write_blocking("t", move |tx| f(tx, &ctx))
    }

    fn owner(&self, workspace: i64) -> Ctx {
        Ctx::new(workspace, Actor::Person(1), true, Role::Owner.permissions())
    }
}

#[test]
fn a_workspace_sees_its_own_rows_and_the_console_all() {
    let world = World::new();
    world.send(world.here, 3);
    world.send(world.there, 5);
    for (ctx, n) in [
        (world.owner(world.here), 3),
        (world.owner(world.there), 5),
        (Ctx::new(world.here, Actor::Console, true, Permission::ALL), 8),
    ] {
        let queues = world.ask(ctx.clone(), list).unwrap();
        assert_eq!(queues.iter().map(|q| q.queued).sum::<i64>(), n);
        let lanes: Vec<_> = queues.iter().flat_map(|q| &q.lanes).collect();
        assert_eq!((lanes.len(), lanes[0].lane, lanes[0].queued), (1, Lane::Transactional, n));
        assert!(lanes[0].oldest_ms.is_some_and(|ms| ms < 60_000));
        assert_eq!(queues[0].limit, Limit::LinkDown, "no process carries");
        let (streams, _) =
            world.ask(ctx, |tx, ctx| streams(tx, ctx, Wanted { limit: 9, ..Wanted::default() })).unwrap();
        assert_eq!(streams.iter().map(|s| s.queued).sum::<i64>(), n);
    }
}

#[test]
fn a_stream_is_halted_by_who_may_and_never_from_elsewhere() {
    let world = World::new();
    world.send(world.here, 2);
    let owner = world.owner(world.here);
    let all = |ctx: Ctx| {
        world.ask(ctx, |tx, ctx| streams(tx, ctx, Wanted { limit: 1, ..Wanted::default() })).unwrap().0
    };
    let id = all(owner.clone())[0].id;
    let pause_as = |ctx: Ctx| world.ask(ctx, move |tx, ctx| pause(tx, ctx, id));
    assert_eq!(pause_as(world.owner(world.there)), Err(Error::NotFound("stream")));
    let operator = Ctx::new(world.here, Actor::Person(2), true, Role::Operator.permissions());
    assert_eq!(pause_as(operator), Err(Error::NotAllowed(Permission::Delivery)));
    pause_as(owner.clone()).unwrap();
    assert_eq!(all(owner.clone())[0].state, "paused");
    let queue = world.ask(owner.clone(), list).unwrap().remove(0);
    assert_eq!((queue.lanes[0].paused, queue.lanes[0].drain_s), (2, None));
    assert_eq!(pause_as(owner.clone()), Err(Error::Conflict("not_running")));
    world.ask(owner.clone(), move |tx, ctx| resume(tx, ctx, id)).unwrap();
    assert_eq!(all(owner)[0].state, "running");
}

#[test]
fn streams_come_page_by_page() {
    let world = World::new();
    let here = world.here;
    world
        .db
        .write_blocking("t", move |tx| {
            for epoch in 1..=25 {
                let key = store::machine::stream::Key {
                    lane: Lane::Bulk.of(1),
                    workspace: here,
                    campaign: 0,
                    class: Class::Marketing,
                    law_epoch: epoch,
                };
                let id = store::machine::stream::id_of(tx, &key)?;
                store::machine::stream::add_depth(tx, std::iter::once((id, epoch)))?;
            }
            Ok::<_, Error>(())
        })
        .unwrap();
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let wanted = Wanted { after, limit: 10, ..Wanted::default() };
        let (page, next) = world.ask(world.owner(here), move |tx, ctx| streams(tx, ctx, wanted)).unwrap();
        seen.extend(page.iter().map(|s| s.queued));
        let Some(next) = next else { break };
        after = next;
    }
    assert_eq!(seen, (1..=25).collect::<Vec<_>>());
}

#[test]
fn the_limit_is_named() {
    let view = |state, said: &str, flight| View {
        node: 0,
        id: 1,
        name: "a".into(),
        kind: "smpp".into(),
        settings: Default::default(),
        enabled: true,
        state,
        since: 0,
        heard_at: 1,
        stale: false,
        error: String::new(),
        rate: 10,
        limited_by: said.into(),
        window_used: 0,
        queued: 0,
        flight,
        hooks: None,
    };
    use LinkState::{AuthFailed, Bound, Connecting, Disabled, Throttled};
    for (state, said, queued, running, due, expected) in [
        (Bound, "rate", 0, 0, None, Limit::Nothing),
        (Bound, "rate", 5, 5, Some(50), Limit::Pace),
        (Bound, "window", 5, 5, Some(50), Limit::Window),
        (Bound, "carrier", 5, 5, Some(50), Limit::Throttled),
        (Throttled, "", 5, 5, Some(50), Limit::Throttled),
        (Bound, "", 5, 0, Some(50), Limit::Paused),
        (Bound, "", 5, 5, Some(500), Limit::Later),
        (Bound, "", 5, 5, Some(50), Limit::Nothing),
        (AuthFailed, "window", 5, 5, Some(50), Limit::LinkDown),
        (Connecting, "", 5, 0, Some(50), Limit::LinkDown),
        (Disabled, "", 5, 5, Some(50), Limit::Disabled),
    ] {
        assert_eq!(limit(&view(state, said, 0), queued, running, due, 100), expected, "{state} {said}");
    }
}
