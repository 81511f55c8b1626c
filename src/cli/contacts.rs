//! `contacts` and `lists`: people, and files of them.

use super::link::Link;
use super::named::{filter_id, person_id};
use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::{Args, Subcommand};
use doors::Problem;
use doors::import::Asked;
use engine::import::{NewImport, run_here};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::Db;

const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Progress is told so often.
const TOLD: Duration = Duration::from_secs(1);
/// What of an import a command gives out.
const COUNTS: &[&str] = &["rows", "phones", "duplicates", "created", "updated", "suppressed"];

/// What a table says of a person.
const PEOPLE: &[(&str, &str)] = &[
    ("id", "id"),
    ("number", "number"),
    ("first name", "first_name"),
    ("last name", "last_name"),
    ("consent", "consent"),
    ("lists", "lists"),
];

#[derive(Subcommand)]
pub(super) enum Contacts {
    /// Bring a file of people: XLSX, CSV or text
    Import(Import),
    /// List people, newest first
    List {
        /// Words of a name, or a piece of a number
        #[arg(long)]
        search: Option<String>,
        /// Members of this list, by name or id
        #[arg(long, value_name = "L")]
        list: Option<String>,
        /// granted, unknown, refused or left
        #[arg(long)]
        consent: Option<String>,
        /// All whom a saved filter finds
        #[arg(long, value_name = "NAME", conflicts_with_all = ["search", "list", "consent"])]
        filter: Option<String>,
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Others who may be the same person, by number or id
    Doubles { who: String },
    /// Make another one with a person, who stays; both by number or id
    Merge { who: String, other: String },
    /// Who was made one with a person
    Merges { who: String },
    /// Make two of one again
    Unmerge { merge: String },
}

#[derive(Subcommand)]
pub(super) enum Lists {
    /// List lists
    List,
    /// Make one
    Create { name: String },
}

#[derive(Args)]
pub(super) struct Import {
    file: PathBuf,
    /// What a column is, as phone=COLUMN, first_name=2, or FIELD=COLUMN
    #[arg(long, value_name = "WHAT=COLUMN")]
    map: Vec<String>,
    /// The list to fill; made where it is not there
    #[arg(long, value_name = "NAME")]
    list: Option<String>,
    /// The country national numbers are read by [default: the workspace's]
    #[arg(long, value_name = "CC")]
    country: Option<String>,
    /// Where these people agreed to be written to
    #[arg(long, value_name = "TEXT", requires = "consent_date")]
    consent_source: Option<String>,
    /// On which day they did
    #[arg(long, value_name = "YYYY-MM-DD", requires = "consent_source")]
    consent_date: Option<String>,
    /// People who are there already: fill, overwrite or skip
    #[arg(long, value_name = "HOW")]
    existing: Option<String>,
    /// Count, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Contacts {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Contacts::Import(import) => import.run(call),
            Contacts::Doubles { who } => {
                let link = call.link()?;
                let found =
                    link.list(&format!("/v1/contacts/{}/doubles", person_id(&link, &who)?), usize::MAX)?;
                show::many(call.format, &found, PEOPLE);
                Ok(())
            }
            Contacts::Merge { who, other } => {
                let link = call.link()?;
                let (kept, gone) = (person_id(&link, &who)?, person_id(&link, &other)?);
                let path = format!("/v1/contacts/{kept}/merge");
                let made = link.post(&path, &json!({ "other": gone }))?;
                let people =
                    format!("one now; undo with: sendword contacts unmerge {}", show::cell(&made["id"]));
                show::one(call.format, &made, &people);
                Ok(())
            }
            Contacts::Merges { who } => {
                let link = call.link()?;
                let found =
                    link.list(&format!("/v1/contacts/{}/merges", person_id(&link, &who)?), usize::MAX)?;
                let columns = [
                    ("id", "id"),
                    ("number", "number"),
                    ("at", "at"),
                    ("by", "actor"),
                    ("undone", "undone_at"),
                ];
                show::many(call.format, &found, &columns);
                Ok(())
            }
            Contacts::Unmerge { merge } => {
                let back = call.link()?.post(&format!("/v1/merges/{}/undo", escaped(&merge)), &json!({}))?;
                show::one(call.format, &back, &format!("{} is back", show::cell(&back["number"])));
                Ok(())
            }
            Contacts::List { search, list, consent, filter, limit } => {
                let link = call.link()?;
                let mut path = format!("/v1/contacts?limit={}", limit.clamp(1, 200));
                if let Some(list) = list {
                    path.push_str(&format!("&list={}", list_id(&link, &list)?));
                }
                let filter = filter.map(|name| filter_id(&link, &name)).transpose()?;
                for (name, value) in [("search", search), ("consent", consent), ("filter", filter)] {
                    if let Some(value) = value {
                        path.push_str(&format!("&{name}={}", escaped(&value)));
                    }
                }
                show::many(call.format, &link.list(&path, limit)?, PEOPLE);
                Ok(())
            }
        }
    }
}

