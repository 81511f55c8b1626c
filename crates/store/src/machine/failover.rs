//! The way to another connector: a message that is known not to have been taken, or waits behind a dead link, goes to the
//! lane of the next candidate its route named. Nothing that may have been taken moves here but by policy.

use crate::machine::alarm;
use crate::machine::stream::Run;
use crate::machine::tally::Tally;
use crate::{Bell, Result, Tx, Val, params, sql};
use std::collections::{BTreeMap, HashMap};

/// The candidate after `here` of a message's list; behind the last comes the first again when `round`. `None` when
/// there is no other.
pub(crate) fn next(candidates: &str, here: i64, round: bool) -> Option<i64> {
    let list: Vec<i64> = candidates.split(',').filter_map(|id| id.trim().parse().ok()).collect();
    after(&list, here, round)
}

fn after(list: &[i64], here: i64, round: bool) -> Option<i64> {
    let at = list.iter().position(|id| *id == here);
    let later = at.map_or(0, |at| at + 1);
    let found = list.get(later).or(if round { list.first() } else { None }).copied();
    found.filter(|id| *id != here)
}

/// The stream that is to another connector what `stream` is to its own: same workspace, campaign, class, law, run state.
///
/// The campaign's row is held first, as a pause does, so that a pause waits for the new stream or is seen by it.
pub(crate) fn beside(tx: &mut Tx<'_>, stream: i64, connector: i64) -> Result<Option<(i64, i64)>> {
    tx.one(
        sql!(
            "SELECT c.id FROM campaign c JOIN stream s ON s.campaign = c.id AND s.workspace = c.workspace
             WHERE s.id = $1 FOR SHARE"
        ),
        &params![stream],
        |r| r.get::<i64>(0),
    )?;
    let lane =
        tx.one(sql!("SELECT lane FROM stream WHERE id = $1"), &params![stream], |r| r.get::<i64>(0))?;
    let Some(lane) = lane.map(|lane| connector * 8 + lane.rem_euclid(8)) else { return Ok(None) };
    let id = tx.id();
    tx.exec(
        sql!(
            "INSERT INTO stream (id, lane, workspace, campaign, class, topic, law_epoch, weight, state, depth)
             SELECT $1, $2, workspace, campaign, class, topic, law_epoch, weight, state, 0 FROM stream WHERE id = $3
             ON CONFLICT (lane, workspace, campaign, class, topic, law_epoch) DO NOTHING"
        ),
        &params![id, lane, stream],
    )?;
    tx.one(
        sql!(
            "SELECT n.lane, n.id FROM stream o JOIN stream n ON n.lane = $2 AND n.workspace = o.workspace
               AND n.campaign = o.campaign AND n.class = o.class AND n.topic = o.topic AND n.law_epoch = o.law_epoch
             WHERE o.id = $1"
        ),
        &params![stream, lane],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Notes by which connector a message goes now.
pub(crate) fn moved(tx: &mut Tx<'_>, message: i64, connector: i64) -> Result<()> {
    tx.exec(sql!("UPDATE message SET connector = $2 WHERE id = $1"), &params![message, connector]).map(drop)
}

/// Moves up to `limit` waiting rows of a connector that cannot send to a candidate that can. Gives how many it moved.
///
/// Only what waits moves, never what is in flight, and of a long message only the whole. `alive` are the connectors that carry now.
pub fn relane(tx: &mut Tx<'_>, connector: i64, alive: &[i64], limit: i64) -> Result<usize> {
    let rows = tx.rows(
        sql!(
            "SELECT o.lane, o.stream, o.due, o.id, m.candidates, m.workspace FROM stream s
             JOIN outbox o ON o.lane = s.lane AND o.stream = s.id JOIN message m ON m.id = o.id
             WHERE s.lane >= $1 AND s.lane < $2 AND s.depth > 0 AND m.candidates LIKE '%,%' AND o.parts = m.parts
             LIMIT $3"
        ),
        &params![Val::Int(connector * 8), Val::Int(connector * 8 + 8), limit],
        |r| {
            let row: [i64; 4] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?];
            Ok((row, r.get::<String>(4)?, r.get::<i64>(5)?))
        },
    )?;
    let mut tally = Tally::default();
    let mut streams: HashMap<(i64, i64), Option<(i64, i64)>> = HashMap::new();
    let mut count = 0;
    for ([lane, stream, due, id], listed, workspace) in rows {
        let list = listed.split(',').filter_map(|id| id.trim().parse::<i64>().ok());
        let Some(to) = list.into_iter().find(|c| *c != connector && alive.contains(c)) else { continue };
        let place = match streams.get(&(stream, to)) {
            Some(place) => *place,
            None => {
                let place = beside(tx, stream, to)?;
                streams.insert((stream, to), place);
                place
            }
        };
        let Some((new_lane, new_stream)) = place else { continue };
        let gone = tx.exec(
            sql!("UPDATE outbox SET lane = $5, stream = $6 WHERE lane = $1 AND stream = $2 AND due = $3 AND id = $4"),
            &params![lane, stream, due, id, new_lane, new_stream],
        )?;
        if gone == 0 {
            continue; // somebody took it meanwhile
        }
        moved(tx, id, to)?;
        crate::message::note(tx, workspace, id, "rerouted", "the connection does not carry")?;
        tally.depth(stream, -1);
        tally.depth(new_stream, 1);
        tx.ring(Bell::Outbox(to));
        count += 1;
    }
    tally.flush(tx);
    Ok(count)
}

/// Halts the running campaigns of these streams because the carrier refuses them, says why, and raises an alarm for each.
/// Gives how many it halted.
pub fn halt_campaigns(tx: &mut Tx<'_>, connector: i64, streams: &[i64], words: &str) -> Result<usize> {
    let mut campaigns: BTreeMap<i64, i64> = BTreeMap::new();
    for stream in streams {
        let of = tx.one(
            sql!("SELECT campaign, workspace FROM stream WHERE id = $1 AND campaign <> 0"),
            &params![*stream],
            |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
        )?;
        campaigns.extend(of);
    }
    let mut halted = 0;
    for (campaign, workspace) in campaigns {
        let running = &[crate::campaign::State::Running];
        if crate::campaign::step(tx, workspace, campaign, running, crate::campaign::State::Paused)? {
            super::stream::set_run_of_campaign(tx, workspace, campaign, Run::Paused)?;
            crate::campaign::tell(tx, workspace, campaign, words)?;
            let about = alarm::About::campaign(alarm::Kind::Campaign, workspace, campaign, connector);
            alarm::raise(tx, &about, 0, words)?;
            halted += 1;
        }
    }
    Ok(halted)
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn candidates_are_walked_in_their_order() {
        assert_eq!(after(&[1, 2, 3], 1, false), Some(2));
        assert_eq!(after(&[1, 2, 3], 3, false), None);
        assert_eq!(after(&[1, 2, 3], 3, true), Some(1));
        assert_eq!(after(&[1], 1, true), None);
        assert_eq!(after(&[], 1, true), None);
        assert_eq!(after(&[2, 3], 9, false), Some(2), "a connector the route no longer names");
    }
}
