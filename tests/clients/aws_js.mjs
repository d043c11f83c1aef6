// @aws-sdk/client-bedrock-runtime. NOTE: this client speaks HTTP/2 by default; with an http:// endpoint that is h2c with prior knowledge.
// env: BASE_URL API_KEY MODEL [HTTP1=1 to use NodeHttpHandler]. CASES=a,b runs these cases only; SKIP_CHECKS=x|y does not judge these checks.
// Both SigV4 (access key id = API_KEY) and bearer are tried.
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand, CountTokensCommand } from '@aws-sdk/client-bedrock-runtime';
const env = process.env, endpoint = (env.BASE_URL ?? 'http://127.0.0.1:4010').replace(/\/$/, '') + (env.BEDROCK_PATH ?? ''), MODEL = env.MODEL ?? 'mock-model', KEY = env.API_KEY ?? 'sk-test', BM = env.BEDROCK_MODEL ?? 'anthropic.claude-sonnet-4-5-20250929-v1:0';
delete env.AWS_BEARER_TOKEN_BEDROCK; let n = 0, bad = [], ran = new Set();
const words = (text, by) => (text ?? '').split(by).filter(Boolean), CASES = words(env.CASES, ','), SKIP_CHECKS = words(env.SKIP_CHECKS, '|');
const check = (name, ok, info) => { if (SKIP_CHECKS.includes(name)) return console.log(`skip ${name}`); n++; if (!ok) bad.push(name); console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${ok ? '' : '  <- ' + JSON.stringify(info)?.slice(0, 300)}`); };
const guard = async (name, f) => { const id = name.replace(/^\S+ /, ''); if (CASES.length && !CASES.includes(id)) return; ran.add(id); try { await f(); } catch (e) { check(name, false, `${e.name}: ${e.message}`); } };
const handler = env.HTTP1 ? new (await import('@smithy/node-http-handler')).NodeHttpHandler() : undefined;
for (const [tag, auth] of [['sigv4', { credentials: { accessKeyId: KEY, secretAccessKey: env.AWS_SECRET ?? 'secret' } }], ['bearer', { token: { token: KEY }, authSchemePreference: ['httpBearerAuth'] }]]) {
  const c = new BedrockRuntimeClient({ region: 'us-east-1', endpoint, maxAttempts: 1, ...(handler ? { requestHandler: handler } : {}), ...auth });
  const U = text => [{ role: 'user', content: [{ text }] }];
  await guard(tag + ' converse', async () => { const r = await c.send(new ConverseCommand({ modelId: MODEL, messages: U('[[say:hi]]') })); check(tag + ' converse', r.output.message.content[0].text === 'hi' && r.stopReason === 'end_turn', r.output); });
  await guard(tag + ' converse arn', async () => { const r = await c.send(new ConverseCommand({ modelId: env.ARN ?? 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123', messages: U('[[say:hi]]') })); check(tag + ' arn modelId', r.output.message.content[0].text === 'hi'); });
  await guard(tag + ' converseStream', async () => {
    const r = await c.send(new ConverseStreamCommand({ modelId: MODEL, messages: U('[[tool:f:{"a":1}]]'), toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }] } }));
    let input = '', stop, usage; for await (const e of r.stream) { input += e.contentBlockDelta?.delta?.toolUse?.input ?? ''; stop ??= e.messageStop?.stopReason; usage ??= e.metadata?.usage; }
    check(tag + ' stream tool input', JSON.parse(input).a === 1 && stop === 'tool_use' && usage.totalTokens > 0, { input, stop, usage });
  });
  await guard(tag + ' stream text', async () => { const r = await c.send(new ConverseStreamCommand({ modelId: MODEL, messages: U('[[long:500]]') })); let t = '', k = 0; for await (const e of r.stream) if (e.contentBlockDelta) { t += e.contentBlockDelta.delta.text; k++; } check(tag + ' long stream', t.endsWith('w500') && k > 10, k); });
  await guard(tag + ' invoke', async () => { const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: [{ role: 'user', content: '[[say:inv]]' }] });
    const r = await c.send(new InvokeModelCommand({ modelId: BM, body, contentType: 'application/json' })); check(tag + ' invoke', JSON.parse(new TextDecoder().decode(r.body)).content[0].text === 'inv');
    const s = await c.send(new InvokeModelWithResponseStreamCommand({ modelId: BM, body, contentType: 'application/json' })); let t = ''; for await (const e of s.body) { const x = JSON.parse(new TextDecoder().decode(e.chunk.bytes)); t += x.delta?.text ?? ''; } check(tag + ' invoke stream', t === 'inv', t); });
  await guard(tag + ' count', async () => { const r = await c.send(new CountTokensCommand({ modelId: MODEL, input: { converse: { messages: U('hello') } } })); check(tag + ' countTokens', r.inputTokens > 0); });
  await guard(tag + ' errors', async () => { for (const [st, name] of [[400, 'ValidationException'], [403, 'AccessDeniedException'], [404, 'ResourceNotFoundException'], [429, 'ThrottlingException'], [500, 'InternalServerException']]) { let e; try { await c.send(new ConverseCommand({ modelId: MODEL, messages: U(`[[error:${st}]]`) })); } catch (x) { e = x; } check(`${tag} ${st} -> ${name}`, e?.name === name && e?.$metadata?.httpStatusCode === st, e?.name); } });
  await guard(tag + ' mid', async () => { let e; try { const r = await c.send(new ConverseStreamCommand({ modelId: MODEL, messages: U('[[midstream]] aaaaaaaaaaaaaaaa') })); for await (const _ of r.stream); } catch (x) { e = x; } check(tag + ' mid-stream exception', e?.name === 'ThrottlingException' || /throttl/i.test(e?.name ?? e?.message ?? ''), String(e)); });
  c.destroy();
}
for (const name of CASES) if (!ran.has(name)) bad.push(`no such case: ${name}`);
if (!n) bad.push('nothing ran');
console.log(`${n} checks, ${bad.length} failed${bad.length ? ': ' + bad.join(', ') : ''}`); process.exit(bad.length ? 1 : 0);
