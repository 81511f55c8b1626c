//! Who carries what: every node comes to the same answer from the same rows, so nobody has to be asked. Pure.
//!
//! A lane that is free goes to the node with the fewest; a node that has two more than another lets one go. It decides
//! nothing about safety: whoever takes a lane takes it in the store, and there only one can.

use std::collections::{BTreeMap, BTreeSet};
use store::machine::node::Beat;

/// What this node is to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Connectors to take.
    pub(crate) take: Vec<i64>,
    /// A connector to let go, so that the load is even.
    pub(crate) let_go: Option<i64>,
}

/// What stands, as one node sees it.
pub(crate) struct Seen<'a> {
    pub(crate) me: i64,
    pub(crate) beat: &'a Beat,
    /// Connectors that somebody is to run.
    pub(crate) wanted: &'a [i64],
    /// Connectors that found no carrier from here a while ago.
    pub(crate) shunned: &'a BTreeSet<i64>,
    /// Connectors that nobody has had for a while: whoever can takes them.
    pub(crate) long_free: &'a BTreeSet<i64>,
}

/// What this node is to do now.
pub(crate) fn plan(seen: &Seen<'_>) -> Plan {
    let lives = seen.beat.nodes.iter().filter(|n| n.lives && n.carries).map(|n| n.id);
    let mut load: BTreeMap<i64, usize> = lives.chain([seen.me]).map(|id| (id, 0)).collect();
    let mut free = Vec::new();
    let mut mine = Vec::new();
    for connector in seen.wanted {
        let owner = seen.beat.lanes.iter().find(|l| l.connector == *connector).map_or(0, |l| l.node);
        match load.get_mut(&owner) {
            Some(n) => *n += 1,
            None => free.push(*connector),
        }
        if owner == seen.me {
            mine.push(*connector);
        }
    }
    free.sort_unstable();
    let mut plan = Plan::default();
    for connector in free {
        let others = load.len() > 1;
        let shuns = |node: i64| node == seen.me && others && seen.shunned.contains(&connector);
        let next = load.iter().filter(|(id, _)| !shuns(**id)).min_by_key(|(id, n)| (**n, **id));
        let Some((next, _)) = next.map(|(id, n)| (*id, *n)) else { continue };
        *load.entry(next).or_default() += 1;
        if next == seen.me || seen.long_free.contains(&connector) && !shuns(seen.me) {
            plan.take.push(connector);
        }
    }
    let fewest = load.values().min().copied().unwrap_or(0);
    let most = load.iter().max_by_key(|(id, n)| (**n, std::cmp::Reverse(**id)));
    if plan.take.is_empty() && most.is_some_and(|(id, n)| *id == seen.me && *n >= fewest + 2) {
        plan.let_go = mine.into_iter().max();
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::machine::node::{Lane, Node};

    /// Lets nodes act in turn until nobody wants to; gives the owners.
    fn settled(living: &[i64], wanted: &[i64], owners: &[(i64, i64)], shunned: &[i64]) -> BTreeMap<i64, i64> {
        let mut owners: BTreeMap<i64, i64> = owners.iter().copied().collect();
        for round in 0..100 {
            let mut calm = true;
            for me in living {
                let nodes = (1..=4).map(|id| Node {
                    id,
                    name: String::new(),
                    lives: living.contains(&id),
                    carries: true,
                });
                let lanes = owners.iter().map(|(c, n)| Lane { connector: *c, node: *n, epoch: 1 });
                let beat = Beat { nodes: nodes.collect(), lanes: lanes.collect() };
                let shunned =
                    if *me == living[0] { shunned.iter().copied().collect() } else { BTreeSet::new() };
                let free = |c: &&i64| owners.get(c).is_none_or(|n| !living.contains(n));
                let long_free = wanted.iter().filter(|c| round > 0 && free(c)).copied().collect();
                let seen = Seen { me: *me, beat: &beat, wanted, shunned: &shunned, long_free: &long_free };
                let plan = plan(&seen);
                calm &= plan == Plan::default();
                owners.extend(plan.take.iter().map(|c| (*c, *me)));
                owners.extend(plan.let_go.map(|c| (c, 0)));
            }
            if calm && round > 1 {
                return owners;
            }
        }
        panic!("it never comes to rest: {owners:?}");
    }

    fn load(owners: &BTreeMap<i64, i64>, node: i64) -> usize {
        owners.values().filter(|n| **n == node).count()
    }

    #[test]
    fn lanes_are_spread_evenly_over_those_who_live() {
        let all = [10, 11, 12, 13, 14];
        let alone = settled(&[2], &all, &[], &[]);
        assert_eq!(load(&alone, 2), 5);
        let joined = settled(&[1, 2, 3], &all, &alone.clone().into_iter().collect::<Vec<_>>(), &[]);
        let mut loads = [load(&joined, 1), load(&joined, 2), load(&joined, 3)];
        loads.sort_unstable();
        assert_eq!(loads, [1, 2, 2]);
        // One dies: its lanes are taken, and nobody else's move.
        let left = settled(&[1, 3], &all, &joined.clone().into_iter().collect::<Vec<_>>(), &[]);
        assert_eq!(load(&left, 1) + load(&left, 3), 5);
        for (connector, node) in joined.iter().filter(|(_, n)| **n != 2) {
            assert_eq!(left.get(connector), Some(node));
        }
    }

    #[test]
    fn one_lane_stays_where_it_is_and_a_shunned_one_goes_elsewhere() {
        assert_eq!(settled(&[1, 2], &[10], &[(10, 2)], &[])[&10], 2);
        assert_eq!(settled(&[1, 2], &[10], &[(10, 0)], &[10])[&10], 2);
        assert_eq!(settled(&[1], &[10], &[(10, 0)], &[10])[&10], 1, "there is nobody else");
    }

    #[test]
    fn what_nobody_takes_is_taken_by_whoever_can() {
        let nodes = [1, 2].map(|id| Node { id, name: String::new(), lives: true, carries: true });
        let beat = Beat { nodes: nodes.to_vec(), lanes: Vec::new() };
        let (none, all) = (BTreeSet::new(), BTreeSet::from([10]));
        let seen = Seen { me: 2, beat: &beat, wanted: &[10], shunned: &none, long_free: &none };
        assert!(plan(&seen).take.is_empty());
        assert_eq!(plan(&Seen { long_free: &all, ..seen }).take, [10]);
    }
}
