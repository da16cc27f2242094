// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Places in a program by their index, from 0 on, for jumps by number. User space says where in the code as it is loaded; when a program that uses
/// the frozen map is loaded, the kernel
/// says where that came to lie.
///
/// Linux 6.19. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_INSN_ARRAY`, `struct bpf_insn_array_value`.
public struct InstructionArray: WritableMap {
    /// The index, from 0 on.
    public typealias Key = UInt32

    /// A place in a program.
    public struct Value: BitwiseCopyable, Sendable, Hashable {
        /// The instruction, in the program as it is loaded, in steps of 8 bytes.
        public var originalOffset: UInt32
        /// The instruction in the kernel's own form of the program; the kernel sets it.
        public var translatedOffset: UInt32 = 0
        /// The place in the machine code in bytes; the kernel sets it.
        public var machineOffset: UInt32 = 0
        private var padding: UInt32 = 0

        /// A place in a program that is to be loaded.
        public init(originalOffset: UInt32) { self.originalOffset = originalOffset }
    }

    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.instructionArray], key: SwiftLayout(UInt32.self), value: SwiftLayout(Value.self))
    }
}
