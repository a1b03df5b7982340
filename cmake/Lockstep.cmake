# What every target of the project shares.

# The warnings of the house and the names of POSIX.1-2008 with XSI, which -std=c17 alone hides.
add_library(lockstep_options INTERFACE)
target_compile_options(lockstep_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
    $<$<BOOL:${LOCKSTEP_WERROR}>:-Werror>
    # __FILE__ in an assertion names src/..., on every machine.
    -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_compile_definitions(lockstep_options INTERFACE _XOPEN_SOURCE=700 _POSIX_C_SOURCE=200809L)
if(APPLE)
    target_compile_definitions(lockstep_options INTERFACE _DARWIN_C_SOURCE)
endif()

# lockstep_link_directory(<target> <link>): a symbolic link, made again only when it points elsewhere.
function(lockstep_link_directory target link)
    if(IS_SYMLINK ${link})
        file(READ_SYMLINK ${link} present)
        if(present STREQUAL target)
            return()
        endif()
    endif()
    get_filename_component(parent ${link} DIRECTORY)
    file(MAKE_DIRECTORY ${parent})
    file(CREATE_LINK ${target} ${link} SYMBOLIC)
endfunction()

# lockstep_layer(<name> SOURCES <file>... [PUBLIC <layer or library>...] [PRIVATE <library>...])
#
# A static library lockstep_<name> for src/<name>. Its public include directory holds one entry, a link
# <name> -> src/<name>, so #include "<name>/x.h" works for the layer itself and for those that link it,
# and for nobody else: an include that points up the layers does not compile.
function(lockstep_layer name)
    cmake_parse_arguments(layer "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    set(root ${CMAKE_BINARY_DIR}/include/${name})
    lockstep_link_directory(${CMAKE_SOURCE_DIR}/src/${name} ${root}/${name})

    if(NOT layer_SOURCES)
        set(layer_SOURCES ${CMAKE_CURRENT_BINARY_DIR}/empty.c)
        file(CONFIGURE OUTPUT ${layer_SOURCES} CONTENT "typedef int nothing_here_yet;\n")
    endif()
    add_library(lockstep_${name} STATIC ${layer_SOURCES})
    target_include_directories(lockstep_${name} PUBLIC ${root})
    target_compile_options(lockstep_${name} PUBLIC -fmacro-prefix-map=${root}/=src/)
    target_link_libraries(lockstep_${name}
        PUBLIC ${layer_PUBLIC}
        PRIVATE lockstep_options ${layer_PRIVATE})
    if(BUILD_TESTING AND NOT LOCKSTEP_FUZZ)
        lockstep_check_headers(${name})
    endif()
endfunction()

# Each header of a layer compiles on its own: one translation unit per header that includes only it.
function(lockstep_check_headers name)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src
         ${CMAKE_SOURCE_DIR}/src/${name}/*.h)
    set(units)
    foreach(header IN LISTS headers)
        string(REPLACE "/" "." unit ${header})
        set(unit ${CMAKE_CURRENT_BINARY_DIR}/headers/${unit}.c)
        file(CONFIGURE OUTPUT ${unit} CONTENT "#include \"${header}\"\n\ntypedef int compiles_alone;\n")
        list(APPEND units ${unit})
    endforeach()
    if(units)
        add_library(lockstep_${name}_headers OBJECT ${units})
        target_link_libraries(lockstep_${name}_headers PRIVATE lockstep_${name} lockstep_options)
    endif()
endfunction()

# lockstep_xxhash: the header-only use of xxHash, nothing to link at run time. The macro is empty, so a source
# file that defines it too says the same.
function(lockstep_find_xxhash)
    find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
    add_library(lockstep_xxhash INTERFACE)
    target_include_directories(lockstep_xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE_DIR})
    target_compile_definitions(lockstep_xxhash INTERFACE XXH_INLINE_ALL=)
endfunction()
