# Libraries that only this build needs, never those who use what it installed; all of them Debian
# packages (see the script `dev`). What the rooms pass on is in dependencies.cmake.

# add_headers(NAME FILE DEBIAN): a header-only library that comes without a CMake config.
function(add_headers name file debian)
  find_path(WAMP_${name}_INCLUDE_DIR ${file})
  mark_as_advanced(WAMP_${name}_INCLUDE_DIR)
  if(NOT WAMP_${name}_INCLUDE_DIR)
    message(FATAL_ERROR "${file} was not found (on Debian: ${debian})")
  endif()
  add_library(wamp_${name}_headers INTERFACE)
  target_include_directories(wamp_${name}_headers SYSTEM INTERFACE "${WAMP_${name}_INCLUDE_DIR}")
endfunction()
add_headers(rapidjson rapidjson/reader.h rapidjson-dev)
add_headers(msgpack msgpack.hpp libmsgpack-cxx-dev)
add_headers(utf8cpp utf8cpp/utf8.h libutfcpp-dev)
target_compile_definitions(wamp_rapidjson_headers INTERFACE RAPIDJSON_HAS_STDSTRING=1)

if(WAMP_BUILD_GATEWAY)
  find_package(CLI11 REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
endif()
if(WAMP_BUILD_TESTS)
  find_package(doctest REQUIRED)
endif()
