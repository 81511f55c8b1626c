//! Chains that show whether what is written was changed: each link hashes the digests of its rows and the link before.
//!
//! The hash is plain SHA-256, so whoever holds a copy can check it; the seal beside it is made with the key ring, so
//! whoever holds the database alone cannot make another chain that looks as good. What was cut off at the end can only
//! be seen by who kept an earlier end. A row is never changed here, and a link never leaves.

use crate::{Result, Tx, Val, params, sql};
use sha2::{Digest, Sha256};

/// Which chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Permissions and refusals.
    Consent = 1,
    /// What people and programs did.
    Deeds = 2,
}

impl Kind {
    /// Both.
    pub const ALL: &'static [Kind] = &[Kind::Consent, Kind::Deeds];

    /// The word on pages and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Consent => "consent",
            Kind::Deeds => "deeds",
        }
    }

    const fn number(self) -> i64 {
        self as i64
    }
}

/// What stands before the first link.
pub const BEGINNING: [u8; 32] = [0; 32];

/// The digest of a row, made of its parts in order; each is preceded by its length, so no two rows read alike.
#[derive(Clone)]
pub struct RowDigest(Sha256);

impl RowDigest {
    /// Begins with what sort of row it is.
    pub fn of(what: &str) -> RowDigest {
        RowDigest(Sha256::new()).text(what)
    }

    /// Adds a text.
    pub fn text(self, part: &str) -> RowDigest {
        self.octets(part.as_bytes())
    }

    /// Adds a number.
    pub fn int(self, part: i64) -> RowDigest {
        self.octets(&part.to_be_bytes())
    }

    /// Adds octets.
    pub fn octets(mut self, part: &[u8]) -> RowDigest {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
        self
    }

