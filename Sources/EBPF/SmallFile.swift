// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The small text files in which the kernel tells about itself.
enum SmallFile {
    /// The text of a file of at most 64 KiB, looked for in a directory or, with an absolute path, anywhere; `nil` with `errno`
    /// set where it cannot be read.
    static func read(_ path: String, in directory: Int32 = AT_FDCWD) -> String? {
        let number = linux_openat(directory, path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(number)
        var bytes = [UInt8](repeating: 0, count: 65536)
        var length = 0
        while length < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file.number, $0.baseAddress.map { $0 + length }, $0.count - length) }
            if count < 0, Glibc.errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            length += count
        }
        return String(decoding: bytes[..<length], as: UTF8.self)
    }
}
