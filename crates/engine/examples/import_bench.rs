//! Imports a CSV file into a throw-away store and prints how long it took, in how much memory.
//!
//! `cargo run --release -p engine --example import_bench -- FILE [DIR]`

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use engine::Ctx;
use engine::import::{NewImport, Rules, Source, run_here};
use store::workspace::{self, Mode, New};
use store::{Clock, Db, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let dir = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = dir.join(format!("import-bench-{}", std::process::id()));
    let done = measure(Path::new(&file), &dir);
    std::fs::remove_dir_all(&dir)?;
    done
}

fn measure(file: &Path, dir: &Path) -> Result<(), Box<dyn Error>> {
    let db = Db::open(&Options { dir: dir.into(), url: None, clock: Clock::default() })?;
    let shop = New {
        name: "shop".into(),
        country: "IL".into(),
        language: "en".into(),
        zone: "Asia/Jerusalem".into(),
        mode: Mode::Live,
        parts_max: 6,
    };
    let id = db.write_blocking("workspace", move |tx| workspace::insert(tx, &shop))?.id;
    let began = Instant::now();
    let plan = Source::open(file)?.plan("IL")?;
    println!("looked at    {:>9.2} s", began.elapsed().as_secs_f64());
    let rules = Rules {
        list_name: Some("Everybody".into()),
        consent_source: Some("till form".into()),
        consent_date: Some("2026-01-15".into()),
        ..Rules::default()
    };
    let file = std::fs::canonicalize(file)?.to_string_lossy().into_owned();
    let new = NewImport { file, name: "bench".into(), plan, rules };
    let before = db.vitals().commits;
    let began = Instant::now();
    let view = run_here(&db, &Ctx::system(id), &new, &|| true, &mut |_, _| {})?;
    let took = began.elapsed().as_secs_f64();
    let vitals = db.vitals();
    println!("imported     {took:>9.2} s, {:.0} rows/s", view.done as f64 / took);
    println!("commits      {:>9}, longest closure {:?} ms", vitals.commits - before, vitals.longest);
    println!(
        "state        {:>9}, created {}, updated {}",
        view.state, view.counts.created, view.counts.updated
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: not known here");
    println!("memory       {most}");
    Ok(())
}
