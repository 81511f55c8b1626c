//! Accounts, binds and parts over a real store.

use super::*;
use crate::Submission;
use sms::udh::{Concat, Reference};
use sms::{Code, Status};
use std::net::IpAddr;
use store::workspace::{self, Mode};
use store::{Clock, Db, Options, connector, route};

struct House {
    _dir: tempfile::TempDir,
    db: Db,
    ctx: Ctx,
    other: Ctx,
}

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 1, 2, 3));
const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 9));

fn house() -> House {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
    let new = |name: &str| workspace::New {
        name: name.into(),
        country: "IL".into(),
        language: "en".into(),
        zone: "Asia/Jerusalem".into(),
        mode: Mode::Live,
        parts_max: 10,
    };
    let (one, two) = (new("one"), new("two"));
    let made = db.write_blocking("setup", move |tx| {
        let carrier = connector::add(tx, "carrier", "smpp", &Default::default(), &Default::default())?;
        route::add(tx, "", None, "", &[carrier])?;
        Ok::<_, store::Error>((workspace::insert(tx, &one)?.id, workspace::insert(tx, &two)?.id))
    });
    let (one, two) = made.unwrap();
    House { _dir: dir, db, ctx: Ctx::system(one), other: Ctx::system(two) }
}

fn set(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn knock(system_id: &str, password: &str, address: IpAddr) -> Knock {
    Knock {
        system_id: system_id.into(),
        password: password.into(),
        address,
        bind: 2,
        version: 0x34,
        tls: false,
    }
}

impl House {
    fn run<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.db.write_blocking("test", f).unwrap()
    }

    fn add(&self, name: &str, given: &[(&str, &str)]) -> Result<Made> {
        let (ctx, name, given) = (self.ctx.clone(), name.to_owned(), set(given));
        self.db.write_blocking("test", move |tx| add(tx, &ctx, &name, &given))
    }

    /// A try as the door makes it.
    fn bind(&self, knock: Knock) -> std::result::Result<Account, No> {
        let own = knock.clone();
        let answer = self.run(move |tx| bind(tx, &own));
        if let Err(no) = answer {
            self.run(move |tx| refused(tx, &knock, no));
        }
        answer
    }

    fn id(&self, name: &str) -> i64 {
        let ctx = self.ctx.clone();
        let all = self.run(move |tx| list(tx, &ctx));
        let one = all.into_iter().find(|c| c.name == name).unwrap();
        sms::id::parse(sms::id::kind::CLIENT, &one.id).unwrap()
    }
}

#[test]
fn what_an_account_may_not_be_is_refused_with_the_input_at_fault() {
    let h = house();
    h.add("acme", &[("password", "secret99")]).unwrap();
    for (name, given, param) in [
        ("", &[][..], "name"),
        ("acme", &[("system_id", "other")], "name"),
        ("beta", &[("system_id", "acme")], "system_id"),
        ("beta", &[("system_id", "a name of more than 15")], "system_id"),
        ("beta", &[("password", "abc")], "password"),
        ("beta", &[("window", "0")], "window"),
        ("beta", &[("binds", "many")], "binds"),
        ("beta", &[("class", "emergency")], "class"),
        ("beta", &[("allow", "10.0.0")], "allow"),
        ("beta", &[("allow", "10.0.0.0/33")], "allow"),
        ("beta", &[("from", "a sender too long")], "from"),
        ("beta", &[("services", "OTP")], "services"),
        ("beta", &[("services", "OTP=emergency")], "services"),
        ("beta", &[("colour", "blue")], "colour"),
    ] {
        match h.add(name, given) {
            Err(Error::Invalid { param: p, .. }) => assert_eq!(p, param, "{name} {given:?}"),
            other => panic!("{name} {given:?}: {other:?}"),
        }
    }
}

#[test]
fn a_password_is_made_up_where_none_is_given_and_kept_nowhere() {
    let h = house();
    let [one, two] = ["one", "two"].map(|name| h.add(name, &[]).unwrap());
    assert_eq!(one.password.len(), PASSWORD_SENT);
    assert_ne!(one.password, two.password);
    assert!(h.bind(knock("one", &one.password, HERE)).is_ok());
    assert_eq!(h.bind(knock("one", &two.password, HERE)).unwrap_err(), No::Password);
    let kept = h.run(|tx| Ok(machine::by_system_id(tx, "one")?.unwrap()));
    assert!(!format!("{kept:?}").contains(&one.password));
    assert_eq!(kept.1.len(), 32);
}

