//! Phones that carry, as people see them: pairing one, what it says of itself, what its cards have sent, and its end.
//!
//! Nothing here speaks to a phone: a code is offered, a token is made worthless, and what is known was a row before.

use crate::connector;
use crate::{Ctx, Error, Permission, Result};
use store::machine::modem::{self, Caps, Spent};
use store::machine::phone::{self, Phone, Sim};
use store::{Tx, setting};

/// The kind of connector this is about.
pub const KIND: &str = "phone";
/// Letters and digits that nobody takes for one another.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Signs of a code: fifty bits for ten minutes.
const SIGNS_MOST: usize = 10;

/// A code for one phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// As a person types it.
    pub code: String,
    /// Where the app is to ask.
    pub address: String,
    /// What the app reads from a picture.
    pub link: String,
    /// Until when it may be used, ms since 1970.
    pub until: i64,
}

/// A card of a phone and what it has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What the phone says of it.
    pub sim: Sim,
    /// Whether the settings let it send.
    pub chosen: bool,
    /// What it has sent.
    pub spent: Spent,
    /// Until when it may send nothing, ms since 1970.
    pub rests_until: Option<i64>,
}

/// A phone and its cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What is known of it.
    pub phone: Phone,
    /// Its cards.
    pub cards: Vec<Card>,
    /// Parts an hour and a day each card may send; 0 is no bound.
    pub caps: (i64, i64),
    /// Now, ms since 1970.
    pub now: i64,
}

impl View {
    /// Whether a phone is paired.
    pub fn is_paired(&self) -> bool {
        self.phone.paired_at > 0
    }

    /// Whether a code waits for its phone.
    pub fn is_offered(&self) -> bool {
        self.phone.code_until > self.now
    }
}

/// Chance for a code.
pub fn chance() -> Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| store::Error::File(format!("no random numbers: {e}")))?;
    Ok(bytes)
}

/// Offers a code made of [`chance`], which is drawn outside: this may run again.
pub fn offer(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64, random: [u8; 16]) -> Result<Code> {
    ctx.need(Permission::Delivery)?;
    is_phone(tx, ctx, connector)?;
    let signs = random.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)]));
    let plain: String = signs.take(SIGNS_MOST).collect();
    let until = phone::offer(tx, connector, &plain)?;
    let code = format!("{}-{}", &plain[..SIGNS_MOST / 2], &plain[SIGNS_MOST / 2..]);
    let address = setting::get(tx, setting::PUBLIC_URL)?.unwrap_or_default();
    let address = address.trim_end_matches('/').to_owned();
    let link = format!("sendword://pair?v=1&u={}&c={code}", escaped(&address));
    Ok(Code { code, address, link, until })
}

/// The phone of a connector is let in no more.
pub fn revoke(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    is_phone(tx, ctx, connector)?;
    Ok(phone::revoke(tx, connector)?)
}

/// What is known of the phone of a connector; `None` where the connector has none.
pub fn view(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64) -> Result<Option<View>> {
    let view = connector::get(tx, ctx, connector)?;
    if view.kind != KIND {
        return Ok(None);
    }
    let phone = phone::get(tx, connector)?.unwrap_or(Phone { connector, ..Phone::default() });
    let number = |name: &str| view.settings.get(name).and_then(|v| v.parse().ok()).unwrap_or(0);
    let caps = Caps { hour: number("per_hour"), day: number("per_day") };
    let slot: i64 = number("sims");
    let card = |sim: &Sim| -> Result<Card> {
        let key = sim.key(connector);
        Ok(Card {
            sim: sim.clone(),
            chosen: slot == 0 || slot == sim.slot,
            spent: modem::spent(tx, &key)?,
            rests_until: modem::full_until(tx, &key, caps)?,
        })
    };
    let cards = phone.facts.sims.iter().map(card).collect::<Result<Vec<Card>>>()?;
    Ok(Some(View { phone, cards, caps: (caps.hour, caps.day), now: tx.now() }))
}

fn is_phone(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64) -> Result<()> {
    let view = connector::get(tx, ctx, connector)?;
    if view.kind == KIND { Ok(()) } else { Err(Error::Conflict("not_a_phone")) }
}

/// A value of a query.
fn escaped(text: &str) -> String {
    let one = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(one).collect()
}