impl Lists {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Lists::List => {
                let all = call.link()?.list("/v1/lists", usize::MAX)?;
                show::many(call.format, &all, &[("id", "id"), ("name", "name"), ("people", "size")]);
            }
            Lists::Create { name } => {
                let made = call.link()?.post("/v1/lists", &json!({ "name": name }))?;
                show::one(call.format, &made, show::cell(&made["id"]).as_str());
            }
        }
        Ok(())
    }
}

/// The id of a list by its name.
pub(super) fn list_id(link: &Link, name: &str) -> Done<String> {
    if sms::id::parse(sms::id::kind::LIST, name).is_some() {
        return Ok(name.to_owned());
    }
    let found = link.list(&format!("/v1/lists?name={}", escaped(name)), 1)?;
    let id = found.first().and_then(|l| l["id"].as_str());
    id.map(str::to_owned).ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no list '{name}'"))
            .fix("make one with: sendword contacts import FILE --list NAME")
    })
}

impl Import {
    fn run(self, call: &Call) -> Done {
        let shown = self.file.display().to_string();
        let unread = |e: std::io::Error| {
            Failure::new(Exit::Failure, format!("{shown} cannot be read"))
                .why(e)
                .fix("name a file that is there")
        };
        let file = File::open(&self.file).map_err(unread)?;
        let path = self.file.canonicalize().map_err(unread)?;
        let (asked, dry_run) = (self.asked()?, self.dry_run);
        let link = call.link()?;
        let ended = match link.store() {
            Some(db) if !dry_run => here(&link, db, call, &path, &asked),
            _ => there(&link, file, &asked, dry_run),
        };
        let view = ended.map_err(|f| of_file(f, &shown))?;
        let beside = if dry_run { None } else { problem_rows(&link, &view, &self.file)? };
        told(call, &view, beside.as_deref(), &shown)
    }

    fn asked(&self) -> Done<Asked> {
        let pair = |word: &String| {
            let (what, column) = word.split_once('=').ok_or_else(|| {
                Failure::new(Exit::Usage, format!("'{word}' maps no column")).fix("write it as phone=COLUMN")
            })?;
            Ok((what.trim().to_owned(), column.to_owned()))
        };
        let name = self.file.file_name().map(|n| n.to_string_lossy().into_owned());
        Ok(Asked {
            name: name.unwrap_or_default(),
            list: self.list.clone(),
            country: self.country.clone(),
            map: self.map.iter().map(pair).collect::<Done<_>>()?,
            consent_source: self.consent_source.clone(),
            consent_date: self.consent_date.clone(),
            existing: self.existing.clone(),
        })
    }
}

fn problem(p: &Problem) -> Failure {
    Failure::of(p.status().as_u16(), p.to_json())
}

/// A file that is refused is a failure of the file, not of the command's wording.
fn of_file(failure: Failure, shown: &str) -> Failure {
    let code = failure.problem.as_ref().and_then(|p| p["code"].as_str()).unwrap_or_default();
    if !code.starts_with("file_") {
        return failure;
    }
    Failure { exit: Exit::Failure, what: format!("{shown} cannot be imported"), ..failure }
}

/// Without a server: this command does the work itself.
fn here(link: &Link, db: &Db, call: &Call, path: &Path, asked: &Asked) -> Done<Value> {
    link.get("/v1/imports?limit=1")?; // which workspace is meant is asked, and refused, as everywhere
    let name = call.place.workspace.clone();
    let of_engine = |e: engine::Error| problem(&Problem::from(e));
    let found = db.read_blocking(move |tx| {
        let ctx = engine::access::console(tx, name.as_deref())?;
        let home = engine::access::workspace(tx, &ctx)?.country;
        Ok::<_, engine::Error>((ctx, home))
    });
    let (ctx, home) = found.map_err(of_engine)?;
    let rules = asked.rules().map_err(|p| problem(&p))?;
    let (_, plan) = asked.look(path, &home).map_err(|p| problem(&p))?;
    let of = plan.rows;
    let file = path.to_str().ok_or_else(|| {
        Failure::new(Exit::Failure, "the path of the file is no text").fix("give the file another name")
    })?;
    let new = NewImport { file: file.to_owned(), name: asked.name.clone(), plan, rules };
    let mut progress = Progress::new();
    let ended = run_here(db, &ctx, &new, &|| true, &mut |done, _| progress.tell(done, of));
    let view = ended.map_err(of_engine)?;
    Ok(serde_json::to_value(&view).unwrap_or_default())
}

