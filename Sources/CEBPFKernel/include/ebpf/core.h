// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf/helpers.h>

// CO-RE: kernel structures are declared with only the fields that are read, in any order, and marked PRESERVE:
//
//     struct task_struct { int tgid; struct task_struct *real_parent; } PRESERVE;
//
// The compiler records each access by name, and the loader finds the field in the kernel that runs.
#define PRESERVE __attribute__((preserve_access_index))

// Reads a field through a pointer to kernel memory that the program may not follow directly.
#define CORE_READ_INTO(destination, pointer, field)                                                                    \
    bpf_probe_read_kernel((destination), sizeof(*(destination)), __builtin_preserve_access_index(&(pointer)->field))

#define CORE_READ(pointer, field)                                                                                      \
    ({                                                                                                                 \
        typeof((pointer)->field) core_value;                                                                           \
        CORE_READ_INTO(&core_value, pointer, field);                                                                   \
        core_value;                                                                                                    \
    })

// Whether the kernel's structure has the field: core_field_exists(task->exit_code).
#define core_field_exists(field) __builtin_preserve_field_info(field, 2)
