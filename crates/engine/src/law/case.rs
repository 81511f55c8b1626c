//! What a pack promises of itself, held against what comes of it. A pack that breaks a promise of its own is not loaded.

use super::Law;
use super::judge::{self, Asked, House, Looked, Verdict};
use super::pack::Case;
use super::text::Lacks;
use crate::refusal;
use jiff::Timestamp;
use sms::Class;

/// A working hour in every country there is a pack for, where a case names none.
const DAYTIME: &str = "2026-11-17T14:30:00+02:00";

/// Runs a case; `country` is that of the pack, where the case names no other.
///
/// # Errors
/// What came instead.
pub fn run(law: &Law, country: &str, case: &Case) -> Result<(), String> {
    if let Some(reply) = &case.reply {
        let found = refusal::judge(reply).kind.name();
        return (found == case.expect)
            .then_some(())
            .ok_or_else(|| format!("'{reply}' is understood as {found}"));
    }
    let country = case.country.as_deref().unwrap_or(country);
    if let Some(name) = &case.sender {
        let packs = law.of_sender(country);
        let found = super::name::problems(name, &packs).first().map_or("free", |p| p.name());
        return (found == case.expect).then_some(()).ok_or_else(|| format!("the name '{name}' is {found}"));
    }
    let at: Timestamp = case.at.as_deref().unwrap_or(DAYTIME).parse().map_err(|e| format!("at: {e}"))?;
    let class: Class = case.class.as_deref().unwrap_or("marketing").parse().map_err(|_| "no such class")?;
    let from = case.from.as_deref().unwrap_or_default();
    let approved = (case.approved != Some(false)).then(|| (from.to_owned(), String::new(), 0));
    let house = House {
        advertiser: "Shop".into(),
        senders: approved.into_iter().collect(),
        numbers: case.reply_number.clone().into_iter().collect(),
        link: "https://shop.example/u/".into(),
        test: false,
        keeps_time: true,
    };
    let asked = Asked {
        class,
        sender: from,
        text: case.text.as_deref().unwrap_or("Hello"),
        of_campaign: false,
        own_link: "https://shop.example/u/aB3dE5gH7jK9mN",
        zone: case.zone.as_deref(),
        reached: 0,
        due: at.as_millisecond(),
        spread_ms: 0,
    };
    let to = case.to.as_deref().unwrap_or_default();
    let rules = law.rules(to, country, &[]);
    compare(case, judge::judge(&rules, &house, &asked, &mut Looked::default()))
}

fn compare(case: &Case, found: Result<Verdict<'_>, Lacks>) -> Result<(), String> {
    let (name, code) = match &found {
        Ok(verdict) => (verdict.name(), ""),
        Err(lacks) => ("deny", lacks.code.name()),
    };
    if name != case.expect {
        let why = found.as_ref().err().map(|l| format!(" ({} by {})", l.code, l.rule)).unwrap_or_default();
        return Err(format!("it is {name}{why}, not {}", case.expect));
    }
    if case.code.as_deref().is_some_and(|c| c != code) {
        return Err(format!("the reason is {code}"));
    }
    let Ok(verdict) = found else { return Ok(()) };
    if let Some(text) = case.becomes.as_ref().filter(|t| **t != verdict.text) {
        return Err(format!("it becomes '{}', not '{text}'", verdict.text));
    }
    let Some(until) = &case.until else { return Ok(()) };
    let until: Timestamp = until.parse().map_err(|e| format!("until: {e}"))?;
    let goes = Timestamp::from_millisecond(verdict.due).map_err(|e| e.to_string())?;
    if goes == until { Ok(()) } else { Err(format!("it goes at {goes}")) }
}

/// All cases of a pack that fail: the case, and what came instead.
pub fn failures(law: &Law, pack: &super::Pack) -> Vec<(String, String)> {
    let country = pack.file.pack.applies_to.sender_country.iter().find(|c| *c != "EU");
    let country = country.map_or("", String::as_str);
    let run = |case: &Case| run(law, country, case).err().map(|why| (case.id.clone(), why));
    pack.file.case.iter().filter_map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::super::shelf::{BUILTIN, TEXTS};
    use super::super::{Law, read};
    use super::failures;

    #[test]
    fn every_pack_is_read_and_keeps_its_own_promises() {
        let mut wrong = Vec::new();
        for text in TEXTS {
            if let Err(e) = read::read(text) {
                wrong.push(format!("{}: {e}", text.lines().next().unwrap_or_default()));
            }
        }
        let law = Law::new(BUILTIN.clone(), true);
        for pack in BUILTIN.iter() {
            assert!(pack.file.case.len() >= 4, "{} has too few cases", pack.id());
            let broken = failures(&law, pack);
            wrong.extend(broken.into_iter().map(|(case, why)| format!("{} {case}: {why}", pack.id())));
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        assert_eq!(BUILTIN.len(), TEXTS.len());
    }
}
