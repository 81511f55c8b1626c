//! The conversation with one modem: opening, sending, taking what came in, looking after it. Pure: octets and instants
//! in, octets and [`News`] out.
//!
//! One command is open at a time and every one has an end of its own. What a modem stored is deleted only after
//! [`Session::acknowledge`] said that it is kept. A PIN is entered only after [`Session::permit_pin`], once.

mod news;
mod opening;
mod recover;
mod sending;
mod stored;

use std::collections::{HashMap, HashSet, VecDeque};

use super::facts::Facts;
use super::{Event, Failure, Modem, Registration, Slot, Ussd, packed};
pub use news::{Config, Ended, News, NotNow, Patience, Stage, Trouble};
use opening::Step;
use sending::Sending;

/// What one command is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Task {
    Sync,
    Step(Step),
    Send,
    Ack,
    Memory(String),
    List(String),
    Read(Slot),
    Delete(Slot),
    Ussd,
    UssdEnd,
    Reset,
}

#[derive(Debug)]
struct Running {
    task: Task,
    deadline: i64,
}

/// Where something that came in is until it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    Slot(Slot, Option<Vec<u8>>),
    Direct,
}

/// A conversation with one modem.
pub struct Session {
    config: Config,
    modem: Modem,
    stage: Stage,
    output: Vec<u8>,
    news: VecDeque<News>,
    running: Option<Running>,
    queue: VecDeque<Task>,
    /// No command before this.
    not_before: i64,
    sending: Option<Sending>,
    /// The message whose answer may still come.
    late: Option<u64>,
    send_after: i64,
    rested: bool,
    facts: Facts,
    told: Facts,
    waits: Option<Trouble>,
    /// The memory that lists and reads are of.
    memory: String,
    /// Memories that are looked into.
    memories: Vec<String>,
    pending: HashMap<u32, Origin>,
    seq: u32,
    /// What could not be deleted: it is not handed over again.
    stays: HashMap<Slot, Option<Vec<u8>>>,
    wanted: HashSet<Slot>,
    held: Vec<News>,
    needs_ack: bool,
    lists: bool,
    ussd: Option<String>,
    ussd_until: Option<i64>,
    /// A plain AT without an answer, so often.
    silent: u8,
    stumbles: u8,
    unknowns: u8,
    was_reset: bool,
    boot_until: i64,
    look_at: i64,
    poll_at: i64,
    operator_at: i64,
    lost_at: Option<i64>,
    /// Commands are served before the next message.
    queue_first: bool,
}

impl Session {
    /// A conversation that begins as soon as the port stands.
    pub fn new(config: Config, now: i64) -> Session {
        let lists = !config.quirks.no_list;
        let mut session = Session {
            modem: Modem::new(),
            stage: Stage::Opening,
            output: Vec::new(),
            news: VecDeque::new(),
            running: None,
            queue: VecDeque::new(),
            not_before: now,
            sending: None,
            late: None,
            send_after: now,
            rested: true,
            facts: Facts::default(),
            told: Facts::default(),
            waits: None,
            memory: String::new(),
            memories: Vec::new(),
            pending: HashMap::new(),
            seq: 0,
            stays: HashMap::new(),
            wanted: HashSet::new(),
            held: Vec::new(),
            needs_ack: false,
            lists,
            ussd: None,
            ussd_until: None,
            silent: 0,
            stumbles: 0,
            unknowns: 0,
            was_reset: false,
            boot_until: now + config.patience.boot,
            look_at: now,
            poll_at: now,
            operator_at: now,
            lost_at: None,
            queue_first: false,
            config,
        };
        session.open();
        session
    }

    /// Where it stands.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The next thing that happened.
    pub fn poll_news(&mut self) -> Option<News> {
        self.news.pop_front()
    }

    /// What is to be written.
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// So much of it was written.
    pub fn wrote(&mut self, count: usize) {
        self.output.drain(..count.min(self.output.len()));
        let left = self.output.len();
        if let Some(sending) = &mut self.sending {
            sending.wrote(left);
        }
    }

    /// What is known of the modem.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Messages that may be sent now.
    pub fn room(&self) -> usize {
        let carries = self.facts.registration.is_none_or(Registration::carries);
        usize::from(self.stage == Stage::Ready && carries && self.sending.is_none() && self.rested)
    }

