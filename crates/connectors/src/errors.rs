//! A carrier's own table of errors: numbers that mean something else with it than the specification says.

use std::collections::HashMap;
use wire::smpp::Meaning;

/// A carrier's own meanings of its numbers, laid over the table of the specification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Errors(HashMap<u32, Own>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Own {
    meaning: Meaning,
    optout: bool,
    said: String,
}

/// The word of numbers by which a carrier says that the person refused at the carrier.
const OPTOUT: &str = "optout";

/// The words of a connector's table and what they mean.
const CLASSES: [(&str, Meaning); 6] = [
    ("temporary", Meaning::Temporary),
    ("permanent", Meaning::Message),
    ("route", Meaning::Route),
    ("throttle", Meaning::Throttle),
    ("link", Meaning::Link),
    (OPTOUT, Meaning::Message),
];

/// The words alone, for the form.
pub(crate) const CLASS_WORDS: &[&str] =
    &[CLASSES[0].0, CLASSES[1].0, CLASSES[2].0, CLASSES[3].0, CLASSES[4].0, CLASSES[5].0];

impl Errors {
    /// Reads `0x45=permanent, 1034=throttle:daily quota`; what cannot be read is left out and given back.
    pub(crate) fn read(text: &str) -> (Errors, Vec<String>) {
        let (mut table, mut unread) = (HashMap::new(), Vec::new());
        for entry in sms::form::codes(text, CLASS_WORDS) {
            match entry {
                Ok((number, word, said)) => {
                    let meaning = CLASSES.iter().find(|(w, _)| *w == word).map(|(_, m)| *m);
                    let optout = word == OPTOUT;
                    let own = |meaning| Own { meaning, optout, said: said.to_owned() };
                    table.extend(meaning.map(|meaning| (number, own(meaning))));
                }
                Err(entry) => unread.push(entry.to_owned()),
            }
        }
        (Errors(table), unread)
    }

    /// What this carrier means by a number, where it has said so.
    pub(crate) fn own(&self, number: u32) -> Option<Meaning> {
        self.0.get(&number).map(|own| own.meaning)
    }

    /// Whether this carrier says by a number that the person refused there.
    pub(crate) fn optout(&self, number: u32) -> bool {
        self.0.get(&number).is_some_and(|own| own.optout)
    }

    /// The words that were written down for a number, where there are any.
    pub(crate) fn words(&self, number: u32) -> Option<&str> {
        self.0.get(&number).map(|own| own.said.as_str()).filter(|words| !words.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carriers_own_table_goes_before_the_specification() {
        let (errors, unread) =
            Errors::read("0x45=permanent, 1034 = Throttle;0x0B=temporary: not yet ,x=route,7=maybe,0=link");
        assert_eq!(errors.own(0x45), Some(Meaning::Message));
        assert_eq!(errors.own(1034), Some(Meaning::Throttle));
        assert_eq!(errors.own(0x0B), Some(Meaning::Temporary));
        assert_eq!(errors.own(0x0A), None);
        assert_eq!(errors.own(0), None);
        assert_eq!((errors.words(0x0B), errors.words(0x45), errors.words(9)), (Some("not yet"), None, None));
        assert_eq!(unread, ["x=route", "7=maybe", "0=link"]);
    }

    #[test]
    fn a_carrier_may_say_that_the_person_refused() {
        let (errors, _) = Errors::read("0x4A1=optout:on the stop list,7=permanent");
        assert_eq!((errors.own(0x4A1), errors.optout(0x4A1)), (Some(Meaning::Message), true));
        assert!(!errors.optout(7) && !errors.optout(8));
        assert_eq!(errors.words(0x4A1), Some("on the stop list"));
    }
}