#[test]
fn a_new_name_needs_the_password_and_binds_by_it() {
    let h = house();
    h.add("acme", &[("password", "secret99"), ("rate", "7")]).unwrap();
    let id = h.id("acme");
    let update = |given: &[(&str, &str)]| {
        let (ctx, given) = (h.ctx.clone(), set(given));
        h.db.write_blocking("test", move |tx| update(tx, &ctx, id, &given))
    };
    assert!(matches!(update(&[("system_id", "acme2")]), Err(Error::Invalid { .. })));
    let changed = update(&[("system_id", "acme2"), ("password", "secret99"), ("window", "3")]).unwrap();
    assert_eq!((changed.settings["rate"].as_str(), changed.settings["window"].as_str()), ("7", "3"));
    assert!(h.bind(knock("acme2", "secret99", HERE)).is_ok());
    assert_eq!(h.bind(knock("acme", "secret99", HERE)).unwrap_err(), No::Password);
}

#[test]
fn another_workspace_sees_no_client_and_changes_none() {
    let h = house();
    h.add("acme", &[]).unwrap();
    let (id, other) = (h.id("acme"), h.other.clone());
    h.run(move |tx| {
        assert!(list(tx, &other)?.is_empty());
        assert_eq!(get(tx, &other, id).unwrap_err(), Error::NotFound("client"));
        assert_eq!(remove(tx, &other, id).unwrap_err(), Error::NotFound("client"));
        assert_eq!(reset_password(tx, &other, id).unwrap_err(), Error::NotFound("client"));
        // The name is one in the whole installation: all that can be learnt is that it is taken.
        assert!(matches!(add(tx, &other, "acme", &[]), Err(Error::Invalid { .. })));
        Ok(())
    });
}

#[test]
fn guesses_lock_the_account_and_a_stranger_locks_out_only_himself() {
    let h = house();
    h.add("acme", &[("password", "secret99"), ("allow", "10.0.0.0/8")]).unwrap();
    for _ in 0..25 {
        let no = h.bind(knock("acme", "guess", THERE)).unwrap_err();
        assert!(matches!(no, No::Address | No::Locked), "{no:?}");
    }
    assert_eq!(h.bind(knock("acme", "guess", THERE)).unwrap_err(), No::Locked);
    assert!(h.bind(knock("acme", "secret99", HERE)).is_ok());
    for _ in 0..5 {
        assert_eq!(h.bind(knock("acme", "guess", HERE)).unwrap_err(), No::Password);
    }
    assert_eq!(h.bind(knock("acme", "secret99", HERE)).unwrap_err(), No::Locked);
    let other = IpAddr::from([10, 9, 9, 9]);
    assert_eq!(h.bind(knock("acme", "secret99", other)).unwrap_err(), No::Locked, "the account is");
    for n in 0..19 {
        assert_eq!(h.bind(knock(&format!("nobody{n}"), "guess", other)).unwrap_err(), No::Password);
    }
    assert_eq!(h.bind(knock("one-more", "guess", other)).unwrap_err(), No::Password);
    assert_eq!(h.bind(knock("one-more", "guess", other)).unwrap_err(), No::Locked, "the address is");
}

#[test]
fn ranges_hold_what_they_say() {
    let holds = |range: &str, address: &str| range.parse::<Range>().unwrap().holds(address.parse().unwrap());
    assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
    assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"));
    assert!(holds("192.0.2.7", "::ffff:192.0.2.7"), "however it is written");
    assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "2001:db8::1"));
    assert!(holds("2001:db8::/32", "2001:db8:1::5") && !holds("2001:db8::/32", "2001:db9::"));
    assert!(holds("::/0", "8.8.8.8") && holds("::1", "::1"));
    for wrong in ["", "10.0.0", "10.0.0.0/x", "10.0.0.0/33", "::/129", "host.example"] {
        assert!(wrong.parse::<Range>().is_err(), "{wrong}");
    }
}

