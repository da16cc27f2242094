// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Testing

/// Each form beside what llvm-objdump of LLVM 21 prints for its bytes.
@Suite struct PrintingTests {
    typealias Operation = Instruction.Operation

    static let arithmetic: [(Operation, String)] = [
        (.arithmetic(.add, .bits64, .r1, 16), "r1 += 0x10"), (.arithmetic(.add, .bits32, .r1, -1), "w1 += -0x1"),
        (.arithmetic(.subtract, .bits64, .r1, .r2), "r1 -= r2"), (.arithmetic(.multiply, .bits32, .r1, .r2), "w1 *= w2"),
        (.arithmetic(.divide, .bits64, .r1, 3), "r1 /= 0x3"), (.arithmetic(.signedDivide, .bits64, .r1, -3), "r1 s/= -0x3"),
        (.arithmetic(.modulo, .bits32, .r1, .r2), "w1 %= w2"), (.arithmetic(.signedModulo, .bits32, .r1, .r2), "w1 s%= w2"),
        (.arithmetic(.or, .bits64, .r1, .r2), "r1 |= r2"), (.arithmetic(.and, .bits64, .r1, -8), "r1 &= -0x8"),
        (.arithmetic(.xor, .bits64, .r1, .immediate(.min)), "r1 ^= -0x80000000"), (.arithmetic(.shiftLeft, .bits64, .r1, 32), "r1 <<= 0x20"),
        (.arithmetic(.shiftRight, .bits64, .r1, 32), "r1 >>= 0x20"),
        (.arithmetic(.arithmeticShiftRight, .bits32, .r1, .r2), "w1 s>>= w2"), (.negate(.bits64, .r1), "r1 = -r1"),
        (.negate(.bits32, .r1), "w1 = -w1"), (.move(.bits64, .r1, .r10), "r1 = r10"), (.move(.bits32, .r0, -1), "w0 = -0x1"),
        (.moveSignExtending(.byteTo64, .r1, from: .r2), "r1 = (s8)r2"), (.moveSignExtending(.halfTo64, .r1, from: .r2), "r1 = (s16)r2"),
        (.moveSignExtending(.wordTo64, .r1, from: .r2), "r1 = (s32)r2"), (.moveSignExtending(.byteTo32, .r1, from: .r2), "w1 = (s8)w2"),
        (.moveSignExtending(.halfTo32, .r1, from: .r2), "w1 = (s16)w2"), (.swapBytes(.littleEndian, .bits16, .r1), "r1 = le16 r1"),
        (.swapBytes(.bigEndian, .bits32, .r1), "r1 = be32 r1"), (.swapBytes(.unconditional, .bits64, .r1), "r1 = bswap64 r1"),
        (.castAddressSpace(.r1, from: .r2, destinationSpace: 1, sourceSpace: 0), "r1 = addr_space_cast(r2, 0x1, 0x0)"),
    ]

