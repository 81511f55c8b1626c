//! Sign-in, keys and workspaces over a real store.

use super::*;
use store::{Clock, Db, Options};

fn open() -> (tempfile::TempDir, Db) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
    (dir, db)
}

fn run<T: Send + 'static>(db: &Db, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
    db.write_blocking("test", f)
}

fn owner(workspace: &str) -> FirstRun {
    FirstRun {
        email: "Noa@Example.com ".into(),
        name: "Noa".into(),
        password: hash_password("noa@example.com", "correct horse").unwrap(),
        workspace: workspace.into(),
        country: "il".into(),
        language: String::new(),
        zone: String::new(),
    }
}

fn console_of(id: i64) -> Ctx {
    Ctx::new(id, Actor::Console, false, Permission::ALL)
}

#[test]
fn the_first_run_happens_once() {
    let (_dir, db) = open();
    assert!(run(&db, first_run_needed).unwrap());
    let (first, second) = (owner("Noa's  shop"), owner("Another"));
    let made = run(&db, move |tx| first_run(tx, &first)).unwrap();
    assert!(!run(&db, first_run_needed).unwrap());
    assert_eq!(run(&db, move |tx| first_run(tx, &second)), Err(Error::Conflict("already_set_up")));
    let seen = run(&db, move |tx| workspace(tx, &console_of(made.workspace))).unwrap();
    assert_eq!(
        (seen.name.as_str(), seen.country.as_str(), seen.language.as_str()),
        ("Noa's shop", "IL", "he")
    );
    assert_eq!((seen.zone.as_str(), seen.mode), ("Asia/Jerusalem", "test"));
    let ctx = console_of(made.workspace);
    run(&db, move |tx| go_live(tx, &ctx)).unwrap();
    let ctx = console_of(made.workspace);
    assert_eq!(run(&db, move |tx| go_live(tx, &ctx)), Err(Error::Conflict("already_live")));
}

#[test]
fn init_makes_a_live_workspace_and_only_the_console_may() {
    let (_dir, db) = open();
    let (a, b, c) = (owner("A"), owner("A"), owner("B"));
    let made = run(&db, move |tx| init(tx, &console_of(0), &a)).unwrap();
    let taken = run(&db, move |tx| init(tx, &console_of(0), &b));
    assert!(matches!(taken, Err(Error::Invalid { why: "taken", .. })), "{taken:?}");
    let stranger = Ctx::new(made.workspace, Actor::Key(1), false, Permission::ALL);
    let seen = run(&db, move |tx| workspaces(tx, &stranger)).unwrap();
    assert_eq!(seen.iter().map(|w| w.mode).collect::<Vec<_>>(), ["live"]);
    let stranger = Ctx::new(made.workspace, Actor::Key(1), false, Permission::ALL);
    assert!(run(&db, move |tx| init(tx, &stranger, &c)).is_err());
}

#[test]
fn a_person_signs_in_and_out() {
    let (_dir, db) = open();
    let input = owner("Shop");
    let made = run(&db, move |tx| first_run(tx, &input)).unwrap();
    let cookie = login(&db, "NOA@example.com", "correct horse", "10.0.0.1").unwrap();
    let c = cookie.clone();
    let seen = run(&db, move |tx| session(tx, &c)).unwrap();
    assert_eq!((seen.ctx.workspace, seen.role, seen.stale), (made.workspace, Role::Owner, false));
    assert!(seen.ctx.test, "a test workspace stays at the simulator");
    assert!(seen.csrf_ok(&seen.csrf) && !seen.csrf_ok("") && !seen.csrf_ok(&cookie));
    assert_eq!(run(&db, |tx| session(tx, "1111").map(|_| ())), Err(Error::NotKnown));
    run(&db, move |tx| logout(tx, &cookie).and_then(|()| session(tx, &cookie).map(drop))).unwrap_err();
}

#[test]
fn guessing_is_slowed_down_by_account_and_says_nothing() {
    let (_dir, db) = open();
    let input = owner("Shop");
    run(&db, move |tx| first_run(tx, &input)).unwrap();
    // One forgotten letter does not lock anybody out, and signing in forgets it.
    assert_eq!(login(&db, "noa@example.com", "wrong", "10.0.0.1"), Err(Error::NotKnown));
    login(&db, "noa@example.com", "correct horse", "10.0.0.1").unwrap();
    for account in ["noa@example.com", "nobody@example.com"] {
        for i in 0..5 {
            let answer = login(&db, account, "wrong", &format!("10.0.0.{}", i + 2));
            assert_eq!(answer, Err(Error::NotKnown), "{account}");
        }
        let sixth = login(&db, account, "correct horse", "10.9.9.9");
        assert!(matches!(sixth, Err(Error::TooOften { retry_after_s: 1..=30 })), "{account}: {sixth:?}");
    }
}

