//! The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::super::place;

/// The length of SHA-256's blocks.
const BLOCK: usize = 64;

pub(super) struct Scram {
    password: String,
    nonce: String,
}

impl Scram {
    pub(super) fn new(password: &str) -> Self {
        Self { password: password.to_owned(), nonce: place::password() }
    }

    /// The client's first message. PostgreSQL knows the user already and ignores the name here.
    pub(super) fn first(&self) -> String {
        format!("n,,{}", self.bare())
    }

    fn bare(&self) -> String {
        format!("n=,r={}", self.nonce)
    }

    /// The answer to the server's first message; none if that message is not one.
    pub(super) fn last(&mut self, server: &str) -> Option<String> {
        let part = |name: &str| server.split(',').find_map(|part| part.strip_prefix(name));
        let (nonce, salt, rounds) = (part("r=")?, STANDARD.decode(part("s=")?).ok()?, part("i=")?.parse().ok()?);
        // "biws" says that there is no channel binding
        let without_proof = format!("c=biws,r={nonce}");
        let key = hmac(&stretched(self.password.as_bytes(), &salt, rounds), b"Client Key");
        let said = format!("{},{server},{without_proof}", self.bare());
        let proof = xor(key, hmac(&Sha256::digest(key), said.as_bytes()));
        Some(format!("{without_proof},p={}", STANDARD.encode(proof)))
    }
}

/// PBKDF2 with one block of output.
fn stretched(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let mut last = hmac(password, &[salt, &[0, 0, 0, 1]].concat());
    let mut all = last;
    for _ in 1..rounds {
        last = hmac(password, &last);
        all = xor(all, last);
    }
    all
}

/// RFC 2104; no key here is longer than a block.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let padded = |with: u8| -> Vec<u8> { (0..BLOCK).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect() };
    let inner = Sha256::new_with_prefix(padded(0x36)).chain_update(message).finalize();
    Sha256::new_with_prefix(padded(0x5c)).chain_update(inner).finalize().into()
}

fn xor(mut one: [u8; 32], other: [u8; 32]) -> [u8; 32] {
    one.iter_mut().zip(other).for_each(|(one, other)| *one ^= other);
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7677, section 3, but for the name, which PostgreSQL wants empty; the proof is of that.
    #[test]
    fn a_password_is_stretched_as_the_rfc_says() {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let key = hmac(&stretched(b"pencil", &salt, 4096), b"Client Key");
        let said = "n=user,r=rOprNGfwEbeRWgbNEkqO,\
            r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
            c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let proof = xor(key, hmac(&Sha256::digest(key), said.as_bytes()));
        assert_eq!(STANDARD.encode(proof), "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    }
}
