// Both halves of a method in one process: what a router and a client would say to each other.
#pragma once

#include <wamp/auth/candidate.hpp>
#include <wamp/auth/client_credentials.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/server_method.hpp>
#include <wamp/auth/static_users.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace wamp::test {

inline std::shared_ptr<static_users> directory(std::vector<user> users) {
  auto made = std::make_shared<static_users>();
  REQUIRE(made->replace(std::move(users)).has_value());
  return made;
}

inline const decoys_ref& same_decoys() {
  static const auto made = std::make_shared<const decoys>("a key of the test");
  return made;
}

inline candidates among(std::vector<user> users) {
  return {directory(std::move(users)), same_decoys()};
}

/// Facts of a connection with TLS, other ones for each `number`.
inline peer_facts tls_facts(char number = 1) {
  peer_facts facts;
  facts.transport = "websocket";
  facts.channel = channel_bindings{
      std::string(12, number), std::string(32, static_cast<char>(number + 1)),
      std::string(32, static_cast<char>(number + 2))};
  return facts;
}

inline login login_of(
    std::string_view method, const std::string& authid, dict extra = {}, peer_facts facts = {}) {
  dict details;
  if (!authid.empty())
    details.append("authid", authid);
  if (!extra.empty())
    details.append("authextra", std::move(extra));
  return {
      std::string{method}, "realm1", session_id{3251278072152162}, std::move(details),
      std::make_shared<const peer_facts>(std::move(facts))};
}

inline auth_challenge asked(const auth_answer& a) {
  REQUIRE(a.has_value());
  REQUIRE(std::holds_alternative<auth_challenge>(*a));
  return std::get<auth_challenge>(*a);
}

inline admission admitted(const auth_answer& a) {
  REQUIRE_MESSAGE(a.has_value(), (a ? "" : a.error().uri + " " + a.error().text));
  REQUIRE(std::holds_alternative<admission>(*a));
  return std::get<admission>(*a);
}

/// As whoever is unknown is, in every respect.
inline bool is_denied(const auth_answer& a) {
  return !a && a.error() == denied().value();
}

/// The router's side of a login up to its CHALLENGE, and the client's answer to it.
struct handshake {
  std::unique_ptr<client_login> client;
  login who;
  auth_challenge challenge;
  tl::expected<authenticate, std::string> answer;
};

/// `client_facts`: as the client sees the connection, if not as the router does.
inline handshake begin(
    const server_method& router, const client_credentials& client, const std::string& authid,
    const peer_facts& facts = {}, const peer_facts* client_facts = nullptr) {
  const auto& seen = client_facts ? *client_facts : facts;
  handshake h;
  h.client = client.begin(authid, seen.channel ? &*seen.channel : nullptr);
  h.who = login_of(client.method(), authid, h.client->extra(), facts);
  h.challenge = asked(router.challenge(h.who));
  h.answer = h.client->answer(h.challenge.ask);
  return h;
}

inline auth_answer check(const server_method& router, const handshake& h) {
  REQUIRE_MESSAGE(h.answer.has_value(), (h.answer ? "" : h.answer.error()));
  return router.check(h.who, h.challenge, *h.answer);
}

/// From HELLO to WELCOME.
inline auth_answer converse(
    const server_method& router, const client_credentials& client, const std::string& authid,
    const peer_facts& facts = {}) {
  const auto h = begin(router, client, authid, facts);
  auto decided = check(router, h);
  if (decided) {
    dict details;
    details.append("authextra", std::get<admission>(*decided).extra);
    CHECK(h.client->trouble_with({h.who.session, details}) == std::nullopt);
  }
  return decided;
}

} // namespace wamp::test
