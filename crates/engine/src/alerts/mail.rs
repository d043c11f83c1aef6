//! Events as e-mail, over SMTP.

use lettre::Message;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::post::WHOLE;
use super::settings::{Address, Mail, Security};

/// Why nobody was written to.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMailed {
    #[error("the e-mail cannot be written")]
    Unwritable(#[from] lettre::error::Error),
    #[error("the mail server did not take the e-mail")]
    Refused(#[from] lettre::transport::smtp::Error),
    #[error("the mail server did not take the e-mail within ten seconds")]
    Late,
}

/// What is written to one address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter<'a> {
    pub(super) to: &'a Address,
    /// By which receivers know it again.
    pub(super) id: &'a str,
    pub(super) message: &'a str,
}

impl Mail {
    pub(super) async fn send(&self, letter: Letter<'_>) -> Result<(), NotMailed> {
        let written = self.write(letter)?;
        timeout(WHOLE, self.hand_over(&written)).await.map_err(|_late| NotMailed::Late)?
    }

    fn write(&self, letter: Letter<'_>) -> Result<Message, NotMailed> {
        let message = Message::builder()
            .from(self.sender.mailbox())
            .to(letter.to.mailbox())
            .subject(subject(letter.message))
            .message_id(Some(format!("<{}@{}>", letter.id, self.sender.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(format!("{}\n\nAlert {}, by Turnpike.\n", letter.message, letter.id))?;
        Ok(message)
    }

    /// A connection by hand: once the server has taken the e-mail, no failure of its farewell sends it again.
    async fn hand_over(&self, message: &Message) -> Result<(), NotMailed> {
        let server = (self.host.as_str(), self.port);
        let hello = ClientId::Domain(self.sender.domain().to_owned());
        let tls = || TlsParameters::new(self.host.clone());
        let at_once = if self.security == Security::Tls { Some(tls()?) } else { None };
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, Some(WHOLE), &hello, at_once, None).await?;
        if self.security == Security::StartTls {
            connection.starttls(tls()?, &hello).await?;
        }
        if let Some((user, password)) = &self.login {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        connection.send(message.envelope(), &message.formatted()).await?;
        connection.quit().await.ok();
        Ok(())
    }
}

/// Up to where the figures begin.
fn subject(message: &str) -> String {
    let subject = message.split_once(" has spent ").map_or(message, |(subject, _)| subject);
    format!("Turnpike: {subject}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_gets_into_the_headers_but_as_text() {
        let mail = Mail {
            host: "mail.test".to_owned(),
            port: 587,
            security: Security::StartTls,
            login: None,
            sender: Address::parse("Gateway <gateway@ours.test>").unwrap(),
            operators: Vec::new(),
        };
        let to = Address::parse("ops@ours.test").unwrap();
        let message = "Budget crossed: the key \"ä\r\nBcc: x@y.z\r\n\r\n.\r\n\" has spent $1 of $1.";
        let written = mail.write(Letter { to: &to, id: "a1", message }).unwrap();
        let text = String::from_utf8(written.formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(head.contains("Message-ID: <a1@ours.test>") && head.contains("Subject: "), "{head}");
        assert_eq!(written.envelope().to().len(), 1);
    }
}
