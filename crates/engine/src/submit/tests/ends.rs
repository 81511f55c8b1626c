//! How verdicts, holds and waiting messages end, over a real store with a clock that is wound.

use super::super::wake::{end_overdue, wake_found};
use super::super::{Submission, admit, submit, wake};
use crate::consent::{self, Grant, Method};
use crate::law::policy;
use crate::sender::{self, Say, Wanted};
use crate::{Actor, Ctx, Error, Permission, Result, access};
use sms::{Class, Code, Status};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::machine::settle::{self, Outcome, Settled};
use store::machine::{flight, lapse, outbox, stream};
use store::workspace::{self, Mode};
use store::{Clock, Db, Options, Tx, connector, route};

const DANA: &str = "+972502345678";
const DAY_MS: i64 = 86_400_000;
/// A Tuesday in Israel, ten o'clock.
const TUESDAY: &str = "2026-11-17T10:00:00+02:00";

struct House {
    _dir: tempfile::TempDir,
    db: Db,
    now: Arc<AtomicI64>,
    workspace: i64,
}

fn ms(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn house(mode: Mode) -> House {
    house_on(mode, None)
}

fn house_on(mode: Mode, url: Option<String>) -> House {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(ms(TUESDAY)));
    let by = now.clone();
    let clock = Clock::wound(move || by.load(Ordering::Relaxed));
    let db = Db::open(&Options { dir: dir.path().into(), url, clock }).unwrap();
    let workspace = db
        .write_blocking("setup", move |tx| {
            connector::add(tx, "simulator", "simulator", &Default::default(), &Default::default())?;
            let carrier = connector::add(tx, "carrier", "smpp", &Default::default(), &Default::default())?;
            route::add(tx, "", None, "", &[carrier])?;
            let new = workspace::New {
                name: "Shop".into(),
                country: "IL".into(),
                language: "en".into(),
                zone: "Asia/Jerusalem".into(),
                mode,
                parts_max: 6,
            };
            let workspace = workspace::insert(tx, &new)?.id;
            store::number::add(tx, workspace, "+972541110000", "long", carrier)?;
            let dana = store::contact::Write {
                number: DANA,
                first_name: "",
                last_name: "",
                fields: "{}",
                search: "",
            };
            store::contact::add(tx, workspace, &dana)?;
            Ok::<_, store::Error>(workspace)
        })
        .unwrap();
    let h = House { _dir: dir, db, now, workspace };
    let grant = Grant {
        number: DANA.into(),
        method: Method::Paper,
        wording: "Offers by SMS".into(),
        evidence: "form 7".into(),
        claimed_at: 0,
    };
    h.write(move |tx, ctx| consent::grant(tx, ctx, &grant).map(drop));
    h
}

fn advert(workspace: i64, text: &str) -> Submission {
    let class = Some(Class::Marketing);
    Submission {
        workspace,
        to: DANA.into(),
        text: text.into(),
        class,
        source: "rest",
        ..Submission::default()
    }
}

impl House {
    fn write<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static) -> T {
        let (mut f, ctx) = (f, Ctx::system(self.workspace));
        self.db.write_blocking("test", move |tx| f(tx, &ctx)).unwrap()
    }

    fn lapses(&self, wanted: Submission) -> i64 {
        self.write(move |tx, _| Ok(admit(tx, std::slice::from_ref(&wanted))?.remove(0).unwrap().lapses_at))
    }

    fn code(&self, wanted: Submission) -> Code {
        self.write(move |tx, _| {
            Ok(submit(tx, std::slice::from_ref(&wanted))?.remove(0).map_or_else(|r| r.code, |_| Code::None))
        })
    }

    fn send(&self, wanted: Submission) -> i64 {
        self.write(move |tx, _| Ok(submit(tx, std::slice::from_ref(&wanted))?.remove(0).unwrap().id))
    }

    fn stands(&self, id: i64) -> (Status, Code) {
        let workspace = self.workspace;
        let m = self.write(move |tx, _| Ok(store::message::get(tx, workspace, id)?.unwrap()));
        (m.status, m.code)
    }

    fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn carrier(&self) -> i64 {
        self.db.read_blocking(|tx| connector::by_name(tx, "carrier")).unwrap().unwrap().id
    }
}

