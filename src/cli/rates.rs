//! `rates` and `networks`: lists that routing goes by, brought as files.

use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::fs::File;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(super) enum Rates {
    /// Bring a price list: how numbers begin, and what one SMS costs, as CSV or XLSX
    Import {
        connector: String,
        file: PathBuf,
        /// The currency of the prices, as EUR
        #[arg(long)]
        currency: String,
        /// Look, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// List them
    List,
    /// Forget the list of a connector
    Remove { connector: String },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Which {
    /// Ranges as they were given out
    Ranges,
    /// Numbers carried to another network
    Ported,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Which::Ranges => "ranges",
            Which::Ported => "ported",
        }
    }
}

#[derive(Subcommand)]
pub(super) enum Networks {
    /// Bring a list: digits, and MCC with MNC, as CSV or XLSX
    Import {
        kind: Which,
        file: PathBuf,
        /// Look, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// How many of each are known
    Show,
    /// Forget all of one kind
    Clear { kind: Which },
}

fn opened(file: &PathBuf) -> Done<File> {
    File::open(file).map_err(|e| {
        Failure::new(Exit::Failure, format!("{} cannot be read", file.display())).why(e.to_string())
    })
}

fn dry(dry_run: bool) -> &'static str {
    if dry_run { "&dry_run=true" } else { "" }
}

impl Rates {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Rates::Import { connector, file, currency, dry_run } => {
                let (name, currency, dry) = (escaped(&connector), escaped(&currency), dry(dry_run));
                let path = format!("/v1/rates?connector={name}&currency={currency}{dry}");
                let made = link.upload(&path, opened(&file)?)?;
                show::one(call.format, &made, &format!("{} prices of {connector}.", made["prices"]));
            }
            Rates::List => {
                let columns = [
                    ("connector", "connector"),
                    ("currency", "currency"),
                    ("prices", "prices"),
                    ("at", "at"),
                ];
                show::many(call.format, &link.list("/v1/rates", usize::MAX)?, &columns);
            }
            Rates::Remove { connector } => {
                link.call("DELETE", &format!("/v1/rates/{}", escaped(&connector)), None)?;
                let says = format!("The price list of {connector} is forgotten.");
                show::one(call.format, &json!({ "connector": connector, "removed": true }), &says);
            }
        }
        Ok(())
    }
}

impl Networks {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Networks::Import { kind, file, dry_run } => {
                let path = format!("/v1/networks?kind={}{}", kind.name(), dry(dry_run));
                let made = link.upload(&path, opened(&file)?)?;
                show::one(call.format, &made, &format!("{} rows.", made["rows"]));
            }
            Networks::Show => {
                let found = link.get("/v1/networks")?;
                let one = |value: &Value| value["size"].as_i64().unwrap_or_default();
                let people =
                    format!("{} ranges, {} carried numbers.", one(&found["ranges"]), one(&found["ported"]));
                show::one(call.format, &found, &people);
            }
            Networks::Clear { kind } => {
                link.call("DELETE", &format!("/v1/networks/{}", kind.name()), None)?;
                show::one(call.format, &json!({ "removed": kind.name() }), "Forgotten.");
            }
        }
        Ok(())
    }
}
