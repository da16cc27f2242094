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

// Reads a field of a number of bits: CORE_READ_BITS(task, in_execve).
#define CORE_READ_BITS(pointer, field)                                                                                 \
    ({                                                                                                                 \
        u64 core_bits = 0;                                                                                             \
        bpf_probe_read_kernel(&core_bits, __builtin_preserve_field_info((pointer)->field, 1),                          \
                              (const char *)(pointer) + __builtin_preserve_field_info((pointer)->field, 0));           \
        core_bits <<= __builtin_preserve_field_info((pointer)->field, 4);                                              \
        __builtin_preserve_field_info((pointer)->field, 3)                                                             \
            ? (s64)core_bits >> __builtin_preserve_field_info((pointer)->field, 5)                                     \
            : (s64)(core_bits >> __builtin_preserve_field_info((pointer)->field, 5));                                  \
    })

// Whether the kernel has the type, and its size there.
#define core_type_exists(type) __builtin_preserve_type_info(*(typeof(type) *)0, 0)
#define core_type_size(type) __builtin_preserve_type_info(*(typeof(type) *)0, 1)

// Whether the kernel's enumeration has a case of that name, and its value there: core_enum_value(enum bpf_func_id, BPF_FUNC_loop).
#define core_enum_exists(type, name) __builtin_preserve_enum_value(*(typeof(type) *)name, 0)
#define core_enum_value(type, name) __builtin_preserve_enum_value(*(typeof(type) *)name, 1)

// A variable or function of the kernel's, by its name there:
//
//     extern const int bpf_prog_active __ksym;                                    // Linux 5.10, with its type
//     extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym __weak;        // a function that programs call (kfunc), Linux 5.13
//     extern const void init_task __ksym;                                         // an address alone
//
// One that is __weak is zero where the kernel has none; ksym_exists asks.
#define __ksym __attribute__((section(".ksyms")))
#define ksym_exists(symbol) ((void *)(symbol) != (void *)0)
