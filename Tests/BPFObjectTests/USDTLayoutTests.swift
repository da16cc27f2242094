// SPDX-License-Identifier: Apache-2.0

@testable import BPFObject
import BTF
import Bytes
import ELF
import Testing

/// How objects of all versions of libbpf are told of arguments.
struct USDTLayoutTests {
    private static let arguments: [USDTArgument] = {
        guard let rax = USDTRegister("rax", of: .x86_64), let rbp = USDTRegister("rbp", of: .x86_64) else { return [] }
        return [
            USDTArgument(byteCount: 4, isSigned: true, .constant(-9)),
            USDTArgument(byteCount: 8, .register(rax)),
            USDTArgument(byteCount: 1, .memory(base: rbp, displacement: -20)),
        ]
    }()
    private static let indexed: [USDTArgument] = {
        guard let rax = USDTRegister("rax", of: .x86_64), let rbp = USDTRegister("rbp", of: .x86_64) else { return [] }
        return [USDTArgument(byteCount: 2, isSigned: true, .indexed(base: rbp, index: rax, shift: 3, displacement: 16))]
    }()

    private func layout(valueSize: UInt32, _ types: BTF? = nil, _ type: TypeID = .void) throws(ObjectError) -> USDTLayout {
        var map = MapDefinition(name: "__bpf_usdt_specs", type: .array, keySize: 4, valueSize: valueSize, maxEntries: 1)
        map.valueType = type
        return try USDTLayout(of: map, types: types)
    }

    /// The structures of `ebpf/usdt.h`, or something like them.
    private func described(
        _ limit: UInt32 = 12, _ change: (inout [CompositeType.Member]) -> Void = { _ in }
    ) throws -> (types: BTF, id: TypeID) {
        var builder = BTFBuilder()
        let word = try builder.addInteger("unsigned int", byteCount: 4)
        let long = try builder.addInteger("unsigned long long", byteCount: 8)
        let short = try builder.addInteger("short", byteCount: 2, isSigned: true)
        let byte = try builder.addInteger("char", byteCount: 1)
        var members: [CompositeType.Member] = [
            .init(name: "val_off", type: long, bitOffset: 0), .init(name: "arg_type", type: word, bitOffset: 64, bitCount: 8),
            .init(name: "idx_reg_off", type: word, bitOffset: 72, bitCount: 12),
            .init(name: "scale_bitshift", type: word, bitOffset: 84, bitCount: 4),
            .init(name: "reg_off", type: short, bitOffset: 96), .init(name: "arg_signed", type: byte, bitOffset: 112),
            .init(name: "arg_bitshift", type: byte, bitOffset: 120),
        ]
        change(&members)
        let argument = try builder.addStructure("__bpf_usdt_arg_spec", byteCount: 16, members: members)
        let array = try builder.addArray(of: argument, count: limit, index: word)
        let id = try builder.addStructure(
            "__bpf_usdt_spec", byteCount: 208,
            members: [
                .init(name: "args", type: array, bitOffset: 0), .init(name: "usdt_cookie", type: long, bitOffset: 1536),
                .init(name: "arg_cnt", type: short, bitOffset: 1600),
            ])
        return (try builder.btf(), id)
    }

    @Test func `where an object has types, they say where everything is`() throws {
        let (types, id) = try described()
        let bytes = try layout(valueSize: 208, types, id).bytes(for: Self.indexed + Self.arguments, cookie: 9)
        #expect(integer(Int64.self, bytes, 0) == 16 && integer(UInt32.self, bytes, 8) == 3 | 80 << 8 | 3 << 20)
        #expect(integer(UInt16.self, bytes, 12) == 32 && bytes[14] == 1 && bytes[15] == 48)
        let old = try described { $0.removeAll { $0.name == "idx_reg_off" || $0.name == "scale_bitshift" } }
        #expect(throws: ObjectError.self) { try layout(valueSize: 208, old.types, old.id).bytes(for: Self.indexed, cookie: 9) }
        let plain = try layout(valueSize: 208, old.types, old.id).bytes(for: Self.arguments, cookie: 9)
        #expect(try plain == layout(valueSize: 208).bytes(for: Self.arguments, cookie: 9))
    }

