//! What stands in each column, judged by its cells, with the header as a hint.

use serde::{Deserialize, Serialize};
use sms::number::{self, Kind};

use super::record::Record;
use super::values::{self, DateOrder};
use super::words::{self, Says};

/// What a column becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Numbers.
    Phone,
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// The whole name in one cell.
    FullName,
    /// E-mail.
    Email,
    /// Whether the person agreed.
    Consent,
    /// When they agreed.
    ConsentDate,
    /// A field of this name.
    Field(String),
    /// Left out.
    Skip,
}

/// What one cell looks like, or most cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Nothing in it.
    Empty,
    /// A phone number that is valid in form.
    Phone,
    /// An e-mail address.
    Email,
    /// A date.
    Date,
    /// A number.
    Number,
    /// Yes or no.
    Answer,
    /// Any words.
    Text,
}

/// One column of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its place, from 0. Columns are told apart by it alone; headers may repeat.
    pub index: usize,
    /// What stands over it; empty without a header.
    pub header: String,
    /// What it becomes.
    pub target: Target,
    /// What most of its filled cells look like.
    pub look: Look,
    /// The share of filled cells of the sample that look so, 0 to 1.
    pub share: f32,
    /// Filled cells of the sample.
    pub filled: u64,
    /// Cells of the sample that look like phones.
    pub phones: u64,
    /// A few different values.
    pub samples: Vec<String>,
}

const SAMPLES: usize = 5;
const SAMPLE_CHARS: usize = 60;
/// More columns than this are not all wanted as fields.
const FIELDS_MAX: usize = 40;

/// What one cell looks like.
pub(super) fn look(cell: &str, country: &str) -> Look {
    let cell = cell.trim();
    if cell.is_empty() {
        return Look::Empty;
    }
    if is_email(cell) {
        return Look::Email;
    }
    if values::date(cell, DateOrder::DayFirst).or_else(|| values::date(cell, DateOrder::MonthFirst)).is_some()
    {
        return Look::Date;
    }
    if phones(cell, country) > 0 {
        return Look::Phone;
    }
    if is_number(cell) {
        return Look::Number;
    }
    if values::yes_or_no(cell).is_some() { Look::Answer } else { Look::Text }
}

fn is_email(cell: &str) -> bool {
    let Some((name, host)) = cell.split_once('@') else { return false };
    let one_word = !cell.contains(char::is_whitespace) && !host.contains('@');
    one_word && !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}

/// A number with its signs, or digits that are no valid phone but no words either.
fn is_number(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    let plain = cell.trim_end_matches('%').trim_end().replace(',', ".").parse::<f64>().is_ok();
    plain || (digits >= 5 && letters * 4 <= digits)
}

/// Valid mobiles and landlines of a cell. A long text with a number in it is a text.
fn phones(cell: &str, country: &str) -> usize {
    if cell.len() > 120 || cell.bytes().filter(u8::is_ascii_digit).count() < 6 {
        return 0;
    }
    let valid = |part: &&str| {
        matches!(number::normalise(part, country).kind, Kind::Mobile | Kind::Landline | Kind::Test)
    };
    number::split_cell(cell).iter().filter(|part| valid(part)).count()
}

/// What was found in one column.
#[derive(Default, Clone)]
struct Findings {
    looks: [u64; 7],
    mobiles: u64,
    repaired: u64,
    words: u64,
    distinct: std::collections::HashSet<String>,
    samples: Vec<String>,
}

const LOOKS: [Look; 7] =
    [Look::Empty, Look::Phone, Look::Email, Look::Date, Look::Number, Look::Answer, Look::Text];

