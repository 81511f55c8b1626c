//! What an answer of the carrier means for its message, for the speed of the link and for the circuit.

use super::{Link, lock};
use crate::backoff;
use crate::circuit::{Said, Turn};
use crate::incoming;
use crate::settler::Learnt;
use crate::steady;
use crate::talk::Verdict;
use crate::whole;
use sms::Code;
use sms::live::LinkState;
use store::machine::settle::{Late, Outcome, SLOWED};
use store::machine::{alarm, failover};
use wire::smpp::Meaning;

/// What with some carriers means never is tried so often at the most.
const DOUBTFUL_MOST: i64 = 3;

impl Link<'_> {
    pub(super) fn on_answer(&mut self, token: u64, verdict: Verdict) {
        let Some(part) = self.pump.part(token) else { return };
        store::failpoint::here("link.answered");
        let (now, stream, class) = (steady::now_ms(), part.stream, part.class);
        self.trust.answered(now - part.at, now);
        let attempt = part.attempt;
        let (detail, code) = (verdict.words.clone(), verdict.code);
        if verdict.meaning != Meaning::Ok {
            self.failed(token, Some(&detail));
        }
        let mut said = None;
        let outcome = match verdict.meaning {
            Meaning::Ok => {
                said = Some(Said::Taken);
                accepted(&verdict.id)
            }
            Meaning::Throttle => {
                self.pump.pace.throttled(now);
                Outcome::Back { due: SLOWED }
            }
            Meaning::Temporary if verdict.doubtful && attempt + 1 >= DOUBTFUL_MOST => {
                Outcome::Rejected { code, detail }
            }
            Meaning::Temporary => {
                said = Some(Said::Later);
                let times = &self.settings.times;
                let pause = backoff::message_ms(times, class, attempt, self.db.chance());
                Outcome::Again { due: self.db.now_ms() + pause, code, detail }
            }
            Meaning::Message => {
                // A wrong number says nothing of the way there.
                said = (code != Code::BadAddress).then_some(Said::Never);
                Outcome::Rejected { code, detail }
            }
            Meaning::Route => {
                said = Some(Said::Never);
                Outcome::Elsewhere { code, detail }
            }
            Meaning::Link => {
                self.end.get_or_insert((LinkState::Down, detail));
                self.session.leave(now);
                Outcome::Back { due: 0 }
            }
        };
        self.pump.ended(token, outcome);
        if let Some(said) = said {
            let turn = lock(self.circuit).said(said, stream, now);
            self.on_turn(turn, &verdict.words);
        }
    }

    /// The circuit opened or closed: it is shown, and campaigns that are refused are halted.
    fn on_turn(&mut self, turn: Turn, words: &str) {
        let (db, connector) = (self.db.clone(), self.taker.connector);
        match turn {
            Turn::Stays => {}
            Turn::Closed => {
                self.tripped.clear();
                self.show(self.state(), "");
                tokio::spawn(
                    async move { super::set_alarm(&db, connector, alarm::Kind::Circuit, None).await },
                );
            }
            Turn::Opened(streams) => {
                let said = format!("the carrier refuses most messages: {words}");
                tracing::warn!(connector = %self.settings.name, "{said}");
                self.tripped.clone_from(&said);
                self.show(self.state(), &said);
                tokio::spawn(async move {
                    let halted = said.clone();
                    let out = db.write("campaigns.halt", move |tx| {
                        failover::halt_campaigns(tx, connector, &streams, &halted)
                    });
                    if let Err(e) = out.await {
                        tracing::error!(connector, error = %e, "refused campaigns could not be halted");
                    }
                    super::set_alarm(&db, connector, alarm::Kind::Circuit, Some(said)).await;
                });
            }
        }
    }

    pub(super) fn on_late(&mut self, token: u64, verdict: Verdict) {
        let Some(part) = self.pump.late(token) else { return };
        let many = !part.also.is_empty();
        let answer = match (accepted(&verdict.id), verdict.meaning) {
            (Outcome::Accepted { smsc_id, h }, Meaning::Ok) => Ok((smsc_id, h)),
            _ => Err((verdict.code, verdict.words)),
        };
        let (message, attempt) = (part.message, part.attempt);
        for part in std::iter::once(part.part).chain(part.also.iter().copied()) {
            let answer = answer.clone().map(|(ids, h): (String, i64)| {
                let own = if many { whole::id_of_part(&ids, part) } else { ids };
                let h = if many { incoming::key(own.as_bytes()) } else { h };
                (own, h)
            });
            self.pump.tell(Learnt::Late(Late { message, part, attempt, answer }));
        }
    }
}

fn accepted(id: &str) -> Outcome {
    Outcome::Accepted { h: incoming::key(id.as_bytes()), smsc_id: id.to_owned() }
}
