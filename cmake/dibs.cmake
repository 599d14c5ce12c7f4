# How every room is built: dibs_library, dibs_program, dibs_unit_test (Criterion), dibs_plain_test, dibs_script_test,
# dibs_fuzz_target. Each takes NAME, SOURCES … and DEPENDS …; a room's include path is the repository root.

set(DIBS_PRESET "dev" CACHE STRING "Name of the preset: names and labels of tests")
set(DIBS_TEST_ROOMS "" CACHE STRING "Folders of tests/ whose tests are registered; empty: all")
add_custom_target(golden_tests)

function(_dibs_target target)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
  target_compile_features(${target} PRIVATE c_std_17)
  target_compile_options(${target} PRIVATE ${DIBS_WARNINGS})
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
endfunction()

# What fails a test whatever its exit status: sanitizers; and of Criterion, assertions and crashes in a fixture, and a run
# that found no test at all (as where there is no /proc).
set(DIBS_FAILURE_WORDS "Sanitizer:;runtime error:;Assertion Failed;during its setup or teardown;Tested: 0 ")

# Registers a test under the preset's name (`asan.unit.state`; plain in dev, so that one ctest run can hold all), with
# the part of ./check that it belongs to as its label, to be run after the preset is built. To ctest a unit of PROCESSORS is
# half a processor, so that tests which mostly wait (dibs_test_waits) can share one: -j4 fills two processors.
function(_dibs_register name)
  file(RELATIVE_PATH room ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  string(REGEX REPLACE "/.*" "" room "${room}")
  if(DIBS_TEST_ROOMS AND NOT room IN_LIST DIBS_TEST_ROOMS)
    return()
  endif()
  set(parts unit)
  if(room MATCHES "^(sim|faults|golden|tidy|fuzz|kafka|packaging)$")
    set(parts ${room})
  elseif(room STREQUAL soak)
    set(parts faults)
  elseif(room STREQUAL fleet_sim)
    set(parts sim)
  endif()
  if(NOT DIBS_PRESET STREQUAL dev AND NOT DIBS_PRESET STREQUAL fuzz)
    set(name ${DIBS_PRESET}.${name})
    if(room STREQUAL golden)
      set(parts golden ${DIBS_PRESET})
    else()
      set(parts ${DIBS_PRESET})
    endif()
  endif()
  if(room STREQUAL golden AND TARGET "${ARGV1}")
    add_dependencies(golden_tests ${ARGV1})
  endif()
  add_test(NAME ${name} COMMAND ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS "${parts}" FIXTURES_REQUIRED build.${DIBS_PRESET}
    FAIL_REGULAR_EXPRESSION "${DIBS_FAILURE_WORDS}" WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} PROCESSORS 2)
endfunction()

# dibs_test_waits(unit.cli.exec): it mostly waits, for a lease or a grace to end: half a processor, and begun early.
function(dibs_test_waits name)
  if(NOT DIBS_PRESET STREQUAL dev)
    set(name ${DIBS_PRESET}.${name})
  endif()
  if(TEST ${name})
    set_tests_properties(${name} PROPERTIES PROCESSORS 1 COST 10)
  endif()
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
  if(NOT DIBS_TESTS OR NOT CRITERION_FOUND)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(unit_${name} ${ARG_SOURCES})
  _dibs_target(unit_${name})
  target_link_libraries(unit_${name} PRIVATE ${ARG_DEPENDS} PkgConfig::CRITERION)
  _dibs_register(unit.${name} unit_${name} -j2)
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
  _dibs_register(${name} test_${name} ${ARG_ARGS})
endfunction()

# dibs_script_test(doors COMMAND sh doors.sh …): a test that needs no building; it runs in the repository's root.
function(dibs_script_test name)
  if(NOT DIBS_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "COMMAND" ${ARGN})
  _dibs_register(${name} ${ARG_COMMAND})
endfunction()

# A libFuzzer target fuzz_NAME (clang only; preset fuzz), and the test that runs it for a while. Its seeds are in
# tests/fuzz/corpus/NAME; what it finds stays in the build folder. PART 3: for a third of the while.
function(dibs_fuzz_target name)
  if(NOT DIBS_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "PART" "SOURCES;DEPENDS" ${ARGN})
  add_executable(fuzz_${name} ${ARG_SOURCES})
  _dibs_target(fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_DEPENDS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  _dibs_register(fuzz.${name} sh ${PROJECT_SOURCE_DIR}/tests/check/fuzz_for_a_while.sh $<TARGET_FILE:fuzz_${name}> ${name}
    ${CMAKE_CURRENT_BINARY_DIR} ${ARG_PART})
endfunction()
