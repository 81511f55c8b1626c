//! A carrier's own table of errors: numbers that mean something else with it than the specification says.

use std::collections::HashMap;
use wire::smpp::Meaning;

/// A carrier's own meanings of its numbers, laid over the table of the specification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Errors(HashMap<u32, Meaning>);

/// The words of a connector's table.
const CLASSES: &[(&str, Meaning)] = &[
    ("temporary", Meaning::Temporary),
    ("permanent", Meaning::Message),
    ("route", Meaning::Route),
    ("throttle", Meaning::Throttle),
    ("link", Meaning::Link),
];

impl Errors {
    /// Reads `0x45=permanent, 1034=throttle`; what cannot be read is left out and given back.
    pub(crate) fn read(text: &str) -> (Errors, Vec<String>) {
        let (mut table, mut unread) = (HashMap::new(), Vec::new());
        for entry in text.split([',', ';', '\n']).map(str::trim).filter(|e| !e.is_empty()) {
            let read = entry.split_once('=').and_then(|(number, class)| {
                let number = number.trim();
                let number = match number.strip_prefix("0x").or(number.strip_prefix("0X")) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                let class = class.trim();
                let (_, meaning) = CLASSES.iter().find(|(word, _)| word.eq_ignore_ascii_case(class))?;
                (number != 0).then_some((number, *meaning))
            });
            match read {
                Some((number, meaning)) => drop(table.insert(number, meaning)),
                None => unread.push(entry.to_owned()),
            }
        }
        (Errors(table), unread)
    }

    /// What this carrier means by a number, where it has said so.
    pub(crate) fn own(&self, number: u32) -> Option<Meaning> {
        self.0.get(&number).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carriers_own_table_goes_before_the_specification() {
        let (errors, unread) =
            Errors::read("0x45=permanent, 1034 = Throttle;0x0B=temporary,x=route,7=maybe,0=link");
        assert_eq!(errors.own(0x45), Some(Meaning::Message));
        assert_eq!(errors.own(1034), Some(Meaning::Throttle));
        assert_eq!(errors.own(0x0B), Some(Meaning::Temporary));
        assert_eq!(errors.own(0x0A), None);
        assert_eq!(errors.own(0), None);
        assert_eq!(unread, ["x=route", "7=maybe", "0=link"]);
    }
}
