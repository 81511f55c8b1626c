//! What single makes of modems do otherwise than the specification, as flags a person may set.

/// Ways in which a modem is different. All of them are off with a modem that keeps to its specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quirks {
    /// Messages in are handed over at once (`+CMT`) instead of being stored first.
    pub direct: bool,
    /// Echo stays on: the modem forgets to answer without it.
    pub echo: bool,
    /// `AT+CMGL` hangs: places are read one by one.
    pub no_list: bool,
    /// `AT+CNMA` is answered with an error and confuses it.
    pub no_ack: bool,
    /// `AT+CSMS=1` confuses it.
    pub no_service: bool,
    /// `AT+CFUN=1,1` takes it off the bus for good.
    pub no_reset: bool,
    /// It needs a pause between commands.
    pub slow: bool,
    /// Places in its memory begin with 0.
    pub from_zero: bool,
    /// USSD codes are wanted as packed septets in hexadecimal digits.
    pub ussd_packed: bool,
}

impl Quirks {
    /// The words of the flags.
    pub const WORDS: [&str; 9] =
        ["direct", "echo", "no_list", "no_ack", "no_service", "no_reset", "slow", "from_zero", "ussd_packed"];

    /// Reads words apart by commas or blanks; those that are none are given back.
    pub fn read(text: &str) -> (Quirks, Vec<String>) {
        let (mut quirks, mut unknown) = (Quirks::default(), Vec::new());
        let apart = |c: char| c == ',' || c == ';' || c.is_whitespace();
        for word in text.split(apart).filter(|word| !word.is_empty()) {
            match word {
                "direct" => quirks.direct = true,
                "echo" => quirks.echo = true,
                "no_list" => quirks.no_list = true,
                "no_ack" => quirks.no_ack = true,
                "no_service" => quirks.no_service = true,
                "no_reset" => quirks.no_reset = true,
                "slow" => quirks.slow = true,
                "from_zero" => quirks.from_zero = true,
                "ussd_packed" => quirks.ussd_packed = true,
                _ => unknown.push(word.to_owned()),
            }
        }
        (quirks, unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_sets_its_flag_and_an_unknown_one_is_given_back() {
        let mut seen = vec![Quirks::default()];
        for word in Quirks::WORDS {
            let (quirks, unknown) = Quirks::read(word);
            assert!(unknown.is_empty() && !seen.contains(&quirks), "{word}");
            seen.push(quirks);
        }
        let (quirks, unknown) = Quirks::read(" direct, echo;purple ");
        assert_eq!((quirks.direct, quirks.echo, quirks.slow), (true, true, false));
        assert_eq!(unknown, ["purple"]);
    }
}
