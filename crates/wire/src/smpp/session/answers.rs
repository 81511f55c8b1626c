//! What the owner answers: messages and reports once they are committed, and binds.

use super::super::codec;
use super::super::config::Role;
use super::super::event::WhyClosed;
use super::super::{Status, command, tlv};
use super::{Session, Stage};

impl Session {
    /// Answers a `Submit` event, once what it said is committed.
    pub fn answer_submit(&mut self, seq: u32, status: Status, message_id: &[u8]) {
        self.answer(command::SUBMIT_SM, seq, status, message_id);
    }

    /// Answers a `Deliver` event, once what it said is committed.
    pub fn answer_deliver(&mut self, seq: u32, status: Status) {
        self.answer(command::DELIVER_SM, seq, status, b"");
    }

    /// Answers an `Operation` event. The body is what [`super::super::operation`] writes; an error has none.
    pub fn answer_operation(&mut self, command: u32, seq: u32, status: Status, body: &[u8]) {
        if self.stage == Stage::Closed {
            return;
        }
        self.unanswered = self.unanswered.saturating_sub(1);
        let start = codec::begin(&mut self.output, command | command::RESPONSE, status, seq);
        if status.is_ok() {
            self.output.extend_from_slice(body);
        }
        codec::finish(&mut self.output, start);
    }

    pub(super) fn answer(&mut self, command: u32, seq: u32, status: Status, message_id: &[u8]) {
        if self.stage == Stage::Closed {
            return;
        }
        self.unanswered = self.unanswered.saturating_sub(1);
        let command = match self.data.iter().position(|s| *s == seq) {
            Some(at) => {
                self.data.swap_remove(at);
                command::DATA_SM
            }
            None => command,
        };
        let start = codec::begin(&mut self.output, command | command::RESPONSE, status, seq);
        // Clause 4.4.2: no body on an error; deliver_sm_resp always has one, of an empty id.
        if status.is_ok() || command == command::DELIVER_SM {
            codec::put_text(&mut self.output, message_id);
        }
        codec::finish(&mut self.output, start);
    }

    /// Grants or refuses the bind of a `BindAsked` event. A refused session is closed.
    pub fn answer_bind(&mut self, status: Status, now: i64) {
        if self.role != Role::Smsc || self.stage != Stage::Binding {
            return;
        }
        let command = self.bind.command() | command::RESPONSE;
        let start = codec::begin(&mut self.output, command, status, self.bind_seq);
        if status.is_ok() {
            codec::put_text(&mut self.output, self.config.system_id.as_bytes());
            if self.version >= 0x34 {
                tlv::put(
                    &mut self.output,
                    tlv::SC_INTERFACE_VERSION,
                    &[self.config.interface_version.min(self.version)],
                );
            }
        }
        codec::finish(&mut self.output, start);
        self.spoke = now;
        if status.is_ok() {
            self.stage = Stage::Bound;
            self.last_message = now;
        } else {
            self.close(WhyClosed::Refused(status));
        }
    }
}
