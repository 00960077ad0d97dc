# The libraries this project stands on, all of them Debian packages (see the script `dev`).
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CAF 0.17.6 REQUIRED COMPONENTS core io)
find_package(tl-expected REQUIRED)
find_package(tsl-robin-map REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(doctest REQUIRED)
pkg_check_modules(botan REQUIRED IMPORTED_TARGET botan-2)
pkg_check_modules(cbor REQUIRED IMPORTED_TARGET libcbor)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
add_library(botan::botan ALIAS PkgConfig::botan)
add_library(cbor::cbor ALIAS PkgConfig::cbor)

# add_headers(NAME FILE): a header-only library that comes without a CMake config.
function(add_headers name file)
  find_path(${name}_INCLUDE_DIR ${file} REQUIRED)
  add_library(${name}_headers INTERFACE)
  target_include_directories(${name}_headers SYSTEM INTERFACE "${${name}_INCLUDE_DIR}")
  add_library(${name}::headers ALIAS ${name}_headers)
endfunction()
add_headers(rapidjson rapidjson/reader.h)
add_headers(msgpack msgpack.hpp)
add_headers(utf8cpp utf8cpp/utf8.h)
target_compile_definitions(rapidjson_headers INTERFACE RAPIDJSON_HAS_STDSTRING=1)

# Boost 1.74 predates these checks of g++ 12 in C++20 mode.
set_property(TARGET Boost::headers APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS
  BOOST_ASIO_NO_DEPRECATED BOOST_ALLOW_DEPRECATED_HEADERS)
