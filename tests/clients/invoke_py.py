"""InvokeModel and its stream against BASE_URL: boto3 with bodies for Claude and for other models, and Anthropic's SDK for Bedrock.
pip install boto3 anthropic   |  env: BASE_URL API_KEY MODEL [BEDROCK_PATH=/bedrock]; boto3 signs with access key = API_KEY"""
import json, os
from _t import *
import anthropic, boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)
keys = dict(aws_access_key_id=KEY, aws_secret_access_key=os.environ.get("AWS_SECRET", "secret"))
c = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=BEDROCK, config=Config(retries={"total_max_attempts": 1}), **keys)
sdk = anthropic.AnthropicBedrock(aws_access_key=KEY, aws_secret_key="secret", aws_region="us-east-1", base_url=BEDROCK, max_retries=0)
WEATHER = {"name": "get_weather", "description": "The weather in a city.", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}

def body(text, **fields): return json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 4000, "messages": [{"role": "user", "content": text}], **fields})

def invoke(text, **fields): return c.invoke_model(modelId=MODEL, body=body(text, **fields))

def stream(text, **fields): return [json.loads(e["chunk"]["bytes"]) for e in c.invoke_model_with_response_stream(modelId=MODEL, body=body(text, **fields))["body"]]

def told(events): return "".join(e["delta"].get("text", "") for e in events if e["type"] == "content_block_delta")

@case
def text():
    r = invoke("[[say:hello there]]", system="be brief", temperature=0.5); answer = json.loads(r["body"].read())
    check("text", answer["content"] == [{"type": "text", "text": "hello there"}], answer); check("stop reason", answer["stop_reason"] == "end_turn", answer)
    check("usage", answer["usage"]["input_tokens"] > 0 and answer["usage"]["output_tokens"] > 0, answer)
    check("content type", r["contentType"] == "application/json", r["contentType"])
    counted = r["ResponseMetadata"]["HTTPHeaders"]; check("tokens in headers", int(counted["x-amzn-bedrock-input-token-count"]) > 0 and int(counted["x-amzn-bedrock-output-token-count"]) > 0, counted)

@case
def text_in_a_stream():
    r = c.invoke_model_with_response_stream(modelId=MODEL, body=body("[[unicode]]"), accept="application/json"); check("content type of chunks", r["contentType"] == "application/json", r["contentType"])
    got = [json.loads(e["chunk"]["bytes"]) for e in r["body"]]; kinds = [e["type"] for e in got]
    check("text", told(got).endswith("\U0001F980"), got); check("order", kinds[0] == "message_start" and kinds[-1] == "message_stop", kinds)
    metrics = got[-1]["amazon-bedrock-invocationMetrics"]; check("metrics", metrics["inputTokenCount"] > 0 and metrics["outputTokenCount"] > 0, metrics)

@case
def tool_round_trip():
    asked = '[[tool:get_weather:{"city":"Rome"}]]'; r = json.loads(invoke(asked, tools=[WEATHER])["body"].read()); call = r["content"][-1]
    check("call", (call["type"], call["name"], call["input"]) == ("tool_use", "get_weather", {"city": "Rome"}) and r["stop_reason"] == "tool_use", r)
    back = [{"role": "user", "content": asked}, {"role": "assistant", "content": r["content"]}, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call["id"], "content": "sun"}]}]
    check("result", json.loads(invoke("", messages=back, tools=[WEATHER])["body"].read())["content"][0]["text"] == "TOOL_RESULT: sun")

@case
def count_tokens():
    check("of a body for Claude", c.count_tokens(modelId=MODEL, input={"invokeModel": {"body": body("how long is a piece of string?")}})["inputTokens"] > 0)

@case
def other_bodies():
    asked = lambda: c.invoke_model(modelId=MODEL, body=json.dumps({"inputText": "hi", "textGenerationConfig": {"maxTokenCount": 5}}))
    if MODEL == "via-bedrock": check("passed through", json.loads(asked()["body"].read()))
    else:
        e = raises("refused elsewhere", c.exceptions.ValidationException, asked); check("by its name", e and "anthropic_version" in str(e), e)

@case
def a_claude_at_bedrock():
    claude = "anthropic.claude-sonnet-4-5-20250929-v1:0"; asked = body("[[say:inv]]")
    check("as it came", json.loads(c.invoke_model(modelId=claude, body=asked)["body"].read())["content"][0]["text"] == "inv")
    got = [json.loads(e["chunk"]["bytes"]) for e in c.invoke_model_with_response_stream(modelId=claude, body=asked)["body"]]
    check("its stream as it came", told(got) == "inv" and "amazon-bedrock-invocationMetrics" in got[-1], got)

@case
def error_answers():
    for status, name in ((400, "ValidationException"), (403, "AccessDeniedException"), (404, "ResourceNotFoundException"), (429, "ThrottlingException"), (500, "InternalServerException"), (503, "ServiceUnavailableException")):
        for how, ask in (("whole", invoke), ("streamed", stream)):
            e = raises("%s %d" % (how, status), getattr(c.exceptions, name), lambda: ask("[[error:%d]]" % status))
            if e: check("%s %d has a message" % (how, status), e.response["Error"]["Message"], e.response)

@case
def broken_streams():
    raises("an error in the middle", EventStreamError, lambda: stream("[[midstream]] aaaaaaaaaaaaaaaa"))
    raises("a cut", Exception, lambda: stream("[[cut]] aaaaaaaaaaaaaaaa"))

@case
def anthropic_bedrock():
    r = sdk.messages.create(model=MODEL, max_tokens=50, messages=[{"role": "user", "content": "[[say:hello there]]"}]); check("SDK's text", r.content[0].text == "hello there", r)
    with sdk.messages.stream(model=MODEL, max_tokens=4000, messages=[{"role": "user", "content": "[[unicode]]"}]) as s: got = s.get_final_message()
    check("SDK's stream", got.content[0].text.endswith("\U0001F980") and got.stop_reason == "end_turn", got)
    thought = sdk.messages.create(model=MODEL, max_tokens=4096, thinking={"type": "enabled", "budget_tokens": 1024}, messages=[{"role": "user", "content": "[[think]] hm"}])
    check("SDK's thinking", thought.content[0].type == "thinking" and "mock thinking" in thought.content[0].thinking, thought)
    raises("SDK's error", anthropic.RateLimitError, lambda: sdk.messages.create(model=MODEL, max_tokens=5, messages=[{"role": "user", "content": "[[error:429]]"}]))
done()
