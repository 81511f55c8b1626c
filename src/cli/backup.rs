//! `backup` and `restore`: a copy of the store in one sealed file, and a store made of it that sends nothing by itself.

use super::link::Link;
use super::{Call, show, shown};
use crate::failure::{Done, Exit, Failure};
use crate::home;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use store::{Clock, Db, Options, keys::Keys, ledger};

/// The folder in which a copy is made ready before it takes its place.
const MAKING: &str = "restoring";

#[derive(Args)]
pub(super) struct Backup {
    /// Where to; it must not be there yet
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(self, call: &Call) -> Done {
        if call.place.database.is_some() {
            return Err(Failure::new(Exit::Failure, "this store is on PostgreSQL, which has its own tool")
                .why("pg_dump makes a consistent copy while the work goes on")
                .fix(format!(
                    "pg_dump --format=custom --file={} DATABASE, and keep beside it: keys/, refusals.log and sent-log/ of each node",
                    self.file.display()
                )));
        }
        let file = std::path::absolute(&self.file)
            .map_err(|e| Failure::new(Exit::Usage, format!("{}", self.file.display())).why(e))?;
        if file.exists() {
            return Err(Failure::new(Exit::Usage, format!("{} is there already", file.display()))
                .fix("name another file"));
        }
        let made = call.link()?.post("/v1/backups", &json!({ "file": file.to_string_lossy() }))?;
        let people = format!("{} is written ({} octets).", file.display(), show::cell(&made["size"]));
        show::one(call.format, &made, &people);
        show::hint(&format!(
            "It holds no keys. Keep keys/, refusals.log and sent-log/ of {} beside it: without keys/ nobody can open it.",
            call.place.dir.display()
        ));
        Ok(())
    }
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Restore {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The backup
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// The data directory the backup comes from, where it is another: its keys, refusals.log and sent-log are copied
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Verb {
    /// What is held since the restore
    Status,
    /// Let it go
    Release(Release),
    /// After a database was put back by its own tools (PostgreSQL): read refusals.log and sent-log, and hold everything
    Database(Ledgers),
}

#[derive(Args)]
struct Release {
    /// One of the list
    #[arg(
        long,
        visible_alias = "id",
        value_name = "ID",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    stream: Option<String>,
    /// Everything
    #[arg(long)]
    all: bool,
    /// Though the sent-log is not whole: some of it may go a second time
    #[arg(long)]
    may_repeat: bool,
}

#[derive(Args)]
struct Ledgers {
    /// A directory with the refusals.log and sent-log of another node
    #[arg(long, value_name = "DIR")]
    ledgers: Option<PathBuf>,
}

impl Restore {
    pub(super) fn run(self, call: &Call) -> Done {
        match (self.verb, self.file) {
            (Some(Verb::Status), _) => status(call),
            (Some(Verb::Release(release)), _) => release.run(call),
            (Some(Verb::Database(ledgers)), _) => {
                let db = open(call, &call.place.dir)?;
                let from = ledgers.ledgers.unwrap_or_else(|| call.place.dir.clone());
                let outcome = engine::restore::replay(&db.1, &from)?;
                told(call, &outcome.restored, outcome.other_ring, None);
                Ok(())
            }
            (None, Some(file)) => from_file(call, &file, self.from.as_deref()),
            (None, None) => Err(Failure::new(Exit::Usage, "which backup?").fix("sendword restore FILE")),
        }
    }
}

/// The store, opened by this command alone.
pub(super) fn open(call: &Call, dir: &Path) -> Done<(home::Lock, Db)> {
    let lock = alone(&call.place.dir)?;
    Ok((lock, store_of(call, dir)?))
}

/// The store, by whoever holds the lock.
pub(super) fn store_of(call: &Call, dir: &Path) -> Done<Db> {
    let clock = crate::serve::start::clock()?;
    Ok(Db::open(&Options { dir: dir.to_owned(), url: call.place.database.clone(), clock })?)
}

fn alone(dir: &Path) -> Done<home::Lock> {
    home::make(dir)?;
    home::lock(dir)?.ok_or_else(|| {
        Failure::new(Exit::Failure, format!("a server runs on {}", dir.display()))
            .why("nothing may run on a store while this is done to it")
            .fix("stop it first")
    })
}

fn from_file(call: &Call, file: &Path, from: Option<&Path>) -> Done {
    if call.place.database.is_some() {
        return Err(Failure::new(
            Exit::Usage,
            "a backup file is restored into a store of its own, not into PostgreSQL",
        )
        .why("a dump is put back with pg_restore")
        .fix("pg_restore, then: sendword restore database --database URL"));
    }
    let dir = &call.place.dir;
    if !file.is_file() {
        return Err(Failure::new(Exit::NotFound, format!("{} is not there", file.display())));
    }
    let _lock = alone(dir)?;
    if let Some(from) = from {
        bring(from, dir)?;
    }
    let keys = Keys::load(&dir.join("keys"))?.ok_or_else(|| {
        Failure::new(Exit::Failure, format!("there are no keys in {}", dir.display()))
            .why("a backup holds none: without them it does not open, and nobody who refused would be recognised")
            .fix("copy keys/, refusals.log and sent-log/ of the former data directory there, or name it with --from DIR")
    })?;
    let making = dir.join(MAKING);
    let failed = |e: std::io::Error| Failure::new(Exit::Failure, format!("{}", making.display())).why(e);
    if making.exists() {
        std::fs::remove_dir_all(&making).map_err(failed)?; // of a restore that was cut short
    }
    store::backup::private_folder(&making)?;
    let database = making.join("sendword.db");
    store::backup::open(&keys, file, &database)?;
    store::backup::check(&database)?;
    copy_all(&dir.join("keys"), &making.join("keys"))?;
    let options = Options { dir: making.clone(), url: None, clock: Clock::default() };
    let db = Db::open(&options)?;
    let outcome = engine::restore::replay(&db, dir)?;
    drop(db);
    store::backup::check(&database)?;
    let aside = put_aside(dir)?;
    std::fs::rename(&database, dir.join("sendword.db")).map_err(failed)?;
    std::fs::File::open(dir).and_then(|d| d.sync_all()).map_err(failed)?;
    std::fs::remove_dir_all(&making).map_err(failed)?;
    told(call, &outcome.restored, outcome.other_ring, aside.as_deref());
    Ok(())
}

/// What the former directory knows and the backup does not.
fn bring(from: &Path, dir: &Path) -> Done {
    for name in ["keys", ledger::SENT, ledger::REFUSALS] {
        let (source, target) = (from.join(name), dir.join(name));
        if source.exists() && !target.exists() {
            copy_all(&source, &target)?;
        }
    }
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> Done {
    let failed = |e: std::io::Error| {
        Failure::new(Exit::Failure, format!("{} cannot be copied", from.display())).why(e)
    };
    if from.is_file() {
        std::fs::copy(from, to).map_err(failed)?;
        return std::fs::File::open(to).and_then(|f| f.sync_all()).map_err(failed);
    }
    store::backup::private_folder(to)?;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        copy_all(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

/// A database that stands there already is put aside, never overwritten.
fn put_aside(dir: &Path) -> Done<Option<PathBuf>> {
    let database = dir.join("sendword.db");
    if !database.exists() {
        return Ok(None);
    }
    let now = Clock::default().now_ms();
    let aside = dir.join(format!("before-restore-{}", now / 1_000));
    store::backup::private_folder(&aside)?;
    for ending in ["-wal", "-shm", ""] {
        let source = store::backup::beside(&database, ending);
        if source.exists() {
            let target = store::backup::beside(&aside.join("sendword.db"), ending);
            std::fs::rename(&source, &target).map_err(|e| {
                Failure::new(Exit::Failure, format!("{} cannot be put aside", source.display())).why(e)
            })?;
        }
    }
    Ok(Some(aside))
}

fn told(call: &Call, r: &store::machine::restored::Restored, other_ring: usize, aside: Option<&Path>) {
    let people = format!(
        "Restored. Everything that waited is held; nothing is sent until you release it.\n\
         {} messages had left since and are marked so, {} are unconfirmed, {} refusals were put back.",
        r.sent, r.unconfirmed, r.refusals
    );
    let value = json!({
        "restored": true, "sent_log": r.sent_log, "had_left": r.sent, "unconfirmed": r.unconfirmed,
        "refusals": { "replayed": r.refusals, "damaged": r.refusals_damaged, "there": r.refusals_there, "other_keys": other_ring },
        "launched_since": r.launched_since, "not_in_copy": r.not_in_copy,
        "put_aside": aside.map(|p| p.display().to_string()),
    });
    show::one(call.format, &value, &people);
    let warn = |yes: bool, text: String| {
        if yes {
            show::hint(&text);
        }
    };
    warn(
        r.sent_log != "whole",
        format!(
            "Attention: the sent-log is {}. What is held may have been sent already; releasing it needs --may-repeat.",
            r.sent_log
        ),
    );
    warn(
        !r.refusals_there,
        "Attention: there is no refusals.log here. Who refused after the backup is not known.".into(),
    );
    warn(
        r.refusals_damaged > 0,
        format!("Attention: {} records of refusals.log cannot be read.", r.refusals_damaged),
    );
    warn(
        other_ring > 0,
        format!("Attention: {other_ring} refusals were made under other keys and cannot be recognised."),
    );
    warn(
        r.launched_since > 0,
        format!("{} campaigns were launched after the backup; they are stopped here.", r.launched_since),
    );
    warn(
        r.not_in_copy > 0,
        format!("{} parts were sent after the backup that it does not know.", r.not_in_copy),
    );
    if let Some(aside) = aside {
        show::hint(&format!("The database that was here is in {}.", aside.display()));
    }
    let at = shown(&call.place.dir);
    show::hint(&format!("Next: sendword restore status{at}, then sendword restore release --all{at}"));
}

fn status(call: &Call) -> Done {
    let found = call.link()?.get("/v1/restore")?;
    if call.format != show::Format::People {
        show::one(call.format, &found, "");
        return Ok(());
    }
    if found["restored"] != true {
        show::out("Nothing is held: this store was not restored, or everything was released.");
        return Ok(());
    }
    let n = |name: &str| show::cell(&found[name]);
    show::hint(&format!(
        "Restored {}, from a backup of {}. The sent-log is {}.",
        n("at"),
        n("backup_at"),
        n("sent_log")
    ));
    let held: Vec<Value> = found["held"].as_array().cloned().unwrap_or_default();
    let columns =
        [("id", "id"), ("kind", "kind"), ("name", "name"), ("class", "class"), ("waiting", "waiting")];
    show::many(call.format, &held, &columns);
    Ok(())
}

impl Release {
    fn run(self, call: &Call) -> Done {
        let body = match self.stream {
            Some(id) => json!({ "id": id, "may_repeat": self.may_repeat }),
            None => json!({ "all": self.all, "may_repeat": self.may_repeat }),
        };
        let link: Link = call.link()?;
        let done = link.post("/v1/restore/release", &body)?;
        let people =
            format!("{} released, {} still held.", show::cell(&done["released"]), show::cell(&done["held"]));
        show::one(call.format, &done, &people);
        Ok(())
    }
}
