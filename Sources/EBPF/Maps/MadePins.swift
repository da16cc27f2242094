// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Names of a bpf file system that were made for an object on its way into the kernel: they go again where it does not get there.
final class MadePins {
    private var paths: [String] = []

    func append(_ path: String) { paths.append(path) }

    /// The object is in the kernel: its pins stay.
    func keep() { paths = [] }

    deinit { for path in paths { unlink(path) } }
}
