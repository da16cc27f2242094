// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

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

    /// Copies the variables that lie in an arena into it.
    func fillArena(_ definition: MapDefinition) throws(EBPFError) {
        guard let contents = definition.contents, let memory else { return }
        guard contents.count <= memory.byteCount else {
            throw EBPFError(
                .invalid, "fill arena '\(name)'", cause: "the object's variables take \(contents.count) bytes, and it has \(memory.byteCount)",
                remedy: "give it more pages (max_entries)")
        }
        contents.withUnsafeBytes { memory.start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory.start), byteCount: $0.count) }
    }
}
