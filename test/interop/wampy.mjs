// npm's `wampy` as a driver (see driver.mjs), over `websocket`'s and over `ws`'s sockets:
// both are packages that it depends on and that its manual names.

import {createCipheriv, createDecipheriv, createHash, randomBytes} from 'node:crypto';
import websocket from 'websocket';
import ws from 'ws';
import {Wampy, Errors} from 'wampy';
import {CborSerializer} from 'wampy/CborSerializer.js';
import * as cra from 'wampy/wampcra.js';
import * as cryptosign from 'wampy/cryptosign.js';
import {JsonSerializer} from 'wampy/JsonSerializer.js';
import {MsgpackSerializer} from 'wampy/MsgpackSerializer.js';
import {Refused, RemoteError, serve} from './driver.mjs';

const serializers = {json: JsonSerializer, msgpack: MsgpackSerializer, cbor: CborSerializer};

// Payload passthru mode with a scheme of the application's own: the router has no key.
class Sealer {
  static #key = createHash('sha256').update('interop').digest();
  #inner = new CborSerializer();

  constructor(as_text) {
    this.as_text = as_text; // in JSON the application writes binary, see driver.mjs
  }

  encode(value) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', Sealer.#key, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(this.#inner.encode(value)), cipher.final()]);
    const bytes = Buffer.concat([sealed, cipher.getAuthTag()]);
    return this.as_text ? '\0' + bytes.toString('base64') : bytes;
  }

  decode(value) {
    const bytes = this.as_text ? Buffer.from(value.slice(1), 'base64') : Buffer.from(value);
    const cipher = createDecipheriv('aes-256-gcm', Sealer.#key, bytes.subarray(0, 12));
    cipher.setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]);
    return this.#inner.decode(plain);
  }
}

function translated(e) {
  if (e instanceof Errors.WampError) return new RemoteError(e.errorUri, e.argsList, e.argsDict);
  if (e instanceof Errors.AbortError) return new RemoteError(e.errorUri);
  if (e instanceof Errors.UriError || e instanceof Errors.InvalidParamError)
    return new Refused(e.message);
  return e;
}

const result_of = ({argsList, argsDict}) => ({args: argsList ?? [], kwargs: argsDict ?? {}});

const passthru_of = details =>
  Object.fromEntries(Object.entries(details).filter(([key]) => key.startsWith('ppt_')));

const payload_of = (args, kwargs) => ({argsList: args, ...kwargs ? {argsDict: kwargs} : {}});

function options_of({method, authid, shows, pubkey}) {
  const plugins = {
    ticket: () => ({ticket: () => shows}),
    wampcra: () => ({wampcra: cra.sign(shows)}),
    cryptosign: () => ({cryptosign: cryptosign.sign(shows)}),
  };
  return {authid, authmethods: [method], authMode: 'auto', ...pubkey && {authextra: {pubkey}},
    authPlugins: plugins[method]?.() ?? {[method]: () => shows}};
}

class WampySession {
  constructor({format, transport, port, path, realm, announce, login}) {
    // From 2^32 on its binary serializers write a Number as a float: there an application
    // that means an integer hands over a BigInt.
    this.wants_bigint = number => format !== 'json' && Math.abs(number) >= 2 ** 32;
    const sockets = {
      'websocket': () => ({ws: websocket.w3cwebsocket}),
      'websocket-ws': () => ({ws}),
      'websocket-tls': () => ({ws: websocket.w3cwebsocket}),
      'websocket-tls-ws': () => ({ws}),
      'websocket-unix': () => ({ws: websocket.w3cwebsocket,
        wsRequestOptions: {socketPath: path}}),
    };
    this.ended = new Promise(resolve => { this.end = () => resolve({reason: null}); });
    const scheme = transport.startsWith('websocket-tls') ? 'wss' : 'ws';
    this.client = new Wampy(`${scheme}://127.0.0.1:${port}/ws`, {
      realm, autoReconnect: false, uriValidation: 'loose', onClose: this.end,
      serializer: new serializers[format](), ...sockets[transport](),
      payloadSerializers: {x_sealed: new Sealer(format === 'json')},
      ...login && options_of(login),
    });
    // 8.0.2 can do more than its HELLO says, and has no option to say so.
    const {roles} = this.client._wamp_features;
    for (const [role, features] of Object.entries(announce ?? {}))
      for (const feature of features) roles[role].features[feature] = true;
  }

  async open() {
    try {
      const details = await this.client.connect();
      return {session: this.client.getSessionId(), details};
    } catch (e) {
      throw translated(e);
    }
  }

  async register(uri, procedure, options) {
    const rpc = async ({argsList, argsDict, details, result_handler}) => {
      const progress = details.receive_progress
        && (args => result_handler({argsList: args, options: {progress: true}}));
      try {
        const result = await procedure(argsList ?? [], argsDict ?? {}, {details, progress});
        return {argsList: result.args, argsDict: result.kwargs,
          options: {...passthru_of(details), ...result.progress && {progress: true}}};
      } catch (e) {
        if (e instanceof RemoteError)
          throw {error: e.uri, argsList: e.args, argsDict: e.kwargs};
        throw e;
      }
    };
    try {
      return (await this.client.register(uri, rpc, options)).registrationId;
    } catch (e) {
      throw translated(e);
    }
  }

  async unregister(uri) {
    await this.client.unregister(uri);
  }

  call(uri, args, kwargs, options, on_progress) {
    const promise = this.client.call(uri, payload_of(args, kwargs), {...options,
      ...on_progress && {progress_callback: part => on_progress(result_of(part))}})
      .then(result_of, e => { throw translated(e); });
    const {reqId} = this.client.getOpStatus();
    return {promise, cancel: mode => this.client.cancel(reqId, mode ? {mode} : undefined)};
  }

  // One CALL for each list of arguments, the last of them the final one.
  async call_in_parts(uri, parts, on_progress) {
    const [first, ...rest] = parts;
    const {result, sendData} = this.client.progressiveCall(
      uri, payload_of(first), {progress_callback: part => on_progress(result_of(part))});
    rest.forEach((part, i) => sendData(payload_of(part), {progress: i + 1 < rest.length}));
    return result.then(result_of, e => { throw translated(e); });
  }

  async subscribe(uri, on_event, options) {
    try {
      return (await this.client.subscribe(
        uri, ({argsList, argsDict, details}) => on_event(argsList, argsDict, details),
        options)).subscriptionId;
    } catch (e) {
      throw translated(e);
    }
  }

  async unsubscribe(uri) {
    await this.client.unsubscribe(uri);
  }

  async publish(uri, args, kwargs, options) {
    // It always asks for an acknowledgement.
    const {acknowledge, ...rest} = options;
    for (const list of ['exclude', 'eligible'])
      rest[list] = rest[list]?.map(id => this.wants_bigint(id) ? BigInt(id) : id);
    try {
      return (await this.client.publish(uri, payload_of(args, kwargs), rest)).publicationId;
    } catch (e) {
      throw translated(e);
    }
  }

  drop() {
    if (this.client.getSessionId()) this.client.abort(); // closes the socket, and sends nothing
  }

  async leave() {
    // It neither lets the application choose the reason nor tells it the router's.
    await this.client.disconnect();
    return {reason: null};
  }
}

serve(WampySession);
