//! Which type of number and numbering plan an address gets, and how its digits are written, by the address's shape.
//!
//! What no rule names goes as the specification and most carriers want it: [`wire::smpp::source`].

use wire::smpp::Address;

/// The forms an address may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A plus and digits, or so many digits that they are a whole number.
    International,
    /// Digits after a zero.
    National,
    /// At most eight digits.
    Short,
    /// Anything with a letter.
    Alphanumeric,
    /// Nothing: the carrier puts its own.
    Empty,
}

const SHAPES: [(&str, Shape); 5] = [
    ("international", Shape::International),
    ("national", Shape::National),
    ("short", Shape::Short),
    ("alphanumeric", Shape::Alphanumeric),
    ("empty", Shape::Empty),
];

impl Shape {
    fn of(addr: &str) -> Shape {
        // The type that the standing rule gives is the shape.
        match wire::smpp::source(addr).ton {
            1 => Shape::International,
            2 => Shape::National,
            3 => Shape::Short,
            5 => Shape::Alphanumeric,
            _ => Shape::Empty,
        }
    }
}

/// What one shape becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    shape: Shape,
    ton: u8,
    npi: u8,
    /// Taken off the beginning, where it stands there, and put before what is left.
    cut: String,
    add: String,
}

/// The rules of a carrier; the first of a shape counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rules(Vec<Rule>);

impl Rules {
    /// Reads `international=1/1, short=0/1, national=2/1 cut:0 add:972`; the fault names the entry.
    pub(crate) fn read(text: &str) -> Result<Rules, String> {
        let entries = text.split([',', ';', '\n']).map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(|entry| rule(entry).ok_or_else(|| fault(entry))).collect::<Result<_, _>>().map(Rules)
    }

    /// Type, plan and octets of an address.
    pub(crate) fn write(&self, addr: &str) -> (u8, u8, Vec<u8>) {
        let Address { ton, npi, addr: plain } = wire::smpp::source(addr);
        let shape = Shape::of(addr);
        let Some(rule) = self.0.iter().find(|rule| rule.shape == shape) else {
            return (ton, npi, plain.to_vec());
        };
        let rest = plain.strip_prefix(rule.cut.as_bytes()).unwrap_or(plain);
        (rule.ton, rule.npi, [rule.add.as_bytes(), rest].concat())
    }

    /// The same for whom it is sent to: there is no alphanumeric handset (clause 5.2.9).
    pub(crate) fn write_recipient(&self, addr: &str) -> (u8, u8, Vec<u8>) {
        match self.write(addr) {
            (5, _, octets) if !self.0.iter().any(|rule| rule.shape == Shape::Alphanumeric) => (0, 0, octets),
            other => other,
        }
    }
}

fn rule(entry: &str) -> Option<Rule> {
    let (shape, rest) = entry.split_once('=')?;
    let shape = SHAPES.iter().find(|(word, _)| *word == shape.trim())?.1;
    let mut words = rest.split_whitespace();
    let (ton, npi) = words.next()?.split_once('/')?;
    let (ton, npi) = (ton.parse().ok().filter(|n| *n < 8)?, npi.parse().ok().filter(|n| *n < 32)?);
    let mut rule = Rule { shape, ton, npi, cut: String::new(), add: String::new() };
    for word in words {
        match word.split_once(':')? {
            ("cut", what) => rule.cut = what.to_owned(),
            ("add", what) => rule.add = what.to_owned(),
            _ => return None,
        }
    }
    Some(rule)
}

fn fault(entry: &str) -> String {
    let shapes = SHAPES.map(|(word, _)| word).join(", ");
    format!(
        "'{entry}' cannot be read: write one of {shapes}, = and TON/NPI, as short=0/1 or national=1/1 cut:0 add:972"
    )
}

/// Whether rules can be read; for the form.
pub(crate) fn check(text: &str) -> Result<(), String> {
    Rules::read(text).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_has_its_rule_and_what_has_none_goes_as_ever() {
        let rules = Rules::read(
            "international=1/1 add:+, short=0/1; national=1/1 cut:0 add:972\nalphanumeric=5/9, empty=0/0 add:SHOP",
        )
        .unwrap();
        for (addr, ton, npi, octets) in [
            ("+972501234567", 1, 1, "+972501234567"),
            ("0501234567", 1, 1, "972501234567"),
            ("4545", 0, 1, "4545"),
            ("MyShop", 5, 9, "MyShop"),
            ("", 0, 0, "SHOP"),
        ] {
            assert_eq!(rules.write(addr), (ton, npi, octets.as_bytes().to_vec()), "{addr}");
        }
        for (addr, ton) in [("+972501234567", 1), ("4545", 3), ("MyShop", 5), ("", 0)] {
            assert_eq!(Rules::default().write(addr).0, ton, "{addr}");
        }
        assert_eq!(Rules::default().write_recipient("MyShop").0, 0);
    }

    #[test]
    fn a_rule_that_cannot_be_read_is_named() {
        for bad in
            ["short", "short=3", "short=9/0", "tiny=1/1", "short=3/0 plus", "short=3/0 drop:1", "short=3/99"]
        {
            let why = check(&format!("international=1/1,{bad}")).unwrap_err();
            assert!(why.starts_with(&format!("'{bad}'")), "{why}");
        }
        assert!(check("").is_ok());
    }
}
