//! Keys of carriers' message ids. The stored form is a 64-bit hash, so its recipe never changes: it would
//! orphan the receipts of everything under way.

/// Key of an id: blanks and NULs around it, leading zeros and the case of letters do not count.
pub fn id_key(raw: impl AsRef<[u8]>) -> u64 {
    let id = significant(raw.as_ref());
    hash(id.iter().map(u8::to_ascii_lowercase))
}

/// Keys of the same id in the other base, for carriers that answer in hex and write receipts in decimal, or
/// the reverse: first an all-digit id read as decimal and written in hex, then any hex id written in decimal.
/// A connector that learned its carrier's habit asks for one of them only.
pub fn id_key_alternatives(raw: impl AsRef<[u8]>) -> Alternatives {
    let id = std::str::from_utf8(significant(raw.as_ref())).unwrap_or_default();
    let digits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let hex = !id.is_empty() && id.bytes().all(|b| b.is_ascii_hexdigit());
    Alternatives {
        as_hex: digits.then(|| id.parse::<u64>().ok()).flatten().map(|n| id_key(format!("{n:x}"))),
        as_decimal: hex.then(|| u64::from_str_radix(id, 16).ok()).flatten().map(|n| id_key(n.to_string())),
    }
}

/// See [`id_key_alternatives`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alternatives {
    /// The id was decimal; this is its key in hex.
    pub as_hex: Option<u64>,
    /// The id was hex (or could be); this is its key in decimal.
    pub as_decimal: Option<u64>,
}

fn significant(raw: &[u8]) -> &[u8] {
    let blank = |b: &u8| b.is_ascii_whitespace() || *b == 0;
    let start = raw.iter().position(|b| !blank(b)).unwrap_or(raw.len());
    let end = raw.iter().rposition(|b| !blank(b)).map_or(start, |i| i + 1);
    let id = &raw[start..end];
    let zeros = id.iter().take_while(|b| **b == b'0').count();
    // An id of nothing but zeros keeps one.
    &id[zeros.min(id.len().saturating_sub(1))..]
}

/// FNV-1a over the octets, then the 64-bit finish of MurmurHash3, because ids that count up differ in their
/// last octets only and FNV alone leaves their upper bits alike.
fn hash(octets: impl Iterator<Item = u8>) -> u64 {
    let mut h =
        octets.fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}
