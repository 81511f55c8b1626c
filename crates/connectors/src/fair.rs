//! Whose turn it is: strict lanes first, the others by weight; in a lane deficit round robin over workspaces, in a
//! workspace over its streams. The cost is parts. Pure, and O(1) a choice however many wait.
//!
//! Deficit round robin (Shreedhar and Varghese, 1995): who comes to the front gains a quantum and goes on while the
//! quantum pays for its next message; what is left is kept for its next turn, unless it has nothing more to send.

use sms::Lane;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Parts one comes to the front with.
const QUANTUM: i64 = 4;

/// A ring of those who have something to send.
#[derive(Debug)]
struct Ring<K> {
    order: VecDeque<K>,
    deficit: HashMap<K, i64>,
    /// Whether the one in front has had its quantum.
    paid: bool,
}

impl<K> Default for Ring<K> {
    fn default() -> Ring<K> {
        Ring { order: VecDeque::new(), deficit: HashMap::new(), paid: false }
    }
}

impl<K: Copy + Eq + Hash> Ring<K> {
    /// Joins at the back, unless it stands there already.
    fn join(&mut self, key: K) {
        if let std::collections::hash_map::Entry::Vacant(slot) = self.deficit.entry(key) {
            slot.insert(0);
            self.order.push_back(key);
        }
    }

    /// The one whose turn it is, and what its next message costs. `cost` is `None` for who has nothing more to send:
    /// it leaves, with its deficit.
    fn front(
        &mut self,
        quantum: impl Fn(K) -> i64,
        mut cost: impl FnMut(K) -> Option<i64>,
    ) -> Option<(K, i64)> {
        loop {
            let key = *self.order.front()?;
            let Some(price) = cost(key) else {
                self.order.pop_front();
                self.deficit.remove(&key);
                self.paid = false;
                continue;
            };
            let deficit = self.deficit.entry(key).or_default();
            if !self.paid {
                *deficit += quantum(key).max(1);
                self.paid = true;
            }
            if *deficit >= price {
                return Some((key, price));
            }
            self.order.rotate_left(1);
            self.paid = false;
        }
    }

    /// The one in front sends.
    fn pay(&mut self, key: K, price: i64) {
        if let Some(deficit) = self.deficit.get_mut(&key) {
            *deficit -= price;
        }
    }
}

/// One stream as the choice sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) lane: Lane,
    pub(crate) workspace: i64,
    pub(crate) stream: i64,
}

/// Turns of all lanes of a connector.
#[derive(Debug, Default)]
pub(crate) struct Fair {
    lanes: [LaneTurn; 5],
    credit: [i64; 5],
}

#[derive(Debug, Default)]
struct LaneTurn {
    workspaces: Ring<i64>,
    streams: HashMap<i64, Ring<i64>>,
}

impl Fair {
    /// A stream has something to send.
    pub(crate) fn join(&mut self, entry: Entry) {
        let lane = &mut self.lanes[entry.lane as usize];
        lane.workspaces.join(entry.workspace);
        lane.streams.entry(entry.workspace).or_default().join(entry.stream);
    }

    /// The stream that sends next, and pays for it. `cost` tells what a stream's next message costs, `weight` its share
    /// among its workspace's; lanes that are not `open` wait.
    pub(crate) fn next(
        &mut self,
        open: impl Fn(Lane) -> bool,
        weight: impl Fn(i64) -> i64,
        cost: impl Fn(i64) -> Option<i64>,
    ) -> Option<i64> {
        let mut heads: [Option<(i64, i64, i64)>; 5] = [None; 5];
        for lane in Lane::ALL.iter().copied().filter(|l| open(*l)) {
            let head = self.lanes[lane as usize].head(&weight, &cost);
            heads[lane as usize] = head;
            if lane.is_strict() && head.is_some() {
                return self.send(lane, head);
            }
        }
        let ready: Vec<Lane> = Lane::ALL.iter().copied().filter(|l| heads[*l as usize].is_some()).collect();
        let lane = weighted(&mut self.credit, &ready)?;
        self.send(lane, heads[lane as usize])
    }

    /// The message that a stream paid for stays where it is.
    pub(crate) fn unpay(&mut self, entry: Entry, price: i64) {
        let lane = &mut self.lanes[entry.lane as usize];
        lane.workspaces.pay(entry.workspace, -price);
        if let Some(ring) = lane.streams.get_mut(&entry.workspace) {
            ring.pay(entry.stream, -price);
        }
    }

    fn send(&mut self, lane: Lane, head: Option<(i64, i64, i64)>) -> Option<i64> {
        let (workspace, stream, price) = head?;
        let turn = &mut self.lanes[lane as usize];
        turn.workspaces.pay(workspace, price);
        if let Some(ring) = turn.streams.get_mut(&workspace) {
            ring.pay(stream, price);
        }
        Some(stream)
    }
}

impl LaneTurn {
    /// The workspace and stream whose turn it is, and the price.
    fn head(
        &mut self,
        weight: &impl Fn(i64) -> i64,
        cost: &impl Fn(i64) -> Option<i64>,
    ) -> Option<(i64, i64, i64)> {
        let streams = &mut self.streams;
        let mut chosen = None;
        let (workspace, price) = self.workspaces.front(
            |_| QUANTUM,
            |workspace| {
                let ring = streams.get_mut(&workspace)?;
                let front = ring.front(|stream| QUANTUM * weight(stream), cost);
                if front.is_none() {
                    streams.remove(&workspace);
                }
                let (stream, price) = front?;
                chosen = Some(stream);
                Some(price)
            },
        )?;
        Some((workspace, chosen?, price))
    }
}

