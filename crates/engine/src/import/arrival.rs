//! Rows become people: names parted, fields named, texts bounded, the same number folded into one. Pure, and run beside
//! the writer, so that a slice has nothing left to compute.

use std::sync::Arc;

use store::import::ProblemRow;
use store::keys::Keys;

use super::columns::Target;
use super::mention::{Mention, pack};
use super::plan::Plan;
use super::problems::Problem;
use super::rows::{Person, RowOut};
use crate::audience::text;

const EMAIL: &str = "email";

/// The names of all fields a file brings, in their order; a field is kept by its place among them.
#[derive(Debug, Clone)]
pub(super) struct Names(Arc<[String]>);

impl Names {
    fn of(plan: &Plan) -> Names {
        let mut names: Vec<String> = plan.columns.iter().filter_map(|column| name(&column.target)).collect();
        names.sort();
        names.dedup();
        names.truncate(usize::from(u16::MAX));
        Names(names.into())
    }

    fn place(&self, name: &str) -> Option<u16> {
        self.0.binary_search_by(|one| one.as_str().cmp(name)).ok().and_then(|at| u16::try_from(at).ok())
    }

    /// The name at a place.
    pub(super) fn at(&self, place: u16) -> &str {
        self.0.get(usize::from(place)).map_or("", String::as_str)
    }
}

fn name(target: &Target) -> Option<String> {
    match target {
        Target::Field(name) => Some(name.clone()),
        Target::Email => Some(EMAIL.to_owned()),
        _ => None,
    }
}

/// Somebody whom a file brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) number: String,
    pub(super) tag: i64,
    pub(super) first_name: String,
    pub(super) last_name: String,
    /// By the places of their names, which is the order of the names.
    pub(super) fields: Vec<(u16, String)>,
    /// `fields` as JSON; made last.
    pub(super) json: String,
    /// What a search looks in; made last.
    pub(super) search: String,
    /// The file says that this person agreed, or, where no column asks, says nothing against it.
    pub(super) yes: bool,
    /// The file says that this person did not agree. It wins over any yes.
    pub(super) no: bool,
    /// When they answered, ms since 1970, where the row says so.
    pub(super) said_at: Option<i64>,
    /// The row of that answer.
    pub(super) row: u64,
    /// Rows that are done when this person is written.
    pub(super) rows: u64,
    /// How often the file names the number beyond the first time.
    pub(super) repeats: u64,
}

/// What one slice writes.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) arrivals: Vec<Arrival>,
    pub(super) names: Names,
    /// How many people are written when it is.
    pub(super) place: i64,
}

/// Packs rows by a plan.
pub(super) struct Packer {
    pub(super) names: Names,
    /// Whether a column says who agreed.
    pub(super) asks: bool,
    places: Vec<Option<u16>>,
    email: Option<u16>,
    country: String,
    keys: Keys,
    now: i64,
}

impl Packer {
    pub(super) fn new(plan: &Plan, keys: Keys, now: i64) -> Packer {
        let names = Names::of(plan);
        let width = plan.columns.iter().map(|column| column.index + 1).max().unwrap_or(0);
        let mut places = vec![None; width];
        for column in &plan.columns {
            if let (Target::Field(name), Some(place)) = (&column.target, places.get_mut(column.index)) {
                *place = names.place(name);
            }
        }
        let asks = plan.columns.iter().any(|column| column.target == Target::Consent);
        let email = names.place(EMAIL);
        Packer { names, asks, places, email, country: plan.country.clone(), keys, now }
    }

    /// Packs each mobile of a row; `done` hears the tag of each once it stands in `out`.
    pub(super) fn row(&self, row: &RowOut, out: &mut Vec<u8>, mut done: impl FnMut(i64, usize)) {
        let mut mobiles = row.entries.iter().filter_map(|entry| entry.mobile()).peekable();
        if mobiles.peek().is_none() {
            return;
        }
        let (first_name, last_name) = names(&row.person, &self.country);
        let (first_name, last_name) = (text::name(first_name), text::name(last_name));
        let fields = self.fields(&row.person);
        let date = row.person.consent_date.as_deref();
        let said_at = date.and_then(text::day_ms).filter(|at| *at <= self.now);
        for (at, number) in mobiles.enumerate() {
            let mention = Mention {
                tag: self.keys.tag(number),
                row: row.row,
                rows: u64::from(at == 0),
                repeats: 0,
                number,
                first_name: &first_name,
                last_name: &last_name,
                consent: row.person.consent,
                said_at,
            };
            pack(out, &mention, fields.iter().map(|(place, value)| (*place, value.as_str())));
            done(mention.tag, out.len());
        }
    }

    /// The fields in the order of their names; of two columns of one name the later counts, and the e-mail's own column
    /// before all.
    fn fields(&self, person: &Person) -> Vec<(u16, String)> {
        let mut fields = Vec::with_capacity(person.fields.len() + 1);
        if let (Some(place), false) = (self.email, person.email.is_empty()) {
            fields.push((place, text::value(&person.email)));
        }
        for (column, value) in person.fields.iter().rev() {
            if let Some(place) = self.places.get(*column).copied().flatten() {
                fields.push((place, text::value(value)));
            }
        }
        fields.sort_by_key(|(place, _)| *place);
        fields.dedup_by_key(|(place, _)| *place);
        fields
    }
}

impl Arrival {
    pub(super) fn of(m: &Mention<'_>, fields: Vec<(u16, String)>, asks: bool) -> Arrival {
        Arrival {
            number: m.number.to_owned(),
            tag: m.tag,
            first_name: m.first_name.to_owned(),
            last_name: m.last_name.to_owned(),
            fields,
            json: String::new(),
            search: String::new(),
            yes: m.consent.unwrap_or(!asks),
            no: m.consent == Some(false),
            said_at: m.said_at,
            row: m.row,
            rows: m.rows,
            repeats: m.repeats,
        }
    }

    /// The same number later in the file: gaps are filled, and a no wins.
    pub(super) fn join(&mut self, later: Arrival) {
        fill_names(&mut self.first_name, &mut self.last_name, &later.first_name, &later.last_name);
        for (place, value) in later.fields {
            if let Err(at) = self.fields.binary_search_by_key(&place, |(place, _)| *place) {
                self.fields.insert(at, (place, value));
            }
        }
        if (later.no && !self.no) || (later.yes && !self.yes && !self.no) {
            self.said_at = later.said_at;
            self.row = later.row;
        }
        self.no |= later.no;
        self.yes |= later.yes;
        self.rows += later.rows;
        self.repeats += later.repeats + 1;
    }

    /// Packs what was folded once more.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        let mention = Mention {
            tag: self.tag,
            row: self.row,
            rows: self.rows,
            repeats: self.repeats,
            number: &self.number,
            first_name: &self.first_name,
            last_name: &self.last_name,
            consent: if self.no { Some(false) } else { self.yes.then_some(true) },
            said_at: self.said_at,
        };
        pack(out, &mention, self.fields.iter().map(|(place, value)| (*place, value.as_str())));
    }

    /// Makes the texts that are kept.
    pub(super) fn write_out(&mut self, names: &Names) {
        let named = || self.fields.iter().map(|(place, value)| (names.at(*place), value.as_str()));
        let email = named().find(|(name, _)| *name == EMAIL).map_or("", |(_, value)| value);
        self.json = text::json_of(named());
        self.search = text::search_of(&self.first_name, &self.last_name, &self.number, email);
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
pub(super) fn problem(row: &RowOut) -> ProblemRow {
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
