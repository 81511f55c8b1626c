//! What modems say: lines between and inside answers, PDUs, USSD; and the conversation above it.

use crate::{Seen, Target, hold, in_any_pieces};
use wire::at::{
    Config, Event, Form, Modem, Session, fields, listed, reference, registration, signal_dbm, slot,
};

pub(super) const TARGET: Target = Target {
    name: "at",
    about: "AT lines of modems: answers, unsolicited lines, PDUs, USSD, in any cut; the conversation above them",
    seeds,
    words: &[
        b"\r\n",
        b"\r",
        b"> ",
        b">",
        b"OK\r\n",
        b"ERROR\r\n",
        b"+CMS ERROR: 322\r\n",
        b"+CME ERROR: 11\r\n",
        b"+CMTI: \"SM\",3\r\n",
        b"+CMT: ,23\r\n",
        b"+CDS: 25\r\n",
        b"+CDSI: \"SR\",1\r\n",
        b"+CUSD: 0,\"",
        b"\",15\r\n",
        b"+CREG: 0,1\r\n",
        b"+CREG: 2\r\n",
        b"+CPIN: READY\r\n",
        b"+CPIN: SIM PIN\r\n",
        b"+CMGL: 1,1,,29\r\n",
        b"+CMGS: 12\r\n",
        b"+CSQ: 17,99\r\n",
        b"RING\r\n",
        b"^RSSI: 21\r\n",
        b"AT+CMGL=4\r",
        b"\x1a",
        b"\x1b",
        b"07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37\r\n",
        b"D4F29C0E",
        b"00480069",
        b",",
        b"\"",
    ],
    mend: None,
    run,
    memory: (600, 120_000),
    longest: 3_000,
    cases: 5_000,
};

/// Commands that may be open when something comes.
const COMMANDS: &[&str] =
    &["", "+CMGL=4", "+CSQ", "+CREG?", "+CMGS=15", "+CUSD=1,\"*100#\",15", "+CPIN?", "+CMGR=3", "+CNMA"];

fn seeds() -> Vec<Vec<u8>> {
    let pdu = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37";
    let lines = [
        "\0\r\nOK\r\n".to_owned(),
        format!("\x01AT+CMGL=4\r\r\n+CMGL: 1,1,,29\r\n{pdu}\r\n+CMTI: \"SM\",3\r\n+CMGL: 2,0,,29\r\n{pdu}\r\n\r\nOK\r\n"),
        "\x02\r\n+CSQ: 17,99\r\n\r\nOK\r\n".to_owned(),
        "\x03+CREG: 0,5\r\nOK\r\n+CREG: 2\r\n".to_owned(),
        "\x04\r\n> \r\n+CMGS: 12\r\n\r\nOK\r\n".to_owned(),
        "\x04> \r\n+CMS ERROR: 38\r\n".to_owned(),
        "\x05OK\r\n+CUSD: 0,\"AA180C3602\",15\r\n+CUSD: 1,\"Balance 12.50\",0\r\n+CUSD: 2,\"0042\",72\r\n".to_owned(),
        format!("\0+CMT: ,29\r\n{pdu}\r\n+CDS: 25\r\n0006010C9179521032547662111221436400621112214364000\r\n+CDSI: \"SR\",1\r\nRING\r\n"),
        "\x06+CPIN: SIM PIN\r\n\r\nOK\r\n".to_owned(),
        "\x07+CMGR: 1,,29\r\n07917283010010F5\r\nOK\r\n^BOOT:1\r\n".to_owned(),
        "\0OK\r\nOK\r\nOK\r\n+CPIN: READY\r\nOK\r\n+CREG: 0,1\r\nOK\r\n+CSQ: 20,0\r\nOK\r\n+CPMS: 1,10,1,10,1,10\r\nOK\r\n".to_owned(),
    ];
    lines.into_iter().map(String::into_bytes).collect()
}

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let Some((command, said)) = case.split_first() else { return Ok(()) };
    let command = COMMANDS[usize::from(*command) % COMMANDS.len()];
    let events = in_any_pieces(said, |pieces| {
        let mut modem = Modem::new();
        if !command.is_empty() {
            let _ = modem.command(command);
        }
        let mut events = Vec::new();
        pieces.for_each(|piece| modem.feed(piece, &mut events));
        (events, modem.is_busy())
    })?
    .0;
    for event in &events {
        one(event, seen)?;
    }
    for line in String::from_utf8_lossy(said).lines() {
        seen.mark((
            registration(line).map(|r| r.name()),
            signal_dbm(line).is_some(),
            slot(line, "+CMTI").is_some(),
        ));
        let values = ["+CMGL", "+CUSD", "+CPMS", "+COPS"].into_iter().filter_map(|name| fields(line, name));
        for values in values {
            seen.mark(values.len().min(9));
            hold(values.iter().map(String::len).sum::<usize>() <= line.len(), || {
                "values longer than the line".into()
            })?;
        }
    }
    conversation(said, seen)
}

fn one(event: &Event, seen: &mut Seen) -> Result<(), String> {
    seen.mark(std::mem::discriminant(event));
    match event {
        Event::Answer(answer) => {
            seen.mark(answer.result.as_ref().map_err(|why| format!("{why:?}")).err());
            seen.size("lines", answer.lines.len());
            let messages = listed(&answer.lines);
            seen.mark((reference(&answer.lines).is_some(), messages.len().min(4)));
            hold(messages.len() <= answer.lines.len(), || "more messages than lines".into())
        }
        Event::Ussd(ussd) => {
            seen.mark((ussd.state as u8, ussd.dcs));
            for form in [Form::Plain, Form::Packed, Form::Ucs2] {
                seen.mark((form as u8, ussd.text_as(form).is_some()));
            }
            hold(!ussd.text().is_empty() || ussd.raw.is_empty(), || "a text became nothing".into())
        }
        _ => Ok(()),
    }
}

/// The whole conversation: a modem that says anything at all, and time that goes by.
fn conversation(said: &[u8], seen: &mut Seen) -> Result<(), String> {
    let mut session = Session::new(Config { reports: true, ..Config::default() }, 0);
    let mut now = 0;
    for piece in said.chunks(48) {
        session.feed(piece, now);
        now += 700;
        let next = session.tick(now);
        hold(next.is_none_or(|next| next >= now - 1), || {
            format!("at {now} it wants to be called at {next:?}")
        })?;
        let written = session.output().len();
        session.wrote(written);
        while let Some(news) = session.poll_news() {
            seen.mark(("news", std::mem::discriminant(&news)));
        }
    }
    seen.mark(std::mem::discriminant(&session.stage()));
    session.lost();
    Ok(())
}
