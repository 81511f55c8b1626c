//! Where a person stands, folded out of the events: by purpose and topic. Pure.

use serde::Serialize;
use store::consent::Event;

/// Where a person stands with one purpose and topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// `marketing`, `all`.
    pub purpose: String,
    /// About what; empty is everything of the purpose.
    pub topic: String,
    /// `granted`, `refused`, `expired`, `asked`, `unknown`.
    pub state: &'static str,
    /// What a permission rests on; empty where there is none.
    pub basis: String,
    /// Since when, ms.
    pub since: i64,
    /// Until when, ms; 0 is for good.
    pub until: i64,
    /// The event that says so.
    #[serde(skip)]
    pub event: i64,
}

/// Folds events, the oldest first.
///
/// A permission claimed for an earlier moment than a refusal says nothing against it; one that a file claims never
/// does; the person's own word counts by when it was said.
pub fn fold(events: &[Event], now: i64) -> Vec<Standing> {
    let mut out: Vec<Standing> = Vec::new();
    // What one of ours wrote down and took back was never said.
    let taken_back = |e: &Event| {
        let back = |b: &Event| b.action == "retract" && b.method == e.method && b.evidence == e.evidence;
        e.action == "refuse" && e.method == "bulk" && events.iter().any(back)
    };
    for event in events.iter().filter(|e| !taken_back(e)) {
        let there = out.iter().position(|s| s.purpose == event.purpose && s.topic == event.topic);
        let before = there.map(|i| &out[i]);
        let state = match event.action.as_str() {
            "grant" if before.is_some_and(|b| stands(b, event)) => continue,
            "grant" if event.until != 0 && event.until <= now => "expired",
            "grant" => "granted",
            "refuse" => "refused",
            "expire" if before.is_some_and(|b| b.state == "refused") => continue,
            "expire" => "expired",
            "ask" if before.is_some_and(|b| b.state == "granted" || b.state == "refused") => continue,
            "ask" => "asked",
            _ => continue,
        };
        let standing = Standing {
            purpose: event.purpose.clone(),
            topic: event.topic.clone(),
            state,
            basis: if state == "granted" { event.basis.clone() } else { String::new() },
            since: event.claimed_at,
            until: if state == "granted" { event.until } else { 0 },
            event: event.id,
        };
        match there {
            Some(i) => out[i] = standing,
            None => out.push(standing),
        }
    }
    out
}

/// Whether a refusal stands against this permission.
fn stands(before: &Standing, grant: &Event) -> bool {
    let theirs = matches!(grant.method.as_str(), "mo_keyword" | "link" | "web" | "pos_tablet");
    // A claim of a file that was settled by its paper: the person signed after refusing, and a person looked at it.
    let settled = grant.method == "paper" && names_row(&grant.evidence);
    before.state == "refused" && (!(theirs || settled) || grant.claimed_at < before.since)
}

/// Whether evidence is a row of a file: `imp_… row 3`, and nothing besides.
pub(super) fn names_row(evidence: &str) -> bool {
    let words: Vec<&str> = evidence.split(' ').collect();
    let [import, "row", row] = words[..] else { return false };
    sms::id::parse(sms::id::kind::IMPORT, import).is_some() && row.parse::<u64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(action: &str, method: &str, claimed_at: i64) -> Event {
        Event {
            action: action.into(),
            method: method.into(),
            claimed_at,
            purpose: "marketing".into(),
            ..Event::default()
        }
    }

    fn state(events: &[Event]) -> &'static str {
        fold(events, 1_000).first().map_or("unknown", |s| s.state)
    }

    #[test]
    fn a_refusal_is_lifted_by_a_newer_word_of_the_person_alone() {
        let refuse = event("refuse", "mo_keyword", 100);
        for (method, at, expected) in [
            ("import", 50, "refused"),
            ("import", 200, "refused"),
            ("staff", 200, "refused"),
            ("api", 200, "refused"),
            ("web", 50, "refused"),
            ("web", 200, "granted"),
            ("mo_keyword", 200, "granted"),
        ] {
            assert_eq!(state(&[refuse.clone(), event("grant", method, at)]), expected, "{method} {at}");
        }
        let signed = |at| Event {
            evidence: format!("{} row 3", sms::id::public(sms::id::kind::IMPORT, 7)),
            ..event("grant", "paper", at)
        };
        assert_eq!(state(&[refuse.clone(), signed(200)]), "granted", "a claim that was settled by its paper");
        assert_eq!(state(&[refuse.clone(), signed(50)]), "refused");
        assert_eq!(state(&[refuse.clone(), event("grant", "paper", 200)]), "refused", "one of ours says so");
        assert_eq!(state(&[event("grant", "web", 50), refuse.clone()]), "refused");
        assert_eq!(state(&[]), "unknown");
    }

    #[test]
    fn topics_and_ends_stand_apart() {
        let shoes = Event { topic: "shoes".into(), ..event("grant", "web", 10) };
        let all = event("refuse", "link", 20);
        let folded = fold(&[shoes, all], 1_000);
        assert_eq!(
            folded.iter().map(|s| (s.topic.as_str(), s.state)).collect::<Vec<_>>(),
            [("shoes", "granted"), ("", "refused")]
        );
        let short = Event { until: 500, ..event("grant", "web", 10) };
        assert_eq!(state(std::slice::from_ref(&short)), "expired");
        let anew = Event { until: 2_000, ..event("grant", "web", 600) };
        assert_eq!(state(&[short, event("expire", "system", 500), anew]), "granted");
        let many = |action| Event { evidence: "blk_1".into(), ..event(action, "bulk", 7) };
        assert_eq!(state(&[event("grant", "web", 1), many("refuse"), many("retract")]), "granted");
        assert_eq!(state(&[event("grant", "web", 1), many("refuse")]), "refused");
        let own = event("refuse", "link", 5);
        assert_eq!(state(&[event("grant", "web", 1), own, many("refuse"), many("retract")]), "refused");
        assert_eq!(state(&[event("ask", "web", 1)]), "asked");
        assert_eq!(state(&[event("refuse", "link", 1), event("ask", "web", 2)]), "refused");
        assert_eq!(state(&[event("refuse", "link", 1), event("expire", "system", 2)]), "refused");
    }
}
