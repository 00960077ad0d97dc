// Requests as messages, without a socket, cut in every way.
#include <wamp/transport/http_framing.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace wamp;

namespace {

struct seen {
  unsigned wrong;
  bool keep_alive;
  std::string method, path, body;
  bool operator==(const seen&) const = default;
};

struct outcome {
  std::vector<seen> requests;
  std::string replies;
};

outcome feed(
    std::string_view bytes, std::size_t step = 1'000'000, std::size_t max_header = 500,
    std::size_t max_body = 1000) {
  http_framing f(max_header, max_body);
  received in;
  outcome all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    auto part = bytes.substr(at, step);
    const std::vector<char> exact(part.begin(), part.end());
    in.clear();
    f.feed({exact.data(), exact.size()}, in);
    in.finish();
    CHECK(in.end == received::ending::none);
    for (const auto& m : in.messages) {
      auto r = http_framing::open(m);
      all.requests.push_back(
          {r.wrong, r.keep_alive, std::string(r.method), std::string(r.path),
           std::string(r.body.view())});
    }
    all.replies += in.replies;
  }
  return all;
}

std::string post(std::string_view target, std::string_view body, std::string_view more = "") {
  std::string s("POST ");
  s.append(target).append(" HTTP/1.1\r\nHost: x\r\n").append(more);
  s.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return s.append(body);
}

void check_wrong(const outcome& o, unsigned status, std::size_t before = 0) {
  REQUIRE(o.requests.size() == before + 1);
  CHECK(o.requests.back() == seen{status, false, "-", "-", ""});
}

const std::vector<std::size_t> steps{1, 2, 3, 7, 64, 1'000'000};

} // namespace

TEST_CASE("http framing: requests in a row, however they are cut") {
  const std::string body("[\n\0 \xFF]", 6);
  auto bytes =
      post("/lp/a/send?x=1&y", body) + post("/lp/a/receive", "")
      + "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e=f\r\nde\r\n0"
        "\r\n\r\n"
      + "GET / HTTP/1.1\r\n\r\n" + post("/y", "z", "Connection: close\r\n");
  for (auto step : steps) {
    CAPTURE(step);
    CHECK(
        feed(bytes, step).requests
        == std::vector<seen>{
            {0, true, "POST", "/lp/a/send", body},
            {0, true, "POST", "/lp/a/receive", ""},
            {0, true, "POST", "/x", "abcde"},
            {0, true, "GET", "/", ""},
            {0, false, "POST", "/y", "z"}});
  }
}

TEST_CASE("http framing: HTTP/1.0 closes unless it asks not to") {
  CHECK_FALSE(feed("POST /a HTTP/1.0\r\n\r\n").requests.at(0).keep_alive);
  CHECK(feed("POST /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").requests.at(0).keep_alive);
}

TEST_CASE("http framing: what is not HTTP is the last that is looked at") {
  for (auto step : steps) {
    CAPTURE(step);
    check_wrong(feed("POST\r\n\r\n" + post("/a", ""), step), 400);
    check_wrong(feed(post("/a", "b") + "\x7F\xF1\r\n\r\n" + post("/c", ""), step), 400, 1);
    check_wrong(feed("POST /a HTTP/3.0\r\n\r\n", step), 400);
    check_wrong(feed("POST /a HTTP/1.1\r\nContent-Length: x\r\n\r\n", step), 400);
    check_wrong(
        feed("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", step), 400);
    check_wrong(
        feed(
            "POST /a HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            step),
        400);
  }
}

TEST_CASE("http framing: a body over the limit") {
  CHECK(feed(post("/a", std::string(1000, 'x'))).requests.at(0).body.size() == 1000);
  for (auto step : steps) {
    CAPTURE(step);
    check_wrong(feed(post("/a", std::string(1001, 'x')), step), 413);
    check_wrong(feed("POST /a HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", step), 413);
    // 0x3E8 is 1000.
    auto chunked = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3E8\r\n"
                   + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n";
    check_wrong(feed(chunked, step), 413);
  }
}

TEST_CASE("http framing: a header over the limit") {
  for (auto step : steps) {
    CAPTURE(step);
    check_wrong(feed("POST /" + std::string(2000, 'a'), step), 431);
    check_wrong(feed("POST /a HTTP/1.1\r\nX: " + std::string(2000, 'a'), step), 431);
    const std::string chunked = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    check_wrong(feed(chunked + "1;" + std::string(2000, 'a'), step), 431);
    check_wrong(feed(chunked + "0\r\nX: " + std::string(2000, 'a'), step), 431);
  }
}

TEST_CASE("http framing: a client that asks whether to go on") {
  auto bytes = post("/a", "b", "Expect: 100-continue\r\n");
  auto head = bytes.substr(0, bytes.size() - 1);
  CHECK(feed(head).replies == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(feed(head).requests.empty());
  CHECK(feed(bytes).replies.empty());
  CHECK(feed(bytes, 1).replies == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(feed(bytes, 1).requests.size() == 1);
}

TEST_CASE("http framing: the headers that say who asks") {
  auto opened = [](const std::string& more) {
    http_framing f(5000, 1000);
    received in;
    f.feed(post("/x", "a\nb", more), in);
    in.finish();
    REQUIRE(in.messages.size() == 1);
    auto r = http_framing::open(in.messages[0]);
    CHECK(r.body.view() == (r.wrong == 0 ? "a\nb" : ""));
    return std::vector<std::string>{
        std::to_string(r.wrong), std::string(r.origin), std::string(r.host),
        std::string(r.cookies)};
  };
  using texts = std::vector<std::string>;
  CHECK(opened("") == texts{"0", "", "x", ""});
  CHECK(
      opened("cookie: a=b; c=d\r\nORIGIN:  http://page.test \r\n")
      == texts{"0", "http://page.test", "x", "a=b; c=d"});
  // No header ends a line of ours.
  CHECK(opened("Origin: a\r\n b\r\n") == texts{"0", "a b", "x", ""});
  for (auto bad : {"Origin: a\nCookie: b\r\n", "Origin: a\rb\r\n", "Cookie: a\nb\r\n"})
    CHECK(opened(bad) == texts{"400", "", "", ""});
}
