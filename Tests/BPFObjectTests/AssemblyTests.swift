// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import TestImages
import Testing

/// Programs with the functions that they call, put together as the kernel takes them.
@Suite struct AssemblyTests {
    private func assemble(_ image: ObjectImage, _ program: String) throws -> ProgramAssembly {
        let object = try image.read()
        return try object.assemble(object.programs[try object.programIndex(program)])
    }

    /// `.text` with `one` (2 slots, calls `two`), `two` (2 slots) and `unused`; programs `a` and `b` call `one`, `b` also `two`.
    private func image() throws -> ObjectImage {
        var image = ObjectImage()
        let text = image.addCode(".text", [.call(1), .exit, .move(0, 2), .exit, .move(0, 3), .exit])
        for (name, slot) in [("one", 0), ("two", 2), ("unused", 4)] {
            image.symbols.append(SymbolImage(name, kind: 2, section: UInt16(text), value: UInt64(slot * 8), size: 16))
        }
        let a = image.addFunction("a", in: "tp/x/a", [.move(6, 1), .call(-1), .exit])
        let b = image.addFunction("b", in: "?tp/x/b", [.call(-1), .call(-1), .call(-1), .exit])
        try image.relocate(a, slot: 1, to: "one", kind: 10)
        for (slot, callee) in [(0, "two"), (1, "one"), (2, "two")] { try image.relocate(b, slot: slot, to: callee, kind: 10) }
        return image
    }

    /// Where the call at a slot leads.
    private func target(_ assembly: ProgramAssembly, _ slot: Int) throws -> Int {
        let instruction = assembly.instructions[slot]
        try #require(instruction.isLocalCall)
        return slot + 1 + Int(instruction.immediate)
    }

    @Test func aProgramHasItsOwnFunctionFirstAndEachCalledOneOnce() throws {
        let assembly = try assemble(image(), "a")
        #expect(assembly.instructions.count == 3 + 2 + 2)
        #expect(assembly.instructions[0] == .move(6, 1))
        let one = try target(assembly, 1)
        #expect(assembly.instructions[one].isLocalCall)
        let two = try target(assembly, one)
        #expect(assembly.instructions[two] == .move(0, 2))
        #expect(Set([one, two]) == [3, 5])
    }

    @Test func severalCallsOfOneFunctionLeadToTheSamePlace() throws {
        let assembly = try assemble(image(), "b")
        #expect(assembly.instructions.count == 4 + 2 + 2)
        let two = try target(assembly, 0)
        #expect(try target(assembly, 2) == two)
        let one = try target(assembly, 1)
        #expect(one != two)
        #expect(try target(assembly, one) == two)
        #expect(assembly.instructions[two] == .move(0, 2))
    }

    @Test func programsAreTheFunctionsOutsideOfTheTextSection() throws {
        let object = try image().read()
        #expect(object.programs.map(\.name) == ["a", "b"])
        #expect(object.programs.map(\.isLoaded) == [true, false])
        #expect(object.programs.map(\.sectionName) == ["tp/x/a", "?tp/x/b"])
        #expect(object.programs.map(\.hook) == [.tracepoint(category: "x", name: "a"), .tracepoint(category: "x", name: "b")])
    }

    @Test func aFunctionThatCallsItselfIsThereOnce() throws {
        var image = ObjectImage()
        image.addFunction("loop", in: "tp/a/b", [.call(-1), .exit])
        let assembly = try assemble(image, "loop")
        #expect(assembly.instructions.count == 2)
        #expect(try target(assembly, 0) == 0)
    }

    @Test func functionsThatCallEachOtherAreThereOnce() throws {
        var image = ObjectImage()
        let text = image.addCode(".text", [.call(1), .exit, .call(-3), .exit])
        image.symbols.append(SymbolImage("even", kind: 2, section: UInt16(text), value: 0, size: 16))
        image.symbols.append(SymbolImage("odd", kind: 2, section: UInt16(text), value: 16, size: 16))
        let code = image.addFunction("main", in: "tp/a/b", [.call(-1), .exit])
        try image.relocate(code, slot: 0, to: "odd", kind: 10)
        let assembly = try assemble(image, "main")
        #expect(assembly.instructions.count == 6)
        let odd = try target(assembly, 0)
        let even = try target(assembly, odd)
        #expect(try target(assembly, even) == odd)
    }

