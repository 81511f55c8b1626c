//! The commands a pretend modem knows, and the way between its PDUs and the world's messages.

use sms::tpdu::{Address, Dcs, Deliver, Stamp, StatusReport, Submit, UserData, centre};
use sms::{Code, Status};

use super::device::Device;
use crate::chance;
use crate::gsm::Form;
use crate::journal::{Entry, What};
use crate::smsc::account::Cargo;
use crate::smsc::tongue;
use crate::smsc::world::{World, bump};

/// How a command is answered.
pub(super) enum Says {
    /// These lines, and `OK` at the end.
    Ok(Vec<String>),
    Error,
    Cms(u16),
    Cme(u16),
    /// Not at all.
    Nothing,
    /// A PDU is awaited.
    Prompt {
        length: usize,
        send: bool,
    },
    /// `OK`, and then it starts anew.
    Reset,
}

/// Before a message is answered, ms.
pub(super) fn latency(world: &World, number: u64) -> i64 {
    chance::between(world.config.seed, number, world.config.latency_ms) as i64
}

/// The commands of one line: `E0+CMEE=1;+CSQ` are three.
pub(super) fn commands(line: &str) -> Vec<String> {
    let mut rest = line.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let extended = rest.starts_with(['+', '^', '*', '$', '%']);
        let mut quoted = false;
        let end = if extended {
            rest.find(|c| {
                quoted ^= c == '"';
                c == ';' && !quoted
            })
        } else {
            // A basic command is a letter and digits, `&` before some and `S7=…` aside.
            let letters = if rest.starts_with('&') { 2 } else { 1 };
            let after = rest.get(letters..).unwrap_or_default();
            let digits = |c: char| c.is_ascii_digit() || c == '=' || c == '?';
            Some(letters + after.find(|c| !digits(c)).unwrap_or(after.len())).filter(|end| *end < rest.len())
        };
        let (one, more) = rest.split_at(end.unwrap_or(rest.len()));
        found.push(one.to_owned());
        rest = more.trim_start_matches([';', ' ']);
    }
    found
}

fn one(line: impl Into<String>) -> Says {
    Says::Ok(vec![line.into()])
}

fn ok() -> Says {
    Says::Ok(Vec::new())
}

/// The number after `=`.
fn number(command: &str) -> Option<usize> {
    command.split_once('=')?.1.split(',').next()?.trim().parse().ok()
}

impl Device {
    pub(super) fn answer(&mut self, command: &str, now: i64) -> Says {
        let up = command.to_ascii_uppercase();
        let (name, rest) = match up.find(['=', '?']) {
            Some(at) => up.split_at(at),
            None => (up.as_str(), ""),
        };
        if self.faults.no_card && needs_card(name) {
            return if name.starts_with("+CMG") { Says::Cms(310) } else { Says::Cme(10) };
        }
        if self.locked && needs_card(name) && name != "+CPIN" && name != "+CPINR" {
            let blocked = self.pin_left == 0;
            return match name.starts_with("+CMG") {
                true => Says::Cms(if blocked { 316 } else { 311 }),
                false => Says::Cme(if blocked { 12 } else { 11 }),
            };
        }
        if let Some(said) = self.identity(name, rest) {
            return said;
        }
        match name {
            "+CMGS" | "+CMGW" | "+CMGL" | "+CMGR" | "+CMGD" | "+CNMA" | "+CPMS" | "+CNMI" | "+CSMS"
            | "+CMGF" | "+CMSS" => self.messages(name, rest, command),
            "+CUSD" => self.ussd(command, now),
            "+CPIN" | "+CPINR" => self.pin(name, rest, command),
            "+CREG" | "+CGREG" | "+CEREG" => self.registration(name, rest),
            _ => self.plain(name, rest),
        }
    }

    fn identity(&self, name: &str, rest: &str) -> Option<Says> {
        if !rest.is_empty() && rest != "?" {
            return None;
        }
        Some(one(match name {
            "+CGMI" | "+GMI" => self.modem.maker.clone(),
            "+CGMM" | "+GMM" => self.modem.model.clone(),
            "+CGMR" | "+GMR" => "Revision 1.0".to_owned(),
            "+CGSN" | "+GSN" => self.modem.imei.clone(),
            "+CIMI" => self.modem.imsi.clone(),
            "+CCID" => format!("+CCID: {}", self.modem.iccid),
            "I" => format!("{} {}", self.modem.maker, self.modem.model),
            "+CNUM" => format!("+CNUM: \"\",\"{}\",145", self.modem.number),
            "+CSQ" => format!("+CSQ: {},99", self.modem.signal),
            "+CSCA" => format!("+CSCA: \"{}\",145", self.modem.centre),
            "+COPS" if self.is_registered() => format!("+COPS: 0,0,\"{}\"", self.modem.operator),
            "+COPS" => "+COPS: 0".to_owned(),
            "+CSCS" => "+CSCS: \"GSM\"".to_owned(),
            "+CFUN" => "+CFUN: 1".to_owned(),
            "+CBC" => "+CBC: 0,88".to_owned(),
            "+CPAS" => "+CPAS: 0".to_owned(),
            _ => return None,
        }))
    }

