// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Whatever the bytes are, reading them answers or throws; a trap would end the whole run.
@Suite struct DamagedTypesTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    /// One type of every kind, all connected.
    private func image(_ order: ByteOrder) -> [UInt8] {
        var image = BTFImage(order: order)
        let int = image.integer("int", size: 4, encoding: 1)
        let pointer = image.pointer(to: 4)
        let array = image.array(of: int, count: 16, index: int)
        let structure = image.structure(
            "task", size: 80, [.init("a", int, at: 0, bits: 3), .init("next", pointer, at: 64), .init("names", array, at: 128)])
        let union = image.structure("either", size: 80, isUnion: true, [.init("", structure, at: 0), .init("i", int, at: 0)])
        image.enumeration("e", isSigned: true, [("A", 1), ("B", -1)])
        image.add(kind: 7, name: "opaque")
        let alias = image.alias("task_t", union)
        let volatile = image.add(kind: 9, sizeOrType: alias)
        let constant = image.add(kind: 10, sizeOrType: volatile)
        let restrict = image.add(kind: 11, sizeOrType: constant)
        let prototype = image.prototype(result: int, [("x", pointer), ("", restrict)])
        image.function("main", prototype: prototype)
        let variable = image.variable("counter", alias)
        image.dataSection(".data", size: 80, [(variable, 0, 80)])
        image.add(kind: 16, name: "float", sizeOrType: 4)
        image.add(kind: 17, name: "tag", sizeOrType: structure, [1])
        image.add(kind: 18, name: "user", sizeOrType: int)
        image.enumeration64("w", [("LARGE", .max)])
        return image.bytes()
    }

    /// Asks every question about every type; answers how many answers there were.
    private func askAll(_ bytes: [UInt8]) throws(BTFError) -> Int {
        let btf = try BTF(ByteView(bytes))
        var answers = 0
        func count<Answer>(_ ask: () throws(BTFError) -> Answer) {
            do throws(BTFError) {
                _ = try ask()
                answers += 1
            } catch { #expect(!error.description.isEmpty) }
        }
        for id in btf.typeIDs {
            count { () throws(BTFError) in try btf.type(id) }
            count { () throws(BTFError) in try btf.name(of: id) }
            count { () throws(BTFError) in try btf.kind(of: id) }
            count { () throws(BTFError) in try btf.resolve(id).id }
            count { () throws(BTFError) in try btf.byteCount(of: id) }
        }
        answers += btf.types(namedIgnoringFlavor: "task", kinds: [.structure, .union, .alias]).count
        for id in btf.types(named: ".data", kinds: [.dataSection]) {
            count { () throws(BTFError) in try btf.bytes(layingOut: [id: .init(byteCount: 80, offsets: [0])]) }
        }
        return answers
    }

    @Test(arguments: orders)
    func theImageHoldsEveryKind(_ order: ByteOrder) throws {
        let btf = try BTF(ByteView(image(order)))
        let kinds = try btf.typeIDs.map { try btf.kind(of: $0) }
        #expect(kinds.count == 19)
        #expect(Set(kinds) == Set(BTFKind.allCases.dropFirst()))
        // Only the forward, the prototype, the function and the declaration's tag have no size.
        #expect(try askAll(image(order)) == 19 * 5 - 4 + 2)
    }

    @Test(arguments: orders)
    func typesThatAreTruncatedAnywhereAreRefused(_ order: ByteOrder) throws {
        let whole = image(order)
        for length in 0..<whole.count {
            let error = try #require(throws: BTFError.self, "length \(length)") { try askAll(Array(whole.prefix(length))) }
            if length >= 3 { #expect(error.code == .truncated, "length \(length)") }
        }
    }

    @Test(arguments: orders)
    func typesWithAnyByteChangedAreReadOrRefused(_ order: ByteOrder) {
        let whole = image(order)
        var read = 0
        var refused = 0
        for index in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] where value != whole[index] {
                var bytes = whole
                bytes[index] = value
                do throws(BTFError) {
                    _ = try askAll(bytes)
                    read += 1
                } catch { refused += 1 }
            }
        }
        #expect(read > 500)
        #expect(refused > 50)
    }

    @Test(arguments: orders)
    func damagedTypesAreReadOrRefused(_ order: ByteOrder) {
        var generator = SeededGenerator(seed: 0xB7F)
        let whole = image(order)
        var read = 0
        var refused = 0
        for _ in 0..<3000 {
            do throws(BTFError) {
                _ = try askAll(Damage.copy(of: whole, using: &generator))
                read += 1
            } catch { refused += 1 }
        }
        #expect(read > 500)
        #expect(refused > 500)
    }

    @Test(arguments: orders)
    func anExtensionThatIsTruncatedAnywhereIsRefused(_ order: ByteOrder) throws {
        let pair = ExtensionTests.Pair(order)
        let btf = try BTF(ByteView(pair.types.bytes()))
        let whole = pair.part.bytes()
        for length in 0..<whole.count where !(8..<16).contains(length) {
            #expect(throws: BTFError.self, "length \(length)") {
                try BTFExtension(ByteView(Array(whole.prefix(length))), btf: btf)
            }
        }
    }

    @Test(arguments: orders, 8..<16)
    func anExtensionThatEndsInsideOfItsHeaderIsRefused(_ order: ByteOrder, _ length: Int) throws {
        let pair = ExtensionTests.Pair(order)
        let btf = try BTF(ByteView(pair.types.bytes()))
        #expect(throws: BTFError.self) {
            try BTFExtension(ByteView(Array(pair.part.bytes().prefix(length))), btf: btf)
        }
    }

    @Test(arguments: orders)
    func aDamagedExtensionIsReadOrRefused(_ order: ByteOrder) throws {
        var generator = SeededGenerator(seed: 0xB7FE)
        let pair = ExtensionTests.Pair(order)
        let btf = try BTF(ByteView(pair.types.bytes()))
        let whole = pair.part.bytes()
        var read = 0
        var refused = 0
        for _ in 0..<4000 {
            do throws(BTFError) {
                _ = try BTFExtension(ByteView(Damage.copy(of: whole, using: &generator)), btf: btf)
                read += 1
            } catch {
                #expect(!error.description.isEmpty)
                refused += 1
            }
        }
        #expect(read > 200)
        #expect(refused > 500)
    }
}
