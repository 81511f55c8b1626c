//! The law's rows that belong to a workspace: its wishes, what its numbers were written to, what waits for a person.

use crate::{Result, Row, Tx, list_of, params, sql};
use std::collections::HashMap;

/// What a workspace wishes of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its id; 0 until it is stored.
    pub id: i64,
    /// Which rule.
    pub rule: String,
    /// What it is set to.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Who wished it.
    pub by: String,
    /// When.
    pub at: i64,
    /// Until when; 0 has no end.
    pub until_at: i64,
    /// When it was taken back; 0 it was not.
    pub ended_at: i64,
}

fn read_wish(r: &Row<'_>) -> Result<Wish> {
    Ok(Wish {
        id: r.get(0)?,
        rule: r.get(1)?,
        value: r.get(2)?,
        reason: r.get(3)?,
        by: r.get(4)?,
        at: r.get(5)?,
        until_at: r.get(6)?,
        ended_at: r.get(7)?,
    })
}

/// All wishes of a workspace, oldest first.
pub fn wishes(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Wish>> {
    tx.rows(
        sql!(
            "SELECT id, rule, value, reason, actor, at, until_at, ended_at FROM law_wish WHERE workspace = $1 ORDER BY id"
        ),
        &params![workspace],
        read_wish,
    )
}

/// Writes a wish down.
pub fn wish(tx: &mut Tx<'_>, workspace: i64, w: &Wish) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO law_wish (id, workspace, rule, value, reason, actor, at, until_at, ended_at, ended_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '')"
        ),
        &params![id, workspace, w.rule, w.value, w.reason, w.by, now, w.until_at],
    )?;
    Ok(id)
}

/// Ends what is wished of a rule; `false` where nothing was.
pub fn end_wishes(tx: &mut Tx<'_>, workspace: i64, rule: &str, now: i64, by: &str) -> Result<bool> {
    let n = tx.exec(
        sql!(
            "UPDATE law_wish SET ended_at = $3, ended_by = $4 WHERE workspace = $1 AND rule = $2 AND ended_at = 0
               AND (until_at = 0 OR until_at > $3)"
        ),
        &params![workspace, rule, now, by],
    )?;
    Ok(n > 0)
}

/// Advertising that counts, by tag: which messages, and when they were counted.
pub type Reached = HashMap<i64, Vec<(i64, i64)>>;

/// The advertisements since `since` that count for each of these numbers, and when they were counted. What was refused or never left counts no more.
pub fn reached(tx: &mut Tx<'_>, workspace: i64, tags: &[i64], since: i64) -> Result<Reached> {
    let rows = tx.rows(
        sql!(
            "SELECT c.tag, c.message, c.at FROM reach c JOIN message m ON m.id = c.message AND m.workspace = $1
             WHERE c.workspace = $1 AND c.at > $3 AND c.tag IN LIST($2) AND m.status NOT IN (8, 9, 10, 11, 12)"
        ),
        &params![workspace, list_of(tags), since],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<i64>(2)?)),
    )?;
    let mut out: Reached = HashMap::new();
    for (tag, message, at) in rows {
        out.entry(tag).or_default().push((message, at));
    }
    Ok(out)
}

/// Takes one of a number's `max` places for each message, and gives the messages that got one. Two that come at once for
/// the last place meet in one row: exactly one of them has it.
pub fn reserve(
    tx: &mut Tx<'_>,
    workspace: i64,
    wanted: &[(i64, i64)],
    max: i64,
    since: i64,
) -> Result<Vec<i64>> {
    let now = tx.now();
    let mut left: Vec<(i64, i64)> = wanted.to_vec();
    let mut got = Vec::new();
    for slot in 0..max {
        if left.is_empty() {
            break;
        }
        // A number twice in one batch: the second waits for the next place.
        let mut seen = std::collections::HashSet::new();
        let (now_asked, waits): (Vec<_>, Vec<_>) = left.into_iter().partition(|(tag, _)| seen.insert(*tag));
        let taken: Vec<i64> = tx.many_rows(
            sql!(
                "INSERT INTO reach (tag, workspace, slot, message, at) SELECT r.tag, $1, $2, r.message, $3
                 FROM ROWS(tag BIGINT, message BIGINT) AS r WHERE true
                 ON CONFLICT (tag, workspace, slot) DO UPDATE SET message = excluded.message, at = excluded.at
                 WHERE reach.at <= $4 OR reach.message = excluded.message OR EXISTS (
                   SELECT 1 FROM message m WHERE m.id = reach.message AND m.workspace = $1
                     AND m.status IN (8, 9, 10, 11, 12))
                 RETURNING message"
            ),
            &params![workspace, slot, now, since],
            now_asked.iter().map(|(tag, message)| params![*tag, *message]),
            |r| r.get(0),
        )?;
        left = now_asked.into_iter().filter(|(_, message)| !taken.contains(message)).collect();
        left.extend(waits);
        got.extend(taken);
    }
    Ok(got)
}

