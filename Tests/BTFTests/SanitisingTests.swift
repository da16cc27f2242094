// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Types for kernels that do not understand all of them.
@Suite struct SanitisingTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    private func types(_ order: ByteOrder = .native) throws -> BTF { try BTF(ByteView(imageOfEveryKind(order).bytes())) }

    private func type(_ kind: BTFKind, of btf: BTF, named name: String? = nil) throws -> TypeID {
        try #require(try btf.typeIDs.first { try btf.kind(of: $0) == kind && (try name == nil || btf.name(of: $0) == name) })
    }

    @Test(arguments: orders)
    func forAKernelThatKnowsAllNothingChanges(_ order: ByteOrder) throws {
        let btf = try types(order)
        #expect(try btf.sanitized(for: .all).bytes.array() == btf.bytes.array())
    }

    @Test(arguments: orders)
    func whatIsLackingBecomesWhatHasTheSameSize(_ order: ByteOrder) throws {
        let btf = try types(order)
        let old = try btf.sanitized(for: .ofKernel(major: 5, minor: 10))
        #expect(old.byteOrder == order)
        #expect(old.count == btf.count + 1)
        let float = try type(.floatingPoint, of: btf)
        #expect(try old.type(float) == .composite(CompositeType(name: "", byteCount: 4, members: [])))
        let wide = try type(.enumeration64, of: btf)
        guard case .composite(let union) = try old.type(wide) else { throw Unexpected(try old.type(wide)) }
        #expect(union.isUnion && union.name == "w" && union.byteCount == 8)
        #expect(union.members == [.init(name: "LARGE", type: TypeID(UInt32(btf.count)), bitOffset: 0)])
        #expect(try old.byteCount(of: union.members[0].type) == 1)
        let tag = try type(.declarationTag, of: btf)
        #expect(try old.type(tag) == .integer(IntegerType(name: "tag", byteCount: 1, bitCount: 8)))
        #expect(try old.type(type(.typeTag, of: btf)) == .qualified(.constant, TypeID(1)))
        guard case .enumeration(let narrow) = try old.type(type(.enumeration, of: btf)) else { throw Unexpected("e") }
        #expect(!narrow.isSigned && narrow.values.map(\.bits) == [1, 0xFFFF_FFFF])
        // What 5.10 knows stays.
        for kind in [BTFKind.structure, .function, .variable, .dataSection, .prototype] {
            #expect(try old.type(type(kind, of: btf)) == btf.type(type(kind, of: btf)))
        }
    }

    @Test func stringOffsetsStayWhatTheyWere() throws {
        let btf = try types()
        let old = try btf.sanitized(for: [])
        for (offset, _) in imageOfEveryKind(.native).strings.enumerated() {
            #expect(old.string(at: UInt32(offset)) == btf.string(at: UInt32(offset)))
        }
    }

    @Test(arguments: orders)
    func aKernelThatKnowsNothingGetsOnlyTheOldestKinds(_ order: ByteOrder) throws {
        let btf = try types(order)
        let old = try btf.sanitized(for: [])
        let newer: Set<BTFKind> = [
            .function, .prototype, .variable, .dataSection, .floatingPoint, .declarationTag, .typeTag, .enumeration64,
        ]
        for id in old.typeIDs { #expect(!newer.contains(try old.kind(of: id)), "\(id)") }
        let section = try type(.dataSection, of: btf)
        let variable = try type(.variable, of: btf)
        #expect(
            try old.type(section)
                == .composite(
                    CompositeType(name: "_data_x", byteCount: 80, members: [.init(name: "counter", type: variable, bitOffset: 0)])))
        #expect(try old.byteCount(of: variable) == 1)
        let (function, prototype) = (try type(.function, of: btf), try type(.prototype, of: btf))
        #expect(try old.type(function) == .alias(name: "main", prototype))
        #expect(try old.kind(of: prototype) == .enumeration)
    }

    @Test func singleFeaturesAreTakenAwayAlone() throws {
        let btf = try types()
        let function = try type(.function, of: btf)
        let static_ = try btf.sanitized(for: BTFFeatures.all.subtracting(.globalFunctions))
        guard case .function(_, _, let linkage) = try static_.type(function) else { throw Unexpected("no function") }
        #expect(linkage == .static)
        let plain = try btf.sanitized(for: BTFFeatures.all.subtracting(.attributes))
        let (tag, attribute) = (TypeID(21), TypeID(22))
        #expect(try plain.type(tag) == .typeTag(name: "user", TypeID(1)))
        #expect(try plain.type(attribute) == .qualified(.constant, TypeID(1)))
        #expect(try plain.type(TypeID(19)) == btf.type(TypeID(19)))
        #expect(try plain.kind(of: TypeID(20)) == .integer)
    }

    @Test func aQuestionMarkBeforeASectionBecomesAnUnderscore() throws {
        var image = BTFImage()
        image.dataSection("?.struct_ops", size: 0, [])
        let btf = try BTF(ByteView(image.bytes()))
        #expect(try btf.sanitized(for: .all).name(of: TypeID(1)) == "?.struct_ops")
        #expect(try btf.sanitized(for: .ofKernel(major: 6, minor: 8)).name(of: TypeID(1)) == "_.struct_ops")
        #expect(try btf.sanitized(for: []).name(of: TypeID(1)) == "__struct_ops")
    }

    @Test func newerKernelsHaveWhatOlderOnesHave() {
        var last: BTFFeatures = []
        for (major, minor) in [(4, 18), (5, 0), (5, 10), (5, 15), (6, 1), (6, 12), (7, 0), (7, 1), (7, 2)] {
            let features = BTFFeatures.ofKernel(major: major, minor: minor)
            #expect(features.isSuperset(of: last))
            last = features
        }
        #expect(last == .all)
        #expect(BTFFeatures([.floatingPoint, .functions]).description == "FUNC, FLOAT")
    }
}
