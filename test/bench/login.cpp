// The bench of logins: how long the router's half of each method takes to refuse a name that it
// knows, and one that it does not. Prints a JSON list of {"name", "known_us", "unknown_us", "t"};
// t is Welch's, of the two means: what is beyond 5 or so is no accident. See README.md.
//   wamp-bench-login --rounds N
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/auth/ticket.hpp>
#include <wamp/auth/wampcra.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace wamp;

constexpr int users_in_all = 100;

/// Names of one size: "user-042" is one, "none-042" is none.
std::string name(const char* kind, int number) {
  const auto digits = std::to_string(1000 + number);
  return kind + ("-" + digits.substr(1));
}

std::shared_ptr<static_users> some_users(const crypto::ed25519_key& key) {
  std::vector<user> all;
  const auto cra = secrets::new_cra("a password", 1000);
  const auto scram = secrets::new_scram_pbkdf2("a password", 4096);
  for (int i = 0; i < users_in_all; ++i) {
    user u{name("user", i), "user"};
    u.ticket = secrets::new_ticket("a password", 1000);
    u.cra = cra;
    u.scram = *scram;
    all.push_back(std::move(u));
  }
  all.front().public_keys = {std::string{key.public_key()}};
  auto made = std::make_shared<static_users>();
  if (!made->replace(std::move(all)))
    throw std::logic_error{"the users are wrong"};
  return made;
}

/// The part that the router waits for; the answer is wrong.
double microseconds(
    const server_method& router, const login& who,
    const std::function<authenticate(const challenge&)>& answer) {
  using clock = std::chrono::steady_clock;
  const auto start = clock::now();
  const auto asked = std::get<auth_challenge>(*router.challenge(who));
  const auto challenged = clock::now();
  const auto wrong = answer(asked.ask);
  const auto answered = clock::now();
  const auto decided = router.check(who, asked, wrong);
  const auto took = clock::now() - answered + (challenged - start);
  if (decided)
    throw std::logic_error{"a wrong answer was taken"};
  return std::chrono::duration<double, std::micro>{took}.count();
}

struct sample {
  std::vector<double> times;

  /// Without what the machine did meanwhile: the slowest tenth.
  void trim() {
    std::sort(times.begin(), times.end());
    times.resize(times.size() * 9 / 10);
  }
  double median() const { return times[times.size() / 2]; }
  double mean() const {
    double sum = 0;
    for (const auto t : times)
      sum += t;
    return sum / static_cast<double>(times.size());
  }
  /// Of the mean.
  double variance() const {
    const auto m = mean();
    double sum = 0;
    for (const auto t : times)
      sum += (t - m) * (t - m);
    const auto n = static_cast<double>(times.size());
    return sum / (n - 1) / n;
  }
};

void measure(
    const char* separator, const server_method& router, const std::function<dict(bool)>& extra,
    const std::function<authenticate(const challenge&)>& answer, int logins) {
  std::mt19937 random{1};
  sample known;
  sample unknown;
  const auto peer = std::make_shared<const peer_facts>();
  for (int i = 0; i < 2 * logins; ++i) {
    const auto is_known = (random() & 1U) != 0;
    const auto number = static_cast<int>(random() % users_in_all);
    const login who{
        std::string{router.name()}, "realm1", session_id{1},
        dict{{"authid", name(is_known ? "user" : "none", number)}, {"authextra", extra(is_known)}},
        peer};
    (is_known ? known : unknown).times.push_back(microseconds(router, who, answer));
  }
  known.trim();
  unknown.trim();
  const auto t = (unknown.mean() - known.mean()) / std::sqrt(unknown.variance() + known.variance());
  std::printf(
      R"(%s{"name": "login refused, %s", "known_us": %.3f, "unknown_us": %.3f, "t": %.2f})",
      separator, std::string{router.name()}.c_str(), known.median(), unknown.median(), t);
}

} // namespace

int main(int argc, char** argv) {
  int rounds = 5;
  CLI::App app{"What a login tells of whether there is a user."};
  app.add_option("--rounds", rounds, "times a thousand logins with each kind of name");
  CLI11_PARSE(app, argc, argv);
  const auto key = crypto::ed25519_key::generate();
  const auto stranger = crypto::ed25519_key::generate();
  const auto users = some_users(key);
  const candidates who{users, std::make_shared<const decoys>()};
  const auto nothing = [](bool) { return dict{}; };
  const auto logins = rounds * 1000;
  const auto wrong = [signature = crypto::to_base64(std::string(32, 'x'))](const challenge&) {
    return authenticate{signature};
  };
  measure("[", ticket_method{who}, nothing, wrong, logins);
  measure(",\n ", cra_method{who}, nothing, wrong, logins);
  const dict nonce{{"nonce", "egVDf3DMJh0SBmkFIh7sSo=="}};
  measure(
      ",\n ", scram_method{who}, [&](bool) { return nonce; }, wrong, logins);
  // Known or not is the key here; the names are none, which is looked at last.
  const dict known{{"pubkey", crypto::to_hex(key.public_key())}};
  const dict unknown{{"pubkey", crypto::to_hex(stranger.public_key())}};
  // Of the right text, so that it is looked at.
  const auto wrong_signature = [](const challenge& asked) {
    return authenticate{std::string(128, '0') + *find<std::string>(asked.extra, "challenge")};
  };
  measure(
      ",\n ", cryptosign_method{users}, [&](bool k) { return k ? known : unknown; },
      wrong_signature, logins);
  std::puts("]");
}
