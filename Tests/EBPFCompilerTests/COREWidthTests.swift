// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Testing

/// Fields that are wider or narrower in the kernel.
@Suite struct COREWidthTests {
    static let kernelHalf = """
        struct s { u32 word; u64 wide; u16 half; u8 byte; int sign; void *pointer; } PRESERVE;
        SEC("tp/t/word") u64 word(struct s *s) { return s->word; }
        SEC("tp/t/wide") u64 wide(struct s *s) { return s->wide; }
        SEC("tp/t/half") u64 half(struct s *s) { return s->half; }
        SEC("tp/t/byte") u64 byte(struct s *s) { return s->byte; }
        SEC("tp/t/sign") int sign(struct s *s) { return s->sign; }
        SEC("tp/t/pointer") u64 pointer(struct s *s) { return (u64)s->pointer; }
        SEC("tp/t/store") int store(struct s *s) { s->word = 7; return 0; }
        """

    /// `BPF_MEM | BPF_LDX` of so many bytes.
    private static let loads: [Int: UInt8] = [1: 0x71, 2: 0x69, 4: 0x61, 8: 0x79]

    @Test(arguments: [("word", 4), ("wide", 8), ("half", 2), ("byte", 1)], [("u8", 1), ("u16", 2), ("u32", 4), ("u64", 8)])
    func aLoadOfAnUnsignedFieldTakesTheKernelsWidth(_ field: (name: String, bytes: Int), _ kernel: (type: String, bytes: Int)) throws {
        let half = try CompiledHalf(Self.kernelHalf)
        let types = try CompiledHalf.kernelTypes("struct s { char before[32]; \(kernel.type) \(field.name); } s;")
        #expect(try half.assemble(field.name).onlyLoad().opcode == Self.loads[field.bytes])
        let load = try half.assemble(field.name, against: types).onlyLoad()
        #expect(load.opcode == Self.loads[kernel.bytes])
        #expect(load.offset == 32)
    }

    @Test func aStoreTakesTheKernelsWidthAsWell() throws {
        let half = try CompiledHalf(Self.kernelHalf)
        let types = try CompiledHalf.kernelTypes("struct s { char before[8]; u64 word; } s;")
        let stores = try half.assemble("store", against: types).instructions.filter {
            $0.instructionClass == .store || $0.instructionClass == .storeFromRegister
        }
        #expect(stores.map(\.offset) == [8])
        #expect(stores.map { $0.opcode & 0x18 } == [0x18])
    }

    @Test func aSignedFieldOfAnotherWidthIsSpoiltInsteadOfReadWrongly() throws {
        let half = try CompiledHalf(Self.kernelHalf)
        for type in ["s64", "s16", "u64", "s8"] {
            let types = try CompiledHalf.kernelTypes("struct s { \(type) sign; } s;")
            let reason = try #require(try half.assemble("sign", against: types).poisoned.values.first, "\(type)")
            #expect(reason.contains("'struct s.sign'"))
            #expect(reason.contains("4 bytes"))
        }
        let same = try CompiledHalf.kernelTypes("struct s { u32 before; u32 sign; } s;")
        #expect(try half.assemble("sign", against: same).onlyLoad().offset == 4, "of the same width, the sign does not matter")
    }

    @Test func anUnsignedFieldThatBecameSignedAndWiderIsSpoilt() throws {
        let half = try CompiledHalf(Self.kernelHalf)
        let types = try CompiledHalf.kernelTypes("struct s { s64 word; } s;")
        #expect(try half.assemble("word", against: types).poisoned.count == 1)
    }

    @Test func aFieldOfAWidthThatNoLoadHasIsSpoilt() throws {
        let half = try CompiledHalf(Self.kernelHalf)
        let types = try CompiledHalf.kernelTypes("struct s { unsigned __int128 word; } s;")
        let reason = try #require(try half.assemble("word", against: types).poisoned.values.first)
        #expect(reason.contains("16"))
    }
}