    fn plain(&mut self, name: &str, rest: &str) -> Says {
        match (name, rest) {
            ("E0", _) => self.echo = false,
            ("E1" | "E", _) => self.echo = true,
            ("+CMEE", rest) if rest.starts_with('=') => self.numbers = rest != "=0",
            ("+CFUN", rest) if rest.starts_with("=1,1") => return Says::Reset,
            ("+CSCS", "=?") => return one("+CSCS: (\"GSM\",\"UCS2\")"),
            ("", _)
            | ("Z" | "&F" | "&F0" | "&D0" | "&D2" | "&C1" | "V1" | "Q0" | "S7" | "S0" | "X4" | "Z0", _) => {}
            (
                "+CSCS" | "+COPS" | "+CMMS" | "+CSCA" | "+CLIP" | "+CRC" | "+CFUN" | "+CSDH" | "+CPBS"
                | "+IFC" | "+CVHU" | "+CSCB",
                rest,
            ) if rest.starts_with('=') && rest != "=?" => {}
            _ => return Says::Error,
        }
        ok()
    }

    fn registration(&mut self, name: &str, rest: &str) -> Says {
        match rest {
            "?" => {
                let known = name == "+CREG" || name == "+CGREG";
                let state = match (known, self.is_registered()) {
                    (false, _) => 0,
                    (true, true) => 1,
                    (true, false) if self.faults.denied => 3,
                    (true, false) => 2,
                };
                one(format!("{name}: {},{state}", u8::from(self.announces)))
            }
            "=?" => one(format!("{name}: (0-2)")),
            rest if rest.starts_with('=') => {
                self.announces = rest != "=0";
                ok()
            }
            _ => Says::Error,
        }
    }

    fn pin(&mut self, name: &str, rest: &str, command: &str) -> Says {
        if self.faults.busy > 0 {
            self.faults.busy -= 1;
            return Says::Cme(14);
        }
        match (name, rest) {
            ("+CPINR", _) if self.faults.hide_tries => Says::Error,
            ("+CPINR", _) => one(format!("+CPINR: SIM PIN,{},3", self.pin_left)),
            (_, "?") => one(match (self.locked, self.pin_left) {
                (true, 0) => "+CPIN: SIM PUK",
                (true, _) => "+CPIN: SIM PIN",
                (false, _) => "+CPIN: READY",
            }),
            (_, "=?") => ok(),
            (_, rest) if rest.starts_with('=') && self.locked => {
                let given =
                    command.split_once('=').map(|(_, pin)| pin.trim().trim_matches('"')).unwrap_or("");
                self.pin_tries += 1;
                if self.pin_left == 0 {
                    return Says::Cme(12);
                }
                if given == self.modem.pin {
                    (self.locked, self.pin_left) = (false, 3);
                    return ok();
                }
                self.pin_left -= 1;
                Says::Cme(16)
            }
            _ => Says::Cme(3),
        }
    }

    fn ussd(&mut self, command: &str, now: i64) -> Says {
        let Some((_, given)) = command.split_once('=') else { return one("+CUSD: 0") };
        let fields: Vec<&str> = given.split(',').collect();
        if fields.first() != Some(&"1") {
            return ok();
        }
        let Some(asked) = fields.get(1).map(|code| code.trim_matches('"').to_owned()) else { return ok() };
        let packed = |code: &str| wire::at::packed(code);
        let known =
            self.modem.ussd.iter().find(|c| c.code == asked || packed(&c.code).as_ref() == Some(&asked));
        let due = now + 50;
        let said = match known {
            None => "\r\n+CUSD: 4\r\n".to_owned(),
            Some(code) => {
                let (text, dcs) = match code.form {
                    Form::Plain => (code.answer.clone(), 15),
                    Form::Packed => (packed(&code.answer).unwrap_or_default(), 15),
                    Form::Ucs2 => (sms::hex::encode(&sms::alphabet::ucs2::encode(&code.answer)), 72),
                };
                format!("\r\n+CUSD: {},\"{text}\",{dcs}\r\n", u8::from(code.asks))
            }
        };
        self.write(now, b"\r\nOK\r\n");
        self.write(due, said.as_bytes());
        Says::Nothing
    }