impl Findings {
    fn take(&mut self, cell: &str, country: &str) {
        let look = look(cell, country);
        self.looks[look as usize] += 1;
        if look == Look::Empty {
            return;
        }
        if look == Look::Phone {
            for part in number::split_cell(cell) {
                let reading = number::normalise(part, country);
                self.mobiles += u64::from(reading.kind == Kind::Mobile);
                self.repaired += u64::from(reading.repaired.is_some());
            }
        }
        let cell = cell.trim();
        self.words += cell.split_whitespace().count() as u64;
        if self.distinct.len() < 200 && !self.distinct.contains(cell) {
            if self.samples.len() < SAMPLES {
                self.samples.push(cell.chars().take(SAMPLE_CHARS).collect());
            }
            self.distinct.insert(cell.chars().take(SAMPLE_CHARS).collect());
        }
    }

    fn count(&self, look: Look) -> u64 {
        self.looks[look as usize]
    }

    fn filled(&self) -> u64 {
        self.looks[1..].iter().sum()
    }

    fn main(&self) -> (Look, f32) {
        let filled = self.filled();
        let most = LOOKS[1..].iter().copied().max_by_key(|&look| self.count(look)).unwrap_or(Look::Text);
        if filled == 0 { (Look::Empty, 0.0) } else { (most, self.count(most) as f32 / filled as f32) }
    }

    fn share(&self, look: Look) -> f32 {
        self.count(look) as f32 / self.filled().max(1) as f32
    }
}

fn width(records: &[Record]) -> usize {
    records.iter().map(Record::len).max().unwrap_or(0)
}

/// The column with most phones among the first records, header or not.
pub(super) fn phone_column(records: &[Record], country: &str) -> Option<usize> {
    let count = |column: usize| {
        records.iter().take(60).filter(|record| look(record.cell(column), country) == Look::Phone).count()
    };
    (0..width(records))
        .map(|column| (count(column), column))
        .filter(|(n, _)| *n > 0)
        .max_by_key(|&(n, at)| (n, usize::MAX - at))
        .map(|(_, at)| at)
}

/// How the file writes dates.
pub(super) fn date_order(rows: &[Record], country: &str) -> DateOrder {
    values::order(rows.iter().flat_map(Record::cells).filter(|cell| cell.len() <= 24), country)
}

/// Judges every column; also how many numbers of the phone columns were mended.
pub(super) fn guess(header: Option<&Record>, rows: &[Record], country: &str) -> (Vec<Column>, u64) {
    let width = width(rows).max(header.map_or(0, Record::len));
    let mut found = vec![Findings::default(); width];
    for row in rows {
        for (column, findings) in found.iter_mut().enumerate() {
            findings.take(row.cell(column), country);
        }
    }
    let says: Vec<Option<Says>> =
        (0..width).map(|at| header.and_then(|header| words::says(header.cell(at)))).collect();
    let targets = targets(header, &found, &says);
    let repaired = targets
        .iter()
        .zip(&found)
        .filter(|(target, _)| **target == Target::Phone)
        .map(|(_, f)| f.repaired)
        .sum();
    let column = |(index, (target, findings)): (usize, (Target, &Findings))| {
        let (look, share) = findings.main();
        Column {
            index,
            header: header.map_or(String::new(), |header| header.cell(index).trim().to_owned()),
            target,
            look,
            share,
            filled: findings.filled(),
            phones: findings.count(Look::Phone),
            samples: findings.samples.clone(),
        }
    };
    (targets.into_iter().zip(&found).enumerate().map(column).collect(), repaired)
}

