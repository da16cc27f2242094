// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Ends this process where it takes more of the CPU than this, or wants more memory: for the bodies of exit tests, since
/// nothing else stops a computation that never ends. How long it waits for a CPU that others use is not counted.
///
/// Memory is counted as addresses (`RLIMIT_AS`), of which a test process begins with well under a gigabyte.
package func limitThisProcess(seconds: UInt, gigabytes: UInt = 2) {
    limit(RLIMIT_CPU, seconds)
    limit(RLIMIT_AS, gigabytes << 30)
}

private func limit(_ resource: __rlimit_resource, _ amount: UInt) {
    var limit = rlimit(rlim_cur: amount, rlim_max: amount)
    setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
}
