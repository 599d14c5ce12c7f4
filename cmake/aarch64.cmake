# Cross compiling to aarch64 for the golden logs: Debian's cross compiler, the libraries that tools/arm64-libraries.sh
# fetched, static programs, run under qemu.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)

get_filename_component(arm64 ${CMAKE_CURRENT_LIST_DIR}/../build/arm64/root ABSOLUTE)
set(CMAKE_FIND_ROOT_PATH ${arm64})
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${arm64})
set(ENV{PKG_CONFIG_LIBDIR} ${arm64}/usr/lib/aarch64-linux-gnu/pkgconfig:${arm64}/usr/share/pkgconfig)
set(ENV{PKG_CONFIG_DIR} "")
