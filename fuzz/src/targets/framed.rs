//! What UCP and CIMD2 share: a session of either side reads a stream the same in any cut, and the frame after a bad one.

use crate::{Seen, hold, in_any_pieces};
use wire::framed::{Answer, Config, Credentials, Event, Packet, Protocol, Session, Stage};

#[derive(Debug, PartialEq)]
struct Said<R> {
    events: Vec<Event<R>>,
    output: Vec<u8>,
    closed: bool,
}

fn config() -> Config {
    Config {
        credentials: Credentials { user: b"shop".to_vec(), ..Credentials::default() },
        ..Config::default()
    }
}

fn sealed<P: Protocol>(number: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    P::seal(number, body, &mut out);
    out
}

fn quiet<P: Protocol>(session: &mut Session<P>) {
    while session.poll_event().is_some() {}
    let written = session.output().len();
    session.wrote(written);
}

fn server<P: Protocol>() -> Session<P> {
    let mut session = Session::<P>::server(config(), 0);
    session.feed(&sealed::<P>(1, &P::login(&config().credentials)), 0);
    session.answer_login(&Answer::taken(b""));
    quiet(&mut session);
    session
}

fn client<P: Protocol>() -> Session<P> {
    let mut session = Session::<P>::client(config(), 0);
    let login = session.output().to_vec();
    quiet(&mut session);
    // The login's own number, in the answer to it.
    let inside = login.get(1..login.len().saturating_sub(1)).unwrap_or_default();
    if let Ok(Packet::Request { number, operation, .. }) = P::read(inside) {
        session.feed(&sealed::<P>(number, &P::answer(operation, &Answer::taken(b""))), 0);
    }
    quiet(&mut session);
    session
}

fn said<P: Protocol>(mut session: Session<P>, pieces: &mut dyn Iterator<Item = &[u8]>) -> Said<P::Request> {
    pieces.for_each(|piece| session.feed(piece, 5));
    let events = std::iter::from_fn(|| session.poll_event()).collect();
    Said { events, output: session.output().to_vec(), closed: session.stage() == Stage::Closed }
}

/// Both sides of a protocol hear a stream.
pub(super) fn sessions<P: Protocol>(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    for (side, session) in [("carrier", server::<P> as fn() -> Session<P>), ("client", client::<P>)] {
        let whole =
            in_any_pieces(case, |pieces| said(session(), pieces)).map_err(|why| format!("{side}: {why}"))?;
        for event in &whole.events {
            seen.mark((side, std::mem::discriminant(event)));
            if let Event::Malformed { operation, code } = event {
                seen.mark((side, operation, code));
            }
        }
        seen.mark((side, whole.closed));
        // Whatever came, the next STX begins anew.
        let mut stream = case.to_vec();
        let (probe, body) = (98, P::alive(&config().credentials));
        stream.extend(sealed::<P>(probe, &body));
        let after = said(session(), &mut std::iter::once(stream.as_slice()));
        let answer = sealed::<P>(probe, &P::answer(P::operation(&body), &Answer::default()));
        let heard = after.output.ends_with(&answer);
        hold(after.closed || heard, || format!("{side}: out of step after a frame"))?;
    }
    Ok(())
}
