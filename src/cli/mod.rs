//! The command line: a noun and a verb become one call of the API. One noun, one file.

mod alarms;
mod audit;
mod backup;
mod campaigns;
mod clients;
mod clock;
mod contacts;
mod delivery;
mod doctor;
mod init;
mod keys;
mod link;
mod lookups;
mod many;
mod messages;
mod modems;
mod named;
mod packs;
mod phones;
mod proof;
mod queues;
mod rates;
mod reconfirm;
mod registries;
mod routes;
mod segments;
mod send;
mod show;
mod sim;
mod templates;
mod workspaces;

use crate::config::{self, Given};
use crate::failure::{Done, Exit, Failure};
use crate::{home, serve};
use clap::{Args, Parser, Subcommand};
use link::{Link, Where};
use show::Format;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "Examples:
  sendword                                         start, and open the first page
  sendword demo                                    try it in a throw-away directory
  sendword send --to +972501234567 --text 'Hello'  send one message";

#[derive(Parser)]
#[command(name = "sendword", version, about = "The SMS platform you run yourself.", before_help = EXAMPLES)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Args)]
struct Global {
    /// The data directory
    #[arg(long, global = true, env = "SENDWORD_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// postgres://… instead of the file in the data directory
    #[arg(long, global = true, env = "SENDWORD_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    /// The configuration file; DIR/sendword.toml is read where it is there
    #[arg(long, global = true, env = "SENDWORD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The workspace, where there are several
    #[arg(long, global = true, env = "SENDWORD_WORKSPACE", value_name = "NAME")]
    workspace: Option<String>,
    /// One JSON document on stdout
    #[arg(long, global = true, conflicts_with = "jsonl")]
    json: bool,
    /// One JSON value a line on stdout
    #[arg(long, global = true)]
    jsonl: bool,
}

#[derive(Args, Clone)]
struct ServeArgs {
    /// Where pages and API are served [default: 127.0.0.1:8767]
    #[arg(long, env = "SENDWORD_LISTEN", value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Where other people's programs bind by SMPP; nowhere unless it is said
    #[arg(long, env = "SENDWORD_SMPP_LISTEN", value_name = "ADDR:PORT")]
    smpp_listen: Option<SocketAddr>,
}

