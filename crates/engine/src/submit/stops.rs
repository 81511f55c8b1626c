//! Whether a person may be written to at all: refusals and permissions. Pure; the rows were read before.

use super::Refusal;
use sms::{Class, Code};
use store::admission::Known;
use store::suppression::{self, Hit};

/// Until when the person's permission holds, ms, where the class needs one.
pub(super) fn consent(class: Class, known: Option<&Known>, now: i64) -> Result<i64, Refusal> {
    match known {
        _ if !class.needs_consent() => Ok(i64::MAX),
        Some(k) if k.consent == 1 && k.consent_until == 0 => Ok(i64::MAX),
        Some(k) if k.consent == 1 && k.consent_until > now => Ok(k.consent_until),
        // Ended, though the sweep that writes so has not come by.
        Some(k) if k.consent == 1 => Err(Refusal::of(Code::NoConsent, "consent.ended")),
        _ => Err(Refusal::of(Code::NoConsent, "consent.required")),
    }
}

pub(super) fn stopped(class: Class, hits: Option<&Vec<Hit>>) -> Result<(), Refusal> {
    for hit in hits.into_iter().flatten().filter(|hit| hit.scope < suppression::TOPICS) {
        let total = hit.scope == suppression::ALL;
        let stops =
            if total { class.stopped_by_total_refusal() } else { class.stopped_by_marketing_refusal() };
        if stops {
            return Err(match (hit.workspace, total) {
                (0, _) => Refusal::of(Code::SuppressedPlatform, "suppression.platform"),
                (_, true) => Refusal::of(Code::SuppressedAll, "suppression.all"),
                (_, false) => Refusal::of(Code::SuppressedWorkspace, "suppression.marketing"),
            });
        }
    }
    Ok(())
}
