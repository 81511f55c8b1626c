//! From a port that stands to a modem that carries: 27.005 and 27.007 in the order that finds faults early.
//!
//! Most commands may fail: makes differ in what they know. A card that is missing or locked, and a modem without PDU
//! mode, may not.

use super::{Ended, News, Session, Stage, Task, Trouble};
use crate::at::{Answer, Card, Failure, Registration, fields, registration, signal_dbm};
use sms::alphabet::ucs2;
use sms::hex;

/// One step of opening, or of a later look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Echo,
    Errors,
    Maker,
    Model,
    Revision,
    Imei,
    /// The card's number, under its several names.
    Iccid(u8),
    Pin,
    PinLeft,
    EnterPin,
    Imsi,
    Quiet,
    Format,
    Service,
    Memories,
    Memory,
    /// How it tells of what came in, from the best way to the least.
    Indications(u8),
    More,
    Number,
    Centre,
    Announce,
    Names,
    Registration,
    /// Modems that know LTE only answer this one.
    PacketRegistration,
    Operator,
    Signal,
    Storage,
    /// All is said.
    Opened,
}

const ICCID: [&str; 3] = ["+CCID", "+ICCID", "^ICCID?"];
/// `AT+CNMI`: stored and announced, with reports handed over or stored; then less and less.
const STORED: [&str; 5] = ["2,1,0,1,0", "2,1,0,2,0", "1,1,0,1,0", "2,1,0,0,0", "1,1"];
/// The same with messages handed over at once.
const DIRECT: [&str; 3] = ["2,2,0,1,0", "1,2,0,1,0", "2,2,0,0,0"];
/// Without reports.
const NO_REPORTS: [&str; 2] = ["2,1,0,0,0", "1,1"];

impl Session {
    /// Everything that is said to a modem that has just come up.
    pub(super) fn open(&mut self) {
        use Step::*;
        self.queue.push_back(Task::Sync);
        let steps = [Echo, Errors, Maker, Model, Revision, Imei, Iccid(0), Pin];
        self.queue.extend(steps.map(Task::Step));
        self.output.push(0x1B); // a message that somebody left half written is given up
    }

    /// What follows once the card is open.
    fn after_card(&mut self) {
        use Step::*;
        let steps = [
            Imsi,
            Quiet,
            Format,
            Service,
            Memories,
            Memory,
            Indications(0),
            More,
            Number,
            Centre,
            Announce,
            Names,
            Signal,
            Operator,
            Opened,
        ];
        self.queue.extend(steps.map(Task::Step));
    }

    pub(super) fn step_command(&mut self, step: &Step) -> Option<String> {
        let fixed = match step {
            Step::Echo if self.config.quirks.echo => "E1",
            Step::Echo => "E0",
            Step::Errors => "+CMEE=1",
            Step::Maker => "+CGMI",
            Step::Model => "+CGMM",
            Step::Revision => "+CGMR",
            Step::Imei => "+CGSN",
            Step::Iccid(n) => ICCID.get(usize::from(*n))?,
            Step::Pin => "+CPIN?",
            Step::PinLeft => "+CPINR=\"SIM PIN\"",
            Step::EnterPin => return Some(format!("+CPIN=\"{}\"", self.config.pin.as_deref()?)),
            Step::Imsi => "+CIMI",
            // What Huawei's say by themselves is of no use here.
            Step::Quiet if self.facts.maker.to_ascii_lowercase().contains("huawei") => "^CURC=0",
            Step::Quiet => return None,
            Step::Format => "+CMGF=0",
            Step::Service if self.config.quirks.no_service => return None,
            Step::Service => "+CSMS=1",
            Step::Memories | Step::Storage => "+CPMS?",
            Step::Memory => {
                let name = self.memories.first()?;
                return Some(format!("+CPMS=\"{name}\",\"{name}\",\"{name}\""));
            }
            Step::Indications(n) => {
                return self.ways().get(usize::from(*n)).map(|way| format!("+CNMI={way}"));
            }
            Step::More => "+CMMS=2",
            Step::Number => "+CNUM",
            Step::Centre => "+CSCA?",
            Step::Announce => "+CREG=1",
            Step::Names => "+COPS=3,0",
            Step::Registration => "+CREG?",
            Step::PacketRegistration => "+CEREG?",
            Step::Operator => "+COPS?",
            Step::Signal => "+CSQ",
            Step::Opened => {
                self.opened();
                return None;
            }
        };
        Some(fixed.to_owned())
    }

