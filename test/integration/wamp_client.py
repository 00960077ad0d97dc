"""A small WAMP client for tests: it does what it is told, also what is forbidden.

Three layers, each usable alone:
  Stream                          bytes over TCP or a Unix socket, read with a deadline
  WebSocketLink, RawSocketLink    frames over a Stream (RFC 6455; WAMP spec, "RawSocket Transport")
  LongPollLink                    requests over Streams (WAMP spec, "HTTP Longpoll Transport")
  Peer                            WAMP messages over a link, in JSON, MessagePack or CBOR

Nothing here waits for ever: what does not come in time raises TimeoutError, and the end of the
connection raises Closed.
"""

import base64
import collections
import json
import os
import socket
import struct
import time
import zlib

import cbor2
import msgpack

HELLO, WELCOME, ABORT, CHALLENGE, AUTHENTICATE, GOODBYE, ERROR = 1, 2, 3, 4, 5, 6, 8
PUBLISH, PUBLISHED = 16, 17
SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, EVENT = 32, 33, 34, 35, 36
CALL, CANCEL, RESULT = 48, 49, 50
REGISTER, REGISTERED, UNREGISTER, UNREGISTERED = 64, 65, 66, 67
INVOCATION, INTERRUPT, YIELD = 68, 69, 70

TIMEOUT = 30.0  # seconds; generous, since the gateway may run under sanitizers on a busy machine
MAX_ID = 2**53

ALL_ROLES = {
    "publisher": {},
    "subscriber": {},
    "caller": {"features": {"call_canceling": True}},
    "callee": {"features": {"call_canceling": True}},
}


class Closed(Exception):
    """The other side closed the connection; code is the WebSocket close code, if there was one."""

    def __init__(self, code=None):
        super().__init__(f"connection closed ({code})")
        self.code = code


# ------------------------------------------------------------------------------ formats

class Json:
    name, rawsocket_id, text = "json", 1, True

    @staticmethod
    def encode(message):
        def binary(value):
            if isinstance(value, bytes):
                return "\0" + base64.b64encode(value).decode()
            raise TypeError(type(value))
        return json.dumps(message, default=binary, separators=(",", ":")).encode()

    @staticmethod
    def decode(data):
        def restore(value):
            if isinstance(value, str) and value.startswith("\0"):
                return base64.b64decode(value[1:], validate=True)
            if isinstance(value, list):
                return [restore(item) for item in value]
            if isinstance(value, dict):
                return {key: restore(item) for key, item in value.items()}
            return value
        message = json.loads(data.decode("utf-8"))
        return restore(message) if b"\\u0000" in data else message


class MsgPack:
    name, rawsocket_id, text = "msgpack", 2, False

    @staticmethod
    def encode(message):
        return msgpack.packb(message, use_bin_type=True)

    @staticmethod
    def decode(data):
        return msgpack.unpackb(data, raw=False, strict_map_key=True)


class Cbor:
    name, rawsocket_id, text = "cbor", 3, False

    @staticmethod
    def encode(message):
        return cbor2.dumps(message)

    @staticmethod
    def decode(data):
        return cbor2.loads(data)


FORMATS = {codec.name: codec for codec in (Json, MsgPack, Cbor)}


# ------------------------------------------------------------------------------ bytes

# Where to connect, and how: `tls` is an ssl.SSLContext, `source` the address to come from.
Route = collections.namedtuple("Route", "host port tls source", defaults=(None, None))


class Stream:
    """A connected socket. address is (host, port), a Route, or the path of a Unix socket."""

    def __init__(self, address, receive_buffer=None):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        route = None if isinstance(address, str) else Route(*address)
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT)
        try:
            if route and route.source:
                self.socket.bind((route.source, 0))
            self.socket.connect((route.host, route.port) if route else address)
            if route and route.tls:
                self.socket = route.tls.wrap_socket(self.socket, server_hostname=route.host)
        except BaseException:
            self.socket.close()
            raise
        if family == socket.AF_INET:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()

    def send(self, data):
        try:
            self.socket.settimeout(TIMEOUT)
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise Closed() from None

    def _fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("nothing came in time")
        self.socket.settimeout(left)
        try:
            data = self.socket.recv(262144)
        except ConnectionResetError:
            raise Closed() from None
        if not data:
            raise Closed()
        self.buffer += data

    def read(self, size, deadline):
        while len(self.buffer) < size:
            self._fill(deadline)
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def read_through(self, delimiter, deadline):
        while (at := self.buffer.find(delimiter)) < 0:
            self._fill(deadline)
        return self.read(at + len(delimiter), deadline)

    def read_to_end(self, timeout=TIMEOUT):
        """All that comes until the other side closes."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self._fill(deadline)
        except Closed:
            data = bytes(self.buffer)
            self.buffer.clear()
            return data

    def reset(self):
        """Ends the connection with a TCP RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()


