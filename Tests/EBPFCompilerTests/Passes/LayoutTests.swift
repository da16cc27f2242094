// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// Where the members of Swift's types lie.
@Suite struct LayoutTests {
    /// Nodes that every test has: UInt8, UInt32 and UInt64 of the module Swift, a module of the kernel half, and a structure of 12 bytes.
    private static let common = [
        1: #"!DIModule(scope: null, name: "Swift")"#, 2: #"!DIModule(scope: null, name: "Half")"#,
        3: #"!DICompositeType(tag: DW_TAG_structure_type, name: "UInt8", scope: !1, size: 8, identifier: "$es5UInt8VD")"#,
        4: #"!DICompositeType(tag: DW_TAG_structure_type, name: "UInt32", scope: !1, size: 32, identifier: "$es6UInt32VD")"#,
        5: #"!DICompositeType(tag: DW_TAG_structure_type, name: "UInt64", scope: !1, size: 64, identifier: "$es6UInt64VD")"#,
        6: #"!DICompositeType(tag: DW_TAG_structure_type, name: "Inner", scope: !2, size: 96, elements: !7, identifier: "$eInner")"#,
        7: "!{!8, !9}", 8: member("x", 5), 9: member("y", 4),
    ]

    private static func member(_ name: String, _ type: Int) -> String {
        "!DIDerivedType(tag: DW_TAG_member, name: \"\(name)\", scope: !2, baseType: !\(type))"
    }

    private var table = KernelHalfTypes()

    private mutating func read(_ number: Int, _ nodes: [Int: String]) throws -> KernelHalfTypes.ID {
        var metadata = IRMetadata()
        for (number, text) in Self.common.merging(nodes, uniquingKeysWith: { $1 }) { metadata[number] = text }
        var reader = SwiftTypeReader()
        return try #require(reader.type(number, &metadata, &table))
    }

    /// A structure of a byte, a type and a byte, of so many bytes.
    private mutating func offsets(around type: Int, byteCount: Int, _ nodes: [Int: String]) throws -> [Int] {
        var nodes = nodes
        nodes[90] =
            #"!DICompositeType(tag: DW_TAG_structure_type, name: "Outer", scope: !2, size: \#(byteCount * 8), elements: !91, identifier: "$eOuter")"#
        nodes[91] = "!{!92, !93, !94}"
        (nodes[92], nodes[93], nodes[94]) = (Self.member("before", 3), Self.member("value", type), Self.member("after", 3))
        let id = try read(90, nodes)
        guard case .structure("Outer", _, let members) = table[id] else { return [] }
        return members.map(\.offset)
    }

    /// `enum Choice { case a(UInt32), b(UInt64) }`.
    private static let choice = [
        10: #"!DICompositeType(tag: DW_TAG_structure_type, name: "Choice", scope: !2, size: 72, elements: !11, identifier: "$eChoice")"#,
        11: "!{!12}", 12: "!DICompositeType(tag: DW_TAG_variant_part, scope: !2, size: 72, elements: !13)", 13: "!{!14, !15}",
        14: member("a", 4), 15: member("b", 5),
    ]

    @Test mutating func anEnumerationWithValuesHasItsBytesAndItsAlignment() throws {
        let id = try read(10, Self.choice)
        #expect(table.swiftByteCount(id) == 9)
        #expect(table.byteCount(id) == 16)
        #expect(table.alignment(id) == 8)
        guard case .structure("Choice", 16, let members) = table[id] else { throw Unexpected() }
        #expect(members.map(\.offset) == [0, 8])
        #expect(try offsets(around: 10, byteCount: 18, Self.choice) == [0, 8, 17])
    }

    @Test mutating func smallValuesAlignAnEnumerationLess() throws {
        var nodes = Self.choice
        nodes[10] = #"!DICompositeType(tag: DW_TAG_structure_type, name: "Choice", scope: !2, size: 40, elements: !11, identifier: "$eChoice")"#
        nodes[15] = Self.member("b", 3)
        let id = try read(10, nodes)
        #expect((table.swiftByteCount(id), table.byteCount(id), table.alignment(id)) == (5, 8, 4))
        #expect(try offsets(around: 10, byteCount: 10, nodes) == [0, 4, 9])
    }

