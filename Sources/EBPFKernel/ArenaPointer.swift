// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A pointer into an ``Arena``, which programs read and write without asking about bounds, and which user space understands too.
///
///     let node = page.cast(to: Node.self)
///     node.pointee.value = 7
///     sum &+= node[1].value
///
/// Where there is no page, programs read zero, and what they write is lost; the kernel tells nobody. An address never leads out of the arena: its lower
/// 32 bits alone count. Linux 6.9. `kernel/bpf/arena.c`.
@frozen public struct ArenaPointer<Pointee: BitwiseCopyable>: BitwiseCopyable, Sendable {
    /// The address, as user space has it.
    public let address: UInt64

    /// A pointer to an address.
    @inline(__always) public init(address: UInt64) { self.address = address }

    /// Where it lies for whoever runs, for atomics. It is not to be kept: user space has it elsewhere.
    @inline(__always) public var place: UnsafeMutablePointer<Pointee> {
        ebpf_arena_place(address, 0).unsafelyUnwrapped.assumingMemoryBound(to: Pointee.self)
    }

    /// What it points to. A change of a member of it reads and writes nothing else.
    @inline(__always) public var pointee: Pointee {
        _read { yield place.pointee }
        nonmutating _modify { yield &place.pointee }
    }

    /// What lies `index` elements further.
    @inline(__always) public subscript(index: Int) -> Pointee {
        _read { yield place(at: index).pointee }
        nonmutating _modify { yield &place(at: index).pointee }
    }

    // Not by an index of Swift's pointer: Swift 6.3 takes one that is known for the alignment, and would write memory byte by byte.
    @inline(__always) @usableFromInline func place(at index: Int) -> UnsafeMutablePointer<Pointee> {
        ebpf_arena_place(address, Int64(index &* MemoryLayout<Pointee>.stride)).unsafelyUnwrapped.assumingMemoryBound(to: Pointee.self)
    }

    /// A pointer to what lies `count` elements further.
    @inline(__always) public func advanced(by count: Int) -> ArenaPointer {
        ArenaPointer(address: address &+ UInt64(bitPattern: Int64(count &* MemoryLayout<Pointee>.stride)))
    }

    /// The same memory as another type.
    @inline(__always) public func cast<Other>(to type: Other.Type) -> ArenaPointer<Other> { ArenaPointer<Other>(address: address) }
}

/// A pointer into an ``Arena``, or nowhere: what the members of lists and trees are linked by. It takes 8 bytes, and is zero where it leads nowhere.
///
///     var link = first.value
///     for _ in 0..<100 {
///         guard let node = link.pointer else { break }
///         sum &+= node.pointee.value
///         link = node.pointee.next
///     }
///
/// Linux 6.9.
@frozen public struct NullableArenaPointer<Pointee: BitwiseCopyable>: BitwiseCopyable, Sendable {
    /// The address, as user space has it; 0 where it leads nowhere.
    public let address: UInt64

    /// A pointer to an address.
    @inline(__always) public init(address: UInt64) { self.address = address }

    /// A pointer, or one that leads nowhere.
    @inline(__always) public init(_ pointer: ArenaPointer<Pointee>?) { address = pointer?.address ?? 0 }

    /// One that leads nowhere.
    @inline(__always) public static var none: NullableArenaPointer { NullableArenaPointer(address: 0) }

    /// The pointer; `nil` where it leads nowhere.
    @inline(__always) public var pointer: ArenaPointer<Pointee>? { address == 0 ? nil : ArenaPointer(address: address) }
}
