use super::*;
use sms::{Class, Status};
use std::collections::BTreeMap;
use store::machine::outbox::Row;
use store::machine::stream::Key;
use store::machine::tally::Tally;
use store::message::{self, NewMessage};
use store::{Clock, Options, connector};

const ROOM: Room = Room { parts: 100, bulk: 100, slots: 100, empty: true };

/// Commits one message that is due at this moment, and gives its id.
fn put(db: &Db, connector: i64, due: i64) -> i64 {
    let write = db.write_blocking("put", move |tx| {
        let class = Class::Transactional;
        let lane = class.lane(false).of(connector);
        let key = Key { lane, workspace: 1, campaign: 0, class, law_epoch: 0 };
        let stream = stream::id_of(tx, &key)?;
        let (id, tag, until) = (tx.id(), tx.tag("+972501234567"), tx.now() + 3_600_000);
        let new = NewMessage {
            id,
            workspace: 1,
            campaign: 0,
            contact: 0,
            thread: 0,
            class,
            connector,
            candidates: connector.to_string(),
            route: 0,
            price: 0,
            sender: "SHOP".into(),
            tag,
            recipient: "+972501234567".into(),
            text: "shalom".into(),
            spelling: sms::parts::size("shalom").into(),
            parts: 1,
            status: Status::Queued,
            on_ambiguous: class.on_ambiguous(),
            test: false,
            source: "rest".into(),
            client_ref: String::new(),
            due,
            until,
            notify: 0,
            tlvs: String::new(),
        };
        message::insert(tx, &[new])?;
        let mut tally = Tally::default();
        outbox::put(tx, &[Row { lane, stream, due, id, tag, until, parts: 1 }], &mut tally)?;
        tally.flush(tx);
        Ok::<_, Error>(id)
    });
    write.unwrap()
}

/// A request that was judged before another, and is committed after it, stands before what was read already.
#[test]
fn what_is_committed_behind_the_cursor_is_drawn_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let db =
        Db::open(&Options { dir: dir.path().to_path_buf(), url: None, clock: Clock::default() }).unwrap();
    let add = db.write_blocking("add", |tx| {
        let settings = BTreeMap::from([("host".to_owned(), "127.0.0.1".to_owned())]);
        connector::add(tx, "carrier", "smpp", &settings, &BTreeMap::new())
    });
    let connector = add.unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let feed = Feed::new(&db, connector);
    let drawn =
        || runtime.block_on(feed.draw(ROOM)).unwrap().rows.iter().map(|r| r.row.id).collect::<Vec<_>>();

    let now = db.now_ms();
    let first = put(&db, connector, now);
    assert_eq!(drawn(), [first]);
    let late = put(&db, connector, now - 500);
    // Nobody took the first: it is only a candidate again.
    assert_eq!(drawn(), [late, first]);
}