/// Smooth weighted turn over lanes: each gains its weight, the richest goes and pays for all.
fn weighted(credit: &mut [i64; 5], open: &[Lane]) -> Option<Lane> {
    let total: i64 = open.iter().map(|l| i64::from(l.weight())).sum();
    for lane in open {
        credit[*lane as usize] += i64::from(lane.weight());
    }
    let lane = open.iter().copied().max_by_key(|l| credit[*l as usize])?;
    credit[lane as usize] -= total;
    Some(lane)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Streams with so many messages of so many parts.
    struct World {
        left: RefCell<HashMap<i64, (i64, i64)>>,
        sent: HashMap<i64, i64>,
        fair: Fair,
    }

    impl World {
        fn new(streams: &[(Lane, i64, i64, i64, i64)]) -> World {
            let mut fair = Fair::default();
            let mut left = HashMap::new();
            for (lane, workspace, stream, messages, parts) in streams {
                fair.join(Entry { lane: *lane, workspace: *workspace, stream: *stream });
                left.insert(*stream, (*messages, *parts));
            }
            World { left: RefCell::new(left), sent: HashMap::new(), fair }
        }

        /// Sends until so many parts are gone; gives the parts of each stream.
        fn run(
            &mut self,
            parts: i64,
            open: impl Fn(Lane) -> bool,
            weight: impl Fn(i64) -> i64,
        ) -> Vec<(i64, i64)> {
            let mut gone = 0;
            while gone < parts {
                let left = &self.left;
                let cost = |s: i64| left.borrow().get(&s).filter(|(n, _)| *n > 0).map(|(_, price)| *price);
                let Some(stream) = self.fair.next(&open, &weight, cost) else { break };
                let price = cost(stream).expect("it had something to send");
                if let Some((n, _)) = self.left.borrow_mut().get_mut(&stream) {
                    *n -= 1;
                }
                *self.sent.entry(stream).or_default() += price;
                gone += price;
            }
            let mut out: Vec<(i64, i64)> = self.sent.iter().map(|(s, n)| (*s, *n)).collect();
            out.sort_unstable();
            out
        }
    }

    fn any(_: Lane) -> bool {
        true
    }
    fn same(_: i64) -> i64 {
        1
    }

    #[test]
    fn one_with_a_million_does_not_starve_ninety_nine() {
        let mut streams = vec![(Lane::Bulk, 1, 1, 1_000_000, 1)];
        streams.extend((2..=100).map(|w| (Lane::Bulk, w, w, 100, 1)));
        let sent = World::new(&streams).run(5_000, any, same);
        assert!(sent.iter().all(|(_, n)| (40..=60).contains(n)), "{sent:?}");
    }

    #[test]
    fn long_messages_cost_their_parts() {
        let sent =
            World::new(&[(Lane::Bulk, 1, 1, 10_000, 1), (Lane::Bulk, 2, 2, 10_000, 7)]).run(7_000, any, same);
        assert!(sent.iter().all(|(_, n)| (3_400..=3_600).contains(n)), "{sent:?}");
    }

    #[test]
    fn many_streams_of_a_workspace_are_one_workspace() {
        let mut streams = vec![(Lane::Bulk, 1, 1, 10_000, 1)];
        streams.extend((2..=50).map(|s| (Lane::Bulk, 2, s, 10_000, 1)));
        let sent = World::new(&streams).run(4_900, any, same);
        assert!((2_400..=2_500).contains(&sent[0].1), "{sent:?}");
        assert!(sent[1..].iter().all(|(_, n)| (40..=60).contains(n)), "{sent:?}");
    }

    #[test]
    fn weights_share_inside_a_workspace() {
        let sent = World::new(&[(Lane::Bulk, 1, 1, 10_000, 1), (Lane::Bulk, 1, 2, 10_000, 1)]).run(
            4_000,
            any,
            |s| if s == 1 { 3 } else { 1 },
        );
        assert!((2_950..=3_050).contains(&sent[0].1), "{sent:?}");
    }

    #[test]
    fn strict_lanes_go_first_and_the_others_share_as_written() {
        let streams = [
            (Lane::Otp, 1, 1, 10, 1),
            (Lane::Transactional, 1, 2, 10_000, 1),
            (Lane::Conversational, 1, 3, 10_000, 1),
            (Lane::Bulk, 1, 4, 10_000, 1),
        ];
        let mut world = World::new(&streams);
        assert_eq!(world.run(10, any, same), [(1, 10)]);
        assert_eq!(world.run(1_000, any, same), [(1, 10), (2, 600), (3, 300), (4, 100)]);
        let sent = World::new(&streams).run(100, |l| l != Lane::Otp && l != Lane::Transactional, same);
        assert_eq!(sent, [(3, 75), (4, 25)]);
    }

    #[test]
    fn who_has_nothing_leaves_and_may_join_again() {
        let mut world = World::new(&[(Lane::Bulk, 1, 1, 3, 1), (Lane::Bulk, 2, 2, 100, 1)]);
        world.run(50, any, same);
        world.left.borrow_mut().insert(1, (100, 1));
        world.sent.clear();
        assert_eq!(world.run(10, any, same), [(2, 10)], "nobody said that it has something again");
        world.fair.join(Entry { lane: Lane::Bulk, workspace: 1, stream: 1 });
        world.sent.clear();
        let sent = world.run(40, any, same);
        assert!(sent.iter().all(|(_, n)| (16..=24).contains(n)), "{sent:?}");
    }
}
