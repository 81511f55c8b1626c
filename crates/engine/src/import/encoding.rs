//! Which encoding a text is in, and a reader that turns it into UTF-8 chunk by chunk. It never holds the file.

use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::refused::Refused;

const CHUNK: usize = 64 * 1024;
/// How much of a text in an old encoding is given to the detector.
const DETECT_MAX: usize = 4 << 20;

/// The encoding of a text and how it was known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    pub(super) encoding: &'static Encoding,
    /// Bytes of the mark at the start, to be skipped.
    pub(super) mark: usize,
}

/// The encoding a name stands for, as people and Excel write it.
pub(super) fn by_name(name: &str) -> Result<&'static Encoding, Refused> {
    Encoding::for_label(name.trim().as_bytes())
        .ok_or_else(|| Refused::UnknownEncoding(name.chars().take(40).collect()))
}

fn marked(head: &[u8]) -> Option<Script> {
    Encoding::for_bom(head).map(|(encoding, mark)| Script { encoding, mark })
}

/// UTF-16 without a mark betrays itself: of digits, separators and line ends one half is NUL, always the same half.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    if pairs < 4 || head.len() % 2 == 1 && head.len() < CHUNK {
        return None;
    }
    let nuls = |half: usize| head.chunks_exact(2).filter(|pair| pair[half] == 0).count();
    let (first, second) = (nuls(0), nuls(1));
    let (encoding, many, few) =
        if second > first { (UTF_16LE, second, first) } else { (UTF_16BE, first, second) };
    if many * 8 < pairs || few * 50 > many {
        return None;
    }
    let (_, malformed) = encoding.decode_without_bom_handling(&head[..pairs * 2]);
    // The head may end inside a surrogate pair; a short one is whole.
    (!malformed || head.len() >= CHUNK).then_some(encoding)
}