# ------------------------------------------------------------------------------ frames

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def mask_bytes(data, key):
    if not data:
        return b""
    repeated = (key * (len(data) // 4 + 1))[:len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(data), "big")


def websocket_frame(opcode, payload, fin=True, masked=True, rsv=0):
    head = bytearray([(0x80 if fin else 0) | rsv << 4 | opcode])
    mask_bit = 0x80 if masked else 0
    if len(payload) < 126:
        head.append(mask_bit | len(payload))
    elif len(payload) < 65536:
        head += struct.pack(">BH", mask_bit | 126, len(payload))
    else:
        head += struct.pack(">BQ", mask_bit | 127, len(payload))
    if masked:
        key = os.urandom(4)
        return bytes(head) + key + mask_bytes(payload, key)
    return bytes(head) + payload


def upgrade_request(protocols=("wamp.2.json",), path="/ws", key="dGhlIHNhbXBsZSBub25jZQ==", more=()):
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: Upgrade",
             "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
    if protocols:
        lines.append("Sec-WebSocket-Protocol: " + ", ".join(protocols))
    return "\r\n".join(lines + list(more) + ["", ""]).encode()


class HttpResponse:
    def __init__(self, stream, timeout=TIMEOUT):
        head = stream.read_through(b"\r\n\r\n", time.monotonic() + timeout).decode("latin-1")
        first, *fields = head.strip().split("\r\n")
        self.status = int(first.split()[1])
        self.fields = {}
        for field in fields:
            name, _, value = field.partition(":")
            self.fields[name.strip().lower()] = value.strip()


class HandshakeRefused(Exception):
    def __init__(self, response):
        super().__init__(f"handshake refused: {response.status}")
        self.response = response


class WebSocketLink:
    """answer_pings=False makes a peer that looks dead to its partner."""

    reserved_bits = 0  # those that a frame may have

    def __init__(self, address, codec, path="/ws", protocols=None, answer_pings=True,
                 receive_buffer=None, more=()):
        self.stream = Stream(address, receive_buffer)
        self.codec = codec
        self.answer_pings = answer_pings
        self.pings = 0
        self.stream.send(upgrade_request(protocols or [f"wamp.2.{codec.name}"], path, more=more))
        response = HttpResponse(self.stream)
        if response.status != 101:
            self.stream.close()
            raise HandshakeRefused(response)
        self.fields = response.fields
        self.protocol = response.fields.get("sec-websocket-protocol")
        self.extensions = response.fields.get("sec-websocket-extensions")

    def frame(self, data):
        return websocket_frame(TEXT if self.codec.text else BINARY, data)

    def send(self, data):
        self.stream.send(self.frame(data))

    def receive_frame(self, deadline):
        """One frame as (fin, opcode, payload), control frames included."""
        first, second = self.stream.read(2, deadline)
        size = second & 0x7F
        if size == 126:
            size, = struct.unpack(">H", self.stream.read(2, deadline))
        elif size == 127:
            size, = struct.unpack(">Q", self.stream.read(8, deadline))
        assert not second & 0x80, "a server must not mask"
        assert not first & 0x70 & ~self.reserved_bits, "reserved bits"
        payload = self.stream.read(size, deadline)
        return bool(first & 0x80), first & 0x0F, self.unpack(payload) if first & 0x40 else payload

    def receive(self, deadline):
        """One message; pings are answered and closing is completed on the way."""
        parts = []
        while True:
            fin, opcode, payload = self.receive_frame(deadline)
            if opcode == PING:
                self.pings += 1
                if self.answer_pings:
                    self.stream.send(websocket_frame(PONG, payload))
            elif opcode == CLOSE:
                self._complete_close(payload, deadline)
            elif opcode != PONG:
                assert parts or opcode == (TEXT if self.codec.text else BINARY), opcode
                parts.append(payload)
                if fin:
                    return b"".join(parts)

    def _complete_close(self, payload, deadline):
        try:
            self.stream.send(websocket_frame(CLOSE, payload))
            self.stream.read_to_end(deadline - time.monotonic())
        except Closed:
            pass
        raise Closed(struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005)


class BatchedLink(WebSocketLink):
    """A WebSocket of which one message may carry many of WAMP's."""

    def __init__(self, address, codec, **options):
        super().__init__(address, codec, protocols=[f"wamp.2.{codec.name}.batched"], **options)
        self.received = collections.deque()  # of a batch, what was not asked for yet
        self.batches = []  # how many messages each batch had

    def member(self, data):
        return data + b"\x1e" if self.codec.text else struct.pack(">I", len(data)) + data

    def frame(self, data):
        return super().frame(self.member(data))

    def send_batch(self, batch):
        """Sends the bytes of a batch, whatever they are."""
        self.stream.send(super().frame(batch))

    def receive(self, deadline):
        if not self.received:
            self.received.extend(self.split(super().receive(deadline)))
            self.batches.append(len(self.received))
        return self.received.popleft()

    def split(self, batch):
        assert batch, "an empty batch"
        if self.codec.text:
            assert batch.endswith(b"\x1e"), batch
            return batch[:-1].split(b"\x1e")
        members = []
        while batch:
            size, = struct.unpack_from(">I", batch)
            assert 0 < size <= len(batch) - 4, batch
            members.append(batch[4:4 + size])
            batch = batch[4 + size:]
        return members


def deflated(data, bits=15):
    """As permessage-deflate has it: without the end of the flush."""
    packer = zlib.compressobj(wbits=-bits)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


class DeflateLink(WebSocketLink):
    """A WebSocket of which every message that is sent is compressed, by Python's zlib."""

    reserved_bits = 0x40

    def __init__(self, address, codec, offer="permessage-deflate", **options):
        super().__init__(address, codec, more=["Sec-WebSocket-Extensions: " + offer], **options)
        self.sizes = []  # of the messages that came compressed, and what they were
        self.bits = 15  # the window that is agreed on for them

    def frame(self, data):
        return websocket_frame(TEXT if self.codec.text else BINARY, deflated(data), rsv=4)

    def unpack(self, payload):
        # Each message for itself.
        data = zlib.decompressobj(wbits=-self.bits).decompress(payload + b"\0\0\xff\xff")
        self.sizes.append((len(payload), len(data)))
        return data


class RawSocketLink:
    def __init__(self, address, codec, length=15, answer_pings=True, receive_buffer=None):
        """length: this side's limit, as the exponent less 9 (0 is 512 bytes, 15 is 16 MiB)."""
        self.stream = Stream(address, receive_buffer)
        self.codec = codec
        self.answer_pings = answer_pings
        self.pings = 0
        self.stream.send(bytes([0x7F, length << 4 | codec.rawsocket_id, 0, 0]))
        reply = self.stream.read(4, time.monotonic() + TIMEOUT)
        if reply[0] != 0x7F or reply[1] & 0x0F != codec.rawsocket_id or reply[2:] != b"\0\0":
            self.stream.close()
            raise ConnectionError(f"handshake refused: {reply.hex()}")
        self.limit = 1 << (9 + (reply[1] >> 4))

    @staticmethod
    def frame_of(kind, data):
        if len(data) == 1 << 24:
            return bytes([kind | 8, 0, 0, 0]) + data
        return bytes([kind]) + len(data).to_bytes(3, "big") + data

    def frame(self, data):
        return self.frame_of(0, data)

    def send(self, data):
        self.stream.send(self.frame(data))

    def receive_frame(self, deadline):
        """One frame as (kind, payload)."""
        head = self.stream.read(4, deadline)
        assert not head[0] & 0xF0, "reserved bits"
        size = int.from_bytes(head[1:], "big")
        if head[0] & 8:
            assert size == 0
            size = 1 << 24
        return head[0] & 7, self.stream.read(size, deadline)

    def receive(self, deadline):
        while True:
            kind, payload = self.receive_frame(deadline)
            if kind == 0:
                return payload
            if kind == 1:
                self.pings += 1
                if self.answer_pings:
                    self.stream.send(self.frame_of(2, payload))


class LongPollLink:
    """HTTP requests on two sockets that are kept: one brings messages, the other fetches them."""

    def __init__(self, address, codec, path="/longpoll", receive_buffer=None):
        self.codec = codec
        self.stream = Stream(address)
        self.fetcher = Stream(address, receive_buffer)
        self.hangs = False
        self.path = path
        offer = json.dumps({"protocols": [f"wamp.2.{codec.name}"]}).encode()
        response = self.post("/open", offer)
        if response.status != 200:
            self.close()
            raise HandshakeRefused(response)
        self.path = f"{path}/{json.loads(response.body)['transport']}"

    @staticmethod
    def request(path, body=b""):
        return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    @staticmethod
    def response(stream, deadline):
        response = HttpResponse(stream, deadline - time.monotonic())
        size = int(response.fields.get("content-length", 0))
        response.body = stream.read(size, deadline)
        return response

    def post(self, target, body=b""):
        self.stream.send(self.request(self.path + target, body))
        return self.response(self.stream, time.monotonic() + TIMEOUT)

    def frame(self, data):
        return self.request(self.path + "/send", data)

    def send(self, data):
        self.send_all([data])

    def send_all(self, messages):
        """In one write, as requests in a row."""
        self.stream.send(b"".join(map(self.frame, messages)))
        for _ in messages:
            response = self.response(self.stream, time.monotonic() + TIMEOUT)
            if response.status == 404:
                raise Closed()
            assert response.status == 202, response.status

    def receive(self, deadline):
        while True:
            if not self.hangs:
                self.fetcher.send(self.request(self.path + "/receive"))
            self.hangs = True
            response = self.response(self.fetcher, deadline)
            self.hangs = False
            if response.status == 404:
                raise Closed()
            if response.status == 200:
                return response.body
            assert response.status == 204, response.status

    def close(self):
        """The session would outlive its sockets for a while."""
        try:
            self.stream.send(self.request(self.path + "/close"))
        except (Closed, OSError):
            pass
        self.stream.close()
        self.fetcher.close()


# ------------------------------------------------------------------------------ messages

def without_empty_tail(*message):
    """A message as WAMP wants it: no trailing arguments that are empty."""
    message = list(message)
    while message and message[-1] in (None, [], {}):
        message.pop()
    return message


PAYLOAD_AT = {EVENT: 4, INVOCATION: 4, RESULT: 3, ERROR: 5}  # where args would stand


class Peer:
    """One side of a session. Messages that are not the answer waited for are kept, in order."""

    def __init__(self, link):
        self.link = link
        self.codec = link.codec
        self.kept = collections.deque()
        self.last_id = 0
        self.session = None
        self.welcome = None

    # -- messages as they are

    def send(self, *message):
        self.link.send(self.codec.encode(list(message)))

    def send_bytes(self, data):
        """Sends data as the bytes of one message, whatever they are."""
        self.link.send(data)

    def send_all(self, messages):
        """Sends many messages in one write."""
        messages = [self.codec.encode(list(message)) for message in messages]
        if isinstance(self.link, LongPollLink):
            self.link.send_all(messages)
        else:
            self.link.stream.send(b"".join(map(self.link.frame, messages)))

    def receive(self, timeout=TIMEOUT):
        if self.kept:
            return self.kept.popleft()
        return self._next(time.monotonic() + timeout)

    def _next(self, deadline):
        message = self.codec.decode(self.link.receive(deadline))
        start = PAYLOAD_AT.get(message[0])
        if start is not None and len(message) > start and not message[-1]:
            raise AssertionError(f"empty payload at the end of {message}")
        return message

    def expect(self, code, *begin, timeout=TIMEOUT):
        """The next message, which must have this code and begin with these elements after it."""
        message = self.receive(timeout)
        if message[:1 + len(begin)] != [code, *begin]:
            raise AssertionError(f"expected {[code, *begin]}, got {message}")
        return message

    def answer_to(self, kind, request, timeout=TIMEOUT):
        """The answer to a request, be it a success or an ERROR; everything else is kept."""
        success = {CALL: RESULT, PUBLISH: PUBLISHED}.get(kind, kind + 1)

        def is_answer(message):
            return (message[0] == success and message[1] == request
                    or message[0] == ERROR and message[1] == kind and message[2] == request)
        for message in self.kept:
            if is_answer(message):
                self.kept.remove(message)
                return message
        deadline = time.monotonic() + timeout
        while True:
            message = self._next(deadline)
            if is_answer(message):
                return message
            if message[0] in (ABORT, GOODBYE):
                raise AssertionError(f"waiting for the answer to {[kind, request]}, got {message}")
            self.kept.append(message)

    def wait_closed(self, timeout=TIMEOUT):
        """Waits for the end of the connection. Any message before it is an error."""
        try:
            message = self.receive(timeout)
        except Closed as closed:
            return closed.code
        raise AssertionError(f"expected the end of the connection, got {message}")

    def wait_failed(self, timeout=TIMEOUT):
        """Waits for the end of a connection that broke below the messages. The router may still
        say ABORT before it, but need not."""
        try:
            message = self.receive(timeout)
        except Closed as closed:
            return closed.code
        if message[0] != ABORT:
            raise AssertionError(f"expected the end of the connection, got {message}")
        return self.wait_closed(timeout)

    def close(self):
        """Ends the connection without a word."""
        getattr(self.link, "close", self.link.stream.close)()

    # -- what clients do

    def next_id(self):
        self.last_id += 1
        return self.last_id

    def join(self, realm="realm1", roles=None, timeout=TIMEOUT, **details):
        self.last_id = 0
        self.send(HELLO, realm, {"roles": ALL_ROLES if roles is None else roles, **details})
        self.welcome = self.expect(WELCOME, timeout=timeout)
        self.session = self.welcome[1]
        return self

    def leave(self):
        """GOODBYE and its answer; what came in between is dropped."""
        self.send(GOODBYE, {}, "wamp.close.normal")
        while (message := self.receive())[0] != GOODBYE:
            pass
        return message

    def request(self, kind, options, *rest):
        """Sends a request and returns its answer. UNSUBSCRIBE and UNREGISTER have no options."""
        request = self.next_id()
        self.send(kind, request, *([] if options is None else [options]), *rest)
        return self.answer_to(kind, request)

    def _success(self, answer):
        if answer[0] == ERROR:
            raise AssertionError(f"refused: {answer}")
        return answer

    def subscribe(self, topic, **options):
        return self._success(self.request(SUBSCRIBE, options, topic))[2]

    def unsubscribe(self, subscription):
        return self._success(self.request(UNSUBSCRIBE, None, subscription))

    def register(self, procedure, **options):
        return self._success(self.request(REGISTER, options, procedure))[2]

    def unregister(self, registration):
        return self._success(self.request(UNREGISTER, None, registration))

    def publish(self, topic, args=None, kwargs=None, **options):
        """Acknowledged; returns the id of the publication."""
        return self._success(self.request(PUBLISH, {"acknowledge": True, **options},
                                          *without_empty_tail(topic, args or [], kwargs)))[2]

    def publish_only(self, topic, args=None, kwargs=None, **options):
        self.send(*without_empty_tail(PUBLISH, self.next_id(), options, topic, args or [], kwargs))

    def start_call(self, procedure, args=None, kwargs=None, **options):
        request = self.next_id()
        self.send(*without_empty_tail(CALL, request, options, procedure, args or [], kwargs)
                  if args or kwargs else [CALL, request, options, procedure])
        return request

    def call(self, procedure, args=None, kwargs=None, timeout=TIMEOUT, **options):
        """RESULT or ERROR, as it came."""
        return self.answer_to(CALL, self.start_call(procedure, args, kwargs, **options), timeout)
