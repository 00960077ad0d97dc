# The rooms: one static library per top-level folder, made of every .cpp in it.
include(GNUInstallDirs)
include(dependencies)

# One include spelling everywhere, <wamp/ROOM/...>: the rooms are linked below one folder.
set(WAMP_INCLUDE_DIR "${CMAKE_CURRENT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${WAMP_INCLUDE_DIR}/wamp")
function(link_folder folder)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${WAMP_INCLUDE_DIR}/wamp/${folder}" SYMBOLIC)
endfunction()

# add_room(NAME ...): the room's library, and what install() needs to know about it. Of LIBRARIES,
# those in dependencies.cmake are found, here and by users of the installed package; rooms are
# named wamp_*; all others are headers that only the room's own .cpp files include.
#   PKG_CONFIG  pkg-config's modules that the room's users need as well
#   PKG_LIBS    linker flags for what has no such module, or a module that does not link
function(add_room room)
  cmake_parse_arguments(ARG "" "PRECOMPILE;PKG_LIBS"
    "PUBLIC_LIBRARIES;PRIVATE_LIBRARIES;PKG_CONFIG;INTERNAL_HEADERS" ${ARGN})
  link_folder(${room})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${room}/*.cpp")
  add_library(wamp_${room} STATIC ${sources})
  add_library(wamp::${room} ALIAS wamp_${room})
  target_compile_features(wamp_${room} PUBLIC cxx_std_20)
  target_include_directories(wamp_${room} PUBLIC
    "$<BUILD_INTERFACE:${WAMP_INCLUDE_DIR}>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")

  set(rooms "")
  set(dependencies "")
  foreach(scope PUBLIC PRIVATE)
    foreach(library IN LISTS ARG_${scope}_LIBRARIES)
      caf_wamp_debian_package(${library} debian)
      if(debian)
        caf_wamp_find_dependency(${library} problem)
        if(problem)
          message(FATAL_ERROR "caf_wamp: ${problem}")
        endif()
        list(APPEND dependencies ${library})
        target_link_libraries(wamp_${room} ${scope} ${library})
      elseif(library MATCHES "^wamp_([a-z]+)$")
        list(APPEND rooms ${CMAKE_MATCH_1})
        target_link_libraries(wamp_${room} ${scope} ${library})
      else()
        target_link_libraries(wamp_${room} ${scope} $<BUILD_INTERFACE:${library}>)
      endif()
    endforeach()
  endforeach()
  if(ARG_PRECOMPILE)
    target_precompile_headers(wamp_${room} PRIVATE "${PROJECT_SOURCE_DIR}/${ARG_PRECOMPILE}")
  endif()
  # Machine code beside what LTO reads, so that users of the installed library need neither LTO nor
  # this very compiler. It takes half as long again, so only where something is installed.
  if(WAMP_INSTALL AND CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(wamp_${room} PRIVATE -ffat-lto-objects)
  endif()
  set_target_properties(wamp_${room} PROPERTIES
    EXPORT_NAME ${room}
    WAMP_ROOMS "${rooms}"
    WAMP_DEPENDENCIES "${dependencies}"
    WAMP_PKG_CONFIG "${ARG_PKG_CONFIG}"
    WAMP_PKG_LIBS "${ARG_PKG_LIBS}"
    WAMP_INTERNAL_HEADERS "${ARG_INTERNAL_HEADERS}")
endfunction()
