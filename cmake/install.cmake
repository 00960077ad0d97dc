# What `cmake --install` copies, in two parts: COMPONENT dev for those who build programs with the
# rooms (libraries, headers, the CMake package, pkg-config files), COMPONENT gateway for the program.
# Nothing installed names a folder of this build, so the prefix can be moved.
include(CMakePackageConfigHelpers)

set(rooms serialization auth transport actors)
set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/caf_wamp")
set(pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(generated "${PROJECT_BINARY_DIR}/package")

# The .pc files know their prefix by where they are.
file(RELATIVE_PATH pc_prefix "/${pkgconfig_dir}" "/")
string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")

set(room_lines "")
set(debian_packages "")
set(pc_all "")
foreach(room IN LISTS rooms)
  foreach(what ROOMS DEPENDENCIES PKG_CONFIG PKG_LIBS INTERNAL_HEADERS)
    get_target_property(${what} wamp_${room} WAMP_${what})
  endforeach()

  install(TARGETS wamp_${room} EXPORT caf_wamp_${room}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev)
  install(EXPORT caf_wamp_${room} NAMESPACE wamp:: DESTINATION "${config_dir}"
    FILE caf_wamp-${room}.cmake COMPONENT dev)
  set(except "")
  foreach(header IN LISTS INTERNAL_HEADERS)
    list(APPEND except PATTERN "${header}" EXCLUDE)
  endforeach()
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${room}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/wamp"
    COMPONENT dev FILES_MATCHING PATTERN "*.hpp" ${except})

  string(APPEND room_lines "set(caf_wamp_${room}_rooms ${ROOMS})\n"
    "set(caf_wamp_${room}_dependencies ${DEPENDENCIES})\n")
  foreach(dependency IN LISTS DEPENDENCIES)
    caf_wamp_debian_package(${dependency} debian)
    list(APPEND debian_packages ${debian})
  endforeach()

  list(TRANSFORM ROOMS PREPEND "caf_wamp_")
  list(JOIN ROOMS " " pc_rooms)
  list(JOIN PKG_CONFIG " " pc_modules)
  set(pc_name "caf_wamp_${room}")
  set(pc_description "${PROJECT_DESCRIPTION}: ${room}")
  string(STRIP "${pc_rooms} ${pc_modules}" pc_requires)
  set(pc_libs "-L\${libdir} -lwamp_${room} ${PKG_LIBS}")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/caf_wamp.pc.in" "${generated}/${pc_name}.pc" @ONLY)
  list(APPEND pc_all ${pc_name})
endforeach()

set(pc_name "caf_wamp")
set(pc_description "${PROJECT_DESCRIPTION}")
list(JOIN pc_all " " pc_requires)
set(pc_libs "")
configure_file("${PROJECT_SOURCE_DIR}/cmake/caf_wamp.pc.in" "${generated}/caf_wamp.pc" @ONLY)
list(TRANSFORM pc_all PREPEND "${generated}/")
list(TRANSFORM pc_all APPEND ".pc")
install(FILES "${generated}/caf_wamp.pc" ${pc_all} DESTINATION "${pkgconfig_dir}" COMPONENT dev)

string(REPLACE ";" " " room_lines "${room_lines}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/caf_wamp-config.cmake.in"
  "${generated}/caf_wamp-config.cmake" INSTALL_DESTINATION "${config_dir}"
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 a minor version may change interfaces.
write_basic_package_version_file("${generated}/caf_wamp-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${generated}/caf_wamp-config.cmake" "${generated}/caf_wamp-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/dependencies.cmake" "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake"
  DESTINATION "${config_dir}" COMPONENT dev)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" RENAME copyright
  DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/libcaf-wamp-dev" COMPONENT dev)

if(WAMP_BUILD_GATEWAY)
  install(TARGETS wamp-gateway RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT gateway)
  install(FILES "${PROJECT_SOURCE_DIR}/apps/gateway/example.json"
    "${PROJECT_SOURCE_DIR}/apps/gateway/wamp-gateway.schema.json"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/caf-wamp" COMPONENT gateway)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" RENAME copyright
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/caf-wamp-gateway" COMPONENT gateway)
endif()

if(PROJECT_IS_TOP_LEVEL)
  include(debian)
endif()
