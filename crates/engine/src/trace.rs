//! Who looks at a wire, and how much of it they may see.
//!
//! Passwords are in no row. Numbers and texts are shown of messages of one's own workspace, to who may read its inbox; of
//! others they are masked, since a connection carries the messages of everybody.

use crate::{Actor, Ctx, Error, Permission, Result};
use store::machine::trace::{self as rows, Packet};
use store::{Tx, connector, message, workspace};

/// The longest one looks at once.
const MINUTES_MAX: i64 = 240;
/// Packets a page or answer gives.
pub const TAIL: i64 = 100;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Nothing of a person's.
    Plain,
    /// A number or a name.
    Address,
    /// What somebody wrote.
    Text,
    /// A password.
    Secret,
}

/// A field as it may be seen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value, masked where it must be.
    pub value: String,
    /// What it holds.
    pub sort: Sort,
}

/// A packet as it may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: i64,
    /// When, ms.
    pub at: i64,
    /// Which of the connector's links.
    pub link: i64,
    /// Whether we sent it.
    pub ours: bool,
    /// `smpp`, `ucp` or `cimd2`.
    pub dialect: String,
    /// What it is.
    pub command: String,
    /// How it answers, or empty.
    pub status: String,
    /// What pairs an answer with its request.
    pub seq: i64,
    /// The message it is of, where that is one of the workspace.
    pub message: Option<i64>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Its octets; none where something of it is masked.
    pub raw: Option<Vec<u8>>,
}

/// Looks at a connector's wire for some minutes from now on; a mask of digits narrows it to numbers that have them.
pub fn watch(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, mask: &str, minutes: i64) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    connector::get(tx, id)?.ok_or(Error::NotFound("connector"))?;
    begin(tx, ctx, id, mask, minutes)
}

/// The watch itself, of a wire that is known to be there.
pub(crate) fn begin(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, mask: &str, minutes: i64) -> Result<i64> {
    let mask: String = mask.chars().filter(char::is_ascii_digit).collect();
    let for_ms = minutes.clamp(1, MINUTES_MAX) * 60_000;
    Ok(rows::watch(tx, id, &mask, ctx.workspace, &ctx.actor_name(), for_ms)?)
}

/// Ends all looking at a connector's wire.
pub fn unwatch(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    connector::get(tx, id)?.ok_or(Error::NotFound("connector"))?;
    rows::unwatch(tx, id)?;
    Ok(())
}

/// Until when somebody looks at a connector's wire, and at which numbers.
pub fn watched(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Option<(i64, String)>> {
    ctx.need(Permission::Delivery)?;
    let all = rows::watches(tx)?.into_iter().filter(|w| w.connector == id || w.connector == 0);
    Ok(all.max_by_key(|w| w.until_at).map(|w| (w.until_at, w.mask)))
}

/// The newest packets of a connector, newest first.
pub fn tail(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, limit: i64) -> Result<Vec<View>> {
    ctx.need(Permission::Delivery)?;
    connector::get(tx, id)?.ok_or(Error::NotFound("connector"))?;
    let packets = rows::newest(tx, id, limit.clamp(1, rows::KEPT))?;
    shown(tx, ctx, packets)
}

/// The packets of a message of the workspace, oldest first.
pub fn of_message(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Vec<View>> {
    ctx.need(Permission::Delivery)?;
    message::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("message"))?;
    let packets = rows::of_message(tx, id)?;
    shown(tx, ctx, packets)
}

/// Whether something of a message can be seen here.
pub fn has(tx: &mut Tx<'_>, ctx: &Ctx, message: i64) -> Result<bool> {
    Ok(ctx.may(Permission::Delivery) && rows::has(tx, message)?)
}

/// One packet of a connector; what stood on a client's wire is its workspace's alone and is found under the client.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64, id: i64) -> Result<View> {
    ctx.need(Permission::Delivery)?;
    connector::get(tx, connector)?.ok_or(Error::NotFound("connector"))?;
    let found = rows::get(tx, id)?.filter(|p| p.connector == connector).ok_or(Error::NotFound("packet"))?;
    Ok(shown(tx, ctx, vec![found])?.remove(0))
}

