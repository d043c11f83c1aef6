"""cohere against BASE_URL: chat and its stream in both versions of the API, tools, documents, JSON, errors.
pip install cohere   |  env: BASE_URL API_KEY MODEL"""
import json
from _t import *
import cohere
from cohere.core.api_error import ApiError

c = cohere.ClientV2(api_key=KEY, base_url=BASE, timeout=60, log_warning_experimental_features=False)
old = cohere.Client(api_key=KEY, base_url=BASE, timeout=60, log_warning_experimental_features=False)
WEATHER = {"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
OLD_WEATHER = {"name": "get_weather", "description": "The weather in a city.", "parameter_definitions": {"city": {"type": "str", "required": True}}}

def user(text): return {"role": "user", "content": text}

def tool(name, **arguments): return "[[tool:%s:%s]]" % (name, json.dumps(arguments))

def ask(text, **fields): return c.chat(model=MODEL, messages=[user(text)], **fields)

def said(r): return "".join(part.text for part in r.message.content or [] if part.type == "text")

def stream(text, **fields): return list(c.chat_stream(model=MODEL, messages=[user(text)], **fields))

def told(events): return "".join(e.delta.message.content.text or "" for e in events if e.type == "content-delta" and e.delta.message.content.text)

def refused(call):
    """The exception of a status that `call` fails with, without the SDK's own retries."""
    try: call({"max_retries": 0})
    except ApiError as e: return e
    return None

@case
def text():
    r = c.chat(model=MODEL, messages=[{"role": "system", "content": "be brief"}, user("hi"), {"role": "assistant", "content": "hello"}, user("[[say:hello there]]")], temperature=0.5, max_tokens=50, stop_sequences=["###"])
    check("text", said(r) == "hello there", r); check("finish reason", r.finish_reason == "COMPLETE", r); check("id", r.id, r)
    u = r.usage; check("usage", u.tokens.input_tokens > 0 and u.tokens.output_tokens > 0, u)

@case
def text_in_a_stream():
    got = stream("[[unicode]]"); kinds = [e.type for e in got]
    check("text", told(got).endswith("\U0001F980"), got)
    check("order", kinds[0] == "message-start" and kinds[-1] == "message-end" and kinds.count("content-start") == kinds.count("content-end") == 1, kinds)
    check("incremental", kinds.count("content-delta") > 1, kinds)
    end = got[-1].delta; check("ending", end.finish_reason == "COMPLETE" and end.usage.tokens.output_tokens > 0, end)

@case
def tool_round_trip():
    asked = user(tool("get_weather", city="Rome"))
    r = c.chat(model=MODEL, messages=[asked], tools=[WEATHER]); call = r.message.tool_calls[0]
    check("call", (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Rome"}) and call.id, r)
    check("finish reason", r.finish_reason == "TOOL_CALL", r)
    back = [asked, r.message, {"role": "tool", "tool_call_id": call.id, "content": "sun"}]
    check("result", said(c.chat(model=MODEL, messages=back, tools=[WEATHER])) == "TOOL_RESULT: sun")

@case
def parallel_tools_in_a_stream():
    asked = tool("get_weather", city="A") + " " + tool("get_weather", city="B")
    got = stream(asked, tools=[WEATHER]); calls = []
    for e in got:
        if e.type == "tool-call-start": calls.append([e.delta.message.tool_calls.id, e.delta.message.tool_calls.function.name, ""])
        if e.type == "tool-call-delta": calls[-1][2] += e.delta.message.tool_calls.function.arguments
    check("calls", [(name, json.loads(arguments)) for _, name, arguments in calls] == [("get_weather", {"city": "A"}), ("get_weather", {"city": "B"})], got)
    check("ending", got[-1].delta.finish_reason == "TOOL_CALL", got[-1])
    turn = {"role": "assistant", "tool_calls": [{"id": i, "type": "function", "function": {"name": n, "arguments": a}} for i, n, a in calls]}
    results = [{"role": "tool", "tool_call_id": i, "content": [{"type": "document", "document": {"data": json.loads(a)["city"]}}]} for i, _, a in calls]
    r = c.chat(model=MODEL, messages=[user(asked), turn, *results], tools=[WEATHER]); check("results", said(r) == "TOOL_RESULT: A | B", r)

@case
def forced_tool():
    r = c.chat(model=MODEL, messages=[user("anything")], tools=[WEATHER], tool_choice="REQUIRED")
    check("forced", r.message.tool_calls and r.message.tool_calls[0].function.name == "get_weather", r)

@case
def thinking_handed_back():
    asked = user("[[think]] " + tool("get_weather", city="Bern")); how = dict(tools=[WEATHER], thinking={"type": "enabled", "token_budget": 2048}, max_tokens=4096)
    r = c.chat(model=MODEL, messages=[asked], **how); thought = [part for part in r.message.content or [] if part.type == "thinking"]
    check("thought", thought and "mock thinking" in thought[0].thinking, r)
    back = [asked, r.message, {"role": "tool", "tool_call_id": r.message.tool_calls[0].id, "content": "fog"}]
    check("answer behind it", said(c.chat(model=MODEL, messages=back, **how)) == "TOOL_RESULT: fog")

@case
def documents():
    r = ask("[[say:ok]]", documents=[{"id": "d1", "data": {"title": "Tall penguins", "text": "Emperors are the tallest."}}, "plain words"])
    check("answered", said(r) == "ok", r)

@case
def an_image():
    pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    r = c.chat(model=MODEL, messages=[user([{"type": "text", "text": "[[say:seen]]"}, {"type": "image_url", "image_url": {"url": pixel}}])])
    check("image", said(r) == "seen", r)

@case
def structured():
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False}
    r = ask("a city", response_format={"type": "json_object", "json_schema": schema}); check("JSON", isinstance(json.loads(said(r))["name"], str), r)

@case
def error_answers():
    for status in (400, 401, 403, 404, 429, 500, 503):
        for name, call in (("whole", lambda o: ask("[[error:%d]]" % status, request_options=o)), ("streamed", lambda o: stream("[[error:%d]]" % status, request_options=o)),
                           ("old", lambda o: old.chat(model=MODEL, message="[[error:%d]]" % status, request_options=o))):
            e = refused(call)
            # what a provider says of the gateway's own credential is not the client's fault
            check("%s %d" % (name, status), e and (e.status_code == status or status in (401, 403)) and e.body["message"], e)
    e = refused(lambda o: c.chat(model="nobody-has-this", messages=[user("x")], request_options=o)); check("unknown model is refused", e and e.status_code in (403, 404), e)
    wrong = cohere.ClientV2(api_key="sk-wrong", base_url=BASE)
    e = refused(lambda o: wrong.chat(model=MODEL, messages=[user("x")], request_options=o)); check("wrong key", e and e.status_code == 401, e)

@case
def broken_streams():
    for name, marker in (("an error in the middle", "[[midstream]]"), ("a cut", "[[cut]]")):
        got = stream(marker + " aaaaaaaaaaaaaaaaaaaaaaaa")
        check(name, got[-1].type == "message-end" and got[-1].delta.finish_reason == "ERROR" and got[-1].delta.error, got[-1])

@case
def long_stream():
    check("3000 words", len(told(stream("[[long:3000]]")).split()) == 3000)

@case
def first_version():
    r = old.chat(model=MODEL, message="[[say:hello there]]", preamble="be brief", chat_history=[{"role": "USER", "message": "hi"}, {"role": "CHATBOT", "message": "hello"}], temperature=0.5, max_tokens=50)
    check("old text", r.text == "hello there" and r.finish_reason == "COMPLETE" and r.generation_id, r)
    check("old history", [turn.role for turn in r.chat_history] == ["USER", "CHATBOT", "USER", "CHATBOT"], r.chat_history)
    check("old usage", r.meta.tokens.input_tokens > 0 and r.meta.tokens.output_tokens > 0, r.meta)
    got = list(old.chat_stream(model=MODEL, message="[[unicode]]")); kinds = [e.event_type for e in got]
    check("old stream", kinds[0] == "stream-start" and kinds[-1] == "stream-end" and kinds.count("text-generation") > 1, kinds)
    check("old stream's text", "".join(e.text for e in got if e.event_type == "text-generation") == got[-1].response.text, got[-1])

@case
def first_version_tools():
    asked = tool("get_weather", city="Rome")
    r = old.chat(model=MODEL, message=asked, tools=[OLD_WEATHER]); call = r.tool_calls[0]
    check("old call", (call.name, call.parameters) == ("get_weather", {"city": "Rome"}), r)
    back = old.chat(model=MODEL, message="", chat_history=r.chat_history, tools=[OLD_WEATHER], tool_results=[{"call": call, "outputs": [{"weather": "sun"}]}])
    check("old result", back.text.startswith("TOOL_RESULT: ") and "sun" in back.text, back)
done()
