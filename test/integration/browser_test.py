"""A real browser, where there is one (Debian's chromium): which of its pages may speak to the gateway,
and what they learn of its cookie."""

import http.server
import json
import queue
import shutil
import subprocess
import tempfile
import threading
import unittest

import verifiers
from gateway import all_may_do_everything
from gateway_test_case import GatewayTestCase

PATIENCE = 60  # seconds; a browser takes its time to start

PAGE = """<!doctype html><script>
const port = new URLSearchParams(location.search).get('port');
const socket = () => new Promise(resolve => {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'wamp.2.json');
  ws.onopen = () => { ws.close(); resolve('open'); };
  ws.onerror = () => resolve('refused');
});
const request = () => fetch(`http://127.0.0.1:${port}/longpoll/open`, {
  method: 'POST', credentials: 'include', headers: {'Content-Type': 'application/json'},
  body: JSON.stringify({protocols: ['wamp.2.json']}),
}).then(answer => answer.json()).then(answer => answer.protocol).catch(() => 'refused');
(async () => {
  const seen = {websocket: await socket(), long_poll: await request(), cookie: document.cookie};
  await fetch('/seen', {method: 'POST', body: JSON.stringify(seen)});
})();
</script>"""


LOGIN_PAGE = """<!doctype html><script>
const port = new URLSearchParams(location.search).get('port');
const login = methods => new Promise(resolve => {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'wamp.2.json');
  const say = message => ws.send(JSON.stringify(message));
  ws.onopen = () => say([1, 'realm1', {roles: {caller: {}}, authmethods: methods, authid: 'joe'}]);
  ws.onerror = () => resolve('refused');
  ws.onmessage = event => {
    const message = JSON.parse(event.data);
    if (message[0] === 4) say([5, 'a ticket', {}]);
    else { ws.close(); resolve(message[0] === 2 ? message[2].authmethod : message[2]); }
  };
});
(async () => {
  const seen = [];
  for (const methods of [['cookie'], ['cookie', 'ticket'], ['cookie']])
    seen.push(await login(methods));
  await fetch('/seen', {method: 'POST', body: JSON.stringify({logins: seen, cookie: document.cookie})});
})();
</script>"""


class PageServer(http.server.ThreadingHTTPServer):
    """Serves the page under every name of this machine, and hears what its script has seen."""

    def __init__(self, page):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.page = page
        self.port = self.server_address[1]
        self.seen = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer(self.server.page.encode())

        def do_POST(self):
            self.server.seen.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer(b"")

        def answer(self, body):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass


@unittest.skipUnless(shutil.which("chromium"), "there is no chromium here")
class BrowserTestCase(GatewayTestCase):
    page = PAGE

    def setUp(self):
        self.pages = PageServer(self.page)
        self.addCleanup(self.pages.close)

    def seen_by_page_of(self, host, gateway):
        with tempfile.TemporaryDirectory(prefix="wamp-browser-", ignore_cleanup_errors=True) as profile:
            browser = subprocess.Popen(
                ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--disable-dev-shm-usage", f"--user-data-dir={profile}", "--remote-debugging-port=0",
                 f"http://{host}:{self.pages.port}/?port={gateway.port}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                return self.pages.seen.get(timeout=PATIENCE)
            finally:
                browser.terminate()
                browser.wait(PATIENCE)


class BrowserTest(BrowserTestCase):
    def test_pages_of_the_same_host_may_and_others_may_not(self):
        gateway = self.start(listener={"long_poll": "/longpoll", "cookie": {"name": "wamp"}})
        # The page's port is another than the gateway's: without CORS it could not read the answer.
        self.assertEqual(self.seen_by_page_of("127.0.0.1", gateway),
                         {"websocket": "open", "long_poll": "wamp.2.json", "cookie": ""})
        self.assertEqual(self.seen_by_page_of("localhost", gateway),
                         {"websocket": "refused", "long_poll": "refused", "cookie": ""})

    def test_pages_of_the_origins_that_are_listed(self):
        origin = f"http://localhost:{self.pages.port}"
        gateway = self.start(listener={"long_poll": "/longpoll", "allowed_origins": [origin]})
        for host, seen in (("localhost", {"websocket": "open", "long_poll": "wamp.2.json"}),
                           ("127.0.0.1", {"websocket": "refused", "long_poll": "refused"})):
            self.assertEqual(self.seen_by_page_of(host, gateway), {**seen, "cookie": ""})


class LoginFromABrowserTest(BrowserTestCase):
    page = LOGIN_PAGE

    def test_a_browser_that_came_in_by_a_ticket_comes_in_by_its_cookie(self):
        users = [{"authid": "joe", "role": "clerk", "ticket": verifiers.ticket("a ticket")}]
        gateway = self.start(listener={"cookie": {"name": "wamp"}}, realms=[{
            "name": "realm1", "auth": {"methods": ["cookie", "ticket"], "users": users},
            "roles": all_may_do_everything("clerk")}])
        seen = self.seen_by_page_of("127.0.0.1", gateway)
        self.assertEqual(seen["logins"], ["wamp.error.no_matching_auth_method", "ticket", "cookie"])
        self.assertEqual(seen["cookie"], "")  # which scripts can not read
