//! Who may bind: password, address, kind and number of sessions, and the lock-out of who guesses.
//!
//! A try that fails is counted by account and by address. An address outside of the account's list is refused before
//! the password is looked at and counts against itself alone, so that nobody locks out a stranger.

use super::terms::Terms;
use super::{machine, proof};
use crate::Result;
use std::net::IpAddr;
use store::machine::access as failures;
use store::machine::client::NewSession;
use store::{Tx, workspace};
use subtle::ConstantTimeEq;

/// Tries that cost nothing: of one account, of one address.
const FREE: [i64; 2] = [5, 20];
/// The first wait; it doubles.
const WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 900_000;
/// Failures are forgotten after an hour without one.
const FORGOTTEN_MS: i64 = 3_600_000;

/// Somebody who wants to be bound.
#[derive(Clone)]
pub struct Knock {
    /// What it says it is.
    pub system_id: String,
    /// Its proof.
    pub password: Vec<u8>,
    /// From where.
    pub address: IpAddr,
    /// 0 transmitter, 1 receiver, 2 transceiver.
    pub bind: i64,
    /// The version it speaks.
    pub version: i64,
    /// Whether it came by TLS.
    pub tls: bool,
}

/// Why somebody was not bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// No such account, or not its password; which of the two is not told.
    Password,
    /// It failed too often and has to wait.
    Locked,
    /// The account is switched off.
    Disabled,
    /// Not from this address.
    Address,
    /// The account does not bind in this way.
    Kind,
    /// As many sessions as allowed are bound.
    Full,
}

/// Somebody who is bound.
#[derive(Debug, Clone)]
pub struct Account {
    /// The client.
    pub client: i64,
    /// Its number in the notify column of its messages.
    pub serial: i64,
    /// The workspace it sends for.
    pub workspace: i64,
    /// The country of the workspace, by which numbers are read.
    pub country: String,
    /// The session.
    pub session: i64,
    /// Which version of the account it is.
    pub version: i64,
    /// What it may.
    pub terms: Terms,
}

fn who(system_id: &str, address: IpAddr) -> [String; 2] {
    [format!("smpp:{system_id}"), format!("smpp-from:{address}")]
}

/// Binds, or says why not. What failed is counted by [`refused`], in a transaction of its own.
pub fn bind(tx: &mut Tx<'_>, knock: &Knock) -> Result<std::result::Result<Account, No>> {
    let now = tx.now();
    for one in who(&knock.system_id, knock.address) {
        if failures::failures(tx, &one)?.1 > now {
            return Ok(Err(No::Locked));
        }
    }
    let found = machine::by_system_id(tx, &knock.system_id)?;
    let given = proof(tx, &knock.system_id, &knock.password);
    let Some((client, kept)) = found else { return Ok(Err(No::Password)) };
    let terms = Terms::of(&client.settings);
    if !terms.lets_in(knock.address) {
        return Ok(Err(No::Address));
    }
    if !bool::from(given.as_slice().ct_eq(&kept)) {
        return Ok(Err(No::Password));
    }
    if !client.enabled {
        return Ok(Err(No::Disabled));
    }
    if terms.bind.is_some_and(|only| only != knock.bind) {
        return Ok(Err(No::Kind));
    }
    if machine::bound(tx, client.id)? >= terms.binds {
        return Ok(Err(No::Full));
    }
    let Some(house) = workspace::get(tx, client.workspace)? else { return Ok(Err(No::Disabled)) };
    let session = NewSession {
        client: client.id,
        workspace: client.workspace,
        bind: knock.bind,
        address: knock.address.to_string(),
        version: knock.version,
        tls: knock.tls,
    };
    let session = machine::open(tx, &session)?;
    let [account, _] = who(&knock.system_id, knock.address);
    if failures::failures(tx, &account)?.0 > 0 {
        failures::forgive(tx, &account)?;
    }
    tx.ring(store::Bell::Workspace(client.workspace));
    Ok(Ok(Account {
        client: client.id,
        serial: client.serial,
        workspace: client.workspace,
        country: house.country,
        session,
        version: client.version,
        terms,
    }))
}

/// Counts what failed; who failed too often waits.
pub fn refused(tx: &mut Tx<'_>, knock: &Knock, why: No) -> Result<()> {
    let counted = match why {
        No::Password => 0,
        No::Address => 1, // the account is not to suffer for a stranger
        No::Locked | No::Disabled | No::Kind | No::Full => return Ok(()),
    };
    let now = tx.now();
    // An account that is not there has nobody to be kept out, and a row for each name somebody thinks of is a gift.
    let there = machine::by_system_id(tx, &knock.system_id)?.is_some();
    for (n, (one, free)) in who(&knock.system_id, knock.address).iter().zip(FREE).enumerate() {
        if n < counted || (n == 0 && !there) {
            continue;
        }
        let (count, until) = failures::failures(tx, one)?;
        let count = if until < now - FORGOTTEN_MS { 1 } else { count + 1 };
        let wait = if count < free { 0 } else { (WAIT_MS << (count - free).min(6)).min(LONGEST_WAIT_MS) };
        failures::failed(tx, one, count, now + wait)?;
    }
    Ok(())
}

/// An account's failures are forgotten.
pub(super) fn forgive(tx: &mut Tx<'_>, system_id: &str) -> Result<()> {
    Ok(failures::forgive(tx, &format!("smpp:{system_id}"))?)
}

/// Sessions ended.
pub fn closed(tx: &mut Tx<'_>, sessions: &[i64], workspace: i64) -> Result<()> {
    tx.ring(store::Bell::Workspace(workspace));
    Ok(machine::close(tx, sessions)?)
}
