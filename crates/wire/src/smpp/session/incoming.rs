//! The half of a session that reads: framing, dispatch, and what each PDU of the peer means for the state.

use super::super::bind::{BindRequest, BindResponse};
use super::super::codec::{self, Fault, HEADER, Header};
use super::super::config::Role;
use super::super::event::{Asked, Event, Why, WhyClosed};
use super::super::message::{Kind, SmBuf};
use super::super::{Address, Bind, OperationBuf, Status, Tlvs, command, operation, tlv};
use super::{FLOOD, Session, Stage};
use crate::window::{Open, Stand};

/// congestion_state from which a carrier is told to be nearly at its end; below, all is as it should be.
const CONGESTED: u8 = 80;

impl Session {
    /// Takes octets as they were read, in any cut.
    pub fn feed(&mut self, mut bytes: &[u8], now: i64) {
        if self.stage == Stage::Closed || bytes.is_empty() {
            return;
        }
        self.heard = now;
        self.feed_frames(&mut bytes, now);
        // A PDU that is still torn began when its first octet came, whatever trickled in since.
        self.torn_since = if self.input.is_empty() { None } else { self.torn_since.or(Some(now)) };
    }

    fn feed_frames(&mut self, bytes: &mut &[u8], now: i64) {
        if !self.input.is_empty() && !self.feed_torn(bytes, now) {
            return;
        }
        while self.stage != Stage::Closed {
            match codec::frame_length(bytes, self.config.pdu_max) {
                Err(fault) => return self.lose_framing(fault),
                Ok(Some(length)) if length <= bytes.len() => {
                    let (frame, rest) = bytes.split_at(length);
                    *bytes = rest;
                    self.frame(frame, now);
                }
                Ok(_) => {
                    self.input.extend_from_slice(bytes);
                    return;
                }
            }
        }
    }

    /// Completes the frame that the last read cut. `false` if there is nothing more to do.
    fn feed_torn(&mut self, bytes: &mut &[u8], now: i64) -> bool {
        let mut held = std::mem::take(&mut self.input);
        loop {
            let want = match codec::frame_length(&held, self.config.pdu_max) {
                Err(fault) => {
                    self.lose_framing(fault);
                    return false;
                }
                Ok(length) => length.unwrap_or(4),
            };
            let (now_here, rest) = bytes.split_at(want.saturating_sub(held.len()).min(bytes.len()));
            held.extend_from_slice(now_here);
            *bytes = rest;
            if held.len() < want {
                self.input = held;
                return false;
            }
            if want >= HEADER {
                self.torn_since = None;
                self.frame(&held, now);
                held.clear();
                self.input = held;
                return self.stage != Stage::Closed;
            }
        }
    }

    fn lose_framing(&mut self, fault: Fault) {
        self.stats.malformed += 1;
        codec::bare(&mut self.output, command::GENERIC_NACK, fault.0, 0);
        self.close(WhyClosed::Framing);
    }

    fn frame(&mut self, frame: &[u8], now: i64) {
        let Some(header) = Header::read(frame) else { return };
        let body = &frame[HEADER..];
        if self.output.len() - self.head > FLOOD {
            return self.close(WhyClosed::Flooded);
        }
        if header.command & command::RESPONSE == 0 {
            self.request(header, body, now);
        } else {
            self.response(header, body, now);
        }
    }

