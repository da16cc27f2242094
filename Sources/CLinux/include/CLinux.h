// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "bpf_attributes.h"
#include "linux_calls.h"
