// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import TestImages

/// An eBPF object that a test puts together section by section, right or wrong, without a compiler.
struct ObjectImage {
    var elf = ELFImage()
    var types = BTFImage()
    var part = BTFExtensionImage()
    /// The first has number 1 in relocations.
    var symbols: [SymbolImage] = []
    var relocations: [Int: [RelocationImage]] = [:]
    var hasTypes = true

    /// Adds an executable section.
    ///
    /// - Returns: its index.
    mutating func addCode(_ name: String, _ instructions: [Instruction]) -> Int {
        var bytes: [UInt8] = []
        for instruction in instructions { instruction.encode(into: &bytes) }
        return elf.add(SectionImage(name: name, kind: 1, flags: 6, bytes: bytes))
    }

    /// Adds an executable section that holds one function; answers the section's index.
    @discardableResult
    mutating func addFunction(_ name: String, in section: String, _ instructions: [Instruction]) -> Int {
        let index = addCode(section, instructions)
        symbols.append(SymbolImage(name, kind: 2, section: UInt16(index), size: UInt64(instructions.count * 8)))
        return index
    }

    /// Adds a section that holds the variables of the program; with types, they are in a data section of its name.
    @discardableResult
    mutating func addVariables(
        _ section: String, flags: UInt64 = 3, kind: UInt32 = 1, bytes: [UInt8] = [], size: UInt64? = nil,
        _ variables: [(name: String, type: UInt32, offset: UInt64, size: UInt32)]
    ) -> Int {
        let index = elf.add(SectionImage(name: section, kind: kind, flags: flags, bytes: bytes, claimedSize: size))
        for variable in variables {
            symbols.append(
                SymbolImage(
                    variable.name, kind: 1, section: UInt16(index), value: variable.offset, size: UInt64(variable.size)))
        }
        // Compilers leave sizes and offsets of sections at 0; the sizes of variables are there.
        let entries = variables.map { (type: types.variable($0.name, $0.type), offset: UInt32(0), size: $0.size) }
        types.dataSection(section, size: 0, entries)
        return index
    }

    /// The number of the symbol with this name, as relocations count.
    func symbol(_ name: String) throws -> UInt32 {
        guard let index = symbols.firstIndex(where: { $0.name == name }) else { throw Unexpected("no symbol \(name)") }
        return UInt32(index + 1)
    }

    /// Says that the instruction at a slot of a section refers to a symbol.
    mutating func relocate(_ section: Int, slot: Int, to symbol: String, kind: UInt32 = 1) throws {
        let number = try self.symbol(symbol)
        relocations[section, default: []].append(RelocationImage(offset: UInt64(slot * 8), kind: kind, symbol: number))
    }

    func bytes() -> [UInt8] {
        var elf = elf
        if hasTypes {
            elf.add(SectionImage(name: ".BTF", kind: 1, bytes: types.bytes()))
            elf.add(SectionImage(name: ".BTF.ext", kind: 1, bytes: part.bytes()))
        }
        let table = elf.add(symbols: symbols)
        for (section, entries) in relocations.sorted(by: { $0.key < $1.key }) {
            elf.add(relocations: entries, of: section, symbols: table)
        }
        return elf.bytes()
    }

    func read() throws(ObjectError) -> ObjectFile {
        try ObjectFile(ByteView(bytes()))
    }
}

extension Instruction {
    static let exit = Instruction(opcode: 0x95)

    /// `rD = immediate`, 64 bits wide.
    static func move(_ destination: UInt8, _ immediate: Int32) -> Instruction {
        Instruction(opcode: 0xB7, destination: destination, immediate: immediate)
    }

    /// The two slots of `rD = immediate ll`.
    static func wide(_ destination: UInt8, _ value: UInt64 = 0, source: UInt8 = 0) -> [Instruction] {
        [
            Instruction(opcode: 0x18, destination: destination, source: source, immediate: Int32(truncatingIfNeeded: value)),
            Instruction(opcode: 0, immediate: Int32(truncatingIfNeeded: value >> 32)),
        ]
    }

    /// A call of a function of the same program: the slot behind this one plus `distance`.
    static func call(_ distance: Int32) -> Instruction {
        Instruction(opcode: 0x85, source: 1, immediate: distance)
    }

    /// `r0 = *(u32 *)(r1 + offset)`, or of another width: 0x61 4 bytes, 0x69 2, 0x71 1, 0x79 8.
    static func load(_ opcode: UInt8 = 0x61, _ offset: Int16) -> Instruction {
        Instruction(opcode: opcode, destination: 0, source: 1, offset: offset)
    }
}