#[test]
fn guessing_is_slowed_down_by_address() {
    let (_dir, db) = open();
    let answers: Vec<bool> = (0..25)
        .map(|i| {
            let who = format!("p{i}@example.com");
            run(&db, move |tx| begin(tx, &who, "10.0.0.1").map(drop)).is_ok()
        })
        .collect();
    assert!(answers[..20].iter().all(|ok| *ok) && answers[20..].iter().all(|ok| !ok), "{answers:?}");
}

#[test]
fn a_key_opens_its_workspace_until_it_is_revoked() {
    let (_dir, db) = open();
    let input = owner("Shop");
    let made = run(&db, move |tx| init(tx, &console_of(0), &input)).unwrap();
    let admin = console_of(made.workspace);
    let new =
        run(&db, move |tx| key_create(tx, &admin, "till", &[Permission::Send, Permission::Read], false))
            .unwrap();
    assert!(new.key.starts_with("sk_live_") && new.key.len() == 41, "{}", new.key.len());
    assert_eq!(new.scopes, ["send", "read"]);
    let secret = new.key.clone();
    let ctx = run(&db, move |tx| key(tx, &secret)).unwrap();
    assert!(
        ctx.workspace == made.workspace
            && ctx.may(Permission::Send)
            && !ctx.may(Permission::Admin)
            && !ctx.test
    );
    let c = ctx.clone();
    run(&db, move |tx| key_used(tx, &c)).unwrap();
    let denied = run(&db, move |tx| key_list(tx, &ctx).map(drop));
    assert_eq!(denied, Err(Error::NotAllowed(Permission::Admin)));
    let admin = console_of(made.workspace);
    let list = run(&db, move |tx| key_list(tx, &admin)).unwrap();
    assert!(list[0].used_at.is_some() && new.key.ends_with(&list[0].hint));
    let id = sms::id::parse("key", &new.id).unwrap();
    let elsewhere = console_of(made.workspace + 1);
    assert_eq!(run(&db, move |tx| key_revoke(tx, &elsewhere, id)), Err(Error::NotFound("key")));
    let admin = console_of(made.workspace);
    run(&db, move |tx| key_revoke(tx, &admin, id)).unwrap();
    assert_eq!(run(&db, move |tx| key(tx, &new.key)), Err(Error::NotKnown));
}

#[test]
fn a_test_key_stays_at_the_simulator() {
    let (_dir, db) = open();
    let input = owner("Shop");
    let made = run(&db, move |tx| init(tx, &console_of(0), &input)).unwrap();
    let admin = console_of(made.workspace);
    let new = run(&db, move |tx| key_create(tx, &admin, "trial", &[], true)).unwrap();
    assert!(new.key.starts_with("sk_test_"));
    assert!(run(&db, move |tx| key(tx, &new.key)).unwrap().test);
}

#[test]
fn the_last_owner_stays() {
    let (_dir, db) = open();
    let input = owner("Shop");
    let made = run(&db, move |tx| first_run(tx, &input)).unwrap();
    let (ws, hashed) = (made.workspace, hash_password("oleh@example.com", "another horse").unwrap());
    let oleh =
        run(&db, move |tx| member_add(tx, &console_of(ws), "oleh@example.com", &hashed, Role::Operator))
            .unwrap();
    let gone = run(&db, move |tx| member_set(tx, &console_of(ws), made.person, None));
    assert_eq!(gone, Err(Error::Conflict("last_owner")));
    run(&db, move |tx| member_set(tx, &console_of(ws), oleh, Some(Role::Owner))).unwrap();
    run(&db, move |tx| member_set(tx, &console_of(ws), made.person, Some(Role::Operator))).unwrap();
    let roles = run(&db, move |tx| members(tx, &console_of(ws))).unwrap();
    assert_eq!(roles.iter().map(|m| m.role.as_str()).collect::<Vec<_>>(), ["operator", "owner"]);
}
