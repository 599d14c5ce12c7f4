# How every room is built: dibs_library, dibs_program, dibs_unit_test (Criterion), dibs_plain_test, dibs_fuzz_target.
# Each takes NAME, SOURCES … and DEPENDS …; a room's include path is the repository root.

function(_dibs_target target)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
  target_compile_features(${target} PRIVATE c_std_17)
  target_compile_options(${target} PRIVATE ${DIBS_WARNINGS})
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
endfunction()

# dibs_library(core SOURCES a.c b.c DEPENDS base state): static library dibs_core, written libdibs_core.a.
function(dibs_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(dibs_${name} STATIC ${ARG_SOURCES})
  set_target_properties(dibs_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  _dibs_target(dibs_${name})
  target_link_libraries(dibs_${name} PUBLIC ${ARG_DEPENDS})
endfunction()

function(dibs_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  _dibs_target(${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# A Criterion test. An ASan leak does not fail a Criterion run by itself, so its words do.
function(dibs_unit_test name)
  if(NOT DIBS_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(unit_${name} ${ARG_SOURCES})
  _dibs_target(unit_${name})
  target_link_libraries(unit_${name} PRIVATE ${ARG_DEPENDS} PkgConfig::CRITERION)
  add_test(NAME unit.${name} COMMAND unit_${name} -j2)
  set_tests_properties(unit.${name} PROPERTIES FAIL_REGULAR_EXPRESSION "Sanitizer:;runtime error:"
                       WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

# A program whose exit status is the verdict. ARGS are its arguments.
function(dibs_plain_test name)
  if(NOT DIBS_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;ARGS" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  _dibs_target(test_${name})
  target_link_libraries(test_${name} PRIVATE ${ARG_DEPENDS})
  add_test(NAME ${name} COMMAND test_${name} ${ARG_ARGS})
  set_tests_properties(${name} PROPERTIES FAIL_REGULAR_EXPRESSION "Sanitizer:;runtime error:"
                       WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

# A libFuzzer target fuzz_NAME (clang only; preset fuzz). Its seeds are in tests/fuzz/corpus/NAME.
function(dibs_fuzz_target name)
  if(NOT DIBS_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(fuzz_${name} ${ARG_SOURCES})
  _dibs_target(fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_DEPENDS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()
