// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Types of a module that was built apart from its kernel, moved to the one that runs.
@Suite struct RelocationTests {
    /// What the module keeps of the kernel it was built with.
    private func distilled(_ order: ByteOrder, embeddedSize: UInt32 = 16, intSize: UInt32 = 4) -> BTFImage {
        var image = BTFImage(order: order)
        image.integer("int", size: intSize, encoding: 1)
        image.structure("list_head", size: embeddedSize, [])
        image.add(kind: 7, name: "task_struct")
        image.enumeration("state", [])
        image.add(kind: 16, name: "double", sizeOrType: 8)
        return image
    }

    private func module(on distilled: BTFImage) throws -> BTF {
        let base = try BTF(ByteView(distilled.bytes()))
        var builder = BTFBuilder(base: base)
        let pointer = try builder.addPointer(to: TypeID(3))
        try builder.addStructure(
            "mine", byteCount: 40,
            members: [
                .init(name: "list", type: TypeID(2), bitOffset: 0), .init(name: "task", type: pointer, bitOffset: 128),
                .init(name: "number", type: TypeID(1), bitOffset: 192), .init(name: "state", type: TypeID(4), bitOffset: 224),
                .init(name: "double", type: TypeID(5), bitOffset: 256),
            ])
        return try builder.btf()
    }

    private func kernel(_ order: ByteOrder, _ more: (inout BTFImage) -> Void = { _ in }) throws -> BTF {
        var image = BTFImage(order: order)
        image.integer("char", size: 1)
        image.add(kind: 16, name: "double", sizeOrType: 8)
        image.structure("task_struct", size: 4096, [])
        image.integer("int", size: 4, encoding: 1)
        image.add(kind: 19, name: "state", count: 0, sizeOrType: 4)
        image.structure("list_head", size: 16, [.init("next", image.count + 1, at: 0), .init("prev", image.count + 1, at: 64)])
        image.pointer(to: 6)
        more(&image)
        return try BTF(ByteView(image.bytes()))
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func referencesToTheDistilledBaseBecomeReferencesToTheKernel(_ order: ByteOrder) throws {
        let kernel = try kernel(order)
        let (btf, map) = try module(on: distilled(order)).relocated(onto: kernel)
        #expect(map.map(\.rawValue) == [0, 4, 6, 3, 5, 2, 8, 9])
        #expect(try btf.type(TypeID(8)) == .pointer(to: TypeID(3)))
        guard case .composite(let mine) = try btf.type(TypeID(9)) else { throw Unexpected("no struct") }
        #expect(mine.name == "mine")
        #expect(mine.members.map(\.type.rawValue) == [6, 8, 4, 5, 2])
        #expect(mine.members.map(\.name) == ["list", "task", "number", "state", "double"])
        #expect(btf.base?.count == kernel.count)
    }

    @Test func aStructThatIsContainedMustHaveItsSize() throws {
        let kernel = try kernel(.native)
        let module = try module(on: distilled(.native, embeddedSize: 24))
        let error = #expect(throws: BTFError.self) { try module.relocated(onto: kernel) }
        #expect(error?.code == .noSuchType)
        #expect(error?.description.contains("list_head") == true)
    }

    @Test func anIntegerMustHaveItsSize() throws {
        let kernel = try kernel(.native)
        let module = try module(on: distilled(.native, intSize: 8))
        let error = #expect(throws: BTFError.self) { try module.relocated(onto: kernel) }
        #expect(error?.code == .noSuchType)
    }

    @Test func ofSeveralStructsOfOneNameTheSizeDecidesAndElseNothingDoes() throws {
        let bySize = try kernel(.native) { $0.structure("list_head", size: 8, []) }
        #expect(try module(on: distilled(.native)).relocated(onto: bySize).map[2] == TypeID(6))
        let twice = try kernel(.native) { $0.structure("list_head", size: 16, []) }
        let module = try module(on: distilled(.native))
        let error = #expect(throws: BTFError.self) { try module.relocated(onto: twice) }
        #expect(error?.code == .ambiguous)
        let tasks = try kernel(.native) { $0.structure("task_struct", size: 4096, []) }
        #expect(throws: BTFError.self) { try module.relocated(onto: tasks) }
    }

    @Test func whatADistilledBaseMustNotHoldIsRefused() throws {
        let kernel = try kernel(.native)
        for wrong in 0..<2 {
            var image = BTFImage()
            if wrong == 0 { image.pointer(to: 0) } else { image.structure("", size: 4, []) }
            var builder = BTFBuilder(base: try BTF(ByteView(image.bytes())))
            try builder.addAlias("a", of: TypeID(1))
            let btf = try builder.btf()
            let error = #expect(throws: BTFError.self) { try btf.relocated(onto: kernel) }
            #expect(error?.code == .malformed)
        }
        #expect(throws: BTFError.self) { try kernel.relocated(onto: kernel) }
    }
}
