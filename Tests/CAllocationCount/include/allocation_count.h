// SPDX-License-Identifier: Apache-2.0
#pragma once

// How often the calling thread has asked for memory since it began: the test binary's own malloc counts.
unsigned long allocation_count(void);
