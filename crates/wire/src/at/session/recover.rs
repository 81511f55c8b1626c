//! A modem that does not answer: abort and `AT`, a reset, and in the end the port is given up.

use super::{Ended, News, Running, Session, Stage, Task, Trouble};
use crate::at::session::opening::Step;
use crate::at::{Answer, Failure};

/// A plain `AT` unanswered so often, and the modem is reset.
const SILENT_MOST: u8 = 3;
/// Commands without an answer, one after the other though `AT` is answered, before the modem is reset.
const STUMBLES_MOST: u8 = 3;

impl Session {
    pub(super) fn answered(&mut self, task: Task, answer: Answer, now: i64) {
        if task != Task::Sync && !matches!(task, Task::Send) {
            self.stumbles = 0;
        }
        match task {
            Task::Sync => {
                let failure = answer.result.as_ref().err().cloned();
                let is_cms = matches!(failure, Some(Failure::Cms(_)));
                self.answers_late(&answer.lines, failure.filter(|_| is_cms));
                self.silent = 0;
            }
            Task::Step(step) => self.stepped(step, &answer, now),
            Task::Send => self.sent(answer, now),
            Task::Memory(name) if answer.result.is_ok() => self.chosen(&name, &answer),
            Task::Memory(_) => self.unreachable_memory(),
            Task::List(memory) => self.listed(&memory, &answer),
            Task::Read(slot) => self.read(slot, &answer),
            Task::Delete(slot) => self.deleted(&slot, &answer),
            Task::Ussd => match answer.result {
                Ok(()) => self.ussd_until = Some(now + self.config.patience.ussd),
                Err(failure) => self.news.push_back(News::Ussd(Err(failure))),
            },
            Task::Reset => self.restart(now),
            Task::Ack | Task::UssdEnd => {}
        }
    }

    /// A memory that cannot be chosen cannot be looked into: what was to be done there is dropped.
    fn unreachable_memory(&mut self) {
        if let Some(Task::List(_) | Task::Read(_) | Task::Delete(_)) = self.queue.front()
            && let Some(Task::Read(slot)) = self.queue.pop_front()
        {
            self.wanted.remove(&slot);
        }
    }

    pub(super) fn timed_out(&mut self, now: i64) {
        let Some(Running { task, .. }) = self.running.take() else { return };
        let octets = self.modem.give_up();
        match task {
            Task::Sync => {
                self.output.extend(octets);
                return self.unanswered_sync(now);
            }
            Task::Reset => return self.restart(now),
            Task::Send => self.unanswered_send(),
            Task::List(memory) => {
                // It hangs at its list: places are read one by one from now on.
                self.lists = false;
                self.memories.retain(|known| *known != memory);
                self.memories.insert(0, memory);
                self.poll_at = now;
            }
            Task::Step(Step::EnterPin) => return self.close(Ended::Trouble(Trouble::PinUnanswered)),
            Task::Step(step) => self.skipped(step),
            Task::Read(slot) => drop(self.wanted.remove(&slot)),
            Task::Ussd => self.news.push_back(News::Ussd(Err(Failure::Error))),
            Task::Ack | Task::Memory(_) | Task::Delete(_) | Task::UssdEnd => {}
        }
        self.output.extend(octets);
        self.stumbles += 1;
        if self.stumbles >= STUMBLES_MOST {
            self.reset(now);
        } else {
            self.queue.push_front(Task::Sync);
        }
    }

    fn unanswered_send(&mut self) {
        let Some(sending) = self.sending.take() else { return };
        let token = sending.token;
        if sending.is_given() {
            self.late = Some(token);
            self.news.push_back(News::Ambiguous { token });
        } else {
            self.news.push_back(News::Unprompted { token });
        }
        self.release();
    }

    fn unanswered_sync(&mut self, now: i64) {
        self.silent = self.silent.saturating_add(1);
        if self.stage == Stage::Opening && now < self.boot_until {
            return self.queue.push_front(Task::Sync);
        }
        if self.silent < SILENT_MOST {
            return self.queue.push_front(Task::Sync);
        }
        self.reset(now);
    }

    /// Resets the modem, once; one that a reset does not help is given up.
    pub(super) fn reset(&mut self, now: i64) {
        if self.was_reset || self.config.quirks.no_reset {
            return self.close(Ended::Dead);
        }
        self.was_reset = true;
        self.stumbles = 0;
        self.queue.push_front(Task::Reset);
        self.not_before = self.not_before.max(now);
    }

    /// It was reset, or has reset itself: everything is said to it anew.
    pub(super) fn restart(&mut self, now: i64) {
        if let Some(sending) = self.sending.take() {
            let token = sending.token;
            let news =
                if sending.is_given() { News::Ambiguous { token } } else { News::Unprompted { token } };
            self.news.push_back(news);
        }
        self.release();
        // What was handed over stands where it stood: it is found again, and known.
        self.pending.clear();
        self.wanted.clear();
        self.queue.clear();
        self.running = None;
        self.output.extend(self.modem.give_up());
        self.silent = 0;
        self.lost_at = None;
        self.boot_until = now + self.config.patience.reset + self.config.patience.boot;
        self.not_before = now + self.config.patience.reset;
        self.stage = Stage::Opening;
        self.open();
    }

    /// A line nobody asked for.
    pub(super) fn unasked(&mut self, line: &str, now: i64) {
        if self.answers_late(&[line.to_owned()], Failure::of(line)) {
            return;
        }
        let up = line.to_ascii_uppercase();
        let starts = ["RDY", "^BOOT", "SYSSTART", "+CPIN: SIM PIN"].iter().any(|word| up.starts_with(word));
        if starts && matches!(self.stage, Stage::Ready | Stage::Searching) {
            self.restart(now);
        } else if up.starts_with("+CPIN: NOT INSERTED") || up.starts_with("+CPIN: NOT READY") {
            self.facts.card = crate::at::Card::Absent;
            self.close(Ended::Trouble(Trouble::NoCard));
        }
    }
}
