//! Whether a rule can be kept: every piece of it means something, and connectors whose prices are compared have prices
//! that can be.

use super::{CANDIDATES_MAX, fit};
use crate::connector::shown_sender;
use crate::{Error, Result};
use jiff::tz::TimeZone;
use store::rate::List;
use store::route::{Choose, Rule};

/// Rules of one table.
pub(super) const RULES_MAX: usize = 1_000;
/// Pieces of one condition.
const PIECES_MAX: usize = 500;
const NAME_MAX: usize = 80;
const WORD_MAX: usize = 200;
const WEIGHT_MAX: i64 = 1_000;

/// `+` and digits.
pub(super) fn prefix(param: &str, text: &str) -> Result<String> {
    let digits: String = text.chars().filter(|c| !" -().".contains(*c)).collect();
    let digits = digits.trim_start_matches('+');
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::invalid(
            param,
            "no_prefix",
            format!("'{text}' must be digits, with the country's code first"),
        ));
    }
    Ok(format!("+{digits}"))
}

/// Looks at every piece of a rule.
pub(super) fn rule(rule: &Rule) -> Result<()> {
    let wrong = |param: &str, why: &'static str, detail: String| Err(Error::invalid(param, why, detail));
    if rule.name.chars().count() > NAME_MAX {
        return wrong("name", "too_long", format!("at most {NAME_MAX} characters"));
    }
    connectors(rule)?;
    let sizes = [&rule.prefixes, &rule.countries, &rule.networks, &rule.senders, &rule.contains];
    if sizes.iter().any(|all| all.len() > PIECES_MAX) {
        return wrong("prefixes", "too_many", format!("at most {PIECES_MAX} of a kind"));
    }
    if let Some(iso) = rule.countries.iter().find(|iso| sms::number::calling(iso).is_none()) {
        return wrong(
            "countries",
            "no_country",
            format!("'{iso}' must be the two letters of a country, as IL"),
        );
    }
    if let Some(network) = rule.networks.iter().find(|n| !is_wanted_network(n)) {
        return wrong(
            "networks",
            "no_network",
            format!("'{network}' must be MCC and MNC, as 42501, an MCC, as 425, or unknown"),
        );
    }
    let bare = |sender: &str| sender.strip_suffix('*').unwrap_or(sender).len();
    if let Some(sender) = rule.senders.iter().find(|s| s.is_empty() || bare(s) > 16 || !s.is_ascii()) {
        return wrong("senders", "sender_invalid", format!("'{sender}' is no sender"));
    }
    if rule.contains.iter().any(|word| word.chars().count() > WORD_MAX) {
        return wrong("contains", "too_long", format!("at most {WORD_MAX} characters"));
    }
    if !rule.pattern.is_empty() && (rule.pattern.len() > WORD_MAX || fit::pattern(&rule.pattern).is_err()) {
        return wrong("pattern", "no_pattern", format!("'{}' is no regular expression", rule.pattern));
    }
    if rule.ceiling.is_some_and(|c| c < 0) {
        return wrong("ceiling", "no_price", "must not be below 0".into());
    }
    if let Some(hours) = &rule.hours
        && TimeZone::get(&hours.zone).is_err()
    {
        return wrong("hours", "no_zone", format!("'{}' must be a zone, as Asia/Jerusalem", hours.zone));
    }
    rewrite(rule)
}

fn connectors(rule: &Rule) -> Result<()> {
    if rule.to.is_empty() {
        return Err(Error::invalid("to", "required", "name at least one connector"));
    }
    let most = if rule.choose == Choose::Order { CANDIDATES_MAX } else { CANDIDATES_MAX * 2 };
    if rule.to.len() > most {
        return Err(Error::invalid("to", "too_many", format!("at most {most} connectors")));
    }
    for (n, leg) in rule.to.iter().enumerate() {
        if rule.to[..n].iter().any(|before| before.connector == leg.connector) {
            return Err(Error::invalid("to", "repeated", "a connector stands there twice"));
        }
    }
    let weights = rule.to.iter().map(|leg| leg.weight);
    if rule.choose == Choose::Share
        && (weights.clone().any(|w| !(0..=WEIGHT_MAX).contains(&w)) || weights.sum::<i64>() == 0)
    {
        let detail = format!("must be 0 to {WEIGHT_MAX}, and one of them more than 0");
        return Err(Error::invalid("weights", "no_weight", detail));
    }
    Ok(())
}

fn rewrite(rule: &Rule) -> Result<()> {
    let rewrite = &rule.rewrite;
    for (param, text) in [("strip", &rewrite.strip), ("add", &rewrite.add)] {
        let digits = text.strip_prefix('+').unwrap_or("x");
        if !text.is_empty() && (digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Error::invalid(param, "no_prefix", format!("'{text}' must be + and digits")));
        }
    }
    if !rewrite.sender.is_empty() && shown_sender(&rewrite.sender).is_none() {
        return Err(Error::invalid("sender", "sender_invalid", format!("'{}' is no sender", rewrite.sender)));
    }
    for (from, to) in &rewrite.words {
        let long = [from, to].iter().any(|text| text.chars().count() > WORD_MAX);
        let field =
            [from, to].iter().any(|text| text.contains("{{") || text.contains("}}") || text.contains("://"));
        if from.is_empty() || long || field {
            let detail = format!("'{from}' must be words, without fields and links");
            return Err(Error::invalid("words", "no_words", detail));
        }
    }
    Ok(())
}

/// Fits numbers of which nobody knows the network.
pub(super) const UNKNOWN: &str = "unknown";

/// What a rule may say of networks: one, all of an MCC, or that nobody knows.
fn is_wanted_network(text: &str) -> bool {
    is_network(text) || text == UNKNOWN || (text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit()))
}

/// MCC and MNC: five or six digits (ITU-T E.212).
pub(super) fn is_network(text: &str) -> bool {
    matches!(text.len(), 5 | 6) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Looks at a table as a whole: it is not too long, and where prices are compared they are in one currency.
pub(super) fn table(rules: &[Rule], lists: &[List]) -> Result<()> {
    if rules.len() > RULES_MAX {
        return Err(Error::invalid("rules", "too_many", format!("at most {RULES_MAX} rules")));
    }
    for rule in rules.iter().filter(|r| r.choose == Choose::Cheapest || r.ceiling.is_some()) {
        let of = |connector: i64| lists.iter().find(|list| list.connector == connector);
        let mut currencies: Vec<&str> =
            rule.to.iter().filter_map(|leg| of(leg.connector)).map(|list| list.currency.as_str()).collect();
        currencies.sort_unstable();
        currencies.dedup();
        if currencies.is_empty() {
            return Err(Error::invalid("to", "no_rates", "none of its connectors has a price list"));
        }
        if currencies.len() > 1 {
            let detail = format!("prices in '{}' cannot be compared", currencies.join(" and "));
            return Err(Error::invalid("to", "currencies_differ", detail));
        }
    }
    Ok(())
}
