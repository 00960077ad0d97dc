#include <wamp/auth/channel_binding.hpp>
#include <wamp/auth/cryptosign.hpp>
#include <wamp/test/auth/testing.hpp>

namespace wamp::test {

namespace {

std::string octets(std::string_view hex) {
  return crypto::from_hex(hex).value();
}

crypto::ed25519_key key_of(std::string_view hex) {
  return crypto::ed25519_key::from_seed(octets(hex)).value();
}

const auto client_key = crypto::ed25519_key::generate();
const auto router_key = crypto::ed25519_key::generate();

user owner(const crypto::ed25519_key& key = client_key) {
  user u{"client01@example.com", "device"};
  u.public_keys = {std::string{key.public_key()}};
  return u;
}

cryptosign_credentials bound_by(std::string type) {
  return cryptosign_credentials{client_key, {.binding = std::move(type)}};
}

cryptosign_credentials trusting(const crypto::ed25519_key& key, std::string binding = {}) {
  return cryptosign_credentials{
      client_key, {.binding = std::move(binding), .router_key = std::string{key.public_key()}}};
}

} // namespace

TEST_CASE("signatures as in the specification's test vectors") {
  struct vector {
    std::string_view channel_id, private_key, challenge, signature;
  };
  constexpr std::string_view channel =
      "62e935ae755f3d48f80d4d59f6121358c435722a67e859cc0caa8b539027f2ff";
  const vector known[] = {
      {"", "4d57d97a68f555696620a6d849c0ce582568518d729eb753dc7c732de2804510",
       "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
       "b32675b221f08593213737bef8240e7c15228b07028e19595294678c90d11c0c"
       "ae80a357331bfc5cc9fb71081464e6e75013517c2cf067ad566a6b7b728e5d03"
       "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
      {"", "d511fe78e23934b3dadb52fcd022974b80bd92bccc7c5cf404e46cc0a8a2f5cd",
       "b26c1f87c13fc1da14997f1b5a71995dff8fbe0a62fae8473c7bdbd05bfb607d",
       "d4209ad10d5aff6bfbc009d7e924795de138a63515efc7afc6b01b7fe5201372"
       "190374886a70207b042294af5bd64ce725cd8dceb344e6d11c09d1aaaf4d660f"
       "b26c1f87c13fc1da14997f1b5a71995dff8fbe0a62fae8473c7bdbd05bfb607d"},
      {"", "6e1fde9cf9e2359a87420b65a87dc0c66136e66945196ba2475990d8a0c3a25b",
       "b05e6b8ad4d69abf74aa3be3c0ee40ae07d66e1895b9ab09285a2f1192d562d2",
       "7beb282184baadd08f166f16dd683b39cab53816ed81e6955def951cb2ddad1e"
       "c184e206746fd82bda075af03711d3d5658fc84a76196b0fa8d1ebc92ef9f30b"
       "b05e6b8ad4d69abf74aa3be3c0ee40ae07d66e1895b9ab09285a2f1192d562d2"},
      {channel, "4d57d97a68f555696620a6d849c0ce582568518d729eb753dc7c732de2804510",
       "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
       "9b6f41540c9b95b4b7b281c3042fa9c54cef43c842d62ea3fd6030fcb66e70b3"
       "e80d49d44c29d1635da9348d02ec93f3ed1ef227dfb59a07b580095c2b82f80f"
       "9d16ca518aa0c2b707f2b2a609edeca73bca8dd59817a633f35574ac6fd80d00"},
      {channel, "d511fe78e23934b3dadb52fcd022974b80bd92bccc7c5cf404e46cc0a8a2f5cd",
       "b26c1f87c13fc1da14997f1b5a71995dff8fbe0a62fae8473c7bdbd05bfb607d",
       "305aaa3ac25e98f651427688b3fc43fe7d8a68a7ec1d7d61c61517c519bd4a42"
       "7c3015599d83ca28b4c652333920223844ef0725eb5dc2febfd6af7677b73f01"
       "d0852a29b460fc92ec943242ac638a053bbacc200512b18b30d15083cbdc9282"},
      {channel, "6e1fde9cf9e2359a87420b65a87dc0c66136e66945196ba2475990d8a0c3a25b",
       "b05e6b8ad4d69abf74aa3be3c0ee40ae07d66e1895b9ab09285a2f1192d562d2",
       "ee3c7644fd8070532bc1fde3d70d742267da545d8c8f03e63bda63f1ad4214f4"
       "d2c4bfdb4eb9526def42deeb7e31602a6ff99eba893e0a4ad4d45892ca75e608"
       "d2b75e24a189a7f78ca776ba36fc53f6c3e31c32f251f2c524f0a44202f2902d"},
  };
  for (const auto& v : known) {
    const auto key = key_of(v.private_key);
    const auto text = cryptosign::message(octets(v.challenge), octets(v.channel_id));
    CHECK(cryptosign::sign(key, text) == v.signature);
    CHECK(cryptosign::is_signed(v.signature, key.public_key(), text));
  }
}

TEST_CASE("a client and a router of the specification's examples") {
  const auto client = octets("545efb0a2192db8d43f118e9bf9aee081466e1ef36c708b96ee6f62dddad9122");
  const auto router = octets("4a3838f6fe75251e613329d53fc69b262d5eac97fb1d73bebbaed4015b53c862");
  CHECK(cryptosign::is_signed(
      "e2f0297a193b63b7a4a92028e9e2e6107f82730560d54a657bd982cb4b315149"
      "0399debbbde998e494d3c3b2a5e2e91271291e10dee85a6cfaa127885ddd8b0a"
      "fa034062ad76352b53a25358854577730db82f367aa439709c91296d04a5716c",
      client, octets("fa034062ad76352b53a25358854577730db82f367aa439709c91296d04a5716c")));
  CHECK(cryptosign::is_signed(
      "fd5128d2d207ba58a9d1d6f41b72c747964ad9d1294077b3b1eee6130b05843a"
      "b12c53c7f2519f73d4feb82db19d8ca0fc26b62bde6518e79a882f5795bc9f00"
      "bbae60ea44cdd7b20dc7010a618b0f0803fab25a817520b4b7f057299b524deb",
      router, octets("bbae60ea44cdd7b20dc7010a618b0f0803fab25a817520b4b7f057299b524deb")));
  // Both over one TLS connection.
  const auto channel = octets("e973bee24dcea9e20625f949c0e3cd28d632ccbefe4907c2fac2728710f7b160");
  CHECK(cryptosign::is_signed(
      "aa05f4cd7747d36b79443f1d4703a681e107edc085d876b508714e2a3a8135ba"
      "caae1c018452c4acb3ad2818aa97a6d23e5ac7e3734c7b1f40e6232a70938205"
      "a6f5a1f034a28090b195fb2ce2454a82532f5c8baf6ba1dfb5ddae63c09ce72f",
      router,
      cryptosign::message(
          octets("4f861f12796c2972b7b0026522a687aa851d90355122a61d4f1fdce4d06b564f"), channel)));
  CHECK(cryptosign::is_signed(
      "25114474580d6e99a6126b091b4565c23db567d686c5b8c3a94e3f2f09dc8030"
      "0c5b40a124236733fa56396df721eb12ac092362379bd5b27b4db9e2beaa1408"
      "dcf59bd361a2921448f0e45e12f303097924f5798a83b895cf6b179a6d664d0a",
      client,
      cryptosign::message(
          octets("358625312c6c3bf64ed51d17d210ce21af1639c774cabf5735a9651d7d91fc6a"), channel)));
}

TEST_CASE("whoever has the private key comes in, by name or without") {
  const cryptosign_method router{directory({owner()})};
  for (const std::string authid : {"client01@example.com", ""}) {
    const auto let_in = admitted(converse(router, cryptosign_credentials{client_key}, authid));
    CHECK(let_in.who.authid == "client01@example.com");
    CHECK(let_in.who.authrole == "device");
    CHECK(let_in.who.authmethod == "cryptosign");
    CHECK(let_in.who.authprovider == "static");
  }
}

TEST_CASE("the messages are those of the specification") {
  const cryptosign_method router{directory({owner()}), router_key};
  const auto h = begin(router, cryptosign_credentials{client_key}, "");
  CHECK(*find<std::string>(*h.who.extra(), "pubkey") == crypto::to_hex(client_key.public_key()));
  CHECK(h.who.extra()->find("channel_binding")->is_null());
  CHECK_FALSE(h.who.extra()->contains("challenge"));
  const auto& ask = h.challenge.ask;
  CHECK(ask.method == "cryptosign");
  CHECK(octets(*find<std::string>(ask.extra, "challenge")).size() == 32);
  CHECK(ask.extra.find("channel_binding")->is_null());
  CHECK_FALSE(ask.extra.contains("signature"));
  CHECK(h.answer->signature.size() == 192);
  CHECK(h.answer->signature.ends_with(*find<std::string>(ask.extra, "challenge")));
}

TEST_CASE("each channel binding holds where both see one connection") {
  const cryptosign_method router{directory({owner()})};
  for (const std::string type : {"tls-unique", "tls-exporter"}) {
    const auto h = begin(router, bound_by(type), "", tls_facts());
    CHECK(*find<std::string>(h.challenge.ask.extra, "channel_binding") == type);
    CHECK(check(router, h).has_value());
    const auto other = tls_facts(7);
    CHECK(is_denied(check(router, begin(router, bound_by(type), "", tls_facts(), &other))));
  }
}

TEST_CASE("tls-unique is hashed to 32 octets, as Autobahn does") {
  const auto facts = tls_facts();
  CHECK(
      channel_binding::id(&*facts.channel, "tls-unique")
      == crypto::sha256(facts.channel->tls_unique));
  CHECK(channel_binding::id(&*facts.channel, "tls-exporter") == facts.channel->tls_exporter);
  CHECK(channel_binding::id(&*facts.channel, "tls-server-end-point") == "");
  CHECK(channel_binding::id(nullptr, "tls-unique") == "");
}

TEST_CASE("a binding that the connection has not is refused, not passed over") {
  const cryptosign_method router{directory({owner()})};
  auto tls13 = tls_facts();
  tls13.channel->tls_unique.clear();
  const auto takes = [&router](value binding, const peer_facts& facts) {
    dict extra{{"pubkey", crypto::to_hex(client_key.public_key())}};
    extra.append("channel_binding", std::move(binding));
    return router.challenge(login_of("cryptosign", "", extra, facts)).has_value();
  };
  CHECK(takes(nullptr, tls13));
  CHECK(takes("tls-exporter", tls13));
  CHECK_FALSE(takes("tls-unique", tls13));
  CHECK_FALSE(takes("tls-exporter", {}));
  CHECK_FALSE(takes("tls-server-end-point", tls13));
  CHECK_FALSE(takes("", tls13));
  CHECK_FALSE(takes(7, tls13));
}

TEST_CASE("a client signs for no connection but its own") {
  const auto facts = tls_facts();
  const auto client = bound_by("tls-exporter").begin("", &*facts.channel);
  const auto takes = [&client](value binding) {
    return client
        ->answer(
            {"cryptosign",
             {{"challenge", std::string(64, 'a')}, {"channel_binding", std::move(binding)}}})
        .has_value();
  };
  CHECK(takes("tls-exporter"));
  CHECK_FALSE(takes("tls-unique"));
  CHECK_FALSE(takes(nullptr));
  CHECK_FALSE(client->answer({"cryptosign", {{"challenge", std::string(64, 'a')}}}).has_value());
  // Without TLS there is nothing to sign for.
  CHECK_FALSE(bound_by("tls-exporter")
                  .begin("", nullptr)
                  ->answer(
                      {"cryptosign",
                       {{"challenge", std::string(64, 'a')}, {"channel_binding", "tls-exporter"}}})
                  .has_value());
  // Nor does one that asked for no binding take one.
  const auto plain = cryptosign_credentials{client_key}.begin("", &*facts.channel);
  CHECK_FALSE(plain
                  ->answer(
                      {"cryptosign",
                       {{"challenge", std::string(64, 'a')}, {"channel_binding", "tls-exporter"}}})
                  .has_value());
  CHECK(plain->answer({"cryptosign", {{"challenge", std::string(64, 'a')}}}).has_value());
}

TEST_CASE("a signature of another key, for another name, or of nobody's key, is denied alike") {
  const auto stranger = crypto::ed25519_key::generate();
  const cryptosign_method router{directory({owner(), user{"other", "user"}})};
  CHECK(is_denied(converse(router, cryptosign_credentials{stranger}, "")));
  CHECK(is_denied(converse(router, cryptosign_credentials{stranger}, "client01@example.com")));
  CHECK(is_denied(converse(router, cryptosign_credentials{client_key}, "other")));
  CHECK(is_denied(converse(router, cryptosign_credentials{client_key}, "nobody")));

  // The owner's public key, and another's signature.
  const auto h = begin(router, cryptosign_credentials{client_key}, "");
  const auto text = octets(*find<std::string>(h.challenge.ask.extra, "challenge"));
  CHECK(is_denied(router.check(h.who, h.challenge, {cryptosign::sign(stranger, text)})));
}

TEST_CASE("the answer to one challenge is none to another") {
  const cryptosign_method router{directory({owner()})};
  const auto first = begin(router, cryptosign_credentials{client_key}, "");
  const auto second = begin(router, cryptosign_credentials{client_key}, "");
  CHECK(is_denied(router.check(second.who, second.challenge, *first.answer)));
  // With the other's message behind it, too.
  const auto text = *find<std::string>(second.challenge.ask.extra, "challenge");
  const auto patched = first.answer->signature.substr(0, 128) + text;
  CHECK(is_denied(router.check(second.who, second.challenge, {patched})));
}

TEST_CASE("a signature that is cut off, longer, or not of what was asked, is none") {
  const cryptosign_method router{directory({owner()})};
  const auto h = begin(router, cryptosign_credentials{client_key}, "");
  const auto good = h.answer->signature;
  for (const auto& bad :
       {std::string{}, good.substr(0, 128), good.substr(0, 190), good.substr(2), good + "00",
        good.substr(0, 191) + "g", " " + good.substr(1),
        good.substr(0, 128) + std::string(64, '0')})
    CHECK(is_denied(router.check(h.who, h.challenge, {bad})));
  CHECK(is_denied(
      router.check(h.who, h.challenge, {cryptosign::sign(client_key, std::string(32, 'x'))})));
  CHECK(router.check(h.who, h.challenge, {good}).has_value());
}

TEST_CASE("HELLO needs a public key of 32 octets") {
  const cryptosign_method router{directory({owner()})};
  const auto digits = crypto::to_hex(client_key.public_key());
  for (const auto& wrong :
       {value{}, value{7}, value{""}, value{digits.substr(2)}, value{digits + "00"},
        value{std::string(64, 'g')}, value{binary{std::string{client_key.public_key()}}}}) {
    const auto a = router.challenge(login_of("cryptosign", "", {{"pubkey", wrong}}));
    REQUIRE_FALSE(a.has_value());
    CHECK(a.error().uri == uris::authentication_failed);
  }
  CHECK_FALSE(router.challenge(login_of("cryptosign", "client01@example.com")).has_value());
}

TEST_CASE("a router proves itself to whoever asks") {
  const cryptosign_method router{directory({owner()}), router_key};
  const auto h = begin(router, trusting(router_key), "");
  CHECK(
      *find<std::string>(h.challenge.ask.extra, "pubkey")
      == crypto::to_hex(router_key.public_key()));
  CHECK(check(router, h).has_value());
  CHECK_FALSE(h.client->trouble_with({}));
  CHECK(converse(router, trusting(router_key, "tls-exporter"), "", tls_facts()).has_value());
}

TEST_CASE("a client leaves a router that is another, or cannot prove itself") {
  const auto stranger = crypto::ed25519_key::generate();
  const cryptosign_method router{directory({owner()}), router_key};
  CHECK_FALSE(begin(router, trusting(stranger), "").answer.has_value());
  const cryptosign_method without{directory({owner()})};
  CHECK_FALSE(begin(without, trusting(router_key), "").answer.has_value());
  // Nor may a router that has the right key sign for another connection: somebody passed it on.
  const auto other = tls_facts(7);
  CHECK_FALSE(begin(router, trusting(router_key, "tls-exporter"), "", tls_facts(), &other)
                  .answer.has_value());
  // One that asks nothing proves nothing.
  CHECK(trusting(router_key).begin("", nullptr)->trouble_with({}));

  // The proof for one login is none for another.
  const auto first = begin(router, trusting(router_key), "");
  CHECK_FALSE(trusting(router_key).begin("", nullptr)->answer(first.challenge.ask).has_value());
}

TEST_CASE("a router signs nothing but 32 octets") {
  const cryptosign_method router{directory({owner()}), router_key};
  for (const auto& wrong : {value{""}, value{7}, value{std::string(62, '0')}}) {
    const auto a = router.challenge(login_of(
        "cryptosign", "",
        {{"pubkey", crypto::to_hex(client_key.public_key())}, {"challenge", wrong}}));
    CHECK_FALSE(a.has_value());
  }
}

TEST_CASE("a client answers no other method, and no challenge of another size") {
  const auto client = cryptosign_credentials{client_key}.begin("", nullptr);
  CHECK_FALSE(client->answer({"ticket", {{"challenge", std::string(64, 'a')}}}).has_value());
  CHECK_FALSE(client->answer({"cryptosign", {}}).has_value());
  CHECK_FALSE(client->answer({"cryptosign", {{"challenge", std::string(62, 'a')}}}).has_value());
  CHECK_FALSE(client->answer({"cryptosign", {{"challenge", std::string(128, 'a')}}}).has_value());
}

TEST_CASE("a private key is read from a file's text") {
  const std::string digits = "f750f42b0430e28a2e272c3cedcae4dcc4a1cf33bc345c35099d3322626ab666";
  CHECK(parse_private_key(digits)->seed() == octets(digits));
  CHECK(parse_private_key("\n " + digits + "\r\n")->seed() == octets(digits));
  // Of Autobahn's documentation.
  const auto read = parse_private_key(
      "This is a comment.\n\ncreator: oberstet@intel-nuci7\n"
      "public-key-ed25519: 7326d9dc0307681cc6940fde0e60eb31a6e4d642a81e55c434462ce31f95deed\n"
      "private-key-ed25519: "
      + digits + "\nprivate-key-eth: 4d787714\n");
  REQUIRE(read.has_value());
  CHECK(
      crypto::to_hex(read->public_key())
      == "7326d9dc0307681cc6940fde0e60eb31a6e4d642a81e55c434462ce31f95deed");
  for (const auto& bad :
       {std::string{}, digits.substr(2), digits + "00", digits + " and more",
        std::string{"private-key-ed25519:"}})
    CHECK_FALSE(parse_private_key(bad).has_value());
}

} // namespace wamp::test
