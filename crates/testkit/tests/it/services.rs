//! The servers that tests share, and the program that runs a command with them.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use testkit::services::{database, query, redis, redis_command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_testkit-services");

#[test]
fn the_command_knows_both_servers_and_its_status_is_handed_on() {
    let script = r#"printf '%s\n' "$TURNPIKE_TEST_POSTGRES" "$TURNPIKE_TEST_REDIS" "$@"; exit 7"#;
    let output = Command::new(PROGRAM).args(["--", "sh", "-c", script, "sh", "--an", "argument"]).output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].starts_with("postgres://postgres:") && lines[0].ends_with("/postgres"), "{said}");
    assert!(lines[1].starts_with("redis://127.0.0.1:"), "{said}");
    assert_eq!(lines[2..], ["--an", "argument"]);
    let address = lines[1].strip_prefix("redis://").unwrap();
    TcpStream::connect(address).unwrap_err();
}

#[test]
fn a_command_that_does_not_exist_is_named() {
    let output = Command::new(PROGRAM).args(["--", "no-such-command"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-command"), "{output:?}");
}

#[tokio::test]
async fn tests_that_share_a_server_have_databases_of_their_own() {
    let (one, other) = (database().await, database().await);
    query(&one, "CREATE TABLE things ()").await.unwrap();
    query(&other, "CREATE TABLE things ()").await.unwrap();
    assert_eq!(redis_command(&redis().await, &["PING"]).await.unwrap(), [Some("PONG".to_owned())]);
}

/// Terminated, it ends the command and the servers; killed, it cannot, and the servers still end.
#[test]
fn servers_end_whatever_ends_the_program() {
    for (signal, code) in [("TERM", Some(143)), ("INT", Some(130)), ("KILL", None)] {
        let script = r#"echo "$TURNPIKE_TEST_POSTGRES"; echo "$TURNPIKE_TEST_REDIS"; read line"#;
        let mut command = Command::new(PROGRAM);
        command.args(["--", "sh", "-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = command.spawn().unwrap();
        // held, so that the command does not end by itself
        let _input = program.stdin.take();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let urls = [lines.next().unwrap().unwrap(), lines.next().unwrap().unwrap()];
        let id = program.id().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
        assert_eq!(program.wait().unwrap().code(), code, "{signal}");
        for url in urls {
            let address = url.rsplit(['/', '@']).find(|part| part.contains(':')).unwrap();
            assert!(is_free_soon(address), "{signal}: {url} still answers");
        }
    }
}

/// Whether nobody listens there any more within a minute.
fn is_free_soon(address: &str) -> bool {
    let deadline = Instant::now() + Duration::from_mins(1);
    while TcpStream::connect(address).is_ok() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::yield_now();
    }
    true
}
