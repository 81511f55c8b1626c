//! `cargo run --release -p fuzz -- smpp --minutes 10`: one target, or all of them, for as long as somebody likes.

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

/// Throws changed frames, texts and files at everything that reads what strangers send.
#[derive(Parser)]
struct Args {
    /// A target, `all`, or `list`.
    target: String,
    /// So long for each target; without it as many cases as continuous integration runs.
    #[arg(long)]
    minutes: Option<f64>,
    /// So many cases for each target.
    #[arg(long)]
    cases: Option<u64>,
    /// Where chance begins; another one each time when absent.
    #[arg(long)]
    seed: Option<u64>,
    /// One case in hexadecimal digits, as a failure printed it.
    #[arg(long)]
    case: Option<String>,
}

fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}"); // nobody listens any more
}

fn main() -> ExitCode {
    let args = Args::parse();
    if args.target == "list" {
        for target in fuzz::targets::ALL {
            say(format_args!("{:<10} {}", target.name, target.about));
        }
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&fuzz::Target> =
        fuzz::targets::ALL.iter().filter(|t| args.target == "all" || t.name == args.target).collect();
    if chosen.is_empty() {
        say(format_args!("no such target: {} (see `list`)", args.target));
        return ExitCode::from(2);
    }
    if let Some(case) = &args.case {
        let Some(case) = sms::hex::decode(case) else {
            say(format_args!("a case is hexadecimal digits"));
            return ExitCode::from(2);
        };
        return chosen.iter().fold(ExitCode::SUCCESS, |code, target| match fuzz::again(target, &case) {
            Ok(()) => code,
            Err(why) => {
                say(format_args!("{}: {why}", target.name));
                ExitCode::FAILURE
            }
        });
    }
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seed = args.seed.unwrap_or(since_1970.as_nanos() as u64);
    let mut code = ExitCode::SUCCESS;
    for target in chosen {
        let began = Instant::now();
        let long = args.minutes.map(|minutes| Duration::from_secs_f64(minutes.max(0.0) * 60.0));
        let most = args.cases.unwrap_or(if long.is_some() { u64::MAX } else { target.cases });
        match fuzz::run(target, seed, |n| n < most && long.is_none_or(|long| began.elapsed() < long)) {
            Ok(told) => say(format_args!(
                "{:<10} {} cases, {} outcomes, {} kept, at most {} octets held, {:.1} s, seed {seed}",
                target.name,
                told.cases,
                told.marks,
                told.kept,
                told.memory,
                began.elapsed().as_secs_f64()
            )),
            Err(failure) => {
                say(format_args!("{failure}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
