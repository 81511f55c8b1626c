//! Messages whose answer never came, and the three things a person can do about them.

use super::*;
use crate::access::{self, FirstRun, hash_password};
use crate::message::{get, timeline};
use crate::submit::{Submission, submit};
use crate::{Actor, Role, connector};
use sms::{Class, OnAmbiguous};
use store::machine::settle::{self, Outcome, Receipt, Settled};
use store::machine::{flight, outbox::Taker, stream};
use store::{Clock, Db, Options};

struct World {
    db: Db,
    _dir: tempfile::TempDir,
    ctx: Ctx,
    connector: i64,
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
        let input = FirstRun {
            email: "o@t.example".into(),
            name: String::new(),
            password: hash_password("o@t.example", "harbour lantern 42").unwrap(),
            workspace: "shop".into(),
            country: "IL".into(),
            language: String::new(),
            zone: String::new(),
        };
        let (connector, made) = db
            .write_blocking("t", move |tx| {
                Ok::<_, Error>((connector::ensure_simulator(tx)?, access::first_run(tx, &input)?))
            })
            .unwrap();
        let ctx = Ctx::new(made.workspace, Actor::Person(made.person), true, Role::Owner.permissions());
        World { db, _dir: dir, ctx, connector }
    }

    fn ask<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (mut f, ctx) = (f, self.ctx.clone());
        self.db.write_blocking("t", move |tx| f(tx, &ctx))
    }

    fn send(&self, n: usize) -> Vec<i64> {
        let workspace = self.ctx.workspace;
        let one = move |i| Submission {
            workspace,
            to: format!("+9725012345{i:02}"),
            text: "Your order is ready".into(),
            class: Some(Class::Transactional),
            on_ambiguous: Some(OnAmbiguous::Hold),
            test: true,
            source: "rest",
            ..Submission::default()
        };
        let all: Vec<Submission> = (0..n).map(one).collect();
        self.ask(move |tx, _| submit(tx, &all)).unwrap().into_iter().map(|a| a.unwrap().id).collect()
    }

    fn taker(&self) -> Taker {
        let connector = self.connector;
        let epoch = self.ask(move |tx, _| Ok(flight::lease(tx, connector, i64::MAX)?)).unwrap().unwrap();
        Taker { connector, link: 0, epoch }
    }

    /// The intent of everything that waits is committed; gives the messages.
    fn take(&self) -> Vec<i64> {
        let taker = self.taker();
        let took = self.ask(move |tx, _| {
            let (mut all, now) = (Vec::new(), tx.now());
            for s in stream::with_work(tx, taker.connector)? {
                all.extend(outbox::read(tx, s.key.lane, s.id, (0, 0), now, 100)?);
            }
            let chosen: Vec<_> = all.iter().map(outbox::Ready::chosen).collect();
            Ok(outbox::take(tx, taker, &chosen)?)
        });
        let mut ids: Vec<i64> = took.unwrap().into_keys().collect();
        ids.sort_unstable();
        ids
    }

    /// What went out is never answered.
    fn lose(&self) -> Vec<i64> {
        let (ids, taker) = (self.take(), self.taker());
        let settled: Vec<Settled> = ids
            .iter()
            .map(|id| Settled {
                message: *id,
                part: 0,
                outcome: Outcome::Ambiguous { detail: "the connection was cut".into() },
            })
            .collect();
        self.ask(move |tx, _| Ok(settle::outcomes(tx, taker, &settled)?)).unwrap();
        ids
    }

    fn status(&self, id: i64) -> (Status, bool) {
        let row = self.ask(move |tx, ctx| get(tx, ctx, id)).unwrap().row;
        (row.status, row.possible_duplicate)
    }

    fn open(&self) -> i64 {
        self.ask(|tx, ctx| count(tx, ctx, None)).unwrap()
    }

    fn decide(&self, decision: Decision, which: Which) -> Result<Decided> {
        self.ask(move |tx, ctx| decide(tx, ctx, decision, &which, (0, 0)))
    }
}

