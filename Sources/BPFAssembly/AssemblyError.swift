// SPDX-License-Identifier: Apache-2.0

/// Why code could not be decoded, built or encoded.
public struct AssemblyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: Sendable, Hashable {
        /// The code ends inside of an instruction.
        case truncated
        /// No instruction has this opcode.
        case unknownOpcode
        /// The opcode is known; another field asks for something that it cannot do.
        case unknownVariant
        /// A field names a register that programs do not have.
        case unknownRegister
        /// A field that the instruction does not use is not 0.
        case reservedField
        /// A constant does not fit into the instruction.
        case immediateOutOfRange
        /// The offset of a load or a store does not fit into the instruction.
        case offsetOutOfRange
        /// A jump or a call leads further than the instruction can say.
        case jumpOutOfRange
        /// Code jumps to a label, or calls one, that stands nowhere.
        case undefinedLabel
        /// A label stands at two places.
        case duplicateLabel
        /// No helper has this name.
        case unknownHelper
        /// Nobody said what a map, function or variable is that the code refers to.
        case unresolvedReference
    }

    /// What kind of thing is wrong, for callers that treat some kinds on their own.
    public let code: Code
    /// The slot of the instruction that is wrong; `nil` where it stands in no code yet.
    public let slot: Int?
    /// The opcode of that instruction, where it has one.
    public let opcode: UInt8?
    /// What is wrong, and what would be right.
    public let reason: String

    init(_ code: Code, slot: Int? = nil, opcode: UInt8? = nil, _ reason: String) {
        self.code = code
        self.slot = slot
        self.opcode = opcode
        self.reason = reason
    }

    /// The place and the reason as a line to show: `instruction 3 (opcode 0x8f): no instruction has this opcode`.
    public var description: String {
        guard let slot else { return reason }
        guard let opcode else { return "instruction \(slot): \(reason)" }
        return "instruction \(slot) (opcode \(hexadecimal(Int64(opcode)))): \(reason)"
    }
}