    fn messages(&mut self, name: &str, rest: &str, command: &str) -> Says {
        match (name, rest) {
            ("+CMGF", "?") => one("+CMGF: 0"),
            ("+CMGF", "=?") => one("+CMGF: (0)"),
            ("+CMGF", "=0") => ok(),
            ("+CSMS", "?") => one(format!("+CSMS: {},1,1,1", u8::from(self.acks))),
            ("+CSMS", "=?") => one("+CSMS: (0,1)"),
            ("+CSMS", rest) if rest.starts_with('=') => {
                self.acks = rest == "=1";
                one("+CSMS: 1,1,1")
            }
            ("+CNMI", "=?") => one("+CNMI: (0-2),(0-2),(0,2),(0-2),(0,1)"),
            ("+CNMI", "?") => one(format!("+CNMI: 2,{},0,{},0", self.tells.0, self.tells.1)),
            ("+CNMI", rest) if rest.starts_with('=') => {
                let field = |n: usize| rest[1..].split(',').nth(n).and_then(|f| f.trim().parse::<u8>().ok());
                self.tells = (field(1).unwrap_or(0), field(3).unwrap_or(0));
                ok()
            }
            ("+CPMS", "=?") => one("+CPMS: (\"SM\"),(\"SM\"),(\"SM\")"),
            ("+CPMS", rest) => self.memories(rest),
            ("+CMGL", "=?") => one("+CMGL: (0-4)"),
            ("+CMGL", _) => self.list(number(command).unwrap_or(4)),
            ("+CMGR", _) => self.read(number(command)),
            ("+CMGD", "=?") => one("+CMGD: (1-255),(0-4)"),
            ("+CMGD", _) => self.delete(number(command)),
            ("+CNMA", _) => {
                if self.acknowledged() {
                    ok()
                } else {
                    Says::Cms(340)
                }
            }
            ("+CMGS" | "+CMGW", rest) if rest.starts_with('=') => match number(command) {
                Some(length) if name == "+CMGW" => Says::Prompt { length, send: false },
                Some(_) if !self.is_registered() => Says::Cms(331),
                Some(length) => Says::Prompt { length, send: true },
                None => Says::Cms(304),
            },
            _ => Says::Error,
        }
    }

    fn memories(&mut self, rest: &str) -> Says {
        let (used, size) = (self.memory.used(), self.memory.size());
        let used = if self.faults.wrong_cpms { 0 } else { used };
        match rest.strip_prefix('=') {
            None => {
                let one_memory = format!("\"SM\",{used},{size}");
                one(format!("+CPMS: {one_memory},{one_memory},{one_memory}"))
            }
            Some(names) if names.split(',').all(|name| name.trim().trim_matches('"') == "SM") => {
                self.store = "SM".to_owned();
                one(format!("+CPMS: {used},{size},{used},{size},{used},{size}"))
            }
            Some(_) => Says::Cms(302),
        }
    }

    fn list(&mut self, which: usize) -> Says {
        let mut lines = Vec::new();
        for (place, stored) in self.memory.all() {
            if which == 4 || usize::from(stored.status) == which {
                lines.push(format!("+CMGL: {place},{},,{}", stored.status, stored.length));
                lines.push(stored.digits.clone());
                if stored.status == 0 {
                    stored.status = 1;
                }
            }
        }
        Says::Ok(lines)
    }

    fn read(&mut self, place: Option<usize>) -> Says {
        let size = self.memory.size();
        let Some(place) = place.filter(|place| (1..=size).contains(place)) else { return Says::Cms(321) };
        match self.memory.at(place) {
            // Makes differ in what an empty place is.
            None => ok(),
            Some(stored) => {
                let head = format!("+CMGR: {},,{}", stored.status, stored.length);
                if stored.status == 0 {
                    stored.status = 1;
                }
                Says::Ok(vec![head, stored.digits.clone()])
            }
        }
    }

    fn delete(&mut self, place: Option<usize>) -> Says {
        if self.faults.undeletable {
            return Says::Cms(320);
        }
        match place.and_then(|place| self.memory.delete(place)) {
            None => Says::Cms(321),
            Some(stored) => {
                if let Some(taken) = stored.and_then(|stored| stored.taken) {
                    // Who sent it may have stopped waiting.
                    let _ = taken.send(wire::smpp::Status::OK);
                }
                ok()
            }
        }
    }
}

/// Commands that ask something of the card.
fn needs_card(name: &str) -> bool {
    let card = ["+CPIN", "+CPINR", "+CIMI", "+CNUM", "+CSCA", "+CPMS", "+CNMI", "+CNMA", "+CUSD"];
    name.starts_with("+CMG") && name != "+CMGF" || card.contains(&name)
}

