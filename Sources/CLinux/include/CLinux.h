// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "bpf_attempts.h"
#include "bpf_attributes.h"
#include "linux_calls.h"
#include "swift_runtime.h"
