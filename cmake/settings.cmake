# What every target is compiled with. In another project, its settings hold.
option(WAMP_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" ${PROJECT_IS_TOP_LEVEL})
set(WAMP_SANITIZE "" CACHE STRING "Sanitizers for every target, such as address,undefined or thread")

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_STANDARD 20)
  set(CMAKE_CXX_STANDARD_REQUIRED ON)
  set(CMAKE_CXX_EXTENSIONS OFF)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
  endif()
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
  find_program(CCACHE_PROGRAM ccache)
  if(CCACHE_PROGRAM)
    # Without these it can do nothing with precompiled headers.
    set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${CCACHE_PROGRAM}")
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      add_compile_options(-fpch-preprocess)
    endif()
  endif()
  add_compile_options(-Wall -Wextra -Wconversion -Wshadow)
endif()
if(WAMP_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()

if(WAMP_SANITIZE)
  add_compile_options(-fsanitize=${WAMP_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WAMP_SANITIZE})
  if(WAMP_SANITIZE MATCHES "undefined")
    # Debian's libraries are built without the vptr check's type information. The other three
    # check every single access, for which ASan has its own answer, and double the build's time.
    add_compile_options(-fno-sanitize=vptr,null,alignment,object-size -fno-sanitize-recover=all)
  endif()
  # Asio's fences, which g++'s thread sanitizer does not model: Asio locks beside them.
  if(WAMP_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()

# g++ 12 reports these where its optimiser sees paths in std::string and std::variant that no
# input can take (GCC bugs 105329, 105562, 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-stringop-overflow -Wno-restrict -Wno-maybe-uninitialized)
endif()
