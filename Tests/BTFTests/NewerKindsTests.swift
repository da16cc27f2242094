// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// What Linux 7.1 and 7.2 added to the format: wider numbers of entries and of kinds, and the sizes of kinds.
@Suite struct NewerKindsTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    /// Kinds up to 36, of which the last is new: one word, and two for each entry.
    static let sizes = (0...36).map { kind in (once: UInt8(kind == 36 ? 4 : 0), each: UInt8(kind == 36 ? 8 : 0)) }

    /// An integer, a type of kind 36 with two entries, a struct behind it.
    private func image(_ order: ByteOrder = .native, kind: UInt32 = 36) -> BTFImage {
        var image = BTFImage(order: order)
        image.integer("int", size: 4, encoding: 1)
        image.add(kind: kind, name: "new", count: 2, sizeOrType: 4, [1, 2, 3, 4, 5])
        image.structure("after", size: 4, [.init("a", 1, at: 0)])
        return image
    }

    @Test(arguments: orders)
    func `an enumeration of seventy thousand values is read whole`(_ order: ByteOrder) throws {
        var image = BTFImage(order: order)
        image.enumeration("many", (0..<70_000).map { ("V", Int32($0)) })
        image.alias("after", 1)
        let btf = try BTF(ByteView(image.bytes()))
        guard case .enumeration(let enumeration) = try btf.type(TypeID(1)) else { throw Unexpected(try btf.type(TypeID(1))) }
        #expect(enumeration.values.count == 70_000)
        #expect(enumeration.values.last?.bits == 69_999)
        #expect(btf.types(named: "after", kinds: [.alias]) == [TypeID(2)])
    }

    @Test(arguments: [20, 32, 33, 36, 48, 127] as [UInt32])
    func `a kind that is not known and of unknown size is named rather than taken for another`(_ kind: UInt32) throws {
        let error = try #require(throws: BTFError.self) { try BTF(ByteView(image(kind: kind).bytes())) }
        #expect(error.code == .unknownKind)
        #expect(error.description.hasPrefix("type 2 is of kind \(kind), "))
    }

    @Test(arguments: orders)
    func `a kind that is not known is skipped where the file says how large it is`(_ order: ByteOrder) throws {
        let btf = try BTF(ByteView(image(order).bytes(sizes: Self.sizes)))
        #expect(btf.count == 4)
        #expect(btf.types(named: "after", kinds: [.structure]) == [TypeID(3)])
        #expect(btf.types(named: "new", kinds: [.structure, .void]) == [])
        for read in [{ _ = try btf.type(TypeID(2)) }, { _ = try btf.kind(of: TypeID(2)) }] as [() throws -> Void] {
            let error = try #require(throws: BTFError.self) { try read() }
            #expect(error.code == .unknownKind)
            #expect(error.description.hasPrefix("type 2 is of kind 36"))
        }
        var c = CPrinter(btf)
        var text: [UInt8] = []
        while try c.append(to: &text) {}
        #expect(String(decoding: text, as: UTF8.self).contains("struct after {"))
        var json = JSONPrinter(btf)
        text = []
        while try json.append(to: &text) {}
        #expect(String(decoding: text, as: UTF8.self).contains(#"{"id":2,"kind":"UNKNOWN","name":"new"}"#))
    }

    @Test func `a module's types are skipped by the sizes that its kernel's have`() throws {
        let base = image()
        var module = BTFImage(standingOn: base)
        module.add(kind: 36, name: "module_new", count: 1, [1, 2, 3])
        module.alias("module_after", 1)
        let kernel = try BTF(ByteView(base.bytes(sizes: Self.sizes)))
        let btf = try BTF(ByteView(module.bytes()), base: kernel)
        #expect(btf.types(named: "module_after", kinds: [.alias]) == [TypeID(5)])
    }

    @Test func `sizes that are no words, too few, or outside of the file are refused`() throws {
        var uneven = Self.sizes
        uneven[36].once = 3
        #expect(throws: BTFError.self) { try BTF(ByteView(image().bytes(sizes: uneven))) }
        #expect(throws: BTFError.self) { try BTF(ByteView(image().bytes(sizes: Array(Self.sizes.dropLast())))) }
        var bytes = image(.littleEndian).bytes(sizes: Self.sizes)
        bytes[27] = 0x7F
        let error = try #require(throws: BTFError.self) { try BTF(ByteView(bytes)) }
        #expect(error.code == .malformed)
    }

    @Test func `a copy keeps what it does not know, and nothing else is made of it`() throws {
        let btf = try BTF(ByteView(image().bytes(sizes: Self.sizes)))
        var builder = BTFBuilder(copying: btf)
        try builder.addAlias("added", of: TypeID(1))
        let copy = try builder.btf()
        #expect(copy.types(named: "added", kinds: [.alias]) == [TypeID(4)])
        #expect(copy.types(named: "after", kinds: [.structure]) == [TypeID(3)])
        var other = BTFBuilder()
        let joining = try #require(throws: BTFError.self) { try other.append(contentsOf: btf) }
        #expect(joining.code == .unknownKind)
        let merging = try #require(throws: BTFError.self) { try builder.deduplicate() }
        #expect(merging.code == .unknownKind)
        let old = try #require(throws: BTFError.self) { try btf.sanitized(for: BTFFeatures.all.subtracting(.kindSizes)) }
        #expect(old.code == .unknownKind)
        #expect(try btf.sanitized(for: .all).count == 4)
    }

    @Test(arguments: orders)
    func `the sizes of kinds are written where they are asked for`(_ order: ByteOrder) throws {
        var builder = BTFBuilder()
        let int = try builder.addInteger("int", byteCount: 4)
        try builder.addStructure("s", byteCount: 4, members: [.init(name: "a", type: int, bitOffset: 0)])
        builder.describesKinds = true
        let bytes = builder.bytes(order)
        let view = ByteView(bytes)
        #expect(view.integer(UInt32.self, at: 4, order: order) == 32)
        let start = 32 + Int(try #require(view.integer(UInt32.self, at: 24, order: order)))
        #expect(view.integer(UInt32.self, at: 28, order: order) == 80)
        // Kinds 0 to 19: what libbpf has in its table.
        let once = [0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0] as [UInt8]
        let each = [0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12] as [UInt8]
        for kind in 0..<20 { #expect(Array(bytes[(start + 4 * kind)..<(start + 4 * kind + 4)]) == [once[kind], each[kind], 0, 0]) }
        #expect(try BTF(view).types(named: "s", kinds: [.structure]) == [TypeID(2)])
    }

    @Test func `more than 65,535 entries are written only where that is allowed`() throws {
        let values = (0..<70_000).map { EnumerationType.Value(name: "V", bits: UInt64($0)) }
        let many = BTFType.enumeration(EnumerationType(name: "many", values: values))
        var builder = BTFBuilder()
        let refused = try #require(throws: BTFError.self) { try builder.add(many) }
        #expect(refused.description.contains("allowsManyEntries"))
        builder.allowsManyEntries = true
        let type = try builder.add(many)
        let btf = try builder.btf()
        #expect(try btf.type(type) == many)
        let old = try #require(throws: BTFError.self) { try btf.sanitized(for: .ofKernel(major: 7, minor: 1)) }
        #expect(old.description.contains("'many'"))
        #expect(try btf.sanitized(for: .ofKernel(major: 7, minor: 2)).type(type) == many)
    }
}
