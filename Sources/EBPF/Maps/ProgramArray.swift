// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Programs by their index, from 0 on, for tail calls.
///
/// Linux 4.2. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_PROG_ARRAY`.
public struct ProgramArray: NumberedObjectMap {
    /// The index, from 0 on.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.programArray], key: SwiftLayout(Key.self))
    }

    /// Puts a program under an index; all in one array are of one kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind than the map's, or the index lies behind the end.
    public func update(_ index: UInt32, to program: Program) throws(EBPFError) { try put(program.descriptor.number, at: index) }
}