#[test]
fn a_verdict_ends_with_the_wish_the_name_and_the_permission_it_was_made_of() {
    let h = house(Mode::Live);
    let closes = ms("2026-11-17T20:15:00+02:00");
    let valid = |text| Submission { validity_s: Some(40 * 86_400), ..advert(h.workspace, text) };
    assert_eq!(h.lapses(valid("sale")), closes, "the hours, as long as nothing ends before them");

    let wish = policy::New {
        rule: "frequency.marketing".into(),
        value: "4/14".into(),
        reason: "season".into(),
        until: h.now() + 1_800_000,
    };
    let until = wish.until;
    h.write(move |tx, ctx| policy::wish(tx, ctx, &wish).map(drop));
    assert_eq!(h.lapses(valid("sale")), until, "a laxer wish");

    let id = h.write(|tx, ctx| sender::ask(tx, ctx, &Wanted { name: "NOA".into(), ..Wanted::default() }));
    let (say_until, named) = (h.now() + 600_000, Submission { from: Some("NOA".into()), ..valid("sale") });
    assert_eq!(h.lapses(named.clone()), until);
    let say = Say { approve: true, until: say_until, ..Say::default() };
    h.write(move |tx, ctx| {
        let console = Ctx::new(ctx.workspace, Actor::Console, false, Permission::ALL);
        sender::decide(tx, &console, id, &say)
    });
    assert_eq!(h.lapses(named.clone()), say_until, "the name's approval");

    let ends = h.now() + 300_000;
    h.write(move |tx, ctx| Ok(store::consent::set_until(tx, ctx.workspace, DANA, ends)?));
    assert_eq!(h.lapses(named.clone()), ends, "the person's permission");
    h.now.store(ends, Ordering::Relaxed);
    assert_eq!(h.code(named.clone()), Code::NoConsent, "at its end, whether or not the sweep came by");
    h.write(|tx, ctx| Ok(store::consent::set_until(tx, ctx.workspace, DANA, 0)?));
    h.now.store(say_until, Ordering::Relaxed);
    assert_eq!(h.code(named), Code::SenderUnapproved);
}

#[test]
fn a_name_that_was_approved_by_nobody_else_in_test_mode_is_asked_about_when_the_workspace_goes_live() {
    let h = house(Mode::Test);
    let names = ["NOA", "INFO", "CHECKED"];
    h.write(move |tx, ctx| {
        let key = Ctx::new(ctx.workspace, Actor::Key(7), true, Permission::ALL);
        let console = Ctx::new(ctx.workspace, Actor::Console, true, Permission::ALL);
        for name in names {
            let id = sender::ask(tx, &key, &Wanted { name: name.into(), ..Wanted::default() })?;
            if name == "CHECKED" {
                sender::decide(tx, &console, id, &Say { approve: true, ..Say::default() })?;
            }
        }
        assert!(sender::list(tx, &key)?.iter().all(|s| s.status == "approved"));
        access::go_live(tx, &key)
    });
    let stands = h.write(|tx, ctx| {
        Ok(sender::list(tx, ctx)?.into_iter().map(|s| (s.name, s.status)).collect::<Vec<_>>())
    });
    let wanted = [("NOA", "submitted"), ("INFO", "rejected"), ("CHECKED", "approved")];
    assert_eq!(stands, wanted.map(|(name, status)| (name.to_owned(), status)));
    let from = |name: &str| Submission { from: Some(name.into()), ..advert(h.workspace, "sale") };
    assert_eq!(h.code(from("NOA")), Code::SenderUnapproved);
    assert_eq!(h.code(from("INFO")), Code::SenderGeneric);
    assert_eq!(h.code(from("CHECKED")), Code::None);
}

