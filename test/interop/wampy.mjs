// npm's `wampy` as a driver (see driver.mjs), over `websocket`'s and over `ws`'s sockets:
// both are packages that it depends on and that its manual names.

import websocket from 'websocket';
import ws from 'ws';
import {Wampy, Errors} from 'wampy';
import {CborSerializer} from 'wampy/CborSerializer.js';
import {JsonSerializer} from 'wampy/JsonSerializer.js';
import {MsgpackSerializer} from 'wampy/MsgpackSerializer.js';
import {Refused, RemoteError, serve} from './driver.mjs';

const serializers = {json: JsonSerializer, msgpack: MsgpackSerializer, cbor: CborSerializer};

function translated(e) {
  if (e instanceof Errors.WampError) return new RemoteError(e.errorUri, e.argsList, e.argsDict);
  if (e instanceof Errors.AbortError) return new RemoteError(e.errorUri);
  if (e instanceof Errors.UriError || e instanceof Errors.InvalidParamError)
    return new Refused(e.message);
  return e;
}

const payload_of = (args, kwargs) => ({argsList: args, ...kwargs ? {argsDict: kwargs} : {}});

class WampySession {
  constructor({format, transport, port, path, realm}) {
    // From 2^32 on its binary serializers write a Number as a float: there an application
    // that means an integer hands over a BigInt.
    this.wants_bigint = number => format !== 'json' && Math.abs(number) >= 2 ** 32;
    const sockets = {
      'websocket': () => ({ws: websocket.w3cwebsocket}),
      'websocket-ws': () => ({ws}),
      'websocket-unix': () => ({ws: websocket.w3cwebsocket,
        wsRequestOptions: {socketPath: path}}),
    };
    this.client = new Wampy(`ws://127.0.0.1:${port}/ws`, {
      realm, autoReconnect: false, uriValidation: 'loose',
      serializer: new serializers[format](), ...sockets[transport](),
    });
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
    const rpc = async ({argsList, argsDict}) => {
      try {
        const result = await procedure(argsList ?? [], argsDict ?? {});
        return {argsList: result.args, argsDict: result.kwargs};
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

  call(uri, args, kwargs, options) {
    const promise = this.client.call(uri, payload_of(args, kwargs), options)
      .then(r => ({args: r.argsList ?? [], kwargs: r.argsDict ?? {}}),
        e => { throw translated(e); });
    const {reqId} = this.client.getOpStatus();
    return {promise, cancel: mode => this.client.cancel(reqId, mode ? {mode} : undefined)};
  }

  async subscribe(uri, on_event, options) {
    try {
      return (await this.client.subscribe(
        uri, ({argsList, argsDict}) => on_event(argsList, argsDict), options)).subscriptionId;
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

  async leave() {
    // It neither lets the application choose the reason nor tells it the router's.
    await this.client.disconnect();
    return {reason: null};
  }
}

serve(WampySession);
