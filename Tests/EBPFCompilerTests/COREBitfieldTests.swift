// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import TestImages
import Testing

/// Bitfields, read by what the kernel half is told about them: offset, size, shifts, signedness.
@Suite struct COREBitfieldTests {
    private static let fields = ["a", "b", "c", "d", "e", "plain", "sign"]

    private static let kernelHalf =
        """
        struct s {
            u32 a : 3; u32 b : 7; int c : 5; u64 d : 33; u32 e : 1; u16 plain; s8 sign;
        } PRESERVE;

        """
        + fields.flatMap { field in
            (0...5).map { kind in
                "SEC(\"tp/t/x\") int \(field)_\(kind)(struct s *s) { return __builtin_preserve_field_info(s->\(field), \(kind)); }\n"
            }
        }.joined()

    /// Kernels with the fields in other places; each has a variable with known values in its data.
    private static let kernels = [
        "struct s { u32 a : 3; u32 b : 7; int c : 5; u64 d : 33; u32 e : 1; u16 plain; s8 sign; }",
        "struct s { char before[3]; u8 : 5; u8 e : 1; s8 sign; u64 : 20; u64 d : 40; int c : 9; u32 b : 12; u32 plain; u8 a : 2; }",
        "struct s { u64 x; u64 a : 60; u32 b : 32; short c : 16; u64 : 0; u64 d : 64; u64 e : 3; u64 plain : 11; int sign : 7; }",
        "struct __attribute__((packed)) s { u8 pad; u32 a : 3; u32 b : 6; int c : 5; u64 d : 35; u32 e : 1; u16 plain; s8 sign; }",
    ]

    private static let values: [String: Int64] = ["a": 2, "b": 41, "c": -7, "d": 0x1_2345_6789, "e": 1, "plain": 1234, "sign": -5]

    /// The fields are read as a kernel half would do it: one load, two shifts.
    @Test(arguments: kernels)
    func aBitfieldReadByItsAnswersHasItsValue(_ kernel: String) throws {
        let half = try CompiledHalf(Self.kernelHalf)
        let initialiser = Self.values.map { ".\($0.key) = \($0.value)" }.joined(separator: ", ")
        let compiled = try CompiledHalf("\(kernel) sample = { \(initialiser) };", named: "kernel.bpf.c").object
        let types = try #require(compiled.btf)
        let sample = try compiled.variable("sample")
        let contents = try #require(compiled.maps[sample.mapIndex].contents)
        let bytes = ByteView(Array(contents[sample.offset...]) + [UInt8](repeating: 0xEE, count: 8))

        for field in Self.fields {
            // The packed kernel's `d` begins at bit 22 and ends at bit 57: one load of eight bytes holds it.
            func answer(_ kind: Int) throws -> Int {
                Int(try half.assemble("\(field)_\(kind)", against: types).returnedConstant())
            }
            let (offset, size) = (try answer(0), try answer(1))
            #expect(try answer(2) == 1, "\(field) exists")
            #expect(offset % size == 0 || kernel.contains("packed"), "\(field)")
            let raw: UInt64? =
                switch size {
                case 1: bytes.integer(UInt8.self, at: offset, order: .native).map(UInt64.init)
                case 2: bytes.integer(UInt16.self, at: offset, order: .native).map(UInt64.init)
                case 4: bytes.integer(UInt32.self, at: offset, order: .native).map(UInt64.init)
                case 8: bytes.integer(UInt64.self, at: offset, order: .native)
                default: nil
                }
            let shifted = try #require(raw, "\(field): \(size) bytes at \(offset)") << UInt64(try answer(4))
            let isSigned = try answer(3) == 1
            #expect(isSigned == ["c", "sign"].contains(field), "\(field)")
            let right = try answer(5)
            let value = isSigned ? Int64(bitPattern: shifted) >> Int64(right) : Int64(bitPattern: shifted >> UInt64(right))
            #expect(value == Self.values[field], "\(field) of \(kernel)")
        }
    }

    @Test func theObjectsOwnAnswersAreItsCompilers() throws {
        let half = try CompiledHalf(Self.kernelHalf)
        #expect(try half.assemble("b_5").returnedConstant() == 64 - 7)
        #expect(try half.assemble("c_3").returnedConstant() == 1)
        #expect(try half.assemble("plain_1").returnedConstant() == 2)
    }

    @Test func aBitfieldThatIsMissingIsNamed() throws {
        let half = try CompiledHalf(Self.kernelHalf)
        let types = try CompiledHalf.kernelTypes("struct s { u32 a : 3; } s;")
        #expect(try half.assemble("b_2", against: types).returnedConstant() == 0)
        for kind in [0, 1, 3, 4, 5] {
            let answered = try half.assemble("b_\(kind)", against: types)
            #expect(answered.poisoned[0]?.contains("'struct s.b'") == true)
        }
    }
}
