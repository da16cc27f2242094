// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Memory that programs and user space share, up to 4 GiB, in which both follow the same pointers.
///
///     let heap = Arena(pageCount: 100)
///
///     guard let page = heap.allocatePages(1) else { return -12 }
///     page.cast(to: Node.self).pointee.value = 7
///
/// User space reads and writes it through the module EBPF's type of the same name. A kernel half has one. Linux 6.9.
/// `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_ARENA`.
@frozen public struct Arena: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    /// `map_extra`.
    @usableFromInline let address: UInt64
    @usableFromInline let identity = MapIdentity()

    /// An arena of at most so many pages (of 4096 bytes on most machines), none of which takes memory before it is asked for.
    ///
    /// - Parameter address: where user space is to have it, at the beginning of a page, for processes that share pointers; 0 for anywhere.
    @inline(__always) public init(pageCount: UInt32, address: UInt64 = 0, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 33, maxEntries: pageCount, flags: .mappable, pinning: pinning)
        self.address = address
    }

    /// Pages full of zeroes, one behind the other; `nil` where the arena or the machine has no more. They stay until they are freed, or the arena is gone.
    ///
    /// Only in programs that may sleep: those of `syscall`, and `fentry.s`, `lsm.s` and their like. Linux 7.2 has forms that do not sleep, which its verifier puts
    /// in place of these in other programs. Linux 6.9. `kernel/bpf/arena.c`: `bpf_arena_alloc_pages`.
    @inline(__always) public func allocatePages(_ count: UInt32) -> ArenaPointer<UInt8>? {
        let pages = withUnsafePointer(to: self) { arena in
            // NUMA_NO_NODE
            bpf_arena_alloc_pages(UnsafeMutableRawPointer(mutating: arena), nil, count, -1, 0)
        }
        guard let pages else { return nil }
        return ArenaPointer(address: UInt64(UInt(bitPattern: pages)))
    }

    /// Gives pages back. Who reads them afterwards reads zero; user space that does so gets new ones.
    ///
    /// In the programs that may ask for them. Linux 6.9. `kernel/bpf/arena.c`: `bpf_arena_free_pages`.
    @inline(__always) public func free<Pointee>(_ pages: ArenaPointer<Pointee>, count: UInt32) {
        withUnsafePointer(to: self) { arena in
            bpf_arena_free_pages(UnsafeMutableRawPointer(mutating: arena), UnsafeMutableRawPointer(bitPattern: UInt(pages.address)), count)
        }
    }
}

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_arena_alloc_pages(
    _ p__map: UnsafeMutableRawPointer, _ addr__ign: UnsafeMutableRawPointer?, _ page_cnt: UInt32, _ node_id: Int32, _ flags: UInt64
) -> UnsafeMutableRawPointer? { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_arena_free_pages(_ p__map: UnsafeMutableRawPointer, _ ptr__ign: UnsafeMutableRawPointer?, _ page_cnt: UInt32) {
    kernelFunction()
}