    @Test func theAddressOfAFunctionIsADistanceToIt() throws {
        var image = ObjectImage()
        let text = image.addCode(".text", [.move(0, 1), .exit, .move(0, 2), .exit])
        image.symbols.append(SymbolImage("unused", kind: 2, section: UInt16(text), value: 0, size: 16))
        image.symbols.append(SymbolImage("callback", kind: 2, section: UInt16(text), value: 16, size: 16))
        let code = image.addFunction("main", in: "tp/a/b", Instruction.wide(2) + [.exit])
        try image.relocate(code, slot: 0, to: "callback")
        let assembly = try assemble(image, "main")
        #expect(assembly.instructions.count == 5)
        #expect(assembly.instructions[0].source == 4)
        #expect(assembly.instructions[0 + 1 + Int(assembly.instructions[0].immediate)] == .move(0, 2))
        #expect(assembly.instructions[1].immediate == 0)
        #expect(assembly.mapReferences.isEmpty)
    }

    @Test(arguments: [Int32(0), 1, 3, -2, 1000, .max, .min])
    func aCallIntoTheMiddleOfAFunctionOrOutsideIsRefused(_ distance: Int32) throws {
        var image = ObjectImage()
        image.addFunction("main", in: "tp/a/b", [.call(distance), .move(0, 0), .exit])
        #expect(throws: ObjectError.self) { try assemble(image, "main") }
    }

    @Test func linesAndFunctionTypesMoveWithTheirCode() throws {
        var image = try image()
        let int = image.types.integer("int", size: 4, encoding: 1)
        let prototype = image.types.prototype(result: int, [])
        let types = ["one", "two", "a"].map { image.types.function($0, prototype: prototype) }
        let (text, section) = (image.types.string(".text"), image.types.string("tp/x/a"))
        let (file, line) = (image.types.string("./tool.bpf.c"), image.types.string("    return one();"))
        image.part.functions = [
            .init(sectionName: text, [[0, types[0]], [16, types[1]]]), .init(sectionName: section, [[0, types[2]]]),
        ]
        image.part.lines = [
            .init(
                sectionName: text, [[0, file, line, 10 << 10], [8, file, line, 11 << 10], [16, file, line, 20 << 10], [32, file, line, 30 << 10]]),
            .init(sectionName: section, [[0, file, line, 1 << 10 | 5], [8, file, line, 2 << 10 | 7]]),
        ]
        let assembly = try assemble(image, "a")
        let one = try target(assembly, 1)
        let two = try target(assembly, one)
        #expect(assembly.functions.map(\.slot) == [0, one, two])
        #expect(assembly.functions.map(\.type.rawValue) == [types[2], types[0], types[1]])
        #expect(assembly.lines.map(\.slot) == [0, 1, one, one + 1, two])
        #expect(assembly.lines.map(\.line) == [1, 2, 10, 11, 20], "lines of functions that are not called stay away")
        #expect(assembly.lines.map(\.column) == [5, 7, 0, 0, 0])
        #expect(Set(assembly.lines.map(\.fileName)) == ["tool.bpf.c"])
        #expect(assembly.line(at: 1)?.line == 2)
        #expect(assembly.line(at: 2)?.line == 2, "an instruction without a line of its own belongs to the one before")
        #expect(assembly.line(at: two + 1)?.line == 20)
        #expect(assembly.line(at: 0)?.text == "    return one();")
        #expect(assembly.line(at: -1) == nil)
    }

    @Test func anImmediateIsSetOnlyInsideOfTheCode() throws {
        var assembly = try assemble(image(), "a")
        let before = assembly.instructions
        for slot in [-1, before.count, Int.max, Int.min] { assembly.setImmediate(9, at: slot) }
        #expect(assembly.instructions == before)
        assembly.setImmediate(9, at: 0)
        #expect(assembly.instructions[0].immediate == 9)
    }
}
