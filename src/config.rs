//! What must be known before the store opens: flag, then environment, then file, then default.
//!
//! Everything else is set in the program itself. A name the file should not have is an error that says its line.

use crate::failure::{Done, Exit, Failure};
use crate::proxies::Proxies;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where pages and API are served when nothing else is said.
pub(crate) const LISTEN: &str = "127.0.0.1:8767";

/// What a file may say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    database: Option<String>,
    log: Option<String>,
    public_url: Option<String>,
    trusted_proxies: Vec<String>,
    smpp_server: SmppServer,
}

/// Where other people's programs bind by SMPP, and how long they may take.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SmppServer {
    /// Where it listens; without this there is no such server.
    pub listen: Option<SocketAddr>,
    /// Where it listens inside TLS.
    pub tls_listen: Option<SocketAddr>,
    /// The certificate it shows there, with those above it (PEM).
    pub certificate: Option<PathBuf>,
    /// The key of the certificate (PEM).
    pub key: Option<PathBuf>,
    /// From connect to bind, in seconds.
    pub bind_timeout_s: Option<u32>,
    /// Silence after which a client is asked whether it lives, in seconds.
    pub enquire_s: Option<u32>,
    /// Without any message for so long a session ends, in seconds; 0 never.
    pub inactivity_s: Option<u32>,
    /// How long a client may take to answer what it is handed, in seconds.
    pub answer_s: Option<u32>,
}

/// What was given on the command line or in the environment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    pub file: Option<PathBuf>,
    pub data: Option<PathBuf>,
    pub listen: Option<SocketAddr>,
    pub smpp_listen: Option<SocketAddr>,
    pub database: Option<String>,
}

/// What holds.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub data: PathBuf,
    pub listen: SocketAddr,
    pub database: Option<String>,
    /// What is logged, as a filter: `info`, `engine=debug`, …
    pub log: String,
    /// Where people's browsers reach this installation, where that is not the address itself.
    pub public_url: Option<String>,
    /// Proxies whose word on a visitor's address is believed; nobody's unless it is written down.
    pub proxies: Proxies,
    /// The SMPP server for clients.
    pub smpp: SmppServer,
}

/// Puts the four sources together. Without `--config`, `DIR/sendword.toml` is read where it is.
pub(crate) fn settle(given: Given) -> Done<Config> {
    let guess = given.data.clone().unwrap_or_else(crate::home::default_dir);
    let (path, needed) = match &given.file {
        Some(path) => (path.clone(), true),
        None => (guess.join("sendword.toml"), false),
    };
    let written = match std::fs::read_to_string(&path) {
        Ok(text) => parse(&text, &path)?,
        Err(e) if !needed && e.kind() == std::io::ErrorKind::NotFound => Written::default(),
        Err(e) => return Err(Failure::new(Exit::Usage, format!("{} cannot be read", path.display())).why(e)),
    };
    let default: SocketAddr = LISTEN.parse().map_err(|e| Failure::new(Exit::Failure, LISTEN).why(e))?;
    let smpp = written.smpp_server;
    Ok(Config {
        smpp: SmppServer { listen: given.smpp_listen.or(smpp.listen), ..smpp },
        data: given.data.or(written.data).unwrap_or(guess),
        listen: given.listen.or(written.listen).unwrap_or(default),
        database: given.database.or(written.database),
        proxies: Proxies::read(&written.trusted_proxies).map_err(|wrong| {
            Failure::new(
                Exit::Usage,
                format!("trusted_proxies: '{wrong}' is neither an address nor a network"),
            )
            .fix("write them as trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]")
        })?,
        public_url: public_url(std::env::var("SENDWORD_PUBLIC_URL").ok().or(written.public_url))?,
        log: std::env::var("SENDWORD_LOG").ok().or(written.log).unwrap_or_else(|| "info".into()),
    })
}

/// An address a link can begin with: a scheme, a host, no end.
fn public_url(given: Option<String>) -> Done<Option<String>> {
    let Some(url) = given else { return Ok(None) };
    let url = url.trim().trim_end_matches('/').to_owned();
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_some_and(|h| !h.is_empty() && !h.contains(char::is_whitespace) && !h.contains(['?', '#'])) {
        return Ok(Some(url));
    }
    Err(Failure::new(Exit::Usage, format!("public_url: '{url}' is no address"))
        .fix("write it as https://sms.example.com"))
}

fn parse(text: &str, path: &Path) -> Done<Written> {
    toml::from_str(text).map_err(|e| {
        let start = e.span().map_or(0, |s| s.start.min(text.len()));
        let line = text[..start].lines().count().max(1) + usize::from(text[..start].ends_with('\n'));
        let said = e.message().to_owned();
        let failure = Failure::new(Exit::Usage, format!("{}, line {line}", path.display())).why(&said);
        let mut words = said.split('`').skip(1).step_by(2);
        let unknown = words.next().filter(|_| said.starts_with("unknown field")).unwrap_or_default();
        match doors::body::nearest(unknown, words) {
            Some(near) => failure.fix(format!("did you mean '{near}'?")),
            None => failure,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_goes_before_the_file() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("sendword.toml"), "listen = \"127.0.0.1:9000\"\nlog = \"warn\"\n")
            .unwrap();
        let given = Given { data: Some(dir.path().into()), ..Given::default() };
        let config = settle(given.clone()).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str()), (9000, "warn"));
        let flag = Given { listen: Some("127.0.0.1:1".parse().unwrap()), ..given };
        assert_eq!(settle(flag).unwrap().listen.port(), 1);
    }

    #[test]
    fn an_unknown_name_is_an_error_with_its_line() {
        let failure =
            parse("log = \"info\"\nlisten_on = \"127.0.0.1:1\"\n", Path::new("f.toml")).unwrap_err();
        assert_eq!((failure.exit, failure.what.as_str()), (Exit::Usage, "f.toml, line 2"));
        let failure = parse("lisen = \"127.0.0.1:1\"\n", Path::new("f.toml")).unwrap_err();
        assert_eq!(
            (failure.what.as_str(), failure.fix.as_str()),
            ("f.toml, line 1", "did you mean 'listen'?")
        );
    }

    #[test]
    fn a_public_address_begins_links() {
        let read = |url: &str| public_url(Some(url.into())).map_err(|f| f.exit);
        assert_eq!(read("https://sms.example.com/"), Ok(Some("https://sms.example.com".into())));
        for wrong in ["sms.example.com", "https://", "ftp://a", "https://a b", "https://a?b"] {
            assert_eq!(read(wrong), Err(Exit::Usage), "{wrong}");
        }
    }

    #[test]
    fn a_named_file_must_be_there() {
        let given = Given { file: Some("/nowhere/sendword.toml".into()), ..Given::default() };
        assert_eq!(settle(given).unwrap_err().exit, Exit::Usage);
    }
}
