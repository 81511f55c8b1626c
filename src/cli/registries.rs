//! `registries`: public lists of people who want no advertising.

use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(super) enum Registries {
    /// The lists that packs name, and how fresh they are
    List,
    /// Take one in from a file, one number a line
    Load {
        /// As a pack names it, as il-do-not-call
        registry: String,
        file: PathBuf,
        /// The day the list is of, as 2026-11-20
        #[arg(long, value_name = "DAY")]
        as_of: String,
        /// Where it came from
        #[arg(long, value_name = "WHERE")]
        source: String,
    },
    /// Which lists a number stands in
    Check { number: String },
}

impl Registries {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Registries::List => {
                let all = link.list("/v1/registries", usize::MAX)?;
                let columns = [
                    ("registry", "registry"),
                    ("level", "level"),
                    ("state", "state"),
                    ("numbers", "entries"),
                    ("of", "as_of"),
                    ("stale", "stale_at"),
                    ("pack", "pack"),
                ];
                // What was taken in stands in the row.
                let flat = all.into_iter().map(|mut one| {
                    let taken = one["taken"].take();
                    (one["entries"], one["as_of"]) = (taken["entries"].clone(), taken["as_of"].clone());
                    (one["source"], one["sha256"]) = (taken["source"].clone(), taken["sha256"].clone());
                    one
                });
                show::many(call.format, &flat.collect::<Vec<_>>(), &columns);
            }
            Registries::Load { registry, file, as_of, source } => {
                let open = std::fs::File::open(&file).map_err(|e| {
                    Failure::new(Exit::NotFound, format!("{} cannot be read", file.display())).why(e)
                })?;
                let query = format!("?as_of={}&source={}", escaped(&as_of), escaped(&source));
                let told = link.upload(&format!("/v1/registries/{}{query}", escaped(&registry)), open)?;
                let taken = &told["taken"];
                let words = format!(
                    "{registry}: {} numbers, {} lines that are none",
                    show::cell(&taken["entries"]),
                    show::cell(&taken["skipped"])
                );
                show::one(call.format, &told, &words);
            }
            Registries::Check { number } => {
                let told = link.get(&format!("/v1/registries/check?number={}", escaped(&number)))?;
                let all: Vec<String> =
                    told["registries"].as_array().into_iter().flatten().map(show::cell).collect();
                let words = if all.is_empty() { "in none".into() } else { all.join(", ") };
                show::one(call.format, &told, &words);
            }
        }
        Ok(())
    }
}
