// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once

// Puts a function or a variable in a section. A program's section says where it attaches.
#define SEC(name) __attribute__((section(name), used))

#define __always_inline inline __attribute__((always_inline))
#define __noinline __attribute__((noinline))

// Every kernel half says its licence; helpers that are marked "GPL only" are refused without one that is compatible.
#define LICENSE(text) char ebpf_license[] SEC("license") = text