fn targets(header: Option<&Record>, found: &[Findings], says: &[Option<Says>]) -> Vec<Target> {
    let mut targets = vec![None; found.len()];
    if let Some(at) = best_phone(found, says) {
        targets[at] = Some(Target::Phone);
    }
    let mut claim = |target: Target, at: Option<usize>| {
        if let Some(slot) = at.and_then(|at| targets.get_mut(at)).filter(|slot| slot.is_none()) {
            *slot = Some(target);
        }
    };
    let said = |what: Says| says.iter().position(|says| *says == Some(what));
    claim(Target::Email, said(Says::Email).or_else(|| found.iter().position(|f| f.share(Look::Email) > 0.5)));
    claim(Target::FirstName, said(Says::FirstName));
    claim(Target::LastName, said(Says::LastName));
    let whole = said(Says::FullName);
    let beside_last = said(Says::LastName).is_some() && said(Says::FirstName).is_none();
    claim(if beside_last { Target::FirstName } else { Target::FullName }, whole);
    claim(Target::ConsentDate, said(Says::ConsentDate));
    claim(
        Target::Consent,
        said(Says::Consent).filter(|&at| found[at].filled() == 0 || found[at].share(Look::Answer) > 0.5),
    );
    if targets.iter().all(|target| !matches!(target, Some(Target::FirstName | Target::FullName))) {
        names_by_content(found, says, &mut targets);
    }
    fields(header, found, says, targets)
}

/// Mobiles weigh most, then phones of any kind; a header that says so tips the scale.
fn best_phone(found: &[Findings], says: &[Option<Says>]) -> Option<usize> {
    let score = |at: usize| {
        let f = &found[at];
        let word = if says[at] == Some(Says::Phone) { 1.5 } else { 1.0 };
        let share = f64::from(f.share(Look::Phone));
        if share < 0.3 { 0.0 } else { (f.mobiles as f64 + 0.5 * f.count(Look::Phone) as f64) * word }
    };
    let best = (0..found.len()).map(|at| (score(at), at)).filter(|(score, _)| *score > 0.0);
    // Of equals the leftmost.
    let best = best.fold(
        None,
        |best: Option<(f64, usize)>, next| {
            if best.is_some_and(|b| b.0 >= next.0) { best } else { Some(next) }
        },
    );
    best.map(|(_, at)| at).or_else(|| {
        let named = says.iter().position(|says| *says == Some(Says::Phone));
        // A list of nothing but broken numbers is still a list of numbers.
        named.or((found.len() == 1).then_some(0))
    })
}

/// Without a header that says so, the first column of short, mostly different words is the name.
fn names_by_content(found: &[Findings], says: &[Option<Says>], targets: &mut [Option<Target>]) {
    let like_name = |at: usize| {
        let f = &found[at];
        let words = f.words as f64 / f.filled().max(1) as f64;
        let varied = f.distinct.len() as u64 * 4 >= f.filled().min(200);
        says[at].is_none() && f.filled() > 0 && f.share(Look::Text) > 0.9 && words <= 3.5 && varied
    };
    let Some(at) = (0..found.len()).find(|&at| targets[at].is_none() && like_name(at)) else { return };
    let whole = found[at].words as f64 / found[at].filled().max(1) as f64 > 1.6;
    targets[at] = Some(if whole { Target::FullName } else { Target::FirstName });
}

/// What is left becomes fields: known ones by their usual name, others by their header.
fn fields(
    header: Option<&Record>,
    found: &[Findings],
    says: &[Option<Says>],
    targets: Vec<Option<Target>>,
) -> Vec<Target> {
    let mut taken = std::collections::HashSet::new();
    let many = found.len() > FIELDS_MAX;
    let field = |at: usize| {
        let written = header.map_or(String::new(), |header| words::field_name(header.cell(at)));
        let name = match says[at] {
            _ if found[at].filled() == 0 => return None,
            Some(Says::Birthday) => "birthday".to_owned(),
            Some(Says::City) => "city".to_owned(),
            Some(Says::Note | Says::Ours) => return None,
            None if many || written.is_empty() => return None,
            _ => written,
        };
        Some(name)
    };
    let place = |(at, target): (usize, Option<Target>)| {
        target.unwrap_or_else(|| match field(at) {
            Some(name) if taken.insert(name.clone()) => Target::Field(name),
            Some(name) => Target::Field(format!("{name}_{}", at + 1)),
            None => Target::Skip,
        })
    };
    targets.into_iter().enumerate().map(place).collect()
}
