// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Paths of a bpf file system, under which maps, programs and links outlive who made them.
enum PinnedObject {
    /// Opens what is pinned at a path: a descriptor, or a negative errno. Linux 4.4.
    static func open(_ path: String) -> Int32 { withPath(path) { bpf(.objectGet, &$0) } }

    /// Pins what a descriptor stands for at a path: 0, or a negative errno. Linux 4.4.
    static func pin(_ descriptor: Int32, at path: String) -> Int32 {
        withPath(path) { attributes in
            attributes.bpf_fd = UInt32(bitPattern: descriptor)
            return bpf(.objectPin, &attributes)
        }
    }

    private static func withPath(_ path: String, _ call: (inout bpf_object_path_attributes) -> Int32) -> Int32 {
        withZeroTerminated(path) { text in
            var attributes = bpf_object_path_attributes()
            attributes.pathname = text
            return call(&attributes)
        }
    }
}
