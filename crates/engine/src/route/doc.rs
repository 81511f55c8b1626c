//! A rule as people and programs write it: connectors and workspaces by their names, hours as they stand on a clock.

use super::check;
use crate::access;
use crate::{Ctx, Error, Result};
use serde::{Deserialize, Serialize};
use sms::Class;
use sms::id::{kind, parse, public};
use store::route::{Choose, Hours, Leg, Rewrite, Rule};
use store::{Tx, connector};

/// The days of the week as they are written, Monday first.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// One rule. What is empty fits everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Doc {
    /// Its id; empty for a new one.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it is passed over.
    pub off: bool,
    /// Beginnings of numbers.
    pub prefixes: Vec<String>,
    /// Countries as two letters.
    pub countries: Vec<String>,
    /// Networks as MCC and MNC.
    pub networks: Vec<String>,
    /// Senders; a `*` at the end fits any rest.
    pub senders: Vec<String>,
    /// What the message is for.
    pub classes: Vec<Class>,
    /// Names of workspaces; the id of one that is not for these eyes.
    pub workspaces: Vec<String>,
    /// Days and hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<HoursDoc>,
    /// Words of which the text must hold one.
    pub contains: Vec<String>,
    /// A regular expression the text must hold.
    pub pattern: String,
    /// What one SMS may cost, in millionths of the price lists' currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling_micros: Option<i64>,
    /// How one of the connectors is chosen.
    pub choose: Choose,
    /// Names of connectors.
    pub to: Vec<String>,
    /// Their weights, where the rule shares; missing ones are 1.
    pub weights: Vec<i64>,
    /// What is rewritten.
    pub rewrite: Rewrite,
}

/// Days and hours in a zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HoursDoc {
    /// Days by three letters; none are all.
    pub days: Vec<String>,
    /// From, as 08:00.
    pub from: String,
    /// Until, as 20:00.
    pub to: String,
    /// The zone, as Asia/Jerusalem.
    pub zone: String,
}

/// The names that rules are written with.
pub(super) struct Names {
    connectors: Vec<(i64, String)>,
    workspaces: Vec<(i64, String)>,
}

impl Names {
    pub(super) fn load(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Names> {
        Ok(Names {
            connectors: connector::list(tx)?.into_iter().map(|c| (c.id, c.name)).collect(),
            workspaces: access::workspaces(tx, ctx)?.into_iter().map(|w| (w.id, w.name)).collect(),
        })
    }

    /// The name of a connector; of one that is gone its id.
    pub(super) fn connector(&self, id: i64) -> String {
        named(&self.connectors, id).unwrap_or_else(|| public(kind::CONNECTOR, id))
    }

    /// Whether there is such a connector.
    pub(super) fn has(&self, connector: i64) -> bool {
        self.connectors.iter().any(|(id, _)| *id == connector)
    }

    pub(super) fn write(&self, rule: &Rule) -> Doc {
        let workspace =
            |id: &i64| named(&self.workspaces, *id).unwrap_or_else(|| public(kind::WORKSPACE, *id));
        Doc {
            id: public(kind::ROW, rule.id),
            name: rule.name.clone(),
            off: rule.off,
            prefixes: rule.prefixes.clone(),
            countries: rule.countries.clone(),
            networks: rule.networks.clone(),
            senders: rule.senders.clone(),
            classes: rule.classes.clone(),
            workspaces: rule.workspaces.iter().map(workspace).collect(),
            hours: rule.hours.as_ref().map(hours_written),
            contains: rule.contains.clone(),
            pattern: rule.pattern.clone(),
            ceiling_micros: rule.ceiling,
            choose: rule.choose,
            to: rule.to.iter().map(|leg| self.connector(leg.connector)).collect(),
            weights: if rule.choose == Choose::Share {
                rule.to.iter().map(|leg| leg.weight).collect()
            } else {
                Vec::new()
            },
            rewrite: rule.rewrite.clone(),
        }
    }

    /// A rule from what was written; every piece is looked at.
    pub(super) fn read(&self, doc: &Doc) -> Result<Rule> {
        let id = if doc.id.is_empty() { 0 } else { parse(kind::ROW, &doc.id).unwrap_or(0) };
        let connectors = doc.to.iter().map(|name| {
            found(&self.connectors, kind::CONNECTOR, name).ok_or_else(|| {
                Error::invalid("to", "unknown_connector", format!("there is no connector '{name}'"))
            })
        });
        let weight = |n: usize| doc.weights.get(n).copied().unwrap_or(1);
        let workspaces = doc.workspaces.iter().map(|name| {
            found(&self.workspaces, kind::WORKSPACE, name)
                .or_else(|| parse(kind::WORKSPACE, name))
                .ok_or_else(|| {
                    Error::invalid("workspaces", "unknown", format!("there is no workspace '{name}'"))
                })
        });
        let rule = Rule {
            id,
            name: doc.name.trim().to_owned(),
            off: doc.off,
            prefixes: doc.prefixes.iter().map(|p| check::prefix("prefixes", p)).collect::<Result<_>>()?,
            countries: doc.countries.iter().map(|c| c.trim().to_ascii_uppercase()).collect(),
            networks: doc.networks.iter().map(|n| n.trim().replace(['-', ' '], "")).collect(),
            senders: doc.senders.iter().map(|s| s.trim().to_owned()).collect(),
            classes: doc.classes.clone(),
            workspaces: workspaces.collect::<Result<_>>()?,
            hours: doc.hours.as_ref().map(hours_read).transpose()?,
            contains: doc.contains.iter().map(|w| w.trim().to_owned()).filter(|w| !w.is_empty()).collect(),
            pattern: doc.pattern.clone(),
            ceiling: doc.ceiling_micros,
            choose: doc.choose,
            to: connectors
                .enumerate()
                .map(|(n, id)| id.map(|connector| Leg { connector, weight: weight(n) }))
                .collect::<Result<_>>()?,
            rewrite: doc.rewrite.clone(),
        };
        check::rule(&rule)?;
        Ok(rule)
    }
}

fn named(names: &[(i64, String)], id: i64) -> Option<String> {
    names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone())
}

