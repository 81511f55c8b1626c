//! What a carrier's status asks of us, by its own table where it has one, and the words people read for how links end.

use sms::live::LinkState;
use std::collections::HashMap;
use wire::smpp::{Meaning, Status, WhyClosed};

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

    pub(crate) fn meaning(&self, status: Status) -> Meaning {
        self.0.get(&status.0).copied().unwrap_or_else(|| status.meaning())
    }
}

pub(crate) fn words(status: Status) -> String {
    status.name().map_or_else(|| format!("0x{:08X}", status.0), |name| format!("{name} 0x{:X}", status.0))
}

pub(crate) fn refused(status: Status) -> (LinkState, String) {
    let wrong_proof = matches!(status.0, 0x0D..=0x0F);
    (if wrong_proof { LinkState::AuthFailed } else { LinkState::Down }, words(status))
}

pub(crate) fn closed(why: WhyClosed) -> &'static str {
    match why {
        WhyClosed::Unbound => "unbound",
        WhyClosed::PeerUnbound => "the carrier ended the session",
        WhyClosed::Refused(_) => "the carrier refused the bind",
        WhyClosed::NoBind => "the carrier did not answer the bind",
        WhyClosed::Dead => "the carrier stopped answering",
        WhyClosed::Stalled => "more than half of the window is not answered any more",
        WhyClosed::Nacked => "the carrier cannot read what it is sent",
        WhyClosed::Torn => "the carrier began a message and did not end it",
        WhyClosed::Framing => "the carrier sent what is no SMPP",
        WhyClosed::Flooded => "the carrier does not read",
        WhyClosed::Inactive => "nothing moved for too long",
        WhyClosed::Lost => "the connection was cut",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carriers_own_table_goes_before_the_specification() {
        let (errors, unread) =
            Errors::read("0x45=permanent, 1034 = Throttle;0x0B=temporary,x=route,7=maybe,0=link");
        assert_eq!(errors.meaning(Status(0x45)), Meaning::Message);
        assert_eq!(errors.meaning(Status(1034)), Meaning::Throttle);
        assert_eq!(errors.meaning(Status(0x0B)), Meaning::Temporary);
        assert_eq!(errors.meaning(Status(0x0A)), Meaning::Route);
        assert_eq!(errors.meaning(Status::OK), Meaning::Ok);
        assert_eq!(unread, ["x=route", "7=maybe", "0=link"]);
    }
}