    fn request(&mut self, header: Header, body: &[u8], now: i64) {
        let seq = header.sequence;
        match header.command {
            command::ENQUIRE_LINK => self.reply(header, Status::OK, now),
            command::UNBIND => {
                self.reply(header, Status::OK, now);
                self.close(WhyClosed::PeerUnbound);
            }
            command::SUBMIT_SM if self.role == Role::Smsc => self.message(Kind::Submit, seq, body, now),
            command::DELIVER_SM if self.role == Role::Esme => self.message(Kind::Deliver, seq, body, now),
            command::DATA_SM => self.message(Kind::Data, seq, body, now),
            command::BIND_RECEIVER | command::BIND_TRANSMITTER | command::BIND_TRANSCEIVER
                if self.role == Role::Smsc =>
            {
                self.bind_asked(header, body, now);
            }
            command::OUTBIND if self.role == Role::Esme => {
                let mut said = codec::Reader(body);
                let (system_id, password) = (said.text().to_vec(), said.text());
                self.events.push_back(Event::Outbind { system_id });
                let agreed = self.config.outbind_password.as_bytes();
                if !agreed.is_empty() && password != agreed {
                    return self.close(WhyClosed::Stranger);
                }
                if self.stage == Stage::Open {
                    self.send_bind(now);
                }
            }
            command::OUTBIND => self.stats.unknown += 1,
            command::ALERT_NOTIFICATION => {
                let source = Address::read(&mut codec::Reader(body)).unwrap_or_default().addr.to_vec();
                self.events.push_back(Event::Alert { source });
            }
            asked if self.role == Role::Smsc && self.config.operations && operation::is(asked) => {
                self.operation(asked, seq, body, now);
            }
            known if command::known(known) => {
                self.stats.unknown += 1;
                self.reply(header, Status::INVALID_COMMAND, now);
            }
            _ => {
                self.stats.unknown += 1;
                codec::bare(&mut self.output, command::GENERIC_NACK, Status::INVALID_COMMAND, seq);
            }
        }
    }

    fn reply(&mut self, header: Header, status: Status, now: i64) {
        codec::bare(&mut self.output, header.command | command::RESPONSE, status, header.sequence);
        self.spoke = now;
    }

    fn message(&mut self, kind: Kind, seq: u32, body: &[u8], now: i64) {
        // A transmitter that is handed a deliver_sm takes it: refusing would only lose it.
        let flows = matches!(self.stage, Stage::Bound | Stage::Unbinding)
            && (self.role == Role::Esme || self.bind.sends());
        let outcome = if flows { SmBuf::new(kind, body) } else { Err(Fault(Status::INVALID_BIND_STATE)) };
        let outcome = match outcome {
            Ok(sm) if self.role == Role::Smsc && sm.view().tlvs.torn() => {
                Err(Fault(Status::INVALID_TLV_STREAM))
            }
            other => other,
        };
        match outcome {
            Ok(sm) => {
                self.last_message = now;
                self.unanswered += 1;
                if kind == Kind::Data {
                    self.data.push(seq);
                }
                self.events.push_back(match self.role {
                    Role::Smsc => Event::Submit { seq, sm },
                    Role::Esme => Event::Deliver { seq, sm },
                });
            }
            Err(Fault(status)) => {
                self.stats.malformed += 1;
                self.unanswered += 1;
                self.answer(kind.command(), seq, status, b"");
                self.events.push_back(Event::Malformed { command: kind.command(), status });
            }
        }
    }

    fn operation(&mut self, command: u32, seq: u32, body: &[u8], now: i64) {
        let flows = matches!(self.stage, Stage::Bound | Stage::Unbinding) && self.bind.sends();
        let read =
            if flows { OperationBuf::new(command, body) } else { Err(Fault(Status::INVALID_BIND_STATE)) };
        self.unanswered += 1;
        match read {
            Ok(operation) => {
                self.last_message = now;
                self.events.push_back(Event::Operation { seq, operation });
            }
            Err(Fault(status)) => {
                self.stats.malformed += 1;
                self.answer_operation(command, seq, status, b"");
                self.events.push_back(Event::Malformed { command, status });
            }
        }
    }

    fn bind_asked(&mut self, header: Header, body: &[u8], now: i64) {
        if self.stage != Stage::Open {
            return self.reply(header, Status::ALREADY_BOUND, now);
        }
        match (BindRequest::decode(body), Bind::of(header.command)) {
            (Ok(asked), Some(bind)) => {
                self.stage = Stage::Binding;
                self.bind = bind;
                self.bind_seq = header.sequence;
                // Zero is what 3.3 clients send; clause 5.2.4 knows nothing below 0x33.
                self.version = asked.interface_version.max(0x33);
                self.events.push_back(Event::BindAsked(Asked {
                    bind,
                    system_id: asked.system_id.to_vec(),
                    password: asked.password.to_vec(),
                    system_type: asked.system_type.to_vec(),
                    version: self.version,
                }));
            }
            _ => {
                self.stats.malformed += 1;
                self.reply(header, Status::INVALID_COMMAND_LENGTH, now);
                self.close(WhyClosed::Refused(Status::INVALID_COMMAND_LENGTH));
            }
        }
    }

