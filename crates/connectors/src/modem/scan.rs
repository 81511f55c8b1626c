//! Looking for modems: every port is asked who is there.

use super::port::Port;
use crate::net::{self, Socket};
use std::time::Duration;
use wire::at::{Event, Modem};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// One command and its lines; `None` where nobody answers.
pub(super) async fn ask(socket: &dyn Socket, modem: &mut Modem, command: &str) -> Option<Vec<String>> {
    let octets = modem.command(command).ok()?;
    let asked = async {
        net::write_all(socket, &octets).await.ok()?;
        let mut buffer = [0; 4_096];
        loop {
            net::readable(socket).await.ok()?;
            let read = match socket.try_read(&mut buffer) {
                Ok(0) => return None,
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(_) => return None,
            };
            let mut events = Vec::new();
            modem.feed(&buffer[..read], &mut events);
            for event in events {
                if let Event::Answer(answer) = event {
                    return Some(answer);
                }
            }
        }
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Some(answer)) => answer.result.ok().map(|()| answer.lines),
        _ => {
            let abort = modem.give_up();
            let _ = tokio::time::timeout(PATIENCE, net::write_all(socket, &abort)).await;
            None
        }
    }
}

/// The number of the modem at a port.
pub(super) async fn imei(port: &Port) -> Option<String> {
    let mut modem = Modem::new();
    ask(port, &mut modem, "").await?;
    let lines = ask(port, &mut modem, "+CGSN").await?;
    lines.iter().map(|line| digits(line)).find(|digits| digits.len() >= 14)
}

fn digits(line: &str) -> String {
    line.chars().filter(char::is_ascii_digit).collect()
}
