// Several lambdas as one visitor, for std::visit.
#pragma once

namespace wamp {

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

} // namespace wamp