impl ServeArgs {
    /// What was said behind the verb counts, then what was said before it.
    fn or(self, outer: &ServeArgs) -> ServeArgs {
        ServeArgs {
            listen: self.listen.or(outer.listen),
            smpp_listen: self.smpp_listen.or(outer.smpp_listen),
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (the same as no command at all)
    Serve(ServeArgs),
    /// Start it in a throw-away directory, to try it
    Demo(DemoArgs),
    /// Make a live workspace and its owner
    Init(init::Init),
    /// Keys for programs, and the key ring of the store itself
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Ways to carriers
    #[command(subcommand)]
    Connectors(delivery::Connectors),
    /// Rules that choose a connector
    #[command(subcommand)]
    Routes(routes::Routes),
    /// Looking numbers up before they are routed
    #[command(subcommand)]
    Lookups(lookups::Lookups),
    /// What one SMS costs by each connector
    #[command(subcommand)]
    Rates(rates::Rates),
    /// Which network numbers belong to
    #[command(subcommand)]
    Networks(rates::Networks),
    /// Numbers that receive
    #[command(subcommand)]
    Numbers(delivery::Numbers),
    /// Names and numbers a handset may show
    #[command(subcommand)]
    Senders(delivery::Senders),
    /// Programs that send through us by SMPP
    #[command(subcommand)]
    Clients(clients::Clients),
    /// What waits in each connector
    #[command(subcommand)]
    Queues(queues::Queues),
    /// What is wrong, and what was lately
    #[command(subcommand)]
    Alarms(alarms::Alarms),
    /// Send one message
    Send(send::Send),
    /// Messages and what became of them
    #[command(subcommand)]
    Messages(messages::Messages),
    /// People
    #[command(subcommand)]
    Contacts(contacts::Contacts),
    /// Groups of people
    #[command(subcommand)]
    Lists(contacts::Lists),
    /// One thing done to many people, and taking it back
    #[command(subcommand)]
    Bulk(many::Bulk),
    /// Filters of people under a name
    #[command(subcommand)]
    Filters(many::Filters),
    /// Live audiences by criteria
    #[command(subcommand)]
    Segments(segments::Segments),
    /// Everything known of one number: may we write, why, every word and minute
    Proof(proof::Proof),
    /// Mailings to a list
    #[command(subcommand)]
    Campaigns(campaigns::Campaigns),
    /// Workspaces
    #[command(subcommand)]
    Workspaces(workspaces::Workspaces),
    /// GSM modems
    #[command(subcommand)]
    Modems(modems::Modems),
    /// Android phones that carry
    #[command(subcommand)]
    Phones(phones::Phones),
    /// The pretend world
    #[command(subcommand)]
    Sim(sim::Sim),
    /// Look at everything and say what to do
    Doctor(doctor::Doctor),
    /// Write a sealed copy of the store, while it works
    Backup(backup::Backup),
    /// Make the store anew from a backup; it sends nothing until you release it
    Restore(backup::Restore),
    /// Whether the server believes the time
    #[command(subcommand)]
    Clock(clock::Clock),
    /// The record of consent and deeds
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Countries' rules: what a text that comes in means
    #[command(subcommand)]
    Packs(packs::Packs),
    /// Public lists of people who want no advertising
    #[command(subcommand)]
    Registries(registries::Registries),
    /// Ask people once more whether we may go on writing to them
    #[command(subcommand)]
    Reconfirm(reconfirm::Reconfirm),
    /// Texts that are looked at before they are sent
    #[command(subcommand)]
    Templates(templates::Templates),
}

#[derive(Args)]
struct DemoArgs {
    #[command(flatten)]
    serve: ServeArgs,
    /// The seed of all chance in the pretend world
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What every command is given.
pub(crate) struct Call {
    place: Where,
    format: Format,
}

impl Call {
    /// The API: the server's, or of the store opened here.
    fn link(&self) -> Done<Link> {
        Link::open(&self.place)
    }
}

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(e) => {
            let _ = e.print();
            return if e.use_stderr() { ExitCode::from(Exit::Usage as u8) } else { ExitCode::SUCCESS };
        }
    };
    let json = line.global.json || line.global.jsonl;
    match perform(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(json),
    }
}

fn perform(line: Line) -> Done {
    let Line { command, global, serve: args } = line;
    let given = |args: Option<ServeArgs>| Given {
        file: global.config.clone(),
        data: global.data.clone(),
        listen: args.as_ref().and_then(|a| a.listen),
        smpp_listen: args.and_then(|a| a.smpp_listen),
        database: global.database.clone(),
    };
    let command = match command {
        None => return serve::run(&config::settle(given(Some(args)))?),
        Some(Command::Serve(own)) => {
            return serve::run(&config::settle(given(Some(own.or(&args))))?);
        }
        Some(Command::Demo(demo)) => return serve::demo(given(Some(demo.serve)), demo.seed),
        Some(Command::Sim(sim::Sim::Smsc(smsc))) => return smsc.run(),
        Some(Command::Sim(sim::Sim::Modem(modem))) => return modem.run(),
        Some(command) => command,
    };
    if args.listen.is_some() && std::env::var_os("SENDWORD_LISTEN").is_none() {
        return Err(Failure::new(Exit::Usage, "--listen belongs to serve and demo"));
    }
    let config = config::settle(given(None))?;
    let place = Where { dir: config.data, database: config.database, workspace: global.workspace };
    let format = match (global.json, global.jsonl) {
        (true, _) => Format::Json,
        (_, true) => Format::Lines,
        _ => Format::People,
    };
    let call = Call { place, format };
    match command {
        Command::Init(c) => c.run(&call),
        Command::Keys(c) => c.run(&call),
        Command::Connectors(c) => c.run(&call),
        Command::Routes(c) => c.run(&call),
        Command::Lookups(c) => c.run(&call),
        Command::Rates(c) => c.run(&call),
        Command::Networks(c) => c.run(&call),
        Command::Numbers(c) => c.run(&call),
        Command::Senders(c) => c.run(&call),
        Command::Clients(c) => c.run(&call),
        Command::Queues(c) => c.run(&call),
        Command::Alarms(c) => c.run(&call),
        Command::Send(c) => c.run(&call),
        Command::Messages(c) => c.run(&call),
        Command::Contacts(c) => c.run(&call),
        Command::Lists(c) => c.run(&call),
        Command::Bulk(c) => c.run(&call),
        Command::Filters(c) => c.run(&call),
        Command::Campaigns(c) => c.run(&call),
        Command::Workspaces(c) => c.run(&call),
        Command::Modems(c) => c.run(&call),
        Command::Phones(c) => c.run(&call),
        Command::Sim(c) => c.run(&call),
        Command::Packs(c) => c.run(&call),
        Command::Reconfirm(c) => c.run(&call),
        Command::Templates(c) => c.run(&call),
        Command::Registries(c) => c.run(&call),
        Command::Audit(c) => c.run(&call),
        Command::Proof(c) => c.run(&call),
        Command::Segments(c) => c.run(&call),
        Command::Doctor(c) => c.run(&call),
        Command::Backup(c) => c.run(&call),
        Command::Restore(c) => c.run(&call),
        Command::Clock(c) => c.run(&call),
        Command::Serve(_) | Command::Demo(_) => Ok(()), // performed above
    }
}

/// Where a data directory is told to people.
fn shown(dir: &std::path::Path) -> String {
    if dir == home::default_dir() { String::new() } else { format!(" --data {}", dir.display()) }
}

/// A value of a query, escaped.
fn escaped(text: &str) -> String {
    doors::percent_encoded(text)
        .replace('&', "%26")
        .replace('+', "%2B")
        .replace('=', "%3D")
        .replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_line_is_well_formed() {
        super::Line::command().debug_assert();
    }
}
