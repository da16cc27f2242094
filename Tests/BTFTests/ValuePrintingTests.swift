// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import Foundation
import TestImages
import Testing

/// Values printed with the names of their types.
@Suite struct ValuePrintingTests {
    /// Types of everything that a value can hold; the last is a structure with all of it.
    private func types(_ order: ByteOrder) throws -> (btf: BTF, record: TypeID) {
        var builder = BTFBuilder()
        let int = try builder.addInteger("int", byteCount: 4, isSigned: true)
        let char = try builder.addInteger("char", byteCount: 1, isSigned: true)
        let u8 = try builder.addInteger("unsigned char", byteCount: 1, isSigned: false)
        let u64 = try builder.addInteger("unsigned long long", byteCount: 8, isSigned: false)
        let bool = try builder.add(.integer(IntegerType(name: "_Bool", byteCount: 1, bitCount: 8, isBoolean: true)))
        let double = try builder.add(.floatingPoint(name: "double", byteCount: 8))
        let state = try builder.add(
            .enumeration(EnumerationType(name: "state", isSigned: true, values: [.init(name: "IDLE", bits: 0), .init(name: "GONE", bits: .max)])))
        let pointer = try builder.add(.pointer(to: int))
        let name = try builder.add(.array(ArrayType(element: char, index: int, count: 8)))
        let mac = try builder.add(.array(ArrayType(element: u8, index: int, count: 3)))
        let both = try builder.add(
            .composite(
                CompositeType(
                    name: "", isUnion: true, byteCount: 8,
                    members: [.init(name: "whole", type: u64, bitOffset: 0), .init(name: "low", type: int, bitOffset: 0)])))
        let alias = try builder.add(.alias(name: "pid_t", int))
        let members: [CompositeType.Member] = [
            .init(name: "pid", type: alias, bitOffset: 0), .init(name: "a", type: int, bitOffset: 32, bitCount: 3),
            .init(name: "b", type: int, bitOffset: 35, bitCount: 5), .init(name: "flag", type: bool, bitOffset: 40),
            .init(name: "state", type: state, bitOffset: 64), .init(name: "mac", type: mac, bitOffset: 96),
            .init(name: "at", type: pointer, bitOffset: 128),
            .init(name: "ratio", type: double, bitOffset: 192), .init(name: "name", type: name, bitOffset: 256),
            .init(name: "", type: both, bitOffset: 320),
        ]
        let record = try builder.add(.composite(CompositeType(name: "record", byteCount: 48, members: members)))
        return (try builder.btf(order), record)
    }

    private func record(_ name: [UInt8]) -> [UInt8] {
        func bytes<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
        var record = bytes(Int32(-7)) + [0b10111_010, 1, 0, 0] + bytes(Int32(-1)) + [1, 2, 3, 0]
        record += bytes(0xFFFF_8000_0000_1000 as UInt64) + bytes(0.5) + name + [UInt8](repeating: 0, count: 8 - name.count)
        return record + bytes(UInt64.max)
    }

    @Test func everyKindOfMemberHasItsForm() throws {
        let (btf, type) = try types(.littleEndian)
        let bytes = record(Array("b\"sh".utf8))
        #expect(
            btf.json(of: type, ByteView(bytes))
                == #"{"pid":-7,"a":2,"b":-9,"flag":true,"state":"GONE","mac":[1,2,3],"at":"0xffff800000001000","ratio":0.5,"name":"b\"sh","#
                + #""whole":18446744073709551615,"low":-1}"#)
        #expect(
            btf.text(of: type, ByteView(bytes))
                == #"{pid: -7, a: 2, b: -9, flag: true, state: GONE, mac: [1, 2, 3], at: 0xffff800000001000, ratio: 0.5, name: "b\"sh", "#
                + "whole: 18446744073709551615, low: -1}")
    }

    @Test func whatCannotBePrintedAsTextIsNumbersAndWhatIsMissingIsNull() throws {
        let (btf, type) = try types(.littleEndian)
        #expect(btf.json(of: type, ByteView(record([1, 200]))).contains(#""name":[1,-56,0,0,0,0,0,0]"#))
        #expect(btf.json(of: type, ByteView([1, 0, 0, 0])).hasPrefix(#"{"pid":1,"a":null,"#))
        #expect(btf.json(of: TypeID(9999), ByteView([1])) == "null")
        #expect(btf.json(of: .void, ByteView([1])) == "null")
    }

    @Test func bitsAreCountedFromTheHighestWhereTheBigEndComesFirst() throws {
        let (btf, type) = try types(.bigEndian)
        var bytes = record([])
        bytes.replaceSubrange(0..<5, with: [0, 0, 0, 5, 0b010_10111])
        #expect(btf.json(of: type, ByteView(bytes)).hasPrefix(#"{"pid":5,"a":2,"b":-9,"#))
    }

    @Test func aLongValueIsCutAndStaysJSON() throws {
        var builder = BTFBuilder()
        let int = try builder.addInteger("int", byteCount: 4, isSigned: true)
        let array = try builder.add(.array(ArrayType(element: int, index: int, count: .max)))
        let empty = try builder.add(.composite(CompositeType(name: "nothing", byteCount: 0, members: [])))
        let many = try builder.add(.array(ArrayType(element: empty, index: int, count: .max)))
        let wide = try builder.add(
            .composite(CompositeType(name: "wide", byteCount: 4, members: (0..<500).map { .init(name: "member_\($0)", type: int, bitOffset: 0) })))
        let btf = try builder.btf()
        for type in [array, many, wide] {
            let text = btf.json(of: type, ByteView([UInt8](repeating: 1, count: 4096)), limit: 200)
            #expect(text.utf8.count < 400)
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
            #expect(text.contains("..."))
        }
        #expect(btf.json(of: array, ByteView([1, 0, 0, 0, 2, 0, 0, 0])) == #"[1,2,"..."]"#)
    }

    /// As compilers wrote bitfields once: of 127 bits the lowest number is as far down as the number's own type reaches.
    @Test(arguments: 1...128 as ClosedRange<UInt8>) func aSignedIntegerOfAnyWidthHasTheSignOfItsHighestBit(bitCount: UInt8) throws {
        var builder = BTFBuilder()
        let type = try builder.add(.integer(IntegerType(name: "__int128", byteCount: 16, bitCount: bitCount, isSigned: true)))
        let btf = try builder.btf()
        #expect(btf.json(of: type, ByteView([UInt8](repeating: 0xFF, count: 16))) == "-1")
        let lowest = UInt128(1) << UInt128(bitCount - 1)
        let bytes = (0..<16).map { UInt8(truncatingIfNeeded: lowest >> UInt128(8 * $0)) }
        #expect(btf.json(of: type, ByteView(bytes)) == "-\(lowest)")
    }

    @Test func damagedTypesAndBytesGiveAText() throws {
        let (whole, type) = try types(.littleEndian)
        let image = whole.bytes.array()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var damaged = image
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: 24..<damaged.count, using: &generator)] =
                    [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255)].randomElement() ?? 0
            }
            guard let btf = try? BTF(ByteView(damaged)) else { continue }
            for id in [type, TypeID(1), TypeID(11)] {
                let text = btf.json(of: id, ByteView(record([65, 66])), limit: 1000)
                #expect(throws: Never.self, "\(text)") { try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) }
            }
        }
    }
}
