// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The owner of mapped memory: unmapped when it goes.
struct Mapping: ~Copyable, @unchecked Sendable {
    // Sendable: the owner alone decides who touches the memory.
    let start: UnsafeMutableRawPointer
    let byteCount: Int

    /// Maps a descriptor's bytes, shared with the kernel. `nil` with `errno` set where that fails.
    init?(_ descriptor: Int32, offset: Int, byteCount: Int, isWritable: Bool) {
        let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
        guard let start = mmap(nil, byteCount, protection, MAP_SHARED, descriptor, offset), start != MAP_FAILED else { return nil }
        self.start = start
        self.byteCount = byteCount
    }

    deinit {
        munmap(start, byteCount)
    }

    static var pageSize: Int { sysconf(Int32(_SC_PAGESIZE)) }
}
