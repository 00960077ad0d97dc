# Run by CPack before it packs: takes out of the static libraries what only this compiler's LTO
# reads, and debug information, as Debian does.
file(GLOB_RECURSE archives "${CPACK_TEMPORARY_DIRECTORY}/*.a")
foreach(archive IN LISTS archives)
  execute_process(COMMAND strip --strip-debug --enable-deterministic-archives
      --remove-section=.comment --remove-section=.gnu.lto_* --remove-section=.gnu.debuglto_*
      -N __gnu_lto_v1 "${archive}"
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
