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
            _ => call.link()?,
        };
        match self {
            Keys::Export(_) | Keys::Import(_) => {} // done above
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
