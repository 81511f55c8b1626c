//! Rows become people: names parted, fields named, texts bounded, the same number in one batch folded into one.
//! Pure, and run on the reading thread, so that a slice has nothing left to compute.

use std::collections::{BTreeMap, HashMap};

use store::import::ProblemRow;
use store::keys::Keys;

use super::columns::Target;
use super::plan::Plan;
use super::problems::Problem;
use super::rows::{Person, RowOut, Tally};
use crate::audience::text;

/// Somebody a batch brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) number: String,
    pub(super) tag: i64,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) fields: BTreeMap<String, String>,
    /// `fields` as JSON.
    pub(super) json: String,
    pub(super) search: String,
    /// The file says that this person agreed, or, where no column asks, says nothing against it.
    pub(super) yes: bool,
    /// The file says that this person did not agree. It wins over any yes.
    pub(super) no: bool,
    /// When they answered, ms since 1970, where the row says so.
    pub(super) said_at: Option<i64>,
    /// The number stands here for the first time in the file.
    pub(super) first: bool,
    /// The row it stands in.
    pub(super) row: u64,
}

/// What one slice writes.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) arrivals: Vec<Arrival>,
    pub(super) problems: Vec<ProblemRow>,
    /// The last row of it.
    pub(super) cursor: i64,
    /// Counts of the file up to that row.
    pub(super) tally: Tally,
}

/// Makes batches by a plan.
pub(super) struct Folder<'p> {
    plan: &'p Plan,
    keys: Keys,
    names: HashMap<usize, &'p str>,
    asks: bool,
    now: i64,
}

impl<'p> Folder<'p> {
    pub(super) fn new(plan: &'p Plan, keys: Keys, now: i64) -> Folder<'p> {
        let named = plan.columns.iter().filter_map(|column| match &column.target {
            Target::Field(name) => Some((column.index, name.as_str())),
            _ => None,
        });
        let asks = plan.columns.iter().any(|column| column.target == Target::Consent);
        Folder { plan, keys, names: named.collect(), asks, now }
    }

    /// What a slice writes of these rows.
    pub(super) fn batch(&self, rows: &[RowOut], tally: &Tally) -> Batch {
        let mut arrivals: Vec<Arrival> = Vec::with_capacity(rows.len());
        let mut at: HashMap<&str, usize> = HashMap::with_capacity(rows.len());
        for row in rows {
            for entry in &row.entries {
                let Some(number) = entry.mobile() else { continue };
                let arrival = self.arrival(row, number, !entry.duplicate);
                match at.get(number) {
                    Some(&earlier) => arrivals[earlier].join(arrival),
                    None => {
                        at.insert(number, arrivals.len());
                        arrivals.push(arrival);
                    }
                }
            }
        }
        for arrival in &mut arrivals {
            arrival.write_out();
        }
        let problems = rows.iter().filter(|row| row.has_problem()).map(problem).collect();
        let cursor = rows.last().map_or(0, |row| i64::try_from(row.row).unwrap_or(i64::MAX));
        Batch { arrivals, problems, cursor, tally: *tally }
    }

    fn arrival(&self, row: &RowOut, number: &str, first: bool) -> Arrival {
        let person = &row.person;
        let (first_name, last_name) = names(person, &self.plan.country);
        let mut fields = BTreeMap::new();
        for (column, value) in &person.fields {
            if let Some(name) = self.names.get(column) {
                fields.insert((*name).to_owned(), text::value(value));
            }
        }
        if !person.email.is_empty() {
            fields.insert("email".to_owned(), text::value(&person.email));
        }
        let said_at = person.consent_date.as_deref().and_then(text::day_ms).filter(|at| *at <= self.now);
        Arrival {
            number: number.to_owned(),
            tag: self.keys.tag(number),
            first_name: text::name(first_name),
            last_name: text::name(last_name),
            fields,
            json: String::new(),
            search: String::new(),
            yes: person.consent.unwrap_or(!self.asks),
            no: person.consent == Some(false),
            said_at,
            first,
            row: row.row,
        }
    }
}

impl Arrival {
    /// The same number once more: gaps are filled, and a no wins.
    fn join(&mut self, later: Arrival) {
        fill_names(&mut self.first_name, &mut self.last_name, &later.first_name, &later.last_name);
        for (name, value) in later.fields {
            self.fields.entry(name).or_insert(value);
        }
        if (later.no && !self.no) || (later.yes && !self.yes && !self.no) {
            self.said_at = later.said_at;
            self.row = later.row;
        }
        self.no |= later.no;
        self.yes |= later.yes;
        self.first |= later.first;
    }