/// Judges the whole text: a mark, UTF-16 by its NULs, UTF-8 if it is that (a few bad bytes forgiven), else the
/// encoding whose letters follow each other as its languages' do. `country` leans between equals.
pub(super) fn guess(mut input: impl Read, country: &str) -> Result<Script, Refused> {
    let mut chunk = vec![0; CHUNK];
    let mut length = fill(&mut input, &mut chunk)?;
    if let Some(script) = marked(&chunk[..length]) {
        return Ok(script);
    }
    if let Some(encoding) = unmarked_utf16(&chunk[..length]) {
        return Ok(Script { encoding, mark: 0 });
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut census = Census::default();
    let mut detected = 0;
    while length > 0 {
        let bytes = &chunk[..length];
        census.take(bytes);
        if detected < DETECT_MAX && !bytes.is_ascii() {
            detected += length;
            detector.feed(bytes, false);
        }
        length = fill(&mut input, &mut chunk)?;
    }
    detector.feed(&[], true);
    if census.is_utf8() {
        return Ok(Script { encoding: UTF_8, mark: 0 });
    }
    let land = country.to_ascii_lowercase();
    let land = (land.len() == 2 && land.bytes().all(|b| b.is_ascii_lowercase())).then_some(land);
    let encoding = detector.guess(land.as_deref().map(str::as_bytes), Utf8Detection::Deny);
    Ok(Script { encoding, mark: 0 })
}

/// Reads until the buffer is full or the input ends.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Refused> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}

/// Counts characters of two and more bytes, and bytes that belong to none, over a stream of chunks.
#[derive(Default)]
struct Census {
    good: u64,
    bad: u64,
    tail: Vec<u8>,
}

impl Census {
    fn take(&mut self, bytes: &[u8]) {
        if self.tail.is_empty() && bytes.is_ascii() {
            return;
        }
        let joined;
        let mut rest = if self.tail.is_empty() {
            bytes
        } else {
            joined = [self.tail.as_slice(), bytes].concat();
            self.tail.clear();
            &joined
        };
        loop {
            let (valid, error) = match std::str::from_utf8(rest) {
                Ok(text) => (text.as_bytes(), None),
                Err(error) => (&rest[..error.valid_up_to()], Some(error.error_len())),
            };
            self.good += valid.iter().filter(|&&byte| byte >= 0xC0).count() as u64;
            let after = &rest[valid.len()..];
            match error {
                None => return,
                Some(None) => {
                    self.tail = after.to_vec();
                    return;
                }
                Some(Some(length)) => {
                    self.bad += 1;
                    rest = &after[length..];
                }
            }
        }
    }

    fn is_utf8(&self) -> bool {
        let bad = self.bad + u64::from(!self.tail.is_empty());
        bad == 0 || self.good > bad * 20
    }
}

/// Hands the text out as UTF-8, chunk by chunk.
pub(super) struct Decoded<R> {
    input: R,
    decoder: Decoder,
    raw: Vec<u8>,
    kept: usize,
    text: String,
    over: bool,
    /// Whether something could not be decoded and became U+FFFD.
    pub(super) replaced: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(mut input: R, script: Script) -> Result<Self, Refused> {
        let mut mark = [0; 4];
        fill(&mut input, &mut mark[..script.mark])?;
        let decoder = script.encoding.new_decoder_without_bom_handling();
        // Room for every byte of a chunk to become the longest character.
        let text = String::with_capacity(CHUNK * 3 + 16);
        Ok(Self { input, decoder, raw: vec![0; CHUNK], kept: 0, text, over: false, replaced: false })
    }

    /// The next piece of text; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<&str>, Refused> {
        if self.over {
            return Ok(None);
        }
        let filled = self.kept + fill(&mut self.input, &mut self.raw[self.kept..])?;
        let last = filled < self.raw.len();
        self.text.clear();
        let (result, read, replaced) =
            self.decoder.decode_to_string(&self.raw[..filled], &mut self.text, last);
        self.replaced |= replaced;
        self.raw.copy_within(read..filled, 0);
        self.kept = filled - read;
        self.over = last && result == CoderResult::InputEmpty;
        Ok(Some(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::*;

    const HEBREW: &str =
        "שם,טלפון,עיר\nנועה כהן,050-1234567,חיפה\nמשה לוי,0521234567,תל אביב\nיעל ביטון,0541112223,ירושלים\n";
    const RUSSIAN: &str =
        "Имя;Телефон;Город\nОльга Кузнецова;8 916 123-45-67;Москва\nСергей Павлов;+79161234567;Тверь\n";
    const HUNGARIAN: &str = "Név\tTelefon\tMegjegyzés\nSzűcs Gergő\t06 30 123 4567\tesküvőre készül, hűségkártya\nTőkés Ernő\t06301234567\tőszi akció\n";
    const SPANISH: &str =
        "Nombre;Celular;Ciudad\nMaría Núñez;099123456;Paysandú\nJosé Peña;098 123 456;Tacuarembó\n";

    fn guessed(bytes: &[u8], country: &str) -> &'static Encoding {
        guess(bytes, country).expect("memory reads").encoding
    }

    fn decoded(bytes: &[u8], country: &str) -> String {
        let script = guess(bytes, country).expect("memory reads");
        let mut reader = Decoded::new(bytes, script).expect("memory reads");
        let mut out = String::new();
        while let Some(text) = reader.next().expect("memory reads") {
            out.push_str(text);
        }
        out
    }

    #[test]
    fn old_encodings_are_told_apart() {
        for (text, encoding, country) in [
            (HEBREW, WINDOWS_1255, "IL"),
            (RUSSIAN, WINDOWS_1251, "RU"),
            (HUNGARIAN, WINDOWS_1250, "HU"),
            (SPANISH, WINDOWS_1252, "UY"),
        ] {
            let (bytes, _, lossy) = encoding.encode(text);
            assert!(!lossy);
            if encoding != WINDOWS_1250 {
                // Of Hungarian letters windows-1250 and ISO-8859-2 make the same bytes; either name is right.
                assert_eq!(guessed(&bytes, country), encoding);
            }
            assert_eq!(decoded(&bytes, country), text);
            assert_eq!(decoded(text.as_bytes(), country), text, "UTF-8 stays UTF-8");
            let marked = format!("\u{feff}{text}");
            assert_eq!(decoded(marked.as_bytes(), country), text, "the mark is no part of the text");
        }
    }

    #[test]
    fn koi8_and_iso_cyrillic_are_known() {
        for encoding in [KOI8_U, ISO_8859_5, IBM866] {
            let (bytes, ..) = encoding.encode(RUSSIAN);
            assert_eq!(decoded(&bytes, "RU"), RUSSIAN, "{}", encoding.name());
        }
    }

    #[test]
    fn utf16_is_known_with_and_without_a_mark() {
        for text in [HEBREW, RUSSIAN, SPANISH] {
            for big in [false, true] {
                let unit = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
                let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
                assert_eq!(decoded(&bytes, "IL"), text);
                let marked: Vec<u8> = unit(0xFEFF).into_iter().chain(bytes).collect();
                assert_eq!(decoded(&marked, "IL"), text);
            }
        }
    }

    #[test]
    fn a_long_text_decodes_across_chunks() {
        let text = RUSSIAN.repeat(3000);
        assert_eq!(decoded(text.as_bytes(), "RU"), text);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&bytes, "RU"), text);
        let late = format!("{}{RUSSIAN}", "a;1;b\n".repeat(100_000));
        let (bytes, ..) = WINDOWS_1251.encode(&late);
        assert_eq!(decoded(&bytes, "RU"), late, "the first letters may stand far down");
    }

    #[test]
    fn a_single_bad_byte_does_not_make_utf8_something_else() {
        let mut bytes = HEBREW.repeat(3).into_bytes();
        bytes.push(0xFF);
        assert_eq!(guessed(&bytes, "IL"), UTF_8);
    }
}
