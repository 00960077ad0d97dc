# The packages that the rooms stand on. Used by this build and, installed beside the config file,
# by the builds of those who use the rooms: what one needs, the other finds the same way.

# Target | its Debian package | arguments for find_package, or the name that pkg-config knows.
set(caf_wamp_dependencies
  "Threads::Threads|libc6-dev|Threads"
  "Boost::headers|libboost-dev|Boost 1.74"
  "CAF::core|libcaf-dev|CAF 0.17.6 COMPONENTS core"
  "CAF::io|libcaf-dev|CAF 0.17.6 COMPONENTS io"
  "CAF::openssl|libcaf-dev|CAF 0.17.6 COMPONENTS openssl"
  "OpenSSL::SSL|libssl-dev|OpenSSL 3.0"
  "OpenSSL::Crypto|libssl-dev|OpenSSL 3.0"
  "tl::expected|libexpected-dev|tl-expected"
  "tsl::robin_map|robin-map-dev|tsl-robin-map"
  "spdlog::spdlog|libspdlog-dev|spdlog"
  "PkgConfig::caf_wamp_botan|libbotan-2-dev|botan-2"
  "PkgConfig::caf_wamp_cbor|libcbor-dev|libcbor"
  "PkgConfig::caf_wamp_idn|libidn-dev|libidn"
  "PkgConfig::caf_wamp_sqlite|libsqlite3-dev|sqlite3")

# caf_wamp_debian_package(TARGET RESULT): the Debian package that brings TARGET; empty when TARGET
# is none of the above.
function(caf_wamp_debian_package target result)
  set(${result} "" PARENT_SCOPE)
  foreach(entry IN LISTS caf_wamp_dependencies)
    if(entry MATCHES "^${target}\\|([^|]+)\\|")
      set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# caf_wamp_find_dependency(TARGET PROBLEM): makes TARGET known in the calling folder. PROBLEM says
# what is missing and which Debian package brings it; it is empty when all went well.
function(caf_wamp_find_dependency target problem)
  set(${problem} "" PARENT_SCOPE)
  if(TARGET ${target})
    return()
  endif()
  caf_wamp_debian_package(${target} debian)
  foreach(entry IN LISTS caf_wamp_dependencies)
    if(entry MATCHES "^${target}\\|[^|]+\\|(.+)$")
      set(wanted "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  if(target MATCHES "^PkgConfig::(.+)$")
    set(name "${CMAKE_MATCH_1}")
    find_package(PkgConfig QUIET)
    if(NOT PkgConfig_FOUND)
      set(${problem} "pkg-config is missing, which finds ${wanted} (on Debian: pkg-config)" PARENT_SCOPE)
      return()
    endif()
    pkg_check_modules(${name} QUIET IMPORTED_TARGET ${wanted})
  else()
    separate_arguments(arguments UNIX_COMMAND "${wanted}")
    list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_FUNCTION_LIST_DIR}") # FindCAF.cmake
    find_package(${arguments} QUIET)
  endif()
  if(NOT TARGET ${target})
    string(REGEX REPLACE " COMPONENTS" ":" wanted "${wanted}")
    set(${problem} "${wanted} was not found (on Debian: ${debian})" PARENT_SCOPE)
  endif()
endfunction()
