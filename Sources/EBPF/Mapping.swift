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

    /// Maps all of a descriptor's bytes at an address, or anywhere where none is given. `nil` with `errno` set where that fails.
    init?(_ descriptor: Int32, at place: UnsafeMutableRawPointer?, byteCount: Int) {
        let flags = place == nil ? MAP_SHARED : MAP_SHARED | 0x100000  // MAP_FIXED_NOREPLACE: what stands there stays
        guard let start = mmap(place, byteCount, PROT_READ | PROT_WRITE, flags, descriptor, 0), start != MAP_FAILED else { return nil }
        self.start = start
        self.byteCount = byteCount
    }

    deinit {
        munmap(start, byteCount)
    }

    static var pageSize: Int { sysconf(Int32(_SC_PAGESIZE)) }
}

/// Mapped memory with several owners: unmapped when the last of them goes.
final class SharedMapping: Sendable {
    private let mapping: Mapping

    init(_ mapping: consuming Mapping) {
        self.mapping = mapping
    }

    var start: UnsafeMutableRawPointer { mapping.start }
    var byteCount: Int { mapping.byteCount }
}