    @Test func `types that contradict the map, or say something else, are refused`() throws {
        let (types, id) = try described()
        for (size, type) in [(304, id), (200, id), (208, TypeID(1)), (208, TypeID(999))] as [(UInt32, TypeID)] {
            #expect(throws: ObjectError.self) { try layout(valueSize: size, types, type) }
        }
        let few = try described(11)
        #expect(throws: ObjectError.self) { try layout(valueSize: 208, few.types, few.id) }
        for name in ["val_off", "arg_type", "reg_off", "arg_signed", "arg_bitshift"] {
            let lacking = try described { $0.removeAll { $0.name == name } }
            #expect(throws: ObjectError.self) { try layout(valueSize: 208, lacking.types, lacking.id) }
            let outside = try described { members in
                guard let index = members.firstIndex(where: { $0.name == name }) else { return }
                members[index] = .init(name: name, type: members[index].type, bitOffset: 128)
            }
            #expect(throws: ObjectError.self) { try layout(valueSize: 208, outside.types, outside.id) }
        }
    }

    private func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, _ bytes: [UInt8], _ offset: Int) -> Value {
        ByteView(bytes).integer(type, at: offset, order: .littleEndian) ?? 0
    }

    @Test func `objects from before libbpf 1.7 have 16 bytes for an argument`() throws {
        let bytes = try layout(valueSize: 208).bytes(for: Self.arguments, cookie: 0x1122_3344_5566_7788)
        #expect(bytes.count == 208)
        #expect(integer(Int64.self, bytes, 0) == -9 && integer(UInt32.self, bytes, 8) == 0 && bytes[14] == 1 && bytes[15] == 32)
        #expect(integer(UInt64.self, bytes, 16) == 0 && integer(UInt32.self, bytes, 24) == 1 && integer(UInt16.self, bytes, 28) == 80)
        #expect(bytes[30] == 0 && bytes[31] == 0)
        #expect(integer(Int64.self, bytes, 32) == -20 && integer(UInt32.self, bytes, 40) == 2 && integer(UInt16.self, bytes, 44) == 32)
        #expect(bytes[46] == 0 && bytes[47] == 56)
        #expect(bytes[48..<192].allSatisfy { $0 == 0 })
        #expect(integer(UInt64.self, bytes, 192) == 0x1122_3344_5566_7788 && integer(UInt16.self, bytes, 200) == 3)
        let error = #expect(throws: ObjectError.self) { try layout(valueSize: 208).bytes(for: Self.indexed, cookie: 0) }
        #expect(error?.code == .unsupported && error?.reason.contains("index register") == true)
    }

    @Test func `objects from libbpf 1.7 on have 24 bytes for an argument, with an index register`() throws {
        let bytes = try layout(valueSize: 304).bytes(for: Self.indexed + Self.arguments, cookie: 7)
        #expect(bytes.count == 304)
        #expect(integer(Int64.self, bytes, 0) == 16 && bytes[8] == 3 && integer(UInt16.self, bytes, 10) == 80 | 3 << 12)
        #expect(integer(UInt16.self, bytes, 14) == 32 && bytes[16] == 1 && bytes[17] == 48)
        #expect(bytes[24 + 8] == 0 && integer(Int64.self, bytes, 24) == -9)
        #expect(bytes[48 + 8] == 1 && integer(UInt16.self, bytes, 48 + 14) == 80)
        #expect(integer(UInt64.self, bytes, 288) == 7 && integer(UInt16.self, bytes, 296) == 4)
    }

    @Test func `a map of another size is refused`() {
        for size in [0, 1, 200, 207, 209, 303, 4096] as [UInt32] {
            let error = #expect(throws: ObjectError.self) { try layout(valueSize: size) }
            #expect(error?.code == .unsupported)
        }
    }
}
