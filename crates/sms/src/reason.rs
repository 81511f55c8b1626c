//! Why something did not go, or did not arrive: one closed list for pages, API, reports and the store.
//!
//! The words people read for a code stand in the Fluent catalogues under `reason-<name>`.

use crate::closed::closed_list;

closed_list! {
    /// A reason. Refusals (before or after acceptance) are written large, carrier reasons small, as in the API.
    pub enum Code {
        /// No reason is needed.
        None = 0 "none",

        // Refused by us.
        /// The number is no number.
        InvalidNumber = 1 "INVALID_NUMBER",
        /// The number exists but takes no SMS (landline, service number).
        NotMobile = 2 "NOT_MOBILE",
        /// The same message to the same number a moment ago, or twice in one campaign.
        Duplicate = 3 "DUPLICATE",
        /// No connector carries it.
        NoRoute = 4 "NO_ROUTE",
        /// Longer than the workspace allows.
        TooManyParts = 5 "TOO_MANY_PARTS",
        /// The balance is used up.
        NoCredit = 6 "NO_CREDIT",
        /// The campaign was stopped before this one left.
        Stopped = 7 "STOPPED",
        /// The contact's number changed after the audience was frozen.
        NumberChanged = 8 "NUMBER_CHANGED",
        /// The store is full or failing; nothing was kept.
        StoreFull = 9 "STORE_FULL",
        /// The person refused this workspace's messages.
        SuppressedWorkspace = 10 "SUPPRESSED_WORKSPACE",
        /// The person refused everything.
        SuppressedAll = 11 "SUPPRESSED_ALL",
        /// Refused on a shared number.
        SuppressedPool = 12 "SUPPRESSED_POOL",
        /// Refused on the whole installation.
        SuppressedPlatform = 13 "SUPPRESSED_PLATFORM",
        /// The carrier blocks this pair.
        SuppressedCarrier = 14 "SUPPRESSED_CARRIER",
        /// The person may have refused; a human must look.
        OptoutSuspect = 15 "OPTOUT_SUSPECT",
        /// Advertising without consent.
        NoConsent = 16 "NO_CONSENT",
        /// The verdict lapsed before it could be sent and could not be renewed.
        WindowExpired = 17 "WINDOW_EXPIRED",
        /// The text lacks what the law asks for.
        ContentMissing = 18 "CONTENT_MISSING",
        /// The class does not fit what the sender may do.
        ClassMismatch = 19 "CLASS_MISMATCH",
        /// The text cannot be rendered for this person.
        TemplateError = 20 "TEMPLATE_ERROR",
        /// A simulator number on a live route.
        TestNumber = 21 "TEST_NUMBER",
        /// The sender name is not one that may be shown.
        SenderInvalid = 22 "SENDER_INVALID",
        /// The person was erased or deleted after the audience was frozen.
        ContactGone = 23 "CONTACT_GONE",
        /// Nobody could answer it, and it carries no other way out.
        NoReplyPath = 24 "NO_REPLY_PATH",
        /// The number has had as much advertising as it may.
        FreqCap = 25 "FREQ_CAP",
        /// It is not the hour for advertising there.
        WindowClosed = 26 "WINDOW_CLOSED",
        /// Nobody knows what hour it is there.
        TzUnknown = 27 "TZ_UNKNOWN",
        /// The sender name was not approved.
        SenderUnapproved = 28 "SENDER_UNAPPROVED",
        /// The sender name is not shown, or not registered, in that country.
        SenderCountry = 29 "SENDER_COUNTRY",
        /// The sender name says nothing, or names somebody else.
        SenderGeneric = 30 "SENDER_GENERIC",
        /// The country's rules could not be read, so nothing is advertised there.
        CountryBlocked = 31 "COUNTRY_BLOCKED",
        /// Far more than is usual for this workspace or sender: a person must look.
        RateAbuse = 32 "RATE_ABUSE",
        /// The number stands in a public list of those who want no advertising.
        RegistryHit = 33 "REGISTRY_HIT",
        /// A public list that must be asked is missing, or too old.
        RegistryStale = 34 "REGISTRY_STALE",
        /// It waited for a person, and nobody decided in time.
        HoldExpired = 35 "HOLD_EXPIRED",

        // Said by the carrier, or by the way there.
        /// Phone off or out of coverage.
        AbsentSubscriber = 40 "absent_subscriber",
        /// The phone's memory is full.
        MemoryFull = 41 "memory_full",
        /// The number does not exist.
        UnknownSubscriber = 42 "unknown_subscriber",
        /// The number is barred.
        Barred = 43 "barred",
        /// The carrier blocked it.
        OperatorBlocked = 44 "operator_blocked",
        /// The sender is not allowed there.
        SenderNotAllowed = 45 "sender_not_allowed",
        /// The carrier refused the content.
        ContentRefused = 46 "content_refused",
        /// Its validity ran out at the carrier.
        ExpiredAtCarrier = 47 "expired_at_carrier",
        /// Its validity ran out here, before it left.
        ExpiredHere = 48 "expired_here",
        /// The carrier deleted it.
        DeletedAtCarrier = 49 "deleted_at_carrier",
        /// The carrier refused the address.
        BadAddress = 50 "bad_address",
        /// The carrier refused the request.
        CarrierRejected = 51 "carrier_rejected",
        /// The carrier asks to slow down.
        Throttled = 52 "throttled",
        /// A temporary fault at the carrier.
        TemporaryFault = 53 "temporary_fault",
        /// The link is down.
        LinkDown = 54 "link_down",
        /// Written, and no answer seen.
        AmbiguousSubmit = 55 "ambiguous_submit",
        /// Accepted, and no receipt in time.
        NoReceipt = 56 "no_receipt",
        /// The carrier's own code, which we have no words for.
        UnknownCode = 57 "unknown_code",
        /// It cannot be encoded for this connector.
        EncodingImpossible = 58 "encoding_impossible",
        /// A person cancelled it.
        CancelledByPerson = 59 "cancelled_by_person",
    }
}

impl Code {
    /// Whether the carrier will likely take it another time.
    pub const fn temporary(self) -> bool {
        matches!(
            self,
            Code::AbsentSubscriber
                | Code::MemoryFull
                | Code::Throttled
                | Code::TemporaryFault
                | Code::LinkDown
        )
    }

    /// Whether it is our own refusal rather than the carrier's word.
    pub const fn is_refusal(self) -> bool {
        let n = self.number();
        n > 0 && n < 40
    }

    /// The Fluent key of its words.
    pub fn key(self) -> String {
        format!("reason-{}", self.name().to_ascii_lowercase().replace('_', "-"))
    }
}
