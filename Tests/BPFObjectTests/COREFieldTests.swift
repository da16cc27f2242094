// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import TestImages
import Testing

/// Answers about fields of types that compilers do not make, or not in this byte order.
@Suite struct COREFieldTests {
    typealias Member = BTFImage.Member

    /// `struct s { int f; }`, about whose field is asked.
    private static func plain(_ types: inout BTFImage) -> UInt32 {
        types.structure("s", size: 4, [Member("f", 1, at: 0)])
    }

    /// Type 2 of the kernel is an integer of so many bytes, type 3 the struct whose member `f` it is.
    private static func kernel(bytes: UInt32, isSigned: Bool = false, at offset: UInt32, bits: UInt32) -> (inout BTFImage) -> Void {
        return {
            let type = $0.integer("odd", size: bytes, encoding: isSigned ? 1 : 0)
            $0.structure("s", size: 64, [Member("f", type, at: offset, bits: bits)])
        }
    }

    private func ask(
        _ kind: COREQuestion.Kind, own: Int32, order: ByteOrder = .native, _ kernel: (inout BTFImage) -> Void
    ) throws -> Int32 {
        try COREQuestion.value(kind, "0:0", own: own, order: order, object: Self.plain, kernel: kernel)
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func aBitfieldIsReadByTheSmallestAlignedLoadThatHoldsIt(_ order: ByteOrder) throws {
        // Width and offset in bits of a field of type unsigned int; the load that fetches it.
        for (bits, offset, byteOffset, byteSize) in [
            (1, 0, 0, 4), (5, 3, 0, 4), (32, 0, 0, 4), (1, 31, 0, 4), (7, 33, 4, 4), (4, 30, 0, 8), (31, 32, 4, 4), (2, 63, 8, 8),
        ] as [(UInt32, UInt32, Int32, Int32)] where offset % 64 + bits <= 64 {
            let kernel = Self.kernel(bytes: 4, at: offset, bits: bits)
            #expect(try ask(.byteOffset, own: 0, order: order, kernel) == byteOffset, "\(bits) at \(offset)")
            #expect(try ask(.byteSize, own: 4, order: order, kernel) == byteSize, "\(bits) at \(offset)")
            let left = try ask(.leftShift, own: 32, order: order, kernel)
            let right = try ask(.rightShift, own: 32, order: order, kernel)
            #expect(right == 64 - Int32(bits))
            let behind = Int32(offset) - byteOffset * 8
            #expect(left == (order == .littleEndian ? 64 - behind - Int32(bits) : 64 - byteSize * 8 + behind))
        }
    }

    @Test func aBitfieldThatNoLoadCanFetchIsNotThere() throws {
        for kernel in [
            Self.kernel(bytes: 8, at: 60, bits: 8), Self.kernel(bytes: 4, at: 62, bits: 4), Self.kernel(bytes: 4, at: 0, bits: 65),
            Self.kernel(bytes: 4, at: 0, bits: 255), Self.kernel(bytes: 8, at: 8, bits: 64),
        ] {
            for kind in [COREQuestion.Kind.byteOffset, .byteSize, .leftShift, .rightShift] {
                let own: Int32 = kind == .byteSize ? 4 : kind == .byteOffset ? 0 : 32
                #expect(throws: Unexpected.self) { try ask(kind, own: own, kernel) }
            }
        }
    }

    /// No compiler makes integers of these sizes, but a file may.
    @Test(arguments: [0, 3, 5, 6, 7, 9, 16, 255, .max] as [UInt32], [ByteOrder.littleEndian, .bigEndian])
    func bitfieldsOfOddIntegersAreNotThere(_ bytes: UInt32, _ order: ByteOrder) throws {
        for (offset, bits) in [(0, 1), (44, 30), (40, 20), (60, 20), (0, 255), (0xFF_FFFF, 255)] as [(UInt32, UInt32)] {
            let kernel = Self.kernel(bytes: bytes, at: offset, bits: bits)
            for (kind, own) in [(COREQuestion.Kind.byteOffset, 0), (.byteSize, 4), (.leftShift, 32), (.rightShift, 32)]
                as [(COREQuestion.Kind, Int32)]
            {
                #expect(throws: Unexpected.self) { try ask(kind, own: own, order: order, kernel) }
            }
        }
    }

    @Test(arguments: [1, 4, 7, 31, 0xFFFF_FFFF] as [UInt32], [ByteOrder.littleEndian, .bigEndian])
    func aPlainFieldBetweenBytesIsNotThere(_ offset: UInt32, _ order: ByteOrder) throws {
        for (kind, own) in [(COREQuestion.Kind.byteOffset, 0), (.byteSize, 4), (.leftShift, 32), (.rightShift, 32)] as [(COREQuestion.Kind, Int32)] {
            #expect(throws: Unexpected.self) { try ask(kind, own: own, order: order, Self.kernel(bytes: 8, at: offset, bits: 0)) }
        }
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func aFieldThatFitsIntoNoRegisterHasNoShifts(_ order: ByteOrder) throws {
        for bytes in [9, 16, 0x2000_0000, .max] as [UInt32] {
            let kernel = Self.kernel(bytes: bytes, at: 64, bits: 0)
            #expect(throws: Unexpected.self) { try ask(.leftShift, own: 32, order: order, kernel) }
            #expect(throws: Unexpected.self) { try ask(.rightShift, own: 32, order: order, kernel) }
            #expect(try ask(.byteOffset, own: 0, order: order, kernel) == 8)
        }
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func plainFieldsHaveTheShiftsOfTheirSize(_ order: ByteOrder) throws {
        for (bytes, shift) in [(1, 56), (2, 48), (4, 32), (8, 0)] as [(UInt32, Int32)] {
            let kernel = Self.kernel(bytes: bytes, at: 16, bits: 0)
            #expect(try ask(.leftShift, own: 32, order: order, kernel) == shift)
            #expect(try ask(.rightShift, own: 32, order: order, kernel) == shift)
            #expect(try ask(.byteSize, own: 4, order: order, kernel) == Int32(bytes))
            #expect(try ask(.signed, own: 1, order: order, kernel) == 0)
        }
        #expect(try ask(.signed, own: 1, order: order, Self.kernel(bytes: 2, isSigned: true, at: 0, bits: 0)) == 1)
    }

    @Test func brokenTypesOfTheObjectItselfAreRefused() {
        for (kind, member) in [(COREQuestion.Kind.leftShift, Member("f", 2, at: 44, bits: 30)), (.leftShift, Member("f", 2, at: 4))] {
            #expect(throws: ObjectError.self) {
                try COREQuestion.value(
                    kind, "0:0", own: 0,
                    object: {
                        let odd = $0.integer("odd", size: 6)
                        return $0.structure("s", size: 16, [Member(member.name, odd, at: member.bitOffset, bits: member.bitCount)])
                    }, kernel: { _ = Self.plain(&$0) })
            }
        }
    }

    @Test func anElementOfAnArrayMustLieInsideUnlessTheArrayIsFlexible() throws {
        /// Whether element 3 of `f` exists in a kernel where `f` has `count` elements, and stands last or not, in a struct or a union.
        func exists(_ count: UInt32, isLast: Bool, isUnion: Bool = false) throws -> Bool {
            try COREQuestion.value(
                .exists, "0:0:3", own: 1,
                object: { types in
                    let array = types.array(of: 1, count: 4)
                    return types.structure("s", size: 16, [Member("f", array, at: 0)])
                },
                kernel: { types in
                    let members = [Member("f", types.array(of: 1, count: count), at: 0), Member("after", 1, at: 512)]
                    types.structure("s", size: 64, isUnion: isUnion, isLast ? Array(members.prefix(1)) : members)
                }) == 1
        }
        #expect(try exists(4, isLast: false))
        #expect(try exists(0, isLast: true), "struct s { ...; int f[]; }")
        #expect(try !exists(3, isLast: true))
        #expect(try !exists(3, isLast: false))
        #expect(try !exists(0, isLast: false))
    }

    @Test func anArrayOfOneElementIsNotFlexible() throws {
        let answer = try COREQuestion.value(
            .exists, "0:0:3", own: 1,
            object: { types in
                let array = types.array(of: 1, count: 4)
                return types.structure("s", size: 16, [Member("f", array, at: 0)])
            },
            kernel: { types in
                let array = types.array(of: 1, count: 1)
                types.structure("s", size: 4, [Member("f", array, at: 0)])
            })
        #expect(answer == 0)
    }

    @Test func membersThatNestTooDeeplyAreRefusedInTime() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 20)
            // Each of 60 structs has the next one twice as an anonymous member: 2^60 ways down.
            #expect(throws: ObjectError.self) {
                try COREQuestion.value(.exists, "0:0", own: 1, object: { Self.plain(&$0) }) { types in
                    for number in 0..<60 {
                        let next = types.count + 1
                        types.structure(number == 0 ? "s" : "", size: 4, [Member("", next, at: 0), Member("", next, at: 0)])
                    }
                    types.structure("", size: 4, [Member("other", 1, at: 0)])
                }
            }
        }
    }

    @Test func anAnonymousMemberOfItsOwnTypeIsRefused() {
        #expect(throws: ObjectError.self) {
            try COREQuestion.value(.exists, "0:0", own: 1, object: Self.plain) { types in
                types.structure("s", size: 4, [Member("", types.count, at: 0), Member("f", 1, at: 0)])
            }
        }
    }

    @Test func aLoadOfAPartOfAFieldIsNotWidened() throws {
        // The object reads one byte of a u32; the kernel's field has eight.
        var question = COREQuestion([.load(0x71, 0)])
        let local = question.image.types.integer("u32", size: 4)
        let type = question.image.types.structure("s", size: 4, [Member("f", local, at: 0)])
        question.ask(COREQuestion.Kind.byteOffset.rawValue, type, "0:0")
        let wide = question.kernel.integer("u64", size: 8)
        question.kernel.structure("s", size: 16, [Member("f", wide, at: 64)])
        let answer = try? question.answer()
        #expect(answer?.instructions[0].opcode != 0x79)
    }
}
