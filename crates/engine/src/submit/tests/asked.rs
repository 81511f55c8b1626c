//! Numbers that are to be looked up before they are routed: what is due in a moment does not wait for an answer, and what
//! waits for one is not forgotten when it becomes another.

use super::super::{Submission, submit, wake};
use crate::client::{self, Account};
use crate::{Ctx, Result};
use sms::{Class, Status};
use std::collections::BTreeMap;
use store::machine::agenda;
use store::machine::lookup::{self, Answer};
use store::machine::route::add_rule;
use store::route::{Leg, Rule};
use store::testing::Postgres;
use store::workspace::{self, Mode};
use store::{Clock, Db, Options, Tx, connector};

const DANA: &str = "+972502345678";
const MINUTE: i64 = 60_000;

struct House {
    _dir: tempfile::TempDir,
    db: Db,
    workspace: i64,
    known: i64,
    unknown: i64,
}

/// A shop that asks which network a number is in: one way for one network, another where nobody knows.
fn house(url: Option<String>) -> House {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url, clock: Clock::default() }).unwrap();
    let (workspace, known, unknown) = db
        .write_blocking("setup", |tx| {
            let none = Default::default();
            let known = connector::add(tx, "known", "smpp", &none, &Default::default())?;
            let unknown = connector::add(tx, "unknown", "smpp", &none, &Default::default())?;
            for (network, to) in [("42501", known), ("unknown", unknown)] {
                let to = vec![Leg { connector: to, weight: 1 }];
                let rule = Rule { networks: vec![network.into()], to, ..Rule::default() };
                add_rule(tx, rule, "test")?;
            }
            let set: BTreeMap<String, String> =
                [("wait_s", "30"), ("timeout_s", "3")].map(|(k, v)| (k.into(), v.into())).into();
            lookup::set(tx, lookup::ALL, &set, &Default::default())?;
            let shop = super::new("Shop", Mode::Live);
            let workspace = workspace::insert(tx, &shop)?.id;
            store::number::add(tx, workspace, "+972541110000", "long", known)?;
            Ok::<_, store::Error>((workspace, known, unknown))
        })
        .unwrap();
    House { _dir: dir, db, workspace, known, unknown }
}

fn on_each(test: &str, story: fn(&House)) {
    story(&house(None));
    if let Some(server) = Postgres::shared(test) {
        story(&house(Some(server.database())));
    }
}

impl House {
    fn write<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static) -> T {
        let (mut f, ctx) = (f, Ctx::system(self.workspace));
        self.db.write_blocking("test", move |tx| f(tx, &ctx)).unwrap()
    }

    /// A message that is due in so many ms.
    fn send(&self, ahead: i64, class: Class, text: &'static str) -> i64 {
        self.write(move |tx, ctx| {
            let one = Submission {
                workspace: ctx.workspace,
                to: DANA.into(),
                text: text.into(),
                class: Some(class),
                send_at: Some(tx.now() + ahead),
                source: "rest",
                ..Submission::default()
            };
            Ok(submit(tx, &[one])?.remove(0).unwrap().id)
        })
    }

    /// Its status, its connector, and whether anything will ever bring it to a carrier: a row in a lane or on the agenda.
    fn stands(&self, id: i64) -> (Status, i64, bool) {
        let workspace = self.workspace;
        self.write(move |tx, _| {
            let m = store::message::get(tx, workspace, id)?.unwrap();
            Ok((m.status, m.connector, store::testing::stands_somewhere(tx, id)?))
        })
    }

    fn told(&self, network: &'static str) {
        self.write(move |tx, _| {
            let now = tx.now();
            let (at, until) = (now, now + 60 * MINUTE);
            let answer = Answer { network: network.into(), at, until, ..Answer::default() };
            lookup::told(tx, lookup::ALL, &[(DANA.into(), answer)])?;
            wake(tx, 0, 100)
        });
    }
}

#[test]
fn what_is_due_in_a_moment_waits_for_no_answer() {
    on_each("what_is_due_in_a_moment_waits_for_no_answer", |h: &House| {
        // A minute, and a quarter of an hour less a second: longer than anybody waits, too soon for the agenda.
        for (ahead, class) in
            [(MINUTE, Class::Transactional), (MINUTE, Class::Otp), (agenda::AHEAD_MS - 1_000, Class::Otp)]
        {
            let id = h.send(ahead, class, "Your table is ready at eight");
            assert_eq!(h.stands(id), (Status::Queued, h.unknown, true), "{ahead} ms, {class:?}");
        }
        let later = h.send(60 * MINUTE, Class::Transactional, "See you tomorrow");
        let (status, _, somewhere) = h.stands(later);
        assert!(status == Status::Scheduled && somewhere, "{status:?}");
        // What may go at once is asked about first, and goes by the answer.
        let now = h.send(0, Class::Transactional, "Your parcel is here");
        assert_eq!(h.stands(now), (Status::Scheduled, 0, true));
        h.told("42501");
        assert_eq!(h.stands(now), (Status::Queued, h.known, true));
    });
}

#[test]
fn what_is_replaced_while_it_waits_for_an_answer_goes_when_it_comes() {
    on_each("what_is_replaced_while_it_waits", |h: &House| {
        let account = h.write(|tx, ctx| {
            client::add(tx, ctx, "acme", &[("password".to_owned(), "secret99".to_owned())])?;
            let here = std::net::IpAddr::from([10, 1, 2, 3]);
            let knock = client::Knock {
                system_id: "acme".into(),
                password: "secret99".into(),
                address: here,
                bind: 2,
                version: 0x34,
                tls: false,
            };
            Ok(client::bind(tx, &knock)?.unwrap())
        });
        let id = submitted(h, account.clone());
        assert_eq!(h.stands(id), (Status::Scheduled, 0, true));
        let by = move |text: &str, account: &Account| Submission {
            workspace: account.workspace,
            to: DANA.into(),
            text: text.into(),
            notify: client::Notify::of(account.serial, client::Notify::DELIVERED).0,
            source: "smpp",
            ..Submission::default()
        };
        let given = client::id_text(id);
        let done =
            h.write(move |tx, _| client::replace(tx, &account, Some(&given), &by("Come at nine", &account)));
        assert_eq!(done.map(|r| r.ok()), Some(Some(id)));
        assert!(h.stands(id).2, "it stands nowhere");
        h.told("42501");
        assert_eq!(h.stands(id), (Status::Queued, h.known, true));
        let workspace = h.workspace;
        let text = h.write(move |tx, _| Ok(store::message::get(tx, workspace, id)?.unwrap().text));
        assert_eq!(text, "Come at nine");
    });
}

fn submitted(h: &House, account: Account) -> i64 {
    h.write(move |tx, _| {
        let one = Submission {
            workspace: account.workspace,
            to: DANA.into(),
            text: "Come at eight".into(),
            notify: client::Notify::of(account.serial, client::Notify::DELIVERED).0,
            source: "smpp",
            ..Submission::default()
        };
        Ok(submit(tx, &[one])?.remove(0).unwrap().id)
    })
}