#[test]
fn an_id_is_read_with_and_without_its_prefix() {
    let id = sms::id::compose(sms::id::EPOCH_MS + 77, 3, 9);
    assert_eq!(id_of(&id_text(id)), Some(id));
    assert_eq!(id_of(&sms::id::public(sms::id::kind::MESSAGE, id)), Some(id));
    assert!(id_text(id).bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_eq!(id_of("banana"), None);
}

fn piece(account: &Account, seq: u8, text: &str) -> Piece {
    Piece {
        client: account.client,
        serial: account.serial,
        workspace: account.workspace,
        name: "Shop to somebody".into(),
        place: Some(Concat { reference: Reference::Eight(7), total: 2, seq }),
        wants: Notify::DELIVERED | Notify::FAILED,
        coding: 0,
        header: Vec::new(),
        octets: text.into(),
        short_ids: false,
    }
}

fn put_piece(h: &House, piece: Piece, to: &'static str) -> Put {
    h.run(move |tx| {
        put(tx, &piece, &|parts| {
            let text = parts.iter().map(|p| String::from_utf8_lossy(&p.octets)).collect();
            let workspace = piece.workspace;
            Some(Submission { workspace, to: to.into(), text, source: "smpp", ..Submission::default() })
        })
    })
}

fn waits(h: &House, client: i64) -> Vec<(String, Status, Code)> {
    h.run(move |tx| {
        lease(tx, client)?;
        Ok(waiting(tx, client, 100)?.into_iter().map(|w| (w.given, w.status, w.code)).collect())
    })
}

#[test]
fn parts_whose_others_never_come_end_and_their_client_is_told() {
    let h = house();
    let made = h.add("acme", &[]).unwrap();
    let account = h.bind(knock("acme", &made.password, HERE)).unwrap();
    let Put::Kept(given) = put_piece(&h, piece(&account, 1, "alone"), "+972501234567") else { panic!() };
    assert_eq!(h.run(|tx| parts::give_up(tx, 60_000, 10)), 0, "not yet");
    assert_eq!(h.run(|tx| parts::give_up(tx, -60_000, 10)), 1);
    assert_eq!(waits(&h, account.client), [(given, Status::Expired, Code::ExpiredHere)]);
    let workspace = account.workspace;
    let kept = h.run(move |tx| Ok(store::decision::list(tx, workspace, i64::MAX, 10)?));
    assert_eq!((kept.len(), kept[0].rule.as_str()), (1, "parts.missing"));
    // The other part comes after all: it begins anew and is not taken for the second half.
    assert!(matches!(put_piece(&h, piece(&account, 2, "late"), "+972501234567"), Put::Kept(_)));
}

#[test]
fn parts_of_a_text_that_is_refused_are_told_of_and_the_last_is_answered() {
    let h = house();
    let made = h.add("acme", &[]).unwrap();
    let account = h.bind(knock("acme", &made.password, HERE)).unwrap();
    let Put::Kept(given) = put_piece(&h, piece(&account, 2, "two"), "12") else { panic!() };
    match put_piece(&h, piece(&account, 1, "one"), "12") {
        Put::Refused(refusal) => assert_eq!(refusal.code, Code::InvalidNumber),
        other => panic!("{other:?}"),
    }
    assert_eq!(waits(&h, account.client), [(given, Status::Rejected, Code::InvalidNumber)]);
}

#[test]
fn a_serial_is_never_given_again() {
    let h = house();
    h.add("acme", &[("password", "secret99")]).unwrap();
    let first = h.bind(knock("acme", "secret99", HERE)).unwrap();
    let ctx = h.ctx.clone();
    h.run(move |tx| remove(tx, &ctx, first.client));
    h.add("acme", &[("password", "secret99")]).unwrap();
    let second = h.bind(knock("acme", "secret99", HERE)).unwrap();
    assert_ne!(first.serial, second.serial, "the other's receipts would come to this one");
}

#[test]
fn a_removed_client_leaves_nothing_behind_and_its_messages_go_on() {
    let h = house();
    let made = h.add("acme", &[]).unwrap();
    let account = h.bind(knock("acme", &made.password, HERE)).unwrap();
    put_piece(&h, piece(&account, 1, "kept"), "+972501234567");
    let (ctx, client) = (h.ctx.clone(), account.client);
    let left = h.run(move |tx| {
        let wanted = Submission {
            workspace: ctx.workspace,
            to: "+972501234567".into(),
            text: "goes on".into(),
            notify: Notify::of(account.serial, Notify::DELIVERED).0,
            source: "smpp",
            ..Submission::default()
        };
        let sent = crate::submit(tx, &[wanted])?.remove(0).unwrap();
        remove(tx, &ctx, client)?;
        let row = store::message::get(tx, ctx.workspace, sent.id)?.unwrap();
        Ok((row.status, machine::lost_parts(tx, i64::MAX, 10)?.len(), machine::by_id(tx, client)?.is_none()))
    });
    assert_eq!(left, (Status::Queued, 0, true));
}