    static let memory: [(Operation, String)] = [
        (.load(.word, .r1, from: Address(.r2, offset: 8)), "w1 = *(u32 *)(r2 + 0x8)"),
        (.load(.half, .r1, from: Address(.r2)), "w1 = *(u16 *)(r2 + 0x0)"),
        (.load(.byte, .r1, from: Address(.r10, offset: -1)), "w1 = *(u8 *)(r10 - 0x1)"),
        (.load(.double, .r1, from: Address(.r2, offset: .min)), "r1 = *(u64 *)(r2 - 0x8000)"),
        (.loadSignExtending(.word, .r1, from: Address(.r2)), "r1 = *(s32 *)(r2 + 0x0)"),
        (.loadSignExtending(.half, .r1, from: Address(.r2)), "r1 = *(s16 *)(r2 + 0x0)"),
        (.loadSignExtending(.byte, .r1, from: Address(.r2)), "r1 = *(s8 *)(r2 + 0x0)"),
        (.store(.word, to: Address(.r1, offset: 8), .r2), "*(u32 *)(r1 + 0x8) = w2"),
        (.store(.double, to: Address(.r1), .r2), "*(u64 *)(r1 + 0x0) = r2"),
        (.store(.byte, to: Address(.r1), -1), "*(u8 *)(r1 + 0x0) = -0x1"),
        (.store(.double, to: Address(.r10, offset: -8), 16), "*(u64 *)(r10 - 0x8) = 0x10"),
        (.loadPacket(.half, at: 12), "r0 = *(u16 *)skb[0xc]"), (.loadPacketIndirect(.word, at: .r2), "r0 = *(u32 *)skb[r2]"),
        (.loadWide(.r1, .constant(16)), "r1 = 0x10 ll"), (.loadWide(.r1, .constant(.max)), "r1 = -0x1 ll"),
        (.loadWide(.r1, .constant(1 << 63)), "r1 = -0x8000000000000000 ll"), (.loadWide(.r1, .constant(0xFFFF_FFFF)), "r1 = 0xffffffff ll"),
        (.loadWide(.r1, .map(descriptor: 5)), "ld_pseudo\tr1, 0x1, 0x5"),
        (.loadWide(.r1, .mapValue(descriptor: 5, offset: 7)), "ld_pseudo\tr1, 0x2, 0x5"),
        (.loadWide(.r1, .function(offset: -5)), "ld_pseudo\tr1, 0x4, 0xfffffffb"),
    ]

    static let atomics: [(Operation, String)] = [
        (.atomic(.add, .bits64, at: Address(.r1), .r2), "lock *(u64 *)(r1 + 0x0) += r2"),
        (.atomic(.add, .bits32, at: Address(.r1, offset: -4), .r2), "lock *(u32 *)(r1 - 0x4) += w2"),
        (.atomic(.or, .bits64, at: Address(.r1), .r2), "lock *(u64 *)(r1 + 0x0) |= r2"),
        (.atomic(.and, .bits64, at: Address(.r1), .r2), "lock *(u64 *)(r1 + 0x0) &= r2"),
        (.atomic(.xor, .bits32, at: Address(.r1), .r2), "lock *(u32 *)(r1 + 0x0) ^= w2"),
        (.atomic(.fetchAdd, .bits64, at: Address(.r1), .r0), "r0 = atomic_fetch_add((u64 *)(r1 + 0x0), r0)"),
        (.atomic(.fetchOr, .bits64, at: Address(.r1), .r0), "r0 = atomic_fetch_or((u64 *)(r1 + 0x0), r0)"),
        (.atomic(.fetchAnd, .bits32, at: Address(.r1), .r2), "w2 = atomic_fetch_and((u32 *)(r1 + 0x0), w2)"),
        (.atomic(.fetchXor, .bits32, at: Address(.r1), .r2), "w2 = atomic_fetch_xor((u32 *)(r1 + 0x0), w2)"),
        (.atomic(.exchange, .bits64, at: Address(.r1, offset: 8), .r2), "r2 = xchg_64(r1 + 0x8, r2)"),
        (.atomic(.exchange, .bits32, at: Address(.r1, offset: 8), .r2), "w2 = xchg32_32(r1 + 0x8, w2)"),
        (.atomic(.compareExchange, .bits64, at: Address(.r1, offset: 8), .r2), "r0 = cmpxchg_64(r1 + 0x8, r0, r2)"),
        (.atomic(.compareExchange, .bits32, at: Address(.r1, offset: 8), .r2), "w0 = cmpxchg32_32(r1 + 0x8, w0, w2)"),
        (.loadAcquire(.byte, .r1, from: Address(.r2, offset: 8)), "w1 = load_acquire((u8 *)(r2 + 0x8))"),
        (.loadAcquire(.double, .r1, from: Address(.r2)), "r1 = load_acquire((u64 *)(r2 + 0x0))"),
        (.storeRelease(.half, to: Address(.r1), .r2), "store_release((u16 *)(r1 + 0x0), w2)"),
        (.storeRelease(.double, to: Address(.r1), .r2), "store_release((u64 *)(r1 + 0x0), r2)"),
    ]

