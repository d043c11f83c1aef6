//! A database's URL, `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with nothing in it that would have to be escaped.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::str::FromStr;

#[derive(Clone)]
pub(super) struct Address {
    pub(super) server: SocketAddr,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) database: String,
}

impl fmt::Display for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, user, password, database } = self;
        write!(to, "postgres://{user}:{password}@{server}/{database}")
    }
}

impl FromStr for Address {
    type Err = io::Error;

    fn from_str(url: &str) -> io::Result<Self> {
        parts(url).ok_or_else(|| {
            let wanted = "postgres://USER:PASSWORD@127.0.0.1:PORT/DATABASE";
            io::Error::new(ErrorKind::InvalidInput, format!("not the URL of a test's database: it looks like {wanted}"))
        })
    }
}

fn parts(url: &str) -> Option<Address> {
    let (credential, rest) = url.strip_prefix("postgres://")?.split_once('@')?;
    let (user, password) = credential.split_once(':')?;
    let (server, database) = rest.split_once('/')?;
    let database = database.split('?').next()?;
    Some(Address {
        server: server.parse().ok()?,
        user: user.to_owned(),
        password: password.to_owned(),
        database: database.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_and_written() {
        let url = "postgres://postgres:1f2e@127.0.0.1:20001/t_1_2";
        assert_eq!(url.parse::<Address>().unwrap().to_string(), url);
        assert_eq!(format!("{url}?sslmode=disable").parse::<Address>().unwrap().to_string(), url);
        for wrong in ["", "mysql://a:b@127.0.0.1:1/c", "postgres://a@127.0.0.1:1/c", "postgres://a:b@somewhere/c"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
