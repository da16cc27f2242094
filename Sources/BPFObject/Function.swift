// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
public import BTF

/// A function of an object: a program, or one that programs call.
struct Function: Sendable {
    let name: String
    let sectionIndex: Int
    let sectionName: String
    /// Where it begins in its section, in slots.
    let start: Int
    /// Whether other objects do not see it, although it is no static one: `__hidden`.
    var isHidden = false
    var instructions: [Instruction]
    /// What the instruction at a slot refers to.
    var references: [Int: Reference] = [:]
    /// CO-RE relocations, with their slots in this function.
    var relocations: [CORERelocation] = []
    /// Instructions that CO-RE could not resolve and that must not be reached: slot, and why.
    var poisoned: [Int: String] = [:]
    /// The function's type in the object's BTF.
    var type: TypeID?
    /// Source lines, with their slots in this function.
    var lines: [SourceLine] = []

    /// What an instruction refers to.
    enum Reference: Sendable, Hashable {
        /// A map, by its place in ``ObjectFile/maps``.
        case map(Int)
        /// A place in the section that a map holds.
        case mapValue(map: Int, offset: Int32)
        /// A call of a function, by its place in ``ObjectFile/functions``.
        case call(Int)
        /// The address of a function.
        case functionAddress(Int)
        /// A table of places in this function, by which it jumps: slots.
        case jumpTable([UInt32])
        /// What the object does not define: whoever reaches it cannot be loaded, for this reason.
        case undefined(String)
        /// Something of the kernel's, by its place in ``ObjectFile/kernelSymbols``: its address, or a call of it.
        case kernelSymbol(Int)
    }
}

/// The source line from which an instruction and those behind it come.
public struct SourceLine: Sendable, Hashable {
    /// The first instruction of the line.
    public var slot: Int
    /// As in the object's BTF: offsets in its strings, and the line with the column.
    public let record: BTFExtension.LineRecord
    /// The path of the source file as the compiler recorded it, without `./` in front.
    public let fileName: String
    /// The text of the line, with its indentation.
    public let text: String

    /// The number of the line in its file; the first is 1.
    public var line: UInt32 { record.line }
    /// The column in the line; the first is 1, and 0 says that the compiler gave none.
    public var column: UInt32 { record.column }
}