    /// The digest.
    pub fn end(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// What a row keeps of its own digest, so that a changed row can be named.
pub fn mark(digest: &[u8; 32]) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = *digest;
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its number, from 1.
    pub link: i64,
    /// How many rows it covers.
    pub size: i64,
    /// When it was made, ms since 1970.
    pub at: i64,
    /// Over the link before and the rows.
    pub hash: Vec<u8>,
    /// Over the hash, under the key ring.
    pub seal: Vec<u8>,
}

/// The hash of a link.
pub fn hash(
    before: &[u8],
    workspace: i64,
    kind: Kind,
    (link, at): (i64, i64),
    digests: &[[u8; 32]],
) -> [u8; 32] {
    let mut whole = Sha256::new();
    whole.update(b"sendword chain 1");
    whole.update(before);
    for number in [workspace, kind.number(), link, at, i64::try_from(digests.len()).unwrap_or(i64::MAX)] {
        whole.update(number.to_be_bytes());
    }
    digests.iter().for_each(|d| whole.update(d));
    whole.finalize().into()
}

/// The seal of a hash.
pub fn seal(tx: &Tx<'_>, hash: &[u8]) -> [u8; 32] {
    tx.keys().mac("chain", &[hash])
}

/// Adds a link over rows of these digests, in the order of their ids; gives its number. The end of the chain is held
/// until the commit, so this is best done last in a transaction.
pub fn append(tx: &mut Tx<'_>, workspace: i64, kind: Kind, digests: &[[u8; 32]]) -> Result<i64> {
    let (before, last) = match held(tx, workspace, kind)? {
        Some(end) => end,
        None => {
            tx.exec(
                sql!(
                    "INSERT INTO chain_end (workspace, kind, link, hash) VALUES ($1, $2, 0, $3)
                     ON CONFLICT (workspace, kind) DO NOTHING"
                ),
                &params![workspace, kind.number(), BEGINNING],
            )?;
            held(tx, workspace, kind)?.unwrap_or((BEGINNING.to_vec(), 0))
        }
    };
    let (link, at) = (last + 1, tx.now());
    let hash = hash(&before, workspace, kind, (link, at), digests);
    let seal = seal(tx, &hash);
    tx.exec(
        sql!(
            "INSERT INTO chain (workspace, kind, link, size, at, hash, seal) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &params![workspace, kind.number(), link, digests.len(), at, hash, seal],
    )?;
    tx.exec(
        sql!("UPDATE chain_end SET link = $3, hash = $4 WHERE workspace = $1 AND kind = $2"),
        &params![workspace, kind.number(), link, hash],
    )?;
    Ok(link)
}

fn held(tx: &mut Tx<'_>, workspace: i64, kind: Kind) -> Result<Option<(Vec<u8>, i64)>> {
    tx.one(
        sql!("SELECT hash, link FROM chain_end WHERE workspace = $1 AND kind = $2 FOR UPDATE"),
        &params![workspace, kind.number()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// The end as it is kept: hash and number of the last link.
pub fn end(tx: &mut Tx<'_>, workspace: i64, kind: Kind) -> Result<Option<(Vec<u8>, i64)>> {
    tx.one(
        sql!("SELECT hash, link FROM chain_end WHERE workspace = $1 AND kind = $2"),
        &params![workspace, kind.number()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Links behind one, in order.
pub fn links(tx: &mut Tx<'_>, workspace: i64, kind: Kind, after: i64, limit: i64) -> Result<Vec<Link>> {
    tx.rows(
        sql!(
            "SELECT link, size, at, hash, seal FROM chain
             WHERE workspace = $1 AND kind = $2 AND link > $3 ORDER BY link LIMIT $4"
        ),
        &params![workspace, kind.number(), after, limit],
        |r| Ok(Link { link: r.get(0)?, size: r.get(1)?, at: r.get(2)?, hash: r.get(3)?, seal: r.get(4)? }),
    )
}

/// Whether a link of this hash, in hex, is in the chain.
pub fn has(tx: &mut Tx<'_>, workspace: i64, kind: Kind, hash: &str) -> Result<bool> {
    let octets: Option<Vec<u8>> =
        (0..hash.len()).step_by(2).map(|i| u8::from_str_radix(hash.get(i..i + 2)?, 16).ok()).collect();
    let Some(octets) = octets else { return Ok(false) };
    let found = tx.one(
        sql!("SELECT 1 FROM chain WHERE workspace = $1 AND kind = $2 AND hash = $3 LIMIT 1"),
        &params![workspace, kind.number(), octets],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some() || octets == BEGINNING)
}

/// A row that names a link which is not there: it was written past the chain.
pub fn beyond(tx: &mut Tx<'_>, workspace: i64, kind: Kind, last: i64) -> Result<Option<i64>> {
    let (before, first, behind) = match kind {
        Kind::Consent => (
            sql!("SELECT id FROM consent_event WHERE workspace = $1 AND link < $2 LIMIT 1"),
            0, // 0 is older than the chain
            sql!("SELECT id FROM consent_event WHERE workspace = $1 AND link > $2 LIMIT 1"),
        ),
        Kind::Deeds => (
            sql!("SELECT id FROM deed WHERE workspace = $1 AND link < $2 LIMIT 1"),
            1,
            sql!("SELECT id FROM deed WHERE workspace = $1 AND link > $2 LIMIT 1"),
        ),
    };
    let found = tx.one(before, &params![workspace, Val::Int(first)], |r| r.get(0))?;
    if found.is_some() { Ok(found) } else { tx.one(behind, &params![workspace, last], |r| r.get(0)) }
}

/// Rows that were written before there was a chain, and are in none.
pub fn unchained(tx: &mut Tx<'_>, workspace: i64) -> Result<i64> {
    let sql = sql!("SELECT count(*) FROM consent_event WHERE workspace = $1 AND link = 0");
    Ok(tx.one(sql, &params![workspace], |r| r.get(0))?.unwrap_or(0))
}

/// A row of a chain: what it is called, the link that covers it, the mark it keeps, and the digest it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chained {
    /// Its id.
    pub id: i64,
    /// The link that covers it.
    pub link: i64,
    /// What it keeps of its digest.
    pub mark: i64,
    /// Its digest, made of what stands there now.
    pub digest: [u8; 32],
    /// Whether its personal part is gone, as an erasure leaves it.
    pub erased: bool,
    /// Whether its personal part is another than the one that was written.
    pub swapped: bool,
}
