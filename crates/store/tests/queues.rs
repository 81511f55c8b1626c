//! A thousand streams with very many rows: what people look at stays quick, on both engines.
//!
//! `SENDWORD_ROWS=10000` puts that many rows into each stream (ten million in all); without it there are 200.

use std::time::Instant;
use store::machine::queue::{self, Sort, Sorted};
use store::machine::stream;
use store::{Clock, Db, Error, Options, Tx, Val, live, params, sql};

const STREAMS: i64 = 1_000;
const CONNECTOR: i64 = 3;
const LANE: i64 = CONNECTOR * 8 + 4;

fn rows() -> i64 {
    std::env::var("SENDWORD_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
}

/// Campaigns, a stream each, and what waits in them: the later the stream, the older its first message.
fn fill(db: &Db) {
    let put = move |tx: &mut Tx<'_>| {
        tx.exec(
            sql!(
                "INSERT INTO workspace (id, name, country, language, zone, mode, law_epoch, parts_max, created_at)
                 VALUES (1, 'shop', 'IL', 'en', 'UTC', 'live', 0, 10, 0)"
            ),
            &[],
        )?;
        tx.exec(
            sql!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
                 INSERT INTO campaign (id, workspace, name, text, sender, class, list, state, version, audience, planned, due,
                   replies, opt_outs, error, created_at, launched_at, done_at)
                 SELECT i, 1, 'Sale ' || i, '', '', 6, 0, 'running', 1, 0, 0, 0, 0, 0, '', 0, 0, 0 FROM n"
            ),
            &params![STREAMS],
        )?;
        tx.exec(
            sql!(
                "INSERT INTO stream (id, lane, workspace, campaign, class, topic, law_epoch, weight, state, depth)
                 SELECT id, $1, 1, id, 6, 0, 0, 1, CASE WHEN id % 10 = 0 THEN 1 ELSE 0 END, $2 + id % 7
                 FROM campaign WHERE workspace = 1"
            ),
            &params![LANE, Val::Int(rows())],
        )?;
        Ok::<_, Error>(())
    };
    db.write_blocking("fill", put).unwrap();
    let now = db.now_ms();
    for first in (1..=STREAMS).step_by(50) {
        let put = move |tx: &mut Tx<'_>| {
            tx.exec(
                sql!(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
                     INSERT INTO outbox (lane, stream, due, id, tag, until, parts)
                     SELECT $2, s.id, $3 - s.id * 1000 + n.i, s.id * 1000000 + n.i, 0, $3, 1
                     FROM stream s, n WHERE s.id >= $4 AND s.id < $4 + 50"
                ),
                &params![Val::Int(rows()), LANE, now, first],
            )
        };
        db.background_blocking("fill", put).unwrap();
    }
}

fn timed<T: Send + 'static>(
    db: &Db,
    what: &str,
    f: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> T {
    let begun = Instant::now();
    let out = db.read_blocking(f).unwrap();
    let took = begun.elapsed();
    assert!(took.as_millis() < 400, "{what} took {took:?}");
    out
}

fn look(db: &Db) {
    let lanes = timed(db, "lanes", |tx| queue::lanes(tx, 0));
    assert_eq!((lanes.len(), lanes[0].streams), (1, STREAMS));
    let depth: i64 = (1..=STREAMS).map(|i| rows() + i % 7).sum();
    assert_eq!(lanes[0].depth, depth);
    assert_eq!(timed(db, "depths", live::depths)[&CONNECTOR].queued, depth);
    let page = |sort, skip, name: &str| Sorted {
        workspace: 1,
        connector: CONNECTOR,
        name: name.into(),
        sort,
        skip,
        limit: 50,
    };
    let wanted = page(Sort::Oldest, 0, "");
    let oldest = timed(db, "oldest", move |tx| queue::sorted(tx, &wanted));
    assert_eq!(oldest.iter().map(|s| s.id).collect::<Vec<_>>(), (951..=1_000).rev().collect::<Vec<_>>());
    let wanted = page(Sort::Oldest, 950, "");
    let last = timed(db, "oldest, last page", move |tx| queue::sorted(tx, &wanted));
    assert_eq!((last.len(), last[49].id), (50, 1));
    let wanted = page(Sort::Deepest, 0, "");
    let deepest = timed(db, "deepest", move |tx| queue::sorted(tx, &wanted));
    assert!(deepest.iter().all(|s| s.depth == rows() + 6));
    let wanted = page(Sort::Newest, 0, "");
    assert_eq!(timed(db, "newest", move |tx| queue::sorted(tx, &wanted))[0].id, STREAMS);
    let wanted = page(Sort::Oldest, 0, "sale 99");
    let found = timed(db, "by name", move |tx| {
        Ok((queue::sorted(tx, &wanted)?, queue::streams_in_all(tx, &wanted)?))
    });
    assert_eq!((found.0.len() as i64, found.1), (11, 11), "99 and 990 to 999");
    let wanted = page(Sort::Oldest, 0, "%");
    assert!(timed(db, "a sign of LIKE", move |tx| queue::sorted(tx, &wanted)).is_empty());
    let work = timed(db, "with work", |tx| stream::with_work(tx, CONNECTOR));
    assert_eq!(work.len() as i64, STREAMS - STREAMS / 10);
}

#[test]
fn a_thousand_streams_are_looked_at_quickly() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
    fill(&db);
    look(&db);
}

#[test]
fn a_thousand_streams_on_postgresql() {
    let Some(server) = store::testing::Postgres::shared("a thousand streams") else { return };
    let dir = tempfile::tempdir().unwrap();
    let options = Options { dir: dir.path().into(), url: Some(server.database()), clock: Clock::default() };
    let db = Db::open(&options).unwrap();
    fill(&db);
    look(&db);
}