    fn ways(&self) -> &'static [&'static str] {
        match (self.config.quirks.direct, self.config.reports) {
            (true, _) => &DIRECT,
            (false, true) => &STORED,
            (false, false) => &NO_REPORTS,
        }
    }

    fn opened(&mut self) {
        self.stage = Stage::Searching;
        self.queue.push_back(Task::Step(Step::Registration));
        self.poll();
    }

    /// A step that nobody answered.
    pub(super) fn skipped(&mut self, step: Step) {
        match step {
            // Without an answer about the card nothing is known: it is asked again after the modem has been woken.
            Step::Pin => self.queue.push_front(Task::Step(Step::Pin)),
            Step::Registration => self.queue.push_front(Task::Step(Step::PacketRegistration)),
            _ => {}
        }
    }

    pub(super) fn stepped(&mut self, step: Step, answer: &Answer, now: i64) {
        let ok = answer.result.is_ok();
        let said = answer.lines.first().map(|line| line.trim().to_owned()).unwrap_or_default();
        match step {
            Step::Maker if ok => self.facts.maker = word(&said, "+CGMI"),
            Step::Model if ok => self.facts.model = word(&said, "+CGMM"),
            Step::Revision if ok => self.facts.revision = word(&said, "+CGMR"),
            Step::Imei if ok => self.facts.imei = digits(&word(&said, "+CGSN")),
            Step::Iccid(n) => self.iccid(n, &answer.lines),
            Step::Pin => self.card(answer, now),
            Step::PinLeft => {
                self.facts.pin_left = fields(&said, "+CPINR").and_then(|f| f.get(1)?.parse().ok());
                self.want_pin();
            }
            Step::EnterPin => self.entered(answer, now),
            Step::Imsi if ok => self.facts.imsi = digits(&word(&said, "+CIMI")),
            Step::Format if !ok => self.close(Ended::Trouble(Trouble::NoPduMode)),
            Step::Service => self.needs_ack = ok && !self.config.quirks.no_ack,
            Step::Memories | Step::Storage => self.storage(step, &answer.lines),
            Step::Memory => {
                self.memory =
                    if ok { self.memories.first().cloned().unwrap_or_default() } else { String::new() }
            }
            Step::Indications(n) if !ok && usize::from(n) + 1 < self.ways().len() => {
                self.queue.push_front(Task::Step(Step::Indications(n + 1)));
            }
            Step::Number if ok => {
                let own = answer.lines.iter().find_map(|line| fields(line, "+CNUM")?.get(1).cloned());
                self.facts.number = own.filter(|own| !own.is_empty()).map(as_text).unwrap_or_default();
            }
            Step::Centre if ok => {
                self.facts.centre =
                    fields(&said, "+CSCA").and_then(|f| f.first().cloned()).map(as_text).unwrap_or_default();
            }
            Step::Registration | Step::PacketRegistration => self.looked(step, answer, now),
            Step::Operator if ok => {
                self.facts.operator =
                    fields(&said, "+COPS").and_then(|f| f.get(2).cloned()).map(as_text).unwrap_or_default();
            }
            Step::Signal if ok => {
                self.facts.signal_dbm = answer.lines.iter().find_map(|line| signal_dbm(line));
            }
            _ => {}
        }
    }

    fn iccid(&mut self, n: u8, lines: &[String]) {
        let found = lines.iter().map(|line| digits(line.rsplit(':').next().unwrap_or_default()));
        match found.into_iter().find(|digits| digits.len() >= 18) {
            Some(iccid) => self.facts.iccid = iccid,
            None if usize::from(n) + 1 < ICCID.len() => {
                self.queue.push_front(Task::Step(Step::Iccid(n + 1)));
            }
            None => {}
        }
    }

    /// What `AT+CPIN?` says of the card.
    fn card(&mut self, answer: &Answer, now: i64) {
        let said = answer.lines.iter().find_map(|line| Some(fields(line, "+CPIN")?.join(",")));
        self.facts.card = match (&answer.result, said) {
            (_, Some(said)) => Card::of(&said),
            (Ok(()), None) => Card::Unknown,
            (Err(Failure::Cme(Some(10)) | Failure::Cms(Some(310))), _) => Card::Absent,
            (Err(Failure::Cme(Some(11)) | Failure::Cms(Some(311))), _) => Card::Pin,
            (Err(Failure::Cme(Some(12)) | Failure::Cms(Some(316))), _) => Card::Puk,
            (Err(Failure::Cme(Some(13 | 15)) | Failure::Cms(Some(313 | 315))), _) => Card::Failed,
            (Err(Failure::Cme(Some(14)) | Failure::Cms(Some(314))), _) if now < self.boot_until => {
                // Busy: it is read in, which takes a while after the modem came up.
                self.queue.push_front(Task::Step(Step::Pin));
                self.not_before = now + self.config.patience.busy;
                return;
            }
            // A modem that does not know the question has a card that asks for nothing, or says so when it sends.
            (Err(_), _) => Card::Unknown,
        };
        match self.facts.card {
            Card::Ready | Card::Unknown => self.after_card(),
            Card::Pin if self.config.pin.is_none() => self.close(Ended::Trouble(Trouble::PinMissing)),
            Card::Pin => self.queue.push_front(Task::Step(Step::PinLeft)),
            Card::Puk => self.close(Ended::Trouble(Trouble::Puk)),
            Card::Absent => self.close(Ended::Trouble(Trouble::NoCard)),
            Card::Failed => self.close(Ended::Trouble(Trouble::CardFailed)),
        }
    }

    fn want_pin(&mut self) {
        self.stage = Stage::AwaitingPin;
        self.tell_facts();
        self.news.push_back(News::PinWanted);
    }

    /// Says whether the PIN may be tried. That it is about to be must be on record by now. `true` where it is entered.
    pub fn permit_pin(&mut self, may: bool, now: i64) -> bool {
        if self.stage != Stage::AwaitingPin {
            return false;
        }
        if !may {
            self.close(Ended::Trouble(Trouble::PinHeld));
            return false;
        }
        self.stage = Stage::Opening;
        self.queue.push_front(Task::Step(Step::EnterPin));
        self.tick(now);
        true
    }

    fn entered(&mut self, answer: &Answer, now: i64) {
        let accepted = answer.result.is_ok();
        self.news.push_back(News::PinTried { accepted });
        if !accepted {
            self.facts.pin_left = self.facts.pin_left.map(|left| left.saturating_sub(1));
            return self.close(Ended::Trouble(Trouble::PinWrong));
        }
        self.config.pin = None; // whatever comes, it is not entered twice
        self.boot_until = now + self.config.patience.boot;
        self.not_before = now + self.config.patience.busy / 5;
        self.queue.push_front(Task::Step(Step::Pin));
    }

    /// Memories and how full they are: `+CPMS: "SM",3,30,"SM",3,30,"ME",0,100`.
    fn storage(&mut self, step: Step, lines: &[String]) {
        let said = lines.iter().find_map(|line| fields(line, "+CPMS")).unwrap_or_default();
        let names: Vec<&String> = said.iter().step_by(3).collect();
        let is_name = |name: &&String| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase());
        if step == Step::Memories {
            // What comes in is kept in the third; what somebody left in the first is taken too.
            let found = [names.get(2), names.first()].into_iter().flatten().copied().filter(is_name);
            for name in found {
                if !self.memories.contains(name) {
                    self.memories.push(name.clone());
                }
            }
            if self.memories.is_empty() {
                self.memories.push("SM".to_owned());
            }
        }
        let place = self.memories.first().and_then(|own| names.iter().rposition(|name| *name == own));
        if let Some(at) = place {
            let number = |n: usize| said.get(at * 3 + n).and_then(|v| v.parse().ok()).unwrap_or_default();
            let (used, total) = (number(1), number(2));
            self.facts.memory.name.clone_from(names[at]);
            (self.facts.memory.used, self.facts.memory.total) = (used, total);
        }
    }

    pub(super) fn chosen(&mut self, name: &str, answer: &Answer) {
        name.clone_into(&mut self.memory);
        let said = answer.lines.iter().find_map(|line| fields(line, "+CPMS")).unwrap_or_default();
        let number = |n: usize| said.get(n).and_then(|v: &String| v.parse::<u32>().ok());
        if self.facts.memory.name == name
            && let (Some(used), Some(total)) = (number(0), number(1))
        {
            (self.facts.memory.used, self.facts.memory.total) = (used, total);
        }
    }

    fn looked(&mut self, step: Step, answer: &Answer, now: i64) {
        let found = answer.lines.iter().find_map(|line| registration(line));
        let useless = found.is_none_or(|found| !found.carries() && found != Registration::Denied);
        if step == Step::Registration && useless {
            self.queue.push_front(Task::Step(Step::PacketRegistration));
            if found.is_some() {
                self.facts.registration = found;
            }
            return;
        }
        // The packet network's word counts where it is good, or where there is no other.
        let found = found.filter(|found| {
            step == Step::Registration || found.carries() || self.facts.registration.is_none()
        });
        let known = found.or(self.facts.registration);
        self.registered(known, now);
    }

    /// The network is told of; `None` where the modem says nothing of networks at all.
    pub(super) fn registered(&mut self, found: Option<Registration>, now: i64) {
        self.facts.registration = found;
        let carries = found.is_none_or(Registration::carries);
        match self.stage {
            Stage::Searching if carries => {
                self.stage = Stage::Ready;
                self.waits = None;
                self.lost_at = None;
                self.tell_facts();
                self.news.push_back(News::Ready);
            }
            Stage::Searching => {
                let denied = found == Some(Registration::Denied);
                let why = if denied { Trouble::Denied } else { Trouble::Searching };
                if self.waits.replace(why) != Some(why) {
                    self.news.push_back(News::Waits(why));
                }
            }
            Stage::Ready => self.lost_at = if carries { None } else { self.lost_at.or(Some(now)) },
            Stage::Opening | Stage::AwaitingPin | Stage::Closed => {}
        }
    }
}

/// A value with or without the command's name before it, and its quotation marks.
fn word(line: &str, name: &str) -> String {
    let value = line.strip_prefix(name).map_or(line, |rest| rest.trim_start_matches([':', ' ']));
    value.trim().trim_matches('"').chars().take(64).collect()
}

/// Digits at the beginning of a value; a card's number may end in a letter that fills it.
fn digits(value: &str) -> String {
    value.trim().trim_matches('"').chars().take_while(char::is_ascii_digit).collect()
}

/// Modems that were left in UCS-2 write names and numbers in its hexadecimal digits.
fn as_text(value: String) -> String {
    let coded = value.len() >= 8 && value.len().is_multiple_of(4) && value.starts_with("00");
    let decoded = if coded { hex::decode(&value).map(|octets| ucs2::decode(&octets)) } else { None };
    decoded.filter(|text| text.chars().all(|c| !c.is_control())).unwrap_or(value)
}
