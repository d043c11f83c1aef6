//! Requests of clients: what is read is written for every provider, and what is written its own dialect reads again.

use wire::Dialect;
use wire::chat::Request;
use wire::dialect::{CeilingField, Counted, Target};
use wire::stand_in::StandIns;

/// `<dialect><body>`.
pub fn request(input: &[u8]) {
    let Some((from, body)) = super::dialect(input) else { return };
    let Ok(body) = std::str::from_utf8(body) else { return };
    from.echo(body);
    drop(from.read_counted(body));
    if let Ok((Counted::At(span), _)) = from.counted(body.as_bytes()) {
        assert!(body.get(span.clone()).is_some(), "{span:?}");
    }
    embeddings(from, body);
    let Ok(request) = from.read_request(body) else { return };
    for to in Dialect::ALL.into_iter().filter(|to| super::is_read(*to)) {
        write(&request, to, false);
        write(&request, to, true);
    }
}

/// `generous`: the provider takes more than others, and the administrator has conversations repaired.
fn write(request: &Request, to: Dialect, generous: bool) {
    let mut request = request.clone();
    let target = Target { model: "m", ceiling: CeilingField::default(), extras: generous };
    if generous {
        request.repair(to);
    }
    // the gateway puts one where the dialect must have it, and refuses one of 0
    request.max_output_tokens = Some(request.max_output_tokens.unwrap_or(64).max(1));
    StandIns::put(&mut request, to, &target);
    let Ok(written) = to.write_request(&request, &target) else { return };
    let text = super::json(&written.body, "a written request");
    // the gateway sends none of which nothing is left
    if let Err(error) = to.read_request(text)
        && error.path != to.messages_field()
    {
        panic!("{to:?} does not read what it wrote ({error}): {text}");
    }
    if let Ok(question) = to.countable(text) {
        super::json(to.count_question("m", &question).as_bytes(), "a question for tokens");
    }
}

fn embeddings(from: Dialect, body: &str) {
    for span in from.models_in_embedding(body) {
        assert!(body.get(span.clone()).is_some(), "{span:?}");
    }
    let Ok(request) = from.read_embedding_request(body) else { return };
    for to in Dialect::ALL.into_iter().filter(|to| to.embeds()) {
        let Ok(written) = to.write_embedding_request(&request, "m") else { continue };
        let text = super::json(&written.body, "a written request for vectors");
        match to.read_embedding_request(text) {
            Ok(back) => assert_eq!(back.inputs, request.inputs, "{to:?}: {text}"),
            Err(error) => panic!("{to:?} does not read what it wrote ({error}): {text}"),
        }
    }
}