/// With a server: it is given the file, and watched until it is done.
fn there(link: &Link, file: File, asked: &Asked, dry_run: bool) -> Done<Value> {
    let pairs = asked.pairs();
    let words = pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    let mut path = format!("/v1/imports?{}", words.collect::<Vec<_>>().join("&"));
    if dry_run {
        path.push_str("&dry_run=true");
        return link.upload(&path, file);
    }
    let mut view = link.upload(&path, file)?;
    let path = format!("/v1/imports/{}", show::cell(&view["id"]));
    let mut progress = Progress::new();
    while view["state"] == "running" {
        std::thread::sleep(LOOK_AGAIN);
        view = link.get(&path)?;
        progress.tell(view["done"].as_i64().unwrap_or(0), view["of"].as_u64().unwrap_or(0));
    }
    Ok(view)
}

/// Tells rows on stderr, now and then.
struct Progress(Instant);

impl Progress {
    fn new() -> Progress {
        Progress(Instant::now())
    }

    fn tell(&mut self, done: i64, of: u64) {
        if self.0.elapsed() >= TOLD {
            self.0 = Instant::now();
            show::hint(&format!("{done} of {of} rows"));
        }
    }
}

/// Writes the rows to mend beside the file; `None` where there are none.
fn problem_rows(link: &Link, view: &Value, file: &Path) -> Done<Option<PathBuf>> {
    if view["problem_rows"].as_u64().unwrap_or(0) == 0 {
        return Ok(None);
    }
    let csv = link.get(&format!("/v1/imports/{}/problems", show::cell(&view["id"])))?;
    let mut name = file.file_name().map_or_else(|| OsString::from("contacts"), OsString::from);
    name.push(".problems.csv");
    // Beside the file; where nothing may be written there, here.
    let places = [file.with_file_name(&name), PathBuf::from(&name)];
    let mut refused = None;
    for place in places {
        match std::fs::write(&place, csv.as_str().unwrap_or_default()) {
            Ok(()) => return Ok(Some(place)),
            Err(e) => refused = Some(format!("{}: {e}", place.display())),
        }
    }
    show::hint(&format!("The rows to mend cannot be written: {}", refused.unwrap_or_default()));
    Ok(None)
}

/// Gives the counts out; an import that stopped midway is a failure after all.
fn told(call: &Call, view: &Value, beside: Option<&Path>, shown: &str) -> Done {
    let mut counts = json!({});
    for name in COUNTS {
        counts[*name] = view[*name].clone();
    }
    counts["problems_file"] = json!(beside.map(|p| p.display().to_string()));
    if let Some(id) = view["id"].as_str() {
        counts["id"] = json!(id);
    }
    let why = view["error"]["text"].as_str().unwrap_or("it was stopped");
    let midway = matches!(view["state"].as_str(), Some("failed" | "stopped" | "paused"));
    if midway && view["done"].as_i64().unwrap_or(0) == 0 {
        return Err(Failure::new(Exit::Failure, format!("{shown} cannot be imported")).why(why));
    }
    show::one(call.format, &counts, &people(&counts));
    if midway {
        let what = format!("the import stopped after {} rows", show::cell(&view["done"]));
        return Err(Failure::new(Exit::Partly, what).why(why).fix("mend the file and import it again"));
    }
    Ok(())
}

fn people(counts: &Value) -> String {
    let mut lines = Vec::new();
    let phones = counts["phones"].as_object().into_iter().flatten();
    let named = [("rows", "rows")].into_iter().map(|(name, at)| (name.to_owned(), &counts[at]));
    let rest = ["duplicates", "created", "updated", "suppressed"];
    let rest = rest.into_iter().map(|name| (name.to_owned(), &counts[name]));
    for (name, n) in named.chain(phones.map(|(name, n)| (format!("  {name}"), n))).chain(rest) {
        lines.push(format!("{name:14}{:>10}", show::cell(n)));
    }
    if let Some(file) = counts["problems_file"].as_str() {
        lines.push(format!("Rows to mend are in {file}"));
    }
    lines.join("\n")
}
