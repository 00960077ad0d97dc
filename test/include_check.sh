#!/usr/bin/env bash
# Keeps the rooms apart: which room, and which kind of file, may include what. Prints every
# offending line; run by ctest.
set -u
cd "$(dirname "$0")/.."
failed=0

# forbid WHAT PATTERN FILES... : no file of FILES may include what PATTERN matches.
forbid() {
  local what=$1 pattern=$2
  shift 2
  [ $# -gt 0 ] || { echo "include check: no files for: $what"; failed=1; return; }
  if grep -nE "^#include [<\"]($pattern)" "$@"; then
    echo "  ^ $what"
    failed=1
  fi
}

files() { find "$@" -name '*.hpp' -o -name '*.cpp' | sort; }
outside_actor_shells() {
  files actors | grep -vE '_actors?\.|/testing/|/interfaces\.hpp|/delivery\.hpp|/actor_link\.|_way\.|/cluster/|/gateway/|/scheduler/|/realm_control\.'
}

forbid "serialization/ stands alone" 'wamp/(auth|transport|actors|apps)/' $(files serialization)
forbid "auth/ knows only serialization/" 'wamp/(transport|actors|apps)/' $(files auth)
forbid "transport/ knows only the formats' names and slices" \
  'wamp/(auth|actors|apps)/|wamp/serialization/(codec|messages|payload|value|uri|ids)' $(files transport)
forbid "actors/ know no programs" 'wamp/apps/' $(files actors)
forbid "only actor shells include CAF" 'caf/' $(files serialization auth transport) $(outside_actor_shells)
forbid "only actor shells include the interfaces" 'wamp/actors/(interfaces|delivery)\.hpp' $(outside_actor_shells)
forbid "only transport/ includes Boost" 'boost/' $(files serialization auth actors apps)
forbid "only the gateway's actors, the scheduler, nodes and clients include transport/" 'wamp/transport/' \
  $(files actors | grep -vE '/gateway/|/scheduler/|/client/|/cluster/')
forbid "only codecs and the config reader include the parsers" 'rapidjson/|msgpack|cbor' \
  $(files auth transport actors) $(files apps | grep -v 'config_tree')
forbid "only auth/ and the base64 file include Botan" 'botan/' \
  $(files serialization transport actors apps | grep -v 'serialization/base64')
forbid "only the file of SASLprep includes libidn" 'stringprep|idna?\.h' \
  $(files serialization transport actors apps) $(files auth | grep -v 'auth/saslprep\.cpp')
forbid "only transport/'s TLS files include OpenSSL" 'openssl/' \
  $(files serialization auth actors apps) $(files transport | grep -v 'transport/tls_.*\.cpp')
forbid "only the file of the SQLite connection includes SQLite" 'sqlite3' \
  $(files serialization auth transport actors apps | grep -v 'broker/sqlite_connection\.cpp')
exit $failed
