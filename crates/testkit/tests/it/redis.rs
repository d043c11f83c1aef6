//! A Redis of a test's own, over its real protocol.

use std::time::Duration;

use testkit::services::{Redis, RedisCluster, RedisOptions, redis_command};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::postgres::{certificate, localhost, trusting};

#[tokio::test]
async fn it_answers_and_starts_again_empty() {
    let mut server = Redis::start().await;
    let url = server.url();
    assert_eq!(redis_command(&url, &["PING"]).await.unwrap(), [Some("PONG".to_owned())]);
    server.command(&["SET", "key", "a value"]).await.unwrap();
    assert_eq!(server.command(&["GET", "key"]).await.unwrap(), [Some("a value".to_owned())]);
    server.command(&["GET"]).await.unwrap_err();

    server.kill();
    server.command(&["PING"]).await.unwrap_err();
    server.restart().await.unwrap();
    assert_eq!(server.url(), url);
    assert_eq!(server.command(&["GET", "key"]).await.unwrap(), [None]);

    server.freeze();
    timeout(Duration::from_millis(200), server.command(&["PING"])).await.unwrap_err();
    server.thaw();
    server.command(&["PING"]).await.unwrap();
}

#[tokio::test]
async fn options_reach_the_server() {
    let certificate = certificate();
    let settings = vec![("maxmemory".to_owned(), "50mb".to_owned())];
    let options = RedisOptions { password: true, tls: Some(certificate.clone()), settings };
    let server = Redis::with(options).await.unwrap();
    let memory = server.command(&["CONFIG", "GET", "maxmemory"]).await.unwrap();
    assert_eq!(memory[1].as_deref(), Some("52428800"));
    let open = format!("redis://{}", server.address());
    assert!(redis_command(&open, &["PING"]).await.unwrap_err().to_string().contains("NOAUTH"));
    redis_command(&server.url(), &["PING"]).await.unwrap();

    let url = server.tls_url().unwrap();
    let (credential, address) = url.strip_prefix("rediss://:").unwrap().split_once('@').unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let mut stream = trusting(&certificate).connect(localhost(), stream).await.unwrap();
    stream.write_all(format!("AUTH {credential}\r\nPING\r\n").as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"+OK\r\n+PONG\r\n");
}

#[tokio::test]
async fn the_nodes_of_a_cluster_share_the_keys() {
    let mut cluster = RedisCluster::start(RedisOptions { password: true, ..RedisOptions::default() }).await.unwrap();
    let mut kept = Vec::new();
    for url in cluster.urls() {
        // slots 5061, 12182 and 866, one on each node
        for key in ["bar", "foo", "hello"] {
            kept.push((url.clone(), key, redis_command(&url, &["SET", key, "x"]).await));
        }
    }
    assert_eq!(kept.iter().filter(|(_, _, kept)| kept.is_ok()).count(), 3, "{kept:?}");
    assert!(
        kept.iter().filter_map(|(_, _, kept)| kept.as_ref().err()).all(|error| error.to_string().contains("MOVED"))
    );

    let node = &mut cluster.nodes()[1];
    node.kill();
    node.restart().await.unwrap();
}
