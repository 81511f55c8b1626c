//! Unsubscribe tokens: one per workspace and number, made at first use and kept for good, so that a link in an old
//! message works after the contact is gone. Who holds a token is sure of one thing only: it reached that number.

use crate::{Result, Tx, params, sql};

/// What a token opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    /// The workspace that wrote.
    pub workspace: i64,
    /// The number it wrote to.
    pub number: String,
    /// The language of its page.
    pub language: String,
}

/// Stands where the number of a token was, before the keyed digest of it.
const ERASED: &str = "hmac:";

/// What a token keeps of an erased number.
pub(crate) fn erased(hmac: &[u8; 32]) -> String {
    let hex: String = hmac.iter().map(|b| format!("{b:02x}")).collect();
    format!("{ERASED}{hex}")
}

impl Unsubscribe {
    /// The keyed digest of the number, where the number itself was erased.
    pub fn digest(&self) -> Option<[u8; 32]> {
        let hex = self.number.strip_prefix(ERASED)?;
        let mut out = [0; 32];
        for (place, pair) in out.iter_mut().zip(hex.as_bytes().chunks(2)) {
            *place = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        (hex.len() == 64).then_some(out)
    }
}

/// Keeps tokens that are not there yet, in one statement: token, number; each token once. The number of one that was erased
/// stands in its row again: it is written to again, so the link is to stop it under the key of today.
pub fn keep(tx: &mut Tx<'_>, workspace: i64, language: &str, rows: &[(String, &str)]) -> Result<u64> {
    tx.many(
        sql!(
            "INSERT INTO unsubscribe (token, workspace, number, language)
             SELECT r.token, $1, r.number, $2 FROM ROWS(token TEXT, number TEXT) AS r WHERE true
             ON CONFLICT (token) DO UPDATE SET number = excluded.number WHERE unsubscribe.number LIKE 'hmac:%'"
        ),
        &params![workspace, language],
        rows.iter().map(|(token, number)| params![*token, **number]),
    )
}

/// Which of these tokens are not kept yet, or keep no number since it was erased.
pub fn missing(tx: &mut Tx<'_>, workspace: i64, tokens: &[&str]) -> Result<Vec<String>> {
    let there = tx.rows(
        sql!(
            "SELECT token FROM unsubscribe
             WHERE workspace = $1 AND token IN LIST($2 TEXT) AND number NOT LIKE 'hmac:%'"
        ),
        &params![workspace, crate::texts_of(tokens)],
        |r| r.get::<String>(0),
    )?;
    let there: std::collections::HashSet<String> = there.into_iter().collect();
    Ok(tokens.iter().filter(|t| !there.contains(**t)).map(|t| (*t).to_owned()).collect())
}

/// What a token opens; the token itself names the workspace.
pub fn get(tx: &mut Tx<'_>, token: &str) -> Result<Option<Unsubscribe>> {
    tx.one(
        sql!("SELECT workspace, number, language FROM unsubscribe WHERE token = $1"),
        &params![token],
        |r| Ok(Unsubscribe { workspace: r.get(0)?, number: r.get(1)?, language: r.get(2)? }),
    )
}

/// Uses up a nonce, which is remembered until it would have ended anyway; `false` where it was used before.
pub fn use_nonce(tx: &mut Tx<'_>, nonce: &str, until: i64) -> Result<bool> {
    let sql = sql!("INSERT INTO used_nonce (nonce, until) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING");
    Ok(tx.exec(sql, &params![nonce, until])? > 0)
}