    static let jumps: [(Operation, String)] = [
        (.jump(offset: 0), "goto +0x0"), (.jump(offset: -1), "goto -0x1"), (.jump(offset: .min), "goto -0x8000"),
        (.jumpLong(offset: .max), "gotol +0x7fffffff"), (.jumpLong(offset: .min), "gotol -0x80000000"), (.jumpIndirect(.r2), "gotox r2"),
        (.mayGoto(offset: 4), "may_goto +0x4"), (.call(.helper(1)), "call 0x1"), (.call(.function(offset: -1)), "call -0x1"),
        (.call(.kernelFunction(typeID: 256, module: 1)), "call 0x100"), (.call(.indirect(.r3)), "callx r3"), (.exit, "exit"),
        (.branch(.equal, .bits64, .r1, 0, offset: 5), "if r1 == 0x0 goto +0x5"),
        (.branch(.notEqual, .bits32, .r1, .r2, offset: -5), "if w1 != w2 goto -0x5"),
        (.branch(.greater, .bits64, .r1, .r2, offset: 0), "if r1 > r2 goto +0x0"),
        (.branch(.greaterOrEqual, .bits64, .r1, 7, offset: 0), "if r1 >= 0x7 goto +0x0"),
        (.branch(.less, .bits64, .r1, 7, offset: 0), "if r1 < 0x7 goto +0x0"),
        (.branch(.lessOrEqual, .bits64, .r1, 7, offset: 0), "if r1 <= 0x7 goto +0x0"),
        (.branch(.bitsSet, .bits32, .r1, 16, offset: 0), "if w1 & 0x10 goto +0x0"),
        (.branch(.signedGreater, .bits64, .r1, 7, offset: 5), "if r1 s> 0x7 goto +0x5"),
        (.branch(.signedGreaterOrEqual, .bits64, .r1, .r2, offset: 0), "if r1 s>= r2 goto +0x0"),
        (.branch(.signedLess, .bits32, .r1, -1, offset: 0), "if w1 s< -0x1 goto +0x0"),
        (.branch(.signedLessOrEqual, .bits64, .r1, .r2, offset: 0), "if r1 s<= r2 goto +0x0"),
    ]

    @Test(arguments: [arithmetic, memory, atomics, jumps])
    func `each form is written as llvm-objdump writes it`(forms: [(Operation, String)]) {
        for (operation, text) in forms { #expect(operation.description == text) }
    }

    @Test func `calls of helpers say names where that is asked for`() {
        #expect(Operation.call(.helper(1)).text(style: .namingHelpers) == "call bpf_map_lookup_elem#1")
        #expect(Operation.call(.helper(9999)).text(style: .namingHelpers) == "call 0x270f")
        #expect(Operation.call(.function(offset: 1)).text(style: .namingHelpers) == "call 0x1")
    }

    @Test func `jumps and calls say the name of the place that they lead to`() {
        let code = Code.sample
        let lines = Array(Disassembly(code, names: [0: "entry", 4: "out", 5: "other"]))
        #expect(
            lines.map(\.text) == [
                "if r1 == 0x0 goto +0x3 <out>", "r1 = 0x10 ll", "call 0x1 <other>", "exit", "goto -0x6 <entry>",
            ])
        #expect(lines.map(\.slot) == [0, 1, 3, 4, 5])
    }

    @Test func `a slot that is no instruction is a line of its own`() {
        let lines = Array(Disassembly([Instruction(opcode: 0xFF), Instruction(opcode: 0x95), Instruction(opcode: 0x18)]))
        #expect(lines.map(\.text) == ["<unknown>", "exit", "<unknown>"])
        #expect(lines.map { $0.operation == nil } == [true, false, true])
    }
}

extension Code {
    /// A jump over a wide load and a call, and a jump back.
    fileprivate static let sample: [Instruction] = [
        Instruction.Operation.branch(.equal, .bits64, .r1, 0, offset: 3), .loadWide(.r1, .constant(16)), .call(.function(offset: 1)), .exit,
        .jump(offset: -6),
    ].flatMap(\.instructions)
}