#[test]
fn a_held_message_ends_when_nobody_decided_in_time_or_somebody_takes_it_back() {
    let h = house(Mode::Live);
    let order = |text: &str| Submission {
        class: Some(Class::Transactional),
        validity_s: Some(3_600),
        ..advert(h.workspace, text)
    };
    let (first, second) = (h.send(order("Order sent. 20% off")), h.send(order("Order ready. 30% off")));
    let held = |h: &House| h.write(|tx, ctx| crate::hold::list(tx, ctx, 0, 10));
    assert_eq!(held(&h).iter().map(|v| v.until).collect::<Vec<_>>(), [h.now() + 3_600_000; 2]);
    assert_eq!(h.write(|tx, _| end_overdue(tx, 10)), 0, "its hour is not over");
    let workspace = h.workspace;
    let taken = h.write(move |tx, _| {
        let row = store::machine::agenda::scheduled(tx, &[second])?.remove(0);
        Ok(store::machine::withdraw::cancel(tx, &row)?)
    });
    assert!(taken, "whoever sent it takes it back");
    assert_eq!(held(&h).len(), 1);
    h.now.fetch_add(3_600_000, Ordering::Relaxed);
    assert!(h.db.read_blocking(store::machine::law::holds_are_overdue).unwrap());
    assert_eq!(h.write(|tx, _| end_overdue(tx, 10)), 1);
    assert_eq!(h.stands(first), (Status::Expired, Code::HoldExpired));
    assert_eq!(h.stands(second), (Status::Cancelled, Code::CancelledByPerson));
    assert!(held(&h).is_empty());
    let released =
        h.db.write_blocking("late", move |tx| crate::hold::release(tx, &Ctx::system(workspace), first));
    assert_eq!(released, Err(Error::NotFound("message")), "too late");
}

#[test]
fn what_is_let_go_before_its_time_waits_for_it_and_is_not_held_again() {
    let h = house(Mode::Live);
    let due = h.now() + 2 * 3_600_000;
    let order = Submission {
        class: Some(Class::Transactional),
        send_at: Some(due),
        ..advert(h.workspace, "Order sent. 20% off")
    };
    let id = h.send(order);
    h.write(move |tx, ctx| crate::hold::release(tx, ctx, id));
    assert_eq!(h.stands(id), (Status::Scheduled, Code::None));
    assert_eq!(h.write(|tx, _| wake(tx, 60_000, 10)), 0);
    h.now.store(due, Ordering::Relaxed);
    assert_eq!(h.write(|tx, _| wake(tx, 60_000, 10)), 1);
    assert_eq!(h.stands(id), (Status::Queued, Code::None), "a person has decided already");
}

#[test]
fn what_was_stopped_while_it_was_judged_is_counted_once() {
    let h = house(Mode::Live);
    let id = h.send(of_mailing(&h));
    let workspace = h.workspace;
    h.write(move |tx, _| {
        // As on PostgreSQL, where a stop may commit between the look and the writing.
        let found = store::machine::agenda::scheduled(tx, &[id])?;
        assert_eq!(found.len(), 1);
        assert_eq!(lapse::clear_stopped(tx, workspace, MAILING, 10)?, 1);
        wake_found(tx, found, 3_700_000)
    });
    is_stopped_once(&h, id);
}

