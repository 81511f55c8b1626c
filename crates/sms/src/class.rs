//! Message classes: what a message is for, and what follows from that (lane, validity, unknown outcomes).

use crate::closed::closed_list;

closed_list! {
    /// What a message is for. The class decides lane, law, validity and what an unknown outcome means.
    pub enum Class {
        /// A warning to many people; needs its own permission.
        Emergency = 0 "emergency",
        /// A one-time code.
        Otp = 1 "otp",
        /// An answer to something the person did: order, payment, booking.
        Transactional = 2 "transactional",
        /// A notice about a running service.
        Service = 3 "service",
        /// A person of ours writing to a person.
        Conversational = 4 "conversational",
        /// An advertisement: needs consent.
        Marketing = 5 "marketing",
        /// Political propaganda: needs consent.
        Political = 6 "political",
        /// The answer to an opt-out, opt-in or HELP word.
        Control = 7 "control",
    }
}

closed_list! {
    /// One of the five queues every connector has, strictest first.
    pub enum Lane {
        /// Strict.
        Emergency = 0 "emergency",
        /// Strict.
        Otp = 1 "otp",
        /// Weight 60.
        Transactional = 2 "transactional",
        /// Weight 30.
        Conversational = 3 "conversational",
        /// Weight 10; never takes the reserved tenth of window and rate.
        Bulk = 4 "bulk",
    }
}

closed_list! {
    /// What happens to a part that was written and whose answer was never seen.
    pub enum OnAmbiguous {
        /// Sent again once, flagged `possible_duplicate`.
        Resend = 0 "resend",
        /// Held as *Unconfirmed* until a receipt or a person decides.
        Hold = 1 "hold",
    }
}

impl Class {
    /// The lane a message of this class takes; a campaign's service messages travel in bulk.
    pub const fn lane(self, of_campaign: bool) -> Lane {
        match self {
            Class::Emergency => Lane::Emergency,
            Class::Otp => Lane::Otp,
            Class::Transactional => Lane::Transactional,
            Class::Conversational | Class::Control => Lane::Conversational,
            Class::Service if of_campaign => Lane::Bulk,
            Class::Service => Lane::Conversational,
            Class::Marketing | Class::Political => Lane::Bulk,
        }
    }

    /// Whether the law asks for the person's consent before it may leave.
    pub const fn needs_consent(self) -> bool {
        matches!(self, Class::Marketing | Class::Political)
    }

    /// Whether a refusal of marketing stops it. Answers to an opt-out itself still go.
    pub const fn stopped_by_marketing_refusal(self) -> bool {
        matches!(self, Class::Marketing | Class::Political)
    }

    /// Whether a refusal of everything stops it. What a person asks for this minute still comes.
    pub const fn stopped_by_total_refusal(self) -> bool {
        !matches!(self, Class::Control | Class::Otp | Class::Emergency)
    }

    /// The policy for an unknown outcome unless message or workspace says otherwise.
    pub const fn on_ambiguous(self) -> OnAmbiguous {
        match self {
            Class::Marketing | Class::Political | Class::Control => OnAmbiguous::Hold,
            _ => OnAmbiguous::Resend,
        }
    }

    /// How long to wait before an ambiguous part of a resending class goes again, in milliseconds,
    /// counted from the moment its outcome became unknown.
    pub const fn resend_after_ms(self) -> i64 {
        match self {
            Class::Otp => 10_000,
            Class::Conversational | Class::Service => 600_000,
            _ => 0,
        }
    }

    /// How long a message stays worth delivering, in seconds.
    pub const fn validity_s(self) -> i64 {
        match self {
            Class::Emergency | Class::Control => 3_600,
            Class::Otp => 600,
            Class::Transactional | Class::Conversational | Class::Service => 86_400,
            Class::Marketing | Class::Political => 172_800,
        }
    }
}

impl Lane {
    /// Share of the weighted lanes; 0 for the strict ones, which always go first.
    pub const fn weight(self) -> u32 {
        match self {
            Lane::Emergency | Lane::Otp => 0,
            Lane::Transactional => 60,
            Lane::Conversational => 30,
            Lane::Bulk => 10,
        }
    }

    /// Whether it always goes before the weighted ones.
    pub const fn is_strict(self) -> bool {
        self.weight() == 0
    }

    /// The stored lane number of one connector's lane: connector × 8 + rank.
    pub const fn of(self, connector: i64) -> i64 {
        connector * 8 + self.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_number_reads_back() {
        for class in Class::ALL {
            assert_eq!(class.name().parse::<Class>().ok(), Some(*class));
            assert_eq!(Class::from_number(class.number()), Some(*class));
        }
        assert!("newsletter".parse::<Class>().is_err());
    }

    #[test]
    fn only_advertising_needs_consent_and_is_held_when_ambiguous() {
        for class in Class::ALL {
            let ad = matches!(class, Class::Marketing | Class::Political);
            assert_eq!(class.needs_consent(), ad, "{class}");
            assert_eq!(class.on_ambiguous() == OnAmbiguous::Hold, ad || *class == Class::Control, "{class}");
        }
    }
}