    /// Things handed over and not acknowledged.
    pub fn unanswered(&self) -> usize {
        self.pending.len()
    }

    /// Asks soon whether the modem is there.
    pub fn ask(&mut self) {
        self.push(Task::Step(Step::Signal));
    }

    /// Sends a code to the network; its answer is [`News::Ussd`].
    pub fn ussd(&mut self, code: &str) -> Result<(), NotNow> {
        if self.ussd.is_some() || self.ussd_until.is_some() || self.stage != Stage::Ready {
            return Err(NotNow);
        }
        self.ussd = Some(if self.config.quirks.ussd_packed {
            packed(code).unwrap_or_else(|| code.to_owned())
        } else {
            code.to_owned()
        });
        self.queue.push_back(Task::Ussd);
        Ok(())
    }

    /// Takes what was read.
    pub fn feed(&mut self, octets: &[u8], now: i64) {
        let mut events = Vec::new();
        self.modem.feed(octets, &mut events);
        for event in events {
            if self.stage == Stage::Closed {
                return;
            }
            self.event(event, now);
        }
        self.tell_facts();
        self.tick(now);
    }

    /// Does what is due; the instant of the next look, `None` when it is over.
    pub fn tick(&mut self, now: i64) -> Option<i64> {
        if self.stage == Stage::Closed {
            return None;
        }
        if self.running.as_ref().is_some_and(|running| running.deadline <= now) {
            self.timed_out(now);
        }
        if self.ussd_until.is_some_and(|until| until <= now) {
            self.ussd_until = None;
            self.news.push_back(News::Ussd(Err(Failure::Error)));
            self.queue.push_back(Task::UssdEnd);
        }
        if self.lost_at.is_some_and(|at| at + self.config.patience.lost <= now) && self.sending.is_none() {
            self.close(Ended::NoNetwork);
            return None;
        }
        self.rested = self.send_after <= now;
        self.look(now);
        while self.running.is_none() && self.not_before <= now && self.stage != Stage::Closed {
            let Some(task) = self.next() else { break };
            self.start(task, now);
        }
        if self.stage == Stage::Closed {
            return None;
        }
        self.tell_facts();
        Some(self.next_look(now))
    }

    fn next_look(&self, now: i64) -> i64 {
        let mut at = now + 1_000;
        if let Some(running) = &self.running {
            at = at.min(running.deadline);
        } else if !self.queue.is_empty() {
            at = at.min(self.not_before);
        }
        if !self.rested {
            at = at.min(self.send_after);
        }
        if let Some(until) = self.ussd_until {
            at = at.min(until);
        }
        at.max(now + 1)
    }

    /// What is asked from time to time.
    fn look(&mut self, now: i64) {
        match self.stage {
            Stage::Ready | Stage::Searching => {}
            Stage::Opening | Stage::AwaitingPin | Stage::Closed => return,
        }
        if self.look_at <= now && self.queue.is_empty() {
            let soon = self.stage == Stage::Searching || self.lost_at.is_some();
            let patience = &self.config.patience;
            self.look_at = now + if soon { patience.busy.min(patience.look) } else { patience.look };
            self.push(Task::Step(Step::Registration));
            self.push(Task::Step(Step::Signal));
            if self.operator_at <= now {
                self.operator_at = now + 10 * self.config.patience.poll;
                self.push(Task::Step(Step::Operator));
            }
        }
        if self.poll_at <= now && self.queue.is_empty() {
            self.poll_at = now + self.config.patience.poll;
            self.poll();
        }
    }

    fn push(&mut self, task: Task) {
        if !self.queue.contains(&task) {
            self.queue.push_back(task);
        }
    }

    /// Messages and everything else take turns, so that neither waits for long.
    fn next(&mut self) -> Option<Task> {
        if self.stage == Stage::AwaitingPin {
            return None;
        }
        let sends = self.stage == Stage::Ready && self.sending.as_ref().is_some_and(Sending::waits);
        let urgent = matches!(self.queue.front(), Some(Task::Ack | Task::Sync));
        let others_turn = self.queue_first && !self.queue.is_empty();
        if sends && !urgent && !others_turn {
            self.queue_first = true;
            return Some(Task::Send);
        }
        self.queue_first = false;
        self.queue.pop_front()
    }

