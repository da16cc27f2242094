// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import TestImages
import Testing

/// What instructions refer to: maps, places in sections, functions.
@Suite struct ReferenceTests {
    /// A map `first` at 0 and a map `second` at 16 of `.maps`, and a section `.data` with `counter` at 8.
    private func image(_ instructions: [Instruction]) throws -> (image: ObjectImage, code: Int) {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4, encoding: 1)
        let one = image.types.pointer(to: image.types.array(of: int, count: 1))
        let map = image.types.structure("", size: 8, [.init("type", one, at: 0)])
        image.addVariables(".maps", bytes: [UInt8](repeating: 0, count: 32), [("first", map, 0, 8), ("second", map, 16, 8)])
        image.addVariables(".data", bytes: [UInt8](repeating: 0, count: 16), [("counter", int, 8, 4)])
        image.symbols.append(SymbolImage("", kind: 3, section: 2))
        let code = image.addFunction("main", in: "tp/a/b", instructions)
        return (image, code)
    }

    private func assemble(_ image: ObjectImage, _ program: String = "main") throws -> ProgramAssembly {
        let object = try image.read()
        return try object.assemble(object.programs[try object.programIndex(program)])
    }

    private func error(_ image: ObjectImage) throws -> ObjectError {
        try #require(throws: ObjectError.self) { try image.read() }
    }

    @Test func aWideLoadOfAMapAsksForItsDescriptor() throws {
        var (image, code) = try image(Instruction.wide(1) + Instruction.wide(2) + [.exit])
        try image.relocate(code, slot: 0, to: "second")
        try image.relocate(code, slot: 2, to: "first")
        let assembly = try assemble(image)
        #expect(assembly.mapReferences.map(\.slot) == [0, 2])
        #expect(assembly.mapReferences.map(\.map) == [1, 0])
        #expect(assembly.instructions.map(\.source) == [1, 0, 1, 0, 0])
    }

    @Test func aWideLoadOfAVariableSaysMapAndOffset() throws {
        var (image, code) = try image(Instruction.wide(1) + Instruction.wide(2, 3) + [.exit])
        try image.relocate(code, slot: 0, to: "counter")
        // Through the section's own symbol, the offset stands in the instruction.
        try image.relocate(code, slot: 2, to: "")
        let assembly = try assemble(image)
        #expect(assembly.mapReferences.map(\.map) == [2, 2])
        #expect(assembly.instructions.map(\.source) == [2, 0, 2, 0, 0])
        #expect(assembly.instructions[1].immediate == 8)
        #expect(assembly.instructions[3].immediate == 3)
    }

    @Test func anExternIsRefusedByName() throws {
        var (image, code) = try image(Instruction.wide(1) + [.exit])
        image.symbols.append(SymbolImage("bpf_task_acquire", kind: 0, section: 0))
        try image.relocate(code, slot: 0, to: "bpf_task_acquire")
        // The object is read; only who reaches it cannot be put together.
        let error = try #require(throws: ObjectError.self) { try assemble(image) }
        #expect(error.code == .unsupported)
        #expect(error.description.contains("'bpf_task_acquire'"))
        #expect(error.description.contains("'main'"))
    }

    @Test func aSymbolThatDoesNotExistIsRefused() throws {
        var (image, code) = try image(Instruction.wide(1) + [.exit])
        for symbol in [UInt32(6), 1000, .max] {
            image.relocations[code] = [RelocationImage(offset: 0, kind: 1, symbol: symbol)]
            let error = try error(image)
            #expect(error.code == .malformed)
            #expect(error.description.contains("tp/a/b"))
        }
    }

    @Test func aRelocationOfAnotherInstructionIsRefused() throws {
        for instruction in [Instruction.move(1, 0), .exit, Instruction(opcode: 0x85, immediate: 1), .load(0x61, 0)] {
            var (image, code) = try image([instruction, .exit])
            try image.relocate(code, slot: 0, to: "first")
            let error = try error(image)
            #expect(error.code == .malformed)
            #expect(error.description.contains("neither a call nor a wide load"))
        }
    }

    @Test(arguments: [0xFFF1, 0xFFF2, 40, 0xFF00] as [UInt16])
    func aSymbolThatLiesInNoSectionIsRefused(_ section: UInt16) throws {
        var (image, code) = try image(Instruction.wide(1) + [.exit])
        image.symbols.append(SymbolImage("absolute", kind: 1, section: section))
        try image.relocate(code, slot: 0, to: "absolute")
        let error = try error(image)
        #expect(error.code == .malformed)
        #expect(error.description.contains("'absolute'"))
    }

    @Test(arguments: [8, 24, 17, 1 << 20, 0x7FFF_FFFF, 1 << 31, .max] as [UInt64])
    func aPlaceInTheMapsWhereNoneBeginsIsRefused(_ value: UInt64) throws {
        var (image, code) = try image(Instruction.wide(1) + [.exit])
        image.symbols.append(SymbolImage("astray", kind: 1, section: 1, value: value))
        try image.relocate(code, slot: 0, to: "astray")
        let error = try error(image)
        #expect(error.code == .malformed)
        #expect(error.description.contains("'astray'"))
    }

    @Test func anAddendThatLeadsInFrontOfTheMapsIsRefused() throws {
        var (image, code) = try image(Instruction.wide(1, UInt64(UInt32(bitPattern: -8))) + [.exit])
        try image.relocate(code, slot: 0, to: "first")
        #expect(throws: ObjectError.self) { try image.read() }
    }

    @Test func aPlaceInFrontOfAFunctionIsRefused() throws {
        // A call of the slot behind `value / 8 + immediate + 1`; -2 leads in front of the section.
        for distance in [Int32(-2), -3, .min, .max, 1] {
            var (image, code) = try image([.call(distance), .exit])
            try image.relocate(code, slot: 0, to: "main", kind: 10)
            #expect(try error(image).code == .malformed)
        }
    }

    @Test func aSectionThatHoldsNothingKnownCannotBeReferredTo() throws {
        var (image, code) = try image(Instruction.wide(1) + [.exit])
        let other = image.elf.add(SectionImage(name: "unknown", kind: 1, flags: 3, bytes: [1, 2, 3, 4]))
        image.symbols.append(SymbolImage("thing", kind: 1, section: UInt16(other)))
        try image.relocate(code, slot: 0, to: "thing")
        let error = try error(image)
        #expect(error.code == .malformed)
        #expect(error.description.contains("'thing'"))
        #expect(error.description.contains("unknown"))
    }

    @Test func aWideLoadWithoutItsSecondHalfIsRefusedWhenItIsAssembled() throws {
        var (image, code) = try image([.exit, Instruction.wide(1)[0]])
        try image.relocate(code, slot: 1, to: "first")
        let object = try image.read()
        let error = try #require(throws: ObjectError.self) { try object.assemble(object.programs[0]) }
        #expect(error.code == .malformed)
        #expect(error.description.contains("wide load"))
    }

    @Test func aWideLoadWhoseSecondHalfWouldBeAnotherFunctionIsRefused() throws {
        var (image, code) = try image([.call(-1), Instruction.wide(1)[0]])
        image.addFunction("callee", in: ".text", [.move(0, 7), .exit])
        try image.relocate(code, slot: 0, to: "callee", kind: 10)
        try image.relocate(code, slot: 1, to: "first")
        #expect(throws: ObjectError.self) { try assemble(image) }
    }
}
