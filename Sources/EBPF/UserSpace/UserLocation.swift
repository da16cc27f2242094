// SPDX-License-Identifier: Apache-2.0

/// A place in a program or library as the kernel takes it: a file and an offset in it.
public struct UserLocation: Sendable, Hashable {
    /// The file, by a path that this process can open: that of a process with files of its own begins with `/proc/PID/root`.
    public let path: String
    /// The place in the file, in bytes from its beginning.
    public let fileOffset: UInt64
    /// The function that was asked for or found, without what was added to it; `nil` where a place in the file was asked for.
    public let symbol: String?
    /// Whether the function only chooses, once for each process, the one that is called (`STT_GNU_IFUNC`), as those of the C library that copy
    /// memory do: a probe there sees the choice and not the calls.
    public let isIndirect: Bool

    init(path: String, fileOffset: UInt64, symbol: String? = nil, isIndirect: Bool = false) {
        self.path = path
        self.fileOffset = fileOffset
        self.symbol = symbol
        self.isIndirect = isIndirect
    }
}
