//! Paths, and bodies without what stands there.

use super::*;

fn paths(written: &[&str]) -> Vec<FieldPath> {
    written.iter().map(|path| FieldPath::parse(path).unwrap()).collect()
}

#[test]
fn a_path_is_names_and_places_in_lists() {
    let name = |name: &str| Step::Name(name.to_owned());
    for (written, steps) in [
        ("top_k", vec![name("top_k")]),
        ("reasoning.summary", vec![name("reasoning"), name("summary")]),
        ("tools[*].strict", vec![name("tools"), Step::Items, name("strict")]),
        ("tools[12].function.strict", vec![name("tools"), Step::Item(12), name("function"), name("strict")]),
        ("a[*][0].b", vec![name("a"), Step::Items, Step::Item(0), name("b")]),
        ("messages[*].name", vec![name("messages"), Step::Items, name("name")]),
        ("stream.x", vec![name("stream"), name("x")]),
    ] {
        assert_eq!(FieldPath::parse(written).unwrap().steps, steps, "{written}");
    }
    for written in ["", ".", "a.", ".a", "a..b", "a[", "a]", "a[x].b", "a[*.b", "a[-1].b", "a b", "*", "[0].a", "a[0]b"]
    {
        assert_eq!(FieldPath::parse(written).unwrap_err(), FieldPathError::Spelling, "{written}");
    }
    for written in ["tools[*]", "tools[0]", "a.b[*]"] {
        assert_eq!(FieldPath::parse(written).unwrap_err(), FieldPathError::Item, "{written}");
    }
    for written in [
        "model",
        "messages",
        "input",
        "stream",
        "inferenceConfig",
        "max_tokens",
        "max_completion_tokens",
        "max_output_tokens",
        "inferenceConfig.maxTokens",
        "additionalModelRequestFields.max_tokens",
    ] {
        assert_eq!(FieldPath::parse(written).unwrap_err(), FieldPathError::Needed, "{written}");
    }
}

#[test]
fn what_is_cut_is_gone_with_its_comma_and_nothing_else() {
    for (body, written, expected, found) in [
        (r#"{"a":1,"b":2,"c":3}"#, &["a"][..], r#"{"b":2,"c":3}"#, &["a"][..]),
        (r#"{"a":1,"b":2,"c":3}"#, &["b"], r#"{"a":1,"c":3}"#, &["b"]),
        (r#"{"a":1,"b":2,"c":3}"#, &["c"], r#"{"a":1,"b":2}"#, &["c"]),
        (r#"{"a":1,"b":2,"c":3}"#, &["b", "c"], r#"{"a":1}"#, &["b", "c"]),
        (r#"{"a":1,"b":2,"c":3}"#, &["c", "a"], r#"{"b":2}"#, &["c", "a"]),
        (r#"{"a":1,"b":2,"c":3}"#, &["a", "b", "c"], "{}", &["a", "b", "c"]),
        (r#"{ "a" : 1 , "b" : [ 1 , {"c":"}"} ] }"#, &["a"], r#"{ "b" : [ 1 , {"c":"}"} ] }"#, &["a"]),
        (r#"{ "a" : 1.50 , "b" : "x\"," }"#, &["b"], r#"{ "a" : 1.50 }"#, &["b"]),
        (r#"{"r":{"s":"auto","e":"low"}}"#, &["r.s"], r#"{"r":{"e":"low"}}"#, &["r.s"]),
        (r#"{"r":{"s":{"t":[1]}}}"#, &["r.s", "x"], r#"{"r":{}}"#, &["r.s"]),
        (
            r#"{"t":[{"n":"a","s":true},{"s":false},{"n":"b"}]}"#,
            &["t[*].s"],
            r#"{"t":[{"n":"a"},{},{"n":"b"}]}"#,
            &["t[*].s"],
        ),
        (r#"{"t":[{"s":1},{"s":2}]}"#, &["t[1].s"], r#"{"t":[{"s":1},{}]}"#, &["t[1].s"]),
        (r#"{"t":[[{"s":1,"k":0}]],"z":null}"#, &["t[*][*].s", "z"], r#"{"t":[[{"k":0}]]}"#, &["t[*][*].s", "z"]),
        (r#"{"\u0061":1,"b":2}"#, &["a"], r#"{"b":2}"#, &["a"]),
        (r#"{"a":1,"a":2,"b":3}"#, &["a"], r#"{"b":3}"#, &["a"]),
        (r#"{"a":{"x":1},"b":{"x":2}}"#, &["a", "a.x", "b.x"], r#"{"b":{}}"#, &["a", "b.x"]),
    ] {
        let (cut, named) = cut(&Bytes::copy_from_slice(body.as_bytes()), &paths(written)).unwrap();
        assert_eq!(
            (std::str::from_utf8(&cut).unwrap(), named.iter().map(String::as_str).collect::<Vec<_>>()),
            (expected, found.to_vec()),
            "{body}"
        );
    }
}

#[test]
fn what_is_not_there_is_not_cut() {
    for body in [
        r#"{"b":{"a":1},"c":["a",{"a":1}],"d":"a","e":[]}"#,
        r#"{"c":{"a":{"x":1}},"e":{}}"#,
        "{}",
        " [1] ",
        "7",
        "",
        r#"{"x"#,
        r#"{"x":[{"#,
    ] {
        assert_eq!(cut(&Bytes::copy_from_slice(body.as_bytes()), &paths(&["a", "e[*].a", "d.a"])), None, "{body}");
    }
    assert_eq!(cut(&Bytes::from_static(b"{}"), &[]), None);
}