fn shown(tx: &mut Tx<'_>, ctx: &Ctx, packets: Vec<Packet>) -> Result<Vec<View>> {
    let may = ctx.may(Permission::Inbox);
    let everything = may
        && (matches!(ctx.actor, Actor::Console | Actor::System)
            || workspace::only(tx)?.is_some_and(|only| only == ctx.workspace));
    let mut out = Vec::with_capacity(packets.len());
    for packet in packets {
        let own = packet.message != 0 && message::get(tx, ctx.workspace, packet.message)?.is_some();
        out.push(view(packet, everything || may && own, own));
    }
    Ok(out)
}

/// A packet as it may be seen: `open` shows numbers and texts, `own` says whose message it is.
pub(crate) fn view(p: Packet, open: bool, own: bool) -> View {
    let fields: Vec<Field> = p.fields.lines().filter_map(|line| field(line, open)).collect();
    View {
        id: p.id,
        at: p.at,
        link: p.link,
        ours: p.ours,
        dialect: p.dialect,
        command: p.command,
        status: p.status,
        seq: p.seq,
        message: own.then_some(p.message),
        raw: open.then_some(p.raw),
        fields,
    }
}

fn field(line: &str, open: bool) -> Option<Field> {
    let mut signs = line.chars();
    let sort = match signs.next()? {
        '#' => Sort::Address,
        '"' => Sort::Text,
        '!' => Sort::Secret,
        _ => Sort::Plain,
    };
    let (name, value) = signs.as_str().split_once(": ")?;
    let value = match sort {
        Sort::Address if !open && !value.is_empty() => sms::number::mask(value),
        Sort::Text if !open => format!("{} characters", value.chars().count()),
        _ => value.to_owned(),
    };
    Some(Field { name: name.to_owned(), value, sort })
}

/// Packets as text, a block each, oldest first as they are given.
pub fn as_text(packets: &[View], time: impl Fn(i64) -> String) -> String {
    let mut out = String::new();
    for p in packets {
        let way = if p.ours { "sent" } else { "read" };
        let status = if p.status.is_empty() { String::new() } else { format!(" {}", p.status) };
        out.push_str(&format!("{} {way} link {} {} seq {}{status}\n", time(p.at), p.link, p.command, p.seq));
        for f in &p.fields {
            out.push_str(&format!("  {}: {}\n", f.name, f.value));
        }
        out.push('\n');
    }
    out
}

/// Packets as a hexadecimal dump that `text2pcap -D -t '%Y-%m-%dT%H:%M:%S.'` reads; masked ones are left out.
pub fn as_hex(packets: &[View], time: impl Fn(i64) -> String) -> String {
    let mut out = String::new();
    for p in packets {
        let Some(raw) = &p.raw else { continue };
        out.push_str(&format!("{} {}\n", if p.ours { "O" } else { "I" }, time(p.at)));
        for (n, line) in raw.chunks(16).enumerate() {
            let octets: Vec<String> = line.iter().map(|b| format!("{b:02x}")).collect();
            out.push_str(&format!("{:06x} {}\n", n * 16, octets.join(" ")));
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet() -> Packet {
        Packet {
            id: 1,
            connector: 9,
            link: 0,
            at: 0,
            ours: true,
            dialect: "smpp".into(),
            command: "submit_sm".into(),
            status: String::new(),
            seq: 7,
            message: 5,
            fields: "#destination_addr: +972501234567\n\"short_message: your code is 4711 (17 octets)\n data_coding: 0x00\n!password: ***\n".into(),
            raw: (0..20).collect(),
        }
    }

    #[test]
    fn what_is_not_ones_own_is_masked() {
        let masked = view(packet(), false, false);
        let text = as_text(std::slice::from_ref(&masked), |_| "t".into());
        assert!(!text.contains("4711") && !text.contains("501234567"), "{text}");
        assert!(text.contains("data_coding: 0x00") && text.contains("password: ***"), "{text}");
        assert_eq!((masked.message, masked.raw.clone()), (None, None));
        assert_eq!(as_hex(&[masked], |_| "t".into()), "");
        let open = view(packet(), true, true);
        assert!(as_text(std::slice::from_ref(&open), |_| "t".into()).contains("your code is 4711"));
        assert_eq!(
            as_hex(&[open], |_| "t".into()),
            "O t\n000000 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n000010 10 11 12 13\n\n"
        );
    }
}
