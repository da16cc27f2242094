// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Ends this process where it goes on for longer than this, or wants more memory: for the bodies of exit tests, since
/// nothing else stops a computation that never ends.
///
/// Memory is counted as addresses (`RLIMIT_AS`), of which a test process begins with well under a gigabyte.
package func limitThisProcess(seconds: UInt32, gigabytes: UInt = 2) {
    alarm(seconds)
    var limit = rlimit(rlim_cur: gigabytes << 30, rlim_max: gigabytes << 30)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
}
