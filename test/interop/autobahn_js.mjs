// npm's `autobahn` as a driver (see driver.mjs). For WebSocket the package expects a global
// class, as Node.js has from 22 on; run.py switches it on in 20, and before that `ws` has one.

import autobahn from 'autobahn';
import ws from 'ws';
import {RemoteError, serve} from './driver.mjs';

globalThis.WebSocket ??= ws;

const serializers = {
  json: () => new autobahn.serializer.JSONSerializer(),
  msgpack: () => new autobahn.serializer.MsgpackSerializer(),
  cbor: () => new autobahn.serializer.CBORSerializer(),
};

const remote_error = e =>
  e instanceof autobahn.Error ? new RemoteError(e.error, e.args, e.kwargs) : e;

// The client unwraps a result of one value and turns none into null.
function result_of(value) {
  if (value instanceof autobahn.Result) return {args: value.args, kwargs: value.kwargs};
  return {args: value === null ? [] : [value], kwargs: {}};
}

// What answers a CHALLENGE, and what HELLO says of it.
function answers_of({method, shows, pubkey}) {
  const {auth_cra, auth_cryptosign, nacl} = autobahn;
  return {
    ticket: {onchallenge: () => shows},
    wampcra: {onchallenge: (session, method, {challenge, salt, iterations, keylen}) =>
      auth_cra.sign(salt ? auth_cra.derive_key(shows, salt, iterations, keylen) : shows, challenge)},
    cryptosign: {
      authextra: {pubkey, trustroot: null, challenge: null, channel_binding: null},
      onchallenge: (session, method, extra) => auth_cryptosign.sign_challenge(
        nacl.sign.keyPair.fromSeed(Buffer.from(shows, 'hex')), extra),
    },
  }[method] ?? {};
}

class AutobahnJs {
  #subscriptions = new Map();
  #registrations = new Map();

  constructor({transport, format, port, path, realm, login}) {
    const transports = {
      websocket: () => ({type: 'websocket', url: `ws://127.0.0.1:${port}/ws`,
        serializers: [serializers[format]()]}),
      'websocket-tls': () => ({type: 'websocket', url: `wss://127.0.0.1:${port}/ws`,
        serializers: [serializers[format]()]}),
      rawsocket: () => ({type: 'rawsocket', host: '127.0.0.1', port}),
      'rawsocket-unix': () => ({type: 'rawsocket', path}),
    };
    this.connection = new autobahn.Connection({
      realm, transports: [transports[transport]()], url: 'unused', max_retries: 0,
      on_user_error: () => {},
      ...login && {authmethods: [login.method], authid: login.authid, ...answers_of(login)},
    });
    this.ended = new Promise(resolve => { this.end = resolve; });
  }

  open() {
    return new Promise((resolve, reject) => {
      this.connection.onopen = (session, details) => {
        this.session = session;
        const {transport, ...welcome} = details;
        resolve({session: session.id, details: welcome});
      };
      this.connection.onclose = (reason, details) => {
        reject(details.reason ? new RemoteError(details.reason)
          : new Error(`closed: ${reason} ${JSON.stringify(details)}`));
        this.end({reason: details.reason});
        return true;
      };
      this.connection.open();
    });
  }

  async register(uri, procedure, options, on_revoked) {
    const endpoint = async (args, kwargs, details) => {
      try {
        const {progress} = details;
        const result = await procedure(args, kwargs, {details, progress});
        return new autobahn.Result(result.args, result.kwargs);
      } catch (e) {
        throw e instanceof RemoteError ? new autobahn.Error(e.uri, e.args, e.kwargs) : e;
      }
    };
    try {
      const registration = await this.session.register(uri, endpoint, options);
      this.#registrations.set(uri, registration);
      registration.on_unregister.then(on_revoked);
      return registration.id;
    } catch (e) {
      throw remote_error(e);
    }
  }

  async unregister(uri) {
    await this.session.unregister(this.#registrations.get(uri));
  }

  call(uri, args, kwargs, options, on_progress) {
    const call = this.session.call(
      uri, args, kwargs, {...options, ...on_progress && {receive_progress: true}});
    return {
      promise: call.then(result_of, e => { throw remote_error(e); },
        part => on_progress(result_of(part))),
      cancel: mode => call.cancel({mode}),
    };
  }

  async subscribe(uri, on_event, options) {
    try {
      const subscription = await this.session.subscribe(uri, on_event, options);
      this.#subscriptions.set(uri, subscription);
      return subscription.id;
    } catch (e) {
      throw remote_error(e);
    }
  }

  async unsubscribe(uri) {
    await this.session.unsubscribe(this.#subscriptions.get(uri));
  }

  async publish(uri, args, kwargs, options) {
    try {
      const publication = await this.session.publish(uri, args, kwargs, options);
      return publication?.id ?? null;
    } catch (e) {
      throw remote_error(e);
    }
  }

  drop() {
    if (this.connection.isConnected) this.connection.transport.close();
  }

  leave(reason) {
    this.connection.close(reason);
    return this.ended;
  }
}

// Its RawSocket throws where nobody can catch it when data comes after close().
process.on('uncaughtException', e => {
  if (!e.stack?.includes('transport/rawsocket.js')) throw e;
});

serve(AutobahnJs);
