//! What connectors can write beside the default alphabet and UCS-2: read from their settings, so that a text is counted as
//! the connector that is chosen for it will send it.

use crate::Result;
use sms::parts::Ability;
use std::collections::HashMap;
use store::{Tx, connector};

/// The connectors that can do more, or less, than is usual.
pub(super) type Abilities = HashMap<i64, Ability>;

/// Those that are switched on.
pub(super) fn load(tx: &mut Tx<'_>) -> Result<Abilities> {
    let special = connector::switched_on_saying(tx, &["national", "alphabet"], &["", "gsm", "packed"])?;
    Ok(special.iter().map(|(id, settings)| (*id, of(settings))).collect())
}

/// By its settings.
fn of(settings: &connector::Settings) -> Ability {
    let said = |name: &str| settings.get(name).map_or("", String::as_str);
    if said("alphabet") == "latin1" {
        return Ability { latin1: true, ..Ability::default() }; // its octets are no septets: no table of them fits
    }
    Ability { shifts: said("national").parse().unwrap_or_default(), latin1: false }
}

/// What all of these can write.
pub(super) fn meet<'a>(abilities: &Abilities, connectors: impl Iterator<Item = &'a i64>) -> Ability {
    let each = connectors.map(|id| abilities.get(id).copied().unwrap_or_default());
    each.reduce(Ability::meet).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_candidates_the_poorest_decides() {
        let said =
            |all: &[(&str, &str)]| of(&all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
        let all: Abilities = [
            (1, said(&[("national", "turkish,hindi")])),
            (2, said(&[("national", "turkish"), ("alphabet", "gsm")])),
            (3, said(&[("national", "turkish"), ("alphabet", "latin1")])),
        ]
        .into();
        let shifts = |ids: &[i64]| meet(&all, ids.iter()).shifts.to_string();
        assert_eq!(shifts(&[1]), "turkish,hindi");
        assert_eq!(shifts(&[1, 2]), "turkish");
        assert_eq!(shifts(&[1, 4]), "", "one of them knows no tables");
        assert_eq!(shifts(&[]), "");
        let with_latin = meet(&all, [1, 3].iter());
        assert!(with_latin.latin1 && with_latin.shifts.is_none());
    }
}
