//! What a pretend modem is told before it starts, and what is wrong with it while it runs.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Where a pretend modem is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Socket {
    /// Behind a network, as a serial server shows it. Port 0 takes a free one.
    Listen(SocketAddr),
    /// A pseudo-terminal; the path becomes a link to it.
    Pty(PathBuf),
}

/// A code and what the network answers to it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// As it is dialled.
    pub code: String,
    /// The answer.
    pub answer: String,
    /// How the modem writes it: plain, packed septets, UCS-2.
    #[serde(default)]
    pub form: Form,
    /// The network waits for more.
    #[serde(default)]
    pub asks: bool,
}

/// How a modem writes a text of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// As it is.
    #[default]
    Plain,
    /// Packed septets in hexadecimal digits.
    Packed,
    /// UTF-16 in hexadecimal digits.
    Ucs2,
}

/// A pretend modem with its card. In a scenario file: `[modem]`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Modem {
    /// Its make.
    pub maker: String,
    /// Its model.
    pub model: String,
    /// Its own number.
    pub imei: String,
    /// The subscriber.
    pub imsi: String,
    /// The card's own number.
    pub iccid: String,
    /// The card's telephone number.
    pub number: String,
    /// The service centre.
    pub centre: String,
    /// The network's name.
    pub operator: String,
    /// The card's PIN; none is asked for where it is empty.
    pub pin: String,
    /// Places of the card's memory.
    pub storage: usize,
    /// Whether it echoes until it is told not to.
    pub echo: bool,
    /// Signal, 0 to 31; 99 is not known.
    pub signal: u8,
    /// Codes the network knows.
    pub ussd: Vec<Code>,
    /// What is wrong from the start.
    pub faults: ModemFaults,
}

impl Default for Modem {
    fn default() -> Modem {
        Modem {
            maker: "Sendword".into(),
            model: "Pretend 900/1800".into(),
            imei: "352099001761481".into(),
            imsi: "425010123456789".into(),
            iccid: "8997201700123456789".into(),
            number: "+972500000001".into(),
            centre: "+972521100059".into(),
            operator: "Pretend".into(),
            pin: String::new(),
            storage: 20,
            echo: true,
            signal: 21,
            ussd: vec![Code {
                code: "*100#".into(),
                answer: "Balance: 42.50".into(),
                form: Form::Plain,
                asks: false,
            }],
            faults: ModemFaults::default(),
        }
    }
}

impl Modem {
    /// Another one of the same make, with a card of its own.
    pub fn another(number: &str) -> Modem {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let own =
            |base: &str| format!("{}{}", &base[..base.len() - 6], &digits[digits.len().saturating_sub(6)..]);
        let base = Modem::default();
        Modem {
            imei: own(&base.imei),
            imsi: own(&base.imsi),
            iccid: own(&base.iccid),
            number: number.to_owned(),
            ..base
        }
    }
}

/// What is wrong with a modem right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModemFaults {
    /// `>` comes without the blank after it.
    pub bare_prompt: bool,
    /// So many prompts do not come.
    pub lose_prompts: u32,
    /// The modem talks of other things in the middle of answers.
    pub chatter: bool,
    /// `AT+CMGL` is never answered.
    pub list_hangs: bool,
    /// `AT+CPMS?` says that nothing is stored, whatever is.
    pub wrong_cpms: bool,
    /// It is silent for so long after it was plugged in or reset, ms.
    pub boot_ms: u64,
    /// Messages are refused with this `+CMS ERROR`; 0 is none.
    pub cms_error: u16,
    /// Of so many messages in a hundred; 0 is every one.
    pub cms_percent: u8,
    /// …before the prompt instead of after the PDU.
    pub cms_at_prompt: bool,
    /// Answers to messages come so much later, ms.
    pub slow_ms: u64,
    /// Messages are taken and never answered.
    pub lose_answers: bool,
    /// It answers nothing until it is reset.
    pub stuck: bool,
    /// It gets stuck after so many messages; 0 never.
    pub stuck_after: u32,
    /// It answers nothing, reset or not.
    pub dead: bool,
    /// What is stored cannot be deleted.
    pub undeletable: bool,
    /// It finds no network.
    pub searching: bool,
    /// The network refuses the card.
    pub denied: bool,
    /// The card is busy for so many questions.
    pub busy: u32,
    /// No card is in.
    pub no_card: bool,
    /// Tries for the PIN are not told.
    pub hide_tries: bool,
    /// It goes away when the next PDU begins.
    pub unplug_at_pdu: bool,
    /// The reference of the next message; it is counted up from there.
    pub reference: Option<u8>,
}
