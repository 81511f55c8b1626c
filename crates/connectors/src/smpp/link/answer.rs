//! What an answer of the carrier means for its message, for the speed of the link and for the circuit.

use super::{Link, lock};
use crate::backoff;
use crate::circuit::{Said, Turn};
use crate::settler::Learnt;
use crate::smpp::incoming;
use crate::smpp::words::words;
use crate::steady;
use sms::Code;
use sms::live::LinkState;
use store::machine::settle::{Late, Outcome, SLOWED};
use store::machine::{alarm, failover};
use wire::smpp::{Meaning, Status};

/// "Submit failed" is tried so often at the most: with some carriers it means never.
const SUBMIT_FAILED_MOST: i64 = 3;

impl Link<'_> {
    pub(super) fn on_answer(&mut self, token: u64, status: Status, message_id: &[u8]) {
        let Some(part) = self.pump.part(token) else { return };
        let (now, stream) = (steady::now_ms(), part.stream);
        self.trust.answered(now - part.at, now);
        let (detail, code) = (words(status), status.reason());
        let mut said = None;
        let outcome = match self.settings.errors.meaning(status) {
            Meaning::Ok => {
                said = Some(Said::Taken);
                accepted(message_id)
            }
            Meaning::Throttle => {
                self.pump.pace.throttled(now);
                Outcome::Back { due: SLOWED }
            }
            Meaning::Temporary
                if status == Status::SUBMIT_FAILED && part.attempt + 1 >= SUBMIT_FAILED_MOST =>
            {
                Outcome::Rejected { code, detail }
            }
            Meaning::Temporary => {
                said = Some(Said::Later);
                let times = &self.settings.times;
                let pause = backoff::message_ms(times, part.class, part.attempt, self.db.chance());
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
                self.session.unbind(now);
                Outcome::Back { due: 0 }
            }
        };
        self.pump.ended(token, outcome);
        if let Some(said) = said {
            let turn = lock(self.circuit).said(said, stream, now);
            self.on_turn(turn, status);
        }
    }

    /// The circuit opened or closed: it is shown, and campaigns that are refused are halted.
    fn on_turn(&mut self, turn: Turn, status: Status) {
        let (db, connector) = (self.db.clone(), self.taker.connector);
        match turn {
            Turn::Stays => {}
            Turn::Closed => {
                self.tripped.clear();
                self.show(self.state(), "");
                tokio::spawn(async move { super::alarm(&db, connector, alarm::Kind::Circuit, None).await });
            }
            Turn::Opened(streams) => {
                let said = format!("the carrier refuses most messages: {}", words(status));
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
                    super::alarm(&db, connector, alarm::Kind::Circuit, Some(said)).await;
                });
            }
        }
    }

    pub(super) fn on_late(&mut self, token: u64, status: Status, message_id: &[u8]) {
        let Some(part) = self.pump.late(token) else { return };
        let answer = match (accepted(message_id), status.is_ok()) {
            (Outcome::Accepted { smsc_id, h }, true) => Ok((smsc_id, h)),
            _ => Err((status.reason(), words(status))),
        };
        let (message, attempt) = (part.message, part.attempt);
        self.pump.tell(Learnt::Late(Late { message, part: part.part, attempt, answer }));
    }
}

fn accepted(message_id: &[u8]) -> Outcome {
    let smsc_id = incoming::id_text(message_id);
    Outcome::Accepted { h: incoming::key(smsc_id.as_bytes()), smsc_id }
}
