# CMake toolchain file: cmake -DCMAKE_TOOLCHAIN_FILE=.../share/relinterp/musl-cc.cmake
# It finds the toolchain folder from its own place. For programs that run from anywhere add
# -DRELINTERP=ON (they also find musl in this folder, while you build) or -DRELINTERP=portable
# (to ship).
get_filename_component(RELINTERP_DIST "${CMAKE_CURRENT_LIST_DIR}/<UP>" ABSOLUTE)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR <ARCH>)
set(CMAKE_SYSROOT "${RELINTERP_DIST}/<ARCH>-linux-musl")
set(CMAKE_C_COMPILER "${RELINTERP_DIST}/bin/<CC>")
set(CMAKE_ASM_COMPILER "${CMAKE_C_COMPILER}")

# The checks that CMake compiles in folders of their own read this too.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES RELINTERP)
if(RELINTERP STREQUAL "portable")
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-relinterp=portable")
elseif(RELINTERP)
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-relinterp")
endif()

# Checks and tests run a program through this, so it starts in every mode.
set(CMAKE_CROSSCOMPILING_EMULATOR "<EMULATOR>")

# Programs of the build come from the host; headers, libraries and packages never do.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} "${CMAKE_SYSROOT}/lib/pkgconfig:${CMAKE_SYSROOT}/share/pkgconfig")