fn found(names: &[(i64, String)], prefix: &str, name: &str) -> Option<i64> {
    let by_id = || parse(prefix, name).filter(|id| names.iter().any(|(known, _)| known == id));
    names.iter().find(|(_, known)| known == name).map(|(id, _)| *id).or_else(by_id)
}

fn hours_written(hours: &Hours) -> HoursDoc {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    HoursDoc {
        days: DAYS
            .iter()
            .enumerate()
            .filter(|(n, _)| hours.days & (1 << n) != 0)
            .map(|(_, d)| (*d).into())
            .collect(),
        from: clock(hours.from),
        to: clock(hours.to),
        zone: hours.zone.clone(),
    }
}

fn hours_read(doc: &HoursDoc) -> Result<Hours> {
    let mut days = 0;
    for word in &doc.days {
        let day = DAYS.iter().position(|day| word.to_ascii_lowercase().starts_with(day));
        days |= 1
            << day.ok_or_else(|| Error::invalid("hours", "no_day", format!("'{word}' is no day, as mon")))?;
    }
    Ok(Hours {
        days: if days == 0 { 0b0111_1111 } else { days },
        from: clock(&doc.from)?,
        to: clock(&doc.to)?,
        zone: doc.zone.trim().to_owned(),
    })
}

/// Minutes of the day of `08:00`; empty is midnight.
fn clock(text: &str) -> Result<u16> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    let parts =
        text.split_once(':').and_then(|(h, m)| Some((h.parse::<u16>().ok()?, m.parse::<u16>().ok()?)));
    match parts {
        Some((24, 0)) => Ok(0),
        Some((hour, minute)) if hour < 24 && minute < 60 => Ok(hour * 60 + minute),
        _ => Err(Error::invalid("hours", "no_time", format!("'{text}' is no time, as 08:00"))),
    }
}

/// A price in millionths from a decimal number, as 0.0612; `None` where it is none, or finer than a millionth.
pub fn micros(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) || whole.len() > 9 {
        return None;
    }
    let part = part.trim_end_matches('0');
    if part.len() > 6 {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: i64 = format!("{part:0<6}").parse().ok()?;
    Some(whole * 1_000_000 + fraction)
}

/// Millionths as a decimal number with at least two places.
pub fn decimal(micros: i64) -> String {
    let (whole, part) = (micros / 1_000_000, micros.rem_euclid(1_000_000));
    let part = format!("{part:06}");
    let kept = part.trim_end_matches('0').len().max(2);
    format!("{whole}.{}", &part[..kept])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_whole_millionths() {
        for (text, value) in [
            ("0.06", Some(60_000)),
            ("0,0612", Some(61_200)),
            ("1", Some(1_000_000)),
            (".5", Some(500_000)),
            ("0.0000010", Some(1)),
            ("0.0000001", None),
            ("-1", None),
            ("", None),
            (".", None),
            ("1.2.3", None),
            ("9999999999", None),
        ] {
            assert_eq!(micros(text), value, "{text}");
        }
        assert_eq!(
            [decimal(60_000), decimal(61_200), decimal(1_000_000), decimal(1)],
            ["0.06", "0.0612", "1.00", "0.000001"]
        );
    }

    #[test]
    fn hours_are_written_as_they_are_read() {
        let doc = HoursDoc {
            days: vec!["mon".into(), "fri".into()],
            from: "08:30".into(),
            to: "20:00".into(),
            zone: "Asia/Jerusalem".into(),
        };
        assert_eq!(hours_written(&hours_read(&doc).unwrap()), doc);
        assert_eq!(hours_read(&HoursDoc::default()).unwrap().days, 127);
        assert!(clock("25:00").is_err() && clock("8").is_err() && clock("08:60").is_err());
    }
}
