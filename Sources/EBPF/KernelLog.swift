// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What the kernel says while it looks at a program or at types.
enum KernelLog {
    /// Calls `attempt` with a buffer for the log, and again with a larger one until the log fits.
    ///
    /// - Parameter attempt: answers a descriptor, which is closed, or a negative errno.
    static func text(_ attempt: (UnsafeMutableRawBufferPointer) -> Int32) -> String {
        var size = 64 * 1024
        while true {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
            defer { buffer.deallocate() }
            // The kernel writes a string; pages that it does not reach are never touched.
            if let first = buffer.baseAddress { first.storeBytes(of: 0, as: UInt8.self) }
            let status = attempt(buffer)
            if status >= 0 { close(status) }
            // The kernel takes at most UINT_MAX / 4 bytes.
            guard status == -ENOSPC, size < 1 << 28 else {
                let length = buffer.firstIndex(of: 0) ?? size
                return String(decoding: buffer[..<length], as: UTF8.self)
            }
            size *= 4
        }
    }
}
