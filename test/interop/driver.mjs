// The driver's half that the JavaScript clients share: it reads operations from run.py as
// lines of JSON on standard input, carries them out on named sessions, and answers each
// with one line on standard output. autobahn_js.mjs and wampy.mjs supply the sessions.
//
// Values travel tagged, so that no information about their type is lost on the way:
// {"i": "123"} integer, {"f": "1.5"} float, {"b": "00ff"} binary, {"d": {...}} dictionary.

import {createInterface} from 'node:readline';

// An ERROR message from the router, or one that a procedure answers with.
export class RemoteError extends Error {
  constructor(uri, args, kwargs) {
    super(uri);
    Object.assign(this, {uri, args: args ?? [], kwargs: kwargs ?? {}});
  }
}

// The client itself would not send this.
export class Refused extends Error {}

// Tagged value -> what an application hands to the client. The session's `wants_bigint`
// says which integers must be a BigInt for the serializer to write them as integers.
function to_native(value, session) {
  if (Array.isArray(value)) return value.map(v => to_native(v, session));
  if (value === null || typeof value !== 'object') return value;
  if ('f' in value) return Number(value.f);
  if ('b' in value) {
    const bytes = Buffer.from(value.b, 'hex');
    // The JSON serializers of both clients know no binary: the application writes it as
    // the specification says, a string of a zero character and base64.
    return session.format === 'json' ? '\0' + bytes.toString('base64') : bytes;
  }
  if ('d' in value)
    return Object.fromEntries(
      Object.entries(value.d).map(([k, v]) => [k, to_native(v, session)]));
  const number = Number(value.i);
  if (session.wants_bigint?.(number)) return BigInt(value.i);
  if (BigInt(number) !== BigInt(value.i))
    throw new Error(`${value.i} does not fit this client's numbers`);
  return number;
}

function to_tagged(value, session) {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return {i: value.toString()};
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) <= 2 ** 64
      ? {i: BigInt(value).toString()} : {f: String(value)};
  if (typeof value === 'string' && session.format === 'json' && value.startsWith('\0'))
    return {b: Buffer.from(value.slice(1), 'base64').toString('hex')};
  if (value instanceof Uint8Array) return {b: Buffer.from(value).toString('hex')};
  if (Array.isArray(value)) return value.map(v => to_tagged(v, session));
  if (value !== null && typeof value === 'object')
    return {d: Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, to_tagged(v, session)]))};
  return value;
}

// Things that arrive, and those who wait for them: by key, in order of arrival.
class Inbox {
  #arrived = new Map();
  #waiting = new Map();

