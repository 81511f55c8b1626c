//! Small facts of addresses: who sees which place, how queries and forms are written.

use engine::Role;

use crate::shell::Place;

/// The places a role uses.
pub(super) fn of(role: Role) -> &'static [Place] {
    match role {
        Role::Owner => Place::ALL,
        Role::Operator => &[Place::Home, Place::Inbox, Place::Contacts, Place::Messages],
    }
}

/// A value for a query.
pub(super) fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char)
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The pairs of a form or query (`application/x-www-form-urlencoded`); what is no UTF-8 is replaced.
pub(super) fn decoded(bytes: &[u8]) -> Vec<(String, String)> {
    bytes
        .split(|b| *b == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            (unescaped(&pair[..at]), unescaped(pair.get(at + 1..).unwrap_or_default()))
        })
        .collect()
}

fn unescaped(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (first, hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &tail[2..];
                continue;
            }
            (b'+', _) => out.push(b' '),
            (other, _) => out.push(*other),
        }
        rest = tail;
    }
    // Browsers send line ends as CR LF; a text message has LF.
    String::from_utf8_lossy(&out).replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_browsers_write_them() {
        let form = decoded("text=%D7%A9%D7%9C%D7%95%D7%9D+%26+a%0D%0Ab&empty=&bad=%zz%".as_bytes());
        assert_eq!(form[0], ("text".into(), "שלום & a\nb".into()));
        assert_eq!(form[1], ("empty".into(), String::new()));
        assert_eq!(form[2], ("bad".into(), "%zz%".into()));
    }

    #[test]
    fn an_address_comes_back_whole() {
        let here = "/messages?campaign=cmp_1&q=שלום";
        assert_eq!(decoded(format!("next={}", escaped(here)).as_bytes())[0].1, here);
    }
}