#[test]
fn each_decision_does_what_it_says_and_tells_who() {
    let world = World::new();
    world.send(3);
    let ids = world.lose();
    assert_eq!(world.open(), 3);
    assert_eq!(world.ask(|tx, ctx| list(tx, ctx, None, 0, 2)).unwrap().1, Some(ids[1]));
    assert_eq!(world.ask(move |tx, _| Ok(machine::open(tx, 2)?)).unwrap(), 2);

    world.decide(Decision::Leave, Which::These(vec![ids[0]])).unwrap();
    world.decide(Decision::Fail, Which::These(vec![ids[1]])).unwrap();
    let again = world.decide(Decision::Resend, Which::These(vec![ids[2]])).unwrap();
    assert_eq!((again.decided, again.refused.len()), (1, 0));
    assert_eq!(world.open(), 0);
    assert_eq!(world.status(ids[0]), (Status::Unknown, false));
    assert_eq!(world.status(ids[1]), (Status::Undelivered, false));
    assert_eq!(world.status(ids[2]), (Status::Queued, true));
    for (id, kind) in [(ids[0], "let_be"), (ids[1], "given_up"), (ids[2], "sent_again")] {
        let story = world.ask(move |tx, ctx| timeline(tx, ctx, id)).unwrap();
        let line = story.iter().find(|e| e.kind == kind).unwrap();
        assert!(line.detail.starts_with("person:"), "{line:?}");
    }
    assert_eq!(world.take(), [ids[2]], "it leaves once more, and only it");
    let gone = world.decide(Decision::Fail, Which::These(vec![ids[1]]));
    assert_eq!(gone, Err(Error::NotFound("unconfirmed message")));
}

#[test]
fn a_second_loss_asks_again_and_a_late_receipt_needs_no_decision() {
    let world = World::new();
    let id = world.send(1)[0];
    world.lose();
    world.decide(Decision::Resend, Which::All { upto: 0 }).unwrap();
    assert_eq!(world.open(), 0);
    world.lose();
    assert_eq!((world.open(), world.status(id)), (1, (Status::Unknown, true)));
    let connector = world.connector;
    let late = settle::Late { message: id, part: 0, attempt: 1, answer: Ok(("A1".into(), 77)) };
    world.ask(move |tx, _| Ok(settle::late(tx, connector, std::slice::from_ref(&late))?)).unwrap();
    assert_eq!((world.open(), world.status(id).0), (0, Status::Submitted));
    let receipt = Receipt {
        h: 77,
        smsc_id: "A1".into(),
        status: Status::Delivered,
        code: Code::None,
        detail: String::new(),
        from: String::new(),
        to: String::new(),
        text: String::new(),
    };
    world.ask(move |tx, _| Ok(settle::receipts(tx, connector, std::slice::from_ref(&receipt))?)).unwrap();
    assert_eq!(world.status(id).0, Status::Delivered);
}

#[test]
fn what_came_after_the_look_is_not_decided_about() {
    let world = World::new();
    world.send(2);
    let ids = world.lose();
    let decided = world.decide(Decision::Fail, Which::All { upto: ids[0] }).unwrap();
    assert_eq!((decided.decided, decided.next, world.open()), (1, None, 1));
}

#[test]
fn who_may_only_read_decides_nothing() {
    let world = World::new();
    world.send(1);
    world.lose();
    let ctx = Ctx::new(world.ctx.workspace, Actor::Person(9), true, Role::Operator.permissions());
    let refused = world
        .db
        .write_blocking("t", move |tx| decide(tx, &ctx, Decision::Fail, &Which::All { upto: 0 }, (0, 0)));
    assert_eq!(refused, Err(Error::NotAllowed(Permission::Send)));
    let elsewhere = Ctx::new(world.ctx.workspace + 1, Actor::Person(9), true, Role::Owner.permissions());
    let other = world.db.write_blocking("t", move |tx| count(tx, &elsewhere, None));
    assert_eq!((other, world.open()), (Ok(0), 1));
}

#[test]
fn what_was_slowed_down_tells_it_once() {
    let world = World::new();
    let id = world.send(1)[0];
    for _ in 0..3 {
        let (ids, taker) = (world.take(), world.taker());
        assert_eq!(ids, [id], "it keeps its place");
        let back = Settled { message: id, part: 0, outcome: Outcome::Back { due: settle::SLOWED } };
        world.ask(move |tx, _| Ok(settle::outcomes(tx, taker, std::slice::from_ref(&back))?)).unwrap();
    }
    let story = world.ask(move |tx, ctx| timeline(tx, ctx, id)).unwrap();
    assert_eq!(story.iter().filter(|e| e.kind == "slowed").count(), 1);
}
