//! A database whose password IAM makes. The server here speaks only as much of PostgreSQL's protocol as it takes to be told
//! one: <https://www.postgresql.org/docs/current/protocol-flow.html>.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::gateway::{PATIENCE, Place, refusal};

/// `AuthenticationCleartextPassword`, as RDS asks for a token.
const PASSWORD_PLEASE: [u8; 9] = [b'R', 0, 0, 0, 8, 0, 0, 0, 3];

async fn message(stream: &mut TcpStream) -> String {
    let length = stream.read_u32().await.unwrap();
    let mut body = vec![0; usize::try_from(length).unwrap() - 4];
    stream.read_exact(&mut body).await.unwrap();
    String::from_utf8_lossy(&body).into_owned()
}

/// What a client gives as its user and its password.
async fn told(listener: TcpListener) -> (String, String) {
    let mut stream = listener.accept().await.unwrap().0;
    let startup = message(&mut stream).await;
    stream.write_all(&PASSWORD_PLEASE).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'p');
    (startup, message(&mut stream).await)
}

#[tokio::test]
async fn iam_makes_the_password_of_the_database() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let place = Place::new()
        .variable("DATABASE_URL", Some(&format!("postgres://gateway@127.0.0.1:{port}/main?sslmode=disable")))
        .variable("IAM_TOKEN_DB_AUTH", Some("True"))
        .variable("AWS_REGION", Some("eu-west-1"))
        .variable("AWS_ACCESS_KEY_ID", Some("AKID"))
        .variable("AWS_SECRET_ACCESS_KEY", Some("secret"));
    let (said, told) = tokio::join!(refusal(place.serve()), timeout(PATIENCE, told(listener)));
    let (startup, password) = told.unwrap_or_else(|_| panic!("{said}"));
    assert!(startup.contains("user\0gateway\0") && startup.contains("database\0main\0"), "{startup:?}");
    assert!(password.starts_with(&format!("127.0.0.1:{port}/?Action=connect&DBUser=gateway&")), "{password}");
    for part in ["X-Amz-Expires=900", "%2Feu-west-1%2Frds-db%2Faws4_request", "X-Amz-Signature="] {
        assert!(password.contains(part), "{part}: {password}");
    }
    assert!(said.contains("the database cannot be opened") && !said.contains("X-Amz"), "{said}");
}

#[tokio::test]
async fn a_file_has_no_password() {
    let said = refusal(Place::new().variable("IAM_TOKEN_DB_AUTH", Some("true")).serve()).await;
    assert!(said.contains("IAM_TOKEN_DB_AUTH is for PostgreSQL"), "{said}");
}
