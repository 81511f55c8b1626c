//! Traces: packets found in any stream, taken apart for people; secrets are never shown.

use super::smpp;
use crate::{Seen, Target, hold, in_any_pieces};
use wire::trace::{Dialect, Frames, decode, without_secrets};

const DIALECTS: [Dialect; 3] = [Dialect::Smpp, Dialect::Ucp, Dialect::Cimd2];

pub(super) const TARGET: Target = Target {
    name: "trace",
    about: "traces of all three dialects: packets in any cut, and every field inside of its packet",
    seeds: || {
        let mut out: Vec<Vec<u8>> = smpp::seeds().into_iter().map(|pdu| [vec![0], pdu].concat()).collect();
        out.push(b"\x01\x0200/00047/O/60/user/6/5/1/70617373//0100//////BE\x03".to_vec());
        out.push(b"\x01\x0201/00104/O/51/00972541234567/07C3B0B900//1//7/////////////3//4F6C05201B65201B3C781B3E////////5039/////80\x03".to_vec());
        out.push(b"\x02\x0201:001\t010:user\t011:pass\t56\x03".to_vec());
        out.push(b"\x02\x0203:003\t021:+972541234567\t033:Ol_e'\t056:14\t\x03".to_vec());
        out
    },
    words: smpp::WORDS,
    mend: Some(|case| {
        if let [0, pdu @ ..] = case {
            smpp::mend(pdu);
        }
    }),
    run,
    memory: (900, 64_000),
    longest: 1_000,
    cases: 5_000,
};

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let Some((dialect, stream)) = case.split_first() else { return Ok(()) };
    let dialect = DIALECTS[usize::from(*dialect) % DIALECTS.len()];
    let packets = in_any_pieces(stream, |pieces| {
        let (mut frames, mut found) = (Frames::new(dialect), Vec::new());
        pieces.for_each(|piece| frames.feed(piece, &mut |packet| found.push(packet.to_vec())));
        found
    })?;
    seen.mark((dialect.name(), packets.len().min(5)));
    for packet in packets.iter().map(Vec::as_slice).chain([stream]) {
        let decoded = decode(dialect, packet);
        let hidden = without_secrets(packet, &decoded);
        hold(hidden.len() == packet.len(), || "hiding secrets changes the length".into())?;
        for secret in &decoded.secrets {
            hold(secret.end <= packet.len(), || "a secret outside of its packet".into())?;
        }
        seen.mark((dialect.name(), decoded.secrets.len(), decoded.fields.len().min(40), decoded.answers));
        let shown = format!("{decoded:?}");
        seen.size("shown", shown.len());
    }
    Ok(())
}
