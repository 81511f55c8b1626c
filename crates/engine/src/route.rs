//! Which connectors carry a message: the first rule that fits, best connector first. Pure.

use crate::Result;
use sms::Class;
use store::route::Route;
use store::{Tx, connector, route};

/// Connectors a message may be handed on to.
const CANDIDATES_MAX: usize = 4;

/// Everything a choice needs, loaded once per transaction.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rules: Vec<Route>,
    simulator: Option<i64>,
}

/// What is asked of the rules.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// E.164.
    pub number: &'a str,
    /// What it is for.
    pub class: Class,
    /// What the handset shows.
    pub sender: &'a str,
    /// Whether only the simulator may carry it.
    pub test: bool,
}

/// The chosen way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Connectors in the order to be tried.
    pub connectors: Vec<i64>,
    /// The rule that chose, or 0 for test mode.
    pub rule: i64,
}

impl Table {
    /// Loads the rules and the connectors that are switched on.
    pub fn load(tx: &mut Tx<'_>) -> Result<Table> {
        let all = connector::list(tx)?;
        let on: Vec<i64> = all.iter().filter(|c| c.enabled && c.kind != "simulator").map(|c| c.id).collect();
        let simulator = all.iter().find(|c| c.enabled && c.kind == "simulator").map(|c| c.id);
        let mut rules = route::list(tx)?;
        for rule in &mut rules {
            rule.connectors.retain(|c| on.contains(c));
        }
        Ok(Table { rules, simulator })
    }

    /// The connectors for a message, or `None` when nothing carries it.
    pub fn choose(&self, asked: Question<'_>) -> Option<Choice> {
        if asked.test {
            return self.simulator.map(|s| Choice { connectors: vec![s], rule: 0 });
        }
        let rule = self.rules.iter().find(|r| fits(r, asked))?;
        let connectors = rule.connectors.iter().copied().take(CANDIDATES_MAX).collect();
        Some(Choice { connectors, rule: rule.id })
    }
}

fn fits(rule: &Route, asked: Question<'_>) -> bool {
    !rule.connectors.is_empty()
        && asked.number.starts_with(&rule.prefix)
        && rule.class.is_none_or(|c| c == asked.class)
        && (rule.sender.is_empty() || rule.sender.eq_ignore_ascii_case(asked.sender))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(id: i64, prefix: &str, class: Option<Class>, connectors: &[i64]) -> Route {
        Route {
            id,
            place: id,
            prefix: prefix.into(),
            class,
            sender: String::new(),
            connectors: connectors.to_vec(),
        }
    }

    fn ask(number: &str, class: Class, test: bool) -> Question<'_> {
        Question { number, class, sender: "SHOP", test }
    }

    #[test]
    fn the_first_rule_that_fits_wins() {
        let rules = vec![
            rule(1, "+972", Some(Class::Otp), &[7]),
            rule(2, "+972", None, &[8, 9]),
            rule(3, "", None, &[5]),
        ];
        let table = Table { rules, simulator: Some(1) };
        let way = |number, class| table.choose(ask(number, class, false)).unwrap().connectors;
        assert_eq!(way("+972502345678", Class::Otp), [7]);
        assert_eq!(way("+972502345678", Class::Marketing), [8, 9]);
        assert_eq!(way("+36201234567", Class::Otp), [5]);
    }

    #[test]
    fn test_mode_reaches_the_simulator_only_and_a_live_one_never_does() {
        let table = Table { rules: vec![], simulator: Some(1) };
        assert_eq!(table.choose(ask("+972502345678", Class::Otp, true)).unwrap().connectors, [1]);
        assert_eq!(table.choose(ask("+972502345678", Class::Otp, false)), None);
    }

    #[test]
    fn a_rule_whose_connectors_are_all_off_does_not_fit() {
        let table = Table { rules: vec![rule(1, "", None, &[]), rule(2, "", None, &[4])], simulator: None };
        assert_eq!(table.choose(ask("+1", Class::Otp, false)).unwrap().rule, 2);
    }
}
