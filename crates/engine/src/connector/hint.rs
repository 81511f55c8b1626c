//! What a person can do about a link's last error. The carrier's and the system's own words are read by their marks;
//! where none is known, nothing is claimed.

/// What to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// The name is nobody's.
    Host,
    /// Nobody listens there.
    Port,
    /// Nothing comes back: a wall in between, or a wrong address.
    Wall,
    /// The carrier refuses name or password.
    Password,
    /// The carrier lets in nobody from here, or has enough sessions of ours.
    Sessions,
    /// The carrier ended or broke the session.
    Cut,
    /// What answers there speaks another language.
    Protocol,
    /// What answers there shows a certificate that is not trusted.
    Certificate,
    /// The program itself does not run.
    Process,
    /// A card asks for its PIN.
    Pin,
    /// A card asks for its PUK.
    Puk,
    /// A card is missing, or does not work.
    Card,
    /// A modem is not there, or somebody else has it.
    Plug,
    /// A modem has no network.
    Network,
    /// No phone is paired.
    Pair,
    /// A phone asks no more.
    Silent,
}

impl Hint {
    /// All of them.
    pub const ALL: &'static [Hint] = &[
        Hint::Host,
        Hint::Port,
        Hint::Wall,
        Hint::Password,
        Hint::Sessions,
        Hint::Cut,
        Hint::Protocol,
        Hint::Certificate,
        Hint::Process,
        Hint::Pin,
        Hint::Puk,
        Hint::Card,
        Hint::Plug,
        Hint::Network,
        Hint::Pair,
        Hint::Silent,
    ];

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Hint::Host => "host",
            Hint::Port => "port",
            Hint::Wall => "wall",
            Hint::Password => "password",
            Hint::Sessions => "sessions",
            Hint::Cut => "cut",
            Hint::Protocol => "protocol",
            Hint::Certificate => "certificate",
            Hint::Process => "process",
            Hint::Pin => "pin",
            Hint::Puk => "puk",
            Hint::Card => "card",
            Hint::Plug => "plug",
            Hint::Network => "network",
            Hint::Pair => "pair",
            Hint::Silent => "silent",
        }
    }

    /// What to do, in English, for the command line.
    pub const fn words(self) -> &'static str {
        match self {
            Hint::Host => "check the host name: no such name is known",
            Hint::Port => "check host and port: nobody listens there",
            Hint::Wall => "check the address, and ask the carrier whether this machine's address is let in",
            Hint::Password => "check user or system id, password and system type with the carrier",
            Hint::Sessions => {
                "ask the carrier how many sessions are allowed; lower `binds`, or end other programs"
            }
            Hint::Cut => "it is built anew by itself; if it repeats, ask the carrier",
            Hint::Protocol => "check the port and TLS: what answers there does not speak this protocol",
            Hint::Certificate => {
                "ask the carrier for its certificate's fingerprint; then set tls_ca, tls_pin or tls_name"
            }
            Hint::Process => "start the server: sendword serve",
            Hint::Pin => {
                "set the right one: sendword connectors set NAME pin=…; then: sendword modems pin NAME"
            }
            Hint::Puk => "put the card into a telephone and enter its PUK there",
            Hint::Card => "look at the SIM card: is it in, the right way round, and paid for?",
            Hint::Plug => "is it plugged in, and does another program have it? sendword modems scan tells",
            Hint::Network => "give it a place with reception, and a minute",
            Hint::Pair => "offer it a code: sendword phones pair NAME",
            Hint::Silent => "look at the phone: power, network, and whether Android lets the app run",
        }
    }
}

const MARKS: &[(&str, Hint)] = &[
    ("the process is not running", Hint::Process),
    ("its certificate", Hint::Certificate),
    ("tls_ca", Hint::Certificate),
    ("tls_name", Hint::Certificate),
    ("asks for its puk", Hint::Puk),
    ("the pin", Hint::Pin),
    ("its pin", Hint::Pin),
    ("no phone is paired", Hint::Pair),
    ("the phone is silent", Hint::Silent),
    ("sim card", Hint::Card),
    ("looks for a network", Hint::Network),
    ("lost its network", Hint::Network),
    ("no port has this modem", Hint::Plug),
    ("the modem is gone", Hint::Plug),
    ("another program has it", Hint::Plug),
    ("no such file or directory", Hint::Plug),
    ("the modem does not answer", Hint::Plug),
    ("failed to lookup address", Hint::Host),
    ("name or service not known", Hint::Host),
    ("no such host", Hint::Host),
    ("connection refused", Hint::Port),
    ("no answer in", Hint::Wall),
    ("no route to host", Hint::Wall),
    ("network is unreachable", Hint::Wall),
    ("timed out", Hint::Wall),
    ("esme_rinvpaswd", Hint::Password),
    ("esme_rinvsysid", Hint::Password),
    ("esme_rinvsertyp", Hint::Password),
    ("authentication failure", Hint::Password),
    ("invalid login", Hint::Password),
    ("esme_rbindfail", Hint::Sessions),
    ("too many users", Hint::Sessions),
    ("esme_ralybnd", Hint::Sessions),
    ("did not answer the bind", Hint::Protocol),
    ("did not answer the login", Hint::Protocol),
    ("what is no smpp", Hint::Protocol),
    ("may speak without", Hint::Protocol),
    ("no tls on this port", Hint::Protocol),
    ("refused the bind", Hint::Password),
    ("refused the login", Hint::Password),
    ("ended the session", Hint::Cut),
    ("stopped answering", Hint::Cut),
    ("was cut", Hint::Cut),
    ("connection reset", Hint::Cut),
    ("is answered any more", Hint::Cut),
    ("does not read", Hint::Cut),
    ("nothing moved", Hint::Cut),
];

/// What to look at after this error.
pub fn hint(error: &str) -> Option<Hint> {
    let said = error.to_lowercase();
    MARKS.iter().find(|(mark, _)| said.contains(mark)).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_errors_lead_somewhere_and_others_nowhere() {
        for (error, expected) in [
            ("127.0.0.1:2775: Connection refused (os error 111)", Some(Hint::Port)),
            (
                "smsc.example:2775: failed to lookup address information: Name or service not known",
                Some(Hint::Host),
            ),
            ("10.0.0.1:2775: no answer in 10 s", Some(Hint::Wall)),
            ("ESME_RINVPASWD 0xE", Some(Hint::Password)),
            ("smsc.example:3550: its certificate has expired", Some(Hint::Certificate)),
            (
                "smsc.example:3550: what it answers is no TLS: this port may speak without",
                Some(Hint::Protocol),
            ),
            ("the carrier ended the session", Some(Hint::Cut)),
            ("", None),
            ("0x00000421", None),
        ] {
            assert_eq!(hint(error), expected, "{error}");
        }
    }

    #[test]
    fn every_hint_is_given_for_something() {
        for hint in Hint::ALL {
            assert!(MARKS.iter().any(|(_, h)| h == hint), "{}", hint.name());
        }
    }
}
