#include <wamp/apps/gateway/add_user.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/serialization/json_text.hpp>

#include <algorithm>
#include <istream>
#include <ostream>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace wamp {

namespace {

/// A terminal shows nothing of what is typed meanwhile.
class hidden_input {
public:
  hidden_input() {
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &before_) != 0)
      return;
    auto hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_hidden_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  }
  ~hidden_input() {
    if (is_hidden_)
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  hidden_input(const hidden_input&) = delete;
  hidden_input& operator=(const hidden_input&) = delete;

private:
  termios before_{};
  bool is_hidden_ = false;
};

/// Empty: there is none.
std::string read_password(const std::string& authid, std::istream& in, std::ostream& trouble) {
  trouble << "Password of " << authid << ": " << std::flush;
  const hidden_input hidden;
  std::string password;
  std::getline(in, password);
  trouble << '\n';
  return password;
}

std::vector<std::string> methods_of(const new_user& who) {
  if (who.methods.empty() && who.public_keys.empty())
    return {"wamp-scram"};
  return who.methods;
}

/// Sets what is derived of the password; the error is a sentence.
tl::expected<void, std::string>
derive(user& u, const std::string& method, const std::string& password, bool argon2) {
  if (method == "ticket") {
    u.ticket = secrets::new_ticket(password);
  } else if (method == "wampcra") {
    u.cra = secrets::new_cra(password);
  } else {
    auto made = argon2 ? secrets::new_scram_argon2(password) : secrets::new_scram_pbkdf2(password);
    if (!made)
      return tl::unexpected(std::move(made.error()));
    u.scram = std::move(*made);
  }
  return {};
}

dict entry_of(const user& u, const std::vector<std::string>& public_keys) {
  dict entry{{"authid", u.authid}, {"role", u.role}};
  if (u.ticket)
    entry.set("ticket", secrets::text_of(*u.ticket));
  if (u.cra)
    entry.set("wampcra", secrets::text_of(*u.cra));
  if (u.scram)
    entry.set("wamp-scram", secrets::text_of(*u.scram));
  if (!public_keys.empty())
    entry.set("cryptosign", list(public_keys.begin(), public_keys.end()));
  return entry;
}

} // namespace

int add_user(const new_user& who, std::istream& in, std::ostream& out, std::ostream& trouble) {
  const auto fail = [&](std::string_view why) {
    trouble << why << '\n';
    return 2;
  };
  user u{who.authid, who.role};
  for (const auto& text : who.public_keys) {
    auto key = secrets::parse_public_key(text);
    if (!key)
      return fail("--public-key " + text + ": " + key.error());
    u.public_keys.push_back(std::move(*key));
  }
  const auto methods = methods_of(who);
  const auto password = methods.empty() ? std::string{} : read_password(who.authid, in, trouble);
  if (password.empty() && !methods.empty())
    return fail("a password is not empty");
  for (const auto& method : methods)
    if (auto made = derive(u, method, password, who.argon2); !made)
      return fail(made.error());
  if (auto taken = static_users{}.replace({u}); !taken)
    return fail(taken.error());
  out << json_text(entry_of(u, who.public_keys)) << '\n';
  return 0;
}

} // namespace wamp
