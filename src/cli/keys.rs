//! `keys`: which programs may come in; and the ring that the store itself is sealed with, out to a safe place and back.

use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use crate::home;
use clap::{Args, Subcommand};
use serde_json::json;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use store::keys as ring;

/// The shortest passphrase that is taken.
const PASSPHRASE_LEAST: usize = 12;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Make a key; its secret is shown this once
    Create {
        name: String,
        /// What it may do: send, read, contacts, campaigns, inbox, delivery, admin; all when absent
        #[arg(long, value_delimiter = ',')]
        scopes: Vec<String>,
        /// Whatever it sends goes to the simulator
        #[arg(long)]
        test: bool,
    },
    /// List keys
    List,
    /// Make a key open nothing from now on
    Revoke { id: String },
    /// Write the key ring of this store, sealed, into a file; no backup opens without it
    Export(Ring),
    /// Bring a key ring back into a data directory that has none
    Import(Ring),
    /// Add a new key for numbers; what is known moves to it, and the former keys are kept. No server may run meanwhile
    Rotate {
        /// Do it; without it the command only says what it would do
        #[arg(long)]
        yes: bool,
    },
    /// How many keys the ring has, since when, and what still stands under a former one
    Ring,
}

#[derive(Args)]
pub(super) struct Ring {
    /// The sealed file
    file: PathBuf,
    /// A file whose first line is the passphrase
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
}

impl Keys {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = match self {
            Keys::Export(ring) => return ring.export(call),
            Keys::Import(ring) => return ring.import(call),
            Keys::Rotate { yes } => return rotate(call, yes),
            Keys::Ring => return told(call),
            _ => call.link()?,
        };
        match self {
            Keys::Export(_) | Keys::Import(_) | Keys::Rotate { .. } | Keys::Ring => {} // done above
            Keys::Create { name, scopes, test } => {
                let made = link.post("/v1/keys", &json!({ "name": name, "scopes": scopes, "test": test }))?;
                show::one(call.format, &made, made["key"].as_str().unwrap_or_default());
                if call.format == show::Format::People {
                    show::hint("This is the only time it is shown.");
                }
            }
            Keys::List => {
                let all = link.list("/v1/keys", usize::MAX)?;
                let columns = [
                    ("id", "id"),
                    ("name", "name"),
                    ("ends in", "hint"),
                    ("scopes", "scopes"),
                    ("test", "test"),
                    ("last used", "used_at"),
                    ("revoked", "revoked_at"),
                ];
                show::many(call.format, &all, &columns);
            }
            Keys::Revoke { id } => {
                link.call("DELETE", &format!("/v1/keys/{}", super::escaped(&id)), None)?;
                show::one(call.format, &json!({ "id": id, "revoked": true }), &format!("{id} is revoked."));
            }
        }
        Ok(())
    }
}

/// Grows the ring by one key and brings the store under it. Whatever cuts it short, the next start goes on.
fn rotate(call: &Call, yes: bool) -> Done {
    if !yes {
        return Err(Failure::new(Exit::Usage, "this tags every number of the store anew")
            .why("it takes some seconds for each million of messages, and nothing is sent meanwhile")
            .fix("sendword backup FILE first, then: sendword keys rotate --yes"));
    }
    let (_lock, db) = super::backup::open(call, &call.place.dir)?;
    let own = db.node();
    let others = db.read_blocking(store::machine::node::all)?;
    if let Some(other) = others.iter().find(|node| node.lives && node.id != own) {
        return Err(Failure::new(Exit::Failure, format!("a server runs on {}", other.name))
            .why("every node must have the new key before it writes again")
            .fix("stop all nodes, rotate, copy keys/ to each, and start them"));
    }
    let grown = db.keys().renewed()?;
    db.close();
    drop(db);
    grown.grow_in(&call.place.dir.join("keys"))?;
    let db = super::backup::store_of(call, &call.place.dir)?;
    let left = db.read_blocking(store::machine::retag::left)?;
    let value = json!({ "keys": grown.count(), "left": left });
    let people =
        format!("The ring has {} keys; what is known of numbers stands under the newest.", grown.count());
    show::one(call.format, &value, &people);
    if left > 0 {
        show::hint(&format!(
            "{left} refusals stay under a former key: their numbers are known to nobody. They are obeyed all the same."
        ));
    }
    show::hint(
        "Next: sendword keys export FILE --passphrase-file FILE. What was exported before lacks the new key.",
    );
    if call.place.database.is_some() {
        show::hint(
            "Copy keys/ to the other nodes before they start: without the new key they are turned away.",
        );
    }
    Ok(())
}

fn told(call: &Call) -> Done {
    let ring = call.link()?.get("/v1/keyring")?;
    let since = |name: &str| ring[name].as_str().map_or_else(|| "never".to_owned(), str::to_owned);
    let people = format!(
        "{} keys for numbers; the newest since {}. Exported: {}. Under a former key: {} refusals.",
        show::cell(&ring["keys"]),
        since("renewed_at"),
        since("exported_at"),
        show::cell(&ring["left"])
    );
    show::one(call.format, &ring, &people);
    Ok(())
}

impl Ring {
    fn passphrase(&self) -> Done<String> {
        let path = self.passphrase_file.display();
        let text = std::fs::read_to_string(&self.passphrase_file)
            .map_err(|e| Failure::new(Exit::Usage, format!("{path} cannot be read")).why(e))?;
        let line = text.lines().next().unwrap_or_default().to_owned();
        if line.chars().count() < PASSPHRASE_LEAST {
            return Err(Failure::new(Exit::Usage, "the passphrase is too short")
                .why("whoever has the file can try as many as they like")
                .fix(format!("at least {PASSPHRASE_LEAST} characters in the first line of {path}")));
        }
        Ok(line)
    }

    fn export(&self, call: &Call) -> Done {
        let (dir, file) = (call.place.dir.join("keys"), self.file.display());
        let passphrase = self.passphrase()?;
        let keys = ring::Keys::load(&dir)?
            .ok_or_else(|| Failure::new(Exit::NotFound, format!("there are no keys in {}", dir.display())))?;
        let sealed = keys.sealed(&passphrase)?;
        let failed =
            |e: std::io::Error| Failure::new(Exit::Failure, format!("{file} cannot be written")).why(e);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.file);
        made.and_then(|mut out| out.write_all(&sealed).and_then(|()| out.sync_all())).map_err(failed)?;
        let noted = call.link()?.post("/v1/keyring/exported", &json!({}))?;
        let told = json!({ "file": self.file.display().to_string(), "exported_at": noted["exported_at"] });
        show::one(call.format, &told, &format!("{file} is written."));
        show::hint(
            "Keep it apart from the backups, and the passphrase apart from both: together they open everything.",
        );
        Ok(())
    }

    fn import(&self, call: &Call) -> Done {
        let (dir, file) = (call.place.dir.join("keys"), self.file.display());
        let passphrase = self.passphrase()?;
        let sealed = std::fs::read(&self.file)
            .map_err(|e| Failure::new(Exit::NotFound, format!("{file} cannot be read")).why(e))?;
        let keys = ring::Keys::unsealed(&sealed, &passphrase)?;
        home::make(&call.place.dir)?;
        let brought = keys.put_into(&dir)?;
        let people = if brought { "The keys are back." } else { "These keys are there already." };
        show::one(call.format, &json!({ "imported": brought }), people);
        Ok(())
    }
}