  put(key, item) {
    const waiter = this.#waiting.get(key)?.shift();
    if (waiter) return waiter(item);
    if (!this.#arrived.has(key)) this.#arrived.set(key, []);
    this.#arrived.get(key).push(item);
  }

  take(key) {
    const items = this.#arrived.get(key);
    if (items?.length) return Promise.resolve(items.shift());
    return new Promise(resolve => {
      if (!this.#waiting.has(key)) this.#waiting.set(key, []);
      this.#waiting.get(key).push(resolve);
    });
  }

  count(key) {
    return this.#arrived.get(key)?.length ?? 0;
  }
}

const payload = (args, kwargs, session) => ({
  args: to_tagged(args ?? [], session), kwargs: to_tagged(kwargs ?? {}, session).d});

// What arrived, as an application has to hand it over to send it again: a Number that must
// stay an integer as a BigInt, say.
const resent = (value, session) => to_native(to_tagged(value, session), session);

// Details of an EVENT or INVOCATION, without those that are not there; ids as text.
const details_of = details => Object.fromEntries(
  Object.entries(details ?? {}).filter(([, v]) => v !== undefined && v !== null)
    .map(([k, v]) => [k, ['number', 'bigint'].includes(typeof v) ? String(v) : v]));

// The procedures that a scenario may register. Each gets the arguments and the invocation:
// its details, and a function that sends a part of the result where that is asked for.
const procedures = {
  echo: ({session}) => async (args, kwargs) =>
    ({args: resent(args, session), kwargs: resent(kwargs, session)}),
  // Answers with what it received, as text: the way back cannot hide what the way there did.
  describe: ({session}) => async (args, kwargs) =>
    ({args: [JSON.stringify(payload(args, kwargs, session))], kwargs: {}}),
  details: () => async (args, kwargs, {details}) =>
    ({args: [JSON.stringify(details_of(details))], kwargs: {}}),
  // The first argument is the error's URI, the others its own arguments.
  fail: ({session}) => async ([uri, ...args], kwargs) => {
    throw new RemoteError(uri, resent(args, session), resent(kwargs, session));
  },
  hang: ({inbox, uri}) => () => {
    inbox.put(`invocation ${uri}`, true);
    return new Promise(() => {});
  },
  // Answers when the scenario says so.
  hold: ({inbox, uri}) => async () => {
    inbox.put(`invocation ${uri}`, true);
    await inbox.take(`release ${uri}`);
    return {args: [], kwargs: {}};
  },
  say: ({says}) => async () => ({args: [says], kwargs: {}}),
  count: () => async ([n], kwargs, {progress}) => {
    for (let i = 0; progress && i < n; ++i) progress([i]);
    return {args: ['done'], kwargs: {}};
  },
  // What came so far, once for each part of the arguments.
  collect: () => {
    let text = '';
    return async ([part], kwargs, {details}) => {
      text += part;
      return {args: [text], kwargs: {}, progress: details.progress};
    };
  },
  empty: () => async () => ({args: [], kwargs: {}}),
};

export function serve(Session) {
  console.log = console.warn = console.info = console.debug = console.error;
  const sessions = new Map();
  const inboxes = new Map();
  const calls = new Map();

  const started = ({session: name, uri, args, kwargs, options, progress}) => {
    const session = sessions.get(name);
    const parts = progress && [];
    const call = session.call(
      uri, to_native(args ?? [], session), kwargs && to_native({d: kwargs}, session), options,
      parts && (part => parts.push(payload(part.args, part.kwargs, session))));
    return {...call, session, parts};
  };

  const finished = async ({promise, session, parts}) => {
    const result = await promise;
    return {...payload(result.args, result.kwargs, session), ...parts && {progress: parts}};
  };

  const operations = {
    async open({session: name, ...options}) {
      const session = new Session(options);
      session.format = options.format;
      const opened = await session.open();
      sessions.set(name, session);
      inboxes.set(name, new Inbox());
      return {session: String(opened.session), details: opened.details};
    },
    async register({session: name, uri, procedure, says, options}) {
      const session = sessions.get(name), inbox = inboxes.get(name);
      const id = await session.register(
        uri, procedures[procedure]({session, inbox, uri, says}), options,
        reason => inbox.put(`revocation ${uri}`, reason));
      return String(id);
    },
    async unregister({session, uri}) {
      await sessions.get(session).unregister(uri);
      return null;
    },
    async call(request) {
      return finished(started(request));
    },
    async call_in_parts({session: name, uri, parts}) {
      const session = sessions.get(name);
      const progress = [];
      const result = await session.call_in_parts(
        uri, parts, part => progress.push(payload(part.args, part.kwargs, session)));
      return {...payload(result.args, result.kwargs, session), progress};
    },
    async call_many({session: name, uri, count}) {
      const session = sessions.get(name);
      const pending = [];
      for (let i = 0; i < count; ++i) pending.push(session.call(uri, [i], undefined).promise);
      return (await Promise.all(pending)).map(r => r.args[0]);
    },
    async start_call({handle, ...request}) {
      const call = started(request);
      call.promise.catch(() => {});
      calls.set(handle, call);
      return null;
    },
    async finish_call({handle}) {
      return finished(calls.get(handle));
    },
    async cancel({handle, mode}) {
      calls.get(handle).cancel(mode);
      return finished(calls.get(handle));
    },
    async wait_invocation({session, uri}) {
      return inboxes.get(session).take(`invocation ${uri}`);
    },
    async waiting({session, key}) {
      return inboxes.get(session).count(key);
    },
    async release({session, uri}) {
      inboxes.get(session).put(`release ${uri}`, true);
      return null;
    },
    async wait_revocation({session, uri}) {
      return inboxes.get(session).take(`revocation ${uri}`);
    },
    async subscribe({session: name, uri, options}) {
      const session = sessions.get(name);
      const id = await session.subscribe(
        uri, (args, kwargs, details) => inboxes.get(name).put(`event ${uri}`,
          {...payload(args, kwargs, session), details: details_of(details)}), options);
      return String(id);
    },
    async unsubscribe({session, uri}) {
      await sessions.get(session).unsubscribe(uri);
      return null;
    },
    async event({session, uri}) {
      return inboxes.get(session).take(`event ${uri}`);
    },
    async publish({session: name, uri, args, kwargs, options}) {
      const session = sessions.get(name);
      const id = await session.publish(
        uri, to_native(args ?? [], session), kwargs && to_native({d: kwargs}, session),
        options ?? {});
      return id === null ? null : String(id);
    },
    // Ends the connection without a GOODBYE.
    async drop({session}) {
      sessions.get(session)?.drop();
      sessions.delete(session);
      return null;
    },
    async wait_end({session}) {
      return sessions.get(session).ended;
    },
    async leave({session, reason}) {
      const answer = await sessions.get(session).leave(reason);
      sessions.delete(session);
      return answer;
    },
  };

  const answer = line => process.stdout.write(JSON.stringify(line) + '\n');
  const input = createInterface({input: process.stdin});
  input.on('line', async line => {
    const {id, op, ...parameters} = JSON.parse(line);
    try {
      answer({id, ok: await operations[op](parameters)});
    } catch (e) {
      if (e instanceof RemoteError) {
        const session = sessions.get(parameters.session) ?? {format: 'msgpack'};
        answer({id, error: {uri: e.uri, ...payload(e.args, e.kwargs, session)}});
      } else if (e instanceof Refused) {
        answer({id, refused: e.message});
      } else {
        answer({id, broken: e?.stack ?? String(e)});
      }
    }
  });
  input.on('close', () => process.exit(0));
}
