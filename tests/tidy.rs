//! Holds the house to its picture (ARCHITECTURE.md): manifests, sources and stylesheets as plain text, no parser.
//! Every rule is shown to be able to fail, on made-up text beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Who may use whom: these edges and no others.
const EDGES: &[(&str, &[&str])] = &[
    ("sms", &[]),
    ("wire", &["sms"]),
    ("store", &["sms"]),
    ("engine", &["sms", "store"]),
    ("connectors", &["sms", "store", "wire"]),
    ("sim", &["sms", "wire"]),
    ("doors", &["engine", "sms", "store", "wire"]),
    ("web", &["engine", "sms", "store"]),
    ("sendword", &["connectors", "doors", "engine", "sim", "sms", "store", "web", "wire"]),
];
/// Tools beside the house, which look at all of it; nobody in it uses them.
const OUTSIDE: &[&str] = &["bench", "fuzz", "simulation"];
/// Who may use the pretend world and the wire in its tests besides.
const TESTED_WITH_SIM: &[&str] = &["engine", "connectors", "doors", "web"];

/// Words, where they may not stand, and where they may all the same.
const BANS: &[(&str, &str, &str)] = &[
    ("rusqlite::", CODE, "crates/store/src/sqlite"),
    ("tokio_postgres::", CODE, "crates/store/src/postgres"),
    ("sql!(", CODE, "crates/store/"),
    ("machine::", "crates/doors/ crates/web/", "-"),
    ("todo!(", CODE, "-"),
    ("-left", SHEETS, "-"),
    ("-right", SHEETS, "-"),
    (" left", SHEETS, "-"),
    (" right", SHEETS, "-"),
    (concat!("/wo", "rk/"), "crates/ src/ bench/ fuzz/ docs/ tests/ .ci/ README.md ARCHITECTURE.md", "-"),
];
const CODE: &str = "crates/ src/ bench/";
const SHEETS: &str = "crates/web/assets/app.css crates/web/assets/tokens.css";
/// The list of protocol cases and their tests.
const CASES: &str = "docs/protocol-cases.md";
/// The words after which a query names a table.
const PLACES: &[&str] = &["FROM", "JOIN", "INTO", "UPDATE"];
/// The other rules, each with made-up files that break it.
type Rule = (fn(&[File]) -> Vec<String>, &'static [(&'static str, &'static str)]);
const RULES: &[Rule] = &[
    (edges, &[("crates/wire/Cargo.toml", "[dependencies]\nstore.workspace = true")]),
    (edges, &[("crates/sms/Cargo.toml", "[dev-dependencies]\nsim = { path = \"../sim\" }")]),
    (edges, &[("crates/web/src/home.rs", "use doors::rest;")]),
    (
        circles,
        &[("crates/web/src/a.rs", "use crate::{c, b::X};"), ("crates/web/src/b/d.rs", "crate::a::z()")],
    ),
    (
        queries_without_workspace,
        &[
            ("crates/store/src/contact.rs", "sql!(\n\"SELECT name FROM contact WHERE id = $1\")"),
            ("crates/store/src/schema/1.sql", "-- Workspace: people\nCREATE TABLE contact (id BIGINT)"),
            ("crates/store/src/thread.rs", "sql!(\"SELECT contact FROM thread WHERE id = $1\")"),
        ],
    ),
    (sizes, &[("src/a.rs", include_str!("tidy.rs")), ("src/a.rs", "")]),
    (
        cases,
        &[
            (CASES, "| SES-01 | a length | crates/wire/tests/a.rs | `ses_01_a`, `ses_01_b` |\n"),
            ("crates/wire/tests/a.rs", "fn ses_01_a() {}"),
        ],
    ),
];

#[test]
fn the_house_is_tidy() {
    let mut files = Vec::new();
    for place in
        "Cargo.toml src crates bench fuzz simulation docs tests .ci README.md ARCHITECTURE.md".split(' ')
    {
        gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join(place), &mut files);
    }
    assert!(files.len() > 30, "only {} files were read", files.len());
    let banned = BANS.iter().flat_map(|ban| bans(ban, &files));
    let wrong: BTreeSet<String> = banned.chain(RULES.iter().flat_map(|(rule, _)| rule(&files))).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_rule_can_fail() {
    let made = |(path, text): &(&str, &str)| File { path: path.to_string(), text: text.to_string() };
    for (word, within, except) in BANS {
        let places: Vec<File> = within.split(' ').map(|place| made(&(place, word))).collect();
        assert_eq!(bans(&(word, within, except), &places).len(), places.len(), "«{word}» was not seen");
        assert!(bans(&(word, within, except), &[made(&(except, word))]).is_empty(), "«{word}» has no home");
    }
    for (rule, bad) in RULES {
        let mut files: Vec<File> = bad.iter().map(made).collect();
        files[0].text = files[0].text.repeat(4);
        assert!(!rule(&files).is_empty(), "{:?} was not seen", bad[0].0);
        assert!(rule(&files[1..]).is_empty(), "{:?} is blamed for nothing", bad[0].0);
    }
}

/// A file of the repository: its path from the root and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    fn owner(&self) -> &str {
        let crates = self.path.strip_prefix("crates/").and_then(|rest| rest.split('/').next());
        let tool = OUTSIDE.iter().copied().find(|tool| self.path.split('/').next() == Some(tool));
        crates.or(tool).unwrap_or("sendword")
    }
    /// Its text without comment lines and without the inline tests at its end; nothing where it is no source.
    fn code(&self) -> String {
        let test = self.path.ends_with("tests.rs") || self.path.contains("/tests/");
        let inline = self.text.find("#[cfg(test)]\nmod ").unwrap_or(self.text.len());
        let end = if test || !self.path.contains("src/") { 0 } else { inline };
        let lines = self.text[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }
    /// The top-level module that it is in; a crate's root is in none.
    fn module(&self) -> Option<&str> {
        let inside = self.path.split_once("src/").filter(|_| self.path.ends_with(".rs"))?.1;
        let name = inside.split('/').next()?.trim_end_matches(".rs");
        (!["lib", "main"].contains(&name)).then_some(name)
    }
}

