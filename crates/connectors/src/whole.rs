//! A message that leaves whole and is cut by the carrier: what became of it, for each of its parts.

use crate::incoming;
use store::machine::settle::{Outcome, part_id};

/// The outcome of one part. A carrier that gave an id for each part gave them in their order, a line each; one that gave
/// a single id means all of them by it.
pub(crate) fn of_part(outcome: &Outcome, part: i64) -> Outcome {
    let Outcome::Accepted { smsc_id, .. } = outcome else { return outcome.clone() };
    let id = id_of_part(smsc_id, part);
    Outcome::Accepted { h: incoming::key(id.as_bytes()), smsc_id: id }
}

/// The outcome of a message of one part: of several ids, which a carrier that counts otherwise may give, it is the first.
pub(crate) fn of_one(outcome: Outcome) -> Outcome {
    match &outcome {
        Outcome::Accepted { smsc_id, .. } if smsc_id.contains('\n') => of_part(&outcome, 0),
        _ => outcome,
    }
}

/// The id of one part of a message that was taken under these.
pub(crate) fn id_of_part(ids: &str, part: i64) -> String {
    match ids.split_once('\n') {
        None => part_id(ids, part),
        Some((first, _)) => {
            let own = usize::try_from(part).ok().and_then(|n| ids.lines().nth(n));
            own.map_or_else(|| part_id(first, part), str::to_owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_a_name_of_its_own() {
        for (ids, names) in
            [("SM1", ["SM1", "SM1#1", "SM1#2"]), ("a\nb\nc", ["a", "b", "c"]), ("a\nb", ["a", "b", "a#2"])]
        {
            assert_eq!([0, 1, 2].map(|part| id_of_part(ids, part)), names);
        }
        assert_eq!(id_of_part("", 1), "", "what has no name is not traced");
    }
}
