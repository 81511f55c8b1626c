//! What lives is shown by rows: the words of connector states and of the commands given to a connector.

use crate::closed::closed_list;

closed_list! {
    /// The state of a connector as pages and API name it.
    pub enum LinkState {
        /// Bound and carrying.
        Bound = 0 "bound",
        /// On the way up.
        Connecting = 1 "connecting",
        /// Bound, and slowed by the carrier.
        Throttled = 2 "throttled",
        /// The carrier refuses our name or password.
        AuthFailed = 3 "auth_failed",
        /// Not reachable.
        Down = 4 "down",
        /// Bound, and nothing has moved although something should.
        NoTraffic = 5 "no_traffic",
        /// Switched off by a person.
        Disabled = 6 "disabled",
    }
}

closed_list! {
    /// What holds back what waits in a connector.
    pub enum Limit {
        /// Nothing, or nothing waits.
        Nothing = 0 "",
        /// The configured rate.
        Pace = 1 "pace",
        /// The window: as many requests as may be open wait for their answers.
        Window = 2 "window",
        /// The carrier asks to slow down.
        Throttled = 3 "throttled",
        /// No link carries.
        LinkDown = 4 "link_down",
        /// A person switched the connector off.
        Disabled = 5 "disabled",
        /// A person holds what waits.
        Paused = 6 "paused",
        /// Its time has not come.
        Later = 7 "later",
    }
}

closed_list! {
    /// What a page or program may ask of a running connector.
    pub enum Command {
        /// Drop the link and build it anew.
        Reconnect = 0 "reconnect",
        /// A virtual phone of the simulator writes in.
        SimulateInbound = 1 "simulate_inbound",
        /// A modem sends a code to its network, as `*100#`.
        Ussd = 10 "ussd",
        /// A person wants the PIN of a modem's card tried once more.
        TryPin = 11 "try_pin",
        /// Whoever has serial ports looks for modems.
        ScanModems = 12 "scan_modems",
    }
}
