//! How the id in a receipt becomes the id of the answer, where a carrier writes them differently and it cannot be learnt.
//!
//! Zeros at the beginning and the case of letters never count, and hex and decimal are learnt from what matches
//! (`store::machine::dialect`): this is for what cannot be.

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Without this at its beginning.
    CutFront(String),
    /// Without this at its end.
    CutEnd(String),
    /// Its first octets.
    First(usize),
    /// Its last octets.
    Last(usize),
    /// It is decimal, the answer was hex.
    Hex,
    /// It is hex, the answer was decimal.
    Decimal,
}

/// Reads `cut:AB- last:10 hex`, one step after the other; the fault names the word.
pub(crate) fn read(text: &str) -> Result<Vec<Step>, String> {
    let words = text.split([',', ' ', '\n']).map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| step(word).ok_or_else(|| fault(word))).collect()
}

fn step(word: &str) -> Option<Step> {
    let count = |n: &str| n.parse::<usize>().ok().filter(|n| *n > 0);
    Some(match word.split_once(':') {
        Some(("cut", what)) if !what.is_empty() => Step::CutFront(what.to_owned()),
        Some(("cut-end", what)) if !what.is_empty() => Step::CutEnd(what.to_owned()),
        Some(("first", n)) => Step::First(count(n)?),
        Some(("last", n)) => Step::Last(count(n)?),
        None if word == "hex" => Step::Hex,
        None if word == "decimal" => Step::Decimal,
        _ => return None,
    })
}

fn fault(word: &str) -> String {
    format!(
        "'{word}' cannot be read: write cut:…, cut-end:…, first:N, last:N, hex or decimal, one after the other"
    )
}

/// Whether steps can be read; for the form.
pub(crate) fn check(text: &str) -> Result<(), String> {
    read(text).map(drop)
}

/// Walks the steps; one that does not fit leaves the id as it is.
pub(crate) fn walk(steps: &[Step], id: String) -> String {
    steps.iter().fold(id, |id, step| match step {
        Step::CutFront(what) => id.strip_prefix(what.as_str()).map_or(id.clone(), str::to_owned),
        Step::CutEnd(what) => id.strip_suffix(what.as_str()).map_or(id.clone(), str::to_owned),
        Step::First(n) => id.chars().take(*n).collect(),
        Step::Last(n) => id.chars().skip(id.chars().count().saturating_sub(*n)).collect(),
        Step::Hex => id.parse::<u64>().map_or(id, |n| format!("{n:X}")),
        Step::Decimal => u64::from_str_radix(&id, 16).map_or(id, |n| n.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_alike() {
        for (steps, id, wanted) in [
            ("", "00B8BE19", "00B8BE19"),
            ("hex", "0870928761", "33E95179"),
            ("decimal", "33E95179", "870928761"),
            ("cut:MSC- last:4", "MSC-0012345", "2345"),
            ("first:3,cut-end:3", "12345", "12"),
            ("hex", "no number", "no number"),
            ("cut:X", "Y1", "Y1"),
        ] {
            assert_eq!(walk(&read(steps).unwrap(), id.to_owned()), wanted, "{steps} of {id}");
        }
        for bad in ["cut", "cut:", "first:x", "first:0", "octal", "last:"] {
            assert!(check(bad).unwrap_err().starts_with(&format!("'{bad}'")), "{bad}");
        }
    }
}