/// The same by two connections: the stop is told as done before what was looked at is written.
#[test]
fn a_stop_that_commits_meanwhile_on_postgresql_is_counted_once() {
    let test = "a_stop_that_commits_meanwhile_on_postgresql_is_counted_once";
    let Some(server) = store::testing::Postgres::shared(test) else { return };
    let h = house_on(Mode::Live, Some(server.database()));
    let id = h.send(of_mailing(&h));
    let (db, workspace, met) = (h.db.clone(), h.workspace, Arc::new(AtomicI64::new(0)));
    let meets = met.clone();
    h.write(move |tx, _| {
        let found = store::machine::agenda::scheduled(tx, &[id])?;
        let (db, waited) = (db.clone(), !found.is_empty());
        let stop =
            move || db.write_blocking("stop", move |tx| lapse::clear_stopped(tx, workspace, MAILING, 10));
        let cleared = std::thread::spawn(stop).join().expect("the stop ends")?;
        meets.fetch_add(i64::from(waited && cleared == 1), Ordering::Relaxed);
        wake_found(tx, found, 3_700_000)
    });
    assert_eq!(met.load(Ordering::Relaxed), 1, "they did not meet");
    is_stopped_once(&h, id);
}

/// A mailing's number.
const MAILING: i64 = 5;

/// One message of it, due in an hour.
fn of_mailing(h: &House) -> Submission {
    let send_at = Some(h.now() + 3_600_000);
    Submission { campaign: MAILING, id: 77, send_at, ..advert(h.workspace, "sale") }
}

fn is_stopped_once(h: &House, id: i64) {
    let workspace = h.workspace;
    let counts = h.write(move |tx, _| {
        let all = store::counter::campaign(tx, workspace, MAILING)?;
        let open = all.into_iter().filter(|(.., n)| *n != 0).collect::<Vec<_>>();
        Ok((open, stream::depth_of_campaign(tx, workspace, MAILING)?))
    });
    let once = (Status::Cancelled.number(), 0, 1);
    assert_eq!(counts, (vec![once], 0), "neither moved twice nor laid in a lane");
    assert_eq!(h.stands(id), (Status::Cancelled, Code::Stopped));
}

#[test]
fn a_long_message_of_which_some_is_sent_keeps_what_it_says() {
    let h = house(Mode::Live);
    let text = "מ".repeat(100);
    let wish = policy::New {
        rule: "content.ad_label".into(),
        value: "off".into(),
        reason: "one week".into(),
        until: h.now() + 7 * DAY_MS,
    };
    h.write(move |tx, ctx| policy::wish(tx, ctx, &wish).map(drop));
    let id = h.send(advert(h.workspace, &text));
    let workspace = h.workspace;
    let carrier = h.carrier();
    let epoch = h.write(move |tx, _| Ok(flight::own(tx, carrier)?.unwrap()));
    let taker = outbox::Taker { connector: carrier, link: 0, epoch };
    let parts = h.write(move |tx, _| {
        let (mut all, now) = (Vec::new(), tx.now());
        for s in stream::with_work(tx, carrier)? {
            all.extend(outbox::read(tx, s.key.lane, s.id, (0, 0), now, 100)?);
        }
        let chosen: Vec<_> = all.iter().map(outbox::Ready::chosen).collect();
        Ok(outbox::take(tx, taker, &chosen)?.remove(&id).unwrap())
    });
    assert!(parts.len() > 1, "{parts:?}");
    let later = h.now() + 60_000;
    let settled: Vec<Settled> = parts
        .iter()
        .enumerate()
        .map(|(n, part)| Settled {
            message: id,
            part: *part,
            attempt: 0,
            outcome: match n {
                0 => Outcome::Accepted { smsc_id: "a1".into(), h: 1 },
                _ => Outcome::Again { due: later, code: Code::Throttled, detail: String::new() },
            },
            known: None,
        })
        .collect();
    h.write(move |tx, _| Ok(settle::outcomes(tx, taker, &settled).map(drop)?));
    let before = h.write(move |tx, _| Ok(store::message::get(tx, workspace, id)?.unwrap()));
    assert_eq!(before.status, Status::Queued);

    // The label would be added from now on.
    h.write(move |tx, ctx| policy::end(tx, ctx, "content.ad_label"));
    h.write(|tx, _| Ok(lapse::recall(tx, 10)?));
    assert_eq!(h.stands(id).0, Status::Scheduled, "it is judged anew");
    assert_eq!(h.write(|tx, _| wake(tx, 60_000, 10)), 1);
    let after = h.write(move |tx, _| Ok(store::message::get(tx, workspace, id)?.unwrap()));
    assert_eq!((after.text, after.parts), (before.text, before.parts));
    let parts = h.write(move |tx, _| Ok(store::message::parts(tx, workspace, id)?));
    assert_eq!(parts[0].smsc_id, "a1", "what the carrier has stays sent");
}

