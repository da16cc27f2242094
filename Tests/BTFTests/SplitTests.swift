// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Types of a module, which stand on those of the kernel.
@Suite struct SplitTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    /// 1 int, 2 struct task, 3 .data
    private func base(_ order: ByteOrder = .native) -> BTFImage {
        var image = BTFImage(order: order)
        image.integer("int", size: 4, encoding: 1)
        image.structure("task", size: 8, [.init("pid", 1, at: 0)])
        image.dataSection(".data", size: 8, [(1, 0, 4)])
        return image
    }

    /// 4 struct task of the module, whose first member's name is the base's; 5 a pointer to the base's.
    private func module(on base: BTFImage) -> [UInt8] {
        var image = BTFImage(standingOn: base)
        image.structure("task___module", size: 16, [.init("pid", 1, at: 0), .init("own", 5, at: 64)])
        image.pointer(to: 2)
        return image.bytes()
    }

    private func split(_ order: ByteOrder = .native) throws -> BTF {
        try BTF(ByteView(module(on: base(order))), base: try BTF(ByteView(base(order).bytes())))
    }

    @Test(arguments: orders)
    func numbersAndStringsContinueThoseOfTheBase(_ order: ByteOrder) throws {
        let btf = try split(order)
        #expect(btf.count == 6)
        #expect(btf.base?.count == 4)
        #expect(btf.typeIDs.map(\.rawValue) == [1, 2, 3, 4, 5])
        #expect(btf.ownTypeIDs.map(\.rawValue) == [4, 5])
        let type = try btf.type(TypeID(4))
        guard case .composite(let module) = type else { throw Unexpected(type) }
        #expect(module.name == "task___module")
        #expect(module.members.map(\.name) == ["pid", "own"])
        #expect(try btf.type(TypeID(5)) == .pointer(to: TypeID(2)))
    }

    @Test(arguments: orders)
    func typesOfTheBaseAreSeenThroughTheModules(_ order: ByteOrder) throws {
        let btf = try split(order)
        let base = try #require(btf.base)
        for id in base.typeIDs {
            #expect(try btf.type(id) == base.type(id))
            #expect(try btf.name(of: id) == base.name(of: id))
            #expect(try btf.byteCount(of: id) == base.byteCount(of: id))
        }
        #expect(btf.string(at: 1) == "int")
    }

    @Test func namesAreFoundInBothTheBasesFirst() throws {
        let btf = try split()
        #expect(btf.types(named: "task", kinds: [.structure]).map(\.rawValue) == [2])
        #expect(btf.types(named: "task___module", kinds: [.structure]).map(\.rawValue) == [4])
        #expect(btf.types(namedIgnoringFlavor: "task", kinds: [.structure]).map(\.rawValue) == [2, 4])
        #expect(btf.base?.types(namedIgnoringFlavor: "task", kinds: [.structure]).map(\.rawValue) == [2])
    }

    @Test func aSectionOfTheBaseCannotBeLaidOutInTheModule() throws {
        let btf = try split()
        let layout = BTF.DataSectionLayout(byteCount: 8, offsets: [0])
        #expect(throws: BTFError.self) { try btf.bytes(layingOut: [TypeID(3): layout]) }
        #expect(throws: Never.self) { try btf.base?.bytes(layingOut: [TypeID(3): layout]) }
    }

    @Test func aBaseOfAnotherByteOrderOrWithABaseIsRefused() throws {
        let other = try BTF(ByteView(base(.bigEndian).bytes()))
        #expect(throws: BTFError.self) { try BTF(ByteView(module(on: base(.littleEndian))), base: other) }
        let split = try split()
        #expect(throws: BTFError.self) { try BTF(ByteView(module(on: base())), base: split) }
    }

    @Test func aNumberBehindBothIsNoType() throws {
        let btf = try split()
        for number in [UInt32(6), 7, .max] {
            let error = try #require(throws: BTFError.self) { try btf.type(TypeID(number)) }
            #expect(error.code == .noSuchType)
        }
        #expect(btf.string(at: .max) == "")
    }

    @Test(arguments: orders)
    func damagedModulesAreReadOrRefused(_ order: ByteOrder) throws {
        let kernel = try BTF(ByteView(base(order).bytes()))
        let whole = module(on: base(order))
        var generator = SeededGenerator(seed: 0x5911)
        var (read, refused) = (0, 0)
        for _ in 0..<3000 {
            do throws(BTFError) {
                let btf = try BTF(ByteView(Damage.copy(of: whole, using: &generator)), base: kernel)
                for id in btf.typeIDs {
                    _ = try? btf.type(id)
                    _ = try? btf.byteCount(of: id)
                }
                _ = btf.types(namedIgnoringFlavor: "task", kinds: [.structure])
                read += 1
            } catch { refused += 1 }
        }
        #expect(read > 500)
        #expect(refused > 500)
    }

    @Test(arguments: orders)
    func whatLiesOutsideOfTheBasesStringsIsNoNameOfItsTypes(_ order: ByteOrder) throws {
        var base = base(order)
        // Right behind the base's strings, where those of the module begin.
        var image = BTFImage(standingOn: base)
        let outside = image.string("module")
        base.add(kind: 4, nameOffset: outside, count: 1, sizeOrType: 8, [outside, 1, 0])
        image = BTFImage(standingOn: base)
        image.structure("module", size: 0, [])
        let btf = try BTF(ByteView(image.bytes()), base: try BTF(ByteView(base.bytes())))
        #expect(btf.string(at: outside) == "module")
        #expect(try btf.name(of: TypeID(4)).isEmpty)
        #expect(try btf.type(TypeID(4)) == .composite(.init(name: "", byteCount: 8, members: [.init(name: "", type: TypeID(1), bitOffset: 0)])))
        #expect(btf.types(named: "module", kinds: [.structure]) == [TypeID(5)])
    }
}
