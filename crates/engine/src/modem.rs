//! Modems as people see them: what each says of itself, what its card has sent, and what may be asked of it.
//!
//! Nothing here speaks to a modem: what is asked becomes a command row, what is known was a row before.

use crate::connector::{self, Progress};
use crate::{Ctx, Error, Permission, Result};
use sms::live::Command;
use store::Tx;
use store::machine::modem::{Modem, Spent};
use store::machine::{command, modem};

/// The kind of connector this is about.
pub const KIND: &str = "modem";
/// Codes are short; nothing but what a telephone's keys write is let through to a modem.
const CODE_MOST: usize = 64;
/// Whoever has serial ports takes it.
const NOBODY: i64 = 0;
const DEVICES_MOST: usize = 32;
/// Strength of the signal from which each bar is shown, dBm.
const BARS: [i64; 5] = [-105, -97, -89, -81, -73];

/// A modem and its card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What it said of itself last.
    pub modem: Modem,
    /// Bars of signal, 0 to 5; `None` where it is not known.
    pub bars: Option<u8>,
    /// What its card has sent.
    pub spent: Spent,
    /// Parts an hour and a day it may send; 0 is no bound.
    pub caps: (i64, i64),
    /// Until when it may send nothing, ms since 1970.
    pub rests_until: Option<i64>,
    /// Things that nobody could read, and when the last came.
    pub aside: (i64, i64),
}

impl Card {
    /// Whether its memory is nearly full: then nothing more comes in.
    pub fn is_nearly_full(&self) -> bool {
        self.modem.total > 0 && self.modem.used * 10 >= self.modem.total * 9
    }
}

/// The last digits of a number of the card's own: enough to know it by, too few to be it.
pub fn ending(digits: &str) -> String {
    let from = digits.len().saturating_sub(4);
    digits.get(from..).filter(|ending| !ending.is_empty()).map(|e| format!("…{e}")).unwrap_or_default()
}

/// What is known of a modem; `None` where it has said nothing yet, or the connector is none.
pub fn card(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64) -> Result<Option<Card>> {
    let view = connector::get(tx, ctx, connector)?;
    if view.kind != KIND {
        return Ok(None);
    }
    let Some(found) = modem::get(tx, connector)? else { return Ok(None) };
    let number = |name: &str| view.settings.get(name).and_then(|v| v.parse().ok()).unwrap_or(0);
    let caps = modem::Caps { hour: number("per_hour"), day: number("per_day") };
    Ok(Some(Card {
        bars: found.signal_dbm.map(bars),
        spent: modem::spent(tx, &found.sim)?,
        caps: (caps.hour, caps.day),
        rests_until: modem::full_until(tx, &found.sim, caps)?,
        aside: modem::aside(tx, connector)?,
        modem: found,
    }))
}

fn bars(dbm: i64) -> u8 {
    BARS.iter().filter(|least| dbm >= **least).count() as u8
}

/// Sends a code to the network of a modem; gives the command's id.
pub fn ussd(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64, code: &str) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    let code = code.trim();
    let is_code = |c: char| c.is_ascii_digit() || matches!(c, '*' | '#' | '+');
    if code.is_empty() || code.len() > CODE_MOST || !code.chars().all(is_code) {
        return Err(Error::invalid("code", "not_a_code", "is digits, * and #, as *100#"));
    }
    is_modem(tx, ctx, connector)?;
    Ok(command::insert(tx, connector, ctx.workspace, Command::Ussd, code)?)
}

/// Has the PIN of a modem's card entered once more; gives the command's id.
pub fn try_pin(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    is_modem(tx, ctx, connector)?;
    Ok(command::insert(tx, connector, ctx.workspace, Command::TryPin, "")?)
}

/// Looks for modems at every serial port, and at these devices; gives the command's id.
pub fn scan(tx: &mut Tx<'_>, ctx: &Ctx, devices: &[String]) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    if devices.len() > DEVICES_MOST || devices.iter().any(|device| device.len() > 255) {
        return Err(Error::invalid("devices", "too_many", "are too many, or too long"));
    }
    let input = serde_json::json!(devices).to_string();
    Ok(command::insert(tx, NOBODY, ctx.workspace, Command::ScanModems, &input)?)
}

/// Where a command stands.
pub fn progress(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Progress> {
    ctx.need(Permission::Delivery)?;
    connector::progress(tx, ctx, id)
}

fn is_modem(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64) -> Result<()> {
    let view = connector::get(tx, ctx, connector)?;
    if view.kind == KIND { Ok(()) } else { Err(Error::Conflict("not_a_modem")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_and_endings() {
        for (dbm, wanted) in [(-113, 0), (-105, 1), (-90, 2), (-89, 3), (-73, 5), (-51, 5)] {
            assert_eq!(bars(dbm), wanted, "{dbm}");
        }
        assert_eq!((ending("425010123456789").as_str(), ending("").as_str()), ("…6789", ""));
    }
}
