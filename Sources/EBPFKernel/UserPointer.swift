// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A pointer into the memory of the process that runs, as it passed it to a system call; it may lead anywhere.
@frozen public struct UserPointer<Pointee: BitwiseCopyable>: BitwiseCopyable, Sendable {
    /// The address.
    public let address: UInt

    /// A pointer to an address.
    @inline(__always) public init(address: UInt) { self.address = address }

    /// Whether it leads nowhere.
    @inline(__always) public var isNull: Bool { address == 0 }

    /// Copies what it points to; `nil` where that cannot be read, or is not in memory at the moment. Linux 5.5.
    @inline(__always) public func read() -> Pointee? {
        copy { place, size in bpf_probe_read_user(place, size, UnsafeRawPointer(bitPattern: address)) }
    }

    /// Copies what it points to, also where the kernel must bring it into memory first; `nil` where nothing is there. For programs that may wait: those of
    /// sections with `.s`, and `syscall`. Linux 5.10.
    @inline(__always) public func fetch() -> Pointee? {
        copy { place, size in bpf_copy_from_user(place, size, UnsafeRawPointer(bitPattern: address)) }
    }

    @inline(__always) @usableFromInline func copy(_ copy: (UnsafeMutableRawPointer, UInt32) -> Int) -> Pointee? {
        withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Pointee>.size, alignment: MemoryLayout<Pointee>.alignment) { room in
            let place = room.baseAddress.unsafelyUnwrapped
            guard copy(place, UInt32(truncatingIfNeeded: MemoryLayout<Pointee>.size)) == 0 else { return nil }
            return place.load(as: Pointee.self)
        }
    }
}