#[test]
fn a_refusal_is_filed_under_the_number_however_it_was_written() {
    let h = house(Mode::Live);
    let stranger = Submission { to: "050-234-5679".into(), ..advert(h.workspace, "sale") };
    assert_eq!(h.code(stranger), Code::NoConsent);
    let workspace = h.workspace;
    let (kept, tag) = h.write(move |tx, _| {
        Ok((store::decision::list(tx, workspace, i64::MAX, 10)?.remove(0).tag, tx.tag("+972502345679")))
    });
    assert_eq!(kept, tag);
}

#[test]
fn the_days_of_a_wish_are_over_and_what_waits_is_judged_without_it() {
    let h = house(Mode::Live);
    let wish = policy::New {
        rule: "window.marketing".into(),
        value: "off".into(),
        reason: "fair".into(),
        until: ms("2026-11-17T21:00:00+02:00"),
    };
    h.write(move |tx, ctx| policy::wish(tx, ctx, &wish).map(drop));
    h.now.store(ms("2026-11-17T20:59:00+02:00"), Ordering::Relaxed);
    let id = h.send(advert(h.workspace, "sale"));
    assert_eq!(h.stands(id).0, Status::Queued);
    h.now.store(ms("2026-11-17T21:00:00+02:00"), Ordering::Relaxed);
    let carrier = h.carrier();
    let epoch = h.write(move |tx, _| Ok(flight::own(tx, carrier)?.unwrap()));
    let taken = h.write(move |tx, _| {
        let (mut all, now) = (Vec::new(), tx.now());
        for s in stream::with_work(tx, carrier)? {
            all.extend(outbox::read(tx, s.key.lane, s.id, (0, 0), now, 100)?);
        }
        let chosen: Vec<_> = all.iter().map(outbox::Ready::chosen).collect();
        Ok(outbox::take(tx, outbox::Taker { connector: carrier, link: 0, epoch }, &chosen)?)
    });
    assert!(taken.is_empty(), "the intent finds the verdict lapsed");
    assert_eq!(h.write(|tx, _| wake(tx, 60_000, 10)), 1);
    assert_eq!(h.stands(id), (Status::Scheduled, Code::None));
    let due = h.write(|tx, _| Ok(store::machine::agenda::next_due(tx)?));
    assert_eq!(
        due,
        Some(ms("2026-11-18T08:00:00+02:00")),
        "to the next opening (it is spread by nothing alone)"
    );
    assert!(due.unwrap() < h.now() + DAY_MS);
}

/// Case W12: what is known of the clock where a person lives may change while a message waits.
#[test]
fn w12_a_clock_that_changed_while_it_waited_is_asked_again() {
    let h = house(Mode::Live);
    h.now.store(ms("2026-11-17T22:00:00+02:00"), Ordering::Relaxed);
    let id = h.send(Submission { validity_s: Some(86_400), ..advert(h.workspace, "sale") });
    let due = |h: &House| h.write(|tx, _| Ok(store::machine::agenda::next_due(tx)?));
    assert_eq!(due(&h), Some(ms("2026-11-18T08:00:00+02:00")));
    h.write(move |tx, ctx| {
        let found = store::contact::by_number(tx, ctx.workspace, DANA)?.unwrap();
        let fields = r#"{"zone":"America/New_York"}"#;
        let new = store::contact::Write { number: DANA, first_name: "", last_name: "", fields, search: "" };
        store::contact::update(tx, ctx.workspace, found.id, &new)?;
        Ok(())
    });
    h.now.store(ms("2026-11-18T08:00:00+02:00"), Ordering::Relaxed);
    assert_eq!(h.write(|tx, _| wake(tx, 60_000, 10)), 1);
    assert_eq!(h.stands(id), (Status::Scheduled, Code::None), "it is one at night there");
    assert_eq!(due(&h), Some(ms("2026-11-18T08:00:00-05:00")));
}

