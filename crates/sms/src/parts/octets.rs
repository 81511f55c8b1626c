//! Octets that are no text (WAP push, settings, application data), cut where a part is full.

use super::{Encoding, Joining, Manner, Part, Shift, Split, TooManyParts};
use crate::udh::Concat;

/// Cuts octets into parts; national tables do not concern them.
pub fn split_octets(octets: &[u8], manner: &Manner) -> Result<Split, TooManyParts> {
    let (alone, several) = manner.limits(Encoding::Octets, Shift::NONE);
    let parts = if octets.len() <= alone { 1 } else { octets.len().div_ceil(several) };
    let too_many = Err(TooManyParts { parts, most: manner.most });
    let Some(total) = u8::try_from(parts).ok().filter(|total| *total <= manner.most) else { return too_many };
    let part = |body: &[u8], place| Part {
        udh: manner.header(Shift::NONE, place),
        body: body.to_vec(),
        units: body.len(),
        place,
    };
    let parts = if total == 1 || manner.joining == Joining::Whole {
        vec![part(octets, None)]
    } else {
        let place = |seq| Some(Concat { reference: manner.reference(), total, seq });
        octets.chunks(several).zip(1..=total).map(|(piece, seq)| part(piece, place(seq))).collect()
    };
    Ok(Split { encoding: Encoding::Octets, shift: Shift::NONE, parts })
}
