// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

/// Memory that programs and this process share, in which both follow the same pointers.
///
///     let heap = try Arena(loaded.map("heap"))
///     if let node = heap.value(at: list.first, as: Node.self) { ... }
///
/// Addresses are those that programs keep (`ArenaPointer.address`). Whoever touches a page that no program has asked for gets a new one, full of zeroes; where
/// the kernel has none left, that ends the process (SIGSEGV), as of all mapped memory. Linux 6.9. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_ARENA`.
public struct Arena: MapKind {
    /// The map.
    public let map: Map
    private let memory: SharedMapping

    /// The memory of an arena of an object that this process has loaded.
    ///
    /// - Throws: ``EBPFError`` where the map is of another kind, or its memory is another process's. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.arena])
        guard let memory = map.memory else {
            throw EBPFError(
                .invalid, "use map '\(map.name)' (\(map.type)) as \(Self.self)", cause: "its memory is not mapped into this process",
                remedy: "use the map of the object that this process has loaded")
        }
        self.memory = memory
    }

    /// The addresses that lie in it.
    public var addresses: Range<UInt64> {
        let first = UInt64(UInt(bitPattern: memory.start))
        return first..<first + UInt64(memory.byteCount)
    }

    /// Reads what lies at an address; `nil` where that is outside. Others may change it meanwhile: only of up to eight bytes, aligned, it is read whole.
    public func value<Value: BitwiseCopyable>(at address: UInt64, as type: Value.Type = Value.self) -> Value? {
        place(of: MemoryLayout<Value>.size, at: address)?.loadUnaligned(as: Value.self)
    }

    /// Writes to an address; answers whether that lies in it.
    @discardableResult
    public func set<Value: BitwiseCopyable>(at address: UInt64, to value: Value) -> Bool {
        guard let place = place(of: MemoryLayout<Value>.size, at: address) else { return false }
        place.storeBytes(of: value, as: Value.self)
        return true
    }

    private func place(of byteCount: Int, at address: UInt64) -> UnsafeMutableRawPointer? {
        let all = addresses
        guard address >= all.lowerBound, address <= all.upperBound, all.upperBound - address >= UInt64(byteCount) else { return nil }
        return memory.start + Int(address - all.lowerBound)
    }
}

extension Map {
    /// Maps the memory of an arena, which must be done before a program that uses it is loaded. Linux 6.9.
    ///
    /// - Throws: ``EBPFError`` where there is no room for it.
    func mapArena(_ definition: MapDefinition) throws(EBPFError) -> SharedMapping {
        let (byteCount, overflow) = maxEntries.multipliedReportingOverflow(by: Mapping.pageSize)
        let place = UnsafeMutableRawPointer(bitPattern: UInt(clamping: definition.extra))
        guard !overflow, let mapping = Mapping(descriptor.number, at: place, byteCount: byteCount) else {
            throw EBPFError(
                system: overflow ? EINVAL : Glibc.errno, "map the memory of arena '\(name)' (\(maxEntries) pages)",
                remedy: "give it fewer pages, or with map_extra an address where this process has nothing")
        }
        return SharedMapping(mapping)
    }

    /// What holds a global variable now, and where in it the variable is: its section's value, or a copy of its bytes where it lies in an arena.
    func contents(of variable: Variable) throws(EBPFError) -> (bytes: [UInt8], offset: Int) {
        guard let memory else { return (try bytes(index: 0), variable.offset) }
        guard variable.offset >= 0, variable.size >= 0, variable.size <= memory.byteCount, variable.offset <= memory.byteCount - variable.size
        else { return ([], 0) }
        return (Array(UnsafeRawBufferPointer(start: memory.start + variable.offset, count: variable.size)), 0)
    }

    /// Copies the variables that lie in an arena into it, which take so many bytes.
    func fillArena(_ definition: MapDefinition, byteCount: Int) throws(EBPFError) {
        guard let memory else { return }
        guard byteCount <= memory.byteCount else {
            throw EBPFError(
                .invalid, "fill arena '\(name)'", cause: "the object's variables take \(byteCount) bytes, and it has \(memory.byteCount)",
                remedy: "give it more pages (max_entries)")
        }
        guard let contents = definition.contents else { return }
        contents.withUnsafeBytes { memory.start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory.start), byteCount: $0.count) }
    }
}