/// Case W11: what the carrier cannot deliver by the evening it shall not deliver at night.
#[test]
fn w11_the_carrier_is_told_to_give_up_when_the_hours_close() {
    let h = house(Mode::Live);
    let closes = ms("2026-11-17T20:30:00+02:00");
    let now = h.now();
    let waits = |h: &House| {
        let carrier = h.carrier();
        h.write(move |tx, _| {
            let mut all = Vec::new();
            for s in stream::with_work(tx, carrier)? {
                let ready = outbox::read(tx, s.key.lane, s.id, (0, 0), now, 100)?;
                all.extend(ready.into_iter().map(|r| (r.class, r.valid_until)));
            }
            Ok(all)
        })
    };
    let day = Some(2 * 86_400);
    h.send(Submission { validity_s: day, ..advert(h.workspace, "sale") });
    assert_eq!(waits(&h), [(Class::Marketing, closes)], "two days are asked, the evening is its end");
    let order = Submission { class: Some(Class::Transactional), ..advert(h.workspace, "Order ready") };
    h.send(Submission { validity_s: day, ..order });
    let wanted = [(Class::Marketing, closes), (Class::Transactional, now + 2 * DAY_MS)];
    let mut seen = waits(&h);
    seen.sort_by_key(|(_, until)| *until);
    assert_eq!(seen, wanted, "an order may arrive at night");
    let h = house(Mode::Live);
    h.send(Submission { validity_s: Some(600), ..advert(h.workspace, "sale") });
    assert_eq!(waits(&h), [(Class::Marketing, now + 600_000)], "a shorter validity stays");
}

/// Case D7, for what is written down about a refusal.
#[test]
fn d7_a_decision_holds_neither_number_nor_text() {
    let h = house(Mode::Live);
    let stranger = Submission { to: "050-234-5679".into(), ..advert(h.workspace, "a secret offer") };
    assert_eq!(h.code(stranger), Code::NoConsent);
    let row = h.write(|tx, ctx| Ok(store::decision::list(tx, ctx.workspace, i64::MAX, 10)?.remove(0)));
    let all = format!("{row:?}");
    assert!(!all.contains("2345679") && !all.contains("secret"), "{all}");
}

/// The person says no by phone, and one of ours writes it down.
fn refuses(h: &House, evidence: &'static str) -> Result<bool> {
    let ctx = Ctx::system(h.workspace);
    h.db.write_blocking("refusal", move |tx| {
        let (scope, method) = (store::suppression::Scope::Marketing, Method::Call);
        let refusal = consent::Refuse { number: DANA.into(), scope, method, evidence: evidence.into() };
        consent::refuse(tx, &ctx, &refusal)
    })
}

/// Takes all that waits for the carrier; gives the parts of each message that may be written now.
fn taken(h: &House) -> (outbox::Taker, HashMap<i64, Vec<i64>>) {
    h.write(|tx, _| {
        let carrier = connector::by_name(tx, "carrier")?.unwrap().id;
        let epoch = flight::own(tx, carrier)?.unwrap();
        let taker = outbox::Taker { connector: carrier, link: 0, epoch };
        let (mut all, now) = (Vec::new(), tx.now());
        for s in stream::with_work(tx, carrier)? {
            all.extend(outbox::read(tx, s.key.lane, s.id, (0, 0), now, 100)?);
        }
        let chosen: Vec<_> = all.iter().map(outbox::Ready::chosen).collect();
        Ok((taker, outbox::take(tx, taker, &chosen)?))
    })
}

