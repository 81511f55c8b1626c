//! P9 and F20: a data directory on a small disk that fills up. Nothing new is accepted, what is under way is recorded
//! all the same, and with room again everything goes on.

mod support;

use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use support::{Carrier, Home, until};

const PATIENCE: Duration = Duration::from_secs(60);

/// A file system of its own under the data directory; gone with it.
struct Small(PathBuf);

impl Small {
    fn mount(home: &Home) -> Option<Small> {
        let at = home.data();
        std::fs::create_dir_all(&at).expect("a folder of our own");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs"]).arg(&at).output();
        match mounted {
            Ok(out) if out.status.success() => Some(Small(at)),
            other => {
                store::testing::skip(
                    "a_disk_that_fills_up",
                    &format!("no file system can be mounted here: {other:?}"),
                );
                None
            }
        }
    }

    fn free(&self) -> u64 {
        store::disk::space(&self.0).expect("a mounted disk").free
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status(); // the folder's removal tells
    }
}

#[test]
fn a_disk_that_fills_up() {
    let carrier = Carrier::with(sim::Config { receipt_ms: (4_000, 4_500), ..sim::Config::default() });
    let home = Home::new();
    let Some(disk) = Small::mount(&home) else { return };
    home.init();
    home.carrier("carrier", carrier.port(), &[]);
    let key = home.json(&["keys", "create", "till"])["key"].as_str().expect("a key").to_owned();
    let server = home.serve();
    let post = |text: &str| {
        let body = json!({ "to": "+972521234567", "text": text });
        server.ask("POST", "/v1/messages", Some(&key), Some(&body))
    };
    let status =
        |id: &str| home.json(&["messages", "show", id])["status"].as_str().unwrap_or_default().to_owned();
    let ballast = home.data().join("ballast");
    until("ballast is put by", PATIENCE, || ballast.exists().then_some(()));
    let accepted = post("before");
    assert_eq!(accepted.status, 202, "{accepted:?}");
    let id = accepted.json()["id"].as_str().expect("an id").to_owned();
    until("the carrier has it", PATIENCE, || (status(&id) == "submitted").then_some(()));

    let junk = home.data().join("junk");
    let block = vec![1u8; 128 << 10];
    let mut file = std::fs::File::create(&junk).expect("a file");
    while disk.free() > 400 << 10 {
        std::io::Write::write_all(&mut file, &block).expect("room for one more block");
    }
    drop(file); // an open file keeps its room after it is removed
    let refused = until("it refuses", PATIENCE, || Some(post("full")).filter(|a| a.status != 202));
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("STORE_FULL")), "{refused:?}");
    assert!(refused.head.to_lowercase().contains("retry-after"), "{refused:?}");
    let said = home.run(&["send", "--to", "+972521234567", "--text", "full"]);
    assert!(said.code == 1 && said.err.contains("full"), "{said:?}");
    assert_eq!(server.ask("GET", "/readyz", None, None).status, 503);
    until("the ballast is let go", PATIENCE, || (!ballast.exists()).then_some(()));
    until("the receipt is recorded on the full disk", PATIENCE, || {
        (status(&id) == "delivered").then_some(())
    });
    let still = post("the ballast opens no door");
    assert_eq!(still.status, 503, "{still:?}");
    let metrics: Value = server.ask("GET", "/metrics", None, None).body.into();
    assert!(metrics.as_str().is_some_and(|m| m.contains("sendword_disk_level 3")), "{metrics}");

    std::fs::remove_file(&junk).expect("our own file");
    until("it accepts again", PATIENCE, || (post("after").status == 202).then_some(()));
    until("ballast is put by again", PATIENCE, || ballast.exists().then_some(()));
    assert_eq!(server.end(), 0);
}
