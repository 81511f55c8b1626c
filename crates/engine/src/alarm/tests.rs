//! Alarms come with their cause and go with it; who knows of one is asked no more; nobody sees another's.

use super::*;
use crate::Role;
use crate::access::{self, FirstRun, hash_password};
use std::sync::atomic::{AtomicI64, Ordering};
use store::machine::failover;
use store::machine::stream::{self, Key};
use store::testing::Postgres;
use store::{Clock, Options, live};

struct World {
    db: Db,
    _dir: tempfile::TempDir,
    moved: &'static AtomicI64,
    shop: i64,
    other: i64,
    carrier: i64,
}

/// A story in which time passes: on SQLite, for a shared database is led by its server's clock.
fn as_time_passes(story: fn(&World)) {
    story(&World::new(None));
}

/// The same story on SQLite, and on PostgreSQL where there is one.
fn on_both(name: &str, story: fn(&World)) {
    story(&World::new(None));
    if let Some(server) = Postgres::shared(name) {
        story(&World::new(Some(server.database())));
    }
}

impl World {
    fn new(url: Option<String>) -> World {
        let dir = tempfile::tempdir().unwrap();
        let moved: &'static AtomicI64 = Box::leak(Box::default());
        let clock = Clock::movable(moved);
        let db = Db::open(&Options { dir: dir.path().into(), url, clock }).unwrap();
        let password = hash_password("o@t.example", "harbour lantern 42").unwrap();
        let house = move |tx: &mut Tx<'_>, name: &str| -> Result<i64> {
            let input = FirstRun {
                email: format!("{name}@t.example"),
                name: String::new(),
                password: password.clone(),
                workspace: name.into(),
                country: "IL".into(),
                language: String::new(),
                zone: String::new(),
            };
            Ok(access::init(tx, &Ctx::system(0), &input)?.workspace)
        };
        let (shop, other, carrier) = db
            .write_blocking("t", move |tx| {
                crate::connector::ensure_simulator(tx)?;
                store::keys::note_export(tx)?;
                let (settings, secrets) = (connector::Settings::new(), connector::Secrets::new());
                let carrier = connector::add(tx, "carrier", "smpp", &settings, &secrets)?;
                Ok::<_, Error>((house(tx, "shop")?, house(tx, "other")?, carrier))
            })
            .unwrap();
        World { db, _dir: dir, moved, shop, other, carrier }
    }

    fn person(&self, workspace: i64, role: Role) -> Ctx {
        Ctx::new(workspace, Actor::Person(1), false, role.permissions())
    }

    fn list(&self, ctx: &Ctx) -> Alarms {
        let ctx = ctx.clone();
        self.db.read_blocking(move |tx| list(tx, &ctx)).unwrap()
    }

    /// Open kinds, as somebody sees them.
    fn open(&self, ctx: &Ctx) -> Vec<&'static str> {
        self.list(ctx).open.iter().map(|a| a.kind).collect()
    }

    fn look(&self) {
        let mut measured = Measured::now(&self.db, true);
        (measured.disk, measured.clock_shifted) = (Some((90 << 30, 100 << 30)), false);
        look_with(&self.db, &measured).unwrap();
    }

    fn link(&self, state: LinkState, error: &'static str) {
        let connector = self.carrier;
        let said = live::State {
            node: 0,
            connector,
            state,
            since: 0,
            rate: 0,
            limited_by: String::new(),
            window_used: 0,
            error: error.into(),
            at: 0,
        };
        self.db.write_blocking("t", move |tx| live::set_state(tx, &said)).unwrap();
    }

    fn pass(&self, ms: i64) {
        self.moved.fetch_add(ms, Ordering::Relaxed);
    }
}

#[test]
fn alarms_come_with_their_cause_and_go_with_it() {
    as_time_passes(|w| {
        let owner = w.person(w.shop, Role::Owner);
        w.link(LinkState::Bound, "");
        w.look();
        assert_eq!(w.open(&owner), [""; 0], "{:?}", w.list(&owner));
        w.link(LinkState::Down, "connection refused");
        w.look();
        assert_eq!(w.open(&owner), [""; 0], "a link that fell this moment is no alarm yet");
        w.pass(DOWN_MS);
        w.link(LinkState::Down, "connection refused");
        w.look();
        let found = w.list(&owner).open.pop().unwrap();
        assert_eq!((found.kind, found.detail.as_str()), ("link_down", "connection refused"));
        assert_eq!(found.connector, Some((w.carrier, "carrier".into())));
        // A try in between does not end it, and it is one alarm however often it is looked at.
        w.link(LinkState::Connecting, "connection refused");
        w.look();
        w.look();
        assert_eq!(w.list(&owner).open.len(), 1);
        w.link(LinkState::Bound, "");
        w.look();
        let all = w.list(&owner);
        assert_eq!((all.open.len(), all.past.len()), (0, 1));
        assert!(all.past[0].cleared_at >= all.past[0].at);
        // Down again at once: the same alarm, not a second line.
        w.link(LinkState::Down, "connection refused");
        w.pass(DOWN_MS);
        w.link(LinkState::Down, "connection refused");
        w.look();
        let all = w.list(&owner);
        assert_eq!((all.open.len(), all.past.len(), all.open[0].id), (1, 0, found.id));
        let carrier = w.carrier;
        let ctx = owner.clone();
        w.db.write_blocking("t", move |tx| crate::connector::set_enabled(tx, &ctx, carrier, false)).unwrap();
        assert_eq!(w.open(&owner), [""; 0], "what is switched off is no concern");
    });
}