    /// `Pair<UInt64, UInt32>`, as Swift's debug information has it.
    private static let pair = [
        20: "!DICompositeType(tag: DW_TAG_structure_type, scope: !2, size: 96, elements: !21, specification: !26)", 21: "!{!22}",
        22: "!DIDerivedType(tag: DW_TAG_member, scope: !2, baseType: !23, size: 96)",
        23: #"!DICompositeType(tag: DW_TAG_structure_type, name: "$ePairOfTwo", scope: !2, flags: DIFlagFwdDecl, templateParams: !24)"#,
        24: "!{!25, !31}", 25: "!DITemplateTypeParameter(type: !5)", 31: "!DITemplateTypeParameter(type: !4)",
        26: #"!DICompositeType(tag: DW_TAG_structure_type, name: "Pair", scope: !2, elements: !27, identifier: "$ePair")"#,
        27: "!{!28, !29}", 28: member("a", 30), 29: member("b", 32),
        30: #"!DICompositeType(tag: DW_TAG_structure_type, name: "$exD", elements: !33)"#,
        32: #"!DICompositeType(tag: DW_TAG_structure_type, name: "$eq_D", elements: !33)"#, 33: "!{}",
    ]

    @Test mutating func aGenericStructureHasTheMembersThatItWasMadeWith() throws {
        let id = try read(20, Self.pair)
        guard case .structure("Pair_UInt64_UInt32", 16, let members) = table[id] else { throw Unexpected() }
        #expect(members.map(\.name) == ["a", "b"])
        #expect(members.map(\.offset) == [0, 8])
        #expect(members.map { table.byteCount($0.type) } == [8, 4])
        #expect(table.swiftByteCount(id) == 12)
        #expect(try offsets(around: 20, byteCount: 21, Self.pair) == [0, 8, 20])
    }

    @Test mutating func aGenericStructureWhoseMembersCannotBeReadIsBytes() throws {
        var nodes = Self.pair
        // A member that is generic itself has no size there.
        nodes[28] = Self.member("a", 34)
        nodes[34] = #"!DICompositeType(tag: DW_TAG_structure_type, name: "Box", scope: !2, elements: !35, identifier: "$eBox")"#
        nodes[35] = "!{!36}"
        nodes[36] = Self.member("content", 30)
        let id = try read(20, nodes)
        guard case .structure("Pair_UInt64_UInt32", 16, let members) = table[id] else { throw Unexpected() }
        #expect(members.map(\.name) == ["words", "rest"])
        #expect((table.swiftByteCount(id), table.alignment(id)) == (12, 8))
    }

    private static func tuple(of type: Int, bitCount: Int) -> [Int: String] {
        [
            40:
                #"!DICompositeType(tag: DW_TAG_structure_type, name: "$eTwo", size: \#(bitCount), elements: !41, identifier: "$eTwo")"#,
            41: "!{!42, !43}", 42: "!DIDerivedType(tag: DW_TAG_member, baseType: !\(type))",
            43: "!DIDerivedType(tag: DW_TAG_member, baseType: !\(type))",
        ]
    }

    @Test mutating func aTupleOfEqualNumbersIsAnArray() throws {
        let id = try read(40, Self.tuple(of: 4, bitCount: 64))
        guard case .array(let element, 2) = table[id] else { throw Unexpected() }
        #expect(table.byteCount(element) == 4)
    }

    @Test mutating func aTupleDoesNotPadItsLastElement() throws {
        let nodes = Self.tuple(of: 6, bitCount: 224)
        let id = try read(40, nodes)
        guard case .structure("", 32, let members) = table[id] else { throw Unexpected() }
        #expect(members.map(\.name) == ["field0", "field1"])
        #expect(members.map(\.offset) == [0, 16])
        #expect(table.swiftByteCount(id) == 28)
        #expect(try offsets(around: 40, byteCount: 37, nodes) == [0, 8, 36])
    }

    @Test mutating func aSmallMemberLiesInWhatCWouldPadWith() throws {
        #expect(try offsets(around: 6, byteCount: 21, [:]) == [0, 8, 20])
    }

    @Test mutating func aStructureFromCCountsItsPadding() throws {
        let nodes = [6: #"!DICompositeType(tag: DW_TAG_structure_type, name: "Inner", scope: !2, size: 128, elements: !7, identifier: "$eInner")"#]
        let id = try read(6, nodes)
        guard case .structure("Inner", 16, let members) = table[id] else { throw Unexpected() }
        #expect(members.map(\.name) == ["x", "y"])
        #expect(try offsets(around: 6, byteCount: 25, nodes) == [0, 8, 24])
    }

    @Test mutating func aSizeThatMembersDoNotExplainIsBelieved() throws {
        let id = try read(
            6, [6: #"!DICompositeType(tag: DW_TAG_structure_type, name: "Inner", scope: !2, size: 160, elements: !7, identifier: "$eInner")"#])
        guard case .structure("Inner", 24, let members) = table[id] else { throw Unexpected() }
        #expect(members.map(\.name) == ["words", "rest"])
        #expect((table.swiftByteCount(id), table.alignment(id)) == (20, 8))
    }

    private struct Unexpected: Error {}
}
