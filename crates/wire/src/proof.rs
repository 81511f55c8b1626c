//! Proofs of providers' webhooks, both sides of each: what a provider signs and what a receiver must find again.
//!
//! Pure: octets in, octets out. Comparison takes the same time wherever two values differ.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use aws_lc_rs::{digest, hmac as keyed};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

/// The hash of a keyed proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1, where a provider still uses it.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// A keyed hash over these pieces one after the other.
pub fn hmac(hash: Hash, key: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let algorithm = match hash {
        Hash::Sha1 => keyed::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => keyed::HMAC_SHA256,
        Hash::Sha512 => keyed::HMAC_SHA512,
    };
    let mut context = keyed::Context::with_key(&keyed::Key::new(algorithm, key));
    pieces.iter().for_each(|piece| context.update(piece));
    context.sign().as_ref().to_vec()
}

/// SHA-256.
pub fn sha256(octets: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, octets).as_ref().to_vec()
}

/// Octets in hex, small letters.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|b| format!("{b:02x}")).collect()
}

/// Hex as octets; `None` where it is none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.chunks(2).map(pair).collect()
}

/// Octets in base64 with its padding.
pub fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// Base64 as octets; `None` where it is none.
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Whether two values are equal, in a time that does not tell where they differ.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// Name and value pairs of a query or form, decoded.
pub type Pairs = Vec<(String, String)>;

/// Twilio: base64 of HMAC-SHA1 over the URL and, sorted by name, every name with its value; of a repeated name every
/// different value, sorted.
pub fn twilio(token: &str, url: &str, form: &[(String, String)]) -> String {
    let mut pairs: Vec<&(String, String)> = form.iter().collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut said = url.to_owned();
    for (name, value) in pairs {
        said.push_str(name);
        said.push_str(value);
    }
    base64(&hmac(Hash::Sha1, token.as_bytes(), &[said.as_bytes()]))
}

/// Plivo, version 2: base64 of HMAC-SHA256 over the URL without its query, and the nonce.
pub fn plivo_v2(token: &str, url: &str, nonce: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    base64(&hmac(Hash::Sha256, token.as_bytes(), &[bare.as_bytes(), nonce.as_bytes()]))
}

/// Plivo, version 3, of a POST: URL, `?` and its query sorted, `.`, the form sorted with no marks between,
/// `.`, the nonce. Without a query the first point is missing, as in Plivo's own libraries.
pub fn plivo_v3(
    token: &str,
    url: &str,
    query: &[(String, String)],
    form: &[(String, String)],
    nonce: &str,
) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let sorted = |pairs: &[(String, String)]| {
        let mut pairs = pairs.to_vec();
        pairs.sort_unstable();
        pairs
    };
    let mut said = bare.to_owned();
    let query: Vec<String> = sorted(query).iter().map(|(n, v)| format!("{n}={v}")).collect();
    if !query.is_empty() {
        said.push('?');
        said.push_str(&query.join("&"));
    }
    if !form.is_empty() {
        said.push(if query.is_empty() { '?' } else { '.' });
        sorted(form).iter().for_each(|(n, v)| {
            said.push_str(n);
            said.push_str(v);
        });
    }
    base64(&hmac(Hash::Sha256, token.as_bytes(), &[said.as_bytes(), b".", nonce.as_bytes()]))
}

/// How an account of Vonage signs its SMS webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VonageWay {
    /// MD5 over the fields and the secret.
    Md5Hash,
    /// HMAC-SHA1.
    Sha1,
    /// HMAC-SHA256.
    Sha256,
    /// HMAC-SHA512.
    Sha512,
}

