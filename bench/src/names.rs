//! Which benchmarks there are: one line each, one file each.

use crate::figures::Figures;
use crate::{Bench, Res};
use clap::Subcommand;

/// One benchmark with its sizes.
pub(crate) trait Benchmark {
    /// Its name, and in one sentence what it does with these sizes.
    fn told(&self) -> (&'static str, String);
    /// Makes the sizes small.
    fn quick(&mut self);
    /// One run. No figure of a run whose outcome was wrong.
    fn run(&self, bench: &Bench) -> Res<Figures>;
    /// Whether all of it happens in this process.
    fn inside(&self) -> bool {
        false
    }
}

macro_rules! benchmarks {
    ($($(#[doc = $help:literal])+ $name:ident: $file:ident,)+) => {
        #[derive(Subcommand, Clone)]
        pub(crate) enum Name {
            /// The figures of the first page of docs/benchmarks.md, one after the other
            All,
            $($(#[doc = $help])+ $name(crate::$file::$name),)+
        }

        impl Name {
            fn one(&self) -> Option<Box<dyn Benchmark>> {
                match self {
                    Name::All => None,
                    $(Name::$name(one) => Some(Box::new(one.clone())),)+
                }
            }
        }
    };
}

benchmarks! {
    /// REST, one message a request, to the carrier's receipt stored
    Rest: rest,
    /// REST, a hundred messages a request, to the carrier's receipt stored
    Batch: batch,
    /// The same paths when every sync of the disk takes 5 ms more
    Fsync: fsync,
    /// A mailing to a list, from its launch to its last message sent
    Campaign: campaign,
    /// From a request to its answer and to the wire: idle, and under load
    Latency: latency,
    /// One-time codes while a campaign leaves: what they wait on a free and on a limited link
    Otp: otp,
    /// How much of window ÷ round trip is used on longer roads
    Rtt: rtt,
    /// Ten million in the queue: memory while sending, and the rate beside a short queue's
    Backlog: backlog,
    /// Killed with a million in the queue: seconds to the first message, and what came twice
    Restart: restart,
    /// Receipts with ten thousand and with a million outstanding
    Receipts: receipts,
    /// A hundred workspaces on one link, one of them greedy
    Fair: fair,
    /// Kannel and Jasmin on the same path in the same run
    Peers: peers,
    /// Killed in the middle of a load: what we, Kannel and Jasmin lose, and what comes twice unsaid
    Lost: peers,
    /// The same paths on PostgreSQL and on SQLite
    Pg: pg,
    /// Two programs in one run, interleaved: which is faster and by how much
    Compare: compare,
    /// A long steady load: whether memory grows
    Soak: soak,
    /// In this process: a bare SMPP session at both ends of a connection
    Raw: raw,
    /// Ten thousand clients bound to the SMPP server and at rest: memory of each
    Binds: binds,
    /// A contact list in CSV
    Import: import,
    /// A million people: imports, counts of segments, the people's page, on both databases
    People: people,
    /// From the start of the process to its first page; memory and rest afterwards
    Start: start,
    /// Without HTTP, in this process: the gate, the connectors and the store
    Store: layers,
    /// In this process: texts, parts, requests and receipts as octets
    Codec: codec,
    /// In this process: a CSV list read and judged, nothing stored
    Read: import,
}

/// What `all` runs, as on the command line.
const ALL: &[&str] = &[
    "rest", "batch", "fsync", "campaign", "latency", "otp", "rtt", "receipts", "fair", "import", "start",
    "raw",
];

impl Name {
    /// The benchmarks of this name.
    pub(crate) fn benchmarks(&self) -> Vec<Box<dyn Benchmark>> {
        match self.one() {
            Some(one) => vec![one],
            None => ALL.iter().filter_map(|name| Name::plain(name)?.one()).collect(),
        }
    }

    /// One with the sizes it has when nothing is said.
    fn plain(name: &str) -> Option<Name> {
        #[derive(clap::Parser)]
        struct Only {
            #[command(subcommand)]
            name: Name,
        }
        <Only as clap::Parser>::try_parse_from(["bench", name]).ok().map(|only| only.name)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Name};

    #[test]
    fn all_is_what_it_names() {
        assert_eq!(Name::All.benchmarks().len(), ALL.len());
        for (one, name) in Name::All.benchmarks().iter().zip(ALL) {
            assert_eq!(one.told().0, *name);
        }
    }
}
