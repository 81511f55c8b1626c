//! Two programs in one run: base, new, new, base, as many times as asked; what counts is the ratio within each four.

use crate::figures::{Figures, Goal, median};
use crate::home::Home;
use crate::list::Chance;
use crate::load::Shape;
use crate::names::Benchmark;
use crate::path::Path;
use crate::{Bench, Res, campaign, rest};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Drawings of the bootstrap.
const DRAWN: usize = 10_000;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Load {
    Rest,
    Batch,
    Campaign,
}

#[derive(Args, Clone)]
pub(crate) struct Compare {
    /// The program to compare with; the new one is --binary, or built
    #[arg(long)]
    base: PathBuf,
    #[arg(value_enum, default_value = "rest")]
    load: Load,
    /// Times base, new, new, base
    #[arg(long, default_value_t = 5)]
    pairs: usize,
    #[arg(long, default_value_t = 50_000)]
    messages: u64,
}

impl Benchmark for Compare {
    fn told(&self) -> (&'static str, String) {
        let Compare { load, pairs, messages, .. } = self;
        let how = format!(
            "{load:?} with {messages} messages, {pairs} times base, new, new, base; the median of the ratios new ÷ base, and \
             between what they lie in 95 of 100 drawings with replacement; it got worse where all of that is beyond 5 %"
        );
        ("compare", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(2_000);
        self.pairs = self.pairs.min(2);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let base = Bench { binary: self.base.clone(), dir: bench.dir.clone(), keep: bench.keep };
        let names = [
            ("rate", if self.load == Load::Campaign { campaign::RATE } else { rest::RATE }),
            ("processor", "processor"),
            ("fsyncs", "fsyncs"),
            ("written", "written to the disk"),
        ];
        let mut ratios = vec![Vec::new(); names.len()];
        for _ in 0..self.pairs.max(1) {
            let mut legs = Vec::new();
            for which in [&base, bench, bench, &base] {
                legs.push(self.leg(which)?);
            }
            for ((_, figure), ratios) in names.iter().zip(&mut ratios) {
                let of =
                    |leg: usize| legs.get(leg).and_then(|l| l.value(figure)).ok_or("a figure is missing");
                ratios.push((of(1)? + of(2)?) / (of(0)? + of(3)?));
            }
        }
        let mut figures = Figures::default();
        for ((name, _), ratios) in names.iter().zip(&ratios) {
            let (low, middle, high) = interval(ratios);
            figures.add(format!("{name}: new ÷ base"), "×", middle);
            // Worse is a lower rate, and more of everything else: it is sure where the whole interval is beyond 5 %.
            let (least, most) = match *name {
                "rate" => (Goal::None, Goal::AtLeast(0.95)),
                _ => (Goal::AtMost(1.05), Goal::None),
            };
            figures.add_with_goal(format!("{name}: the least it is likely to be"), "×", low, least);
            figures.add_with_goal(format!("{name}: the most it is likely to be"), "×", high, most);
        }
        Ok(figures)
    }
}

impl Compare {
    fn leg(&self, bench: &Bench) -> Res<Figures> {
        let shape = Shape { messages: self.messages, connections: 64, each: 1, first: 0 };
        match self.load {
            Load::Rest => rest::measured(Path::open(bench)?, &shape, [0.0, f64::MAX]),
            Load::Batch => {
                let shape = Shape { connections: 16, each: 100, ..shape };
                rest::measured(Path::open(bench)?, &shape, [0.0, f64::MAX])
            }
            Load::Campaign => campaign::measured(Home::with_workspace(bench)?, self.messages),
        }
    }
}

/// The median, and between what medians of drawings with replacement lie, 2.5 % left out at either end.
fn interval(ratios: &[f64]) -> (f64, f64, f64) {
    let of = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        median(&sorted)
    };
    let mut chance = Chance(11);
    let mut medians: Vec<f64> = (0..DRAWN)
        .map(|_| {
            let drawn: Vec<f64> = ratios
                .iter()
                .filter_map(|_| ratios.get(chance.below(ratios.len() as u64) as usize).copied())
                .collect();
            of(&drawn)
        })
        .collect();
    medians.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| medians.get((DRAWN as f64 * share) as usize).copied().unwrap_or(0.0);
    (at(0.025), of(ratios), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::interval;

    #[test]
    fn the_interval_holds_the_median_and_grows_with_the_spread() {
        let (low, middle, high) = interval(&[1.0, 1.01, 0.99, 1.02, 0.98]);
        assert!(low <= middle && middle <= high && middle == 1.0);
        let (wide_low, _, wide_high) = interval(&[1.0, 1.3, 0.7, 1.5, 0.5]);
        assert!(wide_high - wide_low > high - low);
    }
}