    fn response(&mut self, header: Header, body: &[u8], now: i64) {
        let seq = header.sequence;
        match header.command & !command::RESPONSE {
            command::ENQUIRE_LINK => match self.probe {
                Some((_, asked)) => self.alive(asked, now),
                None => self.stats.strays += 1,
            },
            command::UNBIND if self.stage == Stage::Unbinding => self.close(WhyClosed::Unbound),
            command::BIND_RECEIVER | command::BIND_TRANSMITTER | command::BIND_TRANSCEIVER => {
                self.bind_answered(header, body, now);
            }
            0 => self.nacked(header, now),
            asked @ (command::SUBMIT_SM | command::DELIVER_SM | command::DATA_SM) => {
                match self.window.take(seq) {
                    Some(open) if open.command == asked => self.answered(open, header.status, body),
                    Some(open) => self.unreadable(seq, open, now),
                    None => self.stats.strays += 1,
                }
            }
            _ => match self.window.take(seq) {
                Some(open) => self.unreadable(seq, open, now),
                None => self.stats.strays += 1,
            },
        }
    }

    fn answered(&mut self, open: Open, status: Status, body: &[u8]) {
        let token = open.token;
        let mut said = codec::Reader(body);
        let message_id = said.text().to_vec();
        let congestion = Tlvs::new(said.0).octet(tlv::CONGESTION_STATE);
        if let Some(level) = congestion.filter(|level| self.version >= 0x50 && *level >= CONGESTED) {
            self.events.push_back(Event::Congested(level));
        }
        self.events.push_back(if open.stand == Stand::Ambiguous {
            Event::LateAnswer { token, status, message_id }
        } else {
            Event::Answered { token, status, message_id }
        });
    }

    /// Something came under its number that is no answer to it: nobody knows. What was reported stays reported.
    fn unreadable(&mut self, seq: u32, open: Open, now: i64) {
        self.stats.malformed += 1;
        let reported = open.stand == Stand::Ambiguous;
        self.window.keep_ambiguous(seq, open, now + self.config.late_ms);
        if !reported {
            self.events.push_back(Event::Ambiguous { token: open.token, why: Why::Unreadable });
        }
    }

    fn nacked(&mut self, header: Header, now: i64) {
        let seq = header.sequence;
        if self.role == Role::Esme && self.stage == Stage::Binding && (seq == self.bind_seq || seq == 0) {
            return self.bind_refused(header.status);
        }
        if self.probe.is_some_and(|(probe, _)| probe == seq) {
            // It does not know enquire_link, but it is there.
            let asked = self.probe.map_or(now, |(_, asked)| asked);
            return self.alive(asked, now);
        }
        match self.window.take(seq) {
            Some(open) if header.status.is_ok() => self.unreadable(seq, open, now),
            Some(open) => self.answered(open, header.status, b""),
            None => {
                self.stats.nacks += 1;
                if seq == 0 && self.stage == Stage::Bound {
                    // It lost our framing: what is answered soon is known, the rest is not, and the link begins anew.
                    self.reset_at.get_or_insert(now + self.config.probe_ms);
                }
            }
        }
    }

    fn bind_answered(&mut self, header: Header, body: &[u8], now: i64) {
        if self.role != Role::Esme || self.stage != Stage::Binding {
            self.stats.strays += 1;
            return;
        }
        if !header.status.is_ok() {
            return self.bind_refused(header.status);
        }
        let granted = BindResponse::decode(body);
        // What we may send depends on what we bound as, too.
        self.version = granted.version().max(0x33).min(self.config.interface_version.max(0x33));
        self.stage = Stage::Bound;
        self.last_message = now;
        self.events
            .push_back(Event::Bound { system_id: granted.system_id.to_vec(), version: granted.version() });
    }

    fn bind_refused(&mut self, status: Status) {
        self.events.push_back(Event::BindRefused(status));
        self.close(WhyClosed::Refused(status));
    }
}
