# The two Debian packages that `cpack -G DEB` makes of the two parts in install.cmake.
set(WAMP_MAINTAINER "caf-wamp authors <caf-wamp@noreply.invalid>" CACHE STRING
  "Maintainer of the Debian packages: name <address>")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME caf-wamp)
set(CPACK_PACKAGE_CONTACT "${WAMP_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/strip_archives.cmake")
# Whatever the umask of the one who builds.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)

set(CPACK_COMPONENTS_ALL dev)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libcaf-wamp-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_DESCRIPTION "WAMP router and clients for CAF programs (development files)
A WAMP router and a client built of actors, on the C++ Actor Framework, for
programs of your own: static libraries, headers, a CMake package and
pkg-config files.")
list(APPEND debian_packages pkg-config)
list(REMOVE_DUPLICATES debian_packages)
list(SORT debian_packages)
list(JOIN debian_packages ", " CPACK_DEBIAN_DEV_PACKAGE_DEPENDS)

if(WAMP_BUILD_GATEWAY)
  list(APPEND CPACK_COMPONENTS_ALL gateway)
  set(CPACK_DEBIAN_GATEWAY_PACKAGE_NAME caf-wamp-gateway)
  set(CPACK_DEBIAN_GATEWAY_PACKAGE_SECTION net)
  set(CPACK_DEBIAN_GATEWAY_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_GATEWAY_DESCRIPTION "WAMP router on WebSocket and RawSocket
wamp-gateway gives browsers and programs publish/subscribe and routed remote
procedure calls over one connection, as the Web Application Messaging Protocol
(WAMP) defines them, in JSON, MessagePack and CBOR.")
endif()

# Debian wants a changelog in each.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${generated}/changelog" "caf-wamp (${PROJECT_VERSION}) unstable; urgency=medium

  * Made from the sources of this version.

 -- ${WAMP_MAINTAINER}  ${now}
")
execute_process(COMMAND gzip -9nf "${generated}/changelog" COMMAND_ERROR_IS_FATAL ANY)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  install(FILES "${generated}/changelog.gz" COMPONENT ${component}
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
endforeach()
include(CPack)
