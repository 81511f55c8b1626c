//! Which provider is pretended, and its one account.

use wire::proof::{self, TelnyxKey};

/// Which provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Twilio.
    Twilio,
    /// Vonage's SMS API.
    Vonage,
    /// Plivo.
    Plivo,
    /// Infobip.
    Infobip,
    /// Sinch.
    Sinch,
    /// MessageBird.
    MessageBird,
    /// Telnyx.
    Telnyx,
    /// Clickatell's platform.
    Clickatell,
    /// Kannel's sendsms.
    Kannel,
    /// Jasmin's /send.
    Jasmin,
}

impl Kind {
    /// All of them, with their names on the command line.
    pub const ALL: [(&'static str, Kind); 10] = [
        ("twilio", Kind::Twilio),
        ("vonage", Kind::Vonage),
        ("plivo", Kind::Plivo),
        ("infobip", Kind::Infobip),
        ("sinch", Kind::Sinch),
        ("messagebird", Kind::MessageBird),
        ("telnyx", Kind::Telnyx),
        ("clickatell", Kind::Clickatell),
        ("kannel", Kind::Kannel),
        ("jasmin", Kind::Jasmin),
    ];

    /// The one of a name.
    pub fn of(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|(n, _)| *n == name).map(|(_, kind)| kind)
    }
}

/// A pretended provider and its one account.
#[derive(Clone, PartialEq, Eq)]
pub struct Setup {
    /// Which provider.
    pub kind: Kind,
    /// The account: a SID, a key, a name, a plan.
    pub user: String,
    /// Its password, token or key.
    pub password: String,
    /// What webhooks are signed with, where that is another secret.
    pub secret: String,
    /// Where webhooks go that no request gives an address for; empty for nowhere.
    pub hook: String,
}

impl Setup {
    /// An account with secrets of its own.
    pub fn of(kind: Kind) -> Setup {
        let (user, password) = ("ACsim".to_owned(), "secret".to_owned());
        Setup { kind, user, password, secret: "signing".into(), hook: String::new() }
    }
}

impl Setup {
    /// The public half of the key that webhooks are signed with, where the provider signs with a pair.
    pub fn public_key(&self) -> Option<String> {
        (self.kind == Kind::Telnyx).then(|| self.telnyx_key()).flatten().map(|key| key.public())
    }
}

impl Setup {
    /// Telnyx's key of the account: made of its secret, so that its public half can be told before it runs.
    pub(crate) fn telnyx_key(&self) -> Option<TelnyxKey> {
        let seed: [u8; 32] = proof::sha256(self.secret.as_bytes()).try_into().ok()?;
        TelnyxKey::of(&seed)
    }
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Setup({:?})", self.kind)
    }
}
