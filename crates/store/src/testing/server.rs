//! A PostgreSQL server of our own for tests: made in a temporary folder, reached by a socket in it, gone afterwards.
//!
//! It never listens on the network and never touches a server that runs on the machine.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Runs the server as a child of a shell that waits for our end of a pipe to close. However this process ends, the
/// pipe closes with it: the server stops and its folder goes, also after a kill that runs no destructor.
const KEEPER: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c port=5432 -c max_connections=200 \
    -c fsync="$3" -c full_page_writes="$3" -c shared_buffers=64MB >"$2/log" 2>&1 </dev/null &
server=$!
tries=0
until "$1/pg_isready" -q -h "$2"; do
    tries=$((tries + 1))
    if [ $tries -gt 300 ] || ! kill -0 $server 2>/dev/null; then echo failed; kill $server 2>/dev/null; exit 1; fi
    sleep 0.1
done
echo ready
read -r gone
kill -QUIT $server
wait $server
rm -rf "$2"
"#;

/// A running server; dropping it stops it and removes its folder.
pub struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    keeper: Child,
    made: AtomicU64,
}

impl Postgres {
    /// The server that all tests of this process share, or `None` with a notice naming the test that cannot run.
    pub fn shared(test: &str) -> Option<&'static Postgres> {
        static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
        match SHARED.get_or_init(|| Postgres::start(false)) {
            Ok(server) => Some(server),
            Err(why) => {
                super::skip(test, why);
                None
            }
        }
    }

    /// Starts a server. `durable` keeps fsync on, as a benchmark or a crash test needs it; tests are quicker without.
    ///
    /// # Errors
    /// A sentence that says what is missing or what failed.
    pub fn start(durable: bool) -> Result<Postgres, String> {
        let programs = programs()?;
        let folder = private_folder()?;
        let user = server_user(&folder)?;
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid))
                .map_err(|e| format!("chown failed: {e}"))?;
        }
        let data = folder.join("data");
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        run(as_user(initdb.arg(&data), user).current_dir(&folder))?;

        let mut shell = Command::new("sh");
        shell.args(["-c", KEEPER, "keeper"]).args([&programs, &folder]).arg(if durable {
            "on"
        } else {
            "off"
        });
        shell.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut keeper = as_user(&mut shell, user).spawn().map_err(|e| format!("sh did not start: {e}"))?;
        let mut said = String::new();
        if let Some(out) = keeper.stdout.take() {
            let _ = BufReader::new(out).read_line(&mut said);
        }
        if said.trim() == "ready" {
            return Ok(Postgres { folder, programs, keeper, made: AtomicU64::new(0) });
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        let _ = std::fs::remove_dir_all(&folder);
        Err(format!("PostgreSQL did not start: {}", log.lines().last().unwrap_or("it said nothing")))
    }

    /// Makes an empty database and gives its address, as `--database` and `Db::open` take it.
    pub fn database(&self) -> String {
        let name = format!("test{}", self.made.fetch_add(1, Ordering::Relaxed));
        let mut createdb = Command::new(self.programs.join("createdb"));
        createdb.args(["--username=postgres", "--host"]).arg(&self.folder).arg(&name);
        run(&mut createdb).expect("a running server makes a database");
        format!("postgres://postgres@{}/{name}", self.folder.display().to_string().replace('/', "%2F"))
    }

    /// Runs SQL text by `psql` and gives what it printed, for a look from outside the store.
    ///
    /// # Errors
    /// What `psql` said.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.programs.join("psql"));
        run(psql.args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, database]))
    }

    /// A copy of a database, as `pg_dump` writes it.
    ///
    /// # Errors
    /// What `pg_dump` said.
    pub fn dump(&self, database: &str) -> Result<String, String> {
        run(Command::new(self.programs.join("pg_dump")).args(["--format=plain", "--no-owner", database]))
    }

    /// Puts a copy in the place of what a database holds.
    ///
    /// # Errors
    /// What `psql` said.
    pub fn put_back(&self, database: &str, dumped: &str) -> Result<(), String> {
        self.psql(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")?;
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", database]);
        let mut child =
            psql.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().map_err(|e| e.to_string())?;
        let written =
            child.stdin.take().map(|mut stdin| std::io::Write::write_all(&mut stdin, dumped.as_bytes()));
        let ended = child.wait().map_err(|e| e.to_string())?;
        match written {
            Some(Ok(())) if ended.success() => Ok(()),
            _ => Err("psql did not take the copy".into()),
        }
    }

    /// The folder that holds the server's data and its socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder with the server's programs: the newest that Debian's packages put in place, else the one on `PATH`.
fn programs() -> Result<PathBuf, String> {
    let version = |p: &PathBuf| p.parent().and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok());
    let entries = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|e| e.path().join("bin")).collect();
    folders.sort_by_key(|p| std::cmp::Reverse(version(p)));
    let found = super::program("initdb", &folders).and_then(|p| p.canonicalize().ok());
    let folder = found.and_then(|p| p.parent().map(Path::to_path_buf));
    folder
        .filter(|dir| dir.join("postgres").is_file())
        .ok_or_else(|| "PostgreSQL (initdb, postgres) is absent".into())
}

/// A new folder with a short path (a socket's address holds some hundred bytes), open to nobody by accident.
fn private_folder() -> Result<PathBuf, String> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("sendword-pg-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).map_err(|e| format!("no temporary folder: {e}"))?;
    Ok(folder)
}

/// Whom the server runs as. It refuses to run as root, so root hands it to `postgres`, else to `nobody`.
fn server_user(ours: &Path) -> Result<Option<(u32, u32)>, String> {
    let uid = std::fs::metadata(ours).map_err(|e| e.to_string())?.uid();
    if uid != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").map_err(|e| e.to_string())?;
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    ids("postgres")
        .or_else(|| ids("nobody"))
        .map(Some)
        .ok_or_else(|| "no user that PostgreSQL could run as".into())
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    match user {
        Some((uid, gid)) => command.gid(gid).uid(uid),
        None => command,
    }
}

fn run(command: &mut Command) -> Result<String, String> {
    let name =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Output { status, stdout, stderr } =
        command.stdin(Stdio::null()).output().map_err(|e| format!("{name} did not start: {e}"))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    Err(format!("{name} failed: {}", String::from_utf8_lossy(&stderr).trim()))
}