/// Hands a message to the network. `Err` is the number it is refused with.
pub(super) fn hand_in(device: &Device, submit: &Submit, reference: u8, now: i64) -> Result<(), u16> {
    let to = submit.destination.display();
    let data = wire::UserData {
        coding: submit.dcs.0,
        header: submit.user.header.clone(),
        octets: submit.user.body.clone(),
    };
    let reports = tongue::reports(submit.report, submit.report, submit.report);
    let sm = tongue::message(&device.modem.number, &to, &data, reports).ok_or(304_u16)?;
    let world = &device.world;
    let out = world.accept(&device.account, &sm, now, |_| reference.to_string());
    let mut entries = Vec::new();
    let (said, refused) = match &out {
        Ok(arrival) => (Ok(arrival.name.clone()), None),
        Err(status) => {
            let number = match *status {
                wire::smpp::Status::THROTTLED | wire::smpp::Status::QUEUE_FULL => 42,
                wire::smpp::Status::INVALID_DESTINATION => 28,
                _ => 21,
            };
            (Err(number.to_string()), Some(number))
        }
    };
    world.note_submit(&device.account, &sm.view(), said, now, &mut entries);
    world.journal.add(&mut entries);
    bump(if refused.is_none() { &world.tally.submitted } else { &world.tally.refused });
    refused.map_or(Ok(()), Err)
}

/// What the network has for the modem, as service centre and TPDU, and the TPDU's length.
pub(super) fn pdu(cargo: &Cargo, smsc: &str, now: i64) -> Option<(Vec<u8>, usize)> {
    let tpdu = match cargo {
        Cargo::Mo(mo) => {
            let header = if mo.headed { mo.octets.first().map_or(0, |n| usize::from(*n) + 1) } else { 0 };
            let (header, body) = mo.octets.split_at_checked(header)?;
            let deliver = Deliver {
                more: false,
                forwarded: false,
                report: false,
                reply_path: false,
                originator: Address::new(&mo.from).ok()?,
                protocol: 0,
                dcs: Dcs(mo.data_coding),
                taken_at: Stamp::at(now, 8),
                user: UserData { header: header.to_vec(), body: body.to_vec(), torn: false },
            };
            deliver.encode().ok()?
        }
        Cargo::Report(report) => {
            let sm = report.arrival.sm.view();
            let status = match (report.says.status, report.says.code) {
                (Status::Delivered, _) => 0x00,
                (Status::Buffered | Status::Submitted, Code::AbsentSubscriber) => 0x22,
                (Status::Buffered | Status::Submitted, _) => 0x20,
                (Status::Expired, _) => 0x46,
                (_, Code::UnknownSubscriber) => 0x43,
                _ => 0x42,
            };
            let report = StatusReport {
                more: false,
                forwarded: false,
                of_command: false,
                reference: report.arrival.name.parse().ok()?,
                recipient: Address::new(&sm.destination.display()).ok()?,
                taken_at: Stamp::at(report.arrival.took_at, 8),
                done_at: Stamp::at(report.done_at, 8),
                status,
                extras: sms::tpdu::answer::Extras::default(),
            };
            report.encode().ok()?
        }
    };
    let centre = Address::new(smsc).ok();
    Some((centre::join(centre.as_ref(), &tpdu), tpdu.len()))
}

/// Writes down what left for the modem.
pub(super) fn note(world: &World, cargo: &Cargo, now: i64) {
    let entry = match cargo {
        Cargo::Report(report) => {
            bump(&world.tally.reported);
            let of = report.arrival.sm.view();
            Entry {
                at: now,
                what: What::Report,
                from: of.destination.display().into_owned(),
                to: of.source.display().into_owned(),
                id: report.arrival.name.clone(),
                text: String::new(),
                parts: 1,
                part: 0,
                state: report.says.status.name().to_owned(),
            }
        }
        Cargo::Mo(mo) => {
            bump(&world.tally.replies);
            Entry {
                at: now,
                what: What::Reply,
                from: mo.from.clone(),
                to: mo.to.clone(),
                id: String::new(),
                text: mo.text(),
                parts: mo.total,
                part: if mo.total == 1 { 0 } else { mo.number },
                state: String::new(),
            }
        }
    };
    world.journal.add(&mut vec![entry]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_several_commands() {
        for (line, wanted) in [
            ("", &[][..]),
            ("E0", &["E0"]),
            ("E0+CMEE=1;+CSQ", &["E0", "+CMEE=1", "+CSQ"]),
            ("+CUSD=1,\"*1;2#\",15", &["+CUSD=1,\"*1;2#\",15"]),
            ("&FE1V1", &["&F", "E1", "V1"]),
            ("S7=45", &["S7=45"]),
        ] {
            assert_eq!(commands(line), wanted, "{line}");
        }
    }
}
