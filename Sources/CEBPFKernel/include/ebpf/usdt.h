// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf/configuration.h>
#include <ebpf/core.h>
#include <ebpf/helpers.h>
#include <ebpf/maps.h>

// Arguments of probes that programs declare (USDT), for programs of the sections usdt and usdt.s:
//
//     #include <ebpf/kernel.h>
//     #include <ebpf/usdt.h>
//
//     SEC("usdt/libpython3.11.so:python:function__entry") int entered(void *context) {
//         s64 line;
//         if (usdt_argument(context, 2, &line) == 0)
//             ...
//     }
//
// Only who includes this gets its maps. The loader tells by them where the arguments are, since each place of a probe may have them elsewhere. Linux 5.10;
// before 5.15 a description is found by the address of the probe, and after that by the cookie of the attachment.

// The most arguments that a probe may have.
#define USDT_ARGUMENT_LIMIT 12

// How many different descriptions of arguments the loader may enter at once; define it before this is included where there are more. Each has 208 bytes.
#ifndef USDT_DESCRIPTION_LIMIT
#define USDT_DESCRIPTION_LIMIT 256
#endif
// How many places may be attached to at once before Linux 5.15.
#ifndef USDT_ADDRESS_LIMIT
#define USDT_ADDRESS_LIMIT (4 * USDT_DESCRIPTION_LIMIT)
#endif

// What follows is what loaders know by its names, which are those of libbpf's usdt.bpf.h: maps, structs and members. The size and the members' places are
// those of libbpf up to 1.6, with the index register in bits that were zero there; libbpf 1.7 makes the struct larger, and its loader expects that.
enum __bpf_usdt_arg_type {
    BPF_USDT_ARG_CONST,     // val_off
    BPF_USDT_ARG_REG,       // the register
    BPF_USDT_ARG_REG_DEREF, // what is at register + val_off
    BPF_USDT_ARG_SIB,       // what is at register + (index << scale) + val_off
};

struct __bpf_usdt_arg_spec {
    u64 val_off;
    u32 arg_type : 8;
    u32 idx_reg_off : 12;   // where the index register is in the context, in bytes
    u32 scale_bitshift : 4; // how far its value is shifted to the left
    u32 unused : 8;
    s16 reg_off; // where the register is in the context, in bytes
    bool arg_signed;
    s8 arg_bitshift; // how many of the 64 bits do not belong to the argument
};

struct __bpf_usdt_spec {
    struct __bpf_usdt_arg_spec args[USDT_ARGUMENT_LIMIT];
    u64 usdt_cookie;
    s16 arg_cnt;
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, USDT_DESCRIPTION_LIMIT);
    TYPE(key, u32);
    TYPE(value, struct __bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps") __weak;

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, USDT_ADDRESS_LIMIT);
    TYPE(key, u64);
    TYPE(value, u32);
} __bpf_usdt_ip_to_spec_id SEC(".maps") __weak;

extern const bool LINUX_HAS_BPF_COOKIE __kconfig;

// The address of the instruction in the context, whose name the machine's kernel has.
struct pt_regs___usdt_x86 {
    unsigned long ip;
} PRESERVE;
struct pt_regs___usdt_arm64 {
    u64 pc;
} PRESERVE;

static __always_inline u64 usdt_address(void *context) {
    struct pt_regs___usdt_x86 *x86 = context;
    struct pt_regs___usdt_arm64 *arm64 = context;
    if (core_field_exists(x86->ip))
        return CORE_READ(x86, ip);
    if (core_field_exists(arm64->pc))
        return CORE_READ(arm64, pc);
    return 0;
}

// What the loader has entered for the place at which the program runs; NULL where it has entered nothing.
static __always_inline struct __bpf_usdt_spec *usdt_description(void *context) {
    u32 number;
    if (LINUX_HAS_BPF_COOKIE) {
        number = bpf_get_attach_cookie(context);
    } else {
        u64 place = usdt_address(context);
        u32 *found = bpf_map_lookup_elem(&__bpf_usdt_ip_to_spec_id, &place);
        if (!found)
            return NULL;
        number = *found;
    }
    return bpf_map_lookup_elem(&__bpf_usdt_specs, &number);
}

// How many arguments the probe has; negative where the loader has entered nothing (-ESRCH).
static __always_inline s32 usdt_argument_count(void *context) {
    struct __bpf_usdt_spec *description = usdt_description(context);
    return description ? description->arg_cnt : -3;
}

// The number that was given when the program was attached (the loader's cookie); 0 where none was.
static __always_inline u64 usdt_cookie(void *context) {
    struct __bpf_usdt_spec *description = usdt_description(context);
    return description ? description->usdt_cookie : 0;
}

// The description of an argument; NULL where the probe has none of that number.
static __always_inline struct __bpf_usdt_arg_spec *usdt_argument_description(struct __bpf_usdt_spec *description, u32 number) {
    if (!description || number >= USDT_ARGUMENT_LIMIT)
        return NULL;
    // The verifier has to see the very register that was compared.
    asm volatile("" : "+r"(number));
    if (number >= USDT_ARGUMENT_LIMIT || (s32)number >= description->arg_cnt)
        return NULL;
    return &description->args[number];
}

// The size of an argument in bytes: 1, 2, 4 or 8; negative where the probe has none of that number (-ENOENT).
static __always_inline s32 usdt_argument_size(void *context, u32 number) {
    struct __bpf_usdt_arg_spec *argument = usdt_argument_description(usdt_description(context), number);
    return argument ? (64 - argument->arg_bitshift) / 8 : -2;
}

// Reads an argument by its number, the first of which is 0, with its sign extended where it has one. Of a floating-point number these are the bits, of a
// string the address, which bpf_probe_read_user_str reads. Answers 0, or a negative number where the probe has no such argument (-ENOENT) or its memory
// cannot be read (-EFAULT); the value is 0 then.
static __attribute__((noinline, unused)) s32 usdt_argument(void *context, u32 number, s64 *value) {
    struct __bpf_usdt_arg_spec *argument = usdt_argument_description(usdt_description(context), number);
    u64 bits = 0, index = 0;
    s64 status = 0;
    *value = 0;
    if (!argument)
        return -2;
    if (argument->arg_type == BPF_USDT_ARG_CONST) {
        bits = argument->val_off;
    } else {
        status = bpf_probe_read_kernel(&bits, sizeof bits, context + argument->reg_off);
        if (status)
            return status;
    }
    if (argument->arg_type == BPF_USDT_ARG_SIB) {
        status = bpf_probe_read_kernel(&index, sizeof index, context + argument->idx_reg_off);
        if (status)
            return status;
        bits += index << argument->scale_bitshift;
    }
    if (argument->arg_type >= BPF_USDT_ARG_REG_DEREF) {
        status = bpf_probe_read_user(&bits, sizeof bits, (void *)(bits + argument->val_off));
        if (status)
            return status;
    }
    // As many bits as the argument has, with or without its sign.
    bits <<= argument->arg_bitshift & 63;
    *value = argument->arg_signed ? (s64)bits >> (argument->arg_bitshift & 63) : (s64)(bits >> (argument->arg_bitshift & 63));
    return 0;
}
