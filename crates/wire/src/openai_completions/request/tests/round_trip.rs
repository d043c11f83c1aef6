//! Whatever a client of this API can say comes back as it was; whatever comes in, nothing panics.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::chat::Sampling;
use crate::chat::strategies::{number, prose, word};

fn sampling() -> impl Strategy<Value = Sampling> {
    (option::of(number()), option::of(number()), option::of(number()), option::of(number()), option::of(any::<u64>()))
        .prop_map(|(temperature, top_p, presence_penalty, seed, n)| Sampling {
            temperature,
            top_p,
            top_k: None,
            frequency_penalty: presence_penalty.clone(),
            presence_penalty,
            seed,
            n,
        })
}

fn request() -> impl Strategy<Value = Request> {
    let rest = (vec(prose(), 0..3), option::of(0_u64..9), option::of(word()), any::<bool>());
    (prose(), option::of(any::<u64>()), sampling(), rest).prop_map(
        |(prompt, max_output_tokens, sampling, (stop, logprobs, user, stream))| Request {
            model: "base".into(),
            messages: vec![says(Role::User, &prompt)],
            max_output_tokens,
            sampling,
            stop,
            logprobs,
            user,
            stream,
            include_usage: stream,
            ..Request::default()
        },
    )
}

/// Turns of which each begins with a letter, so that labels are told from what is said.
fn turns() -> impl Strategy<Value = Vec<Message>> {
    let role = prop_oneof![Just(Role::System), Just(Role::Developer), Just(Role::User), Just(Role::Assistant)];
    let turn = (role, vec("[a-z]{1,9}", 0..3));
    vec(turn.prop_map(|(role, texts)| Message::new(role, texts.into_iter().map(Part::text).collect())), 0..6)
}

proptest! {
    #[test]
    fn a_written_request_reads_the_same(request in request()) {
        let (body, dropped) = written(&request).unwrap();
        prop_assert_eq!(&dropped, &Vec::<String>::new());
        prop_assert_eq!(read(&body).unwrap(), request);
    }

    #[test]
    fn a_transcript_has_all_that_was_said_in_order(messages in turns()) {
        let (body, dropped) = written(&Request { messages: messages.clone(), ..Request::default() }).unwrap();
        prop_assert_eq!(&dropped, &Vec::<String>::new());
        let prompt = read(&body).unwrap().messages.remove(0).parts.remove(0);
        let Part::Text { text, .. } = prompt else { panic!("no text") };
        let mut rest = text.as_str();
        for part in messages.iter().flat_map(|message| &message.parts) {
            let Part::Text { text, .. } = part else { panic!("no text") };
            let (_, behind) = rest.split_once(text.as_str()).unwrap();
            rest = behind;
        }
        let says = |message: &&Message| !message.parts.is_empty();
        let last = messages.iter().rev().find(says).map(|message| message.role);
        let alone = messages.iter().filter(says).count() == 1 && last == Some(Role::User);
        prop_assert_eq!(text.ends_with("Assistant:"), !alone && last.is_some_and(|role| role != Role::Assistant));
    }

    #[test]
    fn mutated_requests_do_not_panic(request in request(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut body = write(&request, &TARGET).unwrap().body;
        let at = at.index(body.len());
        if cut { body.truncate(at) } else { body[at] = byte }
        let body = String::from_utf8_lossy(&body);
        drop(read(&body));
        drop(crate::openai_completions::reply::read(&body));
    }
}
