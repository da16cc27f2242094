// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A file system of the kernel's own that is mounted for one descriptor.
enum PrivateMount {
    /// A mount that stands in no directory (Linux 5.2): only its descriptor reaches it, and with that it goes. `nil` where that is not allowed.
    static func open(_ fileSystem: String) -> Descriptor? {
        let number = linux_fsopen(fileSystem, 1)  // FSOPEN_CLOEXEC
        guard number >= 0 else { return nil }
        let context = Descriptor(number)
        guard linux_fsconfig(context.number, 6, nil, nil, 0) == 0 else { return nil }  // FSCONFIG_CMD_CREATE
        let mount = linux_fsmount(context.number, 1, 0)  // FSMOUNT_CLOEXEC
        return mount >= 0 ? Descriptor(mount) : nil
    }
}