/// A campaign of a workspace that runs, and its stream.
fn running(w: &World, workspace: i64) -> (i64, i64) {
    let carrier = w.carrier;
    w.db.write_blocking("t", move |tx| {
        let draft = campaign::Draft {
            name: "Sale".into(),
            text: "Sale".into(),
            sender: String::new(),
            class: sms::Class::Marketing,
            topic: 0,
            list: 0,
            due: 0,
        };
        let id = campaign::add(tx, workspace, &draft)?;
        campaign::step(tx, workspace, id, &[campaign::State::Draft], campaign::State::Running)?;
        let lane = sms::Class::Marketing.lane(true).of(carrier);
        let key = Key { lane, workspace, campaign: id, class: sms::Class::Marketing, law_epoch: 0 };
        Ok::<_, Error>((id, stream::id_of(tx, &key)?))
    })
    .unwrap()
}

#[test]
fn a_halted_campaign_is_its_workspaces_alarm_until_it_goes_on() {
    on_both("alarms of campaigns", |w| {
        let (owner, stranger) = (w.person(w.shop, Role::Owner), w.person(w.other, Role::Owner));
        w.link(LinkState::Bound, "");
        for resumes in [true, false] {
            let (campaign, stream) = running(w, w.shop);
            let carrier = w.carrier;
            let halt = move |tx: &mut Tx<'_>| {
                failover::halt_campaigns(tx, carrier, &[stream], "ESME_RINVSRCADR 0xA")
            };
            assert_eq!(w.db.write_blocking("t", halt).unwrap(), 1);
            let found = w.list(&owner).open.pop().unwrap();
            assert_eq!((found.kind, found.campaign), ("campaign_halted", Some((campaign, "Sale".into()))));
            assert_eq!(w.open(&stranger), [""; 0], "another workspace sees it");
            w.look();
            assert_eq!(w.open(&owner), ["campaign_halted"], "it is still halted");
            let ctx = owner.clone();
            w.db.write_blocking("t", move |tx| {
                if resumes {
                    crate::campaign::resume(tx, &ctx, campaign)
                } else {
                    crate::campaign::stop(tx, &ctx, campaign).map(drop)
                }
            })
            .unwrap();
            assert_eq!(w.open(&owner), [""; 0]);
        }
        assert_eq!(w.list(&owner).past.len(), 2);
        assert!(w.list(&stranger).past.is_empty());
    });
}

#[test]
fn who_knows_of_an_alarm_is_asked_no_more() {
    as_time_passes(|w| {
        let (owner, operator) = (w.person(w.shop, Role::Owner), w.person(w.shop, Role::Operator));
        w.link(LinkState::Down, "no such host");
        w.pass(DOWN_MS);
        w.link(LinkState::Down, "no such host");
        w.look();
        assert_eq!(w.open(&operator), [""; 0], "who does not look after connections is not alarmed by them");
        let id = w.list(&owner).open[0].id;
        let count = |ctx: &Ctx| {
            let ctx = ctx.clone();
            w.db.read_blocking(move |tx| unknown(tx, &ctx)).unwrap()
        };
        let know = |ctx: &Ctx, id: i64| {
            let ctx = ctx.clone();
            w.db.write_blocking("t", move |tx| acknowledge(tx, &ctx, id))
        };
        assert_eq!((count(&owner), count(&operator)), (1, 0));
        assert!(know(&operator, id).is_err() && know(&owner, id + 1).is_err());
        know(&owner, id).unwrap();
        assert_eq!((count(&owner), w.open(&owner)), (0, vec!["link_down"]));
        let measured = Measured::now(&w.db, true);
        let told = w.db.read_blocking(move |tx| report(tx, &measured)).unwrap();
        let check = told.checks.iter().find(|c| c.name == "alarms").unwrap();
        assert_eq!((check.state, check.value), (State::Ok, 1), "{}", check.says);
    });
}

#[test]
fn what_doctor_finds_is_what_people_are_told() {
    let w = World::new(None);
    let owner = w.person(w.shop, Role::Owner);
    w.link(LinkState::Bound, "");
    type Spoil = fn(&mut Measured);
    let cases: [(&str, Spoil); 4] = [
        ("disk_short", |m| m.disk = Some((1 << 28, 100 << 30))),
        ("clock_wrong", |m| m.clock_jump_ms = 86_400_000),
        ("keys_unsafe", |m| m.keys = (2, 1)),
        ("store_slow", |m| m.vitals.waiting = 20_000),
    ];
    for (kind, spoil) in cases {
        let mut measured = Measured::now(&w.db, true);
        (measured.disk, measured.clock_shifted) = (Some((90 << 30, 100 << 30)), false);
        spoil(&mut measured);
        look_with(&w.db, &measured).unwrap();
        assert_eq!(w.open(&owner), [kind]);
        let told = w.db.read_blocking({
            let measured = measured.clone();
            move |tx| report(tx, &measured)
        });
        let check = told.unwrap().checks.into_iter().find(|c| c.name == "alarms").unwrap();
        assert!(check.state == State::Warn && check.says.contains(kind), "{}", check.says);
        w.look();
        assert_eq!(w.open(&owner), [""; 0]);
    }
}
