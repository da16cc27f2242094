// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once

// All that a kernel half in C needs: #include <ebpf/kernel.h>.
// Kernel structures are declared by the kernel half itself, with only the fields that it reads (see core.h).
#include <ebpf/types.h>
#include <ebpf/section.h>
#include <ebpf/configuration.h>
#include <ebpf/helpers.h>
#include <ebpf/maps.h>
#include <ebpf/core.h>
#include <ebpf/contexts.h>
#include <ebpf/events.h>
#include <ebpf/log.h>