/// Vonage's `sig`: `&name=value` of all fields but itself, sorted; `&` and `=` in a value are written `_`.
pub fn vonage(way: VonageWay, secret: &str, fields: &[(String, String)]) -> String {
    let mut pairs: Vec<&(String, String)> = fields.iter().filter(|(name, _)| name != "sig").collect();
    pairs.sort_unstable();
    let mut said = String::new();
    for (name, value) in pairs {
        said.push('&');
        said.push_str(name);
        said.push('=');
        said.extend(value.chars().map(|c| if matches!(c, '&' | '=') { '_' } else { c }));
    }
    let keyed = |hash| hex(&hmac(hash, secret.as_bytes(), &[said.as_bytes()]));
    match way {
        VonageWay::Md5Hash => hex(Md5::new().chain_update(&said).chain_update(secret).finalize().as_slice()),
        VonageWay::Sha1 => keyed(Hash::Sha1),
        VonageWay::Sha256 => keyed(Hash::Sha256),
        VonageWay::Sha512 => keyed(Hash::Sha512),
    }
}

/// A JSON web token with these claims (JSON), signed by HMAC-SHA256.
pub fn jwt(claims: &[u8], secret: &str) -> String {
    let head = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
    let body = URL_SAFE_NO_PAD.encode(claims);
    let said = format!("{head}.{body}");
    let mark = URL_SAFE_NO_PAD.encode(hmac(Hash::Sha256, secret.as_bytes(), &[said.as_bytes()]));
    format!("{said}.{mark}")
}

/// A private RSA key as the portals hand it out: PEM of PKCS#8, its lines kept or lost on the way.
pub struct RsaKey(RsaKeyPair);

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RsaKey")
    }
}

impl RsaKey {
    /// Reads one; `None` where it is none.
    pub fn read(pem: &str) -> Option<RsaKey> {
        let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
        let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
        let body: String = body.replace("\\n", "").chars().filter(|c| !c.is_whitespace()).collect();
        RsaKeyPair::from_pkcs8(&unbase64(&body)?).ok().map(RsaKey)
    }

    /// A JSON web token with these claims (JSON), signed by RSASSA-PKCS1-v1_5 with SHA-256; `None` where signing fails.
    pub fn jwt(&self, claims: &[u8]) -> Option<String> {
        let head = URL_SAFE_NO_PAD.encode(br#"{"alg":"RS256","typ":"JWT"}"#);
        let said = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims));
        let mut mark = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), said.as_bytes(), &mut mark).ok()?;
        Some(format!("{said}.{}", URL_SAFE_NO_PAD.encode(mark)))
    }
}

/// The claims (JSON) of a token that this secret signed with HMAC-SHA256; no other algorithm is taken, `none` least of
/// all.
pub fn jwt_claims(token: &str, secret: &str) -> Option<Vec<u8>> {
    let (said, mark) = token.rsplit_once('.')?;
    let (head, claims) = said.split_once('.')?;
    let head = URL_SAFE_NO_PAD.decode(head).ok()?;
    let head = String::from_utf8(head).ok()?.replace(char::is_whitespace, "");
    let mark = URL_SAFE_NO_PAD.decode(mark).ok()?;
    let wanted = hmac(Hash::Sha256, secret.as_bytes(), &[said.as_bytes()]);
    let proven = head.contains(r#""alg":"HS256""#) && equal(&mark, &wanted);
    if proven { URL_SAFE_NO_PAD.decode(claims).ok() } else { None }
}

/// Telnyx: whether this Ed25519 key (base64) signed `timestamp|body`.
pub fn telnyx_holds(public_key: &str, timestamp: &str, body: &[u8], signature: &str) -> bool {
    let (Some(key), Some(mark)) = (unbase64(public_key.trim()), unbase64(signature.trim())) else {
        return false;
    };
    let said = [timestamp.as_bytes(), b"|", body].concat();
    UnparsedPublicKey::new(&ED25519, key).verify(&said, &mark).is_ok()
}

/// A key that signs as Telnyx does, of 32 octets of chance.
pub struct TelnyxKey(Ed25519KeyPair);

impl std::fmt::Debug for TelnyxKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TelnyxKey")
    }
}