    fn start(&mut self, task: Task, now: i64) {
        // Lists and reads are of the memory that was chosen last.
        if let Task::List(memory) | Task::Read(Slot { memory, .. }) | Task::Delete(Slot { memory, .. }) =
            &task
            && *memory != self.memory
        {
            let memory = memory.clone();
            self.queue.push_front(task);
            return self.start(Task::Memory(memory), now);
        }
        let Some(command) = self.command(&task) else { return };
        let patience = &self.config.patience;
        let wait = match &task {
            Task::Sync => patience.sync,
            Task::Send => patience.prompt,
            Task::List(_) => patience.list,
            Task::Ussd => patience.ussd,
            Task::Reset => patience.sync,
            _ => patience.command,
        };
        // Nothing is open here: the one that was has been answered or given up.
        if let Ok(octets) = self.modem.command(&command) {
            self.output.extend(octets);
            self.running = Some(Running { task, deadline: now + wait });
        }
    }

    /// The words of a task; `None` where there is nothing to be done any more.
    fn command(&mut self, task: &Task) -> Option<String> {
        Some(match task {
            Task::Sync => String::new(),
            Task::Step(step) => return self.step_command(step),
            Task::Send => self.send_command()?,
            Task::Ack => "+CNMA".to_owned(),
            Task::Memory(name) => format!("+CPMS=\"{name}\""),
            Task::List(_) => "+CMGL=4".to_owned(),
            Task::Read(slot) => format!("+CMGR={}", slot.index),
            Task::Delete(slot) => format!("+CMGD={}", slot.index),
            Task::Ussd => format!("+CUSD=1,\"{}\",15", self.ussd.take()?),
            Task::UssdEnd => "+CUSD=2".to_owned(),
            Task::Reset => "+CFUN=1,1".to_owned(),
        })
    }

    fn event(&mut self, event: Event, now: i64) {
        match event {
            Event::Answer(answer) => {
                let Some(running) = self.running.take() else { return };
                if running.task != Task::Sync {
                    self.silent = 0;
                }
                if self.config.quirks.slow {
                    self.not_before = self.not_before.max(now + 100);
                }
                self.answered(running.task, answer, now);
            }
            Event::Prompt => self.prompted(now),
            Event::Message(pdu) | Event::Report(pdu) => self.hand_over(Origin::Direct, Some(pdu)),
            Event::Stored(slot) | Event::ReportStored(slot) => self.announced(slot),
            Event::Ussd(ussd) => self.heard_ussd(ussd),
            Event::Registered(registration) => self.registered(Some(registration), now),
            Event::Unasked(line) => self.unasked(&line, now),
            Event::Noise => {}
        }
    }

    fn heard_ussd(&mut self, ussd: Ussd) {
        if self.ussd_until.take().is_none() {
            return; // the network spoke by itself: nobody waits for it
        }
        if ussd.state == super::UssdState::Asks {
            self.queue.push_back(Task::UssdEnd);
        }
        self.news.push_back(News::Ussd(Ok(ussd)));
    }

    /// Said once a modem is open, once it waits for its PIN, and whenever something changes after that.
    fn tell_facts(&mut self) {
        if self.facts != self.told && self.stage != Stage::Opening {
            self.told = self.facts.clone();
            self.news.push_back(News::Facts(Box::new(self.facts.clone())));
        }
    }

    /// Says goodbye: there is nothing to be said to a modem.
    pub fn leave(&mut self) {
        self.close(Ended::Left);
    }

    /// The port is gone.
    pub fn lost(&mut self) {
        self.close(Ended::Lost);
    }

    /// It does not read.
    pub fn unread(&mut self) {
        self.close(Ended::Unread);
    }

    fn close(&mut self, why: Ended) {
        if self.stage == Stage::Closed {
            return;
        }
        self.stage = Stage::Closed;
        self.tell_facts();
        self.news.append(&mut self.held.drain(..).collect());
        let mut unsent = Vec::new();
        if let Some(sending) = self.sending.take() {
            if sending.is_written() {
                self.news.push_back(News::Ambiguous { token: sending.token });
            } else {
                unsent.push(sending.token);
                self.output.clear(); // the rest of it may not leave any more
            }
        }
        self.running = None;
        self.news.push_back(News::Closed { why, unsent });
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("stage", &self.stage).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
