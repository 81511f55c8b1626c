//! How long a lane takes to empty at the rate of now. Pure.

use sms::Lane;

/// Seconds until each lane is empty when `rate` parts a second leave and nothing is added: the strict lanes one after
/// the other, then the weighted ones by their shares, a lane's share going to the rest once it is empty. `None` for
/// every lane with something in it while nothing moves.
pub fn drain_s(depths: [i64; Lane::ALL.len()], rate: i64) -> [Option<i64>; Lane::ALL.len()] {
    let mut out = [None; Lane::ALL.len()];
    if rate <= 0 {
        return out;
    }
    let rate = rate as f64;
    let mut at = 0.0;
    for lane in Lane::ALL.iter().filter(|l| l.is_strict()) {
        at += depths[*lane as usize] as f64 / rate;
        out[*lane as usize] = filled(depths[*lane as usize], at);
    }
    let mut left: Vec<(Lane, f64)> = Lane::ALL
        .iter()
        .filter(|l| l.weight() > 0 && depths[**l as usize] > 0)
        .map(|l| (*l, depths[*l as usize] as f64))
        .collect();
    while !left.is_empty() {
        let shares: f64 = left.iter().map(|(l, _)| f64::from(l.weight())).sum();
        let speed = |l: Lane| rate * f64::from(l.weight()) / shares;
        let step = left.iter().map(|(l, n)| n / speed(*l)).fold(f64::INFINITY, f64::min);
        at += step;
        for (lane, n) in &mut left {
            *n -= step * speed(*lane);
            if *n < 0.5 {
                out[*lane as usize] = filled(depths[*lane as usize], at);
            }
        }
        left.retain(|(_, n)| *n >= 0.5);
    }
    out
}

fn filled(depth: i64, at: f64) -> Option<i64> {
    (depth > 0).then_some(at.ceil() as i64)
}

#[cfg(test)]
mod tests {
    use super::drain_s;

    #[test]
    fn strict_lanes_go_first_and_shares_go_on() {
        assert_eq!(drain_s([10, 20, 0, 0, 0], 10), [Some(1), Some(3), None, None, None]);
        // 60:10, then bulk alone: 600 leave at 60/7·… until transactional is empty after 70 s with 100 of bulk gone.
        assert_eq!(drain_s([0, 0, 600, 0, 1_100], 10), [None, None, Some(70), None, Some(170)]);
        assert_eq!(drain_s([0, 0, 0, 0, 36_000_000], 1_000), [None, None, None, None, Some(36_000)]);
    }

    #[test]
    fn what_does_not_move_has_no_end() {
        assert_eq!(drain_s([1, 1, 1, 1, 1], 0), [None; 5]);
        assert_eq!(drain_s([0; 5], 100), [None; 5]);
    }

    #[test]
    fn the_last_lane_ends_when_all_is_sent() {
        for depths in [[3, 1, 4, 1, 5], [0, 0, 9_000, 31, 10_000_000], [0, 7, 0, 100_000, 1]] {
            let all: i64 = depths.iter().sum();
            let last = drain_s(depths, 7).into_iter().flatten().max().unwrap();
            assert!((last - (all + 6) / 7).abs() <= 1, "{depths:?}: {last}");
        }
    }
}
