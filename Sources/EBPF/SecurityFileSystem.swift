// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The file system in which the kernel's security modules tell about themselves (securityfs).
///
/// Containers and small systems do not mount it; then it is mounted for this value alone and in no place, as ``TraceFileSystem`` is.
struct SecurityFileSystem: ~Copyable {
    private let directory: Descriptor?

    init() {
        let place = linux_openat(AT_FDCWD, "/sys/kernel/security", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if place >= 0 {
            let candidate = Descriptor(place)
            if SmallFile.read("lsm", in: candidate.number) != nil {
                directory = consume candidate
                return
            }
        }
        directory = PrivateMount.open("securityfs")
    }

    /// The text of one of its files; `nil` where there is none, or it cannot be read.
    func read(_ name: String) -> String? {
        switch directory {
        case .some(let directory): SmallFile.read(name, in: directory.number)
        case .none: nil
        }
    }
}
