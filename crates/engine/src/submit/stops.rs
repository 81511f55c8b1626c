//! Whether a person may be written to at all: refusals and permissions. The verdicts are pure; the rows were read before.

use super::{Refusal, Submission};
use crate::Result as Read;
use sms::{Class, Code};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::Tx;
use store::admission::Known;
use store::suppression::{self, Hit};

/// Until when the person's permission holds, ms, where the class needs one; `topic` is until when the one for what the
/// mailing is about does, 0 for good.
pub(super) fn consent(
    class: Class,
    known: Option<&Known>,
    topic: Option<i64>,
    now: i64,
) -> Result<i64, Refusal> {
    let topic = topic.map(|until| if until == 0 { i64::MAX } else { until });
    match known {
        _ if !class.needs_consent() => Ok(i64::MAX),
        Some(k) if k.consent == 1 && k.consent_until == 0 => Ok(i64::MAX),
        Some(k) if k.consent == 1 && k.consent_until > now => Ok(k.consent_until),
        // Who agreed to one topic is written to about that.
        Some(k) if k.consent != 2 && topic.is_some_and(|until| until > now) => Ok(topic.unwrap_or(now)),
        // Ended, though the sweep that writes so has not come by.
        Some(k) if k.consent == 1 => Err(Refusal::of(Code::NoConsent, "consent.ended")),
        _ => Err(Refusal::of(Code::NoConsent, "consent.required")),
    }
}

/// What the campaigns of some messages are about.
#[derive(Default)]
pub(super) struct Topics(HashMap<i64, i64>);

impl Topics {
    /// Asks only where advertising of a campaign is judged.
    pub(super) fn load(tx: &mut Tx<'_>, wanted: &[Submission]) -> Read<Topics> {
        let mut asked: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        let advertises = |w: &&Submission| w.class.is_some_and(Class::stopped_by_marketing_refusal);
        for one in wanted.iter().filter(|w| w.campaign > 0).filter(advertises) {
            asked.entry(one.workspace).or_default().insert(one.campaign);
        }
        let mut of = HashMap::new();
        for (workspace, campaigns) in asked {
            let ids: Vec<i64> = campaigns.into_iter().collect();
            of.extend(store::campaign::topics(tx, workspace, &ids)?);
        }
        Ok(Topics(of))
    }

    /// All of them, each once; nothing where no mailing is about any.
    pub(super) fn all(&self) -> Vec<i64> {
        let all: BTreeSet<i64> = self.0.values().copied().filter(|topic| *topic != 0).collect();
        all.into_iter().collect()
    }

    /// The topic of a campaign, 0 for none.
    pub(super) fn of(&self, campaign: i64) -> i64 {
        self.0.get(&campaign).copied().unwrap_or_default()
    }
}

pub(super) fn stopped(class: Class, topic: i64, hits: Option<&Vec<Hit>>) -> Result<(), Refusal> {
    let concerns = |hit: &&Hit| hit.of_everything() || hit.scope == topic;
    for hit in hits.into_iter().flatten().filter(concerns) {
        let total = hit.scope == suppression::ALL;
        let stops =
            if total { class.stopped_by_total_refusal() } else { class.stopped_by_marketing_refusal() };
        if stops {
            return Err(match (hit.workspace, total) {
                (0, _) => Refusal::of(Code::SuppressedPlatform, "suppression.platform"),
                (_, true) => Refusal::of(Code::SuppressedAll, "suppression.all"),
                (_, false) if !hit.of_everything() => {
                    Refusal::of(Code::SuppressedWorkspace, "suppression.topic")
                }
                (_, false) => Refusal::of(Code::SuppressedWorkspace, "suppression.marketing"),
            });
        }
    }
    Ok(())
}
