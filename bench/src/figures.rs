//! Figures of several runs: median, spread, and what is to be beaten.

use crate::Res;
use crate::machine::Machine;
use serde_json::{Value, json};
use std::io::Write;

/// What is to be beaten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Goal {
    /// Nothing is asked.
    None,
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
}

impl Goal {
    fn shown(self) -> String {
        match self {
            Goal::None => String::new(),
            Goal::AtLeast(n) => format!("≥ {}", number(n)),
            Goal::AtMost(n) => format!("≤ {}", number(n)),
        }
    }

    fn met(self, value: f64) -> Option<bool> {
        match self {
            Goal::None => None,
            Goal::AtLeast(n) => Some(value >= n),
            Goal::AtMost(n) => Some(value <= n),
        }
    }
}

/// The figures of one run, in the order they are shown.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<(String, &'static str, f64, Goal)>);

impl Figures {
    /// Adds one.
    pub(crate) fn add(&mut self, name: impl Into<String>, unit: &'static str, value: f64) {
        self.0.push((name.into(), unit, value, Goal::None));
    }

    /// Adds one with what it is to beat.
    pub(crate) fn add_with_goal(
        &mut self,
        name: impl Into<String>,
        unit: &'static str,
        value: f64,
        goal: Goal,
    ) {
        self.0.push((name.into(), unit, value, goal));
    }

    /// Says what one that was added is to beat.
    pub(crate) fn beat(&mut self, name: &str, goal: Goal) {
        self.0.iter_mut().filter(|one| one.0 == name).for_each(|one| one.3 = goal);
    }

    /// Takes over those of a part, each under its name.
    pub(crate) fn take(&mut self, part: &str, figures: Figures) {
        self.0.extend(
            figures
                .0
                .into_iter()
                .map(|(name, unit, value, goal)| (format!("{part}{name}"), unit, value, goal)),
        );
    }

    /// One that was added.
    pub(crate) fn value(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|one| one.0 == name).map(|one| one.2)
    }
}

/// One figure over all runs.
struct Series {
    name: String,
    unit: &'static str,
    goal: Goal,
    values: Vec<f64>,
}

impl Series {
    fn sorted(&self) -> Vec<f64> {
        let mut values = self.values.clone();
        values.sort_unstable_by(f64::total_cmp);
        values
    }

    fn median(&self) -> f64 {
        median(&self.sorted())
    }
}

pub(crate) fn median(sorted: &[f64]) -> f64 {
    match (sorted.get((sorted.len().max(1) - 1) / 2), sorted.get(sorted.len() / 2)) {
        (Some(a), Some(b)) => (a + b) / 2.0,
        _ => 0.0,
    }
}

/// A benchmark over all its runs.
pub(crate) struct Report {
    title: &'static str,
    how: String,
    series: Vec<Series>,
}

impl Report {
    pub(crate) fn new(title: &'static str, how: String) -> Report {
        Report { title, how, series: Vec::new() }
    }

    /// Adds one run.
    pub(crate) fn add(&mut self, run: Figures) {
        for (name, unit, value, goal) in run.0 {
            match self.series.iter_mut().find(|s| s.name == name) {
                Some(series) => series.values.push(value),
                None => self.series.push(Series { name, unit, goal, values: vec![value] }),
            }
        }
    }

    /// A table for people, which is also Markdown.
    pub(crate) fn print(&self, machine: &Machine) -> Res<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n### {}\n\n{}.\n{machine}\n", self.title, self.how)?;
        let mut rows = vec![["figure", "median", "unit", "least … most", "to beat", ""].map(str::to_owned)];
        for s in &self.series {
            let (sorted, median) = (s.sorted(), s.median());
            let spread = match (sorted.first(), sorted.last()) {
                (Some(a), Some(b)) if sorted.len() > 1 => format!("{} … {}", number(*a), number(*b)),
                _ => String::new(),
            };
            let met = s.goal.met(median).map_or("", |met| if met { "beaten" } else { "**not yet**" });
            rows.push([s.name.clone(), number(median), s.unit.into(), spread, s.goal.shown(), met.into()]);
        }
        let mut wide = [0; 6];
        for row in &rows {
            for (w, cell) in wide.iter_mut().zip(row) {
                *w = (*w).max(cell.chars().count());
            }
        }
        for (i, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(wide).map(|(cell, w)| format!("{cell:<w$}"));
            writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))?;
            if i == 0 {
                writeln!(out, "|{}|", wide.map(|w| "-".repeat(w + 2)).join("|"))?;
            }
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let figures = self.series.iter().map(|s| {
            let goal = match s.goal {
                Goal::None => Value::Null,
                Goal::AtLeast(n) => json!({ "at_least": n }),
                Goal::AtMost(n) => json!({ "at_most": n }),
            };
            json!({
                "name": s.name, "unit": s.unit, "median": s.median(), "runs": s.values,
                "to_beat": goal, "beaten": s.goal.met(s.median()),
            })
        });
        json!({ "bench": self.title, "how": self.how, "figures": figures.collect::<Vec<_>>() })
    }
}

/// Everything as one document.
pub(crate) fn print_json(machine: &Machine, reports: &[Report]) -> Res<()> {
    let all: Vec<Value> = reports.iter().map(Report::json).collect();
    writeln!(std::io::stdout(), "{:#}", json!({ "machine": machine.json(), "reports": all }))?;
    Ok(())
}

/// As people read it: three figures that say something, thousands apart.
fn number(n: f64) -> String {
    if n.abs() >= 100.0 {
        let digits = format!("{:.0}", n.abs());
        let mut out = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        return if n < 0.0 { format!("-{out}") } else { out };
    }
    if n.abs() >= 10.0 {
        format!("{n:.1}")
    } else if n.abs() >= 1.0 || n == 0.0 {
        format!("{n:.2}")
    } else {
        format!("{n:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Goal, median, number};

    #[test]
    fn numbers_are_read_at_a_glance() {
        let shown = [0.0, 0.01734, 1.234, 45.67, 999.5, 12_345.6, 1_000_000.0, -1_500.0].map(number);
        assert_eq!(shown, ["0.00", "0.0173", "1.23", "45.7", "1,000", "12,346", "1,000,000", "-1,500"]);
    }

    #[test]
    fn the_middle_of_two_is_between_them() {
        assert_eq!(
            [median(&[1.0]), median(&[1.0, 2.0]), median(&[1.0, 5.0, 9.0]), median(&[])],
            [1.0, 1.5, 5.0, 0.0]
        );
        assert_eq!(Goal::AtMost(1.0).met(1.5), Some(false));
        assert_eq!(Goal::AtLeast(1.0).met(1.5), Some(true));
    }
}
