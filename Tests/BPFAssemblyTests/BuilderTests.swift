// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Testing

@Suite struct BuilderTests {
    typealias Operation = Instruction.Operation

    @Test func `code is what was said, with jumps forward and backward connected`() throws {
        var builder = CodeBuilder()
        builder.mov(.r0, 0)
        builder.place("loop")
        builder.add(.r0, 1)
        builder.jump(if: .r0, .greaterOrEqual, 10, to: "done")
        builder.loadWide(.r1, UInt64.max)
        builder.jump(to: "loop")
        builder.place("done")
        builder.exit()
        let code = try builder.finish()
        #expect(
            Disassembly(code.instructions).map(\.text) == [
                "r0 = 0x0", "r0 += 0x1", "if r0 >= 0xa goto +0x3", "r1 = -0x1 ll", "goto -0x5", "exit",
            ])
        #expect(code.labels == ["loop": 1, "done": 6])
        #expect(code.references.isEmpty)
    }

    @Test func `each method appends its operation`() throws {
        var builder = CodeBuilder()
        builder.mov(.r1, .r2, width: .bits32)
        builder.movsx(.halfTo64, .r1, .r2)
        builder.sub(.r1, 1)
        builder.mul(.r1, 2)
        builder.div(.r1, 3)
        builder.sdiv(.r1, 4)
        builder.mod(.r1, 5)
        builder.smod(.r1, 6)
        builder.or(.r1, 7)
        builder.and(.r1, 8)
        builder.xor(.r1, 9)
        builder.lsh(.r1, 10)
        builder.rsh(.r1, 11)
        builder.arsh(.r1, 12)
        builder.neg(.r1)
        builder.swap(.bigEndian, .bits16, .r1)
        builder.load(.double, .r1, from: .r2, offset: 8)
        builder.loadSignExtending(.byte, .r1, from: .r2)
        builder.store(.word, .r1, to: .r10, offset: -4)
        builder.atomic(.fetchAdd, .r1, at: .r2, width: .bits32)
        builder.loadAcquire(.word, .r1, from: .r2)
        builder.storeRelease(.word, .r1, to: .r2)
        builder.call(helper: "bpf_ktime_get_ns")
        let texts = Disassembly(try builder.finish().instructions).map(\.text)
        #expect(
            texts == [
                "w1 = w2", "r1 = (s16)r2", "r1 -= 0x1", "r1 *= 0x2", "r1 /= 0x3", "r1 s/= 0x4", "r1 %= 0x5", "r1 s%= 0x6", "r1 |= 0x7",
                "r1 &= 0x8", "r1 ^= 0x9", "r1 <<= 0xa", "r1 >>= 0xb", "r1 s>>= 0xc", "r1 = -r1", "r1 = be16 r1", "r1 = *(u64 *)(r2 + 0x8)",
                "r1 = *(s8 *)(r2 + 0x0)", "*(u32 *)(r10 - 0x4) = w1", "w1 = atomic_fetch_add((u32 *)(r2 + 0x0), w1)",
                "w1 = load_acquire((u32 *)(r2 + 0x0))", "store_release((u32 *)(r2 + 0x0), w1)", "call 0x5",
            ])
    }

    @Test func `functions of the same code are called, and their addresses loaded, by label`() throws {
        var builder = CodeBuilder()
        builder.call("callee")
        builder.loadFunction(.r2, "callee")
        builder.mayGoto("callee")
        builder.jumpLong(to: "callee")
        builder.place("callee")
        builder.exit()
        let operations = try Operation.decode(builder.finish().instructions).map(\.operation)
        #expect(
            operations == [
                .call(.function(offset: 4)), .loadWide(.r2, .function(offset: 3)), .mayGoto(offset: 1), .jumpLong(offset: 0), .exit,
            ])
    }

    @Test func `references are filled in later, by descriptor, index, slot and type`() throws {
        var builder = CodeBuilder()
        builder.loadMap(.r1, named: "counts")
        builder.loadMapValue(.r2, named: "globals", offset: 16)
        builder.call(function: "elsewhere")
        builder.call(kernelFunction: "bpf_task_release")
        builder.loadVariable(.r3, named: "runqueues")
        builder.loadFunction(.r4, named: "elsewhere")
        let code = try builder.finish()
        #expect(
            code.references.map(\.target) == [
                .map("counts"), .map("globals"), .function("elsewhere"), .kernelFunction("bpf_task_release"), .variable("runqueues"),
                .function("elsewhere"),
            ])
        #expect(code.references.map(\.slot) == [0, 2, 4, 5, 6, 8])
        let resolved = try code.resolved { target in
            switch target {
            case .map(let name): name == "counts" ? .descriptor(5) : .index(1)
            case .function: .slot(100)
            case .kernelFunction: .type(77, module: 2)
            case .variable: .type(88, module: 9)
            }
        }
        #expect(
            try Operation.decode(resolved).map(\.operation) == [
                .loadWide(.r1, .map(descriptor: 5)), .loadWide(.r2, .mapIndexValue(1, offset: 16)), .call(.function(offset: 95)),
                .call(.kernelFunction(typeID: 77, module: 2)), .loadWide(.r3, .variable(typeID: 88, moduleDescriptor: 9)),
                .loadWide(.r4, .function(offset: 91)),
            ])
    }

    @Test func `a reference that stays unknown, or is something else, is an error`() throws {
        var builder = CodeBuilder()
        builder.exit()
        builder.loadMap(.r1, named: "counts")
        builder.call(function: "far")
        let code = try builder.finish()
        expect(.unresolvedReference, at: 1) { try code.resolved { _ in nil } }
        expect(.unresolvedReference, at: 1) { try code.resolved { _ in .slot(3) } }
        for slot in [Int.min, .max] {
            expect(.jumpOutOfRange, at: 3) { try code.resolved { $0 == .map("counts") ? .descriptor(3) : .slot(slot) } }
        }
    }

    @Test func `labels that stand nowhere or twice are errors`() {
        var undefined = CodeBuilder()
        undefined.exit()
        undefined.jump(to: "nowhere")
        expect(.undefinedLabel, at: 1) { try undefined.finish() }
        var double = CodeBuilder()
        double.place("here")
        double.exit()
        double.place("here")
        expect(.duplicateLabel, at: 1) { try double.finish() }
    }

    @Test func `a jump reaches 32767 slots, and a far jump further`() throws {
        func code(slots: Int, far: Bool, back: Bool) throws(AssemblyError) -> Code {
            var builder = CodeBuilder()
            if back { builder.place("there") }
            if !back { if far { builder.jumpLong(to: "there") } else { builder.jump(to: "there") } }
            for _ in 0..<slots { builder.mov(.r0, 0) }
            if back { if far { builder.jumpLong(to: "there") } else { builder.jump(to: "there") } }
            if !back { builder.place("there") }
            return try builder.finish()
        }
        #expect(try code(slots: 32767, far: false, back: false).instructions.first == Instruction(opcode: 0x05, offset: .max))
        #expect(try code(slots: 32767, far: false, back: true).instructions.last == Instruction(opcode: 0x05, offset: .min))
        expect(.jumpOutOfRange, at: 0) { try code(slots: 32768, far: false, back: false) }
        expect(.jumpOutOfRange, at: 32768) { try code(slots: 32768, far: false, back: true) }
        #expect(try code(slots: 32768, far: true, back: false).instructions.first == Instruction(opcode: 0x06, immediate: 32768))
    }

    @Test func `the first mistake is the one that is thrown`() {
        var builder = CodeBuilder()
        builder.load(.word, .r1, from: .r10, offset: -40000)
        builder.call(helper: "no_such_helper")
        expect(.offsetOutOfRange, at: 0) { try builder.finish() }
        var second = CodeBuilder()
        second.exit()
        second.call(helper: "no_such_helper")
        expect(.unknownHelper, at: 1) { try second.finish() }
    }

    @Test func `constants that do not fit are errors`() throws {
        #expect(try Operand(Int64(-1)) == -1)
        expect(.immediateOutOfRange, at: nil) { try Operand(UInt32.max) }
        expect(.immediateOutOfRange, at: nil) { try Operand(Int.min) }
        var builder = CodeBuilder()
        builder.loadWide(.r1, Int128(UInt64.max) + 1)
        expect(.immediateOutOfRange, at: 0) { try builder.finish() }
        #expect(MemorySize(byteCount: 8) == .double && MemorySize(byteCount: 3) == nil)
    }

    private func expect<Result>(
        _ code: AssemblyError.Code, at slot: Int?, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result
    ) {
        #expect(sourceLocation: sourceLocation) {
            try body()
        } throws: { error in
            guard let error = error as? AssemblyError else { return false }
            return error.code == code && error.slot == slot && !error.description.isEmpty
        }
    }
}
