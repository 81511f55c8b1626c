//! Where a modem is: a port by its path, a modem by its own number whatever its port, or an address of a network.

use std::path::{Path, PathBuf};

/// The directory in which the system names serial ports by what is plugged in.
const BY_ID: &str = "/dev/serial/by-id";

/// As the setting `device` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// `tcp:host:port`, or `host:port`.
    Net(String),
    /// A path, best one below `/dev/serial/by-id`.
    Path(PathBuf),
    /// `imei:352099001761481`: whichever port it answers at; `imei:352099001761481@/folder` looks there alone, as where a
    /// container has its ports elsewhere.
    Imei(String, Option<PathBuf>),
}

impl Place {
    /// Reads the setting.
    pub(crate) fn read(text: &str) -> Option<Place> {
        let text = text.trim();
        if let Some(imei) = text.strip_prefix("imei:") {
            let (imei, folder) =
                imei.split_once('@').map_or((imei, None), |(imei, at)| (imei, Some(at.trim())));
            let (imei, folder) = (imei.trim(), folder.map(PathBuf::from));
            let is_read = imei.bytes().all(|b| b.is_ascii_digit()) && folder.iter().all(|f| f.is_absolute());
            return is_read.then(|| Place::Imei(imei.to_owned(), folder));
        }
        if let Some(address) = text.strip_prefix("tcp:") {
            return Some(Place::Net(address.trim_start_matches("//").to_owned()));
        }
        if text.starts_with('/') {
            return Some(Place::Path(PathBuf::from(text)));
        }
        let port = text.rsplit_once(':').and_then(|(host, port)| {
            port.parse::<u16>().ok().filter(|_| !host.is_empty()) //
        });
        match port {
            Some(_) => Some(Place::Net(text.to_owned())),
            // A bare name of what is plugged in.
            None if !text.is_empty() => Some(Place::Path(Path::new(BY_ID).join(text))),
            None => None,
        }
    }
}

/// What stands in a folder, by name.
pub(crate) fn within(folder: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = read.map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Serial ports at which a modem may be: each once, under the name that stays the same when it is plugged in again.
pub(crate) fn ports() -> Vec<PathBuf> {
    let mut ports = within(Path::new(BY_ID));
    let named: Vec<PathBuf> = ports.iter().filter_map(|port| port.canonicalize().ok()).collect();
    let serial = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        ["ttyUSB", "ttyACM"].iter().any(|prefix| name.starts_with(prefix)) && !named.contains(path)
    };
    ports.extend(within(Path::new("/dev")).into_iter().filter(serial));
    ports
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_a_path_a_modem_or_an_address() {
        let path = |text: &str| Some(Place::Path(PathBuf::from(text)));
        let net = |text: &str| Some(Place::Net(text.to_owned()));
        for (text, wanted) in [
            ("/dev/ttyUSB2", path("/dev/ttyUSB2")),
            (" usb-HUAWEI_E173-if00-port0 ", path("/dev/serial/by-id/usb-HUAWEI_E173-if00-port0")),
            ("imei:352099001761481", Some(Place::Imei("352099001761481".into(), None))),
            (
                "imei:352099001761481@/host/serial",
                Some(Place::Imei("352099001761481".into(), Some(PathBuf::from("/host/serial")))),
            ),
            ("imei:352099001761481@serial", None),
            ("imei:none", None),
            ("127.0.0.1:4001", net("127.0.0.1:4001")),
            ("tcp:modems.example:4001", net("modems.example:4001")),
            ("", None),
        ] {
            assert_eq!(Place::read(text), wanted, "{text}");
        }
    }
}
