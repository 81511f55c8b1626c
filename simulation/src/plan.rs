//! What one seed decides beforehand: how large the world is, who is ill-tempered and how, what goes wrong and when.

use crate::dice::Dice;

/// When a world begins: 2026-06-01T09:00:00Z.
pub(crate) const BEGIN_MS: i64 = 1_780_304_400_000;

/// How many of a thousand messages are long.
pub(crate) const LONG: u32 = 120;

/// One carrier and the connector to it.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) window: i64,
    pub(crate) rate: i64,
    pub(crate) binds: i64,
    pub(crate) answer_timeout_s: i64,
    pub(crate) enquire_s: i64,
    pub(crate) temper: Temper,
}

/// How a carrier misbehaves; shares are of a thousand submits, binds or receipts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Temper {
    /// Weights of [`crate::carrier::Mood`], in its order.
    pub(crate) moods: [u32; 14],
    /// Least and most before an answer, ms.
    pub(crate) answer_ms: (i64, i64),
    /// Least and most before the final receipt, ms.
    pub(crate) receipt_ms: (i64, i64),
    pub(crate) receipt_lost: u32,
    pub(crate) receipt_early: u32,
    pub(crate) receipt_twice: u32,
    pub(crate) receipt_late: u32,
    pub(crate) receipt_contradicted: u32,
    pub(crate) receipt_between: u32,
    pub(crate) receipt_foreign: u32,
    pub(crate) undelivered: u32,
    pub(crate) bind_refused: u32,
    /// The bind is refused for its password.
    pub(crate) bind_password: u32,
    pub(crate) dial_refused: u32,
    pub(crate) dial_hangs: u32,
    /// Its name is not found.
    pub(crate) name_lost: u32,
    /// One way, ms.
    pub(crate) latency_ms: (i64, i64),
    /// Octets vanish without a word (a half-open connection).
    pub(crate) half_open: u32,
}

/// One world.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) workspaces: usize,
    pub(crate) ways: Vec<Way>,
    /// How long things go wrong, ms.
    pub(crate) storm_ms: i64,
    pub(crate) singles: i64,
    pub(crate) batches: i64,
    pub(crate) campaigns: i64,
    pub(crate) refusals: i64,
    pub(crate) deaths: i64,
    pub(crate) clock_steps: i64,
    /// How often the room on the disk changes.
    pub(crate) disk_steps: i64,
    /// How often a carrier is out of reach for longer than messages wait for it.
    pub(crate) blackouts: i64,
    /// How often a person decides about what nobody knows of.
    pub(crate) decisions: i64,
    /// How often the keys of receipts are sorted into a generation.
    pub(crate) sorts: i64,
    /// Records of the ledgers that cannot be written, of a thousand.
    pub(crate) unwritten: u32,
    /// Whether there are messages that wait ten minutes before they go again.
    pub(crate) slow: bool,
    /// Commits that fail as on a full disk, of a thousand.
    pub(crate) full: u32,
    /// Answers that never reach the program which asked, of a thousand.
    pub(crate) unheard: u32,
    /// Least and most before a batch of writes is committed, ms.
    pub(crate) commit_ms: (i64, i64),
}

impl Plan {
    pub(crate) fn of(seed: u64) -> Plan {
        let mut d = Dice::of(seed, "plan");
        let ways = (0..d.within(1, 3)).map(|_| Way::of(&mut d)).collect();
        let busy = d.often(300);
        Plan {
            seed,
            workspaces: usize::try_from(d.within(1, 3)).unwrap_or(1),
            ways,
            storm_ms: d.within(10_000, 60_000),
            singles: if busy { d.within(30, 120) } else { d.within(5, 40) },
            batches: d.within(0, 4),
            campaigns: d.pick(&[0, 0, 1, 1, 2]),
            refusals: d.within(0, 6),
            deaths: d.pick(&[0, 0, 1, 1, 2, 4]),
            clock_steps: d.pick(&[0, 0, 0, 1, 2]),
            disk_steps: d.pick(&[0, 0, 0, 2, 4]),
            blackouts: d.pick(&[0, 0, 1, 2]),
            decisions: d.pick(&[0, 0, 1, 3]),
            sorts: d.pick(&[0, 1, 3]),
            unwritten: d.pick(&[0, 0, 0, 20]),
            slow: d.often(120),
            full: d.pick(&[0, 0, 0, 30, 200]),
            unheard: d.pick(&[0, 50, 300]),
            commit_ms: d.pick(&[(0, 0), (0, 3), (1, 20), (5, 200)]),
        }
    }
}

impl Way {
    fn of(d: &mut Dice) -> Way {
        Way {
            window: d.pick(&[1, 2, 3, 5, 10, 20, 50]),
            rate: d.pick(&[0, 0, 0, 5, 20, 100]),
            binds: d.pick(&[1, 1, 2]),
            answer_timeout_s: d.pick(&[5, 15, 60]),
            enquire_s: d.pick(&[5, 30]),
            temper: Temper::of(d),
        }
    }
}

impl Temper {
    /// A carrier that does all it should, soon.
    pub(crate) fn calm() -> Temper {
        let mut moods = [0; 14];
        moods[0] = 1;
        Temper {
            moods,
            answer_ms: (1, 30),
            receipt_ms: (50, 500),
            latency_ms: (1, 5),
            receipt_between: 100,
            ..Temper::default()
        }
    }

    fn of(d: &mut Dice) -> Temper {
        let calm = Temper::calm();
        if d.often(150) {
            return calm;
        }
        let mut moods = [0; 14];
        moods[0] = 1_000;
        for mood in &mut moods[1..] {
            *mood = d.pick(&[0, 0, 0, 10, 40, 150]);
        }
        if d.often(120) {
            // It refuses nearly everything, for good or for now.
            moods[d.pick(&[3, 5])] = 4_000;
        }
        let mut some = |most: &[u32]| d.pick(most);
        let receipts = Temper {
            receipt_lost: some(&[0, 0, 50, 400]),
            receipt_early: some(&[0, 100, 600]),
            receipt_twice: some(&[0, 50, 500]),
            receipt_late: some(&[0, 50, 300]),
            receipt_contradicted: some(&[0, 0, 100]),
            receipt_between: some(&[0, 200]),
            receipt_foreign: some(&[0, 0, 100]),
            undelivered: some(&[50, 300]),
            bind_refused: some(&[0, 0, 200]),
            bind_password: some(&[0, 0, 0, 150]),
            dial_refused: some(&[0, 100, 500]),
            dial_hangs: some(&[0, 0, 100]),
            name_lost: some(&[0, 0, 100]),
            half_open: some(&[0, 0, 0, 15]),
            ..Temper::default()
        };
        Temper {
            moods,
            answer_ms: d.pick(&[(0, 0), (1, 10), (5, 300), (500, 3_000)]),
            receipt_ms: d.pick(&[(0, 50), (100, 3_000), (1_000, 20_000)]),
            latency_ms: d.pick(&[(0, 0), (1, 3), (20, 60), (100, 400)]),
            ..receipts
        }
    }
}