    fn write_out(&mut self) {
        self.json = text::json(&self.fields);
        self.search = text::search(&self.first_name, &self.last_name, &self.number, &self.fields);
    }
}

/// Fills what is empty. A family name alone is taken over only where the given names agree: nobody is to be called by
/// half of another's name.
pub(super) fn fill_names(first: &mut String, last: &mut String, new_first: &str, new_last: &str) {
    if first.is_empty() && last.is_empty() {
        new_first.clone_into(first);
        new_last.clone_into(last);
    } else if first.is_empty() && last == new_last {
        new_first.clone_into(first);
    } else if last.is_empty() && first == new_first {
        new_last.clone_into(last);
    }
}

/// Given and family name. A whole name is parted at its comma or its first blank; Hungarians write the family first.
fn names<'a>(person: &'a Person, country: &str) -> (&'a str, &'a str) {
    let full = person.full_name.trim();
    if full.is_empty() || !person.first_name.is_empty() {
        return (&person.first_name, &person.last_name);
    }
    if !person.last_name.is_empty() {
        return (full, &person.last_name);
    }
    if let Some((family, given)) = full.split_once(',') {
        return (given.trim(), family.trim());
    }
    match full.split_once(char::is_whitespace) {
        Some((family, given)) if country == "HU" => (given.trim(), family),
        Some((given, family)) => (given, family.trim()),
        None => (full, ""),
    }
}

/// A row as the list of problems keeps it: its cells, and each entry with its problem or none.
fn problem(row: &RowOut) -> ProblemRow {
    let entries: Vec<(&str, Option<Problem>)> =
        row.entries.iter().map(|entry| (entry.raw.as_str(), entry.problem)).collect();
    let first = row.entries.iter().find_map(|entry| entry.problem);
    ProblemRow {
        row: i64::try_from(row.row).unwrap_or(i64::MAX),
        cells: text::json(&row.cells),
        problem: text::json(&entries),
        suggestion: first.map_or("", Problem::suggestion).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_parted() {
        let of = |full: &str, country| {
            let person = Person { full_name: full.into(), ..Person::default() };
            let (first, last) = names(&person, country);
            (first.to_owned(), last.to_owned())
        };
        let two = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of("Noa Ben David", "IL"), two("Noa", "Ben David"));
        assert_eq!(of("Cohen, Noa", "IL"), two("Noa", "Cohen"));
        assert_eq!(of("Nagy Katalin", "HU"), two("Katalin", "Nagy"));
        assert_eq!(of("Ольга", "RU"), two("Ольга", ""));
    }

    #[test]
    fn a_gap_is_filled_and_nobody_gets_half_of_anothers_name() {
        let filled = |first: &str, last: &str| {
            let (mut a, mut b) = (first.to_owned(), last.to_owned());
            fill_names(&mut a, &mut b, "Dana", "Levi");
            format!("{a} {b}")
        };
        assert_eq!(filled("", ""), "Dana Levi");
        assert_eq!(filled("Dana", ""), "Dana Levi");
        assert_eq!(filled("Noa", ""), "Noa ");
        assert_eq!(filled("", "Levi"), "Dana Levi");
        assert_eq!(filled("", "Cohen"), " Cohen");
    }
}
