// openai-node: chat, streaming, tools, structured output, responses, embeddings, errors. npm i openai. env: BASE_URL API_KEY MODEL [EMBED_MODEL]
// CASES=a,b runs these cases only; SKIP_CHECKS=x|y does not judge these checks.
import OpenAI from 'openai';
const env = process.env, MODEL = env.MODEL ?? 'mock-model'; let n = 0, bad = [], ran = [];
const words = (text, by) => (text ?? '').split(by).filter(Boolean), CASES = words(env.CASES, ','), SKIP_CHECKS = words(env.SKIP_CHECKS, '|');
const c = new OpenAI({ baseURL: (env.BASE_URL ?? 'http://127.0.0.1:4010').replace(/\/$/, '') + (env.OPENAI_PATH ?? '/v1'), apiKey: env.API_KEY ?? 'sk-test', maxRetries: 0 });
const check = (name, ok, info) => { if (SKIP_CHECKS.includes(name)) return console.log(`skip ${name}`); n++; if (!ok) bad.push(name); console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${ok ? '' : '  <- ' + JSON.stringify(info)?.slice(0, 300)}`); };
const guard = async (name, f) => { if (CASES.length && !CASES.includes(name)) return; ran.push(name); try { await f(); } catch (e) { check(name, false, `${e.name}: ${e.message}`); } };
const U = content => [{ role: 'user', content }], T = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } };
await guard('chat', async () => { const r = await c.chat.completions.create({ model: MODEL, messages: U('[[say:hi]]') }); check('chat', r.choices[0].message.content === 'hi' && r.usage.total_tokens > 0, r); });
await guard('stream', async () => { let t = '', k = 0, u; for await (const x of await c.chat.completions.create({ model: MODEL, messages: U('[[unicode]]'), stream: true, stream_options: { include_usage: true } })) { t += x.choices[0]?.delta?.content ?? ''; k++; u ??= x.usage; } check('stream', t.endsWith('🦀') && k > 2 && u?.total_tokens > 0, { t, k, u }); });
await guard('tools', async () => { const r = await c.chat.completions.stream({ model: MODEL, messages: U('[[tool:get_weather:{"city":"Oslo"}]]'), tools: [T] }).finalChatCompletion(); check('stream tools', JSON.parse(r.choices[0].message.tool_calls[0].function.arguments).city === 'Oslo' && r.choices[0].finish_reason === 'tool_calls', r.choices[0]); });
await guard('runTools', async () => { const r = c.chat.completions.runTools({ model: MODEL, stream: true, messages: U('[[tool:get_weather:{"city":"Oslo"}]]'), tools: [{ type: 'function', function: { ...T.function, function: async () => '7C', parse: JSON.parse } }] }); check('runTools loop', (await r.finalContent()) === 'TOOL_RESULT: 7C', await r.finalContent()); });
await guard('responses', async () => { const r = await c.responses.create({ model: MODEL, input: '[[say:resp]]' }); check('responses', r.output_text === 'resp', r.output); const s = c.responses.stream({ model: MODEL, input: '[[tool:get_weather:{"city":"Oslo"}]]', tools: [{ type: 'function', name: 'get_weather', parameters: T.function.parameters, strict: false }] }); const ty = []; for await (const e of s) ty.push(e.type); const f = await s.finalResponse(); check('responses stream tool', JSON.parse(f.output.find(o => o.type === 'function_call').arguments).city === 'Oslo' && ty.at(-1) === 'response.completed', ty); });
await guard('responsesTools', async () => {
  const tools = [{ type: 'function', name: 'get_weather', parameters: T.function.parameters, strict: false }], how = { model: MODEL, tools, store: false, reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] };
  const turn = U('[[tool:get_weather:{"city":"A"}]] [[tool:get_weather:{"city":"B"}]]'), numbers = [], s = c.responses.stream({ ...how, input: turn });
  for await (const e of s) numbers.push(e.sequence_number);
  check('responses sequence numbers', numbers.every((x, i) => x === i), numbers);
  const first = await s.finalResponse(), calls = first.output.filter(o => o.type === 'function_call');
  check('responses parallel calls', calls.map(x => JSON.parse(x.arguments).city).join() === 'A,B', first.output);
  check('responses thought before calls', first.output[0].type === 'reasoning' && !!first.output[0].encrypted_content, first.output);
  const answers = calls.map(x => ({ type: 'function_call_output', call_id: x.call_id, output: JSON.parse(x.arguments).city + '=1' }));
  const said = first.output.map(({ parsed_arguments, ...item }) => item); // the SDK's own word, which OpenAI refuses
  const r = await c.responses.create({ ...how, input: [...turn, ...said, ...answers] });
  check('responses output handed back', r.output_text === 'TOOL_RESULT: A=1 | B=1', r.output);
});
await guard('responsesKeptState', async () => { for (const [name, value] of Object.entries({ previous_response_id: 'resp_1', conversation: 'conv_1', background: true })) { let e; try { await c.responses.create({ model: MODEL, input: 'hi', [name]: value }); } catch (x) { e = x; } check(`${name} refused by name`, e instanceof OpenAI.BadRequestError && e.param === name, String(e)); } });
await guard('embeddings', async () => {
  const embed = (input, how) => c.embeddings.create({ model: env.EMBED_MODEL ?? MODEL, input, ...how });
  if (!['via-openai', 'via-gemini'].includes(MODEL)) { let e; try { await embed('a'); } catch (x) { e = x; } check('no embeddings there', e instanceof OpenAI.BadRequestError && e.message.includes('embeddings'), e); return; }
  const r = await embed(['a', 'b']), f = await embed('b', { encoding_format: 'float', dimensions: 3 });
  check('embeddings', r.data.length === 2 && r.data[1].embedding.length > 3 && r.usage.prompt_tokens > 0, r);
  check('base64 (default) equals float', f.data[0].embedding.join() === r.data[1].embedding.slice(0, 3).join(), f);
});
await guard('models', async () => { const ids = []; for await (const m of c.models.list()) ids.push(m.id); check('models', ids.length > 0); });
await guard('errors', async () => { for (const [st, cl] of [[400, OpenAI.BadRequestError], [401, OpenAI.AuthenticationError], [404, OpenAI.NotFoundError], [429, OpenAI.RateLimitError], [500, OpenAI.InternalServerError]]) { let e; try { await c.chat.completions.create({ model: MODEL, messages: U(`[[error:${st}]]`) }); } catch (x) { e = x; } check(`${st}`, e instanceof cl && !!e.requestID, String(e)); } });
await guard('mid', async () => { let e; try { for await (const _ of await c.chat.completions.create({ model: MODEL, messages: U('[[midstream]] aaaaaaaaaaaaaaaaa'), stream: true })); } catch (x) { e = x; } check('mid-stream error surfaces', !!e); });
await guard('retry', async () => { const r = await c.chat.completions.create({ model: MODEL, messages: U(`[[flaky:js${Date.now()}:2:500]]`) }, { maxRetries: 3 }); check('retries 500', r.choices[0].message.content === 'flaky ok'); });
await guard('abort', async () => { const s = await c.chat.completions.create({ model: MODEL, messages: U('[[long:5000]]'), stream: true }); let k = 0; for await (const _ of s) if (++k > 5) break; check('client abort', true); });
for (const name of CASES) if (!ran.includes(name)) bad.push(`no such case: ${name}`);
if (!n) bad.push('nothing ran');
console.log(`${n} checks, ${bad.length} failed${bad.length ? ': ' + bad.join(', ') : ''}`); process.exit(bad.length ? 1 : 0);
