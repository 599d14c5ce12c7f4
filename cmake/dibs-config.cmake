# find_package(dibs): dibs::dibs is the shared library, dibs::dibs_static the static one.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/dibs-targets.cmake)
