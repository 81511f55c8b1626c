//! The fields of a receipt's text, wherever they stand: keys in any case and order, blanks where they please.

/// Fields as they came, trimmed; of a repeated one the first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) stat: Option<&'a str>,
    pub(super) err: Option<&'a str>,
    pub(super) submit_date: Option<&'a str>,
    pub(super) done_date: Option<&'a str>,
    pub(super) text: Option<&'a str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Id,
    Counted,
    SubmitDate,
    DoneDate,
    Stat,
    Err,
    Text,
}

/// Longer spellings before the ones they begin with. `_` stands for any run of blanks or underscores.
const KEYS: &[(&str, Key)] = &[
    ("submit_date", Key::SubmitDate),
    ("done_date", Key::DoneDate),
    ("status", Key::Stat),
    ("state", Key::Stat),
    ("stat", Key::Stat),
    ("error", Key::Err),
    ("err", Key::Err),
    ("dlvrd", Key::Counted),
    ("sub", Key::Counted),
    ("text", Key::Text),
    ("id", Key::Id),
];

/// Reads up to the first `text:`; what stands after it was written by people and is no field.
pub(super) fn read(text: &str) -> Fields<'_> {
    let mut fields = Fields::default();
    let mut open: Option<(Key, usize)> = None;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let at_word = at == 0 || is_gap(bytes[at - 1]);
        let Some((key, value)) = at_word.then(|| key_at(bytes, at)).flatten() else {
            at += 1;
            continue;
        };
        close(&mut fields, open, text, at);
        if key == Key::Text {
            fields.text = text.get(value..).map(|t| t.trim_matches(['\0', ' ']));
            return fields;
        }
        open = Some((key, value));
        at = value;
    }
    close(&mut fields, open, text, text.len());
    fields
}

/// A field ends where the next key begins.
fn close<'a>(fields: &mut Fields<'a>, open: Option<(Key, usize)>, text: &'a str, end: usize) {
    let Some((key, start)) = open else { return };
    let value = text.get(start..end).unwrap_or_default().trim_matches(is_blank);
    let word = value.split(is_blank).next().unwrap_or_default();
    let (slot, value) = match key {
        Key::Id => (&mut fields.id, word),
        Key::Stat => (&mut fields.stat, word),
        Key::Err => (&mut fields.err, word),
        Key::SubmitDate => (&mut fields.submit_date, value),
        Key::DoneDate => (&mut fields.done_date, value),
        Key::Counted | Key::Text => return,
    };
    if slot.is_none() && !value.is_empty() {
        *slot = Some(value);
    }
}

fn is_blank(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, '\0' | ',' | ';')
}

fn is_gap(octet: u8) -> bool {
    octet.is_ascii_whitespace() || matches!(octet, 0 | b',' | b';')
}

/// The key at this place and where its value starts.
fn key_at(bytes: &[u8], at: usize) -> Option<(Key, usize)> {
    KEYS.iter().find_map(|(name, key)| {
        let mut end = at;
        for wanted in name.bytes() {
            let seen = *bytes.get(end)?;
            if wanted == b'_' {
                let run = bytes[end..].iter().take_while(|b| matches!(b, b' ' | b'_' | b'-')).count();
                end += run;
            } else if seen.eq_ignore_ascii_case(&wanted) {
                end += 1;
            } else {
                return None;
            }
        }
        let blanks = bytes[end..].iter().take_while(|b| **b == b' ').count();
        (bytes.get(end + blanks) == Some(&b':')).then_some((*key, end + blanks + 1))
    })
}