impl TelnyxKey {
    /// The key of a seed; `None` where the seed makes none.
    pub fn of(seed: &[u8; 32]) -> Option<TelnyxKey> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(TelnyxKey)
    }

    /// Its public half, as the portal shows it.
    pub fn public(&self) -> String {
        base64(self.0.public_key().as_ref())
    }

    /// The signature of a webhook.
    pub fn sign(&self, timestamp: &str, body: &[u8]) -> String {
        base64(self.0.sign(&[timestamp.as_bytes(), b"|", body].concat()).as_ref())
    }
}

/// Sinch: base64 of HMAC-SHA256 over body, nonce and timestamp with dots between.
pub fn sinch(secret: &str, body: &[u8], nonce: &str, timestamp: &str) -> String {
    let pieces: [&[u8]; 5] = [body, b".", nonce.as_bytes(), b".", timestamp.as_bytes()];
    base64(&hmac(Hash::Sha256, secret.as_bytes(), &pieces))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Pairs {
        of.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect()
    }

    #[test]
    fn twilios_own_example_is_reproduced() {
        // From Twilio's page "Validating requests", whose token is 12345.
        let form = pairs(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ]);
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        assert_eq!(twilio("12345", url, &form), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        let mut doubled = form.clone();
        doubled.push(form[0].clone());
        doubled.reverse();
        assert_eq!(twilio("12345", url, &doubled), twilio("12345", url, &form));
    }

    #[test]
    fn the_hmac_and_base64_of_the_standards() {
        // RFC 4231, test case 2; RFC 2202, test case 2.
        assert_eq!(
            hex(&hmac(Hash::Sha256, b"Jefe", &[b"what do ya want ", b"for nothing?"])),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac(Hash::Sha1, b"Jefe", &[b"what do ya want for nothing?"])),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
        assert_eq!(unhex("00fFa0"), Some(vec![0, 255, 160]));
        assert_eq!((unhex("0"), unhex("xx"), unbase64("?")), (None, None, None));
    }

    #[test]
    fn a_token_is_taken_with_its_secret_and_algorithm_alone() {
        let token = jwt(br#"{"jti":"1"}"#, "s");
        assert_eq!(jwt_claims(&token, "s").as_deref(), Some(&br#"{"jti":"1"}"#[..]));
        assert_eq!(jwt_claims(&token, "t"), None);
        let none = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), "e30");
        assert_eq!(jwt_claims(&none, ""), None);
        let (said, mark) = token.rsplit_once('.').unwrap();
        assert_eq!(jwt_claims(&format!("{said}x.{mark}"), "s"), None);
        for bad in ["", ".", "..", "a.b", "a.b.c.d"] {
            assert_eq!(jwt_claims(bad, "s"), None, "{bad}");
        }
    }

    #[test]
    fn telnyx_signs_time_and_body() {
        let key = TelnyxKey::of(&[7; 32]).unwrap();
        let mark = key.sign("1700000000", b"{}");
        assert!(telnyx_holds(&key.public(), "1700000000", b"{}", &mark));
        assert!(!telnyx_holds(&key.public(), "1700000001", b"{}", &mark));
        assert!(!telnyx_holds(&key.public(), "1700000000", b"{ }", &mark));
        assert!(!telnyx_holds("AAAA", "1700000000", b"{}", &mark));
        assert!(!telnyx_holds(&key.public(), "1700000000", b"{}", "?"));
    }

    #[test]
    fn vonage_signs_what_a_value_may_not_forge() {
        let honest = pairs(&[("a", "1&b=2"), ("sig", "x")]);
        let forged = pairs(&[("a", "1"), ("b", "2")]);
        for way in [VonageWay::Md5Hash, VonageWay::Sha1, VonageWay::Sha256, VonageWay::Sha512] {
            assert_ne!(vonage(way, "s", &honest), vonage(way, "s", &forged));
        }
    }
}