/// Case C8: what waits when the person leaves is recalled; what is on the wire completes, and nothing comes after it.
#[test]
fn case_c8_what_waits_is_recalled_and_what_is_on_the_wire_completes() {
    let h = house(Mode::Live);
    let wish = policy::New {
        rule: "frequency.marketing".into(),
        value: "4/14".into(),
        reason: "season".into(),
        until: h.now() + DAY_MS,
    };
    h.write(move |tx, ctx| policy::wish(tx, ctx, &wish).map(drop));
    let gone = h.send(advert(h.workspace, &"מבצע ".repeat(40)));
    let (taker, parts) = taken(&h);
    let parts = parts[&gone].clone();
    assert!(parts.len() > 2, "{parts:?}");
    let queued = h.send(advert(h.workspace, "sale"));
    let deferred =
        h.send(Submission { send_at: Some(h.now() + 3_600_000), ..advert(h.workspace, "later sale") });
    assert_eq!((h.stands(queued).0, h.stands(deferred).0), (Status::Queued, Status::Scheduled));
    assert_eq!(refuses(&h, "called at ten"), Ok(true));

    // All its parts were meant in one go, before the refusal: every one of them is answered and written down.
    let accepted = |part: &i64| Settled {
        message: gone,
        part: *part,
        attempt: 0,
        outcome: Outcome::Accepted { smsc_id: format!("a{part}"), h: part + 1 },
        known: None,
    };
    let settled: Vec<Settled> = parts.iter().map(accepted).collect();
    h.write(move |tx, _| Ok(settle::outcomes(tx, taker, &settled).map(drop)?));
    let workspace = h.workspace;
    let rows = h.write(move |tx, _| Ok(store::message::parts(tx, workspace, gone)?));
    assert!(rows.len() == parts.len() && rows.iter().all(|p| !p.smsc_id.is_empty()), "{rows:?}");
    assert_eq!(h.stands(gone).0, Status::Submitted);

    assert!(taken(&h).1.is_empty(), "no later message");
    assert_eq!(h.stands(queued), (Status::Suppressed, Code::SuppressedWorkspace));
    h.now.fetch_add(3_600_000, Ordering::Relaxed);
    assert_eq!(h.write(|tx, _| wake(tx, 60_000, 10)), 1);
    assert_eq!(h.stands(deferred), (Status::Suppressed, Code::SuppressedWorkspace));
    assert!(taken(&h).1.is_empty());
}

/// Cases C16 and D3: a no that was said to one of ours needs what shows it, and holds from that moment on.
#[test]
fn case_c16_a_no_by_phone_needs_evidence_and_case_d3_holds_in_the_same_minute() {
    let h = house(Mode::Live);
    let id = h.send(advert(h.workspace, "sale"));
    assert!(matches!(refuses(&h, " "), Err(Error::Invalid { why: "required", .. })));
    assert_eq!(h.stands(id).0, Status::Queued, "nothing was said yet");
    assert_eq!(refuses(&h, "called at ten, spoke to Omer"), Ok(true));
    // The clock stands: not a millisecond later.
    assert_eq!(h.code(advert(h.workspace, "sale")), Code::SuppressedWorkspace);
    assert!(taken(&h).1.is_empty());
    assert_eq!(h.stands(id), (Status::Suppressed, Code::SuppressedWorkspace));
    let order = Submission { class: Some(Class::Transactional), ..advert(h.workspace, "Order 7 is ready") };
    assert_eq!(h.code(order), Code::None, "an objection to advertising is none to what was ordered");
    let record = h.write(|tx, ctx| consent::state(tx, ctx, DANA));
    assert_eq!((record.events[0].action.as_str(), record.events[0].method.as_str()), ("refuse", "call"));
}