fn gather(place: &Path, files: &mut Vec<File>) {
    if place.is_dir() {
        let entries = std::fs::read_dir(place).expect("a folder that can be read").flatten();
        entries.filter(|e| e.file_name() != "node_modules").for_each(|e| gather(&e.path(), files));
    } else if let Ok(text) = std::fs::read_to_string(place) {
        let path = place.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("a path below the root");
        files.push(File { path: path.to_string_lossy().into_owned(), text });
    }
}

fn bans((word, within, except): &(&str, &str, &str), files: &[File]) -> Vec<String> {
    let held = |f: &&File| within.split(' ').any(|p| f.path.starts_with(p)) && !f.path.starts_with(except);
    let text = |f: &File| if f.path.contains("src/") { f.code() } else { f.text.clone() };
    let found = files.iter().filter(held).filter(|f| text(f).contains(word));
    found.map(|f| format!("{}: «{word}» has no place there", f.path)).collect()
}

fn edges(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| !OUTSIDE.contains(&f.owner())) {
        let uses = EDGES.iter().find(|(name, _)| *name == file.owner()).map_or(&[][..], |(_, uses)| uses);
        let manifest = if file.path.ends_with("Cargo.toml") { &file.text } else { "" };
        let (built, tested) = manifest.split_once("[dev-dependencies]").unwrap_or((manifest, ""));
        let code = file.code();
        for (name, _) in EDGES.iter().filter(|(name, _)| *name != file.owner() && !uses.contains(name)) {
            let lists = |part: &str| part.lines().any(|l| l.split([' ', '.', '=']).next() == Some(name));
            let pretend = ["sim", "wire"].contains(name) && TESTED_WITH_SIM.contains(&file.owner());
            if lists(built) || lists(tested) && !pretend || code.contains(&format!("use {name}::")) {
                wrong.push(format!("{}: {} may not use {name}", file.path, file.owner()));
            }
        }
    }
    wrong
}

fn circles(files: &[File]) -> Vec<String> {
    let mut graph: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let (Some(module), code) = (file.module(), file.code()) else { continue };
        let uses = graph.entry((file.owner(), module.to_string())).or_default();
        for tail in code.split("crate::").skip(1) {
            let group = if tail.starts_with('{') { tail.split(';').next().unwrap_or(tail) } else { "" };
            let steps = [tail].into_iter().chain(group.split([',', '{']));
            uses.extend(steps.map(word).filter(|used| used != module));
        }
    }
    // Whoever uses nobody that is left, or is used by nobody, stands in no circle; what remains does.
    loop {
        let known: BTreeSet<_> = graph.keys().cloned().collect();
        let used: BTreeSet<_> =
            graph.iter().flat_map(|((o, _), u)| u.iter().map(|m| (*o, m.clone()))).collect();
        graph.retain(|key, uses| {
            uses.retain(|m| known.contains(&(key.0, m.clone())));
            !uses.is_empty() && used.contains(key)
        });
        if graph.len() == known.len() {
            break;
        }
    }
    graph.iter().map(|((owner, module), uses)| format!("{owner}::{module} <- circle -> {uses:?}")).collect()
}

fn queries_without_workspace(files: &[File]) -> Vec<String> {
    let ladder = files.iter().filter(|f| f.path.starts_with("crates/store/src/schema/"));
    let schema: String = ladder.map(File::code).collect();
    let declared =
        schema.split("-- Workspace:").skip(1).filter_map(|tail| tail.split("CREATE TABLE ").nth(1));
    let tables: BTreeSet<String> = declared.map(word).collect();
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| f.owner() == "store" && f.module() != Some("machine")) {
        for text in file.code().split("sql!(").skip(1).filter_map(|tail| tail.split('"').nth(1)) {
            let words: Vec<&str> =
                text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
            // A column may share a table's name; what stands in a table's place is a table.
            let mut named = words.windows(2).filter(|w| PLACES.contains(&w[0])).map(|w| w[1]);
            if !words.contains(&"workspace") && named.any(|name| tables.contains(name)) {
                wrong.push(format!("{}: a query without its workspace: {text}", file.path));
            }
        }
    }
    wrong
}

fn sizes(files: &[File]) -> Vec<String> {
    let long = files.iter().filter(|f| f.path.contains("src/") && f.text.lines().count() > 600);
    long.map(|f| format!("{}: too long for one idea", f.path)).collect()
}

/// Each test that the list of protocol cases names is there.
fn cases(files: &[File]) -> Vec<String> {
    let rows = files.iter().filter(|f| f.path == CASES).flat_map(|f| f.text.lines());
    let named = rows.filter(|line| line.starts_with('|')).flat_map(|line| line.split('`').skip(1).step_by(2));
    let named: BTreeSet<&str> = named.collect();
    let is_there = |name: &str| {
        let head = format!("fn {name}(");
        files.iter().any(|f| f.path.ends_with(".rs") && f.text.contains(&head))
    };
    let lost = named.into_iter().filter(|name| !is_there(name));
    lost.map(|name| format!("{CASES}: there is no test {name}")).collect()
}

fn word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