/// A message that waits for a person.
#[derive(Debug, Clone)]
pub struct Hold {
    /// The message.
    pub message: i64,
    /// Why.
    pub code: sms::Code,
    /// Which rule said so.
    pub rule: String,
    /// The word it was seen by.
    pub word: String,
    /// Since when.
    pub at: i64,
    /// When it ends by itself where nobody decides.
    pub until_at: i64,
}

/// Lets messages wait.
pub fn hold(tx: &mut Tx<'_>, workspace: i64, holds: &[Hold]) -> Result<()> {
    let now = tx.now();
    tx.many(
        sql!(
            "INSERT INTO law_hold (message, workspace, code, rule, word, at, until_at)
             SELECT r.message, $1, r.code, r.rule, r.word, $2, r.until_at
             FROM ROWS(message BIGINT, code BIGINT, rule TEXT, word TEXT, until_at BIGINT) AS r WHERE true
             ON CONFLICT (message) DO NOTHING"
        ),
        &params![workspace, now],
        holds.iter().map(|h| params![h.message, h.code, h.rule, h.word, h.until_at]),
    )
    .map(drop)
}

/// What waits for a person, oldest first.
pub fn holds(tx: &mut Tx<'_>, workspace: i64, after: i64, limit: i64) -> Result<Vec<Hold>> {
    tx.rows(
        sql!(
            "SELECT message, code, rule, word, at, until_at FROM law_hold WHERE workspace = $1 AND message > $2
             ORDER BY message LIMIT $3"
        ),
        &params![workspace, after, limit],
        |r| {
            let (message, code, rule, word) = (r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?);
            Ok(Hold { message, code, rule, word, at: r.get(4)?, until_at: r.get(5)? })
        },
    )
}

/// A person decided: it waits no more. `false` where it did not wait.
pub fn decided(tx: &mut Tx<'_>, workspace: i64, message: i64) -> Result<bool> {
    let n = tx.exec(
        sql!("DELETE FROM law_hold WHERE workspace = $1 AND message = $2"),
        &params![workspace, message],
    )?;
    Ok(n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Postgres;
    use crate::{Clock, Db, Options};

    fn both(name: &str, story: fn(&Db)) {
        let dir = tempfile::tempdir().unwrap();
        story(&Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap());
        let Some(server) = Postgres::shared(name) else { return };
        let dir = tempfile::tempdir().unwrap();
        let url = Some(server.database());
        story(&Db::open(&Options { dir: dir.path().into(), url, clock: Clock::default() }).unwrap());
    }

    fn take(db: &Db, wanted: &[(i64, i64)], max: i64, since: i64) -> Vec<i64> {
        let wanted = wanted.to_vec();
        let mut got = db.write_blocking("reach", move |tx| reserve(tx, 1, &wanted, max, since)).unwrap();
        got.sort_unstable();
        got
    }

    #[test]
    fn f2_of_two_at_once_exactly_one_finds_the_last_place() {
        both("reach", |db| {
            for round in 0..20 {
                let tag = 1_000 + round;
                let found: Vec<i64> = std::thread::scope(|scope| {
                    let one = |message: i64| scope.spawn(move || take(db, &[(tag, message)], 1, 0));
                    let hands = [one(round * 10 + 1), one(round * 10 + 2)];
                    hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
                });
                assert_eq!(found.len(), 1, "round {round}: {found:?}");
            }
        });
    }

    #[test]
    fn a_number_has_so_many_places_and_gets_them_back_with_time() {
        both("places", |db| {
            assert_eq!(take(db, &[(7, 1), (7, 2), (7, 3), (8, 4)], 2, 0), [1, 2, 4], "twice in one batch");
            assert_eq!(take(db, &[(7, 5)], 2, 0), Vec::<i64>::new());
            assert_eq!(take(db, &[(7, 1)], 2, 0), [1], "the same message keeps its place");
            let later = db.now_ms() + 1;
            assert_eq!(take(db, &[(7, 5)], 2, later), [5], "what is older than the fortnight counts no more");
        });
    }

    #[test]
    fn wishes_end_and_stay_on_record() {
        both("wishes", |db| {
            let new = Wish {
                id: 0,
                rule: "window.marketing".into(),
                value: "warn".into(),
                reason: "season".into(),
                by: "console".into(),
                at: 0,
                until_at: 0,
                ended_at: 0,
            };
            let kept = db.write_blocking("wish", move |tx| {
                wish(tx, 1, &new)?;
                let now = tx.now();
                assert!(!end_wishes(tx, 2, "window.marketing", now, "console")?, "another workspace's");
                assert!(end_wishes(tx, 1, "window.marketing", now, "console")?);
                assert!(!end_wishes(tx, 1, "window.marketing", now, "console")?);
                assert!(wishes(tx, 2)?.is_empty());
                wishes(tx, 1)
            });
            let kept = kept.unwrap();
            assert_eq!((kept.len(), kept[0].ended_at > 0), (1, true));
        });
    }
}
