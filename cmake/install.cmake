# What `cmake --install` puts where, and the two Debian packages that CPack makes of it: dibs (programs, shared library,
# manual, completions, unit) and libdibs-dev (headers, static library, pkg-config, CMake package).
# Reproducible: the same source and SOURCE_DATE_EPOCH give the same bytes, wherever it is built.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
  WORLD_EXECUTE) # whatever the umask
set(in_runtime COMPONENT runtime)
set(in_dev COMPONENT dev) # `dev` is a preset, too

# ---------------------------------------------------------------- the library

set(rooms shim intake core state log proto base)
list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:dibs_\\1>" OUTPUT_VARIABLE objects)
set(map ${CMAKE_CURRENT_LIST_DIR}/libdibs.map)
add_library(dibs_shared SHARED ${objects})
set_target_properties(dibs_shared PROPERTIES OUTPUT_NAME dibs EXPORT_NAME dibs LINKER_LANGUAGE C LINK_DEPENDS ${map}
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
target_link_options(dibs_shared PRIVATE -Wl,--version-script=${map} -Wl,--no-undefined)
find_package(Threads REQUIRED)
target_link_libraries(dibs_shared PRIVATE PkgConfig::LMDB PkgConfig::XXHASH PkgConfig::SODIUM Threads::Threads
  ${CMAKE_DL_LIBS})
set_target_properties(dibs_archive PROPERTIES EXPORT_NAME dibs_static)
target_link_libraries(dibs_archive INTERFACE lmdb xxhash sodium Threads::Threads ${CMAKE_DL_LIBS})
foreach(library dibs_shared dibs_archive)
  target_include_directories(${library} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()

install(TARGETS dibs_shared EXPORT dibs LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ${in_runtime}
  NAMELINK_COMPONENT dev)
install(TARGETS dibs_archive EXPORT dibs ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} ${in_dev})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/dibs DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} ${in_dev})

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/dibs)
install(EXPORT dibs NAMESPACE dibs:: FILE dibs-targets.cmake DESTINATION ${config_folder} ${in_dev})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dibs-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/dibs-config.cmake ${PROJECT_BINARY_DIR}/dibs-config-version.cmake
  DESTINATION ${config_folder} ${in_dev})
file(RELATIVE_PATH prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(${CMAKE_CURRENT_LIST_DIR}/dibs.pc.in ${PROJECT_BINARY_DIR}/dibs.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/dibs.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig ${in_dev})

# ---------------------------------------------------------------- the programs

install(TARGETS dibs RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ${in_runtime})
install(FILES ${PROJECT_BINARY_DIR}/bin/coordination DESTINATION ${CMAKE_INSTALL_BINDIR} ${in_runtime}) # a link to dibs
if(TARGET dibsd)
  install(TARGETS dibsd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ${in_runtime})
endif()

# The manual and the completions come from the program, which has to run for that.
if(NOT CMAKE_CROSSCOMPILING)
  set(made ${PROJECT_BINARY_DIR}/made)
  add_custom_command(OUTPUT ${made}/done
    COMMAND sh ${CMAKE_CURRENT_LIST_DIR}/make_pages.sh $<TARGET_FILE:dibs> ${made}
    DEPENDS dibs ${CMAKE_CURRENT_LIST_DIR}/make_pages.sh VERBATIM)
  if(TARGET dibsd)
    set(dibsd_page ${made}/dibsd.8.gz)
    add_custom_command(OUTPUT ${dibsd_page}
      COMMAND sh -c "\"$0\" --man | gzip -9n >\"$1\"" $<TARGET_FILE:dibsd> ${dibsd_page}
      DEPENDS dibsd ${made}/done VERBATIM)
    install(FILES ${dibsd_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 ${in_runtime})
  endif()
  add_custom_target(dibs_pages ALL DEPENDS ${made}/done ${dibsd_page})
  install(DIRECTORY ${made}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 ${in_runtime})
  install(FILES ${made}/dibs.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME dibs ${in_runtime})
  install(FILES ${made}/dibs.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _dibs ${in_runtime})
  install(FILES ${made}/dibs.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d ${in_runtime})
endif()
install(FILES ${PROJECT_SOURCE_DIR}/packaging/dibsd.service DESTINATION lib/systemd/system ${in_runtime})
install(FILES ${PROJECT_SOURCE_DIR}/packaging/sysusers.conf DESTINATION lib/sysusers.d RENAME dibs.conf ${in_runtime})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright ${in_runtime})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libdibs-dev RENAME copyright ${in_dev})
# All that users' documentation refers to: a link in an installed page leads to an installed page.
set(pages CLI FAULTS FORMAT IDEAS INVARIANTS KEYS ONE_HOST OPERATIONS RULES STEERING SUPPLY)
list(TRANSFORM pages PREPEND ${PROJECT_SOURCE_DIR}/docs/)
list(TRANSFORM pages APPEND .md)
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_DOCDIR} ${in_runtime})
install(FILES ${PROJECT_SOURCE_DIR}/docs/decisions/0005-idea-index.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/decisions ${in_runtime})
install(FILES ${PROJECT_SOURCE_DIR}/docs/pictures/steering.svg DESTINATION ${CMAKE_INSTALL_DOCDIR}/pictures ${in_runtime})
install(PROGRAMS ${PROJECT_SOURCE_DIR}/examples/pre-push DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples ${in_runtime})
install(FILES ${PROJECT_SOURCE_DIR}/examples/hold.c ${PROJECT_SOURCE_DIR}/examples/first_claim.c
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples ${in_runtime})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/packaging/etc DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples ${in_runtime})

# ---------------------------------------------------------------- Debian

set(CPACK_GENERATOR DEB)
if(DIBS_PRESET STREQUAL deb) # without them the packages would not be made, or not say what they need
  foreach(tool dpkg-shlibdeps file)
    find_program(DIBS_TOOL_${tool} ${tool})
    if(NOT DIBS_TOOL_${tool})
      message(FATAL_ERROR "packages are made with dpkg-shlibdeps and file: apt-get install dpkg-dev file")
    endif()
  endforeach()
endif()
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_PACKAGE_CONTACT "dibs <dibs@invalid>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME dibs)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "call dibs on work before you start it\n Agents claim work over an ordered log, in a directory or on Kafka: the programs\n dibs and dibsd, the shared library, manual pages and completions.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON) # so that packages of programs that use the library come to need dibs
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS "librdkafka1, libsqlite3-0, libyaml-0-2")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libdibs-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_DESCRIPTION "development files of dibs\n Headers, static library, pkg-config file and CMake package.")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "dibs (= ${PROJECT_VERSION}), liblmdb-dev, libxxhash-dev, libsodium-dev")
include(CPack)
